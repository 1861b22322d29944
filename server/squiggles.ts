/** Squiggles: what an analysis shows, kept per document of the file so that an edit costs only what it touches. */
import type { DocumentAnalysis, Finding, PlacedFinding } from '../shared/analysis/analyze.ts';
import { type Presented, present } from '../shared/analysis/present.ts';
import type { Analysis } from './documents.ts';

/** A squiggle. Its spans, and those of its findings, count from `documentStart`. */
export interface Squiggle {
  readonly presented: Presented;
  readonly documentStart: number;
}

/** The squiggles of an analysis in the order of the text. */
export function squigglesOf({ analyzed, findings }: Analysis): readonly Squiggle[] {
  const squiggles: Squiggle[] = [];
  let next = 0;
  for (const { slice, analysis } of analyzed.documents) {
    const first = next;
    while (findings[next]?.documentStart === slice.start) next++;
    if (next === first) continue;
    for (const presented of presentDocument(analysis, findings.slice(first, next))) {
      squiggles.push({ presented, documentStart: slice.start });
    }
  }
  return squiggles;
}

interface Kept {
  readonly findings: readonly Finding[];
  readonly presented: readonly Presented[];
}

const kept = new WeakMap<DocumentAnalysis, Kept>();

/** What another document says may silence a finding, so the analysis alone does not decide what is shown. */
function presentDocument(analysis: DocumentAnalysis, placed: readonly PlacedFinding[]): readonly Presented[] {
  const before = kept.get(analysis);
  if (before !== undefined && areSame(before.findings, placed)) return before.presented;
  const findings = placed.map(({ finding }) => finding);
  const presented = present(findings.map((finding) => ({ finding, documentStart: 0 })));
  kept.set(analysis, { findings, presented });
  return presented;
}

function areSame(findings: readonly Finding[], placed: readonly PlacedFinding[]): boolean {
  return (
    findings.length === placed.length &&
    findings.every((finding, index) => finding === placed[index]?.finding)
  );
}
