/** Comparing what stands in a document with what should, as Kubernetes reads both. */
import { isListValue, isMappingValue } from './editWants.ts';
import type { YamlValue } from './operation.ts';
import { dereference, lookup, type MappingNode, type ScalarNode, type YamlNode } from './tree.ts';
import { readPlain, type ScalarValue } from './writeScalar.ts';

/** `unknown` where a template, a placeholder or an unresolved alias has the last word. */
export type Comparison = 'equal' | 'different' | 'unknown';

/** What a scalar says, or undefined where only another program, or an unusual tag, can tell. */
export function scalarValue(node: ScalarNode): { readonly value: ScalarValue } | undefined {
  if (node.unknown !== undefined) return undefined;
  if (node.tag === '!!str' || node.tag === '!' || (node.style !== 'plain' && node.tag === undefined))
    return { value: node.text };
  if (node.tag === undefined || (node.style === 'plain' && PLAIN_TAGS.has(node.tag)))
    return { value: readPlain(node.text) };
  return undefined;
}

/** Tags that say of a plain scalar what it would be taken for anyway. */
const PLAIN_TAGS: ReadonlySet<string> = new Set(['!!int', '!!bool', '!!null', '!!float']);

/** True for tags that change nothing about a collection. */
export function isCollectionTag(tag: string | undefined): boolean {
  return tag === undefined || tag === '!!map' || tag === '!!seq';
}

/** Whether the node holds exactly the value, merged keys included. */
export function compareValue(node: YamlNode, value: YamlValue): Comparison {
  const actual = dereference(node);
  if (actual === undefined) return 'unknown';
  switch (actual.kind) {
    case 'scalar': {
      const known = scalarValue(actual);
      if (known === undefined) return 'unknown';
      return known.value === value ? 'equal' : 'different';
    }
    case 'sequence': {
      if (!isListValue(value)) return 'different';
      if (actual.open !== undefined || actual.items.some((item) => item.when !== undefined)) return 'unknown';
      if (actual.items.length !== value.length) return 'different';
      return worst(actual.items.map((item, i) => compareValue(item.value, value[i] as YamlValue)));
    }
    case 'mapping': {
      if (!isMappingValue(value)) return 'different';
      if (actual.open !== undefined) return 'unknown';
      const keys = Object.keys(value);
      const results = keys.map((key) => compareKey(actual, key, value[key] as YamlValue));
      const holdsOther = actual.entries.some(
        (entry) => entry.key === '<<' || !Object.hasOwn(value, entry.key),
      );
      if (holdsOther) results.push('different');
      return worst(results);
    }
  }
}

/** Whether the mapping holds the value under the key. */
export function compareKey(mapping: MappingNode, key: string, value: YamlValue): Comparison {
  const answers = lookup(mapping, key);
  if (answers.length !== 1) return 'unknown';
  const [answer] = answers;
  if (answer === undefined || answer.state === 'unknown') return 'unknown';
  return answer.state === 'absent' ? 'different' : compareValue(answer.entry.value, value);
}

/** A difference is certain whatever the unknown parts hold. */
function worst(results: readonly Comparison[]): Comparison {
  if (results.includes('different')) return 'different';
  return results.includes('unknown') ? 'unknown' : 'equal';
}

/**
 * True where two nodes hold the same data for certain. Aliases are equal where they name the same anchor, so that the
 * comparison stays linear however often a document repeats itself.
 */
export function sameData(a: YamlNode, b: YamlNode): boolean {
  if (a.kind === 'alias' || b.kind === 'alias') {
    return (
      a.kind === 'alias' &&
      b.kind === 'alias' &&
      a.name === b.name &&
      (a.target === undefined) === (b.target === undefined)
    );
  }
  if (a.kind === 'scalar') {
    if (b.kind !== 'scalar') return false;
    if (a.tag === b.tag && a.text === b.text && (a.style === 'plain') === (b.style === 'plain')) return true;
    const [first, second] = [scalarValue(a), scalarValue(b)];
    return first !== undefined && second !== undefined && first.value === second.value;
  }
  if (a.kind === 'sequence') {
    if (b.kind !== 'sequence' || a.items.length !== b.items.length) return false;
    return a.items.every((item, i) => sameData(item.value, (b.items[i] as { value: YamlNode }).value));
  }
  if (b.kind !== 'mapping' || a.entries.length !== b.entries.length) return false;
  const others = new Map(b.entries.map((entry) => [entry.key, entry.value]));
  if (others.size !== b.entries.length) return a.entries.every((entry, i) => sameEntry(entry, b.entries[i]));
  return a.entries.every((entry) => {
    const other = others.get(entry.key);
    return other !== undefined && sameData(entry.value, other);
  });
}

function sameEntry(
  a: { readonly key: string; readonly value: YamlNode },
  b: { readonly key: string; readonly value: YamlNode } | undefined,
): boolean {
  return b !== undefined && a.key === b.key && sameData(a.value, b.value);
}
