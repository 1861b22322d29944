/** The server can be restarted by hand, and comes back by itself. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { commands, type Diagnostic } from 'vscode';
import { barePod, closeEverything, codeOf, openText, replace, untilFound, untilGone } from './editor.ts';
import { serverProcesses } from './serverProcess.ts';

const countOf = (found: readonly Diagnostic[], code: string): number =>
  found.filter((diagnostic) => codeOf(diagnostic) === code).length;

describe('the server', () => {
  afterEach(closeEverything);

  it('is another one after "Restart Server", and each finding is still there once', async () => {
    const editor = await openText(barePod('restarted'));
    await untilFound(editor.document, 'seccomp/missing');
    const before = serverProcesses();

    await commands.executeCommand('podproof.restart');

    const found = await untilFound(editor.document, 'seccomp/missing');
    assert.equal(countOf(found, 'seccomp/missing'), 1);
    if (before !== null) {
      const now = serverProcesses();
      assert.equal(now?.length, 1);
      assert.notDeepEqual(now, before);
    }
    await replace(editor, 'spec:\n', 'spec:\n  automountServiceAccountToken: false\n');
    await untilGone(editor.document, 'service-account-token/mounted');
  });

  it('comes back when it is killed', async function () {
    const processes = serverProcesses();
    if (processes === null) this.skip();
    const editor = await openText(barePod('killed'));
    await untilFound(editor.document, 'seccomp/missing');

    for (const id of processes) process.kill(id, 'SIGKILL');
    await untilGone(editor.document, 'seccomp/missing');

    const found = await untilFound(editor.document, 'seccomp/missing');
    assert.equal(countOf(found, 'seccomp/missing'), 1);
    assert.equal(serverProcesses()?.length, 1);
  });
});
