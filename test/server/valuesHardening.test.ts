/** Hardening by values: a chart hardened in one of its values files, from a template, from a values file and from a release. */
import { describe, expect, test } from 'vitest';
import { CREATED } from '../helm/charts.ts';
import { at, startInProcess, type TestClient, VSCODE } from './testClient.ts';

const folder = 'file:///work';
const chart = `${folder}/shop`;
const template = `${chart}/templates/deployment.yaml`;
const KIND = 'refactor.rewrite.podproof.harden.values';

const workspaceEdit = { documentChanges: true, resourceOperations: ['create' as const] };
const capabilities = { ...VSCODE, workspace: { ...VSCODE.workspace, workspaceEdit } };

async function opened(more: Readonly<Record<string, string>>, name: string): Promise<TestClient> {
  const all = {
    ...Object.fromEntries(Object.entries(CREATED).map(([path, text]) => [`shop/${path}`, text])),
    ...more,
  };
  const files = new Map(Object.entries(all).map(([path, text]) => [`${folder}/${path}`, text]));
  const client = await startInProcess({ folders: [folder], files, capabilities });
  await client.logged.nextWhere((line) => line.startsWith('Read the workspace'));
  client.open(`${folder}/${name}`, files.get(`${folder}/${name}`) ?? '');
  return client;
}

async function offered(client: TestClient, uri: string) {
  return client.actions(
    uri,
    { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    {
      diagnostics: [],
      only: [KIND],
    },
  );
}

async function written(client: TestClient, uri: string, title: string): Promise<unknown> {
  const action = (await offered(client, uri)).find((one) => one.title === title);
  if (action === undefined) throw new Error('It is not offered.');
  return (await client.resolve(action)).edit?.documentChanges;
}

describe('hardening a chart by values', () => {
  test('is offered in a template, writes the values file alone, and says what no value decides', async () => {
    const client = await opened({}, 'shop/templates/deployment.yaml');
    expect(await written(client, template, 'Harden the chart by values in values.yaml')).toEqual([
      {
        textDocument: { uri: `${chart}/values.yaml`, version: null },
        edits: [
          { range: expect.anything(), newText: expect.stringContaining('allowPrivilegeEscalation: false') },
        ],
      },
    ]);
    expect(await client.shownMessages.next()).toBe(
      'Podproof: In the chart, one finding is left (read-only-root-filesystem): no value of the chart decides it.',
    );
    await client.stop();
  });

  test('is offered among all actions, where a value decides something', async () => {
    const client = await opened({}, 'shop/templates/deployment.yaml');
    const text = CREATED['templates/deployment.yaml'] ?? '';
    const actions = await client.actions(template, at(text, 'containers'), { diagnostics: [] });
    expect(actions.map(({ title }) => title)).toContain('Harden the chart by values in values.yaml');
    await client.stop();
  });

  test('writes another values file where it is asked from there', async () => {
    const name = 'shop/values-prod.yaml';
    const client = await opened({ [name]: 'replicaCount: 3\n' }, name);
    expect(
      await written(client, `${folder}/${name}`, 'Harden the chart by values in values-prod.yaml'),
    ).toEqual([
      {
        textDocument: { uri: `${folder}/${name}`, version: null },
        edits: [{ range: expect.anything(), newText: expect.stringContaining('automount: false') }],
      },
    ]);
    await client.stop();
  });

  test('writes the values of a release, and leaves its chart alone', async () => {
    const name = 'apps/shop.yaml';
    const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: shop
spec:
  chart:
    spec:
      chart: ./shop
      sourceRef: {kind: GitRepository, name: here}
  values:
    replicaCount: 2
`;
    const client = await opened({ [name]: release }, name);
    expect(await written(client, `${folder}/${name}`, 'Harden the chart by values of this release')).toEqual([
      {
        textDocument: { uri: `${folder}/${name}`, version: null },
        edits: [
          {
            range: expect.anything(),
            newText: expect.stringMatching(/^ {4}serviceAccount:\n {6}automount: false\n/),
          },
        ],
      },
    ]);
    await client.stop();
  });

  test('is offered nowhere else', async () => {
    const client = await opened({ 'pod.yaml': 'apiVersion: v1\nkind: Pod\n' }, 'pod.yaml');
    expect(await offered(client, `${folder}/pod.yaml`)).toEqual([]);
    await client.stop();
  });
});
