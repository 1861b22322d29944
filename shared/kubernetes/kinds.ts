/** Kinds: where each kind of object keeps its pods. */
import { customKind } from './customKinds.ts';

/** A place in an object: keys from the object's root; `*` stands for every item of a list or every value of a mapping. */
export type PlacePattern = readonly string[];

/** How a place holds its pod. */
export type PlaceShape =
  /** A pod spec that the API server will validate. */
  | 'complete'
  /** A pod spec that the kind's controller merges over one of its own: nothing is missing in it. */
  | 'overlay'
  /** Lists of containers alone: what a pod says stands elsewhere. */
  | 'containers'
  /** A pod spec of Knative's, whose pod-level security context is refused unless the cluster allows it. */
  | 'knative'
  | 'argo-workflow'
  | 'tekton-task'
  | 'tekton-step'
  | 'tekton-task-run'
  | 'tekton-pipeline-run'
  | 'spark'
  | 'kserve';

export interface PodPlace {
  /** The pod spec, or what stands for one. */
  readonly spec: PlacePattern;
  readonly as: PlaceShape;
}

export interface KindRule {
  /** The API group, `''` for the core group; the version does not matter to where pods are. */
  readonly group: string;
  readonly kind: string;
  readonly pods: readonly PodPlace[];
  /** Places of whole objects in this one, each read as if it stood alone. */
  readonly objects: readonly PlacePattern[];
  /** True for Kubernetes' own kinds, all of whose fields are known. */
  readonly isBuiltIn: boolean;
}

/** A kind that someone has named in the settings. */
export interface UserKind {
  readonly group: string;
  readonly kind: string;
  /** Paths of pod specs, such as `spec.jobs[*].template.spec`. */
  readonly paths: readonly string[];
}

function builtIn(group: string, kind: string, path: string): KindRule {
  return { group, kind, pods: [{ spec: placePattern(path), as: 'complete' }], objects: [], isBuiltIn: true };
}

/**
 * The built-in kinds, those that Pod Security admission extracts pods from, in current and removed API groups
 * (kubernetes/api; kubernetes/pod-security-admission admission.go).
 */
const BUILT_IN: readonly KindRule[] = [
  builtIn('', 'Pod', 'spec'),
  builtIn('', 'PodTemplate', 'template.spec'),
  builtIn('', 'ReplicationController', 'spec.template.spec'),
  builtIn('apps', 'Deployment', 'spec.template.spec'),
  builtIn('apps', 'ReplicaSet', 'spec.template.spec'),
  builtIn('apps', 'StatefulSet', 'spec.template.spec'),
  builtIn('apps', 'DaemonSet', 'spec.template.spec'),
  builtIn('extensions', 'Deployment', 'spec.template.spec'),
  builtIn('extensions', 'ReplicaSet', 'spec.template.spec'),
  builtIn('extensions', 'DaemonSet', 'spec.template.spec'),
  builtIn('batch', 'Job', 'spec.template.spec'),
  builtIn('batch', 'CronJob', 'spec.jobTemplate.spec.template.spec'),
];

/** The keys of a path: `a[*].b` and `a.*.b` are the same, and so are lists and mappings. */
export function placePattern(path: string): PlacePattern {
  return path
    .replaceAll(/\[\*?\]|\{\*?\}/g, '.*')
    .split('.')
    .filter((step) => step !== '');
}

const BUILT_IN_KINDS: ReadonlySet<string> = new Set(BUILT_IN.map(({ kind }) => kind));

/**
 * The rule for a kind, or undefined where it is not known to hold pods. `apiVersion` is `group/version`, or `version`. A kind that
 * a person names in the settings is read as they say, unless it is one of Kubernetes' own.
 */
export function kindRule(
  apiVersion: string,
  kind: string,
  userKinds: readonly UserKind[] = [],
): KindRule | undefined {
  const group = groupOf(apiVersion);
  const builtInRule = BUILT_IN_KINDS.has(kind)
    ? BUILT_IN.find((rule) => rule.kind === kind && rule.group === group)
    : undefined;
  if (builtInRule !== undefined) return builtInRule;
  const known = mayBeCustom(group, kind) ? customKind(group, kind) : undefined;
  if (userKinds.length === 0) return known;
  const named = userKinds.filter((user) => user.group === group && user.kind === kind);
  if (named.length === 0) return known;
  const pods = named.flatMap(({ paths }) =>
    paths.map((path): PodPlace => ({ spec: placePattern(path), as: 'complete' })),
  );
  return { group, kind, pods, objects: [], isBuiltIn: false };
}

/** False for what most manifests hold beside pods, so that the table of custom kinds is not loaded for it. */
function mayBeCustom(group: string, kind: string): boolean {
  return group === '' ? CUSTOM_IN_CORE.has(kind) : !WITHOUT_CUSTOM_KINDS.has(group);
}

/** Older manifests of OpenShift leave the group out. */
const CUSTOM_IN_CORE: ReadonlySet<string> = new Set(['DeploymentConfig', 'Template']);

const WITHOUT_CUSTOM_KINDS: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'extensions',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
]);

/** The group of an apiVersion; the core group is the empty string. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.lastIndexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** Kinds without pods whose typed lists matter too, since they say something about pods; each with its group. */
const FACT_KINDS: ReadonlyMap<string, string> = new Map([
  ['ServiceAccount', ''],
  ['LimitRange', ''],
  ['Namespace', ''],
  ['Role', 'rbac.authorization.k8s.io'],
  ['ClusterRole', 'rbac.authorization.k8s.io'],
  ['RoleBinding', 'rbac.authorization.k8s.io'],
  ['ClusterRoleBinding', 'rbac.authorization.k8s.io'],
]);

/**
 * The kind of a list's items where the list is typed (`PodList`), an empty string for the untyped `List`, whose items name their
 * own kinds, and undefined for what is no list.
 */
export function listItemKind(apiVersion: string, kind: string): string | undefined {
  if (!kind.endsWith('List')) return undefined;
  if (kind === 'List') return groupOf(apiVersion) === '' ? '' : undefined;
  const item = kind.slice(0, -'List'.length);
  const isKnown = kindRule(apiVersion, item) !== undefined || isFactKind(apiVersion, item);
  return isKnown ? item : undefined;
}

/** True for a kind without pods that says something about pods elsewhere. */
export function isFactKind(apiVersion: string, kind: string): boolean {
  const group = FACT_KINDS.get(kind);
  return group !== undefined && group === groupOf(apiVersion);
}
