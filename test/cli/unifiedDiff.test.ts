/** Diffs that are put together from edits say what the edits do, as an independent reader of diffs sees it. */
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unifiedDiff } from '../../cli/unifiedDiff.ts';
import { applyEdits, type TextEdit } from '../../shared/text/textEdit.ts';

const SOURCE = { name: 'a.yaml', file: '/here/a.yaml', isNamed: true };

const diff = (text: string, edits: readonly TextEdit[]): string => unifiedDiff(SOURCE, '/here', text, edits);

const edit = (start: number, end: number, newText: string): TextEdit => ({ span: { start, end }, newText });

it('an insertion between lines', () => {
  expect(diff('a\nb\nc\n', [edit(2, 2, 'new\n')])).toBe(
    '--- a/a.yaml\n+++ b/a.yaml\n@@ -1,3 +1,4 @@\n a\n+new\n b\n c\n',
  );
});

it('an insertion behind a line that stays', () => {
  expect(diff('a\nb\n', [edit(1, 1, '\nnew')])).toBe(
    '--- a/a.yaml\n+++ b/a.yaml\n@@ -1,2 +1,3 @@\n a\n+new\n b\n',
  );
});

it('a last line without a line end', () => {
  expect(diff('a\nb', [edit(3, 3, '\nnew')])).toBe(
    '--- a/a.yaml\n+++ b/a.yaml\n@@ -1,2 +1,3 @@\n a\n-b\n\\ No newline at end of file\n+b\n+new\n\\ No newline at end of file\n',
  );
});

it('lines further apart than their surroundings stand in hunks of their own', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `${i}\n`).join('');
  const near = diff(lines, [edit(0, 1, 'x'), edit(14, 15, 'y')]);
  const far = diff(lines, [edit(0, 1, 'x'), edit(16, 17, 'y')]);
  expect(near.match(/^@@ .*/gm)).toEqual(['@@ -1,11 +1,11 @@']);
  expect(far.match(/^@@ .*/gm)).toEqual(['@@ -1,4 +1,4 @@', '@@ -6,7 +6,7 @@']);
});

it('any edits of any text', () => {
  const piece = fc.constantFrom('', 'a', 'b\n', '\n', 'c\r\n', '  d', '\r', '\u{1F512}');
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  const wanted = fc.array(
    fc.tuple(
      fc.nat(200),
      fc.nat(4),
      text.filter((t) => t.length < 12),
    ),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(text, wanted, (before, raw) => {
      const edits: TextEdit[] = [];
      let at = 0;
      for (const [skip, length, newText] of raw) {
        const start = Math.min(at + (skip % 25), before.length);
        const end = Math.min(start + length, before.length);
        edits.push(edit(start, end, newText));
        at = end;
      }
      const after = applyEdits(before, edits);
      const patch = diff(before, edits);
      if (before === after) return;
      expect(applyPatch(before, patch, { autoConvertLineEndings: false })).toBe(after);
    }),
    { numRuns: 300 },
  );
});
