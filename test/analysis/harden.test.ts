/** Runs harden.md: each case is a text, what Harden makes of it, and what it cannot change. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { type HardenScope, harden } from '../../shared/analysis/fix.ts';
import { readSettings } from '../../shared/catalog/settings.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';
import { type SpecBlock, specBlocks } from '../support/literate.ts';

const file = path.join(import.meta.dirname, 'harden.md');

/** Documents as they are, as they come out, and lines `code: why not`, by their heading. */
function cases(): readonly { readonly before: SpecBlock; readonly after: SpecBlock; readonly not: string }[] {
  const texts = specBlocks(file);
  const reasons = new Map(specBlocks(file, 'text').map(({ title, text }) => [title, text]));
  return texts.flatMap((before, index) => {
    const after = texts[index + 1];
    if (index % 2 === 1) return [];
    if (after?.title !== `${before.title} (2)`) throw new Error(`"${before.title}" needs two documents.`);
    return [{ before, after, not: reasons.get(before.title) ?? '' }];
  });
}

/** `container=name` and `pod=name` narrow Harden down, with the name of a container in either case. */
function scopeOf(text: string, { options }: SpecBlock): HardenScope {
  const name = options.get('container') ?? options.get('pod');
  if (name === undefined) return { scope: 'file' };
  const found = findingsOf(analyzeText(text, readSettings({}))).find(
    ({ finding }) => finding.container?.name === name,
  );
  if (found === undefined || found.finding.container === null)
    throw new Error(`Nothing is found in ${name}.`);
  const { documentStart, finding } = found;
  return options.has('pod')
    ? { scope: 'pod', documentStart, path: finding.pod.path }
    : { scope: 'container', documentStart, path: found.finding.container.path };
}

describe('harden.md', () => {
  for (const { before, after, not } of cases()) {
    test(`${before.title} (line ${before.line})`, () => {
      const { text } = before;
      const { edits, declined } = harden(analyzeText(text, readSettings({})), scopeOf(text, before));
      expect(applyEdits(text, edits)).toBe(after.text);
      const reasons = declined.map(({ placed, reason }) => `${placed.finding.code}: ${reason}\n`);
      expect(reasons.join('')).toBe(not);
    });
  }
});
