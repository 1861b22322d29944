/** Every regular expression of what ships answers in time linear in the length of a text, whatever the text. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkSync } from 'recheck';
import { parseAst } from 'rolldown/parseAst';
import { expect, test } from 'vitest';

interface Found {
  readonly place: string;
  readonly pattern: string;
  readonly flags: string;
}

/** The regular expressions that stand in a module, with the lines on which they do. */
function expressionsIn(file: string): readonly Found[] {
  const code = readFileSync(file, 'utf8');
  const found: Found[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    if ('type' in node && node.type === 'Literal' && 'regex' in node && 'start' in node) {
      const { pattern, flags } = node.regex as { pattern: string; flags: string };
      const line = code.slice(0, node.start as number).split('\n').length;
      found.push({ place: `${file}:${line}`, pattern, flags });
    }
    Object.values(node).forEach(visit);
  };
  visit(parseAst(code, { lang: 'ts' }));
  return found;
}

const expressions = ['shared', 'programs', 'server', 'client', 'cli'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap((name) => expressionsIn(path.join(folder, name))),
);

/** Expressions that are not slow in spite of what the checker says: what bounds their text, or why it is wrong. */
const BOUNDED: ReadonlyMap<string, string> = new Map([
  ['\\/+$', 'globs of at most 512 characters'],
  [
    '^items:[ ]*(?:[ ]#[^\\r\\n]*)?\\r?\\n(?:[ ]*(?:#[^\\r\\n]*)?\\r?\\n)*([ ]*)-(?=\\s|$)',
    'a match begins at the start of a line alone, and the lines that it skips cannot begin one',
  ],
  ['-+$', 'the name of a volume, 63 characters'],
  ['^https:\\/\\/([^/]+).*$', "the sources of the images' own table"],
  ['@.*$', "the sources of the images' own table"],
]);

// Where the registry has the checker as a program it is much faster than as JavaScript.
process.env.RECHECK_BACKEND ??= process.platform === 'linux' && process.arch === 'x64' ? 'native' : 'pure';

test('there are some to check, and a slow one is told', () => {
  expect(expressions.length).toBeGreaterThan(20);
  expect(checkSync('(a+)+$', '').status).toBe('vulnerable');
});

test('each is linear', () => {
  const seen = new Set<string>();
  const slow = expressions.filter(({ pattern, flags }) => {
    const key = `/${pattern}/${flags}`;
    if (seen.has(key) || BOUNDED.has(pattern)) return false;
    seen.add(key);
    // A busy machine may leave one undecided; that is no fault of the expression.
    return checkSync(pattern, flags, { timeout: 10_000 }).status === 'vulnerable';
  });
  expect(slow.map(({ place, pattern, flags }) => `${place} /${pattern}/${flags}`)).toEqual([]);
}, 120_000);
