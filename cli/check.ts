/** `podproof check`: every source judged, reported in the format asked for, summed up in the exit code. */
import { DEFAULT_SETTINGS } from '../shared/catalog/settings.ts';
import type { Severity } from '../shared/practices/practice.ts';
import type { CheckCommand, FailOn } from './arguments.ts';
import { EXIT_FAILURE, EXIT_FINDINGS, EXIT_OK } from './exitCode.ts';
import { type Host, printable, wantsColor } from './host.ts';
import { jsonReporter } from './jsonFormat.ts';
import { type Judgement, judge } from './judge.ts';
import { readSource } from './reading.ts';
import type { FileReport, Reporter, Totals } from './report.ts';
import { sourcesOf } from './sources.ts';
import { textReporter } from './textFormat.ts';

/** Runs the command; answers the exit code. One text is held at a time. */
export async function check(command: CheckCommand, host: Host): Promise<number> {
  const judgement = await judgementFor(command);
  const reporter = reporterFor(command, host);
  const totals = newTotals();
  await host.stdout.write(reporter.begin());
  for await (const report of reportsOf(command.paths, judgement, host)) {
    if (report === undefined) {
      totals.unreadable++;
      continue;
    }
    count(totals, report);
    if (report.isIncomplete) totals.unreadable++;
    const text = reporter.file(report);
    if (text !== '') await host.stdout.write(text);
  }
  await host.stdout.write(reporter.end(totals));
  if (totals.unreadable > 0) return EXIT_FAILURE;
  return fails(totals, command.failOn) ? EXIT_FINDINGS : EXIT_OK;
}

/** A report for each source in order, or undefined for one that could not be read, of which standard error tells. */
async function* reportsOf(
  paths: readonly string[],
  judgement: Judgement,
  host: Host,
): AsyncIterable<FileReport | undefined> {
  const complain = (name: string, problem: string): Promise<void> =>
    host.stderr.write(`podproof: ${printable(`${name === '-' ? 'standard input' : name}${problem}`)}\n`);
  for (const found of sourcesOf(paths, host.cwd)) {
    if (found.found === 'nothing') {
      await complain(found.unreachable.name, `: ${found.unreachable.reason}`);
      yield undefined;
      continue;
    }
    const { source } = found;
    const reading = await readSource(source, host);
    if (reading.state === 'unreadable') {
      await complain(source.name, `: ${reading.reason}`);
      yield undefined;
      continue;
    }
    const report = judge(source.name, reading.text, judgement);
    const { problem, isJudged } = report;
    if (problem !== undefined) {
      const consequence = isJudged ? 'checked as far as it can be read' : 'nothing in it could be checked';
      const where = `:${problem.at.line + 1}:${problem.at.character + 1}`;
      await complain(source.name, `${where}: not valid YAML, ${consequence}: ${problem.message}`);
    } else if (!reading.isExact) {
      await complain(source.name, ': not valid UTF-8, checked as far as it can be read');
    }
    if (report.isIncomplete) {
      await complain(source.name, ': not checked completely because of an internal error; please report it');
    }
    yield isJudged ? report : undefined;
  }
}

async function judgementFor(command: CheckCommand): Promise<Judgement> {
  const base = { settings: DEFAULT_SETTINGS, wants: () => true };
  if (command.format === 'text') return { ...base, fixability: undefined };
  const { fixabilityIn } = await import('./fixability.ts');
  return { ...base, fixability: fixabilityIn };
}

function reporterFor({ format }: CheckCommand, { stdout, env }: Host): Reporter {
  switch (format) {
    case 'json':
      return jsonReporter();
    case 'text':
      return textReporter({
        color: wantsColor(stdout, env),
        columns: stdout.columns ?? WIDE_ENOUGH,
        isQuiet: false,
      });
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
    findings: { error: 0, warning: 0, information: 0 },
  };
}

function count(totals: Mutable<Totals>, report: FileReport): void {
  totals.files++;
  totals.documents += report.documents;
  totals.templates += report.templates;
  totals.workloads += report.workloads;
  totals.repairable += report.repairable;
  for (const { severity } of report.findings) totals.findings[severity]++;
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
