/** Completion: what is offered at a cursor. `UPDATE=1` writes the answers into the spec, to be read before they are kept. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeText } from '../../shared/analysis/analyze.ts';
import { type Completion, completionsAt } from '../../shared/analysis/complete.ts';
import { readSettings } from '../../shared/catalog/settings.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';
import { parseDocument } from '../../shared/yaml/parse.ts';
import { type SpecBlock, specBlocks } from '../support/literate.ts';

const SPEC = path.join(import.meta.dirname, 'complete.md');
const CURSOR = '$0';

const manifests = specBlocks(SPEC, 'yaml');
const answers = specBlocks(SPEC, 'text');

describe('complete.md', () => {
  if (process.env.UPDATE === '1') writeAnswers();
  for (const [index, manifest] of manifests.entries()) {
    test(`${manifest.title} (line ${manifest.line})`, () => {
      const expected = process.env.UPDATE === '1' ? listed(manifest) : answers[index]?.text;
      expect(listed(manifest)).toBe(expected);
    });

    test(`what is offered is YAML once it is inserted (line ${manifest.line})`, () => {
      const { text, completions } = offered(manifest);
      for (const { replace, insert } of completions) {
        const after = applyEdits(text, [{ span: replace, newText: insert }]);
        if (!after.includes('{{')) expect(parseDocument(after).problems, after).toEqual([]);
      }
    });
  }
});

test('Windows line ends change nothing but themselves', () => {
  for (const manifest of manifests) {
    const text = manifest.text.replaceAll('\n', '\r\n');
    const inserts = offered({ ...manifest, text }).completions.map(({ insert }) =>
      insert.replaceAll('\r\n', '\n'),
    );
    expect(inserts).toEqual(offered(manifest).completions.map(({ insert }) => insert));
  }
});

function offered({ text: marked, options }: SpecBlock): { text: string; completions: readonly Completion[] } {
  const offset = marked.indexOf(CURSOR);
  const text = marked.replace(CURSOR, '');
  const settings = readSettings({
    platform: options.get('platform'),
    checks: { seccomp: options.get('checks.seccomp') },
    fix: { runAsUser: Number(options.get('fix.runAsUser') ?? 10001) },
  });
  return { text, completions: completionsAt(analyzeText(text, settings), offset) };
}

function listed(block: SpecBlock): string {
  const lines = offered(block).completions.map(
    ({ label, insert, preselect }) =>
      `${preselect ? '*' : ' '} ${label.padEnd(28)} ${JSON.stringify(insert)}`,
  );
  return `${lines.length === 0 ? 'none' : lines.join('\n')}\n`;
}

function writeAnswers(): void {
  const parts = readFileSync(SPEC, 'utf8').split(/(?<=^```text\n)[\s\S]*?(?=^```$)/m);
  const written = parts.map((part, index) => part + (manifests[index] ? listed(manifests[index]) : ''));
  writeFileSync(SPEC, written.join(''));
}

test('at every place of the examples, what is offered there leaves YAML behind', () => {
  const folder = path.join(import.meta.dirname, '../../examples');
  for (const file of readdirSync(folder).filter((name) => /\.(yaml|json)$/.test(name))) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const analyzed = analyzeText(text, readSettings({}));
    for (let offset = 0; offset <= text.length; offset += 41) {
      for (const { replace, insert } of completionsAt(analyzed, offset)) {
        expect(replace.start).toBeLessThanOrEqual(offset);
        expect(replace.end).toBeGreaterThanOrEqual(offset);
        const after = applyEdits(text, [{ span: replace, newText: insert }]);
        const problems = analyzeText(after, readSettings({})).documents.flatMap(
          ({ analysis }) => analysis.problems,
        );
        expect(problems, `${file} at ${offset}: ${insert}`).toEqual([]);
      }
    }
  }
});
