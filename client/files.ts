/** Files for a server in a browser, which has no disk: read by the editor, and only in folders of the workspace. */
import { FileType, Uri, workspace } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import {
  type ClientFolderEntry,
  type FileParams,
  listFolderRequest,
  readBytesRequest,
  readFileRequest,
} from './protocol.ts';

/** Answers the server's requests for files, and says that it does. To be called before the client starts. */
export function serveFiles(client: BaseLanguageClient): void {
  client.registerFeature({
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = {
        ...(capabilities.experimental as object | undefined),
        podproofFiles: true,
      };
    },
    initialize: () => undefined,
    getState: () => ({ kind: 'static' }),
    clear: () => undefined,
  });
  client.onRequest(readFileRequest, ({ uri }: FileParams) => readFile(uri));
  client.onRequest(readBytesRequest, ({ uri }: FileParams) => readBase64(uri));
  client.onRequest(listFolderRequest, ({ uri }: FileParams) => listFolder(uri));
}

/** A longer file is no work of a person. In bytes. */
const MAX_FILE = 4 * 1024 * 1024;
const MAX_ENTRIES = 10_000;

async function readFile(given: string): Promise<string | null> {
  const bytes = await readBytes(given);
  return bytes === undefined || bytes.includes(0) ? null : new TextDecoder().decode(bytes);
}

async function readBase64(given: string): Promise<string | null> {
  const bytes = await readBytes(given);
  if (bytes === undefined) return null;
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

async function readBytes(given: string): Promise<Uint8Array | undefined> {
  const uri = withinWorkspace(given);
  if (uri === undefined) return undefined;
  try {
    const { type, size } = await workspace.fs.stat(uri);
    if ((type & FileType.File) === 0 || size > MAX_FILE) return undefined;
    return await workspace.fs.readFile(uri);
  } catch {
    return undefined;
  }
}

async function listFolder(given: string): Promise<readonly ClientFolderEntry[]> {
  const uri = withinWorkspace(given);
  if (uri === undefined) return [];
  try {
    const entries = await workspace.fs.readDirectory(uri);
    return entries.slice(0, MAX_ENTRIES).map(([name, type]) => ({ name, kind: kindOf(type) }));
  } catch {
    return [];
  }
}

/** A link is neither a folder nor a file here: it may lead anywhere, and around in a circle. */
function kindOf(type: FileType): ClientFolderEntry['kind'] {
  if (type === FileType.Directory) return 'folder';
  return type === FileType.File ? 'file' : 'other';
}

/** Undefined for what is in no folder of the workspace, or says so and leads out of it. */
function withinWorkspace(given: string): Uri | undefined {
  const uri = Uri.parse(given);
  const isPlain = !uri.path.split('/').some((name) => name === '.' || name === '..');
  return isPlain && workspace.getWorkspaceFolder(uri) !== undefined ? uri : undefined;
}
