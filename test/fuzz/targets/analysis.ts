/** Any text through everything that an editor asks of it. */
import { analyzeText, findingsOf } from '../../../shared/analysis/analyze.ts';
import { completionsAt } from '../../../shared/analysis/complete.ts';
import { hoverAt } from '../../../shared/analysis/hover.ts';
import { suppressionProblemsOf } from '../../../shared/analysis/suppress.ts';
import { DEFAULT_SETTINGS } from '../../../shared/catalog/settings.ts';

export function fuzz(data: Buffer): void {
  const text = data.toString('utf8');
  const analyzed = analyzeText(text, DEFAULT_SETTINGS);
  for (const { analysis } of analyzed.documents) {
    for (const { error } of analysis.failures) throw error;
  }
  findingsOf(analyzed);
  suppressionProblemsOf(analyzed);
  for (const offset of [0, text.length >> 1, text.length]) {
    hoverAt(analyzed, offset);
    completionsAt(analyzed, offset);
  }
}
