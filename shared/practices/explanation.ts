/** The contract of what people read about a practice: everything that is said about it, in one place, as data. */
import type { Level } from '../kubernetes/slots.ts';
import type { Check, FixValues, PracticeId } from './practice.ts';

export interface Explanation {
  /** Names the bad pattern. */
  readonly title: string;
  /** One line. */
  readonly summary: string;
  /** Markdown: why. */
  readonly rationale: string;
  /** Markdown: what may break once it is followed, and the usual remedy. */
  readonly mayBreak: string;
  /** Settings that it looks at beside the severities of its checks, by their keys. */
  readonly settings?: readonly string[];
  readonly standards: readonly Standard[];
  /** What other tools call the same checks. */
  readonly peers: readonly PeerRules[];
  readonly fields: readonly FieldRule[];
  /** By the ids of the checks. */
  readonly checks: Readonly<Record<string, CheckExplanation>>;
  readonly examples: readonly Example[];
}

export interface CheckExplanation {
  /** One line: what it looks for. */
  readonly summary: string;
  readonly fixable: 'always' | 'sometimes' | 'none';
}

/** A practice with what is said about it. */
export interface ExplainedPractice extends Omit<Explanation, 'checks'> {
  readonly id: PracticeId;
  readonly checks: readonly ExplainedCheck[];
}

export interface ExplainedCheck extends Check, CheckExplanation {}

export interface Standard {
  readonly name: 'Pod Security Standards' | 'CIS Kubernetes Benchmark' | 'NSA/CISA Hardening Guide';
  /** Level, or id with its benchmark version, or the guide's own words. */
  readonly item: string;
  /** The checks that it asks for; absent where it asks for all of them. */
  readonly checks?: readonly string[];
}

/** Rules of another tool, by the names under which people meet them in its output and suppress them. */
export interface PeerRules {
  readonly tool: PeerTool;
  readonly ids: readonly string[];
  /** The checks that they stand for; absent where they stand for all of them. */
  readonly checks?: readonly string[];
}

export type PeerTool =
  | 'Checkov'
  | 'Trivy'
  | 'Kubescape'
  | 'KubeLinter'
  | 'kube-score'
  | 'Polaris'
  | 'Monokle';

/** A field that a practice governs. */
export interface FieldRule {
  /** Keys below a pod spec (`pod`) or below a container (`container`). */
  readonly path: readonly string[];
  readonly levels: readonly Level[];
  readonly type: 'boolean' | 'integer' | 'string' | 'quantity' | 'list' | 'mapping';
  /** One sentence: what it does. */
  readonly description: string;
  /** Values for completion, the hardened one first; before them comes the value of `setting` where there is one. */
  readonly values: readonly (string | number | boolean)[];
  /** The setting that holds the value to write. */
  readonly setting?: Exclude<keyof FixValues, 'tmpVolume' | 'emptyDirSizeLimit'>;
  /** Markdown, behind "Values:", where the values above are not all that are allowed. */
  readonly allowed?: string;
  /** What holds where the field is set nowhere. */
  readonly whenAbsent: string;
  /** What may break once it is set, and the usual remedy. */
  readonly mayBreak: string;
  /** The Kubernetes minor version that has the field first, such as `1.19`, or `before 1.8`. */
  readonly since: string;
  /** The same at pod level, where it differs. */
  readonly sinceAtPod?: string;
  /** The checks that look at it; absent where all of them do. */
  readonly checks?: readonly string[];
}

/** Executed: `bad` with its fixes applied equals `good`. */
export interface Example {
  readonly title: string;
  readonly bad: string;
  readonly good: string;
}
