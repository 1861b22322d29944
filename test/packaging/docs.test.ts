/** The documentation: what it points to is there, what it names exists, and its examples do what it says. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECK_WORKSPACE } from '../../server/protocol.ts';
import { analyzeText, judgedFindingsOf } from '../../shared/analysis/analyze.ts';
import { suppressionProblemsOf } from '../../shared/analysis/suppress.ts';
import { readConfigFile } from '../../shared/catalog/configFile.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { SETTINGS_TABLE, SUPPRESSION_CHECKS } from '../../shared/catalog/settingsTable.ts';
import { CHECK_CODES, PRACTICES } from '../../shared/practices/index.ts';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

const textOf = (page: string): string => readFileSync(page, 'utf8');

function blocksIn(page: string, language: string): readonly string[] {
  return [...textOf(page).matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text = '']) => text,
  );
}

describe.each(pages)('%s', (page) => {
  it('points to files that are there', () => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(
      ([, link = '']) => link,
    );
    expect(links.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
  });

  it('names settings that exist', () => {
    const keys: ReadonlySet<string> = new Set(SETTINGS_TABLE.map(({ key }) => key));
    const named = [...textOf(page).matchAll(/`"?podproof\.([a-z][\w.]*)(?=["`])/gi)].map(
      ([, key = '']) => key,
    );
    expect(named.filter((key) => !keys.has(key) && !COMMANDS.has(`podproof.${key}`))).toEqual([]);
  });

  it('names checks that exist', () => {
    const codes: ReadonlySet<string> = new Set([
      ...CHECK_CODES,
      ...SUPPRESSION_CHECKS.map(({ code }) => code),
    ]);
    const ids = [...PRACTICES.map(({ id }) => id), 'suppression'].join('|');
    const named = [...textOf(page).matchAll(new RegExp(`\\b(?:${ids})/[a-z][a-z-]*\\b(?!\\.)`, 'g'))].map(
      ([code]) => code,
    );
    expect(named.filter((code) => !codes.has(code))).toEqual([]);
  });
});

const COMMANDS: ReadonlySet<string> = new Set([
  CHECK_WORKSPACE,
  ...(
    JSON.parse(textOf('package.json')) as { contributes: { commands: { command: string }[] } }
  ).contributes.commands.map(({ command }) => command),
]);

describe('the examples of suppressions', () => {
  it.each(blocksIn('docs/suppressing.md', 'yaml'))('suppress what they name\n%s', (text) => {
    const analyzed = analyzeText(text, DEFAULT_SETTINGS);
    expect(suppressionProblemsOf(analyzed)).toEqual([]);
    expect(judgedFindingsOf(analyzed).filter(({ suppressedBy }) => suppressedBy !== null)).not.toEqual([]);
  });
});

it('the example of .podproof.yaml is right', () => {
  for (const text of blocksIn('docs/settings.md', 'yaml')) expect(readConfigFile(text).problems).toEqual([]);
});

it('the questions quote the status item', () => {
  const sources = ['server/status.ts', 'client/status.ts'].map(textOf).join('');
  const quoted = [...textOf('docs/questions.md').matchAll(/^- \*\*(.*?)\*\*/gm)].map(
    ([, words = '']) => words,
  );
  expect(quoted.length).toBeGreaterThan(5);
  expect(quoted.filter((words) => !/^\d of \d/.test(words) && !sources.includes(`'${words}'`))).toEqual([]);
});

it('every page is in the table of contents', () => {
  const contents = textOf('docs/README.md');
  for (const name of readdirSync('docs').filter((one) => one.endsWith('.md') && one !== 'README.md')) {
    expect(contents).toMatch(`(${name})`);
  }
});
