/** Reuse: finds the documents of a text in an earlier one, so that an edit costs what it touched. */
import type { AnalyzedDocument, AnalyzedText, DocumentAnalysis } from './analyze.ts';

/** A document to be analyzed: its text, and what else its analysis depends on. */
export interface DocumentKey {
  readonly text: string;
  /** In a template, the branches that began in documents before it; empty elsewhere. */
  readonly template: string;
}

/**
 * Answers, document by document in the order of a text, with the analysis of an equal one in an earlier text. Texts of documents are
 * compared and never hashed: where little has changed, equals stand in the same order, counted from the start or from the end. `count`
 * is the number of documents in the new text; an equal document may be missed where many have moved.
 */
export function reuseFrom(
  { text, documents }: AnalyzedText,
  count: number,
  templateKey: (document: AnalyzedDocument) => string,
): (index: number, wanted: DocumentKey) => DocumentAnalysis | undefined {
  let next = 0;
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
