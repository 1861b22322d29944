/** Facts from other files: what they say about a pod takes effect at once, wherever they stand and however they change. */
import { describe, expect, test } from 'vitest';
import { hardenRequest } from '../../server/protocol.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { startInProcess, type TestClient } from './testClient.ts';

const folder = 'file:///work';
const manifest = `${folder}/web.yaml`;
const account = `${folder}/accounts/web.yaml`;

const POD = HARDENED_POD.replace('  automountServiceAccountToken: false\n', '')
  .replace('  name: web\n', '  name: web\n  namespace: shop\n')
  .replace('spec:\n', 'spec:\n  serviceAccountName: web\n');

function serviceAccount(automount: boolean, namespace = 'shop'): string {
  return `apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: ${namespace}
automountServiceAccountToken: ${automount}
`;
}

/** Resolves once the server has read all files. */
async function untilRead(client: TestClient): Promise<void> {
  await client.logged.nextWhere((line) => line.startsWith('Read the workspace'));
}

async function codes(client: TestClient, uri = manifest): Promise<readonly unknown[]> {
  return (await client.diagnostics(uri)).map(({ code }) => code);
}

const MOUNTED = ['service-account-token/mounted'];

describe('a service account in another file', () => {
  test('settles the finding, and brings it back, as the file changes on disk', async () => {
    const files = new Map([[account, serviceAccount(true)]]);
    const client = await startInProcess({ folders: [folder], files });
    await untilRead(client);
    client.open(manifest, POD);
    expect(await codes(client)).toEqual(MOUNTED);

    files.set(account, serviceAccount(false));
    client.filesChanged(account);
    await client.refreshes.next();
    expect(await codes(client)).toEqual([]);

    files.delete(account);
    client.filesChanged(account);
    await client.refreshes.next();
    expect(await codes(client)).toEqual(MOUNTED);
    await client.stop();
  });

  test('counts as it is typed, before it is saved', async () => {
    const client = await startInProcess({
      folders: [folder],
      files: new Map([[account, serviceAccount(true)]]),
    });
    await untilRead(client);
    client.open(manifest, POD);
    client.open(account, serviceAccount(true));
    expect(await codes(client)).toEqual(MOUNTED);
    client.change(account, 2, { text: serviceAccount(false) });
    await client.diagnostics(account);
    await client.refreshes.next();
    expect(await codes(client)).toEqual([]);
    client.close(account);
    await client.refreshes.next();
    expect(await codes(client)).toEqual(MOUNTED);
    await client.stop();
  });

  test('says nothing about another namespace', async () => {
    const files = new Map([[account, serviceAccount(false, 'till')]]);
    const client = await startInProcess({ folders: [folder], files });
    await untilRead(client);
    client.open(manifest, POD);
    expect(await codes(client)).toEqual(MOUNTED);
    await client.stop();
  });

  test('says nothing in another workspace folder', async () => {
    const files = new Map([['file:///other/web.yaml', serviceAccount(false)]]);
    const client = await startInProcess({ folders: [folder, 'file:///other'], files });
    await untilRead(client);
    client.open(manifest, POD);
    expect(await codes(client)).toEqual(MOUNTED);
    await client.stop();
  });
});

test('a binding in another file is named, and Harden leaves the token to the program that uses it', async () => {
  const files = new Map([
    [
      `${folder}/rbac.yaml`,
      `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: web-admin
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
`,
    ],
  ]);
  const client = await startInProcess({ folders: [folder], files });
  await untilRead(client);
  client.open(manifest, POD);
  const [finding] = await client.diagnostics(manifest);
  expect(finding?.message).toContain('can do everything in the whole cluster');
  const lens = (await client.lenses(manifest))[0];
  expect(lens?.command?.title).toBe('Podproof 7/8');
  expect(await client.connection.sendRequest(hardenRequest, { uri: manifest, scope: 'file' })).toEqual({
    declined: 'There is nothing to change here.',
  });
  await client.stop();
});

test('folders that come and go are read and forgotten', async () => {
  const client = await startInProcess({
    folders: [],
    files: new Map([[account, serviceAccount(false)]]),
  });
  await untilRead(client);
  client.open(manifest, POD);
  client.open(`${folder}/bare.yaml`, BARE_POD);
  expect(await codes(client)).toEqual(MOUNTED);
  const event = { added: [{ uri: folder, name: 'work' }], removed: [] };
  await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
  await untilRead(client);
  expect(await codes(client)).toEqual([]);
  await client.stop();
});
