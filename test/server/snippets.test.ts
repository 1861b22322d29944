/** Snippets: what reaches the client of edits with places to be written over. */
import { expect, test } from 'vitest';
import { toSnippets } from '../../server/snippets.ts';
import { indexLines } from '../../shared/text/lineIndex.ts';

const at = (line: number, character: number): { line: number; character: number } => ({ line, character });

test('places of several edits are numbered one after another', () => {
  const lines = indexLines('a: 1\nb: 2\n');
  const edits = [
    { span: { start: 3, end: 4 }, newText: '10' },
    { span: { start: 8, end: 9 }, newText: '20' },
  ];
  expect(
    toSnippets(lines, edits, [
      { start: 3, end: 5 },
      { start: 9, end: 11 },
    ]),
  ).toEqual([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a snippet's placeholder.
    { range: { start: at(0, 3), end: at(0, 4) }, snippet: { kind: 'snippet', value: '${1:10}' } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a snippet's placeholder.
    { range: { start: at(1, 3), end: at(1, 4) }, snippet: { kind: 'snippet', value: '${2:20}' } },
  ]);
});

test('what a snippet would read as its own is escaped', () => {
  const [edit] = toSnippets(
    indexLines('a:\n'),
    [{ span: { start: 2, end: 2 }, newText: ' $x}\\y 1' }],
    [{ start: 9, end: 10 }],
  );
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a snippet's placeholder.
  expect(edit).toMatchObject({ snippet: { value: ' \\$x\\}\\\\y ${1:1}' } });
});

test('new lines behind a line are new lines before the next, whatever the line ends', () => {
  for (const eol of ['\n', '\r\n']) {
    const [edit] = toSnippets(
      indexLines(`  a:${eol}  b: 1${eol}`),
      [{ span: { start: 4, end: 4 }, newText: `${eol}    c: 1${eol}    d: 2` }],
      [{ start: 4 + eol.length + 7, end: 4 + eol.length + 8 }],
    );
    expect(edit).toEqual({
      range: { start: at(1, 0), end: at(1, 0) },
      snippet: { kind: 'snippet', value: `    c: \${1:1}${eol}    d: 2${eol}` },
    });
  }
});

test('several lines that cannot start at a line start are plain, since an editor would indent them', () => {
  const edits = [{ span: { start: 4, end: 4 }, newText: '\n    c: 1' }];
  expect(toSnippets(indexLines('  a:'), edits, [{ start: 12, end: 13 }])).toEqual([
    { range: { start: at(0, 4), end: at(0, 4) }, newText: '\n    c: 1' },
  ]);
});
