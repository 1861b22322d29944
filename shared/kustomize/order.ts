/** Order: the one in which kustomize writes what it has built, unless a kustomization asks for its own. */
import { groupOf } from '../kubernetes/kinds.ts';
import { type BuiltObject, idOf, type ObjectId } from './object.ts';

/** Kinds that others rely on first, and those that may stand in their way last (kustomize SortOrderTransformer.go). */
const FIRST: readonly string[] = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const LAST: readonly string[] = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/** The objects sorted by rank, kind and name. */
export function inBuildOrder(objects: readonly BuiltObject[]): readonly BuiltObject[] {
  const keyed = objects.map((object) => ({ object, id: idOf(object.root) }));
  keyed.sort((a, b) => compare(a.id, b.id));
  return keyed.map(({ object }) => object);
}

function compare(a: ObjectId, b: ObjectId): number {
  const byRank = rankOf(a.kind) - rankOf(b.kind);
  if (byRank !== 0) return byRank;
  return compareTexts(kindKey(a), kindKey(b)) || compareTexts(nameKey(a), nameKey(b));
}

function rankOf(kind: string): number {
  const first = FIRST.indexOf(kind);
  return first >= 0 ? first - FIRST.length : LAST.indexOf(kind) + 1;
}

/** `~` sorts behind every letter. */
function kindKey({ apiVersion, kind }: ObjectId): string {
  const group = groupOf(apiVersion);
  const version = apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
  return `${group === '' ? '~G' : group}_${version === '' ? '~V' : version}_${kind}`;
}

function nameKey({ namespace, name }: ObjectId): string {
  return `${namespace === '' ? '~X' : namespace}|${name === '' ? '~N' : name}`;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
