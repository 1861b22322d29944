/** Analyses as a person could see them: with the fixes that their findings would show. */
import type { AnalyzedText, DocumentAnalysis, Finding } from '../../shared/analysis/analyze.ts';
import { fixesOf } from '../../shared/analysis/fixes.ts';

/** A finding with its fixes made. */
export function shownFinding(finding: Finding): unknown {
  const { fixSource: _, ...rest } = finding;
  return { ...rest, fixes: fixesOf(finding) };
}

export function shownAnalysis(analysis: DocumentAnalysis): unknown {
  return { ...analysis, findings: analysis.findings.map(shownFinding) };
}

/** Everything that a text's documents say. */
export function shownDocuments({ documents }: AnalyzedText): unknown {
  return documents.map(({ analysis, ...rest }) => ({ ...rest, analysis: shownAnalysis(analysis) }));
}
