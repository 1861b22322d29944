/** Which files the paths of a command line stand for, and what becomes of those that cannot be read. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, podproof } from './commandLine.ts';
import { HARDENED, PRIVILEGE, WRITABLE } from './manifests.ts';

/** The files that are read, told by the one finding that each of them has. */
async function filesRead(argv: readonly string[], cwd: string, input?: string): Promise<readonly string[]> {
  const { stdout } = await podproof(['check', '--format', 'json', ...argv], {
    cwd,
    ...(input === undefined ? {} : { input }),
  });
  const { findings } = JSON.parse(stdout) as { findings: readonly { file: string }[] };
  return findings.map(({ file }) => file);
}

describe('a folder', () => {
  it('means the .yaml, .yml and .json files below it, in the order of their names', async () => {
    const cwd = folderWith({
      'k8s/b.yaml': WRITABLE,
      'k8s/B.yml': WRITABLE,
      'k8s/a/z.json': WRITABLE,
      'k8s/a.yaml': WRITABLE,
      'k8s/a-b.yaml': WRITABLE,
      'k8s/.hidden.yaml': WRITABLE,
      'k8s/notes.txt': WRITABLE,
      'k8s/yaml': WRITABLE,
      'k8s/.git/c.yaml': WRITABLE,
      'k8s/a/node_modules/c.yaml': WRITABLE,
    });
    expect(await filesRead(['k8s'], cwd)).toEqual([
      'k8s/.hidden.yaml',
      'k8s/B.yml',
      'k8s/a/z.json',
      'k8s/a-b.yaml',
      'k8s/a.yaml',
      'k8s/b.yaml',
    ]);
  });

  it('keeps the name that it was given', async () => {
    const cwd = folderWith({ 'k8s/a.yaml': WRITABLE });
    for (const [given, name] of [
      ['.', './k8s/a.yaml'],
      ['./k8s', './k8s/a.yaml'],
      ['k8s/', 'k8s/a.yaml'],
      ['k8s/../k8s', 'k8s/../k8s/a.yaml'],
      [join(cwd, 'k8s'), `${cwd}/k8s/a.yaml`],
    ] as const) {
      expect(await filesRead([given], cwd)).toEqual([name]);
    }
  });

  it('is read where it is named, dot or not', async () => {
    const cwd = folderWith({ '.deploy/a.yaml': WRITABLE, 'node_modules/b.yaml': WRITABLE });
    expect(await filesRead(['.deploy', 'node_modules'], cwd)).toEqual([
      '.deploy/a.yaml',
      'node_modules/b.yaml',
    ]);
  });

  it('may hold links that lead round in a circle', async () => {
    const cwd = folderWith({ 'a/b/pod.yaml': WRITABLE, 'elsewhere/pod.yaml': WRITABLE });
    symlinkSync('..', join(cwd, 'a/b/up'));
    symlinkSync('.', join(cwd, 'a/here'));
    symlinkSync('../elsewhere', join(cwd, 'a/link'));
    symlinkSync('../elsewhere/pod.yaml', join(cwd, 'a/linked.yaml'));
    expect(await filesRead(['a'], cwd)).toEqual(['a/b/pod.yaml', 'a/linked.yaml']);
    expect(await filesRead(['a/link'], cwd)).toEqual(['a/link/pod.yaml']);
  });

  it('may hold a pipe, which nobody fills', async () => {
    const cwd = folderWith({ 'pod.yaml': WRITABLE });
    execFileSync('mkfifo', [join(cwd, 'pipe.yaml')]);
    symlinkSync('pipe.yaml', join(cwd, 'link.yaml'));
    mkdirSync(join(cwd, 'folder.yaml'));
    expect(await filesRead(['.'], cwd)).toEqual(['./pod.yaml']);
  });
});

it('a file is read whatever its name', async () => {
  const cwd = folderWith({ 'pod.txt': WRITABLE, 'node_modules/x': WRITABLE });
  expect(await filesRead(['pod.txt', 'node_modules/x'], cwd)).toEqual(['pod.txt', 'node_modules/x']);
});

it('a dash is standard input', async () => {
  const cwd = folderWith({ 'a.yaml': WRITABLE });
  expect(await filesRead(['a.yaml', '-'], cwd, WRITABLE)).toEqual(['a.yaml', '-']);
});

it('a file counts once, however often it is named', async () => {
  const cwd = folderWith({ 'k8s/a.yaml': WRITABLE, 'k8s/b.yaml': WRITABLE });
  expect(await filesRead(['k8s/b.yaml', 'k8s', './k8s/a.yaml', '-', '-'], cwd, WRITABLE)).toEqual([
    'k8s/b.yaml',
    'k8s/a.yaml',
    '-',
  ]);
});

it('everything behind -- is a path', async () => {
  const cwd = folderWith({ '--safe': WRITABLE });
  expect(await filesRead(['--', '--safe'], cwd)).toEqual(['--safe']);
});

describe('what cannot be read is one line on standard error, and the rest is checked all the same', () => {
  const utf16 = Buffer.from(`\u{FEFF}${HARDENED}`, 'utf16le');
  it.each([
    ['a file that is not there', [], 'missing.yaml: no such file or folder'],
    ['UTF-16', [['x.yaml', utf16]], 'x.yaml: UTF-16 text; save it as UTF-8'],
    ['an image', [['x.yaml', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0])]], 'x.yaml: not a text file'],
    [
      'no YAML',
      [['x.yaml', 'a: [1, 2\n']],
      'x.yaml:2:1: not valid YAML, nothing in it could be checked: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'a broken manifest',
      [['x.yaml', HARDENED.replace('- ALL', '- "ALL')]],
      'x.yaml:29:1: not valid YAML, nothing in it could be checked: Missing closing "quote',
    ],
    [
      'a manifest that nests deeper than anything real',
      [['x.yaml', `${HARDENED}extra: ${'['.repeat(1000)}\n`]],
      'x.yaml:1:1: This document nests deeper than 256 levels; Podproof does not check it',
    ],
  ] as const)('%s', async (_, files, problem) => {
    const cwd = folderWith({ 'pod.yaml': WRITABLE, ...Object.fromEntries(files) });
    const bad = files[0]?.[0] ?? 'missing.yaml';
    const { exitCode, stdout, stderr } = await podproof(['check', '--format=json', bad, 'pod.yaml'], { cwd });
    expect(stderr).toBe(`podproof: ${problem}\n`);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      files: 1,
      findings: [{ file: 'pod.yaml', code: 'read-only-root-filesystem/writable' }],
    });
  });

  it('a link that leads nowhere, or to itself', async () => {
    const cwd = folderWith({});
    symlinkSync('nowhere', join(cwd, 'a.yaml'));
    symlinkSync('b.yaml', join(cwd, 'b.yaml'));
    symlinkSync('someone@host.1234', join(cwd, '.#c.yaml'));
    const { exitCode, stdout, stderr } = await podproof(['check', '.'], { cwd });
    expect(stderr).toBe(
      'podproof: ./a.yaml: no such file or folder\npodproof: ./b.yaml: links that lead round in a circle\n',
    );
    expect(stdout).toBe('2 files could not be checked.\n');
    expect(exitCode).toBe(2);
  });

  it('names standard input by its name', async () => {
    const { stderr } = await podproof(['check', '-'], { input: '"' });
    expect(stderr).toBe(
      'podproof: standard input:1:2: not valid YAML, nothing in it could be checked: Missing closing "quote\n',
    );
  });

  it('makes nothing of control characters in a name', async () => {
    const { stderr } = await podproof(['check', 'no\u001b[2Jthing'], { cwd: folderWith({}) });
    expect(stderr).toBe('podproof: no\u{FFFD}[2Jthing: no such file or folder\n');
  });
});

describe('text that is broken in places is checked as far as it can be read', () => {
  it('a broken document between whole ones', async () => {
    const input = `${PRIVILEGE}---\na: [1, 2\n---\n${WRITABLE}---\nb: "\n`;
    const { exitCode, stdout, stderr } = await podproof(['check', '--format', 'json', '-'], { input });
    expect(stderr).toBe(
      'podproof: standard input:31:1: not valid YAML, checked as far as it can be read: Flow sequence in block collection must be sufficiently indented and end with a ]\n',
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      files: 1,
      documents: 4,
      workloads: 2,
      findings: [{ code: 'privilege-escalation/allowed' }, { code: 'read-only-root-filesystem/writable' }],
    });
  });

  it('a whole document without findings keeps the exit code', async () => {
    const { exitCode, stderr } = await podproof(['check', '-'], { input: `${HARDENED}---\na: [1, 2\n` });
    expect(stderr).toMatch(/^podproof: standard input:31:1: not valid YAML, checked as far [^\n]*\n$/);
    expect(exitCode).toBe(0);
  });

  it('bytes that are no UTF-8, in a comment', async () => {
    const latin1 = Buffer.concat([Buffer.from('# caf'), Buffer.from([0xe9]), Buffer.from(`\n${WRITABLE}`)]);
    const { exitCode, stderr } = await podproof(['check', '-'], { input: latin1 });
    expect(stderr).toBe('podproof: standard input: not valid UTF-8, checked as far as it can be read\n');
    expect(exitCode).toBe(1);
  });
});

describe('text that is no manifest is nothing to complain about', () => {
  it.each([
    ['an empty file', 'empty.yaml', ''],
    ['a file of comments', 'comments.yaml', '# nothing\n'],
    ['settings with comments', 'tsconfig.json', '{\n  // strict\n  "a": ["//", /* b */ 1,],\n}\n'],
    ['prose', 'prose.yaml', 'Hello, world.\n'],
    ['a template', 'chart.yaml', '{{- if .Values.x }}\na: {{ . }}\n{{- end }}\n'],
  ])('%s', async (_, name, content) => {
    const cwd = folderWith({ [name]: content });
    const { exitCode, stderr } = await podproof(['check', '.'], { cwd });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it('but JSON with comments in which a manifest stands is checked', async () => {
    const input = `{
  "apiVersion": "v1", // one
  "kind": "Pod",
  "spec": { "containers": [{ "name": "web", "image": "registry.example.com/web:1" }] }
}
`;
    const { exitCode, stdout, stderr } = await podproof(['check', '-'], { input });
    expect(stderr).toBe('');
    expect(stdout).toContain('seccomp/missing');
    expect(exitCode).toBe(1);
  });

  it('and what else is wrong in it is told', async () => {
    const input = '{ "apiVersion": "v1", // one\n "kind": "Pod" ]\n';
    const { exitCode, stderr } = await podproof(['check', '-'], { input });
    expect(stderr).toMatch(/^podproof: standard input:\d+:\d+: not valid YAML, [^\n]*\n$/);
    expect(exitCode).toBe(2);
  });
});
