/** Building: the objects of a kustomization with all that it lays over them, each value with the place that it comes from. */
import { documentsIn, objectsOf, wholeFile } from './documents.ts';
import { type FileTree, resolvePath } from './filePath.ts';
import { isJsonPatch, jsonPatch } from './jsonPatch.ts';
import {
  type Kustomization,
  kustomizationFileIn,
  type PatchText,
  placeOf,
  readKustomization,
  type Step,
} from './kustomization.ts';
import { at, type BuiltMapping, type BuiltNode, textNode, withEntry, withValue } from './node.ts';
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
import { Refusal, refuse } from './refusal.ts';
import { mergesLists, strategicMerge } from './strategicMerge.ts';
import {
  annotated,
  inNamespace,
  labeled,
  renamed,
  withImages,
  withReferences,
  withReplacements,
} from './transform.ts';

export type Build =
  | {
      readonly ok: true;
      readonly objects: readonly BuiltObject[];
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
    budget: MAX_FOLDERS,
  };
  try {
    let objects = accumulate(builder, folder, [], 'root');
    if (outer !== undefined) objects = withSteps(builder, objects, outer.steps, false);
    return {
      ok: true,
      objects: builder.keepsOrder ? objects : inBuildOrder(objects),
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
  const objects = [...under];
  for (const resource of kustomization.resources) {
    for (const object of resourceObjects(builder, kustomization, resource)) add(objects, object);
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
  built = withSteps(builder, built, kustomization.steps, kustomization.hasOwnSchema);
  open.pop();
  return withReferences(built);
}

function add(objects: BuiltObject[], object: BuiltObject): void {
  const id = object.ids.at(-1) ?? object.ids[0];
  if (objects.some(({ ids }) => isSameId(ids.at(-1) ?? ids[0], id)))
    refuse(`There are two of ${id.kind} ${id.name}.`);
  objects.push(object);
}

function resourceObjects(
  builder: Builder,
  { folder }: Kustomization,
  resource: string,
): readonly BuiltObject[] {
  const path = resolvePath(folder, resource);
  const text = builder.files.textOf(path);
  if (text !== undefined) {
    return objectsOf(text, wholeFile(path)).map((root) => ({ root, ids: [idOf(root)] }));
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
  hasOwnSchema: boolean,
): readonly BuiltObject[] {
  let current = objects;
  for (const step of steps) {
    switch (step.step) {
      case 'patch':
        current = patched(builder, current, step, hasOwnSchema);
        break;
      case 'namespace':
        current = inNamespace(current, step.namespace);
        break;
      case 'rename':
        current = renamed(current, step.prefix, step.suffix);
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
        current = withReplacements(current, step.targets);
        break;
      case 'unknown':
        builder.unknown.push(step.what);
        current = current.map((object) => ({ ...object, unknown: step.what }));
        break;
    }
  }
  return current;
}

type PatchStep = Extract<Step, { step: 'patch' }>;

function patched(
  builder: Builder,
  objects: readonly BuiltObject[],
  step: PatchStep,
  hasOwnSchema: boolean,
): readonly BuiltObject[] {
  const text = textOfPatch(step.patch, builder.files);
  if (text === undefined) {
    // A patch that is not there may be made before the build: of what it could reach nothing is known.
    const what = step.patch.kind === 'file' ? step.patch.path : 'a patch';
    builder.unknown.push(what);
    return objects.map((object) => {
      const isReached = step.target === undefined || isSelected(object, step.target) !== false;
      return isReached ? { ...object, unknown: what } : object;
    });
  }
  const documents = documentsIn(text, placeOf(step.patch));
  const [first] = documents;
  if (first !== undefined && isJsonPatch(first)) return withJsonPatch(objects, step, first);
  const patches = documents.map((document) =>
    document.kind === 'mapping' ? document : refuse('A patch is neither an object nor a list of operations.'),
  );
  const { target } = step;
  if (target === undefined) {
    return patches.reduce(
      (current, patch) => withNamedPatch(builder, current, step, patch, hasOwnSchema),
      objects,
    );
  }
  const [patch, ...others] = patches;
  if (patch === undefined || others.length > 0) return refuse('A patch with a target is not one object.');
  return objects.flatMap((object): BuiltObject[] => {
    const isMeant = isSelected(object, target);
    if (isMeant === undefined) return [{ ...object, unknown: 'a selector' }];
    return isMeant ? merged(object, patch, step, hasOwnSchema) : [object];
  });
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
  hasOwnSchema: boolean,
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
    object === target ? merged(object, patch, step, hasOwnSchema) : [object],
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
  hasOwnSchema: boolean,
): BuiltObject[] {
  if (object.unknown !== undefined) return [object];
  const id = object.ids.at(-1) ?? object.ids[0];
  if (hasOwnSchema && !mergesLists(id.apiVersion, id.kind))
    return [{ ...object, unknown: 'a schema of its own' }];
  const aimed = withEntry(patch, 'apiVersion', {
    value: at(object.root, 'apiVersion') ?? textNode(id.apiVersion),
  });
  const result = strategicMerge(object.root, aimed);
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
