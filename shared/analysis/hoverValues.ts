/** Values in effect: what a governed field comes to for a container, and where that is written. */
import { parseQuantity } from '../kubernetes/quantity.ts';
import { readBoolean, readInteger, readString, type ScalarReading } from '../kubernetes/scalars.ts';
import {
  child,
  descend,
  type Held,
  isCertainly,
  isCertainlyAbsent,
  itemsOf,
  type Slot,
  textOf,
} from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { FieldRule } from '../practices/explanation.ts';
import type { PracticeId, PracticeSettings } from '../practices/practice.ts';
import type { Span } from '../text/span.ts';
import { isNull, type Unknown } from '../yaml/tree.ts';

/** What a field comes to. Spans count from the start of the document. */
export type Value =
  | { readonly state: 'unset' }
  | {
      readonly state: 'set';
      /** As Kubernetes reads it. */
      readonly text: string;
      /** As it is written, where that looks different. */
      readonly written?: string;
      readonly from: Origin;
      readonly keySpan: Span;
      /** The branch of a template in which it stands. */
      readonly when?: string;
    }
  | { readonly state: 'unknown'; readonly why: Unknown }
  /** Written, and rejected by the API server. */
  | { readonly state: 'invalid'; readonly text: string; readonly keySpan: Span };

/**
 * Who says it: the container, the pod for its containers, the pod for all of them together (`shared`), or the limit that a missing
 * request defaults to (SetDefaults_Pod).
 */
export type Origin = 'container' | 'pod' | 'shared' | 'limit';

/** The place of a field, found by the views that know where an object keeps it. */
export function fieldSlot(owner: PodView | ContainerView, path: readonly string[]): Slot {
  const [first = '', ...rest] = path;
  if (first === 'securityContext') return descend(owner.securityContext, ...rest);
  if (first === 'resources') return descend(owner.resources, ...rest);
  return descend('spec' in owner ? owner.spec : owner.slot, ...path);
}

/** What a field comes to for a container. Several answers come only from branches of a template. */
export function valueFor(
  pod: PodView,
  container: ContainerView,
  rule: FieldRule,
  settings: PracticeSettings,
): readonly Value[] {
  const isResource = rule.path[0] === 'resources';
  const own = rule.levels.includes('container')
    ? valuesIn(fieldSlot(container, rule.path), rule, 'container')
    : [UNSET];
  const inherited = isResource
    ? sharedResource(pod, rule, settings)
    : rule.levels.includes('pod')
      ? overlayAware(pod, valuesIn(fieldSlot(pod, rule.path), rule, 'pod'))
      : [UNSET];
  const fallback = isResource ? orLimit(container, rule, inherited) : inherited;
  return own.flatMap((value) => (value.state === 'unset' ? fallback : [value]));
}

/** What a field comes to where the pod itself is meant. */
export function valueOfPod(pod: PodView, rule: FieldRule): readonly Value[] {
  const isResource = rule.path[0] === 'resources';
  return valuesIn(fieldSlot(pod, rule.path), rule, isResource ? 'shared' : 'pod');
}

const UNSET: Value = { state: 'unset' };

/** In a patch, what the pod does not say may be said by what it is merged over. */
function overlayAware(pod: PodView, values: readonly Value[]): readonly Value[] {
  if (!pod.partial) return values;
  return values.map((value) =>
    value.state === 'unset' ? { state: 'unknown', why: { reason: 'overlay', text: '' } } : value,
  );
}

/** `spec.resources` bounds all containers together; it is in force by default from 1.34 on (gate PodLevelResources). */
function sharedResource(pod: PodView, rule: FieldRule, settings: PracticeSettings): readonly Value[] {
  if (settings.kubernetesMinor < 34) return [UNSET];
  return valuesIn(fieldSlot(pod, rule.path), rule, 'shared');
}

/** A missing request is the limit of the same resource. */
function orLimit(container: ContainerView, rule: FieldRule, otherwise: readonly Value[]): readonly Value[] {
  const [, bound, resource] = rule.path;
  if (bound !== 'requests' || resource === undefined) return otherwise;
  const limit = valuesIn(descend(container.resources, 'limits', resource), rule, 'limit');
  return limit.every(({ state }) => state === 'unset') ? otherwise : limit;
}

function valuesIn(slot: Slot, rule: FieldRule, from: Origin): readonly Value[] {
  return slot.held.map((held): Value => {
    if (held.state === 'absent') return UNSET;
    if (held.state === 'unknown') return { state: 'unknown', why: held.why };
    return valueHeld(held, slot, rule, from);
  });
}

type HeldNode = Extract<Held, { state: 'node' }>;

function valueHeld(held: HeldNode, slot: Slot, rule: FieldRule, from: Origin): Value {
  const { node, keySpan } = held;
  if (isNull(node)) return UNSET;
  const set = (text: string, written?: string): Value => ({
    state: 'set',
    text,
    from,
    keySpan,
    ...(written === undefined || written === text ? {} : { written }),
    ...(held.when === undefined ? {} : { when: held.when.text }),
  });
  switch (rule.type) {
    case 'boolean':
      return scalarValue(readBoolean(node), keySpan, node, set);
    case 'integer':
      return scalarValue(readInteger(node), keySpan, node, set);
    case 'string':
      return scalarValue(readString(node), keySpan, node, set);
    case 'quantity': {
      if (node.kind !== 'scalar') return { state: 'invalid', text: shapeOf(node.kind), keySpan };
      const text = node.text.trim();
      return parseQuantity(text) === undefined ? { state: 'invalid', text, keySpan } : set(text);
    }
    case 'list': {
      if (node.kind !== 'sequence')
        return { state: 'invalid', text: node.kind === 'scalar' ? node.text : shapeOf(node.kind), keySpan };
      const names = itemsOf(slot.holding([held])).map((item) => textOf(item) ?? '?');
      return names.length === 0 && node.open === undefined ? UNSET : set(`[${names.join(', ')}]`);
    }
    case 'mapping': {
      if (node.kind !== 'mapping')
        return { state: 'invalid', text: node.kind === 'scalar' ? node.text : shapeOf(node.kind), keySpan };
      return node.entries.length === 0 && node.open === undefined ? UNSET : set('set');
    }
  }
}

function shapeOf(kind: 'mapping' | 'sequence'): string {
  return kind === 'mapping' ? '{…}' : '[…]';
}

function scalarValue(
  reading: ScalarReading<string | number | boolean>,
  keySpan: Span,
  node: HeldNode['node'],
  set: (text: string, written?: string) => Value,
): Value {
  switch (reading.state) {
    case 'absent':
      return UNSET;
    case 'unknown':
      return { state: 'unknown', why: reading.why };
    case 'invalid':
      return { state: 'invalid', text: reading.text, keySpan };
    case 'known':
      return set(String(reading.value), node.kind === 'scalar' ? node.text : undefined);
  }
}

/** Practices whose fields the kernel or the runtime ignores in a privileged container. */
const UNDONE_BY_PRIVILEGED: ReadonlySet<PracticeId> = new Set([
  'privilege-escalation',
  'seccomp',
  'capabilities',
]);

/** What beside the field itself decides what it does, one sentence each. */
export function circumstances(
  pod: PodView,
  container: ContainerView | null,
  practice: PracticeId,
  rule: FieldRule,
  settings: PracticeSettings,
): readonly string[] {
  const key = rule.path.at(-1);
  const said: string[] = [];
  if (pod.os === 'windows' && !appliesToWindows(practice, rule)) {
    said.push('This pod is for Windows, where Kubernetes does not allow the field.');
  }
  if (container !== null && isUndone(container, practice) && key !== 'privileged' && key !== 'runAsNonRoot') {
    said.push('The container is privileged, and the field changes nothing in it.');
  }
  const ownsItsUsers = isCertainly(pod.hostUsers, (value) => !value) && settings.kubernetesMinor >= 33;
  if (ownsItsUsers && (key === 'runAsUser' || key === 'runAsNonRoot')) {
    said.push('The pod has a user namespace (`hostUsers: false`), so root in it is not root on the node.');
  }
  return said;
}

/** True where the container is privileged, which undoes what the practice asks for. */
export function isUndone(container: ContainerView, practice: PracticeId): boolean {
  return UNDONE_BY_PRIVILEGED.has(practice) && isCertainly(container.privileged, (value) => value);
}

/** Of the governed fields, a Windows pod may have these (ValidateWindowsPod). */
export function appliesToWindows(practice: PracticeId, rule: FieldRule): boolean {
  return (
    practice === 'resources' ||
    practice === 'service-account-token' ||
    rule.path.at(-1) === 'runAsNonRoot' ||
    rule.path.length === 1
  );
}

/** True where the ServiceAccount's own default decides, which the pod's text does not show. */
export function leavesTokenToServiceAccount(pod: PodView): boolean {
  return isCertainlyAbsent(child(pod.spec, 'automountServiceAccountToken'));
}
