/** Scalars: booleans, integers and strings as Kubernetes' decoder reads them, which is by YAML 1.1 and not by 1.2. */
import { isNull, type ScalarNode, type Unknown, type YamlNode } from '../yaml/tree.ts';

/** What one written value is to Kubernetes. */
export type ScalarReading<T> =
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly why: Unknown }
  | { readonly state: 'known'; readonly value: T }
  /** Written, and rejected by the API server; `text` is the value as people see it. */
  | { readonly state: 'invalid'; readonly text: string };

/**
 * A `*bool` field. Plain scalars resolve as in go-yaml v2 (resolveMapList), which kubectl and the API machinery decode
 * with: `y`, `yes`, `on`, `true` and their negatives in three cases each. A quoted one is a string, which a `*bool` rejects.
 */
export function readBoolean(node: YamlNode): ScalarReading<boolean> {
  return readScalar(node, booleanIn);
}

function booleanIn(scalar: ScalarNode): boolean | undefined {
  const { text } = scalar;
  return text.length <= MAX_BOOLEAN && resolvesPlain(scalar) ? BOOLEANS.get(text) : undefined;
}

/** A `*int64` field: decimal, `0x`, `0o`, `0b`, a leading 0 for octal, `_` between digits, and floats without a fraction. */
export function readInteger(node: YamlNode): ScalarReading<number> {
  return readScalar(node, integerIn);
}

function integerIn(scalar: ScalarNode): number | undefined {
  return resolvesPlain(scalar) ? integerOf(scalar.text) : undefined;
}

/** A string field: quoted text, or a plain scalar that does not resolve to another type. */
export function readString(node: YamlNode): ScalarReading<string> {
  return readScalar(node, stringIn);
}

function stringIn(scalar: ScalarNode): string | undefined {
  const { text } = scalar;
  if (!resolvesPlain(scalar)) return text;
  return isBooleanWord(text) || numberOf(text) !== undefined ? undefined : text;
}

const ABSENT = { state: 'absent' } as const;

function readScalar<T>(node: YamlNode, parse: (scalar: ScalarNode) => T | undefined): ScalarReading<T> {
  if (node.kind === 'alias') return { state: 'unknown', why: { reason: 'alias', text: `*${node.name}` } };
  if (node.kind !== 'scalar')
    return { state: 'invalid', text: node.kind === 'mapping' ? 'a mapping' : 'a list' };
  if (node.unknown !== undefined) return { state: 'unknown', why: node.unknown };
  if (isNull(node)) return ABSENT;
  const value = parse(node);
  if (value === undefined)
    return { state: 'invalid', text: node.style === 'plain' ? node.text : JSON.stringify(node.text) };
  return { state: 'known', value };
}

function resolvesPlain(scalar: ScalarNode): boolean {
  if (scalar.tag === '!!str' || scalar.tag === '!') return false;
  return scalar.style === 'plain' || scalar.tag === '!!int' || scalar.tag === '!!bool';
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...'y Y yes Yes YES true True TRUE on On ON'.split(' ').map((word) => [word, true] as const),
  ...'n N no No NO false False FALSE off Off OFF'.split(' ').map((word) => [word, false] as const),
]);

/** True for a plain scalar that go-yaml v2 reads as a boolean. */
export function isBooleanWord(text: string): boolean {
  return text.length <= MAX_BOOLEAN && BOOLEANS.has(text);
}

/** The length of the longest word for a boolean. */
const MAX_BOOLEAN = 5;

/** A plain scalar's integer value as go-yaml v2 finds it (strconv base 0 without `_`), or undefined. */
export function integerOf(text: string): number | undefined {
  const value = numberOf(text);
  return value !== undefined && Number.isInteger(value) ? value : undefined;
}

/** The number that digits alone write, as most numbers are written. */
function decimalOf(text: string): number | undefined {
  let number = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** What numbers are made of: most text that starts as one is an amount, a version or a port with its protocol. */
const NUMBER_ALONE = /^[-+.0-9A-Fa-fXxOo_]*$/;

/** A plain scalar's number as go-yaml v2 finds it, or undefined where it resolves to something else. */
export function numberOf(text: string): number | undefined {
  const first = text.charCodeAt(0);
  const startsLikeNumber = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!startsLikeNumber || text.length > 64) return undefined;
  if (first > 48 && text.length <= 9) {
    const decimal = decimalOf(text);
    if (decimal !== undefined) return decimal;
  }
  if (!NUMBER_ALONE.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/.exec(plain);
  if (match !== null) {
    const [, sign = '', digits = ''] = match;
    const magnitude = /^0[0-7]+$/.test(digits)
      ? Number.parseInt(digits, 8)
      : Number(digits.replace(/^0O/, '0o'));
    return sign === '-' ? -magnitude : magnitude;
  }
  if (/^[+-]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain)) return Number(plain);
  return undefined;
}
