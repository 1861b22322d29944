/** Comments: what one stands on, and how one is written or taken out. */
import type { Span } from '../text/span.ts';
import type { TextEdit } from '../text/textEdit.ts';
import type { Entry, Item, Path, YamlDocument, YamlNode } from './tree.ts';

/** What a comment stands on. Spans count from the start of the document. */
export type CommentTarget =
  /** The whole document: the comment stands at its `---`, or above its first key. */
  | { readonly kind: 'document' }
  /** The document that follows: the comment is the last thing in this one. */
  | { readonly kind: 'next-document' }
  /** Keys and items that start on one line, each with all that is below it. */
  | { readonly kind: 'nodes'; readonly nodes: readonly { readonly path: Path; readonly span: Span }[] }
  | { readonly kind: 'nothing' };

/**
 * What a comment stands on: what starts on its line, or where it has a line to itself, on the next line that is no comment. `comment`
 * is a span of `document.comments`. A blank line ends the reach of a comment, except above a document's first key.
 */
export function commentTarget(document: YamlDocument, comment: Span): CommentTarget {
  const { text } = document;
  const line = lineAround(text, comment.start);
  const before = text.slice(line.start, comment.start);
  if (before.trim() !== '') {
    return before.trim() === '---' ? { kind: 'document' } : nodesOn(document, line);
  }
  // In JSON a comment may end before its line does, or on another one.
  const lastLine = lineAround(text, comment.end);
  if (text.slice(comment.end, lastLine.end).trim() !== '') return nodesOn(document, lastLine);
  const isAbove = document.root === undefined || comment.start < document.root.start;
  const next = firstBehindComments(document, lineAfter(text, lastLine), isAbove);
  if (next === undefined) return { kind: 'next-document' };
  const shown = text.slice(next.start, next.end).trim();
  if (shown === '') return isTail(document, next) ? { kind: 'next-document' } : { kind: 'nothing' };
  if (shown === '---' || shown.startsWith('%')) return { kind: 'document' };
  if (shown === '...') return { kind: 'nothing' };
  return nodesOn(document, next);
}

/** Lines that were passed over, and the first one behind them. */
interface Passed {
  readonly from: number;
  readonly to: Span | undefined;
  readonly withBlanks: boolean;
}

/** Of many comments below each other, each has to pass over those below it. */
const passedBefore = new WeakMap<YamlDocument, Passed>();

/** The first line from here on that is no comment, nor blank where blank lines count as nothing. */
function firstBehindComments(
  document: YamlDocument,
  line: Span | undefined,
  withBlanks: boolean,
): Span | undefined {
  if (line === undefined) return undefined;
  const { text } = document;
  const passed = passedBefore.get(document);
  if (passed !== undefined && passed.withBlanks === withBlanks && passed.from <= line.start) {
    if (passed.to === undefined || line.start <= passed.to.start) return passed.to;
  }
  let next: Span | undefined = line;
  while (next !== undefined) {
    const isBlank = text.slice(next.start, next.end).trim() === '';
    if (!isComment(document, next) && !(isBlank && withBlanks)) break;
    next = lineAfter(text, next);
  }
  passedBefore.set(document, { from: line.start, to: next, withBlanks });
  return next;
}

/** True for a line that holds nothing but a comment, or a part of one. */
function isComment({ text, comments }: YamlDocument, line: Span): boolean {
  const shown = text.slice(line.start, line.end);
  if (shown.trim().startsWith('#')) return true;
  const start = line.start + shown.length - shown.trimStart().length;
  const end = line.start + shown.trimEnd().length;
  // Comments stand in the order of the text, and none in another one.
  const holding = comments[firstEnding(comments, end, (comment) => comment.end)];
  return start < end && holding !== undefined && holding.start <= start;
}

function isTail(document: YamlDocument, from: Span): boolean {
  for (let next: Span | undefined = from; next !== undefined; next = lineAfter(document.text, next)) {
    const isBlank = document.text.slice(next.start, next.end).trim() === '';
    if (!isBlank && !isComment(document, next)) return false;
  }
  return true;
}

/** The outermost keys and items that start on a line. */
function nodesOn(document: YamlDocument, line: Span): CommentTarget {
  const { root, text } = document;
  if (root === undefined) return { kind: 'nothing' };
  const found: { path: Path; span: Span }[] = [];
  const startsHere = (offset: number): boolean => line.start <= offset && offset <= line.end;
  if (root.kind !== 'sequence' && startsHere(root.start)) return { kind: 'document' };
  const visit = (node: YamlNode, path: Path): void => {
    if (node.kind === 'mapping') {
      for (let at = firstEnding(node.entries, line.start, entryEnd); at < node.entries.length; at++) {
        const entry = node.entries[at];
        // Entries stand in the order of the text.
        if (entry === undefined || entry.keyNode.start > line.end) break;
        const span = { start: entry.keyNode.start, end: entryEnd(entry) };
        const inner = [...path, entry.key];
        if (startsHere(span.start)) found.push({ path: inner, span });
        else if (span.start <= line.end && span.end >= line.start) visit(entry.value, inner);
      }
    } else if (node.kind === 'sequence') {
      const { items } = node;
      for (let index = firstEnding(items, line.start, itemEnd); index < items.length; index++) {
        const value = items[index]?.value;
        if (value === undefined) break;
        const start = node.style === 'block' ? dashBefore(text, value.start) : value.start;
        const inner = [...path, index];
        if (startsHere(start)) found.push({ path: inner, span: { start, end: value.span.end } });
        else if (start > line.end) break;
        else if (value.span.end >= line.start) visit(value, inner);
      }
    }
  };
  visit(root, []);
  return found.length === 0 ? { kind: 'nothing' } : { kind: 'nodes', nodes: found };
}

/** The index of the first that ends at or behind an offset; they stand in the order of the text. */
function firstEnding<T>(nodes: readonly T[], offset: number, endOf: (node: T) => number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const node = nodes[middle];
    if (node !== undefined && endOf(node) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function entryEnd({ keyNode, value }: Entry): number {
  return Math.max(keyNode.span.end, value.span.end);
}

function itemEnd({ value }: Item): number {
  return value.span.end;
}

/** The dash of a block item may stand on a line above its value. */
function dashBefore(text: string, start: number): number {
  let at = start - 1;
  while (at >= 0 && /\s/.test(text.charAt(at))) at--;
  return text.charAt(at) === '-' ? at : start;
}

/** The line around an offset, without its line break. */
export function lineAround(text: string, offset: number): Span {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const lineBreak = text.indexOf('\n', offset);
  const end = lineBreak < 0 ? text.length : lineBreak;
  return { start, end: end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end };
}

function lineAfter(text: string, line: Span): Span | undefined {
  const lineBreak = text.indexOf('\n', line.end);
  return lineBreak < 0 || lineBreak + 1 >= text.length ? undefined : lineAround(text, lineBreak + 1);
}

/** Writes a comment on a line of its own above the line of an offset, indented like it. `comment` begins with `#`, or in JSON with `//`. */
export function commentAbove(text: string, offset: number, comment: string): TextEdit {
  const line = lineAround(text, offset);
  const indent = /^[ \t]*/.exec(text.slice(line.start, line.end))?.[0] ?? '';
  return { span: { start: line.start, end: line.start }, newText: `${indent}${comment}${lineBreakOf(text)}` };
}

/** Takes a comment out: its line where it has one to itself, else the white space before it too. */
export function withoutComment(text: string, comment: Span): TextEdit {
  const line = lineAround(text, comment.start);
  const before = text.slice(line.start, comment.start);
  if (before.trim() === '') {
    const lineBreak = text.indexOf('\n', comment.end);
    const end = lineBreak < 0 ? text.length : lineBreak + 1;
    const behind = text.slice(comment.end, end);
    if (behind.trim() === '') return { span: { start: line.start, end }, newText: '' };
    const blanks = behind.length - behind.trimStart().length;
    return { span: { start: comment.start, end: comment.end + blanks }, newText: '' };
  }
  return { span: { start: line.start + before.trimEnd().length, end: comment.end }, newText: '' };
}

/** The line break that the text uses. */
function lineBreakOf(text: string): string {
  const lineBreak = text.indexOf('\n');
  return lineBreak > 0 && text.charCodeAt(lineBreak - 1) === 13 ? '\r\n' : '\n';
}
