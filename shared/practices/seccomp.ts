/** Practice 6: system calls are filtered by the runtime's default profile. */

import { type Field, isAbsent, knownReadings, mappingIn } from '../kubernetes/slots.ts';
import { isInForce } from '../kubernetes/versions.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import { confinement, missingFix } from './fixes/seccomp.ts';
import type { Practice, Report } from './practice.ts';
import {
  annotationFor,
  annotationViolations,
  type LegacyAnnotation,
  legacyAnnotations,
  unconfinedByAnnotation,
} from './seccompAnnotations.ts';
import {
  isComplete,
  isPrivileged,
  levelsOf,
  linuxContainers,
  mayBePrivileged,
  nameOf,
  whereClause,
} from './subjects.ts';

export const seccomp: Practice = {
  id: 'seccomp',
  checks: [
    { id: 'missing', severity: 'warning', aboutAbsence: true },
    { id: 'unconfined', severity: 'error', aboutAbsence: false },
    { id: 'annotation', severity: 'warning', aboutAbsence: false },
  ],
  check(pod, settings, report) {
    if (pod.os !== 'linux') return;
    const annotations = hasLegacyAnnotations(pod) ? legacyAnnotations(pod) : [];
    const isAnnotationRead = isInForce('seccompAnnotation', settings.kubernetesMinor);
    unconfined(pod, null, pod.seccompType, annotations, report);
    for (const container of linuxContainers(pod)) {
      if (isPrivileged(container)) continue;
      unconfined(pod, container, container.own.seccompType, annotations, report);
      if (mayBePrivileged(container)) continue;
      if (!isComplete(container) || !isAbsent(container.effective.seccompType)) continue;
      if (isAnnotationRead && annotations.length > 0 && annotationFor(container, annotations) !== undefined)
        continue;
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
    if (annotations.length === 0) return;
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
        field.readings.length > 1 ? [] : [confinement(pod, container ?? pod, reading, annotations)],
    });
  }
}

/** True where the pod has one of the annotations that the field has replaced. */
function hasLegacyAnnotations({ annotations }: PodView): boolean {
  return mappingIn(annotations)?.entries.some(({ key }) => key.includes(LEGACY_ANNOTATION)) === true;
}

const LEGACY_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/';
