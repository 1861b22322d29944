/** Workloads: the objects of a document, the pods in them, and what each pod and container says. */
import type { Span } from '../text/span.ts';
import { dereference, type MappingNode, type Path, type YamlDocument, type YamlNode } from '../yaml/tree.ts';
import { kindRule, listItemKind, type PlacePattern } from './kinds.ts';
import {
  booleanField,
  child,
  descend,
  effective,
  type Field,
  integerField,
  isAbsent,
  isCertainlyAbsent,
  itemsOf,
  type Level,
  mappingIn,
  mayHoldMore,
  type Slot,
  slotOf,
  stringField,
} from './slots.ts';

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

/** In the order in which Pod Security admission visits them. */
export const CONTAINER_LISTS: readonly ContainerList[] = [
  'initContainers',
  'containers',
  'ephemeralContainers',
];

/** The operating system that a pod is for, as far as its text says. */
export type PodOs = 'linux' | 'windows' | 'unknown';

export interface PodView {
  /** Path of the pod spec in the document. */
  readonly path: Path;
  readonly spec: Slot;
  /** The key of the pod spec. */
  readonly keySpan: Span;
  readonly annotations: Slot;
  readonly os: PodOs;
  /** A patch, an overlay or a pod whose containers are not there: nothing is missing in it. */
  readonly partial: boolean;
  /** True where the object is a pod template's user, in which ephemeral containers are forbidden. */
  readonly isTemplate: boolean;
  readonly kind: string;
  readonly namespace: Namespace;
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
}

export interface ContainerView {
  readonly list: ContainerList;
  readonly index: number;
  readonly name: string | undefined;
  readonly path: Path;
  /** The container's name where it is written, on which findings about the whole container stand. */
  readonly nameSpan: Span;
  readonly slot: Slot;
  /** True without an `image`: part of a patch, in which nothing is missing. */
  readonly partial: boolean;
  readonly isSidecar: boolean;
  readonly securityContext: Slot;
  readonly allowPrivilegeEscalation: Field<boolean>;
  readonly privileged: Field<boolean>;
  readonly readOnlyRootFilesystem: Field<boolean>;
  readonly own: Inheritable;
  /** The container's own values, and the pod's where it has none. */
  readonly effective: Inheritable;
  readonly addedCapabilities: Slot;
  readonly droppedCapabilities: Slot;
  readonly resources: Slot;
}

/** The fields that a container inherits from its pod, field by field (kubernetes pkg/securitycontext). */
export interface Inheritable {
  readonly runAsUser: Field<number>;
  readonly runAsGroup: Field<number>;
  readonly runAsNonRoot: Field<boolean>;
  readonly seccompType: Field<string>;
}

/** Lists of lists are no valid objects; a chain of them longer than this is hostile. */
const MAX_LIST_DEPTH = 4;

/** The objects of one document: itself, or the items of the list that it is. */
export function objectsIn(document: YamlDocument): readonly ObjectView[] {
  const root = dereference(document.root);
  if (root?.kind !== 'mapping') return [];
  const objects: ObjectView[] = [];
  collectObjects(slotOf(root, [], firstKeySpan(root)), undefined, 0, objects);
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
  objects: ObjectView[],
): void {
  const apiVersion = textOf(child(slot, 'apiVersion')) ?? list?.apiVersion;
  const kind = textOf(child(slot, 'kind')) ?? list?.itemKind;
  if (apiVersion === undefined || kind === undefined || kind === '') return;
  const itemKind = listItemKind(apiVersion, kind);
  if (itemKind !== undefined) {
    if (depth >= MAX_LIST_DEPTH) return;
    const inherited = itemKind === '' ? undefined : { apiVersion, itemKind };
    for (const item of itemsOf(child(slot, 'items'))) collectObjects(item, inherited, depth + 1, objects);
    return;
  }
  const metadata = child(slot, 'metadata');
  const namespace = namespaceOf(child(metadata, 'namespace'));
  const pods = podsOf(slot, apiVersion, kind, namespace);
  objects.push({
    apiVersion,
    kind,
    name: textOf(child(metadata, 'name')),
    namespace,
    path: slot.path,
    slot,
    pods,
  });
}

/** The one string that a slot certainly holds. */
export function textOf(slot: Slot): string | undefined {
  const field = stringField(slot, 'pod');
  const [only] = field.readings;
  return field.readings.length === 1 && only?.state === 'known' ? only.value : undefined;
}

function namespaceOf(slot: Slot): Namespace {
  const name = textOf(slot);
  if (name !== undefined) return { state: 'named', name };
  return isCertainlyAbsent(slot) ? { state: 'unset' } : { state: 'unknown' };
}

function podsOf(object: Slot, apiVersion: string, kind: string, namespace: Namespace): readonly PodView[] {
  const pods: PodView[] = [];
  for (const place of kindRule(apiVersion, kind)?.pods ?? []) {
    for (const { spec, metadata } of specsAt(object, place.spec)) {
      if (mappingIn(spec) === undefined) continue;
      const isTemplate = !(kind === 'Pod' && apiVersion === 'v1');
      pods.push(podView(spec, metadata, { kind, namespace, isTemplate, isOverlay: place.as === 'overlay' }));
    }
  }
  return pods;
}

/** The pod specs that a pattern leads to, each with the metadata that stands beside it. */
function specsAt(
  object: Slot,
  pattern: PlacePattern,
): readonly { readonly spec: Slot; readonly metadata: Slot }[] {
  let parents: Slot[] = [object];
  for (const step of pattern.slice(0, -1)) {
    parents = parents.flatMap((parent) => (step === '*' ? childrenOf(parent) : [child(parent, step)]));
  }
  const last = pattern.at(-1) as string;
  return parents.map((parent) => ({ spec: child(parent, last), metadata: child(parent, 'metadata') }));
}

function childrenOf(slot: Slot): readonly Slot[] {
  const mapping = mappingIn(slot);
  if (mapping === undefined) return itemsOf(slot);
  return mapping.entries.map((entry) => child(slot, entry.key));
}

interface PodContext {
  readonly kind: string;
  readonly namespace: Namespace;
  readonly isTemplate: boolean;
  readonly isOverlay: boolean;
}

function podView(
  spec: Slot,
  metadata: Slot,
  { kind, namespace, isTemplate, isOverlay }: PodContext,
): PodView {
  const found = CONTAINER_LISTS.flatMap((list) => containersIn(spec, list));
  const main = child(spec, 'containers');
  const partial =
    isOverlay ||
    found.some((container) => container.partial) ||
    itemsOf(main).length === 0 ||
    mayHoldMore(main);
  const securityContext = child(spec, 'securityContext');
  const inheritable = inheritableIn(securityContext, 'pod');
  const pod = partial ? unknownWhereAbsent(inheritable) : inheritable;
  const serviceAccountName = child(spec, 'serviceAccountName');
  return {
    path: spec.path,
    spec,
    keySpan: spec.anchor,
    annotations: child(metadata, 'annotations'),
    os: osOf(spec),
    partial,
    isTemplate,
    kind,
    namespace,
    securityContext,
    containers: found.map((container) => ({ ...container, effective: over(container.own, pod) })),
    ...inheritable,
    automountServiceAccountToken: booleanField(child(spec, 'automountServiceAccountToken'), 'pod'),
    serviceAccountName: stringField(
      isCertainlyAbsent(serviceAccountName) ? child(spec, 'serviceAccount') : serviceAccountName,
      'pod',
    ),
    hostUsers: booleanField(child(spec, 'hostUsers'), 'pod'),
    hostNetwork: booleanField(child(spec, 'hostNetwork'), 'pod'),
    resources: child(spec, 'resources'),
    volumes: child(spec, 'volumes'),
  };
}

function containersIn(spec: Slot, list: ContainerList): readonly ContainerView[] {
  const containers: ContainerView[] = [];
  itemsOf(child(spec, list)).forEach((slot, index) => {
    const mapping = mappingIn(slot);
    if (mapping === undefined) return;
    containers.push(containerView(slot, mapping, list, index));
  });
  return containers;
}

function containerView(item: Slot, mapping: MappingNode, list: ContainerList, index: number): ContainerView {
  const name = child(item, 'name');
  const [nameHeld] = name.held;
  const nameSpan =
    nameHeld?.state === 'absent' || nameHeld?.span === undefined ? firstKeySpan(mapping) : nameHeld.span;
  const slot: Slot = { ...item, anchor: nameSpan };
  const securityContext = child(slot, 'securityContext');
  const capabilities = child(securityContext, 'capabilities');
  const own = inheritableIn(securityContext, 'container');
  return {
    list,
    index,
    name: textOf(name),
    path: slot.path,
    nameSpan,
    slot,
    partial:
      isCertainlyAbsent(child(slot, 'image')) ||
      child(slot, 'image').held.some(({ state }) => state === 'absent'),
    isSidecar: list === 'initContainers' && textOf(child(slot, 'restartPolicy')) === 'Always',
    securityContext,
    allowPrivilegeEscalation: booleanField(child(securityContext, 'allowPrivilegeEscalation'), 'container'),
    privileged: booleanField(child(securityContext, 'privileged'), 'container'),
    readOnlyRootFilesystem: booleanField(child(securityContext, 'readOnlyRootFilesystem'), 'container'),
    own,
    effective: own,
    addedCapabilities: child(capabilities, 'add'),
    droppedCapabilities: child(capabilities, 'drop'),
    resources: child(slot, 'resources'),
  };
}

function inheritableIn(securityContext: Slot, level: Level): Inheritable {
  return {
    runAsUser: integerField(child(securityContext, 'runAsUser'), level),
    runAsGroup: integerField(child(securityContext, 'runAsGroup'), level),
    runAsNonRoot: booleanField(child(securityContext, 'runAsNonRoot'), level),
    seccompType: stringField(descend(securityContext, 'seccompProfile', 'type'), level),
  };
}

function over(container: Inheritable, pod: Inheritable): Inheritable {
  return {
    runAsUser: effective(container.runAsUser, pod.runAsUser),
    runAsGroup: effective(container.runAsGroup, pod.runAsGroup),
    runAsNonRoot: effective(container.runAsNonRoot, pod.runAsNonRoot),
    seccompType: effective(container.seccompType, pod.seccompType),
  };
}

/** In a patch, what the pod does not say may be said by what it is merged over. */
function unknownWhereAbsent(pod: Inheritable): Inheritable {
  const open = <T>(field: Field<T>): Field<T> =>
    isAbsent(field)
      ? { ...field, readings: [{ state: 'unknown', why: { reason: 'overlay', text: '' } }] }
      : field;
  return {
    runAsUser: open(pod.runAsUser),
    runAsGroup: open(pod.runAsGroup),
    runAsNonRoot: open(pod.runAsNonRoot),
    seccompType: open(pod.seccompType),
  };
}

/**
 * `spec.os.name`; without it, a node selector or a required node affinity that only Windows nodes satisfy. Kubernetes'
 * own validation looks at `spec.os` alone, but such a pod runs on Windows all the same.
 */
function osOf(spec: Slot): PodOs {
  const name = descend(spec, 'os', 'name');
  const written = textOf(name);
  if (written !== undefined) return written === 'windows' ? 'windows' : 'linux';
  const os = stringField(name, 'pod');
  if (
    os.readings.some(
      (reading) => reading.state === 'known' || (reading.state === 'unknown' && reading.span !== undefined),
    )
  ) {
    return 'unknown';
  }
  const selector = child(spec, 'nodeSelector');
  if (OS_LABELS.some((label) => textOf(child(selector, label)) === 'windows')) return 'windows';
  return requiresWindowsNode(spec) ? 'windows' : 'linux';
}

const OS_LABELS: readonly string[] = ['kubernetes.io/os', 'beta.kubernetes.io/os'];

/** Terms of a required node affinity are alternatives, so every one of them has to ask for Windows. */
function requiresWindowsNode(spec: Slot): boolean {
  const required = descend(
    spec,
    'affinity',
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
  );
  const terms = itemsOf(child(required, 'nodeSelectorTerms'));
  return (
    terms.length > 0 &&
    terms.every((term) =>
      itemsOf(child(term, 'matchExpressions')).some((expression) => {
        const values = itemsOf(child(expression, 'values')).map(textOf);
        return (
          OS_LABELS.includes(textOf(child(expression, 'key')) ?? '') &&
          textOf(child(expression, 'operator')) === 'In' &&
          values.length > 0 &&
          values.every((value) => value === 'windows')
        );
      }),
    )
  );
}

function firstKeySpan(mapping: MappingNode): Span {
  const first: YamlNode | undefined = mapping.entries[0]?.keyNode;
  return first?.span ?? mapping.span;
}
