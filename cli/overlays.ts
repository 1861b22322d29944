/** Overlays: the kustomizations among and above the paths of a command line, and what they make of each file. */

import { type Dirent, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import {
  analyzeOverlays,
  isPartOf,
  type ToldFile,
  tellFile,
  toldFiles,
} from '../shared/analysis/overlays.ts';
import { DEFAULT_SETTINGS, type Settings } from '../shared/catalog/settings.ts';
import type { FileTree } from '../shared/kustomize/filePath.ts';
import { isKustomizationName, KUSTOMIZATION_NAMES, mayHoldOuterOverlay } from '../shared/kustomize/names.ts';
import type { Host } from './host.ts';
import { readRegularFile } from './readFile.ts';
import { decode } from './reading.ts';
import type { SettingsOf } from './settings.ts';
import { type Found, isSkippedFolder, type Source, sourcesOf } from './sources.ts';

export interface OpenedOverlays {
  /** True for a file that kustomizations use. */
  uses(file: string | undefined): boolean;
  /** What the kustomizations make of a file; undefined for one that they do not use. */
  tell(file: string | undefined, text: string, settings: Settings): ToldFile | undefined;
  /** Files outside the paths that kustomizations inside them build from, with something left open. */
  readonly further: readonly Found[];
  /** Kustomizations that cannot be built, by the names of their folders. */
  readonly problems: readonly { readonly name: string; readonly message: string }[];
}

/** Reads and builds what there is; undefined where there are no kustomizations. */
export async function openOverlays(
  paths: readonly string[],
  settingsOf: SettingsOf,
  { cwd }: Pick<Host, 'cwd'>,
): Promise<OpenedOverlays | undefined> {
  const inside: string[] = [];
  const named: string[] = [];
  const above = new Set<string>();
  for (const given of paths) {
    if (given === '-') continue;
    const path = resolve(cwd, given);
    const isFolder = FILES.isFolder(path);
    if (isFolder) {
      inside.push(...kustomizationsBelow(path));
      if (kustomizationsIn(path).length > 0) named.push(withSlashes(path));
    }
    for (const file of kustomizationsAbove(isFolder ? dirname(path) : path)) above.add(file);
  }
  const files = [...inside, ...above].map(withSlashes);
  if (files.length === 0) return undefined;
  const tree = keeping(FILES);
  const settings = new Map<string, Settings>();
  for (const file of files) {
    const folder = dirname(file);
    settings.set(folder, await settingsOf(sourceOf(file, cwd)));
  }
  const nameOf = (folder: string): string => nameFrom(folder, cwd);
  const given = new Set<string>();
  for (const found of sourcesOf(paths, cwd)) {
    if (found.found === 'source' && found.source.file !== undefined)
      given.add(withSlashes(found.source.file));
  }
  const insideFolders = new Set(inside.map((file) => withSlashes(dirname(file))));
  // A folder that is named is built itself, whatever includes it; else what lies above it says what becomes of its files.
  const overlays = analyzeOverlays(files, tree, {
    rootsAmong: (roots) => [
      ...new Set([...named, ...roots.filter((folder) => insideFolders.has(folder) || named.length === 0)]),
    ],
    others: [...given].filter((file) => mayHoldOuterOverlay(FILES.textOf(file) ?? '')),
    settingsOf: (folder) => settings.get(folder) ?? DEFAULT_SETTINGS,
  });
  const built = overlays.analyses.filter((one) =>
    insideFolders.has(one.ok ? one.overlay.folder : one.folder),
  );
  const outside = [...toldFiles({ ...overlays, analyses: built })].sort();
  return {
    uses: (file) => file !== undefined && isPartOf(overlays, withSlashes(file)),
    tell: (file, text, own) => {
      const path = file === undefined ? undefined : withSlashes(file);
      if (path === undefined || !isPartOf(overlays, path)) return undefined;
      return toldWithNames(tellFile(overlays, path, text, own, nameOf), nameOf);
    },
    further: outside
      .filter((file) => !given.has(file))
      .map((file) => ({ found: 'source', source: sourceOf(file, cwd) })),
    problems: built.flatMap((one) =>
      one.ok
        ? []
        : [
            {
              name: nameOf(one.folder),
              message: `this kustomization cannot be built, and its files are checked alone: ${one.problem}`,
            },
          ],
    ),
  };
}

/** With the names of overlays in place of their paths. */
export function toldWithNames(told: ToldFile, nameOf: (folder: string) => string): ToldFile {
  const findings = told.findings.map((one) => ({
    ...one,
    overlays: one.overlays === null ? null : one.overlays.map(nameOf),
  }));
  return { ...told, findings };
}

export function sourceOf(file: string, cwd: string): Source {
  return { name: nameFrom(file, cwd), file: sep === '\\' ? file.replaceAll('/', sep) : file, isNamed: false };
}

/** A path as a person in the current folder would write it. */
export function nameFrom(path: string, cwd: string): string {
  return withSlashes(relative(cwd, path)) || '.';
}

export function withSlashes(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}

/** The files of this machine. */
export const FILES: FileTree = {
  textOf(path) {
    try {
      const reading = decode(readRegularFile(path));
      return reading.state === 'text' ? reading.text : undefined;
    } catch {
      return undefined;
    }
  },
  isFolder(path) {
    try {
      return statSync(path).isDirectory();
    } catch {
      return false;
    }
  },
};

/** Bases are read once, however many overlays share them. */
function keeping(files: FileTree): FileTree {
  const texts = new Map<string, string | undefined>();
  return {
    textOf(path) {
      if (!texts.has(path)) texts.set(path, files.textOf(path));
      return texts.get(path);
    },
    isFolder: (path) => files.isFolder(path),
  };
}

/** Links to folders are not followed, as for any other file. */
function kustomizationsBelow(folder: string): readonly string[] {
  const found: string[] = [];
  const pending = [folder];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    let entries: Dirent[];
    try {
      entries = readdirSync(current, { withFileTypes: true });
    } catch {
      continue;
    }
    for (const entry of entries) {
      if (entry.isDirectory()) {
        if (!isSkippedFolder(entry.name)) pending.push(join(current, entry.name));
      } else if (isKustomizationName(entry.name)) found.push(join(current, entry.name));
    }
  }
  return found;
}

/** A patch lies a few folders below its kustomization at most; a repository ends the search. */
const MAX_LEVELS_UP = 6;

function kustomizationsAbove(path: string): readonly string[] {
  const found: string[] = [];
  let folder = path;
  for (let level = 0; level < MAX_LEVELS_UP; level++) {
    found.push(...kustomizationsIn(folder));
    const parent = dirname(folder);
    if (parent === folder || FILES.isFolder(join(folder, '.git'))) break;
    folder = parent;
  }
  return found;
}

function kustomizationsIn(folder: string): readonly string[] {
  return KUSTOMIZATION_NAMES.map((name) => join(folder, name)).filter((file) => {
    try {
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
