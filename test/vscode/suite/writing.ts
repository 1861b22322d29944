/** What the editor writes for a person: completions, suppressions; and what a hover says after an edit elsewhere. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { CodeActionKind, type CompletionList, commands, Selection, SnippetString } from 'vscode';
import {
  actionsAt,
  apply,
  barePod,
  closeEverything,
  hoverAt,
  openText,
  rangeOf,
  replace,
  startOf,
  untilFound,
  untilGone,
} from './editor.ts';

describe('completion', () => {
  afterEach(closeEverything);

  it('offers the hardened value first, and inserts it', async () => {
    const text = `${barePod('complete')}      securityContext:\n        allowPrivilegeEscalation: \n`;
    const editor = await openText(text);
    const { document } = editor;
    await untilFound(document, 'seccomp/missing');
    const { end } = rangeOf(document, 'allowPrivilegeEscalation: ');
    const { items } = await commands.executeCommand<CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      end,
    );
    const [first] = items
      .filter(({ preselect }) => preselect === true)
      .concat(items)
      .slice(0, 1);
    assert.equal(first?.label, 'false');
    const insert = first.insertText ?? first.label;
    editor.selection = new Selection(end, end);
    const snippet = insert instanceof SnippetString ? insert : new SnippetString(String(insert));
    const range = first.range === undefined || 'inserting' in first.range ? end : first.range;
    assert.ok(await editor.insertSnippet(snippet, range));
    assert.match(document.getText(), /allowPrivilegeEscalation: false$/m);
  });
});

describe('a suppression', () => {
  afterEach(closeEverything);

  it('is written by its action, and what it suppresses goes', async () => {
    const { document } = await openText(barePod('suppress'));
    await untilFound(document, 'service-account-token/mounted');
    const actions = await actionsAt(document, rangeOf(document, 'spec'), CodeActionKind.QuickFix.value);
    const action = actions.find(({ title }) => title === 'Suppress service-account-token/mounted here');
    assert.ok(action);
    await apply(action);
    assert.match(document.getText(), /# podproof-ignore service-account-token\/mounted/);
    await untilGone(document, 'service-account-token/mounted');
  });
});

describe('a hover', () => {
  afterEach(closeEverything);

  it('says what a container inherits once the pod has it', async () => {
    const text = `${barePod('inherit')}      securityContext:\n        allowPrivilegeEscalation: false\n`;
    const editor = await openText(text);
    const { document } = editor;
    await untilFound(document, 'seccomp/missing');
    const place = startOf(rangeOf(document, 'name: inherit\n      image'));
    assert.doesNotMatch(await hoverAt(document, place.translate(0, 7)), /from the pod/);
    await replace(editor, 'spec:\n', 'spec:\n  securityContext:\n    runAsUser: 10001\n');
    const after = startOf(rangeOf(document, 'name: inherit\n      image')).translate(0, 7);
    const said = await hoverAt(document, after);
    assert.match(said, /10001/);
    assert.match(said, /pod/);
  });
});
