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
        - name: web
          image: example.com/web:1
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL]}
          resources:
            requests: {cpu: 100m, memory: 64Mi}
            limits: {cpu: 100m, memory: 64Mi}
`;

/** A patch of the container's security context. */
function patch(field: string, more = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          securityContext:
            ${field}
${more}`;
}

function overlay(name: string): Record<string, string> {
  return { [`${name}/kustomization.yaml`]: 'resources: [../base]\npatches:\n  - path: patch.yaml\n' };
}

const BASE = { 'base/kustomization.yaml': 'resources: [web.yaml]\n', 'base/web.yaml': WEB };

interface Reported {
  readonly file: string;
  readonly code: string;
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
  readonly overlays?: readonly string[];
}

async function findings(cwd: string, ...paths: string[]): Promise<readonly Reported[]> {
  const { stdout } = await podproof(['check', '--format', 'json', ...paths], { cwd });
  return JSON.parse(stdout).findings;
}

async function told(files: Record<string, string>, ...paths: string[]): Promise<readonly string[]> {
  const found = await findings(folderWith(files), ...paths);
  return found.map(
    ({ file, code, range, overlays = [] }) =>
      `${file}:${range.start.line + 1} ${code}${overlays.map((name) => ` ${name}`).join('')}`,
  );
}

describe('a base and its overlays', () => {
  test('what every overlay supplies is not missing in the base', async () => {
    const files = {
      ...BASE,
      ...overlay('dev'),
      'dev/patch.yaml': patch('readOnlyRootFilesystem: true'),
      ...overlay('prod'),
      'prod/patch.yaml': patch('readOnlyRootFilesystem: true'),
    };
    expect(await told(files, '.')).toEqual([]);
  });

  test('what one overlay leaves open is told of the base, and names the overlay', async () => {
    const files = {
      ...BASE,
      ...overlay('dev'),
      'dev/patch.yaml': patch('readOnlyRootFilesystem: true'),
      'prod/kustomization.yaml': 'resources: [../base]\n',
    };
    const [only, ...others] = await findings(folderWith(files), '.');
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      file: './base/web.yaml',
      code: 'read-only-root-filesystem/writable',
      overlays: ['prod'],
      message: expect.stringContaining('Left open by prod; other overlays supply it.'),
    });
  });

  test('an overlay alone is what is built of it, its base included', async () => {
    const files = { ...BASE, ...overlay('prod'), 'prod/patch.yaml': patch('privileged: true') };
    expect(await told(files, 'prod')).toEqual([
      'prod/patch.yaml:11 privilege-escalation/privileged prod',
      'base/web.yaml:17 read-only-root-filesystem/writable prod',
      'base/web.yaml:18 privilege-escalation/ineffective prod',
    ]);
  });

  test('what is not known of an overlay is not missing', async () => {
    const files = {
      ...BASE,
      'prod/kustomization.yaml': 'resources: [../base]\ntransformers: [harden.yaml]\n',
      'prod/harden.yaml': 'apiVersion: example.com/v1\nkind: Hardener\nmetadata: {name: all}\n',
    };
    expect(await told(files, '.')).toEqual([]);
  });

  test('a kustomization that cannot be built is told, and its files are checked alone', async () => {
    const files = {
      ...BASE,
      ...overlay('prod'),
      'prod/patch.yaml': patch('x: 1').replace('name: web', 'name: no'),
    };
    const { stderr, stdout } = await podproof(['check', '--format', 'json', '.'], { cwd: folderWith(files) });
    expect(stderr).toContain('prod: this kustomization cannot be built');
    expect(JSON.parse(stdout).findings).toHaveLength(1);
  });
});

describe('patches', () => {
  const REMOTE = 'resources: [https://example.com/base?ref=v1]\n';

  test('nothing is missing in one, whatever it holds', async () => {
    const files = {
      'prod/kustomization.yaml': `${REMOTE}patches:\n  - path: patch.yaml\n`,
      'prod/patch.yaml': patch('runAsUser: 0', '          image: example.com/web:2\n'),
    };
    const expected = ['prod/patch.yaml:11 root-user/root'];
    expect(await told(files, '.')).toEqual(expected.map((one) => `./${one}`));
    expect(await told(files, 'prod/patch.yaml')).toEqual(expected);
  });

  test('one in a folder below its kustomization is known as one', async () => {
    const files = {
      'prod/kustomization.yaml': `${REMOTE}patches:\n  - path: patches/web.yaml\n`,
      'prod/patches/web.yaml': patch('runAsUser: 10001', '          image: example.com/web:2\n'),
    };
    expect(await told(files, 'prod/patches/web.yaml')).toEqual([]);
    expect(await told(files, 'prod/patches')).toEqual([]);
  });

  test('one that is written in a kustomization is reported in its place', async () => {
    const indented = patch('privileged: true').replaceAll(/^(?=.)/gm, '      ');
    const text = `patches:\n  - patch: |-\n${indented}`;
    const line = (`${REMOTE}${text}`.split('\n').findIndex((one) => one.includes('privileged')) ?? 0) + 1;
    expect(await told({ 'prod/kustomization.yaml': `${REMOTE}${text}` }, 'prod')).toEqual([
      `prod/kustomization.yaml:${line} privilege-escalation/privileged`,
    ]);
    const local = `resources: [../base]\n${text}`;
    const [first] = await findings(folderWith({ ...BASE, 'prod/kustomization.yaml': local }), 'prod');
    expect(first).toMatchObject({
      code: 'privilege-escalation/privileged',
      range: { start: { line: line - 1, character: 'privileged: '.length + 18 } },
      overlays: ['prod'],
    });
  });
});

describe('suppressions', () => {
  test('a comment in the base holds for what is built of it', async () => {
    const files = {
      ...BASE,
      'base/web.yaml': WEB.replace(
        '        - name: web',
        '        # podproof-ignore read-only-root-filesystem: it writes its logs\n        - name: web',
      ),
      'prod/kustomization.yaml': 'resources: [../base]\n',
    };
    expect(await told(files, '.')).toEqual([]);
  });
});

describe('podproof fix', () => {
  test('writes into the base what an overlay leaves open, and nothing into patches', async () => {
    const files = {
      ...BASE,
      ...overlay('prod'),
      'prod/patch.yaml': patch('runAsUser: 20001', '          image: example.com/web:2\n'),
    };
    const folder = folderWith(files);
    await podproof(['fix', '.'], { cwd: folder });
    expect(contentOf(folder, 'prod/patch.yaml')).toBe(files['prod/patch.yaml']);
    expect(contentOf(folder, 'base/web.yaml')).toContain('readOnlyRootFilesystem: true');
    expect(await findings(folder, '.')).toEqual([]);
  });

  test('leaves a base alone that every overlay completes', async () => {
    const files = { ...BASE, ...overlay('prod'), 'prod/patch.yaml': patch('readOnlyRootFilesystem: true') };
    const folder = folderWith(files);
    await podproof(['fix', '.'], { cwd: folder });
    expect(contentOf(folder, 'base/web.yaml')).toBe(WEB);
  });
});

describe('a patch of what comes from elsewhere', () => {
  const remote = (patches: string): Record<string, string> => ({
    'prod/kustomization.yaml': `resources: [https://example.com/base?ref=v1]\n${patches}`,
  });
  const OPERATIONS = `- op: add
  path: /spec/template/spec/containers/0/securityContext
  value:
    privileged: true
- op: replace
  path: /spec/template/spec/containers/0/image
  value: example.com/web:2
- op: add
  path: /spec/template/spec/containers/-
  value:
    name: log
    image: example.com/log:1
`;
  const TARGET = '    target: {kind: Deployment|StatefulSet}\n';

  test('is told what its operations set wrong, and misses nothing', async () => {
    const file = { ...remote(`patches:\n  - path: ops.yaml\n${TARGET}`), 'prod/ops.yaml': OPERATIONS };
    const found = await findings(folderWith(file), 'prod');
    expect(found.map(({ file: name, code, range }) => `${name}:${range.start.line + 1} ${code}`)).toEqual([
      'prod/ops.yaml:4 privilege-escalation/privileged',
    ]);
  });

  test('is told in place where it stands as text, as operations or as a part of an object', async () => {
    const inline = (text: string): string =>
      `patches:\n  - patch: |\n${text.replaceAll(/^(?=.)/gm, '      ')}`;
    for (const [text, line] of [
      [`${inline(OPERATIONS)}${TARGET}`, 7],
      [inline(patch('privileged: true')), 14],
    ] as const) {
      const found = await findings(folderWith(remote(text)), 'prod');
      expect(found.map(({ file, code, range }) => `${file}:${range.start.line + 1} ${code}`)).toEqual([
        `prod/kustomization.yaml:${line} privilege-escalation/privileged`,
      ]);
    }
  });
});
