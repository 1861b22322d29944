/** Line index: turns offsets into lines and characters and back, as the Language Server Protocol counts them. */

/** A zero-based line and a zero-based UTF-16 code unit in it. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface LineIndex {
  /** Position of an offset; offsets outside the text answer its nearest end. */
  positionAt(offset: number): Position;
  /** Offset of a position; a character behind the line's end answers the end of its text, before the line break. */
  offsetAt(position: Position): number;
  /** Offset at which a line starts; lines outside the text answer its nearest end. */
  lineStart(line: number): number;
  /** Offset behind the last character of a line, before its line break. */
  lineEnd(line: number): number;
  readonly lineCount: number;
}

/** Indexes a text from its start. `\n`, `\r\n` and a lone `\r` end a line, as in the Language Server Protocol. */
export function indexLines(text: string): LineIndex {
  return indexOf(text, text.includes('\r') ? startsOfAll(text) : startsOfUnix(text));
}

function startsOfAll(text: string): Uint32Array {
  const starts: number[] = [0];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 13 && text.charCodeAt(i + 1) === 10) i++;
    if (unit === 13 || unit === 10) starts.push(i + 1);
  }
  return Uint32Array.from(starts);
}

/** Where no line ends but with `\n`: searching for the next one is faster than looking at every character. */
function startsOfUnix(text: string): Uint32Array {
  let starts = new Uint32Array(16 + (text.length >> 5));
  let count = 1;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
    if (count === starts.length) {
      const longer = new Uint32Array(2 * count);
      longer.set(starts);
      starts = longer;
    }
    starts[count++] = i + 1;
  }
  return starts.slice(0, count);
}

function indexOf(text: string, starts: Uint32Array): LineIndex {
  const lineStart = (line: number): number =>
    line < 0 ? 0 : line < starts.length ? (starts[line] as number) : text.length;
  const lineEnd = (line: number): number => {
    if (line < 0) return 0;
    if (line >= starts.length - 1) return text.length;
    let end = lineStart(line + 1) - 1;
    if (text.charCodeAt(end) === 10 && text.charCodeAt(end - 1) === 13 && end > lineStart(line)) end--;
    return end;
  };
  const lineOf = (at: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    lineCount: starts.length,
    lineStart,
    lineEnd,
    positionAt(offset) {
      const at = Math.max(0, Math.min(offset, text.length));
      const line = lineOf(at);
      return { line, character: at - (starts[line] as number) };
    },
    offsetAt({ line, character }) {
      if (line < 0) return 0;
      return Math.min(lineStart(line) + Math.max(0, character), lineEnd(line));
    },
  };
}
