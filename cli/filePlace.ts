/** File places: how a file is named to a program that reads a report somewhere else. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The file as seen from the folder, with `/` between names; undefined where it does not lie below it, or is standard input. */
export function pathBelow(folder: string, name: string): string | undefined {
  if (name === '-') return undefined;
  const path = relative(folder, resolve(folder, name)).replaceAll(sep, '/');
  return path === '' || path.startsWith('../') || isAbsolute(path) ? undefined : path;
}

/** The file as a URI; relative to the folder where it lies below it. */
export function uriFrom(
  folder: string,
  name: string,
): { readonly uri: string; readonly isRelative: boolean } {
  const below = pathBelow(folder, name);
  if (below !== undefined)
    return { uri: below.split('/').map(encodeURIComponent).join('/'), isRelative: true };
  if (name === '-') return { uri: 'standard-input', isRelative: true };
  return { uri: pathToFileURL(resolve(folder, name)).href, isRelative: false };
}
