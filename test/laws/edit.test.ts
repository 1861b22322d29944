/** Laws of the edit engine, over generated documents, real ones, and mutations of both. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { splitDocuments } from '../../shared/yaml/documents.ts';
import type { YamlOp } from '../../shared/yaml/operation.ts';
import { parseDocument } from '../../shared/yaml/parse.ts';
import type { YamlDocument, YamlNode } from '../../shared/yaml/tree.ts';
import { manifest } from '../support/manifestArbitrary.ts';
import { documentData, drawFrom, drawOps, render } from '../yaml/edit/arbitrary.ts';
import { checkedEdit, decoded, type Outcome } from '../yaml/edit/laws.ts';
import { mutated } from './mutate.ts';
import { LAW_TIMEOUT, lawRuns, SEED } from './runs.ts';

const seeds = fc.integer({ min: 1, max: 2 ** 30 });

/** How the edits of one test came out, so that a law that is never put to the test is seen. */
class Tally {
  edited = 0;
  declined = 0;
  readonly reasons = new Map<string, number>();

  count({ kind, reason }: Outcome): void {
    if (kind === 'edited') this.edited++;
    if (kind !== 'declined') return;
    this.declined++;
    const short = (reason ?? '').replace(/[&$][^ .]+/g, '…');
    this.reasons.set(short, (this.reasons.get(short) ?? 0) + 1);
  }

  report(title: string): void {
    if (process.env.PODPROOF_LAW_REPORT === undefined) return;
    const reasons = [...this.reasons]
      .sort(([, a], [, b]) => b - a)
      .map(([reason, count]) => `${count} ${reason}`);
    process.stdout.write(
      `${title}: ${this.edited} edited, ${this.declined} declined\n  ${reasons.join('\n  ')}\n`,
    );
  }
}

/** Draws operations on a document, carries them out, and checks the laws; tells what came of it. */
function editAtRandom(text: string, seed: number, isUsed = (_: YamlOp): boolean => true): Outcome {
  const data = decoded(text);
  const ops = data === undefined ? [] : drawOps(data.value, drawFrom(seed)).filter(isUsed);
  return checkedEdit(text, ops);
}

/** What goes leaves comments where they stood, and prettier indents them anew. */
const ADDITIONS = ({ op }: YamlOp): boolean => op === 'set' || op === 'ensureItem';

/**
 * True where prettier goes by more than the lines that an edit touches, so that the edit would have to change others too:
 * brackets, by the width of what is between them; comments behind anchors, tags, or nothing, by what follows them; line
 * breaks that a block scalar keeps.
 */
function isLaidOutAsAWhole(before: string, after: string): boolean {
  if (/[[{,][ \t]*(?:#.*)?\r?$|^[ \t]*[[{]/m.test(before) || /[|>][0-9]?\+/.test(before)) return true;
  if (/[&!]\w/.test(before) && before.includes('#')) return true;
  if (hasMissingValueBeforeComment(parseDocument(before))) return true;
  const known = new Set(before.split('\n'));
  return after.split('\n').some((line) => line.length > PRINT_WIDTH && /[[{]/.test(line) && !known.has(line));
}

function hasMissingValueBeforeComment({ root, text }: YamlDocument): boolean {
  const isOne = (node: YamlNode): boolean => {
    if (node.kind === 'mapping') return node.entries.some(({ value }) => isOne(value));
    if (node.kind === 'sequence') return node.items.some(({ value }) => isOne(value));
    return node.span.start === node.span.end && /^[^\n]*\n\s*#/.test(text.slice(node.span.start));
  };
  return root !== undefined && isOne(root);
}

const PRINT_WIDTH = 80;

describe('edits keep the laws', () => {
  test(
    'in documents of any layout',
    () => {
      const runs = lawRuns(0.25);
      const tally = new Tally();
      fc.assert(
        fc.property(documentData(), fc.nat(), seeds, (data, layout, seed) => {
          tally.count(editAtRandom(render(data, layout), seed));
        }),
        runs,
      );
      tally.report('documents');
      expect(tally.edited).toBeGreaterThan(runs.numRuns / 4);
    },
    LAW_TIMEOUT,
  );

  test(
    'in manifests',
    () => {
      const runs = lawRuns(0.08);
      const tally = new Tally();
      fc.assert(
        fc.property(manifest(), seeds, ({ text }, seed) => {
          for (const { start, end } of splitDocuments(text))
            tally.count(editAtRandom(text.slice(start, end), seed));
        }),
        runs,
      );
      tally.report('manifests');
      expect(tally.edited).toBeGreaterThan(runs.numRuns / 4);
    },
    LAW_TIMEOUT,
  );

  test(
    'in mutations of documents',
    () => {
      const runs = lawRuns(0.25);
      const tally = new Tally();
      fc.assert(
        fc.property(documentData(), fc.nat(), seeds, (data, layout, seed) => {
          const text = render(data, layout);
          const ops = drawOps(data, drawFrom(seed));
          tally.count(checkedEdit(mutated(text, seed), ops));
        }),
        runs,
      );
      tally.report('mutations');
      expect(tally.edited).toBeGreaterThan(runs.numRuns / 20);
    },
    LAW_TIMEOUT,
  );

  test(
    'where prettier is content it stays content',
    async () => {
      const runs = lawRuns(0.04);
      let checked = 0;
      await fc.assert(
        fc.asyncProperty(documentData(), fc.nat(), seeds, async (data, layout, seed) => {
          const text = await settled(render(data, layout));
          if (text === undefined) return;
          const outcome = editAtRandom(text, seed, ADDITIONS);
          if (outcome.kind !== 'edited' || isLaidOutAsAWhole(text, outcome.text)) return;
          checked++;
          expect(await formatted(outcome.text)).toBe(outcome.text);
        }),
        runs,
      );
      expect(checked).toBeGreaterThan(runs.numRuns / 20);
    },
    LAW_TIMEOUT,
  );
});

const corpus = path.resolve('../shared/corpus');

describe.skipIf(!isThere(corpus))('edits of real files keep the laws', () => {
  const documents = existsSync(corpus) ? realDocuments(corpus) : [];

  test(
    'as they are',
    () => {
      const tally = new Tally();
      const draw = drawFrom(SEED);
      // A third of them, by turns.
      const drawn = documents.filter((_, index) => index % 3 === SEED % 3);
      for (const text of drawn) tally.count(editAtRandom(text, draw(2 ** 30)));
      tally.report('corpus');
      expect(tally.edited).toBeGreaterThan(drawn.length / 4);
    },
    LAW_TIMEOUT,
  );

  test(
    'mutated',
    () => {
      const tally = new Tally();
      fc.assert(
        fc.property(fc.nat(Math.max(documents.length - 1, 0)), seeds, (index, seed) => {
          const text = documents[index] as string;
          const data = decoded(text);
          if (data === undefined) return;
          tally.count(checkedEdit(mutated(text, seed), drawOps(data.value, drawFrom(seed))));
        }),
        lawRuns(0.08),
      );
      tally.report('mutated corpus');
      expect(tally.edited).toBeGreaterThan(0);
    },
    LAW_TIMEOUT,
  );
});

function isThere(folder: string): boolean {
  if (existsSync(folder)) return true;
  console.log('The laws over ../shared/corpus were skipped: it is not there.');
  return false;
}

/** The documents of the corpus that are YAML as they stand. */
function realDocuments(folder: string): readonly string[] {
  return filesIn(folder).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    if (text.includes('{{') || text.length > 60_000) return [];
    return splitDocuments(text)
      .filter(({ isDocument }) => isDocument)
      .map(({ start, end }) => text.slice(start, end));
  });
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    if (statSync(file).isDirectory()) return filesIn(file);
    return /\.(ya?ml|json)$/.test(name) ? [file] : [];
  });
}

/** A text as prettier leaves it, or undefined where prettier cannot read it or will not settle. */
async function settled(text: string): Promise<string | undefined> {
  try {
    const once = await formatted(text);
    return once === (await formatted(once)) ? once : undefined;
  } catch {
    return undefined;
  }
}

function formatted(text: string): Promise<string> {
  return format(text, { parser: 'yaml' });
}
