/** Offers: the edits of the fix of each finding, for formats that carry them. */

import type { AnalyzedText, PlacedFinding } from '../shared/analysis/analyze.ts';
import { editorOf } from '../shared/analysis/fix.ts';
import { fixesOf, opsOf } from '../shared/analysis/fixes.ts';
import type { LineIndex } from '../shared/text/lineIndex.ts';
import type { TextEdit } from '../shared/text/textEdit.ts';
import type { Offer } from './report.ts';

/**
 * For each finding the first of its fixes that can be made alone, or null. Each fix takes an attempt of its own, so a document that is
 * too long for as many attempts as it has findings gets none.
 */
export function offersIn(analyzed: AnalyzedText, lines: LineIndex): (placed: PlacedFinding) => Offer | null {
  // An offer is for one file; a fix in a chart may need several.
  if (analyzed.chart !== undefined) return () => null;
  const editors = new Map<number, ReturnType<typeof editorOf> | undefined>();
  const made = new Map<string, readonly TextEdit[] | undefined>();
  for (const { slice, analysis } of analyzed.documents) {
    const isBearable = analysis.findings.length * (slice.end - slice.start) <= BEARABLE;
    if (!isBearable) editors.set(slice.start, undefined);
  }
  return ({ finding, documentStart }) => {
    if (!editors.has(documentStart)) editors.set(documentStart, editorOf(analyzed, documentStart));
    const edit = editors.get(documentStart);
    if (edit === undefined) return null;
    for (const fix of fixesOf(finding)) {
      if (fix.leaves !== undefined) return null;
      const ops = opsOf(fix);
      const key = JSON.stringify([documentStart, ops]);
      if (!made.has(key)) {
        const result = edit(ops);
        made.set(key, result.ok && result.edits.length > 0 ? result.edits : undefined);
      }
      const edits = made.get(key);
      if (edits === undefined) continue;
      return {
        title: fix.title,
        edits: edits.map(({ span, newText }) => ({
          range: { start: lines.positionAt(span.start), end: lines.positionAt(span.end) },
          newText,
        })),
      };
    }
    return null;
  };
}

/** In code units read; about two seconds. */
const BEARABLE = 8_000_000;
