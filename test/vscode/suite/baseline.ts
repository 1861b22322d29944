/** A baseline that the editor writes hides what was found before, and asks nobody where there is none yet. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'mocha';
import { commands } from 'vscode';
import { barePod, closeEverything, openText, untilFound, untilGone, workspaceFolder } from './editor.ts';

describe('the baseline', () => {
  const file = (): string => path.join(workspaceFolder(), '.podproof-baseline.json');
  after(async () => {
    rmSync(file(), { force: true });
    await closeEverything();
  });

  it('hides what is found when it is written, until it is gone', async () => {
    const { document } = await openText(barePod('remembered'));
    await untilFound(document, 'seccomp/missing');
    // Its message waits to be read; the file is written before.
    void commands.executeCommand('podproof.writeBaseline');
    await untilGone(document, 'seccomp/missing');
    assert.equal(document.isDirty, false);

    rmSync(file());
    await untilFound(document, 'seccomp/missing');
  });
});
