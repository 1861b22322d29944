/** Transforming: what a kustomization sets on all its objects, as far as it bears on pods and on what is said about them. */
import { kindRule } from '../kubernetes/kinds.ts';
import type { ImageRule } from './kustomization.ts';
import {
  at,
  type BuiltEntry,
  type BuiltMapping,
  type BuiltNode,
  type BuiltScalar,
  rebuilt,
  textAt,
  textNode,
  withEntry,
  withValue,
} from './node.ts';
import {
  type BuiltObject,
  changedTo,
  effectiveNamespace,
  idOf,
  isClusterScoped,
  type ObjectId,
} from './object.ts';

export function inNamespace(objects: readonly BuiltObject[], namespace: string): readonly BuiltObject[] {
  return objects.map((object) => {
    const { root } = object;
    const id = idOf(root);
    const name = textNode(namespace, root.from);
    if (id.apiVersion === 'v1' && id.kind === 'Namespace')
      return changedTo(object, withValue(root, ['metadata', 'name'], name));
    const placed = isClusterScoped(id) ? root : withValue(root, ['metadata', 'namespace'], name);
    return changedTo(object, isBinding(id.kind) ? withDefaultSubjects(placed, name) : placed);
  });
}

function isBinding(kind: string): boolean {
  return kind === 'RoleBinding' || kind === 'ClusterRoleBinding';
}

/** Only the subject that is called `default` goes with its binding; others follow the account that they name. */
function withDefaultSubjects(root: BuiltMapping, namespace: BuiltScalar): BuiltMapping {
  return withSubjects(root, (subject) =>
    textAt(subject, 'name') === 'default' ? withEntry(subject, 'namespace', { value: namespace }) : subject,
  );
}

function withSubjects(root: BuiltMapping, change: (subject: BuiltMapping) => BuiltMapping): BuiltMapping {
  const subjects = at(root, 'subjects');
  if (subjects?.kind !== 'sequence') return root;
  const items = subjects.items.map((item) => (item.kind === 'mapping' ? change(item) : item));
  return withEntry(root, 'subjects', { ...root.entries.get('subjects'), value: { ...subjects, items } });
}

/** Kinds whose names belong to somebody else (PrefixTransformer.go). */
const NOT_RENAMED: ReadonlySet<string> = new Set(['CustomResourceDefinition', 'APIService', 'Namespace']);

export function renamed(
  objects: readonly BuiltObject[],
  prefix: string,
  suffix: string,
  kinds?: ReadonlySet<string>,
): readonly BuiltObject[] {
  return objects.map((object) => {
    const name = textAt(object.root, 'metadata', 'name');
    const { kind } = object.ids[0];
    if (name === undefined || NOT_RENAMED.has(kind) || kinds?.has(kind) === false) return object;
    const written = at(object.root, 'metadata', 'name');
    const value = textNode(`${prefix}${name}${suffix}`, written?.from);
    return changedTo(object, withValue(object.root, ['metadata', 'name'], value));
  });
}

/** References to what has been renamed or has moved to another namespace, as far as practices read them. */
export function withReferences(objects: readonly BuiltObject[]): readonly BuiltObject[] {
  const moved = objects.filter(({ ids }) => ids.length > 1 && REFERENCED.has(ids[0].kind));
  if (moved.length === 0) return objects;

  const targetOf = (kind: string, name: string | undefined, namespaces: readonly string[] | undefined) => {
    const isIt = (id: ObjectId): boolean =>
      id.kind === kind &&
      id.name === name &&
      (isClusterScoped(id) || namespaces === undefined || namespaces.includes(effectiveNamespace(id)));
    // What is called so now, and always was, is what is meant.
    if (objects.some(({ ids }) => ids.length === 1 && isIt(ids[0]))) return undefined;
    return moved.find(({ ids }) => ids.some(isIt));
  };

  return objects.map((object) => {
    const namespaces = object.ids.map(effectiveNamespace);
    let { root } = object;
    for (const path of podSpecPaths(root)) {
      for (const key of ['serviceAccountName', 'serviceAccount']) {
        const written = at(root, ...path, key);
        const target = targetOf('ServiceAccount', textAt(root, ...path, key), namespaces);
        const name = target?.ids.at(-1)?.name;
        if (name !== undefined && name !== textAt(root, ...path, key))
          root = withValue(root, [...path, key], textNode(name, written?.from));
      }
    }
    if (isBinding(textAt(root, 'kind') ?? '')) {
      const role = targetOf(
        textAt(root, 'roleRef', 'kind') ?? '',
        textAt(root, 'roleRef', 'name'),
        namespaces,
      );
      const roleName = role?.ids.at(-1)?.name;
      if (roleName !== undefined) root = withValue(root, ['roleRef', 'name'], textNode(roleName));
      root = withSubjects(root, (subject) => {
        if (textAt(subject, 'kind') !== 'ServiceAccount') return subject;
        const written = textAt(subject, 'namespace');
        const target = targetOf(
          'ServiceAccount',
          textAt(subject, 'name'),
          // A binding of the whole cluster is in no namespace that could tell accounts of one name apart.
          written !== undefined ? [written] : isClusterScoped(object.ids[0]) ? undefined : namespaces,
        );
        const id = target?.ids.at(-1);
        if (id === undefined) return subject;
        const withName = withEntry(subject, 'name', { value: textNode(id.name) });
        return id.namespace === ''
          ? withName
          : withEntry(withName, 'namespace', { value: textNode(id.namespace) });
      });
    }
    return root === object.root ? object : { ...object, root };
  });
}

const REFERENCED: ReadonlySet<string> = new Set(['ServiceAccount', 'Role', 'ClusterRole']);

/** Where Kubernetes' own kinds keep their pods. */
function podSpecPaths(root: BuiltMapping): readonly (readonly string[])[] {
  const rule = kindRule(textAt(root, 'apiVersion') ?? '', textAt(root, 'kind') ?? '');
  return rule?.isBuiltIn === true ? rule.pods.map(({ spec }) => spec) : [];
}

export function labeled(
  objects: readonly BuiltObject[],
  values: ReadonlyMap<string, BuiltScalar>,
): readonly BuiltObject[] {
  return objects.map((object) => ({
    ...object,
    root: withTexts(object.root, ['metadata', 'labels'], values),
  }));
}

/** Annotations are set on the templates of pods too (commonannotations.go). */
export function annotated(
  objects: readonly BuiltObject[],
  values: ReadonlyMap<string, BuiltScalar>,
): readonly BuiltObject[] {
  return objects.map((object) => {
    let root = withTexts(object.root, ['metadata', 'annotations'], values);
    for (const path of TEMPLATES.get(textAt(root, 'kind') ?? '') ?? [])
      root = withTexts(root, [...path, 'metadata', 'annotations'], values);
    return { ...object, root };
  });
}

const TEMPLATES: ReadonlyMap<string, readonly (readonly string[])[]> = new Map<
  string,
  readonly (readonly string[])[]
>([
  ['ReplicationController', [['spec', 'template']]],
  ['Deployment', [['spec', 'template']]],
  ['ReplicaSet', [['spec', 'template']]],
  ['DaemonSet', [['spec', 'template']]],
  ['StatefulSet', [['spec', 'template']]],
  ['Job', [['spec', 'template']]],
  [
    'CronJob',
    [
      ['spec', 'jobTemplate'],
      ['spec', 'jobTemplate', 'spec', 'template'],
    ],
  ],
]);

function withTexts(
  root: BuiltMapping,
  path: readonly string[],
  values: ReadonlyMap<string, BuiltScalar>,
): BuiltMapping {
  const written = at(root, ...path);
  if (written !== undefined && written.kind !== 'mapping') return root;
  const entries = new Map<string, BuiltEntry>(written?.entries);
  for (const [key, value] of values)
    entries.set(key, { value, ...(value.from === undefined ? {} : { keyFrom: value.from }) });
  const from = written?.from ?? root.from;
  return withValue(root, path, { kind: 'mapping', entries, ...(from === undefined ? {} : { from }) });
}

/** Images in lists of containers, wherever these are (kustomize filters/imagetag). */
export function withImages(
  objects: readonly BuiltObject[],
  rules: readonly ImageRule[],
): readonly BuiltObject[] {
  return objects.map((object) => {
    if (object.ids[0].kind === 'CustomResourceDefinition') return object;
    const root = rebuilt(object.root, (node, key) => {
      if (node.kind !== 'sequence' || (key !== 'containers' && key !== 'initContainers')) return node;
      return { ...node, items: node.items.map((item) => withImage(item, rules)) };
    });
    return root === object.root || root.kind !== 'mapping' ? object : { ...object, root };
  });
}

function withImage(container: BuiltNode, rules: readonly ImageRule[]): BuiltNode {
  const written = at(container, 'image');
  if (container.kind !== 'mapping' || written?.kind !== 'scalar') return container;
  const image = rules.reduce(imageAfter, written.text);
  if (image === written.text) return container;
  return withValue(container, ['image'], textNode(image, written.from));
}

function imageAfter(image: string, { name, newName, newTag, digest, tagSuffix }: ImageRule): string {
  if (!image.startsWith(name)) return image;
  const rest = /^(?::([\w.${}-]*))?(?:@(sha256:[A-Za-z0-9_.${}-]*))?$/.exec(image.slice(name.length));
  if (rest === null) return image;
  const [, tag = '', oldDigest = ''] = rest;
  const base = newName === '' ? name : newName;
  if (newTag !== '') return `${base}:${newTag}${digest === '' ? '' : `@${digest}`}`;
  if (digest !== '') return `${base}@${digest}`;
  if (tagSuffix !== '') return `${base}:${tag}${tagSuffix}`;
  return `${base}${tag === '' ? '' : `:${tag}`}${oldDigest === '' ? '' : `@${oldDigest}`}`;
}
