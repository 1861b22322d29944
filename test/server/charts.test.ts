/** Helm charts in an editor: a template and its values, open or not, and fixes that reach over both. */
import { describe, expect, onTestFinished, test } from 'vitest';
import type { CodeAction, Diagnostic, TextDocumentEdit, TextEdit } from 'vscode-languageserver';
import { CREATED } from '../helm/charts.ts';
import { startInProcess, type TestClient, withEdits } from './testClient.ts';

const ROOT = 'file:///work%20space/shop';
const VALUES = `${ROOT}/values.yaml`;
const TEMPLATE = `${ROOT}/templates/deployment.yaml`;

async function chartClient(): Promise<{ client: TestClient; files: Map<string, string> }> {
  const files = new Map(Object.entries(CREATED).map(([path, text]) => [`${ROOT}/${path}`, text]));
  const client = await startInProcess({ files });
  onTestFinished(() => client.stop());
  return { client, files };
}

function text(path: string): string {
  return CREATED[path] ?? '';
}

async function codes(client: TestClient, uri: string): Promise<readonly unknown[]> {
  return (await client.diagnostics(uri)).map(({ code }) => code);
}

function find(diagnostics: readonly Diagnostic[], code: string): Diagnostic {
  const found = diagnostics.find((diagnostic) => diagnostic.code === code);
  if (found === undefined) throw new Error(`There is no ${code}.`);
  return found;
}

async function fixOf(
  client: TestClient,
  uri: string,
  diagnostic: Diagnostic,
  title: RegExp,
): Promise<CodeAction> {
  const actions = await client.actions(uri, diagnostic.range, { diagnostics: [diagnostic] });
  const action = actions.find((candidate) => title.test(candidate.title));
  if (action === undefined) throw new Error(actions.map((candidate) => candidate.title).join('\n'));
  return await client.resolve(action);
}

function edited({ edit }: CodeAction): readonly string[] {
  return (edit?.documentChanges ?? []).map((change) => (change as TextDocumentEdit).textDocument.uri);
}

describe('a template of a chart', () => {
  test('is told with the values beside it, and points to them', async () => {
    const { client } = await chartClient();
    client.open(TEMPLATE, text('templates/deployment.yaml'), 1, 'helm');
    const diagnostic = find(await client.diagnostics(TEMPLATE), 'privilege-escalation/not-denied');
    expect(diagnostic.range.start).toEqual({ line: 19, character: 16 });
    expect(diagnostic.relatedInformation).toEqual([
      {
        location: {
          uri: VALUES,
          range: { start: { line: 15, character: 0 }, end: { line: 15, character: 15 } },
        },
        message: 'values.yaml decides it: securityContext.allowPrivilegeEscalation.',
      },
    ]);
  });

  test('is fixed in the values file as it is at that moment', async () => {
    const { client, files } = await chartClient();
    client.open(TEMPLATE, text('templates/deployment.yaml'), 1, 'helm');
    const diagnostic = find(await client.diagnostics(TEMPLATE), 'privilege-escalation/not-denied');
    const now = `# Values of the shop.\n${text('values.yaml')}`;
    files.set(VALUES, now);
    const { edit } = await fixOf(client, TEMPLATE, diagnostic, /^Add allowPrivilegeEscalation/);
    const [change] = (edit?.documentChanges ?? []) as TextDocumentEdit[];
    expect(change?.textDocument).toEqual({ uri: VALUES, version: null });
    expect(withEdits(now, (change?.edits ?? []) as TextEdit[])).toBe(
      now
        .replace('  # runAsUser: 1000\n', '  # runAsUser: 1000\n  allowPrivilegeEscalation: false\n')
        .replace('\nsecurityContext: {}', '\nsecurityContext:'),
    );
  });

  test('leaves to the open values file what that answers', async () => {
    const { client } = await chartClient();
    client.open(TEMPLATE, text('templates/deployment.yaml'), 1, 'helm');
    const all = await codes(client, TEMPLATE);
    client.open(VALUES, text('values.yaml'));
    await client.refreshes.next();
    const inTemplate = await codes(client, TEMPLATE);
    const inValues = await codes(client, VALUES);
    expect(inTemplate).toEqual(['service-account-token/mounted']);
    expect([...inTemplate, ...inValues].sort()).toEqual([...all].sort());
    client.close(VALUES);
    await client.refreshes.next();
    expect(await codes(client, TEMPLATE)).toEqual(all);
  });

  test('changes with the values that are typed', async () => {
    const { client } = await chartClient();
    client.open(TEMPLATE, text('templates/deployment.yaml'), 1, 'helm');
    client.open(VALUES, text('values.yaml'));
    expect(await codes(client, VALUES)).toContain('read-only-root-filesystem/writable');
    expect(await codes(client, TEMPLATE)).toContain('service-account-token/mounted');
    const typed = text('values.yaml')
      .replace('\nsecurityContext: {}', '\nsecurityContext: {readOnlyRootFilesystem: true}')
      .replace('automount: true', 'automount: false');
    client.change(VALUES, 2, { text: typed });
    expect(await codes(client, VALUES)).not.toContain('read-only-root-filesystem/writable');
    expect(await codes(client, TEMPLATE)).toEqual([]);
  });

  test('is hardened as a whole, its values with it', async () => {
    const { client } = await chartClient();
    client.open(TEMPLATE, text('templates/deployment.yaml'), 1, 'helm');
    client.open(VALUES, text('values.yaml'));
    const diagnostic = find(await client.diagnostics(TEMPLATE), 'service-account-token/mounted');
    const actions = await client.actions(TEMPLATE, diagnostic.range, {});
    const harden = actions.find(({ title }) => title === 'Harden this file');
    if (harden === undefined) throw new Error('Harden is not offered.');
    expect(edited(await client.resolve(harden))).toEqual([TEMPLATE, VALUES]);
  });
});

describe('a values file', () => {
  test('that is open alone shows what its chart takes from it, and points to the template', async () => {
    const { client } = await chartClient();
    client.open(VALUES, text('values.yaml'));
    const diagnostic = find(await client.diagnostics(VALUES), 'root-user/unset');
    expect(diagnostic.range).toEqual({ start: { line: 12, character: 0 }, end: { line: 12, character: 18 } });
    expect(diagnostic.relatedInformation?.[0]?.location.uri).toBe(TEMPLATE);
    const action = await fixOf(client, VALUES, diagnostic, /runAsUser/);
    expect(edited(action)).toEqual([VALUES]);
  });

  test('says in the status bar what it is', async () => {
    const { client } = await chartClient();
    client.open(VALUES, text('values.yaml'));
    await client.diagnostics(VALUES);
    expect((await client.statuses.next()).text).toBe('Helm values');
  });
});

describe('a release of a chart of the workspace', () => {
  const RELEASE = 'file:///work%20space/apps/shop.yaml';
  const text = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
spec:
  chart:
    spec:
      chart: ./shop
      sourceRef: {kind: GitRepository, name: shop}
  values:
    securityContext:
      allowPrivilegeEscalation: true
`;

  test('shows what its values give the pods, and is fixed where it stands', async () => {
    const files = new Map(Object.entries(CREATED).map(([path, content]) => [`${ROOT}/${path}`, content]));
    const client = await startInProcess({ files, folders: ['file:///work%20space'] });
    onTestFinished(() => client.stop());
    client.open(RELEASE, text);
    const diagnostic = find(await client.diagnostics(RELEASE), 'privilege-escalation/allowed');
    expect(diagnostic.range.start).toEqual({ line: 9, character: 6 });
    const action = await fixOf(client, RELEASE, diagnostic, /allowPrivilegeEscalation/);
    expect(edited(action)).toEqual([RELEASE]);
  });
});
