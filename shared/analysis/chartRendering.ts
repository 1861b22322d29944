/** Chart rendering: what a renderer made of a chart, each finding told at the template that wrote it. */

import type { Settings } from '../catalog/settings.ts';
import { type AnalyzedText, analyzeText, type Finding, findingsOf, type PlacedFinding } from './analyze.ts';
import { type ChartRuns, templateText } from './chartText.ts';
import { WITHOUT_FIXES } from './fixes.ts';

/** A template of a chart with the findings of what a renderer made of it. */
export interface RenderedTemplate {
  /** Path from the chart's folder. */
  readonly path: string;
  readonly analyzed: AnalyzedText;
  /** The template by its own reading, and what is found in that. */
  readonly told: AnalyzedText;
  readonly own: readonly PlacedFinding[];
  /** Those of them that the rendering has too. */
  readonly confirmed: readonly PlacedFinding[];
  /** Those that only the rendering has. */
  readonly beyond: readonly PlacedFinding[];
}

/** Helm puts the path of the template, behind the name of the chart, above each document. */
const SOURCE = /^# Source: [^/\s]+\/(.+)$/gm;

/** The templates of a chart that wrote something of a rendering, each with what is found in that. `isOpen` as for `templateText`. */
export function renderedTemplates(
  runs: ChartRuns,
  rendering: string,
  settings: Settings,
  isOpen: (valuesFile: string) => boolean = () => false,
): readonly RenderedTemplate[] {
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
    const told = templateText(runs, path, isOpen);
    return told === undefined ? [] : [inTemplate(path, told, placed, rendering)];
  });
}

/** The template with the findings of its rendering: at the places that its own reading tells, or at the line that wrote them. */
function inTemplate(
  path: string,
  told: AnalyzedText,
  placed: readonly PlacedFinding[],
  rendering: string,
): RenderedTemplate {
  const own = findingsOf(told);
  const used = new Set<PlacedFinding>();
  const beyond: PlacedFinding[] = [];
  const found = placed.flatMap(({ finding, documentStart }): PlacedFinding[] => {
    const same = own.filter((candidate) => isAlike(candidate.finding, finding));
    const match = same.find((candidate) => !used.has(candidate)) ?? same[0];
    if (match !== undefined) {
      if (used.has(match)) return [];
      used.add(match);
      return [{ ...match, finding: { ...match.finding, message: finding.message } }];
    }
    const other = atLineOf(finding, documentStart, rendering, told);
    beyond.push(other);
    return [other];
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
  return {
    path,
    analyzed: { ...told, documents },
    told,
    own,
    confirmed: own.filter((one) => used.has(one)),
    beyond: beyond.sort((a, b) => a.documentStart - b.documentStart),
  };
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
      ...WITHOUT_FIXES,
    },
  };
}
