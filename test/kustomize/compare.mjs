/**
 * Compares Podproof with kustomize over whole trees: `node test/kustomize/compare.mjs [FOLDER...]`, after `npm run build`. For every
 * kustomization that builds without the network, the findings of `podproof check OVERLAY` have to be those of its build's output, and
 * a patch of `podproof fix --patch` has to leave nothing to fix in it. Without a folder, the corpus beside the project is compared.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const cli = join(project, 'dist/cli.js');
const given = process.argv.slice(2).map((folder) => resolve(folder));
const folders = given.length > 0 ? given : [resolve(project, '../shared/corpus')];

/** Nothing listens there, so that what would be fetched fails at once. */
const offline = {
  HTTPS_PROXY: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
  GIT_TERMINAL_PROMPT: '0',
};

function run(program, args, { cwd, input } = {}) {
  return spawnSync(program, args, {
    cwd,
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 60_000,
    env: { ...process.env, ...offline },
  });
}

const builders = [
  ['kustomize', 'build'],
  ['kubectl', 'kustomize'],
];
const builder = builders.find(([program]) => run(program, ['version']).error === undefined);
const missing = folders.find((folder) => !existsSync(folder));
if (builder === undefined || missing !== undefined || !existsSync(cli)) {
  const why = builder === undefined ? 'no kustomize and no kubectl' : `no ${missing ?? 'dist/cli.js'}`;
  console.log(`Skipped: there is ${why}.`);
  process.exit(0);
}

function build(folder) {
  const { status, stdout } = run(builder[0], [builder[1], folder]);
  return status === 0 ? stdout : undefined;
}

function podproof(args, options) {
  const result = run(process.execPath, [cli, ...args], options);
  if (result.status === null) throw new Error(`podproof ${args.join(' ')}: ${result.error ?? result.signal}`);
  return result;
}

function* kustomizationsBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')) {
      yield* kustomizationsBelow(path);
    } else if (/^(?:kustomization\.ya?ml|Kustomization)$/.test(entry.name)) yield folder;
  }
}

function keysOf(findings) {
  return findings
    .map(({ code, workload, containerList, container }) => {
      const { kind, namespace, name } = workload;
      return [code, kind, namespace, name, containerList, container].join(' ');
    })
    .sort();
}

function withoutEach(all, others) {
  const rest = [...others];
  return all.filter((one) => {
    const index = rest.indexOf(one);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}

const counts = { overlays: 0, findings: 0, agreements: 0, hardened: 0, notBuilt: 0 };
let hasFailed = false;

function complain(folder, what, details) {
  hasFailed = true;
  console.log(`${folder}: ${what}`);
  for (const detail of details) console.log(`  ${detail}`);
}

for (const root of folders) {
  const copy = mkdtempSync(join(tmpdir(), 'podproof-compare-'));
  cpSync(root, copy, { recursive: true });
  for (const folder of new Set(kustomizationsBelow(copy))) {
    const built = build(folder);
    if (built === undefined) {
      counts.notBuilt++;
      continue;
    }
    const name = relative(copy, folder);
    const asJson = ['check', '--format', 'json', '--fail-on', 'never'];
    const theirs = keysOf(JSON.parse(podproof([...asJson, '-'], { input: built }).stdout).findings);
    const ours = keysOf(
      JSON.parse(podproof([...asJson, name], { cwd: copy }).stdout).findings.filter(({ overlays }) =>
        overlays?.includes(name),
      ),
    );
    counts.overlays++;
    counts.findings += theirs.length;
    const missed = withoutEach(theirs, ours).map((one) => `only in the build: ${one}`);
    const added = withoutEach(ours, theirs).map((one) => `only in the check: ${one}`);
    if (missed.length + added.length === 0) counts.agreements++;
    else complain(name, 'the check differs from the build', [...missed, ...added]);

    const fixed = podproof(['fix', '--patch', name], { cwd: copy });
    const again = build(folder);
    const left =
      again === undefined ? 'nothing builds' : podproof(['fix', '--diff', '-'], { input: again }).stdout;
    if (left === '') counts.hardened++;
    else complain(name, 'the patch leaves something to fix', [fixed.stderr, left]);
    // The next overlay starts from what was there.
    rmSync(copy, { recursive: true, force: true });
    cpSync(root, copy, { recursive: true });
  }
  rmSync(copy, { recursive: true, force: true });
}
console.log(
  `${counts.overlays} overlays with ${counts.findings} findings: ${counts.agreements} agree with ${builder.join(' ')}, ` +
    `${counts.hardened} have nothing left to fix after a hardening patch; ${counts.notBuilt} do not build offline.`,
);
process.exitCode = hasFailed ? 1 : 0;
