/** Faults of the file system: pipes, devices, circles, a full disk. None blocks a run, and none leaves half a file. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, folderWith } from './commandLine.ts';
import { HARDENED, WRITABLE } from './manifests.ts';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'podproof-faults-'));
  program = join(folder, 'cli.js');
  await build({
    entryPoints: ['cli/main.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    alias: { yaml: './node_modules/yaml/browser/index.js' },
    outfile: program,
  });
  // For whoever runs it, also one who is not root.
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Longer than any run of these takes, so that one that is blocked fails and does not hang the test. */
const PATIENCE = 120_000;

/** Runs the program in a process of its own; `limit` is the largest file that it may write, in KiB. */
function podproof(
  argv: readonly string[],
  cwd: string,
  { input = '', uid, limit }: { input?: string; uid?: number; limit?: number } = {},
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const command =
    limit === undefined
      ? [process.execPath, program, ...argv]
      : // A process that is told of the limit by an error, and not by its end.
        [
          'bash',
          '-c',
          `trap '' XFSZ; ulimit -f ${limit}; exec "$@"`,
          'bash',
          process.execPath,
          program,
          ...argv,
        ];
  const [file = '', ...rest] = command;
  return spawnSync(file, rest, {
    cwd,
    input,
    encoding: 'utf8',
    timeout: PATIENCE,
    ...(uid !== undefined && { uid, gid: uid }),
  });
}

describe.skipIf(process.platform === 'win32')('a pipe that nobody fills blocks nothing', () => {
  const CHART = 'apiVersion: v2\nname: c\nversion: 1.0.0\n';
  it.each<[string, Record<string, string>]>([
    ['.podproof.yaml', {}],
    ['Dockerfile', { 'compose.yaml': 'services: {web: {image: web, build: .}}\n' }],
    ['compose.yaml', {}],
    ['kustomization.yaml', {}],
    ['base.yaml', { 'kustomization.yaml': 'resources: [base.yaml]\n' }],
    ['chart/Chart.yaml', { 'chart/templates/a.yaml': WRITABLE }],
    ['chart/values.yaml', { 'chart/Chart.yaml': CHART, 'chart/templates/a.yaml': WRITABLE }],
    ['chart/templates/b.yaml', { 'chart/Chart.yaml': CHART, 'chart/templates/a.yaml': WRITABLE }],
    ['chart/charts/b.tgz', { 'chart/Chart.yaml': CHART, 'chart/templates/a.yaml': WRITABLE }],
  ])('%s', (pipe, files) => {
    const cwd = folderWith({ ...files, 'pod.yaml': WRITABLE });
    mkdirSync(join(cwd, pipe, '..'), { recursive: true });
    execFileSync('mkfifo', [join(cwd, pipe)]);
    const { status, stdout } = podproof(['check', '.'], cwd);
    expect(status).toBe(1);
    expect(stdout).toContain('pod.yaml');
  });
});

describe.skipIf(process.platform !== 'linux')('a device', () => {
  it('that never ends is not begun where a link leads to it', () => {
    const cwd = folderWith({ 'pod.yaml': WRITABLE });
    for (const name of ['zero.yaml', '.podproof.yaml', 'Dockerfile'])
      symlinkSync('/dev/zero', join(cwd, name));
    expect(podproof(['check', '.'], cwd)).toMatchObject({ status: 1, stderr: '' });
  });

  it('that is named is read as far as any file is', () => {
    const cwd = folderWith({});
    const { status, stderr } = podproof(['check', '/dev/zero'], cwd);
    expect(stderr).toBe('podproof: /dev/zero: larger than 256 MiB\n');
    expect(status).toBe(2);
  });
});

describe.skipIf(process.platform === 'win32')('what cannot be read', () => {
  it('is told, and the rest is checked: no permission, a circle of links, a folder of the name of a file', () => {
    const cwd = folderWith({ 'pod.yaml': WRITABLE, 'closed.yaml': WRITABLE, 'closed/pod.yaml': WRITABLE });
    chmodSync(cwd, 0o755);
    chmodSync(join(cwd, 'closed.yaml'), 0);
    chmodSync(join(cwd, 'closed'), 0);
    symlinkSync('b.yaml', join(cwd, 'a.yaml'));
    symlinkSync('a.yaml', join(cwd, 'b.yaml'));
    symlinkSync('..', join(cwd, 'up'));
    mkdirSync(join(cwd, 'folder.yaml'));
    const asNobody = process.getuid?.() === 0 ? { uid: 65534 } : {};
    const { status, stdout, stderr } = podproof(['check', '.'], cwd, asNobody);
    chmodSync(join(cwd, 'closed'), 0o755);
    expect(stderr.split('\n').sort().join('\n').trim()).toBe(
      [
        'podproof: ./a.yaml: links that lead round in a circle',
        'podproof: ./b.yaml: links that lead round in a circle',
        'podproof: ./closed.yaml: permission denied',
        'podproof: ./closed: permission denied',
      ].join('\n'),
    );
    expect(stdout).toContain('pod.yaml');
    expect(status).toBe(2);
  });
});

describe.skipIf(process.platform === 'win32')('a full disk', () => {
  /** Longer than what may be written. */
  const LONG = `${WRITABLE}---\n# ${'long '.repeat(2000)}\n${WRITABLE}`;

  it('leaves the file as it was, and nothing beside it', () => {
    const cwd = folderWith({ 'pod.yaml': LONG });
    chmodSync(join(cwd, 'pod.yaml'), 0o640);
    const { status, stderr } = podproof(['fix', 'pod.yaml'], cwd, { limit: 4 });
    expect(stderr).toContain('podproof: pod.yaml: not written: the file is larger than may be written\n');
    expect(status).toBe(2);
    expect(contentOf(cwd, 'pod.yaml')).toBe(LONG);
    expect(readdirSync(cwd)).toEqual(['pod.yaml']);
    expect(podproof(['fix', 'pod.yaml'], cwd).status).toBe(0);
    expect(contentOf(cwd, 'pod.yaml')).not.toBe(LONG);
    expect(statSync(join(cwd, 'pod.yaml')).mode & 0o7777).toBe(0o640);
  });

  it.runIf(process.platform === 'linux')('is told of where the report is to be written there', () => {
    const cwd = folderWith({ 'pod.yaml': WRITABLE });
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [program, 'check', 'pod.yaml'], {
      cwd,
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
      timeout: PATIENCE,
    });
    closeSync(full);
    expect(stderr).toBe('podproof: the output is not complete: no space left\n');
    expect(status).toBe(2);
  });

  it('leaves the baseline as it was', () => {
    const many = Array.from({ length: 40 }, (_, index) => WRITABLE.replace(/name: .*/, `name: pod-${index}`));
    const cwd = folderWith({ 'pod.yaml': many.join('---\n'), '.podproof-baseline.json': 'before' });
    const { status } = podproof(['baseline', '.'], cwd, { limit: 1 });
    expect(status).toBe(2);
    expect(contentOf(cwd, '.podproof-baseline.json')).toBe('before');
    expect(readdirSync(cwd).sort()).toEqual(['.podproof-baseline.json', 'pod.yaml']);
  });

  it('leaves no half of a new patch', () => {
    const pods = Array.from({ length: 40 }, (_, index) => HARDENED.replace(/name: .*/, `name: pod-${index}`));
    const cwd = folderWith({
      'base/pods.yaml': pods.map((pod) => pod.replace(/\n +drop:[\s\S]*?- ALL/, '')).join('---\n'),
      'base/kustomization.yaml': 'resources: [pods.yaml]\n',
      'prod/kustomization.yaml': 'resources: [../base]\n',
    });
    const { status, stderr } = podproof(['fix', '--patch', 'prod'], cwd, { limit: 1 });
    expect(stderr).toContain('not written');
    expect(status).toBe(2);
    expect(readdirSync(join(cwd, 'prod'))).toEqual(['kustomization.yaml']);
    expect(contentOf(cwd, 'prod/kustomization.yaml')).toBe('resources: [../base]\n');
  });
});

describe.skipIf(process.platform === 'win32')('a file that is fixed', () => {
  it('keeps its mode, and a link to it stays a link', () => {
    const cwd = folderWith({ 'real/pod.yaml': WRITABLE });
    chmodSync(join(cwd, 'real/pod.yaml'), 0o604);
    symlinkSync('real/pod.yaml', join(cwd, 'link.yaml'));
    expect(podproof(['fix', 'link.yaml'], cwd).status).toBe(0);
    expect(lstatSync(join(cwd, 'link.yaml')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(cwd, 'link.yaml'), 'utf8')).not.toBe(WRITABLE);
    expect(statSync(join(cwd, 'real/pod.yaml')).mode & 0o7777).toBe(0o604);
  });

  describe.runIf(process.getuid?.() === 0)('by root', () => {
    it('stays its owner’s', () => {
      const cwd = folderWith({ 'pod.yaml': WRITABLE });
      chownSync(join(cwd, 'pod.yaml'), 12345, 54321);
      expect(podproof(['fix', 'pod.yaml'], cwd).status).toBe(0);
      expect(statSync(join(cwd, 'pod.yaml'))).toMatchObject({ uid: 12345, gid: 54321 });
    });

    it('and one of somebody else is left alone by whoever could not give it back', () => {
      const cwd = folderWith({ 'pod.yaml': WRITABLE });
      chmodSync(cwd, 0o777);
      chmodSync(join(cwd, 'pod.yaml'), 0o666);
      chownSync(join(cwd, 'pod.yaml'), 12345, 54321);
      const { status, stderr } = podproof(['fix', 'pod.yaml'], cwd, { uid: 65534 });
      expect(stderr).toContain('pod.yaml: it belongs to somebody else');
      expect(status).toBe(2);
      expect(contentOf(cwd, 'pod.yaml')).toBe(WRITABLE);
      expect(readdirSync(cwd)).toEqual(['pod.yaml']);
    });
  });

  it('has a name of any length', () => {
    const name = `${'ü'.repeat(120)}.yaml`;
    const cwd = folderWith({});
    writeFileSync(join(cwd, name), WRITABLE);
    expect(podproof(['fix', '.'], cwd).status).toBe(0);
    expect(contentOf(cwd, name)).not.toBe(WRITABLE);
  });
});
