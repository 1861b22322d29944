/** Duplicates: keys written twice in one mapping, of which Kubernetes takes the last, or which it rejects. */
import type { Span } from '../text/span.ts';
import { type Entry, isNull, type MappingNode } from '../yaml/tree.ts';
import { mappingIn, type Slot } from './slots.ts';

export interface DuplicateKey {
  readonly key: string;
  /** The key that counts: the last. */
  readonly keySpan: Span;
  /** The ones before it. */
  readonly earlier: readonly Span[];
}

const NONE: readonly DuplicateKey[] = [];

/** Hardly any mapping does, and most are small. */
function repeatsKey({ entries }: MappingNode): boolean {
  if (entries.length > MANY) return true;
  for (let index = 1; index < entries.length; index++) {
    const key = entries[index]?.key;
    for (let before = 0; before < index; before++) if (entries[before]?.key === key) return true;
  }
  return false;
}

/** From so many entries on, comparing each with each costs more than keeping them by their keys. */
const MANY = 16;

/**
 * The duplicate keys of what a slot certainly holds, in the order of the text. None where the text around does not parse, where
 * branches of a template may be alternatives, and where the last one is still empty: a person is typing there.
 */
export function duplicateKeys(slot: Slot): readonly DuplicateKey[] {
  const mapping = mappingIn(slot);
  if (mapping === undefined || mapping.open?.reason === 'syntax' || !repeatsKey(mapping)) return NONE;
  const seen = new Map<string, Entry[]>();
  for (const entry of mapping.entries) {
    if (entry.keyNode.kind !== 'scalar' || entry.when !== undefined) continue;
    const entries = seen.get(entry.key);
    if (entries === undefined) seen.set(entry.key, [entry]);
    else entries.push(entry);
  }
  const duplicates: DuplicateKey[] = [];
  for (const [key, entries] of seen) {
    const last = entries.at(-1);
    if (entries.length < 2 || last === undefined || key === '<<' || isNull(last.value)) continue;
    duplicates.push({
      key,
      keySpan: last.keyNode.span,
      earlier: entries.slice(0, -1).map(({ keyNode }) => keyNode.span),
    });
  }
  return duplicates;
}
