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
    expect(only?.message).toContain('Left open by dev; other overlays supply it.');
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

/** A kustomization or an object around it with a patch as text, whose fields stand at some indentation. */
function inlinePatch(field: string, indent: string): string {
  return `patches:
  - patch: |
${patchWith(field).replaceAll(/^(?=.)/gm, '      ')}`.replaceAll(/^(?=.)/gm, indent);
}

const FLUX = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: web
spec:
  path: ./base
`;
const ARGO = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web
spec:
  source:
    path: base
    kustomize:
`;

async function squiggles(client: TestClient, uri: string, text: string): Promise<readonly string[]> {
  const lines = text.split('\n');
  return (await client.diagnostics(uri)).map(
    ({ code, range }) =>
      `${code} at ${lines[range.start.line]?.slice(range.start.character, range.end.character)}`,
  );
}

describe.each([
  [
    'a kustomization',
    'prod/kustomization.yaml',
    (field: string) => `resources: [../base]\n${inlinePatch(field, '')}`,
  ],
  [
    'a kustomization without an extension',
    'prod/Kustomization',
    (field: string) => `resources: [../base]\n${inlinePatch(field, '')}`,
  ],
  ['a Flux Kustomization', 'flux/web.yaml', (field: string) => FLUX + inlinePatch(field, '  ')],
  ['an Argo CD Application', 'argo/web.yaml', (field: string) => ARGO + inlinePatch(field, '      ')],
] as const)('a patch written in %s', (_, name, textWith) => {
  const alone = {
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': OPEN_POD,
  };
  const workspace = (field: string): Map<string, string> =>
    new Map(
      Object.entries({ ...alone, [name]: textWith(field) }).map(([file, text]) => [
        `${folder}/${file}`,
        text,
      ]),
    );
  const uri = `${folder}/${name}`;

  test('answers for the base', async () => {
    const client = await start(workspace('readOnlyRootFilesystem: true'));
    client.open(base, OPEN_POD);
    expect(await told(client, base)).toEqual([]);
    await client.stop();
  });

  test('is told in place what it sets wrong, and stays so while a person types', async () => {
    const text = textWith('privileged: true');
    const client = await start(workspace('privileged: true'));
    client.open(uri, text);
    const PRIVILEGED = ['privilege-escalation/privileged at true'];
    expect(await squiggles(client, uri, text)).toEqual(PRIVILEGED);
    expect(await client.actions(uri, at(text, 'privileged: true'), {})).not.toContainEqual(
      expect.objectContaining({ edit: expect.anything() }),
    );
    const more = `# Ours.\n${text}`;
    client.change(uri, 2, { text: more });
    expect(await squiggles(client, uri, more)).toEqual(PRIVILEGED);
    await client.stop();
  });

  test('lacks nothing', async () => {
    const text = textWith('readOnlyRootFilesystem: true');
    const client = await start(workspace('readOnlyRootFilesystem: true'));
    client.open(uri, text);
    expect(await squiggles(client, uri, text)).toEqual([]);
    await client.stop();
  });
});

describe('what only base and overlay together bring', () => {
  test('is told in the patch that brings it', async () => {
    const adding = `${patchWith('readOnlyRootFilesystem: true')}    - name: added
      image: example.com/added:1
`;
    const client = await start(files({ 'prod/patch.yaml': adding }));
    client.open(patch, adding);
    const found = await squiggles(client, patch, adding);
    expect(found).toContain('privilege-escalation/not-denied at added');
    expect(found.every((one) => one.endsWith(' at added'))).toBe(true);
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
