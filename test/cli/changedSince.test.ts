/** `--changed-since` asks Git which files count. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, podproof } from './commandLine.ts';
import { PRIVILEGE, WRITABLE } from './manifests.ts';

const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };

function git(cwd: string, ...args: string[]): void {
  const identity = [
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@example.com',
    '-c',
    'commit.gpgsign=false',
  ];
  execFileSync('git', [...identity, ...args], { cwd, env, stdio: 'pipe' });
}

/** Three files on `main`; on `work`, one changed and committed, one changed, one new. */
function repository(): string {
  const cwd = folderWith({ 'k8s/a.yaml': WRITABLE, 'k8s/b.yaml': WRITABLE, 'k8s/c.yaml': WRITABLE });
  git(cwd, 'init', '-q', '-b', 'main');
  git(cwd, 'add', '.');
  git(cwd, 'commit', '-qm', 'First');
  git(cwd, 'checkout', '-qb', 'work');
  writeFileSync(join(cwd, 'k8s/a.yaml'), PRIVILEGE);
  git(cwd, 'commit', '-qam', 'Second');
  writeFileSync(join(cwd, 'k8s/b.yaml'), PRIVILEGE);
  writeFileSync(join(cwd, 'k8s/ä new.yaml'), PRIVILEGE);
  return cwd;
}

async function checked(cwd: string, revision: string, paths: readonly string[]): Promise<readonly string[]> {
  const argv = ['check', '--format', 'json', '--changed-since', revision, ...paths];
  const { stdout, stderr } = await podproof(argv, { cwd, env, input: WRITABLE });
  expect(stderr).toBe('');
  const { findings } = JSON.parse(stdout) as { findings: { file: string }[] };
  return findings.map(({ file }) => file);
}

describe('only files count that', () => {
  it('differ from where the branch left, or are new', async () => {
    const cwd = repository();
    expect(await checked(cwd, 'main', ['.'])).toEqual(['./k8s/a.yaml', './k8s/b.yaml', './k8s/ä new.yaml']);
    expect(await checked(cwd, 'HEAD', ['k8s/a.yaml', 'k8s/b.yaml'])).toEqual(['k8s/b.yaml']);
  });

  it('did not change elsewhere in the meantime', async () => {
    const cwd = repository();
    git(cwd, 'stash', '-qu');
    git(cwd, 'checkout', '-q', 'main');
    writeFileSync(join(cwd, 'k8s/c.yaml'), PRIVILEGE);
    git(cwd, 'commit', '-qam', 'Third');
    git(cwd, 'checkout', '-q', 'work');
    expect(await checked(cwd, 'main', ['.'])).toEqual(['./k8s/a.yaml']);
  });

  it('are seen from a folder further down', async () => {
    expect(await checked(join(repository(), 'k8s'), 'main', ['.'])).toEqual([
      './a.yaml',
      './b.yaml',
      './ä new.yaml',
    ]);
  });

  it('or are standard input', async () => {
    expect(await checked(repository(), 'HEAD', ['-'])).toEqual(['-']);
  });
});

describe('what Git cannot answer ends the run with 2', () => {
  it.each([
    ['nowhere', 'no such revision; is it fetched?'],
    ['--output=stolen', 'no such revision; is it fetched?'],
  ])('%s', async (revision, problem) => {
    const { exitCode, stderr } = await podproof(['check', `--changed-since=${revision}`, '.'], {
      cwd: repository(),
      env,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toBe(`podproof: --changed-since ${revision}: ${problem}\n`);
  });

  it('outside a repository, and without Git', async () => {
    const cwd = folderWith({ 'a.yaml': WRITABLE });
    const outside = await podproof(['check', '--changed-since', 'main', '.'], { cwd, env });
    expect(outside.stderr).toMatch('not inside a Git repository');
    const without = await podproof(['check', '--changed-since', 'main', '.'], { cwd, env: { PATH: cwd } });
    expect(without.stderr).toMatch('there is no git on the PATH');
    expect(without.exitCode).toBe(2);
  });
});
