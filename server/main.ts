/** The language server in Node: over the channel that its arguments name, or over standard input and output. */
import { createConnection } from 'vscode-languageserver/node';
import { version } from '../package.json';
import { describeFailure, logOf } from './fence.ts';
import { createFramingCheck } from './framing.ts';
import { createNodeFiles } from './nodeFiles.ts';
import { createNodeMemory } from './nodeMemory.ts';
import { renderByHelm } from './nodePrograms.ts';
import { NodeWriter } from './nodeWriter.ts';
import { createWarmUp } from './quiet.ts';
import { startServer } from './server.ts';

// Every editor's documentation has `--stdio`; who leaves it out can only mean it.
if (process.argv.length <= 2) process.argv.push('--stdio');

const isStdio = process.argv.includes('--stdio');
const writer = isStdio ? new NodeWriter(process.stdout) : undefined;
const connection =
  writer === undefined
    ? createConnection()
    : // It takes a writer in the place of a stream, as its package's own does, which its types do not say.
      createConnection(process.stdin, writer as NodeWriter & NodeJS.WritableStream);
// What is written to the output that is not a message breaks the connection.
if (isStdio) globalThis.console = new console.Console(process.stderr);
const log = logOf(connection);
const memory = createNodeMemory();
const pause = (): Promise<void> => {
  memory.paused();
  return new Promise((resolve) => setImmediate(resolve));
};
const warmUp = createWarmUp(pause);
startServer(connection, {
  version,
  pause,
  worked() {
    memory.worked();
    warmUp();
  },
  ...(writer !== undefined && { writer }),
  files: createNodeFiles(),
  renderChart: renderByHelm(process.env),
});

process.on('uncaughtException', (error) => {
  // With nobody left to answer there is nothing to go on for.
  if ('code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')) process.exit(1);
  log.error(`Something failed outside of any request. ${describeFailure(error)}`);
});
process.on('unhandledRejection', (error) => {
  log.error(`Something failed outside of any request. ${describeFailure(error)}`);
});

connection.listen();

// Behind a broken frame nothing is ever understood again; whoever has started this process may start another one.
if (isStdio) {
  const isFramed = createFramingCheck();
  process.stdin.on('data', (chunk: Buffer) => {
    if (isFramed(chunk)) return;
    process.stderr.write('podproof: standard input holds no messages of the language server protocol.\n');
    process.exit(1);
  });
}
