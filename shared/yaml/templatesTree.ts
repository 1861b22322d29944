/** Template trees: says of a tree read from masked text what the template leaves unknown, and what stands in a branch only. */
import type { Span } from '../text/span.ts';
import type { Branch, Hole, TemplateMask } from './templates.ts';
import type {
  Condition,
  Entry,
  Item,
  MappingNode,
  ScalarNode,
  SequenceNode,
  Unknown,
  YamlNode,
} from './tree.ts';

/**
 * Marks a tree fresh from the reader, in place: scalars that an action writes or touches are unknown, collections into which an
 * action may write are open, entries and items of a branch carry its condition. `text` is the text as typed, whose
 * values replace the stand-ins.
 */
export function markTemplate(root: YamlNode, text: string, mask: TemplateMask): void {
  new Marking(text, mask).mark(root);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Collection = MappingNode | SequenceNode;

class Marking {
  private readonly text: string;
  private readonly mask: TemplateMask;
  /** Offsets of the lines that hold anything but white space and comments, and the columns at which they start. */
  private readonly contentLines: { readonly start: number; readonly column: number }[] = [];
  /** Offsets at which the innermost branch changes, and the branch from there on. */
  private readonly changes: { readonly offset: number; readonly branch: number }[] = [];

  /** True once lines were found that belong to what only the template's run shows. */
  private isConfused = false;

  constructor(text: string, mask: TemplateMask) {
    this.text = text;
    this.mask = mask;
    this.readLines();
    this.readBranches();
  }

  mark(root: YamlNode): void {
    this.node(root, this.branchAround(root));
    for (const hole of this.mask.holes) this.applyHole(root, hole);
  }

  private readLines(): void {
    const { masked } = this.mask;
    for (let at = 0; at < masked.length; ) {
      let start = at;
      while (masked.charCodeAt(start) === 32) start++;
      const unit = masked[start];
      if (unit !== undefined && unit !== '\n' && unit !== '\r' && unit !== '#' && unit !== '\t') {
        this.contentLines.push({ start, column: start - at });
      }
      const lineBreak = masked.indexOf('\n', start);
      if (lineBreak < 0) break;
      at = lineBreak + 1;
    }
  }

  private readBranches(): void {
    const { branches } = this.mask;
    const open: number[] = [];
    const close = (before: number): void => {
      for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
        const { end } = branches[last] as Branch;
        if (end > before) return;
        open.pop();
        this.changes.push({ offset: end, branch: open.at(-1) ?? -1 });
      }
    };
    branches.forEach((branch, index) => {
      close(branch.start);
      open.push(index);
      this.changes.push({ offset: branch.start, branch: index });
    });
    close(Number.POSITIVE_INFINITY);
  }

  /** The innermost branch at an offset, or -1. */
  private branchAt(offset: number): number {
    const index = lastAtOrBefore(this.changes, offset, ({ offset: at }) => at);
    return index < 0 ? -1 : (this.changes[index] as { branch: number }).branch;
  }

  /** The innermost branch that encloses all entries of a root: a condition on the whole document says nothing about its parts. */
  private branchAround(root: YamlNode): number {
    let branch = this.branchAt(root.span.start);
    while (branch >= 0 && (this.mask.branches[branch] as Branch).end < root.span.end) {
      branch = (this.mask.branches[branch] as Branch).parent;
    }
    return branch;
  }

  /** Marks a node; `owner` is the branch in which the key or dash of the node stands. */
  private node(node: YamlNode, owner: number): void {
    switch (node.kind) {
      case 'scalar':
        this.scalar(node, owner);
        return;
      case 'mapping':
        for (const entry of node.entries) this.entry(node, entry, owner);
        return;
      case 'sequence':
        for (const item of node.items) this.item(item, owner, this.columnOf(node));
        return;
      case 'alias':
        return;
    }
  }

  private entry(mapping: MappingNode, entry: Writable<Entry>, owner: number): void {
    const own = this.branchAt(entry.keyNode.start);
    const when = this.condition(own, owner);
    if (when !== undefined) entry.when = when;
    this.node(entry.keyNode, own);
    if (entry.keyNode.kind === 'scalar') {
      entry.key = entry.keyNode.text;
      if (entry.keyNode.unknown !== undefined) open(mapping, entry.keyNode.unknown);
    }
    this.node(entry.value, own);
    this.checkBranchEnds(entry.value, own, owner, this.columnOf(mapping), entry.keyNode.span.end);
  }

  private item(item: Writable<Item>, owner: number, column: number): void {
    const own = this.branchAt(this.dashBefore(item.value.start));
    const when = this.condition(own, owner);
    if (when !== undefined) item.when = when;
    this.node(item.value, own);
    this.checkBranchEnds(item.value, own, owner, column, item.value.span.end);
  }

  /** The dash of an item whose value starts at the offset; the offset itself in a flow sequence. */
  private dashBefore(offset: number): number {
    const { masked } = this.mask;
    let at = offset - 1;
    while (at >= 0 && /\s/.test(masked[at] as string)) at--;
    return masked[at] === '-' ? at : offset;
  }

  /**
   * Where a branch ends and lines further right follow, they belong to what either branch began with, though the reader gives them to
   * the last one alone.
   */
  private checkBranchEnds(value: YamlNode, own: number, owner: number, column: number, end: number): void {
    for (let at = own; at >= 0 && at !== owner; at = this.parentOf(at)) {
      const branch = this.mask.branches[at] as Branch;
      if (branch.end < end) continue;
      const next = this.nextContent(branch.groupEnd);
      if (next !== undefined && next.column > column && value.span.end <= branch.end) {
        this.unknownValue(value, template(branch.condition.text));
        return;
      }
    }
  }

  private scalar(node: Writable<ScalarNode>, owner: number): void {
    const action = this.actionIn(node);
    if (action !== undefined) {
      node.unknown = template(this.text.slice(action.start, action.end));
      node.text = this.asTyped(node);
      return;
    }
    if (node.span.end > node.span.start && this.branchAt(node.start) !== owner) {
      const branch = this.mask.branches[this.branchAt(node.start)];
      node.unknown = template(branch?.condition.text ?? '');
    }
  }

  private asTyped({ style, span }: ScalarNode): string {
    const typed = this.text.slice(span.start, span.end);
    return style === 'single' || style === 'double' ? typed.slice(1, -1) : typed;
  }

  /** An action that stands in a scalar or continues it. */
  private actionIn({ start, span }: ScalarNode): Span | undefined {
    const { actions } = this.mask;
    let index = lastAtOrBefore(actions, span.end, (action) => action.start);
    const last = actions[index];
    if (last === undefined || last.end < start) return undefined;
    if (last.start === span.end) {
      if (span.end > span.start && this.isStandIn(last)) return last;
      index--;
    }
    const action = actions[index];
    return action !== undefined && action.end > start ? action : undefined;
  }

  private isStandIn(action: Span): boolean {
    return this.mask.masked.slice(action.start, action.end).trim() !== '';
  }

  private condition(own: number, owner: number): Condition | undefined {
    const outer = new Set<number>();
    for (let at = owner; at >= 0; at = this.parentOf(at)) outer.add(at);
    let result: Condition | undefined;
    for (let at = own; at >= 0 && !outer.has(at); at = this.parentOf(at)) {
      const { condition } = this.mask.branches[at] as Branch;
      result =
        result === undefined ? condition : { ...condition, text: `${condition.text} and ${result.text}` };
    }
    return result;
  }

  private parentOf(branch: number): number {
    return (this.mask.branches[branch] as Branch).parent;
  }

  private columnOf(node: Collection): number {
    const { masked } = this.mask;
    return node.span.start - (masked.lastIndexOf('\n', node.span.start - 1) + 1);
  }

  private nextContent(offset: number): { readonly start: number; readonly column: number } | undefined {
    return this.contentLines[lastAtOrBefore(this.contentLines, offset - 1, ({ start }) => start) + 1];
  }

  /** Lines written at a hole belong to the collections that are open there, as far right as the lines start. */
  private applyHole(root: YamlNode, hole: Hole): void {
    const why = template(hole.text);
    const place = this.placeOf(root, hole.at);
    if (place.inside) {
      this.openInside(place, why);
      return;
    }
    const next = this.nextContent(hole.at);
    const goesDeeper = next !== undefined && hole.column !== undefined && next.column > hole.column;
    if (goesDeeper) {
      // What follows belongs to something that only the template's run shows.
      if (!this.isConfused) this.unknownBelow(root, why);
      this.isConfused = true;
      return;
    }
    if (hole.joins && place.last !== undefined) this.unknownValue(place.last, why);
    const { column } = hole;
    const columns = place.open.map((node) => this.columnOf(node));
    const deepest = columns.at(-1) ?? -1;
    if (column === undefined) {
      for (const node of place.open) open(node, why);
      if (place.last !== undefined && isEmpty(place.last)) this.unknownValue(place.last, why);
      return;
    }
    if (place.last !== undefined && column >= deepest) {
      if (isEmpty(place.last) || column > deepest) this.unknownValue(place.last, why);
      if (column > deepest) return;
    }
    const exact = place.open.filter((_, index) => columns[index] === column);
    const floor = Math.max(-1, ...columns.filter((at) => at < column));
    const touched = exact.length > 0 ? exact : place.open.filter((_, i) => (columns[i] as number) >= floor);
    for (const node of touched) open(node, why);
  }

  private openInside({ open: collections, last }: Place, why: Unknown): void {
    if (last?.kind === 'scalar') this.unknownValue(last, why);
    for (const node of collections) if (node.style === 'flow') open(node, why);
  }

  /** The block collections open at an offset, outermost first, and the value before it. */
  private placeOf(root: YamlNode, offset: number): Place {
    const collections: Collection[] = [];
    let node: YamlNode = root;
    for (;;) {
      if (node.kind === 'scalar' || node.kind === 'alias') {
        const inside = node.kind === 'scalar' && node.span.start < offset && offset < node.span.end;
        return { open: collections, last: node, inside };
      }
      collections.push(node);
      if (node.style === 'flow') {
        if (offset >= node.span.end) {
          collections.pop();
          return { open: collections, last: node, inside: false };
        }
        const inner = childBefore(node, offset);
        if (inner === undefined || inner.kind === 'scalar' || inner.kind === 'alias')
          return { open: collections, last: undefined, inside: true };
        if (offset >= inner.span.end) return { open: collections, last: undefined, inside: true };
        node = inner;
        continue;
      }
      const inner = childBefore(node, offset);
      if (inner === undefined) return { open: collections, last: undefined, inside: false };
      node = inner;
    }
  }

  private unknownValue(node: YamlNode, why: Unknown): void {
    if (node.kind === 'scalar') (node as Writable<ScalarNode>).unknown ??= why;
    else this.unknownBelow(node, why);
  }

  /** Opens everything in a value: more may stand anywhere in it. */
  private unknownBelow(node: YamlNode, why: Unknown): void {
    const pending: YamlNode[] = [node];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (next.kind === 'mapping') {
        open(next, why);
        for (const { value } of next.entries) pending.push(value);
      } else if (next.kind === 'sequence') {
        open(next, why);
        for (const { value } of next.items) pending.push(value);
      } else if (next.kind === 'scalar' && isEmpty(next)) {
        (next as Writable<ScalarNode>).unknown ??= why;
      }
    }
  }
}

interface Place {
  readonly open: readonly Collection[];
  /** The value that ends before the place, at its end: nothing but white space and comments in between. */
  readonly last: YamlNode | undefined;
  /** True inside a scalar or a flow collection. */
  readonly inside: boolean;
}

/** The value of the last entry or item that starts before an offset; entries stand in the order of the text. */
function childBefore(node: Collection, offset: number): YamlNode | undefined {
  if (node.kind === 'mapping') {
    return node.entries[lastAtOrBefore(node.entries, offset, ({ keyNode }) => keyNode.start)]?.value;
  }
  return node.items[lastAtOrBefore(node.items, offset, ({ value }) => value.start)]?.value;
}

function isEmpty(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.style === 'plain' && node.text === '';
}

function open(node: Writable<Collection>, why: Unknown): void {
  node.open ??= why;
}

function template(text: string): Unknown {
  const line = text.slice(0, 200).replace(/\s+/g, ' ').trim();
  return { reason: 'template', text: line.length > 60 ? `${line.slice(0, 59)}…` : line };
}

/** Index of the last element whose offset is not behind the given one, or -1; elements are sorted by their offsets. */
function lastAtOrBefore<T>(elements: readonly T[], offset: number, offsetOf: (element: T) => number): number {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsetOf(elements[middle] as T) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
