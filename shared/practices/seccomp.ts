/** Practice 6: system calls are filtered by the runtime's default profile. */
import {
  child,
  descend,
  type Field,
  isAbsent,
  isCertainlyAbsent,
  knownReadings,
  mappingIn,
  type Slot,
  textOf,
} from '../kubernetes/slots.ts';
import { isInForce } from '../kubernetes/versions.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { YamlOp } from '../yaml/operation.ts';
import type { Path } from '../yaml/tree.ts';
import { CALLS_NOTE } from './mayBreak.ts';
import { type Fix, type Practice, type PracticeSettings, type Report, repairOf } from './practice.ts';
import {
  certainValue,
  isComplete,
  isPrivileged,
  judgedContainers,
  levelsOf,
  linuxContainers,
  mayBePrivileged,
  nameOf,
  recreationNote,
  securityContextPath,
  whereClause,
} from './subjects.ts';

/** kubernetes/api core/v1/annotation_key_constants.go */
const POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod';
const CONTAINER_ANNOTATION = 'container.seccomp.security.alpha.kubernetes.io/';

export const seccomp: Practice = {
  id: 'seccomp',
  checks: [
    { id: 'missing', severity: 'warning', aboutAbsence: true },
    { id: 'unconfined', severity: 'error', aboutAbsence: false },
    { id: 'annotation', severity: 'warning', aboutAbsence: false },
  ],
  check(pod, settings, report) {
    if (pod.os !== 'linux') return;
    const annotations = legacyAnnotations(pod);
    const isAnnotationRead = isInForce('seccompAnnotation', settings.kubernetesMinor);
    unconfined(pod, null, pod.seccompType, annotations, report);
    for (const container of linuxContainers(pod)) {
      if (isPrivileged(container)) continue;
      unconfined(pod, container, container.own.seccompType, annotations, report);
      if (mayBePrivileged(container)) continue;
      if (!isComplete(container) || !isAbsent(container.effective.seccompType)) continue;
      if (isAnnotationRead && annotationFor(container, annotations) !== undefined) continue;
      // A profile without a type replaces the pod's, so that only this container can be given one.
      const levels = container.hasUntypedSeccomp ? (['container'] as const) : levelsOf(pod);
      const hasField = isInForce('seccompField', settings.kubernetesMinor);
      report({
        check: 'missing',
        at: container.own.seccompType.anchor,
        container,
        lacks: 'seccompProfile',
        settledAtPod: levels[0] === 'pod',
        message: `${nameOf(container)} has no seccomp profile, so its system calls are not filtered; set the type RuntimeDefault.`,
        repair: hasField ? 'review' : 'none',
        fixes: () => (hasField ? levels.map((level) => missingFix(pod, container, level, annotations)) : []),
      });
    }
    if (isAnnotationRead) unconfinedByAnnotation(pod, annotations, settings, report);
    else annotationViolations(pod, annotations, report);
  },
};

function unconfined(
  pod: PodView,
  container: ContainerView | null,
  field: Field<string>,
  annotations: readonly LegacyAnnotation[],
  report: Report,
): void {
  for (const reading of knownReadings(field)) {
    if (reading.value !== 'Unconfined') continue;
    report({
      check: 'unconfined',
      at: reading.span,
      container,
      message: `${container === null ? 'The pod' : nameOf(container)} switches seccomp off${whereClause(reading)}; set the type RuntimeDefault.`,
      repair: field.readings.length > 1 ? 'none' : 'review',
      fixes: () =>
        field.readings.length > 1
          ? []
          : [
              {
                title: 'Set the seccomp type RuntimeDefault',
                level: reading.level,
                safety: 'review',
                why: `${CALLS_NOTE}${recreationNote(pod)}`,
                ops: [
                  { op: 'set', path: reading.path, value: 'RuntimeDefault' },
                  // The API server rejects one beside any type but Localhost.
                  { op: 'remove', path: [...reading.path.slice(0, -1), 'localhostProfile'] },
                  ...disagreeing(container ?? pod, annotations),
                ],
              },
            ],
    });
  }
}

function missingFix(
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

/** The same pod or container: what is inherited is added to views after they are made, so that there may be several of one. */
function isSameOwner(a: PodView | ContainerView, b: PodView | ContainerView): boolean {
  return a.path === b.path;
}

interface LegacyAnnotation {
  readonly key: string;
  readonly path: Path;
  readonly keySpan: Slot['anchor'];
  readonly valueSpan: Slot['anchor'];
  /** Undefined where it is templated. */
  readonly value: string | undefined;
  /** Undefined where it names a container that the pod does not have. */
  readonly owner: PodView | ContainerView | undefined;
}

/** The legacy annotations of a pod, each with the pod or container that it speaks of. */
function legacyAnnotations(pod: PodView): readonly LegacyAnnotation[] {
  const mapping = mappingIn(pod.annotations);
  if (mapping === undefined) return [];
  const found: LegacyAnnotation[] = [];
  for (const entry of mapping.entries) {
    const owner =
      entry.key === POD_ANNOTATION
        ? pod
        : entry.key.startsWith(CONTAINER_ANNOTATION)
          ? pod.containers.find(({ name }) => name === entry.key.slice(CONTAINER_ANNOTATION.length))
          : undefined;
    if (entry.key !== POD_ANNOTATION && !entry.key.startsWith(CONTAINER_ANNOTATION)) continue;
    const slot = child(pod.annotations, entry.key);
    if (isCertainlyAbsent(slot)) continue;
    found.push({
      key: entry.key,
      path: slot.path,
      keySpan: entry.keyNode.span,
      valueSpan: entry.value.span,
      value: textOf(slot),
      owner,
    });
  }
  return found;
}

/** The profile that an annotation's value stands for; `docker/default` is its older name for `runtime/default`. */
function profileOf(value: string): Profile | undefined {
  if (value === 'runtime/default' || value === 'docker/default') return { type: 'RuntimeDefault' };
  if (value.startsWith('localhost/'))
    return { type: 'Localhost', localhostProfile: value.slice('localhost/'.length) };
  if (value === 'unconfined') return { type: 'RuntimeDefault' };
  return undefined;
}

/** The annotation that gives a container its profile: its own, or the pod's. */
function annotationFor(
  container: ContainerView,
  annotations: readonly LegacyAnnotation[],
): LegacyAnnotation | undefined {
  return (
    annotations.find(({ owner }) => owner !== undefined && isSameOwner(owner, container)) ??
    annotations.find(({ key }) => key === POD_ANNOTATION)
  );
}

/** Where the annotation is read, its `unconfined` is the field's `Unconfined`, and just as much against Pod Security baseline. */
function unconfinedByAnnotation(
  pod: PodView,
  annotations: readonly LegacyAnnotation[],
  { kubernetesMinor }: PracticeSettings,
  report: Report,
): void {
  for (const annotation of annotations) {
    const { owner, value, valueSpan, path } = annotation;
    if (value !== 'unconfined' || owner === undefined) continue;
    const container = 'list' in owner ? owner : null;
    // A privileged container runs unconfined in any case, and one that a template cannot have decides nothing.
    if (container !== null && (isPrivileged(container) || !judgedContainers(pod).includes(container)))
      continue;
    const field = container === null ? pod.seccompType : container.own.seccompType;
    if (!isAbsent(field)) continue;
    const fix = (): Fix => ({
      title: 'Set the seccomp type RuntimeDefault',
      level: container === null ? 'pod' : 'container',
      safety: 'review',
      why: `${CALLS_NOTE}${recreationNote(pod)}`,
      ops: isInForce('seccompField', kubernetesMinor)
        ? [
            {
              op: 'set',
              path: [...securityContextPath(owner), 'seccompProfile'],
              value: { type: 'RuntimeDefault' },
            },
            { op: 'remove', path, pruneEmpty: 1 },
          ]
        : [{ op: 'set', path, value: 'runtime/default' }],
    });
    report({
      check: 'unconfined',
      at: valueSpan,
      container,
      message: `${container === null ? 'The pod' : nameOf(container)} switches seccomp off; set the type RuntimeDefault.`,
      fixes: () => [fix()],
    });
  }
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

function annotationViolations(pod: PodView, annotations: readonly LegacyAnnotation[], report: Report): void {
  for (const annotation of annotations) {
    const fixes = annotationFixes(pod, annotation);
    report({
      check: 'annotation',
      at: annotation.keySpan,
      container: null,
      message:
        'This annotation has no effect since Kubernetes 1.27; set seccompProfile in the securityContext instead.',
      repair: repairOf(fixes),
      fixes: () => fixes,
    });
  }
}

function annotationFixes(pod: PodView, annotation: LegacyAnnotation): readonly Fix[] {
  const { owner, value } = annotation;
  const remove: YamlOp = { op: 'remove', path: annotation.path, pruneEmpty: 1 };
  const removal = (why: string): Fix => ({
    title: 'Remove the annotation',
    level: 'pod',
    safety: 'safe',
    why,
    ops: [remove],
  });
  if (owner === undefined) return pod.partial ? [] : [removal('The pod has no container of that name.')];
  const profile = value === undefined ? undefined : profileOf(value);
  if (profile === undefined) return [];
  const isPod = owner === pod;
  const field = isPod ? pod.seccompType : (owner as ContainerView).own.seccompType;
  const level = isPod ? 'pod' : 'container';
  if (!isAbsent(field)) {
    if (certainValue(field) === undefined) return [];
    return [removal('The field that replaced the annotation is set already.')];
  }
  return [
    {
      title: `Turn the annotation into seccompProfile ${profile.type}`,
      level,
      safety: 'review',
      why: `The annotation has no effect, so the profile will be in force for the first time. ${CALLS_NOTE}${recreationNote(pod)}`,
      ops: [
        { op: 'set', path: [...securityContextPath(owner), 'seccompProfile'], value: { ...profile } },
        remove,
      ],
    },
  ];
}
