/** `podproof check`: every source judged, reported in the format asked for, summed up in the exit code. */
import { join, resolve, sep } from 'node:path';
import type { Fact } from '../shared/kubernetes/facts.ts';
import type { CheckCommand, FailOn } from './arguments.ts';
import { type KnownIn, openBaseline } from './baseline.ts';
import { openCharts } from './charts.ts';
import { askedBy, reporterFor, SEVERITIES_REACHING } from './checkFormats.ts';
import { type Crew, createCrew } from './crew.ts';
import { EXIT_FAILURE, EXIT_FINDINGS, EXIT_OK } from './exitCode.ts';
import { isReadTwice } from './factsElsewhere.ts';
import { type Host, type Output, printable } from './host.ts';
import { judge } from './judge.ts';
import {
  type Counts,
  type Cut,
  inTurn,
  type Judged,
  judgeShare,
  mayBeCut,
  type Outcome,
  type Scanned,
  type Share,
  sayWith,
  scan,
  type Tools,
  wholeOf,
} from './judging.ts';
import { type OpenedOverlays, openOverlays } from './overlays.ts';
import { progressOn } from './progress.ts';
import type { Reporter, SourceProblem, Totals } from './report.ts';
import { exclusionFor, openSettings, type SettingsHost, type SettingsOf } from './settings.ts';
import { type Found, type Source, sourcesOf } from './sources.ts';
import type { Briefing, JudgeOrder, ScanOrder } from './worker.ts';

/** Runs the command; answers the exit code. */
export async function check(command: CheckCommand, host: Host): Promise<number> {
  let said = '';
  const complaints = (): readonly Event[] => {
    const words = said;
    said = '';
    return words === '' ? [] : [{ event: 'complaint', words }];
  };
  // Settings are read before what is said of earlier sources is written.
  const quietly: SettingsHost = {
    cwd: host.cwd,
    stderr: {
      isTerminal: false,
      columns: undefined,
      write: async (words) => {
        said += words;
      },
    },
  };
  const opened = await openSettings(command.config, quietly);
  if (said !== '') await host.stderr.write(said);
  said = '';
  if (!opened.ok) {
    await host.stderr.write(`podproof: ${printable(opened.problem)}\n`);
    return EXIT_FAILURE;
  }
  const counts = await sourceFilter(command, host);
  if (!counts.ok) {
    await host.stderr.write(`podproof: ${printable(counts.problem)}\n`);
    return EXIT_FAILURE;
  }
  const known = await openBaseline(command.baseline, host);
  if (!known.ok) {
    await host.stderr.write(`podproof: ${printable(known.problem)}\n`);
    return EXIT_FAILURE;
  }
  const reporter = await reporterFor(command, host);
  const conditions: Conditions = { ...counts, ...opened, ...known, reporter, complaints };
  const totals = newTotals();
  const progress = progressOn(host);
  const output = gathered(host.stdout);
  const speak = async (): Promise<void> => {
    await progress.clear();
    await output.flush();
  };
  output.add(reporter.begin());
  for await (const event of eventsOf(command, conditions, host)) {
    switch (event.event) {
      case 'report': {
        const { counts: own, said: words } = event.judged;
        count(totals, own);
        if (words !== '') output.add(reporter.join(words));
        break;
      }
      case 'problem': {
        const { problem } = event;
        if (problem.isFatal) totals.unreadable++;
        await speak();
        await host.stderr.write(`podproof: ${printable(inWords(problem))}\n`);
        output.add(reporter.problem(problem));
        break;
      }
      case 'excluded':
        totals.excluded++;
        continue;
      case 'complaint':
        await speak();
        await host.stderr.write(event.words);
        continue;
    }
    if (output.isDue()) await speak();
    await progress.step(totals.files, findingsIn(totals));
  }
  output.add(reporter.end(totals));
  await speak();
  if (totals.unreadable > 0) return EXIT_FAILURE;
  return fails(totals, command.failOn) ? EXIT_FINDINGS : EXIT_OK;
}

type Event =
  | { readonly event: 'report'; readonly judged: Judged }
  | { readonly event: 'problem'; readonly problem: SourceProblem }
  | { readonly event: 'excluded' }
  /** Of whoever reads settings, for standard error. */
  | { readonly event: 'complaint'; readonly words: string };

/** What decides about each source. */
interface Conditions {
  readonly wants: (source: Source) => boolean;
  readonly settingsOf: SettingsOf;
  readonly knownIn: KnownIn;
  readonly reporter: Reporter;
  /** What was said about settings since it was last asked for. */
  readonly complaints: () => readonly Event[];
}

type SourceFilter =
  | { readonly ok: true; readonly wants: (source: Source) => boolean }
  | { readonly ok: false; readonly problem: string };

/** Which sources count; standard input always does, and a report that is being written into a folder never. */
async function sourceFilter({ changedSince }: CheckCommand, host: Host): Promise<SourceFilter> {
  const isForeign = ({ file, isNamed }: Source): boolean =>
    isNamed || file === undefined || !host.isOutput(file);
  if (changedSince === undefined) return { ok: true, wants: isForeign };
  const { changedFiles } = await import('./changedFiles.ts');
  const changed = await changedFiles(changedSince, host);
  if (!changed.ok) return changed;
  return {
    ok: true,
    wants: (source) => isForeign(source) && (source.file === undefined || changed.isChanged(source.file)),
  };
}

/** What becomes of each source, in their order: a problem, a report, or one behind the other. */
async function* eventsOf(command: CheckCommand, conditions: Conditions, host: Host): AsyncIterable<Event> {
  const { settingsOf, complaints } = conditions;
  if (command.helm !== undefined) {
    yield* renderedEvents(command, command.helm.values, conditions, host);
    return;
  }
  const opened = command.isBuilt
    ? await (await import('./kustomizeBuild.ts')).buildOverlays(command.paths, settingsOf, host)
    : { ok: true as const, overlays: await openOverlays(command.paths, settingsOf, host) };
  yield* complaints();
  if (!opened.ok) {
    yield problem(opened.name, opened.problem, { isFatal: true });
    return;
  }
  const { overlays } = opened;
  const sources = command.isBuilt ? [] : [...sourcesOf(command.paths, host.cwd)];
  const plans = await plansFor([...sources, ...(overlays?.further ?? [])], overlays, conditions, host);
  const crew = createCrew(host.helpers, briefingFor(command, host));
  try {
    const tools: Tools = { ...conditions, asked: askedBy(command), charts: openCharts(host.cwd), host };
    const said = await factsSaid(sources, plans, command, tools, crew);
    const outcomes = judgedInTurn(plans, said, tools, crew);
    for (const plan of plans) {
      yield* plan.words;
      switch (plan.plan) {
        case 'problem':
          yield problem(plan.name, plan.reason, { isFatal: true });
          break;
        case 'excluded':
          yield { event: 'excluded' };
          break;
        case 'judge':
          yield* eventsFrom(plan.source.name, await outcomeFor(plan, outcomes, said, tools, overlays));
          break;
      }
    }
  } finally {
    crew.close();
  }
  for (const { name, message } of overlays?.problems ?? []) yield problem(name, message, { isFatal: false });
}

/** What is to be done about one source; `words` are said before. */
type Plan = { readonly words: readonly Event[] } & (
  | { readonly plan: 'problem'; readonly name: string; readonly reason: string }
  | { readonly plan: 'excluded' }
  /** Only what is shared may be judged by another thread. */
  | { readonly plan: 'judge'; readonly source: Source; readonly isShared: boolean }
);

async function plansFor(
  all: readonly Found[],
  overlays: OpenedOverlays | undefined,
  { wants, settingsOf, complaints }: Conditions,
  host: Host,
): Promise<readonly Plan[]> {
  const plans: Plan[] = [];
  for (const found of all) {
    if (found.found === 'nothing') {
      plans.push({ words: [], plan: 'problem', ...found.unreachable });
      continue;
    }
    const { source } = found;
    if (!wants(source)) continue;
    const settings = await settingsOf(source);
    const words = complaints();
    if (exclusionFor(source, settings, host) !== undefined) plans.push({ words, plan: 'excluded' });
    else {
      const isShared = isReadTwice(source) && overlays?.uses(source.file) !== true;
      plans.push({ words, plan: 'judge', source, isShared });
    }
  }
  return plans;
}

/** What files say about the pods of others, and which of them are long. */
interface Said {
  readonly all: readonly Fact[];
  /** By source. */
  readonly scans: ReadonlyMap<Source, SaidBy>;
}

interface SaidBy {
  /** The stretch of all facts that is the file's own. */
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly cut: Cut | undefined;
}

/** Reads all files once for what they say, in the order in which they are judged later. Standard input, and what can be read only once, says
 * nothing to others. */
async function factsSaid(
  found: readonly Found[],
  plans: readonly Plan[],
  command: CheckCommand,
  tools: Tools,
  crew: Crew,
): Promise<Said> {
  const judged = new Set<Source>();
  for (const plan of plans) if (plan.plan === 'judge' && plan.isShared) judged.add(plan.source);
  const heard = found.flatMap((one) =>
    one.found === 'source' && isReadTwice(one.source) ? [one.source] : [],
  );
  // Of a single file there is nobody to hear; and a baseline counts findings through the whole of a file.
  const isHeard = heard.length > 1;
  const isCut = tools.reporter.between !== undefined && command.baseline === undefined;
  const scanned = heard.flatMap((source): Scanned[] => {
    const cut = isCut && judged.has(source) && mayBeCut(source);
    return isHeard || cut ? [{ source, isHeard, mayBeCut: cut }] : [];
  });
  const chunks = inChunks(scanned, () => FEWEST);
  const worthFrom = tools.host.helpers?.worthFrom ?? 0;
  let bytes = 0;
  let read = 0;
  const sized = (size: number, pieces: number): void => {
    bytes += size;
    read++;
    const expected = read < SAMPLE ? bytes : (bytes / read) * scanned.length;
    if (expected >= worthFrom && (pieces > 1 || judged.size > 1)) crew.grow();
  };
  const order: ScanOrder = { chunks };
  const line = crew.begin('scan', order, chunks.length, (chunk) =>
    inTurn(chunks[chunk] ?? [], (one) => scan(one, tools, sized)),
  );
  const all: Fact[] = [];
  const scans = new Map<Source, SaidBy>();
  for (const chunk of chunks) {
    const results = await line.next();
    chunk.forEach(({ source }, at) => {
      const { facts = [], size = 0, cut } = results[at] ?? {};
      const start = all.length;
      for (const fact of facts) all.push(fact);
      if (size > 0) scans.set(source, { start, end: all.length, size, cut });
    });
  }
  return { all, scans };
}

/** Files after which those that are read tell how long the others are. */
const SAMPLE = 8;

/** Cuts a list into chunks whose sizes come to as much as makes it worth while to hand one over. */
function inChunks<T>(all: readonly T[], sizeOf: (one: T) => number): readonly (readonly T[])[] {
  const chunks: T[][] = [];
  let size = CHUNK;
  for (const one of all) {
    const last = size >= CHUNK ? undefined : chunks.at(-1);
    if (last === undefined) {
      chunks.push([one]);
      size = 0;
    } else last.push(one);
    size += Math.max(sizeOf(one), FEWEST);
  }
  return chunks;
}

/** In bytes. */
const CHUNK = 64 * 1024;
const FEWEST = CHUNK / 32;

/** The outcomes of all shares, in the order of the plans; a long file has one for each of its pieces. */
async function* judgedInTurn(
  plans: readonly Plan[],
  { all, scans }: Said,
  tools: Tools,
  crew: Crew,
): AsyncGenerator<Outcome, undefined> {
  const shares = plans.flatMap((plan): Share[] => {
    if (plan.plan !== 'judge' || !plan.isShared) return [];
    const { source } = plan;
    const { start, end, cut } = scans.get(source) ?? NOTHING_SAID;
    if (cut === undefined) return [{ source, start, end }];
    return cut.pieces.map((_, index) => ({ source, start, end, piece: { cut, index } }));
  });
  const chunks = inChunks(shares, ({ source, piece }) =>
    piece === undefined ? (scans.get(source)?.size ?? 0) : CHUNK,
  );
  const order: JudgeOrder = { chunks, all };
  const line = crew.begin('judge', order, chunks.length, (chunk) =>
    inTurn(chunks[chunk] ?? [], (share) => judgeShare(share, all, tools)),
  );
  for (const _ of chunks) {
    yield* await line.next();
    tools.host.paused?.();
  }
  return undefined;
}

const NOTHING_SAID: SaidBy = { start: 0, end: 0, size: 0, cut: undefined };

/** Takes what comes of a source from the outcomes, or judges it here. */
async function outcomeFor(
  { source, isShared }: Extract<Plan, { plan: 'judge' }>,
  outcomes: AsyncGenerator<Outcome, undefined>,
  { all, scans }: Said,
  tools: Tools,
  overlays: OpenedOverlays | undefined,
): Promise<Outcome> {
  const { start, end, cut } = scans.get(source) ?? NOTHING_SAID;
  const whole = (): Promise<Outcome> => judgeShare({ source, start, end }, all, tools, overlays);
  if (!isShared) return await whole();
  const own: Outcome[] = [];
  for (let at = 0; at < (cut?.pieces.length ?? 1); at++) {
    const { value } = await outcomes.next();
    if (value !== undefined) own.push(value);
  }
  const [first] = own;
  if (cut === undefined) return first ?? (await whole());
  const judged = wholeOf(own, tools.reporter.between ?? '');
  return judged === undefined ? await whole() : { outcome: 'judged', judged };
}

function* eventsFrom(name: string, outcome: Outcome): Iterable<Event> {
  switch (outcome.outcome) {
    case 'unreadable':
      yield problem(name, outcome.reason, { isFatal: true });
      break;
    case 'changed':
      yield problem(name, 'changed while it was checked', { isFatal: true });
      break;
    case 'judged':
      yield* problemsIn(name, outcome.judged);
      if (outcome.judged.isJudged) yield { event: 'report', judged: outcome.judged };
      break;
  }
}

function briefingFor(command: CheckCommand, { cwd, env, stdout }: Host): Briefing {
  const { isTerminal, columns } = stdout;
  return { command, cwd, env: { ...env }, terminal: { isTerminal, columns } };
}

/** The same for charts that Helm renders. */
async function* renderedEvents(
  command: CheckCommand,
  values: readonly string[],
  { settingsOf, knownIn, reporter, complaints }: Conditions,
  host: Host,
): AsyncIterable<Event> {
  const { renderedByHelm } = await import('./helmRendering.ts');
  const asked = askedBy(command);
  for (const chart of command.paths) {
    const name = chart.replaceAll(sep, '/').replace(/\/+$/, '');
    const sourceOf = (path: string): Source => ({
      name: `${name}/${path}`,
      file: join(resolve(host.cwd, chart), path),
      isNamed: false,
    });
    const settings = await settingsOf(sourceOf('Chart.yaml'));
    yield* complaints();
    const answer = await renderedByHelm(chart, values, settings, host);
    if (!answer.ok) {
      yield problem(name, answer.problem, { isFatal: true });
      continue;
    }
    for (const { path, analyzed } of answer.templates) {
      const source = sourceOf(path);
      if (exclusionFor(source, settings, host) !== undefined) {
        yield { event: 'excluded' };
        continue;
      }
      const judgement = { ...asked, settings, known: knownIn(source), told: undefined };
      const report = judge(source.name, analyzed.text, judgement, analyzed);
      yield { event: 'report', judged: sayWith(reporter, report) };
    }
  }
}

function* problemsIn(
  name: string,
  { problem: found, isJudged, isIncomplete, isExact }: Judged,
): Iterable<Event> {
  if (found !== undefined) {
    const { at, message, isSkipped } = found;
    const consequence = isJudged ? 'checked as far as it can be read' : 'nothing in it could be checked';
    const words = isSkipped ? message : `not valid YAML, ${consequence}: ${message}`;
    yield problem(name, words, { isFatal: !isJudged, at });
  } else if (!isExact) {
    yield problem(name, 'not valid UTF-8, checked as far as it can be read', { isFatal: false });
  }
  if (isIncomplete) {
    yield problem(name, 'not checked completely because of an internal error; please report it', {
      isFatal: true,
    });
  }
}

function problem(
  file: string,
  message: string,
  { at, isFatal }: { readonly at?: SourceProblem['at']; readonly isFatal: boolean },
): Event {
  return { event: 'problem', problem: { file, message, at, isFatal } };
}

function inWords({ file, at, message }: SourceProblem): string {
  const name = file === '-' ? 'standard input' : file;
  return at === undefined ? `${name}: ${message}` : `${name}:${at.line + 1}:${at.character + 1}: ${message}`;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object ? Mutable<T[K]> : T[K] };

function newTotals(): Mutable<Totals> {
  return {
    files: 0,
    documents: 0,
    templates: 0,
    workloads: 0,
    repairable: 0,
    unreadable: 0,
    excluded: 0,
    suppressed: 0,
    known: 0,
    findings: { error: 0, warning: 0, information: 0 },
  };
}

function count(totals: Mutable<Totals>, own: Counts): void {
  totals.files++;
  totals.documents += own.documents;
  totals.templates += own.templates;
  totals.workloads += own.workloads;
  totals.repairable += own.repairable;
  totals.known += own.known;
  totals.suppressed += own.suppressed;
  for (const severity of ['error', 'warning', 'information'] as const)
    totals.findings[severity] += own.findings[severity];
}

function findingsIn({ findings: { error, warning, information } }: Totals): number {
  return error + warning + information;
}

function fails({ findings }: Totals, failOn: FailOn): boolean {
  return SEVERITIES_REACHING[failOn].some((severity) => findings[severity] > 0);
}

/** Gathers what is written until it is much, since every write costs as much as judging a small file. */
function gathered(output: Output): {
  add(text: string): void;
  /** Whether it is time to write; a terminal shows everything as it comes. */
  isDue(): boolean;
  flush(): Promise<void>;
} {
  let pending = '';
  return {
    add(text) {
      pending += text;
    },
    isDue: () => pending.length >= MUCH || (output.isTerminal && pending !== ''),
    async flush() {
      const text = pending;
      pending = '';
      if (text !== '') await output.write(text);
    },
  };
}

/** In UTF-16 code units. */
const MUCH = 64 * 1024;
