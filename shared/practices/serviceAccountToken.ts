/** Practice 5: no token of the Kubernetes API is mounted where nobody uses it. */

import { isAbsent, knownReadings } from '../kubernetes/slots.ts';
import type { PodView } from '../kubernetes/workload.ts';
import { tokenFixes } from './fixes/serviceAccountToken.ts';
import { apiUsers } from './imageNeeds.ts';
import type { Practice, PracticeSettings, Repair, Violation } from './practice.ts';
import { certainValue, whereClause } from './subjects.ts';

export const serviceAccountToken: Practice = {
  id: 'service-account-token',
  checks: [{ id: 'mounted', severity: 'warning', aboutAbsence: true }],
  check(pod, settings, report) {
    const field = pod.automountServiceAccountToken;
    const serviceAccount = isAbsent(pod.serviceAccountName)
      ? 'default'
      : certainValue(pod.serviceAccountName);
    const mounted = (where: string): Pick<Violation, 'message' | 'tokenNote'> => {
      const before = `The pod mounts its ServiceAccount's token${where}`;
      const users = apiUsers(pod, settings);
      const after =
        users.length > 0
          ? `; ${users.join(' and ')} may call the Kubernetes API, so see what the token is for before you set automountServiceAccountToken to false.`
          : '; set automountServiceAccountToken to false unless its programs call the Kubernetes API.';
      return {
        message: `${before}${after}`,
        tokenNote:
          serviceAccount === undefined
            ? undefined
            : { namespace: pod.namespace, serviceAccount, before: `${before}, which `, after },
      };
    };
    for (const reading of knownReadings(field)) {
      if (!reading.value) continue;
      report({
        ...mounted(whereClause(reading)),
        check: 'mounted',
        at: reading.span,
        container: null,
        repair: field.readings.length === 1 ? tokenRepair(pod, settings) : 'none',
        fixes: () =>
          field.readings.length === 1
            ? tokenFixes(pod, settings, 'Set automountServiceAccountToken: false')
            : [],
      });
    }
    // A ServiceAccount whose name is not known may turn the token off.
    if (!isAbsent(field) || pod.partial || serviceAccount === undefined) return;
    report({
      ...mounted(''),
      check: 'mounted',
      at: field.anchor,
      container: null,
      lacks: 'automountServiceAccountToken',
      unless: [{ fact: 'token-not-mounted', namespace: pod.namespace, serviceAccount }],
      repair: tokenRepair(pod, settings),
      fixes: () => tokenFixes(pod, settings, 'Add automountServiceAccountToken: false'),
    });
  },
};

function tokenRepair(pod: PodView, settings: PracticeSettings): Repair {
  return pod.accepts.noToken && apiUsers(pod, settings).length === 0 ? 'review' : 'none';
}
