/** What people read about practice 2: no process gains more privileges than its parent. */

import type { Explanation } from '../explanation.ts';
import { SETUID_NOTE } from '../mayBreak.ts';

export const privilegeEscalation: Explanation = {
  title: 'Privilege escalation allowed',
  summary: 'A process may gain more privileges than its parent, through a set-user-ID program for example.',
  rationale:
    "A set-user-ID program such as `sudo` starts with the rights of its owner, usually root, whoever calls it. `allowPrivilegeEscalation: false` sets the kernel's `no_new_privs` flag: no such program, and no file capability, gives a process more than it started with. Left out, escalation is allowed. `privileged: true` gives a container nearly every right of its node, and switches off its seccomp profile, its capability limits and this flag.",
  mayBreak: `${SETUID_NOTE} Beside \`privileged: true\` or the capability \`CAP_SYS_ADMIN\` the API server rejects \`false\`.`,
  standards: [
    {
      name: 'Pod Security Standards',
      item: 'restricted: Privilege Escalation (v1.8+)',
      checks: ['allowed', 'not-denied'],
    },
    { name: 'Pod Security Standards', item: 'baseline: Privileged Containers', checks: ['privileged'] },
    {
      name: 'CIS Kubernetes Benchmark',
      item: '5.2.5 (v1.5, v1.6), 5.2.6 (v1.8 to v1.12)',
      checks: ['allowed', 'not-denied'],
    },
    { name: 'NSA/CISA Hardening Guide', item: 'Restricts escalation to root privileges' },
  ],
  peers: [
    { tool: 'Checkov', ids: ['CKV_K8S_20'], checks: ['allowed', 'not-denied'] },
    { tool: 'Checkov', ids: ['CKV_K8S_16'], checks: ['privileged'] },
    { tool: 'Trivy', ids: ['KSV-0001'], checks: ['allowed', 'not-denied'] },
    { tool: 'Trivy', ids: ['KSV-0017'], checks: ['privileged'] },
    { tool: 'Kubescape', ids: ['C-0016'], checks: ['allowed', 'not-denied'] },
    { tool: 'Kubescape', ids: ['C-0057'], checks: ['privileged'] },
    { tool: 'KubeLinter', ids: ['privilege-escalation-container'], checks: ['allowed', 'not-denied'] },
    { tool: 'KubeLinter', ids: ['privileged-container'], checks: ['privileged'] },
    { tool: 'kube-score', ids: ['container-security-context-privileged'], checks: ['privileged'] },
    { tool: 'Polaris', ids: ['privilegeEscalationAllowed'], checks: ['allowed', 'not-denied'] },
    { tool: 'Polaris', ids: ['runAsPrivileged'], checks: ['privileged'] },
    { tool: 'Monokle', ids: ['PSS202', 'pss.privilege-escalation'], checks: ['allowed', 'not-denied'] },
    { tool: 'Monokle', ids: ['PSS103', 'pss.privileged-containers'], checks: ['privileged'] },
  ],
  fields: [
    {
      path: ['securityContext', 'allowPrivilegeEscalation'],
      levels: ['container'],
      type: 'boolean',
      description: 'Whether a process can gain more privileges than its parent.',
      values: [false, true],
      whenAbsent: 'Escalation is allowed.',
      mayBreak: SETUID_NOTE,
      since: '1.8',
      checks: ['allowed', 'not-denied', 'ineffective', 'undermined'],
    },
    {
      path: ['securityContext', 'privileged'],
      levels: ['container'],
      type: 'boolean',
      description: 'Whether the container runs with nearly every right of its node.',
      values: [false, true],
      whenAbsent: 'The container is not privileged.',
      mayBreak:
        'Programs that manage the node itself (network plugins, storage drivers) may need single capabilities instead.',
      since: 'before 1.8',
      checks: ['privileged'],
    },
  ],
  checks: {
    allowed: { summary: '`allowPrivilegeEscalation: true` is written.', fixable: 'sometimes' },
    'not-denied': { summary: '`allowPrivilegeEscalation` is not set.', fixable: 'sometimes' },
    privileged: { summary: '`privileged: true` is written.', fixable: 'always' },
    ineffective: {
      summary: '`false` beside `privileged: true` or `CAP_SYS_ADMIN`, which the API server rejects.',
      fixable: 'always',
    },
    undermined: {
      summary: '`false` beside an added SYS_ADMIN: accepted, but no protection.',
      fixable: 'always',
    },
  },
  examples: [
    {
      title: 'Deny escalation',
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example.com/web:1.4
      securityContext:
        runAsNonRoot: true
    - name: helper
      image: example.com/helper:2.0
      securityContext:
        allowPrivilegeEscalation: true
`,
      good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example.com/web:1.4
      securityContext:
        allowPrivilegeEscalation: false
        runAsNonRoot: true
    - name: helper
      image: example.com/helper:2.0
      securityContext:
        allowPrivilegeEscalation: false
`,
    },
    {
      title: 'A denial that the API server rejects',
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: agent
      image: example.com/agent:1.4
      securityContext:
        privileged: true # podproof-ignore privilege-escalation/privileged: manages its node
        allowPrivilegeEscalation: false
`,
      good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: agent
      image: example.com/agent:1.4
      securityContext:
        privileged: true # podproof-ignore privilege-escalation/privileged: manages its node
`,
    },
  ],
};
