/** Building: the objects of a kustomization with all that it lays over them, each value with the place that it comes from. */
import { documentsIn, isLocal, objectsOf, wholeFile } from './documents.ts';
import { type FileTree, folderOf, resolvePath } from './filePath.ts';
import { isJsonPatch, jsonPatch } from './jsonPatch.ts';
import {
  builtTransformer,
  type Generated,
  type Kustomization,
  kustomizationFileIn,
  type PatchText,
  placeOf,
  readKustomization,
  type Step,
} from './kustomization.ts';
import {
  at,
  type BuiltEntry,
  type BuiltMapping,
  type BuiltNode,
  textNode,
  withEntry,
  withValue,
} from './node.ts';
import {
  type BuiltObject,
  changedTo,
  effectiveNamespace,
  idOf,
  isSameId,
  isSelected,
  type ObjectId,
} from './object.ts';
import { inBuildOrder } from './order.ts';
import { leave, Refusal, refuse, Unfollowed } from './refusal.ts';
import { withReplacement } from './replacement.ts';
import { builtInSchema, ownSchema, type SchemaOf } from './schema.ts';
import { strategicMerge } from './strategicMerge.ts';
import { annotated, inNamespace, labeled, renamed, withImages, withReferences } from './transform.ts';

export type Build =
  | {
      readonly ok: true;
      readonly objects: readonly BuiltObject[];
      /** True where a schema that a kustomization brings decides how patches are merged. */
      readonly hasOwnSchema: boolean;
      /** What else there may be, for people: remote resources, charts, files that are not there. Empty where all is known. */
      readonly unknown: readonly string[];
    }
  /** One sentence for a person. */
  | { readonly ok: false; readonly problem: string };

/** Patches that are laid over a kustomization from outside, as a Flux or Argo CD object does. */
export interface OuterSteps {
  /** For people. */
  readonly name: string;
  readonly steps: readonly Step[];
}

/** Builds the kustomization in a folder. Total: what kustomize would not build, or what cannot be followed, is a problem. */
export function buildKustomization(folder: string, files: FileTree, outer?: OuterSteps): Build {
  const builder: Builder = {
    files,
    open: [],
    unknown: [],
    hasUnknownObjects: false,
    keepsOrder: false,
    schemaOf: builtInSchema,
    hasOwnSchema: false,
    budget: MAX_FOLDERS,
  };
  try {
    let objects = accumulate(builder, folder, [], 'root');
    if (outer !== undefined) objects = withSteps(builder, objects, outer.steps);
    objects = objects.filter(({ root }) => !isLocal(root));
    return {
      ok: true,
      objects: builder.keepsOrder ? objects : inBuildOrder(objects),
      hasOwnSchema: builder.hasOwnSchema,
      unknown: builder.unknown,
    };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.message };
    throw error;
  }
}

/** Overlays of overlays of overlays: more than this is a circle that does not look like one. */
const MAX_FOLDERS = 2000;

interface Builder {
  readonly files: FileTree;
  /** Folders that are being built, the outermost first. */
  readonly open: string[];
  readonly unknown: string[];
  hasUnknownObjects: boolean;
  keepsOrder: boolean;
  schemaOf: SchemaOf;
  hasOwnSchema: boolean;
  budget: number;
}

/** The objects of a folder; `under` are those of the kustomization that it is a component of, which it changes too. */
function accumulate(
  builder: Builder,
  folder: string,
  under: readonly BuiltObject[],
  role: 'root' | 'base' | 'component',
): readonly BuiltObject[] {
  const { files, open } = builder;
  if (open.includes(folder)) refuse(`${folder} includes itself.`);
  if (--builder.budget < 0) refuse('There are more kustomizations in each other than can be followed.');
  const file =
    kustomizationFileIn(folder, files) ?? refuse(`${folder} has no kustomization, or more than one.`);
  const kustomization =
    readKustomization(file, files.textOf(file) ?? '', files) ?? refuse(`${file} cannot be read.`);
  if (role === 'root') builder.keepsOrder = kustomization.keepsOrder;
  else if (kustomization.isComponent !== (role === 'component'))
    refuse(
      role === 'base'
        ? `${folder} is a component, and included as if it were none.`
        : `${folder} is no component, and included as if it were one.`,
    );
  open.push(folder);
  // The outermost schema counts, and for everything from here on.
  if (kustomization.schema !== undefined && !builder.hasOwnSchema) {
    builder.hasOwnSchema = true;
    builder.schemaOf = schemaIn(kustomization.schema, files);
  }
  const objects = [...under];
  for (const resource of kustomization.resources) {
    for (const object of resourceObjects(builder, kustomization, resource)) add(objects, object);
  }
  for (const generated of kustomization.generated) {
    if (!generated.changesAnother) objects.push(generatedObject(generated));
  }
  if (kustomization.generatesObjects) {
    builder.hasUnknownObjects = true;
    builder.unknown.push(`what ${file} generates`);
  }
  let built: readonly BuiltObject[] = objects;
  for (const component of kustomization.components) {
    const path = resolvePath(folder, component);
    if (files.isFolder(path)) built = accumulate(builder, path, built, 'component');
    else {
      builder.unknown.push(`the component ${component}`);
      builder.hasUnknownObjects = true;
      built = built.map((object) => ({ ...object, unknown: `the component ${component}` }));
    }
  }
  built = withSteps(builder, built, kustomization.steps);
  open.pop();
  return withReferences(built);
}

function schemaIn(file: string, files: FileTree): SchemaOf {
  const text = files.textOf(file);
  const [root] = text === undefined ? [] : (documentsOfPatch(text, { kind: 'file', path: file }) ?? []);
  return root === undefined ? () => leave('Its schema is not there.') : ownSchema(root);
}

function add(objects: BuiltObject[], object: BuiltObject): void {
  const id = object.ids.at(-1) ?? object.ids[0];
  if (objects.some(({ ids }) => isSameId(ids.at(-1) ?? ids[0], id)))
    refuse(`There are two of ${id.kind} ${id.name}.`);
  objects.push(object);
}

/** What is in it is left open; what counts is that it is there, for whatever names it. */
function generatedObject({ kind, name, namespace }: Generated): BuiltObject {
  const metadata = new Map([['name', { value: textNode(name) }]]);
  if (namespace !== '') metadata.set('namespace', { value: textNode(namespace) });
  const root: BuiltMapping = {
    kind: 'mapping',
    entries: new Map<string, BuiltEntry>([
      ['apiVersion', { value: textNode('v1') }],
      ['kind', { value: textNode(kind) }],
      ['metadata', { value: { kind: 'mapping', entries: metadata } }],
    ]),
  };
  return { root, ids: [idOf(root)], unknown: GENERATED };
}

const GENERATED = 'what is generated';

function resourceObjects(
  builder: Builder,
  { folder }: Kustomization,
  resource: string,
): readonly BuiltObject[] {
  const path = resolvePath(folder, resource);
  const text = builder.files.textOf(path);
  if (text !== undefined) {
    return objectsOf(text, wholeFile(path)).map(({ root, problem }) =>
      problem === undefined ? { root, ids: [idOf(root)] } : { root, ids: [idOf(root)], unknown: problem },
    );
  }
  if (builder.files.isFolder(path)) return accumulate(builder, path, [], 'base');
  builder.hasUnknownObjects = true;
  builder.unknown.push(resource);
  return [];
}

function withSteps(
  builder: Builder,
  objects: readonly BuiltObject[],
  steps: readonly Step[],
): readonly BuiltObject[] {
  let current = objects;
  for (const step of steps) {
    switch (step.step) {
      case 'patch':
        current = patched(builder, current, step);
        break;
      case 'namespace':
        current = inNamespace(current, step.namespace);
        break;
      case 'rename':
        current = renamed(current, step.prefix, step.suffix, step.kinds);
        break;
      case 'labels':
        current = labeled(current, step.values);
        break;
      case 'annotations':
        current = annotated(current, step.values);
        break;
      case 'images':
        current = withImages(current, step.images);
        break;
      case 'replacement':
        current = withReplacement(current, step, builder.hasUnknownObjects);
        break;
      case 'transformers':
        current = withTransformers(builder, current, step.folder);
        break;
      case 'unknown':
        builder.unknown.push(step.what);
        current = current.map((object) => ({ ...object, unknown: step.what }));
        break;
    }
  }
  return current;
}

/** The transformers that a folder builds, each with its paths counted from its own file. */
function withTransformers(
  builder: Builder,
  objects: readonly BuiltObject[],
  folder: string,
): readonly BuiltObject[] {
  let current = objects;
  for (const { root, unknown } of accumulate(builder, folder, [], 'base')) {
    const home = root.from === undefined ? folder : folderOf(root.from.source.file);
    const steps = unknown === undefined ? builtTransformer(root, home, builder.files) : undefined;
    const what = `the transformers of ${folder}`;
    current = withSteps(builder, current, steps ?? [{ step: 'unknown', what }]);
  }
  return current;
}

type PatchStep = Extract<Step, { step: 'patch' }>;

function patched(builder: Builder, objects: readonly BuiltObject[], step: PatchStep): readonly BuiltObject[] {
  const text = textOfPatch(step.patch, builder.files);
  const documents = text === undefined ? undefined : documentsOfPatch(text, step.patch);
  if (documents === undefined) {
    // A patch that is not there may be made before the build, and one that is broken is being typed: of what it could reach nothing is known.
    const what = step.patch.kind === 'file' ? step.patch.path : 'a patch';
    builder.unknown.push(what);
    return objects.map((object) => {
      const isReached = step.target === undefined || isSelected(object, step.target) !== false;
      return isReached ? { ...object, unknown: what } : object;
    });
  }
  const [first] = documents;
  if (first !== undefined && isJsonPatch(first)) return withJsonPatch(objects, step, first);
  const patches = documents.map((document) =>
    document.kind === 'mapping' ? document : refuse('A patch is neither an object nor a list of operations.'),
  );
  const { target } = step;
  if (target === undefined) {
    return patches.reduce((current, patch) => withNamedPatch(builder, current, step, patch), objects);
  }
  const [patch, ...others] = patches;
  if (patch === undefined || others.length > 0) return refuse('A patch with a target is not one object.');
  return objects.flatMap((object): BuiltObject[] => {
    const isMeant = isSelected(object, target);
    if (isMeant === undefined) return [{ ...object, unknown: 'a selector' }];
    return isMeant ? merged(object, patch, step, builder.schemaOf) : [object];
  });
}

function documentsOfPatch(text: string, patch: PatchText): readonly BuiltNode[] | undefined {
  try {
    return documentsIn(text, placeOf(patch));
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The text of a patch, or undefined where its file is not there. */
export function textOfPatch(patch: PatchText, files: FileTree): string | undefined {
  return patch.kind === 'file' ? files.textOf(patch.path) : patch.text;
}

function withJsonPatch(
  objects: readonly BuiltObject[],
  { target }: PatchStep,
  patch: BuiltNode,
): readonly BuiltObject[] {
  if (target === undefined) return refuse('A JSON patch has no target.');
  return objects.map((object): BuiltObject => {
    const isMeant = isSelected(object, target);
    if (isMeant === undefined) return { ...object, unknown: 'a selector' };
    if (!isMeant || object.unknown !== undefined) return object;
    return changedTo(object, jsonPatch(object.root, patch));
  });
}

/** Without a target, a patch is for the one object that has, or once had, the name in it. */
function withNamedPatch(
  builder: Builder,
  objects: readonly BuiltObject[],
  step: PatchStep,
  patch: BuiltMapping,
): readonly BuiltObject[] {
  const id = idOf(patch);
  const targets = objects.filter(({ ids }) => ids.some((one) => isSameId(one, id)));
  if (targets.length === 0 && builder.hasUnknownObjects) return objects;
  const [target] = targets;
  if (target === undefined || targets.length > 1)
    return refuse(
      `${targets.length === 0 ? 'Nothing' : 'More than one object'} is called ${inWords(id)}, which a patch is for.`,
    );
  return objects.flatMap((object) =>
    object === target ? merged(object, patch, step, builder.schemaOf) : [object],
  );
}

function inWords(id: ObjectId): string {
  return `${id.kind} ${id.name} in ${effectiveNamespace(id)}`;
}

/** What identifies an object stays as it is, unless the patch may change it. */
function merged(
  object: BuiltObject,
  patch: BuiltMapping,
  { mayRename, mayChangeKind }: PatchStep,
  schemaOf: SchemaOf,
): BuiltObject[] {
  if (object.unknown !== undefined) return [object];
  const id = object.ids.at(-1) ?? object.ids[0];
  const aimed = withEntry(patch, 'apiVersion', {
    value: at(object.root, 'apiVersion') ?? textNode(id.apiVersion),
  });
  const result = followed(() => strategicMerge(object.root, aimed, schemaOf(id.apiVersion, id.kind)));
  if (result instanceof Unfollowed) return [{ ...object, unknown: result.message }];
  if (result === undefined) return [];
  let root = result;
  const keep = (path: readonly string[]): void => {
    const before = at(object.root, ...path);
    root = before === undefined ? withoutKey(root, path) : withValue(root, path, before);
  };
  keep(['apiVersion']);
  if (!mayChangeKind) keep(['kind']);
  if (!mayRename) keep(['metadata', 'name']);
  keep(['metadata', 'namespace']);
  return [changedTo(object, root)];
}

function followed<T>(run: () => T): T | Unfollowed {
  try {
    return run();
  } catch (error) {
    if (error instanceof Unfollowed) return error;
    throw error;
  }
}

function withoutKey(mapping: BuiltMapping, path: readonly string[]): BuiltMapping {
  const [key = '', ...rest] = path;
  const entry = mapping.entries.get(key);
  if (entry === undefined) return mapping;
  if (rest.length > 0) {
    if (entry.value.kind !== 'mapping') return mapping;
    return withEntry(mapping, key, { ...entry, value: withoutKey(entry.value, rest) });
  }
  const entries = new Map(mapping.entries);
  entries.delete(key);
  return { ...mapping, entries };
}
