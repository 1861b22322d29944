/** The language server in Node: over the channel that its arguments name, or over standard input and output. */
import { version } from '../package.json';
import { createConnection, type Life } from './connection.ts';
import { describeFailure, logOf } from './fence.ts';
import { channelOf } from './nodeChannel.ts';
import { createNodeFiles } from './nodeFiles.ts';
import { createNodeMemory } from './nodeMemory.ts';
import { renderByHelm } from './nodePrograms.ts';
import { startServer } from './server.ts';

/** Milliseconds between two looks for the client's process. */
const LOOK = 3000;

const life: Life = {
  end: (wasAskedTo) => process.exit(wasAskedTo ? 0 : 1),
  watch: (processId) => {
    setInterval(() => {
      try {
        process.kill(processId, 0);
      } catch {
        process.exit(1);
      }
    }, LOOK);
  },
};

const args = process.argv.slice(2);
// Every editor's documentation has `--stdio`; who leaves it out can only mean it.
const channel = channelOf(args.length === 0 ? ['--stdio'] : args);
if (channel === undefined) {
  process.stderr.write('podproof-language-server: pass --stdio, --node-ipc, --socket=PORT or --pipe=NAME.\n');
  process.exit(1);
}

const connection = createConnection(channel, life);
const log = logOf(connection);
const memory = createNodeMemory();
startServer(connection, {
  version,
  pause() {
    memory.paused();
    return new Promise((resolve) => setImmediate(resolve));
  },
  worked: memory.worked,
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
