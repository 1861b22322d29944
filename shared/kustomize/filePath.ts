/** File paths: absolute, with `/` between names, whatever the host's own look like. */

/** The folder that a file or folder is in; `/` for what is at the top. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** The last name of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The path that a relative one names, counted from a folder. An absolute one stands for itself. */
export function resolvePath(folder: string, path: string): string {
  const names: string[] = [];
  const all = path.startsWith('/') ? path : `${folder}/${path}`;
  for (const name of all.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  return `/${names.join('/')}`;
}

/** The way from a folder to a file or folder, as a kustomization writes it. */
export function relativePath(folder: string, path: string): string {
  const from = folder.split('/').filter((name) => name !== '');
  const to = path.split('/').filter((name) => name !== '');
  let common = 0;
  while (common < from.length && common < to.length && from[common] === to[common]) common++;
  const way = [...from.slice(common).map(() => '..'), ...to.slice(common)];
  return way.length === 0 ? '.' : way.join('/');
}

/** Files as kustomizations see them. Paths are absolute, with `/` between names. */
export interface FileTree {
  /** The text of a file, without its byte order mark; undefined where there is none that can be read. */
  textOf(path: string): string | undefined;
  isFolder(path: string): boolean;
}
