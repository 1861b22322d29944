/** Reports that are written from what was written before say what reports of objects say. */

import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Diagnostic, ResponseMessage } from 'vscode-languageserver';
import { NodeWriter } from '../../server/nodeWriter.ts';
import { EditedText, editsOf } from '../bench/edits.mjs';
import { inputText, randomFrom } from '../bench/inputs.mjs';
import { startInProcess, type TestClient } from './testClient.ts';

/** How many squiggles were converted. */
const counted = vi.hoisted(() => ({ converted: 0 }));

vi.mock('../../server/toLsp.ts', async (original) => {
  const module = await original<typeof import('../../server/toLsp.ts')>();
  return {
    ...module,
    diagnosticOf: (...params: Parameters<typeof module.diagnosticOf>) => {
      counted.converted++;
      return module.diagnosticOf(...params);
    },
  };
});

let writing: TestClient;
let plain: TestClient;

beforeEach(async () => {
  [writing, plain] = await Promise.all([startInProcess({ isWriting: true }), startInProcess()]);
});
afterEach(async () => {
  await Promise.all([writing.stop(), plain.stop()]);
});

const uri = 'file:///a.yaml';

function pod(name: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: ${name}\n      image: a:1\n`;
}

/** Both answers, held against each other. */
async function told(of: string): Promise<readonly Diagnostic[]> {
  const [written, made] = await Promise.all([writing.pull(of), plain.pull(of)]);
  expect(written).toEqual(made);
  return made.kind === 'full' ? made.items : [];
}

describe('what is written', () => {
  test.each(['b', 'c', 'd'] as const)('is what is made of objects, through edits of %s', async (id) => {
    const text = inputText(id);
    for (const client of [writing, plain]) client.open(uri, text);
    expect((await told(uri)).length).toBeGreaterThan(200);
    let version = 1;
    for (const { change } of editsOf(new EditedText(text), randomFrom(11))) {
      version++;
      for (const client of [writing, plain]) client.change(uri, version, change);
      await told(uri);
      if (version > 12) break;
    }
  });

  test.each([
    ['words that look like a line number', `'"line":7'`],
    ['quotes and backslashes', `'\\"line\\":7, \\\\"line":8'`],
    ['letters of many bytes', '"größe 木 \u{1F600}"'],
    ['half a letter', '"\\uD83D"'],
  ])('keeps names with %s, and moves what is around them', async (_, name) => {
    for (const client of [writing, plain]) client.open(uri, pod(name));
    const before = await told(uri);
    const top = { line: 0, character: 0 };
    const text = '#\n'.repeat(1_000);
    for (const client of [writing, plain]) client.change(uri, 2, { range: { start: top, end: top }, text });
    const after = await told(uri);
    expect(after.map(({ range }) => range.start.line)).toEqual(
      before.map(({ range }) => range.start.line + 1_000),
    );
  });

  test('is nothing where nothing is found, and a failure is told as ever', async () => {
    for (const client of [writing, plain]) client.open(uri, 'a: 1\n');
    expect(await told(uri)).toEqual([]);
    expect(await told('file:///unknown.yaml')).toEqual([]);
    await expect(writing.connection.sendRequest('unknown/method')).rejects.toThrow();
  });

  test('is neither converted nor written anew where only its lines change', async () => {
    writing.open(uri, inputText('c'));
    expect((await writing.diagnostics(uri)).length).toBe(1_000);
    counted.converted = 0;
    const top = { line: 0, character: 0 };
    const stringify = vi.spyOn(JSON, 'stringify');
    writing.change(uri, 2, { range: { start: top, end: top }, text: '\n' });
    const report = await writing.diagnostics(uri);
    const lengths = stringify.mock.results.map(({ value }) => (typeof value === 'string' ? value.length : 0));
    stringify.mockRestore();
    expect(report.length).toBe(1_000);
    expect(counted.converted).toBeLessThan(60);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(30_000);
  });

  test('stays as it is until the client has taken it, however much is written meanwhile', async () => {
    const taken: string[] = [];
    const taking: (() => void)[] = [];
    const writer = new NodeWriter(
      new Writable({
        write(chunk: Buffer, _, done) {
          taking.push(() => {
            taken.push(chunk.toString());
            done();
          });
        },
      }),
    );
    const range = { start: { line: 0, character: 1 }, end: { line: 1, character: 2 } };
    const written = writer.diagnostics([{ range, message: 'ü' }]);
    const lines = [0, 9, 10, 123_456];
    const sent = lines.map((line, id) => {
      const result = writer.report('r', [
        { written, line },
        { written, line: line + 1 },
      ]);
      return writer.write({ jsonrpc: '2.0', id, result } as ResponseMessage);
    });
    // The stream hands over the next message once it is rid of the one before.
    for (let take = taking.shift(); take !== undefined; take = taking.shift()) {
      take();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(sent);
    const messageAt = (line: number, id: number): string => {
      const items = [line, line + 1].map((from) => ({
        range: { start: { line: from, character: 1 }, end: { line: from + 1, character: 2 } },
        message: 'ü',
      }));
      const body = JSON.stringify({ jsonrpc: '2.0', id, result: { kind: 'full', resultId: 'r', items } });
      return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    };
    expect(taken).toEqual(lines.map(messageAt));
  });
});
