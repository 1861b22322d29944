/** Judging: one text in, its report out. */
import { posix } from 'node:path';
import {
  type AnalyzedText,
  analyzeText,
  type InChart,
  type JudgedFinding,
  judgedFindingsOf,
  type PlacedFinding,
} from '../shared/analysis/analyze.ts';
import { type Baseline, withoutBaseline } from '../shared/analysis/baseline.ts';
import type { FactsElsewhere } from '../shared/analysis/facts.ts';
import { fixabilityIn } from '../shared/analysis/fixability.ts';
import { keepingTrees } from '../shared/analysis/judge.ts';
import type { ToldFile, ToldFinding } from '../shared/analysis/overlays.ts';
import {
  type PlacedSuppressionProblem,
  placedSpan,
  type SuppressedBy,
  suppressionProblemsOf,
} from '../shared/analysis/suppress.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import { templateAt } from '../shared/helm/chart.ts';
import type { Fact } from '../shared/kubernetes/facts.ts';
import type { Severity } from '../shared/practices/practice.ts';
import { rowsOf } from '../shared/report/rows.ts';
import { indexLines, type LineIndex, type Position } from '../shared/text/lineIndex.ts';
import { shifted } from '../shared/text/span.ts';
import type { Path } from '../shared/yaml/tree.ts';
import { offersIn } from './offers.ts';
import type { FileFinding, FileReport, ReportedFinding, Suppression, ValuesAnswer } from './report.ts';
import { syntaxOf, syntaxOfPart } from './syntax.ts';

/** What is asked of a judgement. */
export interface Judgement {
  readonly settings: Settings;
  /** Findings for which this says no are left out. */
  readonly wants: (severity: Severity) => boolean;
  /** Whether each finding comes with the safety of its fix, which takes longer than all the rest. */
  readonly withFixes: boolean;
  /** Whether each finding comes with the edits of its fix. */
  readonly withOffers: boolean;
  /** Whether suppressed findings come too. */
  readonly withSuppressed: boolean;
  /** Whether the workloads come too, with what each comes to. */
  readonly withRows: boolean;
  /** Findings that are known, and left out; by the path under which the baseline has this text. */
  readonly known: { readonly baseline: Baseline; readonly path: string } | undefined;
  /** What is said of the text where kustomizations use it; undefined where the text stands alone. */
  readonly told: ToldFile | undefined;
  /** What other files say about the pods of this one. */
  readonly elsewhere?: FactsElsewhere;
  /** Set where the text is a part of a long file. */
  readonly part?: PartOfFile;
}

export interface PartOfFile {
  /** The line of the file on which the part begins. */
  readonly firstLine: number;
  /** What the whole file says about its own pods. */
  readonly own: readonly Fact[];
}

export type Asked = Omit<Judgement, 'settings' | 'known' | 'told' | 'elsewhere' | 'part'>;

/** Judges a text. Total: any text gives a report. `made` is its analysis, where there is one already. */
export function judge(name: string, text: string, judgement: Judgement, made?: AnalyzedText): FileReport {
  const work = (): FileReport => report(name, text, judgement, made);
  return judgement.withFixes && text.length <= MOST_KEPT ? keepingTrees(work) : work();
}

/** In UTF-16 code units: what a text is judged from takes up to a hundred times as many bytes. */
const MOST_KEPT = 256 * 1024;

function report(name: string, text: string, judgement: Judgement, made?: AnalyzedText): FileReport {
  const { part } = judgement;
  const firstLine = part?.firstLine ?? 0;
  const told = made === undefined ? judgement.told : undefined;
  const analyzed = made ?? told?.analyzed ?? analyzeText(text, judgement.settings);
  const judged: readonly ToldFinding[] =
    told?.findings ?? judgedFindingsOf(analyzed, judgement.elsewhere, part?.own).map(alone);
  const news = withoutKnown(judged, judgement.known);
  const hidden = new Set(judged.map(({ finding }) => finding));
  for (const { finding } of news) hidden.delete(finding);
  const placed = news.filter(
    ({ finding, suppressedBy }) =>
      judgement.wants(finding.severity) && (judgement.withSuppressed || suppressedBy === null),
  );
  const hasFindings = placed.length > 0;
  const fixOf = judgement.withFixes && hasFindings ? fixabilityIn(analyzed, placed) : undefined;
  let index: LineIndex | undefined;
  const lines = (): LineIndex => {
    index ??= linesFrom(firstLine, text);
    return index;
  };
  const offerOf = judgement.withOffers && hasFindings ? offersIn(analyzed, lines()) : undefined;
  // `podproof fix` reads a release as the object that it is.
  const isFixedHere =
    made?.chart === undefined || templateAt(made.chart.runs.chart, made.chart.file) !== undefined;
  const { problem, isJudged, isBroken } = (part === undefined ? syntaxOf : syntaxOfPart)(analyzed, lines);
  const documents = analyzed.documents.filter(({ slice }) => slice.isDocument);
  return {
    name,
    text,
    firstLine,
    documents: documents.length,
    // In a chart, the values decide.
    templates: made?.chart === undefined ? documents.filter(({ analysis }) => analysis.isTemplate).length : 0,
    workloads: documents.reduce((sum, { analysis }) => sum + analysis.workloads, 0),
    findings: inOrder([
      ...placed.map((one) => ({
        reported: reported(name, one, lines(), fixOf?.(one) ?? null, analyzed.chart?.file),
        isAboutAbsence: one.finding.aboutAbsence,
        suppression: one.suppressedBy === null ? null : suppressionFrom(one.suppressedBy),
        offer: offerOf?.(one) ?? null,
      })),
      ...suppressionProblemsOf(analyzed)
        .filter(({ problem: { severity } }) => judgement.wants(severity))
        .map((one) => aboutSuppression(name, one, lines())),
    ]),
    rows: judgement.withRows
      ? rowsOf(name, analyzed, lines(), ({ finding }) => {
          if (!judgement.wants(finding.severity)) return 'unasked';
          return hidden.has(finding) ? 'known' : 'counts';
        })
      : [],
    repairable: placed.filter(
      ({ finding, suppressedBy }) => isFixedHere && suppressedBy === null && finding.repair !== 'none',
    ).length,
    all: analyzed.documents.reduce((sum, { analysis }) => sum + analysis.findings.length, 0),
    known: hidden.size,
    problem,
    isJudged,
    isBroken,
    isIncomplete: documents.some(({ analysis }) => analysis.failures.length > 0),
  };
}

/** Positions count from the start of the file. */
function linesFrom(firstLine: number, text: string): LineIndex {
  const lines = indexLines(text);
  if (firstLine === 0) return lines;
  return {
    ...lines,
    positionAt(offset) {
      const { line, character } = lines.positionAt(offset);
      return { line: line + firstLine, character };
    },
  };
}

function alone(judged: JudgedFinding): ToldFinding {
  return { ...judged, overlays: null };
}

/** A baseline counts only what is not suppressed, and so hides only that. */
function withoutKnown<T extends PlacedFinding & { readonly suppressedBy: SuppressedBy | null }>(
  findings: readonly T[],
  known: Judgement['known'],
): readonly T[] {
  if (known === undefined) return findings;
  const counting = findings.filter(({ suppressedBy }) => suppressedBy === null);
  const news = new Set(withoutBaseline(known.baseline, known.path, counting));
  return findings.filter((one) => one.suppressedBy !== null || news.has(one));
}

function suppressionFrom({ source, form, reason }: SuppressedBy): Suppression {
  return { by: `${form === 'comment' ? 'a comment' : 'an annotation'} for ${source}`, reason };
}

/** Stable, so that findings at one place keep the order of the practices. */
function inOrder(findings: readonly FileFinding[]): readonly FileFinding[] {
  const compare = (a: Position, b: Position): number => a.line - b.line || a.character - b.character;
  return [...findings].sort(
    ({ reported: { range: a } }, { reported: { range: b } }) =>
      compare(a.start, b.start) || compare(a.end, b.end),
  );
}

/** Something wrong with a suppression itself, which is about no pod. */
function aboutSuppression(file: string, placed: PlacedSuppressionProblem, lines: LineIndex): FileFinding {
  const { code, severity, message } = placed.problem;
  const { start, end } = placedSpan(placed);
  const [practice = '', check = ''] = code.split('/');
  return {
    reported: {
      file,
      code,
      practice,
      check,
      severity,
      message,
      range: { start: lines.positionAt(start), end: lines.positionAt(end) },
      workload: null,
      pod: null,
      container: null,
      containerList: null,
      index: null,
      fix: null,
    },
    isAboutAbsence: false,
    suppression: null,
    offer: null,
  };
}

function reported(
  file: string,
  { finding, documentStart, overlays }: ToldFinding,
  lines: LineIndex,
  fix: ReportedFinding['fix'],
  chartFile: string | undefined,
): ReportedFinding {
  const { code, practice, check, severity, message, container, inChart } = finding;
  const { apiVersion, kind, namespace, name } = finding.workload;
  const span = shifted(finding.span, documentStart);
  const values = inChart === undefined ? undefined : valuesAnswer(inChart, file, chartFile);
  return {
    file,
    code,
    practice,
    check,
    severity,
    message,
    range: { start: lines.positionAt(span.start), end: lines.positionAt(span.end) },
    workload: { apiVersion, kind, namespace, name },
    pod: dotted(finding.pod.pathInObject),
    container: container?.name ?? null,
    containerList: container?.list ?? null,
    index: container?.index ?? null,
    fix,
    ...(overlays === null ? {} : { overlays }),
    ...(values === undefined ? {} : { values }),
  };
}

/** `chartFile` is the template's path from the chart's root, by which the names of the chart's other files are known. */
function valuesAnswer(
  { values, elsewhere }: InChart,
  file: string,
  chartFile: string | undefined,
): ValuesAnswer | undefined {
  if (values === undefined || elsewhere?.file !== values.file || chartFile === undefined) return undefined;
  if (!file.endsWith(chartFile)) return undefined;
  const root = file.slice(0, -chartFile.length);
  const answer = `${root}${values.file}`;
  const outside = values.file.startsWith('../');
  return {
    file: outside ? posix.normalize(answer) : answer,
    path: dotted(values.path),
    range: elsewhere.range,
  };
}

/** A path as Kubernetes writes it in its own messages: `spec.workerGroupSpecs[0].template.spec`. */
function dotted(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${step}]`;
  }
  return text;
}
