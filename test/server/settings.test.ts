/** Settings: read live, for each document, in whatever way the client says them. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { seccomp } from '../../shared/practices/seccomp.ts';
import { BARE_POD } from './manifests.ts';
import { PLAIN, startInProcess, type TestClient, VSCODE } from './testClient.ts';

const uri = 'file:///manifest.yaml';
const seccompOff = { checks: { seccomp: 'off' } };

afterEach(() => {
  vi.restoreAllMocks();
});

async function codes(client: TestClient, of = uri): Promise<ReadonlySet<unknown>> {
  return new Set((await client.diagnostics(of)).map(({ code }) => code));
}

describe('a client that is asked', () => {
  test('is asked once for each document, and hears that it should pull again when something changes', async () => {
    const client = await startInProcess();
    client.open(uri, BARE_POD);
    expect(await codes(client)).toContain('seccomp/missing');
    await codes(client);
    expect(client.configurationRequests).toBe(1);

    client.settings = seccompOff;
    client.configure(null);
    await client.refreshes.next();
    expect(await codes(client)).not.toContain('seccomp/missing');
    expect(client.configurationRequests).toBe(2);
    await client.stop();
  });

  test('registers for changes, of the one section', async () => {
    const client = await startInProcess();
    client.open(uri, BARE_POD);
    await codes(client);
    const ofSettings = client.registrations.filter(({ method }) => method.endsWith('Configuration'));
    expect(ofSettings).toEqual([
      expect.objectContaining({
        method: 'workspace/didChangeConfiguration',
        registerOptions: { section: 'podproof' },
      }),
    ]);
    await client.stop();
  });

  test('may have others for each folder', async () => {
    const client = await startInProcess({
      settings: (scope: string) => (scope.startsWith('file:///quiet/') ? seccompOff : null),
    });
    client.open(uri, BARE_POD);
    client.open('file:///quiet/manifest.yaml', BARE_POD);
    expect(await codes(client)).toContain('seccomp/missing');
    expect(await codes(client, 'file:///quiet/manifest.yaml')).not.toContain('seccomp/missing');
    await client.stop();
  });

  test('is not told to pull again, and nothing is judged again, where the settings of another extension change', async () => {
    const client = await startInProcess({ settings: { minimumUid: 2000 } });
    client.open(uri, BARE_POD);
    const { resultId } = await client.pull(uri);
    const check = vi.spyOn(seccomp, 'check');
    client.settings = { minimumUid: 2000 };
    client.configure(null);
    expect(await client.pull(uri, resultId)).toMatchObject({ kind: 'unchanged' });
    expect(check).not.toHaveBeenCalled();
    expect(client.refreshes.taken()).toEqual([]);
    await client.stop();
  });

  test('that fails to answer gets the defaults, and the failure is logged', async () => {
    const client = await startInProcess({
      settings: () => {
        throw new Error('no settings today');
      },
    });
    client.open(uri, BARE_POD);
    expect(await codes(client)).toContain('seccomp/missing');
    const failure = await client.logged.nextWhere((line) => line.includes('settings'));
    expect(failure).toContain('The client did not say its settings.');
    await client.stop();
  });

  test('that cannot refresh sees the change with its next question', async () => {
    const { diagnostics: _, ...workspace } = VSCODE.workspace ?? {};
    const client = await startInProcess({ capabilities: { ...VSCODE, workspace } });
    client.open(uri, BARE_POD);
    await codes(client);
    client.settings = seccompOff;
    client.configure(null);
    expect(await codes(client)).not.toContain('seccomp/missing');
    await client.stop();
  });
});

describe('a client that cannot be asked', () => {
  test.each([
    ['under the section', { podproof: seccompOff }],
    ['as they are', seccompOff],
  ])('gives its settings at the start, %s', async (_, initializationOptions) => {
    const client = await startInProcess({ capabilities: PLAIN, initializationOptions });
    client.open(uri, BARE_POD);
    const { diagnostics } = await client.published.next();
    expect(diagnostics.map(({ code }) => code)).not.toContain('seccomp/missing');
    expect(client.configurationRequests).toBe(0);
    await client.stop();
  });

  test('sends them when they change, and is answered anew', async () => {
    const client = await startInProcess({ capabilities: PLAIN });
    client.open(uri, BARE_POD);
    expect((await client.published.next()).diagnostics.map(({ code }) => code)).toContain('seccomp/missing');
    client.configure({ podproof: seccompOff });
    expect((await client.published.next()).diagnostics.map(({ code }) => code)).not.toContain(
      'seccomp/missing',
    );
    await client.stop();
  });
});

describe('values', () => {
  test('of the wrong type are left at their defaults', async () => {
    const client = await startInProcess({ settings: { minimumUid: 'many', checks: ['seccomp'], fix: 7 } });
    client.open(uri, BARE_POD);
    expect(await codes(client)).toContain('seccomp/missing');
    await client.stop();
  });
});
