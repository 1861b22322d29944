/** Faults: what fails costs its own answer and nothing else. */

import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  CodeActionRequest,
  CodeActionResolveRequest,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  HoverRequest,
} from 'vscode-languageserver/node';
import { hardenRequest } from '../../server/protocol.ts';
import { seccomp } from '../../shared/practices/seccomp.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { at, PLAIN, startInProcess, type TestClient } from './testClient.ts';

const uri = 'file:///manifest.yaml';

afterEach(() => {
  vi.restoreAllMocks();
});

/** The server still judges, and judges right. */
async function expectAlive(client: TestClient): Promise<void> {
  const other = 'file:///alive.yaml';
  client.open(other, BARE_POD);
  expect(new Set((await client.diagnostics(other)).map(({ code }) => code))).toContain('seccomp/missing');
  client.close(other);
}

describe('a practice that breaks', () => {
  test('costs its own findings; it is logged once, without a word of the document', async () => {
    const canary = 'canary-5309';
    vi.spyOn(seccomp, 'check').mockImplementation((pod) => {
      throw new Error(`cannot judge ${pod.containers[0]?.name}`);
    });
    const client = await startInProcess();
    client.open(uri, BARE_POD.replaceAll('web', canary));
    const codes = new Set((await client.diagnostics(uri)).map(({ code }) => code));
    expect(codes).not.toContain('seccomp/missing');
    for (const code of ['root-user/unset', 'capabilities/not-dropped', 'service-account-token/mounted']) {
      expect(codes).toContain(code);
    }
    client.open(uri, `---\n${BARE_POD.replaceAll('web', canary)}`, 2);
    await client.diagnostics(uri);
    client.change(uri, 3, { range: at('', ''), text: 'kind: Other\n' });
    await client.diagnostics(uri);

    const logged = client.logged.taken();
    const failures = logged.filter((line) => line.startsWith('seccomp failed.'));
    // Two documents were judged: the first text, and the same behind a marker. The third text has that one unchanged.
    expect(failures).toHaveLength(2);
    expect(failures[0]).toContain('Error\n');
    expect(logged.join('\n')).not.toContain(canary);
    await client.stop();
  });
});

describe('a request that fails', () => {
  test('is answered empty and logged', async () => {
    const client = await startInProcess();
    client.open(uri, BARE_POD);
    const nowhere = { line: 'first', character: null };
    const hover = await client.connection.sendRequest(HoverRequest.method, {
      textDocument: { uri },
      position: nowhere,
    });
    expect(hover).toBeNull();
    expect(await client.logged.nextWhere((line) => line.includes('failed'))).toMatch(
      /^Hovering failed\. TypeError\n\s+at /,
    );
    await client.stop();
  });

  test.each<[string, unknown]>([
    [HoverRequest.method, {}],
    [HoverRequest.method, { textDocument: { uri }, position: { line: 1e9, character: -5 } }],
    [HoverRequest.method, { textDocument: { uri }, position: { line: -1, character: 0.5 } }],
    [DocumentDiagnosticRequest.method, {}],
    [DocumentDiagnosticRequest.method, { textDocument: { uri: 7 }, previousResultId: {} }],
    [CodeActionRequest.method, { textDocument: { uri } }],
    [CodeActionRequest.method, { textDocument: { uri }, range: {}, context: {} }],
    [CodeActionRequest.method, { textDocument: { uri }, range: at('', ''), context: { only: 'quickfix' } }],
    [
      CodeActionRequest.method,
      { textDocument: { uri }, range: at('', ''), context: { diagnostics: [null] } },
    ],
    [CodeActionResolveRequest.method, { title: 'of another server', data: { uri, want: 'mischief' } }],
    [CodeActionResolveRequest.method, { title: 'half', data: { uri, want: 'fix', key: 'x' } }],
    [CodeActionResolveRequest.method, { title: 'none', data: null }],
    [hardenRequest.method, { uri: null }],
    ['textDocument/rename', { textDocument: { uri } }],
  ])('%s %j leaves the server running', async (method, params) => {
    const client = await startInProcess();
    client.open(uri, BARE_POD);
    // Whether it is answered or refused: it is answered.
    await client.connection.sendRequest(method, params).catch(() => undefined);
    await expectAlive(client);
    await client.stop();
  });

  test.each<[string, unknown]>([
    [DidOpenTextDocumentNotification.method, {}],
    [DidOpenTextDocumentNotification.method, { textDocument: { uri, version: 1 } }],
    [DidChangeTextDocumentNotification.method, { textDocument: { uri } }],
    [DidChangeTextDocumentNotification.method, { textDocument: { uri, version: 2 }, contentChanges: [{}] }],
    ['textDocument/didClose', {}],
    ['workspace/didChangeConfiguration', {}],
    ['workspace/didChangeWatchedFiles', { changes: [] }],
    ['podproof/unknown', {}],
  ])('%s %j leaves the server running', async (method, params) => {
    const client = await startInProcess();
    await client.connection.sendNotification(method, params);
    await expectAlive(client);
    await client.stop();
  });
});

describe('a change that cannot be understood', () => {
  test('leaves the document unknown, which is better than wrong, until its text comes as a whole', async () => {
    const client = await startInProcess();
    client.open(uri, BARE_POD);
    expect(await client.diagnostics(uri)).not.toEqual([]);
    await client.connection.sendNotification(DidChangeTextDocumentNotification.method, {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: { start: {}, end: {} }, text: 'lost' }],
    });
    expect(await client.diagnostics(uri)).toEqual([]);
    expect(await client.actions(uri, at(BARE_POD, 'spec'))).toEqual([]);
    client.change(uri, 3, { range: at(BARE_POD, 'spec'), text: '# on the wrong text\n' });
    expect(await client.diagnostics(uri)).toEqual([]);
    client.change(uri, 4, { text: BARE_POD });
    expect(await client.diagnostics(uri)).not.toEqual([]);
    await client.stop();
  });

  test('takes back what was sent', async () => {
    const client = await startInProcess({ capabilities: PLAIN });
    client.open(uri, BARE_POD);
    expect((await client.published.next()).diagnostics).not.toEqual([]);
    await client.connection.sendNotification(DidChangeTextDocumentNotification.method, {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: null, text: null }],
    });
    expect(await client.published.next()).toEqual({ uri, diagnostics: [] });
    await client.stop();
  });
});

describe('a client that says little about itself', () => {
  test.each([
    ['nothing', {}],
    ['nulls', { textDocument: null, workspace: null, general: null }],
    ['empty sections', { textDocument: {}, workspace: {} }],
    [
      'nulls in its sections',
      {
        textDocument: { diagnostic: null, codeAction: null, hover: null },
        workspace: { workspaceEdit: null },
      },
    ],
  ])('%s', async (_, capabilities) => {
    const client = await startInProcess({ capabilities: capabilities as object });
    client.open(uri, BARE_POD);
    expect((await client.published.next()).diagnostics).not.toEqual([]);
    client.change(uri, 2, { text: HARDENED_POD });
    expect((await client.published.next()).diagnostics).toEqual([]);
    expect(client.registrations).toEqual([]);
    await client.stop();
  });
});
