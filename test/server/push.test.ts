/** Push: diagnostics for a client that cannot ask for them. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { seccomp } from '../../shared/practices/seccomp.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { at, PLAIN, rangeOf, type shown, startInProcess, type TestClient } from './testClient.ts';

const uri = 'file:///manifest.yaml';
let client: TestClient;

beforeEach(async () => {
  client = await startInProcess({ capabilities: PLAIN });
});
afterEach(async () => {
  await client.stop();
  vi.restoreAllMocks();
});

const codes = (diagnostics: Parameters<typeof shown>[0]): readonly unknown[] =>
  diagnostics.map(({ code }) => code);

describe('push', () => {
  test('the server says nothing of pulling', () => {
    expect(client.initialized.capabilities.diagnosticProvider).toBeUndefined();
  });

  test('opening, changing and closing a document each have their answer', async () => {
    client.open(uri, BARE_POD);
    expect(codes((await client.published.next()).diagnostics)).toContain('service-account-token/mounted');

    const { end } = rangeOf(BARE_POD, 'spec:');
    client.change(uri, 2, { range: { start: end, end }, text: '\n  automountServiceAccountToken: false' });
    const changed = await client.published.next();
    expect(codes(changed.diagnostics)).not.toContain('service-account-token/mounted');
    expect(codes(changed.diagnostics)).toContain('seccomp/missing');

    client.close(uri);
    expect(await client.published.next()).toEqual({ uri, diagnostics: [] });
  });

  test('a document without findings is answered too', async () => {
    client.open(uri, HARDENED_POD);
    expect(await client.published.next()).toEqual({ uri, diagnostics: [] });
  });

  test('an equal answer is not sent again', async () => {
    client.open(uri, BARE_POD);
    await client.published.next();
    const { end } = rangeOf(BARE_POD, 'kind: Pod');
    client.change(uri, 2, { range: { start: end, end }, text: ' # a pod' });
    client.open('file:///other.yaml', HARDENED_POD);
    expect((await client.published.next()).uri).toBe('file:///other.yaml');
  });

  test('a burst of changes is answered once, for the last of them', async () => {
    client.open(uri, BARE_POD);
    await client.published.next();
    const check = vi.spyOn(seccomp, 'check');
    const word = '  automountServiceAccountToken: false\n';
    [...word].forEach((key, index) => {
      const start = { line: 5, character: index };
      client.change(uri, index + 2, { range: { start, end: start }, text: key });
    });
    const { diagnostics } = await client.published.next();
    expect(codes(diagnostics)).not.toContain('service-account-token/mounted');
    expect(check).toHaveBeenCalledTimes(1);
    client.close(uri);
    expect(await client.published.next()).toEqual({ uri, diagnostics: [] });
  });

  test('versions are told where the client reads them', async () => {
    const versioned = await startInProcess({
      capabilities: { textDocument: { publishDiagnostics: { versionSupport: true } } },
    });
    versioned.open(uri, BARE_POD, 7);
    expect((await versioned.published.next()).version).toBe(7);
    await versioned.stop();
  });

  test('a document closed at once is not answered with findings afterwards', async () => {
    client.open(uri, BARE_POD);
    client.close(uri);
    client.open('file:///other.yaml', HARDENED_POD);
    const answers = [await client.published.nextWhere(({ uri: of }) => of === 'file:///other.yaml')];
    expect([...answers, ...client.published.taken()].filter(({ uri: of }) => of === uri)).toEqual([]);
  });

  test('everything else works as well', async () => {
    client.open(uri, BARE_POD);
    expect(await client.hover(uri, at(BARE_POD, 'spec').start)).not.toBeNull();
    expect(await client.actions(uri, at(BARE_POD, 'spec'))).toEqual([]);
  });
});
