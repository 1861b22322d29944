/** The words of a suppression: which practices and checks it names, and why. */
import { explainedPractices } from '../practices/explained.ts';
import { CHECK_CODES } from '../practices/index.ts';
import { type CheckCode, PRACTICE_IDS } from '../practices/practice.ts';
import type { Span } from '../text/span.ts';

/** A practice or check that a suppression names. Spans count as the text around it does. */
export interface SuppressionId {
  readonly text: string;
  readonly span: Span;
  /** The codes that it stands for; none where there is no such practice or check. */
  readonly codes: readonly CheckCode[];
}

export interface SuppressionWords {
  readonly ids: readonly SuppressionId[];
  readonly reason: string | undefined;
}

export interface SuppressionComment extends SuppressionWords {
  /** `podproof-ignore-file` holds for all documents of a file. */
  readonly isForFile: boolean;
}

const MARK = /^(?:#+|\/\/+|\/\*+)[ \t]*podproof-ignore(-file)?(?![\w-])/;

/**
 * Reads `# podproof-ignore <id>[, <id>]: reason`, which in JSON begins with `//` or stands between a slash and an asterisk; undefined for
 * any other comment. `comment` is its text, which stands at `start`.
 */
export function readSuppressionComment(comment: string, start: number): SuppressionComment | undefined {
  const mark = MARK.exec(comment);
  if (mark === null) return undefined;
  const words = readSuppressionWords(wordsOf(comment).slice(mark[0].length), start + mark[0].length);
  return { ...words, isForFile: mark[1] !== undefined };
}

/** A comment without what ends it, and of one with several lines the first. */
export function wordsOf(comment: string): string {
  if (!comment.startsWith('/*')) return comment.trimEnd();
  const end = comment.search(/[\r\n]|\*\//);
  return (end < 0 ? comment : comment.slice(0, end)).trimEnd();
}

/** Reads `<id>[, <id>]: reason`, as it stands in comments and annotations alike. */
export function readSuppressionWords(words: string, start: number): SuppressionWords {
  const colon = words.indexOf(':');
  const list = colon < 0 ? words : words.slice(0, colon);
  const ids: SuppressionId[] = [];
  let reason = colon < 0 ? undefined : words.slice(colon + 1).trim();
  for (const part of list.matchAll(/[^,]+/g)) {
    const inPart: SuppressionId[] = [];
    for (const word of part[0].matchAll(/\S+/g)) {
      const at = start + part.index + word.index;
      const id = { text: word[0], span: { start: at, end: at + word[0].length }, codes: codesOf(word[0]) };
      if (inPart.length > 0 && id.codes.length === 0) {
        // Words behind an id, without the colon that should stand between them.
        reason ??= words.slice(at - start).trim();
        break;
      }
      inPart.push(id);
    }
    ids.push(...inPart);
    if (colon < 0 && reason !== undefined) break;
  }
  return { ids, reason: reason === '' || reason === REASON_PLACEHOLDER ? undefined : reason };
}

/** What a quick fix writes for a person to overwrite; left as it is, it is no reason. */
export const REASON_PLACEHOLDER = 'reason';

const CODES: ReadonlyMap<string, readonly CheckCode[]> = new Map<string, readonly CheckCode[]>([
  ...PRACTICE_IDS.map((id) => [id, CHECK_CODES.filter((code) => code.startsWith(`${id}/`))] as const),
  ...CHECK_CODES.map((code) => [code, [code]] as const),
]);

function codesOf(id: string): readonly CheckCode[] {
  return CODES.get(id) ?? [];
}

/** The practice or check that someone may have meant: by its check's name alone, by a peer's id, or by the letters. */
export function nearestId(text: string): string | undefined {
  const wanted = text.toLowerCase();
  const byCheck = CHECK_CODES.find((code) => code.slice(code.indexOf('/') + 1) === wanted);
  if (byCheck !== undefined) return byCheck;
  for (const practice of explainedPractices()) {
    const peer = practice.peers.find(({ ids }) => ids.some((id) => id.toLowerCase() === wanted));
    if (peer === undefined) continue;
    return peer.checks?.length === 1 ? `${practice.id}/${peer.checks[0]}` : practice.id;
  }
  let nearest: string | undefined;
  let smallest = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const id of CODES.keys()) {
    const distance = lettersBetween(wanted, id);
    if (distance < smallest) {
      smallest = distance;
      nearest = id;
    }
  }
  return nearest;
}

/** Levenshtein distance; texts longer than an id can be are far from everything. */
function lettersBetween(a: string, b: string): number {
  if (a.length > 64) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
