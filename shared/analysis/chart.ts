/** Charts: what a chart's templates say once its values are known, told at the lines of the templates. */

import type { Settings } from '../catalog/settings.ts';
import { type Chart, chartOfValues, templateAt } from '../helm/chart.ts';
import { type DictValue, dict, type Value } from '../helm/goValue.ts';
import { releaseIn } from '../helm/release.ts';
import { renderChart } from '../helm/render.ts';
import { pieceAt, type Residual, residualOf } from '../helm/residual.ts';
import { readValues, readValuesAt } from '../helm/valuesFile.ts';
import type { Fact } from '../kubernetes/facts.ts';
import type { Namespace } from '../kubernetes/workload.ts';
import type { Fix } from '../practices/practice.ts';
import type { Span } from '../text/span.ts';
import { parseDocument, parseYaml } from '../yaml/parse.ts';
import { dereference, type Path, type YamlDocument } from '../yaml/tree.ts';
import {
  type AnalyzedDocument,
  type AnalyzedText,
  analyzeText,
  type DocumentAnalysis,
  type Finding,
  type JudgedFinding,
  judgedFindingsOf,
  NO_ANALYSIS,
  type ValuesPlace,
} from './analyze.ts';
import { type TargetFinder, targetFinder } from './chartTargets.ts';
import { fixesOf, withFixes } from './fixes.ts';

/** A chart, run with its values and analyzed. */
export interface AnalyzedChart {
  readonly chart: Chart;
  readonly settings: Settings;
  /** The values file over the chart's own, if any, by its path from the chart's root. */
  readonly set: string | undefined;
  /** What each template writes, by the template's path from the chart's root. */
  readonly templates: ReadonlyMap<string, RunTemplate>;
  /** What the chart's own objects say about its pods. */
  readonly facts: readonly Fact[];
}

interface RunTemplate {
  readonly residual: Residual;
  readonly analyzed: AnalyzedText;
}

/**
 * Runs a chart's templates and analyzes what they write. Total, and bounded in time. `set` is a values file over the chart's own, by
 * its path in the chart's files; `previous` an earlier analysis, from which what did not change is taken over.
 */
export function analyzeChart(
  chart: Chart,
  settings: Settings,
  set?: string,
  previous?: AnalyzedChart,
): AnalyzedChart {
  const templates = new Map<string, RunTemplate>();
  for (const [path, written] of renderChart(chart, { values: setIn(chart, set) })) {
    const residual = residualOf(written);
    const earlier = previous?.settings === settings ? previous.templates.get(path)?.analyzed : undefined;
    templates.set(path, { residual, analyzed: analyzeText(residual.text, settings, earlier) });
  }
  const facts = [...templates.values()].flatMap(({ analyzed }) =>
    analyzed.documents.flatMap(({ analysis }) => analysis.facts.map(inReleaseNamespace)),
  );
  return { chart, settings, set, templates, facts };
}

/** A set that cannot be read leaves everything open. */
function setIn({ files }: Chart, set: string | undefined): readonly DictValue[] {
  if (set === undefined) return [];
  const text = files.get(set);
  const release = text === undefined ? undefined : releaseIn(text);
  const values =
    text === undefined
      ? undefined
      : release === undefined
        ? readValues(text, set)
        : readValuesAt(text, set, release.values);
  return [values ?? { ...dict(), isOpen: true }];
}

/** The values file that decides last, by its path from the chart's root. */
export function setName({ set }: AnalyzedChart): string {
  return set ?? OWN_VALUES;
}

/** A chart's own values file. */
export const OWN_VALUES = 'values.yaml';

/**
 * A template's own text, analyzed with the chart's values: findings as they hold for an installation with these values, at the lines
 * of the template; and in what the values leave out, what holds whatever they are. Undefined for a path that is no template. `known`
 * is the analysis of the template's text alone, where there is one already.
 */
export function analyzeTemplate(
  analyzed: AnalyzedChart,
  path: string,
  known?: AnalyzedText,
): AnalyzedText | undefined {
  const template = templateAt(analyzed.chart, path);
  if (template === undefined) return undefined;
  const source = known ?? analyzeText(template.text, analyzed.settings);
  const run = analyzed.templates.get(path);
  if (run === undefined) return source;
  return new TemplateTelling(analyzed, source, run).tell();
}

/** A fix as it can be made in each object of a kind that the chart writes, wherever that is decided. */
export function fixesOfObjects(analyzed: AnalyzedChart, kind: string, fix: Fix): readonly Fix[] {
  return [...analyzed.templates].flatMap(([path, run]) => {
    const template = templateAt(analyzed.chart, path);
    if (template === undefined) return [];
    const source = analyzeText(template.text, analyzed.settings);
    return new TemplateTelling(analyzed, source, run).fixesOf(kind, fix);
  });
}

/** What stands at a place of the chart's values files as they are written. */
export function valueIn({ chart }: AnalyzedChart, { file, path }: ValuesPlace): Value | undefined {
  let value: Value | undefined = chartOfValues(chart, file)?.values;
  for (const step of path) {
    if (value?.kind === 'dict') value = value.entries.get(String(step));
    else if (value?.kind === 'list') value = value.items[Number(step)];
    else return undefined;
  }
  return value;
}

/** The release's own namespace is the one that an object without a namespace gets. */
function inReleaseNamespace<T extends object>(said: T): T {
  if (!('namespace' in said)) return said;
  const { namespace } = said as { namespace: Namespace };
  const isRelease = namespace.state === 'named' && namespace.name === RELEASE_NAMESPACE;
  return isRelease ? { ...said, namespace: { state: 'unset' } } : said;
}

const RELEASE_NAMESPACE = 'default';

/** A finding of what a template writes, and where in the template it stands. */
interface Told {
  readonly finding: Finding;
  /** From the start of the template. */
  readonly span: Span;
}

class TemplateTelling {
  private readonly chart: AnalyzedChart;
  private readonly source: AnalyzedText;
  private readonly run: RunTemplate;
  /** Stretches of the template's own text that were written, sorted. */
  private readonly written: readonly Span[];

  constructor(chart: AnalyzedChart, source: AnalyzedText, run: RunTemplate) {
    this.chart = chart;
    this.source = source;
    this.run = run;
    this.written = run.residual.pieces
      .filter(({ isLiteral }) => isLiteral)
      .map(({ from }) => from)
      .sort((a, b) => a.start - b.start);
  }

  tell(): AnalyzedText {
    const told = this.told();
    const documents = this.source.documents.map((document): AnalyzedDocument => {
      const { slice } = document;
      const own = told.filter(({ span }) => span.start >= slice.start && span.start < slice.end);
      return { ...document, analysis: this.analysisOf(document, own) };
    });
    return { ...this.source, documents };
  }

  fixesOf(kind: string, fix: Fix): readonly Fix[] {
    return this.run.analyzed.documents.flatMap(({ slice: { start } }) => {
      const root = dereference(this.renderedDocument(start).root);
      const entries = root?.kind === 'mapping' ? root.entries : [];
      const [first] = entries;
      const written = dereference(entries.find(({ key }) => key === 'kind')?.value);
      if (first === undefined || written?.kind !== 'scalar' || written.text !== kind) return [];
      return this.targetsAt(start, this.sourceSpan(first.keyNode.span, start))?.translate([fix]) ?? [];
    });
  }

  /** Where what one written document says is decided; `span` is a place of it in the template. */
  private targetsAt(documentStart: number, { start }: Span): TargetFinder | undefined {
    const document = this.source.documents.find(({ slice }) => start >= slice.start && start < slice.end);
    if (document === undefined) return undefined;
    return targetFinder({
      chart: this.chart.chart,
      residual: this.run.residual,
      rendered: this.renderedDocument(documentStart),
      renderedStart: documentStart,
      source: this.sourceDocument(document),
      sourceStart: document.slice.start,
    });
  }

  private analysisOf({ slice, analysis, mask }: AnalyzedDocument, told: readonly Told[]): DocumentAnalysis {
    const isWritten = this.isWritten(slice, true);
    const findings = told.map(({ finding }) => finding);
    for (const finding of analysis.findings) {
      const at = { start: finding.span.start + slice.start, end: finding.span.end + slice.start };
      if (isWritten && (finding.aboutAbsence || this.isWritten(at, false))) continue;
      findings.push(
        withCondition(finding, isWritten ? this.conditionsAt(mask, slice, finding.span.start) : []),
      );
    }
    findings.sort((a, b) => a.span.start - b.span.start);
    const problems = isWritten
      ? analysis.suppressions.problems.filter(({ code }) => code !== 'suppression/unused')
      : analysis.suppressions.problems;
    return { ...analysis, findings, suppressions: { ...analysis.suppressions, problems } };
  }

  /** True where something of a stretch of the template was written; white space, comments and `---` do not count for a document. */
  private isWritten({ start, end }: Span, isDocument: boolean): boolean {
    return this.written.some((span) => {
      const from = Math.max(span.start, start);
      const to = Math.min(span.end, end);
      if (from >= to) return false;
      if (!isDocument) return true;
      const text = this.source.text.slice(from, to);
      return /\S/.test(text.replace(/^[ \t]*(?:#|---).*/gm, ''));
    });
  }

  /** Conditions of the branches around an offset that the values do not take. */
  private conditionsAt(mask: AnalyzedDocument['mask'], slice: Span, offset: number): readonly string[] {
    return (mask?.branches ?? [])
      .filter((branch) => branch.start <= offset && offset < branch.end)
      .filter(
        (branch) =>
          !this.isWritten({ start: branch.start + slice.start, end: branch.end + slice.start }, true),
      )
      .map(({ condition }) => condition.text);
  }

  /** The findings of what the template writes, each once, at their places in the template. */
  private told(): readonly Told[] {
    const { analyzed, residual } = this.run;
    // A chart is installed as one: what its objects say about its pods counts as if it stood in the same file.
    const facts: AnalyzedDocument = {
      slice: { start: residual.text.length, end: residual.text.length, isDocument: false },
      analysis: { ...NO_ANALYSIS, facts: this.chart.facts },
    };
    const own = { ...analyzed, documents: [...analyzed.documents.map(withoutFacts), facts] };
    const seen = new Set<string>();
    const told: Told[] = [];
    for (const placed of judgedFindingsOf(own)) {
      const finding = this.toldFinding(placed);
      if (finding === undefined) continue;
      // A loop writes the same line several times.
      const key = JSON.stringify([finding.finding.code, finding.span, placed.finding.container?.name]);
      if (seen.has(key)) continue;
      seen.add(key);
      told.push(finding);
    }
    return told;
  }

  private toldFinding({ finding, documentStart, suppressedBy }: JudgedFinding): Told | undefined {
    const span = this.sourceSpan(finding.span, documentStart);
    const document = this.source.documents.find(
      ({ slice }) => span.start >= slice.start && span.start < slice.end,
    );
    const targets = this.targetsAt(documentStart, span);
    if (document === undefined || targets === undefined) return undefined;
    const { start } = document.slice;
    const inDocument = (at: Span): Span => ({ start: at.start - start, end: at.end - start });
    const place = (at: Span): Span => inDocument(this.sourceSpan(at, documentStart));
    const translated = targets.translate(fixesOf(finding));
    // What other objects of the chart say of the token is in the message already.
    const { tokenNote: _, ...rest } = finding;
    const values = targets.valuesOf(finding);
    return {
      span,
      finding: {
        ...rest,
        span: inDocument(span),
        pod: { ...finding.pod, keySpan: place(finding.pod.keySpan), path: targets.pathOf(finding.pod.path) },
        container:
          finding.container === null
            ? null
            : {
                ...finding.container,
                nameSpan: place(finding.container.nameSpan),
                path: targets.pathOf(finding.container.path),
              },
        related: finding.related.map(({ at, message }) => ({ at: place(at), message })),
        suppressed:
          suppressedBy === null || suppressedBy.span === null
            ? suppressedBy
            : { ...suppressedBy, span: place(suppressedBy.span) },
        unless: [],
        ...withFixes(translated),
        inChart: { sets: [setName(this.chart)], values },
      },
    };
  }

  /** Where in the template a stretch of what it writes was written, on one line. */
  private sourceSpan({ start, end }: Span, documentStart: number): Span {
    const { residual } = this.run;
    const first = pieceAt(residual, start + documentStart);
    const last = pieceAt(residual, Math.max(start, end - 1) + documentStart);
    if (first === undefined) return { start: 0, end: 0 };
    const from = first.piece.isLiteral
      ? first.piece.from.start + start + documentStart - first.start
      : first.piece.from.start;
    const to =
      last === undefined
        ? first.piece.from.end
        : last.piece.isLiteral
          ? last.piece.from.start + end + documentStart - last.start
          : last.piece.from.end;
    // A loop may end before it begins, as the text goes.
    return onOneLine({ start: from, end: Math.max(from, to) }, this.source.text);
  }

  private readonly rendered = new Map<number, YamlDocument>();

  private renderedDocument(documentStart: number): YamlDocument {
    const known = this.rendered.get(documentStart);
    if (known !== undefined) return known;
    const { analyzed } = this.run;
    const document = analyzed.documents.find(({ slice }) => slice.start === documentStart);
    const text = analyzed.text.slice(documentStart, document?.slice.end);
    const read = document?.mask === undefined ? parseYaml(text) : parseDocument(text, document.mask);
    this.rendered.set(documentStart, read);
    return read;
  }

  private readonly sources = new Map<number, YamlDocument>();

  private sourceDocument({ slice, mask }: AnalyzedDocument): YamlDocument {
    const known = this.sources.get(slice.start);
    if (known !== undefined) return known;
    const text = this.source.text.slice(slice.start, slice.end);
    const read = mask === undefined ? parseYaml(text) : parseDocument(text, mask);
    this.sources.set(slice.start, read);
    return read;
  }
}

function withoutFacts(document: AnalyzedDocument): AnalyzedDocument {
  const { analysis } = document;
  const findings = analysis.findings.map((finding): Finding => {
    if (finding.unless.length === 0 && finding.tokenNote === undefined) return finding;
    const unless = finding.unless.map(inReleaseNamespace);
    return finding.tokenNote === undefined
      ? { ...finding, unless }
      : { ...finding, unless, tokenNote: inReleaseNamespace(finding.tokenNote) };
  });
  return { ...document, analysis: { ...analysis, findings, facts: [] } };
}

/** A finding in what the values leave out says so. */
function withCondition(finding: Finding, conditions: readonly string[]): Finding {
  if (conditions.length === 0 || finding.message.includes(' where ')) return finding;
  return { ...finding, message: `${finding.message} It stands there where ${conditions.join(' and ')}.` };
}

function onOneLine(span: Span, text: string): Span {
  const lineBreak = text.indexOf('\n', span.start);
  if (lineBreak < 0 || lineBreak >= span.end) return span;
  const end = text.charCodeAt(lineBreak - 1) === 13 ? lineBreak - 1 : lineBreak;
  return { start: span.start, end: Math.max(end, span.start) };
}

/** The span of the key in a values file at which a finding is answered: that of the nearest place that exists. */
export function valuesSpan({ text, root }: YamlDocument, path: Path): Span | undefined {
  let node = dereference(root);
  let span: Span | undefined;
  for (const step of path) {
    if (node?.kind === 'mapping') {
      const entry = node.entries.findLast(({ key }) => key === step);
      if (entry === undefined) return span;
      span = entry.keyNode.span;
      node = dereference(entry.value);
    } else if (node?.kind === 'sequence' && typeof step === 'number') {
      const item = node.items[step];
      if (item === undefined) return span;
      span = onOneLine(item.value.span, text);
      node = dereference(item.value);
    } else {
      return span;
    }
  }
  return span;
}
