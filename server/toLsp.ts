/** To LSP: squiggles in the words of the protocol. */
import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  type Range,
} from 'vscode-languageserver';
import type { Finding } from '../shared/analysis/analyze.ts';
import type { ConfigProblem } from '../shared/catalog/configFile.ts';
import { pageUrl } from '../shared/catalog/pages.ts';
import type { PracticeId, Severity } from '../shared/practices/practice.ts';
import { indexLines, type LineIndex } from '../shared/text/lineIndex.ts';
import { type Span, shifted } from '../shared/text/span.ts';
import type { ChartOfAnalysis } from './charts.ts';
import type { Features } from './features.ts';
import type { Shown, Squiggle } from './squiggles.ts';
import type { OpenText } from './text.ts';

export function toRange(lines: LineIndex, span: Span): Range {
  return { start: lines.positionAt(span.start), end: lines.positionAt(span.end) };
}

/** A small identity of what a diagnostic is about, for tools that read it; fixes are found again from the text alone. */
export interface DiagnosticData {
  /** `apiVersion/kind/namespace/name`; empty where there is no namespace or no name. */
  readonly workload: string;
  /** Path of the pod spec in its object. */
  readonly pod: string;
  /** Names, or places in their list, of the containers that the diagnostic is about; empty for the pod's own. */
  readonly containers: readonly string[];
}

export function toDiagnostic(
  { shown, documentStart }: Squiggle,
  { lines, uri }: Pick<OpenText, 'lines' | 'uri'>,
  features: Features,
  chart?: ChartOfAnalysis,
): Diagnostic {
  const rangeOf = (span: Span): Range => toRange(lines, shifted(span, documentStart));
  return movedDown(
    diagnosticOf(shown, uri, rangeOf, features),
    0,
    placesElsewhere(shown.findings, chart, features),
  );
}

/** What is shown, where `rangeOf` says that its spans are; without the places in other files. */
export function diagnosticOf(
  shown: Shown,
  uri: string,
  rangeOf: (span: Span) => Range,
  features: Features,
): Diagnostic {
  const [first] = shown.findings;
  const related = features.relatedInformation
    ? shown.related.map(({ span, message }) => ({ location: { uri, range: rangeOf(span) }, message }))
    : [];
  return {
    range: rangeOf(shown.span),
    severity: toSeverity(shown.severity),
    code: shown.code,
    ...(features.codeDescription &&
      first !== undefined && { codeDescription: { href: pageFor(first.practice, features) } }),
    source: 'podproof',
    message: shown.message,
    ...(related.length > 0 && { relatedInformation: related }),
    ...(features.diagnosticData && first !== undefined && { data: dataOf(shown.findings) }),
  };
}

/** The same so many lines further down, with related places of other files beside its own, which stay where they are. */
export function movedDown(
  diagnostic: Diagnostic,
  lines: number,
  elsewhere: readonly DiagnosticRelatedInformation[],
): Diagnostic {
  const related = [
    ...(diagnostic.relatedInformation ?? []).map(({ location, message }) => ({
      location: { uri: location.uri, range: rangeDown(location.range, lines) },
      message,
    })),
    ...elsewhere,
  ];
  const moved: Diagnostic = { ...diagnostic, range: rangeDown(diagnostic.range, lines) };
  if (related.length > 0) moved.relatedInformation = related;
  return moved;
}

export function rangeDown({ start, end }: Range, lines: number): Range {
  return {
    start: { line: start.line + lines, character: start.character },
    end: { line: end.line + lines, character: end.character },
  };
}

/** The practice's page as the editor has it, which needs no network, else as it is published. */
function pageFor(practice: PracticeId, { pages }: Features): string {
  return pages === undefined ? pageUrl(practice) : `${pages}/${practice}.md`;
}

/** Where else in their chart findings stand: the values that decide, or the template that takes them. */
export function placesElsewhere(
  findings: readonly Finding[],
  chart: ChartOfAnalysis | undefined,
  features: Features,
): readonly DiagnosticRelatedInformation[] {
  if (chart === undefined || !features.relatedInformation) return NO_PLACES;
  const places = new Map<string, DiagnosticRelatedInformation>();
  for (const { inChart } of findings) {
    if (inChart?.elsewhere === undefined) continue;
    const { file, range, message } = inChart.elsewhere;
    places.set(`${message} ${range.start.line}`, { location: { uri: chart.uriOf(file), range }, message });
  }
  return [...places.values()];
}

const NO_PLACES: readonly DiagnosticRelatedInformation[] = [];

function toSeverity(severity: Severity): DiagnosticSeverity {
  switch (severity) {
    case 'error':
      return DiagnosticSeverity.Error;
    case 'warning':
      return DiagnosticSeverity.Warning;
    case 'information':
      return DiagnosticSeverity.Information;
  }
}

/** What is wrong with a `.podproof.yaml` that is not open. */
export function configDiagnostics(text: string, problems: readonly ConfigProblem[]): Diagnostic[] {
  const lines = indexLines(text);
  return problems.map(({ span, message }) => ({
    range: toRange(lines, span),
    severity: DiagnosticSeverity.Warning,
    code: 'settings/invalid',
    source: 'podproof',
    message,
  }));
}

export function dataOf(findings: readonly Finding[]): DiagnosticData {
  const [first] = findings;
  if (first === undefined) return { workload: '', pod: '', containers: [] };
  const { apiVersion, kind, namespace, name } = first.workload;
  return {
    workload: [apiVersion, kind, namespace ?? '', name ?? ''].join('/'),
    pod: first.pod.pathInObject.join('.'),
    containers: findings.flatMap(({ container }) =>
      container === null ? [] : [container.name ?? `${container.list}[${container.index}]`],
    ),
  };
}
