/** Brought findings: what kustomizations say of a file that the file alone does not, kept in place while a person types. */
import type { AnalyzedText, Finding, PlacedFinding } from '../shared/analysis/analyze.ts';
import type { Span } from '../shared/text/span.ts';

export interface BroughtFindings {
  /** Overlays have been built anew. */
  rebuilt(): void;
  /**
   * The findings of a file: made by `make` where the text is the one that overlays were built from; else the last ones, as far as the text
   * around them is the same.
   */
  of(
    path: string,
    analyzed: AnalyzedText,
    isCurrent: boolean,
    make: () => readonly PlacedFinding[],
  ): readonly PlacedFinding[];
}

interface Kept {
  readonly generation: number;
  readonly analyzed: AnalyzedText;
  readonly findings: readonly PlacedFinding[];
}

export function createBroughtFindings(): BroughtFindings {
  const kept = new Map<string, Kept>();
  let generation = 0;
  return {
    rebuilt() {
      generation++;
    },
    of(path, analyzed, isCurrent, make) {
      const known = kept.get(path);
      if (!isCurrent) return known === undefined ? [] : moved(known, analyzed);
      if (known?.generation === generation && known.analyzed === analyzed) return known.findings;
      const findings = make();
      if (findings.length === 0) kept.delete(path);
      else kept.set(path, { generation, analyzed, findings });
      return findings;
    },
  };
}

/** The findings before and behind what has been typed, where they stand now. */
function moved({ analyzed: before, findings }: Kept, after: AnalyzedText): readonly PlacedFinding[] {
  const { start, end } = sharedEnds(before.text, after.text);
  const grown = after.text.length - before.text.length;
  return findings.flatMap(({ finding, documentStart }): PlacedFinding[] => {
    const from = documentStart + finding.span.start;
    const to = documentStart + finding.span.end;
    if (to >= start && from <= before.text.length - end) return [];
    const shift = from > start ? grown : 0;
    const document = after.documents.find(
      ({ slice }) => slice.start <= from + shift && from + shift < slice.end,
    );
    if (document === undefined) return [];
    const by = documentStart + shift - document.slice.start;
    return [{ finding: by === 0 ? finding : movedBy(finding, by), documentStart: document.slice.start }];
  });
}

/** How many code units two texts share at their start and, beyond that, at their end. */
export function sharedEnds(a: string, b: string): { readonly start: number; readonly end: number } {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  let end = 0;
  while (end < most - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end++;
  return { start, end };
}

function movedBy(finding: Finding, by: number): Finding {
  const move = ({ start, end }: Span): Span => ({ start: start + by, end: end + by });
  const { container } = finding;
  return {
    ...finding,
    span: move(finding.span),
    pod: { ...finding.pod, keySpan: move(finding.pod.keySpan) },
    container: container === null ? null : { ...container, nameSpan: move(container.nameSpan) },
    related: finding.related.map(({ at, message }) => ({ at: move(at), message })),
  };
}
