/** Files that the client reads: for a server in a browser, which has no disk. */
import ignore, { type Ignore } from 'ignore';
import { filesInArchive } from '../shared/helm/chartArchive.ts';
import { asInUri, type Files, isManifestName, isSkippedFolder } from './files.ts';
import type { Host } from './host.ts';
import type { ClientFolderEntry } from './protocol.ts';

/** What the client is asked. It may refuse: both may reject. */
export interface AskClient {
  /** Null where there is no such file, or none to be read. */
  readFile(uri: string): Promise<string | null>;
  listFolder(uri: string): Promise<readonly ClientFolderEntry[]>;
  /** The bytes of a file in base64; null where there is no such file, or none to be read. */
  readBytes(uri: string): Promise<string | null>;
}

/**
 * Without `unpack`, archives hold nothing.
 *
 * Asks for each file and folder when it is needed. What the client does not answer is not there. A workspace in a browser may be a
 * repository on another machine, where every file is a message: of a large one, what lies nearest to its top is read.
 */
export function createClientFiles(ask: AskClient, unpack?: Host['unpack']): Files {
  const readFile = async (uri: string): Promise<string | undefined> => {
    try {
      return (await ask.readFile(uri)) ?? undefined;
    } catch {
      return undefined;
    }
  };
  const entriesOf = async (uri: string): Promise<readonly ClientFolderEntry[]> => {
    try {
      return await ask.listFolder(uri);
    } catch {
      return [];
    }
  };
  const withRulesOf = async (folder: string, path: readonly string[], above: Rules): Promise<Rules> => {
    const text = await readFile(`${folder}/.gitignore`);
    return text === undefined ? above : [...above, { depth: path.length, rules: ignore().add(text) }];
  };
  const readArchive = async (uri: string): Promise<ReadonlyMap<string, string>> => {
    try {
      const packed = unpack === undefined ? null : await ask.readBytes(uri);
      const bytes = packed === null ? undefined : await unpack?.(bytesIn(packed), LARGEST_ARCHIVE);
      const decoder = new TextDecoder();
      return bytes === undefined ? new Map() : filesInArchive(bytes, (content) => decoder.decode(content));
    } catch {
      return new Map();
    }
  };
  return {
    readFile,
    readArchive,
    listFolder: async (uri) =>
      (await entriesOf(uri)).map(({ name, kind }) => ({ name, isFolder: kind === 'folder' })),
    async *manifestsBelow(folder) {
      const pending: { readonly path: readonly string[]; readonly rules: Rules }[] = [
        { path: [], rules: [] },
      ];
      const base = trimmed(folder);
      let listed = 0;
      // Folders are added to the list that is gone through.
      for (const [count, next] of pending.entries()) {
        if (count >= MAX_FOLDERS) return;
        const uri = [base, ...next.path.map(asInUri)].join('/');
        const entries = await entriesOf(uri);
        const isRuled = entries.some(({ name }) => name === '.gitignore');
        const rules = isRuled ? await withRulesOf(uri, next.path, next.rules) : next.rules;
        for (const { name, kind } of entries) {
          const path = [...next.path, name];
          if (kind === 'folder') {
            if (!isSkippedFolder(name) && !isIgnored(path, true, rules)) pending.push({ path, rules });
          } else if (kind === 'file' && isManifestName(name) && !isIgnored(path, false, rules)) {
            if (++listed > MAX_LISTED) return;
            yield `${uri}/${asInUri(name)}`;
          }
        }
      }
    },
    async isListed(uri, folder) {
      const base = trimmed(folder);
      const path = uri.startsWith(`${base}/`) ? pathIn(uri.slice(base.length + 1)) : undefined;
      const name = path?.at(-1);
      if (path === undefined || name === undefined || !isManifestName(name)) return false;
      if (path.slice(0, -1).some(isSkippedFolder)) return false;
      let rules: Rules = [];
      for (const [depth] of path.entries()) {
        const above = path.slice(0, depth);
        rules = await withRulesOf([base, ...above.map(asInUri)].join('/'), above, rules);
        if (isIgnored(path.slice(0, depth + 1), depth < path.length - 1, rules)) return false;
      }
      return true;
    },
  };
}

/** In bytes: Helm itself takes no larger chart (loader.MaxDecompressedChartSize). */
const LARGEST_ARCHIVE = 100 * 1024 * 1024;

function bytesIn(base64: string): Uint8Array {
  const units = atob(base64);
  const bytes = new Uint8Array(units.length);
  for (let at = 0; at < units.length; at++) bytes[at] = units.charCodeAt(at);
  return bytes;
}

const MAX_FOLDERS = 2000;
const MAX_LISTED = 2000;

/** The `.gitignore` files in force in a folder, each with how deep the folder that it stands in is. */
type Rules = readonly { readonly depth: number; readonly rules: Ignore }[];

/** A folder's own rules go before those above it, where they speak of the file at all. */
function isIgnored(path: readonly string[], isFolder: boolean, rules: Rules): boolean {
  for (const { depth, rules: own } of rules.toReversed()) {
    const { ignored, unignored } = own.test(`${path.slice(depth).join('/')}${isFolder ? '/' : ''}`);
    if (ignored || unignored) return ignored;
  }
  return false;
}

/** The names below a folder; undefined for a path that leads out of it, or is none. */
function pathIn(rest: string): readonly string[] | undefined {
  try {
    const names = rest.split('/').map(decodeURIComponent);
    return names.some((name) => name === '' || name === '.' || name === '..') ? undefined : names;
  } catch {
    return undefined;
  }
}

function trimmed(folder: string): string {
  return folder.replace(/\/+$/, '');
}
