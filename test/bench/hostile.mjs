/**
 * `npm run bench:hostile`: how long and how much memory each family of hostile texts takes, and how that grows with the text.
 *
 * Each family runs in a process of its own, at doubling lengths. Growth is the time at one length over the time at half of it, for
 * the longest pair: 2 is linear. Prints the table as Markdown.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'podproof-hostile-'));
const file = path.join(folder, 'family.cjs');
const LENGTHS = [64, 128, 256, 512, 1024].map((kilo) => kilo * 1024);

const source = `
import { analyzeText } from './shared/analysis/analyze.ts';
import { DEFAULT_SETTINGS } from './shared/catalog/settings.ts';
import { FAMILIES, TEMPLATE_FAMILIES } from './test/hostile/families.ts';
const families = { ...FAMILIES, ...TEMPLATE_FAMILIES };
const [name, ...lengths] = process.argv.slice(2);
if (name === undefined) console.log(JSON.stringify(Object.keys(families)));
else {
  analyzeText(families[name](2000), DEFAULT_SETTINGS);
  for (const length of lengths) {
    const text = families[name](Number(length));
    const start = performance.now();
    analyzeText(text, DEFAULT_SETTINGS);
    const memory = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(JSON.stringify({ length: text.length, milliseconds: performance.now() - start, memory }));
  }
}
`;

function run(...args) {
  const { stdout, signal } = spawnSync(process.execPath, [file, ...args], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  return {
    lines: stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
    signal,
  };
}

try {
  await build({
    stdin: { contents: source, resolveDir: root, loader: 'ts' },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    alias: { yaml: path.join(root, 'node_modules/yaml/browser/index.js') },
    logLevel: 'warning',
  });
  const [names] = run().lines;
  console.log('| family | longest answered | ms | MB | growth |\n|---|---|---|---|---|');
  for (const name of names) {
    const { lines, signal } = run(name, ...LENGTHS.map(String));
    const last = lines.at(-1);
    const before = lines.at(-2);
    const growth = last && before ? (last.milliseconds / before.milliseconds).toFixed(1) : '';
    const cells = last
      ? [last.length, last.milliseconds.toFixed(0), last.memory, growth]
      : ['none', '', '', ''];
    console.log(`| ${name}${signal ? ' (stopped after two minutes)' : ''} | ${cells.join(' | ')} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
