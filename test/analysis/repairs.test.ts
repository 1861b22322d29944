/** Repairs: what is said of misplaced and invalid fields, and what their fixes write. `UPDATE=1` writes the answers, to be read. */

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { fixEdits } from '../../shared/analysis/fix.ts';
import { fixesOf } from '../../shared/analysis/fixes.ts';
import { readSettings } from '../../shared/catalog/settings.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';
import { type SpecBlock, specBlocks } from '../support/literate.ts';

const SPEC = path.join(import.meta.dirname, 'repairs.md');
const manifests = specBlocks(SPEC, 'yaml');
const answers = specBlocks(SPEC, 'text');
const CHECKS = ['security-context/misplaced', 'security-context/invalid', 'resources/invalid'];

describe('repairs.md', () => {
  test('every manifest has its answer', () => {
    expect(answers).toHaveLength(manifests.length);
  });

  if (process.env.UPDATE === '1') writeAnswers();
  for (const [index, manifest] of manifests.entries()) {
    test(`${manifest.title} (line ${manifest.line})`, () => {
      const expected = process.env.UPDATE === '1' ? answerTo(manifest) : answers[index]?.text;
      expect(answerTo(manifest)).toBe(expected);
    });
  }
});

/** Every finding of the three checks, with each fix and the lines that it takes away and writes. */
function answerTo({ text }: SpecBlock): string {
  const analyzed = analyzeText(text, readSettings({}));
  const lines = findingsOf(analyzed).flatMap((placed) => {
    const { code, message } = placed.finding;
    if (!CHECKS.includes(code)) return [];
    return [
      `${code}: ${message}`,
      ...fixesOf(placed.finding).flatMap((fix) => {
        const result = fixEdits(analyzed, placed, fix);
        const title = `  ${fix.title} (${fix.safety})`;
        if (!('edits' in result)) return [`${title}: declined`];
        return [title, ...changedLines(text, applyEdits(text, result.edits))];
      }),
    ];
  });
  return `${lines.join('\n') || 'nothing'}\n`;
}

function changedLines(before: string, after: string): readonly string[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return b.slice(start, b.length - end).map((line) => `    ${line}`);
}

function writeAnswers(): void {
  const parts = readFileSync(SPEC, 'utf8').split(/(?<=^```text\n)[\s\S]*?(?=^```$)/m);
  writeFileSync(
    SPEC,
    parts.map((part, index) => part + (manifests[index] ? answerTo(manifests[index]) : '')).join(''),
  );
}
