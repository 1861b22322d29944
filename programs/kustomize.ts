/** Kustomize: starts the `kustomize` or `kubectl` of the PATH for a person who asked for it, and for nothing else. */
import { type Environment, type Output, outputOf, programOnPath } from './onPath.ts';

/** Long enough for a remote base to be fetched. */
const MILLISECONDS = 120_000;

/**
 * What Kustomize makes of the kustomization in a folder, given by its absolute path: without a shell, and no longer than two minutes. Plugins,
 * functions and charts stay off, as they are where nobody switches them on.
 */
export function buildOverlay(folder: string, env: Environment, signal?: AbortSignal): Promise<Output> {
  for (const [name, command] of [
    ['kustomize', 'build'],
    ['kubectl', 'kustomize'],
  ] as const) {
    const file = programOnPath(name, env);
    if (file === undefined) continue;
    const args = [command, folder];
    return outputOf({ file, args, env, name, purpose: 'build it', milliseconds: MILLISECONDS }, signal);
  }
  return Promise.resolve({ ok: false, problem: 'neither kustomize nor kubectl is on the PATH' });
}
