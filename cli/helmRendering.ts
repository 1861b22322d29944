/** Rendering by Helm: charts as the `helm` program renders them, each finding told at the template that wrote it. */
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join, relative, resolve, sep } from 'node:path';
import {
  type AnalyzedText,
  analyzeText,
  type Finding,
  findingsOf,
  type PlacedFinding,
} from '../shared/analysis/analyze.ts';
import { type ChartRuns, runChart, templateText } from '../shared/analysis/chartText.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import { readChartFiles } from '../shared/helm/chartFiles.ts';
import { FILE_SYSTEM } from './charts.ts';
import type { Host } from './host.ts';
import { reasonOf } from './sources.ts';

/** A template of a chart with the findings of what Helm makes of it. */
export interface RenderedTemplate {
  /** Path from the chart's folder. */
  readonly path: string;
  readonly analyzed: AnalyzedText;
}

export type HelmAnswer =
  | { readonly ok: true; readonly templates: readonly RenderedTemplate[] }
  /** A sentence. */
  | { readonly ok: false; readonly problem: string };

/**
 * Has a chart rendered by the `helm` on the PATH: without a shell, without Helm's plugins, and no longer than a minute. `values` are
 * values files, each over the ones before it. `chart` and `values` are as given on the command line.
 */
export async function renderedByHelm(
  chart: string,
  values: readonly string[],
  settings: Settings,
  host: Host,
): Promise<HelmAnswer> {
  const folder = resolve(host.cwd, chart);
  if (!isFolder(folder) || !existsSync(join(folder, 'Chart.yaml'))) {
    return { ok: false, problem: 'no folder of a chart, so Helm cannot render it' };
  }
  const root = folder.replaceAll(sep, '/');
  const paths = values.map((file) => relative(folder, resolve(host.cwd, file)).replaceAll(sep, '/'));
  const files = await readChartFiles(root, paths, FILE_SYSTEM);
  const runs = files === undefined ? undefined : runChart(files, settings, paths);
  if (runs === undefined) return { ok: false, problem: 'the chart cannot be read' };
  const rendering = await render(
    folder,
    values.map((file) => resolve(host.cwd, file)),
    host,
  );
  if (!rendering.ok) return rendering;
  return { ok: true, templates: toldTemplates(runs, rendering.text, settings) };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

type Rendering =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

const MILLISECONDS = 60_000;
const LARGEST = 256 * 1024 * 1024;

function render(folder: string, values: readonly string[], { env }: Host): Promise<Rendering> {
  const program = helmOnPath(env);
  if (program === undefined) {
    return Promise.resolve({ ok: false, problem: 'there is no program "helm" on the PATH' });
  }
  const args = ['template', 'release-name', folder, ...values.flatMap((file) => ['--values', file])];
  return new Promise((settle) => {
    execFile(
      program,
      args,
      {
        // Nothing that lies in the chart's folder, or in the current one, is taken for Helm's own.
        cwd: tmpdir(),
        env: { ...env, HELM_NO_PLUGINS: '1' },
        encoding: 'utf8',
        timeout: MILLISECONDS,
        killSignal: 'SIGKILL',
        maxBuffer: LARGEST,
        windowsHide: true,
      },
      (error, output, complaint) => {
        if (error === null) settle({ ok: true, text: output });
        else if (error.killed === true) settle({ ok: false, problem: 'Helm took longer than a minute' });
        else
          settle({ ok: false, problem: `Helm cannot render it: ${firstLine(complaint) || reasonOf(error)}` });
      },
    );
  });
}

/** Only absolute folders of the PATH count: a program in the current folder is nobody's choice. */
function helmOnPath(env: Host['env']): string | undefined {
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const names = process.platform === 'win32' ? ['helm.exe'] : ['helm'];
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}

function firstLine(text: string): string {
  return /^(?:Error: )?(.*)/.exec(text.trim())?.[1] ?? '';
}

/** Helm puts the path of the template, behind the name of the chart, above each document. */
const SOURCE = /^# Source: [^/\s]+\/(.+)$/gm;

function toldTemplates(runs: ChartRuns, rendering: string, settings: Settings): readonly RenderedTemplate[] {
  const sources = [...rendering.matchAll(SOURCE)].map((match) => ({
    start: match.index,
    path: match[1] ?? '',
  }));
  const sourceAt = (offset: number): string => sources.findLast(({ start }) => start <= offset)?.path ?? '';
  const byTemplate = new Map<string, PlacedFinding[]>(sources.map(({ path }) => [path, []]));
  // The documents of a chart are installed together, so what they say of each other counts.
  for (const placed of findingsOf(analyzeText(rendering, settings))) {
    byTemplate.get(sourceAt(placed.documentStart + placed.finding.span.start))?.push(placed);
  }
  return [...byTemplate].flatMap(([path, placed]): RenderedTemplate[] => {
    const told = templateText(runs, path, () => false);
    return told === undefined ? [] : [{ path, analyzed: inTemplate(told, placed, rendering) }];
  });
}

/** The template with the findings of its rendering: at the places that its own reading tells, or at the line that wrote them. */
function inTemplate(told: AnalyzedText, placed: readonly PlacedFinding[], rendering: string): AnalyzedText {
  const own = findingsOf(told);
  const used = new Set<PlacedFinding>();
  const found = placed.flatMap(({ finding, documentStart }): PlacedFinding[] => {
    const same = own.filter((candidate) => isAlike(candidate.finding, finding));
    const match = same.find((candidate) => !used.has(candidate)) ?? same[0];
    if (match !== undefined) {
      if (used.has(match)) return [];
      used.add(match);
      return [{ ...match, finding: { ...match.finding, message: finding.message } }];
    }
    return [atLineOf(finding, documentStart, rendering, told)];
  });
  const documents = told.documents.map((document) => ({
    ...document,
    analysis: {
      ...document.analysis,
      findings: found
        .filter(({ documentStart }) => documentStart === document.slice.start)
        .map(({ finding }) => finding)
        .sort((a, b) => a.span.start - b.span.start),
    },
  }));
  return { ...told, documents };
}

function isAlike(a: Finding, b: Finding): boolean {
  return (
    a.code === b.code &&
    a.workload.kind === b.workload.kind &&
    a.container?.list === b.container?.list &&
    a.container?.name === b.container?.name
  );
}

/** For what the template's own reading does not tell: on its line where the template has the same one, else on its first. */
function atLineOf(
  finding: Finding,
  documentStart: number,
  rendering: string,
  { text, documents }: AnalyzedText,
): PlacedFinding {
  const at = documentStart + finding.span.start;
  const line = rendering.slice(rendering.lastIndexOf('\n', at - 1) + 1).split('\n', 1)[0] ?? '';
  const lines = text.split('\n');
  const same = lines.flatMap((candidate, index) => (candidate.trim() === line.trim() ? [index] : []));
  const index = same.length === 1 ? (same[0] ?? 0) : 0;
  const lineStart = lines.slice(0, index).reduce((sum, each) => sum + each.length + 1, 0);
  const written = (lines[index] ?? '').replace(/\r$/, '');
  const start = lineStart + written.length - written.trimStart().length;
  const end = lineStart + written.trimEnd().length;
  const slice = documents.findLast((document) => document.slice.start <= start)?.slice.start ?? 0;
  const span = { start: start - slice, end: Math.max(start, end) - slice };
  const { container, pod } = finding;
  return {
    documentStart: slice,
    finding: {
      ...finding,
      span,
      pod: { ...pod, keySpan: span },
      container: container === null ? null : { ...container, nameSpan: span },
      related: [],
      unless: [],
      fixes: [],
    },
  };
}
