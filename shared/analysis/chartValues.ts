/** Hardening by values: what a chart's pods miss, answered in one values file, for charts whose templates are somebody else's. */
import type { Settings } from '../catalog/settings.ts';
import type { Chart, ChartFiles } from '../helm/chart.ts';
import type { Value } from '../helm/goValue.ts';
import { releaseIn } from '../helm/release.ts';
import { fieldOrder } from '../kubernetes/fieldOrder.ts';
import { nodeOf } from '../kustomize/difference.ts';
import { writeNode } from '../kustomize/write.ts';
import type { Fix } from '../practices/practice.ts';
import { applyEdits } from '../text/textEdit.ts';
import { editDocument } from '../yaml/edit.ts';
import type { YamlOp, YamlValue } from '../yaml/operation.ts';
import { parseDocument } from '../yaml/parse.ts';
import { dereference, isNull, type Path, type YamlNode } from '../yaml/tree.ts';
import { type AnalyzedText, findingsOf, type PlacedFinding } from './analyze.ts';
import { type AnalyzedChart, fixesOfObjects, OWN_VALUES, setName, valueIn } from './chart.ts';
import {
  type ChartTarget,
  type FixChoice,
  type FixedChart,
  holdsIn,
  type Picked,
  pickedIn,
  withoutWholeContexts,
} from './chartFix.ts';
import { type ChartRuns, runChart, runRelease, templatesOf, templateText } from './chartText.ts';
import { fixForHarden } from './fix.ts';
import { fixesOf } from './fixes.ts';
import { ownFix, sparingIn } from './fixSpare.ts';
import { mostTogether } from './together.ts';

export interface ValuesHardening {
  /** The values file after it; as it was where no value answers anything. */
  readonly text: string;
  /** Findings of all templates under these values, before and after. */
  readonly before: number;
  readonly after: number;
  /** What Harden would fix, and no value of the chart decides. */
  readonly declined: FixedChart['declined'];
}

/**
 * Writes into one values file what the chart lets it decide, and nothing anywhere else. `values` is that file among the chart's files: the chart's
 * own, one that Helm is given over it, or a release; it need not be there yet. What is written has been tried by running the chart with it. Undefined where the
 * files are no chart.
 */
export function hardenByValues(
  files: ChartFiles,
  settings: Settings,
  values: string,
  choice: Extract<FixChoice, 'pod' | 'safe'> = 'pod',
): ValuesHardening | undefined {
  const all = files.has(values) ? files : new Map([...files, [values, '']]);
  const runs = runWith(all, settings, values);
  if (runs === undefined) return undefined;
  const [run] = runs.runs;
  const targets = targetsOf(runs);
  const target: Target = { run, values, texts: new Map(targets.map(textByFile)) };
  const declined: FixedChart['declined'][number][] = [];
  const picked: Picked[] = [];
  for (const one of targets) {
    for (const placed of one.findings) {
      const fixes = wantedFixes(one.analyzed, placed, choice);
      if (fixes.length === 0 || placed.finding.inChart?.sets.includes(setName(run)) !== true) continue;
      const fix =
        fixes.map(inValuesAlone).find((answer) => answer !== undefined) ??
        (placed.finding.code === 'service-account-token/mounted'
          ? onAccount(run, fixes[0] as Fix)
          : undefined);
      const whole = pickedIn(one.analyzed.chart, placed, fix ?? (fixes[0] as Fix));
      if (fix === undefined) declined.push({ ...whole, reason: NOT_EXPOSED });
      else picked.push(whole);
    }
  }
  const together = mostTogether(withoutWholeContexts(picked), (some) => textWith(target, some));
  for (const { one, reason } of together.declined)
    declined.push({ template: one.template, placed: one.placed, reason });
  const made = together.made?.text;
  const after = made === undefined ? runs : runWith(withText(target, made), settings, values);
  return {
    text: made ?? all.get(values) ?? '',
    before: countOf(targets),
    after: after === undefined ? 0 : countOf(targetsOf(after)),
    declined,
  };
}

/** Whether some value of a chart decides what Harden would change for a finding in one of its templates. */
export function isAnsweredByValues(placed: PlacedFinding): boolean {
  return fixesOf(placed.finding).some((fix) => fix.onRequest !== true && inValuesAlone(fix) !== undefined);
}

const NOT_EXPOSED = 'No value of the chart decides it.';
const NOT_REACHED = 'The chart does more with its values than can be changed safely.';

function runWith(files: ChartFiles, settings: Settings, values: string): ChartRuns | undefined {
  return values === OWN_VALUES ? runChart(files, settings) : runRelease(files, settings, values);
}

interface Target {
  readonly run: AnalyzedChart;
  /** The values file that is written. */
  readonly values: string;
  /** The templates as they are now, by their paths. */
  readonly texts: ReadonlyMap<string, AnalyzedText>;
}

function targetsOf(runs: ChartRuns): readonly ChartTarget[] {
  return templatesOf(runs.chart).flatMap((path): ChartTarget[] => {
    const analyzed = templateText(runs, path, () => false);
    if (analyzed?.chart === undefined) return [];
    return [{ analyzed: { ...analyzed, chart: analyzed.chart }, findings: findingsOf(analyzed) }];
  });
}

function textByFile({ analyzed }: ChartTarget): readonly [string, AnalyzedText] {
  return [analyzed.chart.file, analyzed];
}

function countOf(targets: readonly ChartTarget[]): number {
  return targets.reduce((sum, { findings }) => sum + findings.length, 0);
}

/** The fixes that Harden may take, the better first. */
function wantedFixes(analyzed: AnalyzedText, placed: PlacedFinding, choice: FixChoice): readonly Fix[] {
  const { finding } = placed;
  const { isSparedAtPod, spare } = sparingIn(analyzed);
  const [first] = fixesOf(finding);
  if (choice === 'safe' && first?.safety !== 'safe') return [];
  const candidates = isSparedAtPod(placed)
    ? [ownFix(finding)]
    : [fixForHarden(finding, 'pod'), fixForHarden(finding, 'container')];
  return candidates.flatMap((fix) => (fix === undefined ? [] : (spare(placed, fix) ?? [])));
}

/** A fix as far as values make it; undefined where a part that it cannot do without stands in a template. */
function inValuesAlone(fix: Fix): Fix | undefined {
  const { consequences = [], elsewhere = [], ...rest } = fix;
  if (fix.ops.length > 0 || elsewhere.length === 0) return undefined;
  // Without the volumes that it is known to write to, the program would not run.
  if (consequences.length > 0 && fix.needsVolumes === true) return undefined;
  return { ...rest, elsewhere };
}

/** The token of an account that the chart makes is kept from all its pods where the values let the account say so. */
function onAccount(run: AnalyzedChart, fix: Fix): Fix | undefined {
  const { consequences: _, elsewhere: __, ...rest } = fix;
  const ops: readonly YamlOp[] = [{ op: 'set', path: ['automountServiceAccountToken'], value: false }];
  const fixes = fixesOfObjects(run, 'ServiceAccount', { ...rest, ops }).flatMap(
    (one) => inValuesAlone(one) ?? [],
  );
  const [only, ...others] = fixes;
  return only === undefined || others.length > 0 ? undefined : only;
}

type Attempt = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

function textWith(target: Target, picked: readonly Picked[]): Attempt {
  const { run, values } = target;
  const before = run.chart.files.get(values) ?? '';
  // A release holds its values further down.
  const top = releaseIn(before)?.values ?? [];
  const ops: YamlOp[] = [];
  const lists = new Map<string, YamlOp>();
  for (const { fix } of picked) {
    for (const { file, ops: own } of fix.elsewhere ?? []) {
      const prefix = file === values ? [] : prefixOf(run.chart, file, top);
      if (prefix === undefined) return { ok: false, reason: `${file} is not among the chart's values.` };
      for (const op of own) {
        if (op.op === 'move') return { ok: false, reason: NOT_REACHED };
        const path = [...prefix, ...op.path];
        const list = listOn(op);
        if (list !== undefined && file !== values) {
          // Helm replaces a list as a whole, so that all of it has to be in the file that is written.
          const there = valueIn(run, { file, path: list });
          const whole = plainOf(there);
          if (there !== undefined && whole === undefined) return { ok: false, reason: NOT_REACHED };
          const to = [...prefix, ...list];
          if (whole !== undefined && !hasList(before, to))
            lists.set(JSON.stringify(to), { op: 'set', path: to, value: whole });
        }
        // Only null takes away what a file below gives.
        const isBelow = op.op === 'remove' && file !== values;
        ops.push(isBelow ? { op: 'set', path, value: null } : { ...op, path });
      }
    }
  }
  const withLists = edited(before, [...lists.values()]);
  if (!withLists.ok) return withLists;
  const result = edited(withLists.text, ops);
  if (!result.ok) return result;
  if (!holdsIn(withText(target, result.text), run, target.texts, picked))
    return { ok: false, reason: NOT_REACHED };
  return result;
}

function withText({ run, values }: Target, text: string): ChartFiles {
  return new Map([...run.chart.files, [values, text]]);
}

function edited(text: string, ops: readonly YamlOp[]): Attempt {
  const [first, ...others] = ops;
  if (first === undefined) return { ok: true, text };
  if (isNull(parseDocument(text).root)) {
    if (first.op !== 'set' && first.op !== 'ensureItem') return { ok: false, reason: NOT_REACHED };
    const value = first.op === 'set' ? first.value : [first.item];
    const whole = first.path.reduceRight<YamlValue>((inner, step) => ({ [step]: inner }), value);
    const separator = text === '' || text.endsWith('\n') ? '' : '\n';
    return edited(`${text}${separator}${writeNode(nodeOf(whole))}`, others);
  }
  const result = editDocument(parseDocument(text), ops, { keyOrder: fieldOrder });
  return result.ok ? { ok: true, text: applyEdits(text, result.edits) } : result;
}

/** Where the values of a file stand below those of the root chart; undefined for a file that is none of the chart's. */
function prefixOf(chart: Chart, file: string, above: Path): Path | undefined {
  if (`${chart.base}${OWN_VALUES}` === file) return above;
  for (const { chart: inner } of chart.dependencies) {
    const found = prefixOf(inner, file, [...above, inner.valuesKey]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The path of the outermost list that an operation changes. */
function listOn(op: Exclude<YamlOp, { readonly op: 'move' }>): Path | undefined {
  const index = op.path.findIndex((step) => typeof step === 'number');
  if (index >= 0) return op.path.slice(0, index);
  return op.op === 'ensureItem' ? op.path : undefined;
}

function hasList(text: string, path: Path): boolean {
  let node: YamlNode | undefined = dereference(parseDocument(text).root);
  for (const step of path) {
    if (node?.kind !== 'mapping') return false;
    node = dereference(node.entries.findLast(({ key }) => key === step)?.value);
  }
  return node?.kind === 'sequence';
}

/** A value as it can be written; undefined where some part of it is not known. */
function plainOf(value: Value | undefined): YamlValue | undefined {
  switch (value?.kind) {
    case undefined:
    case 'unknown':
    case 'method':
      return undefined;
    case 'nil':
      return null;
    case 'string':
      return value.text;
    case 'boolean':
    case 'int':
    case 'float':
      return value.value;
    case 'list': {
      const items = value.items.map(plainOf);
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    case 'dict': {
      const entries = [...value.entries].map(([key, inner]) => [key, plainOf(inner)] as const);
      const isKnown = !value.isOpen && entries.every(([, inner]) => inner !== undefined);
      return isKnown ? (Object.fromEntries(entries) as YamlValue) : undefined;
    }
  }
}
