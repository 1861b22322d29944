/** Judging in shares: what a thread does with one file, or with a piece of a long one. What goes in and comes out is plain data. */
import { MAX_FINDINGS } from '../shared/analysis/analyze.ts';
import type { FactsOfOthers } from '../shared/analysis/facts.ts';
import { factsAnalyzedIn, factsIn } from '../shared/analysis/fileFacts.ts';
import { mayBelongToChart } from '../shared/helm/chartNames.ts';
import type { Fact } from '../shared/kubernetes/facts.ts';
import type { Severity } from '../shared/practices/practice.ts';
import type { KnownIn } from './baseline.ts';
import type { Charts } from './charts.ts';
import type { Host } from './host.ts';
import { type Asked, judge } from './judge.ts';
import type { OpenedOverlays } from './overlays.ts';
import { type Piece, piecesOf, readPiece, type Stamp, stampOf } from './pieces.ts';
import { decode, readSource } from './reading.ts';
import type { FileReport, Reporter, SyntaxReport } from './report.ts';
import type { SettingsOf } from './settings.ts';
import type { Source } from './sources.ts';

/** A file to be read before any is judged. */
export interface Scanned {
  readonly source: Source;
  /** Whether other files want to know what it says. */
  readonly isHeard: boolean;
  /** Whether it may be judged in pieces. */
  readonly mayBeCut: boolean;
}

export interface Scan {
  /** In bytes. */
  readonly size: number;
  /** What it says about the pods of other files. */
  readonly facts: readonly Fact[];
  readonly cut: Cut | undefined;
}

/** A long file in pieces. */
export interface Cut {
  readonly pieces: readonly Piece[];
  readonly stamp: Stamp;
  /** What it says about its own pods. */
  readonly own: readonly Fact[];
}

/** A file to be judged, or a piece of one. */
export interface Share {
  readonly source: Source;
  /** The stretch of all facts that is its own. */
  readonly start: number;
  readonly end: number;
  readonly piece?: { readonly cut: Cut; readonly index: number };
}

export type Outcome =
  | { readonly outcome: 'unreadable'; readonly reason: string }
  /** The file was written while it was judged. */
  | { readonly outcome: 'changed' }
  | { readonly outcome: 'judged'; readonly judged: Judged };

/** What is left of a report once it is said. */
export interface Judged {
  /** How many findings there are, whatever becomes of them. */
  readonly all: number;
  /** In the format asked for. */
  readonly said: string;
  readonly counts: Counts;
  readonly problem: SyntaxReport | undefined;
  readonly isJudged: boolean;
  readonly isBroken: boolean;
  readonly isIncomplete: boolean;
  /** False where the bytes are not UTF-8. */
  readonly isExact: boolean;
}

export interface Counts {
  readonly documents: number;
  readonly templates: number;
  readonly workloads: number;
  readonly repairable: number;
  readonly known: number;
  readonly suppressed: number;
  readonly findings: Readonly<Record<Severity, number>>;
}

/** What a thread judges with. */
export interface Tools {
  readonly asked: Asked;
  readonly settingsOf: SettingsOf;
  readonly knownIn: KnownIn;
  readonly charts: Charts;
  readonly reporter: Reporter;
  readonly host: Host;
}

/** Reads a file for what others have to know of it. What cannot be read says nothing here; whoever judges it says so. */
export async function scan(
  { source, isHeard, mayBeCut }: Scanned,
  tools: Tools,
  sized: Sized,
): Promise<Scan> {
  const reading = await readSource(source, tools.host);
  if (reading.state === 'unreadable') return { size: 0, facts: [], cut: undefined };
  const { bytes } = reading;
  const pieces = mayBeCut ? piecesOf(bytes) : [];
  sized(bytes.length, pieces.length);
  if (pieces.length === 0 || source.file === undefined)
    return { size: bytes.length, facts: isHeard ? factsIn(reading.text) : [], cut: undefined };
  const facts: Fact[] = [];
  const own: Fact[] = [];
  const settings = await tools.settingsOf(source);
  for (const { start, end } of pieces) {
    const piece = decode(bytes.subarray(start, end));
    if (piece.state === 'unreadable') continue;
    if (isHeard) facts.push(...factsIn(piece.text));
    own.push(...factsAnalyzedIn(piece.text, settings));
  }
  return { size: bytes.length, facts, cut: { pieces, own, stamp: stampFor(source.file) } };
}

/** Hears how many bytes there are to judge, and in how many pieces, as soon as that is known. */
export type Sized = (bytes: number, pieces: number) => void;

function stampFor(file: string): Stamp {
  try {
    return stampOf(file);
  } catch {
    return { size: -1, modified: 0 };
  }
}

/** False for a file that has to be judged as a whole, as far as its name tells. */
export function mayBeCut({ file }: Source): boolean {
  return file !== undefined && !mayBelongToChart(file.replaceAll('\\', '/'));
}

/** Judges a share. `all` is what all files say; `overlays` know what becomes of a file that they use. */
export async function judgeShare(
  { source, start, end, piece }: Share,
  all: readonly Fact[],
  { asked, settingsOf, knownIn, charts, reporter, host }: Tools,
  overlays?: OpenedOverlays,
): Promise<Outcome> {
  const elsewhere: FactsOfOthers = { all, start, end };
  const settings = await settingsOf(source);
  const judgement = { ...asked, settings, known: knownIn(source), told: undefined, elsewhere };
  if (piece !== undefined) {
    const { cut, index } = piece;
    const own = cut.pieces[index];
    const bytes = own === undefined ? undefined : readPiece(source.file ?? '', own, cut.stamp);
    const reading = bytes === undefined ? undefined : decode(bytes);
    if (own === undefined || reading?.state !== 'text') return { outcome: 'changed' };
    const part = { firstLine: own.firstLine, own: cut.own };
    const report = judge(source.name, reading.text, { ...judgement, part });
    return { outcome: 'judged', judged: sayWith(reporter, report, reading.isExact) };
  }
  const reading = await readSource(source, host);
  if (reading.state === 'unreadable') return { outcome: 'unreadable', reason: reading.reason };
  const told = overlays?.tell(source.file, reading.text, settings);
  const inChart = await charts.tell(source, reading.text, settings);
  const report = judge(source.name, reading.text, { ...judgement, told }, inChart);
  return { outcome: 'judged', judged: sayWith(reporter, report, reading.isExact) };
}

/** Says a report in a format, and counts what is in it. */
export function sayWith(reporter: Reporter, report: FileReport, isExact = true): Judged {
  const { documents, templates, workloads, repairable, known } = report;
  const findings = { error: 0, warning: 0, information: 0 };
  let suppressed = 0;
  for (const { reported, suppression } of report.findings) {
    if (suppression === null) findings[reported.severity]++;
    else suppressed++;
  }
  return {
    all: report.all,
    said: reporter.file(report),
    counts: { documents, templates, workloads, repairable, known, suppressed, findings },
    problem: report.problem,
    isJudged: report.isJudged,
    isBroken: report.isBroken,
    isIncomplete: report.isIncomplete,
    isExact,
  };
}

/**
 * The pieces of a file put together, with what their format writes between them; undefined where that takes another look at the whole
 * file: it was changed, no document in it is whole, or it has more findings than are told of one file.
 */
export function wholeOf(outcomes: readonly Outcome[], between: string): Judged | undefined {
  const pieces: Judged[] = [];
  for (const one of outcomes) {
    if (one.outcome !== 'judged') return undefined;
    pieces.push(one.judged);
  }
  const isBroken = pieces.some((piece) => piece.isBroken);
  if (isBroken && !pieces.some((piece) => piece.isJudged)) return undefined;
  const all = pieces.reduce((count, piece) => count + piece.all, 0);
  if (all >= MAX_FINDINGS) return undefined;
  return {
    all,
    said: pieces
      .map(({ said }) => said)
      .filter((said) => said !== '')
      .join(between),
    counts: pieces.map(({ counts }) => counts).reduce(sum),
    problem: pieces.find((piece) => piece.problem !== undefined)?.problem,
    isJudged: true,
    isBroken,
    isIncomplete: pieces.some((piece) => piece.isIncomplete),
    isExact: pieces.every((piece) => piece.isExact),
  };
}

function sum(a: Counts, b: Counts): Counts {
  return {
    documents: a.documents + b.documents,
    templates: a.templates + b.templates,
    workloads: a.workloads + b.workloads,
    repairable: a.repairable + b.repairable,
    known: a.known + b.known,
    suppressed: a.suppressed + b.suppressed,
    findings: {
      error: a.findings.error + b.findings.error,
      warning: a.findings.warning + b.findings.warning,
      information: a.findings.information + b.findings.information,
    },
  };
}

/** One at a time, so that one text is held at a time. */
export async function inTurn<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const one of all) results.push(await work(one));
  return results;
}
