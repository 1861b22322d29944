/** Nothing leaves the machine, and no log holds a word of a document. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { type BuiltServer, builtServer } from '../server/builtServer.ts';

const CANARY = 'canary7f3a91c0';

/** A manifest that names a secret wherever a text may, and gives every part of the program something to do. */
const MANIFEST = `apiVersion: v1
kind: Pod
metadata:
  name: ${CANARY}-pod
  annotations:
    podproof/ignore: ${CANARY}-id
spec: # podproof-ignore ${CANARY}-practice
  containers:
  - name: ${CANARY}-container
    image: https://${CANARY}.example.com/image
    env:
    - {name: PASSWORD, value: ${CANARY}-password}
    securityContext:
      runAsUser: ${CANARY}-user
      privileged: true
---
kind: ${CANARY}
broken: [${CANARY}
`;

let server: BuiltServer;
let folder: string;
let deniedLog: string;

beforeAll(async () => {
  server = await builtServer();
});
afterAll(() => server.remove());

/** The environment of a program that may not reach out; what it tried is in `deniedLog`. */
function denied(): NodeJS.ProcessEnv {
  folder = mkdtempSync(path.join(tmpdir(), 'podproof-privacy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  deniedLog = path.join(folder, 'denied.log');
  return {
    ...process.env,
    DENIED_LOG: deniedLog,
    NODE_OPTIONS: `--require=${path.resolve('test/security/denyAll.cjs')}`,
  };
}

const attempts = (): string => (existsSync(deniedLog) ? readFileSync(deniedLog, 'utf8') : '');

test('the denial works: what reaches out is stopped and noted', () => {
  const env = denied();
  for (const code of [
    "require('net').connect(1)",
    "require('child_process').spawn('true')",
    "fetch('http://127.0.0.1')",
    "require('dgram').createSocket('udp4')",
  ]) {
    expect(spawnSync(process.execPath, ['-e', code], { env }).status).not.toBe(0);
  }
  expect(attempts()).toBe('a connection\na program\na request\na datagram socket\n');
});

describe('the server', () => {
  test('reaches out to nothing, and logs no word of a document, whatever it is asked', async () => {
    const child = spawn(process.execPath, [server.file, '--stdio'], { env: denied(), stdio: 'pipe' });
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString();
    });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    for (const method of ['window/logMessage', 'window/showMessage', 'telemetry/event', '$/logTrace']) {
      connection.onNotification(method, (params: unknown) => {
        said += JSON.stringify(params);
      });
    }
    let published = 0;
    connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ diagnostics }: { diagnostics: unknown[] }) => {
        published += diagnostics.length;
      },
    );
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => null),
    );
    connection.onRequest('client/registerCapability', () => null);
    connection.listen();
    const uri = 'file:///canary.yaml';
    const textDocument = { uri };
    const position = { line: 12, character: 8 };
    const range = { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } };
    await connection.sendRequest('initialize', {
      processId: null,
      rootUri: null,
      capabilities: {},
      trace: 'verbose',
    });
    await connection.sendNotification('initialized', {});
    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'yaml', version: 1, text: MANIFEST },
    });
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: { start: {}, end: {} }, text: CANARY }],
    });
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 3 },
      contentChanges: [{ text: MANIFEST }],
    });
    const context = { diagnostics: [] };
    for (const [method, params] of [
      ['textDocument/codeAction', { textDocument, range, context }],
      ['textDocument/hover', { textDocument, position }],
      ['textDocument/completion', { textDocument, position }],
      ['codeAction/resolve', { title: CANARY, data: { uri, [CANARY]: CANARY } }],
      ['textDocument/hover', { textDocument: CANARY, position: CANARY }],
      [`podproof/${CANARY}`, {}],
    ] as const) {
      await connection.sendRequest(method, params).catch(() => undefined);
    }
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    await exited;
    connection.dispose();
    expect(published).toBeGreaterThan(0);
    // It is not silent: versions and timings are there for a person to send.
    expect(said).toMatch(/Podproof \d+\.\d+\.\d+ is ready\./);
    expect(said).toMatch(/Hovering took \d[\d.]* ms\./);
    expect(said).toMatch(/Changing a document took \d[\d.]* ms\./);
    expect(attempts()).toBe('');
    expect(said).not.toContain(CANARY);
  });
});

describe('the command line', () => {
  const cli = path.resolve('dist/cli.js');

  test.runIf(existsSync(cli)).each([
    ['check', 1],
    ['check --format sarif', 1],
    ['fix --diff', 0],
  ])('%s reaches out to nothing', (command, exitCode) => {
    const env = denied();
    writeFileSync(path.join(folder, 'pod.yaml'), MANIFEST.slice(0, MANIFEST.indexOf('---')));
    const { status } = spawnSync(process.execPath, [cli, ...command.split(' '), folder], { env });
    expect(status).toBe(exitCode);
    expect(attempts()).toBe('');
  });
});
