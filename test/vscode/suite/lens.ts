/** The code lens above a workload, and the choices behind it. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { type CodeLens, ConfigurationTarget, commands, type TextDocument, window, workspace } from 'vscode';
import { barePod, closeEverything, openText, until, untilFound } from './editor.ts';

function lensesOf(document: TextDocument): Thenable<CodeLens[]> {
  return commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 100);
}

describe('the code lens', () => {
  afterEach(async () => {
    await workspace.getConfiguration('podproof').update('codeLens', undefined, ConfigurationTarget.Global);
    await closeEverything();
  });

  it('opens choices, and the one that is picked is done', async () => {
    const { document } = await openText(barePod('lens'));
    await untilFound(document, 'seccomp/missing');
    const [lens] = await lensesOf(document);
    assert.equal(lens?.command?.title, 'Podproof 0/8');
    // The click is the command with its arguments; it ends when a choice was made.
    const click = commands.executeCommand(lens.command.command, ...(lens.command.arguments ?? []));
    const accept = setInterval(() => {
      void commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    }, 100);
    try {
      await until(
        'the pod to be hardened',
        workspace.onDidChangeTextDocument,
        () => document.getText().includes('runAsNonRoot: true'),
        () => document.getText(),
      );
      await click;
    } finally {
      clearInterval(accept);
    }
    assert.equal((await lensesOf(document))[0]?.command?.title, 'Podproof 8/8');
  });

  it('goes where the setting says so', async () => {
    const { document } = await openText(barePod('no-lens'));
    await untilFound(document, 'seccomp/missing');
    assert.equal((await lensesOf(document)).length, 1);
    await workspace.getConfiguration('podproof').update('codeLens', false, ConfigurationTarget.Global);
    assert.deepEqual(await lensesOf(document), []);
    assert.ok(window.activeTextEditor);
  });
});
