/** The report that the server makes for a view of the editor: all files, once each, and links that are numbers. */
import { describe, expect, test } from 'vitest';
import * as client from '../../client/protocol.ts';
import {
  type ReportResult,
  reportClosedNotification,
  reportOutdatedNotification,
  reportRequest,
} from '../../server/protocol.ts';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { writeBaseline } from '../../shared/analysis/baseline.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { Inbox, startInProcess, type TestClient } from './testClient.ts';

const folder = 'file:///work';

function report(session: TestClient): Promise<ReportResult> {
  return session.connection.sendRequest(reportRequest, { nonce: 'abc123', subject: 'shop' });
}

/** The places that links lead to, each once. */
function placesIn({ html, files }: ReportResult): readonly string[] {
  const links = [...html.matchAll(/href="#place=(\d+):(\d+):(\d+)"/g)];
  return [
    ...new Set(links.map(([, file, line, character]) => `${files[Number(file)]} ${line}:${character}`)),
  ];
}

/** A client that keeps showing the report, and hears when it is out of date. */
async function keepingClient(files: Map<string, string>) {
  const read: string[] = [];
  const session = await startInProcess({ folders: [folder], files, reading: (uri) => read.push(uri) });
  const outdated = new Inbox<true>();
  session.connection.onNotification(reportOutdatedNotification, () => outdated.put(true));
  await session.logged.nextWhere((line) => line.startsWith('Read the workspace'));
  const make = (previousId?: string): Promise<ReportResult> =>
    session.connection.sendRequest(reportRequest, {
      nonce: 'abc123',
      subject: 'shop',
      isKept: true,
      ...(previousId !== undefined && { previousId }),
    });
  return { session, read, outdated, make };
}

describe('a report that is kept', () => {
  const three = (): Map<string, string> =>
    new Map(['a', 'b', 'c'].map((name) => [`${folder}/${name}.yaml`, BARE_POD]));

  test('is asked for by the same names on both sides', () => {
    expect(client.reportOutdatedNotification).toBe(reportOutdatedNotification.method);
    expect(client.reportClosedNotification).toBe(reportClosedNotification.method);
  });

  test('reads a file again when that one changes, and no other', async () => {
    const files = three();
    const { session, read, outdated, make } = await keepingClient(files);
    const first = await make();
    read.length = 0;
    expect(await make(first.id)).toEqual({ id: first.id, html: '', files: first.files });
    expect(read).toEqual([]);
    files.set(`${folder}/b.yaml`, HARDENED_POD);
    session.filesChanged(`${folder}/b.yaml`);
    await outdated.next();
    read.length = 0;
    const second = await make(first.id);
    expect(read).toEqual([]);
    expect(second.html).toContain('1 of 3 workloads miss nothing.');
    // It shows in the report alone: nobody has asked for problems of files that are not open.
    expect(session.published.taken()).toEqual([]);
    await session.stop();
  });

  test('follows files that come, go, open, are typed in and close', async () => {
    const files = three();
    const { session, outdated, make } = await keepingClient(files);
    const counted = async (): Promise<string | undefined> => {
      await outdated.next();
      return /shop: (.*?)\. /.exec((await make()).html)?.[1];
    };
    await make();
    files.set(`${folder}/d.yaml`, BARE_POD);
    session.filesChanged(`${folder}/d.yaml`);
    expect(await counted()).toBe('4 workloads in 4 files');
    files.delete(`${folder}/a.yaml`);
    session.filesChanged(`${folder}/a.yaml`);
    expect(await counted()).toBe('3 workloads in 3 files');
    session.open(`${folder}/b.yaml`, BARE_POD);
    await session.diagnostics(`${folder}/b.yaml`);
    expect(await counted()).toBe('3 workloads in 3 files');
    session.change(`${folder}/b.yaml`, 2, { text: `${BARE_POD}---\n${BARE_POD}` });
    await session.diagnostics(`${folder}/b.yaml`);
    outdated.taken();
    expect((await make()).html).toContain('4 workloads in 3 files');
    outdated.taken();
    session.close(`${folder}/b.yaml`);
    expect(await counted()).toBe('3 workloads in 3 files');
    await session.stop();
  });

  test('follows what decides about all files', async () => {
    const files = three();
    const { session, outdated, make } = await keepingClient(files);
    const { html } = await make();
    expect(html).toContain('seccomp/missing');
    files.set(`${folder}/.podproof.yaml`, 'checks: {seccomp: off}\n');
    session.filesChanged(`${folder}/.podproof.yaml`);
    await outdated.next();
    expect((await make()).html).not.toContain('seccomp/missing');
    await session.stop();
  });

  test('is made from nothing once it was closed, and nobody is told of it any more', async () => {
    const files = three();
    const { session, read, outdated, make } = await keepingClient(files);
    await make();
    await session.connection.sendNotification(reportClosedNotification, {});
    files.delete(`${folder}/a.yaml`);
    session.filesChanged(`${folder}/a.yaml`);
    read.length = 0;
    expect((await report(session)).html).toContain('2 workloads in 2 files');
    expect(read).toContain(`${folder}/b.yaml`);
    expect(outdated.taken()).toEqual([]);
    await session.stop();
  });
});

describe('the report', () => {
  test('is asked for by the same name on both sides', () => {
    expect(client.reportRequest).toBe(reportRequest.method);
  });

  test('has the files of all folders, those that are open as they are typed, and each once', async () => {
    const session = await startInProcess({
      folders: [folder, `${folder}/inner`],
      files: new Map([
        [`${folder}/a.yaml`, BARE_POD],
        [`${folder}/inner/b.yaml`, BARE_POD],
        [`${folder}/notes.yaml`, 'just: notes\n'],
      ]),
    });
    session.open(`${folder}/a.yaml`, `\n${BARE_POD}`);
    session.open('untitled:Untitled-1', BARE_POD);
    const made = await report(session);
    expect([...made.files].sort()).toEqual([
      `${folder}/a.yaml`,
      `${folder}/inner/b.yaml`,
      'untitled:Untitled-1',
    ]);
    expect(made.html).toContain('shop: 3 workloads in 3 files.');
    const places = placesIn(made);
    expect(places).toContain(`${folder}/a.yaml 2:1`);
    expect(places).toContain(`${folder}/inner/b.yaml 1:1`);
    expect(session.published.taken()).toEqual([]);
    await session.stop();
  });

  test('follows settings, and what other files settle', async () => {
    const token = 'service-account-token';
    const account =
      'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: shop}\nautomountServiceAccountToken: false\n';
    const pod = BARE_POD.replace('metadata:\n', 'metadata:\n  namespace: shop\n');
    const files = new Map([
      [`${folder}/pod.yaml`, pod],
      [`${folder}/.podproof.yaml`, 'exclude: ["legacy/**"]\n'],
      [`${folder}/legacy/pod.yaml`, pod],
    ]);
    const session = await startInProcess({ folders: [folder], files });
    const before = await report(session);
    expect(before.files).toEqual([`${folder}/pod.yaml`]);
    expect(before.html).toMatch(new RegExp(`data-missed="[^"]*${token}`));
    files.set(`${folder}/account.yaml`, account);
    session.filesChanged(`${folder}/account.yaml`);
    const after = await report(session);
    expect(after.html).not.toMatch(new RegExp(`data-missed="[^"]*${token}`));
    await session.stop();
  });

  test('counts nothing that a baseline remembers', async () => {
    const pod = BARE_POD;
    const baseline = writeBaseline([
      {
        path: 'pod.yaml',
        findings: findingsOf(analyzeText(pod, DEFAULT_SETTINGS)).map(({ finding }) => finding),
      },
    ]);
    const files = new Map([
      [`${folder}/pod.yaml`, pod],
      [`${folder}/.podproof-baseline.json`, baseline],
    ]);
    const session = await startInProcess({ folders: [folder], files });
    const { html } = await report(session);
    expect(html).toContain(
      '1 of 1 workload misses nothing else. 13 findings are suppressed or known from a baseline, and not counted.',
    );
    expect(html).toContain('<td class="suppressed">');
    await session.stop();
  });

  test('says what misses nothing, and lets nothing run that does not carry its nonce', async () => {
    const session = await startInProcess({ folders: [folder] });
    const name = `x" onclick="alert(1)"><script>alert(1)</script>`;
    session.open(`${folder}/${encodeURIComponent(name)}.yaml`, HARDENED_POD);
    const { html } = await report(session);
    expect(html).toContain('1 of 1 workload misses nothing.');
    const policy = `default-src 'none'; style-src 'nonce-abc123'; script-src 'nonce-abc123'; base-uri 'none'; form-action 'none'`;
    expect(html).toContain(policy.replaceAll("'", '&#39;'));
    expect([...html.matchAll(/<(?:script|style)\b[^>]*>/g)].map(([tag]) => tag)).toEqual([
      '<style nonce="abc123">',
      '<script nonce="abc123">',
      '<script nonce="abc123">',
    ]);
    expect(html).not.toMatch(/<[^>]* on\w+=/);
    await session.stop();
  });
});
