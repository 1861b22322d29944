/** Build files: which files name builds of images, known without reading one. */

/**
 * True for a path of the workspace whose text `buildsAmong` wants. The paths in a bake file count from where it is run, so that only one at the
 * root is certain.
 */
export function isBuildFile(path: string): boolean {
  const tool = BUILD_FILES.get(nameIn(path)) ?? OVERRIDDEN.get(nameIn(path));
  return tool !== undefined && (tool !== 'bake' || folderIn(path) === '');
}

/** Who reads a file that names builds. */
type BuildTool = 'compose' | 'skaffold' | 'bake';

/** By the names of files that name builds. */
export const BUILD_FILES: ReadonlyMap<string, BuildTool> = new Map([
  ['compose.yaml', 'compose'],
  ['compose.yml', 'compose'],
  ['docker-compose.yaml', 'compose'],
  ['docker-compose.yml', 'compose'],
  ['skaffold.yaml', 'skaffold'],
  ['docker-bake.json', 'bake'],
  ['docker-bake.hcl', 'bake'],
]);

/** Files that are laid over those of the same folder. */
export const OVERRIDDEN: ReadonlyMap<string, BuildTool> = new Map([
  ['compose.override.yaml', 'compose'],
  ['compose.override.yml', 'compose'],
  ['docker-compose.override.yaml', 'compose'],
  ['docker-compose.override.yml', 'compose'],
  ['docker-bake.override.json', 'bake'],
  ['docker-bake.override.hcl', 'bake'],
]);

/** The names that `buildsAmong` reads. */
export const BUILD_FILE_NAMES: readonly string[] = [...BUILD_FILES.keys(), ...OVERRIDDEN.keys()];

/** The last part of a path. */
export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder of a path, with a slash at its end; empty for the root. */
export function folderIn(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
