/** Laws of fixes and Harden over generated manifests of every kind and style, and over mutations of real ones. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { type ManifestOptions, manifest } from '../support/manifestArbitrary.ts';
import {
  broughtIntoForce,
  fixSettles,
  hardenAddsNothing,
  hardened,
  hardenKeepsLines,
  hardenPassesRestricted,
  hardenSettles,
  hardenStaysValid,
  oneByOneEqualsHarden,
  type Violations,
} from './hardenLaws.ts';
import { mutated } from './mutate.ts';
import { LAW_TIMEOUT, lawRuns } from './runs.ts';

const seeds = fc.integer({ min: 1, max: 2 ** 30 });

/** What the API server would take, so that whatever it rejects afterwards is Harden's doing. */
const VALID: ManifestOptions = { accepted: true, maxObjects: 2 };
/** Pod Security takes a pod for a Windows one by its `os` alone, and not by the nodes that it asks for. */
const VALID_LINUX: ManifestOptions = { ...VALID, windows: false };
/** Whatever people write: quoted ids, fields where nothing reads them. */
const ANY: ManifestOptions = { invalid: true, misplaced: true, maxObjects: 2 };

/** Holds a law against so much of all generated documents. */
function holds(
  share: number,
  options: ManifestOptions,
  law: (text: string, seed: number) => Violations,
): void {
  fc.assert(
    fc.property(manifest(options), seeds, ({ text }, seed) => {
      expect(law(text, seed)).toEqual([]);
    }),
    lawRuns(share),
  );
}

function findingsIn(text: string): ReturnType<typeof findingsOf> {
  return findingsOf(analyzeText(text, DEFAULT_SETTINGS));
}

function settles(text: string): Violations {
  return [...hardenSettles(text), ...hardenAddsNothing(text)];
}

const slow = { timeout: LAW_TIMEOUT };

describe('over generated manifests', () => {
  test('Harden leaves nothing fixable, adds no finding, and is done after one time', slow, () => {
    holds(0.08, ANY, (text) => [...hardenKeepsLines(text), ...settles(broughtIntoForce(text))]);
  });

  test('Harden writes nothing that the API server rejects, and passes Pod Security restricted', slow, () => {
    holds(0.05, VALID, hardenStaysValid);
    holds(0.05, VALID_LINUX, hardenPassesRestricted);
  });

  test('a single fix removes its finding and adds none', slow, () => {
    holds(0.05, VALID, (text, seed) => {
      const all = findingsIn(text);
      const placed = all[seed % Math.max(all.length, 1)];
      return placed === undefined ? [] : fixSettles(text, placed);
    });
  });

  test('the fixes one by one, in any order, end where Harden ends', slow, () => {
    holds(0.01, { ...VALID, maxObjects: 1 }, (text, seed) => {
      let state = seed;
      return oneByOneEqualsHarden(text, (count) => {
        state = (state * 48271) % 2147483647;
        return state % count;
      });
    });
  });

  test('where prettier is content it stays content', slow, async () => {
    let checked = 0;
    const runs = lawRuns(0.02);
    const options: ManifestOptions = {
      ...VALID,
      formats: ['block'],
      fixed: { flow: 0, anchors: 0, tags: 0 },
    };
    await fc.assert(
      fc.asyncProperty(manifest(options), async ({ text }) => {
        const once = await formatted(text);
        if (once === undefined || (await formatted(once)) !== once) return;
        const after = hardened(once);
        if (after === once) return;
        checked++;
        expect(await formatted(after)).toBe(after);
      }),
      runs,
    );
    expect(checked).toBeGreaterThan(runs.numRuns / 10);
  });
});

const corpus = path.resolve('../shared/corpus');
const real = existsSync(corpus)
  ? (readdirSync(corpus, { recursive: true }) as string[])
      .filter((name) => /\.(ya?ml|json)$/.test(name))
      .sort()
      .map((name) => readFileSync(path.join(corpus, name), 'utf8'))
      .filter((text) => text.length < 8_000 && /^\s*-? *image:/m.test(text))
  : [];
if (real.length === 0) console.log('The laws over ../shared/corpus were skipped: it is not there.');

describe.skipIf(real.length === 0)('over mutations of real manifests', () => {
  test('Harden leaves nothing fixable, adds no finding, and is done after one time', slow, () => {
    fc.assert(
      fc.property(fc.nat(real.length - 1), seeds, (index, seed) => {
        const text = mutated(real[index] as string, seed);
        expect([...hardenKeepsLines(text), ...settles(broughtIntoForce(text))]).toEqual([]);
      }),
      lawRuns(0.04),
    );
  });
});

/** A text as prettier leaves it, or undefined where prettier cannot read it. */
async function formatted(text: string): Promise<string | undefined> {
  try {
    return await format(text, { parser: 'yaml' });
  } catch {
    return undefined;
  }
}
