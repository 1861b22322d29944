/** Entries as text for a cursor: one key with its value, in the style of the document around it. */
import { type Habits, readLayout } from './editLayout.ts';
import { isListValue, isMappingValue } from './editWants.ts';
import type { YamlValue } from './operation.ts';
import type { YamlDocument } from './tree.ts';
import { writeScalar } from './writeScalar.ts';
import { blockEntries, writtenOf } from './writeYaml.ts';

/** How the document writes; read once for any number of entries. */
export interface EntryStyle {
  readonly habits: Habits;
  /** True between braces, where an entry takes one line. */
  readonly isFlow: boolean;
  /** Column at which the keys of the mapping stand; of no meaning in flow style. */
  readonly column: number;
}

export function entryStyle(document: YamlDocument, isFlow: boolean, column: number): EntryStyle {
  return { habits: readLayout(document).habits, isFlow, column };
}

/** `key: value`, without indentation before the first line; further lines stand where they belong. */
export function entryText(key: string, value: YamlValue, style: EntryStyle): string {
  if (style.isFlow) return `${flowKey(key, style.habits)}: ${flowValue(value, style.habits)}`;
  return blockLines({ [key]: value }, style).slice(style.column);
}

/** The entries of a mapping as lines at the style's column, the first one with its indentation too. */
export function blockLines(
  value: { readonly [key: string]: YamlValue },
  { habits, column }: EntryStyle,
): string {
  const written = writtenOf(value);
  if (written.kind !== 'mapping') return '';
  const block = {
    step: habits.step,
    dashOffset: habits.dashOffset ?? habits.step,
    quoting: habits.quoting,
    moved: () => [],
  };
  return blockEntries(written.entries, column, block, false).join(habits.eol);
}

/** A scalar, as it stands behind a key or a dash. */
export function scalarText(value: string | number | boolean, { habits, isFlow }: EntryStyle): string {
  const always = typeof value === 'string' && isFlow && habits.dialect !== 'yaml';
  return writeScalar(value, { inFlow: isFlow, quoting: always ? 'double' : habits.quoting, always });
}

function flowKey(key: string, habits: Habits): string {
  return habits.dialect === 'json' ? `"${key}"` : key;
}

function flowValue(value: YamlValue, habits: Habits): string {
  if (isListValue(value)) return `[${value.map((item) => flowValue(item, habits)).join(', ')}]`;
  if (isMappingValue(value)) {
    const entries = Object.entries(value).map(
      ([key, inner]) => `${flowKey(key, habits)}: ${flowValue(inner, habits)}`,
    );
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  const always = typeof value === 'string' && habits.dialect !== 'yaml';
  return writeScalar(value, { inFlow: true, quoting: always ? 'double' : habits.quoting, always });
}
