/** Strategic merge: a patch laid over an object, as kustomize does it (kyaml merge2 and walk). */
import {
  type BuiltEntry,
  type BuiltMapping,
  type BuiltNode,
  type BuiltSequence,
  isNothing,
  textAt,
} from './node.ts';
import { leave, refuse } from './refusal.ts';
import type { ListSchema } from './schema.ts';

/**
 * The object with the patch laid over it, or undefined where the patch deletes it. Lists with keys in the schema are merged by them, what
 * the patch adds before what was there; others are replaced.
 */
export function strategicMerge(
  object: BuiltMapping,
  patch: BuiltMapping,
  schema: ListSchema | undefined,
): BuiltMapping | undefined {
  const merged = merge(object, patch, schema);
  return merged?.kind === 'mapping' ? merged : undefined;
}

/** Kinds with pods in the schema that kustomize carries (Kubernetes 1.21). */
const SCHEMA_KINDS: ReadonlySet<string> = new Set([
  'v1 Pod',
  'v1 PodTemplate',
  'v1 ReplicationController',
  'apps/v1 Deployment',
  'apps/v1 ReplicaSet',
  'apps/v1 StatefulSet',
  'apps/v1 DaemonSet',
  'batch/v1 Job',
  'batch/v1 CronJob',
  'batch/v1beta1 CronJob',
]);

/** Whether kustomize knows the schema of a kind with pods, by which lists in it are merged. */
export function mergesLists(apiVersion: string, kind: string): boolean {
  return SCHEMA_KINDS.has(`${apiVersion} ${kind}`);
}

/** The lists of a pod spec that are merged, by the key that tells their items apart (`x-kubernetes-patch-merge-key`). */
const LIST_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['containers', ['name']],
  ['initContainers', ['name']],
  ['ephemeralContainers', ['name']],
  ['env', ['name']],
  ['volumes', ['name']],
  ['imagePullSecrets', ['name']],
  ['volumeMounts', ['mountPath']],
  ['volumeDevices', ['devicePath']],
  ['hostAliases', ['ip']],
  ['topologySpreadConstraints', ['topologyKey', 'whenUnsatisfiable']],
  ['ports', ['containerPort', 'protocol']],
]);

/** The keys that tell apart the items of a list of this name in a pod spec, or undefined for a list that is replaced. */
export function listKeysOf(name: string): readonly string[] | undefined {
  return LIST_KEYS.get(name);
}

const DIRECTIVE = '$patch';

function merge(
  under: BuiltNode | undefined,
  over: BuiltNode | undefined,
  schema: ListSchema | undefined,
): BuiltNode | undefined {
  const leading = isNothing(under) ? over : under;
  if (leading === undefined || isNothing(leading)) return undefined;
  if (over !== undefined && !isNothing(over) && over.kind !== leading.kind)
    refuse(`A patch has a ${over.kind} where the object has a ${leading.kind}.`);
  if (over !== undefined && isNothing(over)) return undefined;
  switch (leading.kind) {
    case 'scalar':
      if (over?.kind !== 'scalar' || isSameScalar(over, leading)) return leading;
      // What was in quotes stays in quotes, and so becomes a string, whatever the patch writes (kyaml FieldSetter).
      return under === leading && !leading.isPlain ? { ...over, isPlain: false } : over;
    case 'mapping':
      return mergeMappings(asMapping(under), asMapping(over), schema);
    case 'sequence': {
      const keys = schema?.listKeys;
      if (keys === undefined) return over ?? under;
      return mergeLists(asSequence(under), asSequence(over), keys, schema?.item());
    }
  }
}

function isSameScalar(a: BuiltNode, b: BuiltNode): boolean {
  return a.kind === 'scalar' && b.kind === 'scalar' && a.text === b.text && a.isPlain === b.isPlain;
}

function asMapping(node: BuiltNode | undefined): BuiltMapping | undefined {
  return node?.kind === 'mapping' ? node : undefined;
}

function asSequence(node: BuiltNode | undefined): BuiltSequence | undefined {
  return node?.kind === 'sequence' ? node : undefined;
}

function mergeMappings(
  under: BuiltMapping | undefined,
  over: BuiltMapping | undefined,
  schema: ListSchema | undefined,
): BuiltMapping | undefined {
  const directive = directiveOf(over);
  if (directive === 'delete') return undefined;
  const below = directive === 'replace' ? undefined : under;
  const base = below ?? over;
  if (base === undefined) return undefined;
  const entries = new Map<string, BuiltEntry>();
  for (const name of new Set([...(below?.entries.keys() ?? []), ...(over?.entries.keys() ?? [])])) {
    if (name === DIRECTIVE) continue;
    const lower = below?.entries.get(name);
    const upper = over?.entries.get(name);
    const value = merge(lower?.value, upper?.value, schema?.field(name));
    const keyFrom = lower?.keyFrom ?? upper?.keyFrom;
    if (value !== undefined) entries.set(name, keyFrom === undefined ? { value } : { value, keyFrom });
  }
  return { ...base, entries };
}

type Directive = 'merge' | 'replace' | 'delete';

function directiveOf(mapping: BuiltMapping | undefined): Directive {
  const value = textAt(mapping, DIRECTIVE);
  if (value === undefined || value === 'merge') return 'merge';
  return value === 'replace' || value === 'delete'
    ? value
    : refuse(`A patch has the directive "${value}", which there is not.`);
}

/** An item that is nothing but a directive speaks for its whole list. */
function listDirective(items: readonly BuiltNode[]): Directive {
  for (const item of items) {
    if (item.kind === 'mapping' && item.entries.size === 1 && item.entries.has(DIRECTIVE))
      return directiveOf(item);
  }
  return 'merge';
}

function isListDirective(item: BuiltNode): boolean {
  return item.kind === 'mapping' && item.entries.size === 1 && item.entries.has(DIRECTIVE);
}

function mergeLists(
  under: BuiltSequence | undefined,
  over: BuiltSequence | undefined,
  keys: readonly string[],
  schema: ListSchema | undefined,
): BuiltSequence | undefined {
  if (over === undefined) return under;
  if (keys.length === 0) leave('A patch adds to a list whose items have no keys.');
  const directive = listDirective(over.items);
  if (directive === 'delete') return undefined;
  const uppers = over.items.filter((item) => !isListDirective(item));
  const lowers = directive === 'replace' ? [] : (under?.items ?? []);
  const items: BuiltNode[] = [];
  const taken = new Set<BuiltNode>();
  for (const [index, upper] of uppers.entries()) {
    const identity = identityOf(upper, keys);
    const isTwice = uppers.findIndex((other) => isSameItem(identityOf(other, keys), identity)) !== index;
    if (isTwice && keys.length === 1) refuse('A patch names an item of a list twice.');
    const matching = lowers.filter((item) => isSameItem(identityOf(item, keys), identity));
    if (matching.length > 1) refuse('A patch names an item that a list has twice.');
    const [lower] = matching;
    if (lower !== undefined) taken.add(lower);
    const merged = merge(lower, upper, schema);
    // To replace an item of a list has no effect (kyaml appendListNode puts the old one back), and adds none that was not there.
    if (lower === undefined && upper.kind === 'mapping' && directiveOf(upper) === 'replace') continue;
    const isKept = lower !== undefined && upper.kind === 'mapping' && directiveOf(upper) === 'replace';
    if (merged !== undefined) items.push(isKept ? lower : merged);
  }
  const base = directive === 'replace' || under === undefined ? over : under;
  return { ...base, items: [...items, ...lowers.filter((item) => !taken.has(item))] };
}

function identityOf(item: BuiltNode, keys: readonly string[]): readonly (string | undefined)[] {
  const values = keys.map((key) => textAt(item, key));
  if (values[0] === undefined) leave(`An item of a list has no ${keys[0]}, by which a patch could find it.`);
  return values;
}

function isSameItem(a: readonly (string | undefined)[], b: readonly (string | undefined)[]): boolean {
  return a.every((value, index) => value === b[index]);
}
