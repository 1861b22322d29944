/** Misplaced fields: settings of a security context, and their like, where Kubernetes does not look for them. */
import type { Span } from '../text/span.ts';
import type { MappingNode } from '../yaml/tree.ts';
import { child, isCertainlyAbsent, keysOf, mappingIn, type Slot, touchesProblem } from './slots.ts';
import type { ContainerView, PodView } from './workload.ts';

/** Which objects have a field (kubernetes/api core/v1 PodSecurityContext, SecurityContext, PodSpec, Container). */
export type FieldHome =
  /** The security contexts of pods and containers. */
  | 'both'
  /** The security context of a container. */
  | 'container-context'
  /** The security context of a pod. */
  | 'pod-context'
  /** The pod spec itself. */
  | 'pod-spec'
  /** The container itself, and the pod spec. */
  | 'resources'
  /** A security context as a whole. */
  | 'securityContext';

const HOMES: ReadonlyMap<string, FieldHome> = new Map<string, FieldHome>([
  ['runAsUser', 'both'],
  ['runAsGroup', 'both'],
  ['runAsNonRoot', 'both'],
  ['seccompProfile', 'both'],
  ['appArmorProfile', 'both'],
  ['seLinuxOptions', 'both'],
  ['windowsOptions', 'both'],
  ['capabilities', 'container-context'],
  ['privileged', 'container-context'],
  ['readOnlyRootFilesystem', 'container-context'],
  ['allowPrivilegeEscalation', 'container-context'],
  ['procMount', 'container-context'],
  ['fsGroup', 'pod-context'],
  ['fsGroupChangePolicy', 'pod-context'],
  ['supplementalGroups', 'pod-context'],
  ['supplementalGroupsPolicy', 'pod-context'],
  ['sysctls', 'pod-context'],
  ['seLinuxChangePolicy', 'pod-context'],
  ['automountServiceAccountToken', 'pod-spec'],
  ['hostUsers', 'pod-spec'],
  ['resources', 'resources'],
  ['securityContext', 'securityContext'],
]);

/** Where a field belongs, or undefined for a field that no rule here governs. */
export function homeOf(key: string): FieldHome | undefined {
  return HOMES.get(key);
}

/** What holds a misplaced field. */
export type WrongPlace = 'above' | 'pod-spec' | 'pod-context' | 'container' | 'container-context';

const WRONG_IN: Readonly<Record<WrongPlace, ReadonlySet<FieldHome>>> = {
  // The token setting has another home there: a ServiceAccount has it at its root.
  above: new Set<FieldHome>(['securityContext']),
  'pod-spec': new Set<FieldHome>(['both', 'container-context', 'pod-context']),
  'pod-context': new Set<FieldHome>(['container-context', 'pod-spec', 'resources']),
  container: new Set<FieldHome>(['both', 'container-context', 'pod-context', 'pod-spec']),
  'container-context': new Set<FieldHome>(['pod-context', 'pod-spec', 'resources']),
};

function keysWrongIn(where: WrongPlace): ReadonlySet<string> {
  const keys = [...HOMES].flatMap(([key, home]) => (WRONG_IN[where].has(home) ? [key] : []));
  return new Set(where === 'above' ? [...keys, 'automountServiceAccountToken'] : keys);
}

const WRONG_KEYS: Readonly<Record<WrongPlace, ReadonlySet<string>>> = {
  above: keysWrongIn('above'),
  'pod-spec': keysWrongIn('pod-spec'),
  'pod-context': keysWrongIn('pod-context'),
  container: keysWrongIn('container'),
  'container-context': keysWrongIn('container-context'),
};

export interface Misplaced {
  readonly key: string;
  readonly where: WrongPlace;
  /** Null where it stands at pod level or above. */
  readonly container: ContainerView | null;
  /** The value; its path is where it stands. */
  readonly slot: Slot;
  readonly keySpan: Span;
}

/** The misplaced fields of a pod, from the object down. What is null has no effect anywhere, so it is nowhere misplaced. */
export function misplacedFields(pod: PodView): readonly Misplaced[] {
  const found: Misplaced[] = [];
  for (const holder of pod.above) collectIn(holder, 'above', null, found);
  if (pod.accepts.podSpec) collectIn(pod.spec, 'pod-spec', null, found);
  collectIn(pod.securityContext, 'pod-context', null, found);
  for (const container of pod.containers) {
    // What stands for a container without being one has fields of its own.
    const isContainer = container.takesResources || container.list === 'ephemeralContainers';
    if (isContainer) collectIn(container.slot, 'container', container, found);
    collectIn(container.securityContext, 'container-context', container, found);
  }
  return found;
}

function collectIn(
  holder: Slot,
  where: WrongPlace,
  container: ContainerView | null,
  found: Misplaced[],
): void {
  const mapping = mappingIn(holder);
  if (mapping === undefined || touchesProblem(holder)) return;
  const wrong = WRONG_KEYS[where];
  // Every key of every pod comes here, and hardly any is one of these.
  if (!holdsAny(mapping, wrong)) return;
  for (const key of keysOf(holder)) {
    if (!wrong.has(key)) continue;
    const slot = child(holder, key);
    // In a template it may stand in some branches alone.
    const held = slot.held.find(({ state }) => state !== 'absent');
    if (held === undefined || held.state === 'absent' || isCertainlyAbsent(slot)) continue;
    found.push({ key, where, container, slot, keySpan: slot.anchor });
  }
}

function holdsAny({ entries }: MappingNode, wrong: ReadonlySet<string>): boolean {
  for (let index = 0; index < entries.length; index++) {
    const key = entries[index]?.key ?? '';
    if (key === '<<' || (key.length >= SHORTEST && wrong.has(key))) return true;
  }
  return false;
}

/** The length of `fsGroup` and `sysctls`, which are the shortest of them. */
const SHORTEST = 7;

/** The fields in what is misplaced: its own, or for a whole security context the ones in it that are not null. */
export function fieldsOf({ key, slot }: Misplaced): readonly string[] {
  if (key !== 'securityContext') return [key];
  return [...keysOf(slot)].filter((name) => !isCertainlyAbsent(child(slot, name)));
}
