/** Shows, per check and policy version, which pods Pod Security admission takes and which it refuses. */

import { describe, expect, test } from 'vitest';
import { goYaml } from './goYaml.ts';
import { type PodSecurityCheck, type PodSecurityLevel, refusals, refusalsOf } from './podSecurity.ts';

interface Case {
  /** Entries of the one container's securityContext. */
  readonly container?: string;
  /** Entries of the pod's securityContext. */
  readonly pod?: string;
  /** Entries of the PodSpec beside the containers. */
  readonly spec?: string;
  /** Entries of the container beside its securityContext. */
  readonly beside?: string;
  readonly annotations?: string;
}

const GOOD_CONTAINER = 'allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}';
const GOOD_POD = 'runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}';

function judge(level: PodSecurityLevel, minor: number, given: Case): readonly PodSecurityCheck[] {
  const text = `
    apiVersion: v1
    kind: Pod
    metadata: {name: p, annotations: {${given.annotations ?? ''}}}
    spec:
      securityContext: {${given.pod ?? GOOD_POD}}
      containers: [{name: app, image: a, securityContext: {${given.container ?? GOOD_CONTAINER}}, ${given.beside ?? ''}}]
      ${given.spec ?? ''}`;
  return refusalsOf(goYaml(text), level, minor)[0] ?? [];
}

test('a restricted pod passes every version of both levels', () => {
  for (let minor = 0; minor <= 37; minor++) {
    expect(judge('restricted', minor, {})).toEqual([]);
    expect(judge('baseline', minor, {})).toEqual([]);
  }
});

test('a bare pod passes baseline, and what restricted refuses grew over the versions', () => {
  const bare: Case = { pod: '', container: '' };
  expect(judge('baseline', 37, bare)).toEqual([]);
  expect(judge('restricted', 7, bare)).toEqual(['runAsNonRoot']);
  expect(judge('restricted', 8, bare)).toEqual(['allowPrivilegeEscalation', 'runAsNonRoot']);
  expect(judge('restricted', 19, bare)).toEqual([
    'allowPrivilegeEscalation',
    'runAsNonRoot',
    'seccompProfile_restricted',
  ]);
  expect(judge('restricted', 22, bare)).toEqual([
    'allowPrivilegeEscalation',
    'capabilities_restricted',
    'runAsNonRoot',
    'seccompProfile_restricted',
  ]);
});

test('every pod of a stream is judged, in templates too', () => {
  const text = `
    kind: List
    apiVersion: v1
    items:
      - {kind: Pod, apiVersion: v1, spec: {hostNetwork: true}}
      - {kind: CronJob, apiVersion: batch/v1, spec: {jobTemplate: {spec: {template: {spec: {hostPID: true}}}}}}
      - {kind: Service, apiVersion: v1, spec: {hostPID: true}}`;
  expect(refusalsOf(goYaml(text), 'baseline')).toEqual([['hostNamespaces'], ['hostNamespaces']]);
});

test('init and ephemeral containers count', () => {
  for (const list of ['initContainers', 'ephemeralContainers']) {
    const spec = `${list}: [{name: x, image: a, securityContext: {privileged: true}}]`;
    expect(judge('restricted', 37, { spec })).toEqual([
      'allowPrivilegeEscalation',
      'capabilities_restricted',
      'privileged',
    ]);
  }
});

describe.each<[PodSecurityCheck, PodSecurityLevel, number, Case[], Case[]]>([
  [
    'privileged',
    'baseline',
    0,
    [{ container: 'privileged: false' }, { container: 'privileged: ~' }],
    [{ container: 'privileged: true' }],
  ],
  [
    'allowPrivilegeEscalation',
    'restricted',
    8,
    [{}],
    [{ container: 'capabilities: {drop: [ALL]}' }, { container: 'allowPrivilegeEscalation: true' }],
  ],
  [
    'runAsNonRoot',
    'restricted',
    0,
    [{}, { pod: '', container: 'runAsNonRoot: true' }],
    [
      { pod: '' },
      { pod: 'runAsNonRoot: false' },
      // The value of the pod counts even where every container overrides it.
      { pod: 'runAsNonRoot: false', container: 'runAsNonRoot: true' },
      { container: 'runAsNonRoot: false' },
      { pod: '', container: 'runAsNonRoot: true', spec: 'initContainers: [{name: i, image: a}]' },
    ],
  ],
  [
    'runAsUser',
    'restricted',
    23,
    [{}, { pod: 'runAsUser: 1' }, { container: 'runAsUser: 1, runAsGroup: 0' }],
    [
      { pod: 'runAsUser: 0' },
      { pod: 'runAsUser: 0', container: 'runAsUser: 1' },
      { container: 'runAsUser: 0' },
    ],
  ],
  [
    'capabilities_baseline',
    'baseline',
    0,
    [{}, { container: 'capabilities: {add: [CHOWN, SYS_CHROOT, NET_BIND_SERVICE]}' }],
    [
      { container: 'capabilities: {add: [NET_RAW]}' },
      { container: 'capabilities: {add: [chown]}' },
      { container: 'capabilities: {add: [CAP_CHOWN]}' },
    ],
  ],
  [
    'capabilities_restricted',
    'restricted',
    22,
    [{}, { container: 'capabilities: {drop: [CHOWN, ALL], add: [NET_BIND_SERVICE]}' }],
    [
      { container: '' },
      { container: 'capabilities: {drop: [all]}' },
      { container: 'capabilities: {drop: [NET_RAW]}' },
      { container: 'capabilities: {drop: [ALL], add: [CHOWN]}' },
    ],
  ],
  [
    'seccompProfile_baseline',
    'baseline',
    19,
    [{ pod: '' }, {}, { container: 'seccompProfile: {type: Localhost, localhostProfile: a}' }],
    [
      { pod: 'seccompProfile: {type: Unconfined}', container: 'seccompProfile: {type: RuntimeDefault}' },
      { container: 'seccompProfile: {type: Unconfined}' },
      { container: 'seccompProfile: {}' },
    ],
  ],
  [
    'seccompProfile_baseline',
    'baseline',
    18,
    [
      { annotations: 'seccomp.security.alpha.kubernetes.io/pod: runtime/default' },
      { annotations: 'seccomp.security.alpha.kubernetes.io/pod: localhost/a' },
      { annotations: 'container.seccomp.security.alpha.kubernetes.io/other: unconfined' },
      { pod: 'seccompProfile: {type: Unconfined}' },
    ],
    [
      { annotations: 'seccomp.security.alpha.kubernetes.io/pod: unconfined' },
      { annotations: 'container.seccomp.security.alpha.kubernetes.io/app: unconfined' },
    ],
  ],
  [
    'seccompProfile_restricted',
    'restricted',
    19,
    [{}, { pod: '', container: 'seccompProfile: {type: Localhost}' }],
    [
      { pod: '' },
      { pod: 'seccompProfile: {type: Unconfined}', container: 'seccompProfile: {type: RuntimeDefault}' },
      { container: 'seccompProfile: {type: Unconfined}' },
    ],
  ],
  [
    'procMount',
    'baseline',
    0,
    [{ container: 'procMount: Default' }],
    [{ container: 'procMount: Unmasked' }, { container: 'procMount: other' }],
  ],
  [
    'hostNamespaces',
    'baseline',
    0,
    [{ spec: 'hostNetwork: false' }],
    [{ spec: 'hostNetwork: true' }, { spec: 'hostPID: true' }, { spec: 'hostIPC: true' }],
  ],
  [
    'hostPathVolumes',
    'baseline',
    0,
    [{ spec: 'volumes: [{name: v, emptyDir: {}}]' }],
    [{ spec: 'volumes: [{name: v, hostPath: {path: /}}]' }],
  ],
  [
    'restrictedVolumes',
    'restricted',
    0,
    [
      {
        spec: 'volumes: [{name: v, emptyDir: {}}, {name: w, image: {}}, {name: x, persistentVolumeClaim: {}}]',
      },
    ],
    [{ spec: 'volumes: [{name: v, hostPath: {path: /}}]' }, { spec: 'volumes: [{name: v, nfs: {}}]' }],
  ],
  [
    'hostPorts',
    'baseline',
    0,
    [{ beside: 'ports: [{containerPort: 80, hostPort: 0}]' }],
    [
      { beside: 'ports: [{containerPort: 80, hostPort: 80}]' },
      { beside: 'ports: [{containerPort: 80}]', spec: 'hostNetwork: true' },
    ],
  ],
  [
    'appArmorProfile',
    'baseline',
    0,
    [
      { pod: 'appArmorProfile: {type: RuntimeDefault}' },
      { annotations: 'container.apparmor.security.beta.kubernetes.io/app: localhost/a' },
    ],
    [
      { pod: 'appArmorProfile: {type: Unconfined}' },
      { container: 'appArmorProfile: {type: Unconfined}' },
      { annotations: 'container.apparmor.security.beta.kubernetes.io/app: unconfined' },
    ],
  ],
  [
    'seLinuxOptions',
    'baseline',
    0,
    [{ pod: 'seLinuxOptions: {type: container_t, level: s0}' }],
    [
      { pod: 'seLinuxOptions: {type: spc_t}' },
      { container: 'seLinuxOptions: {user: a}' },
      { container: 'seLinuxOptions: {role: a}' },
    ],
  ],
  [
    'windowsHostProcess',
    'baseline',
    0,
    [{ pod: 'windowsOptions: {hostProcess: false}' }],
    [{ pod: 'windowsOptions: {hostProcess: true}' }, { container: 'windowsOptions: {hostProcess: true}' }],
  ],
  [
    'hostProbesAndHostLifecycle',
    'baseline',
    34,
    [
      { beside: 'livenessProbe: {httpGet: {path: /}}' },
      { beside: 'startupProbe: {tcpSocket: {host: "", port: 1}}' },
    ],
    [
      { beside: 'livenessProbe: {httpGet: {host: a}}' },
      { beside: 'lifecycle: {preStop: {tcpSocket: {host: a}}}' },
    ],
  ],
])('%s at %s, v1.%i', (check, level, minor, passing, failing) => {
  test.each(passing)('takes %j', (given) => {
    expect(judge(level, minor, given)).not.toContain(check);
  });
  test.each(failing)('refuses %j', (given) => {
    expect(judge(level, minor, given)).toContain(check);
    // Before the version that brings a check, nothing is refused by it; at v1.0 there is no earlier one.
    if (check !== 'seccompProfile_baseline' && minor > 0)
      expect(judge(level, minor - 1, given)).not.toContain(check);
  });
});

test('where restricted has its own check, the baseline one is not told as well', () => {
  const given: Case = {
    pod: 'seccompProfile: {type: Unconfined}',
    container: 'capabilities: {add: [NET_RAW]}, procMount: Unmasked',
    spec: 'volumes: [{name: v, hostPath: {path: /}}]',
  };
  expect(judge('restricted', 37, given)).toEqual([
    'allowPrivilegeEscalation',
    'capabilities_restricted',
    'procMount_restricted',
    'restrictedVolumes',
    'runAsNonRoot',
    'seccompProfile_restricted',
  ]);
});

test('the safe sysctls grew over the versions', () => {
  const refuses = (name: string, minor: number) =>
    judge('baseline', minor, { pod: `sysctls: [{name: ${name}, value: "0"}]` }).includes('sysctls');
  expect(refuses('net.ipv4.ip_unprivileged_port_start', 0)).toBe(false);
  expect([
    refuses('net.ipv4.ip_local_reserved_ports', 26),
    refuses('net.ipv4.ip_local_reserved_ports', 27),
  ]).toEqual([true, false]);
  expect([refuses('net.ipv4.tcp_rmem', 31), refuses('net.ipv4.tcp_rmem', 32)]).toEqual([true, false]);
  expect(refuses('kernel.msgmax', 37)).toBe(true);
});

describe('Windows', () => {
  const bare: Case = { pod: '', container: '', spec: 'os: {name: windows}' };
  test('is relaxed from v1.25, but for runAsNonRoot', () => {
    expect(judge('restricted', 24, bare)).toHaveLength(4);
    expect(judge('restricted', 25, bare)).toEqual(['runAsNonRoot']);
  });
  test('is only what spec.os says', () => {
    expect(
      judge('restricted', 37, { ...bare, spec: 'nodeSelector: {kubernetes.io/os: windows}' }),
    ).toHaveLength(4);
  });
});

describe('user namespaces', () => {
  const given: Case = {
    pod: 'runAsUser: 0, runAsNonRoot: false',
    container: 'procMount: Unmasked',
    spec: 'hostUsers: false',
  };
  test('excuse root and procMount from v1.35', () => {
    expect(judge('baseline', 34, given)).toEqual(['procMount']);
    expect(judge('baseline', 35, given)).toEqual([]);
    expect(judge('restricted', 34, given)).toContain('runAsUser');
    expect(judge('restricted', 35, given)).toEqual([
      'allowPrivilegeEscalation',
      'capabilities_restricted',
      'procMount_restricted',
      'seccompProfile_restricted',
    ]);
  });
  test('are not there when hostUsers is true', () => {
    expect(judge('restricted', 37, { ...given, spec: 'hostUsers: true' })).toContain('runAsNonRoot');
  });
});

test('a pod without containers is only asked about itself', () => {
  expect(refusals({ annotations: {}, spec: {} }, 'restricted')).toEqual([]);
});
