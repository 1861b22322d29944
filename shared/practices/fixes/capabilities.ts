/** What mends practice 7: all capabilities are dropped, and root is forbidden. */
import { type Known, knownReadings, type Level } from '../../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../../kubernetes/workload.ts';
import type { YamlOp } from '../../yaml/operation.ts';
import type { Path } from '../../yaml/tree.ts';
import { lackingCapabilities, needsRoot } from '../imageNeeds.ts';
import { DROP_NOTE, NON_ROOT_NOTE } from '../mayBreak.ts';
import type { Fix, PracticeSettings } from '../practice.ts';
import { judgedContainers, recreationNote, securityContextPath } from '../subjects.ts';
import { addedOps, capabilityWords, idReplaced, rootWords } from './imageNeeds.ts';
import { leavingRoot } from './rootUser.ts';

export function removalOfAdded(pod: PodView, path: Path, capability: string, words: string): Fix {
  return {
    title: `Remove ${words}`,
    level: 'container',
    safety: 'review',
    why: `The program loses what ${capability} allows.${recreationNote(pod)}`,
    ops: [{ op: 'remove', path, pruneEmpty: 1 }],
    onRequest: true,
  };
}

export function capitals(path: Path): Fix {
  return {
    title: 'Write ALL in capitals',
    level: 'container',
    safety: 'safe',
    why: 'Runtimes read it in either case; Pod Security accepts only ALL.',
    ops: [{ op: 'set', path, value: 'ALL' }],
  };
}

export function dropFix(pod: PodView, container: ContainerView, settings: PracticeSettings): Fix {
  const { toAdd, missing } = lackingCapabilities(container, settings);
  const why = capabilityWords(container, settings);
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

export function nonRootChange(
  pod: PodView,
  container: ContainerView | null,
  { level, path }: Known<boolean>,
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

export function nonRootFix(
  pod: PodView,
  container: ContainerView,
  level: Level,
  settings: PracticeSettings,
): Fix {
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

/** For a pod or container that forbids root and has the user id 0. */
export function conflictFix(
  pod: PodView,
  container: ContainerView | null,
  user: Known<number>,
  settings: PracticeSettings,
): Fix {
  const ops = replaceIds(pod, [user.path], settings);
  const [first] = ops;
  const replacement = first?.op === 'set' ? String(first.value) : '';
  return {
    title: settings.platform === 'openshift' ? 'Remove runAsUser' : `Set runAsUser: ${replacement}`,
    level: user.level,
    safety: 'review',
    why: `The kubelet refuses to start it as it is.${recreationNote(pod)}`,
    ops,
    consequences: leavingRoot(pod, container, settings),
  };
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
