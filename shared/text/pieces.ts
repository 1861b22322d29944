/** Pieces: a text that is kept as many short ones, so that an edit copies a few of them and not the whole. */
import type { LineIndex, Position } from './lineIndex.ts';
import type { Span } from './span.ts';

/** A text as its readers need it; a string is one. */
export interface TextSource {
  readonly length: number;
  /** The text from one offset to another one; offsets outside it mean its nearest end. */
  slice(start: number, end?: number): string;
  /** All of it, as one string. */
  toString(): string;
  /** Whether a line passes, where the text can tell that of the lines that have not changed without looking at them again. */
  hasLine?(test: LineTest): boolean;
}

/** A stretch of a text, which is cut out of it when all of it is needed. */
export function stretchOf(text: TextSource, start: number, end: number): TextSource {
  const length = Math.max(0, end - start);
  const within = (offset: number): number => start + Math.max(0, Math.min(offset, length));
  let whole: string | undefined;
  return {
    length,
    slice: (from, to = length) => text.slice(within(from), within(to)),
    toString() {
      whole ??= text.slice(start, end);
      return whole;
    },
  };
}

/** What is asked of lines: whether something in one of them matches. What it has found is kept with the pieces that it was found in. */
export class LineTest {
  readonly #pattern: RegExp;
  readonly #known = new WeakMap<Piece, boolean>();

  /** A pattern that never matches over the end of a line, and has no state. */
  constructor(pattern: RegExp) {
    this.#pattern = pattern;
  }

  isPassedBy(text: TextSource): boolean {
    return text.hasLine === undefined ? this.#pattern.test(text.toString()) : text.hasLine(this);
  }

  isPassedByPiece(piece: Piece): boolean {
    let known = this.#known.get(piece);
    if (known === undefined) {
      known = this.#pattern.test(piece.text);
      this.#known.set(piece, known);
    }
    return known;
  }
}

/** What a change replaces, in the text before it, and how long the replacement is. */
export interface Replacement {
  readonly span: Span;
  readonly length: number;
}

/** Two replacements, one after the other, as one that covers both; `first` may be none. */
export function joined(first: Replacement | undefined, second: Replacement): Replacement {
  if (first === undefined) return second;
  const start = Math.min(first.span.start, second.span.start);
  // In the text between the two.
  const end = Math.max(first.span.start + first.length, second.span.end);
  const grown = second.length - (second.span.end - second.span.start);
  return {
    span: { start, end: end - first.length + (first.span.end - first.span.start) },
    length: end - start + grown,
  };
}

/** One short text of a longer one: whole lines, if they are not too long. It stays the same object for as long as it is not touched. */
export interface Piece {
  readonly text: string;
  /** Offsets behind the line breaks that end in it. */
  readonly breaks: Uint16Array | Uint32Array;
}

/** Pieces are about as long as this, in UTF-16 code units. */
const LENGTH = 8192;

/** A text in its pieces, and how much is before each of them. */
interface Table {
  readonly pieces: readonly Piece[];
  readonly starts: Uint32Array;
  /** Line breaks before each piece. */
  readonly lines: Uint32Array;
  readonly lineCount: number;
}

/** A shorter text is kept as a whole beside its pieces. */
const SHORT = 50_000;

/**
 * A text and its lines, made of another one in a time that depends on what is replaced. It says the same for as long as it lives; pieces
 * and the whole are made when they are first needed. Every piece but the last ends behind a `\n`. Lines are those of `indexLines`.
 */
export class PiecedText implements TextSource, LineIndex {
  readonly length: number;
  #made: Table | undefined;
  #whole: string | undefined;
  /** The long stretch that was asked for last: whoever looks at a long document asks for it again and again. */
  #longest: { readonly from: number; readonly to: number; readonly text: string } | undefined;

  private constructor(length: number, whole: string | undefined, made: Table | undefined) {
    this.length = length;
    this.#whole = whole;
    this.#made = made;
  }

  static of(text: string): PiecedText {
    return new PiecedText(text.length, text, undefined);
  }

  toString(): string {
    this.#whole ??= this.pieces.map(({ text }) => text).join('');
    return this.#whole;
  }

  get pieces(): readonly Piece[] {
    return this.#table().pieces;
  }

  get lineCount(): number {
    return this.#table().lineCount;
  }

  hasLine(test: LineTest): boolean {
    return this.pieces.some((piece) => test.isPassedByPiece(piece));
  }

  slice(start: number, end: number = this.length): string {
    // What is cut out of the whole would keep all of it in memory, and the pieces are there anyway.
    if (this.#made === undefined && this.#whole !== undefined) return this.#whole.slice(start, end);
    const from = Math.max(0, Math.min(start, this.length));
    const to = Math.max(from, Math.min(end, this.length));
    if (from === to) return '';
    if (this.#longest?.from === from && this.#longest.to === to) return this.#longest.text;
    const { pieces, starts } = this.#table();
    const parts: string[] = [];
    for (let at = lastBelow(starts, from + 1); at < pieces.length; at++) {
      const begin = starts[at] as number;
      if (begin >= to) break;
      parts.push((pieces[at] as Piece).text.slice(Math.max(0, from - begin), to - begin));
    }
    const text = parts.join('');
    if (text.length > SHORT) this.#longest = { from, to, text };
    return text;
  }

  /** The text with a stretch of it replaced; a span outside the text means its nearest end. */
  replaced(span: Span, inserted: string): PiecedText {
    const start = Math.max(0, Math.min(span.start, this.length));
    const end = Math.max(start, Math.min(span.end, this.length));
    const { pieces, starts } = this.#table();
    const first = lastBelow(starts, start + 1);
    let last = lastBelow(starts, end + 1);
    const from = starts[first] ?? 0;
    const lengthUpTo = (piece: number): number => (starts[piece + 1] ?? this.length) - from;
    // Short pieces are joined with the next.
    const grown = inserted.length - (end - start);
    while (last < pieces.length - 1 && lengthUpTo(last) + grown < LENGTH / 4) last++;
    const to = from + lengthUpTo(last);
    const text = this.slice(from, start) + inserted + this.slice(end, to);
    const made = [...pieces.slice(0, first), ...cut(text), ...pieces.slice(last + 1)];
    const length = this.length + grown;
    return new PiecedText(length, undefined, tableOf(made));
  }

  /** A short replacement that makes another text of this one. */
  differenceTo(after: string): Replacement {
    const { pieces } = this.#table();
    const shorter = Math.min(this.length, after.length);
    let start = 0;
    for (const { text } of pieces) {
      // Whole pieces are compared at once.
      if (after.startsWith(text, start)) {
        start += text.length;
        continue;
      }
      for (let at = 0; start < shorter && text.charCodeAt(at) === after.charCodeAt(start); at++) start++;
      break;
    }
    let end = 0;
    for (let piece = pieces.length - 1; piece >= 0; piece--) {
      const { text } = pieces[piece] as Piece;
      const isWithin = end + text.length <= shorter - start;
      if (isWithin && after.endsWith(text, after.length - end)) {
        end += text.length;
        continue;
      }
      for (let at = text.length - 1; at >= 0 && end < shorter - start; at--) {
        if (text.charCodeAt(at) !== after.charCodeAt(after.length - 1 - end)) break;
        end++;
      }
      break;
    }
    return { span: { start, end: this.length - end }, length: after.length - end - start };
  }

  positionAt(offset: number): Position {
    const { pieces, starts, lines } = this.#table();
    const at = Math.max(0, Math.min(offset, this.length));
    const piece = lastBelow(starts, at + 1);
    const within = at - (starts[piece] ?? 0);
    const breaks = pieces[piece]?.breaks ?? NONE;
    const own = countUpTo(breaks, within);
    return { line: (lines[piece] ?? 0) + own, character: within - (breaks[own - 1] ?? 0) };
  }

  offsetAt({ line, character }: Position): number {
    if (line < 0) return 0;
    return Math.min(this.lineStart(line) + Math.max(0, character), this.lineEnd(line));
  }

  lineStart(line: number): number {
    if (line <= 0) return 0;
    const { pieces, starts, lines, lineCount } = this.#table();
    if (line >= lineCount) return this.length;
    const piece = lastBelow(lines, line);
    const own = line - (lines[piece] ?? 0);
    return (starts[piece] ?? 0) + (pieces[piece]?.breaks[own - 1] ?? 0);
  }

  lineEnd(line: number): number {
    if (line < 0) return 0;
    if (line >= this.lineCount - 1) return this.length;
    const next = this.lineStart(line + 1);
    return this.slice(next - 2, next) === '\r\n' && next - 1 > this.lineStart(line) ? next - 2 : next - 1;
  }

  #table(): Table {
    if (this.#made === undefined) {
      this.#made = tableOf(cut(this.#whole ?? ''));
      // Twice in memory would be once too often.
      if (this.length > SHORT) this.#whole = undefined;
    }
    return this.#made;
  }
}

function tableOf(pieces: readonly Piece[]): Table {
  const starts = new Uint32Array(pieces.length);
  const lines = new Uint32Array(pieces.length);
  let length = 0;
  let breaks = 0;
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at] as Piece;
    starts[at] = length;
    lines[at] = breaks;
    length += piece.text.length;
    breaks += piece.breaks.length;
  }
  return { pieces, starts, lines, lineCount: breaks + 1 };
}

const NONE = new Uint16Array(0);

/** Index of the last number below a bound, of numbers that do not decrease from 0 on; 0 where there is none. */
function lastBelow(numbers: Uint32Array, bound: number): number {
  let low = 0;
  let high = Math.max(0, numbers.length - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] as number) < bound) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How many of some ascending numbers are at most a bound. */
function countUpTo(numbers: Uint16Array | Uint32Array, bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Cuts a text behind line breaks; a line that is longer than a piece should be is left whole. */
function cut(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let start = 0; start < text.length; ) {
    let end = text.length;
    if (end - start > 2 * LENGTH) {
      const lineBreak = text.indexOf('\n', start + LENGTH);
      if (lineBreak >= 0) end = lineBreak + 1;
    }
    pieces.push(pieceOf(text.slice(start, end)));
    start = end;
  }
  return pieces;
}

function pieceOf(cutOut: string): Piece {
  // A copy: what is cut out of a text keeps all of it in memory.
  const text = ` ${cutOut}`.slice(1);
  const breaks: number[] = [];
  if (text.includes('\r')) {
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === 13 && text.charCodeAt(at + 1) === 10) at++;
      if (unit === 13 || unit === 10) breaks.push(at + 1);
    }
  } else {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks.push(at + 1);
  }
  return { text, breaks: text.length < 65_536 ? Uint16Array.from(breaks) : Uint32Array.from(breaks) };
}
