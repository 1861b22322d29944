/** Suppressing by a quick fix: where the comment or annotation is written, and how an idle one is taken out. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AnalyzedText, analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { harden } from '../../shared/analysis/fix.ts';
import { present } from '../../shared/analysis/present.ts';
import { suppressionProblemsOf } from '../../shared/analysis/suppress.ts';
import {
  type SuppressionEdit,
  suppressEdits,
  suppressionRepairEdits,
} from '../../shared/analysis/suppressEdits.ts';
import { DEFAULT_SETTINGS, readSettings } from '../../shared/catalog/settings.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';
import { type SpecBlock, specBlocks } from '../support/literate.ts';

describe('suppressEdits.md', () => {
  const blocks = specBlocks(path.join(import.meta.dirname, 'suppressEdits.md'));
  for (let at = 0; at + 1 < blocks.length; at += 2) {
    const [before, after] = blocks.slice(at, at + 2) as [SpecBlock, SpecBlock];
    for (const lineBreak of ['\n', '\r\n']) {
      test(`${before.title} (line ${before.line}), ${JSON.stringify(lineBreak)}`, () => {
        const text = before.text.replaceAll('\n', lineBreak);
        const settings = readSettings({
          requireSuppressionReason: before.options.has('requireSuppressionReason'),
        });
        const analyzed = analyzeText(text, settings);
        const result = actOn(analyzed, before);
        expect(shown(text, result)).toBe(after.text.replaceAll('\n', lineBreak));
      });
    }
  }
});

function actOn(analyzed: AnalyzedText, { options }: SpecBlock): SuppressionEdit {
  const code = options.get('code');
  const problem = suppressionProblemsOf(analyzed).find((placed) => placed.problem.code === code);
  if (problem !== undefined) return suppressionRepairEdits(analyzed, problem);
  const all = findingsOf(analyzed).filter(({ finding }) => finding.code === code);
  const chosen = options.has('present') ? present(all)[0]?.findings : all.slice(0, 1);
  return suppressEdits(analyzed, chosen ?? []);
}

function shown(text: string, result: SuppressionEdit): string {
  if (!result.ok) return result.reason;
  const after = applyEdits(text, result.edits);
  if (result.select === undefined) return after;
  const { start, end } = result.select;
  return `${after.slice(0, start)}$0${after.slice(start, end)}$0${after.slice(end)}`;
}

test('hardening leaves a container alone that suppresses the finding for itself', () => {
  const text = `apiVersion: v1
kind: Pod
spec:
  automountServiceAccountToken: false
  containers:
    # podproof-ignore root-user, capabilities: needs its node
    - name: agent
      image: agent:1
    - name: web
      image: web:1
`;
  const { edits } = harden(analyzeText(text, DEFAULT_SETTINGS), { scope: 'file' });
  const [beforeWeb = '', web = ''] = applyEdits(text, edits).split('- name: web');
  expect(beforeWeb).not.toMatch(/runAs|drop:/);
  expect(beforeWeb).toContain('type: RuntimeDefault');
  expect(web).toContain('runAsNonRoot: true');
  expect(web).toContain('runAsUser: 10001');
});

test('in the examples, every finding can be suppressed by itself', () => {
  const folder = path.join(import.meta.dirname, '../../examples');
  for (const file of readdirSync(folder).filter((name) => /\.(yaml|json)$/.test(name))) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const analyzed = analyzeText(text, DEFAULT_SETTINGS);
    const all = findingsOf(analyzed);
    for (const placed of all) {
      const result = suppressEdits(analyzed, [placed]);
      expect(result.ok, `${file}: ${placed.finding.message}`).toBe(true);
      if (!result.ok) continue;
      const after = analyzeText(applyEdits(text, result.edits), DEFAULT_SETTINGS);
      expect(findingsOf(after), `${file}: ${placed.finding.message}`).toHaveLength(all.length - 1);
      expect(suppressionProblemsOf(after)).toEqual([]);
    }
  }
});
