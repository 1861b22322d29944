/** List items: cuts the text of a long list of objects at its items, without reading them. */
import type { Span } from '../text/span.ts';
import { parseQuick } from './parseQuick.ts';
import type { MappingNode, ScalarNode } from './tree.ts';

export interface CutList {
  /** Stretches of the text, one for each item from the start of its line to the next one's; together with the rest they are the text. */
  readonly items: readonly Span[];
  /** The column of the items' dashes. */
  readonly column: number;
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
  if (cut === undefined) return undefined;
  const around = parseQuick(text.slice(0, first) + text.slice(cut.end));
  const scalars = around?.root?.kind === 'mapping' ? scalarsOf(around.root) : undefined;
  const held = scalars?.get('items');
  if (scalars === undefined || held?.style !== 'plain' || held.text !== '') return undefined;
  return { items: cut.items, column, scalars };
}

/** The key in the first column, and the dash of the first item behind blank lines and comments. */
const ITEMS = /^items:[ ]*(?:[ ]#[^\r\n]*)?\r?\n(?:[ ]*(?:#[^\r\n]*)?\r?\n)*([ ]*)-(?=\s|$)/m;

/** The items from the line at `first` on, and where they end: at the first line that is indented no further than the key above them. */
function cutItems(
  text: string,
  first: number,
  column: number,
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
