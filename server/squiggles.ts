/** Squiggles: what an analysis shows, kept per document of the file so that an edit costs only what it touches. */
import {
  type AnalyzedText,
  carried,
  type DocumentAnalysis,
  type DocumentFindings,
  type Finding,
  NO_ANALYSIS,
  type PlacedFinding,
  type Skipped,
} from '../shared/analysis/analyze.ts';
import { withoutBaseline } from '../shared/analysis/baseline.ts';
import { present } from '../shared/analysis/present.ts';
import {
  type PlacedSuppressionProblem,
  type SuppressionProblem,
  suppressionProblemsOf,
} from '../shared/analysis/suppress.ts';
import { type ConfigProblem, readConfigFile } from '../shared/catalog/configFile.ts';
import type { Severity } from '../shared/practices/practice.ts';
import type { Span } from '../shared/text/span.ts';
import { isConfigFile } from './configFiles.ts';
import { type Analysis, carriedViews, findingsOfDocuments, groupedByDocument } from './documents.ts';

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

/** What is shown of one stretch: the same object for as long as that is the same. */
export interface View {
  readonly shown: readonly Shown[];
  readonly bySeverity: Readonly<Record<Severity, readonly Shown[]>>;
}

/** A view that counts from a place in its document. */
export interface PlacedView {
  readonly start: number;
  readonly view: View;
}

/** What is shown of one document. */
export interface DocumentView {
  /** Counts from the start of the document; of a long list it is made when it is first asked for. */
  readonly shown: readonly Shown[];
  /** The same by its parts, in their order: one, or one for each item of a long list that shows something. */
  readonly parts: readonly PlacedView[];
}

/** A view for each document of an analysis that has one, in their order. */
export interface Views {
  readonly views: readonly DocumentView[];
  /** The stretch that a view is of; what it shows counts from there. */
  readonly spanOf: (index: number) => Span;
}

export function viewsOf(analysis: Analysis): Views {
  const { document, analyzed, excludedBy } = analysis;
  if (isConfigFile(document.uri)) {
    const shown = readConfigFile(document.text).problems.map(showConfigProblem);
    return { views: [ofWhole(viewWith(shown))], spanOf: () => ({ start: 0, end: document.text.length }) };
  }
  const { documents } = analyzed;
  const spanOf = (index: number): Span => documents[index]?.slice ?? { start: 0, end: 0 };
  if (excludedBy !== undefined) return { views: [], spanOf };
  const slot = hidesNothing(analysis) ? carriedViews(analysis) : undefined;
  if (slot?.views !== undefined) return { views: slot.views, spanOf };
  const findings = newInDocuments(analysis);
  const problems = suppressionProblemsOf(analyzed);
  if (slot?.earlierViews !== undefined && analyzed.kept !== undefined && problems.length === 0) {
    slot.views = carried(slot.earlierViews, analyzed.kept, documents.length, (index) =>
      viewOfDocument(documents[index]?.analysis ?? NO_ANALYSIS, findings[index], NO_PROBLEMS),
    );
    return { views: slot.views, spanOf };
  }
  let nextProblem = 0;
  const views = documents.map(({ slice, analysis: own }, index) => {
    const first = nextProblem;
    while (problems[nextProblem]?.documentStart === slice.start) nextProblem++;
    const here = nextProblem > first ? problems.slice(first, nextProblem) : NO_PROBLEMS;
    return viewOfDocument(own, findings[index], here);
  });
  if (slot !== undefined) slot.views = views;
  return { views, spanOf };
}

/** The squiggles of an analysis in the order of its documents. */
export function squigglesOf(analysis: Analysis): readonly Squiggle[] {
  const { views, spanOf } = viewsOf(analysis);
  return views.flatMap(({ shown }, index) => {
    if (shown.length === 0) return NO_SQUIGGLES;
    const documentStart = spanOf(index).start;
    return shown.map((one) => ({ shown: one, documentStart }));
  });
}

const NO_SQUIGGLES: readonly Squiggle[] = [];
const NO_PROBLEMS: readonly PlacedSuppressionProblem[] = [];

/** What is found in each document and not remembered in a baseline. */
function newInDocuments(analysis: Analysis): readonly DocumentFindings[] {
  return hidesNothing(analysis)
    ? findingsOfDocuments(analysis)
    : groupedByDocument(analysis.analyzed, newIn(analysis));
}

/** True where no baseline remembers anything of the file. */
export function hidesNothing({ remembered, chart }: Analysis): boolean {
  return remembered === undefined || (chart === undefined && !remembered.baseline.has(remembered.path));
}

/** What is found and not remembered in a baseline. */
export function newIn(analysis: Analysis): readonly PlacedFinding[] {
  const { findings, remembered } = analysis;
  if (remembered === undefined || hidesNothing(analysis)) return findings;
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

/** How many findings of the file itself its baseline hides. */
export function countRemembered(analysis: Analysis): number {
  const { findings, remembered, analyzed } = analysis;
  if (remembered === undefined) return 0;
  const news = new Set(newIn(analysis));
  const { path } = remembered;
  return findings.filter((placed) => !news.has(placed) && fileInBaseline(placed, analyzed, path) === path)
    .length;
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

function viewOfDocument(
  analysis: DocumentAnalysis,
  found: DocumentFindings | undefined,
  problems: readonly PlacedSuppressionProblem[],
): DocumentView {
  if (found?.parts === undefined || problems.length > 0) {
    return viewOf(analysis, found?.standing ?? [], problems);
  }
  let shown: readonly Shown[] | undefined;
  return {
    get shown() {
      shown ??= showFindings(found.standing);
      return shown;
    },
    parts: found.parts.flatMap((part) =>
      viewOf(part.analysis, part.standing, NO_PROBLEMS).parts.map(({ view }) => ({
        start: part.start,
        view,
      })),
    ),
  };
}

interface Kept {
  readonly findings: readonly Finding[];
  readonly problems: readonly PlacedSuppressionProblem[];
  readonly view: DocumentView;
}

const kept = new WeakMap<DocumentAnalysis, Kept>();

/** What another document says may silence a finding, so the analysis alone does not decide what is shown. */
function viewOf(
  analysis: DocumentAnalysis,
  findings: readonly Finding[],
  problems: readonly PlacedSuppressionProblem[],
): DocumentView {
  if (findings.length === 0 && problems.length === 0 && analysis.skipped === undefined) return NO_VIEW;
  const before = kept.get(analysis);
  const isAsBefore = before !== undefined && areSame(before.findings, findings);
  if (isAsBefore && before.problems.length === 0 && problems.length === 0) return before.view;
  const shown = [
    ...(analysis.skipped === undefined ? [] : [showSkipped(analysis.skipped)]),
    ...showFindings(findings),
    ...problems.map(({ problem }) => showProblem(problem)),
  ];
  const view = ofWhole(viewWith(shown));
  kept.set(analysis, { findings, problems, view });
  return view;
}

function viewWith(shown: readonly Shown[]): View {
  const of = (wanted: Severity): readonly Shown[] => shown.filter(({ severity }) => severity === wanted);
  return {
    shown,
    bySeverity: { error: of('error'), warning: of('warning'), information: of('information') },
  };
}

function ofWhole(view: View): DocumentView {
  return { shown: view.shown, parts: [{ start: 0, view }] };
}

const NO_VIEW: DocumentView = { shown: [], parts: [] };

function showFindings(findings: readonly Finding[]): readonly Shown[] {
  const here = findings.filter(({ inChart }) => inChart?.isShownThere !== true);
  const presented = present(here.map((finding) => ({ finding, documentStart: 0 })));
  return presented.map((one) => ({ ...one, findings: one.findings.map(({ finding }) => finding) }));
}

function areSame(before: readonly Finding[], after: readonly Finding[]): boolean {
  if (before === after) return true;
  return before.length === after.length && before.every((finding, index) => finding === after[index]);
}

function showSkipped({ message, span }: Skipped): Shown {
  return { code: 'document/skipped', severity: 'information', message, span, related: [], findings: [] };
}

function showConfigProblem({ span, message }: ConfigProblem): Shown {
  return { code: 'settings/invalid', severity: 'warning', message, span, related: [], findings: [] };
}

function showProblem(problem: SuppressionProblem): Shown {
  const { code, severity, message, span } = problem;
  return { code, severity, message, span, related: [], findings: [], problem };
}
