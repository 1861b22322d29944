/** Suppression: findings that the people who own a manifest have decided to live with, and comments that decide nothing. */
import type { PeerTool } from '../practices/explanation.ts';
import type { CheckCode, Severity } from '../practices/practice.ts';
import { detached } from '../text/detached.ts';
import { LineTest } from '../text/pieces.ts';
import { type Span, shifted } from '../text/span.ts';
import type { Path } from '../yaml/tree.ts';
import type { AnalyzedText, Finding } from './analyze.ts';
import { beyondInText, beyondProblems } from './suppressRead.ts';
import type { SuppressionId } from './suppressSyntax.ts';
import { tallyOf } from './tally.ts';

/** What suppresses a finding. */
export interface SuppressedBy {
  readonly source: 'Podproof' | PeerTool;
  readonly form: 'comment' | 'annotation';
  /** The comment, or the annotation's key; counts as the finding's own span does. Null where it stands in another document. */
  readonly span: Span | null;
  /** Null where none is given. */
  readonly reason: string | null;
}

/** Something wrong with a suppression itself. Spans count from the start of the document. */
export interface SuppressionProblem {
  readonly code: SuppressionCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly repair: SuppressionRepair;
}

export type SuppressionCode = 'suppression/unused' | 'suppression/unknown' | 'suppression/no-reason';

/** How a suppression is put right; the edits come from `suppressionRepairEdits`. */
export type SuppressionRepair =
  /** The ids taken out, and with the last of them the comment or annotation. */
  | { readonly kind: 'remove'; readonly ids: readonly string[]; readonly suppression: WrittenSuppression }
  | {
      readonly kind: 'replace';
      readonly id: SuppressionId;
      readonly by: string;
      readonly suppression: WrittenSuppression;
    }
  | { readonly kind: 'add-reason'; readonly suppression: WrittenSuppression }
  | { readonly kind: 'none' };

/** A suppression as it is written. Spans count from the start of the document. */
export interface WrittenSuppression {
  readonly form: 'comment' | 'annotation';
  /** The comment, or the annotation's key. */
  readonly span: Span;
  /** Path of the annotation; empty for a comment. */
  readonly path: Path;
  readonly ids: readonly SuppressionId[];
  readonly reason: string | undefined;
}

/** Suppressions that reach beyond their document, and what is wrong with those that do not. */
export interface DocumentSuppressions {
  readonly beyond: readonly BeyondSuppression[];
  readonly problems: readonly SuppressionProblem[];
}

export const NO_SUPPRESSIONS: DocumentSuppressions = { beyond: [], problems: [] };

/** For the whole file, or for the document that follows. */
export interface BeyondSuppression extends WrittenSuppression {
  readonly reach: 'file' | 'next-document';
}

/** Words without which a text suppresses nothing, looked for at once: most texts cost this one search. */
export const TRACES = new LineTest(
  /podproof|kube-linter\.io\/|polaris\.fairwinds\.com\/|checkov\.io\/|bridgecrew\.io\/|kube-score\/|monokle\.io\//,
);

/** False for a text that certainly suppresses nothing. */
export function maySuppress(text: string): boolean {
  return TRACES.isPassedBy(text);
}

/** What a text that is not judged, such as a template, says about its neighbors. */
export function suppressionsBeyond(text: string): DocumentSuppressions {
  if (!text.includes('podproof-ignore')) return NO_SUPPRESSIONS;
  // Its words may be kept for longer than the text that the document was cut from.
  return { beyond: beyondInText(detached(text)), problems: [] };
}

/** The annotation for a whole object or pod; with a dot and a name behind it, for one container. */
export const OWN_ANNOTATION = 'podproof/ignore';

/** A suppression that reaches a document from beyond it; of its own document where a file's first words are for all of the file. */
export interface Reaching {
  readonly beyond: BeyondSuppression;
  readonly isOwn: boolean;
}

/** What suppresses a finding from beyond its document, if anything does. */
export function suppressedFromBeyond(reaching: readonly Reaching[], { code }: Finding): SuppressedBy | null {
  const found = reaching.find(({ beyond }) => suppressesCode(beyond, code));
  if (found === undefined) return null;
  const { beyond, isOwn } = found;
  return {
    source: 'Podproof',
    form: 'comment',
    span: isOwn ? beyond.span : null,
    reason: beyond.reason ?? null,
  };
}

/** A file's suppression without ids names no practice, and suppresses every one. */
function suppressesCode({ ids, reach }: BeyondSuppression, code: CheckCode): boolean {
  return (reach === 'file' && ids.length === 0) || ids.some(({ codes }) => codes.includes(code));
}

/** For each document of a text, what reaches it from beyond: most texts have none of it. Of what says no more than others above it, nothing. */
export function reachingByDocument(analyzed: AnalyzedText): (index: number) => readonly Reaching[] {
  if (tallyOf(analyzed).suppressions === 0) return () => NOTHING_REACHES;
  const { documents } = analyzed;
  const forFile: From[] = [];
  const forNext = new Map<number, readonly From[]>();
  const coveredInFile = new Set<CheckCode | 'all'>();
  documents.forEach(({ analysis }, from) => {
    const { beyond } = analysis.suppressions;
    if (beyond.length === 0) return;
    const covered = new Set<CheckCode | 'all'>();
    const next: From[] = [];
    for (const one of beyond) {
      if (one.reach === 'file' && saysMore(one, coveredInFile)) forFile.push({ from, beyond: one });
      if (one.reach === 'next-document' && saysMore(one, covered)) next.push({ from, beyond: one });
    }
    if (next.length > 0) forNext.set(from, next);
  });
  if (forFile.length + forNext.size === 0) return () => NOTHING_REACHES;
  return (index) =>
    [...forFile, ...(forNext.get(index - 1) ?? [])]
      .sort((a, b) => a.from - b.from || a.beyond.span.start - b.beyond.span.start)
      .map(({ from, beyond }) => ({ beyond, isOwn: from === index }));
}

interface From {
  readonly from: number;
  readonly beyond: BeyondSuppression;
}

/** True where a suppression has a code that is not covered yet; then it is. A text may have thousands that say the same to thousands of documents. */
function saysMore({ ids, reach }: BeyondSuppression, covered: Set<CheckCode | 'all'>): boolean {
  if (covered.has('all')) return false;
  const before = covered.size;
  if (reach === 'file' && ids.length === 0) covered.add('all');
  for (const { codes } of ids) for (const code of codes) covered.add(code);
  return covered.size > before;
}

const NOTHING_REACHES: readonly Reaching[] = [];

/** A problem with the offset at which its document starts. */
export interface PlacedSuppressionProblem {
  readonly problem: SuppressionProblem;
  readonly documentStart: number;
}

/** What is wrong with the suppressions of a text, in the order of the text. */
export function suppressionProblemsOf(analyzed: AnalyzedText): readonly PlacedSuppressionProblem[] {
  if (tallyOf(analyzed).suppressions === 0) return NO_PROBLEMS;
  const problemsAt = beyondProblems(analyzed);
  return analyzed.documents.flatMap(({ slice, analysis }, index) => {
    const { problems, beyond } = analysis.suppressions;
    if (problems.length === 0 && beyond.length === 0) return NO_PROBLEMS;
    const outer = problemsAt(index);
    return [...problems, ...outer]
      .sort((a, b) => a.span.start - b.span.start)
      .map((problem) => ({ problem, documentStart: slice.start }));
  });
}

const NO_PROBLEMS: readonly PlacedSuppressionProblem[] = [];

/** The same problem, counted from the start of the text. */
export function placedSpan({ problem, documentStart }: PlacedSuppressionProblem): Span {
  return shifted(problem.span, documentStart);
}
