/** Typing: a half-typed line makes no squiggle of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';

const folder = path.resolve('examples');
const examples = readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name));

/** Lengths of what has been typed of a line: its indentation at once, then every character. */
function typedLengths(line: string): readonly number[] {
  const indent = line.length - line.trimStart().length;
  return [0, ...Array.from({ length: line.length - indent }, (_, index) => indent + index + 1)];
}

/**
 * How often each check of absence speaks in each workload. Not by place, name or index: typing moves the text below it, a name is typed
 * letter by letter, and a dash typed above a container gives that container the next index.
 */
function absences(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { finding } of findingsOf(analyzeText(text, DEFAULT_SETTINGS))) {
    if (!finding.aboutAbsence) continue;
    const { workload, container, code } = finding;
    const key = [code, workload.kind, container?.list ?? 'pod'].join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** What speaks more often than in every one of the texts it is held against. */
function newOnes(text: string, ...before: readonly ReadonlyMap<string, number>[]): readonly string[] {
  return [...absences(text)]
    .filter(([key, count]) => before.every((known) => (known.get(key) ?? 0) < count))
    .map(([key]) => key);
}

describe.each(examples)('%s', (name) => {
  const whole = readFileSync(path.join(folder, name), 'utf8');
  const lines = whole.split('\n');
  const complete = absences(whole);

  test('a line typed anew above or below itself adds no finding of absence', { timeout: 120_000 }, () => {
    const broken: string[] = [];
    lines.forEach((line, index) => {
      for (const at of [index, index + 1]) {
        for (const length of typedLengths(line)) {
          const typed = line.slice(0, length);
          const text = [...lines.slice(0, at), typed, ...lines.slice(at)].join('\n');
          const added = newOnes(text, complete);
          if (added.length > 0) broken.push(`${at + 1}: ${JSON.stringify(typed)} adds ${added.join('; ')}`);
        }
      }
    });
    expect(broken).toEqual([]);
  });

  test('a line typed in its place shows only what was missing before it or is missing after it', {
    timeout: 120_000,
  }, () => {
    const broken: string[] = [];
    lines.forEach((line, index) => {
      const rest = lines.slice(index + 1);
      const without = [...lines.slice(0, index), '', ...rest].join('\n');
      const before = absences(without);
      for (const length of typedLengths(line).slice(1, -1)) {
        const typed = line.slice(0, length);
        const added = newOnes([...lines.slice(0, index), typed, ...rest].join('\n'), before, complete);
        if (added.length > 0) broken.push(`${index + 1}: ${JSON.stringify(typed)} adds ${added.join('; ')}`);
      }
    });
    expect(broken).toEqual([]);
  });
});
