/** `podproof fix`: what it writes, what it shows, and what it leaves alone. */
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentOf, folderWith, podproof } from './commandLine.ts';
import { HARDENED, PRIVILEGE, WRITABLE } from './manifests.ts';

/** Misses one thing that can be fixed safely, and one that cannot. */
const SAFE_AND_NOT = PRIVILEGE.replace('- ALL', '- all');

describe('in place', () => {
  it('writes what is missing, and says how much of it', async () => {
    const cwd = folderWith({ 'a.yaml': WRITABLE, 'b.yaml': HARDENED });
    const { exitCode, stdout, stderr } = await podproof(['fix', '.'], { cwd });
    expect(contentOf(cwd, 'a.yaml')).toBe(`${WRITABLE}        readOnlyRootFilesystem: true
      volumeMounts:
        - name: tmp
          mountPath: /tmp
  volumes:
    - name: tmp
      emptyDir: {}
`);
    expect(contentOf(cwd, 'b.yaml')).toBe(HARDENED);
    expect(stdout).toBe('');
    expect(stderr).toBe('./a.yaml: 1 fixed\n1 finding fixed in 1 of 2 files.\n');
    expect(exitCode).toBe(0);
  });

  it('leaves nothing to write for a second run', async () => {
    const cwd = folderWith({
      'a.yaml': 'apiVersion: v1\nkind: Pod\nspec:\n  containers: [{ name: a, image: a }]\n',
    });
    await podproof(['fix', 'a.yaml'], { cwd });
    const once = contentOf(cwd, 'a.yaml');
    const { stderr } = await podproof(['fix', 'a.yaml'], { cwd });
    expect(contentOf(cwd, 'a.yaml')).toBe(once);
    expect(stderr).toBe('Nothing to fix in 1 file.\n');
  });

  it('keeps line ends, the byte order mark, comments and the missing line end of the last line', async () => {
    const text = `\u{FEFF}# café \u{1F512}\r\n${SAFE_AND_NOT.replaceAll('\n', '\r\n').trimEnd()} # last`;
    const cwd = folderWith({ 'a.yaml': text });
    await podproof(['fix', '--safe', 'a.yaml'], { cwd });
    expect(contentOf(cwd, 'a.yaml')).toBe(text.replace('- all', '- ALL'));
  });

  it('keeps the mode of the file, and links', async () => {
    const cwd = folderWith({ 'real/a.yaml': WRITABLE });
    chmodSync(join(cwd, 'real/a.yaml'), 0o751);
    symlinkSync('real/a.yaml', join(cwd, 'link.yaml'));
    const { exitCode } = await podproof(['fix', 'link.yaml'], { cwd });
    expect(exitCode).toBe(0);
    expect(lstatSync(join(cwd, 'link.yaml')).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(cwd, 'link.yaml'))).toBe('real/a.yaml');
    expect(contentOf(cwd, 'real/a.yaml')).toMatch('readOnlyRootFilesystem: true');
    expect(statSync(join(cwd, 'real/a.yaml')).mode & 0o7777).toBe(0o751);
    expect(readdirSync(join(cwd, 'real'))).toEqual(['a.yaml']);
  });

  it('leaves alone what is not UTF-8', async () => {
    const latin1 = Buffer.concat([Buffer.from('# caf'), Buffer.from([0xe9]), Buffer.from(`\n${WRITABLE}`)]);
    const cwd = folderWith({ 'a.yaml': latin1, 'b.yaml': WRITABLE });
    const { exitCode, stderr } = await podproof(['fix', '.'], { cwd });
    expect(readFileSync(join(cwd, 'a.yaml')).equals(latin1)).toBe(true);
    expect(contentOf(cwd, 'b.yaml')).not.toBe(WRITABLE);
    expect(stderr).toMatch('podproof: ./a.yaml: not valid UTF-8, so it is left as it is\n');
    expect(exitCode).toBe(2);
  });

  it('says what is left, such as what the workload asks for by name', async () => {
    const text = WRITABLE.replace('drop:', 'add: [NET_ADMIN]\n          drop:');
    const cwd = folderWith({ 'a.yaml': text });
    const { stderr } = await podproof(['fix', 'a.yaml'], { cwd });
    expect(contentOf(cwd, 'a.yaml')).toMatch('add: [NET_ADMIN]');
    expect(stderr).toBe(
      'a.yaml: 1 fixed\n1 finding fixed in 1 of 1 file; 1 left, which "podproof check" shows.\n',
    );
  });

  it('says what cannot be edited, and why', async () => {
    const text = WRITABLE.replace(
      '      securityContext:\n',
      '      securityContext: {}\n      securityContext:\n',
    );
    const cwd = folderWith({ 'a.yaml': text });
    const { exitCode, stderr } = await podproof(['fix', 'a.yaml'], { cwd });
    expect(contentOf(cwd, 'a.yaml')).toBe(text);
    expect(stderr).toMatch(
      /^podproof: a\.yaml:24:7: read-only-root-filesystem\/writable is left as it is: [^\n]+\.$/m,
    );
    expect(stderr).toMatch(/^Nothing to fix in 1 file; \d left, which "podproof check" shows\.$/m);
    expect(exitCode).toBe(0);
  });

  it('says what is not YAML, and fixes what stands beside it', async () => {
    const cwd = folderWith({ 'a.yaml': `a: [1\n---\n${WRITABLE}`, 'b.yaml': 'b: [1\n' });
    const { exitCode, stderr } = await podproof(['fix', '.'], { cwd });
    expect(contentOf(cwd, 'a.yaml')).toMatch('readOnlyRootFilesystem: true');
    const words = 'Flow sequence in block collection must be sufficiently indented and end with a ]';
    expect(stderr).toBe(
      `podproof: ./a.yaml:2:1: not valid YAML, fixed as far as it can be read: ${words}
./a.yaml: 1 fixed
podproof: ./b.yaml:2:1: not valid YAML, nothing in it can be fixed: ${words}
1 finding fixed in 1 of 1 file.
`,
    );
    expect(exitCode).toBe(2);
  });

  it('reads on where a path leads nowhere', async () => {
    const cwd = folderWith({ 'a.yaml': WRITABLE });
    const { exitCode, stderr } = await podproof(['fix', 'missing', 'a.yaml'], { cwd });
    expect(stderr).toBe(
      'podproof: missing: no such file or folder\na.yaml: 1 fixed\n1 finding fixed in 1 of 1 file.\n',
    );
    expect(exitCode).toBe(2);
  });
});

it('--safe writes only what leaves the pod as it was', async () => {
  const cwd = folderWith({ 'a.yaml': SAFE_AND_NOT });
  const { stderr } = await podproof(['fix', '--safe', 'a.yaml'], { cwd });
  expect(contentOf(cwd, 'a.yaml')).toBe(PRIVILEGE);
  expect(stderr).toBe(
    'a.yaml: 1 fixed\n1 finding fixed in 1 of 1 file; 1 left, which "podproof check" shows.\n',
  );
});

describe('standard input', () => {
  it('comes out fixed', async () => {
    const { exitCode, stdout, stderr } = await podproof(['fix', '--safe', '-'], {
      input: `\u{FEFF}${SAFE_AND_NOT}`,
    });
    expect(stdout).toBe(`\u{FEFF}${PRIVILEGE}`);
    expect(stderr).toBe('1 finding fixed in 1 of 1 file; 1 left, which "podproof check" shows.\n');
    expect(exitCode).toBe(0);
  });

  it('comes out as it is where it is not YAML', async () => {
    const { exitCode, stdout } = await podproof(['fix', '-'], { input: 'a: [1\r\n' });
    expect(stdout).toBe('a: [1\r\n');
    expect(exitCode).toBe(2);
  });

  it('comes out as it is where there is nothing to fix', async () => {
    const input = '# no manifest\r\nhello: {{ world }}';
    const { stdout } = await podproof(['fix', '-'], { input });
    expect(stdout).toBe(input);
  });
});

describe('--diff', () => {
  it('shows what would be written, and writes nothing', async () => {
    const cwd = folderWith({ 'k8s/a.yaml': SAFE_AND_NOT, 'k8s/b.yaml': HARDENED });
    const { exitCode, stdout, stderr } = await podproof(['fix', '--safe', '--diff', 'k8s'], { cwd });
    expect(stdout).toBe(`--- a/k8s/a.yaml
+++ b/k8s/a.yaml
@@ -24,5 +24,5 @@
         allowPrivilegeEscalation: true
         capabilities:
           drop:
-            - all
+            - ALL
         readOnlyRootFilesystem: true
`);
    expect(stderr).toBe('1 finding would be fixed in 1 of 2 files; 1 left.\n');
    expect(exitCode).toBe(0);
    expect(contentOf(cwd, 'k8s/a.yaml')).toBe(SAFE_AND_NOT);
  });

  it('names files as git does, seen from where it runs', async () => {
    const cwd = folderWith({
      'here/x': '',
      'there/my pod.yaml': SAFE_AND_NOT,
      'here/pöd.yaml': SAFE_AND_NOT,
    });
    const here = join(cwd, 'here');
    const { stdout } = await podproof(
      ['fix', '--safe', '--diff', join(here, 'pöd.yaml'), '../there/my pod.yaml', '-'],
      { cwd: here, input: SAFE_AND_NOT },
    );
    expect(stdout.split('\n').filter((line) => /^(---|\+\+\+) /.test(line))).toEqual([
      '--- "a/p\\303\\266d.yaml"',
      '+++ "b/p\\303\\266d.yaml"',
      '--- ../there/my pod.yaml',
      '+++ ../there/my pod.yaml',
      '--- a/-',
      '+++ b/-',
    ]);
  });
});
