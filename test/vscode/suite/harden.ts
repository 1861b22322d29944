/** The one click: everything that is found is fixed in one edit, and one undo takes it back. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { commands, EndOfLine } from 'vscode';
import {
  actionsAt,
  apply,
  barePod,
  bytesOnDisk,
  closeEverything,
  diagnosticsWhen,
  openExample,
  openText,
  rangeOf,
  untilFound,
} from './editor.ts';

describe('hardening', () => {
  afterEach(closeEverything);

  it('leaves a bare Deployment without a finding, and one undo restores every byte', async () => {
    const { document } = await openExample('storefront.yaml');
    const original = bytesOnDisk(document);
    await untilFound(document, 'seccomp/missing');

    await commands.executeCommand('podproof.hardenFile');

    await diagnosticsWhen(document, 'none', (found) => found.length === 0);
    assert.match(document.getText(), /readOnlyRootFilesystem: true/);
    assert.match(document.getText(), /mountPath: \/tmp/);

    await commands.executeCommand('undo');
    await untilFound(document, 'seccomp/missing');
    assert.equal(document.getText(), original.toString('utf8'));
    assert.ok(await document.save());
    assert.deepEqual(bytesOnDisk(document), original);
  });

  it('is offered anywhere in a manifest, for the container, the pod and the file', async () => {
    const { document } = await openText(barePod('anywhere'));
    await untilFound(document, 'seccomp/missing');
    const range = rangeOf(document, 'registry.example.com');
    const actions = await actionsAt(document, range, 'refactor.rewrite');
    const kinds = actions.map(({ kind }) => kind?.value ?? '').filter((kind) => kind.includes('podproof'));
    for (const scope of ['container', 'pod', 'file']) {
      assert.ok(
        kinds.some((kind) => kind.endsWith(`.${scope}`)),
        `${scope} is among ${kinds.join(', ')}`,
      );
    }
    const pod = actions.find(({ kind }) => kind?.value.endsWith('podproof.harden.pod'));
    assert.ok(pod);
    await apply(pod);
    await diagnosticsWhen(document, 'none', (found) => found.length === 0);
  });

  it('keeps Windows line ends', async () => {
    const { document } = await openText(barePod('windows').replaceAll('\n', '\r\n'));
    assert.equal(document.eol, EndOfLine.CRLF);
    await untilFound(document, 'seccomp/missing');
    await commands.executeCommand('podproof.hardenFile');
    await diagnosticsWhen(document, 'none', (found) => found.length === 0);
    assert.ok(await document.save());
    assert.doesNotMatch(bytesOnDisk(document).toString('utf8'), /[^\r]\n/);
  });

  it('hardens JSON into JSON', async () => {
    const { document } = await openExample('schema-migration.json');
    await untilFound(document, 'seccomp/missing');
    await commands.executeCommand('podproof.hardenFile');
    await diagnosticsWhen(document, 'none', (found) => found.length === 0);
    assert.doesNotThrow(() => JSON.parse(document.getText()));
  });
});
