/** Exclusions: which files the settings leave out. */

import { decoded } from '../text/uri.ts';
import { matchesGlob } from './globs.ts';
import type { Settings } from './settings.ts';

/**
 * The glob that leaves a file out, or undefined where none does. `uri` and `root` (the workspace folder, or where a command was started)
 * are URIs, or paths with `/`; a `.podproof.yaml`'s globs count from its own folder.
 */
export function exclusionOf({ exclude, file }: Settings, uri: string, root: string): string | undefined {
  if (exclude.globs.length === 0) return undefined;
  const base = exclude.isFromFile && file !== null ? folderOf(file.uri) : root;
  const inside = relativePath(uri, base);
  return inside === undefined ? undefined : exclude.globs.find((glob) => matchesGlob(glob, inside));
}

function folderOf(uri: string): string {
  return uri.slice(0, Math.max(0, uri.lastIndexOf('/')));
}

function relativePath(uri: string, base: string): string | undefined {
  const prefix = base === '' || base.endsWith('/') ? base : `${base}/`;
  return uri.startsWith(prefix) ? decoded(uri.slice(prefix.length)) : undefined;
}
