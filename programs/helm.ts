/** Helm: starts the `helm` of the PATH for a person who asked for it, and for nothing else. */
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

export type Rendering =
  | { readonly ok: true; readonly text: string }
  /** A sentence without its full stop. */
  | { readonly ok: false; readonly problem: string };

export type Environment = Readonly<Record<string, string | undefined>>;

const MILLISECONDS = 60_000;
const LARGEST = 256 * 1024 * 1024;

/**
 * What Helm makes of the chart in a folder: without a shell, without Helm's plugins, and no longer than a minute. `values` are values
 * files, each over the ones before it; all paths are absolute. Aborting ends the program.
 */
export function renderChart(
  folder: string,
  values: readonly string[],
  env: Environment,
  signal?: AbortSignal,
): Promise<Rendering> {
  const program = helmOnPath(env);
  if (program === undefined) {
    return Promise.resolve({ ok: false, problem: 'there is no program "helm" on the PATH' });
  }
  const args = ['template', 'release-name', folder, ...values.flatMap((file) => ['--values', file])];
  return new Promise((settle) => {
    execFile(
      program,
      args,
      {
        // Nothing that lies in the chart's folder, or in the current one, is taken for Helm's own.
        cwd: tmpdir(),
        env: { ...env, HELM_NO_PLUGINS: '1' },
        encoding: 'utf8',
        timeout: MILLISECONDS,
        killSignal: 'SIGKILL',
        maxBuffer: LARGEST,
        windowsHide: true,
        ...(signal !== undefined && { signal }),
      },
      (error, output, complaint) => {
        if (error === null) settle({ ok: true, text: output });
        else if (signal?.aborted === true) settle({ ok: false, problem: 'it was cancelled' });
        else if (error.killed === true) settle({ ok: false, problem: 'Helm took longer than a minute' });
        else
          settle({
            ok: false,
            problem: `Helm cannot render it: ${firstLine(complaint) || firstLine(error.message)}`,
          });
      },
    );
  });
}

/** Only absolute folders of the PATH count: a program in the current folder is nobody's choice. */
function helmOnPath(env: Environment): string | undefined {
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const names = process.platform === 'win32' ? ['helm.exe'] : ['helm'];
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}

function firstLine(text: string): string {
  return /^(?:Error: )?(.*)/.exec(text.trim())?.[1] ?? '';
}
