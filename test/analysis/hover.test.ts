/** Hover: what is explained at a cursor. `UPDATE=1` writes the answers into the spec, to be read before they are kept. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyzeText } from '../../shared/analysis/analyze.ts';
import { hoverAt } from '../../shared/analysis/hover.ts';
import { readSettings } from '../../shared/catalog/settings.ts';
import { type SpecBlock, specBlocks } from '../support/literate.ts';

const SPEC = path.join(import.meta.dirname, 'hover.md');
const CURSOR = '$0';

const manifests = specBlocks(SPEC, 'yaml');
const answers = specBlocks(SPEC, 'markdown');

describe('hover.md', () => {
  test('every manifest has its answer', () => {
    expect(answers.map(({ line }) => line > 0)).toHaveLength(manifests.length);
  });

  if (process.env.UPDATE === '1') writeAnswers();
  for (const [index, manifest] of manifests.entries()) {
    test(`${manifest.title} (line ${manifest.line})`, () => {
      const expected = process.env.UPDATE === '1' ? hoverOf(manifest) : answers[index]?.text;
      expect(hoverOf(manifest)).toBe(expected);
    });
  }
});

test('Windows line ends change nothing', () => {
  for (const manifest of manifests) {
    expect(hoverOf({ ...manifest, text: manifest.text.replaceAll('\n', '\r\n') })).toBe(hoverOf(manifest));
  }
});

function hoverOf({ text, options }: SpecBlock): string {
  const offset = text.indexOf(CURSOR);
  const minimumUid = options.get('file.minimumUid');
  const seccomp = options.get('file.checks.seccomp');
  const values = {
    ...(minimumUid ? { minimumUid: Number(minimumUid) } : {}),
    ...(seccomp ? { checks: { seccomp } } : {}),
  };
  const settings = readSettings(
    { checks: { resources: options.get('checks.resources') } },
    { uri: 'file:///shop/.podproof.yaml', name: '.podproof.yaml', values },
  );
  const analyzed = analyzeText(text.replace(CURSOR, ''), settings);
  const hover = hoverAt(analyzed, offset, { pageUrl: (practice) => `#${practice}` });
  return `${hover?.markdown ?? 'none'}\n`;
}

function writeAnswers(): void {
  const parts = readFileSync(SPEC, 'utf8').split(/(?<=^```markdown\n)[\s\S]*?(?=^```$)/m);
  writeFileSync(
    SPEC,
    parts.map((part, index) => part + (manifests[index] ? hoverOf(manifests[index]) : '')).join(''),
  );
}

test('no text of a manifest comes to life', () => {
  const harmful = fc.stringMatching(/^[`|<>[\]()!*_#&\\a:"'-]{1,20}$/);
  fc.assert(
    fc.property(harmful, harmful, (name, value) => {
      const manifest = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        spec: {
          containers: [
            { name, image: 'i', securityContext: { runAsUser: value, capabilities: { drop: [value] } } },
          ],
        },
      };
      const text = JSON.stringify(manifest, null, 1);
      const analyzed = analyzeText(text, readSettings({}));
      for (const key of ['"runAsUser"', '"drop"', '"image"', '"spec"', '"capabilities"', '"name"']) {
        const hover = hoverAt(analyzed, text.lastIndexOf(key) + 1, { pageUrl: () => '#' });
        if (hover === undefined) continue;
        const outsideCode = hover.markdown.replaceAll(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
        expect(outsideCode).not.toMatch(/[<>!&\\`]|\]\((?!#\))/);
      }
    }),
    { numRuns: 40 },
  );
});
