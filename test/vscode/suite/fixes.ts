/** Quick fixes: offered for each finding, computed when picked, gone with one undo. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { type CodeAction, CodeActionKind, commands, type Diagnostic, type TextDocument } from 'vscode';
import {
  actionsAt,
  apply,
  barePod,
  bytesOnDisk,
  closeEverything,
  codeOf,
  diagnosticsWhen,
  openExample,
  openText,
  rangeOf,
  replace,
  untilFound,
  untilGone,
} from './editor.ts';

/** The quick fixes offered where a code is found, the first of them first. */
async function fixesFor(document: TextDocument, code: string): Promise<CodeAction[]> {
  const diagnostic = (await untilFound(document, code)).find((found) => codeOf(found) === code);
  assert.ok(diagnostic);
  return actionsAt(document, diagnostic.range, CodeActionKind.QuickFix.value);
}

async function fixFor(document: TextDocument, code: string, title: RegExp): Promise<CodeAction> {
  const fixes = await fixesFor(document, code);
  const fix = fixes.find((action) => title.test(action.title));
  assert.ok(fix, `${title} is among ${fixes.map((action) => action.title).join(', ')}`);
  return fix;
}

const automount = /automountServiceAccountToken: false/;

describe('quick fixes', () => {
  afterEach(closeEverything);

  it('replace a weak value, and undo restores every byte', async () => {
    const { document } = await openText(
      `${barePod('weak')}      securityContext:\n        allowPrivilegeEscalation: true # sudo\n`,
    );
    const original = document.getText();

    await apply(await fixFor(document, 'privilege-escalation/allowed', /allowPrivilegeEscalation/));

    assert.equal(document.getText(), original.replace('true # sudo', 'false # sudo'));
    await untilGone(document, 'privilege-escalation/allowed');
    await commands.executeCommand('undo');
    assert.equal(document.getText(), original);
    await untilFound(document, 'privilege-escalation/allowed');
  });

  it('insert what is missing at the place where it belongs', async () => {
    const { document } = await openText(barePod('plain'));

    await apply(await fixFor(document, 'service-account-token/mounted', automount));

    assert.match(document.getText(), /^ {2}automountServiceAccountToken: false$/m);
    await untilGone(document, 'service-account-token/mounted');
  });

  it('are found where the finding has moved to', async () => {
    const editor = await openText(barePod('moved'));
    const { document } = editor;
    await untilFound(document, 'service-account-token/mounted');
    await replace(editor, 'apiVersion: v1', '# one\n# two\n# three\napiVersion: v1');
    await diagnosticsWhen(document, 'three lines further down', (found) =>
      found.every(({ range }) => document.getText(range) !== '' && range.start.line >= 7),
    );

    await apply(await fixFor(document, 'service-account-token/mounted', automount));

    assert.match(document.getText(), /^ {2}automountServiceAccountToken: false$/m);
    await untilGone(document, 'service-account-token/mounted');
  });

  it('are saved as they are shown', async () => {
    const { document } = await openText(barePod('saved'));
    await apply(await fixFor(document, 'service-account-token/mounted', automount));
    assert.ok(await document.save());
    assert.equal(bytesOnDisk(document).toString('utf8'), document.getText());
  });

  it('each fix something that was found', async () => {
    const { document } = await openText(barePod('bare'));
    const original = document.getText();
    const codes = (found: readonly Diagnostic[]): string => [...new Set(found.map(codeOf))].sort().join();
    const before = codes(await untilFound(document, 'seccomp/missing'));
    for (const place of ['seccomp/missing', 'read-only-root-filesystem/writable']) {
      const titles = (await fixesFor(document, place)).map(({ title }) => title);
      assert.ok(titles.length > 0);
      for (const title of titles) {
        const fix = (await fixesFor(document, place)).find((action) => action.title === title);
        assert.ok(fix, `${title} is offered again`);
        await apply(fix);
        await diagnosticsWhen(document, `less than before ${title}`, (found) => codes(found) !== before);
        await commands.executeCommand('undo');
        assert.equal(document.getText(), original);
        await diagnosticsWhen(document, `as before ${title}`, (found) => codes(found) === before);
      }
    }
  });

  it('leave the actions of others alone where nothing is found', async () => {
    const { document } = await openExample('catalog-api.yaml');
    const actions = await actionsAt(
      document,
      rangeOf(document, 'catalog-api'),
      CodeActionKind.QuickFix.value,
    );
    assert.deepEqual(actions, []);
  });
});
