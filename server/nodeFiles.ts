/** Files in Node: read from the disk, each only when it is asked for. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gunzip, type ZlibOptions } from 'node:zlib';
import ignore, { type Ignore } from 'ignore';
import { filesInArchive } from '../shared/helm/chartArchive.ts';
import type { FolderEntry } from '../shared/helm/chartFiles.ts';
import { asInUri, type Files, isManifestName, isSkippedFolder, MAX_FILE } from './files.ts';

export function createNodeFiles(): Files {
  return { readFile: readUri, listFolder, readArchive, manifestsBelow, isListed };
}

async function readUri(uri: string): Promise<string | undefined> {
  const file = pathOf(uri);
  if (file === undefined) return undefined;
  try {
    const stats = await stat(file);
    // A pipe or a device may never end.
    if (!stats.isFile() || stats.size > MAX_FILE) return undefined;
    const bytes = await readFile(file);
    if (bytes.includes(0)) return undefined;
    return bytes.toString('utf8').replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  }
}

/** Undefined for what is no file of this machine. */
function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file://')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

async function readArchive(uri: string): Promise<ReadonlyMap<string, string>> {
  const file = pathOf(uri);
  try {
    const packed = file === undefined ? undefined : await readFile(file);
    if (packed === undefined) return new Map();
    const bytes = await unpack(packed, { maxOutputLength: LARGEST_ARCHIVE });
    return filesInArchive(bytes, (content) => Buffer.from(content).toString('utf8'));
  } catch {
    return new Map();
  }
}

const unpack = promisify<Uint8Array, ZlibOptions, Uint8Array>(gunzip);

/** In bytes: Helm itself takes no larger chart (loader.MaxDecompressedChartSize). */
const LARGEST_ARCHIVE = 100 * 1024 * 1024;

async function listFolder(uri: string): Promise<readonly FolderEntry[]> {
  const folder = pathOf(uri);
  const entries = folder === undefined ? [] : await entriesOf(folder);
  return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
}

/** The `.gitignore` files in force in a folder, each with the folder that it stands in. */
type Rules = readonly { readonly folder: string; readonly rules: Ignore }[];

/** Below the folder's own URI as the client spells it, so that one file has one name. */
async function* manifestsBelow(folder: string): AsyncIterable<string> {
  const root = pathOf(folder);
  if (root === undefined) return;
  const base = folder.endsWith('/') ? folder.slice(0, -1) : folder;
  const pending: { readonly folder: string; readonly rules: Rules }[] = [{ folder: root, rules: [] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const rules = await withRulesOf(next.folder, next.rules);
    for (const entry of await entriesOf(next.folder)) {
      const file = path.join(next.folder, entry.name);
      if (entry.isDirectory()) {
        if (!isSkippedFolder(entry.name) && !isIgnored(`${file}${path.sep}`, rules)) {
          pending.push({ folder: file, rules });
        }
      } else if (entry.isFile() && isManifestName(entry.name) && !isIgnored(file, rules)) {
        yield `${base}/${path.relative(root, file).split(path.sep).map(asInUri).join('/')}`;
      }
    }
  }
}

async function isListed(uri: string, folder: string): Promise<boolean> {
  const root = pathOf(folder);
  const file = pathOf(uri);
  if (root === undefined || file === undefined || !isManifestName(path.basename(file))) return false;
  const names = path.relative(root, file).split(path.sep);
  if (names.some((name) => name === '..') || names.slice(0, -1).some(isSkippedFolder)) return false;
  let at = root;
  let rules: Rules = [];
  for (const [index, name] of names.entries()) {
    rules = await withRulesOf(at, rules);
    at = path.join(at, name);
    if (isIgnored(index === names.length - 1 ? at : `${at}${path.sep}`, rules)) return false;
  }
  return true;
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

async function withRulesOf(folder: string, above: Rules): Promise<Rules> {
  const text = await readUri(pathToFileURL(path.join(folder, '.gitignore')).href);
  return text === undefined ? above : [...above, { folder, rules: ignore().add(text) }];
}

/** A folder's own rules go before those above it, where they speak of the file at all. */
function isIgnored(file: string, rules: Rules): boolean {
  for (const { folder, rules: own } of rules.toReversed()) {
    const end = file.endsWith(path.sep) ? '/' : '';
    const { ignored, unignored } = own.test(`${path.relative(folder, file).split(path.sep).join('/')}${end}`);
    if (ignored || unignored) return ignored;
  }
  return false;
}
