/** The quick reader answers what the reader of record answers, or nothing. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitDocuments } from '../../shared/yaml/documents.ts';
import { parseOfRecord } from '../../shared/yaml/parseOfRecord.ts';
import { parseQuick } from '../../shared/yaml/parseQuick.ts';
import { maskTemplates } from '../../shared/yaml/templates.ts';
import { HOSTILE_TEXTS } from '../support/hostileTexts.ts';
import { manifest } from '../support/manifestArbitrary.ts';

const CORPUS = path.resolve('../shared/corpus');

/** Texts of documents as the quick reader gets them: cut from their streams, with template actions masked. */
function documentsOf(text: string): readonly string[] {
  const masked = maskTemplates(text)?.masked ?? text;
  return splitDocuments(masked).map(({ start, end }) => masked.slice(start, end));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return statSync(file).isDirectory() ? filesBelow(file) : [file];
  });
}

/** Holds an answer of the quick reader, where it gives one, against the other reader's; true where it gave one. */
function agrees(text: string): boolean {
  const quick = parseQuick(text);
  if (quick !== undefined) expect(quick).toEqual(parseOfRecord(text));
  return quick !== undefined;
}

const PLAIN = `---
# A comment above.
apiVersion: apps/v1
kind: "Deployment" # Behind a value.
metadata:
  name: 'it''s'
  labels: { app: web, "tier":front, nested: [a, {b: c}, []] }
  annotations:
    note: text that goes on

      over a blank line
    escaped: "a\\tb\\u0041"
    empty:
spec:
  containers:
  - name: web
    args: ["--a", '-b', plain text]
    command:
      - sh
      -
      - |
        set -e

        echo "x"  # no comment
      - >-
        folded
        text

        with a gap
  - - nested
    - sequence
    -
      key : value
  url: http://example.com:80/#anchor
  dashes: --flag -x
`;

describe('what it reads', () => {
  test('is the YAML of manifests', () => expect(agrees(PLAIN)).toBe(true));
  test('ends lines as Windows does, too', () => expect(agrees(PLAIN.replaceAll('\n', '\r\n'))).toBe(true));
  test('is JSON', () =>
    expect(agrees('{\n  "kind": "Pod",\n  "spec": {"a":[1, true, null, "x"], "b": {}}\n}\n')).toBe(true));
  test('may end without a line break', () => expect(agrees('a:\n  - b: c\n  - d')).toBe(true));
  test('shows placeholders', () => expect(agrees(`a: \${B}\n$(KEY): <name>\nc: "$(D)"\n`)).toBe(true));
});

test.each([
  ['an anchor', 'a: &x 1\n'],
  ['an alias', 'a: *x\n'],
  ['a tag', 'a: !!str 1\n'],
  ['a directive', '%YAML 1.2\n---\na: 1\n'],
  ['an explicit key', '? a\n: 1\n'],
  ['a ytt comment', 'a: 1 #@ data.values.a\n'],
  ['a tab behind a key', 'a:\t1\n'],
  ['a lone carriage return', 'a: 1\rb: 2\n'],
  ['two mappings on a line', 'a: b: c\n'],
  ['a key without a colon', 'a: 1\nb\nc: 2\n'],
  ['a comment within a scalar', 'a: text\n  # comment\n  goes on\n'],
  ['a value beside a quoted one', 'a: "b" c\n'],
  ['an open quote', 'a: "b\nc: d\n'],
  ['an open bracket', 'a: [b\nc: d\n'],
  ['flow that is indented too little', 'a:\n  b: [\n  c]\n'],
  ['an indentation indicator', 'a: |2\n    b\n'],
  ['a line in a block that is indented too little', 'a:\n  b: |\n      c\n    d\n'],
  ['two documents', 'a: 1\n---\nb: 2\n'],
  ['a scalar alone', 'a\n'],
  ['nothing', '# only a comment\n'],
])('leaves %s to the other reader', (_, text) => expect(parseQuick(text)).toBeUndefined());

describe('agrees with the reader of record', () => {
  test('on generated manifests in every style', () => {
    fc.assert(
      fc.property(manifest(), ({ text }) => documentsOf(text).forEach(agrees)),
      { numRuns: 150 },
    );
  });

  test('on text that is edited in hostile ways', () => {
    const piece = fc.constantFrom(...HOSTILE_TEXTS);
    const edit = fc.record({ at: fc.nat(10_000), drop: fc.nat(8), insert: piece });
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), fc.array(edit, { maxLength: 4 }), (from, count, edits) => {
        let text = PLAIN.split('\n')
          .slice(from, from + count + 1)
          .join('\n');
        for (const { at, drop, insert } of edits) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + insert + text.slice(place + drop);
        }
        agrees(text);
      }),
      { numRuns: 3000 },
    );
  });

  test.runIf(existsSync(CORPUS))('on the corpus, of which it reads nearly all', { timeout: 120_000 }, () => {
    let asked = 0;
    let answered = 0;
    filesBelow(CORPUS).forEach((file, index) => {
      // Every third file: the whole takes the other reader long.
      if (index % 3 !== 0 || statSync(file).size > 200_000) return;
      for (const text of documentsOf(readFileSync(file, 'utf8'))) {
        asked++;
        if (agrees(text)) answered++;
      }
    });
    expect(answered / asked).toBeGreaterThan(0.9);
  });
  if (!existsSync(CORPUS)) console.log('The quick reader on the corpus: skipped, there is none.');
});
