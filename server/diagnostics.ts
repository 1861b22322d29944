/** Diagnostics: the answer for a document, with an id that is another one exactly where the answer is. */
import type { Diagnostic, DocumentDiagnosticReport, Range } from 'vscode-languageserver';
import type { Severity } from '../shared/practices/practice.ts';
import { type Span, shifted } from '../shared/text/span.ts';
import { contentHash } from './contentHash.ts';
import type { Analysis } from './documents.ts';
import type { Features } from './features.ts';
import type { PlacedWritten, ReportWriter, Written } from './host.ts';
import { type DocumentView, type PlacedView, type Shown, type Views, viewsOf } from './squiggles.ts';
import { dataOf, diagnosticOf, movedDown, placesElsewhere, rangeDown, toRange } from './toLsp.ts';

/** More than this in one file helps nobody, and editors cut it off themselves. */
export const MAX_DIAGNOSTICS = 1000;

export interface Report {
  /** Equal for equal answers, whoever asks and whenever. */
  readonly resultId: string;
  /** How many there are, those beyond the limit included. */
  readonly total: number;
  /** Where the diagnostics stand. */
  spans(): readonly Span[];
  /** At most `MAX_DIAGNOSTICS`, the worst first. */
  diagnostics(): Diagnostic[];
  /** All of it as it is sent: as a host writes it, where there is one that does. */
  full(writer: ReportWriter | undefined): DocumentDiagnosticReport;
}

/** What one document, or one item of a long list, shows of one severity, as this client is told it; lines count from its first. */
interface Told {
  /** Hash of all that is said, and of the places. */
  readonly id: string;
  /** Made when they are first sent. */
  diagnostics: readonly Diagnostic[] | undefined;
  /** The same, made when they are first written. */
  written: Written | undefined;
  readonly uri: string;
}

/** Makes the reports for a client; one analysis has one report. What stays the same of a document is neither hashed nor converted again. */
export function createReporter(features: Features): (analysis: Analysis) => Report {
  const reports = new WeakMap<Analysis, Report>();
  const told = new WeakMap<readonly Shown[], Told>();

  /** Hash of what squiggles say to this client, and of their places. */
  const idOf = (shown: readonly Shown[], rangeOf: (span: Span) => Range): string => {
    const place = (span: Span): readonly number[] => {
      const { start, end } = rangeOf(span);
      return [start.line, start.character, end.line, end.character];
    };
    const said = shown.map(({ code, severity, message, span, related, findings }) => [
      code,
      severity,
      message,
      place(span),
      features.relatedInformation && related.map((one) => [one.message, place(one.span)]),
      features.relatedInformation && findings.map(({ inChart }) => inChart?.elsewhere),
      features.diagnosticData && dataOf(findings),
    ]);
    return contentHash(JSON.stringify(said));
  };

  return (analysis) => {
    const known = reports.get(analysis);
    if (known !== undefined) return known;
    const { document, chart } = analysis;
    const { uri, lines } = document;
    const views = viewsOf(analysis);
    const parts = worstOf(views).map(({ start, shown }) => {
      const { line } = lines.positionAt(start);
      // A document starts with a line, and so does an item of a long list, so that only lines have to be counted from there.
      const rangeOf = (span: Span): Range => rangeDown(toRange(lines, shifted(span, start)), -line);
      let own = told.get(shown);
      if (own?.uri !== uri) {
        own = { id: idOf(shown, rangeOf), diagnostics: undefined, written: undefined, uri };
        told.set(shown, own);
      }
      return { shown, told: own, start, line, rangeOf };
    });
    const madeOf = (shown: readonly Shown[], rangeOf: (span: Span) => Range): readonly Diagnostic[] =>
      shown.map((one) => diagnosticOf(one, uri, rangeOf, features));
    const resultId = contentHash(parts.map(({ told: { id }, line }) => `${id}@${line}`).join(';'));
    const written = (writer: ReportWriter): readonly PlacedWritten[] =>
      parts.map(({ shown, told: own, line, rangeOf }) => {
        own.written ??= writer.diagnostics(madeOf(shown, rangeOf));
        return { written: own.written, line };
      });
    const report: Report = {
      resultId,
      total: countShown(views),
      spans: () => parts.flatMap(({ shown, start }) => shown.map(({ span }) => shifted(span, start))),
      diagnostics: () =>
        parts.flatMap(({ shown, told: own, line, rangeOf }) => {
          own.diagnostics ??= madeOf(shown, rangeOf);
          return own.diagnostics.map((one, at) =>
            movedDown(one, line, placesElsewhere(shown[at]?.findings ?? [], chart, features)),
          );
        }),
      // What is told with places in other files is made anew, since those may have moved.
      full: (writer) =>
        writer === undefined || chart !== undefined
          ? { kind: 'full', resultId, items: report.diagnostics() }
          : writer.report(resultId, written(writer)),
    };
    reports.set(analysis, report);
    return report;
  };
}

const WORST_FIRST: readonly Severity[] = ['error', 'warning', 'information'];

interface Part {
  /** Where it starts in the text. */
  readonly start: number;
  readonly shown: readonly Shown[];
}

/** The worst, and among equals those further up; as many as are told. */
function worstOf({ views, spanOf }: Views): readonly Part[] {
  const parts: Part[] = [];
  let left = MAX_DIAGNOSTICS;
  for (const severity of WORST_FIRST) {
    for (let index = 0; index < views.length && left > 0; index++) {
      const { parts: own } = views[index] as DocumentView;
      // Most documents have one part, and there are thousands of documents.
      for (let at = 0; at < own.length; at++) {
        const { start, view } = own[at] as PlacedView;
        const shown = view.bySeverity[severity];
        if (shown.length === 0 || left <= 0) continue;
        parts.push({
          start: spanOf(index).start + start,
          shown: shown.length <= left ? shown : shown.slice(0, left),
        });
        left -= shown.length;
      }
    }
  }
  return parts;
}

function countShown({ views }: Views): number {
  let count = 0;
  for (let index = 0; index < views.length; index++) {
    const { parts } = views[index] as DocumentView;
    for (let at = 0; at < parts.length; at++) count += (parts[at] as PlacedView).view.shown.length;
  }
  return count;
}
