import { describe, expect, test } from 'vitest';
import { contentOf, folderWith, podproof } from '../cli/commandLine.ts';

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: log
          image: example.com/log:1
          securityContext: &hardened
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL]}
            readOnlyRootFilesystem: true
          resources: &resources
            requests: {cpu: 100m, memory: 64Mi}
            limits: {cpu: 100m, memory: 64Mi}
        - name: web
          image: example.com/web:1
          securityContext: *hardened
          resources: *resources
`;
const OPEN = WEB.replace(
  '          securityContext: *hardened\n',
  '          securityContext: {capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}\n',
);

const BASE = { 'base/kustomization.yaml': 'resources: [web.yaml]\n', 'base/web.yaml': OPEN };
const OVERLAY = { ...BASE, 'prod/kustomization.yaml': 'resources:\n  - ../base\n' };

async function hardened(files: Record<string, string>): Promise<string> {
  const folder = folderWith(files);
  const { exitCode, stderr } = await podproof(['fix', '--patch', 'prod'], { cwd: folder });
  expect(exitCode, stderr).toBe(0);
  const { stdout } = await podproof(['check', '--format', 'json', 'prod'], { cwd: folder });
  expect(JSON.parse(stdout).findings).toEqual([]);
  return folder;
}

describe('podproof fix --patch', () => {
  test('writes a patch into the overlay, and nothing into the base', async () => {
    const folder = await hardened(OVERLAY);
    expect(contentOf(folder, 'base/web.yaml')).toBe(OPEN);
    expect(contentOf(folder, 'prod/kustomization.yaml')).toBe(`resources:
  - ../base
patches:
  - path: harden-deployment-web.yaml
`);
    // Both containers are named, since those that a patch names come first.
    expect(contentOf(folder, 'prod/harden-deployment-web.yaml')).toBe(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: log
        - name: web
          securityContext:
            allowPrivilegeEscalation: false
`);
  });

  test('extends the patch that is there, and keeps its comments', async () => {
    const patch = `# Only in production.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: log
        - name: web
          image: example.com/web:2 # newer
`;
    const folder = await hardened({
      ...BASE,
      'prod/kustomization.yaml': 'resources: [../base]\npatches:\n  - path: patch.yaml\n',
      'prod/patch.yaml': patch,
    });
    expect(contentOf(folder, 'prod/patch.yaml')).toBe(
      `${patch}          securityContext:\n            allowPrivilegeEscalation: false\n`,
    );
    expect(contentOf(folder, 'prod/kustomization.yaml')).not.toContain('harden');
  });

  test('reaches into lists of other kinds by operations', async () => {
    const folder = await hardened({
      ...OVERLAY,
      'base/web.yaml': OPEN.replace('apps/v1', 'argoproj.io/v1alpha1').replace('Deployment', 'Rollout'),
    });
    expect(contentOf(folder, 'prod/kustomization.yaml')).toContain(`patches:
  - path: harden-rollout-web.yaml
    target:
      group: argoproj.io
      version: v1alpha1
      kind: Rollout
      name: web
`);
    expect(contentOf(folder, 'prod/harden-rollout-web.yaml')).toBe(`- op: add
  path: /spec/template/spec/containers/1/securityContext/allowPrivilegeEscalation
  value: false
`);
  });

  test('takes a value out of its quotes by an operation, as no merge patch can', async () => {
    const quoted = OPEN.replace('runAsUser: 10001', 'runAsUser: "10001"');
    const folder = await hardened({ ...OVERLAY, 'base/web.yaml': quoted });
    expect(contentOf(folder, 'prod/harden-deployment-web.yaml')).toContain(`- op: replace
  path: /spec/template/spec/securityContext/runAsUser
  value: 10001
`);
  });

  test('names an object as it is called before the overlay renames it', async () => {
    const folder = await hardened({
      ...OVERLAY,
      'prod/kustomization.yaml': 'resources: [../base]\nnamespace: shop\nnamePrefix: my-\n',
    });
    expect(contentOf(folder, 'prod/harden-deployment-web.yaml')).toContain('metadata:\n  name: web\n');
  });

  test('leaves alone what a comment in the base suppresses', async () => {
    const commented = OPEN.replace(
      '        - name: web\n',
      '        # podproof-ignore privilege-escalation: it needs sudo\n        - name: web\n',
    );
    const folder = await hardened({ ...OVERLAY, 'base/web.yaml': commented });
    expect(contentOf(folder, 'prod/kustomization.yaml')).toBe(OVERLAY['prod/kustomization.yaml']);
  });

  test('says why it leaves something, in an annotation', async () => {
    const image = 'registry.k8s.io/ingress-nginx/controller:v1.12.0';
    const files = {
      ...OVERLAY,
      'base/web.yaml': OPEN.replace('example.com/web:1', image).replace(', readOnlyRootFilesystem: true', ''),
    };
    const folder = await hardened(files);
    expect(contentOf(folder, 'prod/harden-deployment-web.yaml')).toContain('podproof/ignore');
  });

  test('writes nothing a second time', async () => {
    const folder = await hardened(OVERLAY);
    const { stderr } = await podproof(['fix', '--patch', 'prod'], { cwd: folder });
    expect(stderr).toBe('prod: nothing to fix.\n');
  });

  test('--diff shows what it would write', async () => {
    const folder = folderWith(OVERLAY);
    const { stdout, stderr } = await podproof(['fix', '--patch', '--diff', 'prod'], { cwd: folder });
    expect(stdout).toContain('+  - path: harden-deployment-web.yaml\n');
    expect(stdout).toContain('+            allowPrivilegeEscalation: false\n');
    expect(stderr).toBe('prod: 1 of 1 findings would be fixed.\n');
    expect(contentOf(folder, 'prod/kustomization.yaml')).toBe(OVERLAY['prod/kustomization.yaml']);
  });

  test('hardens what it can name, and says what it cannot', async () => {
    const folder = folderWith({
      ...BASE,
      'a/kustomization.yaml': 'resources: [../base]\n',
      'b/kustomization.yaml': 'resources: [../base]\nnameSuffix: -b\n',
      'prod/kustomization.yaml': 'namespace: shop\nresources: [../a, ../b]\n',
    });
    const { exitCode, stderr } = await podproof(['fix', '--patch', 'prod'], { cwd: folder });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('prod: left as it is: Deployment web: Nothing is called Deployment web in shop');
    expect(stderr).toContain('prod: 1 of 2 findings fixed; 1 left.\n');
  });

  test('says why it cannot', async () => {
    const folder = folderWith({ ...BASE, 'prod/other.yaml': '' });
    const { exitCode, stderr } = await podproof(['fix', '--patch', 'prod'], { cwd: folder });
    expect(exitCode).toBe(2);
    expect(stderr).toBe('podproof: prod: no overlay: it has no kustomization.yaml, or more than one\n');
  });
});
