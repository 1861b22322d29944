/** Summary: what the analysis of a text comes to, in one look. */
import { CHECK_CODES } from '../practices/index.ts';
import { PRACTICE_IDS, type PracticeId } from '../practices/practice.ts';
import { type AnalyzedText, findingsOf, type PlacedFinding } from './analyze.ts';
import { isValuesFile } from './chartText.ts';
import { tallyOf } from './tally.ts';

export type Summary =
  /** Nothing in the text is a Kubernetes object. */
  | { readonly state: 'no-manifest' }
  /** There are objects, but no pods. */
  | { readonly state: 'no-pods' }
  /** There are templates, and no object is known before they run. */
  | { readonly state: 'template' }
  /** The values of a chart, with the practices that its pods miss for them. */
  | { readonly state: 'values'; readonly missed: readonly PracticeId[] }
  /** No document could be read as YAML. */
  | { readonly state: 'unreadable' }
  | Judged;

export interface Judged {
  readonly state: 'judged';
  /** Practices with a check that is on. */
  readonly practices: readonly PracticeId[];
  /** Those of them that some pod of the text misses. */
  readonly missed: readonly PracticeId[];
  readonly workloads: number;
  /** Documents with template actions, which leave parts of them unknown. */
  readonly templates: number;
  /** Documents that could not be read. */
  readonly unreadable: number;
}

/** Sums up an analysis; `missedHere` are the practices of its findings, where the caller knows which of them count. */
export function summarize(
  analyzed: AnalyzedText,
  missedHere: ReadonlySet<PracticeId> = practicesOf(findingsOf(analyzed)),
): Summary {
  if (analyzed.chart !== undefined && isValuesFile(analyzed.chart.runs, analyzed.chart.file)) {
    return { state: 'values', missed: PRACTICE_IDS.filter((practice) => missedHere.has(practice)) };
  }
  const { objects, workloads, unreadable, templates: all } = tallyOf(analyzed);
  // In a chart, the values decide.
  const templates = analyzed.chart === undefined ? all : 0;
  if (workloads === 0) {
    if (objects > 0) return { state: 'no-pods' };
    if (templates > 0) return { state: 'template' };
    return { state: unreadable > 0 ? 'unreadable' : 'no-manifest' };
  }
  const practices = PRACTICE_IDS.filter((practice) =>
    CHECK_CODES.some(
      (code) => code.startsWith(`${practice}/`) && analyzed.settings.severities.get(code) !== 'off',
    ),
  );
  return {
    state: 'judged',
    practices,
    missed: practices.filter((practice) => missedHere.has(practice)),
    workloads,
    templates,
    unreadable,
  };
}

export function practicesOf(findings: readonly PlacedFinding[]): ReadonlySet<PracticeId> {
  return new Set(findings.map(({ finding }) => finding.practice));
}
