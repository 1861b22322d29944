/** Hardening by a patch: what an overlay's pods miss is written into the overlay, for bases that are somebody else's. */
import type { Settings } from '../catalog/settings.ts';
import { fieldOrder } from '../kubernetes/fieldOrder.ts';
import { type Build, buildKustomization } from '../kustomize/build.ts';
import {
  isList,
  isMapping,
  jsonDifference,
  mergeDifference,
  nodeOf,
  type YamlMapping,
} from '../kustomize/difference.ts';
import { documentsIn, wholeFile } from '../kustomize/documents.ts';
import { type FileTree, nameOf, relativePath, resolvePath } from '../kustomize/filePath.ts';
import { kustomizationFileIn, readKustomization } from '../kustomize/kustomization.ts';
import { at, type BuiltMapping, type BuiltNode, itemsAt, textAt } from '../kustomize/node.ts';
import { type BuiltObject, idOf, isSameId, type ObjectId } from '../kustomize/object.ts';
import { Refusal } from '../kustomize/refusal.ts';
import { listKeysOf, mergesLists } from '../kustomize/strategicMerge.ts';
import { writeNode, writeObjects } from '../kustomize/write.ts';
import { applyEdits } from '../text/textEdit.ts';
import { editDocument } from '../yaml/edit.ts';
import type { YamlOp, YamlValue } from '../yaml/operation.ts';
import { parseDocument, parseYaml } from '../yaml/parse.ts';
import type { Path } from '../yaml/tree.ts';
import { type AnalyzedText, analyzeText, type Finding, findingsOf, type PlacedFinding } from './analyze.ts';
import { fixForHarden, fixSafely, harden } from './fix.ts';
import { originKey } from './overlay.ts';
import { analyzeOverlays, tellFile, toldFiles } from './overlays.ts';
import { suppressEdits } from './suppressEdits.ts';

export interface OverlayHardening {
  /** Files that are new or change; `before` is undefined for a new one. Sorted by path. */
  readonly files: readonly {
    readonly path: string;
    readonly before: string | undefined;
    readonly after: string;
  }[];
  /** Findings of what is built, before and after. */
  readonly before: number;
  readonly after: number;
  /** Objects that could not be patched, for people. */
  readonly declined: readonly string[];
}

export type HardenOverlay =
  | { readonly ok: true; readonly hardening: OverlayHardening }
  /** One sentence for a person. */
  | { readonly ok: false; readonly problem: string };

export interface HardenOverlayOptions {
  /** Only what leaves the pods behaving as before. */
  readonly safeOnly?: boolean;
  /** Only the objects that come from this file. */
  readonly onlyFrom?: string;
}

/**
 * Writes, or extends, a patch for every object of the overlay in a folder that misses something, and names it in the kustomization.
 * What comes out is built again, and offered only if it can be. Total.
 */
export function hardenOverlay(
  folder: string,
  files: FileTree,
  settings: Settings,
  options: HardenOverlayOptions = {},
): HardenOverlay {
  try {
    return hardened(folder, files, settings, options);
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.message };
    throw error;
  }
}

function hardened(
  folder: string,
  files: FileTree,
  settings: Settings,
  { safeOnly = false, onlyFrom }: HardenOverlayOptions,
): HardenOverlay {
  const build = buildKustomization(folder, files);
  if (!build.ok) return build;
  const known = build.objects.filter(
    ({ unknown, root }) =>
      unknown === undefined && (onlyFrom === undefined || root.from?.source.file === onlyFrom),
  );
  const first = analyzeText(writeObjects(known.map(({ root }) => root)).text, settings);
  const last = inPasses(first, settings, safeOnly, suppressedIn(folder, files, settings));
  const befores = documentsIn(first.text, wholeFile(folder));
  const afters = documentsIn(last.text, wholeFile(folder));
  const wanted = known.flatMap((object, index): Wanted[] => {
    const [before, after] = [befores[index], afters[index]];
    return before?.kind === 'mapping' && after?.kind === 'mapping' ? [{ object, before, after }] : [];
  });
  const all = patched(folder, files, wanted, build);
  // Where they cannot be built with all patches, each object is tried on its own.
  const { changed, declined, again } = all.again.ok ? all : patchedOneByOne(folder, files, wanted, build);
  if (!again.ok)
    return { ok: false, problem: `The overlay could not be built with the patch: ${again.problem}` };
  return {
    ok: true,
    hardening: {
      files: changed.all(),
      before: countOf(first),
      after: countOf(judged(again, settings, onlyFrom)),
      declined,
    },
  };
}

/** An object as it is built, and as it should be. */
interface Wanted {
  readonly object: BuiltObject;
  readonly before: BuiltMapping;
  readonly after: BuiltMapping;
}

interface Patched {
  readonly changed: ChangedFiles;
  readonly declined: readonly string[];
  /** What is built with the patches. */
  readonly again: Build;
}

function patched(
  folder: string,
  files: FileTree,
  wanted: readonly Wanted[],
  build: Extract<Build, { ok: true }>,
): Patched {
  const changed = new ChangedFiles(files);
  const declined = wanted.flatMap(({ object, before, after }) => {
    const reason = patchObject(folder, object, before, after, build, changed);
    return reason === undefined ? [] : [reasonFor(object, reason)];
  });
  return { changed, declined, again: buildKustomization(folder, changed.tree) };
}

function reasonFor({ root }: BuiltObject, reason: string): string {
  const { kind, name } = idOf(root);
  return `${kind} ${name}: ${reason}`;
}

function patchedOneByOne(
  folder: string,
  files: FileTree,
  wanted: readonly Wanted[],
  build: Extract<Build, { ok: true }>,
): Patched {
  let accepted: readonly Wanted[] = [];
  let last = patched(folder, files, accepted, build);
  const refused: string[] = [];
  for (const one of wanted) {
    const next = patched(folder, files, [...accepted, one], build);
    if (next.again.ok) {
      accepted = [...accepted, one];
      last = next;
    } else refused.push(reasonFor(one.object, next.again.problem));
  }
  return { ...last, declined: [...last.declined, ...refused] };
}

function judged(
  build: Extract<Build, { ok: true }>,
  settings: Settings,
  onlyFrom: string | undefined,
): AnalyzedText {
  const known = build.objects.filter(
    ({ unknown, root }) =>
      unknown === undefined && (onlyFrom === undefined || root.from?.source.file === onlyFrom),
  );
  return analyzeText(writeObjects(known.map(({ root }) => root)).text, settings);
}

function countOf(analyzed: AnalyzedText): number {
  return findingsOf(analyzed).length;
}

/** Fixes may call for others; two rounds are what any needs, and a third tells that nothing is left. */
const MAX_PASSES = 4;

function inPasses(
  analyzed: AnalyzedText,
  settings: Settings,
  safeOnly: boolean,
  suppressed: ReadonlySet<string>,
): AnalyzedText {
  const wantedIn = (text: AnalyzedText): readonly PlacedFinding[] =>
    findingsOf(text).filter(({ finding }) => !suppressed.has(identityOf(finding)));
  let current = safeOnly ? analyzed : withReasons(analyzed, settings, wantedIn);
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const wanted = wantedIn(current);
    const { edits } = safeOnly
      ? fixSafely(current, [], wanted)
      : harden(current, { scope: 'file' }, [], wanted);
    if (edits.length === 0) break;
    current = analyzeText(applyEdits(current.text, edits), settings, current);
  }
  return current;
}

/** What Harden leaves as it is, and says why: a patch brings no comments, so that an annotation says it. */
function withReasons(
  analyzed: AnalyzedText,
  settings: Settings,
  wantedIn: (text: AnalyzedText) => readonly PlacedFinding[],
): AnalyzedText {
  let current = analyzed;
  const tried = new Set<string>();
  for (;;) {
    const next = wantedIn(current).find(
      ({ finding }) => fixForHarden(finding, 'pod')?.leaves !== undefined && !tried.has(identityOf(finding)),
    );
    if (next === undefined) return current;
    tried.add(identityOf(next.finding));
    const leaves = fixForHarden(next.finding, 'pod')?.leaves;
    const edit = suppressEdits(current, [next], { ...leaves, comments: false });
    if (edit.ok) current = analyzeText(applyEdits(current.text, edit.edits), settings, current);
  }
}

/** Findings that comments in the overlay's files suppress, by `identityOf`: what is built has no comments. */
function suppressedIn(folder: string, files: FileTree, settings: Settings): ReadonlySet<string> {
  const file = kustomizationFileIn(folder, files);
  const overlays = analyzeOverlays(file === undefined ? [] : [file], files, {
    rootsAmong: () => [folder],
    others: [],
    settingsOf: () => settings,
  });
  const suppressed = new Set<string>();
  for (const path of toldFiles(overlays)) {
    for (const one of tellFile(overlays, path, files.textOf(path) ?? '', settings, (name) => name).findings)
      if (one.suppressedBy !== null) suppressed.add(identityOf(one.finding));
  }
  return suppressed;
}

function identityOf({ code, workload: { kind, namespace, name }, container }: Finding): string {
  return JSON.stringify([code, kind, namespace, name, container?.list, container?.name]);
}

/** Files with what has been written to them so far. */
class ChangedFiles {
  readonly tree: FileTree;
  private readonly files: FileTree;
  private readonly texts = new Map<string, string>();

  constructor(files: FileTree) {
    this.files = files;
    this.tree = {
      textOf: (path) => this.texts.get(path) ?? files.textOf(path),
      isFolder: (path) => files.isFolder(path),
    };
  }

  set(path: string, text: string): void {
    this.texts.set(path, text);
  }

  all(): OverlayHardening['files'] {
    return [...this.texts]
      .map(([path, after]) => ({ path, before: this.files.textOf(path), after }))
      .filter(({ before, after }) => before !== after)
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

/** Writes the patch for one object; answers why it was not, or undefined. */
function patchObject(
  folder: string,
  object: BuiltObject,
  before: BuiltMapping,
  after: BuiltMapping,
  { objects: all, hasOwnSchema }: Extract<Build, { ok: true }>,
  changed: ChangedFiles,
): string | undefined {
  const now = idOf(object.root);
  const isMerged = !hasOwnSchema && mergesLists(now.apiVersion, now.kind);
  const difference = isMerged ? mergeDifference(before, after) : undefined;
  if (difference === undefined) return patchByOperations(folder, object, before, after, changed);
  if (Object.keys(difference).length === 0) return undefined;
  const id = object.ids.find(
    (one) => all.filter(({ ids }) => ids.some((other) => isSameId(one, other))).length === 1,
  );
  if (id === undefined) return 'other objects have, or had, the same name';
  const extended = extendPatch(folder, object, difference, changed.tree);
  if (extended !== undefined && keepsOrder(folder, object, changed, extended)) {
    changed.set(extended.path, extended.text);
    return undefined;
  }
  const { metadata: more, ...rest } = difference;
  const named = id.namespace === '' ? { name: id.name } : { name: id.name, namespace: id.namespace };
  const metadata = isMapping(more) ? { ...named, ...more } : named;
  const patch = { apiVersion: id.apiVersion, kind: id.kind, metadata, ...rest };
  const path = newFile(folder, id, changed.tree);
  changed.set(path, writeNode(nodeOf(patch)));
  return addEntry(folder, { path: relativePath(folder, path) }, changed);
}

/** What no merge patch can say, as in the lists of kinds that it cannot reach into, is said by operations on paths. */
function patchByOperations(
  folder: string,
  object: BuiltObject,
  before: BuiltMapping,
  after: BuiltMapping,
  changed: ChangedFiles,
): string | undefined {
  const operations = jsonDifference(before, after);
  if (operations.length === 0) return undefined;
  const id = object.ids[0];
  const slash = id.apiVersion.lastIndexOf('/');
  const path = newFile(folder, id, changed.tree);
  changed.set(path, writeNode(nodeOf(operations)));
  const target = {
    ...(slash < 0 ? {} : { group: id.apiVersion.slice(0, slash) }),
    version: id.apiVersion.slice(slash + 1),
    kind: id.kind,
    name: id.name,
    ...(id.namespace === '' ? {} : { namespace: id.namespace }),
  };
  return addEntry(folder, { path: relativePath(folder, path), target }, changed);
}

function addEntry(folder: string, entry: YamlMapping, changed: ChangedFiles): string | undefined {
  const file = kustomizationFileIn(folder, changed.tree);
  const text = file === undefined ? undefined : changed.tree.textOf(file);
  if (file === undefined || text === undefined) return 'its kustomization is gone';
  // Operations count on what stands where they are applied: behind all other patches, that is how it was found.
  const isLast = 'target' in entry && itemsAt(documentsIn(text, wholeFile(file))[0], LAST_PATCHES).length > 0;
  const result = editDocument(parseYaml(text), [
    { op: 'ensureItem', path: [isLast ? LAST_PATCHES : 'patches'], item: entry, key: 'path' },
  ]);
  if (!result.ok) return `${nameOf(file)} cannot be edited: ${result.reason}`;
  changed.set(file, applyEdits(text, result.edits));
  return undefined;
}

/** The list of patches that a kustomization applies last. */
const LAST_PATCHES = 'patchesJson6902';

/** The name of a file that is not there yet. */
function newFile(folder: string, { kind, name }: ObjectId, files: FileTree): string {
  const stem = `harden-${kind}-${name}`.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, '-');
  for (let number = 1; ; number++) {
    const path = resolvePath(folder, `${stem}${number === 1 ? '' : `-${number}`}.yaml`);
    if (files.textOf(path) === undefined && !files.isFolder(path)) return path;
  }
}

interface Extended {
  readonly path: string;
  readonly text: string;
}

/** Adds to a patch of the overlay's own for the same object, where there is one that can be edited. */
function extendPatch(
  folder: string,
  object: BuiltObject,
  difference: YamlMapping,
  files: FileTree,
): Extended | undefined {
  const file = kustomizationFileIn(folder, files);
  const text = file === undefined ? undefined : files.textOf(file);
  if (file === undefined || text === undefined) return undefined;
  for (const step of readKustomization(file, text, files)?.steps ?? []) {
    if (step.step !== 'patch' || step.patch.kind !== 'file' || step.target !== undefined) continue;
    const { path } = step.patch;
    const patchText = files.textOf(path);
    if (patchText === undefined || !path.startsWith(`${folder}/`)) continue;
    const document = documentsIn(patchText, wholeFile(path)).find(
      (node): node is BuiltMapping =>
        node.kind === 'mapping' && object.ids.some((id) => isSameId(id, idOf(node))),
    );
    const start = document?.from?.source.documentStart;
    if (document === undefined || start === undefined) continue;
    const end = documentEnd(patchText, path, start);
    const ops = operationsFor(difference, document, []);
    const result = editDocument(parseDocument(patchText.slice(start, end)), ops, { keyOrder: fieldOrder });
    if (!result.ok) continue;
    const after = applyEdits(patchText.slice(start, end), result.edits);
    return { path, text: patchText.slice(0, start) + after + patchText.slice(end) };
  }
  return undefined;
}

/** Whether the containers come in the same order as before: what a patch names comes first, and indices elsewhere may count on them. */
function keepsOrder(
  folder: string,
  object: BuiltObject,
  { tree }: ChangedFiles,
  { path, text }: Extended,
): boolean {
  const build = buildKustomization(folder, {
    textOf: (other) => (other === path ? text : tree.textOf(other)),
    isFolder: (other) => tree.isFolder(other),
  });
  if (!build.ok) return false;
  const key = object.root.from === undefined ? undefined : originKey(object.root.from);
  const after = build.objects.find(({ root }) => root.from !== undefined && originKey(root.from) === key);
  return after !== undefined && containerNames(after.root) === containerNames(object.root);
}

function containerNames(root: BuiltNode): string {
  const names: string[] = [];
  const visit = (node: BuiltNode, key: string): void => {
    if (node.kind === 'mapping') for (const [inner, { value }] of node.entries) visit(value, inner);
    if (node.kind !== 'sequence') return;
    const isList = key.endsWith('ontainers');
    for (const item of node.items) {
      if (isList) names.push(`${key} ${textAt(item, 'name') ?? ''}`);
      visit(item, '');
    }
  };
  visit(root, '');
  return names.join('\n');
}

/** Where the document that starts at an offset ends. */
function documentEnd(text: string, path: string, start: number): number {
  const starts = documentsIn(text, wholeFile(path)).flatMap(({ from }) => from?.source.documentStart ?? []);
  return Math.min(text.length, ...starts.filter((other) => other > start));
}

/** What makes a difference so in a patch that is there already. */
function operationsFor(value: YamlValue, node: BuiltNode | undefined, path: Path): readonly YamlOp[] {
  const keys = listKeysOf(String(path.at(-1)));
  if (isList(value)) {
    const [key] = keys ?? [];
    if (key === undefined || node?.kind !== 'sequence') return [{ op: 'set', path, value }];
    return value.flatMap((item): readonly YamlOp[] => {
      const name = textAt(nodeOf(item), key);
      const index = node.items.findIndex((one) => textAt(one, key) === name);
      return index < 0
        ? [{ op: 'ensureItem', path, item, key }]
        : operationsFor(item, node.items[index], [...path, index]);
    });
  }
  if (value === null || typeof value !== 'object' || node?.kind !== 'mapping')
    return [{ op: 'set', path, value }];
  return Object.entries(value).flatMap(([key, inner]) => operationsFor(inner, at(node, key), [...path, key]));
}
