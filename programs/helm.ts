/** Helm: starts the `helm` of the PATH for a person who asked for it, and for nothing else. */
import { type Environment, type Output, outputOf, programOnPath } from './onPath.ts';

const MILLISECONDS = 60_000;

/**
 * What Helm makes of the chart in a folder: without a shell, without Helm's plugins, and no longer than a minute. `values` are values
 * files, each over the ones before it; all paths are absolute. Aborting ends the program.
 */
export function renderChart(
  folder: string,
  values: readonly string[],
  env: Environment,
  signal?: AbortSignal,
): Promise<Output> {
  const file = programOnPath('helm', env);
  if (file === undefined) {
    return Promise.resolve({ ok: false, problem: 'there is no program "helm" on the PATH' });
  }
  const args = ['template', 'release-name', folder, ...values.flatMap((one) => ['--values', one])];
  const own = { ...env, HELM_NO_PLUGINS: '1' };
  return outputOf(
    { file, args, env: own, name: 'Helm', purpose: 'render it', milliseconds: MILLISECONDS },
    signal,
  );
}
