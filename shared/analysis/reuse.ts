/** Reuse: finds the documents of a text in an earlier one, so that an edit costs what it touched. */
import { type DocumentSlice, splitDocuments } from '../yaml/documents.ts';
import type { AnalyzedDocument, AnalyzedText, DocumentAnalysis } from './analyze.ts';

/** A document to be analyzed: its text, and what else its analysis depends on. */
export interface DocumentKey {
  readonly text: string;
  /** In a template, the branches that began in documents before it; empty elsewhere. */
  readonly template: string;
}

/**
 * Answers, document by document in the order of a text, with the analysis of an equal one in an earlier text. Texts of documents are
 * compared and never hashed: where little has changed, equals stand in the same order, counted from the start or from the end. `from`
 * is the number of documents that are not asked for, `count` that of all in the new text; an equal document may be missed where many have
 * moved.
 */
export function reuseFrom(
  { text, documents }: AnalyzedText,
  from: number,
  count: number,
  templateKey: (document: AnalyzedDocument) => string,
): (index: number, wanted: DocumentKey) => DocumentAnalysis | undefined {
  let next = from;
  const equals = (at: number, wanted: DocumentKey): boolean => {
    const candidate = documents[at];
    if (candidate === undefined) return false;
    const { start, end } = candidate.slice;
    if (end - start !== wanted.text.length || templateKey(candidate) !== wanted.template) return false;
    return text.slice(start, end) === wanted.text;
  };
  return (index, wanted) => {
    const fromEnd = index + documents.length - count;
    for (let at = next; at < next + NEARBY; at++) {
      if (equals(at, wanted)) {
        next = at + 1;
        return documents[at]?.analysis;
      }
    }
    if (fromEnd >= next && equals(fromEnd, wanted)) {
      next = fromEnd + 1;
      return documents[fromEnd]?.analysis;
    }
    return undefined;
  };
}

/** How many documents may have gone at one place before the others are looked for from the end. */
const NEARBY = 4;

/** What an edit leaves of the documents of an earlier text, and the slices of the new text in between. */
export interface KeptAround {
  readonly before: readonly AnalyzedDocument[];
  readonly slices: readonly DocumentSlice[];
  readonly after: readonly AnalyzedDocument[];
}

/**
 * The documents before and behind whatever has changed, so that only what is in between has to be cut again; undefined where a cut might
 * depend on more than that. Neither text has template actions. A cut is certain in front of a `---`: whatever stands before it, a document starts there.
 */
export function keptAround({ text: old, documents }: AnalyzedText, text: string): KeptAround | undefined {
  if (documents.at(-1)?.slice.end !== old.length || documents.some(({ mask }) => mask !== undefined)) {
    return undefined;
  }
  const shift = text.length - old.length;
  const isSame = ({ start, end }: DocumentSlice, by: number): boolean =>
    start + by >= 0 && end + by <= text.length && old.slice(start, end) === text.slice(start + by, end + by);
  let first = 0;
  while (first < documents.length && isSame((documents[first] as AnalyzedDocument).slice, 0)) first++;
  let last = documents.length;
  while (last > first + 1 && isSame((documents[last - 1] as AnalyzedDocument).slice, shift)) last--;
  // The neighbors of what has changed are cut anew with it, and those beyond them have to start with a marker.
  first = Math.max(0, first - 1);
  while (first > 0 && !startsWithMarker(old, documents[first])) first--;
  last = Math.min(documents.length, last + 1);
  while (last < documents.length && !startsWithMarker(old, documents[last])) last++;
  const start = documents[first]?.slice.start ?? 0;
  const neighbor = documents[last - 1]?.slice;
  const end = last < documents.length && neighbor !== undefined ? neighbor.end + shift : text.length;
  if (neighbor === undefined || end < start) return undefined;
  const slices = splitDocuments(text.slice(start, end));
  if (last < documents.length && slices.at(-1)?.start !== neighbor.start + shift - start) return undefined;
  return {
    before: documents.slice(0, first),
    slices: slices.map((slice) => moved(slice, start)),
    after: documents
      .slice(last)
      .map((document) => (shift === 0 ? document : { ...document, slice: moved(document.slice, shift) })),
  };
}

function moved(slice: DocumentSlice, by: number): DocumentSlice {
  return by === 0 ? slice : { ...slice, start: slice.start + by, end: slice.end + by };
}

function startsWithMarker(text: string, document: AnalyzedDocument | undefined): boolean {
  const start = document?.slice.start ?? 0;
  const unit = text.charCodeAt(start + 3);
  return text.startsWith('---', start) && (unit === 10 || unit === 13 || unit === 32);
}
