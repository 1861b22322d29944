/** `podproof check`: every source judged, reported in the format asked for, summed up in the exit code. */
import { join, resolve, sep } from 'node:path';
import type { Severity } from '../shared/practices/practice.ts';
import type { CheckCommand, FailOn } from './arguments.ts';
import { type KnownIn, openBaseline } from './baseline.ts';
import { openCharts } from './charts.ts';
import { EXIT_FAILURE, EXIT_FINDINGS, EXIT_OK } from './exitCode.ts';
import { openElsewhere } from './factsElsewhere.ts';
import { type Host, printable, wantsColor, wantsHyperlinks } from './host.ts';
import { type Asked, judge } from './judge.ts';
import { openOverlays } from './overlays.ts';
import { progressOn } from './progress.ts';
import { readSource } from './reading.ts';
import type { FileReport, Reporter, SourceProblem, Totals } from './report.ts';
import { exclusionFor, openSettings, type SettingsOf } from './settings.ts';
import { type Source, sourcesOf } from './sources.ts';
import { textReporter } from './textFormat.ts';

/** Runs the command; answers the exit code. One text is held at a time. */
export async function check(command: CheckCommand, host: Host): Promise<number> {
  const opened = await openSettings(command.config, host);
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
  const totals = newTotals();
  const progress = progressOn(host);
  await host.stdout.write(reporter.begin());
  for await (const event of eventsOf(command, { wants: counts.wants, ...opened, ...known }, host)) {
    let text: string;
    if (event.event === 'report') {
      count(totals, event.report);
      text = reporter.file(event.report);
      if (text === '') await progress.step(totals.files, findingsIn(totals));
    } else if (event.event === 'excluded') {
      totals.excluded++;
      continue;
    } else {
      const { problem } = event;
      if (problem.isFatal) totals.unreadable++;
      await progress.clear();
      await host.stderr.write(`podproof: ${printable(inWords(problem))}\n`);
      text = reporter.problem(problem);
    }
    if (text === '') continue;
    await progress.clear();
    await host.stdout.write(text);
    await progress.step(totals.files, findingsIn(totals));
  }
  await progress.clear();
  await host.stdout.write(reporter.end(totals));
  if (totals.unreadable > 0) return EXIT_FAILURE;
  return fails(totals, command.failOn) ? EXIT_FINDINGS : EXIT_OK;
}

type Event =
  | { readonly event: 'report'; readonly report: FileReport }
  | { readonly event: 'problem'; readonly problem: SourceProblem }
  | { readonly event: 'excluded' };

/** What decides about each source. */
interface Conditions {
  readonly wants: (source: Source) => boolean;
  readonly settingsOf: SettingsOf;
  readonly knownIn: KnownIn;
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
async function* eventsOf(
  command: CheckCommand,
  { wants, settingsOf, knownIn }: Conditions,
  host: Host,
): AsyncIterable<Event> {
  const asked = askedBy(command);
  if (command.helm !== undefined) {
    yield* renderedEvents(command, command.helm.values, { settingsOf, knownIn }, host);
    return;
  }
  const opened = command.isBuilt
    ? await (await import('./kustomizeBuild.ts')).buildOverlays(command.paths, settingsOf, host)
    : { ok: true as const, overlays: await openOverlays(command.paths, settingsOf, host) };
  if (!opened.ok) {
    yield problem(opened.name, opened.problem, { isFatal: true });
    return;
  }
  const { overlays } = opened;
  const charts = openCharts(host.cwd);
  const sources = command.isBuilt ? [] : sourcesOf(command.paths, host.cwd);
  const elsewhereOf = await openElsewhere(command.isBuilt ? [] : sourcesOf(command.paths, host.cwd), host);
  for (const found of [...sources, ...(overlays?.further ?? [])]) {
    if (found.found === 'nothing') {
      const { name, reason } = found.unreachable;
      yield problem(name, reason, { isFatal: true });
      continue;
    }
    const { source } = found;
    if (!wants(source)) continue;
    const settings = await settingsOf(source);
    if (exclusionFor(source, settings, host) !== undefined) {
      yield { event: 'excluded' };
      continue;
    }
    const reading = await readSource(source, host);
    if (reading.state === 'unreadable') {
      yield problem(source.name, reading.reason, { isFatal: true });
      continue;
    }
    const told = overlays?.tell(source.file, reading.text, settings);
    const inChart = await charts.tell(source, reading.text, settings);
    const known = knownIn(source);
    const elsewhere = elsewhereOf(source);
    const report = judge(source.name, reading.text, { ...asked, settings, known, told, elsewhere }, inChart);
    yield* problemsIn(report, reading.isExact);
    if (report.isJudged) yield { event: 'report', report };
  }
  for (const { name, message } of overlays?.problems ?? []) yield problem(name, message, { isFatal: false });
}

/** The same for charts that Helm renders. */
async function* renderedEvents(
  command: CheckCommand,
  values: readonly string[],
  { settingsOf, knownIn }: Omit<Conditions, 'wants'>,
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
      yield { event: 'report', report: judge(source.name, analyzed.text, judgement, analyzed) };
    }
  }
}

function* problemsIn(report: FileReport, isUtf8: boolean): Iterable<Event> {
  const { name, isJudged, isIncomplete } = report;
  if (report.problem !== undefined) {
    const { at, message, isSkipped } = report.problem;
    const consequence = isJudged ? 'checked as far as it can be read' : 'nothing in it could be checked';
    const words = isSkipped ? message : `not valid YAML, ${consequence}: ${message}`;
    yield problem(name, words, { isFatal: !isJudged, at });
  } else if (!isUtf8) {
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

function askedBy({ format, failOn, isQuiet, showSuppressed }: CheckCommand): Asked {
  const reaching = SEVERITIES_REACHING[failOn];
  return {
    wants: isQuiet ? (severity) => reaching.includes(severity) : () => true,
    withFixes: format === 'json',
    withOffers: format === 'sarif',
    withRows: format === 'html',
    withSuppressed: showSuppressed || format === 'sarif',
  };
}

/** Formats that are seldom asked for are loaded when they are. */
async function reporterFor(command: CheckCommand, host: Host): Promise<Reporter> {
  const { stdout, env, cwd } = host;
  switch (command.format) {
    case 'json': {
      const { jsonReporter } = await import('./jsonFormat.ts');
      return jsonReporter();
    }
    case 'text': {
      return textReporter({
        color: wantsColor(stdout, env),
        links: wantsHyperlinks(stdout, env),
        columns: stdout.columns ?? WIDE_ENOUGH,
        isQuiet: command.isQuiet,
      });
    }
    case 'sarif': {
      const { sarifReporter } = await import('./sarifFormat.ts');
      return sarifReporter(cwd);
    }
    case 'github': {
      const { githubReporter } = await import('./githubFormat.ts');
      return githubReporter(cwd, command.isQuiet);
    }
    case 'gitlab': {
      const { gitlabReporter } = await import('./gitlabFormat.ts');
      return gitlabReporter(cwd);
    }
    case 'html': {
      const { htmlReporter } = await import('./htmlFormat.ts');
      return htmlReporter(command.paths, host);
    }
    case 'junit': {
      const { junitReporter } = await import('./junitFormat.ts');
      return junitReporter((severity) => SEVERITIES_REACHING[command.failOn].includes(severity));
    }
  }
}

/** Where no terminal sets a width, only lines of generated text are longer. */
const WIDE_ENOUGH = 200;

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

function count(totals: Mutable<Totals>, report: FileReport): void {
  totals.files++;
  totals.documents += report.documents;
  totals.templates += report.templates;
  totals.workloads += report.workloads;
  totals.repairable += report.repairable;
  totals.known += report.known;
  for (const { reported, suppression } of report.findings) {
    if (suppression === null) totals.findings[reported.severity]++;
    else totals.suppressed++;
  }
}

function findingsIn({ findings: { error, warning, information } }: Totals): number {
  return error + warning + information;
}

function fails({ findings }: Totals, failOn: FailOn): boolean {
  return SEVERITIES_REACHING[failOn].some((severity) => findings[severity] > 0);
}

const SEVERITIES_REACHING: Readonly<Record<FailOn, readonly Severity[]>> = {
  error: ['error'],
  warning: ['error', 'warning'],
  information: ['error', 'warning', 'information'],
  never: [],
};
