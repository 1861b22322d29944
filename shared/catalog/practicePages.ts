/** Practice pages: what a practice is about, as a page to read, made of its definition. */
import { explainedPractices } from '../practices/explained.ts';
import type { CheckExplanation, ExplainedPractice, FieldRule, PeerTool } from '../practices/explanation.ts';
import type { Severity } from '../practices/practice.ts';
import { SETTINGS_TABLE } from './settingsTable.ts';

/** Folder of the pages in the project, and in the extension. */
export const PAGES_FOLDER = 'docs/practices';

/** Name of a page's file. */
export function pageFile(practice: ExplainedPractice): string {
  return `${practice.id}.md`;
}

/** The page of a practice, in Markdown. */
export function practicePage(practice: ExplainedPractice): string {
  const parts = [
    GENERATED,
    `# ${practice.title}`,
    `${practice.summary}`,
    '## Why',
    practice.rationale,
    '## What may break',
    practice.mayBreak,
    '## Before and after',
    ...practice.examples.flatMap(({ title, bad, good }) => [
      `### ${title}`,
      fenced(bad),
      'Fixed:',
      fenced(good),
    ]),
    '## Checks',
    checksTable(practice),
    severityWords(practice),
    '## Fields',
    fieldsTable(practice),
    ...settingsSection(practice),
    '## Who asks for it',
    practice.standards.map((standard) => `- ${standard.name}: ${standard.item}`).join('\n'),
    '## What other tools call it',
    peersTable(practice),
    '## Suppressing it',
    suppressionWords(practice),
  ];
  return `${parts.join('\n\n')}\n`;
}

const GENERATED = '<!-- Generated from the definition of the practice in shared/practices. -->';

function fenced(text: string): string {
  return `\`\`\`yaml\n${text}\`\`\``;
}

function checksTable({ id, checks }: ExplainedPractice): string {
  const rows = checks.map((check) => [
    `\`${id}/${check.id}\``,
    check.severity,
    check.summary,
    FIXES[check.fixable],
  ]);
  return table(['Check', 'Default', 'Looks for', 'Fix'], rows);
}

const FIXES: Readonly<Record<CheckExplanation['fixable'], string>> = {
  always: 'yes',
  sometimes: 'where it is certain',
  none: 'no',
};

function severityWords({ id, checks }: ExplainedPractice): string {
  const [first] = checks;
  const other: Severity = first?.severity === 'error' ? 'warning' : 'error';
  return `The setting \`podproof.checks\`, or \`checks\` in \`.podproof.yaml\`, changes them: \`${id}: off\` for the whole practice, \`${id}/${first?.id}: ${other}\` for one check.`;
}

function fieldsTable({ fields }: ExplainedPractice): string {
  const rows = fields.map((rule) => [
    `\`${rule.path.join('.')}\``,
    levelWords(rule),
    rule.description,
    rule.whenAbsent,
    rule.since,
  ]);
  return table(['Field', 'On', 'What it does', 'Not set', 'Since'], rows);
}

function levelWords({ levels }: FieldRule): string {
  return levels.join(', ');
}

function settingsSection({ settings = [] }: ExplainedPractice): readonly string[] {
  if (settings.length === 0) return [];
  const rows = SETTINGS_TABLE.filter(({ key }) => settings.includes(key)).map(({ key, schema }) => [
    `\`podproof.${key}\``,
    `\`${String(schema.default)}\``,
    withoutSettingLinks(schema.markdownDescription),
  ]);
  return ['## Settings', table(['Setting', 'Default', ''], rows)];
}

function withoutSettingLinks(markdown: string): string {
  return markdown.replaceAll(/#(podproof\.[\w.]+)#/g, '$1');
}

function peersTable({ peers }: ExplainedPractice): string {
  const tools = new Map<PeerTool, Set<string>>();
  for (const { tool, ids } of peers) {
    const known = tools.get(tool) ?? new Set();
    tools.set(tool, known);
    for (const id of ids) if (!id.includes('.')) known.add(id);
  }
  return table(
    ['Tool', 'Its names for these checks'],
    [...tools].map(([tool, ids]) => [tool, [...ids].map((id) => `\`${id}\``).join(', ')]),
  );
}

function suppressionWords(practice: ExplainedPractice): string {
  const check = practice.checks.find(({ aboutAbsence }) => aboutAbsence) ?? practice.checks[0];
  const code = `${practice.id}/${check?.id}`;
  return [
    'A comment at the end of a line, or on the line above a container, a key or a document, is as wide as what it stands on:',
    '',
    '```yaml',
    'containers:',
    `  # podproof-ignore ${code}: why this container needs it`,
    '  - name: web',
    '```',
    '',
    `\`# podproof-ignore-file ${practice.id}\` holds for a whole file, and the annotations \`podproof/ignore\` and \`podproof/ignore.<container>\` for JSON and for YAML that programs write.`,
  ].join('\n');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The index of the pages, in Markdown. */
export function practicesIndex(): string {
  const words =
    'Eight practices, in the order in which people meet them. Each page says why, what may break, and what a fix writes.';
  return `${[GENERATED, '# The practices', words, practicesTable()].join('\n\n')}\n`;
}

/** One row for each practice, linked to its page. */
function practicesTable(): string {
  return table(
    ['', 'Practice', 'Checks'],
    explainedPractices().map(({ id, title, summary, checks }, index) => [
      String(index + 1),
      `[${title}](${id}.md): ${summary}`,
      checks.map((check) => `\`${check.id}\``).join(', '),
    ]),
  );
}
