/** Block collections: where new lines go among those that stand, and which lines go. */
import {
  colonEnd,
  columnOf,
  commentsWithin,
  contentEnd,
  firstLineWithComments,
  isBlockScalar,
  isFirstInLine,
  type Layout,
  lastLine,
  lineBreakAfter,
  lineKind,
  lineOf,
  mappingColumn,
  outputEnd,
  propertiesEnd,
  skipBlank,
  startsWithAction,
} from './editLayout.ts';
import { asWritten, movedLines, takeLines } from './editMove.ts';
import type { Patch } from './editPatch.ts';
import { placeEntries } from './editPlacement.ts';
import type { Change } from './editPlan.ts';
import type { MovedEntry } from './editWants.ts';
import type { Entry, MappingNode, SequenceNode, YamlNode } from './tree.ts';
import {
  type BlockStyle,
  blockEntries,
  blockItems,
  blockScalarText,
  isEmptyWritten,
  type Written,
} from './writeYaml.ts';

/** An entry or item of a block collection, as a stretch of text. */
interface Part {
  /** Where its key or its dash stands. */
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
  readonly value: YamlNode;
  /** True where a branch of a template holds it. */
  readonly isConditional: boolean;
  /**
   * Where it ends for what is put behind it, the lines that a template adds to it included; undefined where nothing may be put
   * there, since a template may go on, or the text of a scalar.
   */
  readonly behind: number | undefined;
}

/** Writes the changes at nodes that stand in block context. The first reason why one cannot be written is kept. */
export class BlockEditor {
  reason: string | undefined;
  private readonly layout: Layout;
  private readonly patch: Patch;
  private readonly items = new Map<SequenceNode, readonly Part[]>();

  constructor(layout: Layout, patch: Patch) {
    this.layout = layout;
    this.patch = patch;
  }

  private refuse(reason: string): void {
    this.reason ??= reason;
  }

  /** Takes what moves away out of the text, as far as it has lines of its own. */
  take(moved: readonly MovedEntry[]): void {
    for (const entry of moved) takeLines(this.layout, this.patch, entry);
  }

  // A value in place of a scalar, of nothing or of an empty collection

  replace(change: Extract<Change, { kind: 'replace' }>): void {
    const { node } = change;
    const { layout, patch } = this;
    const depth = this.depthOf(node);
    const value = change.value.kind === 'moved' ? asWritten(layout, change.value.entry, false) : change.value;
    if (value === undefined || value.kind === 'moved') {
      this.refuse(UNMOVABLE);
      return;
    }
    if (value.kind === 'scalar' || value.kind === 'raw' || isEmptyWritten(value)) {
      this.replaceByScalar(node, this.scalarText(value), depth);
      return;
    }
    const place = layout.places.get(node);
    const anchor = this.indicatorEnd(node);
    if (anchor === undefined || place?.parent === undefined) {
      this.refuse(EXPLICIT);
      return;
    }
    const isWritten = node.span.end > node.span.start;
    const spansLines = isWritten && lineOf(layout, anchor) !== lineOf(layout, node.span.end);
    if (
      spansLines ||
      isBlockScalar(node) ||
      commentsWithin(layout, node.span).length > 0 ||
      hasForeignTag(node)
    ) {
      this.refuse('The value that stands here is spread over several lines.');
      return;
    }
    if (isWritten) patch.replace(anchor, node.span.end, '', depth + 1);
    const line = lineOf(layout, anchor);
    if (place.parent.kind === 'mapping') {
      const keyColumn = mappingColumn(layout.lines, layout.text, place.parent);
      const style = this.styleFor(place.parent, keyColumn);
      const behind = lastLine(layout, anchor, keyColumn);
      const column = behind > line ? this.commentColumn(line + 1, behind) : undefined;
      const quoteKeys = hasQuotedKeys(place.parent);
      if (value.kind === 'mapping') {
        patch.insertLines(
          behind,
          blockEntries(value.entries, column ?? keyColumn + style.step, style, quoteKeys),
          depth + 1,
        );
      } else {
        patch.insertLines(
          behind,
          blockItems(value.items, column ?? keyColumn + style.dashOffset, style, quoteKeys),
          depth + 1,
        );
      }
      return;
    }
    this.fillItem(node, place.parent, value, anchor, depth);
  }

  private fillItem(
    node: YamlNode,
    parent: SequenceNode,
    value: Written,
    anchor: number,
    depth: number,
  ): void {
    const { layout, patch } = this;
    const dashColumn = columnOf(layout.lines, layout.text, parent.span.start);
    const style = this.styleFor(parent, dashColumn);
    const lines =
      value.kind === 'mapping'
        ? blockEntries(value.entries, dashColumn + 2, style, false)
        : value.kind === 'sequence'
          ? blockItems(value.items, dashColumn + 2, style, false)
          : [];
    const [first] = lines;
    if (first === undefined) {
      this.refuse(EXPLICIT);
      return;
    }
    const rest = layout.text.slice(anchor, layout.lines.lineEnd(lineOf(layout, anchor))).trim();
    const isFree =
      node.anchor === undefined &&
      node.tag === undefined &&
      (rest === '' || rest === layout.text.slice(node.span.start, node.span.end));
    if (isFree) {
      patch.replace(anchor, anchor, ` ${first.trimStart()}`, depth + 1);
      patch.insertLines(lineOf(layout, anchor), lines.slice(1), depth + 1);
    } else patch.insertLines(lineOf(layout, anchor), lines, depth + 1);
  }

  private replaceByScalar(node: YamlNode, text: string, depth: number): void {
    const { layout, patch } = this;
    let { start } = node.span;
    if (node.tag !== undefined) {
      if (node.anchor !== undefined) {
        this.refuse(`The tag ${node.tag} stands before the value.`);
        return;
      }
      start = node.start;
    }
    if (node.span.start === node.span.end && start === node.span.start) {
      const at = this.indicatorEnd(node);
      if (at === undefined) this.refuse(EXPLICIT);
      else patch.replace(at, at, ` ${text}`, depth);
      return;
    }
    const end = contentEnd(layout, node);
    if (commentsWithin(layout, { start, end }).length > 0) {
      this.refuse('A comment stands within the value.');
      return;
    }
    patch.replace(start, end, text, depth);
  }

  private scalarText(value: Written): string {
    if (value.kind === 'raw') return value.text;
    if (value.kind === 'scalar')
      return blockScalarText(value.value, value.quoting, this.layout.habits.quoting);
    return value.kind === 'mapping' ? '{}' : '[]';
  }

  // Mappings

  mapping(change: Extract<Change, { kind: 'mapping' }>): void {
    const { node, removed, added, order } = change;
    const { layout, patch } = this;
    const parts = this.entryParts(node);
    if (parts === undefined) {
      this.refuse(EXPLICIT);
      return;
    }
    const column = mappingColumn(layout.lines, layout.text, node);
    const depth = this.depthOf(node) + 1;
    const style = this.styleFor(node, column);
    const quoteKeys = hasQuotedKeys(node);
    const write = (entries: typeof added): string[] => blockEntries(entries, column, style, quoteKeys);
    this.remove(node, parts, removed, write(removed.size === parts.length ? added : []));
    if (removed.size === parts.length || added.length === 0) return;

    const survivors = parts.map((_, index) => index).filter((index) => !removed.has(index));
    const slots = placeEntries(node, survivors, added, order);
    for (const [slot, entries] of slots) {
      const at = this.steadySlot(parts, survivors, slot);
      if (at === undefined) {
        this.refuse(this.layout.actions.length > 0 ? TEMPLATED : EXPLICIT);
        return;
      }
      const part = parts[Math.max(at, 0)] as Part;
      const line =
        at < 0
          ? firstLineWithComments(layout, lineOf(layout, part.start)) - 1
          : lastLine(layout, behindOf(part), column);
      patch.insertLines(line, write(entries), depth);
    }
  }

  /** The slot, or the nearest one above or else below it that no template can reach; `-1` is before the first part. */
  private steadySlot(parts: readonly Part[], survivors: readonly number[], slot: number): number | undefined {
    const first = parts[0] as Part;
    // The first key of a compact item shares its line with the dash; what is new goes behind it.
    const mayBeFirst = isFirstInLine(this.layout, first.start) && !first.isConditional;
    if (slot < 0 && mayBeFirst) return slot;
    const at = survivors.indexOf(slot);
    const above = survivors.slice(0, at + 1).toReversed();
    const steady = (index: number): boolean => parts[index]?.behind !== undefined;
    return above.find(steady) ?? (mayBeFirst ? -1 : survivors.slice(at + 1).find(steady));
  }

  /**
   * Where a value that belongs to a column ends, with the lines that template actions write deeper than the column; undefined
   * where it ends in a branch of a template, where actions behind it may write anything, and where a line break behind it
   * would become a part of it.
   */
  private steadyEnd(value: YamlNode, end: number, column: number): number | undefined {
    const { layout } = this;
    if (end === layout.text.length && layout.openLines.has(lineOf(layout, end))) return undefined;
    if (layout.actions.length === 0) return end;
    if (endsInBranch(value)) return undefined;
    const isWhole = value.kind === 'alias' || (value.span.end > value.span.start && !isBlockScalar(value));
    if (isWhole && (value.kind === 'alias' || value.kind === 'scalar' || value.style === 'flow')) return end;
    let behind = end;
    for (let line = lineOf(layout, end) + 1; line < layout.lines.lineCount; line++) {
      if (lineKind(layout, line) !== 'other' || !startsWithAction(layout, line)) {
        if (lineKind(layout, line) === 'other') break;
        continue;
      }
      const deeper = outputEnd(layout, line, column);
      if (deeper === undefined) return undefined;
      behind = deeper;
    }
    return behind;
  }

  private entryParts(node: MappingNode): readonly Part[] | undefined {
    const parts: Part[] = [];
    const column = mappingColumn(this.layout.lines, this.layout.text, node);
    for (const entry of node.entries) {
      const { start } = entry.keyNode;
      // An explicit key (`? key`) is laid out in ways of its own.
      if (colonEnd(this.layout, entry) === undefined && entry.keyNode.kind === 'scalar') return undefined;
      if (columnOf(this.layout.lines, this.layout.text, start) !== column) return undefined;
      const before = this.layout.text[start - 2];
      if (before === '?' && this.layout.text[start - 1] === ' ') return undefined;
      const end = Math.max(
        colonEnd(this.layout, entry) ?? entry.keyNode.span.end,
        contentEnd(this.layout, entry.value),
      );
      parts.push({
        start,
        end,
        value: entry.value,
        isConditional: entry.when !== undefined,
        behind: entry.when === undefined ? this.steadyEnd(entry.value, end, column) : undefined,
      });
    }
    return parts;
  }

  // Lists

  sequence(change: Extract<Change, { kind: 'sequence' }>): void {
    const { node, removed, added } = change;
    const { layout, patch } = this;
    const parts = this.itemParts(node);
    if (parts === undefined) {
      this.refuse(EXPLICIT);
      return;
    }
    const column = columnOf(layout.lines, layout.text, node.span.start);
    const style = this.styleFor(node, column);
    const gap = this.gapOf(node, parts);
    const lines = blockItems(added, column, style, false, gap);
    const isEmptied = removed.size === parts.length;
    this.remove(node, parts, removed, isEmptied ? lines : []);
    if (isEmptied || added.length === 0) return;
    const survivors = parts.map((_, index) => index).filter((index) => !removed.has(index));
    const at = survivors.findLast((index) => parts[index]?.behind !== undefined);
    if (at === undefined) {
      this.refuse(this.layout.actions.length > 0 ? TEMPLATED : EXPLICIT);
      return;
    }
    patch.insertLines(lastLine(layout, behindOf(parts[at] as Part), column), lines, this.depthOf(node) + 1);
  }

  private itemParts(node: SequenceNode): readonly Part[] | undefined {
    const known = this.items.get(node);
    if (known !== undefined) return known;
    const parts: Part[] = [];
    const column = columnOf(this.layout.lines, this.layout.text, node.span.start);
    let from = node.span.start;
    for (const { value, when } of node.items) {
      const start = skipBlank(this.layout, from);
      if (this.layout.text[start] !== '-') return undefined;
      const end = Math.max(start + 1, contentEnd(this.layout, value));
      parts.push({
        start,
        end,
        value,
        isConditional: when !== undefined,
        behind: when === undefined ? this.steadyEnd(value, end, column) : undefined,
      });
      from = Math.max(end, value.span.end);
    }
    this.items.set(node, parts);
    return parts;
  }

  /** Columns from a dash to what follows it, as with the list's other items. */
  private gapOf(node: SequenceNode, parts: readonly Part[]): number {
    for (const [index, { value }] of node.items.entries()) {
      const part = parts[index] as Part;
      const isWritten = value.span.end > value.span.start;
      if (isWritten && lineOf(this.layout, value.start) === lineOf(this.layout, part.start))
        return value.start - part.start;
    }
    return 2;
  }

  // What goes

  /** Deletes parts; where all of them go, `instead` or an empty collection takes their place. */
  private remove(
    node: MappingNode | SequenceNode,
    parts: readonly Part[],
    removed: ReadonlySet<number>,
    instead: readonly string[],
  ): void {
    if (removed.size === 0) return;
    const { layout } = this;
    const [first] = parts;
    if (first === undefined) return;
    const depth = this.depthOf(node) + 1;
    let from = 0;
    if (removed.size === parts.length) {
      this.replaceAll(node, first, instead, depth);
      if (!isFirstInLine(layout, first.start) || this.isRoot(node)) from = 1;
    } else if (removed.has(0) && !isFirstInLine(layout, first.start)) {
      from = this.removeCompact(parts, removed, depth);
    }
    for (let index = from; index < parts.length; index++) {
      const part = parts[index] as Part;
      if (removed.has(index)) this.deleteLines(part);
    }
  }

  private deleteLines({ start, end }: Part): void {
    const { layout, patch } = this;
    const last = lineOf(layout, Math.max(start, end));
    for (let line = lineOf(layout, start); line <= last; line++) {
      if (lineKind(layout, line) !== 'comment') patch.deleteLine(line);
    }
  }

  /**
   * The first parts of a collection that starts behind a dash go: the dash stays, and the next part, or the comment above
   * it, moves up to it. Answers the index of the first part that stays.
   */
  private removeCompact(parts: readonly Part[], removed: ReadonlySet<number>, depth: number): number {
    const { layout, patch } = this;
    const { start } = parts[0] as Part;
    let index = 0;
    while (removed.has(index)) index++;
    const until = (parts[index] as Part).start;
    const indent = ' '.repeat(columnOf(layout.lines, layout.text, start));
    const kept = commentsWithin(layout, { start, end: until })
      .filter(
        (comment) => isFirstInLine(layout, comment.start) && !patch.deletes(lineOf(layout, comment.start)),
      )
      .map((comment) => layout.text.slice(comment.start, comment.end).trimEnd());
    const eol = lineBreakAfter(layout, lineOf(layout, start));
    patch.replace(start, until, kept.map((comment) => comment + eol + indent).join(''), depth);
    return index;
  }

  private replaceAll(
    node: MappingNode | SequenceNode,
    first: Part,
    instead: readonly string[],
    depth: number,
  ): void {
    const { layout, patch } = this;
    const empty = node.kind === 'mapping' ? '{}' : '[]';
    if (!isFirstInLine(layout, first.start) || this.isRoot(node)) {
      if (commentsWithin(layout, { start: first.start, end: first.end }).length > 0) {
        this.refuse('A comment stands within what would be removed.');
        return;
      }
      const [head, ...rest] = instead;
      patch.replace(first.start, first.end, head === undefined ? empty : head.trimStart(), depth);
      if (head !== undefined) patch.insertLines(lineOf(layout, first.end), rest, depth);
      return;
    }
    if (instead.length > 0) {
      patch.insertLines(firstLineWithComments(layout, lineOf(layout, first.start)) - 1, instead, depth);
      return;
    }
    const at = this.indicatorEnd(node);
    if (at === undefined) this.refuse(EXPLICIT);
    else patch.replace(at, at, ` ${empty}`, depth);
  }

  // Surroundings

  private isRoot(node: YamlNode): boolean {
    return this.layout.places.get(node)?.parent === undefined;
  }

  private depthOf(node: YamlNode): number {
    return this.layout.places.get(node)?.depth ?? 0;
  }

  /** Offset behind the `:` or `-` that a value belongs to, and behind its anchor and tag. */
  private indicatorEnd(node: YamlNode): number | undefined {
    const place = this.layout.places.get(node);
    if (place?.parent === undefined) return undefined;
    const properties = propertiesEnd(this.layout, node);
    if (properties !== undefined) return properties;
    if (place.parent.kind === 'mapping') {
      return colonEnd(this.layout, place.parent.entries[place.index] as Entry);
    }
    const part = this.itemParts(place.parent)?.[place.index];
    return part === undefined ? undefined : part.start + 1;
  }

  private commentColumn(from: number, to: number): number | undefined {
    for (let line = from; line <= to; line++) {
      if (lineKind(this.layout, line) !== 'comment') continue;
      const start = this.layout.lines.lineStart(line);
      const column = this.layout.text.slice(start).search(/\S/);
      return column;
    }
    return undefined;
  }

  /** How things are indented around a collection: as next to it, or else as in the document as a whole. */
  private styleFor(node: MappingNode | SequenceNode, column: number): BlockStyle {
    const { layout } = this;
    const { habits } = layout;
    let step: number | undefined;
    let dashOffset: number | undefined;
    if (node.kind === 'mapping') {
      for (const { value } of node.entries) {
        if (value.kind === 'scalar' || value.kind === 'alias' || value.style === 'flow') continue;
        if (value.kind === 'mapping') step ??= mappingColumn(layout.lines, layout.text, value) - column;
        else dashOffset ??= columnOf(layout.lines, layout.text, value.span.start) - column;
        if (step !== undefined && dashOffset !== undefined) break;
      }
      if (step === undefined) {
        const parent = layout.places.get(node)?.parent;
        if (parent?.kind === 'mapping' && parent.style === 'block')
          step = column - mappingColumn(layout.lines, layout.text, parent);
      }
    }
    const own = step !== undefined && step > 0 ? step : habits.step;
    return {
      step: own,
      dashOffset: dashOffset !== undefined && dashOffset >= 0 ? dashOffset : (habits.dashOffset ?? own),
      quoting: habits.quoting,
      moved: (entry, key, target) => {
        const lines = movedLines(layout, entry, key, target, this.styleFor(node, column));
        if (lines === undefined) this.refuse(UNMOVABLE);
        return lines ?? [];
      },
    };
  }
}

function behindOf(part: Part): number {
  return part.behind ?? part.end;
}

const EXPLICIT = 'The text here is laid out in a way that cannot be edited safely.';
const TEMPLATED = 'A template decides what stands around the place.';
const UNMOVABLE = 'What moves cannot be written where it belongs without losing a comment.';

function hasForeignTag(node: YamlNode): boolean {
  return node.tag !== undefined && node.kind === 'scalar';
}

/** True where every key stands in double quotes, so that a new one had better, too. */
function hasQuotedKeys(node: MappingNode): boolean {
  return (
    node.entries.length > 0 &&
    node.entries.every(({ keyNode }) => keyNode.kind === 'scalar' && keyNode.style === 'double')
  );
}

/** True where the last line of a value stands in a branch of a template. */
function endsInBranch(node: YamlNode): boolean {
  if (node.kind === 'mapping') {
    const last = node.entries.at(-1);
    return last !== undefined && (last.when !== undefined || endsInBranch(last.value));
  }
  if (node.kind === 'sequence') {
    const last = node.items.at(-1);
    return last !== undefined && (last.when !== undefined || endsInBranch(last.value));
  }
  return false;
}
