/** Pod Security: the answers of the hover equal those of a judge that shares no code with them, for every level and version. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDocument } from '../../shared/analysis/analyze.ts';
import { type PodSecurityLevel, podSecurityAnswer } from '../../shared/kubernetes/podSecurity.ts';
import { goYamlStream } from '../support/goYaml.ts';
import { manifest } from '../support/manifestArbitrary.ts';
import { type PodSecurityCheck, refusalsOf } from '../support/podSecurity.ts';

const NAMES: Partial<Record<PodSecurityCheck, string>> = {
  hostPathVolumes: 'volumes',
  restrictedVolumes: 'volumes',
};

function nameOf(check: PodSecurityCheck): string {
  return NAMES[check] ?? check.replace(/_(baseline|restricted)$/, '');
}

/** The whole pods of a text with Pod Security's answers to them, and what the judge says of the same pods. */
function answers(text: string, level: PodSecurityLevel, minor: number) {
  const ours: (readonly string[])[] = [];
  const theirs: (readonly string[])[] = [];
  const { objects } = goYamlStream(text);
  for (const object of objects) {
    const pods = readDocument(JSON.stringify(object))?.objects.flatMap((one) => one.pods) ?? [];
    const judged = refusalsOf([object], level, minor);
    for (const [index, pod] of pods.entries()) {
      if (pod.partial) continue;
      const { refusedBy, undecided } = podSecurityAnswer(pod, level, minor);
      expect(undecided).toEqual([]);
      ours.push(refusedBy);
      theirs.push((judged[index] ?? []).map(nameOf).sort());
    }
  }
  return { ours, theirs };
}

test.each<PodSecurityLevel>(['baseline', 'restricted'])('%s', (level) => {
  fc.assert(
    fc.property(manifest({}), fc.integer({ min: 0, max: 37 }), ({ text }, minor) => {
      const { ours, theirs } = answers(text, level, minor);
      expect(ours).toEqual(theirs);
    }),
    { numRuns: Number(process.env.AGREEMENT_RUNS ?? 60) },
  );
});

const pod = (spec: string) => `apiVersion: v1\nkind: Pod\nspec: { ${spec} }\n`;
const web = (fields: string) => `containers: [{ name: web, image: nginx:1.27, ${fields} }]`;

/** Source: the checks of kubernetes/pod-security-admission, policy/check_*.go. */
test.each<[string, string, PodSecurityLevel, number, string, boolean]>([
  ['the network of the node', `hostNetwork: true, ${web('')}`, 'baseline', 37, 'hostNamespaces', true],
  [
    'a port of the node',
    web('ports: [{ containerPort: 80, hostPort: 80 }]'),
    'baseline',
    37,
    'hostPorts',
    true,
  ],
  [
    'any port in the network of the node',
    `hostNetwork: true, ${web('ports: [{ containerPort: 80 }]')}`,
    'baseline',
    37,
    'hostPorts',
    true,
  ],
  [
    'a path of the node',
    `volumes: [{ name: a, hostPath: { path: / } }], ${web('')}`,
    'baseline',
    37,
    'volumes',
    true,
  ],
  ['a volume of no type', `volumes: [{ name: a }], ${web('')}`, 'restricted', 37, 'volumes', false],
  [
    'a network volume',
    `volumes: [{ name: a, nfs: { server: a, path: / } }], ${web('')}`,
    'restricted',
    37,
    'volumes',
    true,
  ],
  [
    'a network volume',
    `volumes: [{ name: a, nfs: { server: a, path: / } }], ${web('')}`,
    'baseline',
    37,
    'volumes',
    false,
  ],
  [
    'a sysctl before it was safe',
    `securityContext: { sysctls: [{ name: net.ipv4.tcp_rmem, value: a }] }, ${web('')}`,
    'baseline',
    31,
    'sysctls',
    true,
  ],
  [
    'a safe sysctl',
    `securityContext: { sysctls: [{ name: net.ipv4.tcp_rmem, value: a }] }, ${web('')}`,
    'baseline',
    32,
    'sysctls',
    false,
  ],
  [
    'a probe of another host',
    web('livenessProbe: { httpGet: { host: a, port: 80 } }'),
    'baseline',
    34,
    'hostProbesAndHostLifecycle',
    true,
  ],
  [
    'a probe of another host',
    web('livenessProbe: { httpGet: { host: a, port: 80 } }'),
    'baseline',
    33,
    'hostProbesAndHostLifecycle',
    false,
  ],
  [
    'an SELinux user',
    web('securityContext: { seLinuxOptions: { user: a } }'),
    'baseline',
    37,
    'seLinuxOptions',
    true,
  ],
  [
    'no AppArmor',
    web('securityContext: { appArmorProfile: { type: Unconfined } }'),
    'baseline',
    37,
    'appArmorProfile',
    true,
  ],
  [
    'a host process',
    web('securityContext: { windowsOptions: { hostProcess: true } }'),
    'baseline',
    37,
    'windowsHostProcess',
    true,
  ],
  [
    'Windows before it was known',
    `os: { name: windows }, ${web('')}`,
    'restricted',
    24,
    'capabilities',
    true,
  ],
  ['Windows', `os: { name: windows }, ${web('')}`, 'restricted', 25, 'capabilities', false],
  [
    'Windows, which can tell root',
    `os: { name: windows }, ${web('')}`,
    'restricted',
    37,
    'runAsNonRoot',
    true,
  ],
  [
    'a user namespace',
    `hostUsers: false, ${web('securityContext: { runAsUser: 0 }')}`,
    'restricted',
    35,
    'runAsUser',
    false,
  ],
  [
    'a user namespace before it counted',
    `hostUsers: false, ${web('securityContext: { runAsUser: 0 }')}`,
    'restricted',
    34,
    'runAsUser',
    true,
  ],
])('%s', (_, spec, level, minor, check, isRefused) => {
  const text = pod(spec);
  const { ours, theirs } = answers(text, level, minor);
  expect(ours).toEqual(theirs);
  expect(ours[0]?.includes(check)).toBe(isRefused);
});
