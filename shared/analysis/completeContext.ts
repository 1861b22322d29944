/** Where a cursor stands: found by putting a mark in place of what is being typed, so that a half-typed line does not matter. */
import type { KindSettings, ObjectView } from '../kubernetes/workload.ts';
import type { Span } from '../text/span.ts';
import { lineAround } from '../yaml/comments.ts';
import type { MappingNode, Path, SequenceNode, YamlDocument, YamlNode } from '../yaml/tree.ts';
import { type ReadDocument, readDocument } from './analyze.ts';

/** A cursor at a key, at the value of a key, or at an item of a list. Spans count from the start of the document. */
export interface CursorContext {
  readonly role: 'key' | 'value' | 'item';
  /** The mapping for a key, the key for its value, the list for an item. */
  readonly path: Path;
  /** Other keys of the mapping, or other items of the list. */
  readonly siblings: ReadonlySet<string>;
  /** The text that a completion replaces, in the document as it is. */
  readonly replace: Span;
  /** The quote that is typed already, or an empty string. */
  readonly quote: string;
  readonly isFlow: boolean;
  /** Column of the key that is typed, or whose value is. */
  readonly column: number;
  /** True for a key that has its colon already. */
  readonly hasColon: boolean;
  /** True where nothing is typed behind the colon of a key in block style. */
  readonly isEmptyValue: boolean;
  /** True where the replaced text begins right behind a colon, and the space that YAML asks for has to come with a value. */
  readonly needsSpace: boolean;
  /** The document with the mark in it, and its objects. */
  readonly document: YamlDocument;
  readonly objects: readonly ObjectView[];
}

/** The word that a line ends with, with the quote that opens it, if one does. */
function typedBefore(line: string): string {
  let start = line.length;
  while (start > 0 && /[\w.]/.test(line.charAt(start - 1))) start--;
  const isQuoted =
    /["']/.test(line.charAt(start - 1)) && (start === 1 || /[\s[{,:]/.test(line.charAt(start - 2)));
  return line.slice(isQuoted ? start - 1 : start);
}

const MARK = 'podproofCursorMark';

/** What the cursor may stand at, the likeliest first. `text` is one document's, `offset` counts from its start. */
export function* cursorContexts(text: string, offset: number, kinds: KindSettings): Iterable<CursorContext> {
  const line = lineAround(text, offset);
  const before = text.slice(line.start, offset);
  if (/(^|\s)#/.test(before)) return;
  const typed = typedBefore(before);
  const quote = /^["']/.exec(typed)?.[0] ?? '';
  const rest = text.slice(offset, line.end);
  const ahead = /^[\w.]*/.exec(rest)?.[0] ?? '';
  const closes = quote !== '' && rest.startsWith(quote, ahead.length);
  const word: Span = { start: offset - typed.length, end: offset + ahead.length + (closes ? 1 : 0) };
  const lead = text.slice(line.start, word.start);
  const behind = text.slice(word.end, line.end);
  // In the indentation of a line that says something already, nothing is being typed.
  if (word.start === word.end && lead.trim() === '' && behind.trim() !== '') return;
  const isEmptyValue = typed === '' && behind.trim() === '' && /:\s*$/.test(lead);
  const replace = isEmptyValue ? { start: line.start + lead.trimEnd().length, end: word.end } : word;
  // Quoted as what is typed, so that the document keeps its style.
  const quotedMark = `${quote}${MARK}${quote}`;
  for (const mark of marksFor(lead, behind, quotedMark)) {
    const changed = text.slice(0, replace.start) + mark + text.slice(word.end);
    const read = readDocument(changed, undefined, kinds);
    if (read === undefined || breaks(read, text.slice(0, replace.start) + text.slice(word.end))) continue;
    const at = replace.start + mark.indexOf(quotedMark);
    const found = findMark(read.document.root, at, []);
    if (found === undefined) continue;
    yield {
      ...found,
      ...read,
      replace,
      quote,
      column: columnOf(changed, found.columnAt),
      hasColon: found.role === 'key' && /^\s*:/.test(behind),
      isEmptyValue: isEmptyValue && !found.isFlow,
      needsSpace: text[replace.start - 1] === ':',
    };
  }
}

/** True where the mark makes YAML of which the parser can make less than of the text without it: nothing fits there. */
function breaks({ document }: ReadDocument, without: string): boolean {
  if (document.problems.length === 0) return false;
  return document.problems.length > (readDocument(without)?.document.problems.length ?? 0);
}

function marksFor(lead: string, behind: string, mark: string): readonly string[] {
  if (/:\s*$/.test(lead)) return [` ${mark}`];
  const isLine = /^\s*(?:- +)*$/.test(lead) && behind.trim() === '';
  return isLine ? [`${mark}:`, mark] : [mark];
}

interface Found {
  readonly role: CursorContext['role'];
  readonly path: Path;
  readonly siblings: ReadonlySet<string>;
  readonly isFlow: boolean;
  readonly columnAt: number;
}

function findMark(node: YamlNode | undefined, at: number, path: Path): Found | undefined {
  if (node === undefined || node.start > at || node.span.end < at) return undefined;
  if (node.kind === 'mapping') return findInMapping(node, at, path);
  return node.kind === 'sequence' ? findInSequence(node, at, path) : undefined;
}

function findInMapping(node: MappingNode, at: number, path: Path): Found | undefined {
  const isFlow = node.style === 'flow';
  const siblings = new Set(node.entries.map(({ key }) => key).filter((key) => key !== MARK));
  for (const { key, keyNode, value } of node.entries) {
    const base = { siblings, isFlow, columnAt: keyNode.start };
    if (isMark(keyNode, at)) return { role: 'key', path, ...base };
    if (isMark(value, at)) return { role: 'value', path: [...path, key], ...base };
    const inner = findMark(value, at, [...path, key]);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function findInSequence(node: SequenceNode, at: number, path: Path): Found | undefined {
  for (const [index, { value }] of node.items.entries()) {
    if (isMark(value, at)) {
      const texts = node.items.map((item) => (item.value.kind === 'scalar' ? item.value.text : ''));
      const siblings = new Set(texts.filter((text) => text !== MARK));
      return { role: 'item', path, siblings, isFlow: node.style === 'flow', columnAt: value.start };
    }
    const inner = findMark(value, at, [...path, index]);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function isMark(node: YamlNode, at: number): boolean {
  return node.kind === 'scalar' && node.text === MARK && node.span.start === at;
}

function columnOf(text: string, offset: number): number {
  return offset - lineAround(text, offset).start;
}
