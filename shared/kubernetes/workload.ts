/** Workloads: the objects of a document, the pods in them, and what each pod and container says. */
import type { Span } from '../text/span.ts';
import { dereference, type Path, type YamlDocument } from '../yaml/tree.ts';
import { readArgoWorkflow } from './argoWorkflow.ts';
import { readInferenceService } from './inferenceService.ts';
import {
  groupOf,
  type KindRule,
  kindRule,
  listItemKind,
  type PlacePattern,
  type PlaceShape,
  type UserKind,
} from './kinds.ts';
import { podSpecsByShape } from './podShape.ts';
import { firstKeySpan, readContainersAlone, readPodSpec } from './podSpec.ts';
import {
  child,
  type Field,
  isCertainlyAbsent,
  itemsOf,
  mappingIn,
  type Slot,
  slotOf,
  textOf,
} from './slots.ts';
import { readSparkRole } from './sparkApplication.ts';
import { readTektonPipelineRun, readTektonStep, readTektonTask, readTektonTaskRun } from './tekton.ts';

/** An object of a document: a workload, or another object that says something about workloads. */
export interface ObjectView {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined where the text names none, or names one that is not known. */
  readonly name: string | undefined;
  readonly namespace: Namespace;
  /** Path of the object in its document: empty, or `items` and an index in a list. */
  readonly path: Path;
  readonly slot: Slot;
  readonly pods: readonly PodView[];
}

/** A namespace as the text gives it: named, left to whoever applies the file, or templated. */
export type Namespace =
  | { readonly state: 'named'; readonly name: string }
  | { readonly state: 'unset' }
  | { readonly state: 'unknown' };

export type ContainerList = 'initContainers' | 'containers' | 'ephemeralContainers';

/** The operating system that a pod is for, as far as its text says. */
export type PodOs = 'linux' | 'windows' | 'unknown';

export interface PodView {
  /** Path of the pod spec in the document, or of what stands for one. */
  readonly path: Path;
  readonly spec: Slot;
  /** The key of the pod spec. */
  readonly keySpan: Span;
  readonly annotations: Slot;
  readonly os: PodOs;
  /** A patch, an overlay or a pod whose containers are not there: nothing is missing in it. */
  readonly partial: boolean;
  /** True where requests and limits that its containers lack may be written elsewhere. */
  readonly resourcesMayBeElsewhere: boolean;
  /** True where the object is a pod template's user, in which ephemeral containers are forbidden. */
  readonly isTemplate: boolean;
  readonly kind: string;
  readonly namespace: Namespace;
  /** The pod's own security context; its path is where one would be written. */
  readonly securityContext: Slot;
  readonly containers: readonly ContainerView[];
  readonly runAsUser: Field<number>;
  readonly runAsGroup: Field<number>;
  readonly runAsNonRoot: Field<boolean>;
  readonly seccompType: Field<string>;
  readonly automountServiceAccountToken: Field<boolean>;
  readonly serviceAccountName: Field<string>;
  readonly hostUsers: Field<boolean>;
  readonly hostNetwork: Field<boolean>;
  readonly resources: Slot;
  readonly volumes: Slot;
  readonly accepts: PodAcceptance;
  /** What encloses the pod spec, from the object down, in kinds all of whose fields are known; else nothing. */
  readonly above: readonly Slot[];
}

/** What may be written into a pod, and would be taken by whoever makes the pod. */
export interface PodAcceptance {
  /** True where `spec` is a pod spec as the API server knows it. */
  readonly podSpec: boolean;
  /** A security context at pod level. */
  readonly podContext: boolean;
  /** Volumes of one's own. */
  readonly volumes: boolean;
  /** Whether the pod can do without its token, as far as its controller is concerned. */
  readonly noToken: boolean;
}

export interface ContainerView {
  readonly list: ContainerList;
  readonly index: number;
  readonly name: string | undefined;
  readonly path: Path;
  /** The container's name where it is written, on which findings about the whole container stand. */
  readonly nameSpan: Span;
  readonly slot: Slot;
  /** What its `image` says; undefined where nothing does, or it is not known. */
  readonly image: string | undefined;
  /** True without an `image`: part of a patch, in which nothing is missing. */
  readonly partial: boolean;
  readonly isSidecar: boolean;
  readonly securityContext: Slot;
  /** A template of containers, whose security context and resources hold where this container has none. */
  readonly base: ContainerBase | undefined;
  readonly allowPrivilegeEscalation: Field<boolean>;
  readonly privileged: Field<boolean>;
  readonly readOnlyRootFilesystem: Field<boolean>;
  readonly own: Inheritable;
  /** The container's own values, and the pod's where it has none. */
  readonly effective: Inheritable;
  /** True where a `seccompProfile` without a type stands in the container: it replaces the pod's, and says nothing. */
  readonly hasUntypedSeccomp: boolean;
  readonly addedCapabilities: Slot;
  readonly droppedCapabilities: Slot;
  readonly resources: Slot;
  /** False where the API server or the kind knows no requests and limits: ephemeral containers, a Spark driver. */
  readonly takesResources: boolean;
}

export interface ContainerBase {
  readonly securityContext: Slot;
  readonly resources: Slot;
}

/** The fields that a container inherits from its pod, field by field (kubernetes pkg/securitycontext). */
export interface Inheritable {
  readonly runAsUser: Field<number>;
  readonly runAsGroup: Field<number>;
  readonly runAsNonRoot: Field<boolean>;
  readonly seccompType: Field<string>;
}

/** What decides which objects hold pods, beyond what is known of them. */
export interface KindSettings {
  readonly kinds: readonly UserKind[];
  /** Whether pod templates in kinds that nobody knows are recognized by their shape. */
  readonly recognizeByShape: boolean;
  /** True for a text whose objects are laid over others: nothing is missing in them, whatever they hold. */
  readonly arePatches?: boolean;
}

export const DEFAULT_KIND_SETTINGS: KindSettings = { kinds: [], recognizeByShape: true };

/** Lists of lists are no valid objects; a chain of them longer than this is hostile. */
const MAX_LIST_DEPTH = 4;

/** The objects of one document: itself, or the items of the list that it is. */
export function objectsIn(
  document: YamlDocument,
  settings: KindSettings = DEFAULT_KIND_SETTINGS,
): readonly ObjectView[] {
  const root = dereference(document.root);
  if (root?.kind !== 'mapping') return [];
  const objects: ObjectView[] = [];
  collectObjects(slotOf(root, [], firstKeySpan(root)), undefined, 0, settings, objects);
  return objects;
}

/** The objects of one item of a list without a type, read apart from it; `path` is where it is in the list's document. */
export function objectsInItem(item: YamlDocument, path: Path, settings: KindSettings): readonly ObjectView[] {
  const root = dereference(item.root);
  if (root?.kind !== 'mapping') return [];
  const objects: ObjectView[] = [];
  collectObjects(slotOf(root, path, root.span), undefined, 1, settings, objects);
  return objects;
}

interface ListIdentity {
  readonly apiVersion: string;
  readonly itemKind: string;
}

function collectObjects(
  slot: Slot,
  list: ListIdentity | undefined,
  depth: number,
  settings: KindSettings,
  objects: ObjectView[],
): void {
  const apiVersion = textOf(child(slot, 'apiVersion')) ?? list?.apiVersion;
  const kind = textOf(child(slot, 'kind')) ?? list?.itemKind;
  if (apiVersion === undefined || kind === undefined || kind === '') return;
  const itemKind = listItemKind(apiVersion, kind);
  if (itemKind !== undefined) {
    if (depth >= MAX_LIST_DEPTH) return;
    const inherited = itemKind === '' ? undefined : { apiVersion, itemKind };
    for (const item of itemsOf(child(slot, 'items')))
      collectObjects(item, inherited, depth + 1, settings, objects);
    return;
  }
  const metadata = child(slot, 'metadata');
  const identity = { apiVersion, kind, namespace: namespaceOf(child(metadata, 'namespace')) };
  const rule = kindRule(apiVersion, kind, settings.kinds);
  objects.push({
    ...identity,
    name: textOf(child(metadata, 'name')),
    path: slot.path,
    slot,
    pods: podsOf(slot, identity, rule, settings),
  });
  if (depth >= MAX_LIST_DEPTH) return;
  for (const pattern of rule?.objects ?? []) {
    for (const { slot: inner } of placesAt(slot, pattern))
      collectObjects(inner, undefined, depth + 1, settings, objects);
  }
}

function namespaceOf(slot: Slot): Namespace {
  const name = textOf(slot);
  if (name !== undefined) return { state: 'named', name };
  return isCertainlyAbsent(slot) ? { state: 'unset' } : { state: 'unknown' };
}

/** What a pod takes over from the object that it is in. */
export interface PodIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: Namespace;
}

function podsOf(
  object: Slot,
  identity: PodIdentity,
  rule: KindRule | undefined,
  settings: KindSettings,
): readonly PodView[] {
  if (settings.arePatches !== true) return podsAt(object, identity, rule, settings);
  return podsAt(object, identity, rule, settings).map((pod) => ({
    ...pod,
    partial: true,
    resourcesMayBeElsewhere: true,
    containers: pod.containers.map((container) => ({ ...container, partial: true })),
  }));
}

function podsAt(
  object: Slot,
  identity: PodIdentity,
  rule: KindRule | undefined,
  settings: KindSettings,
): readonly PodView[] {
  const whole: PlaceShape = settings.arePatches === true ? 'overlay' : 'complete';
  if (rule !== undefined) {
    const pods: PodView[] = [];
    for (const { spec: pattern, as } of rule.pods) {
      const read = READERS[as === 'complete' ? whole : as];
      for (const place of placesAt(object, pattern)) {
        if (mappingIn(place.slot) === undefined) continue;
        const above = rule.isBuiltIn ? slotsAbove(object, pattern) : [];
        for (const pod of read(place, identity, above)) pods.push(pod);
      }
    }
    return pods;
  }
  if (!settings.recognizeByShape) return [];
  return podSpecsByShape(object, groupOf(identity.apiVersion)).flatMap(({ spec, metadata }) =>
    READERS[whole]({ slot: spec, parent: spec, metadata }, identity, []),
  );
}

/** A place that a pattern leads to. */
export interface Place {
  readonly slot: Slot;
  /** What holds it. */
  readonly parent: Slot;
  /** The metadata that stands beside it. */
  readonly metadata: Slot;
}

type PlaceReader = (place: Place, identity: PodIdentity, above: readonly Slot[]) => readonly PodView[];

const READERS: Readonly<Record<PlaceShape, PlaceReader>> = {
  complete: (place, identity, above) => [readPodSpec(place, identity, { above })],
  overlay: (place, identity) => [readPodSpec(place, identity, { isOverlay: true })],
  knative: (place, identity) => [readPodSpec(place, identity, { isKnative: true })],
  containers: (place, identity) => [readContainersAlone(place, identity)],
  'argo-workflow': readArgoWorkflow,
  'tekton-task': readTektonTask,
  'tekton-step': readTektonStep,
  'tekton-task-run': readTektonTaskRun,
  'tekton-pipeline-run': readTektonPipelineRun,
  spark: readSparkRole,
  kserve: readInferenceService,
};

/** The places that a pattern leads to. */
export function placesAt(object: Slot, pattern: PlacePattern): readonly Place[] {
  const places: Place[] = [];
  collectPlaces(object, object, pattern, 0, places);
  return places;
}

function collectPlaces(
  slot: Slot,
  parent: Slot,
  pattern: PlacePattern,
  depth: number,
  places: Place[],
): void {
  let inner = slot;
  let holder = parent;
  // Only a list or a mapping of places goes deeper here: how long a pattern is, is for whoever writes it to choose.
  for (let index = depth; index < pattern.length; index++) {
    const step = pattern[index] as string;
    if (step === '*') {
      for (const one of childrenOf(inner)) collectPlaces(one, inner, pattern, index + 1, places);
      return;
    }
    holder = inner;
    inner = child(inner, step);
  }
  places.push({ slot: inner, parent: holder, metadata: child(holder, 'metadata') });
}

function childrenOf(slot: Slot): readonly Slot[] {
  const mapping = mappingIn(slot);
  if (mapping === undefined) return itemsOf(slot);
  return mapping.entries.map((entry) => child(slot, entry.key));
}

function slotsAbove(object: Slot, pattern: PlacePattern): readonly Slot[] {
  const slots = [object];
  let slot = object;
  for (let index = 0; index < pattern.length - 1; index++) {
    slot = child(slot, pattern[index] as string);
    slots.push(slot);
  }
  return slots;
}
