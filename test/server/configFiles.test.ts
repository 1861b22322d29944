/** `.podproof.yaml` in the editor: the nearest one decides, live, and what is wrong with it is shown on it. */
import { describe, expect, test } from 'vitest';
import { hardenRequest } from '../../server/protocol.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { PLAIN, shown, startInProcess, type TestClient } from './testClient.ts';

const folder = 'file:///work';
const manifest = `${folder}/shop/web.yaml`;
const config = `${folder}/.podproof.yaml`;

const SECCOMP_OFF = 'checks:\n  seccomp: off\n';

async function codes(client: TestClient, uri = manifest): Promise<ReadonlySet<unknown>> {
  return new Set((await client.diagnostics(uri)).map(({ code }) => code));
}

function session(files: Record<string, string>, settings?: unknown): Promise<TestClient> {
  return startInProcess({ folders: [folder], files: new Map(Object.entries(files)), settings });
}

describe('which file decides', () => {
  test('one in the workspace folder does, before the settings of the editor', async () => {
    const client = await session({ [config]: SECCOMP_OFF }, { checks: { seccomp: 'error' } });
    client.open(manifest, BARE_POD);
    expect(await codes(client)).not.toContain('seccomp/missing');
    expect((await client.statuses.next()).detail).toContain('Settings from .podproof.yaml');
    await client.stop();
  });

  test('the nearest one does, alone', async () => {
    const near = `${folder}/shop/.podproof.yaml`;
    const client = await session({ [config]: SECCOMP_OFF, [near]: 'checks: { resources: off }\n' });
    client.open(manifest, BARE_POD);
    const found = await codes(client);
    expect(found).toContain('seccomp/missing');
    expect(found).not.toContain('resources/cpu-limit');
    expect((await client.statuses.next()).detail).toContain('Settings from shop/.podproof.yaml');
    await client.stop();
  });

  test('each workspace folder has its own', async () => {
    const files = new Map([
      ['file:///one/.podproof.yaml', SECCOMP_OFF],
      ['file:///two/.podproof.yaml', 'minimumUid: 2000\n'],
    ]);
    const client = await startInProcess({ folders: ['file:///one', 'file:///two'], files });
    client.open('file:///one/a.yaml', BARE_POD);
    client.open('file:///two/a.yaml', BARE_POD);
    expect(await codes(client, 'file:///one/a.yaml')).not.toContain('seccomp/missing');
    expect(await codes(client, 'file:///two/a.yaml')).toContain('seccomp/missing');
    await client.stop();
  });

  test('one outside of the workspace folders is not even read', async () => {
    const client = await session({ 'file:///elsewhere/.podproof.yaml': SECCOMP_OFF });
    client.open('file:///elsewhere/a.yaml', BARE_POD);
    expect(await codes(client, 'file:///elsewhere/a.yaml')).toContain('seccomp/missing');
    await client.stop();
  });

  test('it does for a client that has no settings and sends none', async () => {
    const files = new Map([[config, SECCOMP_OFF]]);
    const client = await startInProcess({ capabilities: PLAIN, folders: [folder], files });
    client.open(manifest, BARE_POD);
    const { diagnostics } = await client.published.next();
    expect(diagnostics.map(({ code }) => code)).not.toContain('seccomp/missing');
    expect(diagnostics.length).toBeGreaterThan(0);
    await client.stop();
  });
});

describe('changes', () => {
  test('of a file on disk take effect at once, and so does its end', async () => {
    const files = new Map<string, string>();
    const client = await startInProcess({ folders: [folder], files });
    client.open(manifest, BARE_POD);
    expect(await codes(client)).toContain('seccomp/missing');

    files.set(config, SECCOMP_OFF);
    client.filesChanged(config);
    await client.refreshes.next();
    expect(await codes(client)).not.toContain('seccomp/missing');

    files.delete(config);
    client.filesChanged(config);
    await client.refreshes.next();
    expect(await codes(client)).toContain('seccomp/missing');
    await client.stop();
  });

  test('are seen while they are typed, and forgotten when the file closes unsaved', async () => {
    const client = await session({ [config]: 'checks: {}\n' });
    client.open(manifest, BARE_POD);
    expect(await codes(client)).toContain('seccomp/missing');
    client.open(config, 'checks: {}\n');
    client.change(config, 2, { text: SECCOMP_OFF });
    await client.refreshes.next();
    expect(await codes(client)).not.toContain('seccomp/missing');
    client.close(config);
    await client.refreshes.next();
    expect(await codes(client)).toContain('seccomp/missing');
    await client.stop();
  });

  test('that change nothing for the open files are not told', async () => {
    const files = new Map([[config, SECCOMP_OFF]]);
    const client = await startInProcess({ folders: [folder], files });
    client.open(manifest, BARE_POD);
    await codes(client);
    files.set(config, `# A comment.\n${SECCOMP_OFF}`);
    client.filesChanged(config);
    await codes(client);
    expect(client.refreshes.taken()).toEqual([]);
    await client.stop();
  });

  test('are asked for of a client that can tell', async () => {
    const client = await session({});
    client.open(manifest, BARE_POD);
    await codes(client);
    expect(client.registrations.map(({ method }) => method)).toContain('workspace/didChangeWatchedFiles');
    await client.stop();
  });
});

describe('what is wrong with a file', () => {
  const WRONG = 'minimumUid: many\nchecks:\n  seccomp: loud\n';

  test('stands on its keys while it is open', async () => {
    const client = await session({});
    client.open(config, WRONG);
    const found = await client.diagnostics(config);
    expect(shown(found)).toEqual(['0:0-10 settings/invalid', '2:2-9 settings/invalid']);
    expect(await client.statuses.next()).toEqual({
      uri: config,
      text: 'settings, 2 of which are wrong',
      detail: 'Settings for the manifests in this folder and below it',
      severity: 'warning',
    });
    await client.stop();
  });

  test('is sent for a file that is not open, and taken back once it is, so that nothing is there twice', async () => {
    const client = await session({ [config]: WRONG });
    client.open(manifest, BARE_POD);
    await codes(client);
    const { uri, diagnostics } = await client.published.next();
    expect(uri).toBe(config);
    expect(shown(diagnostics)).toEqual(['0:0-10 settings/invalid', '2:2-9 settings/invalid']);
    client.open(config, WRONG);
    expect(await client.published.next()).toEqual({ uri: config, diagnostics: [] });
    await client.stop();
  });

  test('does not take the rest of it away', async () => {
    const client = await session({ [config]: `minimumUid: many\n${SECCOMP_OFF}` });
    client.open(manifest, BARE_POD);
    expect(await codes(client)).not.toContain('seccomp/missing');
    await client.stop();
  });
});

describe('a file that is left out', () => {
  test('by the settings has no squiggles, no lenses and no edits, and the status says by what', async () => {
    const client = await session({}, { exclude: ['shop/*.yaml'] });
    client.open(manifest, `${BARE_POD} # podproof-ignore nothing\n`);
    expect(await client.diagnostics(manifest)).toEqual([]);
    expect(await client.lenses(manifest)).toEqual([]);
    expect(await client.statuses.next()).toEqual({
      uri: manifest,
      text: 'excluded',
      detail: 'Left out by shop/*.yaml in the settings',
    });
    const scope = 'file';
    expect(await client.connection.sendRequest(hardenRequest, { uri: manifest, scope })).toEqual({
      declined: 'The file is left out by shop/*.yaml.',
    });
    await client.stop();
  });

  test("by a file's globs, which count from its own folder", async () => {
    const near = `${folder}/shop/.podproof.yaml`;
    const client = await session({ [near]: 'exclude: [old/*]\n' });
    const old = `${folder}/shop/old/web.yaml`;
    client.open(old, BARE_POD);
    client.open(manifest, BARE_POD);
    expect(await client.diagnostics(old)).toEqual([]);
    expect((await client.statuses.next()).detail).toBe('Left out by old/* in shop/.podproof.yaml');
    expect(await client.diagnostics(manifest)).not.toEqual([]);
    await client.stop();
  });
});

test('objects of OpenShift bring the hint that there is a setting for it', async () => {
  const client = await session({});
  client.open(manifest, `${HARDENED_POD}---\napiVersion: route.openshift.io/v1\nkind: Route\n`);
  await codes(client);
  expect((await client.statuses.next()).detail).toContain('podproof.platform');
  await client.stop();
});
