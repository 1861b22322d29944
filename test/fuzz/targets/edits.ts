/** Any text hardened: the edits stand apart, the text stays as readable as it was, and a second time changes nothing. */
import { type AnalyzedText, analyzeText } from '../../../shared/analysis/analyze.ts';
import { harden } from '../../../shared/analysis/fix.ts';
import { DEFAULT_SETTINGS } from '../../../shared/catalog/settings.ts';
import { applyEdits } from '../../../shared/text/textEdit.ts';

export function fuzz(data: Buffer): void {
  const text = data.toString('utf8');
  const analyzed = analyzeText(text, DEFAULT_SETTINGS);
  const { edits } = harden(analyzed, { scope: 'file' });
  if (edits.length === 0) return;
  const hardened = applyEdits(text, edits);
  const again = analyzeText(hardened, DEFAULT_SETTINGS);
  if (problems(again) > problems(analyzed)) throw new Error(`Hardening broke the text:\n${hardened}`);
  if (harden(again, { scope: 'file' }).edits.length > 0)
    throw new Error(`Hardening does not end:\n${hardened}`);
}

function problems({ documents }: AnalyzedText): number {
  return documents.reduce((sum, { analysis }) => sum + analysis.problems.length, 0);
}
