/** The command line's entry: hands the process to `run`, and nothing else. */
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

async function readInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

const host: Host = {
  stdout: outputTo(process.stdout),
  stderr: outputTo(process.stderr),
  env: process.env,
  cwd: process.cwd(),
  isTypedInput: process.stdin.isTTY === true,
  now: () => performance.now(),
  readInput,
};

run(process.argv.slice(2), host).then((exitCode) => {
  process.exitCode = exitCode;
});
