/** The command line's entry: hands the process to `run`, and nothing else. */
import { fstatSync, statSync } from 'node:fs';
import { type Host, type Output, OutputClosed } from './host.ts';
import { run } from './run.ts';

function outputTo(stream: NodeJS.WriteStream): Output {
  // Without a listener a closed pipe would end the process with a stack trace; `write` tells whoever writes.
  stream.on('error', () => {});
  return {
    get isTerminal() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.isTTY === true ? stream.columns : undefined;
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => (error ? reject(new OutputClosed()) : resolve()));
      }),
  };
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
  if (process.stdout.isTTY) return false;
  try {
    const output = fstatSync(process.stdout.fd, { bigint: true });
    if (!output.isFile()) return false;
    const { dev, ino } = statSync(file, { bigint: true });
    return dev === output.dev && ino === output.ino;
  } catch {
    return false;
  }
}

const host: Host = {
  stdout: outputTo(process.stdout),
  stderr: outputTo(process.stderr),
  env: process.env,
  cwd: process.cwd(),
  isTypedInput: process.stdin.isTTY === true,
  isOutput,
  now: () => performance.now(),
  readInput,
};

run(process.argv.slice(2), host).then((exitCode) => {
  process.exitCode = exitCode;
});
