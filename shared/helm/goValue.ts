/** Go values: what a template's pipelines hand around, each with the place in a values file that it came from. */
import type { Path } from '../yaml/tree.ts';

/** A place in a values file. Where the path leads nowhere, the value is absent there. */
export interface Origin {
  /** Path of the file from the chart's root. */
  readonly file: string;
  readonly path: Path;
}

export type Value =
  | NilValue
  | BooleanValue
  | NumberValue
  | StringValue
  | ListValue
  | DictValue
  | MethodValue
  | UnknownValue;

interface ValueBase {
  readonly origin?: Origin | undefined;
}

export interface NilValue extends ValueBase {
  readonly kind: 'nil';
}

export interface BooleanValue extends ValueBase {
  readonly kind: 'boolean';
  readonly value: boolean;
}

/** Go keeps whole numbers and floating ones apart; numbers of a values file are floating, as JSON's are. */
export interface NumberValue extends ValueBase {
  readonly kind: 'int' | 'float';
  readonly value: number;
}

export interface StringValue extends ValueBase {
  readonly kind: 'string';
  readonly text: string;
  /** Sorted, not overlapping. The string's own origin is the value that it was made from as a whole. */
  readonly marks: readonly Mark[];
}

export interface ListValue extends ValueBase {
  readonly kind: 'list';
  readonly items: readonly Value[];
}

/** Dictionaries can be changed by templates, as Go's maps can. */
export interface DictValue extends ValueBase {
  readonly kind: 'dict';
  readonly entries: Map<string, Value>;
  /** True where there may be further keys. */
  isOpen: boolean;
  /** A struct has the fields that it has: another one is not nil. */
  readonly isStruct?: boolean;
}

/** A function that hangs on a value, such as `.Files.Get`. */
export interface MethodValue extends ValueBase {
  readonly kind: 'method';
  readonly name: string;
  readonly call: (args: readonly Value[]) => Value;
}

/** What cannot be followed. */
export interface UnknownValue extends ValueBase {
  readonly kind: 'unknown';
  /** Set where the value counts as true or false for certain all the same. */
  readonly truth?: boolean;
  /** Set where it is text whose lines all stand this far right at least. */
  readonly lines?: LinesAt | undefined;
}

export interface LinesAt {
  readonly indent: number;
  /** True where the text begins with a line break. */
  readonly breaksLine: boolean;
}

/** What a stretch of a string is. */
export type Mark = { readonly start: number; readonly end: number } & (
  | { readonly mark: 'from'; readonly origin: Origin }
  /** One stand-in character for text that cannot be followed. */
  | { readonly mark: 'hole'; readonly lines: LinesAt | undefined }
  /** One stand-in character for a part of a branch that may be taken or not. */
  | { readonly mark: 'branch'; readonly text: string }
);

/** Stands in a string for what cannot be followed: a private character that nobody writes. */
export const HOLE = '\u{E001}';

export const NIL: NilValue = { kind: 'nil' };
export const UNKNOWN: UnknownValue = { kind: 'unknown' };

export function unknown(truth?: boolean): UnknownValue {
  return truth === undefined ? UNKNOWN : { kind: 'unknown', truth };
}

export function boolean(value: boolean): BooleanValue {
  return { kind: 'boolean', value };
}

/** A whole number; one that a program in this language cannot hold exactly is unknown. */
export function int(value: number): Value {
  return Number.isSafeInteger(value) ? { kind: 'int', value } : UNKNOWN;
}

export function float(value: number): Value {
  return Number.isFinite(value) ? { kind: 'float', value } : UNKNOWN;
}

export function string(text: string, marks: readonly Mark[] = []): StringValue {
  return { kind: 'string', text, marks };
}

export function list(items: readonly Value[]): ListValue {
  return { kind: 'list', items };
}

export function dict(entries: Iterable<readonly [string, Value]> = []): DictValue {
  return { kind: 'dict', entries: new Map(entries), isOpen: false };
}

/** True for text that is known to its last character. */
export function isWhole(value: StringValue): boolean {
  return value.marks.every(({ mark }) => mark === 'from');
}

/** Whether Go's templates count a value as true; undefined where that is not known. */
export function truthOf(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'nil':
      return false;
    case 'boolean':
      return value.value;
    case 'int':
    case 'float':
      return value.value !== 0;
    case 'string':
      if (value.text === '') return false;
      return isWhole(value) || hasCertainText(value) ? true : undefined;
    case 'list':
      return value.items.length > 0;
    case 'dict':
      if (value.isStruct === true || value.entries.size > 0) return true;
      return value.isOpen ? undefined : false;
    case 'method':
      return true;
    case 'unknown':
      return value.truth;
  }
}

/** True where some character is neither a stand-in nor within a branch. */
function hasCertainText({ text, marks }: StringValue): boolean {
  let depth = 0;
  let at = 0;
  for (const mark of marks) {
    if (mark.mark === 'from') continue;
    if (depth === 0 && mark.start > at) return true;
    if (mark.mark === 'branch') {
      if (mark.text === 'end') depth--;
      else if (mark.text !== 'else') depth++;
    }
    at = mark.end;
  }
  return depth === 0 && at < text.length;
}

/** Whether sprig's `empty` holds: zero, false, nil, or nothing in it. */
export function isEmpty(value: Value): boolean | undefined {
  const truth = truthOf(value);
  return truth === undefined ? undefined : !truth;
}

/** A copy that shares nothing that a template can change. */
export function deepCopy(value: Value, depth = 0): Value {
  if (depth > MAX_DEPTH) return UNKNOWN;
  switch (value.kind) {
    case 'dict': {
      const entries = new Map<string, Value>();
      for (const [key, inner] of value.entries) entries.set(key, deepCopy(inner, depth + 1));
      return { ...value, entries };
    }
    case 'list':
      return { ...value, items: value.items.map((item) => deepCopy(item, depth + 1)) };
    default:
      return value;
  }
}

/** Values nested deeper than this are hostile, or contain themselves. */
export const MAX_DEPTH = 100;

/** The keys of a dictionary in the order in which Go's templates range over them. */
export function sortedKeys({ entries }: DictValue): readonly string[] {
  return [...entries.keys()].sort(compareText);
}

/** Compares text as Go does: by its UTF-8 bytes, which order as code points do. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const first = a.charCodeAt(at);
    const second = b.charCodeAt(at);
    if (first === second) continue;
    // Surrogates stand for code points above all others of two bytes.
    const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
    if (isHigh(first) !== isHigh(second)) return isHigh(first) ? 1 : -1;
    return first - second;
  }
  return a.length - b.length;
}

/** A value as `fmt.Sprint` prints it, with its marks; undefined where it cannot be printed for certain. */
export function printed(value: Value): StringValue | undefined {
  switch (value.kind) {
    case 'string':
      return value;
    case 'nil':
      return string('');
    case 'boolean':
      return marked(String(value.value), value.origin);
    case 'int':
      return marked(String(value.value), value.origin);
    case 'float':
      return marked(printedFloat(value.value), value.origin);
    case 'list':
    case 'dict': {
      const text = nestedText(value, 0);
      return text === undefined ? undefined : marked(text, value.origin);
    }
    case 'method':
    case 'unknown':
      return undefined;
  }
}

export function marked(text: string, origin: Origin | undefined): StringValue {
  if (origin === undefined || text === '') return string(text);
  return string(text, [{ start: 0, end: text.length, mark: 'from', origin }]);
}

function nestedText(value: Value, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  switch (value.kind) {
    case 'nil':
      return '<nil>';
    case 'list': {
      const items = value.items.map((item) => nestedText(item, depth + 1));
      return items.includes(undefined) ? undefined : `[${items.join(' ')}]`;
    }
    case 'dict': {
      if (value.isOpen || value.isStruct === true) return undefined;
      const parts: string[] = [];
      for (const key of sortedKeys(value)) {
        const inner = nestedText(value.entries.get(key) ?? NIL, depth + 1);
        if (inner === undefined) return undefined;
        parts.push(`${key}:${inner}`);
      }
      return `map[${parts.join(' ')}]`;
    }
    default: {
      const text = printed(value);
      return text !== undefined && isWhole(text) ? text.text : undefined;
    }
  }
}

/** `%v` of a float64: the shortest digits, with an exponent below 1e-4 and from 1e6 on (strconv's `g` of shortest precision). */
export function printedFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  // From 1e-4 up to 1e6 JavaScript writes no exponent either.
  if (exponent >= -4 && exponent < 6) return String(value);
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
