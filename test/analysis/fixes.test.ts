/** What a finding says of its fixes before they are made is what they are. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyzeText, type PlacedFinding } from '../../shared/analysis/analyze.ts';
import { fixesOf } from '../../shared/analysis/fixes.ts';
import { DEFAULT_SETTINGS, readSettings, type Settings } from '../../shared/catalog/settings.ts';
import { repairOf } from '../../shared/practices/practice.ts';
import { manifest } from '../support/manifestArbitrary.ts';

const CORPUS = path.resolve('../shared/corpus');
if (!existsSync(CORPUS)) console.log('Fixes in the corpus: skipped, there is none.');

const SETTINGS: readonly Settings[] = [
  DEFAULT_SETTINGS,
  readSettings({ platform: 'openshift', kubernetesVersion: '1.18' }),
  readSettings({ kubernetesVersion: '1.34' }),
];

/** Codes of findings whose `repair` is not the one that their fixes show. */
function wrong(text: string): readonly string[] {
  return SETTINGS.flatMap((settings) =>
    analyzeText(text, settings)
      .documents.flatMap(({ analysis }) => analysis.findings)
      .filter((finding) => finding.repair !== repairOf(fixesOf(finding)))
      .map(({ code, repair, message }) => `${code}: ${repair}: ${message}`),
  );
}

describe('what is told before fixes are made', () => {
  test('holds for the literate specs', () => {
    const folder = path.resolve('test/practices');
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.md'))) {
      const blocks = readFileSync(path.join(folder, name), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g);
      // Carets make a block hard to read as YAML; without them it is what its spec is about.
      for (const [, block = ''] of blocks) expect(wrong(block.replace(/^ *\^.*\n/gm, ''))).toEqual([]);
    }
  });

  test('holds for generated manifests', () => {
    fc.assert(
      fc.property(manifest(), ({ text }) => {
        expect(wrong(text)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  test.runIf(existsSync(CORPUS))('holds for the corpus', () => {
    const files = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(CORPUS, name))
      .filter((file, index) => index % 15 === 0 && statSync(file).isFile() && statSync(file).size < 100_000);
    for (const file of files) expect(wrong(readFileSync(file, 'utf8')), file).toEqual([]);
  });
});

describe('the fixes of a finding', () => {
  test('are the same objects for as long as it is kept', () => {
    const [placed] = findings(
      'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: example.com/a:1\n',
    );
    expect(placed).toBeDefined();
    if (placed === undefined) return;
    expect(fixesOf(placed)).not.toEqual([]);
    findings('kind: Pod').forEach(fixesOf);
    expect(fixesOf(placed)).toBe(fixesOf(placed));
  });
});

function findings(text: string): readonly PlacedFinding['finding'][] {
  return analyzeText(text, DEFAULT_SETTINGS).documents.flatMap(({ analysis }) => analysis.findings);
}
