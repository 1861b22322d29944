/** The cluster's version, which no chart knows before it is installed. */
import type { Origin } from './goValue.ts';

/** Marks text that is the cluster's version: what is compared with it counts only where all of `KUBE_VERSIONS` agree. */
export const KUBE_VERSION: Origin = { file: '', path: ['kubeVersion'] };

const OLDEST_MINOR = 29;
const NEWEST_MINOR = 37;

/** Versions that clusters run, and that released Helm programs take for the cluster's where they only render. */
export const KUBE_VERSIONS: readonly string[] = Array.from(
  { length: NEWEST_MINOR - OLDEST_MINOR + 1 },
  (_, index) => `v1.${OLDEST_MINOR + index}.0`,
);

/** The one to print, somewhere in their middle. */
export const PRINTED_MINOR = 31;

/**
 * Group versions that Kubernetes itself serves, or has served. Helm takes them all for served where it only renders; a cluster serves
 * the removed ones no more.
 */
export const BUILT_IN_VERSIONS: ReadonlySet<string> = new Set(
  `v1 admissionregistration.k8s.io/v1 apiextensions.k8s.io/v1 apps/v1 authentication.k8s.io/v1
   authorization.k8s.io/v1 autoscaling/v1 autoscaling/v2 batch/v1 certificates.k8s.io/v1 coordination.k8s.io/v1
   discovery.k8s.io/v1 events.k8s.io/v1 networking.k8s.io/v1 node.k8s.io/v1 policy/v1
   rbac.authorization.k8s.io/v1 scheduling.k8s.io/v1 storage.k8s.io/v1`.split(/\s+/),
);

/** Groups of Kubernetes itself: what is served of them depends on the cluster. */
export const BUILT_IN_GROUPS: ReadonlySet<string> = new Set(
  `admissionregistration.k8s.io apiextensions.k8s.io apps authentication.k8s.io authorization.k8s.io autoscaling
   batch certificates.k8s.io coordination.k8s.io discovery.k8s.io events.k8s.io extensions
   flowcontrol.apiserver.k8s.io internal.apiserver.k8s.io networking.k8s.io node.k8s.io policy
   rbac.authorization.k8s.io resource.k8s.io scheduling.k8s.io storage.k8s.io storagemigration.k8s.io
   apiregistration.k8s.io metrics.k8s.io`.split(/\s+/),
);
