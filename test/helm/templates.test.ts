/** Templates as they are typed: the literate specs beside this file, and what holds for the mask of any text. */
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { indexLines } from '../../shared/text/lineIndex.ts';
import { shifted } from '../../shared/text/span.ts';
import { splitDocuments } from '../../shared/yaml/documents.ts';
import { maskTemplates } from '../../shared/yaml/templates.ts';
import { maskSlicer } from '../../shared/yaml/templatesMask.ts';
import { readMarkers, specBlocks } from '../support/literate.ts';

const folder = path.dirname(new URL(import.meta.url).pathname);

describe('templates.md', () => {
  for (const block of specBlocks(path.join(folder, 'templates.md'))) {
    test(`${block.title} (line ${block.line})`, () => {
      const { text, expected } = readMarkers(block.text);
      expect(found(text, block.options.get('practice') ?? 'privilege-escalation')).toEqual(expected);
    });
  }
});

function found(text: string, practice: string): readonly string[] {
  const lines = indexLines(text);
  const analyzed = analyzeText(text, DEFAULT_SETTINGS);
  for (const { analysis } of analyzed.documents) {
    expect(analysis.problems).toEqual([]);
    expect(analysis.failures).toEqual([]);
  }
  return findingsOf(analyzed)
    .filter(({ finding }) => finding.practice === practice)
    .map(({ finding, documentStart }) => {
      const span = shifted(finding.span, documentStart);
      const start = lines.positionAt(span.start);
      const end = lines.positionAt(span.end);
      expect(end.line).toBe(start.line);
      return `${start.line}:${start.character}-${end.character} ${finding.check}`;
    })
    .sort();
}

test('a finding in a branch says where', () => {
  const text = [
    'apiVersion: v1',
    'kind: Pod',
    'spec:',
    '  containers:',
    '    - name: web',
    '      image: nginx',
    '      {{- with .Values.debug }}',
    '      {{- if not .quiet }}',
    '      securityContext:',
    '        privileged: true',
    '      {{- end }}',
    '      {{- end }}',
  ].join('\n');
  const messages = findingsOf(analyzeText(text, DEFAULT_SETTINGS)).map(({ finding }) => finding.message);
  expect(messages).toContainEqual(
    expect.stringContaining(
      'Container "web" is privileged where .Values.debug is set and .quiet is not set,',
    ),
  );
});

/** Text made of what templates are made of, in any order. */
const templateText = fc
  .array(
    fc.constantFrom(
      '{{',
      '}}',
      '{{-',
      '-}}',
      '{{/*',
      '*/}}',
      '{%',
      '%}',
      '{#',
      '#}',
      '"',
      "'",
      '`',
      '\\',
      '\n',
      '\r\n',
      '  ',
      '- ',
      ': ',
      'key:',
      'kind: Pod',
      'spec:',
      'containers:',
      '---',
      '|',
      '>',
      '#',
      '[',
      ']',
      '{',
      '}',
      '{{ if .x }}',
      '{{ else }}',
      '{{ end }}',
      '{{ define "x" }}',
      '{{ range .y }}',
      '{{- toYaml .z | nindent 4 }}',
      '{{ .v }}',
      '{% if x %}',
      '{% endif %}',
      'é',
      '\u{1F600}',
      '&a',
      '*a',
      '<<: *a',
      '\t',
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('the mask of any text', () => {
  test('keeps its length and its line breaks, and hides every action', () => {
    fc.assert(
      fc.property(fc.oneof(templateText, fc.string({ unit: 'binary' })), (text) => {
        const mask = maskTemplates(text);
        if (mask === undefined) return;
        const breaks = (of: string): readonly number[] =>
          [...of.matchAll(/[\r\n]/g)].map(({ index }) => index);
        expect(mask.masked.length).toBe(text.length);
        expect(breaks(mask.masked.replace(/\r(?!\n)/g, ' '))).toEqual(breaks(text.replace(/\r(?!\n)/g, ' ')));
        let end = 0;
        for (const action of mask.actions) {
          expect(action.start).toBeGreaterThanOrEqual(end);
          expect(action.end).toBeGreaterThan(action.start);
          end = action.end;
          expect(mask.masked.slice(action.start, action.end)).not.toMatch(/\{\{|\}\}/);
        }
      }),
    );
  });

  test('hides the body of a definition that begins behind another action of its line', () => {
    const text = '{{- $size := 1 }}{{ define "pod" }}\nkind: Pod\n{{ end }}\nkind: List';
    const masked = maskTemplates(text)?.masked ?? text;
    expect(masked.split('\n').map((line) => line.trim())).toEqual(['', '', '', 'kind: List']);
  });

  test('cuts along documents into parts that together are the whole', () => {
    fc.assert(
      fc.property(templateText, (text) => {
        const mask = maskTemplates(text);
        if (mask === undefined) return;
        const slice = maskSlicer(mask);
        const parts = splitDocuments(mask.masked).map((document) => ({ document, part: slice(document) }));
        expect(parts.map(({ part }) => part.masked).join('')).toBe(mask.masked);
        expect(
          parts.flatMap(({ document, part }) => part.holes.map(({ at }) => at + document.start)),
        ).toEqual(mask.holes.map(({ at }) => at));
        for (const { part } of parts) {
          for (const { start, end, parent } of part.branches) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeLessThanOrEqual(part.masked.length);
            expect(parent).toBeLessThan(part.branches.length);
          }
        }
      }),
    );
  });

  test('is read without an error, and never as broken YAML', () => {
    fc.assert(
      fc.property(templateText, (text) => {
        for (const { analysis } of analyzeText(`kind: Pod\n${text}`, DEFAULT_SETTINGS).documents) {
          expect(analysis.failures).toEqual([]);
          if (analysis.isTemplate) expect(analysis.problems).toEqual([]);
        }
      }),
    );
  });

  test('takes time in proportion to hostile text', () => {
    const seconds = (text: string): number => {
      const start = performance.now();
      analyzeText(text, DEFAULT_SETTINGS);
      return (performance.now() - start) / 1000;
    };
    for (const piece of [
      '{{',
      '{{"',
      "{{'`",
      '{{/*',
      '{%',
      '{{if x}}',
      '{{if x}}\n',
      '{{end}}',
      '{{define "x"}}',
      '{{ x }}\n',
      'kind: {{ x }}\n',
      'a: {{ x | nindent 2 }}\n',
      '{{ if x }}\na:\n{{ end }}\n',
      '{{ x }}: {{ y | nindent 2 }}\n',
      'a: |\n{{ x }}\n',
    ]) {
      expect(seconds(`kind: x\n${piece.repeat(50_000 / piece.length)}`), piece).toBeLessThan(10);
    }
  });
});
