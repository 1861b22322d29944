/** Workspaces: the kustomizations around some files, which of them include which, and what they use each file as. */
import { type FileTree, resolvePath } from './filePath.ts';
import {
  type Kustomization,
  kustomizationFileIn,
  type PatchText,
  readKustomization,
  type Selector,
  type Step,
} from './kustomization.ts';
import { type OuterOverlay, outerOverlaysIn } from './outerOverlay.ts';

export interface KustomizeWorkspace {
  /** By their folders. */
  readonly kustomizations: ReadonlyMap<string, Kustomization>;
  /** Folders of the kustomizations that no other includes: what people build. Sorted. */
  readonly roots: readonly string[];
  /** Objects that lay patches over kustomizations from outside; what they name is no root. */
  readonly outer: readonly OuterOverlay[];
  /** Files that hold resources. */
  readonly resources: ReadonlySet<string>;
  /** Files that are laid over resources, and are no resources themselves. */
  readonly patches: ReadonlySet<string>;
  /** Patches written in kustomizations, by the kustomizations' files. */
  readonly inlinePatches: ReadonlyMap<string, readonly InlinePatch[]>;
  /** Patches with a target, by the files that they stand in: as their text, or in one of their own. */
  readonly aimedPatches: ReadonlyMap<string, readonly AimedPatch[]>;
}

export interface AimedPatch {
  readonly patch: PatchText;
  readonly target: Selector;
}

export type InlinePatch = Extract<PatchText, { kind: 'inline' }>;

/**
 * Reads kustomizations, given by their files, and all that they include; `others` are files that may hold outer overlays. Total.
 */
export function readWorkspace(
  kustomizationFiles: Iterable<string>,
  files: FileTree,
  others: Iterable<string> = [],
): KustomizeWorkspace {
  const kustomizations = new Map<string, Kustomization>();
  const included = new Set<string>();
  const resources = new Set<string>();
  const patches = new Set<string>();
  const inlinePatches = new Map<string, InlinePatch[]>();
  const aimedPatches = new Map<string, AimedPatch[]>();
  const seen = new Set<string>();
  const note = (file: string, { patch, target }: Extract<Step, { step: 'patch' }>): void => {
    if (patch.kind === 'file') patches.add(patch.path);
    else inlinePatches.set(file, [...(inlinePatches.get(file) ?? []), patch]);
    const place = patch.kind === 'file' ? patch.path : file;
    if (target !== undefined)
      aimedPatches.set(place, [...(aimedPatches.get(place) ?? []), { patch, target }]);
  };
  const pending = [...kustomizationFiles];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = files.textOf(file);
    const kustomization = text === undefined ? undefined : readKustomization(file, text, files);
    if (kustomization === undefined) continue;
    const { folder } = kustomization;
    if (kustomizationFileIn(folder, files) !== file) continue;
    kustomizations.set(folder, kustomization);
    for (const written of [...kustomization.resources, ...kustomization.components]) {
      const path = resolvePath(folder, written);
      const inner = kustomizationFileIn(path, files);
      if (inner !== undefined) {
        included.add(path);
        pending.push(inner);
      } else resources.add(path);
    }
    for (const step of kustomization.steps) {
      if (step.step === 'transformers') {
        const inner = kustomizationFileIn(step.folder, files);
        included.add(step.folder);
        if (inner !== undefined) pending.push(inner);
      }
      if (step.step === 'patch') note(file, step);
    }
  }
  const outer: OuterOverlay[] = [];
  for (const file of others) {
    for (const overlay of outerOverlaysIn(file, files.textOf(file) ?? '', files)) {
      if (!kustomizations.has(overlay.folder)) continue;
      outer.push(overlay);
      included.add(overlay.folder);
      for (const step of overlay.steps) {
        if (step.step === 'patch' && step.patch.kind === 'inline') note(file, step);
      }
    }
  }
  for (const resource of resources) patches.delete(resource);
  const roots = [...kustomizations.values()]
    .filter(({ folder, isComponent }) => !isComponent && !included.has(folder))
    .map(({ folder }) => folder)
    .sort();
  return { kustomizations, roots, outer, resources, patches, inlinePatches, aimedPatches };
}
