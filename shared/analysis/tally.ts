/** Tally: what the documents of a text come to, counted again only where they are other ones. */
import type { Fact } from '../kubernetes/facts.ts';
import type { AnalyzedDocument, AnalyzedText } from './analyze.ts';
import { countFindings } from './parts.ts';

/** Sums over the documents of a text. */
export interface Tally {
  readonly findings: number;
  readonly objects: number;
  readonly workloads: number;
  readonly templates: number;
  readonly unreadable: number;
  readonly failures: number;
  /** Suppressions that reach beyond their documents, and problems with suppressions. */
  readonly suppressions: number;
  /** The same list for as long as no document with facts changes. */
  readonly facts: readonly Fact[];
}

type Count = Exclude<keyof Tally, 'facts'>;

/** How many documents at the start and at the end of a text are those of an earlier one. */
export interface Kept {
  /** The earlier text's own `name`. */
  readonly of: object;
  readonly before: number;
  readonly after: number;
}

const tallies = new WeakMap<AnalyzedText, { readonly documents: number; readonly tally: Tally }>();

export function tallyOf(analyzed: AnalyzedText): Tally {
  const { documents } = analyzed;
  const known = tallies.get(analyzed);
  // An analysis under way grows.
  if (known?.documents === documents.length) return known.tally;
  const counts = countsOf(documents, 0, documents.length);
  const tally = { ...counts, facts: factsOf(documents) };
  tallies.set(analyzed, { documents: documents.length, tally });
  return tally;
}

/** Counts a text from an earlier one, of which it keeps documents. */
export function carryTally(from: AnalyzedText, to: AnalyzedText, { before, after }: Kept): void {
  const known = tallies.get(from)?.tally;
  if (known === undefined || tallies.get(from)?.documents !== from.documents.length) return;
  const gone = countsOf(from.documents, before, from.documents.length - after);
  const come = countsOf(to.documents, before, to.documents.length - after);
  const counts = {} as Record<Count, number>;
  for (const count of COUNTS) counts[count] = known[count] - gone[count] + come[count];
  const isAboutFacts = gone.facts + come.facts > 0;
  const facts = isAboutFacts ? factsOf(to.documents) : known.facts;
  tallies.set(to, { documents: to.documents.length, tally: { ...counts, facts } });
}

function factsOf(documents: readonly AnalyzedDocument[]): readonly Fact[] {
  const facts: Fact[] = [];
  for (const { analysis } of documents) for (const fact of analysis.facts) facts.push(fact);
  return facts;
}

const COUNTS: readonly Count[] = [
  'findings',
  'objects',
  'workloads',
  'templates',
  'unreadable',
  'failures',
  'suppressions',
];

function countsOf(
  documents: readonly AnalyzedDocument[],
  from: number,
  to: number,
): Record<Count | 'facts', number> {
  const counts = {
    findings: 0,
    objects: 0,
    workloads: 0,
    templates: 0,
    unreadable: 0,
    failures: 0,
    suppressions: 0,
    facts: 0,
  };
  for (let at = from; at < to; at++) {
    const { analysis } = documents[at] as AnalyzedDocument;
    counts.findings += countFindings(analysis);
    counts.objects += analysis.objects;
    counts.workloads += analysis.workloads;
    if (analysis.isTemplate) counts.templates++;
    if (!analysis.isReadable) counts.unreadable++;
    counts.failures += analysis.failures.length;
    counts.suppressions += analysis.suppressions.beyond.length + analysis.suppressions.problems.length;
    counts.facts += analysis.facts.length;
  }
  return counts;
}
