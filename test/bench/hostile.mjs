/**
 * `npm run bench:hostile`: what each family of hostile texts costs in the analysis, the built server and the built command line, and how
 * that grows with the text. Writes `docs/hostile.md`.
 *
 * `--only=NAME` measures the families whose names hold it and prints them; `--largest=N` is the length of the longest text, in MB. Ends
 * with 1 where a family is not answered, or grows faster than n log n.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { timed } from './cli.mjs';
import { LanguageServer } from './languageServer.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    largest: { type: 'string', default: '50' },
  },
});
const MB = 1_000_000;
const largest = Number(options.largest) * MB;
/** A machine that does other work too measures longer ones no better. */
const LENGTHS = [MB / 2, MB, 2 * MB];
/** Times twice as long are 2 for n, and at these lengths 2.1 for n log n; the rest is what a busy machine adds. */
const LARGEST_GROWTH = 2.5;
/** Milliseconds below which the machine and not the text decides. */
const NOISE = 20;

const folder = mkdtempSync(path.join(tmpdir(), 'podproof-hostile-'));
const program = path.join(folder, 'family.cjs');
const server = path.join(root, 'dist/server.js');
const cli = path.join(root, 'dist/cli.js');
const probe = path.join(import.meta.dirname, 'probe.cjs');

const source = `
import { writeFileSync } from 'node:fs';
import { analyzeText } from './shared/analysis/analyze.ts';
import { DEFAULT_SETTINGS } from './shared/catalog/settings.ts';
import { FAMILIES, TEMPLATE_FAMILIES } from './test/hostile/families.ts';
const families = { ...FAMILIES, ...TEMPLATE_FAMILIES };
const [task, name, ...rest] = process.argv.slice(2);
if (task === 'names') console.log(JSON.stringify(Object.keys(families)));
else if (task === 'write') writeFileSync(rest[1], families[name](Number(rest[0])));
else {
  for (let at = 0; at < 20; at++) analyzeText(families[name](2000), DEFAULT_SETTINGS);
  for (const length of rest) {
    const text = families[name](Number(length));
    let best = Infinity;
    const until = performance.now() + 1500;
    for (let run = 0; run < 5 && (run < 2 || performance.now() < until); run++) {
      const start = performance.now();
      // A text that was never seen: the engine may remember the one before.
      analyzeText(text, DEFAULT_SETTINGS);
      best = Math.min(best, performance.now() - start);
    }
    console.log(JSON.stringify({ length: text.length, milliseconds: best }));
  }
}
`;

function run(...args) {
  const { stdout } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', timeout: 180_000 });
  return stdout
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The steepest doubling among those that take long enough to be measured; undefined where none does. */
function growthOf(lines) {
  const steps = lines.slice(1).map(({ length, milliseconds }, index) => {
    const before = lines[index];
    const doublings = Math.log2(length / before.length);
    return doublings < 0.5 || before.milliseconds < NOISE
      ? undefined
      : (milliseconds / before.milliseconds) ** (1 / doublings);
  });
  const known = steps.filter((step) => step !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** The built server: opened, and one character typed in the middle and taken back. */
async function inServer(text) {
  const started = new LanguageServer(
    process.execPath,
    ['--expose-gc', '--require', probe, server, '--stdio'],
    { pulls: true, folders: [] },
  );
  try {
    await started.initialize();
    await started.open('file:///warm.yaml', 'apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}\n');
    await started.probe();
    const uri = 'file:///hostile.yaml';
    const opened = await started.open(uri, text);
    const shown = started.last.items?.length ?? 0;
    const line = Math.floor(text.split('\n', 100_000).length / 2);
    const start = { line, character: 0 };
    const typed = await started.change(uri, 2, { range: { start, end: start }, text: 'x' });
    const { stall } = await started.probe();
    return { opened, typed, stall, shown, memory: started.memory().most };
  } catch (error) {
    return { failed: error.message };
  } finally {
    await started.stop();
  }
}

const whole = (number) => (number < 10 ? number.toFixed(1) : number.toFixed(0));
const inMb = (length) => whole(length / MB);

async function measure(name) {
  const lines = run('time', name, ...LENGTHS.map(String));
  const file = path.join(folder, 'hostile.yaml');
  run('write', name, String(largest), file);
  const text = readFileSync(file, 'utf8');
  const { time, memory, status } = timed([cli, 'check', file]);
  const served = await inServer(text);
  return { name, lines, growth: growthOf(lines), length: text.length, cli: { time, memory, status }, served };
}

function rowOf({ name, lines, growth, length, cli: told, served }) {
  const cells = [
    name,
    whole(lines.at(-1)?.milliseconds ?? 0),
    growth === undefined ? '–' : growth.toFixed(1),
    inMb(length),
    `${whole(told.time / 1000)} s, ${whole(told.memory ?? 0)} MB`,
    served.failed ?? `${whole(served.opened / 1000)} s, ${whole(served.memory)} MB`,
    served.failed === undefined ? whole(served.typed) : '',
    served.failed === undefined ? whole(served.stall) : '',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Why a family does not hold; undefined where it does. */
function faultOf({ name, lines, growth, cli: told, served }) {
  if (lines.length < LENGTHS.length) return `${name}: the analysis did not come to its end`;
  if (![0, 1, 2].includes(told.status)) return `${name}: the command line ended with ${told.status}`;
  if (served.failed !== undefined) return `${name}: ${served.failed}`;
  if (growth !== undefined && growth > LARGEST_GROWTH)
    return `${name}: twice as much takes ${growth.toFixed(1)} times as long`;
  return undefined;
}

const HEAD = [
  'family',
  '2 MB analyzed, ms',
  'growth',
  'largest, MB',
  'command line',
  'server opens',
  'typed, ms',
  'longest stall, ms',
];

try {
  await build({
    stdin: { contents: source, resolveDir: root, loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    alias: { yaml: path.join(root, 'node_modules/yaml/browser/index.js') },
    logLevel: 'warning',
  });
  const names = run('names')[0].filter((name) => name.includes(options.only));
  const head = `| ${HEAD.join(' | ')} |\n|${HEAD.map(() => '---|').join('')}`;
  console.log(head);
  const measured = [];
  for (const name of names) {
    const one = await measure(name);
    measured.push(one);
    console.log(rowOf(one));
  }
  const faults = measured.map(faultOf).filter((fault) => fault !== undefined);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  if (options.only === '') {
    const page = [
      '# How hostile texts are answered',
      [
        'Written by `npm run bench:hostile`. Each family of texts (`test/hostile/families.ts`) is one way to make a reader slow, deep or wrong.',
        '*Growth* is how many times as long twice as much text takes the analysis, the steepest of the doublings from half a megabyte',
        'to two: 2 is linear, 2.1 is n log n; a dash says that it is too fast to tell. The *largest* text is one file, which `podproof check` reads and the built',
        'server opens; a character is *typed* in its middle. A *stall* is how long the event loop of the server stands still, which is what keeps another',
        'request waiting. A document past a bound (`SECURITY.md` has them) is skipped with one diagnostic that says so.',
      ].join('\n'),
      `Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim()}).`,
      [head, ...measured.map(rowOf)].join('\n'),
    ];
    writeFileSync(path.join(root, 'docs/hostile.md'), `${page.join('\n\n')}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
