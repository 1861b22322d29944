/** Kustomizations: what a `kustomization.yaml` says, as far as it bears on pods. */
import { splitDocuments } from '../yaml/documents.ts';
import { parseYaml } from '../yaml/parse.ts';
import { dereference, type Path, type ScalarNode, type YamlNode } from '../yaml/tree.ts';
import { type TextPlace, wholeFile } from './documents.ts';
import { type FileTree, folderOf, resolvePath } from './filePath.ts';
import { inlineOffsets } from './inlineText.ts';
import { KUSTOMIZATION_NAMES } from './names.ts';
import {
  at,
  type BuiltNode,
  type BuiltScalar,
  builtFrom,
  itemsAt,
  type Source,
  textAt,
  textIn,
  textsAt,
} from './node.ts';

export interface Kustomization {
  /** Absolute path. */
  readonly file: string;
  readonly folder: string;
  readonly isComponent: boolean;
  /** Resources and bases, as written. */
  readonly resources: readonly string[];
  readonly components: readonly string[];
  /** In the order in which kustomize applies them. */
  readonly steps: readonly Step[];
  /** True where objects are made that this reader does not make: charts, generator plugins. */
  readonly generatesObjects: boolean;
  /** Files of configuration, which are no resources. */
  readonly configurations: readonly string[];
  /** True where what is built keeps the order in which it is listed. */
  readonly keepsOrder: boolean;
  /** True where a schema of its own decides how patches are merged. */
  readonly hasOwnSchema: boolean;
}

/** Something that changes objects. */
export type Step =
  | {
      readonly step: 'patch';
      readonly patch: PatchText;
      readonly target: Selector | undefined;
      readonly mayRename: boolean;
      readonly mayChangeKind: boolean;
    }
  | { readonly step: 'namespace'; readonly namespace: string }
  | { readonly step: 'rename'; readonly prefix: string; readonly suffix: string }
  | { readonly step: 'labels' | 'annotations'; readonly values: ReadonlyMap<string, BuiltScalar> }
  | { readonly step: 'images'; readonly images: readonly ImageRule[] }
  | { readonly step: 'replacement'; readonly targets: readonly ReplacementTarget[] }
  /** A transformer of which nothing is known but that it is there. */
  | { readonly step: 'unknown'; readonly what: string };

/** A patch by its file or as text in the kustomization. */
export type PatchText =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'inline'; readonly text: string; readonly place: TextPlace };

export interface Selector {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly labelSelector: string;
  readonly annotationSelector: string;
}

export interface ImageRule {
  readonly name: string;
  readonly newName: string;
  readonly newTag: string;
  readonly digest: string;
  readonly tagSuffix: string;
}

export interface ReplacementTarget {
  readonly select: Selector;
  readonly reject: readonly Selector[];
  readonly fieldPaths: readonly string[];
}

/** The kustomization's file in a folder, or undefined where there is none, or more than one. */
export function kustomizationFileIn(folder: string, files: FileTree): string | undefined {
  const found = KUSTOMIZATION_NAMES.map((name) => resolvePath(folder, name)).filter(
    (path) => files.textOf(path) !== undefined,
  );
  return found.length === 1 ? found[0] : undefined;
}

/** Reads a kustomization; undefined for a text that is none, or is not known in full. */
export function readKustomization(file: string, text: string, files: FileTree): Kustomization | undefined {
  const read = readTree(file, text);
  if (read === undefined) return undefined;
  const { root, inline } = read;
  const kind = textAt(root, 'kind');
  if (kind !== undefined && kind !== 'Kustomization' && kind !== 'Component') return undefined;
  const apiVersion = textAt(root, 'apiVersion');
  if (apiVersion !== undefined && !apiVersion.startsWith('kustomize.config.k8s.io/')) return undefined;
  const folder = folderOf(file);
  return {
    file,
    folder,
    isComponent: kind === 'Component',
    resources: [...textsIn(root, 'resources'), ...textsIn(root, 'bases')],
    components: textsIn(root, 'components'),
    steps: [...stepsOf(root, folder, inline), ...transformersOf(root, folder, files)],
    generatesObjects: ['generators', 'helmCharts', 'helmChartInflationGenerator'].some(
      (key) => itemsAt(root, key).length > 0,
    ),
    configurations: [...textsIn(root, 'configurations'), ...textsIn(root, 'crds')],
    keepsOrder: textAt(root, 'sortOptions', 'order') === 'fifo',
    hasOwnSchema: textAt(root, 'openapi', 'path') !== undefined,
  };
}

interface ReadTree {
  readonly root: BuiltNode;
  /** The text of a scalar as a patch of its own. */
  readonly inline: (path: Path, text: string) => PatchText;
}

function readTree(file: string, text: string): ReadTree | undefined {
  const [slice, ...others] = splitDocuments(text).filter(({ isDocument }) => isDocument);
  if (slice === undefined || others.length > 0) return undefined;
  const document = parseYaml(text.slice(slice.start, slice.end));
  if (document.problems.length > 0) return undefined;
  const source: Source = {
    file,
    documentStart: slice.start,
    isInline: false,
    offsetInFile: (offset) => slice.start + offset,
  };
  const root = builtFrom(document.root, source);
  if (root?.kind !== 'mapping') return undefined;
  return {
    root,
    inline: (path, inlineText) => {
      const scalar = scalarAt(document.root, path);
      const offsetInFile =
        scalar === undefined ? () => slice.start : inlineOffsets(scalar, text, slice.start);
      return { kind: 'inline', text: inlineText, place: { file, isInline: true, offsetInFile } };
    },
  };
}

/** A document as it is written, in which patches may stand as text. */
export interface WrittenDocument {
  readonly file: string;
  /** The text of the whole file. */
  readonly text: string;
  /** Where the document starts in the file. */
  readonly start: number;
  readonly node: YamlNode | undefined;
}

/** The steps that a mapping with the fields of a kustomization asks for, where it stands at a path in a document. */
export function stepsIn(
  node: BuiltNode | undefined,
  within: Path,
  folder: string,
  { file, text, start, node: root }: WrittenDocument,
): readonly Step[] {
  if (node === undefined) return [];
  return stepsOf(node, folder, (path, inlineText) => {
    const scalar = scalarAt(root, [...within, ...path]);
    const offsetInFile = scalar === undefined ? () => start : inlineOffsets(scalar, text, start);
    return { kind: 'inline', text: inlineText, place: { file, isInline: true, offsetInFile } };
  });
}

function scalarAt(root: YamlNode | undefined, path: Path): ScalarNode | undefined {
  let node = dereference(root);
  for (const step of path) {
    const inner: YamlNode | undefined =
      node?.kind === 'mapping'
        ? node.entries.findLast(({ key }) => key === step)?.value
        : node?.kind === 'sequence' && typeof step === 'number'
          ? node.items[step]?.value
          : undefined;
    node = dereference(inner);
  }
  return node?.kind === 'scalar' ? node : undefined;
}

function textsIn(root: BuiltNode, key: string): readonly string[] {
  return itemsAt(root, key).flatMap((item) => textIn(item) ?? []);
}

/** The built-in transformers, in kustomize's own order (kusttarget_configplugin.go). */
function stepsOf(root: BuiltNode, folder: string, inline: ReadTree['inline']): readonly Step[] {
  const steps: Step[] = [];
  for (const [index, item] of itemsAt(root, 'patchesStrategicMerge').entries()) {
    const text = textIn(item);
    if (text === undefined) continue;
    const isText = /\n|^\s*\{|:\s/.test(text);
    const patch = isText
      ? inline(['patchesStrategicMerge', index], text)
      : ({ kind: 'file', path: resolvePath(folder, text) } as const);
    steps.push({ step: 'patch', patch, target: undefined, mayRename: false, mayChangeKind: false });
  }
  steps.push(...patchesAt(root, 'patches', folder, inline));
  const namespace = textAt(root, 'namespace');
  if (namespace !== undefined) steps.push({ step: 'namespace', namespace });
  const prefix = textAt(root, 'namePrefix') ?? '';
  const suffix = textAt(root, 'nameSuffix') ?? '';
  if (prefix !== '' || suffix !== '') steps.push({ step: 'rename', prefix, suffix });
  const labels = new Map(textsAt(root, 'commonLabels'));
  for (const item of itemsAt(root, 'labels'))
    for (const [key, value] of textsAt(item, 'pairs')) labels.set(key, value);
  if (labels.size > 0) steps.push({ step: 'labels', values: labels });
  const annotations = textsAt(root, 'commonAnnotations');
  if (annotations.size > 0) steps.push({ step: 'annotations', values: annotations });
  steps.push(...patchesAt(root, 'patchesJson6902', folder, inline));
  const images = [...itemsAt(root, 'images'), ...itemsAt(root, 'imageTags')].map(imageRule);
  if (images.length > 0) steps.push({ step: 'images', images });
  for (const item of itemsAt(root, 'replacements')) {
    if (textAt(item, 'path') !== undefined) steps.push({ step: 'unknown', what: 'a replacement' });
    else steps.push({ step: 'replacement', targets: itemsAt(item, 'targets').map(replacementTarget) });
  }
  return steps;
}

function patchesAt(
  root: BuiltNode,
  key: string,
  folder: string,
  inline: ReadTree['inline'],
): readonly Step[] {
  return itemsAt(root, key).flatMap((item, index): Step[] => {
    const path = textAt(item, 'path');
    const text = textAt(item, 'patch');
    if ((path === undefined) === (text === undefined)) return [];
    const patch: PatchText =
      path !== undefined
        ? { kind: 'file', path: resolvePath(folder, path) }
        : inline([key, index, 'patch'], text ?? '');
    const target = at(item, 'target');
    return [
      {
        step: 'patch',
        patch,
        target: target === undefined ? undefined : selectorOf(target),
        mayRename: textAt(item, 'options', 'allowNameChange') === 'true',
        mayChangeKind: textAt(item, 'options', 'allowKindChange') === 'true',
      },
    ];
  });
}

/** A selector as a target writes it; what it leaves out selects everything. */
export function selectorOf(node: BuiltNode | undefined): Selector {
  const text = (key: string): string => textAt(node, key) ?? '';
  return {
    group: text('group'),
    version: text('version'),
    kind: text('kind'),
    name: text('name'),
    namespace: text('namespace'),
    labelSelector: text('labelSelector'),
    annotationSelector: text('annotationSelector'),
  };
}

function imageRule(node: BuiltNode): ImageRule {
  const text = (key: string): string => textAt(node, key) ?? '';
  return {
    name: text('name'),
    newName: text('newName'),
    newTag: text('newTag'),
    digest: text('digest'),
    tagSuffix: text('tagSuffix'),
  };
}

function replacementTarget(node: BuiltNode): ReplacementTarget {
  return {
    select: selectorOf(at(node, 'select')),
    reject: itemsAt(node, 'reject').map(selectorOf),
    fieldPaths: textsIn(node, 'fieldPaths'),
  };
}

/** Transformers in files and as text. Those that kustomize brings and that bear on no practice are followed, or passed over. */
function transformersOf(root: BuiltNode, folder: string, files: FileTree): readonly Step[] {
  return itemsAt(root, 'transformers').flatMap((item): readonly Step[] => {
    const written = textIn(item) ?? '';
    const unknown: Step = { step: 'unknown', what: `the transformer ${written.split('\n')[0] ?? ''}` };
    const isText = /\n/.test(written);
    const path = resolvePath(folder, written);
    const text = isText ? written : files.textOf(path);
    const read = text === undefined ? undefined : readTree(path, text);
    if (read === undefined || textAt(read.root, 'apiVersion') !== 'builtin') return [unknown];
    return transformer(read, isText ? folder : folderOf(path)) ?? [unknown];
  });
}

function transformer({ root, inline }: ReadTree, folder: string): readonly Step[] | undefined {
  switch (textAt(root, 'kind')) {
    case 'LabelTransformer':
      return [{ step: 'labels', values: textsAt(root, 'labels') }];
    case 'AnnotationsTransformer':
      return [{ step: 'annotations', values: textsAt(root, 'annotations') }];
    case 'ImageTagTransformer':
      return [{ step: 'images', images: [imageRule(at(root, 'imageTag') ?? root)] }];
    case 'ReplicaCountTransformer':
      return [];
    case 'PatchTransformer': {
      const path = textAt(root, 'path');
      const text = textAt(root, 'patch');
      if ((path === undefined) === (text === undefined)) return undefined;
      const target = at(root, 'target');
      return [
        {
          step: 'patch',
          patch:
            path !== undefined
              ? { kind: 'file', path: resolvePath(folder, path) }
              : inline(['patch'], text ?? ''),
          target: target === undefined ? undefined : selectorOf(target),
          mayRename: false,
          mayChangeKind: false,
        },
      ];
    }
    default:
      return undefined;
  }
}

/** The place of a patch's text in a file of its own. */
export function placeOf(patch: PatchText): TextPlace {
  return patch.kind === 'file' ? wholeFile(patch.path) : patch.place;
}
