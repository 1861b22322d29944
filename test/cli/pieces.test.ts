/** Pieces of a long stream: judged one by one, they give what the whole gives. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf } from '../../cli/pieces.ts';
import { analyzeText } from '../../shared/analysis/analyze.ts';
import { factsAnalyzedIn } from '../../shared/analysis/fileFacts.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { indexLines } from '../../shared/text/lineIndex.ts';
import { splitDocuments } from '../../shared/yaml/documents.ts';
import { inputText } from '../bench/inputs.mjs';

/** Each piece as a text, with where it begins. */
function cut(text: string, size: number): readonly { text: string; firstLine: number }[] {
  const bytes = Buffer.from(text);
  return piecesOf(bytes, size).map(({ start, end, firstLine }) => ({
    text: bytes.subarray(start, end).toString(),
    firstLine,
  }));
}

describe('the pieces of a stream', () => {
  const lines = fc.constantFrom(
    ...[
      '---\n',
      '---\r\n',
      '--- # comment\n',
      '--- text\n',
      '---text\n',
      '...\n',
      '... # end\n',
      '...\n%YAML 1.2\n',
    ],
    ...[
      '# comment\n',
      '%YAML 1.2\n',
      'kind: Pod\n',
      'a: "\n',
      'é: 鍵\u{1F512}\n',
      '\r',
      '\n',
      '\u{FEFF}',
      ' ---\n',
      '- |\n',
    ],
  );

  it('follow each other without a gap, and are cut into the documents of the whole', () => {
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (parts, size) => {
        const text = parts.join('');
        const pieces = cut(text, size);
        if (pieces.length === 0) return;
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        let at = 0;
        const documents = pieces.flatMap((piece) => {
          const start = at;
          at += piece.text.length;
          return splitDocuments(piece.text).map((one) => ({
            ...one,
            start: one.start + start,
            end: one.end + start,
          }));
        });
        expect(documents).toEqual(splitDocuments(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('begin on the lines that editors count', () => {
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        const counted = indexLines(text);
        let at = 0;
        for (const piece of cut(text, 1)) {
          expect(piece.firstLine).toBe(counted.positionAt(at).line);
          at += piece.text.length;
        }
      }),
    );
  });

  it('are many where there is much, and none where a part may reach into another', () => {
    const text = inputText('c');
    expect(cut(text, 128 * 1024).length).toBeGreaterThan(5);
    expect(cut(`${text}# {{ . }}\n`, 128 * 1024)).toEqual([]);
    expect(cut(`${text}# podproof-ignore seccomp\n`, 128 * 1024)).toEqual([]);
    expect(cut(text, text.length)).toEqual([]);
  });
});

describe('what a file says about its own pods is what its analysis says', () => {
  const account = 'metadata: { name: one }\nautomountServiceAccountToken: false\n';
  it.each([
    ['plainly', `apiVersion: v1\nkind: ServiceAccount\n${account}`],
    ['with escapes', `apiVersion: v1\n"\\x6bind": "Service\\x41ccount"\n${account}`],
    ['behind an anchor', `apiVersion: v1\nkind: &kind ServiceAccount\n${account}`],
    ['in flow style', '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n'],
    ['in a list', `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: LimitRange\n`],
    [
      'in a long list that is broken',
      `apiVersion: v1\nkind: List\nitems:\n${'- apiVersion: v1\n  kind: ServiceAccount\n  metadata: { name: one }\n'.repeat(400)}- "\n`,
    ],
    ['in broken text', `apiVersion: v1\nkind: ServiceAccount\n${account}a: [\n`],
  ])('%s', (_, text) => {
    const analyzed = analyzeText(text, DEFAULT_SETTINGS).documents.flatMap(({ analysis }) => analysis.facts);
    expect(analyzed.length).toBeGreaterThan(0);
    expect(factsAnalyzedIn(text, DEFAULT_SETTINGS)).toEqual(analyzed);
  });

  it('in a stream of everything', () => {
    const text = inputText('b');
    const analyzed = analyzeText(text, DEFAULT_SETTINGS).documents.flatMap(({ analysis }) => analysis.facts);
    expect(factsAnalyzedIn(text, DEFAULT_SETTINGS)).toEqual(analyzed);
  });
});
