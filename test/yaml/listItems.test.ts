/** The items of a list that is cut once more after an edit are those that its text alone shows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CutList, cutList, cutListAgain } from '../../shared/yaml/listItems.ts';

/** Lines that begin items, belong to them, end them, or break them; some end without a line break. */
const line = fc.constantFrom(
  '- a: 1\n',
  '  - a: 1\n',
  '  -\n',
  '  -b\n',
  '- \r\n',
  '    b: 2\n',
  '    - c\n',
  '\n',
  '\r\n',
  '   # said\n',
  '# said\n',
  'items:\n',
  'kind: List\n',
  'word\n',
  ' word\n',
  '"open\n',
  '  key: |\n',
  'half',
  '  -',
  ' ',
);

const lines = fc.array(line, { maxLength: 12 }).map((all) => all.join(''));

interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly insert: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(400),
  drop: fc.oneof(fc.constant(0), fc.nat(30)),
  insert: fc.oneof(fc.constant(''), line, lines),
});

function edited(text: string, { at, drop, insert }: Edit): string {
  const place = at % (text.length + 1);
  return text.slice(0, place) + insert + text.slice(place + drop);
}

/** What a cut says, without the places that its scalars keep. */
function told(text: string, cut: CutList | undefined): unknown {
  return (
    cut && {
      ...cut,
      items: cut.items.map(({ start, end }) => text.slice(start, end)),
      scalars: [...cut.scalars].map(([key, { text: value }]) => [key, value]),
    }
  );
}

function cutAfter(before: string, after: string): CutList | undefined {
  const cut = cutList(before);
  if (cut === undefined) return undefined;
  const texts = cut.items.map(({ start, end }) => before.slice(start, end));
  return cutListAgain(after, cut, (index) => texts[index]);
}

describe('a list is cut again', () => {
  test('as it is from scratch, or not at all', () => {
    let again = 0;
    fc.assert(
      fc.property(
        fc.constantFrom('', '  '),
        fc.array(line, { maxLength: 20 }),
        fc.array(line, { maxLength: 3 }),
        edit,
        (pad, body, behind, one) => {
          const head = `apiVersion: v1\nkind: List\nitems:\n${pad}- a: 0\n`;
          const inside = body.filter((each) => /^(?: {3}| *-|\r?\n)/.test(each) || each.startsWith('# '));
          const text = `${head}${inside.join('')}${pad}- z: 1\n${behind.join('')}`;
          const after = edited(text, one);
          const cut = cutAfter(text, after);
          if (cut === undefined) return;
          again++;
          expect(told(after, cut)).toEqual(told(after, cutList(after)));
        },
      ),
      { numRuns: 2_000 },
    );
    expect(again).toBeGreaterThan(100);
  });

  test.each([
    ['an item is typed into', 'a: 0', 'a: 01'],
    ['an item comes in front of the first', 'items:\n', 'items:\n  - new: 1\n'],
    ['an item goes', '  - b: 1\n', ''],
    ['an item is there twice', '  - b: 1\n', '  - b: 1\n  - b: 1\n'],
    ['a line joins the item above', '  - c: 2', '    more: 1\n  - c: 2'],
    ['items are joined', '\n  - c: 2', '   - c: 2'],
    ['what follows changes', 'after: 1', 'later: 2'],
  ])('where %s', (_, from, to) => {
    const before = 'kind: List\nitems:\n  - a: 0\n  - b: 1\n  - c: 2\n  - d: 3\nafter: 1\n';
    const after = before.replace(from, to);
    const cut = cutAfter(before, after);
    expect(cut).toBeDefined();
    expect(told(after, cut)).toEqual(told(after, cutList(after)));
  });

  test('not where the text in front of it changes', () => {
    const before = 'kind: List\nitems:\n  - a: 0\n  - b: 1\n';
    expect(cutAfter(before, `#\n${before}`)).toBeUndefined();
  });
});
