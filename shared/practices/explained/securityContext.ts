/** What people read about practice 1: every container has a security context of its own. */

import type { Explanation } from '../explanation.ts';
import { BREAK_NOTE } from '../mayBreak.ts';

export const securityContext: Explanation = {
  title: 'No security context',
  summary: 'A container without a security context of its own.',
  rationale:
    "Three protections exist only in a container's own `securityContext`: dropped capabilities, no privilege escalation, and a read-only root filesystem. The pod's `securityContext` cannot give them, so a container without one keeps the runtime's default capabilities and a writable root, however strict its pod is. Init containers and sidecars count: each runs with rights of its own.",
  mayBreak: `${BREAK_NOTE} Where that is not certain, add the fields one by one; the page of each practice says what its field may break.`,
  standards: [{ name: 'CIS Kubernetes Benchmark', item: '5.7.3 (v1.5 to v1.10), 5.6.3 (v1.11, v1.12)' }],
  peers: [
    { tool: 'Checkov', ids: ['CKV_K8S_30', 'CKV_K8S_29'], checks: ['missing'] },
    { tool: 'Trivy', ids: ['KSV-0118'], checks: ['missing'] },
    { tool: 'Kubescape', ids: ['C-0211'], checks: ['missing'] },
  ],
  fields: [
    {
      path: ['securityContext'],
      levels: ['pod', 'container'],
      type: 'mapping',
      description: 'The rights that the kernel and the runtime give or refuse.',
      values: [],
      whenAbsent:
        "The image's user, the runtime's default capabilities, escalation allowed, a writable root, no seccomp profile unless the node has a default.",
      mayBreak: BREAK_NOTE,
      since: 'before 1.8',
    },
  ],
  checks: {
    missing: { summary: 'A container has no `securityContext`, or an empty one.', fixable: 'always' },
    misplaced: { summary: 'A field where it has no effect.', fixable: 'sometimes' },
    invalid: {
      summary: 'A field with a value that Kubernetes rejects, or written twice.',
      fixable: 'sometimes',
    },
  },
  examples: [
    {
      title: 'A container without a security context',
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
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
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
  containers:
    - name: web
      image: example.com/web:1.4
      securityContext:
        allowPrivilegeEscalation: false
        capabilities:
          drop:
            - ALL
        readOnlyRootFilesystem: true
        seccompProfile:
          type: RuntimeDefault
      volumeMounts:
        - name: tmp
          mountPath: /tmp
  volumes:
    - name: tmp
      emptyDir: {}
`,
    },
    {
      title: 'A field where nothing reads it',
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    readOnlyRootFilesystem: true
    runAsNonRoot: true
  containers:
    - name: web
      image: example.com/web:1.4
      securityContext:
        allowPrivilegeEscalation: false
`,
      good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsNonRoot: true
  containers:
    - name: web
      image: example.com/web:1.4
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
      volumeMounts:
        - name: tmp
          mountPath: /tmp
  volumes:
    - name: tmp
      emptyDir: {}
`,
    },
    {
      title: 'A quoted value',
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsUser: "10001"
  containers:
    - name: web
      image: example.com/web:1.4
      securityContext:
        runAsNonRoot: "true"
`,
      good: `apiVersion: v1
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
        runAsNonRoot: true
`,
    },
  ],
};
