/** Checking an edit: the edited text must hold what was planned and, apart from that, the data it held before. */
import { compareValue, sameData, scalarValue } from './editCompare.ts';
import type { Change } from './editPlan.ts';
import type { Condition, Item, MappingNode, SequenceNode, YamlDocument, YamlNode } from './tree.ts';
import { readPlain } from './writeScalar.ts';
import type { Written } from './writeYaml.ts';

/**
 * True where the document after the edit is the one before with the planned changes and nothing else, read without new
 * problems. Both trees are walked once, side by side.
 */
export function holdsPlan(
  before: YamlDocument,
  after: YamlDocument,
  changes: ReadonlyMap<YamlNode, Change>,
): boolean {
  if (after.problems.length > before.problems.length) return false;
  if (before.root === undefined || after.root === undefined) return before.root === after.root;
  return new Walk(changes).isAsPlanned(before.root, after.root);
}

class Walk {
  private readonly changes: ReadonlyMap<YamlNode, Change>;

  constructor(changes: ReadonlyMap<YamlNode, Change>) {
    this.changes = changes;
  }

  isAsPlanned(before: YamlNode, after: YamlNode): boolean {
    const change = this.changes.get(before);
    if (before.anchor !== after.anchor) return false;
    if (change?.kind === 'replace') return isWritten(change.value, after);
    if (before.kind === 'alias' || before.kind === 'scalar') return isUnchangedLeaf(before, after);
    if (before.tag !== after.tag) return false;
    if (before.kind === 'sequence') {
      return after.kind === 'sequence' && this.isSequenceAsPlanned(before, after, change);
    }
    return after.kind === 'mapping' && this.isMappingAsPlanned(before, after, change);
  }

  private isSequenceAsPlanned(
    before: SequenceNode,
    after: SequenceNode,
    change: Change | undefined,
  ): boolean {
    const removed = change?.kind === 'sequence' ? change.removed : NONE;
    const added = change?.kind === 'sequence' ? change.added : [];
    if (after.items.length !== before.items.length - removed.size + added.length) return false;
    let at = 0;
    let next = 0;
    for (const [index, item] of before.items.entries()) {
      if (removed.has(index)) continue;
      for (; ; at++) {
        const now = after.items[at];
        if (now === undefined) return false;
        if (sameCondition(item.when, now.when) && this.isAsPlanned(item.value, now.value)) break;
        if (!isNew(added[next++], now)) return false;
      }
      at++;
    }
    return added.slice(next).every((value) => isNew(value, after.items[at++]));
  }

  /** Entries keep their order; what is new may stand anywhere among them. */
  private isMappingAsPlanned(before: MappingNode, after: MappingNode, change: Change | undefined): boolean {
    const removed = change?.kind === 'mapping' ? change.removed : NONE;
    const added = new Map(
      change?.kind === 'mapping' ? change.added.map((entry) => [entry.key, entry.value]) : [],
    );
    if (after.entries.length !== before.entries.length - removed.size + added.size) return false;
    let at = 0;
    const addedBefore = (key: string | undefined, keyNode: YamlNode | undefined): boolean => {
      for (; at < after.entries.length; at++) {
        const now = after.entries[at];
        if (now === undefined) return false;
        const written = now.keyNode.kind === 'scalar' ? added.get(now.key) : undefined;
        if (written === undefined) return key !== undefined && keyNode !== undefined && now.key === key;
        added.delete(now.key);
        if (now.when !== undefined || !isWritten(written, now.value)) return false;
      }
      return key === undefined;
    };
    for (const [index, entry] of before.entries.entries()) {
      if (removed.has(index)) continue;
      if (!addedBefore(entry.key, entry.keyNode)) return false;
      const now = after.entries[at++];
      if (now === undefined || !sameData(entry.keyNode, now.keyNode)) return false;
      if (!sameCondition(entry.when, now.when)) return false;
      if (!this.isAsPlanned(entry.value, now.value)) return false;
    }
    return addedBefore(undefined, undefined) && added.size === 0;
  }
}

const NONE: ReadonlySet<number> = new Set();

/** What is new stands in no branch of a template that what holds it does not stand in. */
function isNew(written: Written | undefined, now: Item | undefined): boolean {
  return (
    written !== undefined && now?.when === undefined && now !== undefined && isWritten(written, now.value)
  );
}

function sameCondition(before: Condition | undefined, after: Condition | undefined): boolean {
  return before?.text === after?.text && before?.branch === after?.branch;
}

function isUnchangedLeaf(before: YamlNode, after: YamlNode): boolean {
  if (before.kind !== after.kind || before.tag !== after.tag) return false;
  if (before.kind === 'scalar' && after.kind === 'scalar') {
    return before.text === after.text && before.style === after.style;
  }
  return sameData(before, after);
}

/** True where a node holds exactly what was to be written. */
function isWritten(written: Written, node: YamlNode): boolean {
  switch (written.kind) {
    case 'scalar':
      return compareValue(node, written.value) === 'equal' || isSameUnknown(written.value, node);
    case 'raw':
      return node.kind === 'scalar' && (node.style !== 'plain' || node.text === written.text);
    case 'moved':
      return sameData(written.entry.value, node);
    case 'sequence':
      return (
        node.kind === 'sequence' &&
        node.items.length === written.items.length &&
        written.items.every((item, i) => isWritten(item, (node.items[i] as { value: YamlNode }).value))
      );
    case 'mapping':
      return (
        node.kind === 'mapping' &&
        node.entries.length === written.entries.length &&
        written.entries.every(({ key, value }, i) => {
          const entry = node.entries[i];
          return entry !== undefined && entry.key === key && isWritten(value, entry.value);
        })
      );
  }
}

/** A new string may itself be a placeholder, which no comparison takes for known. */
function isSameUnknown(value: unknown, node: YamlNode): boolean {
  if (node.kind !== 'scalar' || node.unknown === undefined || scalarValue(node) !== undefined) return false;
  return node.text === value && (node.style !== 'plain' || readPlain(node.text) === value);
}
