/** Objects: what is being built, by which names it has been known, and which selectors choose it. */

import { goRegExp } from '../helm/goRegExp.ts';
import { groupOf } from '../kubernetes/kinds.ts';
import type { Selector } from './kustomization.ts';
import { type BuiltMapping, textAt, textsAt } from './node.ts';

export interface BuiltObject {
  readonly root: BuiltMapping;
  /** Every identity that it had, the first one first and the present one last. */
  readonly ids: readonly [ObjectId, ...ObjectId[]];
  /** Why what it says now is not known, or undefined where it is. */
  readonly unknown?: string;
}

export interface ObjectId {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

export function idOf(root: BuiltMapping): ObjectId {
  return {
    apiVersion: textAt(root, 'apiVersion') ?? '',
    kind: textAt(root, 'kind') ?? '',
    name: textAt(root, 'metadata', 'name') ?? '',
    namespace: textAt(root, 'metadata', 'namespace') ?? '',
  };
}

/** The object with another content, its earlier identities kept. */
export function changedTo(object: BuiltObject, root: BuiltMapping): BuiltObject {
  if (root === object.root) return object;
  const id = idOf(root);
  const last = object.ids.at(-1) ?? object.ids[0];
  const isSame = isSameId(id, last) && id.namespace === last.namespace;
  return { ...object, root, ids: isSame ? object.ids : [...object.ids, id] };
}

export function isSameId(a: ObjectId, b: ObjectId): boolean {
  return (
    a.apiVersion === b.apiVersion &&
    a.kind === b.kind &&
    a.name === b.name &&
    effectiveNamespace(a) === effectiveNamespace(b)
  );
}

/** No namespace is the one that is called `default`; what belongs to no namespace has one of its own. */
export function effectiveNamespace(id: ObjectId): string {
  if (isClusterScoped(id)) return '_non_namespaceable_';
  return id.namespace === '' ? 'default' : id.namespace;
}

/** Kubernetes' kinds that belong to no namespace (kyaml openapi.go). Of kinds that it does not know, kustomize takes it that they do. */
export function isClusterScoped({ apiVersion, kind }: ObjectId): boolean {
  return CLUSTER_SCOPED.has(`${groupOf(apiVersion)}/${kind}`);
}

const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'apiregistration.k8s.io/APIService',
  'certificates.k8s.io/CertificateSigningRequest',
  'flowcontrol.apiserver.k8s.io/FlowSchema',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
  'networking.k8s.io/IngressClass',
  'node.k8s.io/RuntimeClass',
  'policy/PodSecurityPolicy',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/CSIDriver',
  'storage.k8s.io/CSINode',
  'storage.k8s.io/StorageClass',
  'storage.k8s.io/VolumeAttachment',
  '/Namespace',
  '/Node',
  '/PersistentVolume',
  '/ComponentStatus',
]);

/**
 * Whether a selector chooses an object: its expressions have to match in full, name and namespace in their first or their present
 * form (kustomize types/selector.go). Undefined where an expression cannot be followed.
 */
export function isSelected(object: BuiltObject, selector: Selector): boolean | undefined {
  const first = object.ids[0];
  const last = object.ids.at(-1) ?? first;
  const slash = last.apiVersion.lastIndexOf('/');
  const answers = [
    matchesAny(selector.namespace, [effectiveNamespace(first), effectiveNamespace(last)]),
    matchesAny(selector.name, [first.name, last.name]),
    matchesAny(selector.group, [groupOf(last.apiVersion)]),
    matchesAny(selector.version, [last.apiVersion.slice(slash + 1)]),
    matchesAny(selector.kind, [last.kind]),
    matchesLabels(selector.labelSelector, object.root, 'labels'),
    matchesLabels(selector.annotationSelector, object.root, 'annotations'),
  ];
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

function matchesAny(pattern: string, texts: readonly string[]): boolean | undefined {
  if (pattern === '') return true;
  const longest = Math.max(...texts.map((text) => text.length));
  const expression = goRegExp(`^(?:${pattern})$`, longest);
  return expression === undefined ? undefined : texts.some((text) => expression.test(text));
}

function matchesLabels(
  selector: string,
  root: BuiltMapping,
  key: 'labels' | 'annotations',
): boolean | undefined {
  if (selector.trim() === '') return true;
  const labels = textsAt(root, 'metadata', key);
  // Commas between parentheses stand between values.
  const requirements = selector.split(/,(?![^(]*\))/).map((requirement) => requirement.trim());
  const answers = requirements.map((requirement) => meets(requirement, (name) => labels.get(name)?.text));
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

/** One requirement of a label selector (apimachinery labels/selector.go); undefined for what is none. */
function meets(requirement: string, valueAt: (name: string) => string | undefined): boolean | undefined {
  const set = /^([\w./-]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(requirement);
  if (set !== null) {
    const [, name = '', operator, list = ''] = set;
    const value = valueAt(name);
    const isIn = value !== undefined && list.split(',').some((one) => one.trim() === value);
    return operator === 'in' ? isIn : !isIn;
  }
  const equality = /^([\w./-]+)\s*(=|==|!=)\s*([\w.-]*)$/.exec(requirement);
  if (equality !== null) {
    const [, name = '', operator, wanted = ''] = equality;
    return (valueAt(name) === wanted) === (operator !== '!=');
  }
  const existence = /^(!?)\s*([\w./-]+)$/.exec(requirement);
  if (existence === null) return undefined;
  const [, not, name = ''] = existence;
  return (valueAt(name) !== undefined) === (not === '');
}
