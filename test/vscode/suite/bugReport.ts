/** What is copied for a bug report, and what is not. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { commands, env } from 'vscode';
import { barePod, closeEverything, openText, patience, untilFound } from './editor.ts';

describe('the bug report', () => {
  after(closeEverything);

  it('has versions and counts, and no word of a document', async () => {
    const { document } = await openText(barePod('canary-5309'), 'canary-7301.yaml');
    await untilFound(document, 'seccomp/missing');
    // Its message waits to be read; the clipboard is written before.
    void commands.executeCommand('podproof.copyBugReport');
    const deadline = Date.now() + patience;
    let copied = '';
    while (!copied.includes('Podproof') && Date.now() < deadline) copied = await env.clipboard.readText();
    assert.match(copied, /^- Podproof \d+\.\d+\.\d+, server running$/m);
    assert.match(copied, /lines of yaml, LF;.*seccomp\/missing 1/);
    assert.doesNotMatch(copied, /canary/);
  });
});
