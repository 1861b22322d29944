/** What is told of fixes without making them is what the edit engine makes of them. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyzeText, type Finding, findingsOf } from '../../shared/analysis/analyze.ts';
import { type Fixability, fixabilityIn } from '../../shared/analysis/fixability.ts';
import { fixesOf, opsOf } from '../../shared/analysis/fixes.ts';
import { keepingTrees } from '../../shared/analysis/judge.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { fieldOrder } from '../../shared/kubernetes/fieldOrder.ts';
import { editDocument } from '../../shared/yaml/edit.ts';
import { isCertainlyEditable } from '../../shared/yaml/editCertain.ts';
import { parseDocument } from '../../shared/yaml/parse.ts';
import { manifest } from '../support/manifestArbitrary.ts';

const CORPUS = path.resolve('../shared/corpus');
if (!existsSync(CORPUS)) console.log('Fixability in the corpus: skipped, there is none.');

const CONTEXT = { keyOrder: fieldOrder };

/** How many documents were told of for certain, and how many had to be tried. */
const tally = { certain: 0, tried: 0 };

/** Holds what is told of each finding to the first of its fixes that the edit engine makes, each by itself. */
function hold(text: string, of = text): void {
  const analyzed = analyzeText(text, DEFAULT_SETTINGS);
  const placed = findingsOf(analyzed);
  const told = fixabilityIn(analyzed, placed);
  for (const { slice, analysis } of analyzed.documents) {
    if (analysis.findings.length === 0) continue;
    const document = parseDocument(text.slice(slice.start, slice.end));
    const isMade = (finding: Finding, which: number): boolean => {
      const fix = fixesOf(finding)[which];
      return fix !== undefined && editDocument(document, opsOf(fix), CONTEXT).ok;
    };
    const firsts = analysis.findings.flatMap((finding) => fixesOf(finding).slice(0, 1).flatMap(opsOf));
    if (isCertainlyEditable(document, firsts, CONTEXT)) {
      tally.certain++;
      expect(editDocument(document, firsts, CONTEXT), of).toMatchObject({ ok: true });
    } else tally.tried++;
    for (const one of placed.filter(({ documentStart }) => documentStart === slice.start)) {
      const fixes = fixesOf(one.finding);
      const made = fixes.find((_, which) => isMade(one.finding, which));
      const expected: Fixability = made?.safety ?? null;
      expect(told(one), `${of}: ${one.finding.message}`).toBe(expected);
      for (const fix of fixes) {
        const ops = opsOf(fix);
        if (!isCertainlyEditable(document, ops, CONTEXT)) continue;
        expect(editDocument(document, ops, CONTEXT), of).toMatchObject({ ok: true });
      }
    }
  }
}

describe('whether a finding can be fixed', () => {
  test('is told as the edit engine answers, in generated manifests', () => {
    const runs = Number(process.env.PODPROOF_FIXABILITY_RUNS ?? 12);
    fc.assert(
      fc.property(manifest(), ({ text }) => hold(text)),
      { numRuns: runs, seed: 20261123 },
    );
    expect(tally.certain).toBeGreaterThan(0);
    expect(tally.tried).toBeGreaterThan(0);
  });

  test.runIf(existsSync(CORPUS))('is told as the edit engine answers, in the corpus', () => {
    tally.certain = 0;
    tally.tried = 0;
    const step = Number(process.env.PODPROOF_FIXABILITY_STEP ?? 12);
    const files = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(CORPUS, name))
      .filter((file) => /\.ya?ml$/.test(file))
      .filter((file, index) => index % step === 0 && statSync(file).isFile() && statSync(file).size < 100_000)
      // An alias asks for every attempt alone, and together with others.
      .filter((file) => !/[\s[{,:-]\*[^\s*,[\]{}]/.test(readFileSync(file, 'utf8')));
    for (const file of files) hold(readFileSync(file, 'utf8'), file);
    // Two thirds of them; the others are templates and have block scalars, anchors or values in the way.
    expect(tally.certain).toBeGreaterThan(tally.tried);
  });

  test('is the same where trees are kept', () => {
    fc.assert(
      fc.property(manifest(), ({ text }) => {
        const tell = (): readonly Fixability[] => {
          const analyzed = analyzeText(text, DEFAULT_SETTINGS);
          const placed = findingsOf(analyzed);
          return placed.map(fixabilityIn(analyzed, placed));
        };
        expect(keepingTrees(tell)).toEqual(tell());
      }),
      { numRuns: 10 },
    );
  });
});

describe('an edit is certain', () => {
  const pod = 'kind: Pod\nspec:\n  containers:\n    - name: a\n      resources: {}\n';
  const at = ['spec', 'containers', 0];
  const user = { op: 'set', path: [...at, 'securityContext', 'runAsUser'], value: 1000 } as const;
  const limit = { op: 'set', path: [...at, 'resources', 'limits', 'memory'], value: '1Gi' } as const;

  const word = (item: string) => ({ op: 'ensureItem', path: [...at, 'drop'], item }) as const;
  const gone = (index: number) => ({ op: 'remove', path: [...at, 'drop', index] }) as const;

  test.each([
    ['behind what stands there', pod, [user]],
    ['in empty brackets', pod, [limit, user]],
    ['in the place of nothing', pod.replace(' {}', ' # none'), [limit]],
    ['behind a block scalar', `${pod}      args:\n        - |\n          a\n`, [user]],
    ['in a list of words', pod.replace('{}', '{}\n      drop: [A, b]'), [word('C')]],
    ['of a word in a list', pod.replace('{}', '{}\n      drop: [A, b]'), [word('B'), gone(1)]],
    ['beside a comment', pod.replace('name: a', 'name: a # first'), [user]],
  ])('%s', (_, text, ops) => {
    expect(isCertainlyEditable(parseDocument(text), ops)).toBe(true);
    expect(editDocument(parseDocument(text), ops)).toMatchObject({ ok: true });
  });

  test.each([
    ['where an alias stands', `${pod}  other: &a 1\n  more: *a\n`, [user]],
    ['in brackets', pod.replace('- name: a\n      resources: {}', '- { name: a }'), [user]],
    [
      'beside a block scalar that keeps line breaks',
      `${pod}      args:\n        - |+\n          a\n`,
      [user],
    ],
    ['behind a block scalar without an end', `${pod}      args:\n        - |\n          a`, [user]],
    ['between brackets on several lines', pod.replace('{}', '{}\n      drop: [\n        A]'), [word('C')]],
    ['where a value stands', pod.replace('{}', 'a'), [limit]],
    ['where something goes', pod, [{ op: 'remove', path: [...at, 'resources'] } as const]],
    ['in broken text', `${pod}      - "\n`, [user]],
    ['in a template', `${pod}      image: {{ .Values.image }}\n`, [user]],
  ])('not %s', (_, text, ops) => {
    expect(isCertainlyEditable(parseDocument(text), ops)).toBe(false);
  });
});
