/** Long files: their analysis pauses between documents, is shared, and is given up when nobody wants it. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  CancellationTokenSource,
  DocumentDiagnosticRequest,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver/node';
import { seccomp } from '../../shared/practices/seccomp.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { PLAIN, rangeOf, startInProcess, type TestClient } from './testClient.ts';

const uri = 'file:///long.yaml';
const count = 2000;
const long = Array.from({ length: count }, (_, index) => BARE_POD.replaceAll('web', `web-${index}`)).join(
  '---\n',
);

let client: TestClient;

beforeEach(async () => {
  client = await startInProcess();
});
afterEach(async () => {
  await client.stop();
  vi.restoreAllMocks();
});

/** How many pods have been judged. */
const judged = () => vi.spyOn(seccomp, 'check').mockClear();

function pull(token: CancellationTokenSource['token']) {
  return client.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } }, token);
}

/** Resolves once the server has judged as many pods; the server runs in this process, in turns. */
async function untilJudged(pods: number): Promise<void> {
  const before = vi.mocked(seccomp.check).mock.calls.length;
  while (vi.mocked(seccomp.check).mock.calls.length < before + pods) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a question that is taken back is given up, and what was read by then is not read again', async () => {
  const check = judged();
  client.open(uri, long);
  const cancel = new CancellationTokenSource();
  const answer = pull(cancel.token);
  await untilJudged(1);
  cancel.cancel();
  const refusal = await answer.catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ResponseError);
  expect((refusal as ResponseError<void>).code).toBe(LSPErrorCodes.RequestCancelled);
  expect(check.mock.calls.length).toBeLessThan(count);

  await client.diagnostics(uri);
  expect(check).toHaveBeenCalledTimes(count);
});

test('several questions about one text share its analysis', async () => {
  const check = judged();
  client.open(uri, long);
  const [first, second] = await Promise.all([
    client.diagnostics(uri),
    client.diagnostics(uri),
    client.hover(uri, rangeOf(long, 'spec').start),
    client.actions(uri, rangeOf(long, 'spec')),
  ]);
  expect(second).toEqual(first);
  // The document of which actions are asked is judged once more: fixes are made when somebody asks.
  expect(check).toHaveBeenCalledTimes(count + 1);
});

test('a small file is answered while a long one is read', async () => {
  judged();
  client.open(uri, long);
  let isLongAnswered = false;
  const answer = client.diagnostics(uri).then(() => {
    isLongAnswered = true;
  });
  await untilJudged(1);
  client.open('file:///small.yaml', HARDENED_POD);
  expect(await client.diagnostics('file:///small.yaml')).toEqual([]);
  expect(isLongAnswered).toBe(false);
  await answer;
});

test('a change meanwhile: the answer is for the text after it, and only what changed is read again', async () => {
  const check = judged();
  client.open(uri, long);
  const answer = client.diagnostics(uri);
  await untilJudged(1);
  client.change(uri, 2, { range: rangeOf(long, 'kind: Pod'), text: 'kind: Ignored' });
  const codes = await answer;
  expect(codes[0]?.range.start.line).toBeGreaterThan(8);
  // The first pod is no pod any more; all others were judged once.
  expect(check.mock.calls.length).toBeGreaterThanOrEqual(count - 1);
  expect(check.mock.calls.length).toBeLessThanOrEqual(count);
});

test('a file that closes meanwhile is answered with nothing', async () => {
  const check = judged();
  client.open(uri, long);
  const answer = client.diagnostics(uri);
  await untilJudged(1);
  client.close(uri);
  expect(await answer).toEqual([]);
  expect(check.mock.calls.length).toBeLessThan(count);
});

test('a client that cannot pull is answered for the last of many changes, and not for each, even while the file is read', async () => {
  const pushed = await startInProcess({ capabilities: PLAIN });
  judged();
  pushed.open(uri, long);
  await untilJudged(1);
  for (let version = 2; version < 30; version++) {
    const start = { line: 0, character: 0 };
    pushed.change(uri, version, { range: { start, end: start }, text: '#\n' });
  }
  const answers: (number | undefined)[] = [];
  while (answers.at(-1) !== 4 + 28) {
    const { diagnostics } = await pushed.published.next();
    answers.push(diagnostics[0]?.range.start.line);
  }
  // Few of the changes find the reading done before the next of them is there.
  expect(answers.length).toBeLessThan(10);
  await pushed.stop();
});
