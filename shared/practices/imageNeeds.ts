/** Image needs: what checks ask for, and what fixes write, because of the images of a pod. */

import { firm } from '../images/catalog.ts';
import { imageOf, rootNeedOf, userOf } from '../images/needs.ts';
import {
  child,
  integerField,
  isAbsent,
  isCertainly,
  itemsOf,
  type Level,
  mayHoldMore,
  textOf,
} from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { PracticeSettings } from './practice.ts';
import { certainValue, judgedContainers, levelsOf, linuxContainers } from './subjects.ts';

export type IdKey = 'runAsUser' | 'runAsGroup';

/**
 * The id that one container should have: its image's own, or the one that the images of the pod agree on, or that of the settings. Null where
 * its image's files belong to the group root, so that none is written.
 */
export function wantedId(
  pod: PodView,
  container: ContainerView,
  key: IdKey,
  settings: PracticeSettings,
): number | null {
  const own = ownId(container, key, settings);
  if (own !== undefined) return own;
  const ids = ownIds(pod, key, settings);
  return (ids.length === 1 ? ids[0] : undefined) ?? settings.fix[key];
}

/** The id to write at pod level; undefined where the containers need different ones, or one of them has to stay as it is. */
export function sharedId(pod: PodView, key: IdKey, settings: PracticeSettings): number | undefined {
  const ids = ownIds(pod, key, settings);
  const only = ids[0];
  if (ids.length > 1 || only === null || someNeedsRoot(pod, settings)) return undefined;
  return only ?? settings.fix[key];
}

/**
 * What is asked for every container of a pod and is the same for all of them, found once: a pod of thousands of containers would else
 * take time in the square of their number.
 */
export function oncePerPod<T>(
  find: (pod: PodView, settings: PracticeSettings) => T,
): (pod: PodView, settings: PracticeSettings) => T {
  const known = new WeakMap<PodView, { readonly settings: PracticeSettings; readonly found: T }>();
  return (pod, settings) => {
    const before = known.get(pod);
    if (before?.settings === settings) return before.found;
    const found = find(pod, settings);
    known.set(pod, { settings, found });
    return found;
  };
}

/** The ids that images of the pod ask for; a container that has been given another one by its owners has no say. */
export function ownIds(pod: PodView, key: IdKey, settings: PracticeSettings): readonly (number | null)[] {
  return imagesOf(pod, settings)[key];
}

/** What the images of a pod come to. */
interface PodImages extends Readonly<Record<IdKey, readonly (number | null)[]>> {
  readonly needRoot: boolean;
}

const NONE_KNOWN: PodImages = { runAsUser: [], runAsGroup: [], needRoot: false };

const imagesOf = oncePerPod((pod, settings): PodImages => {
  const { images } = settings;
  const containers = linuxContainers(pod);
  if (containers.every((container) => imageOf(container, images) === undefined)) return NONE_KNOWN;
  return {
    runAsUser: findOwnIds(pod, 'runAsUser', settings),
    runAsGroup: findOwnIds(pod, 'runAsGroup', settings),
    needRoot: containers.some((container) => rootNeedOf(pod, container, images) !== undefined),
  };
});

function findOwnIds(pod: PodView, key: IdKey, settings: PracticeSettings): readonly (number | null)[] {
  const ids = linuxContainers(pod).flatMap((container) => {
    const id = ownId(container, key, settings);
    if (id === undefined) return [];
    const uid = ownId(container, 'runAsUser', settings);
    const { runAsUser } = container.effective;
    const isOpen = isAbsent(runAsUser) || isCertainly(runAsUser, (value) => value === 0 || value === uid);
    const isWritten = key === 'runAsGroup' && isOtherGroup(container, id);
    return isOpen && !isWritten ? [id] : [];
  });
  return [...new Set(ids)];
}

function isOtherGroup({ effective: { runAsGroup } }: ContainerView, id: number | null): boolean {
  return !isAbsent(runAsGroup) && !isCertainly(runAsGroup, (value) => value === 0 || value === id);
}

export function ownId(
  container: ContainerView,
  key: IdKey,
  { images }: PracticeSettings,
): number | null | undefined {
  const user = userOf(container, images);
  if (key === 'runAsUser') return user?.uid;
  return user?.gid === 0 ? null : user?.gid;
}

/** True for an id that is low because the image's own is: files of the image belong to it. */
export function isImagesOwn(
  pod: PodView,
  container: ContainerView | null,
  key: IdKey,
  id: number,
  settings: PracticeSettings,
): boolean {
  if (container !== null && ownId(container, key, settings) === id) return true;
  return ownIds(pod, key, settings).includes(id);
}

/** True where a container of the pod cannot be another user than root. */
export function someNeedsRoot(pod: PodView, settings: PracticeSettings): boolean {
  return imagesOf(pod, settings).needRoot;
}

/** True where the container, or with null any of the pod's, cannot be another user than root. */
export function needsRoot(
  pod: PodView,
  container: ContainerView | null,
  settings: PracticeSettings,
): boolean {
  return container === null
    ? someNeedsRoot(pod, settings)
    : rootNeedOf(pod, container, settings.images) !== undefined;
}

/** The ports below 1024 that a container declares. */
export function lowPorts(container: ContainerView): readonly number[] {
  return itemsOf(child(container.slot, 'ports')).flatMap((port) => {
    const value = certainValue(integerField(child(port, 'containerPort'), 'container'));
    return value !== undefined && value > 0 && value < 1024 ? [value] : [];
  });
}

/** The name of the user that the image starts as, where it is a name and no number. */
export function userNameOf(container: ContainerView, { images }: PracticeSettings): string | undefined {
  const image = imageOf(container, images);
  return firm(image, image?.facts.starts)?.name;
}

/** "Fluent Bit needs here: it reads ...", where the container's image cannot leave root; undefined where it can. */
export function rootReason(
  pod: PodView,
  container: ContainerView,
  { images }: PracticeSettings,
): string | undefined {
  const image = imageOf(container, images);
  const need = rootNeedOf(pod, container, images);
  return image === undefined || need === undefined
    ? undefined
    : `${image.family.title} needs here: ${need.why}`;
}

/** The images of the pod that use the Kubernetes API, by their titles. */
export function apiUsers(pod: PodView, { images }: PracticeSettings): readonly string[] {
  const titles = judgedContainers(pod).flatMap((container) => {
    const image = imageOf(container, images);
    const api = firm(image, image?.facts.api);
    return image === undefined || api === undefined || api.use === 'never' ? [] : [image.family.title];
  });
  return titles.length < 2 ? titles : [...new Set(titles)];
}

/** The levels at which an id can be written: not the pod's where its images need different ones. */
export function idLevels(pod: PodView, key: IdKey, settings: PracticeSettings): readonly Level[] {
  const levels = levelsOf(pod);
  return sharedId(pod, key, settings) === undefined ? levels.filter((level) => level !== 'pod') : levels;
}

/** What takes the place of root's id. Null where the image's files belong to the group root. */
export function replacementId(
  pod: PodView,
  container: ContainerView | null,
  key: IdKey,
  settings: PracticeSettings,
): number | null {
  if (container !== null) return wantedId(pod, container, key, settings);
  const inheriting = linuxContainers(pod).filter(({ own }) => isAbsent(own[key]));
  if (inheriting.some((one) => wantedId(pod, one, key, settings) === null)) return null;
  return sharedId(pod, key, settings) ?? settings.fix[key];
}

/** True where only another image can leave root. */
export function onlyAnotherImageLeavesRoot(
  pod: PodView,
  container: ContainerView | null,
  key: IdKey,
  settings: PracticeSettings,
): boolean {
  return replacementId(pod, container, key, settings) === null || needsRoot(pod, container, settings);
}

/** What an image needs of the capabilities that dropping ALL takes away, and its container does not add. */
export interface LackingCapabilities {
  /** Accepted by Pod Security restricted. */
  readonly toAdd: readonly string[];
  /** Not accepted there: only a person can decide that. */
  readonly missing: readonly string[];
}

export function lackingCapabilities(
  container: ContainerView,
  { images }: PracticeSettings,
): LackingCapabilities {
  const image = imageOf(container, images);
  const fact = firm(image, image?.facts.capabilities);
  if (fact === undefined || mayHoldMore(container.addedCapabilities)) return { toAdd: [], missing: [] };
  const added = itemsOf(container.addedCapabilities).map(textOf);
  const lacking = fact.names.filter((name) => !added.includes(name));
  return {
    toAdd: lacking.filter((name) => name === 'NET_BIND_SERVICE'),
    missing: lacking.filter((name) => name !== 'NET_BIND_SERVICE'),
  };
}
