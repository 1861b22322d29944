/** The launcher: where Node is asked to keep what it compiles, and that a program starts whatever comes of it. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'podproof-launcher-'));
const program = path.join(folder, 'program.js');

/** In the place of Node's own: says what it is asked for, or fails, or is not there, as in Node 20. */
const PRELOADED = `
const nodeModule = require('node:module');
delete nodeModule.enableCompileCache;
if (process.env.COMPILER === 'keeps') nodeModule.enableCompileCache = (folder) => console.log(folder);
if (process.env.COMPILER === 'throws') nodeModule.enableCompileCache = () => { throw new Error('read-only'); };
`;

beforeAll(() => {
  copyFileSync('packaging/launcher.cjs', program);
  mkdirSync(path.join(folder, 'program'));
  writeFileSync(path.join(folder, 'program/start.js'), "console.log('started');");
  writeFileSync(path.join(folder, 'preloaded.cjs'), PRELOADED);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a start says, line by line; the environment is this one alone. */
function start(env: Readonly<Record<string, string>>): readonly string[] {
  const preload = path.join(folder, 'preloaded.cjs');
  const { stdout, stderr } = spawnSync(process.execPath, ['--require', preload, program], {
    env: { HOME: '/home/person', COMPILER: 'keeps', ...env },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

test.runIf(process.platform === 'linux')('what is compiled is kept in the person’s own cache folder', () => {
  expect(start({})).toEqual(['/home/person/.cache/podproof', 'started']);
  expect(start({ XDG_CACHE_HOME: '/caches' })).toEqual(['/caches/podproof', 'started']);
  expect(start({ XDG_CACHE_HOME: 'not/absolute' })).toEqual(['/home/person/.cache/podproof', 'started']);
});

test('a folder that is named goes before', () => {
  expect(start({ PODPROOF_CACHE: '/named', XDG_CACHE_HOME: '/caches', CI: 'true' })).toEqual([
    '/named',
    'started',
  ]);
});

test.each([{ PODPROOF_CACHE: '' }, { CI: 'true' }])('with %j nothing is kept', (env) => {
  expect(start(env)).toEqual(['started']);
});

test.each(['throws', 'is not there'])('a program starts where the compiler’s cache %s', (COMPILER) => {
  expect(start({ COMPILER })).toEqual(['started']);
});
