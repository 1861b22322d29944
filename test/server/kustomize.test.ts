/** Kustomizations of the workspace: what overlays make of a base that is open, and patches in which nothing is missing. */
import { describe, expect, test } from 'vitest';
import { HARDENED_POD } from './manifests.ts';
import { at, startInProcess, type TestClient, VSCODE } from './testClient.ts';

const folder = 'file:///work';
const base = `${folder}/base/web.yaml`;
const patch = `${folder}/prod/patch.yaml`;

const OPEN_POD = HARDENED_POD.replace(/^ *readOnlyRootFilesystem: true\n/m, '');

function patchWith(field: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example.com/web:2
      securityContext:
        ${field}
`;
}

function files(more: Record<string, string> = {}): Map<string, string> {
  const all: Record<string, string> = {
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': OPEN_POD,
    'prod/kustomization.yaml': 'resources: [../base]\npatches:\n  - path: patch.yaml\n',
    'prod/patch.yaml': patchWith('readOnlyRootFilesystem: true'),
    ...more,
  };
  return new Map(Object.entries(all).map(([name, text]) => [`${folder}/${name}`, text]));
}

async function start(all: Map<string, string>): Promise<TestClient> {
  const client = await startInProcess({ folders: [folder], files: all });
  await client.logged.nextWhere((line) => line.startsWith('Read the workspace'));
  return client;
}

async function told(client: TestClient, uri: string): Promise<readonly unknown[]> {
  return (await client.diagnostics(uri)).map(({ code }) => code);
}

const WRITABLE = ['read-only-root-filesystem/writable'];

describe('a base', () => {
  test('is judged as its overlay builds it, and again when the patch is typed in', async () => {
    const client = await start(files());
    client.open(base, OPEN_POD);
    expect(await told(client, base)).toEqual([]);
    client.open(patch, patchWith('readOnlyRootFilesystem: null'));
    expect(await told(client, patch)).toEqual([]);
    await client.refreshes.next();
    expect(await told(client, base)).toEqual(WRITABLE);
    await client.stop();
  });

  test('names the overlay that leaves something open', async () => {
    const client = await start(files({ 'dev/kustomization.yaml': 'resources: [../base]\n' }));
    client.open(base, OPEN_POD);
    const [only] = await client.diagnostics(base);
    expect(only?.message).toContain('So it is built in dev; other overlays supply it.');
    await client.stop();
  });
});

describe('a patch', () => {
  test('lacks nothing, whatever it holds, and is told what it sets wrong', async () => {
    const remote = {
      'prod/kustomization.yaml': 'resources: [https://example.com/b?ref=v1]\npatches: [{path: patch.yaml}]\n',
    };
    const client = await start(files(remote));
    client.open(patch, patchWith('runAsUser: 0'));
    expect(await told(client, patch)).toEqual(['root-user/root']);
    await client.stop();
  });

  test('is one as soon as a kustomization names it', async () => {
    const all = files({ 'prod/kustomization.yaml': 'resources: [../base]\n' });
    const client = await start(all);
    client.open(patch, patchWith('runAsUser: 10001'));
    expect((await told(client, patch)).length).toBeGreaterThan(3);
    all.set(`${folder}/prod/kustomization.yaml`, 'resources: [../base]\npatches: [{path: patch.yaml}]\n');
    client.filesChanged(`${folder}/prod/kustomization.yaml`);
    await client.refreshes.next();
    expect(await told(client, patch)).toEqual([]);
    await client.stop();
  });
});

describe('hardening by a patch', () => {
  const workspaceEdit = { documentChanges: true, resourceOperations: ['create' as const] };
  const capabilities = { ...VSCODE, workspace: { ...VSCODE.workspace, workspaceEdit } };

  test('is offered in the base for its overlay, and makes the patch and its entry', async () => {
    const all = files({ 'prod/kustomization.yaml': 'resources: [../base]\n' });
    const client = await startInProcess({ folders: [folder], files: all, capabilities });
    await client.logged.nextWhere((line) => line.startsWith('Read the workspace'));
    client.open(base, OPEN_POD);
    const actions = await client.actions(base, at(OPEN_POD, 'spec'), { diagnostics: [] });
    const action = actions.find(({ title }) => title === 'Harden by a patch in prod');
    if (action === undefined) throw new Error('It is not offered.');
    const { edit } = await client.resolve(action);
    const created = `${folder}/prod/harden-pod-web.yaml`;
    expect(edit?.documentChanges).toEqual([
      { kind: 'create', uri: created },
      {
        textDocument: { uri: created, version: null },
        edits: [
          { range: expect.anything(), newText: expect.stringContaining('readOnlyRootFilesystem: true') },
        ],
      },
      {
        textDocument: { uri: `${folder}/prod/kustomization.yaml`, version: null },
        edits: [
          {
            range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } },
            newText: 'patches:\n  - path: harden-pod-web.yaml\n',
          },
        ],
      },
    ]);
    await client.stop();
  });
});
