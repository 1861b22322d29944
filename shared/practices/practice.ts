/** The contract of a practice: what it looks for, what it finds, and what would mend that. What people read about it is an `Explanation`. */
import type { ImageCatalog } from '../images/catalog.ts';
import type { AmountName } from '../kubernetes/facts.ts';
import type { Level } from '../kubernetes/slots.ts';
import type { ContainerView, Namespace, PodView } from '../kubernetes/workload.ts';
import type { Span } from '../text/span.ts';
import type { YamlOp } from '../yaml/operation.ts';

export type Severity = 'error' | 'warning' | 'information';

/** The practices' ids, in the order in which people meet them. */
export const PRACTICE_IDS = [
  'security-context',
  'privilege-escalation',
  'root-user',
  'resources',
  'service-account-token',
  'seccomp',
  'capabilities',
  'read-only-root-filesystem',
] as const;

export type PracticeId = (typeof PRACTICE_IDS)[number];

/** `practice/check`: the code of a diagnostic, permanent. */
export type CheckCode = `${PracticeId}/${string}`;

export interface Practice {
  readonly id: PracticeId;
  readonly checks: readonly Check[];
  /** Reports what a pod misses or gets wrong. Total: any pod view is looked at to its end. */
  check(pod: PodView, settings: PracticeSettings, report: Report): void;
}

/** Takes what a practice finds. */
export type Report = (violation: Violation) => void;

export interface Check {
  readonly id: string;
  readonly severity: Severity;
  /** True where the check is about something not written, which a patch or a half-typed line must not trigger. */
  readonly aboutAbsence: boolean;
}

export interface Violation {
  readonly check: string;
  /** The one line on which the finding stands. */
  readonly at: Span;
  /** One sentence: what is wrong, on which container, what to do. */
  readonly message: string;
  /** Null where the finding is the pod's. */
  readonly container: ContainerView | null;
  /** A value missing on this container that one edit at pod level settles for all containers alike. */
  readonly settledAtPod?: boolean;
  readonly related?: readonly Related[];
  /** Facts from other documents that, where one of them certainly holds, settle the finding. */
  readonly unless?: readonly FactQuery[];
  /** Facts from other documents that change what is said; the pod's fixes are then for a person to ask for. */
  readonly tokenNote?: TokenNote | undefined;
  /** The field whose absence the finding is about. */
  readonly lacks?: LackedField | undefined;
  /**
   * Fields that are absent where they belong because they stand here: with this finding, nothing else is said of their absence, in
   * this container, or in the whole pod where `container` is null.
   */
  readonly speaksFor?: readonly LackedField[];
  /** What Harden does about it; to review one of its fixes where this is absent. */
  readonly repair?: Repair;
  /** Made only when somebody asks, since few findings are ever looked at so closely. The first one is the one to prefer. */
  readonly fixes: () => readonly Fix[];
}

/**
 * What Harden does about a finding: it makes the first fix, which is safe, or one to be reviewed, or none, since there is none that a
 * person need not ask for.
 */
export type Repair = 'safe' | 'review' | 'none';

/** The `repair` of a finding with these fixes. */
export function repairOf(fixes: readonly Fix[]): Repair {
  if (fixes.every(({ onRequest }) => onRequest === true)) return 'none';
  return fixes[0]?.safety === 'safe' ? 'safe' : 'review';
}

export interface Related {
  readonly at: Span;
  readonly message: string;
}

export interface Fix {
  readonly title: string;
  readonly level: Level;
  /** `safe`: the pod behaves as before, or was rejected before. Everything else is `review`. */
  readonly safety: 'safe' | 'review';
  /** What it changes, what may break, and the remedy. */
  readonly why: string;
  readonly ops: readonly YamlOp[];
  /** What keeps the pod running with it, written elsewhere in the pod; left out where only the container may change. */
  readonly consequences?: readonly YamlOp[];
  /** True where the image is known to write to volumes among the consequences: without them, its root has to stay writable. */
  readonly needsVolumes?: true;
  /** True where the workload asks by name for what the fix takes away: Harden leaves it alone. */
  readonly onRequest?: boolean;
  /**
   * Nothing is written but the suppression of the finding, with this reason on one line: the image cannot do with what the practice asks
   * for, and the next person should know.
   */
  readonly leaves?: { readonly reason: string };
  /** Changes to other files that belong to it, by their paths from the chart's root: a practice never gives any itself. */
  readonly elsewhere?: readonly { readonly file: string; readonly ops: readonly YamlOp[] }[];
}

/** A question about other documents that would settle a finding. */
export type FactQuery =
  /** Does the ServiceAccount say that no token is mounted? */
  | { readonly fact: 'token-not-mounted'; readonly namespace: Namespace; readonly serviceAccount: string }
  /** Does a LimitRange give containers the amount? */
  | { readonly fact: 'amount-given'; readonly namespace: Namespace; readonly amount: AmountName };

/** What the finding says where other documents show what the token of a ServiceAccount may do. */
export interface TokenNote {
  readonly namespace: Namespace;
  readonly serviceAccount: string;
  /** The message's two halves, between which the rights are named. */
  readonly before: string;
  readonly after: string;
}

/** The fields whose absence findings are about. */
export type LackedField =
  | 'securityContext'
  | 'allowPrivilegeEscalation'
  | 'runAsUser'
  | 'runAsGroup'
  | 'runAsNonRoot'
  | 'seccompProfile'
  | 'capabilities'
  | 'readOnlyRootFilesystem'
  | 'automountServiceAccountToken'
  | AmountName;

/** What of the settings the practices themselves read. */
export interface PracticeSettings {
  readonly minimumUid: number;
  readonly minimumGid: number;
  /** The minor version of the cluster, as in `1.<minor>`. */
  readonly kubernetesMinor: number;
  readonly platform: 'kubernetes' | 'openshift';
  /** What is known of images. */
  readonly images: ImageCatalog;
  readonly fix: FixValues;
}

/** What fixes write where the manifest itself does not decide. */
export interface FixValues {
  readonly runAsUser: number;
  readonly runAsGroup: number;
  readonly cpuRequest: string;
  readonly memoryRequest: string;
  readonly cpuLimit: string;
  readonly memoryLimit: string;
  /** Whether a read-only root filesystem comes with an emptyDir at `/tmp`. */
  readonly tmpVolume: boolean;
  /** The size to which the emptyDirs that fixes mount are limited; empty where they are not. */
  readonly emptyDirSizeLimit: string;
}
