/** Documents: cuts a stream of YAML into its documents, from the text alone. */
import { LineTest, type TextSource } from '../text/pieces.ts';
import type { Span } from '../text/span.ts';

/** The stretch of a stream that one document takes, its directives and `---` included. */
export interface DocumentSlice extends Span {
  /** False for a stretch that holds no document, such as the comments of an otherwise empty file. */
  readonly isDocument: boolean;
}

/**
 * Cuts a stream at its markers. A line that starts with `---`, and `...`, ends a document wherever it stands, in a
 * quoted or block scalar too (YAML 1.2.2, 9.1.2), so the cut needs no context. The slices follow each other without a
 * gap; comments and directives before a `---` belong to the document that it starts. What follows `most` documents is one more slice.
 */
export function splitDocuments(text: string, most = Number.POSITIVE_INFINITY): readonly DocumentSlice[] {
  const slices: DocumentSlice[] = [];
  let sliceStart = 0;
  let started = false;
  const push = (end: number): void => {
    slices.push({ start: sliceStart, end, isDocument: true });
    sliceStart = end;
    started = false;
  };

  // An end marker with nothing before it belongs to what came before: the directives behind it are the next document's.
  const extendLast = (end: number): void => {
    const last = slices.pop();
    if (last === undefined) return;
    slices.push({ ...last, end });
    sliceStart = end;
  };

  let contentFrom = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  for (const marker of markers(text)) {
    if (slices.length >= most) break;
    const hasContent = started || holdsContent(text, contentFrom, marker.start);
    if (marker.isStart) {
      if (hasContent) push(marker.start);
      started = true;
    } else {
      if (hasContent) push(marker.lineEnd);
      else extendLast(marker.lineEnd);
    }
    contentFrom = marker.end;
  }
  if (started || holdsContent(text, contentFrom, text.length)) {
    push(text.length);
  } else if (sliceStart < text.length) {
    const previous = slices.pop();
    if (previous === undefined) slices.push({ start: 0, end: text.length, isDocument: false });
    else slices.push({ ...previous, end: text.length });
  }
  return slices;
}

/** As `splitDocuments`, for a stretch of a text that keeps in mind which of its lines are markers: without any, no line is looked at. */
export function splitStretch(of: TextSource, stretch: TextSource): readonly DocumentSlice[] {
  if (of.hasLine === undefined || MARKERS.isPassedBy(of)) return splitDocuments(stretch.toString());
  if (stretch.length === 0) return [];
  // Most say within their first lines that they hold something.
  const isDocument = holdsAnything(stretch.slice(0, FIRST_LINES)) || holdsAnything(stretch.toString());
  return [{ start: 0, end: stretch.length, isDocument }];
}

/** In UTF-16 code units. */
const FIRST_LINES = 1_000;

function holdsAnything(text: string): boolean {
  return holdsContent(text, text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0, text.length);
}

/** Every line that may be a marker, and some that are none. */
const MARKERS = new LineTest(/^\uFEFF?(?:---|\.\.\.)/m);

const BYTE_ORDER_MARK = 0xfeff;

interface Marker {
  readonly isStart: boolean;
  readonly start: number;
  /** Offset behind the three characters. */
  readonly end: number;
  /** Offset behind the line break that ends the marker's line. */
  readonly lineEnd: number;
}

function* markers(text: string): Iterable<Marker> {
  const nextOf = { '---': 0, '...': 0 };
  let lineStart = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  while (lineStart < text.length) {
    const isStart = text.startsWith('---', lineStart);
    if ((isStart || text.startsWith('...', lineStart)) && isBlankOrEnd(text.charCodeAt(lineStart + 3))) {
      const lineBreak = text.indexOf('\n', lineStart);
      yield {
        isStart,
        start: lineStart,
        end: lineStart + 3,
        lineEnd: lineBreak < 0 ? text.length : lineBreak + 1,
      };
    }
    for (const marker of ['---', '...'] as const) {
      // A search for one that is rare or absent is not made again for each of the other.
      if (nextOf[marker] <= lineStart) nextOf[marker] = nextLine(text, marker, lineStart);
    }
    lineStart = Math.min(nextOf['---'], nextOf['...']);
  }
}

/** Offset of the next line that starts with a marker, or the text's length. */
function nextLine(text: string, marker: string, from: number): number {
  const found = text.indexOf(`\n${marker}`, from);
  return found < 0 ? text.length : found + 1;
}

/** A missing code unit (`NaN`) is the text's end. */
function isBlankOrEnd(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 10 || unit === 13 || Number.isNaN(unit);
}

/** True where a line between the offsets holds anything but white space, a comment or a directive. */
function holdsContent(text: string, from: number, to: number): boolean {
  let at = from;
  while (at < to) {
    const unit = text.charCodeAt(at);
    if (isBlankOrEnd(unit) || unit === BYTE_ORDER_MARK) {
      at++;
      continue;
    }
    const isDirective = unit === 37 && (at === 0 || text.charCodeAt(at - 1) === 10);
    if (unit !== 35 && !isDirective) return true;
    const lineBreak = text.indexOf('\n', at);
    if (lineBreak < 0 || lineBreak >= to) return false;
    at = lineBreak + 1;
  }
  return false;
}
