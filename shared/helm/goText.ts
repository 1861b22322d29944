/** Text operations that keep what is known of where each part of a string came from. */
import {
  HOLE,
  isWhole,
  type LinesAt,
  type Mark,
  type StringValue,
  string,
  type UnknownValue,
} from './goValue.ts';

/** Puts strings together, with their marks. */
export class TextBuilder {
  private readonly parts: string[] = [];
  private readonly marks: Mark[] = [];
  length = 0;

  /** Adds plain text, or a string with its marks. */
  add(part: string | StringValue): void {
    if (typeof part === 'string') {
      this.parts.push(part);
      this.length += part.length;
      return;
    }
    for (const mark of part.marks) {
      this.marks.push({ ...mark, start: mark.start + this.length, end: mark.end + this.length });
    }
    this.parts.push(part.text);
    this.length += part.text.length;
  }

  addHole({ lines }: UnknownValue): void {
    this.marks.push({ start: this.length, end: this.length + 1, mark: 'hole', lines });
    this.parts.push(HOLE);
    this.length++;
  }

  addBranch(text: string): void {
    this.marks.push({ start: this.length, end: this.length + 1, mark: 'branch', text });
    this.parts.push(HOLE);
    this.length++;
  }

  /** True where the last character is none that separates words. */
  get endsInWord(): boolean {
    for (let index = this.parts.length - 1; index >= 0; index--) {
      const part = this.parts[index];
      if (part !== undefined && part !== '') return !/\s$/.test(part);
    }
    return false;
  }

  result(): StringValue {
    return string(this.parts.join(''), this.marks);
  }
}

export function concat(...parts: readonly (string | StringValue)[]): StringValue {
  const builder = new TextBuilder();
  for (const part of parts) builder.add(part);
  return builder.result();
}

/** The part of a string between two offsets, with its marks. */
export function slice(value: StringValue, from: number, to = value.text.length): StringValue {
  if (from <= 0 && to >= value.text.length) return value;
  const marks: Mark[] = [];
  for (const mark of value.marks) {
    const start = Math.max(mark.start, from);
    const end = Math.min(mark.end, to);
    if (start < end) marks.push({ ...mark, start: start - from, end: end - from });
  }
  const base = string(value.text.slice(from, to), marks);
  return value.origin === undefined ? base : { ...base, origin: value.origin };
}

/** The string with another text of the same length. */
export function withText(value: StringValue, text: string): StringValue {
  if (text.length === value.text.length) return { ...value, text };
  return value.origin === undefined ? string(text) : spanned(text, value);
}

/** A text made from a string as a whole. */
export function spanned(text: string, from: StringValue): StringValue {
  const { origin } = from;
  if (origin === undefined) return string(text);
  const marks: readonly Mark[] = text === '' ? [] : [{ start: 0, end: text.length, mark: 'from', origin }];
  return { kind: 'string', text, marks, origin };
}

/** The string with white space at both its ends taken away, or whatever `isCut` says. Text that is not known stays. */
export function trimmed(
  value: StringValue,
  isCut: (character: string) => boolean,
  ends: 'both' | 'left' | 'right' = 'both',
): StringValue {
  const { text } = value;
  let start = 0;
  let end = text.length;
  if (ends !== 'right') while (start < end && isCut(text[start] as string)) start++;
  if (ends !== 'left') while (end > start && isCut(text[end - 1] as string)) end--;
  return slice(value, start, end);
}

/** Every occurrence of one text replaced by another. */
export function replaced(value: StringValue, old: string, by: string): StringValue {
  if (old === '')
    return withText(
      value,
      value.text.replaceAll(old, () => by),
    );
  const builder = new TextBuilder();
  let at = 0;
  for (let next = value.text.indexOf(old); next >= 0; next = value.text.indexOf(old, at)) {
    builder.add(slice(value, at, next));
    builder.add(by);
    at = next + old.length;
  }
  if (at === 0) return value;
  builder.add(slice(value, at));
  return ofSameOrigin(builder.result(), value);
}

/** `indent`: every line further right; holes move with their lines. */
export function indented(value: StringValue, by: number): StringValue {
  const pad = ' '.repeat(by);
  const builder = new TextBuilder();
  let at = 0;
  builder.add(pad);
  for (let next = value.text.indexOf('\n'); next >= 0; next = value.text.indexOf('\n', at)) {
    builder.add(slice(value, at, next + 1));
    builder.add(pad);
    at = next + 1;
  }
  builder.add(at === 0 ? value : slice(value, at));
  const result = builder.result();
  const moved = isWhole(result)
    ? result
    : { ...result, marks: result.marks.map((mark) => movedHole(mark, by)) };
  return ofSameOrigin(moved, value);
}

function movedHole(mark: Mark, by: number): Mark {
  if (mark.mark !== 'hole' || mark.lines === undefined) return mark;
  return { ...mark, lines: indentedLines(mark.lines, by) };
}

export function indentedLines({ indent, breaksLine }: LinesAt, by: number): LinesAt {
  return { indent: indent + by, breaksLine };
}

export function ofSameOrigin(value: StringValue, from: StringValue): StringValue {
  return from.origin === undefined ? value : { ...value, origin: from.origin };
}

/** Go's `%q`: a text in double quotes, with its escapes. */
export function goQuoted(value: StringValue): StringValue {
  const { text } = value;
  if (!/["\\\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00a0\u00ad\ufeff]/u.test(text))
    return ofSameOrigin(concat('"', value, '"'), value);
  let quoted = '';
  for (const character of text) quoted += ESCAPES[character] ?? escaped(character);
  return spanned(`"${quoted}"`, value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\ufeff\u00a0\u00ad]/u.test(character)
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : character;
}
