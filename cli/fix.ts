/** `podproof fix`: hardened texts written back, to standard output, or shown as a unified diff. */
import { analyzeText, type Finding, findingsOf } from '../shared/analysis/analyze.ts';
import type { FactsElsewhere } from '../shared/analysis/facts.ts';
import { type FixedText, fixSafely, harden } from '../shared/analysis/fix.ts';
import type { ToldFile } from '../shared/analysis/overlays.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import { isRenderedTemplate } from '../shared/helm/chart.ts';
import { indexLines, type LineIndex } from '../shared/text/lineIndex.ts';
import { applyEdits } from '../shared/text/textEdit.ts';
import type { FixCommand } from './arguments.ts';
import { placeOf } from './charts.ts';
import { EXIT_FAILURE, EXIT_OK } from './exitCode.ts';
import { type ElsewhereOf, openElsewhere } from './factsElsewhere.ts';
import { type ChartSources, fixChart } from './fixCharts.ts';
import { type Host, printable } from './host.ts';
import { type OpenedOverlays, openOverlays } from './overlays.ts';
import { encode, readSource } from './reading.ts';
import { exclusionFor, openSettings } from './settings.ts';
import { type Source, sourcesOf } from './sources.ts';
import { type Syntax, syntaxOf } from './syntax.ts';
import { writeInPlace } from './writeInPlace.ts';

/** What other files have to do with one that is fixed. */
interface Others {
  readonly overlays: OpenedOverlays | undefined;
  readonly elsewhereOf: ElsewhereOf;
}

interface Totals {
  files: number;
  changed: number;
  failed: number;
  fixed: number;
  remaining: number;
}

/** Runs the command; answers the exit code. Texts and diffs go to standard output, everything said about them to standard error. */
export async function fix(command: FixCommand, host: Host): Promise<number> {
  const opened = await openSettings(command.config, host);
  if (!opened.ok) {
    await host.stderr.write(`podproof: ${printable(opened.problem)}\n`);
    return EXIT_FAILURE;
  }
  if (command.byPatch) {
    const { fixByPatch } = await import('./fixByPatch.ts');
    return await fixByPatch(command, opened.settingsOf, host);
  }
  if (command.values !== undefined) {
    const { fixByValues } = await import('./fixByValues.ts');
    return await fixByValues(command, command.values, opened.settingsOf, host);
  }
  const totals: Totals = { files: 0, changed: 0, failed: 0, fixed: 0, remaining: 0 };
  const overlays = await openOverlays(command.paths, opened.settingsOf, host);
  const elsewhereOf = await openElsewhere(sourcesOf(command.paths, host.cwd), host);
  const others: Others = { overlays, elsewhereOf };
  const charts = new Map<string, { settings: Settings; templates: { source: Source; path: string }[] }[]>();
  for (const found of sourcesOf(command.paths, host.cwd)) {
    if (found.found === 'nothing') {
      totals.failed++;
      await say(host, found.unreachable.name, `: ${found.unreachable.reason}`);
      continue;
    }
    const settings = await opened.settingsOf(found.source);
    if (exclusionFor(found.source, settings, host) !== undefined) continue;
    const place = await placeOf(found.source);
    if (place === undefined || !isRenderedTemplate(place.path)) {
      await fixSource(found.source, command, settings, others, host, totals);
      continue;
    }
    const { root, path } = place;
    const known = charts.get(root)?.find((chart) => chart.settings === settings);
    if (known !== undefined) known.templates.push({ source: found.source, path });
    else
      charts.set(root, [
        ...(charts.get(root) ?? []),
        { settings, templates: [{ source: found.source, path }] },
      ]);
  }
  for (const [root, groups] of charts) {
    for (const group of groups) await fixTemplates({ root, ...group }, command, others, host, totals);
  }
  await host.stderr.write(summary(command, totals));
  return totals.failed > 0 ? EXIT_FAILURE : EXIT_OK;
}

/** Templates are fixed with their chart, since what they write may be decided in its values. */
async function fixTemplates(
  chart: ChartSources,
  command: FixCommand,
  others: Others,
  host: Host,
  totals: Totals,
): Promise<void> {
  const outcome = await fixChart(chart, command.safeOnly);
  if (outcome === undefined) {
    for (const { source } of chart.templates)
      await fixSource(source, command, chart.settings, others, host, totals);
    return;
  }
  if ('problem' in outcome) {
    totals.failed++;
    await host.stderr.write(`podproof: ${printable(outcome.problem)}\n`);
    return;
  }
  for (const { source, line, character, code, reason } of outcome.declined) {
    await say(host, source.name, `:${line + 1}:${character + 1}: ${code} is left as it is: ${reason}`);
  }
  for (const { source, bytes, hasByteOrderMark, text, newText, edits } of outcome.files) {
    if (command.diff) {
      const { unifiedDiff } = await import('./unifiedDiff.ts');
      await host.stdout.write(unifiedDiff(source, host.cwd, text, edits));
    } else {
      const problem = writeInPlace(source.file ?? '', bytes, encode(newText, hasByteOrderMark));
      if (problem !== undefined) {
        totals.failed++;
        await say(host, source.name, `: ${problem}`);
        return;
      }
      await host.stderr.write(`${printable(source.name)}: changed\n`);
    }
    totals.changed++;
  }
  totals.files += chart.templates.length;
  totals.fixed += outcome.before - outcome.after;
  totals.remaining += outcome.after;
}

async function fixSource(
  source: Source,
  command: FixCommand,
  settings: Settings,
  others: Others,
  host: Host,
  totals: Totals,
): Promise<void> {
  const refuse = (problem: string): Promise<void> => {
    totals.failed++;
    return say(host, source.name, `: ${problem}`);
  };
  const reading = await readSource(source, host);
  if (reading.state === 'unreadable') return refuse(reading.reason);
  if (!reading.isExact) return refuse('not valid UTF-8, so it is left as it is');
  const { text, bytes, hasByteOrderMark } = reading;
  const told = others.overlays?.tell(source.file, text, settings);
  const outcome = fixText(text, command.safeOnly, settings, told, others.elsewhereOf(source));
  const { problem, isJudged } = outcome.syntax;
  if (problem !== undefined) {
    if (!isJudged) totals.failed++;
    const consequence = isJudged ? 'fixed as far as it can be read' : 'nothing in it can be fixed';
    const { line, character } = problem.at;
    const words = problem.isSkipped ? problem.message : `not valid YAML, ${consequence}: ${problem.message}`;
    await say(host, source.name, `:${line + 1}:${character + 1}: ${words}`);
  }
  for (const { line, character, code, reason } of outcome.declined) {
    await say(host, source.name, `:${line + 1}:${character + 1}: ${code} is left as it is: ${reason}`);
  }
  const isChanged = outcome.text !== text;
  if (command.diff) {
    if (isChanged) {
      const { unifiedDiff } = await import('./unifiedDiff.ts');
      await host.stdout.write(unifiedDiff(source, host.cwd, text, outcome.fixed.edits));
    }
  } else if (source.file === undefined) {
    await host.stdout.write(`${hasByteOrderMark ? '\u{FEFF}' : ''}${outcome.text}`);
  } else if (isChanged) {
    const problem = writeInPlace(source.file, bytes, encode(outcome.text, hasByteOrderMark));
    if (problem !== undefined) return refuse(problem);
    await host.stderr.write(`${printable(source.name)}: ${outcome.before - outcome.after} fixed\n`);
  }
  if (isJudged) totals.files++;
  if (isChanged) totals.changed++;
  totals.fixed += outcome.before - outcome.after;
  totals.remaining += outcome.after;
}

interface Outcome {
  readonly text: string;
  readonly fixed: FixedText;
  /** Findings before and after. */
  readonly before: number;
  readonly after: number;
  readonly declined: readonly Declined[];
  readonly syntax: Syntax;
}

interface Declined {
  readonly line: number;
  readonly character: number;
  readonly code: string;
  readonly reason: string;
}

function fixText(
  text: string,
  safeOnly: boolean,
  settings: Settings,
  told: ToldFile | undefined,
  elsewhere: FactsElsewhere,
): Outcome {
  const analyzed = told?.analyzed ?? analyzeText(text, settings);
  const findings =
    told === undefined
      ? findingsOf(analyzed, elsewhere)
      : told.findings.filter((one) => one.suppressedBy === null);
  const before = findings.length;
  const fixed = safeOnly
    ? fixSafely(analyzed, [], findings)
    : harden(analyzed, { scope: 'file' }, [], findings);
  let index: LineIndex | undefined;
  const lines = (): LineIndex => {
    index ??= indexLines(text);
    return index;
  };
  const declined = fixed.declined.map(
    ({ placed: { finding, documentStart }, reason }): Declined => ({
      ...lines().positionAt(documentStart + finding.span.start),
      code: finding.code,
      reason: reason.charAt(0).toLowerCase() + reason.slice(1),
    }),
  );
  const syntax = syntaxOf(analyzed, lines);
  if (fixed.edits.length === 0) return { text, fixed, before, after: before, declined, syntax };
  const newText = applyEdits(text, fixed.edits);
  const after =
    told === undefined
      ? findingsOf(analyzeText(newText, settings, analyzed), elsewhere).length
      : fixed.declined.length + findings.filter((one) => !isTaken(one.finding, safeOnly)).length;
  return { text: newText, fixed, before, after, declined, syntax };
}

/** Whether there is a fix for the finding that the command makes. */
function isTaken(finding: Finding, safeOnly: boolean): boolean {
  return safeOnly ? finding.repair === 'safe' : finding.repair !== 'none';
}

function say(host: Host, name: string, what: string): Promise<void> {
  return host.stderr.write(`podproof: ${printable(`${name === '-' ? 'standard input' : name}${what}`)}\n`);
}

function summary({ diff, safeOnly }: FixCommand, { files, changed, fixed, remaining }: Totals): string {
  const verb = diff ? 'would be fixed' : 'fixed';
  const done =
    changed === 0
      ? `Nothing to fix${safeOnly ? ' that is safe' : ''} in ${counted(files, 'file')}`
      : `${counted(fixed, 'finding')} ${verb} in ${changed} of ${counted(files, 'file')}`;
  const rest = remaining === 0 ? '' : `; ${remaining} left${diff ? '' : ', which "podproof check" shows'}`;
  return `${done}${rest}.\n`;
}

function counted(count: number, word: string): string {
  return `${count} ${count === 1 ? word : `${word}s`}`;
}
