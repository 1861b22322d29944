/** Names: which files are kustomizations, known without reading one. */

/** The names of the file, in the order in which kustomize looks for them. */
export const KUSTOMIZATION_NAMES: readonly string[] = [
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
];

/** True for a path that a kustomization's file would have. */
export function isKustomizationName(path: string): boolean {
  return KUSTOMIZATION_NAMES.includes(path.slice(path.lastIndexOf('/') + 1));
}
