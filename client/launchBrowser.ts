/** Launches the server in a Web Worker, where the editor itself runs in a browser. */
import { Uri } from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from 'vscode-languageclient/browser';
import { serveFiles } from './files.ts';
import type { ExtensionPlaces } from './launch.ts';

/** A client that starts the server with itself, and a new one where it is restarted. */
export function createClient(
  { extensionUri }: ExtensionPlaces,
  clientOptions: LanguageClientOptions,
): BaseLanguageClient {
  const script = Uri.joinPath(extensionUri, 'dist/serverWorker.js').toString(true);
  let worker: Worker | undefined;
  const startWorker = async () => {
    // A worker does not end by itself when it has nothing more to do.
    worker?.terminate();
    worker = new Worker(script);
    // The host's workers are no instances of its own `Worker`, which the client asks for where it is given one.
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
  };
  const client = new LanguageClient('podproof', 'Podproof', startWorker, clientOptions);
  serveFiles(client);
  return client;
}

/** What is used of a browser's `Worker`; the compiler knows no browser here. */
declare class Worker {
  constructor(script: string);
  terminate(): void;
}
