/** Of practice 1: fields where they have no effect, and the fixes that put them where they have. */
import { fieldsOf, homeOf, type Misplaced, type WrongPlace } from '../kubernetes/misplaced.ts';
import { plainValue } from '../kubernetes/plainValue.ts';
import { child, isCertainlyAbsent, mappingIn, type Slot } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { YamlOp, YamlValue } from '../yaml/operation.ts';
import type { Path } from '../yaml/tree.ts';
import { rootIdsReplaced } from './fixes/capabilities.ts';
import { emptyVolumes } from './fixes/imageNeeds.ts';
import { leavingRoot } from './fixes/rootUser.ts';
import { hardened } from './hardenedValues.ts';
import type { Fix, LackedField, PracticeSettings, Repair, Report } from './practice.ts';
import { cannotDenyEscalation } from './privilegeEscalation.ts';
import { amountsGivenBy } from './resourceAmounts.ts';
import { judgedContainers, nameOf, recreationNote } from './subjects.ts';

const FORCE_NOTE = 'It comes into force for the first time, which the program may not be used to.';

/** Reports what was found in a pod. */
export function misplaced(
  pod: PodView,
  found: readonly Misplaced[],
  settings: PracticeSettings,
  report: Report,
): void {
  const containers = new Set(judgedContainers(pod));
  const all = found.filter(({ container }) => container === null || containers.has(container));
  const allParts = partsByHome(pod, all);
  for (const field of all) {
    const plans = partsOf(field).map((part) => planFor(pod, part, allParts, settings));
    report({
      check: 'misplaced',
      at: field.keySpan,
      container: field.container,
      message: messageFor(pod, field, plans, settings),
      speaksFor: spokenFor(field),
      repair: repairBy(plans),
      fixes: () => fixesFor(pod, field, plans, allParts),
    });
  }
}

const PLACES: Readonly<Record<WrongPlace, string>> = {
  above: 'above the pod spec',
  'pod-spec': 'directly in the pod spec',
  'pod-context': "in the pod's securityContext",
  container: 'directly in the container',
  'container-context': "in a container's securityContext",
};

function messageFor(
  pod: PodView,
  field: Misplaced,
  plans: readonly Plan[],
  settings: PracticeSettings,
): string {
  const { key, where, container, slot } = field;
  const subject = container === null ? key : `${nameOf(container)}: ${key}`;
  const home = homeInWords(pod, field);
  if (plans.some(({ kind }) => kind === 'rival'))
    return `${subject} has no effect ${PLACES[where]}, and ${ownHome(pod, field)} says otherwise; keep one of the two.`;
  if (plans.length > 0 && plans.every((plan) => plan.kind === 'ops' && plan.how === 'removed'))
    return `${subject} has no effect ${PLACES[where]}, and the same stands in ${ownHome(pod, field)}; remove it here.`;
  const value = plainValue(slot);
  const judged = value === undefined ? undefined : hardened(key, value, settings);
  const advice =
    judged?.kind === 'left-out'
      ? 'remove it'
      : judged?.kind === 'instead' && typeof judged.value !== 'object'
        ? `set it to ${String(judged.value)} in ${home}`
        : `move it into ${home}`;
  return `${subject} has no effect ${PLACES[where]}; ${advice}.`;
}

/** Where a whole security context belongs, its own fields are what counts. */
function ownHome(pod: PodView, field: Misplaced): string {
  return field.key === 'securityContext' ? "the pod's own" : homeInWords(pod, field);
}

function homeInWords(pod: PodView, { key, container }: Misplaced): string {
  const podContext = pod.accepts.podContext
    ? "the pod's securityContext"
    : "each container's securityContext";
  switch (homeOf(key)) {
    case 'pod-spec':
    case 'securityContext':
      return 'the pod spec';
    case 'resources':
      return container === null ? 'each container' : 'the container itself';
    case 'container-context':
      return container === null ? "each container's securityContext" : "the container's securityContext";
    case 'both':
      return container === null ? podContext : "the container's securityContext";
    default:
      return "the pod's securityContext";
  }
}

const LACKED: ReadonlySet<string> = new Set<LackedField>([
  'allowPrivilegeEscalation',
  'runAsUser',
  'runAsGroup',
  'runAsNonRoot',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'automountServiceAccountToken',
]);

/** A field that is moved into a container's security context gives it one, too. */
function spokenFor(field: Misplaced): readonly LackedField[] {
  if (field.key === 'resources') return amountsGivenBy(field.slot);
  const spoken = fieldsOf(field).filter((key): key is LackedField => LACKED.has(key));
  const movesToContainer = partsOf(field).some(({ key, slot, container }) => {
    if (key === 'privileged' && plainValue(slot) === true) return false;
    const home = homeOf(key);
    return home === 'container-context' || (home === 'both' && container !== null);
  });
  return movesToContainer ? [...spoken, 'securityContext'] : spoken;
}

/** One field that is to be moved: a misplaced one, or one of those in a misplaced security context. */
interface Part {
  readonly key: string;
  readonly slot: Slot;
  readonly container: ContainerView | null;
  /** True where the mapping that holds it has no use without it. */
  readonly isInContext: boolean;
}

function partsOf(field: Misplaced): readonly Part[] {
  const { key, slot, container, where } = field;
  if (key !== 'securityContext')
    return [{ key, slot, container, isInContext: where === 'pod-context' || where === 'container-context' }];
  return fieldsOf(field).map((name) => ({
    key: name,
    slot: child(slot, name),
    container,
    isInContext: true,
  }));
}

/** The misplaced parts of a pod, by the one place where each belongs. */
type PartsByHome = ReadonlyMap<string, readonly Part[]>;

function partsByHome(pod: PodView, fields: readonly Misplaced[]): PartsByHome {
  const parts = new Map<string, Part[]>();
  for (const part of fields.flatMap(partsOf)) {
    const home = singleHome(pod, part);
    if (home === undefined) continue;
    const key = homeKey(home.path);
    const same = parts.get(key);
    if (same === undefined) parts.set(key, [part]);
    else same.push(part);
  }
  return parts;
}

function homeKey(path: Path): string {
  return JSON.stringify(path);
}

/** What a part becomes, or why nothing can be done. */
type Plan =
  | {
      readonly kind: 'ops';
      readonly ops: readonly YamlOp[];
      readonly consequences: () => readonly YamlOp[];
      /** The containers that are given the field. */
      readonly containers: readonly ContainerView[];
      readonly how: 'moved' | 'hardened' | 'removed' | 'left-out';
    }
  /** Something else stands where it belongs. */
  | { readonly kind: 'rival' }
  | { readonly kind: 'none' };

const NONE: Plan = { kind: 'none' };
const NOTHING: readonly never[] = [];
const NOTHING_ELSE = { consequences: () => NOTHING, containers: NOTHING };

/** The `repair` of a field that `fixesFor` fixes by these plans. */
function repairBy(plans: readonly Plan[]): Repair {
  if (plans.length === 0 || plans.some(({ kind }) => kind !== 'ops')) return 'none';
  return plans.every((plan) => plan.kind === 'ops' && plan.how === 'removed') ? 'safe' : 'review';
}

function fixesFor(
  pod: PodView,
  field: Misplaced,
  plans: readonly Plan[],
  allParts: PartsByHome,
): readonly Fix[] {
  if (plans.length === 0 || plans.some(({ kind }) => kind === 'none')) return [];
  const level = field.container !== null && staysInContainer(field.key) ? 'container' : 'pod';
  const removal: YamlOp = { op: 'remove', path: field.slot.path, pruneEmpty: isInContext(field) ? 1 : 0 };
  if (plans.some(({ kind }) => kind === 'rival')) {
    return [
      {
        title: `Remove ${field.key}, which has no effect here`,
        level,
        safety: 'review',
        why: 'Where it belongs, something else is written, and stays in force.',
        ops: [removal],
        // Which of the two is meant is for a person to say.
        onRequest: true,
      },
    ];
  }
  const known = plans.filter((plan) => plan.kind === 'ops');
  const consequences = known.flatMap((plan) => plan.consequences());
  const fix: Fix = {
    ...titleAndSafety(pod, field, known),
    level,
    ops: wholeMove(pod, field, known) ?? known.flatMap((plan) => plan.ops),
    ...(consequences.length > 0 ? { consequences } : {}),
  };
  const [plan] = known;
  const isWeak = plan?.how === 'hardened' || plan?.how === 'left-out';
  const parts = partsOf(field);
  const [part] = parts;
  if (parts.length !== 1 || part === undefined || !isWeak) return [fix];
  const asWritten = planAsWritten(pod, part, allParts);
  if (asWritten.kind !== 'ops') return [fix];
  return [
    fix,
    {
      title: `Move ${field.key} into ${homeInWords(pod, field)} as it is`,
      level,
      safety: 'review',
      why: `It takes protection away once it has an effect.${recreationNote(pod)}`,
      ops: asWritten.ops,
      onRequest: true,
    },
  ];
}

function titleAndSafety(
  pod: PodView,
  field: Misplaced,
  plans: readonly Extract<Plan, { kind: 'ops' }>[],
): Pick<Fix, 'title' | 'safety' | 'why'> {
  const { key } = field;
  const home = homeInWords(pod, field);
  const note = recreationNote(pod);
  if (plans.every(({ how }) => how === 'removed')) {
    return {
      title: `Remove ${key}, which is set in ${home} already`,
      safety: 'safe',
      why: 'It has no effect here, and the same stands where it has.',
    };
  }
  if (plans.every(({ how }) => how === 'left-out')) {
    return {
      title: `Remove ${key}, which has no effect here`,
      safety: 'review',
      why: 'It has no effect here, and would take protection away where it has.',
    };
  }
  const why = `${FORCE_NOTE}${note}`;
  return plans.some(({ how }) => how === 'hardened')
    ? { title: `Write a hardened ${key} into ${home} instead`, safety: 'review', why }
    : { title: `Move ${key} into ${home}`, safety: 'review', why };
}

/** A security context of which every field goes to one place that is still free moves as it stands, with its comments. */
function wholeMove(
  pod: PodView,
  { key, slot }: Misplaced,
  plans: readonly Extract<Plan, { kind: 'ops' }>[],
): readonly YamlOp[] | undefined {
  if (key !== 'securityContext' || !isCertainlyAbsent(pod.securityContext)) return undefined;
  if (!plans.every(({ how, ops }) => how === 'moved' && ops.some(({ op }) => op === 'move')))
    return undefined;
  return [{ op: 'move', from: slot.path, to: pod.securityContext.path }];
}

function isInContext({ where }: Misplaced): boolean {
  return where === 'pod-context' || where === 'container-context';
}

function staysInContainer(key: string): boolean {
  const home = homeOf(key);
  return home === 'both' || home === 'container-context' || home === 'resources';
}

function planFor(pod: PodView, part: Part, allParts: PartsByHome, settings: PracticeSettings): Plan {
  const value = plainValue(part.slot);
  if (value === undefined) return NONE;
  const judged = hardened(part.key, value, settings);
  if (judged.kind === 'unfit') return NONE;
  if (judged.kind === 'left-out')
    return { kind: 'ops', ops: [removalOf(part)], ...NOTHING_ELSE, how: 'left-out' };
  const isHardened = judged.kind === 'instead';
  const wanted = isHardened ? judged.value : value;
  const plan = planTo(pod, part, allParts, wanted, isHardened);
  if (plan.kind === 'rival') return planOverWeak(pod, part, wanted, settings);
  if (plan.kind !== 'ops' || plan.how === 'removed') return plan;
  return {
    ...plan,
    consequences: () => consequencesOf(pod, part.key, plan.containers, settings),
    ops: [
      ...plan.ops,
      ...(part.key === 'runAsNonRoot' ? rootIdsReplaced(pod, part.container, settings) : []),
    ],
  };
}

/** What stands where the part belongs gives way to it where it takes protection away, and would be replaced by the same. */
function planOverWeak(pod: PodView, part: Part, value: YamlValue, settings: PracticeSettings): Plan {
  const target = singleHome(pod, part);
  const written = target === undefined ? undefined : plainValue(target);
  if (target === undefined || written === undefined) return { kind: 'rival' };
  const judged = hardened(part.key, written, settings);
  if (judged.kind !== 'instead' || !isSame(judged.value, value)) return { kind: 'rival' };
  return {
    kind: 'ops',
    ops: [{ op: 'set', path: target.path, value }, removalOf(part)],
    consequences: () => consequencesOf(pod, part.key, [], settings),
    containers: [],
    how: 'moved',
  };
}

function planAsWritten(pod: PodView, part: Part, allParts: PartsByHome): Plan {
  const value = plainValue(part.slot);
  return value === undefined ? NONE : planTo(pod, part, allParts, value, false);
}

/** Brings a value to where the part belongs. */
function planTo(
  pod: PodView,
  part: Part,
  allParts: PartsByHome,
  value: YamlValue,
  isHardened: boolean,
): Plan {
  const how = isHardened ? 'hardened' : 'moved';
  const removal = removalOf(part);
  const target = singleHome(pod, part);
  if (target === undefined) {
    const targets = containersFor(pod, part).filter(
      (container) =>
        !(part.key === 'allowPrivilegeEscalation' && value === false && cannotDenyEscalation(container)),
    );
    if (targets.length === 0) return NONE;
    // Containers with a value of their own keep it, as they would beside a value of the pod.
    const free = targets.filter((container) =>
      FREE.has(relation(child(container.securityContext, part.key), value)),
    );
    const ops = free.map(
      (container): YamlOp => ({ op: 'set', path: child(container.securityContext, part.key).path, value }),
    );
    return {
      kind: 'ops',
      ops: [...ops, removal],
      consequences: () => NOTHING,
      containers: free,
      how: free.length === 0 ? 'removed' : how,
    };
  }
  switch (relation(target, value)) {
    case 'unknown':
      return NONE;
    case 'different':
      return { kind: 'rival' };
    case 'same':
      return { kind: 'ops', ops: [removal], ...NOTHING_ELSE, how: 'removed' };
    case 'absent':
    case 'mergeable': {
      const rivals = allParts.get(homeKey(target.path)) ?? [];
      // One field in several wrong places moves from the first, if all of them say the same.
      if (rivals.some(({ slot }) => !isSame(plainValue(slot), plainValue(part.slot)))) return NONE;
      const containers = part.container === null ? [] : [part.container];
      const base = { kind: 'ops' as const, consequences: () => NOTHING, containers, how } as const;
      if (isHardened) return { ...base, ops: [{ op: 'set', path: target.path, value }, removal] };
      const [first = part] = rivals;
      return {
        ...base,
        ops: [{ op: 'move', from: first.slot.path, to: target.path }, removalOf(first), removal],
      };
    }
  }
}

const FREE: ReadonlySet<Relation> = new Set<Relation>(['absent', 'mergeable']);

function removalOf({ slot, isInContext: isHeldByContext }: Part): YamlOp {
  return { op: 'remove', path: slot.path, pruneEmpty: isHeldByContext ? 1 : 0 };
}

/** The one place where a part belongs; undefined where it belongs into every container, or nowhere that can be written. */
function singleHome(pod: PodView, { key, container }: Part): Slot | undefined {
  switch (homeOf(key)) {
    case 'both':
      if (container !== null) return child(container.securityContext, key);
      return pod.accepts.podContext ? child(pod.securityContext, key) : undefined;
    case 'container-context':
      return container === null ? undefined : child(container.securityContext, key);
    case 'pod-context':
      return child(pod.securityContext, key);
    case 'pod-spec':
      return child(pod.spec, key);
    case 'resources': {
      const [only, ...others] = judgedContainers(pod).filter(({ takesResources }) => takesResources);
      if (container !== null) return container.resources;
      return others.length === 0 ? only?.resources : undefined;
    }
    default:
      return undefined;
  }
}

/** The containers that a part is for. */
function containersFor(pod: PodView, { key, container }: Part): readonly ContainerView[] {
  if (container !== null) return [container];
  const home = homeOf(key);
  return home === 'container-context' || home === 'both' ? judgedContainers(pod) : [];
}

function consequencesOf(
  pod: PodView,
  key: string,
  containers: readonly ContainerView[],
  settings: PracticeSettings,
): readonly YamlOp[] {
  if (key === 'runAsUser') return leavingRoot(pod, null, settings);
  if (key !== 'readOnlyRootFilesystem') return [];
  return containers.flatMap((container) => emptyVolumes(pod, container, settings).flatMap(({ ops }) => ops));
}

type Relation = 'absent' | 'same' | 'mergeable' | 'different' | 'unknown';

/** How what stands in a slot relates to a value that is to stand there. */
function relation(slot: Slot, value: YamlValue): Relation {
  if (isCertainlyAbsent(slot)) return 'absent';
  const written = plainValue(slot);
  if (written === undefined) return 'unknown';
  if (isSame(written, value)) return 'same';
  if (mappingIn(slot) === undefined || !isMapping(value) || !isMapping(written)) return 'different';
  const shared = Object.keys(value).filter((key) => Object.hasOwn(written, key));
  if (shared.some((key) => !isSame(written[key], value[key]))) return 'different';
  return shared.length === Object.keys(value).length ? 'same' : 'mergeable';
}

function isMapping(value: YamlValue): value is { readonly [key: string]: YamlValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Both are known, and say the same. */
function isSame(a: YamlValue | undefined, b: YamlValue | undefined): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
