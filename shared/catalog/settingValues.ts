/** Values of settings: which are allowed, and what a file decides. Needed only where somebody sets something. */
import { asRecord, severityOf, valueAt } from './givenValues.ts';
import { allows } from './schema.ts';
import type { SettingKey } from './settingDefaults.ts';
import { SETTINGS_TABLE, type SettingDefinition } from './settingsTable.ts';

/** The value of a setting in what an editor or a file gives, as far as it is allowed: of a list, its allowed items; else undefined. */
export function allowedAt(layer: unknown, key: SettingKey): unknown {
  const { schema } = definitionOf(key);
  const value = valueAt(layer, key);
  const { items } = schema;
  if (Array.isArray(value) && items !== undefined)
    return value.filter((item: unknown) => allows(items, item));
  return value !== undefined && allows(schema, value) ? value : undefined;
}

/** The settings that a file decides, by their keys; practices and codes for those of `checks`. */
export function decidedBy(values: unknown): ReadonlySet<string> {
  const given = SETTINGS_TABLE.map(({ key }) => key).filter(
    (key) => key !== 'checks' && allowedAt(values, key) !== undefined,
  );
  const checks = Object.entries(asRecord(asRecord(values).checks));
  return new Set([
    ...given,
    ...checks.flatMap(([id, level]) => (severityOf(level) === undefined ? [] : [id])),
  ]);
}

function definitionOf(key: SettingKey): SettingDefinition {
  const definition = SETTINGS_TABLE.find((setting) => setting.key === key);
  if (definition === undefined) throw new Error(`There is no setting ${key}.`);
  return definition;
}
