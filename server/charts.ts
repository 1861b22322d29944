/** Charts: open templates and values files of Helm charts, told with the files of their chart, open or not. */
import type { CancellationToken } from 'vscode-languageserver';
import { findingsOf } from '../shared/analysis/analyze.ts';
import {
  type ChartRuns,
  runChart,
  runRelease,
  templateText,
  valuesFilesOf,
  valuesText,
} from '../shared/analysis/chartText.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import { type ChartFiles, isRenderedTemplate } from '../shared/helm/chart.ts';
import {
  type ChartPlace,
  chartPlaceOf,
  type FolderSource,
  readChartFiles,
} from '../shared/helm/chartFiles.ts';
import { releaseIn } from '../shared/helm/release.ts';
import type { Analysis, Documents } from './documents.ts';
import { placeOf, uriAt } from './places.ts';
import { type OpenText, openText } from './text.ts';
import type { ChartNow } from './valuesHardening.ts';

export interface Charts {
  /** True for a file that is told with its chart, as far as its name and its text tell; without a text, it is the open document's. */
  mayTell(uri: string, text?: string): boolean;
  /** The chart that a file is a part of; undefined where it is in none. */
  rootOf(uri: string): Promise<ChartRoot | undefined>;
  /**
   * An analysis with what the file's chart says instead, whether it is open or not; the same one for as long as nothing changes, and
   * undefined where it belongs to no chart.
   */
  tell(base: Analysis, token: CancellationToken): Promise<Analysis | undefined>;
  /** To be called when a document was opened or closed, or a file changed on the disk: what its chart says may be something else. */
  touched(uri: string): void;
  /** Files are read again when they are next needed. */
  forgetFiles(): void;
  /** The chart that a document belongs to, with its files as they are now: those that are open as they are typed. */
  now(analysis: Analysis): Promise<ChartNow | undefined>;
  /** To be called when other files than before may be answered for while they are closed. */
  coverChanged(): void;
}

export interface ChartRoot {
  /** True for files of the chart, and for releases of it. */
  holds(uri: string): boolean;
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
  /** Which other files are open, and which show what they answer. */
  readonly others: string;
  readonly analysis: Analysis;
}

/** So many charts are kept of which no file is open: a check of many files goes through their folders one after the other. */
const MAX_CLOSED = 3;

export interface ChartTools {
  readonly mayTell: Charts['mayTell'];
  /** The workspace folder of a document, from which releases name their charts. */
  folderOf(uri: string): string | undefined;
  /** True for a file that shows what is found in it while it is closed. */
  covers(uri: string): Promise<boolean>;
  /** Called with open documents whose findings may have changed because another file of their chart did. */
  changed(uris: readonly string[]): void;
}

export function createCharts(
  files: FolderSource | undefined,
  documents: Pick<Documents, 'get' | 'uris'>,
  { mayTell, folderOf, covers, changed }: ChartTools,
): Charts {
  const charts = new Map<string, KnownChart>();
  const places = new Map<string, Promise<ChartPlace | undefined>>();
  /** Whether folders are charts, by the places of their `Chart.yaml` files. */
  const manifests = new Map<string, Promise<string | undefined>>();
  const tellings = new WeakMap<Analysis, Told>();
  const releases = new Map<string, ChartRuns>();
  /** The charts of releases, open or closed. */
  const releasedFrom = new Map<string, string>();

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

  /** Many files stand in one chart, whose manifest is read once for all. */
  const manifestSource: FolderSource = {
    ...source,
    readFile(place) {
      const known = manifests.get(place) ?? source.readFile(place);
      manifests.set(place, known);
      return known;
    },
  };

  const chartPlace = (uri: string): Promise<ChartPlace | undefined> => {
    const known = places.get(uri) ?? chartPlaceOf(placeOf(uri), manifestSource);
    places.set(uri, known);
    return known;
  };

  /** Charts of which no file is open are let go, but for those that came last. */
  const forgetClosed = (): void => {
    const open = [...placesOpen().keys()];
    const closed = [...charts.keys()].filter((root) => !open.some((place) => place.startsWith(`${root}/`)));
    for (const root of closed.slice(0, -MAX_CLOSED)) charts.delete(root);
  };

  /** The chart as its files are now: those that are open as they are typed. */
  const runsOf = async (root: string, settings: Settings): Promise<ChartRuns | undefined> => {
    let chart = charts.get(root);
    if (chart?.settings !== settings) chart = { settings, files: undefined, runs: undefined };
    // The one that came last stands last.
    charts.delete(root);
    charts.set(root, chart);
    forgetClosed();
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

  /** The closed values files that show what they answer. */
  const valuesShown = async (root: string, runs: ChartRuns): Promise<ReadonlySet<string>> => {
    const shown = new Set<string>();
    for (const file of valuesFilesOf(runs)) if (await covers(uriAt(`${root}/${file}`))) shown.add(file);
    return shown;
  };

  const tellRelease = async (base: Analysis): Promise<Analysis | undefined> => {
    const { document, analyzed } = base;
    const folder = folderOf(document.uri);
    const release = folder === undefined ? undefined : releaseIn(document.text);
    if (folder === undefined || release === undefined) return undefined;
    const root = `${placeOf(folder)}/${release.chart}`;
    releasedFrom.set(document.uri, root);
    const texts = await readChartFiles(root, [], source);
    if (texts === undefined) return undefined;
    const known = releases.get(document.uri);
    const all = new Map([...texts, [RELEASE, document.text]]);
    const runs =
      known?.settings === analyzed.settings && areSame(known.chart.files, all)
        ? known
        : runRelease(all, analyzed.settings, RELEASE, known);
    if (runs === undefined) return undefined;
    if (documents.get(document.uri) !== undefined) releases.set(document.uri, runs);
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
    tellings.set(base, { runs, others: '', analysis });
    return analysis;
  };

  const forgetFiles = (): void => {
    places.clear();
    manifests.clear();
    for (const chart of charts.values()) chart.files = undefined;
  };

  const tellAgain = (isConcerned: (uri: string) => boolean): void => {
    const uris = documents.uris().filter((uri) => mayTell(uri) && isConcerned(uri));
    if (uris.length > 0) changed(uris);
  };

  return {
    mayTell,
    forgetFiles,
    async now({ document, analyzed, chart: told }) {
      forgetFiles();
      const { settings } = analyzed;
      if (analyzed.chart !== undefined && told !== undefined && analyzed.chart.file === RELEASE) {
        return { settings, files: analyzed.chart.runs.chart.files, file: RELEASE, uriOf: told.uriOf };
      }
      const place = await chartPlace(document.uri);
      const runs = place === undefined ? undefined : await runsOf(place.root, settings);
      if (place === undefined || runs === undefined) return undefined;
      const { root, path } = place;
      const files = new Map(runs.chart.files);
      files.set(path, document.text);
      const open = placesOpen();
      return {
        settings,
        files,
        file: path,
        uriOf: (file) => open.get(`${root}/${file}`) ?? uriAt(`${root}/${file}`),
      };
    },
    coverChanged: () => tellAgain(() => true),
    async rootOf(uri) {
      const place = placeOf(uri);
      // Without its manifest, a folder is no chart any more, and what was one is told otherwise.
      const manifest = /^(.*)\/Chart\.ya?ml$/.exec(place)?.[1];
      const root = (await chartPlace(uri))?.root ?? manifest ?? releasedFrom.get(uri);
      if (root === undefined) return undefined;
      return {
        holds: (other) =>
          releasedFrom.get(other) === root || (placeOf(other).startsWith(`${root}/`) && mayTell(other)),
      };
    },
    touched(uri) {
      if (documents.get(uri) === undefined) releases.delete(uri);
      releasedFrom.delete(uri);
      if (!mayTell(uri)) return;
      forgetFiles();
      tellAgain((other) => other !== uri);
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
      const showing = isRenderedTemplate(path) ? await valuesShown(root, runs) : NO_FILES;
      const open = placesOpen();
      const others = JSON.stringify([
        [...open.keys()].filter((file) => file.startsWith(`${root}/`)),
        [...showing],
      ]);
      const known = tellings.get(base);
      if (known?.runs === runs && known.others === others) return known.analysis;
      const isOpen = (file: string): boolean => open.has(`${root}/${file}`);
      const isShown = (file: string): boolean => isOpen(file) || showing.has(file);
      const analyzed = isRenderedTemplate(path) ? templateText(runs, path, isShown) : valuesText(runs, path);
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
      tellings.set(base, { runs, others, analysis });
      return analysis;
    },
  };
}

const NO_FILES: ReadonlySet<string> = new Set();

/** Stands for a release among its chart's files: none of theirs begins with a slash. */
const RELEASE = '/release';

/** A file that is not open, as it was read. */
function readText({ chart }: ChartRuns, file: string, uri: string): OpenText | undefined {
  const text = chart.files.get(file);
  return text === undefined ? undefined : openText({ uri, languageId: 'yaml', version: 0, text });
}

function areSame(a: ChartFiles, b: ChartFiles): boolean {
  return a.size === b.size && [...b].every(([path, text]) => a.get(path) === text);
}
