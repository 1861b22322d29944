/** Rows of the report: a text's workloads, each with what it comes to in each of the practices. Plain data. */
import type { AnalyzedText, JudgedFinding } from '../analysis/analyze.ts';
import { workloadsOf } from '../analysis/lens.ts';
import type { Fact } from '../kubernetes/facts.ts';
import { PRACTICES } from '../practices/index.ts';
import type { PracticeId, Severity } from '../practices/practice.ts';
import type { LineIndex } from '../text/lineIndex.ts';

export interface ReportRow {
  readonly file: string;
  /** One-based. */
  readonly line: number;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string | null;
  /** One for each practice, in the order of the practices. */
  readonly cells: readonly ReportCell[];
}

export interface ReportCell {
  readonly practice: PracticeId;
  /** Where all that is found is suppressed, that is what is said; `none` where the practice is off or does not apply. */
  readonly state: 'followed' | 'missed' | 'suppressed' | 'none';
  /** In the order of the text; what is suppressed is left out where anything is not. */
  readonly findings: readonly ReportFinding[];
  /** How many findings do not count: suppressed, or known from a baseline. */
  readonly hidden: number;
}

export interface ReportFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** One-based, in UTF-16 code units. */
  readonly line: number;
  readonly character: number;
}

/** What becomes of a finding: it counts, a baseline hides it, or nobody asks for it. */
export type Standing = 'counts' | 'known' | 'unasked';

/** The rows of one text, in its order. `elsewhere` is what other files say, as `findingsOf` takes it. */
export function rowsOf(
  file: string,
  analyzed: AnalyzedText,
  lines: LineIndex,
  standingOf: (finding: JudgedFinding) => Standing = () => 'counts',
  elsewhere: readonly Fact[] = [],
): readonly ReportRow[] {
  return workloadsOf(analyzed, elsewhere).map(({ span, workload, on, findings }) => {
    const { kind, namespace, name } = workload;
    return {
      file,
      line: lines.positionAt(span.start).line + 1,
      kind,
      namespace,
      name,
      cells: PRACTICES.map(({ id }) => cellOf(id, on, findings, lines, standingOf)),
    };
  });
}

function cellOf(
  practice: PracticeId,
  on: readonly PracticeId[],
  findings: readonly JudgedFinding[],
  lines: LineIndex,
  standingOf: (finding: JudgedFinding) => Standing,
): ReportCell {
  const own = findings.filter((one) => one.finding.practice === practice && standingOf(one) !== 'unasked');
  const counting = own.filter((one) => one.suppressedBy === null && standingOf(one) === 'counts');
  const shown = (counting.length > 0 ? counting : own).map(
    ({ finding: { code, severity, message, span }, documentStart }): ReportFinding => {
      const { line, character } = lines.positionAt(documentStart + span.start);
      return { code, severity, message, line: line + 1, character: character + 1 };
    },
  );
  const hidden = own.length - counting.length;
  if (counting.length > 0) return { practice, state: 'missed', findings: shown, hidden };
  if (own.length > 0) return { practice, state: 'suppressed', findings: shown, hidden };
  return { practice, state: on.includes(practice) ? 'followed' : 'none', findings: [], hidden };
}
