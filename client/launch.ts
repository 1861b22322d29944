/** Launches the server as a Node process. The bundle for browsers has `launchBrowser.ts` in this place. */
import { type ExtensionContext, Uri } from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import { LanguageClient, type ServerOptions, TransportKind } from 'vscode-languageclient/node';

/** Where the extension is, and where it may write. */
export type ExtensionPlaces = Pick<ExtensionContext, 'extensionUri' | 'globalStorageUri'>;

/** A client that starts the server with itself. What Node compiles is kept in the extension's own storage, and goes with it. */
export function createClient(
  { extensionUri, globalStorageUri }: ExtensionPlaces,
  clientOptions: LanguageClientOptions,
): BaseLanguageClient {
  const module = Uri.joinPath(extensionUri, 'dist/server.js').fsPath;
  // With glibc, what the engine needs while it compiles would never be given back to the system: some 15 MB.
  const env = { PODPROOF_CACHE: globalStorageUri.fsPath, MALLOC_MMAP_THRESHOLD_: '16384' };
  const run = { module, transport: TransportKind.ipc, options: { env } };
  const serverOptions: ServerOptions = { run, debug: { ...run, options: { env, execArgv: ['--inspect'] } } };
  return new LanguageClient('podproof', 'Podproof', serverOptions, clientOptions);
}
