/** The built server over standard input and output, as any editor runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltServer, builtServer } from './builtServer.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { at, edited, PLAIN, shown, startInProcess, startProcess } from './testClient.ts';

let server: BuiltServer;

beforeAll(async () => {
  server = await builtServer();
});
afterAll(() => server.remove());

const uri = 'file:///manifest.yaml';

describe('a whole session', () => {
  test('open, read, fix, close, leave', async () => {
    const client = await startProcess(server.file);
    expect(client.initialized.serverInfo?.name).toBe('podproof');
    client.open(uri, BARE_POD);
    expect(shown(await client.diagnostics(uri))).toContain('4:0-4 seccomp/missing');
    expect(await client.hover(uri, at(BARE_POD, 'spec').start)).not.toBeNull();
    const actions = await client.actions(uri, at(BARE_POD, 'web\n      image'));
    const harden = actions.find(({ kind }) => kind === 'refactor.rewrite.podproof.harden.file');
    if (harden === undefined) throw new Error('The file can be hardened.');
    const hardened = edited(BARE_POD, uri, (await client.resolve(harden)).edit);
    client.change(uri, 2, { text: hardened });
    expect(await client.diagnostics(uri)).toEqual([]);
    client.close(uri);
    await client.stop();
    expect(client.process.exitCode).toBe(0);
  });

  test('the same with a client that only takes what is sent', async () => {
    const client = await startProcess(server.file, { capabilities: PLAIN });
    client.open(uri, BARE_POD);
    expect(shown((await client.published.next()).diagnostics)).toContain('4:0-4 seccomp/missing');
    client.change(uri, 2, { text: HARDENED_POD });
    expect((await client.published.next()).diagnostics).toEqual([]);
    await client.stop();
  });

  test('says of every example what the server of this process says', async () => {
    const examples = readdirSync('examples').filter((name) => /\.(ya?ml|json)$/.test(name));
    expect(examples).not.toEqual([]);
    const built = await startProcess(server.file);
    const inProcess = await startInProcess();
    for (const name of examples) {
      const of = `file:///${name}`;
      const text = readFileSync(path.join('examples', name), 'utf8');
      for (const client of [built, inProcess]) client.open(of, text);
      expect(await built.pull(of)).toEqual(await inProcess.pull(of));
    }
    await Promise.all([built.stop(), inProcess.stop()]);
  });
});

describe('the process', () => {
  const spawnServer = (...args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [server.file, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });

  test.each([[['--stdio']], [[]]])('ends when its input ends, with %j', async (args) => {
    const child = spawnServer(...args);
    child.stdin?.end();
    const [code] = await once(child, 'exit');
    // Nobody said good-bye.
    expect(code).toBe(1);
  });

  test('speaks over the channel of the process that forks it, as it does in VS Code', async () => {
    const child = spawn(process.execPath, [server.file, '--node-ipc'], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.send({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { processId: null, rootUri: null, capabilities: {} },
    });
    const [answer] = await once(child, 'message');
    expect(answer).toMatchObject({ id: 1, result: { serverInfo: { name: 'podproof' } } });
    child.send({ jsonrpc: '2.0', id: 2, method: 'shutdown' });
    await once(child, 'message');
    child.send({ jsonrpc: '2.0', method: 'exit' });
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  });

  test.each([
    ['no JSON', '{"jsonrpc": "2.0", "id": '],
    ['no message', '"just a string"'],
    ['no object', '[]'],
    ['a method that is no text', '{"jsonrpc": "2.0", "id": 9, "method": 7}'],
  ])('goes on after a message that is none: %s', async (_, body) => {
    const client = await startProcess(server.file);
    client.process.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    client.open(uri, BARE_POD);
    expect(await client.diagnostics(uri)).not.toEqual([]);
    await client.stop();
  });

  test('writes nothing but messages to its output', async () => {
    const child = spawnServer('--stdio');
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    const send = (message: object): void => {
      const body = JSON.stringify({ jsonrpc: '2.0', ...message });
      child.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    };
    send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
    send({ method: 'initialized', params: {} });
    send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'yaml', version: 1, text: BARE_POD } },
    });
    send({ id: 2, method: 'shutdown' });
    while (!Buffer.concat(chunks).includes('"id":2')) await once(child.stdout ?? child, 'data');
    send({ method: 'exit' });
    await once(child, 'close');
    let rest = Buffer.concat(chunks).toString('utf8');
    const ids: unknown[] = [];
    while (rest !== '') {
      const header = /^Content-Length: (\d+)\r\n\r\n/.exec(rest);
      expect(header).not.toBeNull();
      const [head = '', length = '0'] = header ?? [];
      const body = Buffer.from(rest.slice(head.length)).subarray(0, Number(length)).toString('utf8');
      const message = JSON.parse(body) as { readonly id?: number };
      if (message.id !== undefined) ids.push(message.id);
      rest = rest.slice(head.length + body.length);
    }
    expect(ids).toEqual([1, 2]);
  });
});
