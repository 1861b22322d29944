/** Typing: what the server knows after a change is what it would know of the text as a whole. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { changeText, openText, spansAfter } from '../../server/text.ts';
import { seccomp } from '../../shared/practices/seccomp.ts';
import { indexLines } from '../../shared/text/lineIndex.ts';
import { BARE_POD, HARDENED_POD, TWO_CONTAINERS } from './manifests.ts';
import { rangeOf, shown, startInProcess, type TestClient } from './testClient.ts';

const uri = 'file:///typed.yaml';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A full report of what the server knows of a text that it sees for the first time. */
async function fresh(client: TestClient, text: string): Promise<readonly unknown[]> {
  const other = 'file:///fresh.yaml';
  client.open(other, text);
  const diagnostics = await client.diagnostics(other);
  client.close(other);
  return JSON.parse(JSON.stringify(diagnostics).replaceAll(other, uri)) as unknown[];
}

describe('key by key', () => {
  test('a manifest typed from nothing is known after every key as if it had been opened so', async () => {
    const client = await startInProcess();
    client.open(uri, '');
    let line = 0;
    let character = 0;
    let version = 1;
    let typed = '';
    for (const key of HARDENED_POD) {
      const start = { line, character };
      client.change(uri, ++version, { range: { start, end: start }, text: key });
      typed += key;
      if (key === '\n') {
        line++;
        character = 0;
      } else character++;
      expect(await client.diagnostics(uri)).toEqual(await fresh(client, typed));
    }
    expect(await client.diagnostics(uri)).toEqual([]);
    await client.stop();
  });

  test('a key typed into one document leaves the others alone', async () => {
    const client = await startInProcess();
    const check = vi.spyOn(seccomp, 'check');
    const text = `${BARE_POD}---\n${TWO_CONTAINERS}---\n${HARDENED_POD}`;
    client.open(uri, text);
    await client.diagnostics(uri);
    expect(check).toHaveBeenCalledTimes(3);
    client.change(uri, 2, { range: rangeOf(text, 'cache\n'), text: 'store\n' });
    await client.diagnostics(uri);
    expect(check).toHaveBeenCalledTimes(4);
    await client.stop();
  });

  test('a document taken out and another one put in elsewhere: only the new one is read', async () => {
    const client = await startInProcess();
    const check = vi.spyOn(seccomp, 'check');
    const named = (name: string): string => `${BARE_POD.replaceAll('web', name)}---\n`;
    const text = ['a', 'b', 'c', 'd', 'e', 'f'].map(named).join('');
    client.open(uri, text);
    await client.diagnostics(uri);
    check.mockClear();
    const place = rangeOf(text, named('e')).start;
    client.change(
      uri,
      2,
      { range: { start: place, end: place }, text: named('new') },
      { range: rangeOf(text, named('b')), text: '' },
    );
    const changed = ['a', 'c', 'd', 'new', 'e', 'f'].map(named).join('');
    expect(await client.diagnostics(uri)).toEqual(await fresh(client, changed));
    // Once for the change, and for each document of the fresh look.
    expect(check).toHaveBeenCalledTimes(1 + 6);
    await client.stop();
  });

  test('keys that arrive before a question are answered together', async () => {
    const client = await startInProcess();
    client.open(uri, BARE_POD);
    await client.diagnostics(uri);
    const check = vi.spyOn(seccomp, 'check');
    [...'# a pod of ours\n'].forEach((key, character) => {
      const start = { line: 0, character };
      client.change(uri, character + 2, { range: { start, end: start }, text: key });
    });
    expect(shown(await client.diagnostics(uri)).every((line) => !line.startsWith('4:'))).toBe(true);
    expect(check).toHaveBeenCalledTimes(1);
    await client.stop();
  });
});

describe('changes', () => {
  test('several in one message each count in the text that the one before has made', async () => {
    const client = await startInProcess();
    client.open(uri, BARE_POD);
    const two = BARE_POD.replace('kind: Pod', 'kind: Job');
    client.change(
      uri,
      2,
      { range: rangeOf(BARE_POD, 'kind: Pod'), text: 'kind: Job' },
      { range: rangeOf(two, 'kind: Job'), text: 'kind: Pod' },
      { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: '# above\n' },
    );
    expect(await client.diagnostics(uri)).toEqual(await fresh(client, `# above\n${BARE_POD}`));
    await client.stop();
  });

  test('a change without a range is the whole text', async () => {
    const client = await startInProcess();
    client.open(uri, 'nothing: yet\n');
    client.change(uri, 2, { text: BARE_POD });
    expect(await client.diagnostics(uri)).toEqual(await fresh(client, BARE_POD));
    await client.stop();
  });

  test('a place outside the text is its nearest end', async () => {
    const client = await startInProcess();
    client.open(uri, BARE_POD);
    const far = { line: 9999, character: 9999 };
    client.change(uri, 2, {
      range: { start: far, end: far },
      text: '  automountServiceAccountToken: false\n',
    });
    const text = `${BARE_POD}  automountServiceAccountToken: false\n`;
    expect(await client.diagnostics(uri)).toEqual(await fresh(client, text));
    await client.stop();
  });

  test('a change of a document that is not open is not heeded', async () => {
    const client = await startInProcess();
    client.change(uri, 2, { text: BARE_POD });
    expect(await client.diagnostics(uri)).toEqual([]);
    await client.stop();
  });
});

describe('any sequence of edits', () => {
  const examples = readdirSync('examples')
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .map((name) => readFileSync(path.join('examples', name), 'utf8'));
  const pieces = [
    '\n',
    '\r\n',
    ' ',
    '  ',
    '---\n',
    '...\n',
    '"',
    "'",
    '{',
    '[',
    '- ',
    '# ',
    ': ',
    '&a ',
    '{{ if .a }}\n',
    '{{ end }}\n',
    '*a',
    '🔒',
    '\t',
    'x',
  ];
  const edit = fc.record({
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.oneof(fc.constant(0), fc.nat(40)),
    text: fc.oneof(
      fc.constantFrom(...pieces),
      fc.constantFrom(...pieces).map((piece) => `${piece}a`),
      fc.constant(''),
    ),
  });

  test('ends in what a fresh look at the text would see', { timeout: 120_000 }, async () => {
    const client = await startInProcess();
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(examples, { minLength: 1, maxLength: 3 }),
        fc.array(edit, { minLength: 1, maxLength: 12 }),
        async (documents, edits) => {
          let text = documents.join('\n---\n');
          let version = 1;
          client.open(uri, text);
          for (const { from, length, text: inserted } of edits) {
            const lines = indexLines(text);
            const start = Math.floor(from * text.length);
            const range = { start: lines.positionAt(start), end: lines.positionAt(start + length) };
            client.change(uri, ++version, { range, text: inserted });
            // Inside of a line end is no place: both sides take its start.
            text =
              text.slice(0, lines.offsetAt(range.start)) + inserted + text.slice(lines.offsetAt(range.end));
            expect(await client.diagnostics(uri)).toEqual(await fresh(client, text));
          }
        },
      ),
      { numRuns: 25 },
    );
    await client.stop();
  });
});

describe('texts', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r', '🔒', ' ') });

  test('a whole text that replaces another one is the shortest replacement between them', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { replacement } = changeText(openText({ uri, languageId: 'yaml', version: 1, text: before }), {
          text: after,
        });
        const { span, length } = replacement;
        const inserted = after.slice(span.start, span.start + length);
        expect(before.slice(0, span.start) + inserted + before.slice(span.end)).toBe(after);
        if (before === after)
          expect(replacement).toEqual({ span: { start: span.start, end: span.start }, length: 0 });
      }),
    );
  });

  test('spans that a replacement leaves alone still cover what they covered', () => {
    fc.assert(
      fc.property(
        text,
        fc.nat(20),
        fc.nat(5),
        fc.nat(20),
        fc.nat(5),
        text,
        (before, a, b, c, d, inserted) => {
          const lines = indexLines(before);
          const range = { start: lines.positionAt(a), end: lines.positionAt(a + b) };
          const marked = { start: Math.min(c, before.length), end: Math.min(c + d, before.length) };
          const { after, replacement } = changeText(
            openText({ uri, languageId: 'yaml', version: 1, text: before }),
            { range, text: inserted },
          );
          const moved = spansAfter([marked], replacement);
          const [span] = moved ?? [];
          if (span !== undefined) {
            expect(after.text.slice(span.start, span.end)).toBe(before.slice(marked.start, marked.end));
          } else {
            expect(replacement.span.start).toBeLessThan(marked.end);
            expect(replacement.span.end).toBeGreaterThan(marked.start);
          }
        },
      ),
    );
  });
});
