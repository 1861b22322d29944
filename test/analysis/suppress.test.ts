/** Suppression: what comments and annotations take out, and what is said of those that take out nothing. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeText, judgedFindingsOf } from '../../shared/analysis/analyze.ts';
import { suppressionProblemsOf } from '../../shared/analysis/suppress.ts';
import { readSettings } from '../../shared/catalog/settings.ts';
import { indexLines } from '../../shared/text/lineIndex.ts';
import { type Span, shifted } from '../../shared/text/span.ts';
import { readMarkers, type SpecBlock, specBlocks } from '../support/literate.ts';

const SHOWN = /^(seccomp|root-user)\//;

describe('suppress.md', () => {
  for (const block of specBlocks(path.join(import.meta.dirname, 'suppress.md'))) {
    test(`${block.title} (line ${block.line})`, () => {
      const { text, expected } = readMarkers(block.text);
      expect(shown(text, block)).toEqual(expected);
    });
  }
});

function shown(text: string, block: SpecBlock): readonly string[] {
  const written = block.options.has('crlf') ? text.replaceAll('\n', '\r\n') : text;
  const settings = readSettings({
    honorPeerAnnotations: block.options.get('honorPeerAnnotations') !== 'false',
    requireSuppressionReason: block.options.get('requireSuppressionReason') === 'true',
  });
  const lines = indexLines(written);
  const place = (span: Span): string => {
    const start = lines.positionAt(span.start);
    return `${start.line}:${start.character}-${lines.positionAt(span.end).character}`;
  };
  const analyzed = analyzeText(written, settings);
  return [
    ...judgedFindingsOf(analyzed)
      .filter(({ finding }) => SHOWN.test(finding.code))
      .map(({ finding, documentStart, suppressedBy }) => {
        const suffix = suppressedBy === null ? '' : ' (suppressed)';
        return `${place(shifted(finding.span, documentStart))} ${finding.code}${suffix}`;
      }),
    ...suppressionProblemsOf(analyzed).map(
      ({ problem, documentStart }) => `${place(shifted(problem.span, documentStart))} ${problem.code}`,
    ),
  ].sort();
}

test('typing a line brings back nothing that is suppressed with and without the line', () => {
  const back: string[] = [];
  for (const block of specBlocks(path.join(import.meta.dirname, 'suppress.md'))) {
    const lines = readMarkers(block.text).text.split('\n');
    const whole = absences(lines);
    for (const [index, line] of lines.entries()) {
      // A suppression that is being typed does not hold yet.
      if (/podproof|\.io\/|\.com\/|kube-score/.test(line)) continue;
      const without = absences(lines.with(index, ''));
      for (let length = 1; length <= line.length; length += 3) {
        const typed = absences(lines.with(index, line.slice(0, length)));
        for (const [code, count] of typed.shown) {
          const known = Math.max(whole.shown.get(code) ?? 0, without.shown.get(code) ?? 0);
          const isSuppressed = whole.suppressed.has(code) || without.suppressed.has(code);
          if (isSuppressed && count > known)
            back.push(`${block.line}+${index}: ${line.slice(0, length)}: ${code}`);
        }
      }
    }
  }
  expect(back).toEqual([]);
});

/** How often each check speaks of something absent, and which are suppressed. */
function absences(lines: readonly string[]): { shown: Map<string, number>; suppressed: Set<string> } {
  const shown = new Map<string, number>();
  const suppressed = new Set<string>();
  for (const { finding, suppressedBy } of judgedFindingsOf(analyzeText(lines.join('\n'), readSettings({})))) {
    if (!finding.aboutAbsence) continue;
    if (suppressedBy !== null) suppressed.add(finding.code);
    else shown.set(finding.code, (shown.get(finding.code) ?? 0) + 1);
  }
  return { shown, suppressed };
}
