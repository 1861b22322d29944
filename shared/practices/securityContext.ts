/** Practice 1: every container has a security context of its own. */

import { invalidFields } from '../kubernetes/invalidFields.ts';
import { misplacedFields } from '../kubernetes/misplaced.ts';
import { isCertainlyAbsent, mappingIn } from '../kubernetes/slots.ts';
import type { ContainerView } from '../kubernetes/workload.ts';
import { hardenedContext } from './fixes/securityContext.ts';
import type { Practice } from './practice.ts';
import { invalid } from './securityContextInvalid.ts';
import { misplaced } from './securityContextMisplaced.ts';
import { isComplete, linuxContainers, nameOf } from './subjects.ts';

export const securityContext: Practice = {
  id: 'security-context',
  checks: [
    { id: 'missing', severity: 'warning', aboutAbsence: true },
    { id: 'misplaced', severity: 'warning', aboutAbsence: false },
    { id: 'invalid', severity: 'error', aboutAbsence: false },
  ],
  check(pod, settings, report) {
    for (const container of linuxContainers(pod)) {
      if (!isComplete(container) || !isEmpty(container)) continue;
      report({
        check: 'missing',
        at: container.securityContext.anchor,
        container,
        lacks: 'securityContext',
        message: `${nameOf(container)} has no security context, and what only a container can set is left at its weakest; add one.`,
        fixes: () => [hardenedContext(pod, container, settings)],
      });
    }
    if (pod.os !== 'linux') return;
    // Most pods have none of either, and then their words are not needed.
    const misplacedHere = misplacedFields(pod);
    if (misplacedHere.length > 0) misplaced(pod, misplacedHere, settings, report);
    const invalidHere = invalidFields(pod);
    if (invalidHere.length > 0) invalid(pod, invalidHere, settings, report);
  },
};

function isEmpty(container: ContainerView): boolean {
  if (container.base !== undefined && !isCertainlyAbsent(container.base.securityContext)) return false;
  if (isCertainlyAbsent(container.securityContext)) return true;
  const mapping = mappingIn(container.securityContext);
  return mapping !== undefined && mapping.entries.length === 0 && mapping.open === undefined;
}
