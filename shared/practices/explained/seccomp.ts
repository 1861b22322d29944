/** What people read about practice 6: system calls are filtered by the runtime's default profile. */

import type { Explanation } from '../explanation.ts';
import { CALLS_NOTE } from '../mayBreak.ts';

export const seccomp: Explanation = {
  title: 'No seccomp profile',
  summary: 'A container whose system calls are not filtered.',
  rationale:
    "Most programs need few of the kernel's several hundred system calls; the runtime's default profile, `RuntimeDefault`, blocks the dangerous ones among the rest. Left out, nothing is blocked, unless the node has a default profile of its own. The annotations that came before the field have had no effect since Kubernetes 1.27.",
  mayBreak: CALLS_NOTE,
  settings: ['kubernetesVersion'],
  standards: [
    {
      name: 'Pod Security Standards',
      item: 'restricted: Seccomp (v1.19+); baseline: not Unconfined (v1.19+)',
    },
    { name: 'CIS Kubernetes Benchmark', item: '5.7.2 (v1.5 to v1.10), 5.6.2 (v1.11, v1.12)' },
    { name: 'NSA/CISA Hardening Guide', item: 'Sets the seccomp profile used to sandbox containers' },
  ],
  peers: [
    { tool: 'Checkov', ids: ['CKV_K8S_31'] },
    { tool: 'Trivy', ids: ['KSV-0030'], checks: ['missing'] },
    { tool: 'Trivy', ids: ['KSV-0104'], checks: ['unconfined'] },
    { tool: 'Kubescape', ids: ['C-0210', 'C-0055'] },
    { tool: 'kube-score', ids: ['container-seccomp-profile'], checks: ['missing'] },
    { tool: 'Polaris', ids: ['linuxHardening'] },
    { tool: 'Monokle', ids: ['PSS110', 'pss.seccomp'], checks: ['unconfined'] },
    { tool: 'Monokle', ids: ['PSS205', 'pss.seccomp-strict'], checks: ['missing', 'unconfined'] },
  ],
  fields: [
    {
      path: ['securityContext', 'seccompProfile', 'type'],
      levels: ['pod', 'container'],
      type: 'string',
      description: 'The filter for system calls.',
      values: ['RuntimeDefault', 'Localhost', 'Unconfined'],
      whenAbsent: 'Nothing is filtered, unless the node has a default profile.',
      mayBreak: CALLS_NOTE,
      since: '1.19',
    },
    {
      path: ['securityContext', 'seccompProfile', 'localhostProfile'],
      levels: ['pod', 'container'],
      type: 'string',
      description: "The file of the profile, below the kubelet's seccomp folder.",
      values: [],
      allowed: 'a path without `..`, required with the type `Localhost` and rejected with any other',
      whenAbsent: 'There is no profile of its own.',
      mayBreak: 'Where the node does not have the file, the container does not start.',
      since: '1.19',
    },
  ],
  checks: {
    missing: { summary: 'No `RuntimeDefault` or `Localhost` profile.', fixable: 'always' },
    unconfined: { summary: '`Unconfined` is written.', fixable: 'always' },
    annotation: { summary: 'The legacy annotation, without effect since 1.27.', fixable: 'always' },
  },
  examples: [
    {
      title: "Use the runtime's default profile",
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example.com/web:1.4
    - name: log
      image: example.com/log:2.0
      securityContext:
        seccompProfile:
          type: Unconfined
`,
      good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: web
      image: example.com/web:1.4
    - name: log
      image: example.com/log:2.0
      securityContext:
        seccompProfile:
          type: RuntimeDefault
`,
    },
    {
      title: 'Turn the annotation into the field',
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    seccomp.security.alpha.kubernetes.io/pod: runtime/default
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
  securityContext:
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: web
      image: example.com/web:1.4
`,
    },
  ],
};
