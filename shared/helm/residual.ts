/** Residual templates: what a template writes as text again, in which only what cannot be followed is left as actions. */
import type { BranchRun, Piece, Written } from './evaluate.ts';
import type { LinesAt, Mark, Origin } from './goValue.ts';

/** Text to be read as a template is, whose every stretch knows where it came from. */
export interface Residual {
  readonly text: string;
  /** In the order of the text, without gaps; ends count from the text's start. */
  readonly pieces: readonly Piece[];
  /** Stretches that came from a values file; sorted, not overlapping. */
  readonly values: readonly ValueStretch[];
  /** For each output action of the file, by its start: the place in a values file that its value came from, if only one. */
  readonly origins: ReadonlyMap<number, Origin>;
  /** What became of the template's branches: by the start of the action that opens each, or of its `else`. */
  readonly branches: ReadonlyMap<number, BranchRun>;
}

export interface ValueStretch {
  readonly start: number;
  readonly end: number;
  readonly origin: Origin;
}

/** Holes become outputs, and branches that may be taken or not become conditions again. */
export function residualOf({ text, pieces, origins, branches }: Written): Residual {
  const parts: string[] = [];
  const moves: { readonly from: number; readonly by: number }[] = [];
  const values: ValueStretch[] = [];
  let at = 0;
  let by = 0;
  const put = (start: number, end: number, written: string): void => {
    parts.push(text.text.slice(at, start), written);
    at = end;
    by += written.length - (end - start);
    moves.push({ from: end, by });
  };
  const separators = [...text.text.matchAll(LOOSE_SEPARATOR)].map(({ index }) => index + 3);
  let separator = separators.shift();
  for (const mark of text.marks) {
    for (; separator !== undefined && separator <= mark.start; separator = separators.shift()) {
      put(separator, separator, '\n');
    }
    if (mark.mark === 'branch') put(mark.start, mark.end, branchText(mark));
    else if (mark.mark === 'hole') {
      put(mark.start, mark.end, holeText(mark.lines, standsAlone(text.text, mark.start)));
    } else if (mark.origin.file !== '') {
      // A place of no file is none that a person could change.
      values.push({ start: mark.start + by, end: mark.end + by, origin: mark.origin });
    }
  }
  for (; separator !== undefined; separator = separators.shift()) put(separator, separator, '\n');
  parts.push(text.text.slice(at));
  const cut = cutAt(
    pieces,
    [...text.text.matchAll(LOOSE_SEPARATOR)].map(({ index }) => index + 3),
  );
  return { text: parts.join(''), pieces: movedPieces(cut, moves), values, origins, branches };
}

/** Helm takes any line that starts with three dashes for the start of a document (releaseutil.SplitManifests). */
const LOOSE_SEPARATOR = /^---(?=[^\s-])/gm;

/** Cuts pieces in two, so that text put in between moves what is behind it alone. */
function cutAt(pieces: readonly Piece[], offsets: readonly number[]): readonly Piece[] {
  if (offsets.length === 0) return pieces;
  const cut: Piece[] = [];
  let next = 0;
  let start = 0;
  for (const piece of pieces) {
    let from = piece.from;
    for (let at = offsets[next]; at !== undefined && at < piece.end; at = offsets[next]) {
      next++;
      if (!piece.isLiteral || at <= start) continue;
      const middle = from.start + at - start;
      cut.push({ ...piece, end: at, from: { start: from.start, end: middle } });
      from = { start: middle, end: from.end };
      start = at;
    }
    cut.push({ ...piece, from });
    start = piece.end;
  }
  return cut;
}

function movedPieces(
  pieces: readonly Piece[],
  moves: readonly { readonly from: number; readonly by: number }[],
): readonly Piece[] {
  let next = 0;
  let by = 0;
  return pieces.map((piece): Piece => {
    for (let move = moves[next]; move !== undefined && move.from <= piece.end; move = moves[next]) {
      by = move.by;
      next++;
    }
    return by === 0 ? piece : { ...piece, end: piece.end + by };
  });
}

function holeText(lines: LinesAt | undefined, isAlone: boolean): string {
  if (lines === undefined) return '{{ unknown }}';
  // Alone on its line, where its first line comes to stand is known too.
  return `{{ unknown | ${lines.breaksLine || isAlone ? 'n' : ''}indent ${lines.indent} }}`;
}

function standsAlone(text: string, offset: number): boolean {
  let at = offset - 1;
  while (text[at] === ' ') at--;
  return at < 0 || text[at] === '\n';
}

function branchText({ text }: Extract<Mark, { mark: 'branch' }>): string {
  return `{{ ${text.replace(/\s+/g, ' ')} }}`;
}

/** The piece that wrote the character at an offset, and where the piece starts. */
export function pieceAt(
  { pieces }: Residual,
  offset: number,
): { readonly piece: Piece; readonly start: number } | undefined {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle] as Piece).end <= offset) low = middle + 1;
    else high = middle;
  }
  const piece = pieces[low];
  return piece === undefined ? undefined : { piece, start: pieces[low - 1]?.end ?? 0 };
}
