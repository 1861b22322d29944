/** Squiggles: what an analysis shows, kept per document of the file so that an edit costs only what it touches. */
import type {
  AnalyzedText,
  DocumentAnalysis,
  Finding,
  PlacedFinding,
  Skipped,
} from '../shared/analysis/analyze.ts';
import { withoutBaseline } from '../shared/analysis/baseline.ts';
import { present } from '../shared/analysis/present.ts';
import { type SuppressionProblem, suppressionProblemsOf } from '../shared/analysis/suppress.ts';
import { type ConfigProblem, readConfigFile } from '../shared/catalog/configFile.ts';
import type { Severity } from '../shared/practices/practice.ts';
import type { Span } from '../shared/text/span.ts';
import { isConfigFile } from './configFiles.ts';
import type { Analysis } from './documents.ts';

/** A squiggle, and where its document starts: everything in `shown` counts from there. */
export interface Squiggle {
  readonly shown: Shown;
  readonly documentStart: number;
}

/** Equal objects say the same, so that work on one may be kept. */
export interface Shown {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly related: readonly { readonly span: Span; readonly message: string }[];
  /** What it stands for: one finding, or the same check on several containers of one pod; none where a suppression is at fault. */
  readonly findings: readonly Finding[];
  readonly problem?: SuppressionProblem;
}

/** The squiggles of an analysis in the order of its documents. */
export function squigglesOf(whole: Analysis): readonly Squiggle[] {
  const { document, analyzed, excludedBy } = whole;
  const findings = newIn(whole);
  if (isConfigFile(document.uri)) return readConfigFile(document.text).problems.map(showConfigProblem);
  if (excludedBy !== undefined) return [];
  const squiggles: Squiggle[] = [];
  const problems = suppressionProblemsOf(analyzed);
  let nextFinding = 0;
  let nextProblem = 0;
  for (const { slice, analysis } of analyzed.documents) {
    const documentStart = slice.start;
    if (analysis.skipped !== undefined)
      squiggles.push({ shown: showSkipped(analysis.skipped), documentStart });
    const first = nextFinding;
    while (findings[nextFinding]?.documentStart === documentStart) nextFinding++;
    if (nextFinding > first) {
      const here = findings
        .slice(first, nextFinding)
        .filter(({ finding }) => finding.inChart?.isShownThere !== true);
      for (const shown of showFindings(analysis, here)) {
        squiggles.push({ shown, documentStart });
      }
    }
    for (; problems[nextProblem]?.documentStart === documentStart; nextProblem++) {
      const problem = problems[nextProblem]?.problem;
      if (problem !== undefined) squiggles.push({ shown: showProblem(problem), documentStart });
    }
  }
  return squiggles;
}

/** What is found and not remembered in a baseline. */
export function newIn(analysis: Analysis): readonly PlacedFinding[] {
  const { findings, remembered } = analysis;
  if (remembered === undefined) return findings;
  const { baseline, path } = remembered;
  if (analysis.chart === undefined) return withoutBaseline(baseline, path, findings);
  const byFile = new Map<string, PlacedFinding[]>();
  for (const placed of findings) {
    const file = fileInBaseline(placed, analysis.analyzed, path);
    byFile.set(file, [...(byFile.get(file) ?? []), placed]);
  }
  const news = new Set([...byFile].flatMap(([file, own]) => withoutBaseline(baseline, file, own)));
  return findings.filter((placed) => news.has(placed));
}

/**
 * The path under which a baseline has a finding, given the path of the file that shows it: what is told in a chart's values is found in a
 * template.
 */
export function fileInBaseline({ finding }: PlacedFinding, { chart }: AnalyzedText, path: string): string {
  const template = finding.inChart?.told?.template;
  if (chart === undefined || template === undefined || !path.endsWith(chart.file)) return path;
  return path.slice(0, path.length - chart.file.length) + template;
}

interface Kept {
  readonly findings: readonly Finding[];
  readonly shown: readonly Shown[];
}

const kept = new WeakMap<DocumentAnalysis, Kept>();

/** What another document says may silence a finding, so the analysis alone does not decide what is shown. */
function showFindings(analysis: DocumentAnalysis, placed: readonly PlacedFinding[]): readonly Shown[] {
  const before = kept.get(analysis);
  if (before !== undefined && areSame(before.findings, placed)) return before.shown;
  const findings = placed.map(({ finding }) => finding);
  const presented = present(findings.map((finding) => ({ finding, documentStart: 0 })));
  const shown = presented.map((one) => ({ ...one, findings: one.findings.map(({ finding }) => finding) }));
  kept.set(analysis, { findings, shown });
  return shown;
}

function areSame(findings: readonly Finding[], placed: readonly PlacedFinding[]): boolean {
  return (
    findings.length === placed.length &&
    findings.every((finding, index) => finding === placed[index]?.finding)
  );
}

function showSkipped({ message, span }: Skipped): Shown {
  return { code: 'document/skipped', severity: 'information', message, span, related: [], findings: [] };
}

function showConfigProblem({ span, message }: ConfigProblem): Squiggle {
  const code = 'settings/invalid';
  return {
    shown: { code, severity: 'warning', message, span, related: [], findings: [] },
    documentStart: 0,
  };
}

function showProblem(problem: SuppressionProblem): Shown {
  const { code, severity, message, span } = problem;
  return { code, severity, message, span, related: [], findings: [], problem };
}
