/** What the mouse gets to read. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { TextDocument } from 'vscode';
import { closeEverything, hoverAt, openExample, rangeOf, startOf, untilFound } from './editor.ts';

describe('hover', () => {
  let document: TextDocument;
  before(async () => {
    ({ document } = await openExample('toolbox-pod.yaml'));
    await untilFound(document, 'root-user/root');
  });
  after(closeEverything);

  it('explains a governed key and the value in effect', async () => {
    const text = await hoverAt(document, startOf(rangeOf(document, 'allowPrivilegeEscalation')));
    assert.match(text, /allowPrivilegeEscalation/);
    assert.match(text, /no_new_privs|privileges/);
    assert.match(text, /true/);
  });

  it('explains an absent setting on the nearest parent that exists', async () => {
    const text = await hoverAt(document, startOf(rangeOf(document, 'spec')));
    assert.match(text, /seccomp/);
  });

  it('says nothing about keys that no practice governs', async () => {
    assert.equal(await hoverAt(document, startOf(rangeOf(document, 'restartPolicy'))), '');
  });
});
