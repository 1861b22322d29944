/** Helm check: a chart as the helm program renders it, for a person who asked; told beside what the files say themselves. */
import type { CancellationToken, Diagnostic } from 'vscode-languageserver';
import type { AnalyzedText, PlacedFinding } from '../shared/analysis/analyze.ts';
import { type RenderedTemplate, renderedTemplates } from '../shared/analysis/chartRendering.ts';
import { type ChartRuns, runChart } from '../shared/analysis/chartText.ts';
import { exclusionOf } from '../shared/catalog/exclusions.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import { chartPlaceOf, type FolderSource, readChartFiles } from '../shared/helm/chartFiles.ts';
import type { Analysis, Documents, Surroundings } from './documents.ts';
import type { Features } from './features.ts';
import { throwIfCancelled } from './fence.ts';
import type { Host } from './host.ts';
import { placeOf, uriAt } from './places.ts';
import type { HelmCheckParams, HelmCheckResult } from './protocol.ts';
import { squigglesOf } from './squiggles.ts';
import { openText } from './text.ts';
import { toDiagnostic } from './toLsp.ts';

export interface HelmCheckTools extends Pick<Surroundings, 'rememberedOf' | 'rootOf'> {
  readonly host: Host;
  readonly documents: Pick<Documents, 'get' | 'uris'>;
  readonly features: Features;
  settingsOf(uri: string): Settings | Promise<Settings>;
}

/** What the diagnostics of a rendering name as their source. */
const HELM_SOURCE = 'podproof helm';

/** Starts nothing where the client does not say that the workspace is trusted. Values files other than the chart's own count when they are asked from. */
export async function checkWithHelm(
  { uri, isTrusted }: HelmCheckParams,
  tools: HelmCheckTools,
  token: CancellationToken,
): Promise<HelmCheckResult> {
  const { host, documents } = tools;
  // What a client sends is data: only the truth is true.
  if (isTrusted !== true) return { declined: 'Programs are only started in a trusted workspace.' };
  const { files, renderChart } = host;
  if (files === undefined || renderChart === undefined) {
    return { declined: 'No programs can be started here, so Helm cannot render the chart.' };
  }
  const disk: FolderSource = {
    readFile: (place) => files.readFile(uriAt(place)),
    listFolder: (place) => files.listFolder(uriAt(place)),
    readArchive: async (place) => (await files.readArchive?.(uriAt(place))) ?? new Map(),
  };
  const place = await chartPlaceOf(placeOf(uri), disk);
  if (place === undefined) {
    return {
      declined: 'The file belongs to no Helm chart: open a template, the values or the Chart.yaml of one.',
    };
  }
  const { root, path } = place;
  const settings = await tools.settingsOf(uri);
  const values = FURTHER_VALUES.test(path) ? [path] : [];
  const sets = [...new Set([...settings.helmValuesFiles, ...values])];
  const texts = await readChartFiles(root, sets, disk);
  const runs = texts === undefined ? undefined : runChart(texts, settings, sets);
  if (texts === undefined || runs === undefined) return { declined: 'The chart cannot be read.' };
  const open = new Map(documents.uris().map((one) => [placeOf(one), one]));
  for (const [file, text] of texts) {
    const typed = documents.get(open.get(`${root}/${file}`) ?? '')?.text;
    if (typed !== undefined && withPlainEnds(typed) !== withPlainEnds(text)) {
      return { declined: `Helm reads what is on the disk: save ${file} first.` };
    }
  }
  throwIfCancelled(token);
  const rendering = await renderChart(
    uriAt(root),
    values.map((file) => uriAt(`${root}/${file}`)),
    token,
  );
  throwIfCancelled(token);
  if (!rendering.ok) return { declined: `${capitalized(rendering.problem)}.` };

  const uriOf = (file: string): string => open.get(`${root}/${file}`) ?? uriAt(`${root}/${file}`);
  const checked = renderedTemplates(runs, rendering.text, settings).map((template) => {
    const own = diagnosticsOf(template, runs, uriOf, tools);
    return { uri: uriOf(template.path), ...own };
  });
  return {
    root: uriAt(root),
    files: checked.flatMap(({ uri: file, known, beyond }) =>
      known.length + beyond.length === 0 ? [] : [{ uri: file, diagnostics: [...known, ...beyond] }],
    ),
    beyond: checked.reduce((sum, { beyond }) => sum + beyond.length, 0),
  };
}

/** Values beside the chart's own: whoever asks from there wants to know what these make of it. */
const FURTHER_VALUES = /^values[^/]+\.ya?ml$/;

/** Editors may open a text with other line ends than it has on the disk. */
function withPlainEnds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** What the template's own reading says and the rendering confirms, exactly as it says it; and what only the rendering says. */
function diagnosticsOf(
  template: RenderedTemplate,
  runs: ChartRuns,
  uriOf: (file: string) => string,
  { features, rememberedOf, rootOf }: HelmCheckTools,
): { readonly known: readonly Diagnostic[]; readonly beyond: readonly Diagnostic[] } {
  const { told } = template;
  const uri = uriOf(template.path);
  const document = openText({ uri, languageId: 'yaml', version: 0, text: told.text });
  const textOf = (file: string) => {
    const text = runs.chart.files.get(file);
    return text === undefined
      ? undefined
      : openText({ uri: uriOf(file), languageId: 'yaml', version: 0, text });
  };
  const shown = (
    analyzed: AnalyzedText,
    findings: readonly PlacedFinding[],
    among?: ReadonlySet<unknown>,
  ) => {
    const analysis: Analysis = {
      document,
      analyzed,
      elsewhere: [],
      findings,
      excludedBy: exclusionOf(analyzed.settings, uri, rootOf(uri) ?? ''),
      remembered: rememberedOf(uri),
      chart: { uriOf, textOf, isOpen: () => false },
    };
    return squigglesOf(analysis)
      .filter(({ shown: { findings: own } }) =>
        among === undefined ? own.length > 0 : own.some((one) => among.has(one)),
      )
      .map((squiggle) => ({
        ...toDiagnostic(squiggle, document, features, analysis.chart),
        source: HELM_SOURCE,
      }));
  };
  const confirmed = new Set(template.confirmed.map(({ finding }) => finding));
  return {
    known: shown(told, template.own, confirmed),
    beyond: shown(told, template.beyond),
  };
}

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
