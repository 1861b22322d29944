/** Runs the command line in this process, over files in a folder of its own. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Helpers, Host, Output } from '../../cli/host.ts';
import { run } from '../../cli/run.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Makes standard output a terminal of so many columns. */
  readonly columns?: number;
  /** Makes standard error a terminal, on which every look at the clock finds so many milliseconds gone. */
  readonly millisecondsPerLook?: number;
  /** Other threads that may help. */
  readonly helpers?: Helpers;
}

/** A folder with these files, gone when the test is over; a name may hold `/`. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'podproof-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return folder;
}

export function contentOf(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** Runs `podproof` with these arguments. */
export async function podproof(argv: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const { cwd = '/', input = '', env = {}, columns, millisecondsPerLook, helpers } = surroundings;
  let stdout = '';
  let stderr = '';
  let time = 0;
  const host: Host = {
    stdout: output((text) => {
      stdout += text;
    }, columns),
    stderr: output((text) => {
      stderr += text;
    }, millisecondsPerLook && 80),
    env,
    cwd,
    isTypedInput: false,
    isOutput: () => false,
    ...(helpers === undefined ? {} : { helpers }),
    now() {
      time += millisecondsPerLook ?? 0;
      return time;
    },
    readInput: async () => (typeof input === 'string' ? Buffer.from(input) : input),
  };
  const exitCode = await run(argv, host);
  return { exitCode, stdout, stderr };
}

function output(take: (text: string) => void, columns: number | undefined): Output {
  return {
    isTerminal: columns !== undefined,
    columns,
    write: async (text) => take(text),
  };
}
