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

/** The groups of the objects of Flux and Argo CD that may lay patches over a kustomization. */
export const FLUX = 'kustomize.toolkit.fluxcd.io';
export const ARGO = 'argoproj.io';

/** Whether a text may hold such an object; a text without these words holds none. */
export function mayHoldOuterOverlay(text: string): boolean {
  return (
    (text.includes(FLUX) || (text.includes(ARGO) && text.includes('kustomize'))) && text.includes('patch')
  );
}
