/** On the PATH: where programs are found, and how they are started: without a shell, and for no longer than is said. */
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Output =
  | { readonly ok: true; readonly text: string }
  /** A sentence without its full stop. */
  | { readonly ok: false; readonly problem: string };

export interface Program {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Environment;
  /** As a person calls it. */
  readonly name: string;
  /** What it cannot do where it fails, as `render it`. */
  readonly purpose: string;
  readonly milliseconds: number;
}

const LARGEST = 256 * 1024 * 1024;

/** The program of a name; undefined where there is none. Only absolute folders count: a program in the current folder is nobody's choice. */
export function programOnPath(name: string, env: Environment): string | undefined {
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return folders
    .map((folder) => join(folder, file))
    .find((path) => {
      try {
        return statSync(path).isFile();
      } catch {
        return false;
      }
    });
}

/** What a program writes. Aborting ends it. */
export function outputOf(
  { file, args, env, name, purpose, milliseconds }: Program,
  signal?: AbortSignal,
): Promise<Output> {
  return new Promise((settle) => {
    execFile(
      file,
      [...args],
      {
        // Nothing that lies in the current folder is taken for the program's own.
        cwd: tmpdir(),
        env: { ...env },
        encoding: 'utf8',
        timeout: milliseconds,
        killSignal: 'SIGKILL',
        maxBuffer: LARGEST,
        windowsHide: true,
        ...(signal !== undefined && { signal }),
      },
      (error, output, complaint) => {
        if (error === null) settle({ ok: true, text: output });
        else if (signal?.aborted === true) settle({ ok: false, problem: 'it was cancelled' });
        else if (error.killed === true)
          settle({ ok: false, problem: `${name} took longer than ${minutes(milliseconds)}` });
        else
          settle({
            ok: false,
            problem: `${name} cannot ${purpose}: ${errorLine(complaint) || errorLine(error.message)}`,
          });
      },
    );
  });
}

function minutes(milliseconds: number): string {
  return milliseconds <= 60_000 ? 'a minute' : `${Math.round(milliseconds / 60_000)} minutes`;
}

/** The line that tells of the error; programs may warn of other things before it. */
function errorLine(text: string): string {
  const lines = text.trim().split('\n');
  const line =
    lines.find((one) => /^error: /i.test(one)) ?? lines.find((one) => !/^(?:#|warning)/i.test(one));
  return (line ?? '').replace(/^error: /i, '').trim();
}
