/** Subjects: which containers a practice speaks of, what they are called, and where their fields are written. */

import { type Field, isCertainly, knownReadings, type Level } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { Span } from '../text/span.ts';
import type { Path } from '../yaml/tree.ts';

/** `Container "web"`, as a sentence begins. */
export function nameOf(container: ContainerView): string {
  const kind = container.isSidecar ? 'Sidecar container' : KINDS[container.list];
  return container.name === undefined ? `${kind} ${container.index + 1}` : `${kind} "${container.name}"`;
}

const KINDS = {
  initContainers: 'Init container',
  containers: 'Container',
  ephemeralContainers: 'Ephemeral container',
} as const;

/**
 * The containers that the API server would accept in this object: ephemeral containers are forbidden in a pod template
 * (ValidatePodTemplateSpec), so nothing is said of them there.
 */
export function judgedContainers(pod: PodView): readonly ContainerView[] {
  const { containers } = pod;
  return pod.isTemplate && containers.some(isEphemeral)
    ? containers.filter((container) => !isEphemeral(container))
    : containers;
}

function isEphemeral({ list }: ContainerView): boolean {
  return list === 'ephemeralContainers';
}

/** Containers for practices that only a Linux pod can follow: none on Windows, and none where that is not known. */
export function linuxContainers(pod: PodView): readonly ContainerView[] {
  return pod.os === 'linux' ? judgedContainers(pod) : [];
}

/** A container in which an absent field is a finding: not a part of a patch. */
export function isComplete(container: ContainerView): boolean {
  return !container.partial;
}

export function isPrivileged(container: ContainerView): boolean {
  return isCertainly(container.privileged, (value) => value);
}

/** True where the container is, or may turn out to be, privileged. A quoted `false` is rejected, but it is clear what it means. */
export function mayBePrivileged({ privileged: { readings } }: ContainerView): boolean {
  return readings.some((reading) => {
    if (reading.state === 'known') return reading.value;
    if (reading.state === 'invalid') return !/^"?(n|no|false|off)"?$/i.test(reading.text);
    return reading.state === 'unknown';
  });
}

/**
 * Values written at pod level that a container of the pod has in effect: with an own value in every container, the pod's has no
 * effect. A pod whose containers are not shown inherits.
 */
export function isInherited<T>(pod: PodView, own: (container: ContainerView) => Field<T>): boolean {
  const containers = judgedContainers(pod);
  return (
    containers.length === 0 ||
    containers.some((container) => own(container).readings.some(({ state }) => state === 'absent'))
  );
}

/** The levels at which a field that both have can be written, the preferred one first. */
export function levelsOf(pod: PodView): readonly Level[] {
  return pod.accepts.podContext ? ['pod', 'container'] : ['container'];
}

/** Where the security context of a container or pod is, or would be, written. */
export function securityContextPath(owner: PodView | ContainerView): Path {
  return owner.securityContext.path;
}

/** The one value that a field certainly has. */
export function certainValue<T>(field: Field<T>): T | undefined {
  const [only] = knownReadings(field);
  return field.readings.length === 1 ? only?.value : undefined;
}

/** A sentence for people where a change cannot be made to what already runs. */
export function recreationNote(pod: PodView): string {
  return pod.kind === 'Pod' || pod.kind === 'Job'
    ? ` A ${pod.kind} that already runs cannot take this change: it needs to be recreated.`
    : '';
}

/** "where .Values.x is set", for a value that stands in one branch of a template. */
export function whereClause(reading: {
  readonly when?: { readonly text: string };
  readonly span: Span;
}): string {
  return reading.when === undefined ? '' : ` where ${reading.when.text}`;
}

/** The same pod or container: what is inherited is added to views after they are made, so that there may be several of one. */
export function isSameOwner(a: PodView | ContainerView, b: PodView | ContainerView): boolean {
  return a.path === b.path;
}
