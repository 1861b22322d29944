/** Generated files equal their generators; `UPDATE=1` writes them anew. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { languageModelToolsContribution } from '../../shared/agents/contribution.ts';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { fixPractice } from '../../shared/analysis/fix.ts';
import {
  CONFIG_SCHEMA_PATH,
  configSchemaFile,
  configSchemaText,
  configurationContribution,
  validationContribution,
} from '../../shared/catalog/contributions.ts';
import { localized } from '../../shared/catalog/localized.ts';
import { pageUrl } from '../../shared/catalog/pages.ts';
import { PAGES_FOLDER, pageFile, practicePage, practicesIndex } from '../../shared/catalog/practicePages.ts';
import { allows, type JsonSchema } from '../../shared/catalog/schema.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { SETTINGS_PAGE_PATH, settingsPage, settingsTable } from '../../shared/catalog/settingsPage.ts';
import { SETTINGS_TABLE } from '../../shared/catalog/settingsTable.ts';
import { explainedPractices } from '../../shared/practices/explained.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/** Titles of commands are strings as well: an update moves new ones there. */
const titleKeyOf = (command: string): string => command.replace(/^podproof\./, 'commands.');

const CONFIGURATION = localized(configurationContribution(), 'settings');
const TOOLS = localized(languageModelToolsContribution(), 'tools');

/** The file's text is what its generator gives. */
function expectGenerated(file: string, text: string): void {
  const at = path.join(ROOT, file);
  if (process.env.UPDATE === '1') {
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, text);
  }
  expect(existsSync(at) ? readFileSync(at, 'utf8') : 'no such file', file).toBe(text);
}

function readManifest(): { contributes?: Record<string, unknown>; homepage?: string } & Record<
  string,
  unknown
> {
  return JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
}

describe('package.json', () => {
  test('contributes the settings, and the schema of .podproof.yaml', () => {
    const manifest = readManifest();
    const { commands = [] } = manifest.contributes as { commands?: { command: string; title: string }[] };
    const contributes = {
      ...manifest.contributes,
      commands: commands.map((one) => ({ ...one, title: `%${titleKeyOf(one.command)}%` })),
      configuration: CONFIGURATION.value,
      yamlValidation: validationContribution(),
      languageModelTools: TOOLS.value,
    };
    if (process.env.UPDATE === '1') {
      const strings = JSON.parse(readFileSync(path.join(ROOT, 'package.nls.json'), 'utf8')) as Record<
        string,
        string
      >;
      for (const { command, title } of commands) {
        if (!title.startsWith('%')) strings[titleKeyOf(command)] = title;
      }
      writeFileSync(path.join(ROOT, 'package.nls.json'), `${JSON.stringify(strings, null, 2)}\n`);
      const text = `${JSON.stringify({ ...manifest, contributes }, null, 2)}\n`;
      writeFileSync(path.join(ROOT, 'package.json'), text);
    }
    expect(readManifest().contributes).toEqual(contributes);
  });

  test('says in package.nls.json what stands in it in words', () => {
    const known = JSON.parse(readFileSync(path.join(ROOT, 'package.nls.json'), 'utf8')) as Record<
      string,
      string
    >;
    const own = Object.entries(known).filter(([key]) => !/^(?:settings|tools)\./.test(key));
    const strings = Object.fromEntries([...own, ...CONFIGURATION.strings, ...TOOLS.strings]);
    expectGenerated('package.nls.json', `${JSON.stringify(strings, null, 2)}\n`);
    const used = [...JSON.stringify(readManifest()).matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key);
    expect([...new Set(used)].sort()).toEqual(Object.keys(strings).sort());
  });

  test('has no words of its own that a person reads', () => {
    const { contributes } = readManifest();
    const words: string[] = [];
    JSON.stringify(contributes, (key, value: unknown) => {
      if (
        /^(?:title|description|markdownDescription|displayName|userDescription)$/.test(key) &&
        typeof value === 'string'
      )
        words.push(value);
      return value;
    });
    expect(words.filter((text) => !/^%[\w.-]+%$/.test(text))).toEqual([]);
  });

  test('names the place where the pages are', () => {
    expect(pageUrl('seccomp').startsWith(`${readManifest().homepage}/`)).toBe(true);
  });
});

test('the strings of the client are in l10n/bundle.l10n.json', () => {
  const sources = readdirSync(path.join(ROOT, 'client'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(path.join(ROOT, 'client', name), 'utf8'));
  const used = sources.flatMap((source) =>
    [...source.matchAll(/l10n\.t\(\s*'((?:[^'\\]|\\.)*)'/g)].map(([, text = '']) => text),
  );
  const bundle = Object.fromEntries([...new Set(used)].sort().map((text) => [text, text]));
  expectGenerated('l10n/bundle.l10n.json', `${JSON.stringify(bundle, null, 2)}\n`);
  for (const source of sources) expect(source).not.toMatch(/show(?:Information|Warning|Error)Message\(\s*'/);
});

describe('the schema of .podproof.yaml', () => {
  test('is generated', () => {
    expectGenerated(CONFIG_SCHEMA_PATH, configSchemaText());
  });

  test('allows what people write, quoted or not', () => {
    const schema = configSchemaFile() as JsonSchema;
    expect(
      allows(schema, { kubernetesVersion: '1.34', fix: { cpuLimit: 1 }, checks: { seccomp: 'off' } }),
    ).toBe(true);
    expect(allows(schema, { checks: { secomp: 'off' } })).toBe(false);
    expect(allows(schema, { codeLens: true })).toBe(false);
  });
});

describe('the settings', () => {
  test('are a page', () => {
    expectGenerated(SETTINGS_PAGE_PATH, settingsPage());
  });

  test('are a table in the README', () => {
    const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
    const table = /(<!-- settings -->\n)[\s\S]*?(\n<!-- end of settings -->)/;
    expect(readme).toMatch(table);
    expectGenerated('README.md', readme.replace(table, `$1${settingsTable().replaceAll('$', '$$$$')}$2`));
  });
});

describe('pages', () => {
  for (const practice of explainedPractices()) {
    test(practice.id, () => {
      expectGenerated(`${PAGES_FOLDER}/${pageFile(practice)}`, practicePage(practice));
    });

    for (const { title, bad, good } of practice.examples) {
      test(`${practice.id}: "${title}" is what its fixes make of it`, () => {
        const analyzed = analyzeText(bad, DEFAULT_SETTINGS);
        const isOwn = ({ finding }: { finding: { practice: string } }): boolean =>
          finding.practice === practice.id;
        expect(findingsOf(analyzed).filter(isOwn)).not.toEqual([]);
        const { edits, declined } = fixPractice(analyzed, practice.id);
        expect(declined).toEqual([]);
        expect(applyEdits(bad, edits)).toBe(good);
        expect(findingsOf(analyzeText(good, DEFAULT_SETTINGS)).filter(isOwn)).toEqual([]);
      });
    }
  }

  test('the index', () => {
    expectGenerated(`${PAGES_FOLDER}/README.md`, practicesIndex());
  });

  test('there are no others', () => {
    const pages = [...explainedPractices().map(pageFile), 'README.md'];
    expect(readdirSync(path.join(ROOT, PAGES_FOLDER)).sort()).toEqual(pages.sort());
  });
});

describe('what the definitions of the practices refer to', () => {
  test.each(explainedPractices().map((practice) => [practice.id, practice] as const))('%s', (_, practice) => {
    const checks = practice.checks.map(({ id }) => id);
    for (const part of [...practice.standards, ...practice.peers, ...practice.fields]) {
      expect(checks, JSON.stringify(part)).toEqual(expect.arrayContaining([...(part.checks ?? [])]));
    }
    const keys = SETTINGS_TABLE.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining([...(practice.settings ?? [])]));
    expect(practice.examples).not.toEqual([]);
  });
});
