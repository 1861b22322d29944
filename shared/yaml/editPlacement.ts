/** Placement: among which of a mapping's keys a new one reads naturally. */
import type { MappingNode } from './tree.ts';
import type { WrittenEntry } from './writeYaml.ts';

/**
 * New entries by the index of the entry they go behind, `-1` being before the first. Where the mapping's keys stand in
 * alphabetical order, as tools write them, new ones keep it. Elsewhere a key goes behind the nearest existing one that
 * comes earlier in the preferred order, else before the nearest that comes later, else to the end.
 */
export function placeEntries(
  node: MappingNode,
  survivors: readonly number[],
  added: readonly WrittenEntry[],
  order: readonly string[] | undefined,
): ReadonlyMap<number, readonly WrittenEntry[]> {
  const keys = survivors.map((index) => node.entries[index]?.key ?? '');
  const isAlphabetical = keys.length >= MIN_SORTED && isSorted(keys);
  // For Kubernetes' decoder a merge overrides what stands before it (go.yaml.in/yaml/v2 decode.go).
  const merge = keys.lastIndexOf('<<');
  const slots = new Map<number, WrittenEntry[]>();
  const sorted = isAlphabetical ? added.toSorted((a, b) => (a.key < b.key ? -1 : 1)) : added;
  for (const entry of sorted) {
    const wanted = isAlphabetical ? slotInAlphabet(keys, entry.key) : slotInOrder(keys, entry.key, order);
    const at = Math.max(wanted, merge);
    const slot = at < 0 ? -1 : (survivors[at] as number);
    const known = slots.get(slot);
    if (known === undefined) slots.set(slot, [entry]);
    else known.push(entry);
  }
  return slots;
}

/** Fewer keys than this are in order by chance. */
const MIN_SORTED = 3;

function isSorted(keys: readonly string[]): boolean {
  return keys.every((key, index) => index === 0 || (keys[index - 1] as string) < key);
}

function slotInAlphabet(keys: readonly string[], key: string): number {
  return keys.findLastIndex((other) => other < key);
}

function slotInOrder(keys: readonly string[], key: string, order: readonly string[] | undefined): number {
  const end = keys.length - 1;
  const rank = order?.indexOf(key) ?? -1;
  if (order === undefined || rank < 0) return end;
  for (let before = rank - 1; before >= 0; before--) {
    const index = keys.indexOf(order[before] as string);
    if (index >= 0) return index;
  }
  for (let behind = rank + 1; behind < order.length; behind++) {
    const index = keys.indexOf(order[behind] as string);
    if (index >= 0) return index - 1;
  }
  return end;
}
