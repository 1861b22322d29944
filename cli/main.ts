/** The command line's entry: hands the process to `run`, and nothing else. */
import { fstatSync, statSync } from 'node:fs';
import { type Host, type Output, OutputClosed } from './host.ts';
import { run } from './run.ts';

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
        stream().write(text, (error) => (error ? reject(new OutputClosed()) : resolve()));
      }),
  };
}

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
    const output = fstatSync(1, { bigint: true });
    if (!output.isFile()) return false;
    const { dev, ino } = statSync(file, { bigint: true });
    return dev === output.dev && ino === output.ino;
  } catch {
    return false;
  }
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
  now: () => performance.now(),
  readInput,
};

run(process.argv.slice(2), host).then((exitCode) => {
  process.exitCode = exitCode;
});
