/** Values as lines of block YAML, indented as their surroundings are. */
import type { MovedEntry } from './editWants.ts';
import { isListValue, isMappingValue } from './editWants.ts';
import type { YamlValue } from './operation.ts';
import { isSafePlain, type Quoting, quoted, type ScalarValue, writeScalar } from './writeScalar.ts';

/** Something to be written: new values, with what moves here from elsewhere in between. */
export type Written =
  | { readonly kind: 'scalar'; readonly value: ScalarValue; readonly quoting?: Quoting }
  /** A scalar's text as it stands elsewhere, on one line. */
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'mapping'; readonly entries: readonly WrittenEntry[] }
  | { readonly kind: 'sequence'; readonly items: readonly Written[] }
  /** The value of an entry that stands elsewhere so far. */
  | { readonly kind: 'moved'; readonly entry: MovedEntry };

export interface WrittenEntry {
  readonly key: string;
  readonly value: Written;
}

export function writtenOf(value: YamlValue): Written {
  if (isListValue(value)) return { kind: 'sequence', items: value.map(writtenOf) };
  if (isMappingValue(value)) {
    return {
      kind: 'mapping',
      entries: Object.entries(value).map(([key, inner]) => ({ key, value: writtenOf(inner) })),
    };
  }
  return { kind: 'scalar', value };
}

/** True for a mapping or list that holds nothing, which even block YAML writes as `{}` or `[]`. */
export function isEmptyWritten(written: Written): boolean {
  if (written.kind === 'mapping') return written.entries.length === 0;
  return written.kind === 'sequence' && written.items.length === 0;
}

export interface BlockStyle {
  /** Columns by which a mapping stands further right than its key. */
  readonly step: number;
  /** Columns by which the dashes of a list stand further right than its key; 0 where they stand under it. */
  readonly dashOffset: number;
  readonly quoting: Quoting;
  /** The lines of an entry that moves: its text from elsewhere under the key, for a mapping at the column. */
  readonly moved: (entry: MovedEntry, key: string, column: number) => readonly string[];
}

/** The lines of a mapping's entries, each with its indentation. `quoteKeys` writes every key in double quotes. */
export function blockEntries(
  entries: readonly WrittenEntry[],
  column: number,
  style: BlockStyle,
  quoteKeys: boolean,
): string[] {
  const lines: string[] = [];
  for (const { key, value } of entries) {
    if (value.kind === 'moved') {
      lines.push(...style.moved(value.entry, key, column));
      continue;
    }
    const head = `${' '.repeat(column)}${writeKey(key, quoteKeys, style.quoting)}:`;
    if (isOneLine(value)) {
      lines.push(`${head} ${oneLine(value, style)}`);
    } else if (value.kind === 'sequence') {
      lines.push(head, ...blockItems(value.items, column + style.dashOffset, style, quoteKeys));
    } else if (value.kind === 'mapping') {
      lines.push(head, ...blockEntries(value.entries, column + style.step, style, quoteKeys));
    }
  }
  return lines;
}

/** The lines of a list's items, their dashes at the column; `gap` columns lie from a dash to what follows it. */
export function blockItems(
  items: readonly Written[],
  column: number,
  style: BlockStyle,
  quoteKeys: boolean,
  gap = 2,
): string[] {
  const lines: string[] = [];
  const dash = `${' '.repeat(column)}-${' '.repeat(gap - 1)}`;
  for (const item of items) {
    if (isOneLine(item)) {
      lines.push(dash + oneLine(item, style));
      continue;
    }
    const inner =
      item.kind === 'mapping'
        ? blockEntries(item.entries, column + gap, style, quoteKeys)
        : item.kind === 'sequence'
          ? blockItems(item.items, column + gap, style, quoteKeys)
          : [];
    const [first = '', ...rest] = inner;
    lines.push(dash + first.slice(column + gap), ...rest);
  }
  return lines;
}

export function writeKey(key: string, quoteKeys: boolean, quoting: Quoting): string {
  if (quoteKeys) return quoted(key, 'double');
  return isSafePlain(key, true) && !key.includes(': ') ? key : quoted(key, quoting);
}

function isOneLine(value: Written): boolean {
  return value.kind === 'scalar' || value.kind === 'raw' || isEmptyWritten(value);
}

function oneLine(value: Written, style: BlockStyle): string {
  if (value.kind === 'raw') return value.text;
  if (value.kind === 'scalar') return blockScalarText(value.value, value.quoting, style.quoting);
  return value.kind === 'mapping' ? '{}' : '[]';
}

/** The text of a scalar in block context; a quoting of its own asks for quotes even where none are needed. */
export function blockScalarText(value: ScalarValue, own: Quoting | undefined, fallback: Quoting): string {
  return writeScalar(value, { inFlow: false, quoting: own ?? fallback, always: own !== undefined });
}
