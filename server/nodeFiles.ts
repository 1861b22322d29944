/** Files in Node: read from the disk, each only when it is asked for. */
import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gunzip, type ZlibOptions } from 'node:zlib';
import ignore, { type Ignore } from 'ignore';
import { filesInArchive } from '../shared/helm/chartArchive.ts';
import type { FolderEntry } from '../shared/helm/chartFiles.ts';
import { asInUri, type Files, isManifestName, isSkippedFolder, MAX_FILE } from './files.ts';

export function createNodeFiles(): Files {
  return filesWhere(async () => true);
}

/** `isOpen` answers for an absolute path whether it may be read at all. */
function filesWhere(isOpen: (path: string) => Promise<boolean>): Files {
  const bytesOf = async (uri: string, most: number): Promise<Buffer | undefined> => {
    const file = pathOf(uri);
    return file !== undefined && (await isOpen(file)) ? await readRegular(file, most) : undefined;
  };
  const readFile = async (uri: string): Promise<string | undefined> => {
    const bytes = await bytesOf(uri, MAX_FILE);
    return bytes === undefined || bytes.includes(0)
      ? undefined
      : bytes.toString('utf8').replace(/^\uFEFF/, '');
  };
  return {
    readFile,
    async listFolder(uri) {
      const folder = pathOf(uri);
      const entries = folder !== undefined && (await isOpen(folder)) ? await entriesOf(folder) : [];
      return entries.map((entry): FolderEntry => ({ name: entry.name, isFolder: entry.isDirectory() }));
    },
    async readArchive(uri) {
      try {
        const packed = await bytesOf(uri, LARGEST_ARCHIVE);
        if (packed === undefined) return new Map();
        const bytes = await unpack(packed, { maxOutputLength: LARGEST_ARCHIVE });
        return filesInArchive(bytes, (content) => Buffer.from(content).toString('utf8'));
      } catch {
        return new Map();
      }
    },
    manifestsBelow: (folder) => manifestsBelow(folder, readFile),
    isListed: (uri, folder) => isListed(uri, folder, readFile),
    within: (folders) => filesWhere(insideOf(folders)),
  };
}

/** Answers whether a path lies in one of the folders once its links are followed. */
function insideOf(folders: () => readonly string[]): (file: string) => Promise<boolean> {
  // Many files of one folder are asked for in a row; a link that is made meanwhile counts soon.
  const known = new Map<string, { readonly real: Promise<string | undefined>; readonly until: number }>();
  const realFolder = (folder: string): Promise<string | undefined> => {
    const before = known.get(folder);
    const now = performance.now();
    if (before !== undefined && now < before.until) return before.real;
    if (known.size > 10_000) known.clear();
    const real = realOf(folder);
    known.set(folder, { real, until: now + 1000 });
    return real;
  };
  return async (given) => {
    const file = path.resolve(given);
    const roots = folders()
      .map(pathOf)
      .filter((root) => root !== undefined);
    // What is named outside is not even looked at.
    if (!roots.some((root) => isBelow(file, path.resolve(root)))) return false;
    const isLink = await lstat(file).then(
      (stats) => stats.isSymbolicLink(),
      () => false,
    );
    const parent = isLink ? undefined : await realFolder(path.dirname(file));
    const real = parent === undefined ? await realOf(file) : path.join(parent, path.basename(file));
    if (real === undefined) return false;
    const realRoots = await Promise.all(roots.map((root) => realFolder(path.resolve(root))));
    return realRoots.some((root) => root !== undefined && isBelow(real, root));
  };
}

function realOf(file: string): Promise<string | undefined> {
  return realpath(file).catch(() => undefined);
}

function isBelow(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : `${folder}${path.sep}`);
}

/** The bytes of a regular file of at most so many; undefined for anything else. A pipe or a device may never end, and is not begun. */
async function readRegular(file: string, most: number): Promise<Buffer | undefined> {
  try {
    // Without the flag a pipe would be waited for; on Windows there is none.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > most) return undefined;
      let bytes = Buffer.allocUnsafe(stats.size + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length, null);
        length += bytesRead;
        const isAtEnd = bytesRead === 0 || (length === stats.size && length < bytes.length);
        if (isAtEnd) return bytes.subarray(0, length);
        // It grows while it is read.
        if (length > most) return undefined;
        if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(2 * bytes.length, most + 1));
      }
    } finally {
      await handle.close();
    }
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

const unpack = promisify<Uint8Array, ZlibOptions, Uint8Array>(gunzip);

/** In bytes: Helm itself takes no larger chart (loader.MaxDecompressedChartSize). */
const LARGEST_ARCHIVE = 100 * 1024 * 1024;

type ReadFile = (uri: string) => Promise<string | undefined>;

/** The `.gitignore` files in force in a folder, each with the folder that it stands in. */
type Rules = readonly { readonly folder: string; readonly rules: Ignore }[];

/** Below the folder's own URI as the client spells it, so that one file has one name. */
async function* manifestsBelow(folder: string, readFile: ReadFile): AsyncIterable<string> {
  const root = pathOf(folder);
  if (root === undefined) return;
  const base = folder.endsWith('/') ? folder.slice(0, -1) : folder;
  const pending: { readonly folder: string; readonly rules: Rules }[] = [{ folder: root, rules: [] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const rules = await withRulesOf(next.folder, next.rules, readFile);
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

async function isListed(uri: string, folder: string, readFile: ReadFile): Promise<boolean> {
  const root = pathOf(folder);
  const file = pathOf(uri);
  if (root === undefined || file === undefined || !isManifestName(path.basename(file))) return false;
  const names = path.relative(root, file).split(path.sep);
  if (names.some((name) => name === '..') || names.slice(0, -1).some(isSkippedFolder)) return false;
  let at = root;
  let rules: Rules = [];
  for (const [index, name] of names.entries()) {
    rules = await withRulesOf(at, rules, readFile);
    at = path.join(at, name);
    const isLast = index === names.length - 1;
    if (isIgnored(isLast ? at : `${at}${path.sep}`, rules)) return false;
    const stats = await lstat(at).catch(() => undefined);
    // What is not there is listed where it would be.
    if (stats !== undefined && !(isLast ? stats.isFile() : stats.isDirectory())) return false;
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

async function withRulesOf(folder: string, above: Rules, readFile: ReadFile): Promise<Rules> {
  const text = await readFile(pathToFileURL(path.join(folder, '.gitignore')).href);
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
