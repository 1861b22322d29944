/** An order of keys as people write Kubernetes manifests, for tests of where new keys go. */
import type { Path } from '../../../shared/yaml/tree.ts';

const CONTAINER = [
  'name',
  'image',
  'imagePullPolicy',
  'command',
  'args',
  'workingDir',
  'ports',
  'envFrom',
  'env',
  'resources',
  'securityContext',
  'volumeMounts',
];
const SECURITY_CONTEXT = [
  'runAsNonRoot',
  'runAsUser',
  'runAsGroup',
  'fsGroup',
  'allowPrivilegeEscalation',
  'readOnlyRootFilesystem',
  'capabilities',
  'seccompProfile',
];
const POD = [
  'serviceAccountName',
  'automountServiceAccountToken',
  'securityContext',
  'initContainers',
  'containers',
  'volumes',
];

export function kubernetesOrder(path: Path): readonly string[] | undefined {
  const last = path.at(-1);
  if (typeof last === 'number' && /[cC]ontainers$/.test(String(path.at(-2)))) return CONTAINER;
  if (last === 'securityContext') return SECURITY_CONTEXT;
  if (last === 'resources') return ['requests', 'limits'];
  if (last === 'requests' || last === 'limits') return ['cpu', 'memory'];
  return last === 'spec' ? POD : undefined;
}
