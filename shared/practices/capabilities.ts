/** Practice 7: all capabilities are dropped, and root is forbidden. */

import { BASELINE_CAPABILITIES } from '../kubernetes/baselineCapabilities.ts';
import {
  isAbsent,
  isCertainly,
  isCertainlyAbsent,
  isListOrNothing,
  itemsOf,
  knownReadings,
  type Level,
  mayHoldMore,
  type Reading,
  textOf,
} from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { YamlOp } from '../yaml/operation.ts';
import type { Path } from '../yaml/tree.ts';
import { addedOps, capabilityNeed, idReplaced, needsRoot, rootReason, rootWords } from './imageNeeds.ts';
import { DROP_NOTE, NON_ROOT_NOTE } from './mayBreak.ts';
import type { Fix, Practice, PracticeSettings, Report } from './practice.ts';
import { leavingRoot, rootIsNotTheNodes } from './rootUser.ts';
import {
  isComplete,
  isInherited,
  judgedContainers,
  levelsOf,
  linuxContainers,
  mayBePrivileged,
  nameOf,
  recreationNote,
  securityContextPath,
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
      fixes: () => [
        {
          title: `Remove ${quoted(capability)}`,
          level: 'container',
          safety: 'review',
          why: `The program loses what ${capability} allows.${recreationNote(pod)}`,
          ops: [{ op: 'remove', path: item.path, pruneEmpty: 1 }],
          onRequest: true,
        },
      ],
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
  const wrongCase = names.findIndex((name) => name?.toUpperCase() === 'ALL');
  const item = items[wrongCase];
  if (item !== undefined) {
    report({
      check: 'not-dropped',
      at: item.anchor,
      container,
      message: `${nameOf(container)} drops "${names[wrongCase]}", which Pod Security does not accept; write ALL in capitals.`,
      repair: 'safe',
      fixes: () => [
        {
          title: 'Write ALL in capitals',
          level: 'container',
          safety: 'safe',
          why: 'Runtimes read it in either case; Pod Security accepts only ALL.',
          ops: [{ op: 'set', path: item.path, value: 'ALL' }],
        },
      ],
    });
    return;
  }
  report({
    check: 'not-dropped',
    at: slot.anchor,
    container,
    ...(names.length === 0 ? { lacks: 'capabilities' } : {}),
    message: `${nameOf(container)} ${droppedWords(names.length, names[0])}; drop ALL.`,
    repair: capabilityNeed(container, settings).missing.length > 0 ? 'none' : 'review',
    fixes: () => [dropFix(pod, container, settings)],
  });
}

function dropFix(pod: PodView, container: ContainerView, settings: PracticeSettings): Fix {
  const { toAdd, missing, why } = capabilityNeed(container, settings);
  const { path } = container.droppedCapabilities;
  return {
    title: `Drop all capabilities${toAdd.length > 0 ? ` but ${toAdd.join(' and ')}` : ''}`,
    level: 'container',
    safety: 'review',
    why: `${DROP_NOTE}${why === '' ? '' : ` ${why}`}${recreationNote(pod)}`,
    ops: [{ op: 'ensureItem', path, item: 'ALL' }, ...addedOps(container, settings)],
    ...(missing.length > 0 ? { onRequest: true } : {}),
  };
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

type KnownBoolean = Extract<Reading<boolean>, { state: 'known' }>;

function nonRootFalse(
  pod: PodView,
  container: ContainerView | null,
  reading: KnownBoolean,
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

function nonRootChange(
  pod: PodView,
  container: ContainerView | null,
  { level, path }: KnownBoolean,
  settings: PracticeSettings,
): Fix {
  const zeros = zerosOf(pod, container, settings);
  return {
    title: 'Set runAsNonRoot: true',
    level,
    safety: 'review',
    why: `${NON_ROOT_NOTE}${rootWords(pod, container, settings)}${recreationNote(pod)}`,
    ops: [{ op: 'set', path, value: true }, ...replaceIds(pod, zeros, settings)],
    ...(zeros.length > 0 ? { consequences: leavingRoot(pod, container, settings) } : {}),
    ...(needsRoot(pod, container, settings) ? { onRequest: true } : {}),
  };
}

function nonRootFix(pod: PodView, container: ContainerView, level: Level, settings: PracticeSettings): Fix {
  // A uid of 0 beside it would make the kubelet refuse the container.
  const zeros = zerosOf(pod, level === 'pod' ? null : container, settings);
  return {
    title: level === 'pod' ? 'Add runAsNonRoot: true to the pod' : 'Add runAsNonRoot: true to this container',
    level,
    safety: 'review',
    why: `${NON_ROOT_NOTE}${rootWords(pod, container, settings)}${recreationNote(pod)}`,
    ops: [
      {
        op: 'set',
        path: [...securityContextPath(level === 'pod' ? pod : container), 'runAsNonRoot'],
        value: true,
      },
      ...replaceIds(pod, zeros, settings),
    ],
    ...(zeros.length > 0
      ? { consequences: leavingRoot(pod, level === 'pod' ? null : container, settings) }
      : {}),
    ...(needsRoot(pod, container, settings) ? { onRequest: true } : {}),
  };
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
    fixes: () => {
      const ops = replaceIds(pod, [user.path], settings);
      const [first] = ops;
      const replacement = first?.op === 'set' ? String(first.value) : '';
      return [
        {
          title: isAssigned ? 'Remove runAsUser' : `Set runAsUser: ${replacement}`,
          level: user.level,
          safety: 'review',
          why: `The kubelet refuses to start it as it is.${recreationNote(pod)}`,
          ops,
          consequences: leavingRoot(pod, container, settings),
        },
      ];
    },
  });
}

/**
 * Replaces the uid 0 of what is to be forbidden root: of one container, or of the whole pod where `container` is null. The kubelet would
 * refuse to start it otherwise.
 */
export function rootIdsReplaced(
  pod: PodView,
  container: ContainerView | null,
  settings: PracticeSettings,
): readonly YamlOp[] {
  return replaceIds(pod, zerosOf(pod, container, settings), settings);
}

/** Where a container, or with null the whole pod, has a uid 0 that is to be replaced. */
function zerosOf(pod: PodView, container: ContainerView | null, settings: PracticeSettings): readonly Path[] {
  return container === null
    ? zeroUids(pod, judgedContainers(pod))
    : ownUid(container, zeroUids(pod, [container]), settings);
}

/** Where the uid 0 that containers run as is written. */
function zeroUids(pod: PodView, containers: readonly ContainerView[]): readonly Path[] {
  const paths = new Map<string, Path>();
  for (const field of [
    ...containers.map(({ effective }) => effective.runAsUser),
    ...(containers.length > 1 ? [pod.runAsUser] : []),
  ]) {
    for (const reading of knownReadings(field)) {
      if (reading.value === 0) paths.set(reading.path.join('\n'), reading.path);
    }
  }
  return [...paths.values()];
}

/** A change to this container alone overrides a uid that the pod gives; where the cluster assigns ids, there is none to write. */
function ownUid(
  container: ContainerView,
  zeros: readonly Path[],
  settings: PracticeSettings,
): readonly Path[] {
  if (zeros.length === 0 || settings.platform === 'openshift') return zeros;
  return [[...securityContextPath(container), 'runAsUser']];
}

function replaceIds(pod: PodView, paths: readonly Path[], settings: PracticeSettings): readonly YamlOp[] {
  return paths.flatMap((path): readonly YamlOp[] =>
    settings.platform === 'openshift'
      ? [{ op: 'remove', path }]
      : idReplaced(pod, path, 'runAsUser', settings),
  );
}
