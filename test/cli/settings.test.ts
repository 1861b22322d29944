/** What `.podproof.yaml` and suppressions decide on the command line. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentOf, folderWith, podproof } from './commandLine.ts';
import { HARDENED, PRIVILEGE, WRITABLE } from './manifests.ts';

/** `file severity code` of each finding. */
async function findingsOf(argv: readonly string[], cwd: string, input?: string): Promise<readonly string[]> {
  const { stdout } = await podproof(['check', '--format', 'json', ...argv], {
    cwd,
    ...(input === undefined ? {} : { input }),
  });
  const { findings } = JSON.parse(stdout) as {
    findings: readonly { file: string; severity: string; code: string }[];
  };
  return findings.map(({ file, severity, code }) => `${file} ${severity} ${code}`);
}

const OFF = 'checks:\n  read-only-root-filesystem: off\n';
const ERROR = 'checks:\n  read-only-root-filesystem: error\n';

describe('.podproof.yaml', () => {
  it('counts where it is the nearest one above a file, up to where the run started', async () => {
    const folder = folderWith({
      '.podproof.yaml': OFF,
      'repo/.podproof.yaml': ERROR,
      'repo/a.yaml': WRITABLE,
      'repo/deep/er/b.yaml': WRITABLE,
      'repo/quiet/.podproof.yaml': OFF,
      'repo/quiet/c.yaml': WRITABLE,
    });
    const cwd = join(folder, 'repo');
    expect(await findingsOf(['.'], cwd)).toEqual([
      './a.yaml error read-only-root-filesystem/writable',
      './deep/er/b.yaml error read-only-root-filesystem/writable',
    ]);
    expect(await findingsOf(['.'], join(cwd, 'deep'))).toEqual([
      './er/b.yaml warning read-only-root-filesystem/writable',
    ]);
  });

  it('counts for standard input as for a file where the run started', async () => {
    expect(await findingsOf(['-'], folderWith({ '.podproof.yaml': OFF }), WRITABLE)).toEqual([]);
  });

  it('decides what a fix writes', async () => {
    const cwd = folderWith({
      '.podproof.yaml': 'fix:\n  tmpVolume: false\n',
      'a.yaml': WRITABLE,
    });
    await podproof(['fix', 'a.yaml'], { cwd });
    expect(contentOf(cwd, 'a.yaml')).toBe(HARDENED);
  });

  it('leaves out files that are found, not files that are named', async () => {
    const cwd = folderWith({ '.podproof.yaml': "exclude: ['vendor/**']\n", 'vendor/a.yaml': WRITABLE });
    const { exitCode, stdout } = await podproof(['check', 'vendor'], { cwd });
    expect(stdout).toBe('1 file left out by the settings.\n');
    expect(exitCode).toBe(0);
    expect(await findingsOf(['vendor/a.yaml'], cwd)).toHaveLength(1);
    await podproof(['fix', '.'], { cwd });
    expect(contentOf(cwd, 'vendor/a.yaml')).toBe(WRITABLE);
  });

  it('is read on where something in it is wrong, which is told once', async () => {
    const cwd = folderWith({
      'k8s/.podproof.yaml': 'minimumUid: high\nchecks:\n  read-only-root-filesystem: off\n',
      'k8s/a.yaml': WRITABLE,
      'k8s/b/b.yaml': WRITABLE,
    });
    const { exitCode, stderr } = await podproof(['check', '.'], { cwd });
    expect(stderr).toMatch(/^podproof: k8s\/\.podproof\.yaml:1:1: minimumUid [^\n]+\n$/);
    expect(exitCode).toBe(0);
  });
});

describe('--config', () => {
  it('decides for all files', async () => {
    const cwd = folderWith({
      'ci/podproof.yaml': OFF,
      'k8s/.podproof.yaml': ERROR,
      'k8s/a.yaml': WRITABLE,
    });
    expect(await findingsOf(['--config', 'ci/podproof.yaml', 'k8s'], cwd)).toEqual([]);
  });

  it.each(['check', 'fix'])('has to name a file that can be read, for %s', async (command) => {
    const cwd = folderWith({ 'a.yaml': PRIVILEGE });
    const { exitCode, stdout, stderr } = await podproof([command, '--config', 'none.yaml', 'a.yaml'], {
      cwd,
    });
    expect(stderr).toBe('podproof: --config none.yaml: no such file or folder\n');
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
    expect(contentOf(cwd, 'a.yaml')).toBe(PRIVILEGE);
  });

  it('needs a file', async () => {
    const { exitCode, stderr } = await podproof(['check', 'a.yaml', '--config']);
    expect(stderr).toMatch(/^podproof: --config needs a file\n/);
    expect(exitCode).toBe(2);
  });
});

describe('suppressed findings', () => {
  const text = WRITABLE.replace(
    '    - name: app',
    '    # podproof-ignore read-only-root-filesystem: writes its cache\n    - name: app',
  );

  it('do not count', async () => {
    const { exitCode, stdout } = await podproof(['check', '-'], { input: text });
    expect(stdout).toBe('No findings (1 file, 1 workload).\n');
    expect(exitCode).toBe(0);
  });

  it('are shown where that is asked for, and still do not count', async () => {
    const { exitCode, stdout } = await podproof(['check', '--show-suppressed', '-'], { input: text });
    expect(stdout).toBe(`-:24:7  Pod quiet, container app
24 |       securityContext:
   |       ^^^^^^^^^^^^^^^
     suppressed: Container "app" has a writable root filesystem; set readOnlyRootFilesystem to true. [read-only-root-filesystem/writable] by a comment for Podproof, because: writes its cache

No findings that count (1 file, 1 workload).
1 finding suppressed.
`);
    expect(exitCode).toBe(0);
  });

  it('say so in JSON and JUnit', async () => {
    const json = await podproof(['check', '--show-suppressed', '--format', 'json', '-'], { input: text });
    expect(JSON.parse(json.stdout)).toMatchObject({
      findings: [
        {
          code: 'read-only-root-filesystem/writable',
          suppressed: { by: 'a comment for Podproof', reason: 'writes its cache' },
        },
      ],
    });
    const junit = await podproof(['check', '--show-suppressed', '--format', 'junit', '-'], { input: text });
    expect(junit.stdout).toMatch('tests="1" failures="0"');
    expect(junit.stdout).toMatch(
      '<skipped message="suppressed by a comment for Podproof: writes its cache"/>',
    );
  });

  it('a suppression of nothing is a finding itself', async () => {
    const input = HARDENED.replace(
      '    - name: app',
      '    # podproof-ignore seccomp: old runtime\n    - name: app',
    );
    const { stdout } = await podproof(['check', '--format', 'json', '-'], { input });
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [
        {
          code: 'suppression/unused',
          practice: 'suppression',
          check: 'unused',
          severity: 'information',
          workload: null,
          pod: null,
          container: null,
          fix: null,
        },
      ],
    });
  });
});

describe('a Dockerfile of the folder', () => {
  it('says which user the image has that the folder builds', async () => {
    const cwd = folderWith({
      'compose.yaml': 'services:\n  web:\n    image: registry.example.com/web\n    build: web\n',
      'web/Dockerfile': 'FROM alpine:3\nUSER 1234:5678\n',
      'pod.yaml':
        'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: web\n      image: registry.example.com/web:1\n',
    });
    const { stdout } = await podproof(['fix', '--diff', 'pod.yaml'], { cwd });
    expect(stdout).toContain('runAsUser: 1234');
    expect(stdout).toContain('runAsGroup: 5678');
  });
});
