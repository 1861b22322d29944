/** What people read about practice 5: no token of the Kubernetes API is mounted where nobody uses it. */

import type { Explanation } from '../explanation.ts';
import { API_NOTE } from '../mayBreak.ts';

export const serviceAccountToken: Explanation = {
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
  checks: {
    mounted: { summary: 'Neither the pod nor its ServiceAccount turns the token off.', fixable: 'always' },
  },
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
};
