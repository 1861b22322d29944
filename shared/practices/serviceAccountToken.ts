/** Practice 5: no token of the Kubernetes API is mounted where nobody uses it. */
import { isAbsent, knownReadings } from '../kubernetes/slots.ts';
import type { PodView } from '../kubernetes/workload.ts';
import { apiUsers, apiWords } from './imageNeeds.ts';
import { API_NOTE } from './mayBreak.ts';
import type { Fix, Practice, PracticeSettings, Repair, Violation } from './practice.ts';
import { certainValue, recreationNote, whereClause } from './subjects.ts';

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
        ...(serviceAccount === undefined
          ? {}
          : {
              tokenNote: { namespace: pod.namespace, serviceAccount, before: `${before}, which `, after },
            }),
      };
    };
    for (const reading of knownReadings(field)) {
      if (!reading.value) continue;
      report({
        check: 'mounted',
        at: reading.span,
        container: null,
        ...mounted(whereClause(reading)),
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
      check: 'mounted',
      at: field.anchor,
      container: null,
      lacks: 'automountServiceAccountToken',
      ...mounted(''),
      unless: [{ fact: 'token-not-mounted', namespace: pod.namespace, serviceAccount }],
      repair: tokenRepair(pod, settings),
      fixes: () => tokenFixes(pod, settings, 'Add automountServiceAccountToken: false'),
    });
  },
};

function tokenRepair(pod: PodView, settings: PracticeSettings): Repair {
  return pod.accepts.noToken && apiUsers(pod, settings).length === 0 ? 'review' : 'none';
}

/** None for a pod whose own controller needs the token, as Argo's executor does; for a person to ask for where an image uses it. */
function tokenFixes(pod: PodView, settings: PracticeSettings, title: string): readonly Fix[] {
  if (!pod.accepts.noToken) return [];
  const users = apiWords(pod, settings);
  return [
    {
      title,
      level: 'pod',
      safety: 'review',
      why: `${API_NOTE}${users}${recreationNote(pod)}`,
      ops: [{ op: 'set', path: pod.automountServiceAccountToken.path, value: false }],
      ...(users === '' ? {} : { onRequest: true }),
    },
  ];
}
