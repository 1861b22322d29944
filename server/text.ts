/** Text: one version of an open document, and the versions that a client's changes make of it. */
import type {
  Position,
  Range,
  TextDocumentContentChangeEvent,
  TextDocumentContentChangePartial,
  TextDocumentItem,
} from 'vscode-languageserver';
import type { LineIndex } from '../shared/text/lineIndex.ts';
import { PiecedText, type Replacement } from '../shared/text/pieces.ts';
import type { Span } from '../shared/text/span.ts';

export interface OpenText {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  /** Put together when it is first asked for: work that follows every keystroke takes what it needs from `content`. */
  readonly text: string;
  readonly content: PiecedText;
  readonly lines: LineIndex;
}

export function openText({ uri, languageId, version, text }: TextDocumentItem): OpenText {
  return textOf({ uri, languageId, version }, PiecedText.of(text));
}

function textOf({ uri, languageId, version }: Omit<TextDocumentItem, 'text'>, content: PiecedText): OpenText {
  return {
    uri,
    languageId,
    version,
    get text() {
      return content.toString();
    },
    content,
    lines: content,
  };
}

/** One content change applied. A place outside the text means the text's nearest end; a change that is not one throws. */
export function changeText(
  before: OpenText,
  change: TextDocumentContentChangeEvent,
): { readonly after: OpenText; readonly replacement: Replacement } {
  if (typeof change.text !== 'string') throw new TypeError('A change has no text.');
  const { content, lines } = before;
  if (!isPartial(change)) {
    const { span, length } = content.differenceTo(change.text);
    const after = content.replaced(span, change.text.slice(span.start, span.start + length));
    return { after: textOf(before, after), replacement: { span, length } };
  }
  const span = spanOf(lines, change.range);
  const replacement = { span, length: change.text.length };
  return { after: textOf(before, content.replaced(span, change.text)), replacement };
}

/** The same text as another version. */
export function withVersion(before: OpenText, version: number): OpenText {
  const { uri, languageId, content } = before;
  return textOf({ uri, languageId, version }, content);
}

/** True for a change of a part; any other gives the text as a whole. */
export function isPartial(
  change: TextDocumentContentChangeEvent,
): change is TextDocumentContentChangePartial {
  return 'range' in change && change.range !== undefined && change.range !== null;
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
