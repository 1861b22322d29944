/** Any text as the words of suppressions, in a comment and in an annotation; what is wrong with them is put right, and stays so. */
import { analyzeText } from '../../../shared/analysis/analyze.ts';
import { suppressionProblemsOf } from '../../../shared/analysis/suppress.ts';
import { suppressionRepairEdits } from '../../../shared/analysis/suppressEdits.ts';
import { DEFAULT_SETTINGS } from '../../../shared/catalog/settings.ts';
import { applyEdits } from '../../../shared/text/textEdit.ts';

/** The first half stands behind `#` and the second in quotes; the whole text too, as a manifest of its own. */
export function fuzz(data: Buffer): void {
  const text = data.toString('utf8');
  const half = text.length >> 1;
  const comment = text.slice(0, half).replace(/[\r\n]/g, ' ');
  const value = JSON.stringify(text.slice(half));
  repairAll(`apiVersion: v1
kind: Pod
metadata:
  name: p
  annotations:
    podproof/ignore: ${value}
spec: # podproof-ignore ${comment}
  containers:
  # podproof-ignore ${comment}
  - name: a
    image: b
# podproof-ignore-file ${comment}
`);
  repairAll(text);
}

function repairAll(text: string): void {
  const analyzed = analyzeText(text, DEFAULT_SETTINGS);
  for (const { analysis } of analyzed.documents) for (const { error } of analysis.failures) throw error;
  for (const problem of suppressionProblemsOf(analyzed)) {
    const repair = suppressionRepairEdits(analyzed, problem);
    if (!repair.ok) continue;
    const repaired = applyEdits(text, repair.edits);
    const after = analyzeText(repaired, DEFAULT_SETTINGS);
    const broken = (one: typeof after): number =>
      one.documents.reduce((sum, { analysis }) => sum + analysis.problems.length, 0);
    if (broken(after) > broken(analyzed)) throw new Error(`The repair broke the text:\n${repaired}`);
  }
}
