/** Text: one version of an open document, and the versions that a client's changes make of it. */
import type {
  Position,
  Range,
  TextDocumentContentChangeEvent,
  TextDocumentContentChangePartial,
  TextDocumentItem,
} from 'vscode-languageserver';
import { indexLines, type LineIndex } from '../shared/text/lineIndex.ts';
import type { Span } from '../shared/text/span.ts';

export interface OpenText {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
  readonly lines: LineIndex;
}

/** `known` is the text's index where there is one already. */
export function openText({ uri, languageId, version, text }: TextDocumentItem, known?: LineIndex): OpenText {
  let lines = known;
  return {
    uri,
    languageId,
    version,
    text,
    get lines() {
      lines ??= indexLines(text);
      return lines;
    },
  };
}

/** What one change replaces, in the text before it, and how long the replacement is. */
export interface Replacement {
  readonly span: Span;
  readonly length: number;
}

/** One content change applied. A place outside the text means the text's nearest end; a change that is not one throws. */
export function changeText(
  before: OpenText,
  change: TextDocumentContentChangeEvent,
): { readonly after: OpenText; readonly replacement: Replacement } {
  if (typeof change.text !== 'string') throw new TypeError('A change has no text.');
  if (!isPartial(change)) {
    return replaced(before, change.text, differenceBetween(before.text, change.text));
  }
  const span = spanOf(before.lines, change.range);
  const text = before.text.slice(0, span.start) + change.text + before.text.slice(span.end);
  return replaced(before, text, { span, length: change.text.length });
}

function replaced(
  before: OpenText,
  text: string,
  replacement: Replacement,
): { readonly after: OpenText; readonly replacement: Replacement } {
  const lines = before.lines.after(text, replacement.span, replacement.length);
  return { after: openText({ ...identityOf(before), text }, lines), replacement };
}

function identityOf({ uri, languageId, version }: OpenText): Omit<TextDocumentItem, 'text'> {
  return { uri, languageId, version };
}

/** The same text as another version. */
export function withVersion(before: OpenText, version: number): OpenText {
  return openText({ ...identityOf(before), version, text: before.text }, before.lines);
}

/** True for a change of a part; any other gives the text as a whole. */
export function isPartial(
  change: TextDocumentContentChangeEvent,
): change is TextDocumentContentChangePartial {
  return 'range' in change && change.range !== undefined && change.range !== null;
}

/** The shortest replacement that turns one text into the other. */
function differenceBetween(before: string, after: string): Replacement {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end++;
  }
  return { span: { start, end: before.length - end }, length: after.length - end - start };
}

/** Offsets of a range, in order; a range that is not one throws. */
export function spanOf(lines: LineIndex, range: Range): Span {
  const start = offsetOf(lines, range.start);
  const end = offsetOf(lines, range.end);
  return start <= end ? { start, end } : { start: end, end: start };
}

export function offsetOf(lines: LineIndex, position: Position): number {
  if (!Number.isInteger(position.line) || !Number.isInteger(position.character)) {
    throw new TypeError('A position has no line or no character.');
  }
  return lines.offsetAt(position);
}

/**
 * Spans of the text before a replacement, where they are after it; undefined where the replacement touches what one of them covers.
 * An editor that keeps marks on a text has lost such a mark.
 */
export function spansAfter(
  spans: readonly Span[],
  { span, length }: Replacement,
): readonly Span[] | undefined {
  const shift = length - (span.end - span.start);
  const moved: Span[] = [];
  for (const marked of spans) {
    if (marked.end <= span.start) moved.push(marked);
    else if (marked.start >= span.end) moved.push({ start: marked.start + shift, end: marked.end + shift });
    else return undefined;
  }
  return moved;
}
