/** Versions: which Kubernetes minor version begins or ceases to do what the rules here depend on, each with its source. */

/** A version is its minor number: 34 means 1.34. A behavior is in force from `since` on and before `until`. */
interface VersionRange {
  readonly since?: number;
  readonly until?: number;
}

/** The newest minor version that the rules were read for. */
export const NEWEST_KUBERNETES_MINOR = 37;

const VERSIONS = {
  /** The field `seccompProfile`, of a pod and of a container (kubernetes/api core/v1/types.go, KEP-135). */
  seccompField: { since: 19 },
  /**
   * The annotation `seccomp.security.alpha.kubernetes.io`, which the API server turned into the field (kubernetes#109819, the kubelet, 1.25;
   * kubernetes#114947, the API server, 1.27).
   */
  seccompAnnotation: { until: 27 },
  /** The field `appArmorProfile` (kubernetes/api core/v1/types.go, KEP-24). */
  appArmorField: { since: 30 },
  /**
   * `spec.os.name`, by which the API server rejects Linux fields of a Windows pod and Pod Security lets them be absent (KEP-2802;
   * pod-security-admission policy/check_allowPrivilegeEscalation.go).
   */
  podOs: { since: 25 },
  /** A pod's `spec.resources`, without a feature gate to turn on (kubernetes pkg/features/kube_features.go, PodLevelResources; KEP-2837). */
  podLevelResources: { since: 34 },
  /** `hostUsers: false`, without a feature gate to turn on (kubernetes pkg/features/kube_features.go, UserNamespacesSupport; KEP-127). */
  userNamespaces: { since: 33 },
  /** Root in a pod of `hostUsers: false`, accepted by Pod Security (pod-security-admission policy/helpers.go, relaxPolicyForUserNamespacePod). */
  userNamespacesInPodSecurity: { since: 35 },
  /** Init containers of `restartPolicy: Always`, without a feature gate to turn on (kubernetes pkg/features/kube_features.go, SidecarContainers; KEP-753). */
  sidecars: { since: 29 },
} as const satisfies Readonly<Record<string, VersionRange>>;

export type VersionedBehavior = keyof typeof VERSIONS;

/** True where a cluster of the minor version does it. */
export function isInForce(behavior: VersionedBehavior, minor: number): boolean {
  const { since = 0, until = Number.POSITIVE_INFINITY }: VersionRange = VERSIONS[behavior];
  return minor >= since && minor < until;
}
