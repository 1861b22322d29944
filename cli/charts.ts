/** Charts: the Helm charts that sources belong to, read from the file system, each run once for all its templates. */

import { readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { AnalyzedText } from '../shared/analysis/analyze.ts';
import {
  type ChartRuns,
  runChart,
  runRelease,
  templateText,
  valuesText,
} from '../shared/analysis/chartText.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import { isRenderedTemplate } from '../shared/helm/chart.ts';
import { filesInArchive } from '../shared/helm/chartArchive.ts';
import {
  type ChartPlace,
  chartPlaceOf,
  type FolderSource,
  readChartFiles,
} from '../shared/helm/chartFiles.ts';
import { mayBelongToChart, mayBeRelease } from '../shared/helm/chartNames.ts';
import { releaseIn } from '../shared/helm/release.ts';
import { readRegularFile } from './readFile.ts';
import { decode } from './reading.ts';
import type { Source } from './sources.ts';

export interface Charts {
  /**
   * A template with the findings of its chart, or a release of a chart of this repository with those that its values answer; undefined for
   * any other source, and for one that no longer has this text.
   */
  tell(source: Source, text: string, settings: Settings): Promise<AnalyzedText | undefined>;
}

/** Releases name their charts from the root of the repository, which is taken to be the current folder. */
export function openCharts(cwd: string): Charts {
  let last:
    | { readonly root: string; readonly settings: Settings; readonly runs: ChartRuns | undefined }
    | undefined;
  const runsOf = async ({ root }: ChartPlace, settings: Settings): Promise<ChartRuns | undefined> => {
    // Sources come folder by folder, so that one chart at a time is enough.
    if (last?.root === root && last.settings === settings) return last.runs;
    last = { root, settings, runs: await readRuns(root, settings) };
    return last.runs;
  };
  return {
    async tell(source, text, settings) {
      const place = await placeOf(source);
      if (place === undefined) return await releaseText(text, settings, cwd);
      if (!isRenderedTemplate(place.path)) return undefined;
      const runs = await runsOf(place, settings);
      const told = runs === undefined ? undefined : templateText(runs, place.path, () => false);
      return told?.text === text ? told : undefined;
    },
  };
}

async function releaseText(text: string, settings: Settings, cwd: string): Promise<AnalyzedText | undefined> {
  const release = mayBeRelease(text) ? releaseIn(text) : undefined;
  if (release === undefined) return undefined;
  const root = `${cwd.replaceAll(sep, '/')}/${release.chart}`;
  const files = await readChartFiles(root, [], FILE_SYSTEM);
  const runs =
    files === undefined ? undefined : runRelease(new Map([...files, [RELEASE, text]]), settings, RELEASE);
  return runs === undefined ? undefined : valuesText(runs, RELEASE);
}

/** Stands for the release among the chart's files: none of theirs begins with a slash. */
const RELEASE = '/release';

/** Where in a chart a source stands, if it does. */
export async function placeOf({ file }: Source): Promise<ChartPlace | undefined> {
  if (file === undefined) return undefined;
  const path = file.replaceAll(sep, '/');
  return mayBelongToChart(path) ? await chartPlaceOf(path, FILE_SYSTEM) : undefined;
}

/** The chart in a folder, run as its files are now. */
export async function readRuns(root: string, settings: Settings): Promise<ChartRuns | undefined> {
  const files = await readChartFiles(root, settings.helmValuesFiles, FILE_SYSTEM);
  return files === undefined ? undefined : runChart(files, settings, settings.helmValuesFiles);
}

/** In bytes: Helm itself takes no larger chart (loader.MaxDecompressedChartSize). */
const LARGEST_ARCHIVE = 100 * 1024 * 1024;

/** The files of this machine, by their absolute paths. */
export const FILE_SYSTEM: FolderSource = {
  async readFile(place) {
    try {
      const reading = decode(readRegularFile(place));
      return reading.state === 'text' ? reading.text : undefined;
    } catch {
      return undefined;
    }
  },
  async readArchive(place) {
    try {
      const bytes = gunzipSync(readRegularFile(place), { maxOutputLength: LARGEST_ARCHIVE });
      return filesInArchive(bytes, (content) => Buffer.from(content).toString('utf8'));
    } catch {
      return new Map();
    }
  },
  async listFolder(place) {
    try {
      return readdirSync(place, { withFileTypes: true }).map((entry) => ({
        name: entry.name,
        isFolder: entry.isDirectory(),
      }));
    } catch {
      return [];
    }
  },
};
