/** Sources: which texts the paths of a command line stand for, in an order that does not depend on the machine. */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { isKustomizationName } from '../shared/kustomize/names.ts';

/** A text to be read. */
export interface Source {
  /** As given, with the rest of the way behind a folder; `/` between names; `-` for standard input. */
  readonly name: string;
  /** Absolute path; undefined for standard input. */
  readonly file: string | undefined;
  /** True where the source itself is a path of the command line, and not found below one. */
  readonly isNamed: boolean;
}

/** A path behind which there is nothing to read. */
export interface Unreachable {
  readonly name: string;
  readonly reason: string;
}

export type Found =
  | { readonly found: 'source'; readonly source: Source }
  | { readonly found: 'nothing'; readonly unreachable: Unreachable };

/**
 * The sources in the order of the paths; a folder's in the order of their names, code unit by code unit. A file comes once, however
 * often it is named. One folder is listed at a time, so that a large tree costs no more than a small one.
 */
export function* sourcesOf(paths: readonly string[], cwd: string): Iterable<Found> {
  const seen = new Set<string>();
  for (const given of paths) {
    for (const found of sourcesBehind(given, cwd)) {
      const identity = found.found === 'source' ? (found.source.file ?? '-') : undefined;
      if (identity !== undefined && seen.has(identity)) continue;
      if (identity !== undefined) seen.add(identity);
      yield found;
    }
  }
}

function* sourcesBehind(given: string, cwd: string): Iterable<Found> {
  if (given === '-') {
    yield { found: 'source', source: { name: '-', file: undefined, isNamed: true } };
    return;
  }
  const path = resolve(cwd, given);
  const name = withSlashes(given);
  const kind = kindOf(path);
  if (kind === 'folder') yield* filesBelow(path, name);
  else if (kind === 'file' || kind === 'other')
    yield { found: 'source', source: { name, file: path, isNamed: true } };
  else yield nothing(name, kind.reason);
}

/** Links to folders are not followed: they lead round in circles, or to what is read already. */
function* filesBelow(folder: string, name: string): Iterable<Found> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    yield nothing(name, reasonOf(error));
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const prefix = name.endsWith('/') ? name : `${name}/`;
  for (const entry of entries) {
    const path = resolve(folder, entry.name);
    const entryName = prefix + entry.name;
    if (entry.isDirectory()) {
      if (!isSkippedFolder(entry.name)) yield* filesBelow(path, entryName);
    } else if (isManifestName(entry.name)) {
      if (entry.isFile()) yield { found: 'source', source: { name: entryName, file: path, isNamed: false } };
      else if (entry.isSymbolicLink()) yield* fileBehindLink(path, entryName);
    }
  }
}

function* fileBehindLink(path: string, name: string): Iterable<Found> {
  const kind = kindOf(path);
  if (kind === 'folder' || kind === 'other') return;
  if (kind === 'file') yield { found: 'source', source: { name, file: path, isNamed: false } };
  else yield nothing(name, kind.reason);
}

/** `other` is a pipe or a device: read where it is named (`<(kustomize build)`), passed over where it lies in a folder. */
function kindOf(path: string): 'file' | 'folder' | 'other' | { readonly reason: string } {
  try {
    const stats = statSync(path);
    return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other';
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** Folders that hold no manifests of the person's own. */
export function isSkippedFolder(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

/** `.#name` is the lock that Emacs keeps beside a file: a link that leads nowhere. */
function isManifestName(name: string): boolean {
  return (/\.(?:ya?ml|json)$/i.test(name) && !name.startsWith('.#')) || isKustomizationName(name);
}

function withSlashes(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}

function nothing(name: string, reason: string): Found {
  return { found: 'nothing', unreachable: { name, reason } };
}

/** Why a file could not be read or written, for people. */
export function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a folder',
  ELOOP: 'links that lead round in a circle',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  EDQUOT: 'no space left',
  EFBIG: 'the file is larger than may be written',
  ENOTSUP: 'no regular file',
  ERR_FS_FILE_TOO_LARGE: 'too large to be read',
  ERR_STRING_TOO_LONG: 'too large to be read',
};
