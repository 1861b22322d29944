/** Of practice 6: the annotations that stood for the field before there was one. */
import { child, isAbsent, isCertainlyAbsent, mappingIn, type Slot, textOf } from '../kubernetes/slots.ts';
import { isInForce } from '../kubernetes/versions.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { YamlOp } from '../yaml/operation.ts';
import type { Path } from '../yaml/tree.ts';
import { profileOf } from './fixes/seccomp.ts';
import { CALLS_NOTE } from './mayBreak.ts';
import { type Fix, type PracticeSettings, type Report, repairOf } from './practice.ts';
import {
  certainValue,
  isPrivileged,
  isSameOwner,
  judgedContainers,
  nameOf,
  recreationNote,
  securityContextPath,
} from './subjects.ts';

/** kubernetes/api core/v1/annotation_key_constants.go */
const POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod';
const CONTAINER_ANNOTATION = 'container.seccomp.security.alpha.kubernetes.io/';

export interface LegacyAnnotation {
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
export function legacyAnnotations(pod: PodView): readonly LegacyAnnotation[] {
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

/** The annotation that gives a container its profile: its own, or the pod's. */
export function annotationFor(
  container: ContainerView,
  annotations: readonly LegacyAnnotation[],
): LegacyAnnotation | undefined {
  return (
    annotations.find(({ owner }) => owner !== undefined && isSameOwner(owner, container)) ??
    annotations.find(({ key }) => key === POD_ANNOTATION)
  );
}

/** Where the annotation is read, its `unconfined` is the field's `Unconfined`, and just as much against Pod Security baseline. */
export function unconfinedByAnnotation(
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

export function annotationViolations(
  pod: PodView,
  annotations: readonly LegacyAnnotation[],
  report: Report,
): void {
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
