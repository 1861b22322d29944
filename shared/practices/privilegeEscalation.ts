/** Practice 2: no process gains more privileges than its parent. */
import { isAbsent, itemsOf, knownReadings, textOf } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { Fix, Practice, Report } from './practice.ts';
import {
  isComplete,
  isPrivileged,
  linuxContainers,
  mayBePrivileged,
  nameOf,
  recreationNote,
  securityContextPath,
  whereClause,
} from './subjects.ts';

const SETUID_NOTE =
  'Programs that rely on set-user-ID or file capabilities, such as sudo, su and some builds of ping, stop gaining privileges.';

export const privilegeEscalation: Practice = {
  id: 'privilege-escalation',
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
  checks: [
    {
      id: 'allowed',
      severity: 'error',
      summary: '`allowPrivilegeEscalation: true` is written.',
      fixable: 'sometimes',
      aboutAbsence: false,
    },
    {
      id: 'not-denied',
      severity: 'warning',
      summary: '`allowPrivilegeEscalation` is not set.',
      fixable: 'sometimes',
      aboutAbsence: true,
    },
    {
      id: 'privileged',
      severity: 'error',
      summary: '`privileged: true` is written.',
      fixable: 'always',
      aboutAbsence: false,
    },
    {
      id: 'ineffective',
      severity: 'error',
      summary: '`false` beside `privileged: true` or `CAP_SYS_ADMIN`, which the API server rejects.',
      fixable: 'always',
      aboutAbsence: false,
    },
    {
      id: 'undermined',
      severity: 'warning',
      summary: '`false` beside an added SYS_ADMIN: accepted, but no protection.',
      fixable: 'always',
      aboutAbsence: false,
    },
  ],
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
  check(pod, _settings, report) {
    for (const container of linuxContainers(pod)) {
      privilegedViolations(pod, container, report);
      escalationViolations(pod, container, report);
    }
  },
};

function privilegedViolations(pod: PodView, container: ContainerView, report: Report): void {
  for (const reading of knownReadings(container.privileged)) {
    if (!reading.value) continue;
    report({
      check: 'privileged',
      at: reading.span,
      container,
      message: `${nameOf(container)} is privileged${whereClause(reading)}, which also switches off its seccomp profile, its capability limits and the ban on escalation; remove it, or add only the capabilities that it needs.`,
      repair: 'none',
      fixes: () => [
        {
          title: 'Remove privileged',
          level: 'container',
          safety: 'review',
          why: `The container loses its rights over the node. What it needs of them has to be added as single capabilities.${recreationNote(pod)}`,
          ops: [{ op: 'remove', path: reading.path, pruneEmpty: 1 }],
          onRequest: true,
        },
      ],
    });
  }
}

function escalationViolations(pod: PodView, container: ContainerView, report: Report): void {
  const field = container.allowPrivilegeEscalation;
  const deny = (title: string): readonly Fix[] => {
    // Beside these the API server rejects `false`, or it protects nothing.
    if (cannotDenyEscalation(container)) return [];
    return [
      {
        title,
        level: 'container',
        safety: 'review',
        why: `${SETUID_NOTE}${recreationNote(pod)}`,
        ops: [
          { op: 'set', path: [...securityContextPath(container), 'allowPrivilegeEscalation'], value: false },
        ],
      },
    ];
  };

  for (const reading of knownReadings(field)) {
    if (reading.value) {
      report({
        check: 'allowed',
        at: reading.span,
        container,
        message: `${nameOf(container)} allows privilege escalation${whereClause(reading)}; set allowPrivilegeEscalation to false.`,
        repair: field.readings.length === 1 && !cannotDenyEscalation(container) ? 'review' : 'none',
        fixes: () => (field.readings.length === 1 ? deny('Set allowPrivilegeEscalation: false') : []),
      });
      continue;
    }
    const sysAdmin = sysAdminIndex(container);
    if (isPrivileged(container) || addedIndex(container, 'CAP_SYS_ADMIN') >= 0) {
      const beside = isPrivileged(container) ? 'privileged: true' : 'the capability CAP_SYS_ADMIN';
      report({
        check: 'ineffective',
        at: reading.span,
        container,
        message: `${nameOf(container)} denies escalation beside ${beside}, and the API server rejects the two together; remove one of them.`,
        repair: 'safe',
        fixes: () => [
          {
            title: 'Remove allowPrivilegeEscalation: false',
            level: 'container',
            safety: 'safe',
            why: `The API server rejects allowPrivilegeEscalation: false beside ${beside}. Without it the container is as unprotected as ${beside} makes it, but valid.`,
            ops: [{ op: 'remove', path: reading.path }],
          },
        ],
      });
    } else if (sysAdmin >= 0) {
      const added = addedAt(container, sysAdmin);
      report({
        check: 'undermined',
        at: reading.span,
        container,
        message: `${nameOf(container)} denies escalation, but its added capability ${added} undoes that; remove ${added}.`,
        repair: 'none',
        fixes: () => [
          {
            title: `Remove the capability ${added}`,
            level: 'container',
            safety: 'review',
            why: `SYS_ADMIN${added === 'SYS_ADMIN' ? '' : `, which ${added} includes,`} stands for mounting file systems and much else; a program that uses it stops working.${recreationNote(pod)}`,
            ops: [{ op: 'remove', path: [...container.addedCapabilities.path, sysAdmin], pruneEmpty: 1 }],
            onRequest: true,
          },
        ],
      });
    }
  }
  if (isAbsent(field) && isComplete(container) && !mayBePrivileged(container)) {
    report({
      check: 'not-denied',
      at: field.anchor,
      container,
      lacks: 'allowPrivilegeEscalation',
      message: `${nameOf(container)} does not deny privilege escalation; set allowPrivilegeEscalation to false.`,
      repair: cannotDenyEscalation(container) ? 'none' : 'review',
      fixes: () => deny('Add allowPrivilegeEscalation: false'),
    });
  }
}

/** Index of an added capability by its exact name, or -1. */
function addedIndex(container: ContainerView, capability: string): number {
  return itemsOf(container.addedCapabilities).findIndex((item) => textOf(item) === capability);
}

/** Index of an added capability that gives SYS_ADMIN, by name or with all others, or -1. Runtimes read either case. */
function sysAdminIndex(container: ContainerView): number {
  return itemsOf(container.addedCapabilities).findIndex((item) =>
    GIVES_SYS_ADMIN.has(textOf(item)?.toUpperCase() ?? ''),
  );
}

const GIVES_SYS_ADMIN: ReadonlySet<string> = new Set(['SYS_ADMIN', 'ALL']);

function addedAt(container: ContainerView, index: number): string {
  const item = itemsOf(container.addedCapabilities)[index];
  return (item === undefined ? undefined : textOf(item)) ?? 'SYS_ADMIN';
}

/** True where denying escalation would be rejected, or would protect nothing. */
export function cannotDenyEscalation(container: ContainerView): boolean {
  return (
    mayBePrivileged(container) || addedIndex(container, 'CAP_SYS_ADMIN') >= 0 || sysAdminIndex(container) >= 0
  );
}
