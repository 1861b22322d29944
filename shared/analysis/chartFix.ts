/** Fixing in charts: edits of a template and of the values that it is run with, held against what the chart writes after them. */
import { readChart, templateAt } from '../helm/chart.ts';
import { settledText } from '../helm/settled.ts';
import { fieldOrder } from '../kubernetes/fieldOrder.ts';
import type { Fix } from '../practices/practice.ts';
import type { Span } from '../text/span.ts';
import { applyEdits, type TextEdit } from '../text/textEdit.ts';
import { editDocument } from '../yaml/edit.ts';
import type { YamlOp } from '../yaml/operation.ts';
import { parseDocument } from '../yaml/parse.ts';
import { type AnalyzedText, type Finding, findingsOf, type PlacedFinding } from './analyze.ts';
import { type AnalyzedChart, analyzeChart, analyzeTemplate, valueIn } from './chart.ts';
import { editorOf, opsOf } from './fix.ts';

/** Edits of one file of a chart, by its path from the chart's root. */
export interface FileEdits {
  readonly file: string;
  readonly edits: readonly TextEdit[];
}

export type ChartEditResult =
  | { readonly ok: true; readonly files: readonly FileEdits[] }
  /** One sentence for a person. */
  | { readonly ok: false; readonly reason: string };

export interface PickedFix {
  readonly placed: PlacedFinding;
  readonly fix: Fix;
}

/**
 * Edits for fixes of findings in one template of a chart, all together. The chart as it is read here must be as its files are now. An
 * answer has been tried: run again with these edits, the template writes what the fixes want, and everything else as before.
 */
export function chartFixEdits(
  analyzed: AnalyzedChart,
  path: string,
  picked: readonly PickedFix[],
): ChartEditResult {
  const template = analyzeTemplate(analyzed, path);
  if (template === undefined) return { ok: false, reason: 'The template is not there any more.' };
  const files = new Map<string, readonly TextEdit[]>();
  const settled = settledTemplate(analyzed, path, template);
  for (const [documentStart, fixes] of byDocument(picked)) {
    const ops = fixes.flatMap(opsOf);
    const result = editorOf(settled, documentStart)(ops);
    if (!result.ok) return result;
    if (result.edits.length > 0) files.set(path, [...(files.get(path) ?? []), ...result.edits]);
  }
  for (const [file, ops] of elsewhereIn(picked)) {
    const text = analyzed.chart.files.get(file);
    if (text === undefined) return { ok: false, reason: `There is no ${file} in the chart.` };
    const result = editDocument(parseDocument(text), ops, { keyOrder: fieldOrder });
    if (!result.ok) return result;
    if (result.edits.length > 0) files.set(file, result.edits);
  }
  if (files.size === 0) return { ok: false, reason: 'There is nothing to change.' };
  if (!holds(analyzed, path, template, picked, files)) return { ok: false, reason: NOT_REACHED };
  return { ok: true, files: [...files].map(([file, edits]) => ({ file, edits })) };
}

const NOT_REACHED = 'The chart puts the value together in a way that cannot be edited safely.';

/** The template as its values settle it: in a branch that is taken, everything is certain. */
function settledTemplate(analyzed: AnalyzedChart, path: string, template: AnalyzedText): AnalyzedText {
  const parsed = templateAt(analyzed.chart, path)?.parsed;
  const residual = analyzed.templates.get(path)?.residual;
  if (parsed === undefined || residual === undefined) return template;
  // A list that an action adds to another one gives no key to the map that holds both.
  const isList = ({ start }: Span): boolean => {
    const origin = residual.origins.get(start);
    return origin !== undefined && valueIn(analyzed, origin)?.kind === 'list';
  };
  return { ...template, text: settledText(template.text, parsed.nodes, residual, isList) };
}

function byDocument(picked: readonly PickedFix[]): ReadonlyMap<number, readonly Fix[]> {
  const groups = new Map<number, Fix[]>();
  for (const { placed, fix } of picked) {
    const group = groups.get(placed.documentStart);
    if (group === undefined) groups.set(placed.documentStart, [fix]);
    else group.push(fix);
  }
  return groups;
}

function elsewhereIn(picked: readonly PickedFix[]): ReadonlyMap<string, readonly YamlOp[]> {
  const files = new Map<string, YamlOp[]>();
  for (const { fix } of picked) {
    for (const { file, ops } of fix.elsewhere ?? []) files.set(file, [...(files.get(file) ?? []), ...ops]);
  }
  return files;
}

/** Runs the chart with the edits: what was to be fixed is gone, and nothing worse has come. */
function holds(
  analyzed: AnalyzedChart,
  path: string,
  before: AnalyzedText,
  picked: readonly PickedFix[],
  edits: ReadonlyMap<string, readonly TextEdit[]>,
): boolean {
  const files = new Map(analyzed.chart.files);
  for (const [file, changes] of edits) files.set(file, applyEdits(files.get(file) ?? '', changes));
  const chart = readChart(files, analyzed.chart);
  if (chart === undefined) return false;
  const again = analyzeChart(chart, analyzed.settings, analyzed.options, analyzed);
  const after = analyzeTemplate(again, path);
  if (after === undefined || countPods(again, path) !== countPods(analyzed, path)) return false;
  const known = keysOf(before);
  const wanted = new Set(picked.map(({ placed }) => keyOf(placed.finding)));
  return findingsOf(after).every(({ finding }) => {
    const key = keyOf(finding);
    // Once a field is there, its value may be spoken of; that is less than its absence, unless it is an error.
    return !wanted.has(key) && (known.has(key) || finding.severity !== 'error');
  });
}

function countPods(analyzed: AnalyzedChart, path: string): number {
  const documents = analyzed.templates.get(path)?.analyzed.documents ?? [];
  return documents.reduce((sum, { analysis }) => sum + analysis.workloads, 0);
}

function keysOf(text: AnalyzedText): Set<string> {
  return new Set(findingsOf(text).map(({ finding }) => keyOf(finding)));
}

/** What a finding is about, wherever it stands. */
function keyOf({ code, message, workload, container }: Finding): string {
  return JSON.stringify([code, message, workload.kind, workload.name, container?.list, container?.name]);
}
