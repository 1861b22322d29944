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
