/** The plan of an edit: holds the operations against the tree and decides what changes at which node, or why nothing may. */
import {
  type Comparison,
  compareKey,
  compareValue,
  isCollectionTag,
  sameData,
  scalarValue,
} from './editCompare.ts';
import {
  addOp,
  addRemoval,
  addValue,
  CONTRADICTION,
  childWant,
  creates,
  type EnsuredItem,
  isConsistent,
  isListValue,
  isMappingValue,
  type Leaf,
  type MovedEntry,
  newWant,
  sameValue,
  type Want,
  wantAt,
} from './editWants.ts';
import type { YamlOp, YamlValue } from './operation.ts';
import {
  type AliasNode,
  dereference,
  type Entry,
  isNull,
  lookup,
  type MappingNode,
  type Path,
  type ScalarNode,
  type SequenceNode,
  type YamlDocument,
  type YamlNode,
} from './tree.ts';
import { type Written, type WrittenEntry, writtenOf } from './writeYaml.ts';

/** What changes at one node. Nodes further down have changes of their own. */
export type Change =
  /** A scalar, nothing at all, or an empty collection gives way to a value. */
  | {
      readonly kind: 'replace';
      readonly node: ScalarNode | MappingNode | SequenceNode;
      readonly value: Written;
    }
  | {
      readonly kind: 'mapping';
      readonly node: MappingNode;
      /** Indices of entries that go. */
      readonly removed: ReadonlySet<number>;
      readonly added: readonly WrittenEntry[];
      /** The order in which keys are liked here. */
      readonly order: readonly string[] | undefined;
    }
  | {
      readonly kind: 'sequence';
      readonly node: SequenceNode;
      readonly removed: ReadonlySet<number>;
      readonly added: readonly Written[];
    };

export type Plan =
  | {
      readonly ok: true;
      readonly changes: ReadonlyMap<YamlNode, Change>;
      readonly moved: readonly MovedEntry[];
    }
  | { readonly ok: false; readonly reason: string };

export type KeyOrder = (path: Path) => readonly string[] | undefined;

/** Decides what changes. Never throws; touches no text. */
export function planEdit(document: YamlDocument, ops: readonly YamlOp[], keyOrder: KeyOrder): Plan {
  const planner = new Planner(document, keyOrder);
  planner.run(ops);
  if (planner.reason !== undefined) return { ok: false, reason: planner.reason };
  return { ok: true, changes: planner.changes, moved: planner.moved };
}

/** How a node came out of planning: with `emptied`, nothing is left in it, and that many parents may go with it. */
interface Outcome {
  readonly emptied?: number;
}

const UNTOUCHED: Outcome = {};

/** A node that aliases use too, with what came of it on the first way there. */
interface SharedNode {
  readonly changes: ReadonlyMap<YamlNode, Change>;
  arrivals: number;
  readonly needed: number;
  readonly anchor: string;
}

class Planner {
  reason: string | undefined;
  readonly changes = new Map<YamlNode, Change>();
  readonly moved: MovedEntry[] = [];
  private readonly document: YamlDocument;
  private readonly keyOrder: KeyOrder;
  private readonly aliases: ReadonlyMap<YamlNode, readonly AliasNode[]>;
  private readonly shared = new Map<YamlNode, SharedNode>();

  constructor(document: YamlDocument, keyOrder: KeyOrder, aliases = collectAliases(document)) {
    this.document = document;
    this.keyOrder = keyOrder;
    this.aliases = aliases;
  }

  run(ops: readonly YamlOp[]): void {
    const root = newWant();
    for (const op of ops) {
      if (op.op === 'move') this.addMove(root, op.from, op.to);
      else this.refuse(addOp(root, op));
    }
    if (!isConsistent(root)) this.refuse(CONTRADICTION);
    if (this.reason !== undefined) return;
    const node = this.document.root;
    if (root.remove !== undefined || root.leaf !== undefined || root.items.length > 0) {
      this.refuse('The document as a whole cannot be replaced or removed.');
    } else if (node === undefined || (node.kind === 'scalar' && isNull(node))) {
      if (creates(root)) this.refuse('The document is empty.');
    } else {
      const outcome = this.plan(node, root, []);
      if (outcome.emptied !== undefined) this.emptyRoot(node);
    }
    for (const { arrivals, needed, anchor } of this.shared.values()) {
      if (arrivals < needed)
        this.refuse(`The value comes from the anchor &${anchor}, which other places use too.`);
    }
  }

  /** The root stays where its last entry goes. */
  private emptyRoot(node: YamlNode): void {
    if (node.kind === 'mapping') {
      const removed = new Set(node.entries.keys());
      this.changes.set(node, { kind: 'mapping', node, removed, added: [], order: undefined });
    } else if (node.kind === 'sequence') {
      this.changes.set(node, { kind: 'sequence', node, removed: new Set(node.items.keys()), added: [] });
    }
  }

  private refuse(reason: string | undefined): Outcome {
    this.reason ??= reason;
    return UNTOUCHED;
  }

  // Moves

  private addMove(root: Want, from: Path, to: Path): void {
    if (from.length === to.length && from.every((segment, i) => segment === to[i])) return;
    const shorter = Math.min(from.length, to.length);
    if (from.slice(0, shorter).every((segment, i) => segment === to[i])) {
      this.refuse('A value cannot be moved into itself or over what holds it.');
      return;
    }
    const source = this.findEntry(from);
    if (source === undefined) return;
    const key = to.at(-1);
    if (typeof key !== 'string') {
      this.refuse('Only the value of a key can be moved.');
      return;
    }
    if (this.sharesAnchors(source.value)) {
      this.refuse('The value to be moved has an anchor or an alias in it.');
      return;
    }
    addRemoval(wantAt(root, from), 0);
    const target = wantAt(root, to);
    if (target.moved !== undefined && target.moved !== source) this.refuse(CONTRADICTION);
    target.moved = source;
  }

  /** The entry at a path, or undefined where there is none; refuses where that is not certain. */
  private findEntry(path: Path): Entry | undefined {
    let node: YamlNode | undefined = this.document.root;
    let found: Entry | undefined;
    for (const segment of path) {
      if (node?.kind === 'alias') {
        this.refuse(`The value comes from the anchor &${node.name}, which other places use too.`);
        return undefined;
      }
      found = undefined;
      if (typeof segment === 'number') {
        if (node?.kind !== 'sequence') return undefined;
        const item: SequenceNode['items'][number] | undefined = node.items[segment];
        if (item?.when !== undefined) this.refuse(CONDITIONAL);
        node = item?.value;
        continue;
      }
      if (node?.kind !== 'mapping') return undefined;
      const [answer, ...others] = lookup(node, segment);
      if (answer === undefined || answer.state === 'unknown' || others.length > 0) {
        this.refuse(`What stands under ${segment} is not certain.`);
        return undefined;
      }
      if (answer.state === 'absent') return undefined;
      const own = node.entries.filter((entry) => entry.key === segment);
      if (own.length === 0) this.refuse(`The key ${segment} comes from a merge (<<).`);
      if (own.length > 1) this.refuse(duplicate(segment));
      found = answer.entry;
      node = found.value;
    }
    if (found === undefined && this.reason === undefined)
      this.refuse('Only the value of a key can be moved.');
    return found;
  }

  private sharesAnchors(node: YamlNode): boolean {
    return someNode(node, (inner) => inner.kind === 'alias' || (this.aliases.get(inner)?.length ?? 0) > 0);
  }

  // Going down the tree

  private plan(node: YamlNode, want: Want, path: Path): Outcome {
    if (this.reason !== undefined) return UNTOUCHED;
    if (node.kind === 'alias') {
      if (node.target === undefined) return this.refuse(`There is no anchor &${node.name}.`);
      if (node.target.kind === 'alias') return this.refuse('The value comes from an alias of an alias.');
      return this.planShared(node.target, want, path);
    }
    return this.aliases.has(node) ? this.planShared(node, want, path) : this.planNode(node, want, path);
  }

  /** A node with several ways to it changes once, and only if every way brings the same changes. */
  private planShared(node: Exclude<YamlNode, AliasNode>, want: Want, path: Path): Outcome {
    const trial = new Planner(this.document, this.keyOrder, this.aliases);
    const outcome = trial.planNode(node, want, path);
    if (trial.reason !== undefined) return this.refuse(trial.reason);
    const anchor = node.anchor ?? '';
    if (outcome.emptied !== undefined) {
      return this.refuse(`The anchor &${anchor} would be left empty, and aliases use it.`);
    }
    if (trial.changes.size === 0) return UNTOUCHED;
    const known = this.shared.get(node);
    if (known === undefined) {
      for (const [changed, change] of trial.changes) this.changes.set(changed, change);
      for (const [inner, shared] of trial.shared) {
        const before = this.shared.get(inner);
        if (before === undefined) this.shared.set(inner, shared);
        else before.arrivals += shared.arrivals;
      }
      this.moved.push(...trial.moved);
      const needed = 1 + (this.aliases.get(node)?.length ?? 0);
      this.shared.set(node, { changes: trial.changes, arrivals: 1, needed, anchor });
    } else {
      known.arrivals++;
      if (!sameChanges(known.changes, trial.changes)) {
        this.refuse(`The value comes from the anchor &${anchor}, for which different changes are wanted.`);
      }
    }
    return UNTOUCHED;
  }

  private planNode(node: Exclude<YamlNode, AliasNode>, want: Want, path: Path): Outcome {
    if (want.leaf !== undefined) return this.planLeaf(node, want.leaf, path);
    if (want.moved !== undefined) return this.planMoved(node, want, path);
    if (node.kind === 'scalar') return this.planScalar(node, want, path);
    if (!isCollectionTag(node.tag)) {
      return creates(want) ? this.refuse(`The tag ${node.tag} decides what stands here.`) : UNTOUCHED;
    }
    return node.kind === 'mapping' ? this.planMapping(node, want, path) : this.planSequence(node, want, path);
  }

  private planScalar(node: ScalarNode, want: Want, path: Path): Outcome {
    if (!creates(want)) return UNTOUCHED;
    if (node.unknown !== undefined) return this.refuse(`The value ${node.unknown.text} is not known here.`);
    const isMapping =
      want.items.length === 0 && [...want.children.keys()].every((key) => typeof key === 'string');
    if (!isNull(node) && !(isMapping && want.mapping)) {
      return this.refuse(`A single value stands where a ${isMapping ? 'mapping' : 'list'} is needed.`);
    }
    return this.replace(node, this.build(want, path));
  }

  private planLeaf(node: Exclude<YamlNode, AliasNode>, leaf: Leaf, path: Path): Outcome {
    const { value } = leaf;
    const comparison = compareValue(node, value);
    if (comparison === 'equal') return UNTOUCHED;
    if (comparison === 'unknown') return this.refuse(notKnown(node));
    if (node.kind === 'scalar') {
      if (node.unknown !== undefined) return this.refuse(notKnown(node));
      return this.replace(node, { ...writtenOf(value), ...quotingOf(node, value) });
    }
    if (node.kind === 'sequence' && isListValue(value) && isCollectionTag(node.tag)) {
      return this.planList(node, value, path);
    }
    const isEmpty = node.kind === 'mapping' ? node.entries.length === 0 : node.items.length === 0;
    if (isEmpty && node.style === 'flow' && node.open === undefined && node.tag === undefined)
      return this.replace(node, writtenOf(value));
    return this.refuse(
      `A ${node.kind === 'mapping' ? 'mapping' : 'list'} stands where another value is needed.`,
    );
  }

  private replace(node: ScalarNode | MappingNode | SequenceNode, value: Written): Outcome {
    this.changes.set(node, { kind: 'replace', node, value });
    return UNTOUCHED;
  }

  /** What moves here meets something that stands here already. */
  private planMoved(node: Exclude<YamlNode, AliasNode>, want: Want, path: Path): Outcome {
    const moved = want.moved as MovedEntry;
    if (node.kind === 'scalar' && isNull(node)) {
      const merged = this.distribute(want);
      return merged === undefined ? UNTOUCHED : this.replace(node, this.build(merged, path));
    }
    if (node.kind === 'mapping' && moved.value.kind === 'mapping') {
      const merged = this.distribute(want);
      return merged === undefined ? UNTOUCHED : this.planNode(node, merged, path);
    }
    const isFree = want.children.size === 0 && want.items.length === 0;
    if (isFree && sameData(node, moved.value)) return UNTOUCHED;
    if (isFree && isNull(moved.value)) return UNTOUCHED;
    return this.refuse(`Another value stands already at ${describe(path)}.`);
  }

  /** The same want with what moves here key by key; undefined where that contradicts. */
  private distribute(want: Want): Want | undefined {
    const { moved } = want;
    if (moved?.value.kind !== 'mapping') return want;
    if (moved.value.open !== undefined || moved.value.entries.some((entry) => entry.when !== undefined)) {
      this.refuse('What moves holds templated keys.');
      return undefined;
    }
    const merged: Want = { ...want, children: new Map(want.children), mapping: true, moved: undefined };
    for (const entry of moved.value.entries) {
      const child = merged.children.get(entry.key);
      if (entry.keyNode.kind !== 'scalar' || entry.key === '<<') {
        this.refuse(`The key ${entry.key} cannot be moved.`);
        return undefined;
      }
      if (child === undefined) {
        merged.children.set(entry.key, { ...newWant(), moved: entry });
      } else if (child.leaf !== undefined) {
        if (compareValue(entry.value, child.leaf.value) !== 'equal') {
          this.refuse(CONTRADICTION);
          return undefined;
        }
        merged.children.set(entry.key, { ...newWant(), moved: entry });
      } else {
        merged.children.set(entry.key, { ...child, moved: entry });
      }
    }
    return merged;
  }

  // Mappings

  private planMapping(node: MappingNode, want: Want, path: Path): Outcome {
    const own = new Map<string, number[]>();
    for (const [index, entry] of node.entries.entries()) {
      if (!want.children.has(entry.key) || entry.keyNode.kind !== 'scalar') continue;
      own.set(entry.key, [...(own.get(entry.key) ?? []), index]);
    }
    const removed = new Set<number>();
    const added: [string, Want][] = [];
    let prune = 0;
    for (const [key, child] of want.children) {
      if (this.reason !== undefined) return UNTOUCHED;
      if (typeof key === 'number') {
        if (creates(child)) this.refuse(`A mapping stands where a list is needed, at ${describe(path)}.`);
        continue;
      }
      const [index, second] = own.get(key) ?? [];
      if (second !== undefined) return this.refuse(duplicate(key));
      if (index === undefined) {
        if (this.needsKey(node, key, child)) added.push([key, child]);
        continue;
      }
      const entry = node.entries[index] as Entry;
      if (entry.when !== undefined && !isWithinItems(entry.value, child)) return this.refuse(CONDITIONAL);
      if (isOverridden(node, index)) return this.refuse(`A merge (<<) overrides the key ${key}.`);
      const removal = this.planChild(entry.value, child, [...path, key], node);
      if (removal !== undefined) {
        removed.add(index);
        prune = Math.max(prune, removal);
      }
    }
    if (want.items.length > 0)
      return this.refuse(`A mapping stands where a list is needed, at ${describe(path)}.`);
    if (removed.size === 0 && added.length === 0) return UNTOUCHED;
    if (removed.size === node.entries.length && added.length === 0 && prune > 0) return { emptied: prune };
    const entries = likeQuoted(node, this.order(added, path));
    if (node.entries.length === 0) return this.replace(node, { kind: 'mapping', entries });
    this.changes.set(node, { kind: 'mapping', node, removed, added: entries, order: this.keyOrder(path) });
    return UNTOUCHED;
  }

  /** Plans a key's or item's value; answers how many parents may go with it where it goes itself. */
  private planChild(
    value: YamlNode,
    want: Want,
    path: Path,
    parent: MappingNode | SequenceNode,
  ): number | undefined {
    if (want.remove !== undefined) {
      if (parent.open?.reason === 'syntax') this.refuse(OPEN);
      if (someNode(value, (inner) => this.isUsedOutside(inner, value))) {
        this.refuse('Aliases elsewhere use an anchor in what would be removed.');
      }
      return want.remove.prune;
    }
    const before = this.changes.size;
    const outcome = this.plan(value, want, path);
    // A value in the midst of text that does not parse may not be what it seems.
    if (
      this.changes.size > before &&
      this.changes.has(value) &&
      value.kind === 'scalar' &&
      parent.open?.reason === 'syntax'
    )
      this.refuse(OPEN);
    return outcome.emptied === undefined ? undefined : outcome.emptied - 1;
  }

  private isUsedOutside(inner: YamlNode, removed: YamlNode): boolean {
    const aliases = this.aliases.get(inner) ?? [];
    return aliases.some(({ span }) => span.start < removed.start || span.end > removed.span.end);
  }

  /** Whether a key that the mapping does not write itself has to be written. */
  private needsKey(node: MappingNode, key: string, want: Want): boolean {
    const answers = lookup(node, key);
    const [answer] = answers;
    const makes = creates(want);
    if (answer?.state === 'entry') {
      if (want.remove !== undefined)
        this.refuse(`The key ${key} comes from a merge (<<), where it cannot be removed.`);
      if (!makes) return false;
      if (want.leaf !== undefined) {
        const comparison = compareKey(node, key, want.leaf.value);
        if (comparison === 'unknown') this.refuse(`What the merge (<<) gives for ${key} is not known.`);
        return comparison !== 'equal';
      }
      if (!this.isSatisfied(answer.entry.value, want)) {
        this.refuse(
          `The key ${key} comes from a merge (<<), and a key of its own would hide what is merged.`,
        );
      }
      return false;
    }
    if (answer?.state === 'unknown') {
      if (makes || want.remove !== undefined)
        this.refuse(node.open === undefined ? 'A merge (<<) does not resolve.' : openReason(node));
      return false;
    }
    return makes;
  }

  /** True where a want is fulfilled without any change. */
  private isSatisfied(node: YamlNode, want: Want): boolean {
    const trial = new Planner(this.document, this.keyOrder, this.aliases);
    if (want.remove !== undefined) return false;
    const target = dereference(node);
    if (target === undefined) return false;
    trial.planNode(target, want, []);
    return trial.reason === undefined && trial.changes.size === 0;
  }

  // Lists

  private planSequence(node: SequenceNode, want: Want, path: Path): Outcome {
    const children = new Map(want.children);
    const appended: YamlValue[] = [];
    for (const ensured of want.items) {
      if (this.reason !== undefined) return UNTOUCHED;
      if (appended.some((item) => isSameItem(item, ensured))) {
        if (!appended.some((item) => sameValue(item, ensured.item))) this.refuse(CONTRADICTION);
        continue;
      }
      const index = this.findItem(node, ensured, children);
      if (index === undefined) appended.push(ensured.item);
      else if (index !== 'there') this.completeItem(node, index, ensured, children);
    }
    const removed = new Set<number>();
    const added: Written[] = [];
    let prune = 0;
    const indices = [...children.keys()];
    if (want.mapping || indices.some((key) => typeof key === 'string')) {
      return creates(want)
        ? this.refuse(`A list stands where a mapping is needed, at ${describe(path)}.`)
        : UNTOUCHED;
    }
    for (const index of (indices as number[]).sort((a, b) => a - b)) {
      if (this.reason !== undefined) return UNTOUCHED;
      const child = children.get(index) as Want;
      const item = node.items[index];
      if (item === undefined) {
        if (!creates(child)) continue;
        if (index !== node.items.length + added.length)
          this.refuse(`There is no item ${index} at ${describe(path)}.`);
        added.push(this.build(child, [...path, index]));
        continue;
      }
      // What an item of one branch holds is changed where it stands; without the branch there is nothing to change.
      if (item.when !== undefined && child.remove !== undefined) return this.refuse(CONDITIONAL);
      const removal = this.planChild(item.value, child, [...path, index], node);
      if (removal !== undefined) {
        removed.add(index);
        prune = Math.max(prune, removal);
      }
    }
    const quoting = added.length + appended.length > 0 ? commonQuoting(node.items) : {};
    for (const item of appended)
      added.push({ ...writtenOf(likeSiblings(node, item)), ...(typeof item === 'string' ? quoting : {}) });
    return this.finishSequence(node, removed, added, prune);
  }

  private finishSequence(node: SequenceNode, removed: Set<number>, added: Written[], prune: number): Outcome {
    if (removed.size === 0 && added.length === 0) return UNTOUCHED;
    if (added.length > 0 && node.open !== undefined) return this.refuse(openReason(node));
    if (removed.size === node.items.length && added.length === 0 && prune > 0) return { emptied: prune };
    // A word that goes and one that comes are one replacement where they differ in case only: `[all]` becomes `[ALL]`.
    for (const index of [...removed]) {
      const value = node.items[index]?.value;
      if (value?.kind !== 'scalar' || value.tag !== undefined || value.anchor !== undefined) continue;
      const at = added.findIndex(
        (item) => item.kind === 'scalar' && String(item.value).toLowerCase() === value.text.toLowerCase(),
      );
      const item = added[at];
      if (item?.kind !== 'scalar' || value.unknown !== undefined) continue;
      removed.delete(index);
      added.splice(at, 1);
      this.replace(value, { ...item, ...quotingOf(value, item.value) });
    }
    if (removed.size === 0 && added.length === 0) return UNTOUCHED;
    if (node.items.length === 0) return this.replace(node, { kind: 'sequence', items: added });
    this.changes.set(node, { kind: 'sequence', node, removed, added });
    return UNTOUCHED;
  }

  /** Index of the item that an ensured item is, `there` where nothing is left to do, undefined where it has to be added. */
  private findItem(
    node: SequenceNode,
    { item, key }: EnsuredItem,
    children: ReadonlyMap<string | number, Want>,
  ): number | 'there' | undefined {
    let uncertain: YamlNode | undefined;
    for (const [index, { value, when }] of node.items.entries()) {
      const child = children.get(index);
      if (child?.remove !== undefined) continue;
      if (child?.leaf !== undefined) {
        if (sameValue(child.leaf.value, item)) return 'there';
        continue;
      }
      const compared = compareItem(value, item, key);
      const comparison = when === undefined || compared === 'different' ? compared : 'unknown';
      if (child !== undefined && creates(child)) {
        const identity = identityOf(item, key);
        // What an item becomes is certain in part only; and where it was the one that is asked for, it must stay so.
        const isClear =
          identity === undefined
            ? comparison === 'different' && staysDifferent(value, child, item)
            : !child.children.has(key as string);
        if (!isClear) {
          this.refuse(CONTRADICTION);
          return undefined;
        }
        if (identity === undefined) continue;
      }
      if (comparison === 'equal') return index;
      if (comparison === 'unknown') uncertain ??= value;
    }
    if (uncertain !== undefined) this.refuse(notKnown(uncertain));
    return undefined;
  }

  /** An item with the same key value is there: what it lacks is added, and what it says otherwise forbids the change. */
  private completeItem(
    node: SequenceNode,
    index: number,
    ensured: EnsuredItem,
    children: Map<string | number, Want>,
  ): void {
    const value = (node.items[index] as { value: YamlNode }).value;
    if (ensured.key === undefined || compareValue(value, ensured.item) === 'equal') return;
    if (!isMappingValue(ensured.item)) return;
    const key = ensured.item[ensured.key];
    if (!this.agrees(value, ensured.item)) {
      this.refuse(`An item with ${ensured.key} ${String(key)} is there already and says something else.`);
      return;
    }
    const holder: Want = { ...newWant(), children };
    this.refuse(addValue(childWant(holder, index), ensured.item));
    if (!isConsistent(childWant(holder, index))) this.refuse(CONTRADICTION);
  }

  /** True where the node says nothing that the value contradicts. */
  private agrees(node: YamlNode, value: YamlValue): boolean {
    const actual = dereference(node);
    if (actual === undefined) return false;
    if (actual.kind !== 'mapping' || !isMappingValue(value)) return compareValue(actual, value) === 'equal';
    if (actual.open !== undefined) return false;
    return Object.entries(value).every(([key, inner]) => {
      const answers = lookup(actual, key);
      const [answer] = answers;
      if (answers.length !== 1 || answer === undefined || answer.state === 'unknown') return false;
      return answer.state === 'absent' || this.agrees(answer.entry.value, inner);
    });
  }

  /** A whole list is wanted: equal items at both ends stay, scalars between are replaced, the rest goes or is added. */
  private planList(node: SequenceNode, wanted: readonly YamlValue[], path: Path): Outcome {
    const { items } = node;
    const equalAt = (index: number, value: YamlValue | undefined): boolean =>
      value !== undefined && compareValue((items[index] as { value: YamlNode }).value, value) === 'equal';
    const shorter = Math.min(items.length, wanted.length);
    let front = 0;
    while (front < shorter && equalAt(front, wanted[front])) front++;
    let back = 0;
    while (back < shorter - front && equalAt(items.length - 1 - back, wanted[wanted.length - 1 - back]))
      back++;
    const replaced = shorter - front - back;
    const surplus = wanted.length - shorter;
    if (surplus > 0 && back > 0)
      return this.refuse('New items would have to stand between those of the list.');
    const removed = new Set<number>();
    for (let index = front; index < items.length - back; index++) {
      const value = (items[index] as { value: YamlNode }).value;
      if (index >= front + replaced) {
        if (this.planChild(value, { ...newWant(), remove: { prune: 0 } }, path, node) !== undefined)
          removed.add(index);
        continue;
      }
      const want = newWant();
      want.leaf = { value: wanted[index] as Leaf['value'] };
      if (value.kind !== 'scalar' || isMappingValue(wanted[index] as YamlValue))
        return this.refuse('A list with other items stands here.');
      this.plan(value, want, [...path, index]);
    }
    const quoting = commonQuoting(node.items);
    const added = wanted
      .slice(shorter)
      .map((item): Written => ({ ...writtenOf(item), ...(typeof item === 'string' ? quoting : {}) }));
    return this.finishSequence(node, removed, added, 0);
  }

  // Building what is new

  /** What has to be written for a want where nothing stands yet. */
  private build(want: Want, path: Path): Written {
    if (want.leaf !== undefined) return writtenOf(want.leaf.value);
    if (want.moved !== undefined && !want.mapping && want.children.size === 0 && want.items.length === 0) {
      this.moved.push(want.moved);
      return { kind: 'moved', entry: want.moved };
    }
    if (want.moved !== undefined) {
      const merged = this.distribute(want);
      if (merged === undefined || merged.moved !== undefined) {
        this.refuse(CONTRADICTION);
        return { kind: 'scalar', value: null };
      }
      return this.build(merged, path);
    }
    const numbered = [...want.children].filter(([key, child]) => typeof key === 'number' && creates(child));
    if (numbered.length > 0 || want.items.length > 0) {
      numbered.sort(([a], [b]) => (a as number) - (b as number));
      const items: Written[] = numbered.map(([key, child], index) => {
        if (key !== index) this.refuse(`There is no item ${key} at ${describe(path)}.`);
        return this.build(child, [...path, key]);
      });
      const values: YamlValue[] = [];
      for (const ensured of want.items) {
        if (!values.some((value) => isSameItem(value, ensured))) values.push(ensured.item);
        else if (!values.some((value) => sameValue(value, ensured.item))) this.refuse(CONTRADICTION);
      }
      return { kind: 'sequence', items: [...items, ...values.map(writtenOf)] };
    }
    const entries = [...want.children].filter(([, child]) => creates(child)) as [string, Want][];
    return { kind: 'mapping', entries: this.order(entries, path) };
  }

  /** New entries in the order that is liked at the path; those it does not name come last, as they were given. */
  private order(entries: readonly [string, Want][], path: Path): WrittenEntry[] {
    const liked = this.keyOrder(path);
    const rank = (key: string): number => {
      const at = liked?.indexOf(key) ?? -1;
      return at < 0 ? Number.MAX_SAFE_INTEGER : at;
    };
    const sorted = liked === undefined ? entries : entries.toSorted(([a], [b]) => rank(a) - rank(b));
    return sorted.map(([key, want]) => ({ key, value: this.build(want, [...path, key]) }));
  }
}

const CONDITIONAL = 'The value stands only in one branch of a template.';
const OPEN = 'The text around the value does not parse.';

function openReason(node: MappingNode | SequenceNode): string {
  if (node.open?.reason === 'syntax') return OPEN;
  const text = node.open?.text ?? '';
  return text === '' ? 'A template may add to what stands here.' : `What stands here depends on ${text} too.`;
}

function duplicate(key: string): string {
  return `The key ${key} stands here twice.`;
}

function notKnown(node: YamlNode): string {
  const unknown = node.kind === 'scalar' ? node.unknown : node.kind === 'alias' ? undefined : node.open;
  return unknown === undefined || unknown.text === ''
    ? 'The value that stands here is not known.'
    : `The value ${unknown.text} is not known here.`;
}

function describe(path: Path): string {
  return path.length === 0 ? 'the root' : path.join('.');
}

/**
 * True where a want is about what the items of a list hold, and about nothing else: where a template leaves the list out,
 * there are no items, and nothing is wanted of them.
 */
function isWithinItems(node: YamlNode, want: Want): boolean {
  if (node.kind !== 'sequence' || want.leaf !== undefined || want.moved !== undefined) return false;
  if (want.remove !== undefined || want.mapping || want.items.length > 0) return false;
  return [...want.children.keys()].every((key) => typeof key === 'number' && key < node.items.length);
}

/** True where a merge behind an entry gives its key too, and so, for Kubernetes' decoder, wins over it. */
function isOverridden(node: MappingNode, index: number): boolean {
  const merge = node.entries.findLastIndex((entry) => entry.key === '<<');
  if (merge < index) return false;
  const key = node.entries[index]?.key ?? '';
  const others = node.entries.filter((entry) => entry.key !== key);
  return lookup({ ...node, entries: others }, key).some(({ state }) => state !== 'absent');
}

/** A string that replaces a quoted one keeps its quotes. */
function quotingOf(node: ScalarNode, value: YamlValue): { readonly quoting?: 'single' | 'double' } {
  if (typeof value !== 'string') return {};
  return commonQuoting([{ value: node }]);
}

/** New strings in the quotes that all strings of a mapping stand in, if they do. */
function likeQuoted(node: MappingNode, entries: readonly WrittenEntry[]): readonly WrittenEntry[] {
  const strings = node.entries.filter(
    ({ value }) => value.kind === 'scalar' && typeof scalarValue(value)?.value === 'string',
  );
  const { quoting } = commonQuoting(strings);
  if (quoting === undefined) return entries;
  return entries.map(({ key, value }) =>
    value.kind === 'scalar' && typeof value.value === 'string'
      ? { key, value: { ...value, quoting } }
      : { key, value },
  );
}

/** The quotes that all values stand in, if they do and could as well stand in others. */
function commonQuoting(values: readonly { readonly value: YamlNode }[]): {
  readonly quoting?: 'single' | 'double';
} {
  let common: 'single' | 'double' | undefined;
  for (const { value } of values) {
    if (value.kind !== 'scalar' || (value.style !== 'single' && value.style !== 'double')) return {};
    if (value.style === 'single' && value.text.includes('"')) continue;
    if (common !== undefined && common !== value.style) return {};
    common = value.style;
  }
  return common === undefined ? {} : { quoting: common };
}

/** A new mapping with its keys in the order of the mappings that the list holds. */
function likeSiblings(node: SequenceNode, item: YamlValue): YamlValue {
  const sibling = node.items.findLast(({ value }) => value.kind === 'mapping')?.value;
  if (sibling?.kind !== 'mapping' || !isMappingValue(item)) return item;
  const rank = (key: string): number => {
    const at = sibling.entries.findIndex((entry) => entry.key === key);
    return at < 0 ? sibling.entries.length : at;
  };
  return Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => rank(a) - rank(b)));
}

function isSameItem(a: YamlValue, { item, key }: EnsuredItem): boolean {
  if (key === undefined) return sameValue(a, item);
  if (!isMappingValue(a) || !isMappingValue(item)) return sameValue(a, item);
  const [first, second] = [a[key], item[key]];
  return first !== undefined && second !== undefined && sameValue(first, second);
}

/** The value of the key by which an item is known; undefined where it is known by all that it holds. */
function identityOf(item: YamlValue, key: string | undefined): YamlValue | undefined {
  return key !== undefined && isMappingValue(item) ? item[key] : undefined;
}

/** Whether a node is the ensured item: by the key's value where there is a key, as a whole otherwise. */
function compareItem(node: YamlNode, item: YamlValue, key: string | undefined): Comparison {
  const identity = identityOf(item, key);
  if (key === undefined || identity === undefined) return compareValue(node, item);
  const actual = dereference(node);
  if (actual === undefined) return 'unknown';
  if (actual.kind === 'scalar' && scalarValue(actual) === undefined) return 'unknown';
  return actual.kind === 'mapping' ? compareKey(actual, key, identity) : 'different';
}

/** True where a node that changes as the want says is certainly not the item then: something in it differs for good. */
function staysDifferent(node: YamlNode, want: Want, item: YamlValue): boolean {
  const actual = dereference(node);
  const keys = [...want.children.keys()];
  if (isMappingValue(item)) {
    const isOtherwise = ([key, child]: [string | number, Want]): boolean => {
      if (!creates(child)) return false;
      const wanted = typeof key === 'string' ? item[key] : undefined;
      return wanted === undefined || (child.leaf !== undefined && !sameValue(child.leaf.value, wanted));
    };
    if (want.items.length > 0 || [...want.children].some(isOtherwise)) return true;
    if (actual?.kind !== 'mapping' || actual.open !== undefined) return false;
    return (
      actual.entries.some(({ key }) => key !== '<<' && !keys.includes(key) && item[key] === undefined) ||
      Object.entries(item).some(
        ([key, inner]) => !keys.includes(key) && compareKey(actual, key, inner) === 'different',
      )
    );
  }
  if (!isListValue(item) || want.mapping || keys.some((key) => typeof key === 'string')) return true;
  if (actual?.kind !== 'sequence' || actual.open !== undefined) return false;
  const isShortened = [...want.children.values()].some(({ remove }) => remove !== undefined);
  if (isShortened) return false;
  return (
    actual.items.length > item.length ||
    actual.items.some(
      ({ value }, index) =>
        !keys.includes(index) && compareValue(value, item[index] as YamlValue) === 'different',
    )
  );
}

function someNode(node: YamlNode, test: (node: YamlNode) => boolean): boolean {
  if (test(node)) return true;
  if (node.kind === 'mapping')
    return node.entries.some((entry) => someNode(entry.keyNode, test) || someNode(entry.value, test));
  return node.kind === 'sequence' && node.items.some((item) => someNode(item.value, test));
}

function collectAliases({ text, root }: YamlDocument): ReadonlyMap<YamlNode, readonly AliasNode[]> {
  const aliases = new Map<YamlNode, AliasNode[]>();
  if (root === undefined || !text.includes('*')) return aliases;
  someNode(root, (node) => {
    if (node.kind === 'alias' && node.target !== undefined) {
      const known = aliases.get(node.target);
      if (known === undefined) aliases.set(node.target, [node]);
      else known.push(node);
    }
    return false;
  });
  return aliases;
}

function sameChanges(a: ReadonlyMap<YamlNode, Change>, b: ReadonlyMap<YamlNode, Change>): boolean {
  if (a.size !== b.size) return false;
  for (const [node, change] of a) {
    const other = b.get(node);
    if (other === undefined || !sameChange(change, other)) return false;
  }
  return true;
}

function sameChange(a: Change, b: Change): boolean {
  if (a.kind === 'replace' || b.kind === 'replace') {
    return a.kind === 'replace' && b.kind === 'replace' && sameWritten(a.value, b.value);
  }
  if (a.removed.size !== b.removed.size || ![...a.removed].every((index) => b.removed.has(index)))
    return false;
  if (a.kind === 'mapping' && b.kind === 'mapping') return sameEntries(a.added, b.added);
  return a.kind === 'sequence' && b.kind === 'sequence' && sameItems(a.added, b.added);
}

function sameWritten(a: Written, b: Written): boolean {
  switch (a.kind) {
    case 'scalar':
      return b.kind === 'scalar' && a.value === b.value;
    case 'raw':
      return b.kind === 'raw' && a.text === b.text;
    case 'moved':
      return b.kind === 'moved' && a.entry === b.entry;
    case 'sequence':
      return b.kind === 'sequence' && sameItems(a.items, b.items);
    case 'mapping':
      return b.kind === 'mapping' && sameEntries(a.entries, b.entries);
  }
}

function sameItems(a: readonly Written[], b: readonly Written[]): boolean {
  return a.length === b.length && a.every((item, index) => sameWritten(item, b[index] as Written));
}

function sameEntries(a: readonly WrittenEntry[], b: readonly WrittenEntry[]): boolean {
  const others = new Map(b.map(({ key, value }) => [key, value]));
  return (
    a.length === b.length &&
    a.every(({ key, value }) => {
      const other = others.get(key);
      return other !== undefined && sameWritten(value, other);
    })
  );
}
