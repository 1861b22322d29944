/** What mends practice 6: system calls are filtered by the runtime's default profile. */
import { descend, isCertainlyAbsent, type Known } from '../../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../../kubernetes/workload.ts';
import type { YamlOp } from '../../yaml/operation.ts';
import { CALLS_NOTE } from '../mayBreak.ts';
import type { Fix } from '../practice.ts';
import type { LegacyAnnotation } from '../seccompAnnotations.ts';
import { isSameOwner, recreationNote, securityContextPath } from '../subjects.ts';

/** For one that is switched off. */
export function confinement(
  pod: PodView,
  owner: PodView | ContainerView,
  { level, path }: Known<string>,
  annotations: readonly LegacyAnnotation[],
): Fix {
  return {
    title: 'Set the seccomp type RuntimeDefault',
    level,
    safety: 'review',
    why: `${CALLS_NOTE}${recreationNote(pod)}`,
    ops: [
      { op: 'set', path, value: 'RuntimeDefault' },
      // The API server rejects one beside any type but Localhost.
      { op: 'remove', path: [...path.slice(0, -1), 'localhostProfile'] },
      ...disagreeing(owner, annotations),
    ],
  };
}

export function missingFix(
  pod: PodView,
  container: ContainerView,
  level: Fix['level'],
  annotations: readonly LegacyAnnotation[],
): Fix {
  const owner = level === 'pod' ? pod : container;
  const profile = profileFor(owner, annotations);
  return {
    title: `Add the seccomp profile ${profile.type} to ${level === 'pod' ? 'the pod' : 'this container'}`,
    level,
    safety: 'review',
    why: `${CALLS_NOTE}${recreationNote(pod)}`,
    ops: [
      {
        op: 'set',
        path: [...securityContextPath(owner), 'seccompProfile'],
        value: { ...profile },
      },
      ...disagreeing(owner, annotations),
    ],
  };
}

/** The profile that is written in part, or that an annotation asks for; else the runtime's default. */
function profileFor(owner: PodView | ContainerView, annotations: readonly LegacyAnnotation[]): Profile {
  const written = descend(owner.securityContext, 'seccompProfile', 'localhostProfile');
  if (!isCertainlyAbsent(written)) return { type: 'Localhost' };
  const annotation = annotations.find((one) => one.owner !== undefined && isSameOwner(one.owner, owner));
  const asked = annotation?.value === undefined ? undefined : profileOf(annotation.value);
  return asked ?? { type: 'RuntimeDefault' };
}

interface Profile {
  readonly type: string;
  readonly localhostProfile?: string;
}

/** The profile that an annotation's value stands for; `docker/default` is its older name for `runtime/default`. */
export function profileOf(value: string): Profile | undefined {
  if (value === 'runtime/default' || value === 'docker/default') return { type: 'RuntimeDefault' };
  if (value.startsWith('localhost/'))
    return { type: 'Localhost', localhostProfile: value.slice('localhost/'.length) };
  if (value === 'unconfined') return { type: 'RuntimeDefault' };
  return undefined;
}

/** The API server rejects a field beside an annotation that says something else, so that annotation has to go. */
function disagreeing(
  owner: PodView | ContainerView,
  annotations: readonly LegacyAnnotation[],
): readonly YamlOp[] {
  return annotations
    .filter((annotation) => annotation.owner !== undefined && isSameOwner(annotation.owner, owner))
    .filter(({ value }) => value !== 'runtime/default' && value !== 'docker/default')
    .map(({ path }) => ({ op: 'remove', path, pruneEmpty: 1 }));
}
