/** Files: what the server is lent of the workspace's files, by whatever it runs in. */
import type { FileSource } from '../shared/catalog/configFileSearch.ts';
import type { FolderSource } from '../shared/helm/chartFiles.ts';
import { isKustomizationName } from '../shared/kustomize/names.ts';

/** Reads nothing but what it is asked for, never rejects, and gives a long text in one piece. */
export interface Files extends FileSource, FolderSource {
  /**
   * The URIs of all YAML and JSON files and kustomizations below a folder, in no order: without folders that start with a dot, `node_modules`, what
   * `.gitignore` files leave out, and links to folders.
   */
  manifestsBelow(folder: string): AsyncIterable<string>;
  /** True where `manifestsBelow` would give the file, if it is there. */
  isListed(uri: string, folder: string): Promise<boolean>;
  /**
   * The same, but that nothing is there outside of the folders, by whatever path or link it is asked for. Left out where whoever reads
   * keeps to them already.
   */
  within?(folders: () => readonly string[]): Files;
}

/** A longer file is left alone when nobody has opened it: no person wrote it. In bytes. */
export const MAX_FILE = 4 * 1024 * 1024;

export function isManifestName(name: string): boolean {
  return (/\.(?:ya?ml|json)$/i.test(name) && !name.startsWith('.#')) || isKustomizationName(name);
}

export function isSkippedFolder(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

/** A name in a URI, with the same characters escaped that editors escape. */
export function asInUri(name: string): string {
  return encodeURIComponent(name).replace(
    /[!'()*]/g,
    (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
