/** Values as YAML and JSON text, as Helm's `toYaml` and `toJson` write them: keys sorted, each part marked with where it came from. */
import {
  type DictValue,
  HOLE,
  isWhole,
  MAX_DEPTH,
  type Mark,
  type Origin,
  type StringValue,
  sortedKeys,
  string,
  type Value,
} from './goValue.ts';
import { resolvesToOther } from './plainScalars.ts';

/** The YAML text of a value, without a line break at its end; undefined where it is too large or deep to be written. */
export function toYaml(value: Value): StringValue | undefined {
  const writer = new Writer();
  writer.block(value, 0, 0, false);
  return ofWhole(writer.result(), value);
}

/** The JSON text of a value, on one line, or indented by two columns a level. */
export function toJson(value: Value, isPretty = false): StringValue | undefined {
  const writer = new Writer();
  writer.json(value, 0, isPretty);
  return ofWhole(writer.result(), value);
}

function ofWhole(text: StringValue | undefined, { origin }: Value): StringValue | undefined {
  return text === undefined || origin === undefined ? text : { ...text, origin };
}

/** Text longer than this is no part of a manifest. */
const MAX_LENGTH = 2_000_000;

class Writer {
  private readonly parts: string[] = [];
  private readonly marks: Mark[] = [];
  private length = 0;
  private isBroken = false;

  result(): StringValue | undefined {
    return this.isBroken ? undefined : string(this.parts.join(''), this.marks);
  }

  private add(text: string, origin?: Origin): void {
    if (this.length > MAX_LENGTH) {
      this.isBroken = true;
      return;
    }
    if (origin !== undefined && text !== '') {
      this.marks.push({ start: this.length, end: this.length + text.length, mark: 'from', origin });
    }
    this.parts.push(text);
    this.length += text.length;
  }

  private hole(indent?: number): void {
    const lines = indent === undefined ? undefined : { indent, breaksLine: false };
    this.marks.push({ start: this.length, end: this.length + 1, mark: 'hole', lines });
    this.parts.push(HOLE);
    this.length++;
  }

  /** Writes a value at a column; `isInline` where a dash or key stands before it on its line. */
  block(value: Value, column: number, depth: number, isInline: boolean): void {
    if (depth > MAX_DEPTH) this.isBroken = true;
    if (this.isBroken) return;
    switch (value.kind) {
      case 'dict':
        this.mapping(value, column, depth, isInline);
        return;
      case 'list':
        if (value.items.length === 0) {
          this.add(isInline ? ' []' : '[]', value.origin);
          return;
        }
        value.items.forEach((item, index) => {
          if (index > 0 || isInline) this.add(`\n${' '.repeat(column)}`);
          this.add('-');
          if (item.kind === 'dict' && item.entries.size > 0) {
            this.add(' ');
            this.mapping(item, column + 2, depth + 1, false);
          } else if (item.kind === 'list' && item.items.length > 0) {
            this.add(' ');
            this.block(item, column + 2, depth + 1, false);
          } else {
            this.block(item, column + 2, depth + 1, true);
          }
        });
        return;
      default:
        if (isInline) this.add(' ');
        this.scalar(value, column);
    }
  }

  private mapping(value: DictValue, column: number, depth: number, isInline: boolean): void {
    if (depth > MAX_DEPTH) this.isBroken = true;
    if (this.isBroken) return;
    const keys = sortedKeys(value);
    if (keys.length === 0 && !value.isOpen) {
      this.add(isInline ? ' {}' : '{}', value.origin);
      return;
    }
    keys.forEach((key, index) => {
      const inner = value.entries.get(key);
      if (inner === undefined) return;
      if (index > 0 || isInline) this.add(`\n${' '.repeat(column)}`);
      this.add(scalarText(key, true), inner.origin);
      this.add(':');
      // Lists stand below their key, at its own column.
      this.block(inner, inner.kind === 'list' ? column : column + 2, depth + 1, true);
    });
    if (!value.isOpen) return;
    if (keys.length > 0 || isInline) this.add('\n');
    this.hole(column);
  }

  private scalar(value: Value, column: number): void {
    switch (value.kind) {
      case 'nil':
        this.add('null', value.origin);
        return;
      case 'boolean':
        this.add(String(value.value), value.origin);
        return;
      case 'int':
      case 'float':
        this.add(jsonNumber(value.value), value.origin);
        return;
      case 'string': {
        if (!isWhole(value)) {
          this.hole();
          return;
        }
        const origin = value.origin ?? soleOrigin(value);
        if (!value.text.includes('\n')) this.add(scalarText(value.text, false), origin);
        else this.add(literal(value.text, column), origin);
        return;
      }
      case 'method':
        this.isBroken = true;
        return;
      default:
        this.hole();
    }
  }

  json(value: Value, depth: number, isPretty: boolean): void {
    if (depth > MAX_DEPTH) this.isBroken = true;
    if (this.isBroken) return;
    const lineBreak = (level: number): string => (isPretty ? `\n${'  '.repeat(level)}` : '');
    switch (value.kind) {
      case 'dict': {
        const keys = sortedKeys(value);
        if (value.isOpen) this.isBroken = true;
        if (keys.length === 0) {
          this.add('{}', value.origin);
          return;
        }
        this.add('{');
        keys.forEach((key, index) => {
          const inner = value.entries.get(key);
          if (inner === undefined) return;
          this.add(`${index > 0 ? ',' : ''}${lineBreak(depth + 1)}`);
          this.add(jsonString(key), inner.origin);
          this.add(isPretty ? ': ' : ':');
          this.json(inner, depth + 1, isPretty);
        });
        this.add(`${lineBreak(depth)}}`);
        return;
      }
      case 'list':
        if (value.items.length === 0) {
          this.add('[]', value.origin);
          return;
        }
        this.add('[');
        value.items.forEach((item, index) => {
          this.add(`${index > 0 ? ',' : ''}${lineBreak(depth + 1)}`);
          this.json(item, depth + 1, isPretty);
        });
        this.add(`${lineBreak(depth)}]`);
        return;
      case 'string':
        if (isWhole(value)) this.add(jsonString(value.text), value.origin ?? soleOrigin(value));
        else this.hole();
        return;
      default:
        this.scalar(value, 0);
    }
  }
}

/** The one place that a whole string came from. */
export function soleOrigin({ text, marks }: StringValue): Origin | undefined {
  const [only] = marks;
  return marks.length === 1 && only?.mark === 'from' && only.start === 0 && only.end === text.length
    ? only.origin
    : undefined;
}

/** JSON's numbers: no exponent below 1e21 (encoding/json). */
function jsonNumber(value: number): string {
  const text = String(value);
  return /e[+-]\d$/.test(text) ? text.replace(/e([+-])(\d)$/, 'e$10$2') : text;
}

/** Go escapes what would be markup in HTML. */
function jsonString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A scalar of one line: plain where nothing can take it for something else, else in quotes. */
function scalarText(text: string, isKey: boolean): string {
  if (text === '') return '""';
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufeff\ufffe\uffff]/u.test(text)) return JSON.stringify(text);
  if (resolvesToOther(text)) return JSON.stringify(text);
  const isPlain =
    /^[^\s\-?:,[\]{}#&*!|>'"%@`]|^[-?:][^\s,[\]{}]/.test(text) &&
    !/[:]\s|\s#|:$|\s$|^(?:---|\.\.\.)/.test(text) &&
    text !== '-' &&
    !(isKey && /[,[\]{}?]/.test(text));
  return isPlain ? text : singleQuoted(text);
}

function singleQuoted(text: string): string {
  return /^\s|\s$/.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}

/** Text of several lines, as a literal block whose header says how it ends. */
function literal(text: string, column: number): string {
  if (/[^\P{Cc}\n\t]|\ufeff/u.test(text) || /^\n*\s/.test(text)) {
    return JSON.stringify(text);
  }
  const chomp = text.endsWith('\n\n') || text === '\n' ? '+' : text.endsWith('\n') ? '' : '-';
  const lines = (chomp === '-' ? text : text.slice(0, -1)).split('\n');
  const indent = ' '.repeat(Math.max(column, 2));
  return `|${chomp}\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}${chomp === '+' ? '\n' : ''}`;
}
