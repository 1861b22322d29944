/** Practice 4: every container says how much CPU and memory it needs, and how much it may take. */

import { BOUNDS, rejectedAmounts } from '../kubernetes/amounts.ts';
import { child, descend, isCertainlyAbsent, mappingIn, type Slot } from '../kubernetes/slots.ts';
import { isInForce } from '../kubernetes/versions.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import { amountFixes } from './fixes/resources.ts';
import type { Practice, PracticeSettings, Report } from './practice.ts';
import {
  type AmountOwner,
  CHECKED,
  isProvided,
  isWritable,
  type ResourceCheck,
  type ResourceName,
} from './resourceAmounts.ts';
import { invalidAmounts } from './resourcesInvalid.ts';
import { isComplete, judgedContainers, nameOf } from './subjects.ts';

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
    rejected(null, pod.resources, report);
    const podLevel = podLevelResources(pod, settings);
    for (const container of judgedContainers(pod)) {
      if (!container.takesResources) continue;
      rejected(container, container.resources, report);
      if (isComplete(container) && !pod.resourcesMayBeElsewhere)
        absentAmounts(pod, podLevel, container, settings, report);
    }
  },
};

function rejected(container: ContainerView | null, owner: Slot, report: Report): void {
  const amounts = rejectedAmounts(owner, container === null ? 'pod' : 'container');
  // Most have none, and then their words are not needed.
  if (amounts.length > 0) invalidAmounts(container, owner, amounts, report);
}

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
    const amount = `${bound}.${resource}` as const;
    const owner = ownerFor(podLevel, container, check);
    report({
      check: id,
      at: child(child(container.resources, bound), resource).anchor,
      container,
      lacks: amount,
      message: MESSAGES[id](nameOf(container)),
      unless: [{ fact: 'amount-given', namespace: pod.namespace, amount }],
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

/**
 * Where an amount is to be written: in a pod that has amounts of its own, beside them. Those have to hold all its containers' bounds; where
 * these are written, the numbers are for a person, and the answer is undefined.
 */
function ownerFor(
  podLevel: PodLevel | undefined,
  container: ContainerView,
  { resource }: ResourceCheck,
): AmountOwner | undefined {
  if (podLevel === undefined || mappingIn(podLevel.slot) === undefined)
    return { level: 'container', slot: container.resources };
  return podLevel.isFree(resource) ? { level: 'pod', slot: podLevel.slot } : undefined;
}

const MESSAGES: Readonly<Record<ResourceCheck['id'], (name: string) => string>> = {
  'cpu-request': (name) =>
    `${name} has no CPU request, so the scheduler sets nothing aside for it; set resources.requests.cpu.`,
  'memory-request': (name) =>
    `${name} has no memory request, so the scheduler sets nothing aside for it; set resources.requests.memory.`,
  'cpu-limit': (name) =>
    `${name} has no CPU limit; set resources.limits.cpu if it must not take all CPU of its node.`,
  'memory-limit': (name) =>
    `${name} has no memory limit, so it can take all memory of its node; set resources.limits.memory.`,
};
