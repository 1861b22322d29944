/** Practice 3: no container runs as root, in user or in group. */

import { type Field, isAbsent, isCertainly, knownReadings } from '../kubernetes/slots.ts';
import { isInForce } from '../kubernetes/versions.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import { idChange, idFixes } from './fixes/rootUser.ts';
import {
  type IdKey,
  idLevels,
  isImagesOwn,
  needsRoot,
  onlyAnotherImageLeavesRoot,
  rootReason,
  userNameOf,
  wantedId,
} from './imageNeeds.ts';
import type { Fix, Practice, PracticeSettings, Repair, Report } from './practice.ts';
import { isComplete, isInherited, linuxContainers, nameOf, whereClause } from './subjects.ts';

export const rootUser: Practice = {
  id: 'root-user',
  checks: [
    { id: 'root', severity: 'error', aboutAbsence: false },
    { id: 'unset', severity: 'warning', aboutAbsence: true },
    { id: 'unpinned', severity: 'information', aboutAbsence: true },
    { id: 'low-uid', severity: 'information', aboutAbsence: false },
    { id: 'root-group', severity: 'warning', aboutAbsence: false },
    { id: 'group-unset', severity: 'warning', aboutAbsence: true },
    { id: 'low-gid', severity: 'information', aboutAbsence: false },
  ],
  check(pod, settings, report) {
    if (pod.os !== 'linux') return;
    const user = userRule(settings, pod);
    const group = groupRule(settings);
    writtenIds(pod, null, pod.runAsUser, user, settings, report);
    writtenIds(pod, null, pod.runAsGroup, group, settings, report);
    for (const container of linuxContainers(pod)) {
      writtenIds(pod, container, container.own.runAsUser, user, settings, report);
      writtenIds(pod, container, container.own.runAsGroup, group, settings, report);
      if (!isComplete(container)) continue;
      absentUser(pod, container, settings, report);
      absentGroup(pod, container, settings, report);
    }
  },
};

/** What a written id is held against. */
interface IdRule {
  readonly key: IdKey;
  readonly zeroCheck: string;
  readonly lowCheck: string;
  readonly what: string;
  readonly minimum: number;
  readonly acceptsZero: boolean;
  readonly own: (container: ContainerView) => Field<number>;
}

function userRule(settings: PracticeSettings, pod: PodView): IdRule {
  return {
    key: 'runAsUser',
    zeroCheck: 'root',
    lowCheck: 'low-uid',
    what: 'user',
    minimum: settings.minimumUid,
    acceptsZero: rootIsNotTheNodes(pod, settings),
    own: (container) => container.own.runAsUser,
  };
}

function groupRule(settings: PracticeSettings): IdRule {
  return {
    key: 'runAsGroup',
    zeroCheck: 'root-group',
    lowCheck: 'low-gid',
    what: 'group',
    minimum: settings.minimumGid,
    acceptsZero: false,
    own: (container) => container.own.runAsGroup,
  };
}

/** In a user namespace (`hostUsers: false`) root in the container is not root on the node, and Pod Security accepts it. */
export function rootIsNotTheNodes(pod: PodView, settings: PracticeSettings): boolean {
  return (
    isInForce('userNamespacesInPodSecurity', settings.kubernetesMinor) &&
    isCertainly(pod.hostUsers, (value) => !value)
  );
}

/** Ids outside this range are rejected by the API server (IsValidUserID), and are not judged here. */
const MAX_ID = 2147483647;

function writtenIds(
  pod: PodView,
  container: ContainerView | null,
  field: Field<number>,
  rule: IdRule,
  settings: PracticeSettings,
  report: Report,
): void {
  for (const reading of knownReadings(field)) {
    const subject = container === null ? 'The pod' : nameOf(container);
    const isAssigned = settings.platform === 'openshift';
    const isOnly = field.readings.length === 1;
    const fixes = (): readonly Fix[] =>
      isOnly ? [idChange(pod, container, reading, rule.key, settings)] : [];
    if (reading.value === 0) {
      if (rule.acceptsZero) continue;
      report({
        check: rule.zeroCheck,
        at: reading.span,
        container,
        message: `${subject} runs as the root ${rule.what}${whereClause(reading)}; ${isAssigned ? `remove ${rule.key}, and the cluster assigns one` : `set ${rule.key} to ${rule.minimum} or higher`}.`,
        repair: isOnly && !onlyAnotherImageLeavesRoot(pod, container, rule.key, settings) ? 'review' : 'none',
        fixes,
      });
    } else if (reading.value > 0 && reading.value < rule.minimum && reading.value <= MAX_ID) {
      if (container === null && !isInherited(pod, rule.own)) continue;
      if (isImagesOwn(pod, container, rule.key, reading.value, settings)) continue;
      report({
        check: rule.lowCheck,
        at: reading.span,
        container,
        message: `${subject} runs as ${rule.what} ${reading.value}, which may be in use on the node; choose a ${rule.key} of ${rule.minimum} or higher.`,
        // Files of the image or of volumes may belong to the id that is written.
        repair: 'none',
        fixes: () => fixes().map((fix) => ({ ...fix, onRequest: true })),
      });
    }
  }
}

function absentUser(
  pod: PodView,
  container: ContainerView,
  settings: PracticeSettings,
  report: Report,
): void {
  if (!isAbsent(container.effective.runAsUser)) return;
  const nonRoot = container.effective.runAsNonRoot;
  const forbidden = isCertainly(nonRoot, (value) => value);
  if (!forbidden && rootIsNotTheNodes(pod, settings)) return;
  const undecided = nonRoot.readings.some(({ state }) => state === 'unknown' || state === 'invalid');
  if (!forbidden && undecided) return;
  report({
    check: forbidden ? 'unpinned' : 'unset',
    at: container.own.runAsUser.anchor,
    container,
    lacks: 'runAsUser',
    settledAtPod: idLevels(pod, 'runAsUser', settings).includes('pod'),
    message: `${nameOf(container)} ${forbidden ? unpinnedWords(container, settings) : unsetWords(pod, container, settings)}`,
    repair: idRepair(pod, container, 'runAsUser', settings),
    fixes: () => idFixes(pod, container, 'runAsUser', settings),
  });
}

function unpinnedWords(container: ContainerView, settings: PracticeSettings): string {
  const name = userNameOf(container, settings);
  return name === undefined
    ? `must not run as root, but which user it runs as is left to its image; set runAsUser to ${settings.minimumUid} or higher.`
    : `must not run as root, and its image names its user "${name}", which the kubelet cannot tell from root: it refuses to start the container; set runAsUser.`;
}

function unsetWords(pod: PodView, container: ContainerView, settings: PracticeSettings): string {
  const reason = rootReason(pod, container, settings);
  return reason === undefined
    ? `runs as whatever user its image names, often root; set runAsUser to ${settings.minimumUid} or higher.`
    : `runs as root, which ${reason}.`;
}

function absentGroup(
  pod: PodView,
  container: ContainerView,
  settings: PracticeSettings,
  report: Report,
): void {
  if (!isAbsent(container.effective.runAsGroup)) return;
  report({
    check: 'group-unset',
    at: container.own.runAsGroup.anchor,
    container,
    lacks: 'runAsGroup',
    settledAtPod: idLevels(pod, 'runAsGroup', settings).includes('pod'),
    message:
      wantedId(pod, container, 'runAsGroup', settings) === null
        ? `${nameOf(container)} has no runAsGroup, and its group is root, to which the files of its image belong; only another image changes that.`
        : `${nameOf(container)} has no runAsGroup, so its group is usually root; set runAsGroup to ${settings.minimumGid} or higher.`,
    repair: idRepair(pod, container, 'runAsGroup', settings),
    fixes: () => idFixes(pod, container, 'runAsGroup', settings),
  });
}

/** None where the container has to stay root, or at no level an id can be written. */
function idRepair(pod: PodView, container: ContainerView, key: IdKey, settings: PracticeSettings): Repair {
  if (needsRoot(pod, container, settings)) return 'none';
  const isWritten =
    wantedId(pod, container, key, settings) !== null || idLevels(pod, key, settings).includes('pod');
  return isWritten ? 'review' : 'none';
}
