/** Where the `.podproof.yaml` of a file is. */

export const CONFIG_FILE_NAME = '.podproof.yaml';

/** What a host lends of the files of a workspace. */
export interface FileSource {
  /** The text of a file, or undefined where there is none or it cannot be read. */
  readFile(uri: string): Promise<string | undefined>;
}

/**
 * Where a file's `.podproof.yaml` may be, the nearest first: in its own folder, and in every folder above it up to the root. Both are
 * URIs, or both are paths with `/`; a file outside the root has its own folder alone.
 */
export function configFileCandidates(uri: string, root: string): readonly string[] {
  const base = root.endsWith('/') ? root.slice(0, -1) : root;
  const candidates: string[] = [];
  let folder = parentOf(uri);
  while (folder !== undefined) {
    candidates.push(`${folder}/${CONFIG_FILE_NAME}`);
    if (folder === base || !folder.startsWith(`${base}/`)) break;
    folder = parentOf(folder);
  }
  return candidates;
}

function parentOf(uri: string): string | undefined {
  const slash = uri.lastIndexOf('/');
  return slash < 0 ? undefined : uri.slice(0, slash);
}
