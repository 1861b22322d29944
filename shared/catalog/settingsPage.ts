/** The settings as a page to read, and as the table in the README: made of the table of settings. */
import { CONFIG_FILE_NAME } from './configFileSearch.ts';
import type { JsonSchema } from './schema.ts';
import { SETTINGS_TABLE, type SettingDefinition } from './settingsTable.ts';

export const SETTINGS_PAGE_PATH = 'docs/settings.md';

/** The page, in Markdown. */
export function settingsPage(): string {
  return `<!-- Generated from the table of settings in shared/catalog. -->

# Settings

In VS Code settings begin with \`podproof.\`, and are read as they change. For everyone in a repository, and for CI, the same stand in a file
\`${CONFIG_FILE_NAME}\`, without the prefix; the nearest one above a manifest counts, up to the folder that is open or the one in which the command
line was started. What it says goes before an editor's settings.

\`\`\`yaml
checks:
  resources/cpu-limit: off
  seccomp: error
minimumUid: 10000
kubernetesVersion: "1.33"
fix:
  memoryLimit: 512Mi
exclude:
  - "**/vendor/**"
\`\`\`

\`podproof check --config FILE .\` takes one file for all manifests.

${settingsTable()}

Settings with a * concern one person's editor, and have no place in \`${CONFIG_FILE_NAME}\`.
`;
}

/** A row for each setting. */
export function settingsTable(): string {
  const rows = SETTINGS_TABLE.map(
    (setting) => `| ${nameOf(setting)} | ${defaultOf(setting.schema)} | ${wordsOf(setting)} |`,
  );
  return ['| Setting | Default | |', '| --- | --- | --- |', ...rows].join('\n');
}

function nameOf({ key, isShared }: SettingDefinition): string {
  return `\`podproof.${key}\`${isShared ? '' : ' *'}`;
}

function defaultOf(schema: JsonSchema): string {
  return `\`${JSON.stringify(schema.default)}\``;
}

/** The settings page of VS Code turns \`#podproof.x#\` into links; elsewhere the name alone stands. */
function wordsOf({ schema }: SettingDefinition): string {
  const choices =
    schema.enum === undefined ? '' : ` One of ${schema.enum.map((one) => `\`${one}\``).join(', ')}.`;
  return `${schema.markdownDescription.replace(/`#([^`#]+)#`/g, '`$1`').replaceAll('|', '\\|')}${choices}`;
}
