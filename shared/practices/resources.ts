/** Practice 4: every container says how much CPU and memory it needs, and how much it may take. */
import {
  amountIn,
  BOUNDS,
  type Bound,
  intendedName,
  intendedQuantity,
  type RejectedAmount,
  rejectedAmounts,
} from '../kubernetes/amounts.ts';
import type { AmountName } from '../kubernetes/facts.ts';
import { compareQuantities, parseQuantity } from '../kubernetes/quantity.ts';
import { child, descend, isCertainlyAbsent, keysOf, mappingIn, type Slot } from '../kubernetes/slots.ts';
import { isInForce } from '../kubernetes/versions.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { YamlOp } from '../yaml/operation.ts';
import type { Path } from '../yaml/tree.ts';
import { NUMBERS_NOTE } from './mayBreak.ts';
import { type Fix, type Practice, type PracticeSettings, type Report, repairOf } from './practice.ts';
import { isComplete, judgedContainers, nameOf, recreationNote } from './subjects.ts';

type ResourceName = 'cpu' | 'memory';

interface ResourceCheck {
  readonly id: string;
  readonly resource: ResourceName;
  readonly bound: Bound;
}

const CHECKED: readonly ResourceCheck[] = [
  { id: 'cpu-request', resource: 'cpu', bound: 'requests' },
  { id: 'memory-request', resource: 'memory', bound: 'requests' },
  { id: 'cpu-limit', resource: 'cpu', bound: 'limits' },
  { id: 'memory-limit', resource: 'memory', bound: 'limits' },
];

export const resources: Practice = {
  id: 'resources',
  checks: [
    ...CHECKED.map(({ id }) => ({
      id,
      severity: id === 'cpu-limit' ? ('information' as const) : ('warning' as const),
      aboutAbsence: true,
    })),
    { id: 'invalid', severity: 'error', aboutAbsence: false },
  ],
  check(pod, settings, report) {
    invalidAmounts(null, pod.resources, report);
    const podLevel = podLevelResources(pod, settings);
    for (const container of judgedContainers(pod)) {
      if (!container.takesResources) continue;
      invalidAmounts(container, container.resources, report);
      if (isComplete(container) && !pod.resourcesMayBeElsewhere)
        absentAmounts(pod, podLevel, container, settings, report);
    }
  },
};

function absentAmounts(
  pod: PodView,
  podLevel: PodLevel | undefined,
  container: ContainerView,
  settings: PracticeSettings,
  report: Report,
): void {
  for (const check of CHECKED) {
    if (isProvided(container.resources, check)) continue;
    if (container.base !== undefined && isProvided(container.base.resources, check)) continue;
    if (podLevel !== undefined && isProvided(podLevel.slot, check)) continue;
    const { resource, bound, id } = check;
    const owner = ownerFor(podLevel, container, check);
    report({
      check: id,
      at: descend(container.resources, bound, resource).anchor,
      container,
      lacks: `${bound}.${resource}`,
      message: MESSAGES[id]?.(nameOf(container)) ?? '',
      unless: [{ fact: 'amount-given', namespace: pod.namespace, amount: `${bound}.${resource}` }],
      repair: owner !== undefined && isWritable(owner.slot, check) ? 'review' : 'none',
      fixes: () => (owner === undefined ? [] : amountFixes(pod, owner, check, settings)),
    });
  }
}

/** The pod's own amounts, and for which of them its containers have none beside it. */
interface PodLevel {
  readonly slot: Slot;
  readonly isFree: (resource: ResourceName) => boolean;
}

/** The pod's own amounts, where the cluster reads them; a Windows pod has none (validateWindows). */
function podLevelResources(pod: PodView, { kubernetesMinor }: PracticeSettings): PodLevel | undefined {
  if (!isInForce('podLevelResources', kubernetesMinor) || pod.os === 'windows') return undefined;
  const free = new Map<ResourceName, boolean>();
  return {
    slot: pod.resources,
    isFree: (resource) => {
      let isFree = free.get(resource);
      if (isFree === undefined) {
        isFree = judgedContainers(pod).every(({ resources: own }) =>
          BOUNDS.every((bound) => isCertainlyAbsent(descend(own, bound, resource))),
        );
        free.set(resource, isFree);
      }
      return isFree;
    },
  };
}

interface Owner {
  readonly level: Fix['level'];
  readonly slot: Slot;
}

/**
 * Where an amount is to be written: in a pod that has amounts of its own, beside them. Those have to hold all its containers' bounds; where
 * these are written, the numbers are for a person, and the answer is undefined.
 */
function ownerFor(
  podLevel: PodLevel | undefined,
  container: ContainerView,
  { resource }: ResourceCheck,
): Owner | undefined {
  if (podLevel === undefined || mappingIn(podLevel.slot) === undefined)
    return { level: 'container', slot: container.resources };
  return podLevel.isFree(resource) ? { level: 'pod', slot: podLevel.slot } : undefined;
}

/** False where the other bound, with which this one has to agree, cannot be read. */
function isWritable(owner: Slot, { resource, bound }: ResourceCheck): boolean {
  if (bound === 'requests') return true;
  const request = requestIn(owner, resource);
  return isCertainlyAbsent(request) || quantityText(request) !== undefined;
}

const MESSAGES: Readonly<Record<string, (name: string) => string>> = {
  'cpu-request': (name) =>
    `${name} has no CPU request, so the scheduler sets nothing aside for it; set resources.requests.cpu.`,
  'memory-request': (name) =>
    `${name} has no memory request, so the scheduler sets nothing aside for it; set resources.requests.memory.`,
  'cpu-limit': (name) =>
    `${name} has no CPU limit; set resources.limits.cpu if it must not take all CPU of its node.`,
  'memory-limit': (name) =>
    `${name} has no memory limit, so it can take all memory of its node; set resources.limits.memory.`,
};

/** A missing request is the limit (SetDefaults_Pod), so a limit provides both. What is unknown may be anything. */
function isProvided(owner: Slot, { resource, bound }: ResourceCheck): boolean {
  if (isWritten(descend(owner, bound), resource)) return true;
  return bound === 'requests' && isWritten(descend(owner, 'limits'), resource);
}

/** True where the amount may be there, or stands there under a name that means it. */
function isWritten(amounts: Slot, resource: ResourceName): boolean {
  return !isCertainlyAbsent(child(amounts, resource)) || misnamed(amounts, resource) !== undefined;
}

/** The amount that stands under a name that Kubernetes does not know, and that means the resource. */
function misnamed(amounts: Slot, resource: ResourceName): Slot | undefined {
  const name = [...keysOf(amounts)].find((key) => key !== resource && intendedName(key) === resource);
  return name === undefined ? undefined : child(amounts, name);
}

/** What a `resources` in the wrong place would give where it belongs. */
export function amountsGivenBy(owner: Slot): readonly AmountName[] {
  return CHECKED.filter((check) => isProvided(owner, check)).map(
    ({ bound, resource }) => `${bound}.${resource}` as const,
  );
}

function invalidAmounts(container: ContainerView | null, owner: Slot, report: Report): void {
  const level = container === null ? 'pod' : 'container';
  for (const rejected of rejectedAmounts(owner, level)) {
    const fix = amountFix(rejected, owner, level);
    const fixes = fix === undefined ? [] : [fix];
    report({
      check: 'invalid',
      at: rejected.span,
      container,
      message: `${container === null ? 'The pod' : nameOf(container)} ${invalidWords(rejected)}`,
      ...(rejected.limit === undefined
        ? {}
        : { related: [{ at: rejected.limit.span, message: 'The limit stands here.' }] }),
      repair: repairOf(fixes),
      fixes: () => fixes,
    });
  }
}

function invalidWords(rejected: RejectedAmount): string {
  const { why, name, text, bound } = rejected;
  const what = `${name} ${bound === 'limits' ? 'limit' : 'request'}`;
  switch (why) {
    case 'shape':
      return bound === undefined
        ? 'has resources that are no mapping; write requests and limits below it.'
        : `has ${bound} that are no mapping; write cpu and memory below it.`;
    case 'not-a-quantity':
      return `has the ${what} ${quoted(text)}, which Kubernetes rejects; write ${examplesFor(name, text)}.`;
    case 'negative':
      return `has the ${what} ${quoted(text)}, which Kubernetes rejects; write an amount of 0 or more.`;
    case 'fraction-of-a-byte':
      return `has the ${what} ${quoted(text)}, a part of a byte; write 128Mi or 128M if megabytes are meant.`;
    case 'above-limit':
      return `has the ${what} ${quoted(text)} above its limit ${quoted(rejected.limit?.text ?? '')}, which Kubernetes rejects; lower the request or raise the limit.`;
    case 'unknown-name':
      return `names the resource ${quoted(name)}, which Kubernetes does not know; write ${intendedName(name) ?? 'cpu, memory, or a name with a domain such as example.com/gpu'}.`;
    case 'duplicate':
      return `writes ${name} twice, and only the last one counts; keep one.`;
  }
}

function quoted(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 39)}…` : text}"`;
}

/** Valid amounts near to what is written. */
function examplesFor(name: string, text: string): string {
  const digits = /^[0-9]+/.exec(text.trim())?.[0];
  if (digits === undefined || digits.length > 6) return name === 'cpu' ? '500m or 0.5' : '128Mi or 1Gi';
  if (name === 'cpu') return `${digits}m for thousandths or ${digits} for whole CPUs`;
  const scale = /^[0-9.]+\s*([kmgtpe])/i.exec(text.trim())?.[1]?.toUpperCase() ?? 'M';
  return `${digits}${scale}i (powers of 1024) or ${digits}${scale === 'K' ? 'k' : scale} (powers of 1000)`;
}

/** True where a request would be above its limit, which is rejected just as well. */
function isBeyondOther({ name, bound }: RejectedAmount, owner: Slot, meant: string): boolean {
  if (bound === undefined) return false;
  const other = amountIn(descend(owner, bound === 'requests' ? 'limits' : 'requests', name));
  const quantity = parseQuantity(meant);
  if (other.state !== 'known' || quantity === undefined) return false;
  const order = compareQuantities(quantity, other.quantity);
  return bound === 'requests' ? order > 0 : order < 0;
}

/** A fix where the amount has one certain meaning. The API server rejects it as it is, so nothing that runs can change. */
function amountFix(rejected: RejectedAmount, owner: Slot, level: Fix['level']): Fix | undefined {
  const { why, name, slot, bound, text } = rejected;
  const fix = (title: string, op: YamlOp): Fix => ({
    title,
    level,
    safety: 'safe',
    why: 'The API server rejects the manifest as it is.',
    ops: [op],
  });
  if (why === 'not-a-quantity') {
    const meant = name === 'cpu' ? undefined : intendedQuantity(text);
    return meant === undefined || isBeyondOther(rejected, owner, meant)
      ? undefined
      : fix(`Write ${meant}`, { op: 'set', path: slot.path, value: meant });
  }
  if (why === 'unknown-name' && bound !== undefined) {
    const meant = intendedName(name);
    const amounts = child(owner, bound);
    // Where the right name is there too, which of the two is meant is for a person to say.
    if (meant === undefined || !isCertainlyAbsent(child(amounts, meant))) return undefined;
    const rivals = [...keysOf(amounts)].filter((key) => intendedName(key) === meant);
    if (rivals.length !== 1) return undefined;
    return fix(`Write ${meant}`, { op: 'move', from: slot.path, to: [...amounts.path, meant] });
  }
  return undefined;
}

function amountFixes(
  pod: PodView,
  { level, slot }: Owner,
  check: ResourceCheck,
  settings: PracticeSettings,
): readonly Fix[] {
  const ops = boundOps(slot, check, settings);
  if (ops === undefined) return [];
  const what = `${check.resource === 'cpu' ? 'CPU' : 'memory'} ${check.bound === 'requests' ? 'request' : 'limit'}`;
  return [
    {
      title: `Add a ${what} to ${level === 'pod' ? 'the pod' : 'this container'}`,
      level,
      safety: 'review',
      why: `${NUMBERS_NOTE}${recreationNote(pod)}`,
      ops,
    },
  ];
}

/**
 * A bound that agrees with the other one: a limit is at least the request, and comes with a request where there is none, so that the
 * request does not become the limit by default. Undefined where the other bound cannot be read.
 */
function boundOps(
  owner: Slot,
  { resource, bound }: ResourceCheck,
  settings: PracticeSettings,
): readonly YamlOp[] | undefined {
  const { fix } = settings;
  const request = resource === 'cpu' ? fix.cpuRequest : fix.memoryRequest;
  const limit = resource === 'cpu' ? fix.cpuLimit : fix.memoryLimit;
  const path = (where: Bound): Path => [...owner.path, where, resource];
  if (bound === 'requests') return [{ op: 'set', path: path('requests'), value: request }];
  const written = requestIn(owner, resource);
  if (isCertainlyAbsent(written)) {
    return [
      { op: 'set', path: path('requests'), value: request },
      { op: 'set', path: path('limits'), value: larger(request, limit) },
    ];
  }
  const existing = quantityText(written);
  if (existing === undefined) return undefined;
  return [{ op: 'set', path: path('limits'), value: larger(existing, limit) }];
}

/** A request, under the name that Kubernetes knows or one that means it. */
function requestIn(owner: Slot, resource: ResourceName): Slot {
  const requests = descend(owner, 'requests');
  return misnamed(requests, resource) ?? child(requests, resource);
}

function larger(first: string, second: string): string {
  const a = parseQuantity(first);
  const b = parseQuantity(second);
  return a !== undefined && b !== undefined && compareQuantities(a, b) > 0 ? first : second;
}

/** The text of a valid quantity that a slot certainly holds. */
function quantityText(slot: Slot): string | undefined {
  const amount = amountIn(slot);
  return amount.state === 'known' ? amount.text : undefined;
}
