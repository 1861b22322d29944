/** The launcher: where Node is asked to keep what it compiles, and that a program starts whatever comes of it. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
if (process.env.COMPILER === 'writes') {
  nodeModule.enableCompileCache = () => {};
  nodeModule.flushCompileCache = () => console.log('written');
  globalThis.setTimeout = (run, milliseconds) => {
    if (milliseconds <= 2000) process.once('exit', run);
    return { unref() {} };
  };
}
if (process.env.COMPILER === 'throws') nodeModule.enableCompileCache = () => { throw new Error('read-only'); };
`;

beforeAll(() => {
  copyFileSync('packaging/launcher.cjs', program);
  mkdirSync(path.join(folder, 'program'));
  writeFileSync(path.join(folder, 'program/start.js'), "console.log('started');");
  writeFileSync(path.join(folder, 'preloaded.cjs'), PRELOADED);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const home = path.join(folder, 'home');
mkdirSync(path.join(home, 'caches'), { recursive: true });

/** What a start says, line by line; the environment is this one alone. */
function start(env: Readonly<Record<string, string>>): readonly string[] {
  const preload = path.join(folder, 'preloaded.cjs');
  const { stdout, stderr } = spawnSync(process.execPath, ['--require', preload, program], {
    env: { HOME: home, COMPILER: 'keeps', ...env },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

const compiled = (...parts: readonly string[]): string => path.join(home, ...parts, 'compiled');

test.runIf(process.platform === 'linux')('what is compiled is kept in the person’s own cache folder', () => {
  expect(start({})).toEqual([compiled('.cache/podproof'), 'started']);
  expect(existsSync(compiled('.cache/podproof'))).toBe(true);
  expect(start({})).toEqual([compiled('.cache/podproof'), 'started']);
  expect(start({ XDG_CACHE_HOME: path.join(home, 'caches') })).toEqual([
    compiled('caches/podproof'),
    'started',
  ]);
  expect(start({ XDG_CACHE_HOME: 'not/absolute' })).toEqual([compiled('.cache/podproof'), 'started']);
});

test('what is compiled is written soon, for whoever ends the process by force', () => {
  expect(start({ COMPILER: 'writes', PODPROOF_CACHE: path.join(home, 'named') })).toEqual([
    'started',
    'written',
  ]);
});

test('a folder that is named goes before', () => {
  const named = path.join(home, 'named');
  expect(start({ PODPROOF_CACHE: named, XDG_CACHE_HOME: '/caches', CI: 'true' })).toEqual([
    compiled('named'),
    'started',
  ]);
});

test.each([{ PODPROOF_CACHE: '' }, { CI: 'true' }])('with %j nothing is kept', (env) => {
  expect(start(env)).toEqual(['started']);
});

test
  .runIf(process.platform === 'linux')
  .each(['/proc', '/proc/none', '/dev/null', '/dev/null/x', '/none/of/these'])(
  'nothing is kept where no folder can be made: %s',
  (PODPROOF_CACHE) => {
    expect(start({ PODPROOF_CACHE })).toEqual(['started']);
  },
);

test.each(['throws', 'is not there'])('a program starts where the compiler’s cache %s', (COMPILER) => {
  expect(start({ COMPILER })).toEqual(['started']);
});
