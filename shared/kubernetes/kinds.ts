/** Kinds: where each kind of object keeps its pods. */

/** A place in an object: keys from the object's root; `*` stands for every item of a list or every value of a mapping. */
export type PlacePattern = readonly string[];

/** How a place holds its pod. */
export interface PodPlace {
  readonly spec: PlacePattern;
  /**
   * `complete`: a pod spec that the API server will validate; `overlay`: a patch that the kind's controller merges over
   * a pod of its own, in which nothing is missing.
   */
  readonly as: 'complete' | 'overlay';
}

export interface KindRule {
  /** The API group, `''` for the core group; the version does not matter to where pods are. */
  readonly group: string;
  readonly kind: string;
  readonly pods: readonly PodPlace[];
}

function rule(group: string, kind: string, ...places: readonly string[]): KindRule {
  return { group, kind, pods: places.map((place) => ({ spec: place.split('.'), as: 'complete' })) };
}

/**
 * The built-in kinds, those that Pod Security admission extracts pods from, in current and removed API groups
 * (kubernetes/api; kubernetes/pod-security-admission admission.go).
 */
const BUILT_IN: readonly KindRule[] = [
  rule('', 'Pod', 'spec'),
  rule('', 'PodTemplate', 'template.spec'),
  rule('', 'ReplicationController', 'spec.template.spec'),
  rule('apps', 'Deployment', 'spec.template.spec'),
  rule('apps', 'ReplicaSet', 'spec.template.spec'),
  rule('apps', 'StatefulSet', 'spec.template.spec'),
  rule('apps', 'DaemonSet', 'spec.template.spec'),
  rule('extensions', 'Deployment', 'spec.template.spec'),
  rule('extensions', 'ReplicaSet', 'spec.template.spec'),
  rule('extensions', 'DaemonSet', 'spec.template.spec'),
  rule('batch', 'Job', 'spec.template.spec'),
  rule('batch', 'CronJob', 'spec.jobTemplate.spec.template.spec'),
];

const BY_NAME: ReadonlyMap<string, KindRule> = new Map(
  BUILT_IN.map((kind) => [`${kind.group}/${kind.kind}`, kind]),
);

/** The rule for a kind, or undefined where it is not known to hold pods. `apiVersion` is `group/version`, or `version`. */
export function kindRule(apiVersion: string, kind: string): KindRule | undefined {
  return BY_NAME.get(`${groupOf(apiVersion)}/${kind}`);
}

/** The group of an apiVersion; the core group is the empty string. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.lastIndexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/**
 * The kind of a list's items where the list is typed (`PodList`), an empty string for the untyped `List`, whose items name their
 * own kinds, and undefined for what is no list.
 */
export function listItemKind(apiVersion: string, kind: string): string | undefined {
  if (!kind.endsWith('List')) return undefined;
  if (kind === 'List') return groupOf(apiVersion) === '' ? '' : undefined;
  const item = kind.slice(0, -'List'.length);
  return kindRule(apiVersion, item) === undefined && item !== 'ServiceAccount' ? undefined : item;
}
