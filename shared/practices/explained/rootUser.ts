/** What people read about practice 3: no container runs as root, in user or in group. */

import type { Explanation } from '../explanation.ts';
import { GID_NOTE, UID_NOTE } from '../mayBreak.ts';

export const rootUser: Explanation = {
  title: 'Runs as root',
  summary: 'A container whose user or group is root, or is left to its image.',
  rationale:
    'A process that breaks out of its container keeps its user id, and user 0 is root on the node too. A high `runAsUser` and `runAsGroup` belong to nobody there. Without `runAsUser` the image decides, and most images say root; without `runAsGroup` the group is root in most cases, even where the user is not.',
  mayBreak: `${UID_NOTE} A port below 1024 may be out of reach for that user.`,
  settings: ['minimumUid', 'minimumGid', 'fix.runAsUser', 'fix.runAsGroup', 'platform'],
  standards: [
    {
      name: 'Pod Security Standards',
      item: 'restricted: Running as Non-root user (v1.23+)',
      checks: ['root'],
    },
    {
      name: 'CIS Kubernetes Benchmark',
      item: '5.2.6 (v1.5, v1.6), 5.2.7 (v1.8 to v1.12)',
      checks: ['root', 'unset'],
    },
    { name: 'NSA/CISA Hardening Guide', item: 'Non-root containers' },
  ],
  peers: [
    { tool: 'Checkov', ids: ['CKV_K8S_23'], checks: ['root', 'unset'] },
    { tool: 'Checkov', ids: ['CKV_K8S_40'], checks: ['root', 'unset', 'unpinned', 'low-uid'] },
    { tool: 'Trivy', ids: ['KSV-0012'], checks: ['root', 'unset'] },
    { tool: 'Trivy', ids: ['KSV-0020'], checks: ['root', 'unset', 'unpinned', 'low-uid'] },
    { tool: 'Trivy', ids: ['KSV-0021'], checks: ['root-group', 'group-unset', 'low-gid'] },
    { tool: 'Trivy', ids: ['KSV-0105'], checks: ['root'] },
    { tool: 'Trivy', ids: ['KSV-0116'], checks: ['root-group'] },
    { tool: 'Kubescape', ids: ['C-0013'], checks: ['root', 'unset'] },
    { tool: 'KubeLinter', ids: ['run-as-non-root'], checks: ['root', 'unset'] },
    { tool: 'kube-score', ids: ['container-security-context-user-group-id'] },
    { tool: 'Polaris', ids: ['runAsRootAllowed'], checks: ['root', 'unset'] },
    {
      tool: 'Monokle',
      ids: ['PSS204', 'pss.running-as-non-root-user', 'KBP104', 'kbp.no-low-user-id'],
      checks: ['root', 'unset', 'unpinned', 'low-uid'],
    },
    {
      tool: 'Monokle',
      ids: ['KBP105', 'kbp.no-low-group-id', 'KBP109', 'kbp.no-root-group'],
      checks: ['root-group', 'group-unset', 'low-gid'],
    },
  ],
  fields: [
    {
      path: ['securityContext', 'runAsUser'],
      levels: ['pod', 'container'],
      type: 'integer',
      description: "The user id that the container's first process runs as.",
      values: [],
      setting: 'runAsUser',
      allowed: 'an id from 0 to 2147483647; 0 is root',
      whenAbsent: 'The image decides, and most images say root.',
      mayBreak: UID_NOTE,
      since: 'before 1.8',
      checks: ['root', 'unset', 'unpinned', 'low-uid'],
    },
    {
      path: ['securityContext', 'runAsGroup'],
      levels: ['pod', 'container'],
      type: 'integer',
      description: "The primary group id of the container's processes.",
      values: [],
      setting: 'runAsGroup',
      allowed: 'an id from 0 to 2147483647; 0 is root',
      whenAbsent: 'The runtime decides, and the group is root (0) in most cases.',
      mayBreak: GID_NOTE,
      since: '1.10',
      checks: ['root-group', 'group-unset', 'low-gid'],
    },
  ],
  checks: {
    root: { summary: '`runAsUser: 0` is written.', fixable: 'always' },
    unset: { summary: 'No `runAsUser`, and nothing forbids root.', fixable: 'always' },
    unpinned: { summary: 'No `runAsUser`, but `runAsNonRoot` is true.', fixable: 'always' },
    'low-uid': { summary: '`runAsUser` is below the minimum.', fixable: 'always' },
    'root-group': { summary: '`runAsGroup: 0` is written.', fixable: 'always' },
    'group-unset': { summary: 'No `runAsGroup`.', fixable: 'always' },
    'low-gid': { summary: '`runAsGroup` is below the minimum.', fixable: 'always' },
  },
  examples: [
    {
      title: 'Give the pod a user and a group',
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
`,
      good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsUser: 10001
    runAsGroup: 10001
  containers:
    - name: web
      image: example.com/web:1.4
    - name: log
      image: example.com/log:2.0
`,
    },
    {
      title: 'Leave root',
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsUser: 0
    runAsGroup: 0
  containers:
    - name: web
      image: example.com/web:1.4
      volumeMounts:
        - name: data
          mountPath: /data
  volumes:
    - name: data
      persistentVolumeClaim:
        claimName: web
`,
      good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
  containers:
    - name: web
      image: example.com/web:1.4
      volumeMounts:
        - name: data
          mountPath: /data
  volumes:
    - name: data
      persistentVolumeClaim:
        claimName: web
`,
    },
  ],
};
