/** Facts: what other documents say settles a finding, or changes what it says. */

import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { harden } from '../../shared/analysis/fix.ts';
import { fixesOf } from '../../shared/analysis/fixes.ts';
import { readSettings } from '../../shared/catalog/settings.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';

const SETTINGS = readSettings({});

function pod(
  fields: { readonly namespace?: string; readonly spec?: string; readonly container?: string } = {},
): string {
  const namespace = fields.namespace === undefined ? '' : `, namespace: ${fields.namespace}`;
  return `apiVersion: v1
kind: Pod
metadata: { name: web${namespace} }
spec:
  serviceAccountName: web${fields.spec ?? ''}
  containers:
    - name: web
      image: nginx:1.27${fields.container ?? ''}
`;
}

function serviceAccount(automount: string, namespace?: string): string {
  const where = namespace === undefined ? '' : `, namespace: ${namespace}`;
  return `apiVersion: v1
kind: ServiceAccount
metadata: { name: web${where} }
automountServiceAccountToken: ${automount}
`;
}

function limitRange(limits: string, namespace?: string): string {
  const where = namespace === undefined ? '' : `, namespace: ${namespace}`;
  return `apiVersion: v1
kind: LimitRange
metadata: { name: sizes${where} }
spec: { limits: [${limits}] }
`;
}

function role(kind: 'Role' | 'ClusterRole', rules: string, namespace?: string): string {
  const where = namespace === undefined ? '' : `, namespace: ${namespace}`;
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: { name: x${where} }
rules: [${rules}]
`;
}

function binding(
  kind: 'RoleBinding' | 'ClusterRoleBinding',
  roleRef: string,
  subject = '{ kind: ServiceAccount, name: web }',
  namespace?: string,
): string {
  const where = namespace === undefined ? '' : `, namespace: ${namespace}`;
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: { name: web${where} }
roleRef: { apiGroup: rbac.authorization.k8s.io, ${roleRef} }
subjects: [${subject}]
`;
}

const READS_SECRETS = '{ apiGroups: [""], resources: [secrets], verbs: [get, list] }';
const OF_SHOP = '{ kind: ServiceAccount, name: web, namespace: shop }';

/** The checks of a practice that stand after the facts of the same file, and of another one. */
function checks(practice: string, own: readonly string[], others: readonly string[] = []): readonly string[] {
  return found(own, others)
    .filter((finding) => finding.practice === practice)
    .map(({ check }) => check);
}

function found(own: readonly string[], others: readonly string[]) {
  const elsewhere = others.flatMap((text) =>
    analyzeText(text, SETTINGS).documents.flatMap(({ analysis }) => analysis.facts),
  );
  return findingsOf(analyzeText(own.join('---\n'), SETTINGS), elsewhere).map(({ finding }) => finding);
}

function hardened(text: string): string {
  return applyEdits(text, harden(analyzeText(text, SETTINGS), { scope: 'file' }).edits);
}

function tokenMessage(own: readonly string[], others: readonly string[] = []): string {
  return found(own, others).find(({ code }) => code === 'service-account-token/mounted')?.message ?? 'silent';
}

describe('a ServiceAccount', () => {
  test('of the same file settles the token where both leave the namespace out', () => {
    expect(checks('service-account-token', [pod(), serviceAccount('false')])).toEqual([]);
  });

  test('of another file settles it where both name the same namespace, and only there', () => {
    const shop = [pod({ namespace: 'shop' })];
    expect(checks('service-account-token', shop, [serviceAccount('no', 'shop')])).toEqual([]);
    expect(checks('service-account-token', shop, [serviceAccount('false', 'bank')])).toEqual(['mounted']);
    expect(checks('service-account-token', shop, [serviceAccount('false')])).toEqual(['mounted']);
    expect(checks('service-account-token', [pod()], [serviceAccount('false')])).toEqual(['mounted']);
  });

  test('that mounts it, or a pod that does so itself, leaves the finding', () => {
    expect(checks('service-account-token', [pod(), serviceAccount('true')])).toEqual(['mounted']);
    const own = pod({ spec: '\n  automountServiceAccountToken: true' });
    expect(checks('service-account-token', [own, serviceAccount('false')])).toEqual(['mounted']);
  });

  test('whose setting is templated may settle it', () => {
    expect(checks('service-account-token', [pod(), serviceAccount('{{ .Values.token }}')])).toEqual([]);
  });

  test('that is named `default` is the one of a pod that names none', () => {
    const text = pod().replace('  serviceAccountName: web\n', '');
    const account = serviceAccount('false').replace('name: web', 'name: default');
    expect(checks('service-account-token', [text, account])).toEqual([]);
    expect(checks('service-account-token', [text, serviceAccount('false')])).toEqual(['mounted']);
  });
});

/** Source: SetDefaults_LimitRangeItem, and the admission plugin LimitRanger. */
describe('a LimitRange', () => {
  const all = ['cpu-request', 'memory-request', 'cpu-limit', 'memory-limit'];

  test.each<[string, readonly string[]]>([
    ['{ type: Container, default: { cpu: 1, memory: 1Gi } }', []],
    ['{ type: Container, max: { cpu: 1, memory: 1Gi } }', []],
    ['{ type: Container, defaultRequest: { cpu: 1, memory: 1Gi } }', ['cpu-limit', 'memory-limit']],
    ['{ type: Container, min: { cpu: 1 } }', ['memory-request', 'cpu-limit', 'memory-limit']],
    ['{ type: Container, default: { memory: 1Gi } }', ['cpu-request', 'cpu-limit']],
    ['{ type: Container, default: { cpu: "{{ .Values.cpu }}" } }', ['memory-request', 'memory-limit']],
    ['{ type: Container, default: { cpu: lots } }', all],
    ['{ type: Pod, max: { cpu: 1, memory: 1Gi } }', all],
    ['{ type: Container, maxLimitRequestRatio: { cpu: 1 } }', all],
  ])('of %s leaves %j', (limits, expected) => {
    expect(checks('resources', [pod(), limitRange(limits)])).toEqual(expected);
  });

  test('of another namespace, or of none and another file, gives nothing', () => {
    const gives = '{ type: Container, default: { cpu: 1, memory: 1Gi } }';
    expect(checks('resources', [pod({ namespace: 'shop' })], [limitRange(gives, 'shop')])).toEqual([]);
    expect(checks('resources', [pod({ namespace: 'shop' })], [limitRange(gives, 'bank')])).toEqual(all);
    expect(checks('resources', [pod()], [limitRange(gives)])).toEqual(all);
  });

  test('takes no invalid amount away', () => {
    const text = pod({ container: '\n      resources: { limits: { cpu: 1 CPU } }' });
    const gives = '{ type: Container, default: { cpu: 1, memory: 1Gi } }';
    expect(checks('resources', [text, limitRange(gives)])).toEqual(['invalid']);
  });
});

describe('a token that has rights', () => {
  const shop = pod({ namespace: 'shop' });

  test('says what it may do, where, and through which role', () => {
    expect(
      tokenMessage(
        [shop],
        [role('Role', READS_SECRETS, 'shop'), binding('RoleBinding', 'kind: Role, name: x', OF_SHOP, 'shop')],
      ),
    ).toBe(
      "The pod mounts its ServiceAccount's token, which can read secrets in shop, through the role x; set automountServiceAccountToken to false unless its programs call the Kubernetes API.",
    );
  });

  test.each<[string, string]>([
    ['{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }', 'can do everything'],
    [
      '{ apiGroups: [example.com], resources: ["*"], verbs: ["*"] }',
      'can do everything with everything of example.com',
    ],
    ['{ apiGroups: [example.com], resources: [secrets], verbs: [get] }', 'can get secrets'],
    ['{ apiGroups: [""], resources: [secrets], verbs: [get], resourceNames: [a] }', 'can read some secrets'],
    ['{ apiGroups: [""], resources: [pods/exec], verbs: [create] }', 'can run commands in pods'],
    ['{ apiGroups: [apps], resources: [deployments], verbs: ["*"] }', 'can create pods'],
    ['{ apiGroups: [""], resources: [pods], verbs: [get, list, watch] }', 'can get, list and watch pods'],
    ['{ nonResourceURLs: [/metrics], verbs: [get] }', 'has rights'],
  ])('%s: %s', (rule, words) => {
    const message = tokenMessage([pod(), role('Role', rule), binding('RoleBinding', 'kind: Role, name: x')]);
    expect(message).toContain(`token, which ${words} in its namespace, through the role x;`);
  });

  test('names the gravest of several', () => {
    const few = '{ apiGroups: [""], resources: [pods], verbs: [get] }';
    const more = binding('ClusterRoleBinding', 'kind: ClusterRole, name: cluster-admin', OF_SHOP);
    const own = [
      role('Role', few, 'shop'),
      binding('RoleBinding', 'kind: Role, name: x', OF_SHOP, 'shop'),
      more,
    ];
    expect(tokenMessage([shop], own)).toContain(
      'can do everything in the whole cluster, through the cluster role cluster-admin',
    );
  });

  test('has them through groups and its user name too', () => {
    const everyone = '{ kind: Group, name: "system:serviceaccounts:shop" }';
    const user = '{ kind: User, name: "system:serviceaccount:shop:web" }';
    for (const subject of [everyone, user]) {
      const view = binding('ClusterRoleBinding', 'kind: ClusterRole, name: view', subject);
      expect(tokenMessage([shop], [view])).toContain(
        'can read almost everything but secrets in the whole cluster',
      );
      expect(tokenMessage([pod({ namespace: 'bank' })], [view])).not.toContain('which');
    }
  });

  test('has none through a binding to someone else, or to no known namespace', () => {
    const other = binding('RoleBinding', 'kind: Role, name: x', '{ kind: ServiceAccount, name: other }');
    expect(tokenMessage([pod(), role('Role', READS_SECRETS), other])).not.toContain('which');
    expect(tokenMessage([pod()], [binding('RoleBinding', 'kind: ClusterRole, name: view')])).not.toContain(
      'which',
    );
  });

  test('is left mounted by Harden, and taken away only on request', () => {
    const text = [pod(), role('Role', READS_SECRETS), binding('RoleBinding', 'kind: Role, name: x')].join(
      '---\n',
    );
    const analyzed = analyzeText(text, SETTINGS);
    expect(hardened(text)).not.toContain('automountServiceAccountToken');
    expect(hardened(pod())).toContain('automountServiceAccountToken: false');
    const findings = findingsOf(analyzed);
    const finding = findings.find(({ finding: { check } }) => check === 'mounted')?.finding;
    expect(finding && fixesOf(finding).map(({ title, onRequest }) => [title, onRequest])).toEqual([
      ['Add automountServiceAccountToken: false', true],
    ]);
    expect(finding && fixesOf(finding)[0]?.why).toContain(
      'The RoleBinding web gives this ServiceAccount rights',
    );
  });
});
