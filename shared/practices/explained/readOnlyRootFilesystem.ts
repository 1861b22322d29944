/** What people read about practice 8: the container's root filesystem is read-only. */

import type { Explanation } from '../explanation.ts';
import { WRITE_NOTE } from '../mayBreak.ts';

export const readOnlyRootFilesystem: Explanation = {
  title: 'Writable root filesystem',
  summary: 'A container that can change its own program files.',
  rationale:
    'With `readOnlyRootFilesystem: true` an intruder can neither change the program nor leave tools behind. What the program itself writes goes to volumes, where it can be seen.',
  mayBreak: WRITE_NOTE,
  settings: ['fix.tmpVolume', 'fix.emptyDirSizeLimit'],
  standards: [{ name: 'NSA/CISA Hardening Guide', item: 'Immutable container file systems' }],
  peers: [
    { tool: 'Checkov', ids: ['CKV_K8S_22'] },
    { tool: 'Trivy', ids: ['KSV-0014'] },
    { tool: 'Kubescape', ids: ['C-0017'] },
    { tool: 'KubeLinter', ids: ['no-read-only-root-fs'] },
    { tool: 'kube-score', ids: ['container-security-context-readonlyrootfilesystem'] },
    { tool: 'Polaris', ids: ['notReadOnlyRootFilesystem'] },
    { tool: 'Monokle', ids: ['KBP102', 'kbp.no-writable-fs'] },
  ],
  fields: [
    {
      path: ['securityContext', 'readOnlyRootFilesystem'],
      levels: ['container'],
      type: 'boolean',
      description: "Whether the container's root filesystem is read-only.",
      values: [true, false],
      whenAbsent: 'The root filesystem is writable.',
      mayBreak: WRITE_NOTE,
      since: 'before 1.8',
    },
  ],
  checks: {
    writable: { summary: '`readOnlyRootFilesystem` is not true.', fixable: 'always' },
  },
  examples: [
    {
      title: 'Make the root filesystem read-only',
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
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
  ],
};
