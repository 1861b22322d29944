/** Analysis: a text in, its findings out. */

import type { Settings } from '../catalog/settings.ts';
import type { Fact, TokenRights } from '../kubernetes/facts.ts';
import { isCertainlyWithoutPods } from '../kubernetes/recognize.ts';
import {
  type ContainerList,
  DEFAULT_KIND_SETTINGS,
  type KindSettings,
  type ObjectView,
  objectsIn,
} from '../kubernetes/workload.ts';
import type {
  CheckCode,
  FactQuery,
  PracticeId,
  Related,
  Severity,
  TokenNote,
} from '../practices/practice.ts';
import { detached } from '../text/detached.ts';
import type { Position } from '../text/lineIndex.ts';
import type { Replacement, TextSource } from '../text/pieces.ts';
import type { Span } from '../text/span.ts';
import { type DocumentSlice, splitDocuments } from '../yaml/documents.ts';
import { parseDocument, parsePlain } from '../yaml/parse.ts';
import { maskTemplates, mayBeTemplate, type TemplateMask } from '../yaml/templates.ts';
import { maskSlicer } from '../yaml/templatesMask.ts';
import type { Path, SyntaxProblem, YamlDocument } from '../yaml/tree.ts';
import type { ChartPart } from './chartText.ts';
import { settles, tokenRights } from './factAnswers.ts';
import { type FactsElsewhere, type KnownFacts, knownFacts, knowsAnything } from './facts.ts';
import { type Fixable, fixesOf } from './fixes.ts';
import { firstWords, judgeObjects } from './judge.ts';
import { editedList, type ListSteps, listBefore, listSteps } from './listSteps.ts';
import { LONG_LIST, mayBeLongList } from './longLists.ts';
import { type AnalysisPart, countFindings, partsOf } from './parts.ts';
import { keepSpare, keptAround, reuseFrom, type SpareDocument, takeSpare } from './reuse.ts';
import {
  type DocumentSuppressions,
  maySuppress,
  NO_SUPPRESSIONS,
  type Reaching,
  reachingByDocument,
  type SuppressedBy,
  suppressedFromBeyond,
  suppressionsBeyond,
  TRACES,
} from './suppress.ts';
import { suppressInDocument } from './suppressRead.ts';
import { carryTally, type Kept, tallyOf } from './tally.ts';

/** A missed practice. Spans count from the start of the finding's document. */
export interface Finding extends Fixable {
  readonly code: CheckCode;
  readonly practice: PracticeId;
  readonly check: string;
  readonly severity: Severity;
  readonly message: string;
  /** On one line. */
  readonly span: Span;
  readonly workload: WorkloadRef;
  readonly pod: PodRef;
  /** Null where the finding is the pod's. */
  readonly container: ContainerRef | null;
  readonly aboutAbsence: boolean;
  readonly settledAtPod: boolean;
  readonly related: readonly Related[];
  readonly unless: readonly FactQuery[];
  readonly tokenNote?: TokenNote;
  /** What is to be known of it in a chart. */
  readonly inChart?: InChart;
  /** What in its own document suppresses it, or null. */
  readonly suppressed: SuppressedBy | null;
}

/** A finding of a chart that is run with its values. */
export interface InChart {
  /** The values files, each over the chart's own, that leave it open; by their paths from the chart's root. */
  readonly sets: readonly string[];
  /** The place in a values file that answers it, if one does. */
  readonly values: ValuesPlace | undefined;
  /** The finding in the template itself, where this is another telling of it. */
  readonly told?: { readonly template: string; readonly placed: PlacedFinding };
  /** Where else it stands, for people. */
  readonly elsewhere?: FilePlace;
  /** True where it is shown there instead. */
  readonly isShownThere?: boolean;
}

/** A place in a values file. */
export interface ValuesPlace {
  /** Path of the file from the chart's root. */
  readonly file: string;
  readonly path: Path;
}

/** A place in another file of the chart. */
export interface FilePlace {
  /** Path of the file from the chart's root. */
  readonly file: string;
  readonly range: { readonly start: Position; readonly end: Position };
  readonly message: string;
}

export interface WorkloadRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string | null;
  /** Where the object begins in its document. */
  readonly start: number;
}

export interface PodRef {
  /** Path of the pod spec in the document. */
  readonly path: Path;
  /** Path of the pod spec in its object. */
  readonly pathInObject: Path;
  /** The key of the pod spec. */
  readonly keySpan: Span;
}

export interface ContainerRef {
  readonly name: string | null;
  readonly list: ContainerList;
  readonly index: number;
  readonly path: Path;
  readonly nameSpan: Span;
}

/** What one document says: about itself, and about the pods of other documents. */
export interface DocumentAnalysis {
  readonly findings: readonly Finding[];
  /** How many Kubernetes objects the document holds, those without a pod included. */
  readonly objects: number;
  /** How many of the document's objects hold a pod. */
  readonly workloads: number;
  readonly facts: readonly Fact[];
  readonly problems: readonly SyntaxProblem[];
  /** Set where a document that looks like a manifest is past a bound of the reader, and so is not judged. */
  readonly skipped?: Skipped;
  /** Set where the text alone shows that nothing in it matters: it was not parsed, and its problems are not known. */
  readonly isUnread?: true;
  /** False where nothing could be read from the text. */
  readonly isReadable: boolean;
  /** True where template actions stand in the document, and leave parts of it unknown. */
  readonly isTemplate: boolean;
  /** What broke while the document was judged: bugs of Podproof, for a log. What broke is silent, the rest is judged. */
  readonly failures: readonly Failure[];
  readonly suppressions: DocumentSuppressions;
}

/** What is said of a document that is not judged; the span is the start of its first line that holds something. */
export interface Skipped {
  readonly message: string;
  readonly span: Span;
}

/** A bug of Podproof: which practice broke, or `null` where the document could not be read at all. */
export interface Failure {
  readonly practice: PracticeId | null;
  readonly error: unknown;
}

/** One document of a file, with its place and what it says. */
export interface AnalyzedDocument {
  readonly slice: DocumentSlice;
  readonly analysis: DocumentAnalysis;
  /** Set in a text with template actions: the document's part of the mask that hides them. */
  readonly mask?: TemplateMask;
}

/**
 * Analyzes every document of a text, and settles what facts of the same file settle. Total: any text gives an answer.
 * `previous` is an earlier answer for the same settings, from which unchanged documents are taken over.
 */
export function analyzeText(text: string, settings: Settings, previous?: AnalyzedText): AnalyzedText {
  const steps = analyzeInSteps(text, settings, previous);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * As `analyzeText`, one document at a step, for a host that has other things to do in between. Each step gives what is analyzed so
 * far, which may serve as `previous` of a later analysis where this one is given up. `replaced` is what was changed since `previous`,
 * where the host knows it: then what is around is not even compared.
 */
export function* analyzeInSteps(
  text: TextSource,
  settings: Settings,
  previous?: AnalyzedText,
  replaced?: Replacement,
): Generator<AnalyzedText, AnalyzedText, undefined> {
  const documents: AnalyzedDocument[] = [];
  const isUsable =
    previous?.settings === settings && previous.chart === undefined && !isBeyondBounds(previous);
  const usable = isUsable ? previous : undefined;
  const isPlain = isWithoutActions(text, usable, replaced);
  const mask = isPlain ? undefined : maskTemplates(text.toString());
  const maskOf = mask === undefined ? undefined : maskSlicer(mask);
  const around = usable === undefined || mask !== undefined ? undefined : keptAround(usable, text, replaced);
  const kept: Kept | undefined =
    usable === undefined || around === undefined
      ? undefined
      : { of: usable.name, before: around.before.length, after: around.after.length };
  const spare = kept === undefined ? [] : [...(usable?.spare ?? [])];
  const analyzed = analyzedText(text, settings, documents, isPlain, kept, spare);
  for (const document of around?.before ?? []) documents.push(document);
  const slices = around?.slices ?? splitDocuments(mask?.masked ?? text.toString(), MAX_DOCUMENTS);
  const from = documents.length;
  const count = from + slices.length + (around?.after.length ?? 0);
  const reuse = usable === undefined ? undefined : reuseFrom(usable, from, count, templateKeyOf);
  let findings = 0;
  for (const [at, slice] of slices.entries()) {
    const index = from + at;
    const bound = boundPassedBy(index, findings);
    if (bound !== undefined) {
      if (around !== undefined) return yield* analyzeInSteps(text, settings);
      documents.push(unjudgedRest(text, slice.start, bound));
      return analyzed;
    }
    const mayBeEdited = around !== undefined && slice.end - slice.start >= LONG_LIST;
    const edited = mayBeEdited ? editedList(text, slice, settings, usable, replaced) : undefined;
    const again = edited === undefined ? undefined : yield* stepped(edited, analyzed);
    if (again !== undefined) {
      findings += countFindings(again);
      documents.push({ slice, analysis: again });
      yield analyzed;
      continue;
    }
    const own =
      around === undefined
        ? text.slice(slice.start, slice.end)
        : around.stretch.slice(slice.start - around.start, slice.end - around.start);
    const maskHere = maskOf?.(slice);
    const ownMask = maskHere !== undefined && maskHere.actions.length > 0 ? maskHere : undefined;
    const known =
      reuse?.(index, { text: own, template: templateKey(ownMask) }) ??
      (ownMask === undefined ? takeSpare(spare, own) : undefined);
    let analysis = known;
    if (analysis === undefined) {
      const isList = ownMask === undefined && mayBeLongList(own) && !maySuppressIn(text, own);
      const steps = isList ? listSteps(own, settings, () => listBefore(usable, index, count)) : undefined;
      const byItems = steps === undefined ? undefined : yield* stepped(steps, analyzed);
      analysis = byItems ?? analyzeDocument(own, settings, ownMask);
    }
    findings += countFindings(analysis);
    documents.push(ownMask === undefined ? { slice, analysis } : { slice, analysis, mask: ownMask });
    if (known === undefined) yield analyzed;
  }
  for (const document of around?.after ?? []) documents.push(document);
  if (usable === undefined || kept === undefined) return analyzed;
  carryTally(usable, analyzed, kept);
  keepSpare(spare, usable, analyzed, kept);
  const { findings: all } = tallyOf(analyzed);
  // Where the bounds end a text is found out from its start.
  return boundPassedBy(documents.length, all) === undefined
    ? analyzed
    : yield* analyzeInSteps(text, settings);
}

/**
 * The most documents of a text that are judged, and the most findings after which no other document is: what is known of more would not fit
 * into the memory of an editor's process, and nobody reads it. A cluster of ten thousand pods without any hardening stays below.
 */
export const MAX_DOCUMENTS = 200_000;
export const MAX_FINDINGS = 500_000;

/** Which bound the documents before one pass, as the rest of a sentence. */
function boundPassedBy(documents: number, findings: number): string | undefined {
  if (documents >= MAX_DOCUMENTS) return 'more than 200,000 documents';
  return findings >= MAX_FINDINGS ? 'more than 500,000 findings above this' : undefined;
}

/** All that stands behind a bound, as one document that is not judged. */
function unjudgedRest(text: TextSource, start: number, bound: string): AnalyzedDocument {
  const message = `This file has ${bound}; Podproof does not check what follows.`;
  const span = firstWords(text.slice(start, Math.min(text.length, start + 1000)));
  const analysis = { ...NO_ANALYSIS, isUnread: true as const, skipped: { message, span } };
  rests.add(analysis);
  return { slice: { start, end: text.length, isDocument: true }, analysis };
}

const rests = new WeakSet<DocumentAnalysis>();

function isBeyondBounds({ documents }: AnalyzedText): boolean {
  const last = documents.at(-1);
  return last !== undefined && rests.has(last.analysis);
}

/** Made apart from what makes it: its function would keep all that the other one knows, and with that every text before. */
function analyzedText(
  source: TextSource,
  settings: Settings,
  documents: readonly AnalyzedDocument[],
  isPlain: boolean,
  kept: Kept | undefined,
  spare: readonly SpareDocument[],
): AnalyzedText {
  return {
    get text() {
      return source.toString();
    },
    source,
    settings,
    documents,
    name: {},
    isPlain,
    spare,
    ...(kept === undefined ? {} : { kept }),
  };
}

/** True for a text that certainly has no template action. Where an earlier one has none, what has come in since decides. */
function isWithoutActions(
  text: TextSource,
  previous: AnalyzedText | undefined,
  replaced: Replacement | undefined,
): boolean {
  if (previous?.isPlain !== true || replaced === undefined) return !mayBeTemplate(text.toString());
  const { start } = replaced.span;
  return !mayBeTemplate(text.slice(Math.max(0, start - 1), start + replaced.length + 1));
}

/** False for a document that certainly suppresses nothing, or that stands in a text that does not. */
function maySuppressIn(text: TextSource, own: string): boolean {
  return text.hasLine === undefined ? maySuppress(own) : TRACES.isPassedBy(text) && maySuppress(own);
}

/** Analyzes one document of a text without template actions, as `splitDocuments` cuts it, just as `analyzeText` does. */
export function analyzeSlice(own: string, settings: Settings): DocumentAnalysis {
  const isList = mayBeLongList(own) && !maySuppress(own);
  const steps = isList ? listSteps(own, settings, () => undefined) : undefined;
  let step = steps?.next();
  while (step?.done === false) step = steps?.next();
  return step?.value ?? analyzeDocument(own, settings, undefined);
}

/** The steps of judging a list, each of which gives what is analyzed of its text so far. */
function* stepped(
  steps: ListSteps,
  soFar: AnalyzedText,
): Generator<AnalyzedText, DocumentAnalysis | undefined, undefined> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    yield soFar;
  }
}

export interface AnalyzedText {
  /** The whole text; put together when it is first asked for, where the host keeps it otherwise. */
  readonly text: string;
  /** The same text as the host keeps it. */
  readonly source: TextSource;
  readonly settings: Settings;
  readonly documents: readonly AnalyzedDocument[];
  /** An object that nothing else is, by which a later text says that it was made of this one without holding on to it. */
  readonly name: object;
  /** True where the text certainly has no template action. */
  readonly isPlain?: boolean;
  /** Documents that were in the text until lately, for the next one. */
  readonly spare?: readonly SpareDocument[];
  /** Which documents are those of an earlier text, where it was made of one. */
  readonly kept?: Kept;
  /** Set where the findings are those of a chart, to be fixed in the chart as a whole. */
  readonly chart?: ChartPart;
}

/** What a template's analysis depends on beside its text: the branches that began in documents before it. */
function templateKey(mask: TemplateMask | undefined): string {
  return mask === undefined ? '' : JSON.stringify([mask.masked, mask.branches]);
}

function templateKeyOf({ mask }: AnalyzedDocument): string {
  return templateKey(mask);
}

/** A finding with the offset at which its document starts. */
export interface PlacedFinding {
  readonly finding: Finding;
  readonly documentStart: number;
}

/**
 * The findings of a text that no fact settles and nothing suppresses, in the order of the text. `elsewhere` is what other files
 * say, as their own documents' `facts` give it.
 */
export function findingsOf(analyzed: AnalyzedText, elsewhere: FactsElsewhere = []): readonly PlacedFinding[] {
  return placedFindings(findingsByDocument(analyzed, elsewhere));
}

/** The findings of each document, with where it starts. */
export function placedFindings({ of, found }: FindingsByDocument): readonly PlacedFinding[] {
  const placed: PlacedFinding[] = [];
  const { documents } = of;
  for (let index = 0; index < documents.length; index++) {
    const documentStart = documents[index]?.slice.start ?? 0;
    for (const finding of found[index]?.standing ?? []) placed.push({ finding, documentStart });
  }
  return placed;
}

/** The findings of one document that no fact settles and nothing suppresses. */
export interface DocumentFindings {
  /** Of a long list they are made when they are first asked for. */
  readonly standing: readonly Finding[];
  /** The same by the parts of a document that is judged by them. */
  readonly parts?: readonly StandingPart[];
}

export interface StandingPart extends AnalysisPart {
  /** Spans count from the start of the part; the same list as before where nothing else is to be said. */
  readonly standing: readonly Finding[];
}

/** The findings of each document of a text, and what they were found by. */
export interface FindingsByDocument {
  readonly of: AnalyzedText;
  readonly facts: KnownFacts;
  readonly found: readonly DocumentFindings[];
  /** True where those of the documents that were kept are the earlier text's own. */
  readonly isCarried: boolean;
}

/**
 * As `findingsOf`, document by document: the same object as before for a document of which nothing else is to be said. With what an earlier
 * text gave, only the documents that are new are looked at, for as long as nothing that is said of all of them changes.
 */
export function findingsByDocument(
  analyzed: AnalyzedText,
  elsewhere: FactsElsewhere = [],
  earlier?: FindingsByDocument,
): FindingsByDocument {
  const { documents, kept } = analyzed;
  const facts = factsKnownTo(analyzed, elsewhere);
  const judgedAt = judging(analyzed, facts);
  const isCarried =
    kept !== undefined &&
    earlier !== undefined &&
    kept.of === earlier.of.name &&
    facts === earlier.facts &&
    tallyOf(analyzed).suppressions + tallyOf(earlier.of).suppressions === 0;
  const found = isCarried
    ? carried(earlier.found, kept, documents.length, judgedAt)
    : documents.map((_, at) => judgedAt(at));
  return { of: analyzed, facts, found, isCarried };
}

/** What is known of each document of a text, where that of the documents that were kept is known already. */
export function carried<T>(
  known: readonly T[],
  { before, after }: Kept,
  count: number,
  make: (index: number) => T,
): readonly T[] {
  const all = known.slice(0, before);
  for (let index = before; index < count - after; index++) all.push(make(index));
  for (let index = known.length - after; index < known.length; index++) all.push(known[index] as T);
  return all;
}

/** A finding, and what suppresses it, if anything does. The span of that counts from the start of the finding's document too. */
export interface JudgedFinding extends PlacedFinding {
  readonly suppressedBy: SuppressedBy | null;
}

/** As `findingsOf`, with those that are suppressed. `own` is what the file itself says, where the text is only a part of it. */
export function judgedFindingsOf(
  analyzed: AnalyzedText,
  elsewhere: FactsElsewhere = [],
  own?: readonly Fact[],
): readonly JudgedFinding[] {
  const judgedAt = judging(
    analyzed,
    own === undefined ? factsKnownTo(analyzed, elsewhere) : knownFacts(own, elsewhere),
  );
  return analyzed.documents.flatMap(({ slice: { start } }, index) => {
    const { findings, suppressedBy } = judgedAt(index);
    return findings.map((finding, at) => ({
      finding,
      documentStart: start,
      suppressedBy: suppressedBy?.[at] ?? null,
    }));
  });
}

/** What is known of a text's pods beside their documents: the same object for as long as that says the same. */
export function factsKnownTo(analyzed: AnalyzedText, elsewhere: FactsElsewhere = []): KnownFacts {
  return knownFacts(tallyOf(analyzed).facts, elsewhere);
}

/** The findings of one document under what is known beside it. */
interface JudgedDocument extends DocumentFindings {
  readonly findings: readonly Finding[];
  /** What suppresses each of them; undefined where nothing suppresses any. */
  readonly suppressedBy: readonly (SuppressedBy | null)[] | undefined;
}

const NOTHING_JUDGED: JudgedDocument = { findings: [], suppressedBy: undefined, standing: [] };

/** Judges the documents of a text, by their places in it. */
function judging(analyzed: AnalyzedText, facts: KnownFacts): (index: number) => JudgedDocument {
  const reachingOf = reachingByDocument(analyzed);
  return (index) => {
    const analysis = analyzed.documents[index]?.analysis;
    if (analysis === undefined || countFindings(analysis) === 0) return NOTHING_JUDGED;
    return judgedIn(analysis, facts, reachingOf(index));
  };
}

/** What was last said of a document, and what that was said by. */
interface Verdict {
  facts: KnownFacts;
  reaching: readonly Reaching[];
  judged: JudgedDocument;
}

const verdicts = new WeakMap<DocumentAnalysis, Verdict>();

/** The same object for as long as what is known says the same about the document. */
function judgedIn(
  analysis: DocumentAnalysis,
  facts: KnownFacts,
  reaching: readonly Reaching[],
): JudgedDocument {
  const before = verdicts.get(analysis);
  const reachesAsBefore = before !== undefined && isSameReaching(before.reaching, reaching);
  if (reachesAsBefore && before.facts === facts) return before.judged;
  // What reaches into a document asks for places in it.
  const parts = reaching.length === 0 ? partsOf(analysis) : undefined;
  if (before === undefined || parts !== undefined) {
    const judged =
      parts === undefined
        ? judge(factsAbout(analysis.findings, facts), reaching)
        : judgedByParts(analysis, parts, facts);
    verdicts.set(analysis, { facts, reaching, judged });
    return judged;
  }
  const findings = factsAbout(analysis.findings, facts);
  before.facts = facts;
  // Facts come and go in one document, and say the same about most others.
  if (reachesAsBefore && isSameList(before.judged.findings, findings)) return before.judged;
  before.reaching = reaching;
  before.judged = judge(findings, reaching);
  return before.judged;
}

/** Looks at the parts, most of which say what they said before, and at the document when somebody asks for it. */
function judgedByParts(
  analysis: DocumentAnalysis,
  parts: readonly AnalysisPart[],
  facts: KnownFacts,
): JudgedDocument {
  let made: JudgedDocument | undefined;
  const whole = (): JudgedDocument => {
    made ??= judge(factsAbout(analysis.findings, facts), NONE_REACHING);
    return made;
  };
  return {
    get findings() {
      return whole().findings;
    },
    get suppressedBy() {
      return whole().suppressedBy;
    },
    get standing() {
      return whole().standing;
    },
    parts: parts.map(({ start, analysis: own }) => ({
      start,
      analysis: own,
      standing: own.findings.length === 0 ? own.findings : judgedIn(own, facts, NONE_REACHING).standing,
    })),
  };
}

const NONE_REACHING: readonly Reaching[] = [];

/** The findings that no fact settles, as facts inform them; the same list where they change nothing. */
function factsAbout(findings: readonly Finding[], facts: KnownFacts): readonly Finding[] {
  if (!knowsAnything(facts)) return findings;
  let changed: Finding[] | undefined;
  for (let at = 0; at < findings.length; at++) {
    const finding = findings[at] as Finding;
    const isSettled = finding.unless.length > 0 && finding.unless.some((query) => settles(facts, query));
    const after = isSettled ? undefined : informed(finding, facts);
    if (after === finding && changed === undefined) continue;
    changed ??= findings.slice(0, at);
    if (after !== undefined) changed.push(after);
  }
  return changed ?? findings;
}

function judge(findings: readonly Finding[], reaching: readonly Reaching[]): JudgedDocument {
  if (reaching.length === 0 && findings.every(({ suppressed }) => suppressed === null)) {
    return { findings, suppressedBy: undefined, standing: findings };
  }
  const suppressedBy = findings.map(
    (finding) => finding.suppressed ?? suppressedFromBeyond(reaching, finding),
  );
  const standing = findings.filter((_, index) => suppressedBy[index] === null);
  return standing.length === findings.length
    ? { findings, suppressedBy: undefined, standing: findings }
    : { findings, suppressedBy, standing };
}

function isSameList<T>(before: readonly T[], after: readonly T[]): boolean {
  return before.length === after.length && before.every((one, index) => one === after[index]);
}

function isSameReaching(before: readonly Reaching[], after: readonly Reaching[]): boolean {
  return (
    before.length === after.length &&
    before.every(
      ({ beyond, isOwn }, index) => beyond === after[index]?.beyond && isOwn === after[index].isOwn,
    )
  );
}

/** What a finding last became by facts: the same object for as long as they say the same about it. */
const informedBy = new WeakMap<Finding, { readonly rights: string; readonly finding: Finding }>();

/** A finding about a token whose rights are known names them, and its fixes are then for a person to ask for. */
function informed(finding: Finding, facts: KnownFacts): Finding {
  const { tokenNote } = finding;
  const rights = tokenNote === undefined ? undefined : tokenRights(facts, tokenNote);
  if (tokenNote === undefined || rights === undefined) return finding;
  const words = JSON.stringify([rights.words, rights.binding.kind, rights.binding.name]);
  const before = informedBy.get(finding);
  if (before?.rights === words) return before.finding;
  const after = withRights(finding, tokenNote, rights);
  informedBy.set(finding, { rights: words, finding: after });
  return after;
}

function withRights(finding: Finding, tokenNote: TokenNote, rights: TokenRights): Finding {
  const { kind, name } = rights.binding;
  return {
    ...finding,
    message: `${tokenNote.before}${rights.words}${tokenNote.after}`,
    repair: 'none',
    fixSource: {
      make: () =>
        fixesOf(finding).map((fix) => ({
          ...fix,
          onRequest: true,
          why: `${fix.why} The ${kind} ${name} gives this ServiceAccount rights, so the program probably uses them.`,
        })),
    },
  };
}

/** Analyzes one document, as `splitDocuments` cuts it. */
export function analyzeDocument(
  own: string,
  settings: Settings,
  mask = maskTemplates(own),
): DocumentAnalysis {
  if (!mayMatter(own)) {
    const suppressions = suppressionsBeyond(own);
    return { ...NO_ANALYSIS, isUnread: true, isTemplate: mask !== undefined, suppressions };
  }
  const isSuppressing = maySuppress(own);
  if (mask === undefined && !isSuppressing) {
    if (isCertainlyWithoutPods(own, settings.kinds)) return { ...NO_ANALYSIS, isUnread: true, objects: 1 };
    if (isLongSequence(own)) return { ...NO_ANALYSIS, isUnread: true };
  }
  // What is found may be kept for longer than the text that this was cut from.
  const text = detached(own);
  try {
    const read = parseObjects(text, mask, settings.kinds);
    if (hasTooManyContainers(read.objects)) {
      const message = 'This document has more than 10,000 containers; Podproof does not check it.';
      return { ...NO_ANALYSIS, isUnread: true, skipped: { message, span: firstWords(text) } };
    }
    const analysis = judgeObjects(read.document, read.objects, { text, mask, settings });
    return isSuppressing
      ? { ...analysis, ...suppressInDocument(text, read, analysis.findings, settings) }
      : analysis;
  } catch (error) {
    return { ...NO_ANALYSIS, isReadable: false, failures: [{ practice: null, error }] };
  }
}

/** What is said of more in one document would not fit into memory; a cluster could not store a pod of a tenth of them. */
const MAX_CONTAINERS = 10_000;

/** True for the objects of a document, or of an item of a long list, that is past this bound. */
export function hasTooManyContainers(objects: readonly ObjectView[]): boolean {
  let containers = 0;
  for (const { pods } of objects) for (const pod of pods) containers += pod.containers.length;
  return containers > MAX_CONTAINERS;
}

/** True for what a marker leaves that is typed into a long list: a sequence holds no object, and what is broken in it takes long to read. */
function isLongSequence(text: string): boolean {
  return text.length >= LONG_LIST && SEQUENCE.test(text);
}

const SEQUENCE = /^(?:[ ]*(?:#[^\r\n]*)?\r?\n)*(?:---[ ]*\r?\n(?:[ ]*(?:#[^\r\n]*)?\r?\n)*)?[ ]*-[ ]/;

/** Of a document that says nothing. */
export const NO_ANALYSIS: DocumentAnalysis = {
  findings: [],
  objects: 0,
  workloads: 0,
  facts: [],
  problems: [],
  isReadable: true,
  isTemplate: false,
  failures: [],
  suppressions: NO_SUPPRESSIONS,
};

/** One document as it is judged: trees are not kept, so whoever looks at a place in it reads it anew. */
export interface ReadDocument {
  readonly document: YamlDocument;
  readonly objects: readonly ObjectView[];
}

/** Reads one document, as `splitDocuments` cuts it; undefined where it is not judged, for want of an object. */
export function readDocument(
  text: string,
  mask = maskTemplates(text),
  kinds: KindSettings = DEFAULT_KIND_SETTINGS,
): ReadDocument | undefined {
  return mayMatter(text) ? parseObjects(text, mask, kinds) : undefined;
}

function parseObjects(text: string, mask: TemplateMask | undefined, kinds: KindSettings): ReadDocument {
  const document = mask === undefined ? parsePlain(text) : parseDocument(text, mask);
  return { document, objects: objectsIn(document, kinds) };
}

/** Every object that matters names its kind; a text without that word holds none, and is not even parsed. */
export function mayMatter(text: string): boolean {
  return text.includes('kind') || text.includes('\\');
}
