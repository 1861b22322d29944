/** Moving: the text of an entry as it stands, to be written elsewhere with its comments. */
import {
  columnOf,
  commentsWithin,
  contentEnd,
  firstLineWithComments,
  isBlockScalar,
  isFirstInLine,
  type Layout,
  lastLine,
  lineOf,
} from './editLayout.ts';
import type { Patch } from './editPatch.ts';
import type { MovedEntry } from './editWants.ts';
import type { YamlNode } from './tree.ts';
import { isSafePlain, writeScalar } from './writeScalar.ts';
import { type BlockStyle, blockEntries, type Written } from './writeYaml.ts';

/**
 * Takes the entry's own lines out of the document: the comments directly above it, its text, and the comments behind it
 * that stand deeper. A line that it shares with a dash is left to whoever removes the entry, as is all that stands between
 * brackets.
 */
export function takeLines(layout: Layout, patch: Patch, entry: MovedEntry): void {
  if (!isInBlock(layout, entry)) return;
  const { first, key, last } = linesOf(layout, entry);
  for (let line = hasOwnLines(layout, entry) ? first : key + 1; line <= last; line++) patch.deleteLine(line);
}

/** True for an entry of a block mapping that starts its line. */
function hasOwnLines(layout: Layout, entry: MovedEntry): boolean {
  return isInBlock(layout, entry) && isFirstInLine(layout, entry.keyNode.start);
}

function isInBlock(layout: Layout, entry: MovedEntry): boolean {
  const parent = layout.places.get(entry.value)?.parent;
  return parent?.kind === 'mapping' && parent.style === 'block';
}

function linesOf(layout: Layout, entry: MovedEntry): { first: number; key: number; last: number } {
  const key = lineOf(layout, entry.keyNode.start);
  const end = Math.max(entry.keyNode.span.end, contentEnd(layout, entry.value));
  if (!hasOwnLines(layout, entry)) return { first: key, key, last: lineOf(layout, end) };
  const column = columnOf(layout.lines, layout.text, entry.keyNode.start);
  return { first: firstLineWithComments(layout, key), key, last: lastLine(layout, end, column) };
}

/** The entry's lines for a block mapping at the column, under a key; undefined where its text does not fit there. */
export function movedLines(
  layout: Layout,
  entry: MovedEntry,
  key: string,
  column: number,
  style: BlockStyle,
): readonly string[] | undefined {
  if (!isInBlock(layout, entry)) {
    const value = asWritten(layout, entry, false);
    return value === undefined ? undefined : blockEntries([{ key, value }], column, style, false);
  }
  const { text, lines } = layout;
  const from = linesOf(layout, entry);
  const by = column - columnOf(lines, text, entry.keyNode.start);
  const result: string[] = [];
  for (let line = from.first; line <= from.last; line++) {
    const start = lines.lineStart(line);
    const end = lines.lineEnd(line);
    if (line !== from.key) {
      result.push(shift(text.slice(start, end), by));
      continue;
    }
    const { keyNode } = entry;
    const keyText = keyNode.kind === 'scalar' && keyNode.text === key ? writtenKey(layout, entry) : key;
    if (!isSafePlain(key, false) && keyText === key) return undefined;
    result.push(`${' '.repeat(column)}${keyText}${text.slice(keyNode.span.end, end)}`);
  }
  return result;
}

function writtenKey(layout: Layout, { keyNode }: MovedEntry): string {
  return layout.text.slice(keyNode.start, keyNode.span.end);
}

/** A line moved right or left by columns; an empty line stays empty. */
function shift(line: string, by: number): string {
  if (line.trim() === '' && by >= 0) return line === '' ? line : ' '.repeat(by) + line;
  if (by >= 0) return ' '.repeat(by) + line;
  let spaces = 0;
  while (spaces < -by && line[spaces] === ' ') spaces++;
  return line.slice(spaces);
}

/**
 * The entry's value to be written anew, its scalars as they stand; undefined where comments, anchors, tags or its layout
 * would be lost.
 */
export function asWritten(layout: Layout, entry: MovedEntry, inFlow: boolean): Written | undefined {
  const start = entry.keyNode.start;
  const end = Math.max(entry.keyNode.span.end, contentEnd(layout, entry.value));
  const until = isInBlock(layout, entry) ? layout.lines.lineEnd(linesOf(layout, entry).last) : end;
  if (commentsWithin(layout, { start, end: until }).length > 0) return undefined;
  if (hasOwnLines(layout, entry) && linesOf(layout, entry).first !== linesOf(layout, entry).key)
    return undefined;
  return written(layout, entry.value, inFlow);
}

function written(layout: Layout, node: YamlNode, inFlow: boolean): Written | undefined {
  if (node.kind === 'alias' || node.anchor !== undefined || node.tag !== undefined) return undefined;
  if (node.kind === 'scalar') {
    const text = layout.text.slice(node.span.start, node.span.end);
    if (isBlockScalar(node)) return { kind: 'scalar', value: node.text };
    if (text === '') return { kind: 'scalar', value: null };
    if (text.includes('\n')) return { kind: 'scalar', value: node.text, quoting: 'double' };
    if (inFlow && node.style === 'plain' && /[,[\]{}]/.test(text)) {
      return { kind: 'raw', text: writeScalar(node.text, { inFlow, quoting: 'double' }) };
    }
    return { kind: 'raw', text };
  }
  if (node.open !== undefined) return undefined;
  if (node.kind === 'sequence') {
    const items = node.items.map(({ value }) => written(layout, value, inFlow));
    if (items.some((item) => item === undefined)) return undefined;
    return { kind: 'sequence', items: items as Written[] };
  }
  const entries: { key: string; value: Written }[] = [];
  for (const { key, keyNode, value } of node.entries) {
    const inner = written(layout, value, inFlow);
    if (inner === undefined || keyNode.kind !== 'scalar' || key === '<<') return undefined;
    entries.push({ key, value: inner });
  }
  return { kind: 'mapping', entries };
}
