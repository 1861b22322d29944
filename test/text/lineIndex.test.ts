/** Line index: offsets and positions, in texts with every kind of line end. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexLines } from '../../shared/text/lineIndex.ts';

const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\r\n', '🔒', ' ') });

test.each([
  ['', [0]],
  ['a', [0]],
  ['a\n', [0, 2]],
  ['a\r\nb', [0, 3]],
  ['a\rb', [0, 2]],
  ['\r\r\n\n', [0, 1, 3, 4]],
])('lines of %j start at %j', (of, starts) => {
  const lines = indexLines(of);
  expect(Array.from({ length: lines.lineCount }, (_, line) => lines.lineStart(line))).toEqual(starts);
});

test('a position leads back to its offset, and one behind its line to the end of the line', () => {
  fc.assert(
    fc.property(text, fc.nat(30), (of, offset) => {
      const lines = indexLines(of);
      const at = Math.min(offset, of.length);
      const position = lines.positionAt(offset);
      // Between `\r` and `\n` is no place of its own.
      const isInsideOfLineEnd = of[at - 1] === '\r' && of[at] === '\n';
      expect(lines.offsetAt(position)).toBe(isInsideOfLineEnd ? at - 1 : at);
      expect(lines.offsetAt({ line: position.line, character: 999 })).toBe(lines.lineEnd(position.line));
    }),
  );
});
