/** What a program has loaded when it has told of a plain manifest: its start, and little else. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram } from '../../packaging/programs.mjs';
import { inputText } from './inputs.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'podproof-start-'));
const loaded = path.join(folder, 'loaded.txt');

/**
 * Notes every module of the program, and every one of Node that is known to take long, until the word is said: what a program does when
 * nothing is asked of it for a while comes later.
 */
const PRELOADED = `
const Module = require('node:module');
const { appendFileSync } = require('node:fs');
const load = Module._load;
const slow = new Set(['node:crypto', 'node:zlib', 'node:child_process', 'node:fs/promises', 'node:worker_threads']);
Module._load = function (name, ...rest) {
  if (!isSaid && (name.startsWith('./') || slow.has(name))) appendFileSync(process.env.LOADED, name + '\\n');
  return load.call(this, name, ...rest);
};
let isSaid = false;
const write = process.stdout.write;
process.stdout.write = function (chunk, ...rest) {
  isSaid ||= Buffer.from(chunk).includes(process.env.WORD);
  return write.call(this, chunk, ...rest);
};
`;

beforeAll(async () => {
  await Promise.all([buildProgram('server', folder), buildProgram('cli', folder)]);
  writeFileSync(path.join(folder, 'preloaded.cjs'), PRELOADED);
  for (const id of ['a', 'b'] as const) writeFileSync(path.join(folder, `${id}.yaml`), inputText(id));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The modules that a program loads until it has said a word. */
async function loadedUntil(word: string, args: readonly string[], input = ''): Promise<readonly string[]> {
  writeFileSync(loaded, '');
  const child = spawn(process.execPath, ['--require', path.join(folder, 'preloaded.cjs'), ...args], {
    env: { ...process.env, NODE_OPTIONS: '', LOADED: loaded, WORD: word },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.write(input);
  let said = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    said += chunk;
    if (said.includes(word)) break;
  }
  child.kill();
  expect(said).toContain(word);
  // All but the start have the build in their names.
  const names = readFileSync(loaded, 'utf8')
    .trim()
    .replaceAll(/-[0-9a-f]{8}\.js$/gm, '.js')
    .split('\n');
  return [...new Set(names)].filter((name) => name !== './start.js');
}

/** What sends diagnostics to a client that cannot ask for them. */
const PUSHING = './push.js';
/** Beside Deployments, `b` has service accounts, and roles bound to them. */
const EXPECTED = [
  ['a', []],
  ['b', ['./facts.js']],
] as const;

test.each(EXPECTED)('the server, when it has sent diagnostics of %s', async (id, parts) => {
  const uri = pathToFileURL(path.join(folder, `${id}.yaml`)).href;
  const messages = [
    { id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } },
    { method: 'initialized', params: {} },
    {
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'yaml', version: 1, text: inputText(id) } },
    },
  ].map((message) => JSON.stringify({ jsonrpc: '2.0', ...message }));
  const input = messages.map((body) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`).join('');
  const server = path.join(folder, 'server.js');
  expect(await loadedUntil('publishDiagnostics', [server, '--stdio'], input)).toEqual([
    './server/start.js',
    PUSHING,
    ...parts,
  ]);
});

test.each(EXPECTED)('the command line, when it has printed what it found in %s', async (id, parts) => {
  const args = [path.join(folder, 'cli.js'), 'check', path.join(folder, `${id}.yaml`)];
  expect(await loadedUntil('service-account-token', args)).toEqual(['./cli/start.js', ...parts]);
});
