/**
 * Compares what is said of charts' templates with what is said of their rendering by Helm: `node test/helm/compare.mjs FOLDER...` looks for
 * charts in the folders, `../shared/corpus` where none is named. Needs the built command line, and the program that HELM names or `helm`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const cli = path.join(root, 'dist/cli.js');
const helm = process.env.HELM ?? 'helm';
const named = process.argv.slice(2);
const folders = named.length > 0 ? named : [path.join(root, '../shared/corpus')];

function skip(reason) {
  console.log(`Skipped: ${reason}.`);
  process.exit(0);
}

if (spawnSync(helm, ['version']).status !== 0) skip('there is no helm');
if (!existsSync(cli)) skip('the command line is not built; npm run build');
if (!folders.every((folder) => existsSync(folder))) skip(`there is no ${folders.join(' or ')}`);

function* chartsBelow(folder) {
  if (existsSync(path.join(folder, 'Chart.yaml'))) {
    if (existsSync(path.join(folder, 'templates'))) yield folder;
    return;
  }
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* chartsBelow(path.join(folder, entry.name));
  }
}

function findingsIn(args, cwd, input) {
  const run = spawnSync(process.execPath, [cli, 'check', '--format', 'json', '--fail-on', 'never', ...args], {
    cwd,
    input,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  return JSON.parse(run.stdout).findings;
}

/** The findings of the rendering, by the template that wrote each. */
function renderedFindings(chart, rendering) {
  const lines = rendering.split('\n');
  const sources = [];
  let source = '';
  for (const [index, line] of lines.entries()) {
    source = /^# Source: [^/]+\/(.*)$/.exec(line)?.[1] ?? source;
    sources[index] = source;
  }
  return findingsIn(['-'], chart, rendering).map((finding) => ({
    ...finding,
    template: sources[finding.range.start.line],
    line: lines[finding.range.start.line],
  }));
}

/** What a finding is about. The names of objects are left out where templates make them up anew each time. */
function keyOf({ code, container, containerList, workload }) {
  return [code, workload?.kind, containerList, container].join(' ');
}

/** The key on a line, by which a line of the rendering is known in the template. */
function wordOn(line) {
  return /^\s*(?:- )*\s*"?([\w./-]+)"?:/.exec(line)?.[1] ?? line.trim();
}

/** A build of Helm without version information takes Kubernetes for a very old one. */
const KUBERNETES = '1.31.0';

const total = {
  charts: 0,
  failing: 0,
  templates: 0,
  told: 0,
  withValues: 0,
  inRendering: 0,
  found: 0,
  rightLine: 0,
  notTaken: 0,
};
const contradictions = [];
for (const folder of folders) {
  for (const chart of chartsBelow(path.resolve(folder))) {
    total.charts++;
    const rendered = spawnSync(helm, ['template', 'release-name', chart, '--kube-version', KUBERNETES], {
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    if (rendered.status !== 0) {
      total.failing++;
      console.log(`${chart}: Helm cannot render it: ${rendered.stderr.split('\n')[0]}`);
      continue;
    }
    const own = findingsIn(['.'], chart).filter(({ file }) => /(?:^|\/)templates\//.test(file));
    const expected = renderedFindings(chart, rendered.stdout);
    total.told += own.length;
    total.withValues += own.filter(({ values }) => values !== undefined).length;
    total.inRendering += expected.length;
    const files = new Set(
      readdirSync(chart, { recursive: true }).filter((file) => /(?:^|\/)templates\/.*\.ya?ml$/.test(file)),
    );
    total.templates += files.size;
    const writing = new Set(
      /^# Source: [^/]+\/.*$/gm
        [Symbol.match](rendered.stdout)
        ?.map((line) => line.replace(/^# Source: [^/]+\//, '')),
    );
    const containers = new Set(expected.map((finding) => `${finding.template} ${finding.container}`));
    for (const file of files) {
      const lines = readFileSync(path.join(chart, file), 'utf8').split(/\r?\n/);
      const here = own.filter((finding) => path.normalize(finding.file) === file);
      const left = expected.filter(({ template }) => template === file);
      for (const finding of here) {
        const key = keyOf(finding);
        const at = left.findIndex((other) => keyOf(other) === key);
        const line = lines[finding.range.start.line] ?? '';
        if (at < 0) {
          const isKnown = expected.some((other) => other.template === file && keyOf(other) === key);
          // What stands in a branch that the values do not take is not in the rendering at all.
          const isTaken = writing.has(file) && containers.has(`${file} ${finding.container}`);
          if (!isKnown && isTaken)
            contradictions.push(
              `${chart}/${file}:${finding.range.start.line + 1} ${key}: ${finding.message}`,
            );
          else if (!isKnown) total.notTaken++;
          continue;
        }
        // A line in a loop stands for several of the rendering.
        const [first] = left.splice(at, 1);
        const word = wordOn(first.line);
        const isRight = line.includes(word) || line.includes('{{');
        total.found++;
        if (isRight) total.rightLine++;
        else
          console.log(`${chart}/${file}:${finding.range.start.line + 1} stands for "${first.line.trim()}"`);
      }
      const said = new Set(here.map(keyOf));
      for (const missing of left) {
        if (said.has(keyOf(missing))) {
          total.found++;
          total.rightLine++;
        } else {
          console.log(`${chart}/${file} misses ${keyOf(missing)}`);
        }
      }
    }
  }
}
console.log(total);
console.log(
  `${((100 * total.rightLine) / Math.max(1, total.inRendering)).toFixed(1)} % of the rendering's findings stand at the right line.`,
);
console.log(`${contradictions.length} contradictions`, contradictions);
process.exitCode = contradictions.length > 0 ? 1 : 0;
