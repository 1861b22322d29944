/** Diagnostics: the answer for a document, with an id that is another one exactly where the answer is. */
import type { Diagnostic } from 'vscode-languageserver';
import type { Severity } from '../shared/practices/practice.ts';
import type { LineIndex } from '../shared/text/lineIndex.ts';
import { type Span, shifted } from '../shared/text/span.ts';
import { contentHash } from './contentHash.ts';
import type { Analysis } from './documents.ts';
import type { Features } from './features.ts';
import { type Shown, type Squiggle, squigglesOf } from './squiggles.ts';
import { dataOf, toDiagnostic, toRange } from './toLsp.ts';

/** More than this in one file helps nobody, and editors cut it off themselves. */
export const MAX_DIAGNOSTICS = 1000;

export interface Report {
  /** Equal for equal answers, whoever asks and whenever. */
  readonly resultId: string;
  /** Where the diagnostics stand. */
  readonly spans: readonly Span[];
  /** How many there are, those beyond the limit included. */
  readonly total: number;
  /** At most `MAX_DIAGNOSTICS`, the worst first. */
  diagnostics(): Diagnostic[];
}

/** Makes the reports for a client; one analysis has one report. */
export function createReporter(features: Features): (analysis: Analysis) => Report {
  const reports = new WeakMap<Analysis, Report>();
  const sayings = new WeakMap<Shown, string>();

  /** Hash of what a squiggle says to this client, and of its places, counted from the line on which its document starts. */
  const sayingOf = (shown: Shown, documentStart: number, firstLine: number, lines: LineIndex): string => {
    let hash = sayings.get(shown);
    if (hash === undefined) {
      const { code, severity, message, related, findings } = shown;
      const place = (span: Span): readonly number[] => {
        const { start, end } = toRange(lines, shifted(span, documentStart));
        return [start.line - firstLine, start.character, end.line - firstLine, end.character];
      };
      hash = contentHash(
        JSON.stringify([
          code,
          severity,
          message,
          place(shown.span),
          features.relatedInformation && related.map((one) => [one.message, place(one.span)]),
          features.relatedInformation && findings.map(({ inChart }) => inChart?.elsewhere),
          features.diagnosticData && dataOf(findings),
        ]),
      );
      sayings.set(shown, hash);
    }
    return hash;
  };

  /** From everything that the diagnostics say and where they stand. */
  const resultIdOf = (squiggles: readonly Squiggle[], { document: { lines } }: Analysis): string => {
    const firstLines = new Map<number, number>();
    const parts = squiggles.map(({ shown, documentStart }) => {
      let firstLine = firstLines.get(documentStart);
      if (firstLine === undefined) {
        firstLine = lines.positionAt(documentStart).line;
        firstLines.set(documentStart, firstLine);
      }
      return `${sayingOf(shown, documentStart, firstLine, lines)}@${firstLine}`;
    });
    return contentHash(parts.join(';'));
  };

  return (analysis) => {
    const known = reports.get(analysis);
    if (known !== undefined) return known;
    const all = squigglesOf(analysis);
    const worst = worstOf(all);
    const report: Report = {
      resultId: resultIdOf(worst, analysis),
      spans: worst.map(({ shown, documentStart }) => shifted(shown.span, documentStart)),
      total: all.length,
      diagnostics: () =>
        worst.map((squiggle) => toDiagnostic(squiggle, analysis.document, features, analysis.chart)),
    };
    reports.set(analysis, report);
    return report;
  };
}

const WORST_FIRST: readonly Severity[] = ['error', 'warning', 'information'];

/** The worst, and among equals those further up. */
function worstOf(squiggles: readonly Squiggle[]): readonly Squiggle[] {
  return WORST_FIRST.flatMap((severity) =>
    squiggles.filter(({ shown }) => shown.severity === severity),
  ).slice(0, MAX_DIAGNOSTICS);
}
