/** `podproof fix --values`: a chart hardened by what its values decide, written into one values file; its templates stay. */
import { resolve } from 'node:path';
import { hardenByValues, type ValuesHardening } from '../shared/analysis/chartValues.ts';
import { type ChartFiles, readChart } from '../shared/helm/chart.ts';
import { readChartFiles } from '../shared/helm/chartFiles.ts';
import { indexLines } from '../shared/text/lineIndex.ts';
import type { FixCommand } from './arguments.ts';
import { diffOf, writeChanged } from './changedFile.ts';
import { FILE_SYSTEM } from './charts.ts';
import { EXIT_FAILURE, EXIT_OK } from './exitCode.ts';
import { type Host, printable } from './host.ts';
import { FILES, nameFrom, sourceOf, withSlashes } from './overlays.ts';
import type { SettingsOf } from './settings.ts';

/** Runs the command for one chart; answers the exit code. */
export async function fixByValues(
  command: FixCommand,
  values: string,
  settingsOf: SettingsOf,
  host: Host,
): Promise<number> {
  const [given = '.'] = command.paths;
  const problem = await hardenOne(given, values, command, settingsOf, host);
  if (problem === undefined) return EXIT_OK;
  await host.stderr.write(`podproof: ${printable(problem)}\n`);
  return EXIT_FAILURE;
}

async function hardenOne(
  given: string,
  values: string,
  { diff, safeOnly }: FixCommand,
  settingsOf: SettingsOf,
  host: Host,
): Promise<string | undefined> {
  const root = withSlashes(resolve(host.cwd, given));
  const file = withSlashes(resolve(host.cwd, values));
  const files = await filesOf(root);
  if (files === undefined || readChart(files) === undefined)
    return `${given}: no chart: it has no Chart.yaml`;
  const before = FILES.textOf(file);
  const settings = await settingsOf(sourceOf(file, host.cwd));
  // The chart's own values file is one of its files; any other one is laid over it.
  const key = file === `${root}/values.yaml` ? 'values.yaml' : GIVEN;
  const all = before === undefined ? files : new Map([...files, [key, before]]);
  const hardened = hardenByValues(all, settings, key, safeOnly ? 'safe' : 'pod');
  if (hardened === undefined) return `${given}: it cannot be read as a chart`;
  for (const one of hardened.declined)
    await host.stderr.write(`podproof: ${printable(declinedWords(given, files, one))}\n`);
  if (hardened.text !== (before ?? '')) {
    const changed = { path: file, before, after: hardened.text };
    if (diff) await host.stdout.write(await diffOf(changed, host));
    else {
      const problem = writeChanged(changed);
      if (problem !== undefined) return `${nameFrom(file, host.cwd)}: ${problem}`;
      await host.stderr.write(`${printable(nameFrom(file, host.cwd))}: written\n`);
    }
  }
  await host.stderr.write(`${printable(summary(given, hardened, diff))}\n`);
  return undefined;
}

/** Stands for the values file among the chart's files: none of theirs begins with a slash. */
const GIVEN = '/values';

/** The files of a chart in a folder, or in an archive as Helm packs it: one folder that holds the chart. */
async function filesOf(root: string): Promise<ChartFiles | undefined> {
  if (!root.endsWith('.tgz')) return await readChartFiles(root, [], FILE_SYSTEM);
  const packed = (await FILE_SYSTEM.readArchive?.(root)) ?? new Map<string, string>();
  return new Map([...packed].map(([path, text]) => [path.slice(path.indexOf('/') + 1), text]));
}

function declinedWords(
  given: string,
  files: ChartFiles,
  { template, placed: { finding, documentStart }, reason }: ValuesHardening['declined'][number],
): string {
  const { line, character } = indexLines(files.get(template) ?? '').positionAt(
    documentStart + finding.span.start,
  );
  const why = reason.charAt(0).toLowerCase() + reason.slice(1).replace(/\.$/, '');
  return `${given.replace(/\/$/, '')}/${template}:${line + 1}:${character + 1}: ${finding.code} is left as it is: ${why}`;
}

function summary(given: string, { before, after }: ValuesHardening, isDiff: boolean): string {
  const rest = after === 0 ? '' : `; ${after} left`;
  if (before === after) return `${given}: nothing that its values could fix${rest}.`;
  return `${given}: ${before - after} of ${before} findings ${isDiff ? 'would be fixed' : 'fixed'}${rest}.`;
}
