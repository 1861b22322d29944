/** Practice 1: every container has a security context of its own. */
import { invalidFields } from '../kubernetes/invalidFields.ts';
import { misplacedFields } from '../kubernetes/misplaced.ts';
import { isAbsent, isCertainlyAbsent, mappingIn } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { YamlValue } from '../yaml/operation.ts';
import {
  capabilityNeed,
  emptyVolumes,
  needsRoot,
  needsVolumes,
  wantedId,
  writableRootReason,
} from './imageNeeds.ts';
import type { Fix, Practice, PracticeSettings } from './practice.ts';
import { leavingRoot, mayRunAsRoot } from './rootUser.ts';
import { invalid } from './securityContextInvalid.ts';
import { misplaced } from './securityContextMisplaced.ts';
import { isComplete, linuxContainers, nameOf, recreationNote, securityContextPath } from './subjects.ts';

const BREAK_NOTE =
  'The image must be able to run as a user other than root, without capabilities, and without writing outside its volumes.';

export const securityContext: Practice = {
  id: 'security-context',
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
  checks: [
    {
      id: 'missing',
      severity: 'warning',
      summary: 'A container has no `securityContext`, or an empty one.',
      fixable: 'always',
      aboutAbsence: true,
    },
    {
      id: 'misplaced',
      severity: 'warning',
      summary: 'A field where it has no effect.',
      fixable: 'sometimes',
      aboutAbsence: false,
    },
    {
      id: 'invalid',
      severity: 'error',
      summary: 'A field with a value that Kubernetes rejects, or written twice.',
      fixable: 'sometimes',
      aboutAbsence: false,
    },
  ],
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
  check(pod, settings, report) {
    for (const container of linuxContainers(pod)) {
      if (!isComplete(container) || !isEmpty(container)) continue;
      report({
        check: 'missing',
        at: container.securityContext.anchor,
        container,
        lacks: 'securityContext',
        message: `${nameOf(container)} has no security context, and what only a container can set is left at its weakest; add one.`,
        fixes: () => [hardenedContext(pod, container, settings)],
      });
    }
    if (pod.os !== 'linux') return;
    // Most pods have none of either, and then their words are not needed.
    if (misplacedFields(pod).length > 0) misplaced(pod, settings, report);
    if (invalidFields(pod).length > 0) invalid(pod, settings, report);
  },
};

function isEmpty(container: ContainerView): boolean {
  if (container.base !== undefined && !isCertainlyAbsent(container.base.securityContext)) return false;
  if (isCertainlyAbsent(container.securityContext)) return true;
  const mapping = mappingIn(container.securityContext);
  return mapping !== undefined && mapping.entries.length === 0 && mapping.open === undefined;
}

/** What only a container can say, and what it does not inherit already. */
function hardenedContext(pod: PodView, container: ContainerView, settings: PracticeSettings): Fix {
  const { toAdd, missing } = capabilityNeed(container, settings);
  const staysWritable = writableRootReason(pod, container, settings) !== undefined;
  const staysRoot = needsRoot(pod, container, settings);
  const value: Record<string, YamlValue> = {
    allowPrivilegeEscalation: false,
    ...(missing.length > 0
      ? {}
      : { capabilities: { drop: ['ALL'], ...(toAdd.length > 0 ? { add: toAdd } : {}) } }),
    ...(staysWritable ? {} : { readOnlyRootFilesystem: true }),
  };
  const { runAsUser, runAsGroup, runAsNonRoot, seccompType } = container.effective;
  // A pod that says root by name is told so on its own line; here only what is said nowhere is added.
  if (isAbsent(runAsNonRoot) && !mayRunAsRoot(container) && !staysRoot) value.runAsNonRoot = true;
  const writesIds = settings.platform !== 'openshift' && !staysRoot;
  if (isAbsent(runAsUser) && writesIds)
    addId(value, 'runAsUser', wantedId(pod, container, 'runAsUser', settings));
  if (isAbsent(runAsGroup) && writesIds)
    addId(value, 'runAsGroup', wantedId(pod, container, 'runAsGroup', settings));
  if (isAbsent(seccompType)) value.seccompProfile = { type: 'RuntimeDefault' };
  const consequences = [
    ...(staysWritable ? [] : emptyVolumes(pod, container, settings).flatMap(({ ops }) => ops)),
    ...(value.runAsUser === undefined ? [] : leavingRoot(pod, container, settings)),
  ];
  return {
    title: 'Add a hardened securityContext',
    level: 'container',
    safety: 'review',
    why: `${BREAK_NOTE}${recreationNote(pod)}`,
    ops: [{ op: 'set', path: securityContextPath(container), value }],
    ...(consequences.length > 0 ? { consequences } : {}),
    ...(!staysWritable && needsVolumes(pod, container, settings) ? { needsVolumes: true } : {}),
  };
}

/** Null is the id of an image whose files belong to root's group: none is written. */
function addId(value: Record<string, YamlValue>, key: 'runAsUser' | 'runAsGroup', id: number | null): void {
  if (id !== null) value[key] = id;
}
