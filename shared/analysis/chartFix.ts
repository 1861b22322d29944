/** Fixing in charts: edits of a template and of the values that it is run with, held against what the chart writes after them. */
import { type ChartFiles, readChart, templateAt } from '../helm/chart.ts';
import { settledText } from '../helm/settled.ts';
import { fieldOrder } from '../kubernetes/fieldOrder.ts';
import type { Level } from '../kubernetes/slots.ts';
import type { Fix } from '../practices/practice.ts';
import type { Span } from '../text/span.ts';
import { applyEdits, type TextEdit } from '../text/textEdit.ts';
import { editDocument } from '../yaml/edit.ts';
import type { YamlOp } from '../yaml/operation.ts';
import { parseDocument } from '../yaml/parse.ts';
import { type AnalyzedText, type Finding, findingsOf, type PlacedFinding } from './analyze.ts';
import { type AnalyzedChart, analyzeChart, analyzeTemplate, setName, valueIn } from './chart.ts';
import type { ChartPart } from './chartText.ts';
import { editorOf, fixForHarden } from './fix.ts';
import { fixesOf, opsOf } from './fixes.ts';
import { ownFix, sparingIn } from './fixSpare.ts';
import { acceptedAlone, mostTogether } from './together.ts';

/** Edits of one file of a chart, by its path from the chart's root. */
export interface FileEdits {
  readonly file: string;
  readonly edits: readonly TextEdit[];
}

export type ChartEditResult =
  | { readonly ok: true; readonly files: readonly FileEdits[] }
  /** One sentence for a person. */
  | { readonly ok: false; readonly reason: string };

/** A finding of a template, with the fix of it that is wanted. */
export interface Picked {
  /** Path of the template from the chart's root. */
  readonly template: string;
  readonly placed: PlacedFinding;
  readonly fix: Fix;
}

/** What became of a chart: its edits, and what was declined with the reason. */
export interface FixedChart {
  readonly files: readonly FileEdits[];
  readonly declined: readonly {
    /** Path of the finding's template from the chart's root. */
    readonly template: string;
    readonly placed: PlacedFinding;
    readonly reason: string;
  }[];
}

/**
 * Edits for one fix of a finding in a template or a values file. The chart as it is read here must be as its files are now. An answer has
 * been tried: run again with these edits, the template writes what the fix wants, and everything else as before.
 */
export function chartFixEdits(part: ChartPart, placed: PlacedFinding, fix: Fix): ChartEditResult {
  const picked = pickedIn(part, placed, fix);
  return editsOf(runOf(part, picked), [picked]);
}

/** A template or a values file of a chart, and those of its findings that are to be fixed. */
export interface ChartTarget {
  readonly analyzed: AnalyzedText & { readonly chart: ChartPart };
  readonly findings: readonly PlacedFinding[];
}

/** Which fix of a finding is taken: that of Harden at a level, or only one that is safe. */
export type FixChoice = Level | 'safe';

/**
 * Harden: findings in files of one chart fixed in one edit of the chart, as far as they are left open by its own values. What cannot be
 * edited safely is left as it is.
 */
export function hardenChart(targets: readonly ChartTarget[], choice: FixChoice): FixedChart {
  const [first] = targets;
  if (first === undefined) return { files: [], declined: [] };
  const run = first.analyzed.chart.runs.runs[0];
  const picked = targets.flatMap((target) => pickedOf(target, setName(run), choice));
  const { made, declined } = mostTogether(withoutWholeContexts(picked), (some) => editsOf(run, some));
  return {
    files: made?.files ?? [],
    declined: declined.map(({ one: { template, placed }, reason }) => ({ template, placed, reason })),
  };
}

/**
 * For each finding of a template or of a values file, the safety of its first fix where that can be made, or null. Fixes are tried
 * together, since each trial runs the chart.
 */
export function fixableInChart(
  part: ChartPart,
  findings: readonly PlacedFinding[],
): (placed: PlacedFinding) => Fix['safety'] | null {
  const fixable = new Map<Finding, Fix['safety']>();
  const all = findings.flatMap((placed) => {
    const [fix] = fixesOf(placed.finding);
    return fix === undefined ? [] : [pickedIn(part, placed, fix)];
  });
  for (const [run, picked] of grouped(all, (one) => runOf(part, one))) {
    const accepted = acceptedAlone([picked], (group) => editsOf(run, group).ok);
    for (const { placed, fix } of accepted) fixable.set(placed.finding, fix.safety);
  }
  return ({ finding }) => fixable.get(finding.inChart?.told?.placed.finding ?? finding) ?? null;
}

function pickedOf({ analyzed, findings }: ChartTarget, set: string, choice: FixChoice): readonly Picked[] {
  const { isSparedAtPod, spare } = sparingIn(analyzed);
  return findings.flatMap((placed): Picked[] => {
    const { finding } = placed;
    if (finding.inChart?.sets.includes(set) !== true) return [];
    const wanted = isSparedAtPod(placed) ? ownFix(finding) : chosen(finding, choice);
    const fix = wanted === undefined ? undefined : spare(placed, wanted);
    return fix === undefined ? [] : [pickedIn(analyzed.chart, placed, fix)];
  });
}

function chosen(finding: Finding, choice: FixChoice): Fix | undefined {
  if (choice !== 'safe') return fixForHarden(finding, choice);
  const [first] = fixesOf(finding);
  return first?.safety === 'safe' ? first : undefined;
}

/** A whole security context is not written where its fields are, each at the level that serves. */
export function withoutWholeContexts(picked: readonly Picked[]): readonly Picked[] {
  const same = (a: Picked, b: Picked): boolean =>
    a.template === b.template &&
    a.placed.documentStart === b.placed.documentStart &&
    a.placed.finding.container?.nameSpan.start === b.placed.finding.container?.nameSpan.start;
  return picked.filter(
    (one) =>
      one.placed.finding.code !== 'security-context/missing' ||
      !picked.some((other) => other.placed.finding.practice === 'privilege-escalation' && same(one, other)),
  );
}

export function pickedIn({ file }: ChartPart, placed: PlacedFinding, fix: Fix): Picked {
  const told = placed.finding.inChart?.told;
  return { template: told?.template ?? file, placed: told?.placed ?? placed, fix };
}

/** The run that leaves a finding open, that of the chart's own values first. */
function runOf({ runs }: ChartPart, { placed }: Picked): AnalyzedChart {
  const sets = placed.finding.inChart?.sets;
  return runs.runs.find((run) => sets?.includes(setName(run)) === true) ?? runs.runs[0];
}

function editsOf(analyzed: AnalyzedChart, picked: readonly Picked[]): ChartEditResult {
  const files = new Map<string, readonly TextEdit[]>();
  const before = new Map<string, AnalyzedText>();
  for (const [path, own] of grouped(picked, ({ template }) => template)) {
    const template = analyzeTemplate(analyzed, path);
    if (template === undefined) return { ok: false, reason: 'The template is not there any more.' };
    before.set(path, template);
    const settled = settledTemplate(analyzed, path, template);
    for (const [documentStart, fixes] of grouped(own, ({ placed }) => placed.documentStart)) {
      const ops = fixes.flatMap(({ fix }) => opsOf(fix));
      const result = editorOf(settled, documentStart)(ops);
      if (!result.ok) return result;
      if (result.edits.length > 0) files.set(path, [...(files.get(path) ?? []), ...result.edits]);
    }
  }
  for (const [file, ops] of elsewhereIn(picked)) {
    const text = analyzed.chart.files.get(file);
    if (text === undefined) return { ok: false, reason: `There is no ${file} in the chart.` };
    const result = editDocument(parseDocument(text), ops, { keyOrder: fieldOrder });
    if (!result.ok) return result;
    if (result.edits.length > 0) files.set(file, [...(files.get(file) ?? []), ...result.edits]);
  }
  if (files.size === 0) return { ok: false, reason: 'There is nothing to change.' };
  const texts = new Map(analyzed.chart.files);
  for (const [file, changes] of files) texts.set(file, applyEdits(texts.get(file) ?? '', changes));
  if (!holdsIn(texts, analyzed, before, picked)) return { ok: false, reason: NOT_REACHED };
  const sorted = (edits: readonly TextEdit[]): readonly TextEdit[] =>
    [...edits].sort((a, b) => a.span.start - b.span.start);
  return { ok: true, files: [...files].map(([file, edits]) => ({ file, edits: sorted(edits) })) };
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

function grouped<T, K>(all: readonly T[], keyFor: (one: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const group = groups.get(keyFor(one));
    if (group === undefined) groups.set(keyFor(one), [one]);
    else group.push(one);
  }
  return groups;
}

function elsewhereIn(picked: readonly Picked[]): ReadonlyMap<string, readonly YamlOp[]> {
  const files = new Map<string, YamlOp[]>();
  for (const { fix } of picked) {
    for (const { file, ops } of fix.elsewhere ?? []) files.set(file, [...(files.get(file) ?? []), ...ops]);
  }
  return files;
}

/** Runs the chart with other files: what was to be fixed is gone, and nothing worse has come. `before` are templates as they are now. */
export function holdsIn(
  files: ChartFiles,
  analyzed: AnalyzedChart,
  before: ReadonlyMap<string, AnalyzedText>,
  picked: readonly Picked[],
): boolean {
  const chart = readChart(files, analyzed.chart);
  if (chart === undefined) return false;
  const again = analyzeChart(chart, analyzed.settings, analyzed.set, analyzed);
  for (const [path, text] of before) {
    const after = analyzeTemplate(again, path);
    if (after === undefined || countPods(again, path) !== countPods(analyzed, path)) return false;
    const known = keysOf(text);
    const own = picked.filter(({ template }) => template === path);
    const wanted = new Set(own.map(({ placed }) => keyOf(placed.finding)));
    const isHeld = findingsOf(after).every(({ finding }) => {
      const key = keyOf(finding);
      // Once a field is there, its value may be spoken of; that is less than its absence, unless it is an error.
      return !wanted.has(key) && (known.has(key) || finding.severity !== 'error');
    });
    if (!isHeld) return false;
  }
  return true;
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
