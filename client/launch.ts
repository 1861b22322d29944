/** Launches the server as a Node process. The bundle for browsers has `launchBrowser.ts` in this place. */
import { Uri } from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import { LanguageClient, type ServerOptions, TransportKind } from 'vscode-languageclient/node';

/** A client that starts the server with itself. */
export function createClient(extensionUri: Uri, clientOptions: LanguageClientOptions): BaseLanguageClient {
  const module = Uri.joinPath(extensionUri, 'dist/server.js').fsPath;
  const run = { module, transport: TransportKind.ipc };
  const serverOptions: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--inspect'] } } };
  return new LanguageClient('podproof', 'Podproof', serverOptions, clientOptions);
}
