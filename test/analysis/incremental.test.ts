/** Answers that are put together from earlier ones are the answers that the text alone gives. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnalyzedText,
  analyzeDocument,
  analyzeInSteps,
  analyzeText,
  findingsByDocument,
  judgedFindingsOf,
  readDocument,
} from '../../shared/analysis/analyze.ts';
import { isListAnalysis } from '../../shared/analysis/lists.ts';
import { LONG_LIST } from '../../shared/analysis/longLists.ts';
import { partsOf } from '../../shared/analysis/parts.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { factsOf } from '../../shared/kubernetes/factReading.ts';
import { isCertainlyWithoutFacts, isCertainlyWithoutPods } from '../../shared/kubernetes/recognize.ts';
import { DEFAULT_KIND_SETTINGS } from '../../shared/kubernetes/workload.ts';
import { joined, PiecedText, type Replacement } from '../../shared/text/pieces.ts';
import { shifted } from '../../shared/text/span.ts';
import { splitDocuments } from '../../shared/yaml/documents.ts';
import { HOSTILE_TEXTS } from '../support/hostileTexts.ts';
import { manifest } from '../support/manifestArbitrary.ts';
import { shownAnalysis, shownDocuments, shownFinding } from '../support/shownAnalysis.ts';

const CORPUS = path.resolve('../shared/corpus');
if (!existsSync(CORPUS)) console.log('Incremental analysis of the corpus: skipped, there is none.');

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return statSync(file).isDirectory() ? filesBelow(file) : [file];
  });
}

/** Texts of the corpus, every n-th one that is neither tiny nor large. */
function corpus(every: number): readonly string[] {
  return filesBelow(CORPUS)
    .filter((_, index) => index % every === 0)
    .filter((file) => statSync(file).size < 60_000)
    .map((file) => readFileSync(file, 'utf8'));
}

interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly insert: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(1_000_000),
  drop: fc.oneof(fc.constant(0), fc.nat(6), fc.nat(400)),
  insert: fc.constantFrom('', ...HOSTILE_TEXTS),
});

function edited(text: string, { at, drop, insert }: Edit): string {
  const place = at % (text.length + 1);
  return text.slice(0, place) + insert + text.slice(place + drop);
}

/** Everything that a person could see of an analysis. */
function shown(analyzed: AnalyzedText): unknown {
  const findings = judgedFindingsOf(analyzed).map((one) => ({ ...one, finding: shownFinding(one.finding) }));
  return { documents: shownDocuments(analyzed), findings };
}

/** Holds one answer against another, their fixes too: where these come from the same text, they need not be made. */
function holdsSame(kept: AnalyzedText, anew: AnalyzedText): void {
  const told = (one: AnalyzedText): unknown => [one.documents, judgedFindingsOf(one)];
  // Much quicker, and nearly always enough.
  if (!isDeepStrictEqual(told(kept), told(anew))) expect(shown(kept)).toEqual(shown(anew));
  holdsParts(kept);
}

/** What the parts of a document say is what it says. */
function holdsParts(analyzed: AnalyzedText): void {
  for (const { standing, parts } of findingsByDocument(analyzed).found) {
    if (parts === undefined) continue;
    const byParts = parts.flatMap(({ start, standing: own }) =>
      own.map(({ code, message, span }) => [code, message, shifted(span, start)]),
    );
    expect(byParts).toEqual(standing.map(({ code, message, span }) => [code, message, span]));
  }
}

/** Holds the answer after each of some edits, made from the one before, against the answer from scratch. */
function holdsThrough(text: string, edits: readonly Edit[]): void {
  let now = text;
  let analyzed = analyzeText(now, DEFAULT_SETTINGS);
  for (const one of edits) {
    now = edited(now, one);
    analyzed = analyzeText(now, DEFAULT_SETTINGS, analyzed);
    holdsSame(analyzed, analyzeText(now, DEFAULT_SETTINGS));
  }
}

/** The same for a host that keeps its text in pieces, says what it replaces, and gives up analyses when the next edit comes. */
function holdsInPieces(text: string, edits: readonly Edit[], stepsBeforeEdit: number): void {
  let content = PiecedText.of(text);
  let known: AnalyzedText | undefined;
  let replaced: Replacement | undefined;
  let now = text;
  for (const [index, one] of [...edits, undefined].entries()) {
    const steps = analyzeInSteps(content, DEFAULT_SETTINGS, known, replaced);
    const most = index % 2 === 0 && one !== undefined ? stepsBeforeEdit : Number.POSITIVE_INFINITY;
    let isDone = false;
    for (let count = 0; count < most && !isDone; count++) {
      const step = steps.next();
      isDone = step.done === true;
      known = step.value;
      replaced = undefined;
    }
    if (isDone && known !== undefined) {
      expect(known.text).toBe(now);
      holdsSame(known, analyzeText(now, DEFAULT_SETTINGS));
    }
    if (one === undefined) return;
    const start = one.at % (now.length + 1);
    const span = { start, end: Math.min(start + one.drop, now.length) };
    content = content.replaced(span, one.insert);
    replaced = joined(replaced, { span, length: one.insert.length });
    now = edited(now, one);
  }
}

/** Objects as the items of one `List`, with their dashes at a column. */
function listOf(texts: readonly string[], column: number): string {
  const pad = ' '.repeat(column);
  const items = texts.map((text) => {
    const [first = '', ...lines] = text.trimEnd().split('\n');
    return [`${pad}- ${first}`, ...lines.map((line) => (line === '' ? '' : `${pad}  ${line}`))].join('\n');
  });
  return `apiVersion: v1\nitems:\n${items.join('\n')}\nkind: List\nmetadata:\n  resourceVersion: ""\n`;
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          image: example.com/web:1
          args: ["--verbose", '--listen=:80']
          command:
            - sh
            - -c
            - |
              exec /web
          securityContext:
            runAsUser: 0
`;

function longList(column: number): string {
  const count = Math.ceil(LONG_LIST / DEPLOYMENT.length) + 2;
  return listOf(
    Array.from({ length: count }, (_, index) => DEPLOYMENT.replaceAll('web', `web-${index}`)),
    column,
  );
}

describe('after any edits, a text is judged as it is from scratch', () => {
  test('a stream of generated manifests', () => {
    fc.assert(
      fc.property(manifest(), fc.array(edit, { maxLength: 5 }), ({ text }, edits) =>
        holdsThrough(text, edits),
      ),
      { numRuns: 25 },
    );
  });

  test.runIf(existsSync(CORPUS))('streams of the corpus', () => {
    const texts = corpus(25);
    fc.assert(fc.property(fc.constantFrom(...texts), fc.array(edit, { maxLength: 4 }), holdsThrough), {
      numRuns: 60,
    });
  });

  test('a stream that is kept in pieces, its analyses given up again and again', () => {
    const stream = fc
      .array(manifest(), { minLength: 1, maxLength: 12 })
      .map((all) => all.map(({ text }) => text).join('---\n'));
    fc.assert(fc.property(stream, fc.array(edit, { maxLength: 6 }), fc.nat(6), holdsInPieces), {
      numRuns: 25,
    });
  });

  test('a stream in which edits are taken back, and made again', () => {
    const stream = fc
      .array(manifest(), { minLength: 1, maxLength: 6 })
      .map((all) => all.map(({ text }) => text).join('---\n'));
    fc.assert(
      fc.property(stream, fc.array(edit, { maxLength: 3 }), (text, edits) => {
        const made = [text];
        for (const one of edits) made.push(edited(made.at(-1) ?? '', one));
        let analyzed: AnalyzedText | undefined;
        for (const one of [...made, ...made.toReversed(), ...made]) {
          analyzed = analyzeText(one, DEFAULT_SETTINGS, analyzed);
          holdsSame(analyzed, analyzeText(one, DEFAULT_SETTINGS));
          const { documents } = analyzed;
          expect(
            analyzed.spare?.some((spare) => documents.some((own) => own.analysis === spare.analysis)),
          ).not.toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('a long list', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 2), fc.array(edit, { maxLength: 4 }), (column, edits) =>
        holdsThrough(longList(column), edits),
      ),
      { numRuns: 10 },
    );
  });

  test('a long list that is kept in pieces', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 4 }), fc.nat(60), (edits, steps) =>
        holdsInPieces(longList(2), edits, steps),
      ),
      { numRuns: 10 },
    );
    const text = longList(2);
    const at = text.indexOf('\n  - ', text.length / 2);
    const typed = { at, drop: 0, insert: '\n---' };
    const removed = { at, drop: 4, insert: '' };
    const onTop = { at: 0, drop: 0, insert: '\uFEFF---\n' };
    holdsInPieces(text, [typed, removed, onTop, { ...onTop, drop: 5, insert: '' }, typed], 1_000);
  });

  test('a long list that is kept in pieces, edited where its items meet', () => {
    const text = longList(2);
    const dash = text.indexOf('\n  - ', text.length / 2) + 1;
    const last = text.lastIndexOf('\n  - ') + 1;
    const place = fc.oneof(
      fc.integer({ min: -8, max: 12 }).map((by) => dash + by),
      fc.integer({ min: -8, max: 12 }).map((by) => last + by),
      fc.integer({ min: 0, max: 40 }),
    );
    const insert = fc.constantFrom(
      '',
      '\n',
      ' ',
      '- ',
      '  - ',
      '\n  - a: 1\n',
      '"',
      '{',
      'x',
      'x: y\n',
      '#',
      '\nkind: A\n',
    );
    const drop = fc.constantFrom(0, 1, 2, 4, 9);
    fc.assert(
      fc.property(fc.array(fc.record({ at: place, drop, insert }), { maxLength: 4 }), (edits) =>
        holdsInPieces(text, edits, 1_000),
      ),
      { numRuns: 25 },
    );
  });

  test.each([0, 2])(
    'a long list that loses items, and gets them back elsewhere, with dashes in column %i',
    (column) => {
      const text = longList(column);
      const dash = `\n${' '.repeat(column)}- `;
      const at = text.indexOf(dash, text.length / 2);
      const next = text.indexOf(dash, at + 1);
      const item = text.slice(at, next);
      const texts = [
        text,
        `${text.slice(0, at)}\n---${text.slice(at)}`,
        text,
        `${text.slice(0, at + 40)}\n---${text.slice(at + 40)}`,
        text,
        text.slice(0, at) + text.slice(next),
        text.replace(dash, item + dash),
        text.slice(0, at) + item + text.slice(at),
        text,
      ];
      let analyzed: AnalyzedText | undefined;
      for (const one of texts) {
        analyzed = analyzeText(one, DEFAULT_SETTINGS, analyzed);
        holdsSame(analyzed, analyzeText(one, DEFAULT_SETTINGS));
      }
    },
  );
});

describe('a long list that is judged by its items', () => {
  const isCut = (text: string): boolean =>
    analyzeText(text, DEFAULT_SETTINGS).documents.some(({ analysis }) => isListAnalysis(analysis));
  const whole = (text: string): unknown => shownAnalysis(analyzeDocument(text, DEFAULT_SETTINGS));
  const cut = (text: string): unknown =>
    analyzeText(text, DEFAULT_SETTINGS).documents.map(({ analysis }) => shownAnalysis(analysis))[0];

  test.each([0, 2, 4])('is judged as the whole is, with dashes in column %i', (column) => {
    const text = longList(column);
    expect(isCut(text)).toBe(true);
    expect(cut(text)).toEqual(whole(text));
  });

  test.runIf(existsSync(CORPUS))('is judged as the whole is, with any objects in it', () => {
    const documents = corpus(9)
      .flatMap((text) => splitDocuments(text).map(({ start, end }) => text.slice(start, end)))
      .map((text) => text.replace(/^---\s*\n/, ''))
      .filter((text) => /^[a-z]/.test(text) && !/\{\{|podproof|#@|[&*]\w/.test(text));
    let cuts = 0;
    for (let at = 0; at < documents.length; at += 12) {
      const text = listOf(documents.slice(at, at + 12), at % 4);
      if (!isCut(text)) continue;
      cuts++;
      expect(cut(text)).toEqual(whole(text));
    }
    expect(cuts).toBeGreaterThan(0);
  });

  test('keeps the other items where one is being typed', () => {
    const before = longList(2);
    const at = before.indexOf('web-9') - 'name: '.length;
    const typed = `${before.slice(0, at)}na\nme${before.slice(at)}`;
    const count = (text: string): number => judgedFindingsOf(analyzeText(text, DEFAULT_SETTINGS)).length;
    expect(isCut(typed)).toBe(true);
    expect(count(typed)).toBeGreaterThan(count(before) - 30);
  });

  test('keeps what its items were before a few edits, and no more of a very long one', () => {
    const line = '        a line of text\n';
    const item = `  - kind: ConfigMap\n    data:\n      a: |\n${line.repeat(40_000)}`;
    const text = longList(2).replace('items:\n', `items:\n${item}`);
    const at = text.indexOf('a line');
    const firstPart = (analyzed: AnalyzedText): unknown => {
      const [document] = analyzed.documents;
      return document === undefined ? undefined : partsOf(document.analysis)?.[0]?.analysis;
    };
    /** Whether what was known of the item is found again once some edits are taken back. */
    const isKeptOver = (edits: number): boolean => {
      const before = analyzeText(text, DEFAULT_SETTINGS);
      let analyzed = before;
      for (let count = 1; count <= edits; count++) {
        const typed = text.slice(0, at) + 'x'.repeat(count) + text.slice(at);
        analyzed = analyzeText(typed, DEFAULT_SETTINGS, analyzed);
      }
      expect(isCut(text)).toBe(true);
      return firstPart(analyzeText(text, DEFAULT_SETTINGS, analyzed)) === firstPart(before);
    };
    expect(isKeptOver(2)).toBe(true);
    expect(isKeptOver(4)).toBe(false);
  });

  test('is not read slowly where a marker cuts it', () => {
    const items = longList(2);
    const text = items + items.slice(items.indexOf('  - apiVersion'));
    const from = text.indexOf('  - apiVersion', text.length / 3);
    const rest = analyzeText(`---\n${text.slice(from)}`, DEFAULT_SETTINGS).documents[0]?.analysis;
    expect(rest).toMatchObject({ isUnread: true, findings: [] });
    const inItem = text.indexOf('containers:', from) - 6;
    const [cutItem] = analyzeText(`---\n${text.slice(inItem)}`, DEFAULT_SETTINGS).documents;
    expect(cutItem?.analysis.findings).toEqual([]);
    expect(cutItem?.analysis.problems.at(-1)).toMatchObject({ span: { end: text.length - inItem + 4 } });
    expect(cutItem?.analysis.problems.length).toBeLessThan(5);
  });

  test('says nothing of what follows an open quote', () => {
    const before = longList(2);
    const at = before.indexOf('0', before.indexOf('runAsUser', before.indexOf('web-5')));
    const typed = `${before.slice(0, at)}"${before.slice(at)}`;
    const analyzed = analyzeText(typed, DEFAULT_SETTINGS);
    expect(isCut(typed)).toBe(true);
    expect(judgedFindingsOf(analyzed).every(({ finding }) => finding.span.start < at)).toBe(true);
  });

  test('is judged as the whole is, with an anchor that nothing refers to', () => {
    const text = longList(2).replace('image: example', 'image: &image example');
    expect(isCut(text)).toBe(true);
    expect(cut(text)).toEqual(whole(text));
  });

  test('is judged by its items for as long as nothing in one refers to another', () => {
    const named = longList(2).replace('image: example', 'image: &image example');
    const last = named.lastIndexOf('image: example');
    const referring = `${named.slice(0, last)}image: *image # example${named.slice(last)}`;
    expect(isCut(referring)).toBe(false);
    const texts = [named, referring, referring.replace('&image', '&imag'), referring, named];
    let analyzed: AnalyzedText | undefined;
    for (const one of texts) {
      analyzed = analyzeText(one, DEFAULT_SETTINGS, analyzed);
      holdsSame(analyzed, analyzeText(one, DEFAULT_SETTINGS));
    }
  });

  test.each([
    ['an anchor and its alias', 'image: &image x\n          other: *image # example'],
    ['another key with items', 'image: x\nmore:\n  - kind: Pod'],
    ['a suppression', 'image: x # podproof-ignore seccomp: no'],
  ])('is judged as a whole where it has %s', (_, line) => {
    expect(isCut(longList(2).replace('image: example', line))).toBe(false);
  });
});

describe('a document that is recognized from its text', () => {
  const isRecognized = (text: string): boolean => isCertainlyWithoutPods(text, DEFAULT_KIND_SETTINGS);

  /** True where nothing in the text is about pods, as the text itself shows once it is read. */
  function isWithoutPods(text: string): boolean {
    const objects = readDocument(text)?.objects ?? [];
    return objects.length === 1 && objects.every((one) => one.pods.length === 0 && factsOf(one).length === 0);
  }

  test.each([
    ['a ConfigMap', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    kind: Pod\n'],
    [
      'a definition',
      '---\n# Generated.\nkind: CustomResourceDefinition\napiVersion: apiextensions.k8s.io/v1\n',
    ],
    ['a Service, as Windows ends lines', 'apiVersion: v1\r\nkind: Service # HTTP\r\nspec:\r\n  a: 1\r\n'],
  ])('is %s', (_, text) => {
    expect(isRecognized(text)).toBe(true);
    expect(isWithoutPods(text)).toBe(true);
  });

  test.each([
    ['a Pod', 'apiVersion: v1\nkind: Pod\n'],
    ['a ServiceAccount', 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n'],
    ['a kind that nobody knows', 'apiVersion: example.com/v1\nkind: ConfigMap\n'],
    ['a kind that is written twice', 'apiVersion: v1\nkind: ConfigMap\nkind: Pod\n'],
    ['a kind that goes on', 'apiVersion: v1\nkind: ConfigMap\n\n  Pod\n'],
    ['a kind in quotes', 'apiVersion: v1\n"kind": Pod\ndata: |\n kind: ConfigMap\nkind: ConfigMap\n'],
    ['a kind in brackets', '{ apiVersion: v1,\nkind: ConfigMap\n}\n'],
    ['an explicit key', 'apiVersion: v1\n? kind\n: Pod\nkind: ConfigMap\n'],
    ['a space before a colon', 'apiVersion: v1\nkind : Pod\nkind: ConfigMap\n'],
    ['a merge', 'apiVersion: v1\nkind: ConfigMap\n<<: *pod\n'],
  ])('is not %s', (_, text) => expect(isRecognized(text)).toBe(false));

  test('says that a pod holds no fact', () => {
    const pod = 'apiVersion: v1\nkind: Pod\nspec:\n  automountServiceAccountToken: false\n';
    expect(isCertainlyWithoutFacts(pod, DEFAULT_KIND_SETTINGS)).toBe(true);
    const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: Pod\n';
    expect(isCertainlyWithoutFacts(account, DEFAULT_KIND_SETTINGS)).toBe(false);
    const list = 'apiVersion: v1\nkind: List\nitems: []\n';
    expect(isCertainlyWithoutFacts(list, DEFAULT_KIND_SETTINGS)).toBe(false);
  });

  test('never holds a pod or a fact, however it is written', () => {
    let recognized = 0;
    const hold = (text: string): void => {
      for (const { start, end } of splitDocuments(text)) {
        const own = text.slice(start, end);
        if (isCertainlyWithoutFacts(own, DEFAULT_KIND_SETTINGS))
          expect(readDocument(own)?.objects.flatMap(factsOf) ?? []).toEqual([]);
        if (!isRecognized(own)) continue;
        recognized++;
        // A mistake elsewhere may keep the object itself from being read.
        expect(isWithoutPods(own) || readDocument(own)?.objects.length === 0).toBe(true);
      }
    };
    fc.assert(
      fc.property(manifest(), fc.array(edit, { maxLength: 3 }), ({ text }, edits) => {
        hold(edits.reduce(edited, text));
        hold(edits.reduce(edited, SERVICES));
      }),
      { numRuns: 300 },
    );
    if (existsSync(CORPUS)) corpus(3).forEach(hold);
    expect(recognized).toBeGreaterThan(100);
  });
});

const SERVICES = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports: [{ port: 80 }]
---
apiVersion: v1
kind: Pod
spec:
  containers:
    - name: web
---
apiVersion: v1
kind: Secret
stringData:
  a: "b"
`;
