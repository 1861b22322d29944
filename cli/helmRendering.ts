/** Rendering by Helm: charts as the `helm` program renders them, each finding told at the template that wrote it. */
import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { renderChart } from '../programs/helm.ts';
import { type RenderedTemplate, renderedTemplates } from '../shared/analysis/chartRendering.ts';
import { runChart } from '../shared/analysis/chartText.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import { readChartFiles } from '../shared/helm/chartFiles.ts';
import { FILE_SYSTEM } from './charts.ts';
import type { Host } from './host.ts';

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
  const rendering = await renderChart(
    folder,
    values.map((file) => resolve(host.cwd, file)),
    host.env,
  );
  if (!rendering.ok) return rendering;
  return { ok: true, templates: renderedTemplates(runs, rendering.text, settings) };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
