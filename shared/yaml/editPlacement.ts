/** Placement: among which of a mapping's keys a new one reads naturally. */
import type { MappingNode } from './tree.ts';
import type { WrittenEntry } from './writeYaml.ts';

/**
 * New entries by the index of the entry they go behind, `-1` being before the first. Where the mapping's keys stand in
 * alphabetical order, as tools write them, new ones keep it. Elsewhere a key goes where it best keeps the preferred
 * order, else to the end.
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

/**
 * The slot at which the fewest keys stand on the wrong side. Of several that are right, the one behind the last key that comes
 * earlier, else before the first that comes later; where none is right, the first of the best, which is where people look.
 */
function slotInOrder(keys: readonly string[], key: string, order: readonly string[] | undefined): number {
  const end = keys.length - 1;
  const rank = order?.indexOf(key) ?? -1;
  if (order === undefined || rank < 0) return end;
  const ranks = keys.map((other) => order.indexOf(other));
  const isEarlier = (other: number): boolean => other >= 0 && other < rank;
  const isLater = (other: number): boolean => other > rank;
  let wrong = ranks.filter(isEarlier).length;
  let best = { slot: -1, wrong };
  for (const [slot, other] of ranks.entries()) {
    if (isEarlier(other)) wrong--;
    if (isLater(other)) wrong++;
    if (wrong < best.wrong) best = { slot, wrong };
  }
  if (best.wrong > 0) return best.slot;
  const earlier = ranks.findLastIndex(isEarlier);
  if (earlier >= 0) return earlier;
  const later = ranks.findIndex(isLater);
  return later < 0 ? end : later - 1;
}
