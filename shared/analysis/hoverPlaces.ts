/** Places to explain: which governed field, container or pod is written at an offset of a document. */
import { child, type Held, itemsOf, type Level, mappingIn, type Slot } from '../kubernetes/slots.ts';
import type { ContainerView, ObjectView, PodView } from '../kubernetes/workload.ts';
import { explainedPractices } from '../practices/explained.ts';
import type { ExplainedPractice, FieldRule } from '../practices/explanation.ts';
import { type Span, touches } from '../text/span.ts';
import { fieldSlot } from './hoverValues.ts';

/** A field and the practice that governs it. */
export interface GovernedField {
  readonly practice: ExplainedPractice;
  readonly rule: FieldRule;
}

/** Whose field it is: a container's, or with null the pod's. */
export interface Owner {
  readonly object: ObjectView;
  readonly pod: PodView;
  readonly container: ContainerView | null;
}

/** Spans count from the start of the document. */
export type Place =
  | {
      readonly kind: 'fields';
      readonly span: Span;
      /** Keys below the pod spec or the container, up to the one that is meant. */
      readonly path: readonly string[];
      /** The field itself, or all that are written below the key. */
      readonly fields: readonly GovernedField[];
      readonly level: Level;
      /** False where Kubernetes does not read the field at this level. */
      readonly isRead: boolean;
      /** Several where an anchor is used several times. */
      readonly owners: readonly Owner[];
    }
  | {
      readonly kind: 'container' | 'pod';
      readonly span: Span;
      readonly on: 'kind' | 'name' | 'spec' | 'securityContext';
      readonly owners: readonly Owner[];
    }
  | {
      /** The annotation that was there before the seccomp field. */
      readonly kind: 'seccomp-annotation';
      readonly span: Span;
      readonly key: string;
      readonly field: GovernedField;
    }
  | { readonly kind: 'image'; readonly span: Span; readonly owners: readonly Owner[] }
  | {
      readonly kind: 'service-account';
      readonly span: Span;
      readonly object: ObjectView;
      readonly field: GovernedField;
    };

/** Every governed field that holds a value of its own, in the order of the practices. */
export const GOVERNED_FIELDS: readonly GovernedField[] = explainedPractices().flatMap((practice) =>
  practice.fields.filter(({ type }) => type !== 'mapping').map((rule) => ({ practice, rule })),
);

/** What stands at an offset, the narrowest first; undefined where nothing there is governed. */
export function placeToExplain(objects: readonly ObjectView[], offset: number): Place | undefined {
  const found: Place[] = [];
  const add = (place: Place): void => {
    if (touches(place.span, offset)) found.push(place);
  };
  for (const object of objects) {
    const [only, ...others] = object.pods;
    if (only !== undefined && others.length === 0) {
      const kind = child(object.slot, 'kind');
      for (const span of [...keySpans(kind), ...valueSpans(kind)])
        add({ kind: 'pod', on: 'kind', span, owners: [{ object, pod: only, container: null }] });
    }
    for (const pod of object.pods) {
      collectPod({ object, pod, container: null }, add);
      for (const container of pod.containers) collectContainer({ object, pod, container }, add);
    }
    collectServiceAccount(object, add);
  }
  const [first, ...rest] = found.sort((a, b) => width(a) - width(b));
  return first === undefined ? undefined : rest.reduce(withOwnersOf, first);
}

function width({ span }: Place): number {
  return span.end - span.start;
}

/** The same key, met again through another alias of its anchor. */
function withOwnersOf(place: Place, other: Place): Place {
  if (!('owners' in place) || !('owners' in other)) return place;
  if (place.span.start !== other.span.start || place.span.end !== other.span.end) return place;
  if (place.kind === 'fields' && other.kind === 'fields') {
    const isSame = place.level === other.level && place.path.join('.') === other.path.join('.');
    return isSame ? { ...place, owners: together(place.owners, other.owners) } : place;
  }
  if (place.kind === 'fields' || place.kind !== other.kind) return place;
  return { ...place, owners: together(place.owners, other.owners) };
}

function together(owners: readonly Owner[], others: readonly Owner[]): readonly Owner[] {
  const isNew = (other: Owner): boolean =>
    owners.every(({ pod, container }) => pod !== other.pod || container !== other.container);
  return [...owners, ...others.filter(isNew)];
}

type Add = (place: Place) => void;

function collectPod(owner: Owner, add: Add): void {
  const { pod } = owner;
  add({ kind: 'pod', on: 'spec', span: pod.keySpan, owners: [owner] });
  for (const span of keySpans(pod.securityContext))
    add({ kind: 'pod', on: 'securityContext', span, owners: [owner] });
  collectFields(owner, pod, 'pod', add);
  const field = GOVERNED_FIELDS.find(({ practice }) => practice.id === 'seccomp');
  for (const entry of mappingIn(pod.annotations)?.entries ?? []) {
    const { key, keyNode } = entry;
    if (field === undefined || !SECCOMP_ANNOTATION.test(key)) continue;
    add({ kind: 'seccomp-annotation', span: keyNode.span, key, field });
  }
}

/** kubernetes/api core/v1/annotation_key_constants.go */
const SECCOMP_ANNOTATION =
  /^(?:seccomp\.security\.alpha\.kubernetes\.io\/pod$|container\.seccomp\.security\.alpha\.kubernetes\.io\/)/;

function collectContainer(owner: Owner & { readonly container: ContainerView }, add: Add): void {
  const { container } = owner;
  add({ kind: 'container', on: 'name', span: container.nameSpan, owners: [owner] });
  for (const span of keySpans(child(container.slot, 'name')))
    add({ kind: 'container', on: 'name', span, owners: [owner] });
  const image = child(container.slot, 'image');
  for (const span of [...keySpans(image), ...valueSpans(image)])
    add({ kind: 'image', span, owners: [owner] });
  for (const span of keySpans(container.securityContext))
    add({ kind: 'container', on: 'securityContext', span, owners: [owner] });
  collectFields(owner, container, 'container', add);
}

function collectFields(owner: Owner, view: PodView | ContainerView, level: Level, add: Add): void {
  for (const field of GOVERNED_FIELDS) {
    const { levels, path } = field.rule;
    const isRead = levels.includes(level);
    if (!isRead && path[0] !== 'securityContext') continue;
    for (let length = 1; length <= path.length; length++) {
      const prefix = path.slice(0, length);
      if (length === 1 && prefix[0] === 'securityContext') continue;
      const slot = fieldSlot(view, prefix);
      const isLeaf = length === path.length;
      const fields = isLeaf ? [field] : fieldsBelow(prefix, level, isRead);
      const spans = [...keySpans(slot), ...(isLeaf ? valueSpans(slot) : [])];
      for (const span of spans)
        add({ kind: 'fields', span, path: prefix, fields, level, isRead, owners: [owner] });
    }
  }
}

function fieldsBelow(prefix: readonly string[], level: Level, isRead: boolean): readonly GovernedField[] {
  return GOVERNED_FIELDS.filter(
    ({ rule }) =>
      rule.levels.includes(level) === isRead && prefix.every((key, index) => rule.path[index] === key),
  );
}

function collectServiceAccount(object: ObjectView, add: Add): void {
  if (object.kind !== 'ServiceAccount' || object.apiVersion !== 'v1') return;
  const field = GOVERNED_FIELDS.find(({ practice }) => practice.id === 'service-account-token');
  if (field === undefined) return;
  const slot = child(object.slot, field.rule.path.at(-1) ?? '');
  for (const span of [...keySpans(slot), ...valueSpans(slot)])
    add({ kind: 'service-account', span, object, field });
}

/** The keys under which a slot's value is written, and the value itself where it is an alias or is not known. */
function keySpans(slot: Slot): readonly Span[] {
  return slot.held.flatMap((held) => {
    if (held.state === 'unknown') return held.span === undefined ? [] : [slot.anchor, held.span];
    if (held.state === 'absent') return [];
    return isAlias(held) ? [held.keySpan, held.span] : [held.keySpan];
  });
}

function valueSpans(slot: Slot): readonly Span[] {
  return slot.held.flatMap((held): readonly Span[] => {
    if (held.state !== 'node') return [];
    if (held.node.kind !== 'sequence') return held.node.kind === 'scalar' ? [held.span] : [];
    return itemsOf(slot.holding([held])).map(({ anchor }) => anchor);
  });
}

function isAlias(held: Extract<Held, { state: 'node' }>): boolean {
  return held.span.start !== held.node.span.start;
}
