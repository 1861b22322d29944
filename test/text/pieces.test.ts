/** Pieces: a text made of another one is the text, with its lines, whatever was replaced. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexLines, type LineIndex } from '../../shared/text/lineIndex.ts';
import { joined, PiecedText, type Replacement } from '../../shared/text/pieces.ts';

const SHORT = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\r\n', '🔒', ' ') });

/** Long enough to be cut into many pieces. */
const LONG = fc
  .array(fc.constantFrom('x'.repeat(900), '\n', '\r\n', '\r', 'y\n'.repeat(700), 'z'.repeat(9000)), {
    minLength: 20,
    maxLength: 60,
  })
  .map((parts) => parts.join(''));

interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(1_000_000),
  removed: fc.oneof(fc.constant(0), fc.constant(1), fc.nat(8), fc.nat(20_000)),
  inserted: fc.oneof(SHORT, LONG),
});

function applied(
  text: string,
  { at, removed, inserted }: Edit,
): { readonly after: string; readonly change: Replacement } {
  const start = at % (text.length + 1);
  const end = Math.min(start + removed, text.length);
  return {
    after: text.slice(0, start) + inserted + text.slice(end),
    change: { span: { start, end }, length: inserted.length },
  };
}

function linesOf(lines: LineIndex): string {
  const line = (at: number): string => `${lines.lineStart(at)}-${lines.lineEnd(at)}`;
  return Array.from({ length: lines.lineCount + 2 }, (_, at) => line(at)).join(' ');
}

/** Everything that a reader can ask for; not the whole text, which would be kept from then on. */
function expectSame(pieced: PiecedText, text: string): void {
  const fresh = indexLines(text);
  expect(pieced.length).toBe(text.length);
  expect(pieced.lineCount).toBe(fresh.lineCount);
  expect(linesOf(pieced)).toBe(linesOf(fresh));
  for (let at = -1; at <= text.length + 1; at += Math.ceil(text.length / 50) + 1) {
    expect(pieced.positionAt(at)).toEqual(fresh.positionAt(at));
    expect(pieced.slice(Math.max(0, at), at + 5000)).toBe(text.slice(Math.max(0, at), at + 5000));
  }
  expect(pieced.pieces.map((piece) => piece.text).join('')).toBe(text);
}

test('after any replacements, it is the text that they make', () => {
  fc.assert(
    fc.property(fc.oneof(SHORT, LONG), fc.array(edit, { maxLength: 6 }), (text, edits) => {
      let now = text;
      let pieced = PiecedText.of(text);
      expectSame(pieced, now);
      for (const one of edits) {
        const { after, change } = applied(now, one);
        pieced = pieced.replaced(change.span, one.inserted);
        now = after;
        expectSame(pieced, now);
      }
      expect(pieced.toString()).toBe(now);
    }),
    { numRuns: 20 },
  );
});

test('what differs from another text is no more than it has to be', () => {
  fc.assert(
    fc.property(fc.oneof(SHORT, LONG), edit, (text, one) => {
      const { after, change } = applied(text, one);
      const { span, length } = PiecedText.of(text).differenceTo(after);
      expect(
        text.slice(0, span.start) + after.slice(span.start, span.start + length) + text.slice(span.end),
      ).toBe(after);
      expect(length).toBeLessThanOrEqual(change.length);
    }),
  );
});

test('replacements one after another are one', () => {
  fc.assert(
    fc.property(fc.oneof(SHORT, LONG), fc.array(edit, { minLength: 1, maxLength: 5 }), (text, edits) => {
      let now = text;
      let all: Replacement | undefined;
      for (const one of edits) {
        const { after, change } = applied(now, one);
        all = joined(all, change);
        now = after;
      }
      const { span, length } = all as Replacement;
      expect(
        text.slice(0, span.start) + now.slice(span.start, span.start + length) + text.slice(span.end),
      ).toBe(now);
    }),
  );
});

describe('a keystroke', () => {
  test('makes few pieces anew', () => {
    const text = 'kind: Pod # one of many lines\n'.repeat(50_000);
    const before = PiecedText.of(text);
    const at = text.length / 2;
    const after = before.replaced({ start: at, end: at }, 'x');
    const known = new Set(before.pieces);
    expect(before.pieces.length).toBeGreaterThan(100);
    expect(after.pieces.filter((piece) => !known.has(piece)).length).toBeLessThanOrEqual(2);
  });

  test('leaves no crumbs behind, however often text comes and goes', () => {
    const text = 'kind: Pod # one of many lines\n'.repeat(5_000);
    let pieced = PiecedText.of(text);
    for (let round = 0; round < 200; round++) {
      const at = (round * 7919) % text.length;
      pieced = pieced.replaced({ start: at, end: at }, text.slice(0, 20_000));
      pieced = pieced.replaced({ start: at, end: at + 20_000 }, '');
    }
    expect(pieced.pieces.length).toBeLessThan(2 * PiecedText.of(text).pieces.length);
    expect(pieced.toString()).toBe(text);
  });
});
