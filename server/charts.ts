/** Charts: open templates and values files of Helm charts, told with the files of their chart, open or not. */
import type { CancellationToken } from 'vscode-languageserver';
import { findingsOf } from '../shared/analysis/analyze.ts';
import {
  type ChartRuns,
  runChart,
  runRelease,
  templateText,
  valuesText,
} from '../shared/analysis/chartText.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import { type ChartFiles, isRenderedTemplate } from '../shared/helm/chart.ts';
import {
  type ChartPlace,
  chartPlaceOf,
  type FolderSource,
  mayBelongToChart,
  readChartFiles,
} from '../shared/helm/chartFiles.ts';
import { releaseIn } from '../shared/helm/release.ts';
import type { Analysis, Documents } from './documents.ts';
import { type OpenText, openText } from './text.ts';

export interface Charts {
  /** True for a document that is told with its chart, as far as its name tells. */
  mayTell(uri: string): boolean;
  /**
   * An analysis with what the document's chart says instead; the same one for as long as nothing changes, and undefined where it belongs
   * to no chart.
   */
  tell(base: Analysis, token: CancellationToken): Promise<Analysis | undefined>;
  /** To be called when a document was opened or closed, or a file changed on the disk: what its chart says may be something else. */
  touched(uri: string): void;
  /** Files are read again when they are next needed. */
  forgetFiles(): void;
}

/** The files of the chart that an analysis is told with. */
export interface ChartOfAnalysis {
  uriOf(file: string): string;
  /** A file as it is open or, where it is not, as it was read. */
  textOf(file: string): OpenText | undefined;
  isOpen(file: string): boolean;
}

interface KnownChart {
  readonly settings: Settings;
  files: ChartFiles | undefined;
  runs: ChartRuns | undefined;
}

interface Told {
  readonly runs: ChartRuns;
  readonly openFiles: string;
  readonly analysis: Analysis;
}

/**
 * `folderOf` gives the workspace folder of a document, from which releases name their charts. `changed` is called with open documents whose findings may have changed because another file of their chart did.
 */
export function createCharts(
  files: FolderSource | undefined,
  documents: Pick<Documents, 'get' | 'uris'>,
  folderOf: (uri: string) => string | undefined,
  changed: (uris: readonly string[]) => void,
): Charts {
  const charts = new Map<string, KnownChart>();
  const places = new Map<string, Promise<ChartPlace | undefined>>();
  const tellings = new WeakMap<Analysis, Told>();
  const releases = new Map<string, ChartRuns>();

  const placesOpen = (): ReadonlyMap<string, string> =>
    new Map(documents.uris().map((uri) => [placeOf(uri), uri]));

  const source: FolderSource = {
    async readFile(place) {
      const open = documents.get(placesOpen().get(place) ?? '');
      return open === undefined ? await files?.readFile(uriAt(place)) : open.text;
    },
    listFolder: async (place) => (await files?.listFolder(uriAt(place))) ?? [],
    readArchive: async (place) => (await files?.readArchive?.(uriAt(place))) ?? new Map(),
  };

  const chartPlace = (uri: string): Promise<ChartPlace | undefined> => {
    const known = places.get(uri) ?? chartPlaceOf(placeOf(uri), source);
    places.set(uri, known);
    return known;
  };

  /** The chart as its files are now: those that are open as they are typed. */
  const runsOf = async (root: string, settings: Settings): Promise<ChartRuns | undefined> => {
    let chart = charts.get(root);
    if (chart?.settings !== settings) chart = { settings, files: undefined, runs: undefined };
    charts.set(root, chart);
    chart.files ??= await readChartFiles(root, settings.helmValuesFiles, source);
    if (chart.files === undefined) return undefined;
    const texts = new Map(chart.files);
    for (const [place, uri] of placesOpen()) {
      const path = place.startsWith(`${root}/`) ? place.slice(root.length + 1) : undefined;
      const open = path !== undefined && texts.has(path) ? documents.get(uri) : undefined;
      if (path !== undefined && open !== undefined) texts.set(path, open.text);
    }
    if (chart.runs !== undefined && areSame(chart.runs.chart.files, texts)) return chart.runs;
    const isFirst = chart.runs === undefined;
    chart.runs = runChart(texts, settings, settings.helmValuesFiles, chart.runs);
    if (!isFirst) changed(documents.uris().filter((uri) => placeOf(uri).startsWith(`${root}/`)));
    return chart.runs;
  };

  const tellRelease = async (base: Analysis): Promise<Analysis | undefined> => {
    const { document, analyzed } = base;
    const folder = folderOf(document.uri);
    const release = folder === undefined ? undefined : releaseIn(document.text);
    if (folder === undefined || release === undefined) return undefined;
    const root = `${placeOf(folder)}/${release.chart}`;
    const texts = await readChartFiles(root, [], source);
    if (texts === undefined) return undefined;
    const known = releases.get(document.uri);
    const all = new Map([...texts, [RELEASE, document.text]]);
    const runs =
      known?.settings === analyzed.settings && areSame(known.chart.files, all)
        ? known
        : runRelease(all, analyzed.settings, RELEASE, known);
    if (runs === undefined) return undefined;
    releases.set(document.uri, runs);
    const before = tellings.get(base);
    if (before?.runs === runs) return before.analysis;
    const told = valuesText(runs, RELEASE);
    if (told === undefined) return undefined;
    const chart: ChartOfAnalysis = {
      uriOf: (file) => (file === RELEASE ? document.uri : uriAt(`${root}/${file}`)),
      isOpen: (file) => file === RELEASE,
      textOf: (file) => (file === RELEASE ? document : readText(runs, file, uriAt(`${root}/${file}`))),
    };
    const analysis: Analysis = { ...base, analyzed: told, findings: findingsOf(told), chart };
    tellings.set(base, { runs, openFiles: '', analysis });
    return analysis;
  };

  const mayTell = (uri: string): boolean =>
    files !== undefined &&
    (mayBelongToChart(placeOf(uri)) || RELEASE_KIND.test(documents.get(uri)?.text ?? ''));
  const forgetFiles = (): void => {
    places.clear();
    for (const chart of charts.values()) chart.files = undefined;
  };

  return {
    mayTell,
    forgetFiles,
    touched(uri) {
      if (documents.get(uri) === undefined) releases.delete(uri);
      if (!mayTell(uri)) return;
      forgetFiles();
      const others = documents.uris().filter((other) => other !== uri && mayTell(other));
      if (others.length > 0) changed(others);
    },
    async tell(base, token) {
      const { document } = base;
      if (base.excludedBy !== undefined) return undefined;
      const place = await chartPlace(document.uri);
      if (token.isCancellationRequested) return undefined;
      if (place === undefined) return await tellRelease(base);
      const { root, path } = place;
      const runs = await runsOf(root, base.analyzed.settings);
      if (runs === undefined || runs.chart.files.get(path) !== document.text) return undefined;
      const open = placesOpen();
      const openFiles = JSON.stringify([...open.keys()].filter((file) => file.startsWith(`${root}/`)));
      const known = tellings.get(base);
      if (known?.runs === runs && known.openFiles === openFiles) return known.analysis;
      const isOpen = (file: string): boolean => open.has(`${root}/${file}`);
      const analyzed = isRenderedTemplate(path) ? templateText(runs, path, isOpen) : valuesText(runs, path);
      if (analyzed === undefined) return undefined;
      const uriOf = (file: string): string => open.get(`${root}/${file}`) ?? uriAt(`${root}/${file}`);
      const chart: ChartOfAnalysis = {
        uriOf,
        isOpen,
        textOf(file) {
          const current = documents.get(uriOf(file));
          if (current === undefined) return readText(runs, file, uriOf(file));
          return current.text === runs.chart.files.get(file) ? current : undefined;
        },
      };
      const analysis: Analysis = { ...base, analyzed, findings: findingsOf(analyzed), chart };
      tellings.set(base, { runs, openFiles, analysis });
      return analysis;
    },
  };
}

/** Stands for a release among its chart's files: none of theirs begins with a slash. */
const RELEASE = '/release';

/** What every text with a release holds. */
const RELEASE_KIND = /\bkind:\s*["']?(?:HelmRelease|Application)\b/;

/** A file that is not open, as it was read. */
function readText({ chart }: ChartRuns, file: string, uri: string): OpenText | undefined {
  const text = chart.files.get(file);
  return text === undefined ? undefined : openText({ uri, languageId: 'yaml', version: 0, text });
}

function areSame(a: ChartFiles, b: ChartFiles): boolean {
  return a.size === b.size && [...b].every(([path, text]) => a.get(path) === text);
}

/** A URI without its escapes, so that different spellings of one file are one place. */
export function placeOf(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** The URI of a place, with the escapes that editors write. */
export function uriAt(place: string): string {
  const [, scheme = '', path = ''] = /^([a-z][\w+.-]*:\/\/[^/]*)?(.*)$/is.exec(place) ?? [];
  return scheme + path.split('/').map(encodeURIComponent).join('/');
}

/** Documents whose analyses are told with their charts. */
export function withCharts(
  make: (finished: (analysis: Analysis) => void) => Documents,
  chartsOf: (documents: Documents) => Charts,
  finished: (analysis: Analysis) => void,
): Documents & { readonly charts: Charts } {
  const inner = make((analysis) => {
    // What is told with its chart is finished only then.
    if (!charts.mayTell(analysis.document.uri)) finished(analysis);
  });
  const charts = chartsOf(inner);
  const announced = new WeakSet<Analysis>();
  const announce = (analysis: Analysis): Analysis => {
    if (!announced.has(analysis)) finished(analysis);
    announced.add(analysis);
    return analysis;
  };
  return {
    ...inner,
    charts,
    open(params) {
      inner.open(params);
      charts.touched(params.textDocument.uri);
    },
    close(uri) {
      inner.close(uri);
      charts.touched(uri);
    },
    async analysis(uri, token) {
      for (;;) {
        const base = await inner.analysis(uri, token);
        if (base === undefined || !charts.mayTell(uri)) return base;
        const told = await charts.tell(base, token);
        // The text may have changed while files were read.
        if (inner.get(uri) === base.document) return announce(told ?? base);
      }
    },
  };
}
