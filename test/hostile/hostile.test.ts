/** Any text has an answer: hostile ones too, and they cost the documents beside them nothing. */
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf, MAX_DOCUMENTS } from '../../shared/analysis/analyze.ts';
import { completionsAt } from '../../shared/analysis/complete.ts';
import { harden } from '../../shared/analysis/fix.ts';
import { hoverAt } from '../../shared/analysis/hover.ts';
import { inlayHintsOf } from '../../shared/analysis/inlay.ts';
import { lensesOf } from '../../shared/analysis/lens.ts';
import { reachingByDocument, suppressionProblemsOf } from '../../shared/analysis/suppress.ts';
import { readConfigFile } from '../../shared/catalog/configFile.ts';
import { DEFAULT_SETTINGS, readSettings } from '../../shared/catalog/settings.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';
import { MAX_DOCUMENT_LENGTH } from '../../shared/yaml/nesting.ts';
import { FAMILIES, POD, TEMPLATE_FAMILIES } from './families.ts';

const LENGTH = 1000;

/** Asks everything that an editor asks of a text; answers how many findings there are. */
function askEverything(text: string): number {
  const analyzed = analyzeText(text, DEFAULT_SETTINGS);
  const failures = analyzed.documents.flatMap(({ analysis }) => analysis.failures);
  expect(failures).toEqual([]);
  suppressionProblemsOf(analyzed);
  lensesOf(analyzed);
  inlayHintsOf(analyzed, { start: 0, end: text.length });
  const step = Math.max(1, Math.floor(text.length / 10));
  for (let offset = 0; offset <= text.length; offset += step) {
    hoverAt(analyzed, offset);
    completionsAt(analyzed, offset);
  }
  const hardened = applyEdits(text, harden(analyzed, { scope: 'file' }).edits);
  expect(harden(analyzeText(hardened, DEFAULT_SETTINGS), { scope: 'file' }).edits).toEqual([]);
  return findingsOf(analyzed).length;
}

describe('every question about a text has an answer', () => {
  for (const [name, family] of Object.entries({ ...FAMILIES, ...TEMPLATE_FAMILIES })) {
    test(name, () => {
      expect(askEverything(family(LENGTH))).toBeGreaterThanOrEqual(0);
      readConfigFile(family(LENGTH));
    });
  }
});

describe('the document behind it is judged as ever', () => {
  const alone = findingsOf(analyzeText(POD, DEFAULT_SETTINGS)).map(({ finding }) => finding.code);
  for (const [name, family] of Object.entries(FAMILIES)) {
    test(name, () => {
      const all = findingsOf(analyzeText(`${family(LENGTH)}\n---\n${POD}`, DEFAULT_SETTINGS));
      const start = Math.max(...all.map(({ documentStart }) => documentStart));
      const behind = all.filter(({ documentStart }) => documentStart === start);
      expect(behind.map(({ finding }) => finding.code)).toEqual(alone);
    });
  }
});

describe('a text in pieces has an answer', () => {
  test('cut anywhere', () => {
    for (let end = 0; end < POD.length; end++) askEverything(POD.slice(0, end));
  });
  test('with a character lost anywhere', () => {
    for (let at = 0; at < POD.length; at++) askEverything(POD.slice(0, at) + POD.slice(at + 1));
  });
});

describe('texts that have broken something once', () => {
  test('a suppression of very many ids tells of the first hundred, in little memory', () => {
    const text = `${POD}    # podproof-ignore ${'root-user/low-uid,'.repeat(50_000)}\n    tty: true\n`;
    const problems = suppressionProblemsOf(analyzeText(text, DEFAULT_SETTINGS));
    expect(problems.length).toBe(100);
    const lists = problems.map(({ problem: { repair } }) => repair.kind === 'remove' && repair.ids);
    expect(new Set(lists).size).toBe(1);
  });

  test('of very many ids that nobody knows, the nearest are looked for a hundred times', () => {
    const ids = Array.from({ length: 200_000 }, (_, index) => `rot-${index}`).join();
    const text = `${POD}    # podproof-ignore ${ids}\n    tty: true\n`;
    expect(suppressionProblemsOf(analyzeText(text, DEFAULT_SETTINGS)).length).toBe(100);
  });
});

test('of very many suppressions that say the same, a document is reached by the first', () => {
  const text =
    '# podproof-ignore-file seccomp: x\n'.repeat(1_000) +
    `${POD}# podproof-ignore resources\n---\n`.repeat(9);
  const reaching = reachingByDocument(analyzeText(text, DEFAULT_SETTINGS));
  const last = reaching(8).map(({ beyond }) => [beyond.reach, beyond.span.start]);
  expect(last).toEqual([
    ['file', 0],
    ['next-document', POD.length + 4],
  ]);
});

test('a path of thousands of steps, in the settings, is followed to its end', () => {
  const paths = [Array(8_000).fill('spec').join('.')];
  const settings = readSettings({ kinds: [{ group: 'example.com', kind: 'Task', paths }] });
  const { documents } = analyzeText('apiVersion: example.com/v1\nkind: Task\nspec: {}\n', settings);
  expect(documents.map(({ analysis }) => [analysis.objects, analysis.failures])).toEqual([[1, []]]);
});

describe('past a bound a document is skipped, which is said once, and the others are judged', () => {
  const skippedIn = (text: string): readonly string[] =>
    analyzeText(text, DEFAULT_SETTINGS).documents.flatMap(({ analysis }) =>
      analysis.skipped === undefined ? [] : [analysis.skipped.message],
    );
  const findings = (text: string): number => findingsOf(analyzeText(text, DEFAULT_SETTINGS)).length;

  test('nested too deeply', () => {
    const text = `${POD}    x: ${'['.repeat(100_000)}\n---\n${POD}`;
    expect(skippedIn(text)).toEqual([
      'This document nests deeper than 256 levels; Podproof does not check it.',
    ]);
    expect(findings(text)).toBe(findings(POD));
  });

  test('too long', () => {
    const text = `${POD}    x: &x ${'v'.repeat(MAX_DOCUMENT_LENGTH)}\n---\n${POD}`;
    expect(skippedIn(text)).toEqual([
      'This document is longer than 4 MiB, more than a cluster can store; Podproof does not check it.',
    ]);
    expect(findings(text)).toBe(findings(POD));
  });

  test('of too many tokens, in a form that takes long to read', () => {
    const text = `${POD}    x: [${'[],'.repeat(100_000)}]\n---\n${POD}`;
    expect(skippedIn(text)).toEqual([
      'This document has more than 200,000 tokens, and is not written plainly enough to be read all the same; Podproof does not check it.',
    ]);
    expect(findings(text)).toBe(findings(POD));
  });

  test('as many tokens as there may be in a plain form are none too many', () => {
    const text = `${POD}    env:\n${'    - name: A\n      value: b\n'.repeat(100_000)}`;
    expect(skippedIn(text)).toEqual([]);
  });

  test('of too many containers', () => {
    const many = POD + '  - {name: a, image: b}\n'.repeat(10_000);
    expect(skippedIn(`${many}---\n${POD}`)).toEqual([
      'This document has more than 10,000 containers; Podproof does not check it.',
    ]);
    expect(findings(`${many}---\n${POD}`)).toBe(findings(POD));
    const inList = many.trim().replaceAll('\n', '\n    ');
    expect(skippedIn(`apiVersion: v1\nkind: List\nitems:\n  - ${inList}\n---\n${POD}`)).toEqual(
      skippedIn(many),
    );
    // What is not checked may be what a suppression is for.
    const suppressed = `# podproof-ignore-file seccomp: x\n${many}`;
    expect(suppressionProblemsOf(analyzeText(suppressed, DEFAULT_SETTINGS))).toEqual([]);
  });

  test('of too many documents, told once for the rest of the file', () => {
    const text = '---\na: 1\n'.repeat(MAX_DOCUMENTS) + `---\n${POD}`.repeat(3);
    const analyzed = analyzeText(text, DEFAULT_SETTINGS);
    expect(skippedIn(text)).toEqual([
      'This file has more than 200,000 documents; Podproof does not check what follows.',
    ]);
    expect(analyzed.documents.length).toBe(MAX_DOCUMENTS + 1);
    // One document less in front lets one more of those behind be judged, whatever was known before.
    const shorter = text.slice('---\na: 1\n'.length);
    const again = analyzeText(shorter, DEFAULT_SETTINGS, analyzed);
    expect(findingsOf(again).length).toBe(findings(POD));
    expect(findingsOf(analyzeText(text, DEFAULT_SETTINGS, again))).toEqual([]);
  });

  test('text that is no manifest is none of our business', () => {
    expect(skippedIn('['.repeat(100_000))).toEqual([]);
  });

  test('the place is the start of the first line, and never a long one', () => {
    const text = `---\n\n  apiVersion: v1 # kind\n${'['.repeat(1000)}`;
    const [document] = analyzeText(text, DEFAULT_SETTINGS).documents;
    const span = document?.analysis.skipped?.span;
    expect(text.slice(span?.start, span?.end)).toBe('apiVersion: v1 # kind');
  });
});
