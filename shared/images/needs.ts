/** Needs: what a container's image asks of the pod around it, read from the manifest and the catalog together. */
import { child, itemsOf, mayHoldMore, type Slot, textOf } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import { firm, type ImageCatalog, type KnownImage } from './catalog.ts';
import type { RootFact, UserFact, WritableRootFact, WriteFact } from './family.ts';

/** What is known of a container's image; undefined where nothing is, or where its name is not certain. */
export function imageOf(container: ContainerView, catalog: ImageCatalog): KnownImage | undefined {
  const known = foundBefore.get(container);
  if (known?.catalog === catalog) return known.image;
  const name = textOf(child(container.slot, 'image'));
  const image = name === undefined ? undefined : catalog.find(name);
  foundBefore.set(container, { catalog, image });
  return image;
}

/** Every practice asks for the image of every container, some of them for each of their fixes. */
const foundBefore = new WeakMap<
  ContainerView,
  { readonly catalog: ImageCatalog; readonly image: KnownImage | undefined }
>();

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

/** Where a container writes, for a root filesystem that is to be read-only. */
export interface Writes {
  /** What needs an empty volume; nothing is mounted there yet. */
  readonly toMount: readonly WriteFact[];
  /** Why the root has to stay writable; undefined where it has not. */
  readonly blocked: WritableRootFact | undefined;
}

const NO_WRITES: Writes = { toMount: [], blocked: undefined };

export function writesOf(pod: PodView, container: ContainerView, catalog: ImageCatalog): Writes {
  const image = imageOf(container, catalog);
  if (image === undefined) return NO_WRITES;
  const runsOnce = container.list !== 'containers' && !container.isSidecar;
  const isTask = runsOnce || TASK_KINDS.has(pod.kind);
  const hasOwnCommand = !isEmpty(child(container.slot, 'command'));
  const written = (image.facts.writes ?? []).filter(
    (fact) =>
      firm(image, fact) !== undefined &&
      // A task with a command of its own, such as a dump, does not run the service.
      !(isTask && hasOwnCommand && fact.isData === true) &&
      holds(container, fact) &&
      !isCovered(container, fact.path),
  );
  const hidden = written.find(({ hasContent }) => hasContent === true);
  const blocked =
    firm(image, image.facts.writableRoot) ??
    (hidden === undefined
      ? undefined
      : {
          why: `it writes to ${hidden.path}, where an empty volume would hide files of the image`,
          source: hidden.source,
        });
  return { toMount: written.filter(({ hasContent }) => hasContent !== true), blocked };
}

const TASK_KINDS: ReadonlySet<string> = new Set(['Job', 'CronJob']);

function holds(container: ContainerView, fact: WriteFact): boolean {
  const { whenMounted, whenEnv, unlessEnv, unlessArgument } = fact;
  if (whenMounted !== undefined && !isCovered(container, whenMounted)) return false;
  if (whenEnv !== undefined && !hasEnv(container, whenEnv)) return false;
  if (unlessEnv !== undefined && hasEnv(container, unlessEnv)) return false;
  return unlessArgument === undefined || !hasArgument(container, unlessArgument);
}

/** True where the variable is written by name. */
export function hasEnv(container: ContainerView, name: string): boolean {
  return itemsOf(child(container.slot, 'env')).some((item) => textOf(child(item, 'name')) === name);
}

function hasArgument(container: ContainerView, argument: string): boolean {
  return ['command', 'args'].some((key) =>
    itemsOf(child(container.slot, key)).some((item) => textOf(item)?.split(/\s+/).includes(argument)),
  );
}

function isEmpty(slot: Slot): boolean {
  return itemsOf(slot).length === 0 && !mayHoldMore(slot);
}

function mountsOf(container: ContainerView): readonly Slot[] {
  return itemsOf(child(container.slot, 'volumeMounts'));
}

/** True where something is mounted at the path, or above it. */
export function isCovered(container: ContainerView, path: string): boolean {
  const wanted = canonical(path);
  return mountsOf(container).some((mount) => {
    const written = textOf(child(mount, 'mountPath'));
    return written !== undefined && isAtOrBelow(wanted, canonical(written));
  });
}

/** `/var/run` and `/var/lock` lead to `/run` in every distribution that images are made from. */
export function canonical(path: string): string {
  const trimmed = path.replace(/\/+/g, '/').replace(/\/$/, '');
  return trimmed.replace(/^\/var\/run(?=\/|$)/, '/run').replace(/^\/var\/lock(?=\/|$)/, '/run/lock');
}

function isAtOrBelow(path: string, folder: string): boolean {
  return folder !== '' && (path === folder || path.startsWith(`${folder}/`));
}
