/** Any client: messages that are none, clients that go away in the middle, hundreds of documents at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createFramingCheck } from '../../server/framing.ts';
import { type BuiltServer, builtServer } from './builtServer.ts';
import { BARE_POD, HARDENED_POD, TWO_CONTAINERS } from './manifests.ts';
import { startProcess } from './testClient.ts';

let server: BuiltServer;

beforeAll(async () => {
  server = await builtServer();
});
afterAll(() => server.remove());

function framed(body: unknown): Buffer {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return Buffer.concat([Buffer.from(`Content-Length: ${bytes.length}\r\n\r\n`), bytes]);
}

const request = (id: number, method: string, params: unknown) =>
  framed({ jsonrpc: '2.0', id, method, params });
const INITIALIZE = request(1, 'initialize', { processId: null, rootUri: null, capabilities: {} });
const LAST = request(99, 'textDocument/hover', {
  textDocument: { uri: 'file:///a.yaml' },
  position: { line: 0, character: 0 },
});

interface Raw {
  readonly process: ChildProcess;
  /** What standard error says, once the process has ended; with the exit code. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
  /** Settles when standard output holds the text; rejects where the process ends before. */
  until(text: string): Promise<void>;
}

function startRaw(): Raw {
  const child = spawn(process.execPath, [server.file, '--stdio'], { stdio: 'pipe' });
  onTestFinished(() => {
    child.kill();
  });
  let answered = '';
  let said = '';
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (data: Buffer) => {
    answered += data.toString('latin1');
    child.emit('answered');
  });
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, said })),
  );
  const until = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (answered.includes(text)) resolve();
      };
      child.on('answered', look);
      child.once('close', () => reject(new Error(`It ended before ${text}.`)));
      look();
    });
  return { process: child, ended, until };
}

describe('a message that is none', () => {
  test('costs nothing but itself', async () => {
    const { process: child, until } = startRaw();
    const messages: readonly Buffer[] = [
      framed('{"jsonrpc": "2.0", '),
      framed('null'),
      framed('5'),
      framed([1, 2]),
      framed({ jsonrpc: '2.0', id: 5 }),
      framed({ jsonrpc: '2.0', id: 6, method: 7 }),
      framed({ jsonrpc: '2.0', id: { a: 1 }, method: 'textDocument/hover', params: {} }),
      framed({ jsonrpc: '2.0', id: 77, result: 1 }),
      framed({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 'none' } }),
      framed({ jsonrpc: '2.0', method: 'textDocument/didOpen', params: 'none' }),
      framed('{"jsonrpc": "2.0", "id": 8, "method": "__proto__", "params": {"__proto__": {"a": 1}}}'),
      framed(Buffer.from([0xff, 0xfe, 0xfd])),
      framed('['.repeat(200_000)),
      Buffer.from('Content-Length: 2\r\nContent-Type: application/json; charset=none\r\n\r\n{}'),
      INITIALIZE,
    ];
    child.stdin?.write(Buffer.concat([INITIALIZE, ...messages, LAST]));
    await until('"id":99');
  });

  test.each([
    ['no header', 'hello\r\n\r\n'],
    ['no length', 'Content-Type: x\r\n\r\n{}'],
    ['a length below nothing', 'Content-Length: -5\r\n\r\n'],
    ['a length that is no number', 'Content-Length: many\r\n\r\n{}'],
    ['a length beyond all memory', 'Content-Length: 99999999999\r\n\r\n{}'],
    ['a header without an end', `a: ${'b'.repeat(100_000)}`],
  ])('ends the process where no later one could be found: %s', async (_, bytes) => {
    const { process: child, ended } = startRaw();
    child.stdin?.write(Buffer.concat([INITIALIZE, Buffer.from(bytes), LAST]));
    expect(await ended).toEqual({
      code: 1,
      said: 'podproof: standard input holds no messages of the language server protocol.\n',
    });
  });

  test('is found wherever the stream is cut', () => {
    const whole = Buffer.concat([INITIALIZE, framed('ü𝄞'), LAST]);
    for (let size = 1; size < 40; size++) {
      const isFramed = createFramingCheck();
      for (let at = 0; at < whole.length; at += size)
        expect(isFramed(whole.subarray(at, at + size))).toBe(true);
      expect(isFramed(Buffer.from(`${'{'.repeat(10)}\r\n\r\n`))).toBe(false);
      expect(isFramed(whole)).toBe(false);
    }
  });
});

test('a client that is gone takes the server with it', async () => {
  const { process: child, ended, until } = startRaw();
  child.stdin?.write(INITIALIZE);
  await until('"id":1');
  child.stdin?.end();
  expect((await ended).said).toBe('');
});

test('shutting down in the middle of reading a workspace ends at once, without a word', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'podproof-many-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (let index = 0; index < 400; index++) writeFileSync(path.join(folder, `${index}.yaml`), TWO_CONTAINERS);
  const { process: child, ended, until } = startRaw();
  const workspaceFolders = [{ uri: pathToFileURL(folder).href, name: 'many' }];
  const initializationOptions = { checkWorkspace: true };
  const params = { processId: null, workspaceFolders, capabilities: {}, initializationOptions };
  child.stdin?.write(request(1, 'initialize', params));
  await until('"id":1');
  child.stdin?.write(framed({ jsonrpc: '2.0', method: 'initialized', params: {} }));
  child.stdin?.write(request(2, 'shutdown', null));
  await until('"id":2');
  child.stdin?.write(framed({ jsonrpc: '2.0', method: 'exit' }));
  expect(await ended).toEqual({ code: 0, said: '' });
});

test('500 open documents, edited, asked about and set at once, end as in a fresh server', async () => {
  const texts = [BARE_POD, TWO_CONTAINERS, HARDENED_POD];
  const uriOf = (index: number) => `file:///many/${index}.yaml`;
  const client = await startProcess(server.file, { settings: {} });
  const overtaken: Promise<unknown>[] = [];
  for (let index = 0; index < 500; index++) {
    client.open(uriOf(index), texts[index % 3] ?? '');
    overtaken.push(client.pull(uriOf(index)).catch(() => undefined));
    client.change(uriOf(index), 2, { text: texts[(index + 1) % 3] ?? '' });
    if (index === 250) {
      client.settings = { minimumUid: 1, checks: { resources: 'off' } };
      client.configure({ podproof: client.settings });
    }
    if (index % 7 === 0) client.close(uriOf(index));
  }
  await Promise.all(overtaken);
  const fresh = await startProcess(server.file, { settings: client.settings });
  for (let index = 0; index < 500; index++) {
    if (index % 7 !== 0) fresh.open(uriOf(index), texts[(index + 1) % 3] ?? '');
    expect(await client.diagnostics(uriOf(index))).toEqual(await fresh.diagnostics(uriOf(index)));
  }
  await Promise.all([client.stop(), fresh.stop()]);
});
