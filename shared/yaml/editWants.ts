/** Wants: merges the operations of one edit into one tree of what should be so, by path. */

import type { YamlOp, YamlValue } from './operation.ts';
import type { Path, YamlNode } from './tree.ts';
import type { ScalarValue } from './writeScalar.ts';

/** What should be so at one path. Nothing set means: only below it. */
export interface Want {
  readonly children: Map<string | number, Want>;
  /** A mapping should stand here, if only an empty one. */
  mapping: boolean;
  /** This scalar or list should stand here. */
  leaf: Leaf | undefined;
  /** The list here should hold these items. */
  readonly items: EnsuredItem[];
  /** Nothing should stand here. */
  remove: Removal | undefined;
  /** What stood elsewhere should stand here. */
  moved: MovedEntry | undefined;
}

export interface Leaf {
  readonly value: ScalarValue | readonly YamlValue[];
}

export interface EnsuredItem {
  readonly item: YamlValue;
  readonly key: string | undefined;
}

export interface Removal {
  /** How many parents go too where they are left empty. */
  readonly prune: number;
}

/** An entry of a mapping that is to stand elsewhere. */
export interface MovedEntry {
  readonly key: string;
  readonly keyNode: YamlNode;
  readonly value: YamlNode;
}

export const CONTRADICTION = 'The changes contradict each other.';

export function newWant(): Want {
  return {
    children: new Map(),
    mapping: false,
    leaf: undefined,
    items: [],
    remove: undefined,
    moved: undefined,
  };
}

/** The want at a path, made where there is none yet. */
export function wantAt(root: Want, path: Path): Want {
  let want = root;
  for (const segment of path) want = childWant(want, segment);
  return want;
}

export function childWant(want: Want, segment: string | number): Want {
  let child = want.children.get(segment);
  if (child === undefined) {
    child = newWant();
    want.children.set(segment, child);
  }
  return child;
}

/** Adds an operation; answers why it cannot be, or undefined. A `move` is added by whoever has found its source. */
export function addOp(root: Want, op: Exclude<YamlOp, { op: 'move' }>): string | undefined {
  const want = wantAt(root, op.path);
  switch (op.op) {
    case 'set':
      return addValue(want, op.value);
    case 'remove':
      addRemoval(want, op.pruneEmpty ?? 0);
      return undefined;
    case 'ensureItem':
      return addItem(want, { item: op.item, key: op.key });
  }
}

export function addRemoval(want: Want, prune: number): void {
  want.remove = { prune: Math.max(want.remove?.prune ?? 0, prune) };
}

function addItem(want: Want, added: EnsuredItem): string | undefined {
  if (!isWritable(added.item)) return UNWRITABLE;
  if (want.items.some((item) => item.key === added.key && sameValue(item.item, added.item))) return undefined;
  want.items.push(added);
  return undefined;
}

/** Adds a value: a mapping key by key, anything else as a whole. */
export function addValue(want: Want, value: YamlValue): string | undefined {
  if (isMappingValue(value)) {
    want.mapping = true;
    for (const [key, inner] of Object.entries(value)) {
      const problem = addValue(childWant(want, key), inner);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (!isWritable(value)) return UNWRITABLE;
  if (want.leaf !== undefined && !sameValue(want.leaf.value, value)) return CONTRADICTION;
  want.leaf = { value };
  return undefined;
}

const UNWRITABLE = 'The value cannot be written as YAML.';

/** False where a number is none that JSON knows. */
function isWritable(value: YamlValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (isListValue(value)) return value.every(isWritable);
  if (isMappingValue(value)) return Object.values(value).every(isWritable);
  return true;
}

/**
 * True where the wants can all be so at once: nothing is both set and removed, both a list and a mapping, or both a
 * scalar and something that has parts.
 */
export function isConsistent(want: Want): boolean {
  const made = [...want.children].filter(([, child]) => creates(child)).map(([key]) => key);
  const hasParts = want.mapping || want.items.length > 0 || want.moved !== undefined;
  if (want.remove !== undefined) return want.leaf === undefined && !hasParts && made.length === 0;
  if (want.leaf !== undefined) {
    if (want.mapping || want.moved !== undefined || want.children.size > 0) return false;
    return want.items.length === 0 || holdsAll(want.leaf, want.items);
  }
  const isList = want.items.length > 0 || made.some((key) => typeof key === 'number');
  const isMapping = want.mapping || made.some((key) => typeof key === 'string');
  if (isList && (isMapping || want.moved !== undefined)) return false;
  for (const child of want.children.values()) if (!isConsistent(child)) return false;
  return true;
}

function holdsAll(leaf: Leaf, items: readonly EnsuredItem[]): boolean {
  const { value } = leaf;
  return isListValue(value) && items.every(({ item }) => value.some((other) => sameValue(other, item)));
}

/** True where something should come to stand at the want's path, or below it. */
export function creates(want: Want): boolean {
  if (want.mapping || want.leaf !== undefined || want.items.length > 0 || want.moved !== undefined)
    return true;
  for (const child of want.children.values()) if (creates(child)) return true;
  return false;
}

export function isListValue(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

export function isMappingValue(value: YamlValue): value is { readonly [key: string]: YamlValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deep equality of values; the order of keys does not count. */
export function sameValue(a: YamlValue, b: YamlValue): boolean {
  if (a === b) return true;
  if (isListValue(a)) {
    return (
      isListValue(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i] as YamlValue))
    );
  }
  if (!isMappingValue(a) || !isMappingValue(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key] as YamlValue, b[key] as YamlValue));
}
