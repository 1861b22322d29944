/** The connection: messages as they travel, taken back, refused, and told of; against bytes, since the package that others use is not in the server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Connection, createConnection, type Life } from '../../server/connection.ts';
import { notification, request } from '../../server/lsp.ts';
import { streamChannel } from '../../server/nodeChannel.ts';
import { type BuiltServer, builtServer } from './builtServer.ts';

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

let toServer: PassThrough;
let connection: Connection;
let said: Message[];
let ended: boolean[];
let watched: number[];

beforeEach(() => {
  toServer = new PassThrough();
  const toClient = new PassThrough();
  said = [];
  ended = [];
  watched = [];
  // Every message is written at once.
  toClient.on('data', (chunk: Buffer) => {
    const [header = '', length] = /^Content-Length: (\d+)\r\n\r\n/.exec(chunk.toString('latin1')) ?? [];
    expect(chunk.length).toBe(header.length + Number(length));
    said.push(JSON.parse(chunk.toString('utf8', header.length)));
  });
  const life: Life = { end: (wasAskedTo) => ended.push(wasAskedTo), watch: (id) => watched.push(id) };
  connection = createConnection(streamChannel(toServer, toClient), life);
  connection.listen();
});

const framed = (message: object): Buffer => {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  return Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
};
const send = (...messages: readonly object[]): void => {
  toServer.write(Buffer.concat(messages.map(framed)));
};
/** What the server says to what is sent by now. */
const answers = async (count: number): Promise<readonly Message[]> => {
  await expect.poll(() => said.length, { interval: 1 }).toBe(count);
  return said;
};

const ECHO = request<{ readonly text: string }, string>('test/echo');

describe('messages', () => {
  test('come in parts, cut anywhere, also inside a character', async () => {
    connection.onRequest(ECHO, ({ text }) => text);
    for (const byte of framed({ id: 1, method: 'test/echo', params: { text: '鍵\u{1F512}' } })) {
      toServer.write(Buffer.from([byte]));
    }
    expect(await answers(1)).toMatchObject([{ jsonrpc: '2.0', id: 1, result: '鍵\u{1F512}' }]);
  });

  test('come together, and are answered in their order', async () => {
    connection.onRequest(ECHO, ({ text }) => text);
    send(...['a', 'b', 'c'].map((text, id) => ({ id, method: 'test/echo', params: { text } })));
    expect((await answers(3)).map(({ result }) => result)).toEqual(['a', 'b', 'c']);
  });

  test('behind a header with more than a length', async () => {
    connection.onRequest(ECHO, ({ text }) => text);
    const [header = '', body = ''] = framed({ id: 7, method: 'test/echo', params: { text: 'x' } })
      .toString()
      .split('\r\n\r\n');
    toServer.write(
      `Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n${header.toLowerCase()}\r\n\r\n${body}`,
    );
    expect(await answers(1)).toMatchObject([{ id: 7, result: 'x' }]);
  });

  test('a notification is heard, and nobody answers it', async () => {
    const heard: unknown[] = [];
    connection.onNotification(notification<unknown>('test/tell'), (params) => {
      heard.push(params);
    });
    connection.onRequest(ECHO, ({ text }) => text);
    send(
      { method: 'test/tell', params: { a: 1 } },
      { method: 'test/nobody', params: {} },
      { id: 1, method: 'test/echo', params: { text: 'x' } },
    );
    expect(await answers(1)).toMatchObject([{ id: 1 }]);
    expect(heard).toEqual([{ a: 1 }]);
  });
});

describe('a request', () => {
  test('that nobody answers is refused', async () => {
    send({ id: 'one', method: 'test/unknown' });
    expect(await answers(1)).toMatchObject([{ id: 'one', error: { code: -32601 } }]);
  });

  test('that fails is answered, without a word of what went wrong', async () => {
    connection.onRequest(request('test/fail'), () => {
      throw new Error('secret');
    });
    send({ id: 1, method: 'test/fail' });
    expect(await answers(1)).toEqual([
      { jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'Request test/fail failed' } },
    ]);
  });

  test('without an answer is answered with null', async () => {
    connection.onRequest(request('test/nothing'), () => undefined);
    send({ id: 1, method: 'test/nothing' });
    expect(await answers(1)).toEqual([{ jsonrpc: '2.0', id: 1, result: null }]);
  });

  test('that is taken back before its turn is never begun', async () => {
    const begun: string[] = [];
    connection.onRequest(ECHO, ({ text }) => {
      begun.push(text);
      return text;
    });
    send(
      { id: 1, method: 'test/echo', params: { text: 'first' } },
      { id: 2, method: 'test/echo', params: { text: 'second' } },
      { method: '$/cancelRequest', params: { id: 2 } },
    );
    expect(await answers(2)).toMatchObject([
      { id: 2, error: { code: -32800 } },
      { id: 1, result: 'first' },
    ]);
    expect(begun).toEqual(['first']);
  });

  test('that is under way hears that it is taken back', async () => {
    connection.onRequest(request<unknown, string>('test/wait'), (_, token) => {
      expect(token.isCancellationRequested).toBe(false);
      return new Promise((resolve) => {
        token.onCancellationRequested(() => resolve(`cancelled: ${token.isCancellationRequested}`));
        // Only now is it taken back: a turn later.
        send({ method: '$/cancelRequest', params: { id: 1 } });
      });
    });
    send({ id: 1, method: 'test/wait' });
    expect(await answers(1)).toMatchObject([{ id: 1, result: 'cancelled: true' }]);
  });

  test('of the server is answered, or refused', async () => {
    const good = connection.sendRequest(request<object, number>('client/good'), { a: 1 });
    const bad = connection.sendRequest(request<object, number>('client/bad'), {}).catch((error) => error);
    const [first, second] = await answers(2);
    expect(first).toMatchObject({ method: 'client/good', params: { a: 1 } });
    send({ id: second?.id, error: { code: 5, message: 'no' } }, { id: first?.id, result: 42 });
    expect(await good).toBe(42);
    expect(await bad).toMatchObject({ code: 5, message: 'no' });
  });
});

test('progress is begun, reported, taken back by a person, and ended', async () => {
  const creating = connection.window.createWorkDoneProgress();
  const [{ id, params } = { id: 0 }] = await answers(1);
  send({ id, result: null });
  const progress = await creating;
  progress.begin('Podproof', undefined, 'Checking', true);
  progress.report('half');
  expect(progress.token.isCancellationRequested).toBe(false);
  send({ method: 'window/workDoneProgress/cancel', params });
  await expect.poll(() => progress.token.isCancellationRequested, { interval: 1 }).toBe(true);
  progress.done();
  expect((await answers(4)).slice(1).map((message) => message.params)).toMatchObject([
    { value: { kind: 'begin', title: 'Podproof', message: 'Checking', cancellable: true } },
    { value: { kind: 'report', message: 'half' } },
    { value: { kind: 'end' } },
  ]);
});

test('a trace is sent to a client that asks for one, for as long as it asks', async () => {
  connection.onInitialize(() => ({ capabilities: {} }));
  connection.tracer.log('before');
  send({ id: 1, method: 'initialize', params: { processId: 99, trace: 'verbose' } });
  await answers(1);
  connection.tracer.log('meanwhile');
  send({ method: '$/setTrace', params: { value: 'off' } }, { id: 2, method: 'shutdown' });
  await answers(3);
  connection.tracer.log('after');
  const traced = said.filter(({ method }) => method === '$/logTrace');
  expect(traced).toMatchObject([{ params: { message: 'meanwhile' } }]);
  expect(watched).toEqual([99]);
});

describe('the end', () => {
  test('comes when the client says so, or goes; it is a good one after shutdown', async () => {
    send({ method: 'exit' });
    await expect.poll(() => ended, { interval: 1 }).toEqual([false]);
    send({ id: 1, method: 'shutdown' }, { method: 'exit' });
    await expect.poll(() => ended, { interval: 1 }).toEqual([false, true]);
    toServer.end();
    await expect.poll(() => ended.length, { interval: 1 }).toBeGreaterThan(2);
  });
});

describe('the built server', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'podproof-channel-'));
  let server: BuiltServer;
  beforeAll(async () => {
    server = await builtServer();
  });
  afterAll(() => {
    server.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test.skipIf(process.platform === 'win32').each(['--socket', '--pipe'])(
    'speaks over a channel that the client opens, with %s',
    async (option) => {
      const listening = createServer();
      listening.listen(option === '--pipe' ? path.join(folder, 'pipe') : { port: 0, host: '127.0.0.1' });
      await once(listening, 'listening');
      const address = listening.address();
      const value = typeof address === 'string' ? address : address?.port;
      const child = spawn(process.execPath, [server.file, `${option}=${value}`], { stdio: 'inherit' });
      const [socket] = await once(listening, 'connection');
      socket.write(
        framed({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } }),
      );
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toContain('"serverInfo":{"name":"podproof"');
      socket.end(Buffer.concat([framed({ id: 2, method: 'shutdown' }), framed({ method: 'exit' })]));
      const [code] = await once(child, 'exit');
      expect(code).toBe(0);
      listening.close();
    },
  );

  test('ends with words where no channel is named', async () => {
    const child = spawn(process.execPath, [server.file, '--tcp'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [[code], [words]] = await Promise.all([once(child, 'exit'), once(child.stderr, 'data')]);
    expect(code).toBe(1);
    expect(String(words)).toContain('--stdio');
  });
});
