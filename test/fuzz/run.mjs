/**
 * `npm run fuzz -- [seconds] [target ...]`: coverage-guided fuzzing of what reads other people's text, each target for so many seconds.
 *
 * Installs the fuzzer at first use. What it finds interesting is kept in `out/fuzz/`; a crash is written there and ends the run with 1.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const folder = import.meta.dirname;
const root = path.resolve(folder, '../..');
const targetsFolder = path.join(folder, 'targets');
const all = readdirSync(targetsFolder).map((name) => path.basename(name, '.ts'));

const [seconds = '60', ...named] = process.argv.slice(2);
const targets = named.length > 0 ? named : all;
for (const target of targets) {
  if (!all.includes(target)) throw new Error(`There is no target ${target}; there are ${all.join(', ')}.`);
}

if (!existsSync(path.join(folder, 'node_modules'))) {
  const npm = ['npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']];
  const { status } = spawnSync(...npm, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

const out = path.join(root, 'out/fuzz');
await build({
  entryPoints: targets.map((target) => path.join(targetsFolder, `${target}.ts`)),
  outdir: out,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  alias: { yaml: path.join(root, 'node_modules/yaml/browser/index.js') },
  logLevel: 'warning',
});

for (const target of targets) {
  const corpus = path.join(out, `${target}-corpus`);
  mkdirSync(corpus, { recursive: true });
  cpSync(path.join(root, 'examples'), corpus, { recursive: true, filter: (name) => !name.endsWith('.md') });
  console.log(`\n== ${target}, ${seconds} seconds`);
  const limits = [`-max_total_time=${seconds}`, '-max_len=4096', '-timeout=10', '-rss_limit_mb=3072'];
  const { status } = spawnSync(
    path.join(folder, 'node_modules/.bin/jazzer'),
    [`${target}.js`, corpus, '--sync', '--includes', `${target}.js`, '--', ...limits, '-print_final_stats=1'],
    { cwd: out, stdio: 'inherit' },
  );
  if (status !== 0) process.exitCode = 1;
}
