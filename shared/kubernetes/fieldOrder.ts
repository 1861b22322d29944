/** Field order: the order in which people write the fields of a pod, so that an inserted one stands where they would look for it. */
import type { Path } from '../yaml/tree.ts';

const CONTAINER: readonly string[] = [
  'name',
  'image',
  'imagePullPolicy',
  'restartPolicy',
  'command',
  'args',
  'workingDir',
  'ports',
  'envFrom',
  'env',
  'resources',
  'securityContext',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'volumeMounts',
  'volumeDevices',
];

const POD_SPEC: readonly string[] = [
  'restartPolicy',
  'priorityClassName',
  'hostNetwork',
  'serviceAccountName',
  'serviceAccount',
  'automountServiceAccountToken',
  'securityContext',
  'resources',
  'initContainers',
  'containers',
  'volumes',
];

const SECURITY_CONTEXT: readonly string[] = [
  'privileged',
  'allowPrivilegeEscalation',
  'capabilities',
  'readOnlyRootFilesystem',
  'runAsNonRoot',
  'runAsUser',
  'runAsGroup',
  'fsGroup',
  'fsGroupChangePolicy',
  'supplementalGroups',
  'seccompProfile',
  'sysctls',
];

const RESOURCES: readonly string[] = ['claims', 'requests', 'limits'];

const CONTAINER_LISTS: ReadonlySet<string> = new Set(['containers', 'initContainers', 'ephemeralContainers']);

/** The usual order of the keys of the mapping at a path, or undefined where there is none to keep. */
export function fieldOrder(path: Path): readonly string[] | undefined {
  const last = path.at(-1);
  const before = path.at(-2);
  if (typeof last === 'number') return CONTAINER_LISTS.has(String(before)) ? CONTAINER : undefined;
  switch (last) {
    case 'securityContext':
      return SECURITY_CONTEXT;
    case 'spec':
      return POD_SPEC;
    case 'resources':
      return RESOURCES;
    case 'requests':
    case 'limits':
      return ['cpu', 'memory'];
    case 'capabilities':
      return ['drop', 'add'];
    default:
      return undefined;
  }
}
