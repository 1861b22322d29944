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
  type BuiltMapping,
  type BuiltNode,
  type BuiltScalar,
  builtFrom,
  documentSource,
  itemsAt,
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
  /** ConfigMaps and Secrets, whose content is left open. */
  readonly generated: readonly Generated[];
  /** True where objects are made that this reader does not make: charts, generator plugins. */
  readonly generatesObjects: boolean;
  /** Files of configuration, which are no resources. */
  readonly configurations: readonly string[];
  /** True where what is built keeps the order in which it is listed. */
  readonly keepsOrder: boolean;
  /** The file with a schema of its own, which decides how patches are merged. */
  readonly schema: string | undefined;
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
  | {
      readonly step: 'rename';
      readonly prefix: string;
      readonly suffix: string;
      /** The kinds that it is for; undefined for all. */
      readonly kinds?: ReadonlySet<string>;
    }
  | { readonly step: 'labels' | 'annotations'; readonly values: ReadonlyMap<string, BuiltScalar> }
  | { readonly step: 'images'; readonly images: readonly ImageRule[] }
  | {
      readonly step: 'replacement';
      readonly source: ReplacementSource | undefined;
      /** A value that is written out, in place of a source. */
      readonly value: BuiltScalar | undefined;
      readonly targets: readonly ReplacementTarget[];
    }
  /** The transformers that a kustomization in this folder builds. */
  | { readonly step: 'transformers'; readonly folder: string }
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

export type ObjectSelector = Selector;

export interface ReplacementSource {
  readonly select: ObjectSelector;
  readonly fieldPath: string;
  readonly options: FieldOptions;
}

export interface ReplacementTarget {
  readonly select: ObjectSelector;
  readonly reject: readonly ObjectSelector[];
  readonly fieldPaths: readonly string[];
  readonly options: FieldOptions;
}

export interface FieldOptions {
  /** Empty where the whole text counts. */
  readonly delimiter: string;
  readonly index: number;
  readonly create: boolean;
}

/** A ConfigMap or a Secret that is made. */
export interface Generated {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly namespace: string;
  /** True where it changes one that is there. */
  readonly changesAnother: boolean;
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
  const schema = textAt(root, 'openapi', 'path');
  return {
    file,
    folder,
    isComponent: kind === 'Component',
    resources: [...textsIn(root, 'resources'), ...textsIn(root, 'bases')],
    components: textsIn(root, 'components'),
    steps: [...stepsOf(root, folder, inline, files), ...transformersOf(root, folder, files)],
    generated: [...generatedIn(root, 'configMapGenerator'), ...generatedIn(root, 'secretGenerator')],
    generatesObjects: ['generators', 'helmCharts', 'helmChartInflationGenerator'].some(
      (key) => itemsAt(root, key).length > 0,
    ),
    configurations: [...textsIn(root, 'configurations'), ...textsIn(root, 'crds')],
    keepsOrder: textAt(root, 'sortOptions', 'order') === 'fifo',
    schema: schema === undefined ? undefined : resolvePath(folder, schema),
  };
}

interface ReadTree {
  readonly root: BuiltNode;
  /** The text of a scalar as a patch of its own. */
  readonly inline: (path: Path, text: string) => PatchText;
}

function readTree(file: string, text: string): ReadTree | undefined {
  const [tree, ...others] = treesIn(file, text) ?? [];
  return tree?.root.kind === 'mapping' && others.length === 0 ? tree : undefined;
}

/** The documents of a text; undefined where one of them is not known in full. */
function treesIn(file: string, text: string): readonly ReadTree[] | undefined {
  const trees: ReadTree[] = [];
  for (const slice of splitDocuments(text)) {
    if (!slice.isDocument) continue;
    const document = parseYaml(text.slice(slice.start, slice.end));
    if (document.problems.length > 0) return undefined;
    const source = documentSource(file, slice.start);
    const root = builtFrom(document.root, source);
    if (root === undefined) return undefined;
    trees.push({
      root,
      inline: (path, inlineText) => {
        const scalar = scalarAt(document.root, path);
        const offsetInFile =
          scalar === undefined ? () => slice.start : inlineOffsets(scalar, text, slice.start);
        return { kind: 'inline', text: inlineText, place: { file, isInline: true, offsetInFile } };
      },
    });
  }
  return trees;
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
function stepsOf(
  root: BuiltNode,
  folder: string,
  inline: ReadTree['inline'],
  files?: FileTree,
): readonly Step[] {
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
    const path = textAt(item, 'path');
    if (path === undefined) steps.push(replacementStep(item));
    else steps.push(...replacementsIn(resolvePath(folder, path), files));
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

function replacementStep(node: BuiltNode): Step {
  const source = at(node, 'source');
  const value = at(node, 'sourceValue');
  return {
    step: 'replacement',
    source:
      source === undefined
        ? undefined
        : {
            select: selectorOf(source),
            fieldPath: textAt(source, 'fieldPath') ?? 'metadata.name',
            options: fieldOptions(source),
          },
    value: value?.kind === 'scalar' ? { ...value, isPlain: true } : undefined,
    targets: itemsAt(node, 'targets').map((target): ReplacementTarget => {
      const paths = textsIn(target, 'fieldPaths');
      return {
        select: selectorOf(at(target, 'select')),
        reject: itemsAt(target, 'reject').map(selectorOf),
        fieldPaths: paths.length === 0 ? ['metadata.name'] : paths,
        options: fieldOptions(target),
      };
    }),
  };
}

function fieldOptions(node: BuiltNode): FieldOptions {
  return {
    delimiter: textAt(node, 'options', 'delimiter') ?? '',
    index: Number(textAt(node, 'options', 'index') ?? 0),
    create: textAt(node, 'options', 'create') === 'true',
  };
}

/** Replacements in a file of their own: one, or a list of them. */
function replacementsIn(path: string, files: FileTree | undefined): readonly Step[] {
  const text = files?.textOf(path);
  const nodes = text === undefined ? undefined : treesIn(path, text);
  if (nodes === undefined) return [{ step: 'unknown', what: 'a replacement' }];
  return nodes.flatMap(({ root }) => (root.kind === 'sequence' ? root.items : [root])).map(replacementStep);
}

function generatedIn(root: BuiltNode, key: 'configMapGenerator' | 'secretGenerator'): readonly Generated[] {
  return itemsAt(root, key).flatMap((item): Generated[] => {
    const name = textAt(item, 'name');
    const behavior = textAt(item, 'behavior') ?? 'create';
    if (name === undefined) return [];
    return [
      {
        kind: key === 'configMapGenerator' ? 'ConfigMap' : 'Secret',
        name,
        namespace: textAt(item, 'namespace') ?? '',
        changesAnother: behavior !== 'create' && behavior !== 'unspecified',
      },
    ];
  });
}

/** Transformers in files, in folders and as text. Those that kustomize brings and that bear on no practice are followed, or passed over. */
function transformersOf(root: BuiltNode, folder: string, files: FileTree): readonly Step[] {
  return itemsAt(root, 'transformers').flatMap((item): readonly Step[] => {
    const written = textIn(item) ?? '';
    const unknown: Step = { step: 'unknown', what: `the transformer ${written.split('\n')[0] ?? ''}` };
    const isText = /\n/.test(written);
    const path = resolvePath(folder, written);
    if (!isText && files.isFolder(path)) return [{ step: 'transformers', folder: path }];
    const text = isText ? written : files.textOf(path);
    const trees = text === undefined ? undefined : treesIn(path, text);
    if (trees === undefined) return [unknown];
    return trees.flatMap((tree) => transformer(tree, isText ? folder : folderOf(path), files) ?? [unknown]);
  });
}

/** The steps of a transformer that a kustomization has built; undefined for one that kustomize does not bring. */
export function builtTransformer(
  root: BuiltMapping,
  folder: string,
  files: FileTree,
): readonly Step[] | undefined {
  const { from } = root;
  const inline: ReadTree['inline'] = (_, text) => {
    const start = from?.start ?? 0;
    return {
      kind: 'inline',
      text,
      place: { file: from?.source.file ?? folder, isInline: true, offsetInFile: () => start },
    };
  };
  return transformer({ root, inline }, folder, files);
}

function transformer(
  { root, inline }: ReadTree,
  folder: string,
  files: FileTree,
): readonly Step[] | undefined {
  if (textAt(root, 'apiVersion') !== 'builtin') return undefined;
  // Where fields are named, the names of objects are those that the step is about, or nothing that matters.
  const isUsual = itemsAt(root, 'fieldSpecs').every((spec) =>
    ['metadata/name', 'metadata/namespace'].includes(textAt(spec, 'path') ?? ''),
  );
  switch (textAt(root, 'kind')) {
    case 'LabelTransformer':
      return [{ step: 'labels', values: textsAt(root, 'labels') }];
    case 'AnnotationsTransformer':
      return [{ step: 'annotations', values: textsAt(root, 'annotations') }];
    case 'ImageTagTransformer':
      return [{ step: 'images', images: [imageRule(at(root, 'imageTag') ?? root)] }];
    case 'ReplicaCountTransformer':
    case 'HashTransformer':
    case 'SortOrderTransformer':
      return [];
    case 'PrefixTransformer':
    case 'SuffixTransformer':
    case 'PrefixSuffixTransformer': {
      const kinds = itemsAt(root, 'fieldSpecs').map((spec) => textAt(spec, 'kind') ?? '');
      const prefix = textAt(root, 'prefix') ?? '';
      const suffix = textAt(root, 'suffix') ?? '';
      const rename = { step: 'rename', prefix, suffix } as const;
      if (!isUsual) return undefined;
      return [kinds.includes('') || kinds.length === 0 ? rename : { ...rename, kinds: new Set(kinds) }];
    }
    case 'NamespaceTransformer': {
      const namespace = textAt(root, 'metadata', 'namespace');
      return isUsual && namespace !== undefined ? [{ step: 'namespace', namespace }] : undefined;
    }
    case 'ReplacementTransformer':
      return stepsOf(root, folder, inline, files).filter(
        ({ step }) => step === 'replacement' || step === 'unknown',
      );
    case 'PatchStrategicMergeTransformer': {
      const text = textAt(root, 'patches');
      const paths = itemsAt(root, 'paths').flatMap((item) => textIn(item) ?? []);
      return [
        ...paths.map((path): PatchText => ({ kind: 'file', path: resolvePath(folder, path) })),
        ...(text === undefined ? [] : [inline(['patches'], text)]),
      ].map((patch) => ({ step: 'patch', patch, target: undefined, mayRename: false, mayChangeKind: false }));
    }
    case 'PatchTransformer':
    case 'PatchJson6902Transformer': {
      const path = textAt(root, 'path');
      const key = root.kind === 'mapping' && root.entries.has('jsonOp') ? 'jsonOp' : 'patch';
      const text = textAt(root, key);
      if ((path === undefined) === (text === undefined)) return undefined;
      const target = at(root, 'target');
      return [
        {
          step: 'patch',
          patch:
            path !== undefined
              ? { kind: 'file', path: resolvePath(folder, path) }
              : inline([key], text ?? ''),
          target: target === undefined ? undefined : selectorOf(target),
          mayRename: textAt(root, 'options', 'allowNameChange') === 'true',
          mayChangeKind: textAt(root, 'options', 'allowKindChange') === 'true',
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
