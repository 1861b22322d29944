/** Growth: how the time of opening and checking goes with the size of a text, for manifests and for hostile families. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { timed } from './cli.mjs';
import { randomFrom, streamOf } from './inputs.mjs';
import { rounded } from './statistics.mjs';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.js');
const MANIFEST = 'apiVersion: v1\nkind: Pod\nspec:\n';

/** Texts of a family, by their size in characters; each doubles from one step to the next. */
const FAMILIES = {
  manifests: { sizes: [100e3, 1e6, 10e6, 20e6], make: (size) => streamOf(randomFrom(5), size) },
  'nested brackets': { sizes: [250e3, 500e3, 1e6], make: (size) => MANIFEST + '['.repeat(size) },
  'nested keys': { sizes: [250e3, 500e3, 1e6], make: deepKeys },
  'alias bomb': { sizes: [250e3, 500e3, 1e6], make: aliases },
  'duplicate keys': {
    sizes: [250e3, 500e3, 1e6],
    make: (size) => MANIFEST + '  same: value\n'.repeat(size / 14),
  },
  'open quote': {
    sizes: [250e3, 500e3, 1e6],
    make: (size) => `${MANIFEST}  a: "${'b: c\n'.repeat(size / 5)}`,
  },
  'one line': { sizes: [250e3, 500e3, 1e6], make: (size) => `${MANIFEST}  a: ${'b'.repeat(size)}\n` },
  'tiny documents': { sizes: [250e3, 500e3, 1e6], make: (size) => '---\nkind: A\n'.repeat(size / 12) },
};

function deepKeys(size) {
  let text = MANIFEST;
  for (let depth = 1; text.length < size; depth++) text += `${' '.repeat(Math.min(depth, 2000))}a:\n`;
  return text;
}

function aliases(size) {
  let text = `${MANIFEST}  a0: &a0 [x]\n`;
  for (let at = 1; text.length < size; at++) text += `  a${at}: &a${at} [${`*a${at - 1}, `.repeat(8)}x]\n`;
  return text;
}

/** Milliseconds that `podproof check` takes for each size of each family, the start of its process taken off. */
export async function measureGrowth(folder, _startServer, scale) {
  const floor = Math.min(...Array.from({ length: 3 }, () => timed([cli, '--version']).time));
  const growth = {};
  for (const [family, { sizes, make }] of Object.entries(FAMILIES)) {
    growth[family] = sizes.map((size) => {
      const file = path.join(folder, 'growth.yaml');
      writeFileSync(file, make(size));
      const runs = Array.from({ length: scale < 1 ? 1 : 3 }, () => timed([cli, 'check', file]));
      const best = runs.reduce((a, b) => (a.time < b.time ? a : b));
      return {
        size,
        time: rounded(Math.max(0, best.time - floor)),
        memory: rounded(best.memory ?? 0),
        exit: best.status,
      };
    });
  }
  return growth;
}
