/** What mends practice 3: no container runs as root, in user or in group. */
import {
  child,
  isAbsent,
  isCertainly,
  isCertainlyAbsent,
  itemsOf,
  type Known,
  type Level,
  mayBe,
  mayHoldMore,
  textOf,
} from '../../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../../kubernetes/workload.ts';
import type { YamlOp } from '../../yaml/operation.ts';
import {
  type IdKey,
  idLevels,
  lowPorts,
  needsRoot,
  onlyAnotherImageLeavesRoot,
  replacementId,
  sharedId,
  wantedId,
} from '../imageNeeds.ts';
import { GID_NOTE, UID_NOTE } from '../mayBreak.ts';
import type { Fix, PracticeSettings } from '../practice.ts';
import { linuxContainers, recreationNote, securityContextPath } from '../subjects.ts';
import { idReplaced, rootWords, startingOps, userWords, volumeGroup } from './imageNeeds.ts';

/** Another id in the place of one that is written. */
export function idChange(
  pod: PodView,
  container: ContainerView | null,
  { level, path }: Known<number>,
  key: IdKey,
  settings: PracticeSettings,
): Fix {
  const isAssigned = settings.platform === 'openshift';
  const replacement = replacementId(pod, container, key, settings);
  return {
    title: isAssigned ? `Remove ${key}` : `Set ${key}: ${replacement ?? settings.fix[key]}`,
    level,
    safety: 'review',
    why: `${noteOf(key)}${imageWords(pod, container, key, settings)}${recreationNote(pod)}`,
    ops: isAssigned ? [{ op: 'remove', path }] : idReplaced(pod, path, key, settings),
    ...(key === 'runAsUser' ? { consequences: leavingRoot(pod, container, settings) } : {}),
    ...(onlyAnotherImageLeavesRoot(pod, container, key, settings) ? { onRequest: true } : {}),
  };
}

export function idFixes(
  pod: PodView,
  container: ContainerView,
  key: IdKey,
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
  key: IdKey,
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

function noteOf(key: IdKey): string {
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
