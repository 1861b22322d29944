/** What is underlined, when a file opens and while it is typed in. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import {
  commands,
  type Diagnostic,
  DiagnosticSeverity,
  languages,
  type TextDocument,
  workspace,
} from 'vscode';
import {
  barePod,
  closeEverything,
  codeOf,
  diagnosticsWhen,
  openExample,
  openText,
  replace,
  typeAfter,
  until,
  untilFound,
  untilGone,
  untilServerHasAnswered,
} from './editor.ts';

const practices = [
  'security-context',
  'privilege-escalation',
  'root-user',
  'resources',
  'service-account-token',
  'seccomp',
  'capabilities',
  'read-only-root-filesystem',
];

const practiceOf = (diagnostic: Diagnostic): string => codeOf(diagnostic).split('/')[0] ?? '';

const underlined = (document: TextDocument, found: readonly Diagnostic[]): readonly string[] =>
  found.map(({ range }) => document.getText(range));

/** The same finding twice would be two rows in Problems: pushed and pulled, or from two servers. */
function assertNoneTwice(found: readonly Diagnostic[]): void {
  const keys = found.map(({ range, message, ...rest }) =>
    JSON.stringify([range, codeOf(rest as Diagnostic), message]),
  );
  assert.deepEqual(keys, [...new Set(keys)]);
}

describe('squiggles', () => {
  afterEach(closeEverything);

  it('come when a bare Deployment opens, for all eight practices', async () => {
    const { document } = await openExample('storefront.yaml');
    const found = await untilFound(document, 'seccomp/missing');

    assert.deepEqual([...new Set(found.map(practiceOf))].sort(), [...practices].sort());
    assertNoneTwice(found);
    for (const diagnostic of found) {
      assert.equal(diagnostic.source, 'podproof');
      assert.ok(diagnostic.range.isSingleLine && !diagnostic.range.isEmpty, 'on part of one line');
      assert.notEqual(diagnostic.severity, DiagnosticSeverity.Hint);
    }
    // Nothing is written that could be wrong, so all of it stands on the pod's `spec` and on the container's name.
    assert.deepEqual(new Set(underlined(document, found)), new Set(['spec', 'web']));
  });

  it('lead by their codes to pages that open inside the editor, without a network', async () => {
    const { document } = await openExample('storefront.yaml');
    const found = await untilFound(document, 'seccomp/missing');
    const codes = found.map(({ code }) => code);
    const targets = codes.map((code) => (typeof code === 'object' ? code.target : undefined));
    const page = targets.find((target) => target?.path.endsWith('/docs/practices/seccomp.md'));
    assert.ok(page, 'one leads to the page of seccomp');
    assert.match((await workspace.openTextDocument(page)).getText(), /^# No seccomp profile$/m);
  });

  it('stand on the offending value where there is one', async () => {
    const { document } = await openExample('toolbox-pod.yaml');
    const found = await untilFound(document, 'root-user/root');
    const places = found.map(
      (diagnostic) => `${codeOf(diagnostic)} at ${document.lineAt(diagnostic.range.start).text.trim()}`,
    );
    for (const place of [
      'root-user/root at runAsUser: 0',
      'root-user/root-group at runAsGroup: 0',
      'privilege-escalation/allowed at allowPrivilegeEscalation: true # sudo',
      'capabilities/non-root-false at runAsNonRoot: false',
      'service-account-token/mounted at automountServiceAccountToken: true',
    ]) {
      assert.ok(places.includes(place), `${place} is among\n${places.join('\n')}`);
    }
  });

  for (const name of ['schema-migration.json', 'edge-proxy.yaml', 'invoices.yaml', 'nightly-backup.yaml']) {
    it(`come in ${name}`, async () => {
      const { document } = await openExample(name);
      const found = await untilFound(document, 'read-only-root-filesystem/writable');
      assertNoneTwice(found);
    });
  }

  for (const name of ['catalog-api.yaml', 'event-store.yaml', 'monthly-report.yaml', 'feature-flags.json']) {
    it(`stay away from ${name}, which is hardened`, async () => {
      const { document } = await openExample(name);
      await untilServerHasAnswered();
      assert.deepEqual(languages.getDiagnostics(document.uri), []);
    });
  }

  it('follow what is typed, key by key', async () => {
    const editor = await openText(`${barePod('typed')}  automountServiceAccountToken: \n`);
    const { document } = editor;
    await untilFound(document, 'seccomp/missing');

    await typeAfter(editor, 'automountServiceAccountToken: ', 'true');
    await untilFound(document, 'service-account-token/mounted');
    await replace(editor, 'automountServiceAccountToken: true', 'automountServiceAccountToken: false');
    const found = await untilGone(document, 'service-account-token/mounted');

    assert.ok(
      found.some((diagnostic) => codeOf(diagnostic) === 'seccomp/missing'),
      'the others stay',
    );
    assertNoneTwice(found);
  });

  it('come in a file that was never saved', async () => {
    await commands.executeCommand('workbench.action.files.newUntitledFile', { languageId: 'yaml' });
    const { window } = await import('vscode');
    await until(
      'an untitled editor',
      window.onDidChangeActiveTextEditor,
      () => window.activeTextEditor?.document.isUntitled === true,
      () => String(window.activeTextEditor?.document.uri),
    );
    const editor = window.activeTextEditor;
    assert.ok(editor);
    assert.equal(editor.document.languageId, 'yaml');
    await editor.edit((edit) => edit.insert(editor.selection.active, barePod('unsaved')));
    await untilFound(editor.document, 'seccomp/missing');
  });

  it('go when the file closes', async () => {
    const { document } = await openText(barePod('closing'));
    const { uri } = document;
    await untilFound(document, 'seccomp/missing');
    await closeEverything();
    await diagnosticsWhen({ uri }, 'none after closing', (found) => found.length === 0);
  });
});
