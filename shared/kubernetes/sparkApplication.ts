/** Spark applications: the driver and the executor are each a pod of one container, with sidecars beside it. */
import {
  ACCEPTS_CONTAINERS_ONLY,
  asPart,
  containersIn,
  containersOf,
  containerView,
  partsOf,
  podView,
} from './podSpec.ts';
import { child, isCertainlyAbsent, nowhere } from './slots.ts';
import type { Place, PodIdentity, PodView } from './workload.ts';

/**
 * Reads a role (kubeflow/spark-operator api/v1beta2, SparkPodSpec): `securityContext` is the container's,
 * `podSecurityContext` the pod's; CPU and memory are `cores`, `coreLimit` and `memory`, which no rule here reads.
 */
export function readSparkRole({ slot: role, parent }: Place, identity: PodIdentity): readonly PodView[] {
  const hasImage = [child(role, 'image'), child(parent, 'image')].some((image) => !isCertainlyAbsent(image));
  const key = role.path.at(-1);
  const main = containerView(role, 'containers', 0, {
    resourcesKey: null,
    name: key === 'driver' ? 'spark-kubernetes-driver' : 'spark-kubernetes-executor',
    hasImage,
  });
  const initContainers = containersIn(role).filter(({ list }) => list === 'initContainers');
  const sidecars = containersOf(child(role, 'sidecars'), 'containers', { firstIndex: 1 });
  const written = [...initContainers, main, ...sidecars];
  // A pod template beside it may say anything that the role leaves out.
  const containers = isCertainlyAbsent(child(role, 'template')) ? written : written.map(asPart);
  return [
    podView({
      ...partsOf(role, identity),
      containers,
      partial: containers.some(({ partial }) => partial),
      securityContext: child(role, 'podSecurityContext'),
      hostNetwork: child(role, 'hostNetwork'),
      hostUsers: nowhere(role),
      accepts: { ...ACCEPTS_CONTAINERS_ONLY, podContext: true },
    }),
  ];
}
