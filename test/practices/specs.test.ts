/** Runs the specs of this folder: every finding of a block has its carets, and all carets have their finding. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { present } from '../../shared/analysis/present.ts';
import { readSettings, type Settings } from '../../shared/catalog/settings.ts';
import { PRACTICE_IDS } from '../../shared/practices/practice.ts';
import { indexLines } from '../../shared/text/lineIndex.ts';
import { type Span, shifted } from '../../shared/text/span.ts';
import { readMarkers, type SpecBlock, specBlocks } from '../support/literate.ts';

const folder = path.dirname(new URL(import.meta.url).pathname);

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  const practice = PRACTICE_IDS.find((id) => id === path.basename(file, '.md'));
  describe(file, () => {
    for (const block of specBlocks(path.join(folder, file))) {
      test(`${block.title} (line ${block.line})`, () => {
        const { text, expected } = readMarkers(block.text);
        expect(found(text, block, block.options.get('only') ?? practice)).toEqual(expected);
      });
    }
  });
}

/**
 * A practice's own file shows its findings alone, and so does a block with `only=practice`; other files show all of them, as the
 * editor does with `present`.
 */
function found(text: string, block: SpecBlock, practice: string | undefined): readonly string[] {
  const lines = indexLines(text);
  const placed = findingsOf(analyzeText(text, settingsOf(block)));
  const shown: readonly { readonly code: string; readonly span: Span }[] = block.options.has('present')
    ? present(placed)
    : placed.map(({ finding, documentStart }) => ({
        code: finding.code,
        span: shifted(finding.span, documentStart),
      }));
  return shown
    .filter(({ code }) => practice === undefined || code.startsWith(`${practice}/`))
    .map(({ code, span }) => {
      const start = lines.positionAt(span.start);
      const end = lines.positionAt(span.end);
      expect(end.line).toBe(start.line);
      const name = practice === undefined ? code : code.slice(practice.length + 1);
      return `${start.line}:${start.character}-${end.character} ${name}`;
    })
    .sort();
}

/** Options such as `kubernetesVersion=1.26` are settings of the same name. */
function settingsOf(block: SpecBlock): Settings {
  const raw: Record<string, unknown> = {};
  for (const [name, value] of block.options) raw[name] = /^\d+$/.test(value) ? Number(value) : value;
  return readSettings(raw);
}
