/** Nothing runs before a manifest is open; typing one starts the server. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { extensions, languages } from 'vscode';
import { barePod, closeEverything, openText, replace, untilFound } from './editor.ts';
import { serverProcesses } from './serverProcess.ts';

describe('starting', () => {
  after(closeEverything);

  it('waits for a manifest, and notices when one is typed', async () => {
    const editor = await openText('# to do: write this manifest\n');
    const extension = extensions.getExtension('podproof.podproof');
    assert.ok(extension, 'the extension is installed');
    await extension.activate();
    if (serverProcesses() !== null) assert.deepEqual(serverProcesses(), [], 'no server runs');
    assert.deepEqual(languages.getDiagnostics(editor.document.uri), []);

    await replace(editor, '# to do: write this manifest\n', barePod('typed'));

    await untilFound(editor.document, 'seccomp/missing');
    if (serverProcesses() !== null) assert.equal(serverProcesses()?.length, 1, 'one server runs');
  });
});
