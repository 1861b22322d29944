/** The command line's entry: hands the process to `run`, and nothing else. */
import { type BigIntStats, fstatSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createYoungMemory } from '../programs/youngMemory.ts';
import { type Host, type Output, OutputClosed, OutputFull } from './host.ts';
import { run } from './run.ts';
import { reasonOf } from './sources.ts';
import { servesStarter, startHelper } from './threads.ts';

/** Output to a stream of the process, which is opened when it is first asked for: most runs need one of them. */
function outputTo(descriptor: number, open: () => NodeJS.WriteStream): Output {
  let opened: NodeJS.WriteStream | undefined;
  const stream = (): NodeJS.WriteStream => {
    if (opened === undefined) {
      opened = open();
      // Without a listener a closed pipe would end the process with a stack trace; `write` tells whoever writes.
      opened.on('error', () => {});
    }
    return opened;
  };
  return {
    get isTerminal() {
      return mayBeTerminal(descriptor) && stream().isTTY === true;
    },
    get columns() {
      return mayBeTerminal(descriptor) && stream().isTTY === true ? stream().columns : undefined;
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        stream().write(text, (error) => (error ? reject(unwritten(error)) : resolve()));
      }),
  };
}

function unwritten(error: NodeJS.ErrnoException): Error {
  return FULL.has(error.code ?? '') ? new OutputFull(reasonOf(error)) : new OutputClosed();
}

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** False where it certainly is a file, a pipe or a socket. */
function mayBeTerminal(descriptor: number): boolean {
  try {
    const about = fstatSync(descriptor);
    return !about.isFile() && !about.isFIFO() && !about.isSocket();
  } catch {
    return true;
  }
}

async function readInput(most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) break;
  }
  return Buffer.concat(chunks);
}

/** A report that is redirected into a folder that is checked must not be read half written. */
function isOutput(file: string): boolean {
  try {
    output ??= fstatSync(1, { bigint: true });
    if (!output.isFile()) return false;
    const { dev, ino } = statSync(file, { bigint: true });
    return dev === output.dev && ino === output.ino;
  } catch {
    return false;
  }
}

/** What standard output goes to stays the same. */
let output: BigIntStats | undefined;

/**
 * In bytes; measured on two cores, where 5 MB take longer with a helper and 20 MB less long. A helper takes a tenth of a second to come to
 * itself and compiles for itself what it runs often, and V8 cleans up on the other core while one thread judges.
 */
const WORTH_HELP = 16 * 1024 * 1024;

/** What a helping thread is started with, so that no other start loads what threads need. To a person it is an argument that does not exist. */
const AS_HELPER = '--as-helping-thread';

/** More of them wait for the file system and for whoever writes. */
const MOST_THREADS = 8;

function threads(): number {
  const asked = Number(process.env.PODPROOF_THREADS);
  return Number.isInteger(asked) && asked > 0 ? asked : Math.min(availableParallelism(), MOST_THREADS);
}

const host: Host = {
  stdout: outputTo(1, () => process.stdout),
  stderr: outputTo(2, () => process.stderr),
  env: process.env,
  cwd: process.cwd(),
  get isTypedInput() {
    return process.stdin.isTTY === true;
  },
  isOutput,
  helpers: {
    get count() {
      return threads() - 1;
    },
    worthFrom: WORTH_HELP,
    start: (briefing) => startHelper(__filename, [AS_HELPER], briefing),
  },
  paused: createYoungMemory().watch,
  now: () => performance.now(),
  readInput,
};

const args = process.argv.slice(2);
if (args[0] !== AS_HELPER || !servesStarter()) {
  run(args, host).then((exitCode) => {
    // Everything is written; what V8 still compiles, for a run that is over, is not waited for.
    process.exit(exitCode);
  });
}
