/** Practice 5: no token of the Kubernetes API is mounted where nobody uses it. */
import { isAbsent, knownReadings } from '../kubernetes/slots.ts';
import type { PodView } from '../kubernetes/workload.ts';
import { apiUsers, apiWords } from './imageNeeds.ts';
import type { Fix, Practice, PracticeSettings, Repair, Violation } from './practice.ts';
import { certainValue, recreationNote, whereClause } from './subjects.ts';

const API_NOTE =
  'A program that talks to the Kubernetes API (operators, controllers, leader election) loses its access; leave the token mounted there.';

export const serviceAccountToken: Practice = {
  id: 'service-account-token',
  title: 'Service account token mounted',
  summary: 'A pod that carries a token of the Kubernetes API.',
  rationale:
    'Every pod gets a token of its ServiceAccount for the Kubernetes API, unless the pod or the ServiceAccount says otherwise, and whoever breaks into the container can use it. Most programs never call that API.',
  mayBreak: API_NOTE,
  standards: [
    { name: 'CIS Kubernetes Benchmark', item: '5.1.6 (v1.5 to v1.12)' },
    { name: 'NSA/CISA Hardening Guide', item: 'Protecting Pod service account tokens' },
  ],
  peers: [
    { tool: 'Checkov', ids: ['CKV_K8S_38'] },
    { tool: 'Trivy', ids: ['KSV-0036'] },
    { tool: 'Kubescape', ids: ['C-0034', 'C-0190', 'C-0189'] },
    { tool: 'KubeLinter', ids: ['automount-service-account-token'] },
    { tool: 'Polaris', ids: ['automountServiceAccountToken'] },
    { tool: 'Monokle', ids: ['KBP106', 'kbp.no-automount-service-account-token'] },
  ],
  fields: [
    {
      path: ['automountServiceAccountToken'],
      levels: ['pod'],
      type: 'boolean',
      description: "Whether the ServiceAccount's token is mounted into every container.",
      values: [false, true],
      whenAbsent: 'The ServiceAccount decides; unless it says false, the token is mounted.',
      mayBreak: API_NOTE,
      since: '1.6',
    },
  ],
  checks: [
    {
      id: 'mounted',
      severity: 'warning',
      summary: 'Neither the pod nor its ServiceAccount turns the token off.',
      fixable: 'always',
      aboutAbsence: true,
    },
  ],
  examples: [
    {
      title: 'Leave the token out',
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example.com/web:1.4
`,
      good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  automountServiceAccountToken: false
  containers:
    - name: web
      image: example.com/web:1.4
`,
    },
  ],
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
