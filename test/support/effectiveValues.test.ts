/** Shows on small manifests what the independent evaluator reads from a pod, and which findings follow from it. */

import { describe, expect, test } from 'vitest';
import { effectivePods } from './effectiveValues.ts';
import { type ExpectedCheck, type ExpectedOptions, expectedFindings } from './effectiveValuesFindings.ts';
import { goYamlStream } from './goYaml.ts';

/** `container check (subject)` per finding, sorted; a finding of the pod has `pod` in the place of the container. */
function findings(text: string, options: Partial<ExpectedOptions> = {}): readonly string[] {
  const { objects, duplicateKeys } = goYamlStream(text);
  return expectedFindings(objects, { duplicateKeys, ...options })
    .map(({ container, check, subject }) => {
      const place = container === null ? 'pod' : (container.name ?? `${container.list}[${container.index}]`);
      return subject === undefined ? `${place} ${check}` : `${place} ${check} (${subject})`;
    })
    .sort();
}

/** The same, of the named checks or practices only. */
function only(
  checks: readonly string[],
  text: string,
  options: Partial<ExpectedOptions> = {},
): readonly string[] {
  return findings(text, options).filter((finding) =>
    checks.some((check) => finding.split(' ')[1]?.startsWith(check) ?? false),
  );
}

/** A pod with these lines in its spec; `app` is complete and hardened but for what `context` says. */
function pod(spec: string, containers = '[{name: app, image: a}]'): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: ${containers}\n  ${spec}\n`;
}

const HARDENED = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsUser: 10001, runAsGroup: 10001, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: app
          image: nginx
          resources: {limits: {cpu: 1, memory: 1Gi}}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
`;

describe('a whole pod', () => {
  test('a hardened Deployment has no finding', () => {
    expect(findings(HARDENED)).toEqual([]);
  });

  test('a bare pod misses all eight practices', () => {
    expect(findings(pod(''))).toEqual([
      'app capabilities/non-root-unset',
      'app capabilities/not-dropped',
      'app privilege-escalation/not-denied',
      'app read-only-root-filesystem/writable',
      'app resources/cpu-limit',
      'app resources/cpu-request',
      'app resources/memory-limit',
      'app resources/memory-request',
      'app root-user/group-unset',
      'app root-user/unset',
      'app seccomp/missing',
      'app security-context/missing',
      'pod service-account-token/mounted',
    ]);
  });

  test.each([
    ['v1', 'Pod', 'spec'],
    ['v1', 'PodTemplate', 'template.spec'],
    ['v1', 'ReplicationController', 'spec.template.spec'],
    ['apps/v1', 'Deployment', 'spec.template.spec'],
    ['apps/v1beta1', 'Deployment', 'spec.template.spec'],
    ['apps/v1beta2', 'Deployment', 'spec.template.spec'],
    ['extensions/v1beta1', 'Deployment', 'spec.template.spec'],
    ['apps/v1', 'ReplicaSet', 'spec.template.spec'],
    ['apps/v1', 'StatefulSet', 'spec.template.spec'],
    ['apps/v1', 'DaemonSet', 'spec.template.spec'],
    ['batch/v1', 'Job', 'spec.template.spec'],
    ['batch/v1', 'CronJob', 'spec.jobTemplate.spec.template.spec'],
    ['batch/v1beta1', 'CronJob', 'spec.jobTemplate.spec.template.spec'],
    ['batch/v2alpha1', 'CronJob', 'spec.jobTemplate.spec.template.spec'],
  ])('%s %s keeps its pod at %s', (apiVersion, kind, path) => {
    const nested = path.split('.').reduceRight<object>((inner, key) => ({ [key]: inner }), {
      containers: [{ name: 'app', image: 'a' }],
    });
    const object = { apiVersion, kind, ...nested } as never;
    const pods = new Set(expectedFindings([object]).map((finding) => finding.pod));
    expect([...pods]).toEqual([path]);
    const listed = expectedFindings([{ apiVersion: 'v1', kind: 'List', items: [object] } as never]);
    expect(new Set(listed.map((finding) => finding.pod))).toEqual(new Set([`items[0].${path}`]));
    // The items of a typed list carry no kind of their own.
    const typed = expectedFindings([{ apiVersion, kind: `${kind}List`, items: [{ ...nested }] } as never]);
    expect(new Set(typed.map((finding) => finding.pod))).toEqual(new Set([`items[0].${path}`]));
  });

  test.each([
    ['batch.volcano.sh/v1alpha1', 'Job'],
    ['apps.kruise.io/v1alpha1', 'StatefulSet'],
    ['apps/v1', 'Job'],
    ['v1', 'Deployment'],
    ['v1', 'Service'],
  ])('%s %s is not a built-in workload', (apiVersion, kind) => {
    expect(effectivePods([{ apiVersion, kind, spec: { template: { spec: { containers: [] } } } }])).toEqual(
      [],
    );
  });

  test.each(['', '~', '[]', 'text'])('a PodSpec that is "%s" is no pod', (spec) => {
    expect(findings(`apiVersion: v1\nkind: Pod\nspec: ${spec}`)).toEqual([]);
  });
});

describe('containers', () => {
  test('init containers and sidecars are judged like the others', () => {
    const text = pod('initContainers: [{name: side, image: a, restartPolicy: Always}]');
    expect(
      findings(text)
        .filter((finding) => finding.startsWith('side'))
        .map((finding) => finding.slice(5)),
    ).toEqual(
      findings(text)
        .filter((finding) => finding.startsWith('app'))
        .map((finding) => finding.slice(4)),
    );
  });

  test('an ephemeral container of a Pod is judged on everything but resources', () => {
    const own = findings(pod('ephemeralContainers: [{name: debug, image: a}]'));
    expect(own.filter((finding) => finding.startsWith('debug'))).toEqual([
      'debug capabilities/non-root-unset',
      'debug capabilities/not-dropped',
      'debug privilege-escalation/not-denied',
      'debug read-only-root-filesystem/writable',
      'debug root-user/group-unset',
      'debug root-user/unset',
      'debug seccomp/missing',
      'debug security-context/missing',
    ]);
  });

  test('an ephemeral container of a template is not spoken of, and does not make the template a patch', () => {
    const text = HARDENED.replace('containers:', 'ephemeralContainers: [{name: debug}]\n      containers:');
    expect(findings(text)).toEqual([]);
  });
});

describe('a patch', () => {
  const patch = (container: string, spec = '') => pod(spec, `[{name: app, ${container}}]`);

  test('lacks nothing', () => {
    expect(findings(patch(''))).toEqual([]);
    expect(findings(patch('image: ""'))).toEqual([]);
    expect(findings(patch('image:'))).toEqual([]);
    expect(findings(pod('', '[]'))).toEqual([]);
    expect(
      findings(pod('initContainers: [{name: i, image: a, securityContext: {privileged: true}}]', '[]')),
    ).toEqual(['i privilege-escalation/privileged', 'i read-only-root-filesystem/writable']);
  });

  test('still says what it writes', () => {
    const text = patch(
      `securityContext: {allowPrivilegeEscalation: true, readOnlyRootFilesystem: false, runAsUser: 0, runAsGroup: 0,
        runAsNonRoot: false, seccompProfile: {type: Unconfined}, capabilities: {drop: [NET_RAW], add: [NET_RAW]}}`,
      'automountServiceAccountToken: true',
    );
    expect(findings(text)).toEqual([
      'app capabilities/forbidden (NET_RAW)',
      'app capabilities/non-root-false',
      'app capabilities/not-dropped',
      'app privilege-escalation/allowed',
      'app read-only-root-filesystem/writable',
      'app root-user/root',
      'app root-user/root-group',
      'app seccomp/unconfined',
      'pod service-account-token/mounted',
    ]);
  });

  test('leaves its complete siblings only what no pod can give them', () => {
    expect(findings(pod('', '[{name: app, image: a}, {name: patched}]'))).toEqual([
      'app capabilities/not-dropped',
      'app privilege-escalation/not-denied',
      'app read-only-root-filesystem/writable',
      'app security-context/missing',
    ]);
  });
});

describe('inheritance', () => {
  test('a container inherits each field by itself', () => {
    const [read] = effectivePods(
      goYamlStream(
        pod(
          'securityContext: {runAsUser: 1, runAsNonRoot: true}',
          '[{name: app, image: a, securityContext: {runAsUser: 2, runAsGroup: 3}}]',
        ),
      ).objects,
    );
    expect(read?.containers[0]).toMatchObject({
      runAsUser: { value: 2, origin: 'container' },
      runAsGroup: { value: 3, origin: 'container' },
      runAsNonRoot: { value: true, origin: 'pod' },
      seccompProfile: { state: 'absent' },
    });
  });

  test('null is as good as nothing', () => {
    const text = pod(
      'securityContext: {runAsUser: 10001, seccompProfile: ~}',
      '[{name: app, image: a, securityContext: {runAsUser: null, capabilities: null, runAsNonRoot: }}]',
    );
    expect(only(['root-user', 'seccomp', 'capabilities', 'security-context'], text)).toEqual([
      'app capabilities/non-root-unset',
      'app capabilities/not-dropped',
      'app root-user/group-unset',
      'app seccomp/missing',
    ]);
  });

  test('a container that writes an empty seccomp profile replaces the profile of the pod', () => {
    const text = pod(
      'securityContext: {seccompProfile: {type: RuntimeDefault}}',
      '[{name: app, image: a, securityContext: {seccompProfile: {}}}, {name: b, image: a}]',
    );
    expect(only(['seccomp'], text)).toEqual(['app seccomp/missing']);
  });
});

describe('security-context/missing', () => {
  const judge = (context: string) =>
    only(['security-context/missing'], pod('', `[{name: app, image: a, ${context}}]`));

  test.each(['', 'securityContext:', 'securityContext: {}'])('"%s" is missing', (context) => {
    expect(judge(context)).toEqual(['app security-context/missing']);
  });
  test('any key makes it present', () => {
    expect(judge('securityContext: {runAsUser: }')).toEqual([]);
  });
  test('the context of the pod does not stand in for it', () => {
    expect(only(['security-context'], pod('securityContext: {runAsUser: 10001}'))).toEqual([
      'app security-context/missing',
    ]);
  });
});

describe('privilege-escalation', () => {
  const judge = (context: string) =>
    only(['privilege-escalation'], pod('', `[{name: app, image: a, securityContext: {${context}}}]`)).map(
      (finding) => finding.replace('app privilege-escalation/', ''),
    );

  test.each([
    ['allowPrivilegeEscalation: false', []],
    ['allowPrivilegeEscalation: no', []],
    ['allowPrivilegeEscalation: true', ['allowed']],
    ['', ['not-denied']],
    ['privileged: true', ['privileged']],
    ['privileged: false', ['not-denied']],
    ['privileged: true, allowPrivilegeEscalation: true', ['allowed', 'privileged']],
    ['privileged: true, allowPrivilegeEscalation: false', ['ineffective', 'privileged']],
    ['capabilities: {add: [CAP_SYS_ADMIN]}, allowPrivilegeEscalation: false', ['ineffective']],
    ['capabilities: {add: [SYS_ADMIN]}, allowPrivilegeEscalation: false', ['undermined']],
    ['capabilities: {add: [ALL]}, allowPrivilegeEscalation: false', ['undermined']],
    ['capabilities: {add: [NET_RAW]}, allowPrivilegeEscalation: false', []],
    [
      'privileged: true, capabilities: {add: [SYS_ADMIN]}, allowPrivilegeEscalation: false',
      ['ineffective', 'privileged'],
    ],
  ])('%s', (context, expected) => {
    expect(judge(context)).toEqual(expected);
  });
});

describe('root-user', () => {
  const judge = (podContext: string, context = '', more = '') =>
    only(
      ['root-user'],
      pod(
        `securityContext: {${podContext}}\n  ${more}`,
        `[{name: app, image: a, securityContext: {${context}}}]`,
      ),
    )
      .map((finding) => finding.replace('root-user/', ''))
      .filter((finding) => finding !== 'app group-unset');

  test.each([
    ['runAsUser: 0', '', ['pod root']],
    ['runAsUser: 0', 'runAsUser: 10001', ['pod root']],
    ['runAsUser: 0', 'runAsUser: 0', ['app root', 'pod root']],
    ['', 'runAsUser: 0', ['app root']],
    ['', '', ['app unset']],
    ['runAsNonRoot: true', '', ['app unpinned']],
    ['runAsNonRoot: true', 'runAsNonRoot: false', ['app unset']],
    ['runAsNonRoot: "true"', '', []],
    ['runAsUser: 1000', '', ['pod low-uid']],
    ['runAsUser: 1000', 'runAsUser: 10001', []],
    ['runAsUser: 1001', '', []],
    ['', 'runAsUser: 1', ['app low-uid']],
    ['runAsGroup: 0', '', ['app unset', 'pod root-group']],
    ['runAsUser: 10001, runAsGroup: 3000', '', ['pod low-gid']],
    ['runAsUser: 10001, runAsGroup: 3001', '', []],
    ['runAsUser: 10001, runAsGroup: 0', 'runAsGroup: 5', ['app low-gid', 'pod root-group']],
    ['runAsUser: 10001', 'runAsGroup: 0', ['app root-group']],
    ['runAsUser: "1000"', '', []],
    ['runAsUser: -1', '', []],
  ])('pod {%s} container {%s}', (podContext, context, expected) => {
    expect(judge(podContext, context)).toEqual(expected);
  });

  test('a group nowhere written is told', () => {
    expect(only(['root-user/group'], pod('securityContext: {runAsUser: 10001}'))).toEqual([
      'app root-user/group-unset',
    ]);
  });

  test('in a user namespace root is harmless, from the version that says so', () => {
    const text = pod('hostUsers: false\n  securityContext: {runAsUser: 0, runAsNonRoot: true}');
    const checks = ['root-user/root', 'root-user/unset', 'capabilities/non-root'];
    expect(only(checks, text)).toEqual([]);
    expect(only(checks, text, { kubernetesMinor: 34 })).toEqual([
      'pod capabilities/non-root-conflict',
      'pod root-user/root',
    ]);
  });
});

describe('resources', () => {
  const judge = (container: string, spec = '', options: Partial<ExpectedOptions> = {}) =>
    only(['resources'], pod(spec, `[{name: app, image: a, ${container}}]`), options).map((finding) =>
      finding.replace('app resources/', ''),
    );

  test.each([
    ['', '', ['cpu-limit', 'cpu-request', 'memory-limit', 'memory-request']],
    ['resources: {limits: {cpu: 1, memory: 1Gi}}', '', []],
    ['resources: {requests: {cpu: 1, memory: 1Gi}}', '', ['cpu-limit', 'memory-limit']],
    ['resources: {limits: {cpu: , memory: 1Gi}}', '', ['cpu-limit', 'cpu-request']],
    ['', 'resources: {limits: {cpu: 1, memory: 1Gi}}', []],
    ['', 'resources: {requests: {cpu: 1, memory: 1Gi}}', ['cpu-limit', 'memory-limit']],
    ['resources: {limits: {memory: 1Gi}}', 'resources: {requests: {cpu: 1}}', ['cpu-limit']],
    [
      'resources: {claims: [{name: gpu}]}',
      '',
      ['cpu-limit', 'cpu-request', 'memory-limit', 'memory-request'],
    ],
  ])('container {%s} pod {%s}', (container, spec, expected) => {
    expect(judge(container, spec)).toEqual(expected);
  });

  test('pod-level resources count from 1.34, and not on Windows', () => {
    const spec = 'resources: {limits: {cpu: 1, memory: 1Gi}}';
    expect(judge('', spec, { kubernetesMinor: 34 })).toEqual([]);
    expect(judge('', spec, { kubernetesMinor: 33 })).toHaveLength(4);
    expect(judge('', `${spec}\n  os: {name: windows}`)).toHaveLength(4);
  });

  const invalid = (resources: string) =>
    findings(pod('', `[{name: app, image: a, resources: {${resources}}}]`)).filter((finding) =>
      finding.includes('resources/'),
    );
  const PATH = 'spec.containers[0].resources';

  test('an amount outside the grammar is invalid, and not missing as well', () => {
    expect(invalid('limits: {cpu: 1, memory: 128mb}')).toEqual([
      `app resources/invalid (${PATH}.limits.memory)`,
    ]);
    expect(invalid('requests: {cpu: -1, memory: 1Gi}, limits: {cpu: 1, memory: yes}')).toEqual([
      `app resources/invalid (${PATH}.limits.memory)`,
      `app resources/invalid (${PATH}.requests.cpu)`,
    ]);
  });

  test('a request above its limit is invalid, however the two are spelled', () => {
    expect(invalid('requests: {cpu: 1001m, memory: 1Gi}, limits: {cpu: 1, memory: 1024Mi}')).toEqual([
      `app resources/invalid (${PATH}.requests.cpu)`,
    ]);
  });

  test('a part of a byte is invalid', () => {
    expect(invalid('limits: {cpu: 1m, memory: 128m}')).toEqual([
      `app resources/invalid (${PATH}.limits.memory)`,
    ]);
    expect(invalid('limits: {cpu: 0.5, memory: 0.5Gi}')).toEqual([]);
  });

  test('the amounts of the pod are judged once', () => {
    expect(
      only(['resources/invalid'], pod('resources: {requests: {cpu: 2}, limits: {cpu: 1, memory: 1K}}')),
    ).toEqual([
      'pod resources/invalid (spec.resources.limits.memory)',
      'pod resources/invalid (spec.resources.requests.cpu)',
    ]);
  });
});

describe('service-account-token', () => {
  const account = (line: string, metadata = 'name: default') =>
    `\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {${metadata}}\n${line}\n`;
  const judge = (spec: string, more = '') => only(['service-account-token'], pod(spec) + more).length === 1;

  test('the pod, then its account in the same namespace, then true', () => {
    expect(judge('')).toBe(true);
    expect(judge('automountServiceAccountToken: false')).toBe(false);
    expect(judge('automountServiceAccountToken: true', account('automountServiceAccountToken: false'))).toBe(
      true,
    );
    expect(judge('', account('automountServiceAccountToken: false'))).toBe(false);
    expect(judge('', account('automountServiceAccountToken: true'))).toBe(true);
    expect(judge('', account('automountServiceAccountToken:'))).toBe(true);
    expect(judge('serviceAccountName: x', account('automountServiceAccountToken: false'))).toBe(true);
    expect(judge('serviceAccountName: x', account('automountServiceAccountToken: false', 'name: x'))).toBe(
      false,
    );
    expect(judge('serviceAccount: x', account('automountServiceAccountToken: false', 'name: x'))).toBe(false);
    expect(judge('', account('automountServiceAccountToken: false', 'name: default, namespace: other'))).toBe(
      true,
    );
  });

  test('accounts that disagree leave it unknown', () => {
    expect(judge('', account('automountServiceAccountToken: false') + account(''))).toBe(false);
  });

  test('a value that is no boolean is invalid, not mounted', () => {
    expect(
      only(
        ['service-account-token', 'security-context/invalid'],
        pod('automountServiceAccountToken: "false"'),
      ),
    ).toEqual(['pod security-context/invalid (spec.automountServiceAccountToken)']);
  });
});

describe('seccomp', () => {
  const judge = (podProfile: string, profile: string, more = '') =>
    only(
      ['seccomp'],
      pod(
        `securityContext: {seccompProfile: {${podProfile}}}`,
        `[{name: app, image: a, securityContext: {seccompProfile: ${profile}${more}}}]`,
      ),
    );

  test.each([
    ['type: RuntimeDefault', '~', []],
    ['', '~', ['app seccomp/missing']],
    ['', '{type: Localhost, localhostProfile: a}', []],
    ['type: Unconfined', '~', ['pod seccomp/unconfined']],
    ['type: Unconfined', '{type: RuntimeDefault}', ['pod seccomp/unconfined']],
    ['type: RuntimeDefault', '{type: Unconfined}', ['app seccomp/unconfined']],
    ['type: runtime/default', '~', []],
  ])('pod {%s} container %s', (podProfile, profile, expected) => {
    expect(judge(podProfile, profile)).toEqual(expected);
  });

  test('on a privileged container it is of no use, and nothing is said of it', () => {
    expect(judge('', '~', ', privileged: true')).toEqual([]);
    expect(judge('', '{type: Unconfined}', ', privileged: true')).toEqual([]);
  });

  test('the legacy annotation is told and counts for nothing, from 1.27', () => {
    const text = pod('').replace(
      '{name: p}',
      '{name: p, annotations: {seccomp.security.alpha.kubernetes.io/pod: runtime/default}}',
    );
    expect(only(['seccomp'], text)).toEqual([
      'app seccomp/missing',
      'pod seccomp/annotation (seccomp.security.alpha.kubernetes.io/pod)',
    ]);
    expect(only(['seccomp'], text, { kubernetesMinor: 26 })).toEqual([]);
  });

  test('an annotation of the Deployment itself is not read', () => {
    const text = HARDENED.replace(
      '{name: web}',
      '{name: web, annotations: {seccomp.security.alpha.kubernetes.io/pod: runtime/default}}',
    );
    expect(findings(text)).toEqual([]);
  });
});

describe('capabilities', () => {
  const judge = (context: string) =>
    only(
      ['capabilities'],
      pod('', `[{name: app, image: a, securityContext: {runAsNonRoot: true, ${context}}}]`),
    ).map((finding) => finding.replace('app capabilities/', ''));

  test.each([
    ['capabilities: {drop: [ALL]}', []],
    ['capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}', []],
    ['capabilities: {drop: [all]}', ['not-dropped']],
    ['capabilities: {drop: [NET_RAW]}', ['not-dropped']],
    ['capabilities: {drop: []}', ['not-dropped']],
    ['capabilities: {}', ['not-dropped']],
    ['capabilities: {drop: [ALL], add: [CHOWN, SYS_TIME]}', ['added (CHOWN)', 'forbidden (SYS_TIME)']],
    ['capabilities: {drop: [ALL], add: [CAP_CHOWN, chown]}', ['forbidden (CAP_CHOWN)', 'forbidden (chown)']],
    ['privileged: true', []],
    ['privileged: true, capabilities: {add: [KILL]}', ['added (KILL)']],
  ])('%s', (context, expected) => {
    expect(judge(context)).toEqual(expected);
  });

  const nonRoot = (podContext: string, ...contexts: readonly string[]) =>
    only(
      ['capabilities/non-root'],
      pod(
        `securityContext: {${podContext}}`,
        `[${contexts.map((context, index) => `{name: c${index}, image: a, securityContext: {${context}}}`).join(', ')}]`,
      ),
    ).map((finding) => finding.replace('capabilities/non-root-', ''));

  test('runAsNonRoot false is told where it is written', () => {
    expect(nonRoot('runAsNonRoot: false', 'runAsNonRoot: true')).toEqual(['pod false']);
    expect(nonRoot('runAsNonRoot: true', 'runAsNonRoot: false', '')).toEqual(['c0 false']);
    expect(nonRoot('', '', 'runAsNonRoot: true')).toEqual(['c0 unset']);
  });

  test('a conflict is told of the container that writes a half of it, and once for those that inherit both', () => {
    expect(nonRoot('runAsNonRoot: true, runAsUser: 0', '', '')).toEqual(['pod conflict']);
    expect(nonRoot('runAsNonRoot: true, runAsUser: 0', 'runAsUser: 0', 'runAsUser: 5')).toEqual([
      'c0 conflict',
    ]);
    expect(nonRoot('runAsNonRoot: true', 'runAsUser: 0', '')).toEqual(['c0 conflict']);
    expect(nonRoot('runAsUser: 0', 'runAsNonRoot: true', 'runAsNonRoot: true, runAsUser: 0')).toEqual([
      'c0 conflict',
      'c1 conflict',
    ]);
  });
});

describe('Windows', () => {
  const WINDOWS_CHECKS = [
    'app capabilities/non-root-unset',
    'app resources/cpu-limit',
    'app resources/cpu-request',
    'app resources/memory-limit',
    'app resources/memory-request',
    'pod service-account-token/mounted',
  ];
  const required = (terms: string) =>
    `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: ${terms}}}}`;
  const term = (values: string, operator = 'In') =>
    `{matchExpressions: [{key: kubernetes.io/os, operator: ${operator}, values: ${values}}]}`;

  test.each([
    'os: {name: windows}',
    'nodeSelector: {kubernetes.io/os: windows}',
    'nodeSelector: {beta.kubernetes.io/os: windows}',
    required(`[${term('[windows]')}]`),
    required(`[${term('[windows]')}, ${term('[windows]')}]`),
  ])('%s: only resources, the token and runAsNonRoot are judged', (spec) => {
    expect(findings(pod(spec))).toEqual(WINDOWS_CHECKS);
  });

  test.each([
    'os: {name: linux}',
    'nodeSelector: {kubernetes.io/os: linux}',
    required(`[${term('[windows, linux]')}]`),
    required(`[${term('[windows]')}, {matchExpressions: [{key: a, operator: Exists}]}]`),
    required(`[${term('[windows]', 'NotIn')}]`),
    required('[]'),
    'affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {}}]}}',
  ])('%s: everything is', (spec) => {
    expect(findings(pod(spec))).toEqual(findings(pod('')));
  });
});

describe('security-context/misplaced', () => {
  test.each<[string, string, ExpectedCheck | undefined]>([
    [
      'securityContext: {capabilities: {drop: [ALL]}}',
      'spec.securityContext.capabilities',
      'capabilities/not-dropped',
    ],
    ['securityContext: {privileged: true}', 'spec.securityContext.privileged', undefined],
    ['runAsNonRoot: true', 'spec.runAsNonRoot', 'capabilities/non-root-unset'],
    ['runAsUser: 10001', 'spec.runAsUser', 'root-user/unset'],
    [
      'securityContext: {automountServiceAccountToken: false}',
      'spec.securityContext.automountServiceAccountToken',
      'service-account-token/mounted',
    ],
    [
      'securityContext: {resources: {limits: {cpu: 1}}}',
      'spec.securityContext.resources',
      'resources/cpu-limit',
    ],
  ])('%s at pod level', (spec, subject, silenced) => {
    const all = findings(pod(spec));
    expect(all).toContain(`pod security-context/misplaced (${subject})`);
    if (silenced !== undefined) expect(all.filter((finding) => finding.includes(silenced))).toEqual([]);
  });

  test.each<[string, string, ExpectedCheck | undefined]>([
    ['securityContext: {fsGroup: 1}', 'securityContext.fsGroup', undefined],
    ['runAsUser: 10001', 'runAsUser', 'root-user/unset'],
    ['capabilities: {drop: [ALL]}', 'capabilities', 'capabilities/not-dropped'],
    [
      'securityContext: {resources: {limits: {memory: 1}}}',
      'securityContext.resources',
      'resources/memory-limit',
    ],
    ['readOnlyRootFilesystem: true', 'readOnlyRootFilesystem', 'read-only-root-filesystem/writable'],
  ])('%s in a container', (container, subject, silenced) => {
    const all = findings(pod('', `[{name: app, image: a, ${container}}, {name: b, image: a}]`));
    expect(all).toContain(`app security-context/misplaced (spec.containers[0].${subject})`);
    if (silenced !== undefined) {
      expect(all.filter((finding) => finding.includes(silenced))).toEqual([`b ${silenced}`]);
    }
  });

  test('a field directly in a container explains that it has no context', () => {
    expect(only(['security-context'], pod('', '[{name: app, image: a, privileged: false}]'))).toEqual([
      'app security-context/misplaced (spec.containers[0].privileged)',
    ]);
  });

  test('above the pod: on the object, its spec, a template', () => {
    const text = `
      apiVersion: batch/v1
      kind: CronJob
      spec:
        securityContext: {runAsNonRoot: true}
        jobTemplate:
          spec:
            template:
              automountServiceAccountToken: false
              spec:
                containers: [{name: app, image: a}]`;
    expect(only(['security-context/misplaced', 'service', 'capabilities/non-root'], text)).toEqual([
      'pod security-context/misplaced (spec.jobTemplate.spec.template.automountServiceAccountToken)',
      'pod security-context/misplaced (spec.securityContext)',
    ]);
  });

  test('a misplaced null does nothing, and Windows hears nothing of it', () => {
    expect(only(['security-context/misplaced'], pod('runAsUser:'))).toEqual([]);
    const windows = findings(pod('os: {name: windows}\n  runAsNonRoot: true'));
    expect(windows).toContain('app capabilities/non-root-unset');
    expect(windows.filter((finding) => finding.includes('misplaced'))).toEqual([]);
  });
});

describe('security-context/invalid', () => {
  test.each([
    ['runAsUser: "1000"', ['runAsUser']],
    ['runAsUser: -1', ['runAsUser']],
    ['runAsUser: 2147483648', ['runAsUser']],
    ['runAsGroup: 1.5', ['runAsGroup']],
    ['runAsUser: 0x3e8, runAsGroup: 01750', []],
    ['runAsNonRoot: "true"', ['runAsNonRoot']],
    ['runAsNonRoot: 1', ['runAsNonRoot']],
    ['allowPrivilegeEscalation: no, readOnlyRootFilesystem: on', []],
    ['capabilities: [ALL]', ['capabilities']],
    ['capabilities: {drop: ALL}', ['capabilities.drop']],
    ['capabilities: {add: [1, KILL]}', ['capabilities.add[0]']],
    ['seccompProfile: RuntimeDefault', ['seccompProfile']],
    ['seccompProfile: {type: runtime/default}', ['seccompProfile.type']],
    ['seccompProfile: {type: Localhost}', ['seccompProfile.type']],
    ['seccompProfile: {type: Localhost, localhostProfile: ../a}', ['seccompProfile.localhostProfile']],
    ['seccompProfile: {type: Localhost, localhostProfile: /a}', ['seccompProfile.localhostProfile']],
    ['seccompProfile: {type: RuntimeDefault, localhostProfile: a}', ['seccompProfile.localhostProfile']],
    ['runAsUser: 1, runAsUser: 2', ['runAsUser']],
  ])('%s', (context, fields) => {
    const path = 'spec.containers[0].securityContext';
    expect(
      only(['security-context/invalid'], pod('', `[{name: app, image: a, securityContext: {${context}}}]`)),
    ).toEqual(fields.map((field) => `app security-context/invalid (${path}.${field})`));
  });

  test('a context that is no mapping is invalid as a whole and lacks nothing', () => {
    const text = pod('', '[{name: app, image: a, securityContext: [privileged]}]');
    expect(only(['security-context', 'privilege', 'capabilities/not', 'read'], text)).toEqual([
      'app security-context/invalid (spec.containers[0].securityContext)',
    ]);
  });

  test('a duplicate at pod level, and one that is not governed', () => {
    const text = pod(
      'securityContext: {runAsUser: 1}\n  securityContext: {runAsUser: 2}\n  hostname: a\n  hostname: b',
    );
    expect(only(['security-context/invalid'], text)).toEqual([
      'pod security-context/invalid (spec.securityContext)',
    ]);
  });
});
