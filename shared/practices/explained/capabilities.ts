/** What people read about practice 7: all capabilities are dropped, and root is forbidden. */

import type { Explanation } from '../explanation.ts';
import { DROP_NOTE, NON_ROOT_NOTE } from '../mayBreak.ts';

export const capabilities: Explanation = {
  title: 'Capabilities kept, root not forbidden',
  summary: 'A container that keeps capabilities it does not need, or that may run as root.',
  rationale:
    "Capabilities are the rights of root in pieces. A container keeps the runtime's default set, `NET_RAW` among them, unless it drops them: `drop: [ALL]` drops every one, and what the program cannot do without is added back by name. `runAsNonRoot: true` makes the kubelet look at the user before it starts the container, and refuse root.",
  mayBreak: `${DROP_NOTE} ${NON_ROOT_NOTE}`,
  settings: ['kubernetesVersion'],
  standards: [
    {
      name: 'Pod Security Standards',
      item: 'restricted: Capabilities (v1.22+)',
      checks: ['not-dropped', 'added', 'forbidden'],
    },
    { name: 'Pod Security Standards', item: 'baseline: Capabilities', checks: ['forbidden'] },
    {
      name: 'Pod Security Standards',
      item: 'restricted: Running as Non-root (v1.0+)',
      checks: ['non-root-unset', 'non-root-false'],
    },
    {
      name: 'CIS Kubernetes Benchmark',
      item: 'NET_RAW: 5.2.7 (v1.5, v1.6), 5.2.8 (v1.8 to v1.12); assigned capabilities: 5.2.9 (v1.5, v1.6), 5.2.10 (v1.8 to v1.11), 5.2.9 (v1.12)',
      checks: ['not-dropped'],
    },
    {
      name: 'CIS Kubernetes Benchmark',
      item: 'added capabilities: 5.2.8 (v1.5, v1.6), 5.2.9 (v1.8 to v1.11)',
      checks: ['added', 'forbidden'],
    },
    {
      name: 'CIS Kubernetes Benchmark',
      item: 'root containers: 5.2.6 (v1.5, v1.6), 5.2.7 (v1.8 to v1.12)',
      checks: ['non-root-unset', 'non-root-false'],
    },
    {
      name: 'NSA/CISA Hardening Guide',
      item: 'Run with fewer Linux capabilities',
      checks: ['not-dropped', 'added', 'forbidden'],
    },
    {
      name: 'NSA/CISA Hardening Guide',
      item: 'Non-root containers',
      checks: ['non-root-unset', 'non-root-false'],
    },
  ],
  peers: [
    { tool: 'Checkov', ids: ['CKV_K8S_28', 'CKV_K8S_37'], checks: ['not-dropped'] },
    { tool: 'Checkov', ids: ['CKV_K8S_25'], checks: ['added', 'forbidden'] },
    { tool: 'Checkov', ids: ['CKV_K8S_23'], checks: ['non-root-unset', 'non-root-false'] },
    { tool: 'Trivy', ids: ['KSV-0003', 'KSV-0004', 'KSV-0106', 'KSV-0119'], checks: ['not-dropped'] },
    { tool: 'Trivy', ids: ['KSV-0022'], checks: ['added', 'forbidden'] },
    { tool: 'Trivy', ids: ['KSV-0012'], checks: ['non-root-unset', 'non-root-false'] },
    { tool: 'Kubescape', ids: ['C-0046'], checks: ['added', 'forbidden'] },
    { tool: 'Kubescape', ids: ['C-0055'], checks: ['not-dropped'] },
    { tool: 'Kubescape', ids: ['C-0013'], checks: ['non-root-unset', 'non-root-false'] },
    { tool: 'KubeLinter', ids: ['drop-net-raw-capability'], checks: ['not-dropped'] },
    { tool: 'KubeLinter', ids: ['run-as-non-root'], checks: ['non-root-unset', 'non-root-false'] },
    { tool: 'Polaris', ids: ['insecureCapabilities'], checks: ['not-dropped', 'added'] },
    { tool: 'Polaris', ids: ['dangerousCapabilities'], checks: ['forbidden'] },
    { tool: 'Polaris', ids: ['linuxHardening'], checks: ['not-dropped'] },
    { tool: 'Polaris', ids: ['runAsRootAllowed'], checks: ['non-root-unset', 'non-root-false'] },
    { tool: 'Monokle', ids: ['KBP103', 'kbp.drop-capabilities'], checks: ['not-dropped'] },
    { tool: 'Monokle', ids: ['PSS104', 'pss.capabilities'], checks: ['forbidden'] },
    {
      tool: 'Monokle',
      ids: ['PSS206', 'pss.capabilities-strict'],
      checks: ['not-dropped', 'added', 'forbidden'],
    },
    {
      tool: 'Monokle',
      ids: ['PSS203', 'pss.running-as-non-root'],
      checks: ['non-root-unset', 'non-root-false'],
    },
  ],
  fields: [
    {
      path: ['securityContext', 'capabilities', 'drop'],
      levels: ['container'],
      type: 'list',
      description: 'The capabilities that are taken away; ALL takes away every one.',
      values: ['ALL'],
      allowed: '`ALL`, or names of capabilities without `CAP_`',
      whenAbsent: "The runtime's default capabilities are kept, NET_RAW among them.",
      mayBreak: DROP_NOTE,
      since: 'before 1.8',
      checks: ['not-dropped'],
    },
    {
      path: ['securityContext', 'capabilities', 'add'],
      levels: ['container'],
      type: 'list',
      description: 'The capabilities that are given beyond what is left after dropping.',
      values: ['NET_BIND_SERVICE'],
      allowed:
        'names of capabilities without `CAP_`; Pod Security restricted accepts `NET_BIND_SERVICE` alone',
      whenAbsent: 'Nothing is added.',
      mayBreak: 'Programs lose the right that the removed capability gave.',
      since: 'before 1.8',
      checks: ['added', 'forbidden'],
    },
    {
      path: ['securityContext', 'runAsNonRoot'],
      levels: ['pod', 'container'],
      type: 'boolean',
      description: 'Whether the kubelet refuses to start the container as root.',
      values: [true, false],
      whenAbsent: 'Root is allowed.',
      mayBreak: NON_ROOT_NOTE,
      since: 'before 1.8',
      checks: ['non-root-unset', 'non-root-false', 'non-root-conflict'],
    },
  ],
  checks: {
    'not-dropped': { summary: '`drop` lacks `ALL`.', fixable: 'always' },
    added: { summary: 'An added capability other than NET_BIND_SERVICE.', fixable: 'always' },
    forbidden: { summary: 'An added capability that Pod Security baseline forbids.', fixable: 'always' },
    'non-root-unset': { summary: '`runAsNonRoot` is not set.', fixable: 'always' },
    'non-root-false': { summary: '`runAsNonRoot: false` is written.', fixable: 'always' },
    'non-root-conflict': {
      summary: '`runAsNonRoot: true` with uid 0, which the kubelet refuses to start.',
      fixable: 'always',
    },
  },
  examples: [
    {
      title: 'Drop every capability and forbid root',
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsUser: 10001
  containers:
    - name: web
      image: example.com/web:1.4
      securityContext:
        capabilities:
          drop:
            - NET_RAW
          add:
            - NET_BIND_SERVICE
`,
      good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
  containers:
    - name: web
      image: example.com/web:1.4
      securityContext:
        capabilities:
          drop:
            - NET_RAW
            - ALL
          add:
            - NET_BIND_SERVICE
`,
    },
  ],
};
