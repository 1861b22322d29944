/** Chart files: where in a chart a file stands, and the files of a chart as a host's file system gives them. */
import type { ChartFiles } from './chart.ts';
import { chartFoldersOf } from './chartNames.ts';

/** What a host lends of its files. Places are absolute paths or URIs, with `/` between names and none at the end. */
export interface FolderSource {
  /** The text of a file, or undefined where there is none or it cannot be read. */
  readFile(place: string): Promise<string | undefined>;
  /** The names in a folder; none where there is no such folder. */
  listFolder(place: string): Promise<readonly FolderEntry[]>;
  /** The text files in a gzipped tar archive, by their paths in it; left out where the host cannot unpack one. */
  readArchive?(place: string): Promise<ReadonlyMap<string, string>>;
}

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** A file of a chart: the folder of the chart, and the file's path from there. */
export interface ChartPlace {
  readonly root: string;
  readonly path: string;
}

/**
 * The chart that a file belongs to, as a template of it, one of its values files or its Chart.yaml; undefined for any other file. A subchart
 * counts as a part of the chart in whose `charts` folder it lies.
 */
export async function chartPlaceOf(file: string, source: FolderSource): Promise<ChartPlace | undefined> {
  for (const folder of chartFoldersOf(file)) {
    if (!(await isChart(folder, source))) continue;
    let root = folder;
    for (;;) {
      const parent = /^(.*)\/charts\/[^/]+$/.exec(root)?.[1];
      if (parent === undefined || !(await isChart(parent, source))) break;
      root = parent;
    }
    return { root, path: file.slice(root.length + 1) };
  }
  return undefined;
}

async function isChart(folder: string, source: FolderSource): Promise<boolean> {
  return (await source.readFile(`${folder}/Chart.yaml`)) !== undefined;
}

/** More files, or more text, than this is no chart that a person keeps. */
const MAX_FILES = 2000;
const MAX_TEXT = 16_000_000;
const MAX_FOLDER_DEPTH = 12;

/**
 * The files of the chart in a folder that decide what it writes, with further values files by their paths from that folder; undefined
 * where it is too large.
 */
export async function readChartFiles(
  root: string,
  valuesFiles: readonly string[],
  source: FolderSource,
): Promise<ChartFiles | undefined> {
  const found = await pathsIn(root, source);
  if (found === undefined) return undefined;
  const { paths, archives } = found;
  const files = new Map<string, string>();
  let length = 0;
  for (const path of new Set([...paths, ...valuesFiles])) {
    const text = await source.readFile(`${root}/${path}`);
    if (text === undefined) continue;
    length += text.length;
    if (length > MAX_TEXT) return undefined;
    files.set(path, text);
  }
  for (const archive of archives) {
    for (const [name, text] of (await source.readArchive?.(`${root}/${archive}`)) ?? []) {
      // A dependency that lies there unpacked too is the one that somebody works on.
      const path = `${archive.slice(0, archive.lastIndexOf('/') + 1)}${name}`;
      length += text.length;
      if (length > MAX_TEXT) return undefined;
      if (!name.split('/').includes('..') && !files.has(path)) files.set(path, text);
    }
  }
  return files;
}

async function pathsIn(
  root: string,
  source: FolderSource,
): Promise<{ readonly paths: readonly string[]; readonly archives: readonly string[] } | undefined> {
  const paths: string[] = [];
  const archives: string[] = [];
  const folders: {
    readonly path: string;
    readonly holds: 'chart' | 'templates' | 'charts';
    readonly depth: number;
  }[] = [{ path: '', holds: 'chart', depth: 0 }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const { path, holds, depth } = folder;
    if (depth > MAX_FOLDER_DEPTH) continue;
    for (const { name, isFolder } of await source.listFolder(`${root}/${path}`.replace(/\/$/, ''))) {
      const inner = `${path}${name}`;
      if (!isFolder) {
        if (holds === 'charts' && name.endsWith('.tgz')) archives.push(inner);
        if (holds === 'templates' || (holds === 'chart' && ROOT_FILES.has(name))) paths.push(inner);
        continue;
      }
      const inside = { path: `${inner}/`, depth: depth + 1 };
      if (holds === 'charts') folders.push({ ...inside, holds: 'chart' });
      else if (holds === 'templates' || name === 'templates') folders.push({ ...inside, holds: 'templates' });
      else if (name === 'charts') folders.push({ ...inside, holds: 'charts' });
    }
    if (paths.length > MAX_FILES) return undefined;
  }
  return { paths: paths.sort(), archives: archives.sort() };
}

const ROOT_FILES: ReadonlySet<string> = new Set(['Chart.yaml', 'values.yaml', 'requirements.yaml']);
