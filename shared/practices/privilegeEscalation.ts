/** Practice 2: no process gains more privileges than its parent. */

import { isAbsent, itemsOf, knownReadings, textOf } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import {
  denial,
  removalOfDenial,
  removalOfPrivileged,
  removalOfSysAdmin,
} from './fixes/privilegeEscalation.ts';
import type { Fix, Practice, Report } from './practice.ts';
import {
  isComplete,
  isPrivileged,
  linuxContainers,
  mayBePrivileged,
  nameOf,
  whereClause,
} from './subjects.ts';

export const privilegeEscalation: Practice = {
  id: 'privilege-escalation',
  checks: [
    { id: 'allowed', severity: 'error', aboutAbsence: false },
    { id: 'not-denied', severity: 'warning', aboutAbsence: true },
    { id: 'privileged', severity: 'error', aboutAbsence: false },
    { id: 'ineffective', severity: 'error', aboutAbsence: false },
    { id: 'undermined', severity: 'warning', aboutAbsence: false },
  ],
  check(pod, _settings, report) {
    for (const container of linuxContainers(pod)) {
      privilegedViolations(pod, container, report);
      escalationViolations(pod, container, report);
    }
  },
};

function privilegedViolations(pod: PodView, container: ContainerView, report: Report): void {
  for (const reading of knownReadings(container.privileged)) {
    if (!reading.value) continue;
    report({
      check: 'privileged',
      at: reading.span,
      container,
      message: `${nameOf(container)} is privileged${whereClause(reading)}, which also switches off its seccomp profile, its capability limits and the ban on escalation; remove it, or add only the capabilities that it needs.`,
      repair: 'none',
      fixes: () => [removalOfPrivileged(pod, reading.path)],
    });
  }
}

function escalationViolations(pod: PodView, container: ContainerView, report: Report): void {
  const field = container.allowPrivilegeEscalation;
  // Beside what makes it impossible the API server rejects `false`, or it protects nothing.
  const deny = (title: string): readonly Fix[] =>
    cannotDenyEscalation(container) ? [] : [denial(pod, container, title)];

  for (const reading of knownReadings(field)) {
    if (reading.value) {
      report({
        check: 'allowed',
        at: reading.span,
        container,
        message: `${nameOf(container)} allows privilege escalation${whereClause(reading)}; set allowPrivilegeEscalation to false.`,
        repair: field.readings.length === 1 && !cannotDenyEscalation(container) ? 'review' : 'none',
        fixes: () => (field.readings.length === 1 ? deny('Set allowPrivilegeEscalation: false') : []),
      });
      continue;
    }
    const sysAdmin = sysAdminIndex(container);
    if (isPrivileged(container) || addedIndex(container, 'CAP_SYS_ADMIN') >= 0) {
      const beside = isPrivileged(container) ? 'privileged: true' : 'the capability CAP_SYS_ADMIN';
      report({
        check: 'ineffective',
        at: reading.span,
        container,
        message: `${nameOf(container)} denies escalation beside ${beside}, and the API server rejects the two together; remove one of them.`,
        repair: 'safe',
        fixes: () => [removalOfDenial(reading.path, beside)],
      });
    } else if (sysAdmin >= 0) {
      const added = addedAt(container, sysAdmin);
      report({
        check: 'undermined',
        at: reading.span,
        container,
        message: `${nameOf(container)} denies escalation, but its added capability ${added} undoes that; remove ${added}.`,
        repair: 'none',
        fixes: () => [removalOfSysAdmin(pod, [...container.addedCapabilities.path, sysAdmin], added)],
      });
    }
  }
  if (isAbsent(field) && isComplete(container) && !mayBePrivileged(container)) {
    report({
      check: 'not-denied',
      at: field.anchor,
      container,
      lacks: 'allowPrivilegeEscalation',
      message: `${nameOf(container)} does not deny privilege escalation; set allowPrivilegeEscalation to false.`,
      repair: cannotDenyEscalation(container) ? 'none' : 'review',
      fixes: () => deny('Add allowPrivilegeEscalation: false'),
    });
  }
}

/** Index of an added capability by its exact name, or -1. */
function addedIndex(container: ContainerView, capability: string): number {
  return itemsOf(container.addedCapabilities).findIndex((item) => textOf(item) === capability);
}

/** Index of an added capability that gives SYS_ADMIN, by name or with all others, or -1. Runtimes read either case. */
function sysAdminIndex(container: ContainerView): number {
  return itemsOf(container.addedCapabilities).findIndex((item) =>
    GIVES_SYS_ADMIN.has(textOf(item)?.toUpperCase() ?? ''),
  );
}

const GIVES_SYS_ADMIN: ReadonlySet<string> = new Set(['SYS_ADMIN', 'ALL']);

function addedAt(container: ContainerView, index: number): string {
  const item = itemsOf(container.addedCapabilities)[index];
  return (item === undefined ? undefined : textOf(item)) ?? 'SYS_ADMIN';
}

/** True where denying escalation would be rejected, or would protect nothing. */
export function cannotDenyEscalation(container: ContainerView): boolean {
  return (
    mayBePrivileged(container) || addedIndex(container, 'CAP_SYS_ADMIN') >= 0 || sysAdminIndex(container) >= 0
  );
}
