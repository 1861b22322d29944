/** Versions: which Kubernetes minor version begins or ceases to do what the rules here depend on, each with its source. */

/** A version is its minor number: 34 means 1.34. A behavior is in force from `since` on and before `until`. */
export interface VersionRange {
  readonly since?: number;
  readonly until?: number;
  /** One line for people: what is in force. */
  readonly what: string;
  readonly source: string;
}

/** The newest minor version that the rules were read for. */
export const NEWEST_KUBERNETES_MINOR = 37;

export const VERSIONS = {
  seccompField: {
    since: 19,
    what: 'the field seccompProfile, of a pod and of a container',
    source: 'kubernetes/api core/v1/types.go, KEP-135',
  },
  seccompAnnotation: {
    until: 27,
    what: 'the annotation seccomp.security.alpha.kubernetes.io, which the API server turned into the field',
    source: 'kubernetes#109819 (the kubelet, 1.25), kubernetes#114947 (the API server, 1.27)',
  },
  appArmorField: {
    since: 30,
    what: 'the field appArmorProfile',
    source: 'kubernetes/api core/v1/types.go, KEP-24',
  },
  podOs: {
    since: 25,
    what: 'spec.os.name, by which the API server rejects Linux fields of a Windows pod and Pod Security lets them be absent',
    source: 'KEP-2802; pod-security-admission policy/check_allowPrivilegeEscalation.go',
  },
  podLevelResources: {
    since: 34,
    what: 'spec.resources of a pod, without a feature gate to turn on',
    source: 'kubernetes pkg/features/kube_features.go, gate PodLevelResources; KEP-2837',
  },
  userNamespaces: {
    since: 33,
    what: 'hostUsers: false, without a feature gate to turn on',
    source: 'kubernetes pkg/features/kube_features.go, gate UserNamespacesSupport; KEP-127',
  },
  userNamespacesInPodSecurity: {
    since: 35,
    what: 'root in a pod of hostUsers: false, accepted by Pod Security',
    source: 'pod-security-admission policy/helpers.go, relaxPolicyForUserNamespacePod',
  },
  sidecars: {
    since: 29,
    what: 'init containers of restartPolicy: Always, without a feature gate to turn on',
    source: 'kubernetes pkg/features/kube_features.go, gate SidecarContainers; KEP-753',
  },
} as const satisfies Readonly<Record<string, VersionRange>>;

export type VersionedBehavior = keyof typeof VERSIONS;

/** True where a cluster of the minor version does it. */
export function isInForce(behavior: VersionedBehavior, minor: number): boolean {
  const { since = 0, until = Number.POSITIVE_INFINITY }: VersionRange = VERSIONS[behavior];
  return minor >= since && minor < until;
}

/** An API version that is no longer served, and what took its place. */
export interface RemovedApi {
  /** The first minor version that does not serve it. */
  readonly removedIn: number;
  readonly replacement: string;
}

/** kubernetes/api `zz_generated.prerelease-lifecycle.go`, APILifecycleRemoved; batch/v2alpha1 was dropped with its folder. */
const REMOVED_APIS: readonly (RemovedApi & {
  readonly apiVersion: string;
  readonly kinds: readonly string[];
})[] = [
  {
    apiVersion: 'extensions/v1beta1',
    kinds: ['Deployment', 'DaemonSet', 'ReplicaSet'],
    removedIn: 16,
    replacement: 'apps/v1',
  },
  {
    apiVersion: 'apps/v1beta1',
    kinds: ['Deployment', 'StatefulSet'],
    removedIn: 16,
    replacement: 'apps/v1',
  },
  {
    apiVersion: 'apps/v1beta2',
    kinds: ['Deployment', 'DaemonSet', 'ReplicaSet', 'StatefulSet'],
    removedIn: 16,
    replacement: 'apps/v1',
  },
  { apiVersion: 'batch/v2alpha1', kinds: ['CronJob'], removedIn: 21, replacement: 'batch/v1' },
  { apiVersion: 'batch/v1beta1', kinds: ['CronJob'], removedIn: 25, replacement: 'batch/v1' },
];

/** What took the place of an object's API version, where a cluster of the minor version no longer serves it. */
export function removedApi(apiVersion: string, kind: string, minor: number): RemovedApi | undefined {
  return REMOVED_APIS.find(
    (removed) =>
      removed.apiVersion === apiVersion && removed.kinds.includes(kind) && minor >= removed.removedIn,
  );
}
