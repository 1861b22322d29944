/** Programs in Node: those that the server may be asked to start. */
import { fileURLToPath } from 'node:url';
import { renderChart } from '../programs/helm.ts';
import type { Environment } from '../programs/onPath.ts';
import type { Host } from './host.ts';

/** Rendering by the helm that the PATH of an environment leads to. */
export function renderByHelm(env: Environment): NonNullable<Host['renderChart']> {
  return async (folder, values, token) => {
    if (![folder, ...values].every((uri) => uri.startsWith('file://'))) {
      return { ok: false, problem: 'Helm reads only files of this machine' };
    }
    const stop = new AbortController();
    const listening = token.onCancellationRequested(() => stop.abort());
    try {
      const paths = values.map((uri) => fileURLToPath(uri));
      return await renderChart(fileURLToPath(folder), paths, env, stop.signal);
    } finally {
      listening.dispose();
    }
  };
}
