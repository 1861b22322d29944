/** What fixes write and say because of the images of a pod. */

import { firm, type KnownImage } from '../../images/catalog.ts';
import type { Told } from '../../images/family.ts';
import { imageOf, rootNeedOf } from '../../images/needs.ts';
import { sourceLink } from '../../images/sources.ts';
import { canonical, hasEnv, writesOf } from '../../images/writes.ts';
import {
  child,
  isAbsent,
  isCertainly,
  isCertainlyAbsent,
  itemsOf,
  mayHoldMore,
  textOf,
} from '../../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../../kubernetes/workload.ts';
import type { YamlOp, YamlValue } from '../../yaml/operation.ts';
import type { Path } from '../../yaml/tree.ts';
import {
  type IdKey,
  lackingCapabilities,
  lowPorts,
  oncePerPod,
  ownId,
  ownIds,
  sharedId,
  wantedId,
} from '../imageNeeds.ts';
import type { PracticeSettings } from '../practice.ts';
import { judgedContainers, linuxContainers, securityContextPath } from '../subjects.ts';

/** Writes an id over root's where it is written: at pod level with the ids of containers that need another one. */
export function idReplaced(
  pod: PodView,
  path: Path,
  key: IdKey,
  settings: PracticeSettings,
): readonly YamlOp[] {
  const isInside = (container: ContainerView): boolean =>
    container.path.every((step, index) => path[index] === step);
  const containers = judgedContainers(pod);
  const container = containers.find(isInside);
  if (container !== undefined) {
    return [{ op: 'set', path, value: wantedId(pod, container, key, settings) ?? settings.fix[key] }];
  }
  const shared = sharedId(pod, key, settings);
  const own = shared !== undefined ? [] : containers.filter((one) => isAbsent(one.own[key]));
  return [
    { op: 'set', path, value: shared ?? settings.fix[key] },
    ...own.flatMap((one): readonly YamlOp[] => {
      const id = ownId(one, key, settings);
      if (id === undefined || id === null) return [];
      return [{ op: 'set', path: [...securityContextPath(one), key], value: id }];
    }),
  ];
}

/** What a container needs beside its user, to start as another one than root: variables, and its ports. */
export function startingOps(
  pod: PodView,
  containers: readonly ContainerView[],
  settings: PracticeSettings,
): readonly YamlOp[] {
  return [...containers.flatMap((container) => envOps(container, settings)), ...portOps(pod, settings)];
}

function envOps(container: ContainerView, { images }: PracticeSettings): readonly YamlOp[] {
  const image = imageOf(container, images);
  const slot = child(container.slot, 'env');
  if (mayHoldMore(slot)) return [];
  return (image?.facts.env ?? []).flatMap((fact): readonly YamlOp[] => {
    if (firm(image, fact) === undefined || hasEnv(container, fact.name)) return [];
    const item = { name: fact.name, value: fact.value };
    return [{ op: 'ensureItem', path: slot.path, item, key: 'name' }];
  });
}

const PORT_SYSCTL = 'net.ipv4.ip_unprivileged_port_start';

/** The sysctl is among those that Pod Security allows since 1.22. */
const PORT_SYSCTL_SINCE = 22;

/**
 * Lets users other than root listen on the low ports of images that are known to, whatever the node's runtime does. Not for an image whose
 * binary has the right to, and not where the pod has the node's network, in which the API server rejects it.
 */
const portOps = oncePerPod((pod, settings): readonly YamlOp[] => {
  const hasOwnNetwork = isAbsent(pod.hostNetwork) || isCertainly(pod.hostNetwork, (value) => !value);
  if (!pod.accepts.podContext || !hasOwnNetwork || settings.kubernetesMinor < PORT_SYSCTL_SINCE) return [];
  const slot = child(pod.securityContext, 'sysctls');
  if (!isCertainlyAbsent(slot)) return [];
  const ports = linuxContainers(pod).flatMap((container) => lowPortsOfImage(container, settings));
  if (ports.length === 0) return [];
  const lowest = ports.reduce((least, port) => Math.min(least, port));
  const item = { name: PORT_SYSCTL, value: String(lowest) };
  return [{ op: 'ensureItem', path: slot.path, item, key: 'name' }];
});

/** The low ports that a known image certainly listens on: those that its container declares, or else its own. */
function lowPortsOfImage(container: ContainerView, { images }: PracticeSettings): readonly number[] {
  const image = imageOf(container, images);
  const ports = firm(image, image?.facts.ports);
  const mayBindAny = image?.facts.capabilities?.names.includes('NET_BIND_SERVICE') === true;
  const slot = child(container.slot, 'ports');
  if (ports === undefined || mayBindAny || mayHoldMore(slot)) return [];
  const isDeclared = itemsOf(slot).length > 0;
  return isDeclared ? lowPorts(container) : ports.numbers.filter((port) => port < 1024);
}

/** The group for the pod's volumes; undefined where one would do harm. */
export const volumeGroup = oncePerPod((pod, settings): number | undefined => {
  const groups = new Set<number | undefined>();
  for (const container of linuxContainers(pod)) {
    const image = imageOf(container, settings.images);
    const fact = firm(image, image?.facts.fsGroup);
    if (fact !== undefined) groups.add(fact.group === 'none' ? undefined : fact.group);
  }
  if (groups.has(undefined)) return undefined;
  const [known, ...others] = groups;
  if (known !== undefined && others.length === 0) return known;
  const [group, ...further] = ownIds(pod, 'runAsGroup', settings);
  if (further.length > 0 || group === undefined) return settings.fix.runAsGroup;
  // Where the image's files belong to the group root, its charts give volumes the user's own number.
  return group ?? sharedId(pod, 'runAsUser', settings) ?? settings.fix.runAsGroup;
});

/** Why the image needs capabilities; empty where it needs none. */
export function capabilityWords(container: ContainerView, { images }: PracticeSettings): string {
  const image = imageOf(container, images);
  const fact = firm(image, image?.facts.capabilities);
  if (image === undefined || fact === undefined || mayHoldMore(container.addedCapabilities)) return '';
  return told(image, `needs ${fact.names.join(' and ')}: ${fact.why}`, fact);
}

/** Adds what the image needs beside dropping ALL. */
export function addedOps(container: ContainerView, settings: PracticeSettings): readonly YamlOp[] {
  const { path } = container.addedCapabilities;
  return lackingCapabilities(container, settings).toAdd.map(
    (item): YamlOp => ({ op: 'ensureItem', path, item }),
  );
}

/** Why the root filesystem has to stay writable, as a person reads it in a comment; undefined where it has not. */
export function writableRootReason(
  pod: PodView,
  container: ContainerView,
  { images }: PracticeSettings,
): { readonly comment: string; readonly why: string } | undefined {
  const image = imageOf(container, images);
  const { blocked } = writesOf(pod, container, images);
  if (image === undefined || blocked === undefined) return undefined;
  return {
    comment: `${image.family.title.replace(/^(?:an?|the) /, '')}: ${blocked.why}`,
    why: told(image, `keeps its root filesystem writable: ${blocked.why}`, blocked),
  };
}

/**
 * Empty volumes where the program writes: at `/tmp`, where most programs that write at all write, and at the places that its image is known
 * to write to. Nothing where something is mounted already, where the mounts or volumes are not all shown, and in ephemeral containers, whose
 * pod's volumes cannot change.
 */
export function emptyVolumes(
  pod: PodView,
  container: ContainerView,
  settings: PracticeSettings,
): readonly { readonly path: string; readonly ops: readonly YamlOp[] }[] {
  if (container.list === 'ephemeralContainers' || !pod.accepts.volumes) return [];
  const mounts = child(container.slot, 'volumeMounts');
  if (mayHoldMore(mounts) || mayHoldMore(pod.volumes)) return [];
  if (itemsOf(mounts).some((mount) => textOf(child(mount, 'mountPath')) === undefined)) return [];
  const taken = new Set<string>();
  for (const volume of itemsOf(pod.volumes)) {
    const name = textOf(child(volume, 'name'));
    if (name === undefined) return [];
    taken.add(name);
  }
  const isTmpMounted = isMountedExactly(container, '/tmp');
  const known = writesOf(pod, container, settings.images).toMount.map(({ path, mountAt }) => mountAt ?? path);
  const wanted = [...(settings.fix.tmpVolume && !isTmpMounted ? ['/tmp'] : []), ...known];
  const { emptyDirSizeLimit } = settings.fix;
  const paths = new Map(wanted.map((path) => [canonical(path), path]));
  return [...paths.values()].map((path) => {
    const name = freeName(preferredName(pod, container, path), taken);
    taken.add(name);
    const emptyDir: YamlValue = emptyDirSizeLimit === '' ? {} : { sizeLimit: emptyDirSizeLimit };
    return {
      path,
      ops: [
        {
          op: 'ensureItem',
          path: [...container.path, 'volumeMounts'],
          item: { name, mountPath: path },
          key: 'mountPath',
        },
        { op: 'ensureItem', path: pod.volumes.path, item: { name, emptyDir }, key: 'name' },
      ],
    };
  });
}

function isMountedExactly(container: ContainerView, path: string): boolean {
  return itemsOf(child(container.slot, 'volumeMounts')).some(
    (mount) => canonical(textOf(child(mount, 'mountPath')) ?? '') === path,
  );
}

/** A container of its own gets volumes of its own: programs that share a directory can trip over each other's files. */
function preferredName(pod: PodView, container: ContainerView, path: string): string {
  const place = path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (judgedContainers(pod).length === 1) return place.slice(0, MAX_VOLUME_NAME).replace(/-+$/, '');
  const name =
    container.name ?? `${container.list === 'initContainers' ? 'init' : 'container'}-${container.index + 1}`;
  return `${place}-${name}`.slice(0, MAX_VOLUME_NAME).replace(/-+$/, '');
}

/** A volume's name is a DNS label. */
const MAX_VOLUME_NAME = 63;

/** The name, or the name with the first number that makes it free. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) {
    const suffix = `-${number}`;
    const candidate = `${name.slice(0, MAX_VOLUME_NAME - suffix.length)}${suffix}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** What a fix says of the user that it writes, and of what comes with it. */
export function userWords(pod: PodView, container: ContainerView | null, settings: PracticeSettings): string {
  return container === null ? userWordsOfPod(pod, settings) : userWordsOf([container], settings);
}

const userWordsOfPod = oncePerPod((pod, settings) => userWordsOf(linuxContainers(pod), settings));

function userWordsOf(containers: readonly ContainerView[], settings: PracticeSettings): string {
  const sentences = new Set<string>();
  for (const one of containers) {
    const image = imageOf(one, settings.images);
    const { user, env = [], fsGroup, notes = [] } = image?.facts ?? {};
    if (image === undefined) continue;
    if (user !== undefined) {
      const ids = `${user.uid}${user.gid === undefined ? '' : ` and its group ${user.gid}`}`;
      sentences.add(
        firm(image, user) === undefined
          ? unsure(image, `its own user may be ${ids}`, user)
          : told(image, `has a user of its own, ${ids}`, user),
      );
    }
    for (const fact of env) {
      if (firm(image, fact) !== undefined)
        sentences.add(told(image, `needs ${fact.name}=${fact.value}: ${fact.why}`, fact));
    }
    for (const note of notes) {
      if (firm(image, note) !== undefined)
        sentences.add(`${note.text} (${sourceLink(note.source)}).`.replace(/\.(?= \()/, ''));
    }
    if (fsGroup?.group === 'none' && firm(image, fsGroup) !== undefined)
      sentences.add(told(image, `gets no fsGroup: ${fsGroup.why}`, fsGroup));
  }
  return [...sentences].map((sentence) => ` ${sentence}`).join('');
}

/** Why a container, or one of the pod's, cannot leave root; empty where it can. */
export function rootWords(pod: PodView, container: ContainerView | null, settings: PracticeSettings): string {
  const words = (container === null ? linuxContainers(pod) : [container]).map((one) => {
    const image = imageOf(one, settings.images);
    const need = rootNeedOf(pod, one, settings.images);
    return image === undefined || need === undefined
      ? ''
      : ` ${told(image, `has to stay root: ${need.why}`, need)}`;
  });
  return [...new Set(words)].join('');
}

/** Where the image writes, as a person reads it. */
export function writesWords(pod: PodView, container: ContainerView, { images }: PracticeSettings): string {
  const image = imageOf(container, images);
  if (image === undefined) return '';
  return writesOf(pod, container, images)
    .toMount.map((fact) => ` ${told(image, `writes ${fact.what} to ${fact.path}`, fact)}`)
    .join('');
}

/** True where the image is known to write to places that nothing is mounted at. */
export function needsVolumes(pod: PodView, container: ContainerView, { images }: PracticeSettings): boolean {
  return writesOf(pod, container, images).toMount.length > 0;
}

/** Who of the pod's images uses the Kubernetes API; empty where none is known to. */
export function apiWords(pod: PodView, { images }: PracticeSettings): string {
  const words = judgedContainers(pod).flatMap((container) => {
    const image = imageOf(container, images);
    const api = firm(image, image?.facts.api);
    if (image === undefined || api === undefined || api.use === 'never') return [];
    const when = api.why === undefined ? '' : `${api.use === 'sometimes' ? ' ' : ', '}${api.why}`;
    return [` ${told(image, `uses the Kubernetes API${when}`, api)}`];
  });
  return [...new Set(words)].join('');
}

/** A sentence about an image, with its source. */
function told({ family }: KnownImage, words: string, { source }: Told): string {
  return `${capitalized(family.title)} ${words} (${sourceLink(source)}).`;
}

function unsure({ family, by }: KnownImage, words: string, { source }: Told): string {
  const condition =
    by === 'name'
      ? `By its name this may be ${family.title}; then ${words}`
      : `This is ${family.title}, and ${words}, for which there is little evidence`;
  return `${condition} (${sourceLink(source)}).`;
}

function capitalized(words: string): string {
  return /^(?:an?|the) /.test(words) ? `${words.charAt(0).toUpperCase()}${words.slice(1)}` : words;
}
