/** A baseline in the editor: what it remembers is not shown, in open files and in others, and can be hardened all the same. */
import { expect, test } from 'vitest';
import { ExecuteCommandRequest } from 'vscode-languageserver/node';
import { CHECK_WORKSPACE, hardenRequest } from '../../server/protocol.ts';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { writeBaseline } from '../../shared/analysis/baseline.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { BARE_POD } from './manifests.ts';
import { startInProcess, type TestClient } from './testClient.ts';

const folder = 'file:///work';
const manifest = `${folder}/old/web.yaml`;
const baseline = `${folder}/.podproof-baseline.json`;

const REMEMBERED = writeBaseline([
  {
    path: 'old/web.yaml',
    findings: findingsOf(analyzeText(BARE_POD, DEFAULT_SETTINGS)).map(({ finding }) => finding),
  },
]);

async function start(files: ReadonlyMap<string, string>): Promise<TestClient> {
  const client = await startInProcess({ folders: [folder], files });
  await client.logged.nextWhere((line) => line.startsWith('Read the workspace'));
  return client;
}

test('what it remembers is not shown, and the status says so; what is new is shown', async () => {
  const client = await start(new Map([[baseline, REMEMBERED]]));
  client.open(manifest, BARE_POD);
  expect(await client.diagnostics(manifest)).toEqual([]);
  const { text, detail } = await client.statuses.next();
  expect(text).toBe('0 of 8 practices');
  expect(detail).toMatch(/\d+ findings are in the baseline, and not shown/);
  client.change(manifest, 2, {
    text: `# moved\n${BARE_POD}  hostNetwork: true\n  serviceAccountName: web\n`,
  });
  expect(await client.diagnostics(manifest)).toEqual([]);
  client.change(manifest, 3, { text: `${BARE_POD}    - name: other\n      image: other:1\n` });
  const found = await client.diagnostics(manifest);
  expect(found.length).toBeGreaterThan(0);
  for (const { message, data } of found) expect(JSON.stringify([message, data])).toContain('other');
  await client.stop();
});

test('it can be hardened all the same', async () => {
  const client = await start(new Map([[baseline, REMEMBERED]]));
  client.open(manifest, BARE_POD);
  const answer = await client.connection.sendRequest(hardenRequest, { uri: manifest, scope: 'file' });
  expect(answer).toHaveProperty('edits');
  await client.stop();
});

test('its change and its end are followed', async () => {
  const files = new Map([[baseline, REMEMBERED]]);
  const client = await start(files);
  client.open(manifest, BARE_POD);
  expect(await client.diagnostics(manifest)).toEqual([]);
  files.delete(baseline);
  client.filesChanged(baseline);
  await client.refreshes.next();
  expect(await client.diagnostics(manifest)).not.toEqual([]);
  await client.stop();
});

test('one that cannot be read hides nothing, and the log says why', async () => {
  const client = await startInProcess({ folders: [folder], files: new Map([[baseline, '{']]) });
  expect(await client.logged.nextWhere((line) => line.includes('baseline'))).toBe(
    'The baseline is not JSON.',
  );
  client.open(manifest, BARE_POD);
  expect(await client.diagnostics(manifest)).not.toEqual([]);
  await client.stop();
});

test('files that are not open are quiet too', async () => {
  const files = new Map([
    [baseline, REMEMBERED],
    [manifest, BARE_POD],
    [`${folder}/new/web.yaml`, BARE_POD],
  ]);
  const client = await start(files);
  await client.connection.sendRequest(ExecuteCommandRequest.type, { command: CHECK_WORKSPACE });
  expect(client.published.taken().map(({ uri }) => uri)).toEqual([`${folder}/new/web.yaml`]);
  await client.stop();
});
