/** Reports: what is said about one file, as plain data that could come from another thread as well. */
import type { Severity } from '../shared/practices/practice.ts';
import type { Position } from '../shared/text/lineIndex.ts';

/** A finding as the JSON format gives it; its fields are a promise to whoever reads that. */
export interface ReportedFinding {
  /** As given, with `/` between names; `-` for standard input. */
  readonly file: string;
  readonly code: string;
  readonly practice: string;
  readonly check: string;
  readonly severity: Severity;
  readonly message: string;
  /** Zero-based lines and UTF-16 code units in the whole file, a byte order mark not counted. */
  readonly range: { readonly start: Position; readonly end: Position };
  readonly workload: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string | null;
    readonly name: string | null;
  } | null;
  /** Path of the pod spec in its object, such as `spec.template.spec`. */
  readonly pod: string;
  /** Null where the finding is the pod's, or the container has no name. */
  readonly container: string | null;
  readonly containerList: 'containers' | 'initContainers' | 'ephemeralContainers' | null;
  readonly index: number | null;
  /** The safety of the first fix that can be made in this text; null where none can, or where nobody asked. */
  readonly fix: 'safe' | 'review' | null;
}

/** What was found in one text. */
export interface FileReport {
  readonly name: string;
  readonly text: string;
  readonly documents: number;
  /** How many of them are templates, which are not judged. */
  readonly templates: number;
  readonly workloads: number;
  /** In the order of the text. */
  readonly findings: readonly ReportedFinding[];
  /** For how many of the findings `podproof fix` has something to write. */
  readonly repairable: number;
  /** Where the text stops being YAML, if it does. */
  readonly problem: SyntaxReport | undefined;
  /** False where the text is not YAML and nothing in it could be judged. */
  readonly isJudged: boolean;
  /** True where a bug of Podproof has kept something from being judged. */
  readonly isIncomplete: boolean;
}

export interface SyntaxReport {
  readonly at: Position;
  readonly message: string;
}

/** Counts over all files. */
export interface Totals {
  readonly files: number;
  readonly documents: number;
  readonly templates: number;
  readonly workloads: number;
  readonly repairable: number;
  readonly unreadable: number;
  readonly findings: Readonly<Record<Severity, number>>;
}

/** A format: text around and for each file, so that nothing has to be kept. */
export interface Reporter {
  begin(): string;
  file(report: FileReport): string;
  end(totals: Totals): string;
}
