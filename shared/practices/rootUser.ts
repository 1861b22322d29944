/** Practice 3: no container runs as root, in user or in group. */
import {
  child,
  type Field,
  isAbsent,
  isCertainly,
  isCertainlyAbsent,
  itemsOf,
  knownReadings,
  type Level,
  mayBe,
  mayHoldMore,
  type Reading,
  textOf,
} from '../kubernetes/slots.ts';
import { isInForce } from '../kubernetes/versions.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { YamlOp } from '../yaml/operation.ts';
import {
  idReplaced,
  isImagesOwn,
  lowPorts,
  needsRoot,
  rootReason,
  rootWords,
  sharedId,
  startingOps,
  userNameOf,
  userWords,
  volumeGroup,
  wantedId,
} from './imageNeeds.ts';
import { GID_NOTE, UID_NOTE } from './mayBreak.ts';
import type { Fix, Practice, PracticeSettings, Repair, Report } from './practice.ts';
import {
  isComplete,
  isInherited,
  levelsOf,
  linuxContainers,
  nameOf,
  recreationNote,
  securityContextPath,
  whereClause,
} from './subjects.ts';

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
  readonly key: 'runAsUser' | 'runAsGroup';
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
    const fixes = (): readonly Fix[] => (isOnly ? [idChange(pod, container, reading, rule, settings)] : []);
    if (reading.value === 0) {
      if (rule.acceptsZero) continue;
      report({
        check: rule.zeroCheck,
        at: reading.span,
        container,
        message: `${subject} runs as the root ${rule.what}${whereClause(reading)}; ${isAssigned ? `remove ${rule.key}, and the cluster assigns one` : `set ${rule.key} to ${rule.minimum} or higher`}.`,
        repair: isOnly && !isChangeForRequest(pod, container, rule, settings) ? 'review' : 'none',
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

/** True where only another image can leave root. */
function isChangeForRequest(
  pod: PodView,
  container: ContainerView | null,
  { key }: IdRule,
  settings: PracticeSettings,
): boolean {
  return replacementId(pod, container, key, settings) === null || needsRoot(pod, container, settings);
}

/** Another id in the place of one that is written. */
function idChange(
  pod: PodView,
  container: ContainerView | null,
  { level, path }: Extract<Reading<number>, { state: 'known' }>,
  rule: IdRule,
  settings: PracticeSettings,
): Fix {
  const { key } = rule;
  const isAssigned = settings.platform === 'openshift';
  const replacement = replacementId(pod, container, key, settings);
  return {
    title: isAssigned ? `Remove ${key}` : `Set ${key}: ${replacement ?? settings.fix[key]}`,
    level,
    safety: 'review',
    why: `${noteOf(key)}${imageWords(pod, container, key, settings)}${recreationNote(pod)}`,
    ops: isAssigned ? [{ op: 'remove', path }] : idReplaced(pod, path, key, settings),
    ...(key === 'runAsUser' ? { consequences: leavingRoot(pod, container, settings) } : {}),
    ...(isChangeForRequest(pod, container, rule, settings) ? { onRequest: true } : {}),
  };
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
  const name = userNameOf(container, settings);
  const reason = rootReason(pod, container, settings);
  report({
    check: forbidden ? 'unpinned' : 'unset',
    at: container.own.runAsUser.anchor,
    container,
    lacks: 'runAsUser',
    settledAtPod: idLevels(pod, 'runAsUser', settings).includes('pod'),
    message:
      reason !== undefined && !forbidden
        ? `${nameOf(container)} runs as root, which ${reason}.`
        : forbidden
          ? name !== undefined
            ? `${nameOf(container)} must not run as root, and its image names its user "${name}", which the kubelet cannot tell from root: it refuses to start the container; set runAsUser.`
            : `${nameOf(container)} must not run as root, but which user it runs as is left to its image; set runAsUser to ${settings.minimumUid} or higher.`
          : `${nameOf(container)} runs as whatever user its image names, often root; set runAsUser to ${settings.minimumUid} or higher.`,
    repair: idRepair(pod, container, 'runAsUser', settings),
    fixes: () => idFixes(pod, container, 'runAsUser', settings),
  });
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
function idRepair(
  pod: PodView,
  container: ContainerView,
  key: 'runAsUser' | 'runAsGroup',
  settings: PracticeSettings,
): Repair {
  if (needsRoot(pod, container, settings)) return 'none';
  const isWritten =
    wantedId(pod, container, key, settings) !== null || idLevels(pod, key, settings).includes('pod');
  return isWritten ? 'review' : 'none';
}

function idFixes(
  pod: PodView,
  container: ContainerView,
  key: 'runAsUser' | 'runAsGroup',
  settings: PracticeSettings,
): readonly Fix[] {
  const ports = key === 'runAsUser' ? lowPorts(container) : [];
  const note =
    ports.length === 0
      ? ''
      : ` ${portWords(ports)} below 1024: a user other than root may not be allowed to listen on it, and an added capability does not reach such a process. A higher port helps, or the safe sysctl net.ipv4.ip_unprivileged_port_start.`;
  const why = `${noteOf(key)}${imageWords(pod, container, key, settings)}${note}${recreationNote(pod)}`;
  const staysRoot = needsRoot(pod, container, settings);
  const fix = (level: Level): Fix | undefined => {
    const id = level === 'pod' ? sharedId(pod, key, settings) : wantedId(pod, container, key, settings);
    if (id === null || id === undefined) return undefined;
    return {
      title: level === 'pod' ? `Add ${key}: ${id} to the pod` : `Add ${key}: ${id} to this container`,
      level,
      safety: 'review',
      why,
      ops: [{ op: 'set', path: [...securityContextPath(level === 'pod' ? pod : container), key], value: id }],
      ...(key === 'runAsUser'
        ? { consequences: leavingRoot(pod, level === 'pod' ? null : container, settings) }
        : {}),
      ...(staysRoot ? { onRequest: true } : {}),
    };
  };
  const fixes = idLevels(pod, key, settings).flatMap((level) => fix(level) ?? []);
  const [first] = fixes;
  if (first?.level === 'pod' && ports.length > 0 && allowsSysctl(pod) && !opensPorts(first))
    fixes.push(withPortSysctl(pod, first, Math.min(...ports)));
  return fixes;
}

/** The levels at which an id can be written: not the pod's where its images need different ones. */
function idLevels(
  pod: PodView,
  key: 'runAsUser' | 'runAsGroup',
  settings: PracticeSettings,
): readonly Level[] {
  const levels = levelsOf(pod);
  return sharedId(pod, key, settings) === undefined ? levels.filter((level) => level !== 'pod') : levels;
}

/** What takes the place of root's id. Null where the image's files belong to the group root. */
function replacementId(
  pod: PodView,
  container: ContainerView | null,
  key: 'runAsUser' | 'runAsGroup',
  settings: PracticeSettings,
): number | null {
  if (container !== null) return wantedId(pod, container, key, settings);
  const inheriting = linuxContainers(pod).filter(({ own }) => isAbsent(own[key]));
  if (inheriting.some((one) => wantedId(pod, one, key, settings) === null)) return null;
  return sharedId(pod, key, settings) ?? settings.fix[key];
}

/** What lets the pod's programs, or one container's, start and write as another user than root. */
export function leavingRoot(
  pod: PodView,
  container: ContainerView | null,
  settings: PracticeSettings,
): readonly YamlOp[] {
  const containers = container === null ? linuxContainers(pod) : [container];
  return [...volumeOwnership(pod, settings), ...startingOps(pod, containers, settings)];
}

function imageWords(
  pod: PodView,
  container: ContainerView | null,
  key: 'runAsUser' | 'runAsGroup',
  settings: PracticeSettings,
): string {
  const words = key === 'runAsUser' ? userWords(pod, container, settings) : '';
  return `${rootWords(pod, container, settings)}${words}`;
}

function opensPorts({ consequences = [] }: Fix): boolean {
  return consequences.some(
    ({ op, ...at }) => op === 'ensureItem' && 'path' in at && at.path.at(-1) === 'sysctls',
  );
}

function noteOf(key: 'runAsUser' | 'runAsGroup'): string {
  return key === 'runAsUser' ? UID_NOTE : GID_NOTE;
}

/** "Port 80 is", "Ports 80 and 443 are". */
function portWords(ports: readonly number[]): string {
  const last = ports.at(-1);
  if (ports.length < 2) return `Port ${last} is`;
  return `Ports ${ports.slice(0, -1).join(', ')} and ${last} are`;
}

function withPortSysctl(pod: PodView, fix: Fix, lowest: number): Fix {
  return {
    ...fix,
    title: `${fix.title}, and let it listen on port ${lowest}`,
    ops: [
      ...fix.ops,
      {
        op: 'ensureItem',
        path: [...securityContextPath(pod), 'sysctls'],
        item: { name: 'net.ipv4.ip_unprivileged_port_start', value: String(lowest) },
        key: 'name',
      },
    ],
  };
}

/** The sysctl is the pod's network namespace's own; with the node's network the API server rejects it. */
function allowsSysctl(pod: PodView): boolean {
  const hasOwnNetwork = isAbsent(pod.hostNetwork) || isCertainly(pod.hostNetwork, (value) => !value);
  return hasOwnNetwork && isCertainlyAbsent(child(pod.securityContext, 'sysctls'));
}

/** A user other than root needs the group of a persistent volume to write to it. */
export function volumeOwnership(pod: PodView, settings: PracticeSettings): readonly YamlOp[] {
  // There the cluster assigns this group too.
  if (settings.platform === 'openshift') return [];
  if (!pod.accepts.podContext || !mountsPersistentVolume(pod)) return [];
  if (!isCertainlyAbsent(child(pod.securityContext, 'fsGroup'))) return [];
  const group = volumeGroup(pod, settings);
  if (group === undefined) return [];
  const path = securityContextPath(pod);
  const ops: YamlOp[] = [{ op: 'set', path: [...path, 'fsGroup'], value: group }];
  if (isCertainlyAbsent(child(pod.securityContext, 'fsGroupChangePolicy'))) {
    ops.push({ op: 'set', path: [...path, 'fsGroupChangePolicy'], value: 'OnRootMismatch' });
  }
  return ops;
}

/** A claim among the pod's volumes, or a mount of a volume that only a StatefulSet's claim templates can provide. */
function mountsPersistentVolume(pod: PodView): boolean {
  if (mayHoldMore(pod.volumes)) return false;
  const names = new Set<string>();
  for (const volume of itemsOf(pod.volumes)) {
    const name = textOf(child(volume, 'name'));
    if (name !== undefined) names.add(name);
    if (
      !isCertainlyAbsent(child(volume, 'persistentVolumeClaim')) ||
      !isCertainlyAbsent(child(volume, 'ephemeral'))
    )
      return true;
  }
  if (pod.kind !== 'StatefulSet') return false;
  return pod.containers.some((container) =>
    itemsOf(child(container.slot, 'volumeMounts')).some((mount) => {
      const name = textOf(child(mount, 'name'));
      return name !== undefined && !names.has(name);
    }),
  );
}

/** True where the user in effect is, or may be, root by a written value. */
export function mayRunAsRoot(container: ContainerView): boolean {
  return mayBe(container.effective.runAsUser, (id) => id === 0);
}
