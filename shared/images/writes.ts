/** Writes: where a container writes because of its image, and what of that is covered by what it mounts. */
import { child, itemsOf, mayHoldMore, type Slot, textOf } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import { firm, type ImageCatalog } from './catalog.ts';
import type { WritableRootFact, WriteFact } from './family.ts';
import { imageOf, mountsOf } from './needs.ts';

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
