/** Any text as a template: the mask keeps its length and its lines, and the chart runs or says why not. */
import { analyzeChart } from '../../../shared/analysis/chart.ts';
import { DEFAULT_SETTINGS } from '../../../shared/catalog/settings.ts';
import { readChart } from '../../../shared/helm/chart.ts';
import { maskTemplates } from '../../../shared/yaml/templates.ts';

/** The first half is the template, the second the values. */
export function fuzz(data: Buffer): void {
  const text = data.toString('utf8');
  const mask = maskTemplates(text);
  if (mask !== undefined) {
    if (mask.masked.length !== text.length) throw new Error('The mask has another length.');
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      if (mask.masked[at] !== '\n') throw new Error(`The mask hides the line break at ${at}.`);
    }
  }
  const half = text.length >> 1;
  const files = new Map([
    ['Chart.yaml', 'apiVersion: v2\nname: c\nversion: 1.0.0\n'],
    ['values.yaml', text.slice(half)],
    ['templates/a.yaml', text.slice(0, half)],
  ]);
  const chart = readChart(files);
  if (chart !== undefined) analyzeChart(chart, DEFAULT_SETTINGS);
}
