/** The language server in a Web Worker of an editor that runs in a browser. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { version } from '../package.json';
import { describeFailure, logOf } from './fence.ts';
import { startServer } from './server.ts';
import { unpackGzip } from './unpackGzip.ts';

/** What is used of a worker's global scope; the compiler knows no browser here. */
declare const self: {
  addEventListener(
    event: 'error' | 'unhandledrejection',
    listener: (event: { readonly error?: unknown; readonly reason?: unknown }) => void,
  ): void;
};

const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
const log = logOf(connection);
startServer(connection, {
  version,
  pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
  unpack: unpackGzip,
});

for (const event of ['error', 'unhandledrejection'] as const) {
  self.addEventListener(event, ({ error, reason }) => {
    log.error(`Something failed outside of any request. ${describeFailure(error ?? reason)}`);
  });
}

connection.listen();
