/** Contributions: what the manifest of the extension says of the settings, and the schema of `.podproof.yaml`. */
import { configSchema } from './configFile.ts';
import { CONFIG_FILE_NAME } from './configFileSearch.ts';
import type { JsonSchema } from './schema.ts';
import { SETTINGS_TABLE } from './settingsTable.ts';

/** `contributes.configuration` of `package.json`. */
export function configurationContribution(): unknown {
  return {
    title: 'Podproof',
    properties: Object.fromEntries(
      SETTINGS_TABLE.map(({ key, schema }, order) => [
        `podproof.${key}`,
        { scope: 'resource', order, ...schema },
      ]),
    ),
  };
}

/** `contributes.yamlValidation`, by which a YAML extension completes and checks `.podproof.yaml`. */
export function validationContribution(): unknown {
  return [{ fileMatch: CONFIG_FILE_NAME, url: `./${CONFIG_SCHEMA_PATH}` }];
}

/** Where the schema file stands in the project, and in the extension. */
export const CONFIG_SCHEMA_PATH = 'schemas/podproof.schema.json';

/** The text of the schema file, with short lists on one line. */
export function configSchemaText(): string {
  const text = JSON.stringify(configSchemaFile(), null, 2);
  const lists = text.replace(
    /\[\n\s+("[^"]*"(?:,\n\s+"[^"]*")*)\n\s+\]/g,
    (_, items: string) => `[${items.replace(/,\n\s+/g, ', ')}]`,
  );
  return `${lists}\n`;
}

/** JSON Schema of a version that every YAML extension reads. */
export function configSchemaFile(): unknown {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: CONFIG_FILE_NAME,
    description: 'Settings of Podproof for all manifests in this folder and below it.',
    ...plain(configSchema()),
  };
}

/** Without what only settings pages know. In YAML, a text such as `1.34` or `1` is often written without quotes. */
function plain(schema: JsonSchema): Readonly<Record<string, unknown>> {
  const { markdownDescription, patternErrorMessage, enumDescriptions, properties, items, ...rest } = schema;
  const isAmount = rest.type === 'string' && rest.pattern !== undefined && /[0-9]/.test(String(rest.default));
  return {
    ...rest,
    ...(isAmount ? { type: ['string', 'number'] } : {}),
    ...(markdownDescription === undefined ? {} : { description: withoutMarkdown(markdownDescription) }),
    ...(items === undefined ? {} : { items: plain(items) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, inner]) => [key, plain(inner)]),
          ),
        }),
  };
}

/** `#podproof.x#` is a link to a setting on the settings page; elsewhere it is the setting's name. */
function withoutMarkdown(markdown: string): string {
  return markdown.replaceAll(/#podproof\.([\w.]+)#/g, '$1').replaceAll('`', '');
}
