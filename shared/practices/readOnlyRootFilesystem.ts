/** Practice 8: the container's root filesystem is read-only. */

import { isAbsent, knownReadings } from '../kubernetes/slots.ts';
import { readOnlyFixes } from './fixes/readOnlyRootFilesystem.ts';
import type { Fix, Practice } from './practice.ts';
import { isComplete, linuxContainers, nameOf, whereClause } from './subjects.ts';

export const readOnlyRootFilesystem: Practice = {
  id: 'read-only-root-filesystem',
  checks: [{ id: 'writable', severity: 'warning', aboutAbsence: true }],
  check(pod, settings, report) {
    for (const container of linuxContainers(pod)) {
      const field = container.readOnlyRootFilesystem;
      const fixes = (): readonly Fix[] =>
        field.readings.length === 1 ? readOnlyFixes(pod, container, settings) : [];
      for (const reading of knownReadings(field)) {
        if (reading.value) continue;
        report({
          check: 'writable',
          at: reading.span,
          container,
          message: `${nameOf(container)} has a writable root filesystem${whereClause(reading)}; set readOnlyRootFilesystem to true.`,
          fixes,
        });
      }
      if (isAbsent(field) && isComplete(container)) {
        report({
          check: 'writable',
          at: field.anchor,
          container,
          lacks: 'readOnlyRootFilesystem',
          message: `${nameOf(container)} has a writable root filesystem; set readOnlyRootFilesystem to true.`,
          fixes,
        });
      }
    }
  },
};
