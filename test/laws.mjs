// The laws over as many documents as are asked for: npm run test:laws -- [--runs N] [--seed N] [words for vitest]
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.dirname(import.meta.dirname);

function fail(message) {
  console.error(`${message}\nUsage: npm run test:laws -- [--runs N] [--seed N] [words for vitest]`);
  process.exit(2);
}

function number(name, text) {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(value)) fail(`--${name} takes a whole number.`);
  return value;
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: { runs: { type: 'string' }, seed: { type: 'string' } },
      allowPositionals: true,
    });
    return {
      runs: number('runs', values.runs ?? '20000'),
      seed: number('seed', values.seed ?? String(Date.now() % 2 ** 31)),
      words: positionals,
    };
  } catch (error) {
    return fail(error.message);
  }
}

const { runs, seed, words } = readArguments();
console.log(`Laws over ${runs} generated documents, seed ${seed}.`);
const { status, error } = spawnSync(
  process.execPath,
  [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...(words.length > 0 ? words : ['test/laws'])],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PODPROOF_LAW_RUNS: String(runs), PODPROOF_LAW_SEED: String(seed) },
  },
);
if (error !== undefined) console.error(error.message);
console.log(`The seed was ${seed}: npm run test:laws -- --runs ${runs} --seed ${seed}`);
process.exitCode = status ?? 1;
