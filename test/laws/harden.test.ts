/** Laws of fixes and Harden over real manifests: `../shared/corpus`, where it is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import {
  fixSettles,
  hardenAddsNothing,
  hardenPassesRestricted,
  hardenSettles,
  hardenStaysValid,
  oneByOneEqualsHarden,
  type Violations,
} from './hardenLaws.ts';

const corpus = path.resolve('../shared/corpus');

interface Manifest {
  readonly name: string;
  readonly text: string;
}

function manifestsIn(folder: string): readonly Manifest[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }))
    .filter(({ text }) => !text.includes('{{') && findingsOf(analyzeText(text, DEFAULT_SETTINGS)).length > 0);
}

const examples = manifestsIn(path.resolve('examples'));
const real = existsSync(corpus) ? manifestsIn(corpus) : [];
if (real.length === 0) console.log('The laws over ../shared/corpus were skipped: it is not there.');

/** Runs a law over every manifest, and shows each violation with the manifest's name. */
function holds(law: (text: string) => Violations, manifests: readonly Manifest[]): void {
  const violations = manifests.flatMap(({ name, text }) =>
    law(text).map((violation) => `${name}: ${violation}`),
  );
  expect(violations).toEqual([]);
}

const many = { timeout: 120_000 };

describe.each([
  { where: 'the examples', manifests: examples },
  { where: 'the corpus', manifests: real },
])('Over $where', ({ manifests }) => {
  const run = test.skipIf(manifests.length === 0);

  run('Harden leaves nothing fixable and is done after one time', many, () =>
    holds(hardenSettles, manifests),
  );
  run('Harden adds no finding', many, () => holds(hardenAddsNothing, manifests));
  run('Harden writes nothing that the API server rejects', many, () => holds(hardenStaysValid, manifests));
  run('what Harden produces passes Pod Security restricted', many, () =>
    holds(hardenPassesRestricted, manifests),
  );

  run('every single fix removes its finding and adds none', many, () => {
    holds(
      (text) => findingsOf(analyzeText(text, DEFAULT_SETTINGS)).flatMap((placed) => fixSettles(text, placed)),
      manifests.filter(({ text }, index) => text.length < 10_000 && index % 3 === 0),
    );
  });

  run('the fixes one by one, first or last first, end where Harden ends', many, () => {
    const small = manifests.filter(({ text }) => text.length < 4_000).filter((_, index) => index % 8 === 0);
    holds((text) => oneByOneEqualsHarden(text, () => 0), small);
    holds((text) => oneByOneEqualsHarden(text, (count) => count - 1), small);
  });
});
