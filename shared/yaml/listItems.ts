/** List items: cuts the text of a long list of objects at its items, without reading them. */
import { detached } from '../text/detached.ts';
import type { Replacement, TextSource } from '../text/pieces.ts';
import { type Span, shifted } from '../text/span.ts';
import { parseQuick } from './parseQuick.ts';
import type { MappingNode, ScalarNode } from './tree.ts';

export interface CutList {
  /** Stretches of the text, one for each item from the start of its line to the next one's; together with the rest they are the text. */
  readonly items: readonly Span[];
  /** The column of the items' dashes. */
  readonly column: number;
  /** The text in front of the items and behind them. */
  readonly around: string;
  /** The scalars of the mapping around the items, by their keys. */
  readonly scalars: ReadonlyMap<string, ScalarNode>;
}

/**
 * Cuts the text of a document whose root is a block mapping with a block sequence under `items`; undefined where it is none, or where
 * that is not plain to see. A dash in the items' column starts an item wherever it stands: text in quotes or brackets has to be
 * indented further, and so has literal text (YAML 1.2.2, 6.1 and 7.3). Whether each item is whole is left for its reader to find out.
 */
export function cutList(text: string): CutList | undefined {
  const head = ITEMS.exec(text);
  if (head === null) return undefined;
  const column = head[1]?.length ?? 0;
  const first = head.index + head[0].length - column - 1;
  const cut = cutItems(text, first, column);
  return cut === undefined ? undefined : listOf(text, cut.items, column);
}

/**
 * As `cutList`, from an earlier cut of another text and the texts of the items that it had: only what lies between items that stayed is
 * looked at. Undefined where that is not enough. What a line does to the cut depends on what is behind the dash above it, so that a cut
 * may begin in front of any item, and ends where it meets an item behind which all is as it was.
 */
export function cutListAgain(
  text: string,
  { items: old, column, around, scalars }: CutList,
  textOf: (index: number) => string | undefined,
): CutList | undefined {
  const first = old[0]?.start;
  const last = old.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (text.slice(0, first) !== around.slice(0, first) || !startsItem(text, first, column)) return undefined;
  const isSame = (index: number, by: number): boolean => {
    const { start, end } = old[index] as Span;
    return text.slice(start + by, end + by) === textOf(index);
  };
  let front = 0;
  // Where the last one ends is told by what follows it.
  while (front < old.length - 1 && isSame(front, 0)) front++;
  // The line behind an item may have come to belong to it.
  front = Math.max(0, front - 1);
  const from = old[front]?.start ?? first;
  const tail = around.slice(first);
  const shift = text.length - tail.length - last.end;
  let back = old.length;
  if (last.end + shift >= from && text.slice(last.end + shift) === tail) {
    while (back > front && (old[back - 1] as Span).start + shift >= from && isSame(back - 1, shift)) back--;
  }
  const before = old.slice(0, front);
  const after = old.slice(back).map((span) => shifted(span, shift));
  const until = after[0]?.start;
  if (until === from) return { items: [...before, ...after], column, around, scalars };
  const cut = cutItems(text, from, column, until);
  if (cut === undefined) return undefined;
  return until !== undefined && cut.end === until
    ? { items: [...before, ...cut.items, ...after], column, around, scalars }
    : listOf(text, [...before, ...cut.items], column);
}

/** A list that was cut again, and how many of its items, from the start and from the end, were not looked at. */
export interface CutAgain {
  readonly cut: CutList;
  readonly front: number;
  readonly back: number;
}

/**
 * As `cutListAgain`, where it is known what was replaced in the text of the earlier cut: no more of the text is looked at than what lies between
 * the items that were not touched. Undefined also where the first item's dash, or the last item, is touched.
 */
export function cutListAround(
  text: TextSource,
  { items: old, column, around, scalars }: CutList,
  { span, length }: Replacement,
): CutAgain | undefined {
  const first = old[0]?.start;
  if (first === undefined || span.start <= first + column + 1) return undefined;
  const untouched = old.findIndex(({ end }) => end > span.start);
  if (untouched < 0) return undefined;
  // The line behind an item may have come to belong to it.
  const front = Math.max(0, untouched - 1);
  const behind = old.findIndex(({ start }) => start >= span.end);
  const next = old[behind];
  if (next === undefined || behind <= front) return undefined;
  const shift = length - (span.end - span.start);
  const from = old[front]?.start ?? first;
  const until = next.start + shift;
  const cut = cutItems(text.slice(from, until + column + 2), 0, column, until - from);
  if (cut?.end !== until - from) return undefined;
  const before = old.slice(0, front);
  const between = cut.items.map((item) => shifted(item, from));
  const after = old.slice(behind).map((item) => shifted(item, shift));
  const items = [...before, ...between, ...after];
  return { cut: { items, column, around, scalars }, front, back: after.length };
}

/** What is around the items has to be read for what it says; undefined where that is not a list. */
function listOf(text: string, items: readonly Span[], column: number): CutList | undefined {
  const around = detached(text.slice(0, items[0]?.start) + text.slice(items.at(-1)?.end));
  const read = parseQuick(around);
  const scalars = read?.root?.kind === 'mapping' ? scalarsOf(read.root) : undefined;
  const held = scalars?.get('items');
  if (scalars === undefined || held?.style !== 'plain' || held.text !== '') return undefined;
  return { items, column, around, scalars };
}

/** True where an item's dash stands in its column, at the start of a line. */
function startsItem(text: string, line: number, column: number): boolean {
  for (let at = line; at < line + column; at++) if (text.charCodeAt(at) !== 32) return false;
  return text.charCodeAt(line + column) === 45 && isBlankOrEnd(text.charCodeAt(line + column + 1));
}

/** The key in the first column, and the dash of the first item behind blank lines and comments. */
const ITEMS = /^items:[ ]*(?:[ ]#[^\r\n]*)?\r?\n(?:[ ]*(?:#[^\r\n]*)?\r?\n)*([ ]*)-(?=\s|$)/m;

/**
 * The items from the line at `first` on, and where they end: at the first line that is indented no further than the key above them, or at
 * an item that starts at `until`.
 */
function cutItems(
  text: string,
  first: number,
  column: number,
  until?: number,
): { readonly items: readonly Span[]; readonly end: number } | undefined {
  const items: Span[] = [];
  let start = first;
  /** Where lines begin that are indented too little: the end of the list, unless another item comes. */
  let shallow: number | undefined;
  let isBrokenAtMost = true;
  for (let at = first; at < text.length; ) {
    const lineBreak = text.indexOf('\n', at);
    const line = lineBreak < 0 ? text.length : lineBreak + 1;
    at = line;
    let unit = text.charCodeAt(at);
    // How much deeper a line is does not matter.
    while (unit === 32 && at - line <= column) unit = text.charCodeAt(++at);
    if (at >= text.length) break;
    if (at - line > column || unit === 10 || unit === 13 || unit === 35) continue;
    if (at - line === column && unit === 45 && isBlankOrEnd(text.charCodeAt(at + 1))) {
      if (!isBrokenAtMost) return undefined;
      items.push({ start, end: line });
      if (line === until) return { items, end: line };
      start = line;
      shallow = undefined;
      continue;
    }
    shallow ??= line;
    WORDS.lastIndex = at;
    isBrokenAtMost &&= WORDS.test(text);
  }
  const end = shallow ?? text.length;
  items.push({ start, end });
  return { items, end };
}

/**
 * A line that is being typed, or left by one: a word, or a key with one. No item can follow it in the same document, so that one which does
 * was there before. A key that may hold what follows, an open quote or a literal is something else.
 */
const WORDS = /[A-Za-z0-9_./-]+(?::[ ][A-Za-z0-9_./-]+)?[ ]*\r?(?:\n|$)/y;

/** A missing code unit (`NaN`) is the text's end. */
function isBlankOrEnd(unit: number): boolean {
  return unit === 32 || unit === 10 || unit === 13 || Number.isNaN(unit);
}

/** The text of one item as long as it is, with a space for its dash, so that it is read as the mapping that it holds. */
export function itemText(text: string, { start, end }: Span, column: number): string {
  return `${' '.repeat(column + 1)}${text.slice(start + column + 1, end)}`;
}

/** Undefined where a key is written twice, or is more than a plain word: then what counts is for another reader to decide. */
function scalarsOf({ entries, open }: MappingNode): ReadonlyMap<string, ScalarNode> | undefined {
  if (open !== undefined) return undefined;
  const scalars = new Map<string, ScalarNode>();
  const keys = new Set<string>();
  for (const { key, keyNode, value } of entries) {
    if (keys.has(key) || key === '<<' || keyNode.kind !== 'scalar') return undefined;
    keys.add(key);
    if (value.kind === 'scalar') scalars.set(key, value);
  }
  return scalars;
}
