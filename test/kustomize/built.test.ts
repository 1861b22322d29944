import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, podproof } from '../cli/commandLine.ts';

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example.com/web:1
`;

/** A program in the place of kustomize, which prints what it was asked, and then this. */
function withProgram(name: string, files: Record<string, string>, output: string): string {
  const script = `#!/bin/sh\necho "# $1 $(basename "$2")"\ncat <<'END'\n${output}END\n`;
  const folder = folderWith({ ...files, [`bin/${name}`]: script });
  chmodSync(join(folder, 'bin', name), 0o755);
  return folder;
}

async function checked(folder: string): Promise<readonly { file: string; line: number; code: string }[]> {
  const env = { PATH: `${join(folder, 'bin')}:${dirname('/bin/sh')}:/usr/bin` };
  const { stdout, stderr } = await podproof(['check', '--kustomize', '--format', 'json', 'prod'], {
    cwd: folder,
    env,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout).findings.map(
    (one: { file: string; code: string; range: { start: { line: number } } }) => ({
      file: one.file,
      line: one.range.start.line + 1,
      code: one.code,
    }),
  );
}

describe.skipIf(process.platform === 'win32')('podproof check --kustomize', () => {
  const FILES = { 'base/web.yaml': POD, 'prod/kustomization.yaml': 'resources: [../base/web.yaml]\n' };

  test('what is built is told where it comes from', async () => {
    const hardened = `${POD}      securityContext: {readOnlyRootFilesystem: true}\n`;
    const found = await checked(withProgram('kustomize', FILES, hardened));
    const codes = found.map(({ code }) => code);
    expect(codes).toContain('privilege-escalation/not-denied');
    expect(codes).not.toContain('read-only-root-filesystem/writable');
    expect(new Set(found.map(({ file }) => file))).toEqual(new Set(['base/web.yaml']));
  });

  test('what comes from elsewhere is told of the kustomization', async () => {
    const remote = { 'prod/kustomization.yaml': 'resources: [https://example.com/base?ref=v1]\n' };
    const found = await checked(withProgram('kustomize', remote, POD));
    expect(found.length).toBeGreaterThan(5);
    expect(new Set(found.map(({ file, line }) => `${file}:${line}`))).toEqual(
      new Set(['prod/kustomization.yaml:1']),
    );
  });

  test('without a program, it says so', async () => {
    const folder = folderWith(FILES);
    const { exitCode, stderr } = await podproof(['check', '--kustomize', 'prod'], {
      cwd: folder,
      env: { PATH: join(folder, 'nowhere') },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('prod: neither kustomize nor kubectl is on the PATH');
  });

  test("a program in a folder that is not named in full is nobody's choice", async () => {
    const folder = withProgram('kustomize', FILES, POD);
    const { stderr } = await podproof(['check', '--kustomize', 'prod'], {
      cwd: folder,
      env: { PATH: 'bin' },
    });
    expect(stderr).toContain('neither kustomize nor kubectl is on the PATH');
  });

  test('the error of the program is told, and not what it warns of', async () => {
    const folder = folderWith({
      ...FILES,
      'bin/kustomize': '#!/bin/sh\necho "# Warning: old" >&2\necho "Error: no such base" >&2\nexit 1\n',
    });
    chmodSync(join(folder, 'bin/kustomize'), 0o755);
    const { exitCode, stderr } = await podproof(['check', '--kustomize', 'prod'], {
      cwd: folder,
      env: { PATH: join(folder, 'bin') },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('prod: kustomize cannot build it: no such base\n');
  });
});
