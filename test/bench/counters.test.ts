/** Counters: what an answer costs, counted and not timed, so that a step back fails on any machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, type Plugin, type PluginBuild } from 'esbuild';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildProgram, PROGRAMS } from '../../packaging/programs.mjs';
import { type AnalyzedText, analyzeText } from '../../shared/analysis/analyze.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { inputText } from './inputs.mjs';

/** Lengths of the texts that are read, by either reader, since it was last emptied. */
const read = vi.hoisted(() => ({ quick: [] as number[], record: [] as number[] }));

vi.mock('../../shared/yaml/parseQuick.ts', async (original) => {
  const module = await original<typeof import('../../shared/yaml/parseQuick.ts')>();
  return {
    ...module,
    parseQuick: (text: string) => {
      read.quick.push(text.length);
      const answer = module.parseQuick(text);
      if (answer === undefined) read.record.push(text.length);
      return answer;
    },
  };
});

beforeEach(() => {
  read.quick = [];
  read.record = [];
});

const analyze = (text: string, previous?: AnalyzedText): AnalyzedText =>
  analyzeText(text, DEFAULT_SETTINGS, previous);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe('opening', () => {
  test('a stream reads the documents that may matter, once each, and nearly none slowly', () => {
    const text = inputText('c');
    const { documents } = analyze(text);
    const skipped = documents.filter(({ analysis }) => analysis.isUnread === true).length;
    expect(documents.length).toBe(text.split('\n---\n').length);
    expect(read.quick.length).toBe(documents.length - skipped);
    // Services, ConfigMaps, Ingresses and definitions: more than a third of the documents.
    expect(skipped).toBeGreaterThan(documents.length / 3);
    expect(read.record.length).toBe(0);
  });

  test('a list reads each item once, and what is around them', () => {
    const text = inputText('d');
    analyze(text);
    const items = text.match(/^- /gm)?.length ?? 0;
    expect(read.quick.length).toBe(items + 1);
    expect(sum(read.quick)).toBeLessThanOrEqual(text.length);
    expect(read.record.length).toBe(0);
  });
});

describe('a keystroke', () => {
  /** Types a character behind a value in the middle of a text. */
  function typed(text: string): string {
    const at = text.indexOf('plain text value', text.length / 2);
    return `${text.slice(0, at)}x${text.slice(at)}`;
  }

  test.each(['b', 'c', 'e'] as const)('in %s reads one document again', (id) => {
    const before = analyze(inputText(id));
    const [longest = 0] = before.documents.map(({ slice }) => slice.end - slice.start).sort((a, b) => b - a);
    read.quick = [];
    const after = analyze(typed(before.text), before);
    expect(read.quick.length).toBe(1);
    expect(sum(read.quick)).toBeLessThanOrEqual(longest + 1);
    const kept = after.documents.filter(
      ({ analysis }, index) => analysis === before.documents[index]?.analysis,
    );
    expect(kept.length).toBe(before.documents.length - 1);
  });

  test('that is taken back brings back what was read before', () => {
    const before = analyze(inputText('c'));
    const after = analyze(typed(before.text), before);
    read.quick = [];
    const again = analyze(before.text, after);
    expect(read.quick).toEqual([]);
    expect(
      again.documents.every(({ analysis }, index) => analysis === before.documents[index]?.analysis),
    ).toBe(true);
  });

  test('that breaks an item of a list reads that item slowly, and no other', () => {
    const text = inputText('d');
    const before = analyze(text);
    // Its schedule has stars, as aliases have.
    const at = text.indexOf('image: ', text.indexOf('kind: CronJob', text.length / 2)) + 'image: '.length;
    read.quick = [];
    analyze(`${text.slice(0, at)}{${text.slice(at)}`, before);
    expect(read.quick.length).toBe(1);
    expect(sum(read.record)).toBeLessThan(10_000);
  });

  test('in a list reads one item again, and not what is around all of them', () => {
    const before = analyze(inputText('d'));
    read.quick = [];
    analyze(typed(before.text), before);
    expect(read.quick.length).toBe(1);
    expect(sum(read.quick)).toBeLessThan(20_000);
  });
});

describe('what programs load', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'podproof-sizes-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // Recorded, and raised on purpose only: what a file grows beyond this is to be noticed.
  const MOST = {
    server: { start: { own: 156_000, libraries: 200_000 }, all: { own: 732_000, libraries: 300_000 } },
    cli: { start: { own: 150_000, libraries: 2_500 }, all: { own: 670_000, libraries: 835_000 } },
  };

  test.each(['server', 'cli'] as const)(
    '%s starts with one file, and has the rest in parts',
    async (name) => {
      const { files } = await buildProgram(name, folder);
      const total = (kind: 'own' | 'libraries'): number =>
        sum(Object.values(files).map((file) => file[kind]));
      const starts = Object.values(files).filter(({ isStart }) => isStart);
      expect(starts).toHaveLength(1);
      const most = MOST[name];
      expect(starts[0]?.own).toBeLessThan(most.start.own);
      expect(starts[0]?.libraries).toBeLessThan(most.start.libraries);
      expect(total('own')).toBeLessThan(most.all.own);
      expect(total('libraries')).toBeLessThan(most.all.libraries);
    },
  );

  test.each(
    Object.entries(PROGRAMS).flatMap(([name, { parts }]) =>
      Object.values(parts).flatMap((modules) => modules.map((module) => [name, module] as const)),
    ),
  )('%s: %s, which is loaded later, exports functions only', async (_, module) => {
    const exported: Readonly<Record<string, unknown>> = await import(path.resolve(module));
    for (const one of Object.values(exported)) {
      expect(one).toBeTypeOf('function');
      // A class cannot be called in the place of what is loaded.
      expect(String(one)).not.toMatch(/^class\b/);
    }
  });
});

describe('the client', () => {
  test('stays small for whoever opens no manifest', async () => {
    const own = await sizeOf('client/main.ts', [{ name: 'apart', setup: keepLanguageClientApart }]);
    expect(own).toEqual({ own: expect.toSatisfy((bytes: number) => bytes < 13_000), libraries: 0 });
  });

  test('loads little beside the libraries for whoever opens one', async () => {
    const { own, libraries } = await sizeOf('client/languageClient.ts');
    expect(own).toBeLessThan(12_000);
    expect(libraries).toBeLessThan(440_000);
  });

  function keepLanguageClientApart(context: PluginBuild): void {
    context.onResolve({ filter: /\/languageClient\.ts$/ }, ({ path: file }) => ({
      path: file,
      external: true,
    }));
  }

  /** Bytes of a bundle, minified, by whether they are the project's own. */
  async function sizeOf(
    entry: string,
    plugins: Plugin[] = [],
  ): Promise<{ readonly own: number; readonly libraries: number }> {
    const { metafile } = await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      minify: true,
      metafile: true,
      write: false,
      outdir: 'out',
      external: ['vscode'],
      plugins,
    });
    let own = 0;
    let libraries = 0;
    for (const { inputs } of Object.values(metafile.outputs)) {
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        if (file.includes('node_modules/')) libraries += bytesInOutput;
        else own += bytesInOutput;
      }
    }
    return { own, libraries };
  }
});
