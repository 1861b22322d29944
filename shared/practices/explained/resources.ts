/** What people read about practice 4: every container says how much CPU and memory it needs, and how much it may take. */

import type { Explanation } from '../explanation.ts';
import { NUMBERS_NOTE } from '../mayBreak.ts';

export const resources: Explanation = {
  title: 'Resources not bounded',
  summary: 'A container without CPU and memory requests and limits.',
  rationale:
    'Requests decide where a pod is scheduled, and which pod has to go first when its node runs out of memory. A memory limit keeps a leak in one container from starving its neighbors. A missing request defaults to the limit. A CPU limit slows a container down even on an idle node, and many teams leave it out on purpose: it has a check of its own, which is only information.',
  mayBreak: NUMBERS_NOTE,
  settings: ['fix.cpuRequest', 'fix.memoryRequest', 'fix.cpuLimit', 'fix.memoryLimit', 'kubernetesVersion'],
  standards: [
    {
      name: 'NSA/CISA Hardening Guide',
      item: 'Use LimitRange and ResourceQuota policies to limit resources',
    },
  ],
  peers: [
    { tool: 'Checkov', ids: ['CKV_K8S_10'], checks: ['cpu-request'] },
    { tool: 'Checkov', ids: ['CKV_K8S_12'], checks: ['memory-request'] },
    { tool: 'Checkov', ids: ['CKV_K8S_11'], checks: ['cpu-limit'] },
    { tool: 'Checkov', ids: ['CKV_K8S_13'], checks: ['memory-limit'] },
    { tool: 'Trivy', ids: ['KSV-0015'], checks: ['cpu-request'] },
    { tool: 'Trivy', ids: ['KSV-0016'], checks: ['memory-request'] },
    { tool: 'Trivy', ids: ['KSV-0011'], checks: ['cpu-limit'] },
    { tool: 'Trivy', ids: ['KSV-0018'], checks: ['memory-limit'] },
    { tool: 'Kubescape', ids: ['C-0268', 'C-0050'], checks: ['cpu-request'] },
    { tool: 'Kubescape', ids: ['C-0269', 'C-0004'], checks: ['memory-request'] },
    { tool: 'Kubescape', ids: ['C-0270', 'C-0050', 'C-0009'], checks: ['cpu-limit'] },
    { tool: 'Kubescape', ids: ['C-0271', 'C-0004', 'C-0009'], checks: ['memory-limit'] },
    { tool: 'KubeLinter', ids: ['unset-cpu-requirements'], checks: ['cpu-request', 'cpu-limit'] },
    { tool: 'KubeLinter', ids: ['unset-memory-requirements'], checks: ['memory-request', 'memory-limit'] },
    {
      tool: 'kube-score',
      ids: ['container-resources'],
      checks: ['cpu-request', 'memory-request', 'cpu-limit', 'memory-limit'],
    },
    { tool: 'Polaris', ids: ['cpuRequestsMissing'], checks: ['cpu-request'] },
    { tool: 'Polaris', ids: ['memoryRequestsMissing'], checks: ['memory-request'] },
    { tool: 'Polaris', ids: ['cpuLimitsMissing'], checks: ['cpu-limit'] },
    { tool: 'Polaris', ids: ['memoryLimitsMissing'], checks: ['memory-limit'] },
    { tool: 'Monokle', ids: ['KBP002', 'kbp.cpu-request'], checks: ['cpu-request'] },
    { tool: 'Monokle', ids: ['KBP004', 'kbp.memory-request'], checks: ['memory-request'] },
    { tool: 'Monokle', ids: ['KBP003', 'kbp.cpu-limit'], checks: ['cpu-limit'] },
    { tool: 'Monokle', ids: ['KBP005', 'kbp.memory-limit'], checks: ['memory-limit'] },
  ],
  fields: [
    {
      path: ['resources', 'requests', 'cpu'],
      levels: ['pod', 'container'],
      type: 'quantity',
      description: 'The CPU that the scheduler sets aside.',
      values: [],
      setting: 'cpuRequest',
      allowed: 'a quantity, such as `100m` or `0.5`',
      whenAbsent: 'Nothing is set aside, unless there is a limit, which then counts as the request.',
      mayBreak: 'A request that no node can meet leaves the pod pending.',
      since: 'before 1.8',
      sinceAtPod: '1.34',
      checks: ['cpu-request'],
    },
    {
      path: ['resources', 'requests', 'memory'],
      levels: ['pod', 'container'],
      type: 'quantity',
      description: 'The memory that the scheduler sets aside.',
      values: [],
      setting: 'memoryRequest',
      allowed: 'a quantity, such as `128Mi` or `1Gi`',
      whenAbsent: 'Nothing is set aside, unless there is a limit, which then counts as the request.',
      mayBreak: 'A request that no node can meet leaves the pod pending.',
      since: 'before 1.8',
      sinceAtPod: '1.34',
      checks: ['memory-request'],
    },
    {
      path: ['resources', 'limits', 'cpu'],
      levels: ['pod', 'container'],
      type: 'quantity',
      description: 'The CPU beyond which the container is slowed down.',
      values: [],
      setting: 'cpuLimit',
      allowed: 'a quantity, such as `500m` or `1`',
      whenAbsent: 'The container may take all CPU of its node.',
      mayBreak: 'A container at its CPU limit is slowed down, even on an idle node.',
      since: 'before 1.8',
      sinceAtPod: '1.34',
      checks: ['cpu-limit'],
    },
    {
      path: ['resources', 'limits', 'memory'],
      levels: ['pod', 'container'],
      type: 'quantity',
      description: 'The memory beyond which the container is killed.',
      values: [],
      setting: 'memoryLimit',
      allowed: 'a quantity, such as `256Mi` or `1Gi`',
      whenAbsent: 'The container may take all memory of its node.',
      mayBreak: 'A container above its memory limit is killed.',
      since: 'before 1.8',
      sinceAtPod: '1.34',
      checks: ['memory-limit'],
    },
  ],
  checks: {
    'cpu-request': { summary: 'No cpu request.', fixable: 'sometimes' },
    'memory-request': { summary: 'No memory request.', fixable: 'sometimes' },
    'cpu-limit': { summary: 'No cpu limit.', fixable: 'sometimes' },
    'memory-limit': { summary: 'No memory limit.', fixable: 'sometimes' },
    invalid: {
      summary: 'An amount that Kubernetes rejects: no quantity, above its limit, a part of a byte.',
      fixable: 'sometimes',
    },
  },
  examples: [
    {
      title: 'Say what the container needs, and what it may take',
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example.com/web:1.4
      resources:
        requests:
          cpu: 250m
`,
      good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example.com/web:1.4
      resources:
        requests:
          cpu: 250m
          memory: 128Mi
        limits:
          cpu: 500m
          memory: 256Mi
`,
    },
  ],
};
