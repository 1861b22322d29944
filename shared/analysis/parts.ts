/** Parts: the items of a long list, which stay the same objects wherever in it they stand, so that what is made of them is kept. */
import type { DocumentAnalysis } from './analyze.ts';

/** A stretch of a document that is judged by itself. */
export interface AnalysisPart {
  /** Where it starts, counted from the start of its document. */
  readonly start: number;
  /** With spans that count from the start of the part, and paths of the place at which it was first judged. */
  readonly analysis: DocumentAnalysis;
}

const known = new WeakMap<DocumentAnalysis, readonly AnalysisPart[]>();

/** Remembers that the findings of a document are those of its parts, in their order. */
export function rememberParts(analysis: DocumentAnalysis, parts: readonly AnalysisPart[]): void {
  known.set(analysis, parts);
}

/** Undefined for a document that was judged as a whole. */
export function partsOf(analysis: DocumentAnalysis): readonly AnalysisPart[] | undefined {
  return known.get(analysis);
}

/** How many findings a document has; those of a long list need not be made for that. */
export function countFindings(analysis: DocumentAnalysis): number {
  const parts = partsOf(analysis);
  if (parts === undefined) return analysis.findings.length;
  return parts.reduce((sum, part) => sum + part.analysis.findings.length, 0);
}
