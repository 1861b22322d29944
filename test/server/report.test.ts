/** The report that the server makes for a view of the editor: all files, once each, and links that are numbers. */
import { describe, expect, test } from 'vitest';
import * as client from '../../client/protocol.ts';
import { type ReportResult, reportRequest } from '../../server/protocol.ts';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { writeBaseline } from '../../shared/analysis/baseline.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { startInProcess, type TestClient } from './testClient.ts';

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
    expect(html).toContain('1 of 1 workload misses nothing.');
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
