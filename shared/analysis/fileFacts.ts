/** File facts: what a file says about the pods of others, read without judging it. */
import type { Settings } from '../catalog/settings.ts';
import { type Fact, factsSaidBy } from '../kubernetes/facts.ts';
import { isCertainlyWithoutFacts } from '../kubernetes/recognize.ts';
import { splitDocuments } from '../yaml/documents.ts';
import { analyzeSlice, readDocument } from './analyze.ts';
import { wordsOf } from './facts.ts';
import { LONG_LIST } from './longLists.ts';

/**
 * The facts of a text, as the analysis of its documents would give them. Total, and quick where there are none: a document is read only
 * if it has the name of a kind that holds facts.
 */
export function factsIn(text: string): readonly Fact[] {
  if (!MAY_HOLD_FACTS.test(text)) return [];
  return splitDocuments(text).flatMap(({ start, end }) => {
    const own = text.slice(start, end);
    if (!MAY_HOLD_FACTS.test(own)) return [];
    try {
      return (readDocument(own)?.objects ?? []).flatMap(factsSaidBy);
    } catch {
      // What cannot be read says nothing; whoever judges the file says so.
      return [];
    }
  });
}

/** A kind stands where a value does; in JSON and in flow style, quotes and braces are around it. */
const MAY_HOLD_FACTS =
  /\bkind["']?\s*:\s*["']?(?:ServiceAccount|LimitRange|Namespace|(?:Cluster)?Role(?:Binding)?)(?:List)?\b/;

/**
 * The facts of a text without template actions, exactly as `analyzeText` gives them for its documents, in less time: most documents
 * certainly hold none. Total.
 */
export function factsAnalyzedIn(text: string, settings: Settings): readonly Fact[] {
  if (!MAY_NAME_FACTS.test(text)) return [];
  return splitDocuments(text).flatMap(({ start, end }) => {
    const own = text.slice(start, end);
    if (!MAY_NAME_FACTS.test(own) || isCertainlyWithoutFacts(own, settings.kinds)) return [];
    if (own.length >= LONG_LIST) return analyzeSlice(own, settings).facts;
    try {
      return (readDocument(own, undefined, settings.kinds)?.objects ?? []).flatMap(factsSaidBy);
    } catch {
      return [];
    }
  });
}

/** A kind of fact may be written with escapes; otherwise its name stands there. */
const MAY_NAME_FACTS = /ServiceAccount|LimitRange|Namespace|Role|\\/;

/** A text that is equal exactly for facts that say the same. */
export function factsKey(facts: readonly Fact[]): string {
  return facts.map(wordsOf).join('\n');
}
