/** Outer overlays: objects of Flux and Argo CD that lay patches of their own over the kustomization that they name. */
import { splitDocuments } from '../yaml/documents.ts';
import { parseYaml } from '../yaml/parse.ts';
import { type FileTree, folderOf, resolvePath } from './filePath.ts';
import { kustomizationFileIn, type Step, stepsIn } from './kustomization.ts';
import { ARGO, FLUX, mayHoldOuterOverlay } from './names.ts';
import { at, type BuiltNode, builtFrom, documentSource, itemsAt, textAt } from './node.ts';

export interface OuterOverlay {
  /** The file that the object is in. */
  readonly file: string;
  /** For people: `Flux Kustomization apps`. */
  readonly name: string;
  /** The folder of the kustomization that it names. */
  readonly folder: string;
  readonly steps: readonly Step[];
}

/** The objects in a file that patch a kustomization of the same tree; their paths count from some folder above them. */
export function outerOverlaysIn(file: string, text: string, files: FileTree): readonly OuterOverlay[] {
  if (!mayHoldOuterOverlay(text)) return [];
  return splitDocuments(text).flatMap((slice): readonly OuterOverlay[] => {
    const document = parseYaml(text.slice(slice.start, slice.end));
    if (!slice.isDocument || document.problems.length > 0) return [];
    const source = documentSource(file, slice.start);
    const root = builtFrom(document.root, source);
    if (root === undefined) return [];
    return partsOf(root).flatMap(({ name, path, within, namespace }): readonly OuterOverlay[] => {
      const folder = folderAbove(file, path, files);
      if (folder === undefined) return [];
      const written = { node: document.root, text, start: slice.start, file };
      const steps: Step[] = [...stepsIn(at(root, ...within), within, folderOf(file), written)];
      if (namespace !== undefined) steps.push({ step: 'namespace', namespace });
      return steps.some(({ step }) => step === 'patch') ? [{ file, name, folder, steps }] : [];
    });
  });
}

interface Part {
  readonly name: string;
  readonly path: string;
  /** Where the fields of a kustomization stand in the object. */
  readonly within: readonly (string | number)[];
  readonly namespace: string | undefined;
}

function partsOf(root: BuiltNode): readonly Part[] {
  const apiVersion = textAt(root, 'apiVersion') ?? '';
  const kind = textAt(root, 'kind');
  const name = textAt(root, 'metadata', 'name') ?? '';
  if (apiVersion.startsWith(`${FLUX}/`) && kind === 'Kustomization') {
    const path = textAt(root, 'spec', 'path') ?? '.';
    const namespace = textAt(root, 'spec', 'targetNamespace');
    return [{ name: `Flux Kustomization ${name}`, path, within: ['spec'], namespace }];
  }
  if (!apiVersion.startsWith(`${ARGO}/`) || kind !== 'Application') return [];
  const sources = [
    ['spec', 'source'],
    ...itemsAt(root, 'spec', 'sources').map((_, index) => ['spec', 'sources', index]),
  ];
  return sources.flatMap((within): readonly Part[] => {
    const path = textAt(root, ...within, 'path');
    if (path === undefined) return [];
    const namespace = textAt(root, ...within, 'kustomize', 'namespace');
    return [{ name: `Argo CD Application ${name}`, path, within: [...within, 'kustomize'], namespace }];
  });
}

/** The paths of such objects count from the root of their repository, which is some folder above them. */
function folderAbove(file: string, path: string, files: FileTree): string | undefined {
  for (let above = folderOf(file); ; above = folderOf(above)) {
    const folder = resolvePath(above, path.replace(/^\/+/, ''));
    if (folder !== above && kustomizationFileIn(folder, files) !== undefined) return folder;
    if (above === '/') return undefined;
  }
}
