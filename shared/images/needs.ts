/** Needs: what a container's image asks of the pod around it, read from the manifest and the catalog together. */
import { child, itemsOf, type Slot, textOf } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import { firm, type ImageCatalog, type KnownImage } from './catalog.ts';
import type { RootFact, UserFact } from './family.ts';

/** What is known of a container's image; undefined where nothing is, or where its name is not certain. */
export function imageOf(container: ContainerView, catalog: ImageCatalog): KnownImage | undefined {
  return container.image === undefined ? undefined : catalog.find(container.image);
}

/** The user that edits may write for it. */
export function userOf(container: ContainerView, catalog: ImageCatalog): UserFact | undefined {
  const image = imageOf(container, catalog);
  return firm(image, image?.facts.user);
}

/** Why it has to stay root in this pod; undefined where it has not, or nobody knows. */
export function rootNeedOf(
  pod: PodView,
  container: ContainerView,
  catalog: ImageCatalog,
): RootFact | undefined {
  const image = imageOf(container, catalog);
  const fact = firm(image, image?.facts.needsRoot);
  return fact === undefined || fact.when === 'always' || mountsFromNode(pod, container) ? fact : undefined;
}

function mountsFromNode(pod: PodView, container: ContainerView): boolean {
  const fromNode = new Set(
    itemsOf(pod.volumes)
      .filter((volume) => child(volume, 'hostPath').held.some(({ state }) => state === 'node'))
      .map((volume) => textOf(child(volume, 'name'))),
  );
  return mountsOf(container).some((mount) => fromNode.has(textOf(child(mount, 'name'))));
}

/** What a container mounts. */
export function mountsOf(container: ContainerView): readonly Slot[] {
  return itemsOf(child(container.slot, 'volumeMounts'));
}
