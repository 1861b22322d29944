/** Hover and completion: what their pure functions say, in the words of the protocol. */

import { describe, expect, test } from 'vitest';
import { InsertTextFormat, InsertTextMode, MarkupKind } from 'vscode-languageserver/node';
import { BARE_POD, TWO_CONTAINERS } from './manifests.ts';
import { at, PLAIN, rangeOf, startInProcess, withEdits } from './testClient.ts';

const uri = 'file:///manifest.yaml';

describe('hover', () => {
  test('explains a governed key, on its own range', async () => {
    const client = await startInProcess();
    client.open(uri, TWO_CONTAINERS);
    const hover = await client.hover(uri, at(TWO_CONTAINERS, 'PrivilegeEscalation').start);
    expect(hover?.range).toEqual(rangeOf(TWO_CONTAINERS, 'allowPrivilegeEscalation'));
    expect(hover?.contents).toMatchObject({
      kind: MarkupKind.Markdown,
      value: expect.stringContaining('allowPrivilegeEscalation'),
    });
    await client.stop();
  });

  test('is silent elsewhere, and in a file that is not open', async () => {
    const client = await startInProcess();
    client.open(uri, TWO_CONTAINERS);
    expect(await client.hover(uri, at(TWO_CONTAINERS, 'matchLabels').start)).toBeNull();
    expect(await client.hover('file:///other.yaml', { line: 0, character: 0 })).toBeNull();
    await client.stop();
  });

  test('counts in the text as it is, behind emoji and Windows line ends', async () => {
    const client = await startInProcess();
    const text = `# 🔒\r\n${TWO_CONTAINERS.replaceAll('\n', '\r\n')}`;
    client.open(uri, text);
    const range = rangeOf(text, 'allowPrivilegeEscalation');
    expect((await client.hover(uri, range.end))?.range).toEqual(range);
    await client.stop();
  });

  test('is plain text for a client that reads no Markdown', async () => {
    const client = await startInProcess({
      capabilities: { textDocument: { hover: { contentFormat: [MarkupKind.PlainText] } } },
    });
    client.open(uri, TWO_CONTAINERS);
    const hover = await client.hover(uri, at(TWO_CONTAINERS, 'allowPrivilegeEscalation').start);
    expect(hover?.contents).toMatchObject({ kind: MarkupKind.PlainText });
    await client.stop();
  });
});

describe('completion', () => {
  const typed = `${BARE_POD}      securityContext:\n        allow`;
  const end = { line: 9, character: '        allow'.length };

  test('inserts a governed key, and explains it', async () => {
    const client = await startInProcess();
    client.open(uri, typed);
    const items = await client.complete(uri, end);
    const item = items.find(({ label }) => label === 'allowPrivilegeEscalation');
    expect(item).toMatchObject({
      insertTextFormat: InsertTextFormat.Snippet,
      insertTextMode: InsertTextMode.asIs,
      documentation: { kind: MarkupKind.Markdown, value: expect.stringContaining('privileges') },
    });
    expect(item?.textEdit).toMatchObject({ range: { start: { line: 9, character: 8 }, end } });
    await client.stop();
  });

  test('is plain text for a client without snippets, and leaves valid YAML', async () => {
    const client = await startInProcess({ capabilities: PLAIN });
    client.open(uri, typed);
    const items = await client.complete(uri, end);
    const item = items.find(({ label }) => label === 'allowPrivilegeEscalation');
    expect(Object.keys(item ?? {}).sort()).toEqual(
      ['documentation', 'filterText', 'insertTextFormat', 'kind', 'label', 'sortText', 'textEdit'].sort(),
    );
    if (item?.textEdit === undefined || !('range' in item.textEdit))
      throw new Error('It comes with an edit.');
    expect(withEdits(typed, [item.textEdit])).toMatch(/^ {8}allowPrivilegeEscalation: (false)?$/m);
    await client.stop();
  });

  test('is silent elsewhere', async () => {
    const client = await startInProcess();
    client.open(uri, 'services:\n  web:\n    securityContext:\n      allow');
    expect(await client.complete(uri, { line: 3, character: 11 })).toEqual([]);
    await client.stop();
  });
});
