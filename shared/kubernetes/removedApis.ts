/** Removed APIs: versions of built-in kinds that clusters have ceased to serve. */

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
