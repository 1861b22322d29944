/** What is remembered in a baseline does not count, and whatever is new does. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentOf, folderWith, type Outcome, podproof } from './commandLine.ts';
import { HARDENED, PRIVILEGE, WRITABLE } from './manifests.ts';

const BASELINE = '.podproof-baseline.json';

function check(cwd: string, ...more: string[]): Promise<Outcome> {
  return podproof(['check', '--baseline', BASELINE, ...more, '.'], { cwd });
}

/** A folder whose findings are remembered. */
async function remembered(files: Readonly<Record<string, string>>): Promise<string> {
  const cwd = folderWith(files);
  const { exitCode } = await podproof(['baseline', '.'], { cwd });
  expect(exitCode).toBe(0);
  return cwd;
}

describe('a baseline', () => {
  it('holds what was found, by file', async () => {
    const cwd = folderWith({ 'k8s/a.yaml': PRIVILEGE, 'k8s/b.yaml': HARDENED });
    const { exitCode, stdout, stderr } = await podproof(['baseline', 'k8s'], { cwd });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '1 finding in 1 file remembered in .podproof-baseline.json.\n',
    });
    expect(JSON.parse(contentOf(cwd, BASELINE))).toMatchObject({ files: { 'k8s/a.yaml': {} } });
  });

  it('makes a run quiet, and says so', async () => {
    const { exitCode, stdout } = await check(await remembered({ 'a.yaml': PRIVILEGE, 'b.yaml': WRITABLE }));
    expect(exitCode).toBe(0);
    expect(stdout).toBe('No findings that count (3 files, 2 workloads).\n2 findings in the baseline.\n');
  });

  it('knows a finding whose lines have moved', async () => {
    const cwd = await remembered({ 'a.yaml': PRIVILEGE });
    writeFileSync(join(cwd, 'a.yaml'), `# a line\n${PRIVILEGE.replace('spec:\n', 'spec:\n  # another\n')}`);
    expect((await check(cwd)).exitCode).toBe(0);
  });

  it('hides nothing that is new, nor as many again', async () => {
    const cwd = await remembered({ 'a.yaml': WRITABLE });
    writeFileSync(join(cwd, 'a.yaml'), `${WRITABLE}---\n${WRITABLE}---\n${PRIVILEGE}`);
    const { stdout } = await check(cwd, '--format', 'json');
    const { findings } = JSON.parse(stdout) as { findings: { code: string }[] };
    expect(findings.map(({ code }) => code)).toEqual([
      'read-only-root-filesystem/writable',
      'privilege-escalation/allowed',
    ]);
  });

  it('hides nothing in a file of another name', async () => {
    const cwd = await remembered({ 'a.yaml': WRITABLE });
    renameSync(join(cwd, 'a.yaml'), join(cwd, 'b.yaml'));
    expect((await check(cwd)).exitCode).toBe(1);
  });

  it('counts nothing that is suppressed', async () => {
    const annotations = 'metadata:\n  annotations:\n    podproof/ignore: read-only-root-filesystem\n';
    const cwd = await remembered({ 'a.yaml': WRITABLE.replace('metadata:\n', annotations) });
    expect(contentOf(cwd, BASELINE)).toMatch('"files": {}');
  });

  it('is found from wherever the run starts, and written where it is told', async () => {
    const cwd = folderWith({ 'k8s/a.yaml': WRITABLE, 'ci/keep': '' });
    await podproof(['baseline', '--output', 'ci/known.json', 'k8s'], { cwd });
    const { exitCode } = await podproof(['check', '--baseline', '../ci/known.json', '.'], {
      cwd: join(cwd, 'k8s'),
    });
    expect(exitCode).toBe(0);
  });
});

describe('a problem with a baseline ends the run with 2', () => {
  it.each([
    ['is not there', {}, 'no such file or folder'],
    ['is not JSON', { [BASELINE]: 'a: b' }, 'The baseline is not JSON.'],
    ['cannot be written', { [`${BASELINE}/x`]: '' }, 'is a folder'],
  ])('where it %s', async (what, files, problem) => {
    const cwd = folderWith({ ...files, 'a.yaml': WRITABLE });
    const outcome =
      what === 'cannot be written' ? await podproof(['baseline', '.'], { cwd }) : await check(cwd);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(problem);
  });

  it('and what could not be read is told', async () => {
    const cwd = folderWith({});
    const { exitCode, stderr } = await podproof(['baseline', 'no.yaml'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch('podproof: no.yaml: no such file or folder\n');
  });
});
