/** Chart texts: a chart's templates and values files as texts with findings, so that each finding stands in one of them. */

import type { Settings } from '../catalog/settings.ts';
import { type Chart, type ChartFiles, readChart, templateAt } from '../helm/chart.ts';
import { indexLines, type LineIndex } from '../text/lineIndex.ts';
import { type Span, shifted } from '../text/span.ts';
import { splitDocuments } from '../yaml/documents.ts';
import { parseYaml } from '../yaml/parse.ts';
import type { YamlDocument } from '../yaml/tree.ts';
import {
  type AnalyzedDocument,
  type AnalyzedText,
  analyzeText,
  type FilePlace,
  type Finding,
  type InChart,
  NO_ANALYSIS,
  type PlacedFinding,
  type ValuesPlace,
} from './analyze.ts';
import { type AnalyzedChart, analyzeChart, analyzeTemplate, OWN_VALUES, valuesSpan } from './chart.ts';
import { fixesOf, withFixes } from './fixes.ts';

/** A chart as it is with its own values, and as it is with each further set over them. */
export interface ChartRuns {
  readonly chart: Chart;
  readonly settings: Settings;
  /** Paths of the further sets from the chart's root. */
  readonly sets: readonly string[];
  /** The first is that of the chart's own values or, for a release, of what it gives. */
  readonly runs: readonly [AnalyzedChart, ...AnalyzedChart[]];
}

/** Which file of which chart a text is. */
export interface ChartPart {
  readonly runs: ChartRuns;
  /** Path from the chart's root. */
  readonly file: string;
}

/**
 * Runs the chart in some files; undefined where they are none. Sets that are not among the files are left out. `previous` is an earlier
 * run, from which what did not change is taken over.
 */
export function runChart(
  files: ChartFiles,
  settings: Settings,
  sets: readonly string[] = [],
  previous?: ChartRuns,
): ChartRuns | undefined {
  const chart = readChart(files, previous?.chart);
  if (chart === undefined) return undefined;
  const before = previous?.settings === settings ? previous : undefined;
  const known = sets.filter((set) => set !== OWN_VALUES && files.has(set));
  const run = (set?: string): AnalyzedChart =>
    analyzeChart(
      chart,
      settings,
      set,
      before?.runs.find((earlier) => earlier.set === set),
    );
  const runs: ChartRuns = { chart, settings, sets: known, runs: [run(), ...known.map((set) => run(set))] };
  const kept = before === undefined ? undefined : sources.get(before);
  if (kept !== undefined) sources.set(runs, new Map(kept));
  return runs;
}

/** Runs the chart in some files with the values that one of them, a release of it, gives; undefined where they are no chart. */
export function runRelease(
  files: ChartFiles,
  settings: Settings,
  release: string,
  previous?: ChartRuns,
): ChartRuns | undefined {
  const chart = readChart(files, previous?.chart);
  if (chart === undefined) return undefined;
  const before = previous?.settings === settings ? previous.runs[0] : undefined;
  return { chart, settings, sets: [release], runs: [analyzeChart(chart, settings, release, before)] };
}

/** True for a file whose values the runs take. */
export function isValuesFile(runs: ChartRuns, file: string): boolean {
  return file === OWN_VALUES || valuesFilesOf(runs).includes(file);
}

/** The files whose values the runs take, whether they are there or not. */
export function valuesFilesOf({ chart, sets }: ChartRuns): readonly string[] {
  return [...sets, ...ownValuesOf(chart)];
}

function ownValuesOf({ base, dependencies }: Chart): readonly string[] {
  return [`${base}${OWN_VALUES}`, ...dependencies.flatMap(({ chart }) => ownValuesOf(chart))];
}

/**
 * A template with its findings; those that an open values file answers are shown there. Undefined for a path that is no template.
 */
export function templateText(
  runs: ChartRuns,
  path: string,
  isOpen: (valuesFile: string) => boolean,
): AnalyzedText | undefined {
  const text = toldText(runs, path);
  if (text === undefined) return undefined;
  const places = new Places(runs);
  const documents = text.documents.map(
    (document): AnalyzedDocument => ({
      ...document,
      analysis: {
        ...document.analysis,
        findings: document.analysis.findings.map((finding) => {
          const { inChart } = finding;
          const elsewhere = inChart?.values === undefined ? undefined : places.inValues(inChart.values);
          if (inChart === undefined || elsewhere === undefined) return finding;
          const isShownThere = isOpen(elsewhere.file);
          return { ...finding, inChart: { ...inChart, elsewhere, isShownThere } };
        }),
      },
    }),
  );
  return { ...text, documents, chart: { runs, file: path } };
}

/** A values file with the findings of all templates that it answers; undefined where the chart does not take its values. */
export function valuesText(runs: ChartRuns, file: string): AnalyzedText | undefined {
  const text = runs.chart.files.get(file);
  if (text === undefined || !isValuesFile(runs, file)) return undefined;
  const slice = splitDocuments(text).find(({ isDocument }) => isDocument) ?? splitDocuments(text)[0];
  if (slice === undefined) return undefined;
  const places = new Places(runs);
  const isRelease = runs.runs[0].set === file;
  const found = new Map<string, { readonly finding: Finding; others: number }>();
  for (const path of templatesOf(runs.chart)) {
    const told = toldText(runs, path);
    for (const document of told?.documents ?? []) {
      for (const finding of document.analysis.findings) {
        if (finding.inChart?.values?.file !== file || finding.suppressed !== null) continue;
        const placed = { finding, documentStart: document.slice.start };
        const inFile = places.findingInValues(placed, path, slice);
        if (inFile === undefined) continue;
        const here = isRelease ? onlyFixedIn(inFile, file) : inFile;
        // What several containers take from one place is one thing to do.
        const key = JSON.stringify([here.code, here.span, here.inChart?.values]);
        const same = found.get(key);
        if (same === undefined) found.set(key, { finding: here, others: 0 });
        else same.others++;
      }
    }
  }
  const findings = [...found.values()]
    .map(({ finding, others }) => (others === 0 ? finding : withOthers(finding, others)))
    .sort((a, b) => a.span.start - b.span.start);
  return {
    text,
    source: text,
    name: {},
    settings: runs.settings,
    documents: [{ slice, analysis: { ...NO_ANALYSIS, findings } }],
    chart: { runs, file },
  };
}

/** A release is one use of a chart among others, so the chart's own files are not changed for it. */
function onlyFixedIn(finding: Finding, file: string): Finding {
  const fixes = fixesOf(finding).filter(
    ({ ops, consequences = [], elsewhere = [] }) =>
      ops.length === 0 && consequences.length === 0 && elsewhere.every((one) => one.file === file),
  );
  return { ...finding, ...withFixes(fixes) };
}

function withOthers(finding: Finding, others: number): Finding {
  const count = others === 1 ? 'one other container' : `${others} other containers`;
  return { ...finding, message: `${finding.message} The same holds for ${count} of the chart.` };
}

/** Paths of all templates, those of subcharts included. */
export function templatesOf({ templates, dependencies }: Chart): readonly string[] {
  return [...templates.keys(), ...dependencies.flatMap(({ chart }) => templatesOf(chart))];
}

/** Findings of templates' texts alone, by path, as long as the chart stays the same or is taken over. */
const sources = new WeakMap<ChartRuns, Map<string, AnalyzedText>>();
const tellings = new WeakMap<ChartRuns, Map<string, AnalyzedText>>();

function sourceOf(runs: ChartRuns, path: string): AnalyzedText | undefined {
  const template = templateAt(runs.chart, path);
  if (template === undefined) return undefined;
  const known = sources.get(runs) ?? new Map<string, AnalyzedText>();
  sources.set(runs, known);
  const before = known.get(path);
  if (before?.text === template.text) return before;
  const made = analyzeText(template.text, runs.settings, before);
  known.set(path, made);
  return made;
}

/** A template with the findings of all runs, each once. */
function toldText(runs: ChartRuns, path: string): AnalyzedText | undefined {
  const known = tellings.get(runs) ?? new Map<string, AnalyzedText>();
  tellings.set(runs, known);
  const before = known.get(path);
  if (before !== undefined) return before;
  const source = sourceOf(runs, path);
  const [first, ...others] = runs.runs.flatMap((run) => analyzeTemplate(run, path, source) ?? []);
  if (first === undefined) return undefined;
  const text = others.length === 0 ? first : mergedText(path, [first, ...others]);
  known.set(path, text);
  return text;
}

function mergedText(path: string, texts: readonly [AnalyzedText, ...AnalyzedText[]]): AnalyzedText {
  const [first] = texts;
  const documents = first.documents.map((document, index): AnalyzedDocument => {
    const merged = new Map<string, Finding>();
    for (const { documents: own } of texts) {
      const counts = new Map<string, number>();
      for (const finding of own[index]?.analysis.findings ?? []) {
        // With other values, a finding may stand at another place of the same pod.
        const { code, workload, pod, container } = finding;
        const name = JSON.stringify([code, workload.kind, pod.path, container?.list, container?.name]);
        const nth = counts.get(name) ?? 0;
        counts.set(name, nth + 1);
        const key = `${nth} ${name}`;
        const known = merged.get(key);
        if (known?.inChart === undefined) {
          merged.set(key, finding);
        } else if (finding.inChart !== undefined) {
          const sets = [...known.inChart.sets, ...finding.inChart.sets];
          merged.set(key, { ...known, inChart: { ...known.inChart, sets } });
        }
      }
    }
    const { start } = document.slice;
    const findings = [...merged.values()]
      .map((finding) => withSets(finding, path, start))
      .sort((a, b) => a.span.start - b.span.start);
    return { ...document, analysis: { ...document.analysis, findings } };
  });
  return { ...first, documents };
}

/** Names the sets that leave a finding open, where there are several. */
function withSets(finding: Finding, template: string, documentStart: number): Finding {
  const { inChart } = finding;
  if (inChart === undefined) return finding;
  const told = inChart.told ?? { template, placed: { finding, documentStart } };
  return {
    ...finding,
    message: `${finding.message} Left open by ${listed(inChart.sets)}.`,
    inChart: { ...inChart, told },
  };
}

function listed(names: readonly string[]): string {
  const [last, ...rest] = [...names].reverse();
  return rest.length === 0 ? `${last}` : `${rest.reverse().join(', ')} and ${last}`;
}

/** Places in a chart's files, each of which is read once. */
class Places {
  private readonly runs: ChartRuns;
  private readonly files = new Map<string, { readonly document: YamlDocument; readonly lines: LineIndex }>();
  private readonly templates = new Map<string, LineIndex>();

  constructor(runs: ChartRuns) {
    this.runs = runs;
  }

  inValues(values: ValuesPlace): FilePlace | undefined {
    const read = this.read(values.file);
    const span = read === undefined ? undefined : spanIn(read.document, values);
    if (read === undefined || span === undefined) return undefined;
    return {
      file: values.file,
      range: rangeOf(read.lines, span),
      message: `${values.file} decides it: ${values.path.join('.')}.`,
    };
  }

  /** A template's finding, as it stands in the values file that answers it. */
  findingInValues(placed: PlacedFinding, template: string, slice: Span): Finding | undefined {
    const { finding, documentStart } = placed;
    const { inChart, container } = finding;
    const read = inChart?.values === undefined ? undefined : this.read(inChart.values.file);
    if (inChart?.values === undefined || read === undefined) return undefined;
    const span = spanIn(read.document, inChart.values);
    if (span === undefined || span.start < slice.start || span.end > slice.end) return undefined;
    const at = shifted(span, -slice.start);
    const elsewhere = this.inTemplate(template, shifted(finding.span, documentStart));
    const told: InChart = {
      ...inChart,
      told: inChart.told ?? { template, placed },
      ...(elsewhere === undefined ? {} : { elsewhere }),
    };
    return {
      ...finding,
      span: at,
      pod: { ...finding.pod, keySpan: at },
      container: container === null ? null : { ...container, nameSpan: at },
      settledAtPod: false,
      related: [],
      inChart: told,
    };
  }

  private inTemplate(file: string, span: Span): FilePlace | undefined {
    const text = this.runs.chart.files.get(file);
    if (text === undefined) return undefined;
    const lines = this.templates.get(file) ?? indexLines(text);
    this.templates.set(file, lines);
    return { file, range: rangeOf(lines, span), message: `${file} takes it here.` };
  }

  private read(file: string): { readonly document: YamlDocument; readonly lines: LineIndex } | undefined {
    const known = this.files.get(file);
    const text = this.runs.chart.files.get(file);
    if (known !== undefined || text === undefined) return known;
    const read = { document: parseYaml(text), lines: indexLines(text) };
    this.files.set(file, read);
    return read;
  }
}

/** The place, or the file's start where no part of the path is there. */
function spanIn(document: YamlDocument, { path }: ValuesPlace): Span | undefined {
  return valuesSpan(document, path) ?? firstLine(document.text);
}

function firstLine(text: string): Span {
  return { start: 0, end: /^[^\r\n]*/.exec(text)?.[0].length ?? 0 };
}

function rangeOf(lines: LineIndex, span: Span): FilePlace['range'] {
  return { start: lines.positionAt(span.start), end: lines.positionAt(span.end) };
}
