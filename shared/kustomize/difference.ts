/** Differences: what has to be laid over an object to make another one of it, as a merge patch or as JSON operations. */
import type { YamlValue } from '../yaml/operation.ts';
import { readPlain } from '../yaml/writeScalar.ts';
import { at, type BuiltMapping, type BuiltNode, type BuiltSequence, isNothing, textAt } from './node.ts';
import { listKeysOf } from './strategicMerge.ts';

/** A mapping as JSON knows it. */
export type YamlMapping = { readonly [key: string]: YamlValue };

/**
 * The strategic merge patch that makes `after` of `before`, without what identifies the object; undefined where no patch of that kind
 * can say it: an item of a list that has no name, or shares it with another, or a value to be taken out of its quotes.
 */
export function mergeDifference(before: BuiltMapping, after: BuiltMapping): YamlMapping | undefined {
  return mappingDifference(before, after);
}

function mappingDifference(before: BuiltMapping, after: BuiltMapping): YamlMapping | undefined {
  const changes: Record<string, YamlValue> = {};
  for (const key of new Set([...before.entries.keys(), ...after.entries.keys()])) {
    const lower = at(before, key);
    const upper = at(after, key);
    if (isEqual(lower, upper)) continue;
    const change = valueDifference(lower, upper, key);
    if (change === undefined) return undefined;
    changes[key] = change;
  }
  return changes;
}

function valueDifference(
  lower: BuiltNode | undefined,
  upper: BuiltNode | undefined,
  key: string,
): YamlValue | undefined {
  if (upper === undefined || isNothing(upper)) return null;
  if (upper.kind === 'mapping' && lower?.kind === 'mapping') return mappingDifference(lower, upper);
  // What is in quotes stays in quotes under a merge patch, and so stays a string.
  if (upper.kind === 'scalar' && upper.isPlain && lower?.kind === 'scalar' && !lower.isPlain)
    return undefined;
  const keys = listKeysOf(key);
  if (upper.kind === 'sequence' && lower?.kind === 'sequence' && keys !== undefined)
    return listDifference(lower, upper, keys[0] ?? 'name', key.endsWith('ontainers'));
  return plainOf(upper);
}

/** What a patch names comes first, so that where the order matters it has to name all. */
function listDifference(
  lower: BuiltSequence,
  upper: BuiltSequence,
  key: string,
  keepsOrder: boolean,
): YamlValue | undefined {
  const names = (list: BuiltSequence): readonly string[] | undefined => {
    const known = list.items.flatMap((item) => textAt(item, key) ?? []);
    return known.length === list.items.length && new Set(known).size === known.length ? known : undefined;
  };
  const lowerNames = names(lower);
  const upperNames = names(upper);
  if (lowerNames === undefined || upperNames === undefined) return undefined;
  const items: YamlValue[] = [];
  /** Items that are as they were. */
  const same: number[] = [];
  for (const [index, name] of upperNames.entries()) {
    const item = upper.items[index];
    const before = lower.items[lowerNames.indexOf(name)];
    if (item === undefined) continue;
    if (isEqual(before, item)) {
      same.push(items.length);
      items.push({ [key]: name });
      continue;
    }
    if (before === undefined) {
      items.push(plainOf(item));
      continue;
    }
    if (before.kind !== 'mapping' || item.kind !== 'mapping') return undefined;
    const change = mappingDifference(before, item);
    if (change === undefined) return undefined;
    items.push({ [key]: name, ...change });
  }
  const isLast = same.every((index, count) => index === items.length - same.length + count);
  if (!keepsOrder || isLast) for (const index of same.toReversed()) items.splice(index, 1);
  for (const name of lowerNames)
    if (!upperNames.includes(name)) items.push({ [key]: name, $patch: 'delete' });
  return items;
}

/** The operations of RFC 6902 that make `after` of `before`. */
export function jsonDifference(before: BuiltNode, after: BuiltNode): readonly YamlMapping[] {
  const operations: YamlMapping[] = [];
  const visit = (lower: BuiltNode, upper: BuiltNode, pointer: string): void => {
    if (isEqual(lower, upper)) return;
    if (lower.kind === 'mapping' && upper.kind === 'mapping') {
      for (const key of new Set([...lower.entries.keys(), ...upper.entries.keys()])) {
        const path = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const [a, b] = [at(lower, key), at(upper, key)];
        if (a !== undefined && b !== undefined) visit(a, b, path);
        else if (b !== undefined) operations.push({ op: 'add', path, value: plainOf(b) });
        else operations.push({ op: 'remove', path });
      }
      return;
    }
    if (
      lower.kind === 'sequence' &&
      upper.kind === 'sequence' &&
      lower.items.length > 0 &&
      upper.items.length >= lower.items.length
    ) {
      for (const [index, item] of upper.items.entries()) {
        const before = lower.items[index];
        if (before !== undefined) visit(before, item, `${pointer}/${index}`);
        else operations.push({ op: 'add', path: `${pointer}/-`, value: plainOf(item) });
      }
      return;
    }
    operations.push({ op: 'replace', path: pointer, value: plainOf(upper) });
  };
  visit(before, after, '');
  return operations;
}

/** A value as JSON knows it. */
export function plainOf(node: BuiltNode): YamlValue {
  switch (node.kind) {
    case 'scalar':
      return node.isPlain ? readPlain(node.text) : node.text;
    case 'sequence':
      return node.items.map(plainOf);
    case 'mapping':
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plainOf(value)]));
  }
}

/** A value of JSON's as one that can be written. */
export function nodeOf(value: YamlValue): BuiltNode {
  if (typeof value === 'string') return { kind: 'scalar', text: value, isPlain: false };
  if (value === null || typeof value !== 'object')
    return { kind: 'scalar', text: String(value), isPlain: true };
  if (isList(value)) return { kind: 'sequence', items: value.map(nodeOf) };
  return {
    kind: 'mapping',
    entries: new Map(Object.entries(value).map(([key, inner]) => [key, { value: nodeOf(inner) }])),
  };
}

export function isMapping(value: YamlValue | undefined): value is YamlMapping {
  return value !== undefined && value !== null && typeof value === 'object' && !isList(value);
}

export function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function isEqual(a: BuiltNode | undefined, b: BuiltNode | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'scalar' && b.kind === 'scalar')
    return a.text === b.text && a.isPlain === b.isPlain && a.tag === b.tag && a.isUnknown === b.isUnknown;
  if (a.kind === 'sequence' && b.kind === 'sequence')
    return a.items.length === b.items.length && a.items.every((item, index) => isEqual(item, b.items[index]));
  if (a.kind === 'mapping' && b.kind === 'mapping')
    return (
      a.entries.size === b.entries.size &&
      [...a.entries].every(([key, { value }]) => isEqual(value, b.entries.get(key)?.value))
    );
  return false;
}
