/** A patch: collects what one edit inserts, deletes and replaces, and turns it into text edits. */
import type { Span } from '../text/span.ts';
import type { TextEdit } from '../text/textEdit.ts';
import { BYTE_ORDER_MARK, type Layout, lineBreakAfter, lineKind } from './editLayout.ts';

interface Piece {
  readonly span: Span;
  readonly newText: string;
  readonly depth: number;
}

interface LineInsertion {
  readonly line: number;
  readonly lines: readonly string[];
  readonly depth: number;
}

export class Patch {
  private readonly layout: Layout;
  private readonly pieces: Piece[] = [];
  private readonly insertions: LineInsertion[] = [];
  private readonly deleted = new Set<number>();

  constructor(layout: Layout) {
    this.layout = layout;
  }

  /**
   * Replaces a span within lines. Of several insertions at one offset the deepest node's comes first: what is put at the
   * end of an inner mapping stands before what follows the mapping.
   */
  replace(start: number, end: number, newText: string, depth: number): void {
    if (start !== end || newText !== '') this.pieces.push({ span: { start, end }, newText, depth });
  }

  /** Puts whole lines behind a line; `-1` is before the first. */
  insertLines(line: number, lines: readonly string[], depth: number): void {
    if (lines.length > 0) this.insertions.push({ line, lines, depth });
  }

  /** Deletes whole lines with their line breaks. */
  deleteLine(line: number): void {
    this.deleted.add(line);
  }

  /** True for lines that have been deleted so far. */
  deletes(line: number): boolean {
    return this.deleted.has(line);
  }

  /** The edits, sorted and apart from each other; undefined where two of them meet in the same text. */
  finish(): readonly TextEdit[] | undefined {
    const { layout } = this;
    const pieces = [...this.pieces];
    for (const { line, lines, depth } of this.insertions) pieces.push(this.placed(line, lines, depth));
    for (const span of this.deletedSpans()) {
      const isWithin = ({ span: around }: Piece): boolean =>
        around.start <= span.start && span.end <= around.end;
      if (!this.pieces.some(isWithin)) pieces.push({ span, newText: '', depth: 0 });
    }
    const ordered = pieces.map((piece, index) => ({ piece, index }));
    ordered.sort(
      (a, b) =>
        a.piece.span.start - b.piece.span.start ||
        Number(a.piece.span.end !== a.piece.span.start) - Number(b.piece.span.end !== b.piece.span.start) ||
        b.piece.depth - a.piece.depth ||
        a.index - b.index,
    );
    const edits: TextEdit[] = [];
    for (const { piece } of ordered) {
      const previous = edits.at(-1);
      const { span, newText } = piece;
      if (previous !== undefined && span.start < previous.span.end) return undefined;
      if (previous === undefined || !isOneEdit(previous, piece)) {
        edits.push({ span, newText });
        continue;
      }
      edits[edits.length - 1] = {
        span: { start: previous.span.start, end: span.end },
        newText: previous.newText + newText,
      };
    }
    return edits.map((edit) => narrowed(layout.text, edit)).filter((edit) => !isNothing(edit));
  }

  /** Lines that go cannot be stood behind: the insertion goes up to the next that stays. */
  private placed(line: number, lines: readonly string[], depth: number): Piece {
    const { text, lines: index } = this.layout;
    let stays = line;
    while (stays >= 0 && this.deleted.has(stays)) stays--;
    if (stays < 0) {
      const start = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
      const eol = lineBreakAfter(this.layout, 0);
      return { span: { start, end: start }, newText: lines.map((each) => each + eol).join(''), depth };
    }
    const at = index.lineEnd(stays);
    const eol = lineBreakAfter(this.layout, stays);
    return { span: { start: at, end: at }, newText: lines.map((each) => eol + each).join(''), depth };
  }

  private *deletedSpans(): Iterable<Span> {
    const { text, lines } = this.layout;
    const textStart = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
    const ordered = [...this.deleted].sort((a, b) => a - b);
    for (let i = 0; i < ordered.length; i++) {
      const first = ordered[i] as number;
      while (ordered[i + 1] === (ordered[i] as number) + 1) i++;
      const last = ordered[i] as number;
      const start = Math.max(textStart, lines.lineStart(first));
      if (last < lines.lineCount - 1) {
        yield { start, end: lines.lineStart(last + 1) };
        continue;
      }
      // The end of a text without a last line break: the line before it ends the text then, unless it is blank
      // or its break belongs to a block scalar.
      let before = first - 1;
      while (before > 0 && lineKind(this.layout, before) === 'blank') before--;
      const keepsBreak = before < 0 || this.layout.openLines.has(before);
      yield { start: keepsBreak ? start : lines.lineEnd(before), end: text.length };
    }
  }
}

/** Edits that start at one place, or deletions that touch, are one edit: not every editor orders them alike. */
function isOneEdit(previous: TextEdit, next: Piece): boolean {
  if (previous.span.start === next.span.start) return true;
  return previous.span.end === next.span.start && previous.newText === '' && next.newText === '';
}

/** An edit without what it deletes and writes again. */
function narrowed(text: string, edit: TextEdit): TextEdit {
  const old = text.slice(edit.span.start, edit.span.end);
  if (old === '' || edit.newText === '' || !edit.newText.includes('\n')) return edit;
  let front = 0;
  const shorter = Math.min(old.length, edit.newText.length);
  while (front < shorter && old[front] === edit.newText[front]) front++;
  return {
    span: { start: edit.span.start + front, end: edit.span.end },
    newText: edit.newText.slice(front),
  };
}

function isNothing({ span, newText }: TextEdit): boolean {
  return span.start === span.end && newText === '';
}
