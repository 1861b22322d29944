/** Pieces: a long stream cut at its markers, so that its documents can be judged apart from each other, and few at a time. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { MAX_DOCUMENTS } from '../shared/analysis/analyze.ts';

/** A stretch of whole documents. */
export interface Piece {
  /** In bytes, from the start of the file. */
  readonly start: number;
  readonly end: number;
  /** Zero-based; as editors count, a lone carriage return ends a line too. */
  readonly firstLine: number;
}

/** What tells a file from one that was written since. */
export interface Stamp {
  readonly size: number;
  readonly modified: number;
}

/** In bytes. Small enough that no thread waits long for the last one, and large enough that what each costs beside its documents is little. */
const PIECE = 128 * 1024;

/**
 * The pieces of a text, which follow each other without a gap; none where it is short, or where something in it may reach beyond its
 * own document. Each but the last takes `size` bytes or somewhat more. What `splitDocuments` makes of the pieces is what it makes of the text.
 */
export function piecesOf(content: Uint8Array, size = PIECE): readonly Piece[] {
  if (content.length < 2 * size) return [];
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes[0] === 0xff || bytes[0] === 0xfe || REACHING.some((mark) => bytes.includes(mark))) return [];
  const pieces: Piece[] = [];
  let start = 0;
  let firstLine = 0;
  const cut = (end: number): void => {
    pieces.push({ start, end, firstLine });
    firstLine += lineBreaksIn(bytes, start, end);
    start = end;
  };
  // Behind a `---`, the next one begins a document for certain; behind `...`, directives and comments may do so before it.
  let isStarted = false;
  let markers = 0;
  for (const { at, isStart } of markersIn(bytes)) {
    // Where the bound on a text's documents is passed, its documents do not stand for themselves.
    if (++markers >= MAX_DOCUMENTS) return [];
    if (isStart && isStarted && at - start >= size) cut(at);
    isStarted = isStart;
  }
  cut(bytes.length);
  return pieces.length > 1 ? pieces : [];
}

/** Template actions and some suppressions reach into other documents; a text with a zero is none. */
const REACHING: readonly (string | number)[] = [0, '{{', '{%', 'podproof-ignore'];

/** The lines that start with a marker, but for the first line. */
function* markersIn(bytes: Buffer): Iterable<{ readonly at: number; readonly isStart: boolean }> {
  const find = (marker: string, from: number): number => {
    const found = bytes.indexOf(marker, from);
    return found < 0 ? bytes.length : found;
  };
  let start = find('\n---', 0);
  let end = find('\n...', 0);
  while (Math.min(start, end) < bytes.length) {
    const isStart = start < end;
    const at = (isStart ? start : end) + 1;
    if (isBlankOrEnd(bytes[at + 3])) yield { at, isStart };
    if (isStart) start = find('\n---', at);
    else end = find('\n...', at);
  }
}

function isBlankOrEnd(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13 || byte === undefined;
}

function lineBreaksIn(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  // A byte is a character here, so that looking for the next one is left to the engine.
  const text = bytes.toString('latin1', start, end);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1))
    if (bytes[start + at + 1] !== 10) count++;
  return count;
}

/** Throws where the file cannot be looked at. */
export function stampOf(file: string): Stamp {
  const { size, mtimeMs } = statSync(file);
  return { size, modified: mtimeMs };
}

/** The bytes of a piece; undefined where the file is no longer the one that was cut, or cannot be read. */
export function readPiece(file: string, { start, end }: Piece, stamp: Stamp): Uint8Array | undefined {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { size, mtimeMs } = fstatSync(descriptor);
      if (size !== stamp.size || mtimeMs !== stamp.modified) return undefined;
      const bytes = Buffer.allocUnsafe(end - start);
      let length = 0;
      while (length < bytes.length) {
        const read = readSync(descriptor, bytes, length, bytes.length - length, start + length);
        if (read === 0) return undefined;
        length += read;
      }
      return bytes;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}
