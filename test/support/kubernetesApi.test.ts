/** Objects that the API server must reject, each with its reason, and objects that it must take: the validator can fail. */

import { describe, expect, test } from 'vitest';
import { WORKLOAD_KINDS } from './effectiveValuesPods.ts';
import { rejections, rejectionsOfText } from './kubernetesApi.ts';
import { fieldNames } from './kubernetesApiSchema.ts';

interface Parts {
  /** Entries of the pod's securityContext. */
  readonly pod?: string;
  /** Entries of the first container's securityContext. */
  readonly context?: string;
  /** Entries of the first container. */
  readonly container?: string;
  /** Entries of the PodSpec. */
  readonly spec?: string;
  readonly annotations?: string;
}

function podText({ pod, context, container, spec, annotations }: Parts): string {
  return [
    'apiVersion: v1',
    'kind: Pod',
    `metadata: {name: p, annotations: {${annotations ?? ''}}}`,
    'spec:',
    ...(pod === undefined ? [] : [`  securityContext: {${pod}}`]),
    '  containers:',
    '    - name: app',
    '      image: nginx',
    ...(context === undefined ? [] : [`      securityContext: {${context}}`]),
    ...(container === undefined ? [] : container.split('\n').map((line) => `      ${line.trim()}`)),
    ...(spec === undefined ? [] : spec.split('\n').map((line) => `  ${line.trim()}`)),
    '',
  ].join('\n');
}

/** `path rule` of each rejection. */
function judge(parts: Parts): readonly string[] {
  return rejectionsOfText(podText(parts)).map(({ path, rule }) => `${path} ${rule}`);
}

const APP = 'spec.containers[0]';
const CONTEXT = `${APP}.securityContext`;

describe('must be rejected', () => {
  test.each<[string, Parts, string]>([
    // Types: the fields are *int64 and *bool, and the scalars of YAML 1.1.
    ['a quoted uid', { context: 'runAsUser: "1000"' }, `${CONTEXT}.runAsUser type`],
    ['a quoted boolean', { context: 'runAsNonRoot: "true"' }, `${CONTEXT}.runAsNonRoot type`],
    ['a word that is no boolean', { context: 'privileged: yEs' }, `${CONTEXT}.privileged type`],
    [
      'a number for a boolean',
      { context: 'readOnlyRootFilesystem: 1' },
      `${CONTEXT}.readOnlyRootFilesystem type`,
    ],
    ['a boolean for a string', { container: 'workingDir: no' }, `${APP}.workingDir type`],
    ['a part of a uid', { context: 'runAsUser: 1.5' }, `${CONTEXT}.runAsUser type`],
    [
      'a list of numbers for one of strings',
      { context: 'capabilities: {drop: [1]}' },
      `${CONTEXT}.capabilities.drop[0] type`,
    ],
    ['a string for a list', { context: 'capabilities: {drop: ALL}' }, `${CONTEXT}.capabilities.drop type`],
    ['a list for a mapping', { context: 'capabilities: [ALL]' }, `${CONTEXT}.capabilities type`],
    [
      'a string for a mapping',
      { context: 'seccompProfile: RuntimeDefault' },
      `${CONTEXT}.seccompProfile type`,
    ],
    ['a number in an annotation', { annotations: 'a: 1' }, 'metadata.annotations.a type'],
    [
      'a port beyond 32 bits',
      { container: 'ports: [{containerPort: 3000000000}]' },
      `${APP}.ports[0].containerPort type`,
    ],
    // Strict decoding: unknown fields, among them every misplaced one.
    ['a field nobody knows', { context: 'runAsRoot: false' }, `${CONTEXT}.runAsRoot unknown-field`],
    ['a field in the wrong case', { context: 'runasuser: 1' }, `${CONTEXT}.runasuser unknown-field`],
    [
      'capabilities at pod level',
      { pod: 'capabilities: {drop: [ALL]}' },
      'spec.securityContext.capabilities unknown-field',
    ],
    [
      'privileged at pod level',
      { pod: 'privileged: false' },
      'spec.securityContext.privileged unknown-field',
    ],
    ['fsGroup on a container', { context: 'fsGroup: 1' }, `${CONTEXT}.fsGroup unknown-field`],
    ['runAsUser straight in a container', { container: 'runAsUser: 1' }, `${APP}.runAsUser unknown-field`],
    ['runAsUser straight in a pod', { spec: 'runAsUser: 1' }, 'spec.runAsUser unknown-field'],
    [
      'automount on a container',
      { container: 'automountServiceAccountToken: false' },
      `${APP}.automountServiceAccountToken unknown-field`,
    ],
    ['resources in a context', { context: 'resources: {}' }, `${CONTEXT}.resources unknown-field`],
    ['a key written twice', { context: 'runAsUser: 1, runAsUser: 2' }, `${CONTEXT}.runAsUser duplicate-key`],
    // Required.
    [
      'a container without a name',
      { spec: 'initContainers: [{image: a}]' },
      'spec.initContainers[0].name required',
    ],
    [
      'a container without an image',
      { spec: 'initContainers: [{name: a}]' },
      'spec.initContainers[0].image required',
    ],
    ['a container that is null', { spec: 'initContainers: [~]' }, 'spec.initContainers[0].name required'],
    [
      'a profile without a type',
      { pod: 'seccompProfile: {}' },
      'spec.securityContext.seccompProfile.type required',
    ],
    // Ids.
    ['a negative uid', { context: 'runAsUser: -1' }, `${CONTEXT}.runAsUser range`],
    ['a uid beyond 2147483647', { pod: 'runAsUser: 2147483648' }, 'spec.securityContext.runAsUser range'],
    ['a negative gid', { pod: 'runAsGroup: -1' }, 'spec.securityContext.runAsGroup range'],
    ['a negative fsGroup', { pod: 'fsGroup: -1' }, 'spec.securityContext.fsGroup range'],
    [
      'a negative supplemental group',
      { pod: 'supplementalGroups: [1, -1]' },
      'spec.securityContext.supplementalGroups[1] range',
    ],
    // Contradictions.
    [
      'no escalation, but privileged',
      { context: 'allowPrivilegeEscalation: false, privileged: true' },
      `${CONTEXT} contradiction`,
    ],
    [
      'no escalation, but CAP_SYS_ADMIN',
      { context: 'allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}' },
      `${CONTEXT} contradiction`,
    ],
    // Seccomp.
    [
      'an unknown type',
      { pod: 'seccompProfile: {type: runtime/default}' },
      'spec.securityContext.seccompProfile.type unsupported-value',
    ],
    [
      'Localhost without a profile',
      { pod: 'seccompProfile: {type: Localhost}' },
      'spec.securityContext.seccompProfile.localhostProfile required',
    ],
    [
      'a profile without Localhost',
      { context: 'seccompProfile: {type: RuntimeDefault, localhostProfile: a}' },
      `${CONTEXT}.seccompProfile.localhostProfile forbidden`,
    ],
    [
      'an absolute profile',
      { context: 'seccompProfile: {type: Localhost, localhostProfile: /a}' },
      `${CONTEXT}.seccompProfile.localhostProfile unsupported-value`,
    ],
    [
      'a profile that climbs',
      { context: 'seccompProfile: {type: Localhost, localhostProfile: a/../../b}' },
      `${CONTEXT}.seccompProfile.localhostProfile unsupported-value`,
    ],
    [
      'an ill-formed annotation',
      { annotations: 'seccomp.security.alpha.kubernetes.io/pod: default' },
      'metadata.annotations["seccomp.security.alpha.kubernetes.io/pod"] unsupported-value',
    ],
    [
      'an annotation that is null',
      { annotations: 'seccomp.security.alpha.kubernetes.io/pod: ~' },
      'metadata.annotations["seccomp.security.alpha.kubernetes.io/pod"] unsupported-value',
    ],
    [
      'an annotation that is not the field',
      {
        annotations: 'seccomp.security.alpha.kubernetes.io/pod: unconfined',
        pod: 'seccompProfile: {type: RuntimeDefault}',
      },
      'metadata.annotations["seccomp.security.alpha.kubernetes.io/pod"] contradiction',
    ],
    [
      'an annotation that is not the field of its container',
      {
        annotations: 'container.seccomp.security.alpha.kubernetes.io/app: localhost/a',
        context: 'seccompProfile: {type: Localhost, localhostProfile: b}',
      },
      'metadata.annotations["container.seccomp.security.alpha.kubernetes.io/app"] contradiction',
    ],
    // AppArmor.
    [
      'an unknown AppArmor type',
      { pod: 'appArmorProfile: {type: default}' },
      'spec.securityContext.appArmorProfile.type unsupported-value',
    ],
    [
      'an AppArmor profile without Localhost',
      { pod: 'appArmorProfile: {type: RuntimeDefault, localhostProfile: a}' },
      'spec.securityContext.appArmorProfile.localhostProfile forbidden',
    ],
    [
      'an AppArmor annotation for nobody',
      { annotations: 'container.apparmor.security.beta.kubernetes.io/other: runtime/default' },
      'metadata.annotations["container.apparmor.security.beta.kubernetes.io/other"] not-found',
    ],
    [
      'an AppArmor annotation that is not the field',
      {
        annotations: 'container.apparmor.security.beta.kubernetes.io/app: unconfined',
        context: 'appArmorProfile: {type: RuntimeDefault}',
      },
      'metadata.annotations["container.apparmor.security.beta.kubernetes.io/app"] contradiction',
    ],
    [
      'an AppArmor annotation that is not the field of the pod',
      {
        annotations: 'container.apparmor.security.beta.kubernetes.io/app: ""',
        pod: 'appArmorProfile: {type: RuntimeDefault}',
      },
      'metadata.annotations["container.apparmor.security.beta.kubernetes.io/app"] contradiction',
    ],
    // Quantities.
    [
      'K alone',
      { container: 'resources: {limits: {memory: 1K}}' },
      `${APP}.resources.limits.memory quantity`,
    ],
    ['MB', { container: 'resources: {limits: {memory: 128MB}}' }, `${APP}.resources.limits.memory quantity`],
    [
      'mi',
      { container: 'resources: {requests: {memory: 128mi}}' },
      `${APP}.resources.requests.memory quantity`,
    ],
    [
      'an empty amount',
      { container: 'resources: {requests: {cpu: ""}}' },
      `${APP}.resources.requests.cpu quantity`,
    ],
    [
      'a boolean amount',
      { container: 'resources: {requests: {cpu: yes}}' },
      `${APP}.resources.requests.cpu quantity`,
    ],
    [
      'a negative amount',
      { container: 'resources: {limits: {cpu: -1}}' },
      `${APP}.resources.limits.cpu resource`,
    ],
    [
      'a request above its limit',
      { container: 'resources: {requests: {cpu: 1001m}, limits: {cpu: 1}}' },
      `${APP}.resources.requests.cpu resource`,
    ],
    [
      'a request above its limit in another unit',
      { container: 'resources: {requests: {memory: 1Gi}, limits: {memory: 1G}}' },
      `${APP}.resources.requests.memory resource`,
    ],
    ['mem', { container: 'resources: {limits: {mem: 1Gi}}' }, `${APP}.resources.limits.mem resource`],
    ['CPU', { container: 'resources: {limits: {CPU: 1}}' }, `${APP}.resources.limits.CPU resource`],
    [
      'half a device',
      { container: 'resources: {limits: {vendor.com/gpu: 500m}}' },
      `${APP}.resources.limits["vendor.com/gpu"] resource`,
    ],
    [
      'a device requested without limit',
      { container: 'resources: {requests: {vendor.com/gpu: 1}}' },
      `${APP}.resources.requests["vendor.com/gpu"] resource`,
    ],
    [
      'fewer devices requested than limited',
      { container: 'resources: {requests: {vendor.com/gpu: 1}, limits: {vendor.com/gpu: 2}}' },
      `${APP}.resources.requests["vendor.com/gpu"] resource`,
    ],
    [
      'huge pages alone',
      { container: 'resources: {limits: {hugepages-2Mi: 4Mi}}' },
      `${APP}.resources resource`,
    ],
    [
      'a page and a half',
      { container: 'resources: {limits: {cpu: 1, hugepages-2Mi: 3Mi}}' },
      `${APP}.resources.limits.hugepages-2Mi resource`,
    ],
    [
      'a claim that the pod has not',
      { container: 'resources: {claims: [{name: gpu}]}' },
      `${APP}.resources.claims[0] resource`,
    ],
    [
      'a probe of an init container',
      { spec: 'initContainers: [{name: i, image: a, livenessProbe: {}}]' },
      'spec.initContainers[0].livenessProbe forbidden',
    ],
    [
      'a blank image',
      { spec: 'initContainers: [{name: i, image: " "}]' },
      'spec.initContainers[0].image unsupported-value',
    ],
    // Pod-level resources.
    ['claims at pod level', { spec: 'resources: {claims: [{name: a}]}' }, 'spec.resources.claims resource'],
    [
      'ephemeral storage at pod level',
      { spec: 'resources: {limits: {ephemeral-storage: 1Gi}}' },
      'spec.resources.limits.ephemeral-storage resource',
    ],
    [
      'a pod request below what its containers ask for',
      { container: 'resources: {requests: {cpu: 2}}', spec: 'resources: {requests: {cpu: 1}}' },
      'spec.resources.requests.cpu resource',
    ],
    [
      'a pod limit below what its containers ask for',
      { container: 'resources: {requests: {cpu: 2}}', spec: 'resources: {limits: {cpu: 1}}' },
      'spec.resources.requests.cpu resource',
    ],
    [
      'a container limit above that of the pod',
      {
        container: 'resources: {requests: {cpu: 1}, limits: {cpu: 3}}',
        spec: 'resources: {limits: {cpu: 2}}',
      },
      `${APP}.resources.limits.cpu resource`,
    ],
    [
      'sidecars and containers above the pod together',
      {
        container: 'resources: {requests: {cpu: 1}}',
        spec: 'resources: {requests: {cpu: 1500m}}\ninitContainers: [{name: s, image: a, restartPolicy: Always, resources: {requests: {cpu: 1}}}]',
      },
      'spec.resources.requests.cpu resource',
    ],
    // User namespaces.
    [
      'hostUsers false with hostNetwork',
      { spec: 'hostUsers: false\nhostNetwork: true' },
      'spec.hostNetwork contradiction',
    ],
    [
      'hostUsers false with hostPID',
      { spec: 'hostUsers: false\nhostPID: true' },
      'spec.hostPID contradiction',
    ],
    [
      'hostUsers false with hostIPC',
      { spec: 'hostUsers: false\nhostIPC: true' },
      'spec.hostIPC contradiction',
    ],
    [
      'hostUsers false with a device',
      {
        container: 'volumeDevices: [{name: v, devicePath: /v}]',
        spec: 'hostUsers: false\nvolumes: [{name: v, persistentVolumeClaim: {claimName: v}}]',
      },
      `${APP}.volumeDevices contradiction`,
    ],
    [
      'Unmasked without a user namespace',
      { context: 'procMount: Unmasked' },
      `${CONTEXT}.procMount contradiction`,
    ],
    // Windows.
    ['an unknown system', { spec: 'os: {name: bsd}' }, 'spec.os.name unsupported-value'],
    ...[
      'appArmorProfile: {type: Unconfined}',
      'seLinuxOptions: {}',
      'seccompProfile: {type: RuntimeDefault}',
      'fsGroup: 1',
    ]
      .concat([
        'fsGroupChangePolicy: Always',
        'sysctls: [{name: a, value: b}]',
        'runAsUser: 1',
        'runAsGroup: 1',
      ])
      .concat([
        'supplementalGroups: [1]',
        'supplementalGroupsPolicy: Merge',
        'seLinuxChangePolicy: Recursive',
      ])
      .map((entry): [string, Parts, string] => [
        `${entry} of a Windows pod`,
        { pod: entry, spec: 'os: {name: windows}' },
        `spec.securityContext.${entry.split(':')[0]} forbidden`,
      ]),
    ...[
      'hostPID: true',
      'hostIPC: true',
      'hostUsers: true',
      'shareProcessNamespace: true',
      'resources: {limits: {cpu: 1}}',
    ].map((entry): [string, Parts, string] => [
      `${entry} in a Windows pod`,
      { spec: `os: {name: windows}\n${entry}` },
      `spec.${entry.split(':')[0]} forbidden`,
    ]),
    ...[
      'appArmorProfile: {type: Unconfined}',
      'seLinuxOptions: {}',
      'seccompProfile: {type: RuntimeDefault}',
      'capabilities: {}',
    ]
      .concat([
        'readOnlyRootFilesystem: true',
        'privileged: false',
        'allowPrivilegeEscalation: false',
        'procMount: Default',
      ])
      .concat(['runAsUser: 1', 'runAsGroup: 1'])
      .map((entry): [string, Parts, string] => [
        `${entry} on a Windows container`,
        { context: entry, spec: 'os: {name: windows}' },
        `${CONTEXT}.${entry.split(':')[0]} forbidden`,
      ]),
    [
      'windowsOptions on Linux',
      { pod: 'windowsOptions: {}', spec: 'os: {name: linux}' },
      'spec.securityContext.windowsOptions forbidden',
    ],
    // Ephemeral containers.
    ...[
      'resources: {limits: {cpu: 1}}',
      'ports: [{containerPort: 1}]',
      'livenessProbe: {}',
      'lifecycle: {}',
    ].map((entry): [string, Parts, string] => [
      `${entry.split(':')[0]} of an ephemeral container`,
      { spec: `ephemeralContainers: [{name: e, image: a, ${entry}}]` },
      `spec.ephemeralContainers[0].${entry.split(':')[0]} forbidden`,
    ]),
    [
      'a subPath in an ephemeral container',
      {
        spec: 'volumes: [{name: v}]\nephemeralContainers: [{name: e, image: a, volumeMounts: [{name: v, mountPath: /v, subPath: s}]}]',
      },
      'spec.ephemeralContainers[0].volumeMounts[0].subPath forbidden',
    ],
    // Names and volumes.
    [
      'two containers of one name',
      { spec: 'initContainers: [{name: app, image: a}]' },
      'spec.containers[0].name duplicate',
    ],
    [
      'a container name in capitals',
      { spec: 'initContainers: [{name: App, image: a}]' },
      'spec.initContainers[0].name unsupported-value',
    ],
    [
      'two volumes of one name',
      { spec: 'volumes: [{name: v}, {name: v}]' },
      'spec.volumes[1].name duplicate',
    ],
    [
      'a volume of two types',
      { spec: 'volumes: [{name: v, emptyDir: {}, secret: {secretName: s}}]' },
      'spec.volumes[0] forbidden',
    ],
    [
      'a mount without its volume',
      { container: 'volumeMounts: [{name: tmp, mountPath: /tmp}]' },
      `${APP}.volumeMounts[0].name not-found`,
    ],
    [
      'two mounts at one path',
      {
        container: 'volumeMounts: [{name: v, mountPath: /tmp}, {name: w, mountPath: /tmp}]',
        spec: 'volumes: [{name: v}, {name: w}]',
      },
      `${APP}.volumeMounts[1].mountPath duplicate`,
    ],
    [
      'two containers with one port in the network of the node',
      { container: 'ports: [{containerPort: 80}, {containerPort: 80}]', spec: 'hostNetwork: true' },
      `${APP}.ports[1].hostPort duplicate`,
    ],
    // Sysctls.
    [
      'a sysctl of the node',
      {
        pod: 'sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: "0"}]',
        spec: 'hostNetwork: true',
      },
      'spec.securityContext.sysctls[0].name forbidden',
    ],
    [
      'a sysctl twice',
      { pod: 'sysctls: [{name: a, value: "0"}, {name: a, value: "1"}]' },
      'spec.securityContext.sysctls[1].name duplicate',
    ],
    [
      'a sysctl that is a number',
      { pod: 'sysctls: [{name: a, value: 0}]' },
      'spec.securityContext.sysctls[0].value type',
    ],
    [
      'an unknown change policy',
      { pod: 'fsGroupChangePolicy: onRootMismatch' },
      'spec.securityContext.fsGroupChangePolicy unsupported-value',
    ],
  ])('%s', (_, parts, expected) => {
    expect(judge(parts)).toContain(expected);
  });

  test('ephemeral containers in a template, and a Deployment without selector', () => {
    const text = `
      apiVersion: apps/v1
      kind: Deployment
      spec: {template: {spec: {containers: [{name: a, image: a}], ephemeralContainers: [{name: e, image: a}]}}}`;
    expect(rejectionsOfText(text).map(({ path, rule }) => `${path} ${rule}`)).toEqual([
      'spec.selector required',
      'spec.template.spec.ephemeralContainers forbidden',
    ]);
  });

  test.each(['securityContext', 'automountServiceAccountToken'])(
    '%s on the spec of a Deployment',
    (field) => {
      const object = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { [field]: null, template: {} } };
      expect(rejections([object]).map(({ path }) => path)).toContain(`spec.${field}`);
    },
  );

  test('a wrong item of a list', () => {
    const item = { spec: { containers: [{ name: 'a', image: 'a', securityContext: { runAsUser: '1' } }] } };
    expect(rejections([{ apiVersion: 'v1', kind: 'PodList', items: [item] }])).toEqual([
      {
        object: 0,
        path: 'items[0].spec.containers[0].securityContext.runAsUser',
        rule: 'type',
        message: 'must be an integer, is the string "1"',
      },
    ]);
  });

  test('a ServiceAccount with a quoted boolean', () => {
    const object = { apiVersion: 'v1', kind: 'ServiceAccount', automountServiceAccountToken: 'false' };
    expect(rejections([object]).map(({ path }) => path)).toEqual(['automountServiceAccountToken']);
  });
});

describe('must be taken', () => {
  test.each<[string, Parts]>([
    ['a bare pod', {}],
    [
      'a hardened pod',
      {
        pod: 'runAsUser: 10001, runAsGroup: 10001, runAsNonRoot: true, fsGroup: 10001, fsGroupChangePolicy: OnRootMismatch, seccompProfile: {type: RuntimeDefault}',
        context:
          'allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}',
        container:
          'resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 500m, memory: 256Mi}}\nvolumeMounts: [{name: tmp, mountPath: /tmp}]',
        spec: 'automountServiceAccountToken: false\nvolumes: [{name: tmp, emptyDir: {}}]',
      },
    ],
    [
      'root that must not be root, which only the kubelet refuses',
      { context: 'runAsUser: 0, runAsNonRoot: true' },
    ],
    [
      'SYS_ADMIN without escalation, an open bug of validation',
      { context: 'allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN]}' },
    ],
    [
      'capabilities of any name',
      { context: 'capabilities: {add: [chown, CAP_KILL, NONSENSE], drop: [all]}' },
    ],
    [
      'the booleans of YAML 1.1',
      { context: 'privileged: off, runAsNonRoot: Yes, readOnlyRootFilesystem: ON' },
    ],
    ['the integers of YAML 1.1', { context: 'runAsUser: 0x3e8, runAsGroup: 01750', pod: 'fsGroup: 1_000' }],
    ['the ends of the ids', { context: 'runAsUser: 0, runAsGroup: 2147483647' }],
    [
      'null everywhere',
      {
        context: 'runAsUser: ~, capabilities: ~, seccompProfile: ~',
        pod: 'sysctls: ~',
        spec: 'volumes: ~\nos: ~',
      },
    ],
    ['empty contexts', { context: 'capabilities: {}', pod: '' }],
    [
      'quantities of every kind',
      { container: 'resources: {limits: {cpu: .5, memory: "1e3"}, requests: {cpu: 100m, memory: 0.5Ki}}' },
    ],
    ['a fraction of a byte, which is only a warning', { container: 'resources: {limits: {memory: 128m}}' }],
    ['an amount that is null', { container: 'resources: {limits: {memory: ~}}' }],
    [
      'a limit without a request',
      { container: 'resources: {limits: {vendor.com/gpu: 1, cpu: 1, hugepages-2Mi: 4Mi}}' },
    ],
    [
      'a request of 1000m and a limit of 1',
      { container: 'resources: {requests: {cpu: 1000m}, limits: {cpu: 1}}' },
    ],
    [
      'resources at pod level',
      {
        container: 'resources: {requests: {cpu: 1}}',
        spec: 'resources: {requests: {cpu: 1}, limits: {cpu: 2, memory: 1Gi}}',
      },
    ],
    [
      'an init container as large as the pod',
      {
        container: 'resources: {requests: {cpu: 1}}',
        spec: 'resources: {requests: {cpu: 1}}\ninitContainers: [{name: i, image: a, resources: {requests: {cpu: 1}}}]',
      },
    ],
    [
      'an annotation that is the field',
      {
        annotations: 'seccomp.security.alpha.kubernetes.io/pod: docker/default',
        pod: 'seccompProfile: {type: RuntimeDefault}',
      },
    ],
    [
      'an annotation of a container that is its field',
      {
        annotations: 'container.seccomp.security.alpha.kubernetes.io/app: localhost/a/b',
        context: 'seccompProfile: {type: Localhost, localhostProfile: a/b}',
      },
    ],
    [
      'an annotation without a field',
      { annotations: 'seccomp.security.alpha.kubernetes.io/pod: unconfined' },
    ],
    [
      'a Windows pod',
      {
        pod: 'runAsNonRoot: true, windowsOptions: {runAsUserName: u}',
        container: 'resources: {limits: {cpu: 1}}',
        spec: 'os: {name: windows}',
      },
    ],
    [
      'Linux settings under a nodeSelector for Windows',
      { context: 'privileged: true', spec: 'nodeSelector: {kubernetes.io/os: windows}' },
    ],
    [
      'an init container with a larger limit than the pod, which only containers may not have',
      {
        spec: 'resources: {limits: {memory: 1Gi}}\ninitContainers: [{name: i, image: a, resources: {requests: {memory: 1Mi}, limits: {memory: 2Gi}}}]',
      },
    ],
    ['an unmasked /proc in a user namespace', { context: 'procMount: Unmasked', spec: 'hostUsers: false' }],
    [
      'an ephemeral container',
      {
        spec: 'ephemeralContainers: [{name: e, image: a, securityContext: {privileged: true}, resources: {}}]',
      },
    ],
    [
      'a volume without a source, which becomes an emptyDir',
      { container: 'volumeMounts: [{name: v, mountPath: /v}]', spec: 'volumes: [{name: v, emptyDir: ~}]' },
    ],
    [
      'the safe sysctl for low ports',
      { pod: 'sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: "80"}]' },
    ],
  ])('%s', (_, parts) => {
    expect(rejectionsOfText(podText(parts))).toEqual([]);
  });

  test('every workload kind in every version, alone and in lists', () => {
    const pod = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'app', image: 'a' }] } };
    for (const [kind, { apiVersions, pod: path }] of Object.entries(WORKLOAD_KINDS)) {
      const parts = path.reduceRight<object>((inner, key) => ({ [key]: inner }), pod) as { spec?: object };
      const selector = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].includes(kind)
        ? { selector: {} }
        : {};
      const schedule = kind === 'CronJob' ? { schedule: '* * * * *' } : {};
      const spec = parts.spec && { ...parts.spec, ...selector, ...schedule };
      for (const apiVersion of apiVersions) {
        const object = { ...parts, ...(spec && { spec }), apiVersion, kind } as never;
        expect(rejections([object])).toEqual([]);
        expect(rejections([{ apiVersion: 'v1', kind: 'List', items: [object] } as never])).toEqual([]);
        const { apiVersion: _, kind: __, ...item } = object as { apiVersion: string; kind: string };
        expect(rejections([{ apiVersion, kind: `${kind}List`, items: [item] } as never])).toEqual([]);
      }
    }
  });

  test('claims of a StatefulSet are volumes', () => {
    const text = `
      apiVersion: apps/v1
      kind: StatefulSet
      spec:
        selector: {matchLabels: {a: b}}
        template: {spec: {containers: [{name: a, image: a, volumeMounts: [{name: data, mountPath: /data}]}]}}
        volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]`;
    expect(rejectionsOfText(text)).toEqual([]);
  });

  test('of other kinds nothing is known', () => {
    expect(
      rejections([
        { apiVersion: 'v1', kind: 'ConfigMap', data: 1 },
        { kind: 'Job', apiVersion: 'x/v1' },
        null,
        1,
      ]),
    ).toEqual([]);
  });
});

test('the table has the fields of the two contexts, and no others', () => {
  const shared =
    'appArmorProfile runAsGroup runAsNonRoot runAsUser seLinuxOptions seccompProfile windowsOptions'.split(
      ' ',
    );
  const container = 'allowPrivilegeEscalation capabilities privileged procMount readOnlyRootFilesystem'.split(
    ' ',
  );
  const pod =
    'fsGroup fsGroupChangePolicy seLinuxChangePolicy supplementalGroups supplementalGroupsPolicy sysctls'.split(
      ' ',
    );
  expect([...fieldNames('SecurityContext')].sort()).toEqual([...shared, ...container].sort());
  expect([...fieldNames('PodSecurityContext')].sort()).toEqual([...shared, ...pod].sort());
});
