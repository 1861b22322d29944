/** Where Podproof has nothing to say. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { languages, Uri, window, workspace } from 'vscode';
import { barePod, closeEverything, openText, untilServerHasAnswered } from './editor.ts';

describe('silence', () => {
  afterEach(closeEverything);

  it('in YAML that is no manifest', async () => {
    const { document } = await openText(
      'containers:\n  - name: web\n    image: nginx\n    securityContext:\n      privileged: true\n',
    );
    await untilServerHasAnswered();
    assert.deepEqual(languages.getDiagnostics(document.uri), []);
  });

  it('in an object that has no pod', async () => {
    const { document } = await openText(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  spec: containers\n',
    );
    await untilServerHasAnswered();
    assert.deepEqual(languages.getDiagnostics(document.uri), []);
  });

  it('about syntax, which other extensions report', async () => {
    const { document } = await openText('apiVersion: v1\nkind: Pod\nmetadata: {name: [\n');
    await untilServerHasAnswered();
    assert.deepEqual(languages.getDiagnostics(document.uri), []);
  });

  it('in a view that cannot be edited, such as an earlier version', async () => {
    const scheme = 'earlier-version';
    const provider = workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: () => barePod('earlier'),
    });
    try {
      const document = await workspace.openTextDocument(Uri.parse(`${scheme}:/pod.yaml`));
      assert.equal(document.languageId, 'yaml');
      await window.showTextDocument(document);
      await untilServerHasAnswered();
      assert.deepEqual(languages.getDiagnostics(document.uri), []);
    } finally {
      provider.dispose();
    }
  });

  it('in a language of its own that is written in YAML', async () => {
    const { document } = await openText(barePod('compose'), 'compose.yaml');
    assert.equal(document.languageId, 'dockercompose');
    await untilServerHasAnswered();
    assert.deepEqual(languages.getDiagnostics(document.uri), []);
  });
});
