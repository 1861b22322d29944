/** A keystroke: what it costs the server, counted and not timed, is what the edit touched, however long the rest of the file is. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PiecedText } from '../../shared/text/pieces.ts';
import { inputText } from '../bench/inputs.mjs';
import { PLAIN, startInProcess, type TestClient } from './testClient.ts';

/** How often a document's findings were gathered into squiggles, a squiggle converted, and a fact asked for. */
const counted = vi.hoisted(() => ({ presented: 0, converted: 0, asked: 0 }));

vi.mock('../../shared/analysis/present.ts', async (original) => {
  const module = await original<typeof import('../../shared/analysis/present.ts')>();
  return {
    ...module,
    present: (...params: Parameters<typeof module.present>) => {
      counted.presented++;
      return module.present(...params);
    },
  };
});
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
vi.mock('../../shared/analysis/factAnswers.ts', async (original) => {
  const module = await original<typeof import('../../shared/analysis/factAnswers.ts')>();
  return {
    ...module,
    settles: (...params: Parameters<typeof module.settles>) => {
      counted.asked++;
      return module.settles(...params);
    },
  };
});

const uri = 'file:///stream.yaml';

let client: TestClient;

beforeEach(async () => {
  client = await startInProcess();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await client.stop();
});

/** Starts to count. Characters are those that were cut out of the text, and of all of it where it was put together. */
function counting(): { readonly characters: () => number; readonly wholes: () => number } {
  Object.assign(counted, { presented: 0, converted: 0, asked: 0 });
  const slice = vi.spyOn(PiecedText.prototype, 'slice').mockClear();
  const whole = vi.spyOn(PiecedText.prototype, 'toString').mockClear();
  return {
    characters: () =>
      slice.mock.results.reduce((sum, { value }) => sum + (typeof value === 'string' ? value.length : 0), 0),
    wholes: () => whole.mock.calls.length,
  };
}

/** Somewhere in the middle of a text, behind a value of a pod. */
function placeIn(text: string): { readonly line: number; readonly character: number } {
  const lines = text.split('\n');
  const line = lines.findIndex((one, at) => at > lines.length / 2 && /^ +image: /.test(one));
  return { line, character: lines[line]?.length ?? 0 };
}

/** The longest document of the inputs, and what is around it. */
const NEARBY = 60_000;

describe.each(['b', 'c'] as const)('in %s', (id) => {
  const text = inputText(id);
  const start = placeIn(text);
  const end = { line: start.line, character: start.character + 1 };

  test('looks at one document, and asks nothing of the others', async () => {
    counting();
    client.open(uri, text);
    await client.diagnostics(uri);
    // Of all documents, for comparison.
    expect(counted.presented).toBeGreaterThan(20);
    expect(counted.converted).toBeGreaterThan(100);
    expect(counted.asked).toBeGreaterThan(100);
    // What the first edit sets up stays.
    client.change(uri, 2, { range: { start, end: start }, text: 'x' });
    await client.diagnostics(uri);
    const { characters, wholes } = counting();
    client.change(uri, 3, { range: { start, end }, text: '' });
    await client.diagnostics(uri);
    expect(counted.presented).toBeLessThanOrEqual(1);
    expect(counted.converted).toBeLessThan(60);
    expect(counted.asked).toBeLessThan(60);
    expect(characters()).toBeLessThan(NEARBY);
    expect(wholes()).toBe(0);
  });

  test('is answered with nothing new where nothing new is found', async () => {
    client.open(uri, text);
    const first = await client.pull(uri);
    const resultId = first.kind === 'full' ? first.resultId : undefined;
    counting();
    client.change(uri, 2, { range: { start, end: start }, text: ' ' });
    expect(await client.pull(uri, resultId)).toEqual({ kind: 'unchanged', resultId });
    expect(counted.converted).toBe(0);
  });

  test('moves what stands below a new line, and converts it no second time', async () => {
    client.open(uri, text);
    const before = await client.diagnostics(uri);
    counting();
    client.change(uri, 2, {
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      text: '#\n',
    });
    const after = await client.diagnostics(uri);
    expect(counted.converted).toBeLessThan(60);
    expect(after.map(({ range }) => range.start.line)).toEqual(
      before.map(({ range }) => range.start.line + 1),
    );
  });

  test('is pushed to a client that cannot ask, and only where something has changed', async () => {
    const pushed = await startInProcess({ capabilities: PLAIN });
    pushed.open(uri, text);
    await pushed.published.next();
    const { characters, wholes } = counting();
    pushed.change(uri, 2, { range: { start, end: start }, text: ' ' });
    pushed.change(uri, 3, { range: { start, end }, text: '\n' });
    const { diagnostics } = await pushed.published.next();
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(pushed.published.taken()).toEqual([]);
    expect(counted.presented).toBeLessThanOrEqual(2);
    expect(counted.converted).toBeLessThan(60);
    expect(characters()).toBeLessThan(NEARBY);
    expect(wholes()).toBe(0);
    await pushed.stop();
  });
});

describe('in a long list', () => {
  const text = inputText('d');
  const start = placeIn(text);
  const end = { line: start.line, character: start.character + 1 };
  const top = { line: 0, character: 0 };

  test('looks at one item, and asks nothing of the others', async () => {
    counting();
    client.open(uri, text);
    await client.diagnostics(uri);
    // Of all items, for comparison.
    expect(counted.presented).toBeGreaterThan(100);
    expect(counted.converted).toBeGreaterThan(900);
    expect(counted.asked).toBeGreaterThan(900);
    const { characters, wholes } = counting();
    client.change(uri, 2, { range: { start, end: start }, text: 'x' });
    await client.diagnostics(uri);
    client.change(uri, 3, { range: { start, end }, text: '' });
    await client.diagnostics(uri);
    expect(counted.presented).toBeLessThanOrEqual(1);
    expect(counted.converted).toBeLessThan(60);
    expect(counted.asked).toBeLessThan(60);
    expect(characters()).toBeLessThan(NEARBY);
    expect(wholes()).toBe(0);
  });

  test('moves the items below a new line, and converts none of them a second time', async () => {
    client.open(uri, text);
    const before = await client.diagnostics(uri);
    counting();
    client.change(uri, 2, { range: { start: top, end: top }, text: '#\n' });
    const after = await client.diagnostics(uri);
    expect(counted.presented).toBe(0);
    expect(counted.converted).toBeLessThan(60);
    const lower = before.map(({ range }) => ({
      start: { ...range.start, line: range.start.line + 1 },
      end: { ...range.end, line: range.end.line + 1 },
    }));
    expect(after.map(({ range }) => range)).toEqual(lower);
  });

  test('offers fixes for what it tells, where it tells it', async () => {
    client.open(uri, text);
    client.change(uri, 2, { range: { start: top, end: top }, text: '#\n' });
    const told = await client.diagnostics(uri);
    const wanted = told.filter((_, index) => index % 97 === 0);
    expect(wanted.length).toBeGreaterThan(8);
    for (const diagnostic of wanted) {
      const actions = await client.actions(uri, diagnostic.range, { diagnostics: [diagnostic] });
      expect(actions.flatMap(({ diagnostics }) => diagnostics ?? [])).toContainEqual(diagnostic);
    }
  });
});
