/** The tree: a small picture of one YAML document, the only one that the judgement reads. */
import type { Span } from '../text/span.ts';
import type { TemplateMask } from './templates.ts';

/**
 * All spans count UTF-16 code units from the start of the document's own text. A node's span is the value itself:
 * without its anchor and tag, without comments and white space behind it.
 */
export type YamlNode = MappingNode | SequenceNode | ScalarNode | AliasNode;

interface NodeBase {
  readonly span: Span;
  /** Where anchor and tag begin, or the span's own start where there is neither. */
  readonly start: number;
  /** The anchor's name (`&name`), by which aliases elsewhere in the document may use this node. */
  readonly anchor?: string;
  /** The tag as written (`!!str`, `!reference`); absent where none is written. */
  readonly tag?: string;
}

export type CollectionStyle = 'block' | 'flow';

export interface MappingNode extends NodeBase {
  readonly kind: 'mapping';
  readonly style: CollectionStyle;
  readonly entries: readonly Entry[];
  /** Why this mapping may hold keys that its text does not show; absent where the text shows them all. */
  readonly open?: Unknown;
}

export interface Entry {
  /** The key's text after unquoting; not meaningful where `keyNode` is not a scalar. */
  readonly key: string;
  readonly keyNode: YamlNode;
  /** The value; a key with nothing behind it has an empty plain scalar. */
  readonly value: YamlNode;
  /** Set where the entry stands only in one branch of a template. */
  readonly when?: Condition;
}

export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence';
  readonly style: CollectionStyle;
  readonly items: readonly Item[];
  /** Why this sequence may hold items that its text does not show. */
  readonly open?: Unknown;
}

export interface Item {
  readonly value: YamlNode;
  readonly when?: Condition;
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  readonly style: ScalarStyle;
  /** The text after unquoting and unfolding; for plain scalars the text as written. Empty for a missing value. */
  readonly text: string;
  /** Why the value that Kubernetes will see is not the one that is written. */
  readonly unknown?: Unknown;
}

export interface AliasNode extends NodeBase {
  readonly kind: 'alias';
  readonly name: string;
  /** The node that the alias stands for; absent where there is no such anchor before it. May contain the alias itself. */
  readonly target?: YamlNode;
}

/** What keeps a value from being known, and the text that shows it. */
export interface Unknown {
  readonly reason: 'template' | 'placeholder' | 'syntax' | 'alias' | 'overlay' | 'tag';
  /** A short excerpt for people, such as `{{ .Values.uid }}`; empty where there is none. */
  readonly text: string;
}

/** The branch of a template in which something stands: which `if`, and which of its branches. */
export interface Condition {
  readonly group: number;
  readonly branch: number;
  /** The condition for people, such as `.Values.metrics.enabled`. */
  readonly text: string;
}

export interface SyntaxProblem {
  readonly span: Span;
  readonly message: string;
  /** Set where a closing quote or bracket is missing: what follows may belong to what it should close. */
  readonly isUnclosed?: true;
}

/** One parsed document. */
export interface YamlDocument {
  /** The document's own text; all spans count from its start. */
  readonly text: string;
  readonly root: YamlNode | undefined;
  /** In a template, broken YAML may be whole once the template has run. */
  readonly problems: readonly SyntaxProblem[];
  /** Spans of comments, each from its `#` to the end of its line; in JSON from its slash to what ends it. */
  readonly comments: readonly Span[];
  /** Set where the text holds template actions: what the reader saw in their place. */
  readonly template?: TemplateMask;
  /** Set where the text is past a bound and was not read: which bound, as the predicate of a sentence about the document. */
  readonly skipped?: string;
}

/** Keys and indices from a document's root down. */
export type Path = readonly (string | number)[];

/** The node an alias stands for, through any number of aliases; undefined where it leads nowhere or round in a circle. */
export function dereference(node: YamlNode | undefined): Exclude<YamlNode, AliasNode> | undefined {
  let current = node;
  for (let hops = 0; current?.kind === 'alias'; hops++) {
    if (hops > MAX_ALIAS_HOPS) return undefined;
    current = current.target;
  }
  return current;
}

/** Aliases of aliases are legal only through merges; a longer chain than this is hostile. */
const MAX_ALIAS_HOPS = 32;

/** True for a value that is missing or written as YAML's null: nothing, `~`, `null`, `Null`, `NULL`. */
export function isNull(node: YamlNode | undefined): boolean {
  if (node === undefined) return true;
  if (node.kind !== 'scalar' || node.style !== 'plain' || node.unknown !== undefined) return false;
  if (node.tag !== undefined && node.tag !== '!!null') return false;
  switch (node.text.length) {
    case 0:
      return true;
    case 1:
      return node.text === '~';
    case 4:
      return node.text === 'null' || node.text === 'Null' || node.text === 'NULL';
    default:
      return false;
  }
}

/** Everything that one key of a mapping may have as its value. */
export type Lookup =
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly why: Unknown }
  | { readonly state: 'entry'; readonly entry: Entry };

/**
 * What a mapping holds under a key, merge keys (`<<`) included: its own entry wins over merged ones, earlier merged
 * mappings win over later ones (YAML merge key language-independent type). Of duplicate keys the last one counts, as
 * it does for Kubernetes' decoder; where that last one is empty and an earlier one is not, a person is typing and the
 * value is unknown. Several answers come back only where branches of a template disagree.
 */
export function lookup(mapping: MappingNode, key: string): readonly Lookup[] {
  return lookupWithin(mapping, key, 0);
}

/**
 * As `lookup`, for the answers that nearly every lookup gives, and that nothing is made for: the one entry under a key, or null where there is
 * certainly none. Undefined where neither is plain to see.
 */
export function onlyEntry(mapping: MappingNode, key: string): Entry | null | undefined {
  const { entries } = mapping;
  if (entries.length > MANY_ENTRIES) return onlyOf(entriesUnder(mapping, key), mapping, key);
  let found: Entry | null = null;
  let isMerged = false;
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] as Entry;
    const own = entry.key;
    if (own === key) {
      if (entry.keyNode.kind !== 'scalar') continue;
      if (found !== null || entry.when !== undefined) return undefined;
      found = entry;
    } else if (own === '<<' && isMergeKey(entry)) isMerged = true;
  }
  return found === null && (isMerged || mapping.open !== undefined) ? undefined : found;
}

function onlyOf(own: readonly Entry[], mapping: MappingNode, key: string): Entry | null | undefined {
  const [only] = own;
  if (only !== undefined) return own.length > 1 || only.when !== undefined ? undefined : only;
  const mayBeMerged = key !== '<<' && entriesUnder(mapping, '<<').some(isMergeKey);
  return mayBeMerged || mapping.open !== undefined ? undefined : null;
}

/** From so many entries on, a mapping is looked into often enough, or is large enough, to keep its entries by their keys. */
const MANY_ENTRIES = 32;

const indexes = new WeakMap<MappingNode, ReadonlyMap<string, readonly Entry[]>>();

/** The entries whose key is a scalar of this text, in the order of the text. */
function entriesUnder(mapping: MappingNode, key: string): readonly Entry[] {
  const { entries } = mapping;
  if (entries.length <= MANY_ENTRIES)
    return entries.filter((entry) => entry.key === key && entry.keyNode.kind === 'scalar');
  let index = indexes.get(mapping);
  if (index === undefined) {
    const byKey = new Map<string, Entry[]>();
    for (const entry of entries) {
      if (entry.keyNode.kind !== 'scalar') continue;
      const same = byKey.get(entry.key);
      if (same === undefined) byKey.set(entry.key, [entry]);
      else same.push(entry);
    }
    index = byKey;
    indexes.set(mapping, byKey);
  }
  return index.get(key) ?? [];
}

function lookupWithin(mapping: MappingNode, key: string, depth: number): readonly Lookup[] {
  const own = entriesUnder(mapping, key);
  const last = own.at(-1);
  const isConditional = own.some((entry) => entry.when !== undefined);
  if (last !== undefined && !isConditional) {
    if (own.length > 1 && isNull(last.value) && own.some((entry) => !isNull(entry.value))) {
      return [{ state: 'unknown', why: { reason: 'syntax', text: key } }];
    }
    return [{ state: 'entry', entry: last }];
  }
  const answers: Lookup[] = own.map((entry) => ({ state: 'entry', entry }));
  if (last === undefined || !own.some((entry) => entry.when === undefined)) {
    const merge = key === '<<' ? undefined : entriesUnder(mapping, '<<').findLast(isMergeKey);
    answers.push(...mergedLookup(mapping, merge, key, depth));
  }
  return answers;
}

function isMergeKey(entry: Entry): boolean {
  return entry.key === '<<' && entry.keyNode.kind === 'scalar' && entry.keyNode.style === 'plain';
}

const ABSENT: readonly Lookup[] = [{ state: 'absent' }];

/** Merges nest only as deep as people write; deeper ones, and circles, are unknown. */
const MAX_MERGE_DEPTH = 16;

function mergedLookup(
  mapping: MappingNode,
  merge: Entry | undefined,
  key: string,
  depth: number,
): readonly Lookup[] {
  const absent = mapping.open === undefined ? ABSENT : [{ state: 'unknown' as const, why: mapping.open }];
  if (merge === undefined) return absent;
  const unresolved: readonly Lookup[] = [{ state: 'unknown', why: { reason: 'alias', text: '<<' } }];
  if (depth >= MAX_MERGE_DEPTH) return unresolved;
  const value = dereference(merge.value);
  if (value === undefined) return unresolved;
  const sources = value.kind === 'sequence' ? value.items.map((item) => dereference(item.value)) : [value];
  for (const source of sources) {
    if (source === undefined) return unresolved;
    // Kubernetes rejects a merge of anything else; an empty one is being typed.
    if (source.kind !== 'mapping') return unresolved;
    const found = lookupWithin(source, key, depth + 1);
    if (found.some((answer) => answer.state !== 'absent')) return found;
  }
  return absent;
}
