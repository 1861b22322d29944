/** Reports: what is said about one file, as plain data that could come from another thread as well. */
import type { Severity } from '../shared/practices/practice.ts';
import type { ReportRow } from '../shared/report/rows.ts';
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
  /** Path of the pod spec in its object, such as `spec.template.spec`; null where the finding is about no pod. */
  readonly pod: string | null;
  /** Null where the finding is the pod's, or the container has no name. */
  readonly container: string | null;
  readonly containerList: 'containers' | 'initContainers' | 'ephemeralContainers' | null;
  readonly index: number | null;
  /** The safety of the first fix that can be made in this text; null where none can, or where nobody asked. */
  readonly fix: 'safe' | 'review' | null;
  /** The folders of the overlays that leave it open; absent where no kustomization makes anything of the file. */
  readonly overlays?: readonly string[];
  /** In a Helm chart: the place in a values file that answers it; left out where none does. */
  readonly values?: ValuesAnswer;
}

export interface ValuesAnswer {
  /** As the template's own file is named. */
  readonly file: string;
  /** The value's path in the file, with dots; what of it is not there yet belongs at the end of the range. */
  readonly path: string;
  readonly range: ReportedFinding['range'];
}

/** A finding with what only some formats say of it. */
export interface FileFinding {
  readonly reported: ReportedFinding;
  /** True for something that is not written, and so stands on the nearest parent that is. */
  readonly isAboutAbsence: boolean;
  /** What the manifest says against it; only where suppressed findings are asked for. */
  readonly suppression: Suppression | null;
  /** The edits of the first fix that can be made; only where they are asked for. */
  readonly offer: Offer | null;
}

export interface Suppression {
  /** For people: `an annotation for kube-linter`. */
  readonly by: string;
  readonly reason: string | null;
}

export interface Offer {
  readonly title: string;
  readonly edits: readonly { readonly range: ReportedFinding['range']; readonly newText: string }[];
}

/** What was found in one text. */
export interface FileReport {
  readonly name: string;
  readonly text: string;
  /** The line of the file on which the text begins: another one than the first only for a part of a long file. */
  readonly firstLine: number;
  readonly documents: number;
  /** How many of them are templates, of which a part is not known. */
  readonly templates: number;
  readonly workloads: number;
  /** In the order of the text. */
  readonly findings: readonly FileFinding[];
  /** The workloads with what each comes to; empty where nobody asks for them. */
  readonly rows: readonly ReportRow[];
  /** For how many of the findings `podproof fix` has something to write. */
  readonly repairable: number;
  /** How many findings there are, whatever becomes of them. */
  readonly all: number;
  /** How many findings a baseline hides. */
  readonly known: number;
  /** Where the text stops being YAML, if it does. */
  readonly problem: SyntaxReport | undefined;
  /** False where the text is not YAML and nothing in it could be judged; for a part of a file, where nothing in it is whole. */
  readonly isJudged: boolean;
  /** True where something in the text is not YAML, or is past a bound of the reader. */
  readonly isBroken: boolean;
  /** True where a bug of Podproof has kept something from being judged. */
  readonly isIncomplete: boolean;
}

export interface SyntaxReport {
  readonly at: Position;
  readonly message: string;
  /** True where a document is past a bound of the reader, which says nothing about its syntax. */
  readonly isSkipped: boolean;
}

/** Counts over all files. */
export interface Totals {
  readonly files: number;
  readonly documents: number;
  readonly templates: number;
  readonly workloads: number;
  readonly repairable: number;
  readonly unreadable: number;
  /** Files that the settings leave out. */
  readonly excluded: number;
  /** Suppressed findings, where they are asked for. */
  readonly suppressed: number;
  /** Findings that the baseline hides. */
  readonly known: number;
  readonly findings: Readonly<Record<Severity, number>>;
}

/** Why a source was not read, or not in full. */
export interface SourceProblem {
  readonly file: string;
  /** Where in the text, if it is about a place. */
  readonly at: Position | undefined;
  readonly message: string;
  /** True where nothing of the source could be judged. */
  readonly isFatal: boolean;
}

/** A format: text around and for each file, so that nothing has to be kept. */
export interface Reporter {
  /** What stands between what is said of two parts of a file; undefined for a format that says something of the file as a whole. */
  readonly between?: string;
  begin(): string;
  /** What is said of a file. It depends on nothing but the report, so that another thread can say it. */
  file(report: FileReport): string;
  /** Takes what `file` has said, of one file after the other; answers what is to be written. Where nothing was said, it is not called. */
  join(said: string): string;
  /** Standard error tells of the problem in any format. */
  problem(problem: SourceProblem): string;
  end(totals: Totals): string;
}
