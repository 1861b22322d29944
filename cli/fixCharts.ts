/** Fixing charts: all templates of a chart that a run names, in one edit of the chart's files. */

import { type AnalyzedText, findingsOf } from '../shared/analysis/analyze.ts';
import { type ChartTarget, hardenChart } from '../shared/analysis/chartFix.ts';
import { type ChartPart, runChart, templateText } from '../shared/analysis/chartText.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import { indexLines } from '../shared/text/lineIndex.ts';
import { applyEdits, type TextEdit } from '../shared/text/textEdit.ts';
import { readRuns } from './charts.ts';
import { readRegularFile } from './readFile.ts';
import { decode } from './reading.ts';
import { reasonOf, type Source } from './sources.ts';

/** Templates of one chart that are to be fixed with the same settings. */
export interface ChartSources {
  /** Absolute path of the chart's folder, with `/` between names. */
  readonly root: string;
  readonly settings: Settings;
  readonly templates: readonly { readonly source: Source; readonly path: string }[];
}

export interface ChartOutcome {
  readonly files: readonly ChangedFile[];
  /** Findings before and after. */
  readonly before: number;
  readonly after: number;
  readonly declined: readonly {
    readonly source: Source;
    readonly line: number;
    readonly character: number;
    readonly code: string;
    readonly reason: string;
  }[];
}

export interface ChangedFile {
  readonly source: Source;
  readonly bytes: Uint8Array;
  readonly hasByteOrderMark: boolean;
  readonly text: string;
  readonly newText: string;
  readonly edits: readonly TextEdit[];
}

/** What would be written; undefined where the chart cannot be read, and a sentence where one of its files cannot be written back. */
export async function fixChart(
  { root, settings, templates }: ChartSources,
  safeOnly: boolean,
): Promise<ChartOutcome | { readonly problem: string } | undefined> {
  const runs = await readRuns(root, settings);
  if (runs === undefined) return undefined;
  const targets = templates.flatMap(({ path }): ChartTarget[] => {
    const text = templateText(runs, path, () => false);
    return text !== undefined && isInChart(text) ? [{ analyzed: text, findings: findingsOf(text) }] : [];
  });
  const fixed = hardenChart(targets, safeOnly ? 'safe' : 'pod');
  const before = targets.reduce((sum, { findings }) => sum + findings.length, 0);
  const sourceAt = (path: string): Source =>
    templates.find((template) => template.path === path)?.source ?? sibling(templates[0], root, path);
  const files: ChangedFile[] = [];
  const texts = new Map(runs.chart.files);
  for (const { file, edits } of fixed.files) {
    const source = sourceAt(file);
    const read = readExactly(source);
    if (typeof read === 'string') return { problem: `${source.name}: ${read}` };
    if (read.text !== runs.chart.files.get(file)) return { problem: `${source.name}: has just been changed` };
    const newText = applyEdits(read.text, edits);
    texts.set(file, newText);
    files.push({ source, ...read, newText, edits });
  }
  const again = files.length === 0 ? runs : runChart(texts, settings, settings.helmValuesFiles, runs);
  const after = templates.reduce((sum, { path }) => {
    const text = again === undefined ? undefined : templateText(again, path, () => false);
    return sum + (text === undefined ? 0 : findingsOf(text).length);
  }, 0);
  const declined = fixed.declined.map(({ template, placed: { finding, documentStart }, reason }) => ({
    source: sourceAt(template),
    ...indexLines(texts.get(template) ?? '').positionAt(documentStart + finding.span.start),
    code: finding.code,
    reason: reason.charAt(0).toLowerCase() + reason.slice(1),
  }));
  return { files, before, after, declined };
}

function isInChart(text: AnalyzedText): text is AnalyzedText & { readonly chart: ChartPart } {
  return text.chart !== undefined;
}

/** Another file of the chart, named as the template is. */
function sibling(
  template: ChartSources['templates'][number] | undefined,
  root: string,
  path: string,
): Source {
  const name = template?.source.name.endsWith(template.path) === true ? template.source.name : undefined;
  const prefix =
    name === undefined || template === undefined ? `${root}/` : name.slice(0, -template.path.length);
  return { name: `${prefix}${path}`, file: `${root}/${path}`, isNamed: false };
}

function readExactly(
  source: Source,
): { readonly text: string; readonly bytes: Uint8Array; readonly hasByteOrderMark: boolean } | string {
  try {
    const reading = decode(readRegularFile(source.file ?? ''));
    if (reading.state === 'unreadable') return reading.reason;
    return reading.isExact ? reading : 'not valid UTF-8, so it is left as it is';
  } catch (error) {
    return reasonOf(error);
  }
}
