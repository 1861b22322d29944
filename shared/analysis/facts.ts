/** What is known beside a text, as facts. What they say of its findings is asked of `factAnswers.ts`. */
import type { Fact } from '../kubernetes/facts.ts';
import type { TokenNote } from '../practices/practice.ts';

/** What other files say: their facts or, of what many files say, all but what one of them says itself. */
export type FactsElsewhere = readonly Fact[] | FactsOfOthers;

/** The same list for every file, so that it is put in order once. */
export interface FactsOfOthers {
  readonly all: readonly Fact[];
  /** The stretch of the list that the file itself says; empty where it says nothing. */
  readonly start: number;
  readonly end: number;
}

/**
 * Facts as one text sees them. A fact certainly applies to a pod where both name the same namespace, or where both stand
 * in the same file or kustomization and leave the namespace to whoever applies it.
 */
export interface KnownFacts {
  /** Of the same file or kustomization. */
  readonly own: readonly Fact[];
  /** Of other files, which come behind. */
  readonly others: readonly Fact[];
  /** What of the others is the file's own, and does not count twice. */
  readonly start: number;
  readonly end: number;
}

/** Those of the texts that were last asked about: the same object for as long as the facts say the same, so that what was made of them holds. */
const recent: KnownFacts[] = [];

/** More than the open files of most people. */
const RECENT = 16;

export function knownFacts(own: readonly Fact[], elsewhere: FactsElsewhere): KnownFacts {
  const { all, start, end } = 'all' in elsewhere ? elsewhere : { all: elsewhere, start: 0, end: 0 };
  const at = recent.findIndex(
    (one) => one.start === start && one.end === end && areSame(one.others, all) && saySame(one.own, own),
  );
  const known = recent[at] ?? { own, others: all, start, end };
  if (at !== 0) {
    recent.splice(at < 0 ? RECENT - 1 : at, 1);
    recent.unshift(known);
  }
  return known;
}

/** False where nothing is known at all. */
export function knowsAnything({ own, others, start, end }: KnownFacts): boolean {
  return own.length > 0 || others.length > end - start;
}

function areSame(before: readonly Fact[], after: readonly Fact[]): boolean {
  if (before === after) return true;
  return before.length === after.length && before.every((fact, index) => fact === after[index]);
}

/** Facts are read anew with every keystroke in their document, and mostly say what they said before. */
function saySame(before: readonly Fact[], after: readonly Fact[]): boolean {
  return (
    before.length === after.length &&
    before.every((fact, index) => {
      const other = after[index] as Fact;
      return fact === other || wordsOf(fact) === wordsOf(other);
    })
  );
}

const words = new WeakMap<Fact, string>();

/** Equal exactly for facts that say the same. */
export function wordsOf(fact: Fact): string {
  let known = words.get(fact);
  if (known === undefined) {
    known = JSON.stringify(fact, (_, value: unknown) => (value instanceof Set ? [...value].sort() : value));
    words.set(fact, known);
  }
  return known;
}

/** By kind and name, the service account's own first: whatever a subject may call the note's service account. */
export function subjectNames({ namespace, serviceAccount }: TokenNote): readonly string[] {
  const names = [`ServiceAccount/${serviceAccount}`, 'Group/system:serviceaccounts'];
  if (namespace.state !== 'named') return names;
  return [
    ...names,
    `User/system:serviceaccount:${namespace.name}:${serviceAccount}`,
    `Group/system:serviceaccounts:${namespace.name}`,
  ];
}
