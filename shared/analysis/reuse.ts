/** Reuse: finds the documents of a text in an earlier one, so that an edit costs what it touched. */
import { detached } from '../text/detached.ts';
import { type Replacement, stretchOf, type TextSource } from '../text/pieces.ts';
import { type DocumentSlice, splitStretch } from '../yaml/documents.ts';
import type { AnalyzedDocument, AnalyzedText, DocumentAnalysis } from './analyze.ts';
import type { Kept } from './tally.ts';

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
  { source, documents }: AnalyzedText,
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
    return source.slice(start, end) === wanted.text;
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

/** A document that was in a text until lately: what is undone, or typed by mistake, brings it back. It is no part of a template. */
export interface SpareDocument {
  /** Its own text, apart from the one that it was in. */
  readonly text: string;
  readonly analysis: DocumentAnalysis;
}

/** How many documents that are gone are kept, and how long each of them may be, in UTF-16 code units. */
const MAX_SPARE = 16;
const MAX_SPARE_LENGTH = 20_000;

/** Takes the document of that text out of spare ones, so that none stands in a text twice; undefined where it is not among them. */
export function takeSpare(spare: SpareDocument[], text: string): DocumentAnalysis | undefined {
  const at = spare.findIndex((one) => one.text === text);
  return at < 0 ? undefined : spare.splice(at, 1)[0]?.analysis;
}

/** Adds the documents of an earlier text that are not in a later one, in which `kept` of them are, and lets the oldest go. */
export function keepSpare(
  spare: SpareDocument[],
  earlier: AnalyzedText,
  { documents: now }: AnalyzedText,
  { before, after }: Kept,
): void {
  const present = new Set(now.slice(before, now.length - after).map(({ analysis }) => analysis));
  const gone: SpareDocument[] = [];
  const { source, documents } = earlier;
  for (const { slice, analysis, mask } of documents.slice(before, documents.length - after)) {
    // What was not read costs nothing to look at again.
    if (mask !== undefined || analysis.isUnread === true || present.has(analysis)) continue;
    const { start, end } = slice;
    if (end - start <= MAX_SPARE_LENGTH) gone.push({ text: detached(source.slice(start, end)), analysis });
  }
  spare.unshift(...gone.slice(0, MAX_SPARE));
  spare.splice(MAX_SPARE);
}

/** What an edit leaves of the documents of an earlier text, and the slices of the new text in between. */
export interface KeptAround {
  readonly before: readonly AnalyzedDocument[];
  readonly slices: readonly DocumentSlice[];
  /** The stretch of the text that the slices are of, and where it starts. */
  readonly stretch: TextSource;
  readonly start: number;
  readonly after: readonly AnalyzedDocument[];
}

/**
 * The documents before and behind whatever has changed, so that only what is in between has to be cut again; undefined where a cut might
 * depend on more than that. Neither text has template actions. A cut is certain in front of a `---`: whatever stands before it, a document
 * starts there. `replaced` is what was changed, where that is known: then nothing else is looked at.
 */
export function keptAround(
  { source: old, documents }: AnalyzedText,
  text: TextSource,
  replaced: Replacement | undefined,
): KeptAround | undefined {
  // An earlier analysis may have been given up, and then knows the first documents alone.
  const isWhole = documents.at(-1)?.slice.end === old.length;
  if ((!isWhole && replaced === undefined) || documents.some(({ mask }) => mask !== undefined)) {
    return undefined;
  }
  const shift = text.length - old.length;
  let [first, last] =
    replaced === undefined ? changedDocuments(documents, old, text) : touchedDocuments(documents, replaced);
  // The neighbors of what has changed are cut anew with it, and those beyond them have to start with a marker.
  first = Math.max(0, first - 1);
  while (first > 0 && !startsWithMarker(old, documents[first])) first--;
  last = isWhole ? Math.min(documents.length, last + 1) : documents.length;
  while (last < documents.length && !startsWithMarker(old, documents[last])) last++;
  const start = documents[first]?.slice.start ?? 0;
  const neighbor = documents[last - 1]?.slice;
  const end = last < documents.length && neighbor !== undefined ? neighbor.end + shift : text.length;
  if (neighbor === undefined || end < start) return undefined;
  const stretch = stretchOf(text, start, end);
  const slices = splitStretch(text, stretch);
  if (last < documents.length && slices.at(-1)?.start !== neighbor.start + shift - start) return undefined;
  const after = documents.slice(last);
  return {
    before: documents.slice(0, first),
    slices: slices.map((slice) => moved(slice, start)),
    stretch,
    start,
    after:
      shift === 0 ? after : after.map(({ slice, analysis }) => ({ slice: moved(slice, shift), analysis })),
  };
}

/** The first document that is another one, and the one behind the last, as their texts tell. */
function changedDocuments(
  documents: readonly AnalyzedDocument[],
  old: TextSource,
  text: TextSource,
): [number, number] {
  const shift = text.length - old.length;
  const isSame = ({ start, end }: DocumentSlice, by: number): boolean =>
    start + by >= 0 && end + by <= text.length && old.slice(start, end) === text.slice(start + by, end + by);
  let first = 0;
  while (first < documents.length && isSame((documents[first] as AnalyzedDocument).slice, 0)) first++;
  let last = documents.length;
  while (last > first + 1 && isSame((documents[last - 1] as AnalyzedDocument).slice, shift)) last--;
  return [first, last];
}

/** The same, where it is known what was replaced. */
function touchedDocuments(documents: readonly AnalyzedDocument[], { span }: Replacement): [number, number] {
  const first = countWhere(documents, ({ slice }) => slice.end <= span.start);
  const last = countWhere(documents, ({ slice }) => slice.start < span.end);
  return [first, Math.max(last, Math.min(first + 1, documents.length))];
}

/** How many of some documents, from the first one on, are as they are asked to be; those behind them are not. */
function countWhere(
  documents: readonly AnalyzedDocument[],
  isSo: (document: AnalyzedDocument) => boolean,
): number {
  let low = 0;
  let high = documents.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(documents[middle] as AnalyzedDocument)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function moved(slice: DocumentSlice, by: number): DocumentSlice {
  if (by === 0) return slice;
  return { start: slice.start + by, end: slice.end + by, isDocument: slice.isDocument };
}

function startsWithMarker(text: TextSource, document: AnalyzedDocument | undefined): boolean {
  const start = document?.slice.start ?? 0;
  return MARKER.test(text.slice(start, start + 4));
}

const MARKER = /^---[ \n\r]/;
