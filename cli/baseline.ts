/** Baselines: `podproof baseline` writes one, and `podproof check --baseline` leaves out what it remembers. */

import { dirname, relative, resolve, sep } from 'node:path';
import { analyzeText, findingsOf } from '../shared/analysis/analyze.ts';
import { type Baseline, type Identified, readBaseline, writeBaseline } from '../shared/analysis/baseline.ts';
import type { BaselineCommand } from './arguments.ts';
import { openCharts } from './charts.ts';
import { EXIT_FAILURE, EXIT_OK } from './exitCode.ts';
import { type Host, printable } from './host.ts';
import { readNamedFile } from './readFile.ts';
import { decode, readSource } from './reading.ts';
import { exclusionFor, openSettings } from './settings.ts';
import { reasonOf, type Source, sourcesOf } from './sources.ts';
import { replaceFile } from './writeInPlace.ts';

/** What is known of a source; undefined where there is no baseline. */
export type KnownIn = (source: Source) => { readonly baseline: Baseline; readonly path: string } | undefined;

export type OpenedBaseline =
  | { readonly ok: true; readonly knownIn: KnownIn }
  | { readonly ok: false; readonly problem: string };

/** Reads a baseline; a file that cannot be read is a problem and no empty baseline, since it was asked for by name. */
export async function openBaseline(name: string | undefined, { cwd }: Host): Promise<OpenedBaseline> {
  if (name === undefined) return { ok: true, knownIn: () => undefined };
  const file = resolve(cwd, name);
  const refuse = (reason: string): OpenedBaseline => ({
    ok: false,
    problem: `--baseline ${name}: ${reason}`,
  });
  let bytes: Uint8Array;
  try {
    bytes = readNamedFile(file);
  } catch (error) {
    return refuse(reasonOf(error));
  }
  const reading = decode(bytes);
  if (reading.state === 'unreadable') return refuse(reading.reason);
  const read = readBaseline(reading.text);
  if (!read.ok) return refuse(read.problem);
  return { ok: true, knownIn: (source) => ({ baseline: read.baseline, path: pathIn(file, source) }) };
}

/** Runs `podproof baseline`; answers the exit code. */
export async function remember(command: BaselineCommand, host: Host): Promise<number> {
  const opened = await openSettings(command.config, host);
  if (!opened.ok) {
    await host.stderr.write(`podproof: ${printable(opened.problem)}\n`);
    return EXIT_FAILURE;
  }
  const charts = openCharts(host.cwd);
  const output = resolve(host.cwd, command.output);
  const files: { readonly path: string; readonly findings: readonly Identified[] }[] = [];
  let failed = 0;
  let count = 0;
  const complain = (name: string, reason: string): Promise<void> => {
    failed++;
    return host.stderr.write(`podproof: ${printable(`${name}: ${reason}`)}\n`);
  };
  for (const found of sourcesOf(command.paths, host.cwd)) {
    if (found.found === 'nothing') {
      await complain(found.unreachable.name, found.unreachable.reason);
      continue;
    }
    const { source } = found;
    const settings = await opened.settingsOf(source);
    if (exclusionFor(source, settings, host) !== undefined) continue;
    const reading = await readSource(source, host);
    if (reading.state === 'unreadable') {
      await complain(source.name, reading.reason);
      continue;
    }
    const told = await charts.tell(source, reading.text, settings);
    const analyzed = told ?? analyzeText(reading.text, settings);
    const findings = findingsOf(analyzed).map(({ finding }) => identified(finding));
    count += findings.length;
    if (findings.length > 0) files.push({ path: pathIn(output, source), findings });
  }
  const problem = replaceFile(output, Buffer.from(writeBaseline(files)));
  if (problem !== undefined) {
    await complain(command.output, problem);
    return EXIT_FAILURE;
  }
  const [findings, inFiles] = [counted(count, 'finding'), counted(files.length, 'file')];
  await host.stderr.write(`${findings} in ${inFiles} remembered in ${printable(command.output)}.\n`);
  return failed > 0 ? EXIT_FAILURE : EXIT_OK;
}

/** Without the rest of the finding, which would keep its whole text in memory. */
function identified({ code, workload, pod, container }: Identified): Identified {
  return { code, workload, pod, container };
}

function pathIn(baseline: string, { file }: Source): string {
  return file === undefined ? '-' : relative(dirname(baseline), file).replaceAll(sep, '/');
}

function counted(count: number, word: string): string {
  return `${count} ${count === 1 ? word : `${word}s`}`;
}
