/** The bundled program in a process of its own: what only a real process can show. */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram } from '../../packaging/programs.mjs';
import { contentOf, folderWith } from './commandLine.ts';
import { HARDENED, PRIVILEGE, WRITABLE } from './manifests.ts';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'podproof-bundle-'));
  program = join(folder, 'cli.js');
  await buildProgram('cli', folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program; `readsOnly` closes its standard output behind so many characters, as `head` does. */
function podproof(
  argv: readonly string[],
  options: { cwd?: string; input?: string; readsOnly?: number } = {},
): Promise<Ended> {
  const { cwd = folder, input = '', readsOnly = Number.POSITIVE_INFINITY } = options;
  const child = spawn(process.execPath, [program, ...argv], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.length >= readsOnly) child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

describe('the exit code reaches the shell', () => {
  it.each([
    [HARDENED, 0],
    [PRIVILEGE, 1],
    ['a: [1, 2', 2],
  ])('%#', async (input, expected) => {
    expect((await podproof(['check', '-'], { input })).exitCode).toBe(expected);
  });
});

it('standard input is read in full, and characters are not cut at the edges of its parts', async () => {
  const filler = '# 鍵\u{1F512}\n'.repeat(60_000);
  const { stdout, stderr } = await podproof(['check', '--format=json', '-'], {
    input: `${filler}${WRITABLE}`,
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    findings: [{ file: '-', range: { start: { line: 60_022, character: 6 } } }],
  });
});

it('a report that is written into the folder is not read', async () => {
  const cwd = folderWith({ 'a.yaml': WRITABLE });
  const report = openSync(join(cwd, 'report.json'), 'w');
  const child = spawn(process.execPath, [program, 'check', '--format=json', '.'], {
    cwd,
    stdio: ['ignore', report, 'inherit'],
  });
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  closeSync(report);
  expect(exitCode).toBe(1);
  expect(JSON.parse(contentOf(cwd, 'report.json'))).toMatchObject({ files: 1 });
});

it('a long report is written in full', async () => {
  const cwd = folderWith({ 'all.yaml': Array.from({ length: 400 }, () => PRIVILEGE).join('---\n') });
  const { stdout } = await podproof(['check', '--format=json', 'all.yaml'], { cwd });
  expect((JSON.parse(stdout) as { findings: unknown[] }).findings).toHaveLength(400);
});

it('an answer to an agent is written in full, though nothing more is asked', async () => {
  // More than pipes hold.
  const text = Array.from({ length: 2_000 }, () => PRIVILEGE).join('---\n');
  const initialize = {
    protocolVersion: '2025-03-26',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  };
  const messages = [
    { id: 1, method: 'initialize', params: initialize },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/call', params: { name: 'harden_workload', arguments: { text } } },
  ];
  const input = messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');
  const { exitCode, stdout, stderr } = await podproof(['mcp'], { input });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  const answers = stdout.trim().split('\n');
  expect(answers.map((answer) => (JSON.parse(answer) as { id: number }).id)).toEqual([1, 2]);
  expect(answers[1]?.length).toBeGreaterThan(1_000_000);

  const gone = await podproof(['mcp'], { input, readsOnly: 100 });
  expect({ ...gone, stdout: '' }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

it('a reader that goes away ends the program quietly', async () => {
  // More than pipes hold, so that the program still writes when its reader is gone.
  const pods = Array.from({ length: 400 }, () => PRIVILEGE).join('---\n');
  const files = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.yaml`, pods]));
  const { exitCode, stderr } = await podproof(['check', '.'], { cwd: folderWith(files), readsOnly: 100 });
  expect(stderr).toBe('');
  expect(exitCode).toBe(141);
});

it('what is found stands in the order of the files, and fixing ends it', async () => {
  const cwd = folderWith({ 'a.yaml': WRITABLE, 'b.yaml': WRITABLE });
  const before = await podproof(['check', '.'], { cwd });
  expect(before.stdout.match(/^\S+:\d+:\d+/gm)).toEqual(['./a.yaml:23:7', './b.yaml:23:7']);
  const patch = await podproof(['fix', '--diff', '.'], { cwd });
  expect(patch.stdout.match(/^(?:---|\+\+\+) .*/gm)).toEqual([
    '--- a/a.yaml',
    '+++ b/a.yaml',
    '--- a/b.yaml',
    '+++ b/b.yaml',
  ]);
  expect((await podproof(['fix', '.'], { cwd })).exitCode).toBe(0);
  expect(contentOf(cwd, 'b.yaml')).toMatch('readOnlyRootFilesystem: true');
  expect((await podproof(['check', '.'], { cwd })).exitCode).toBe(0);
});
