/** Practice 7: all capabilities are dropped, and root is forbidden. */

import { BASELINE_CAPABILITIES } from '../kubernetes/baselineCapabilities.ts';
import {
  isAbsent,
  isCertainly,
  isCertainlyAbsent,
  isListOrNothing,
  itemsOf,
  type Known,
  knownReadings,
  type Level,
  mayHoldMore,
  textOf,
} from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import {
  capitals,
  conflictFix,
  dropFix,
  nonRootChange,
  nonRootFix,
  removalOfAdded,
} from './fixes/capabilities.ts';
import { lackingCapabilities, needsRoot, rootReason } from './imageNeeds.ts';
import type { Practice, PracticeSettings, Report } from './practice.ts';
import { rootIsNotTheNodes } from './rootUser.ts';
import {
  isComplete,
  isInherited,
  judgedContainers,
  levelsOf,
  linuxContainers,
  mayBePrivileged,
  nameOf,
  whereClause,
} from './subjects.ts';

export const capabilities: Practice = {
  id: 'capabilities',
  checks: [
    { id: 'not-dropped', severity: 'warning', aboutAbsence: true },
    { id: 'added', severity: 'warning', aboutAbsence: false },
    { id: 'forbidden', severity: 'error', aboutAbsence: false },
    { id: 'non-root-unset', severity: 'warning', aboutAbsence: true },
    { id: 'non-root-false', severity: 'error', aboutAbsence: false },
    { id: 'non-root-conflict', severity: 'error', aboutAbsence: false },
  ],
  check(pod, settings, report) {
    for (const container of linuxContainers(pod)) {
      addedCapabilities(pod, container, report);
      droppedCapabilities(pod, container, settings, report);
    }
    nonRoot(pod, settings, report);
  },
};

function addedCapabilities(pod: PodView, container: ContainerView, report: Report): void {
  for (const item of itemsOf(container.addedCapabilities)) {
    const capability = textOf(item);
    if (capability === undefined || capability === 'NET_BIND_SERVICE') continue;
    const forbidden = !BASELINE_CAPABILITIES.has(capability);
    report({
      check: forbidden ? 'forbidden' : 'added',
      at: item.anchor,
      container,
      message: forbidden
        ? `${nameOf(container)} adds ${quoted(capability)}, which Pod Security baseline forbids; remove it unless the program cannot do without.`
        : `${nameOf(container)} adds ${quoted(capability)}; remove it unless the program cannot do without.`,
      repair: 'none',
      fixes: () => [removalOfAdded(pod, item.path, capability, quoted(capability))],
    });
  }
}

function quoted(capability: string): string {
  return /^[A-Z_]+$/.test(capability) ? `the capability ${capability}` : `the capability "${capability}"`;
}

function droppedCapabilities(
  pod: PodView,
  container: ContainerView,
  settings: PracticeSettings,
  report: Report,
): void {
  const slot = container.droppedCapabilities;
  // What is no list is invalid, and says nothing of what is dropped.
  if (mayBePrivileged(container) || mayHoldMore(slot) || !isListOrNothing(slot)) return;
  const items = itemsOf(slot).filter((item) => !isCertainlyAbsent(item));
  const names = items.map(textOf);
  // A patch replaces the whole list: the one that it writes counts, and one that it does not write may be there.
  if (names.length === 0 && !isComplete(container)) return;
  if (names.some((name) => name === undefined || name === 'ALL')) return;
  const wrongCase = items.find((item) => textOf(item)?.toUpperCase() === 'ALL');
  if (wrongCase !== undefined) {
    report({
      check: 'not-dropped',
      at: wrongCase.anchor,
      container,
      message: `${nameOf(container)} drops "${textOf(wrongCase)}", which Pod Security does not accept; write ALL in capitals.`,
      repair: 'safe',
      fixes: () => [capitals(wrongCase.path)],
    });
    return;
  }
  report({
    check: 'not-dropped',
    at: slot.anchor,
    container,
    lacks: names.length === 0 ? 'capabilities' : undefined,
    message: `${nameOf(container)} ${droppedWords(names.length, names[0])}; drop ALL.`,
    repair: lackingCapabilities(container, settings).missing.length > 0 ? 'none' : 'review',
    fixes: () => [dropFix(pod, container, settings)],
  });
}

/** From so many names on, a list is an attempt to drop everything by name. */
const LONG_LIST = 10;

function droppedWords(count: number, first: string | undefined): string {
  if (count === 0) return "keeps the runtime's default capabilities";
  if (count === 1 && first === 'NET_RAW')
    return 'drops NET_RAW alone and keeps the other default capabilities';
  if (count >= LONG_LIST)
    return `drops ${count} capabilities by name, which Pod Security does not accept for ALL`;
  return 'drops some capabilities and keeps the others';
}

function nonRoot(pod: PodView, settings: PracticeSettings, report: Report): void {
  if (rootIsNotTheNodes(pod, settings)) return;
  for (const reading of knownReadings(pod.runAsNonRoot)) {
    if (!reading.value) nonRootFalse(pod, null, reading, settings, report);
  }
  if (pod.os === 'linux' && inheritsConflict(pod)) conflicts(pod, null, settings, report);
  for (const container of judgedContainers(pod)) {
    for (const reading of knownReadings(container.own.runAsNonRoot)) {
      if (!reading.value) nonRootFalse(pod, container, reading, settings, report);
    }
    const writesOne = !isAbsent(container.own.runAsNonRoot) || !isAbsent(container.own.runAsUser);
    if (pod.os === 'linux' && writesOne) conflicts(pod, container, settings, report);
    if (isComplete(container) && isAbsent(container.effective.runAsNonRoot)) {
      const reason = rootReason(pod, container, settings);
      report({
        check: 'non-root-unset',
        at: container.own.runAsNonRoot.anchor,
        container,
        lacks: 'runAsNonRoot',
        settledAtPod: nonRootLevels(pod, settings).includes('pod'),
        message:
          reason === undefined
            ? `${nameOf(container)} may run as root; set runAsNonRoot to true.`
            : `${nameOf(container)} may run as root, which ${reason}.`,
        repair: needsRoot(pod, container, settings) ? 'none' : 'review',
        fixes: () => nonRootLevels(pod, settings).map((level) => nonRootFix(pod, container, level, settings)),
      });
    }
  }
}

/** Not the pod's where one of its containers has to stay root. */
function nonRootLevels(pod: PodView, settings: PracticeSettings): readonly Level[] {
  const levels = levelsOf(pod);
  return needsRoot(pod, null, settings) ? levels.filter((level) => level !== 'pod') : levels;
}

/** True where a container takes both, `runAsNonRoot: true` and uid 0, from the pod. */
function inheritsConflict(pod: PodView): boolean {
  const containers = judgedContainers(pod);
  return (
    isInherited(pod, (container) => container.own.runAsNonRoot) &&
    (containers.length === 0 ||
      containers.some(({ own }) => isAbsent(own.runAsNonRoot) && isAbsent(own.runAsUser)))
  );
}

function nonRootFalse(
  pod: PodView,
  container: ContainerView | null,
  reading: Known<boolean>,
  settings: PracticeSettings,
  report: Report,
): void {
  report({
    check: 'non-root-false',
    at: reading.span,
    container,
    message: `${container === null ? 'The pod' : nameOf(container)} allows root${whereClause(reading)}; set runAsNonRoot to true.`,
    repair: needsRoot(pod, container, settings) ? 'none' : 'review',
    fixes: () => [nonRootChange(pod, container, reading, settings)],
  });
}

function conflicts(
  pod: PodView,
  container: ContainerView | null,
  settings: PracticeSettings,
  report: Report,
): void {
  const nonRootField = container === null ? pod.runAsNonRoot : container.effective.runAsNonRoot;
  const userField = container === null ? pod.runAsUser : container.effective.runAsUser;
  if (!isCertainly(nonRootField, (value) => value) || !isCertainly(userField, (id) => id === 0)) return;
  const [forbids] = knownReadings(nonRootField);
  const [user] = knownReadings(userField);
  if (forbids === undefined || user === undefined) return;
  const isAssigned = settings.platform === 'openshift';
  report({
    check: 'non-root-conflict',
    at: forbids.span,
    container,
    message: `${container === null ? 'The pod' : nameOf(container)} forbids root and runs as user 0, so the kubelet refuses to start it; ${isAssigned ? 'remove runAsUser, and the cluster assigns one' : `set runAsUser to ${settings.minimumUid} or higher`}.`,
    related: [{ at: user.span, message: 'The user id 0 stands here.' }],
    fixes: () => [conflictFix(pod, container, user, settings)],
  });
}
