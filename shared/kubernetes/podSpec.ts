/** Pod specs: reads a pod and its containers from a pod spec, or from the parts that another shape keeps them in. */
import type { Span } from '../text/span.ts';
import { isNull, type MappingNode } from '../yaml/tree.ts';
import { osOf } from './podOs.ts';
import {
  booleanField,
  child,
  descend,
  effective,
  elsewhere,
  type Field,
  integerField,
  isAbsent,
  isCertainlyAbsent,
  itemsOf,
  type Level,
  mappingIn,
  mayHoldMore,
  nowhere,
  type Reading,
  type Slot,
  stringField,
  textOf,
} from './slots.ts';
import type {
  ContainerBase,
  ContainerList,
  ContainerView,
  Inheritable,
  Place,
  PodAcceptance,
  PodIdentity,
  PodOs,
  PodView,
} from './workload.ts';

/** In the order in which Pod Security admission visits them. */
const CONTAINER_LISTS: readonly ContainerList[] = ['initContainers', 'containers', 'ephemeralContainers'];

export interface PodSpecOptions {
  readonly above?: readonly Slot[];
  readonly isOverlay?: boolean;
  readonly isKnative?: boolean;
  /** Containers that stand under keys of their own, beside the lists. */
  readonly more?: readonly ContainerView[];
}

/** Reads a pod spec. */
export function readPodSpec(
  { slot: spec, metadata }: Place,
  identity: PodIdentity,
  { above = [], isOverlay = false, isKnative = false, more = [] }: PodSpecOptions,
): PodView {
  const isTemplate = isTemplateOf(identity);
  const lists = listsIn(spec);
  const written = containersInLists(lists);
  for (const one of more) written.push(one);
  // What is merged over a container of the controller's own says only what differs, even where it names an image.
  const containers = isOverlay ? written.map(asPart) : written;
  const securityContext = child(spec, 'securityContext');
  const serviceAccountName = child(spec, 'serviceAccountName');
  return podView({
    identity,
    spec,
    annotations: child(metadata, 'annotations'),
    os: mayChooseNodes(spec) ? osOf(spec) : 'linux',
    partial:
      isOverlay ||
      containers.some((container) => container.partial && isJudged(container, isTemplate)) ||
      lists.containers.length === 0 ||
      holdsNoMapping(lists, isTemplate) ||
      mayHoldMore(child(spec, 'containers')),
    securityContext,
    containers,
    automount: child(spec, 'automountServiceAccountToken'),
    serviceAccountName:
      isCertainlyAbsent(serviceAccountName) || textOf(serviceAccountName) === ''
        ? child(spec, 'serviceAccount')
        : serviceAccountName,
    hostUsers: child(spec, 'hostUsers'),
    hostNetwork: child(spec, 'hostNetwork'),
    resources: child(spec, 'resources'),
    volumes: child(spec, 'volumes'),
    // Knative's webhook refuses one unless a feature of the cluster is on, which it is where someone has written one.
    accepts: isKnative && isCertainlyAbsent(securityContext) ? ACCEPTS_NO_CONTEXT : ACCEPTS_ALL,
    above,
  });
}

/** Reads lists of containers that no pod spec surrounds. */
export function readContainersAlone({ slot: holder }: Place, identity: PodIdentity): PodView {
  return podView({
    ...partsOf(holder, identity),
    containers: containersIn(holder),
    partial: true,
  });
}

const ACCEPTS_ALL: PodAcceptance = { podSpec: true, podContext: true, volumes: true, noToken: true };
const ACCEPTS_NO_CONTEXT: PodAcceptance = { ...ACCEPTS_ALL, podContext: false };
export const ACCEPTS_CONTAINERS_ONLY: PodAcceptance = {
  podSpec: false,
  podContext: false,
  volumes: false,
  noToken: false,
};

/** Where a shape keeps what a pod has. */
export interface PodParts {
  readonly identity: PodIdentity;
  readonly spec: Slot;
  readonly annotations: Slot;
  readonly os: PodOs;
  readonly partial: boolean;
  /** As `partial`, where it is not the same. */
  readonly resourcesMayBeElsewhere?: boolean;
  readonly securityContext: Slot;
  readonly containers: readonly ContainerView[];
  readonly automount: Slot;
  readonly serviceAccountName: Slot;
  readonly hostUsers: Slot;
  readonly hostNetwork: Slot;
  readonly resources: Slot;
  readonly volumes: Slot;
  readonly accepts: PodAcceptance;
  readonly above: readonly Slot[];
}

/** The parts of a pod of which everything but its containers is decided outside the document. */
export function partsOf(spec: Slot, identity: PodIdentity): PodParts {
  const outside = elsewhere(spec);
  return {
    identity,
    spec,
    annotations: nowhere(spec),
    os: 'linux',
    partial: true,
    securityContext: outside,
    containers: [],
    automount: outside,
    serviceAccountName: outside,
    hostUsers: outside,
    hostNetwork: outside,
    resources: nowhere(spec),
    volumes: outside,
    accepts: ACCEPTS_CONTAINERS_ONLY,
    above: [],
  };
}

/** The pod of its parts. */
export function podView(parts: PodParts): PodView {
  const { identity, spec, partial } = parts;
  const inheritable = inheritableIn(parts.securityContext, 'pod');
  const pod = partial ? unknownWhereAbsent(inheritable) : inheritable;
  return {
    path: spec.path,
    spec,
    keySpan: spec.anchor,
    annotations: parts.annotations,
    os: parts.os,
    partial,
    resourcesMayBeElsewhere: parts.resourcesMayBeElsewhere ?? partial,
    isTemplate: isTemplateOf(identity),
    kind: identity.kind,
    namespace: identity.namespace,
    securityContext: parts.securityContext,
    containers: parts.containers.map((container) => ({ ...container, effective: over(container, pod) })),
    runAsUser: inheritable.runAsUser,
    runAsGroup: inheritable.runAsGroup,
    runAsNonRoot: inheritable.runAsNonRoot,
    seccompType: inheritable.seccompType,
    automountServiceAccountToken: booleanField(parts.automount, 'pod'),
    serviceAccountName: emptyAsAbsent(stringField(parts.serviceAccountName, 'pod')),
    hostUsers: booleanField(parts.hostUsers, 'pod'),
    hostNetwork: booleanField(parts.hostNetwork, 'pod'),
    resources: parts.resources,
    volumes: parts.volumes,
    accepts: parts.accepts,
    above: parts.above,
  };
}

function isTemplateOf({ kind, apiVersion }: PodIdentity): boolean {
  return !(kind === 'Pod' && apiVersion === 'v1');
}

/** Ephemeral containers of a template are rejected, and decide nothing. */
function isJudged({ list }: ContainerView, isTemplate: boolean): boolean {
  return list !== 'ephemeralContainers' || !isTemplate;
}

/** The containers in the three lists of a pod spec, or of what has such lists. */
export function containersIn(spec: Slot): readonly ContainerView[] {
  return containersInLists(listsIn(spec));
}

/** The items of the three lists of a pod spec. */
type ItemLists = Readonly<Record<ContainerList, readonly Slot[]>>;

function listsIn(spec: Slot): ItemLists {
  return {
    initContainers: itemsOf(child(spec, 'initContainers')),
    containers: itemsOf(child(spec, 'containers')),
    ephemeralContainers: itemsOf(child(spec, 'ephemeralContainers')),
  };
}

function containersInLists(lists: ItemLists): ContainerView[] {
  const containers: ContainerView[] = [];
  for (const list of CONTAINER_LISTS) collectContainers(lists[list], list, {}, containers);
  return containers;
}

/** The containers in one list, whatever its key. */
export function containersOf(
  listSlot: Slot,
  list: ContainerList,
  options: ContainerOptions = {},
): readonly ContainerView[] {
  const containers: ContainerView[] = [];
  collectContainers(itemsOf(listSlot), list, options, containers);
  return containers;
}

function collectContainers(
  items: readonly Slot[],
  list: ContainerList,
  options: ContainerOptions,
  containers: ContainerView[],
): void {
  const { firstIndex = 0 } = options;
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as Slot;
    if (mappingIn(item) !== undefined)
      containers.push(containerView(item, list, index + firstIndex, options));
  }
}

/** An item that is no mapping is one that a person is about to write. */
function holdsNoMapping(lists: ItemLists, isTemplate: boolean): boolean {
  return CONTAINER_LISTS.some(
    (list) =>
      (list !== 'ephemeralContainers' || !isTemplate) &&
      lists[list].some((item) => mappingIn(item) === undefined),
  );
}

export interface ContainerOptions {
  /** Where the container says what it needs, where that key is not `resources`; null where it cannot say so. */
  readonly resourcesKey?: string | null;
  readonly base?: ContainerBase;
  readonly firstIndex?: number;
  /** The name of a container that the shape gives one. */
  readonly name?: string;
  /** True where the image is given elsewhere in the object. */
  readonly hasImage?: boolean;
}

/** Reads a container from the mapping that the slot holds. */
export function containerView(
  item: Slot,
  list: ContainerList,
  index: number,
  { resourcesKey = 'resources', base, name: givenName, hasImage = false }: ContainerOptions = {},
): ContainerView {
  const nameSlot = child(item, 'name');
  const held = nameSlot.held[0];
  const writtenAt = held === undefined || held.state === 'absent' ? undefined : held.span;
  const nameSpan = writtenAt ?? namelessSpan(item);
  const slot = item.anchoredAt(nameSpan);
  const securityContext = child(slot, 'securityContext');
  const own = withBase(inheritableIn(securityContext, 'container'), base);
  const isEphemeral = list === 'ephemeralContainers';
  const image = child(slot, 'image');
  const imageText = textOf(image);
  return {
    list,
    index,
    name: textOf(nameSlot) ?? givenName,
    path: slot.path,
    nameSpan,
    slot,
    image: imageText,
    partial: !hasImage && (imageText === undefined ? mayBeAbsent(image) : imageText === ''),
    isSidecar: list === 'initContainers' && textOf(child(slot, 'restartPolicy')) === 'Always',
    securityContext,
    base,
    allowPrivilegeEscalation: ownBoolean(securityContext, base, 'allowPrivilegeEscalation'),
    privileged: ownBoolean(securityContext, base, 'privileged'),
    readOnlyRootFilesystem: ownBoolean(securityContext, base, 'readOnlyRootFilesystem'),
    own,
    effective: own,
    hasUntypedSeccomp: isUntyped(child(securityContext, 'seccompProfile')),
    addedCapabilities: ownList(securityContext, base, 'add'),
    droppedCapabilities: ownList(securityContext, base, 'drop'),
    resources: child(slot, resourcesKey ?? 'resources'),
    takesResources: resourcesKey !== null && !isEphemeral,
  };
}

/** Without a name, a list item has its first key, and what stands under a key of its own has that key. */
function namelessSpan(item: Slot): Span {
  const mapping = mappingIn(item);
  return typeof item.path.at(-1) === 'number' && mapping !== undefined ? firstKeySpan(mapping) : item.anchor;
}

/** The container as one of which the rest stands elsewhere. */
export function asPart(container: ContainerView): ContainerView {
  return container.partial ? container : { ...container, partial: true };
}

/** An image that is the empty string is as good as none to Kubernetes. */
function mayBeAbsent(image: Slot): boolean {
  return image.held.some((held) => held.state === 'absent' || (held.state === 'node' && isNull(held.node)));
}

function ownBoolean(securityContext: Slot, base: ContainerBase | undefined, key: string): Field<boolean> {
  const own = booleanField(child(securityContext, key), 'container');
  return base === undefined
    ? own
    : effective(own, booleanField(child(base.securityContext, key), 'container'));
}

function ownList(securityContext: Slot, base: ContainerBase | undefined, key: 'add' | 'drop'): Slot {
  const own = descend(securityContext, 'capabilities', key);
  if (base === undefined || !isCertainlyAbsent(own)) return own;
  const inherited = descend(base.securityContext, 'capabilities', key);
  return isCertainlyAbsent(inherited) ? own : inherited;
}

function isUntyped(profile: Slot): boolean {
  const type = child(profile, 'type');
  return mappingIn(profile) !== undefined && (isCertainlyAbsent(type) || textOf(type) === '');
}

function inheritableIn(securityContext: Slot, level: Level): Inheritable {
  return {
    runAsUser: integerField(child(securityContext, 'runAsUser'), level),
    runAsGroup: integerField(child(securityContext, 'runAsGroup'), level),
    runAsNonRoot: booleanField(child(securityContext, 'runAsNonRoot'), level),
    seccompType: emptyAsAbsent(stringField(descend(securityContext, 'seccompProfile', 'type'), level)),
  };
}

/** To Kubernetes, an empty string is a field that is not set. */
function emptyAsAbsent(field: Field<string>): Field<string> {
  if (!field.readings.some(isEmpty)) return field;
  return field.reading(field.readings.map((reading) => (isEmpty(reading) ? { state: 'absent' } : reading)));
}

function isEmpty(reading: Reading<string>): boolean {
  return reading.state === 'known' && reading.value === '';
}

function withBase(own: Inheritable, base: ContainerBase | undefined): Inheritable {
  return base === undefined ? own : overlaid(own, inheritableIn(base.securityContext, 'container'));
}

function over(container: ContainerView, pod: Inheritable): Inheritable {
  const { own } = container;
  const merged = overlaid(own, pod);
  return container.hasUntypedSeccomp ? { ...merged, seccompType: own.seccompType } : merged;
}

function overlaid(own: Inheritable, under: Inheritable): Inheritable {
  return {
    runAsUser: effective(own.runAsUser, under.runAsUser),
    runAsGroup: effective(own.runAsGroup, under.runAsGroup),
    runAsNonRoot: effective(own.runAsNonRoot, under.runAsNonRoot),
    seccompType: effective(own.seccompType, under.seccompType),
  };
}

/** In a patch, what the pod does not say may be said by what it is merged over. */
function unknownWhereAbsent(pod: Inheritable): Inheritable {
  const open = <T>(field: Field<T>): Field<T> =>
    isAbsent(field) ? field.reading([{ state: 'unknown', why: { reason: 'overlay', text: '' } }]) : field;
  return {
    runAsUser: open(pod.runAsUser),
    runAsGroup: open(pod.runAsGroup),
    runAsNonRoot: open(pod.runAsNonRoot),
    seccompType: open(pod.seccompType),
  };
}

/** False for a pod that says nothing of the nodes that it runs on. */
function mayChooseNodes(spec: Slot): boolean {
  return NODE_KEYS.some((key) => !isCertainlyAbsent(child(spec, key)));
}

const NODE_KEYS: readonly string[] = ['os', 'nodeSelector', 'affinity'];

export function firstKeySpan(mapping: MappingNode): Span {
  return mapping.entries[0]?.keyNode.span ?? mapping.span;
}
