/** Template functions on text: Go's own, sprig's and Helm's. */
import { format } from './goFormat.ts';
import {
  type FunctionTable,
  intIn,
  itemsIn,
  ofText,
  opaque,
  strict,
  textIn,
  tolerant,
} from './goFunction.ts';
import { goRegExp } from './goRegExp.ts';
import {
  concat,
  goQuoted,
  indented,
  indentedLines,
  ofSameOrigin,
  replaced,
  slice,
  spanned,
  trimmed,
  withText,
} from './goText.ts';
import {
  boolean,
  int,
  isWhole,
  list,
  printed,
  type StringValue,
  string,
  UNKNOWN,
  type Value,
} from './goValue.ts';

/** Characters that the functions of Go's `strings` and `unicode` take for white space. */
const isSpace = (character: string): boolean => /[\s\u0085]/.test(character) && character !== '\ufeff';

export const TEXT_FUNCTIONS: FunctionTable = {
  print: tolerant((args) => printAll(args, false)),
  println: tolerant((args) => printAll(args, true)),
  printf: tolerant((args) => {
    const pattern = textIn(args[0]);
    return pattern === undefined ? UNKNOWN : format(pattern, args.slice(1));
  }),
  quote: tolerant((args) => quoteAll(args, goQuoted)),
  squote: tolerant((args) => quoteAll(args, (text) => ofSameOrigin(concat("'", text, "'"), text))),
  toString: strict((args) => printedOrUnknown(args[0])),
  cat: strict((args) =>
    joined(
      args.filter(({ kind }) => kind !== 'nil'),
      ' ',
    ),
  ),
  trim: ofTextPart((text) => trimmed(text, isSpace)),
  nospace: ofText((text) =>
    withText(text, [...text.text].filter((character) => !isSpace(character)).join('')),
  ),
  trimAll: ofText((text, [cut]) => trimmedOf(text, cut, 'both')),
  trimall: ofText((text, [cut]) => trimmedOf(text, cut, 'both')),
  trimPrefix: ofText((text, [prefix]) => {
    const cut = textIn(prefix);
    if (cut === undefined) return UNKNOWN;
    return text.text.startsWith(cut) ? slice(text, cut.length) : text;
  }),
  trimSuffix: ofText((text, [suffix]) => {
    const cut = textIn(suffix);
    if (cut === undefined) return UNKNOWN;
    return text.text.endsWith(cut) ? slice(text, 0, text.text.length - cut.length) : text;
  }),
  upper: ofText((text) => withText(text, text.text.toUpperCase())),
  lower: ofText((text) => withText(text, text.text.toLowerCase())),
  title: ofText((text) =>
    withText(
      text,
      text.text.replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (first) => first.toUpperCase()),
    ),
  ),
  untitle: ofText((text) =>
    withText(
      text,
      text.text.replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (first) => first.toLowerCase()),
    ),
  ),
  swapcase: opaqueText(),
  snakecase: ofText((text) => words(text, (parts) => parts.map((part) => part.toLowerCase()).join('_'))),
  kebabcase: ofText((text) => words(text, (parts) => parts.map((part) => part.toLowerCase()).join('-'))),
  camelcase: ofText((text) =>
    words(text, (parts) => parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('')),
  ),
  repeat: ofText((text, [count]) => {
    const times = intIn(count);
    if (times === undefined || times < 0 || times * text.text.length > MAX_REPEATED) return UNKNOWN;
    return string(text.text.repeat(times));
  }),
  substr: ofText((text, [from, to]) => {
    const [start, end] = [intIn(from), intIn(to)];
    if (start === undefined || end === undefined || !isAscii(text.text)) return UNKNOWN;
    if (start < 0) return slice(text, 0, Math.max(0, end));
    return end < 0 || end > text.text.length
      ? slice(text, Math.min(start, text.text.length))
      : slice(text, start, Math.max(start, end));
  }),
  trunc: ofText((text, [count]) => {
    const length = intIn(count);
    if (length === undefined || !isAscii(text.text)) return UNKNOWN;
    if (length >= 0) return slice(text, 0, Math.min(length, text.text.length));
    return text.text.length + length > 0 ? slice(text, text.text.length + length) : text;
  }),
  contains: ofText((text, [part]) => testText(part, (of) => text.text.includes(of))),
  hasPrefix: ofText((text, [part]) => testText(part, (of) => text.text.startsWith(of))),
  hasSuffix: ofText((text, [part]) => testText(part, (of) => text.text.endsWith(of))),
  replace: ofTextPart((text, [old, by]) => {
    const [from, to] = [textIn(old), textIn(by)];
    if (from === undefined || to === undefined) return UNKNOWN;
    // Behind a stand-in there may be more of what is replaced.
    if (!isWhole(text) && !/^\s+$/.test(from)) return UNKNOWN;
    return replaced(text, from, to);
  }),
  indent: lines(false),
  nindent: lines(true),
  plural: strict(([one, many, count]) => {
    const number = intIn(count);
    return number === undefined ? UNKNOWN : ((number === 1 ? one : many) ?? UNKNOWN);
  }),
  split: ofText((text, [separator]) => splitDict(text, separator, -1)),
  splitn: ofText((text, [separator, count]) => {
    const limit = intIn(count);
    return limit === undefined || limit < 1 ? UNKNOWN : splitDict(text, separator, limit);
  }),
  splitList: ofText((text, [separator]) => {
    const parts = splitAt(text, separator, -1);
    return parts === undefined ? UNKNOWN : list(parts);
  }),
  join: strict(([separator, items]) => {
    const between = textIn(separator);
    if (between === undefined || items === undefined) return UNKNOWN;
    if (items.kind !== 'list') return printedOrUnknown(items);
    return joined(
      items.items.filter(({ kind }) => kind !== 'nil'),
      between,
    );
  }),
  toStrings: strict(([items]) => {
    const texts = itemsIn(items)?.map((item) => printedOrUnknown(item));
    return texts === undefined ? UNKNOWN : list(texts);
  }),
  sortAlpha: strict(([items]) => {
    const texts = itemsIn(items)?.map((item) => printed(item));
    if (texts === undefined || !texts.every((text) => text !== undefined && isWhole(text))) return UNKNOWN;
    return list((texts as StringValue[]).sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)));
  }),
  regexMatch: ofText((text, [pattern]) =>
    withRegExp(pattern, text, (expression) => boolean(expression.test(text.text))),
  ),
  regexFind: ofText((text, [pattern]) =>
    withRegExp(pattern, text, (expression) => string(expression.exec(text.text)?.[0] ?? '')),
  ),
  regexFindAll: opaqueText(),
  regexReplaceAll: strict(([pattern, text, by]) => replaceByRegExp(pattern, text, by, false)),
  regexReplaceAllLiteral: strict(([pattern, text, by]) => replaceByRegExp(pattern, text, by, true)),
  regexSplit: strict(([pattern, text, count]) => {
    const whole = textIn(text);
    if (whole === undefined || intIn(count) !== -1) return UNKNOWN;
    return withRegExp(pattern, string(whole), (expression) =>
      whole === '' || expression.test('')
        ? UNKNOWN
        : list(whole.split(expression).map((part) => string(part))),
    );
  }),
  regexQuoteMeta: ofText((text) => spanned(text.text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'), text)),
  b64enc: ofText((text) => spanned(base64(text.text), text)),
  base: ofText((text) =>
    spanned(text.text.replace(/\/+$/, '').split('/').at(-1) || (text.text === '' ? '.' : '/'), text),
  ),
  ...opaque(
    'abbrev',
    'abbrevboth',
    'adler32sum',
    'b32dec',
    'b32enc',
    'b64dec',
    'bcrypt',
    'clean',
    'decryptAES',
    'derivePassword',
    'dir',
    'encryptAES',
    'ext',
    'html',
    'htpasswd',
    'initials',
    'isAbs',
    'js',
    'randAlpha',
    'randAlphaNum',
    'randAscii',
    'randBytes',
    'randNumeric',
    'sha1sum',
    'sha256sum',
    'sha512sum',
    'shuffle',
    'urlquery',
    'wrap',
    'wrapWith',
  ),
};

const MAX_REPEATED = 100_000;

function opaqueText(): (typeof TEXT_FUNCTIONS)[string] {
  return strict(() => UNKNOWN);
}

/** A function of text that may have parts that are not known. */
function ofTextPart(
  call: (text: StringValue, before: readonly Value[]) => Value,
): (typeof TEXT_FUNCTIONS)[string] {
  return strict((args) => {
    const last = args.at(-1);
    return last?.kind === 'string' ? call(last, args.slice(0, -1)) : UNKNOWN;
  });
}

function lines(breaksLine: boolean): (typeof TEXT_FUNCTIONS)[string] {
  return tolerant(([count, text]) => {
    const by = intIn(count);
    if (by === undefined || by < 0 || by > MAX_INDENT) return UNKNOWN;
    if (text?.kind === 'string') {
      const result = indented(text, by);
      return breaksLine ? ofSameOrigin(concat('\n', result), text) : result;
    }
    if (text?.kind !== 'unknown') return UNKNOWN;
    const inner = text.lines ?? { indent: 0, breaksLine: false };
    const moved = indentedLines(inner, by);
    return { ...text, lines: { ...moved, breaksLine: breaksLine || inner.breaksLine } };
  });
}

const MAX_INDENT = 200;

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}

function printedOrUnknown(value: Value | undefined): Value {
  return (value === undefined ? undefined : printed(value)) ?? UNKNOWN;
}

function trimmedOf(text: StringValue, cut: Value | undefined, ends: 'both'): Value {
  const characters = textIn(cut);
  return characters === undefined
    ? UNKNOWN
    : trimmed(text, (character) => characters.includes(character), ends);
}

function testText(part: Value | undefined, test: (of: string) => boolean): Value {
  const of = textIn(part);
  return of === undefined ? UNKNOWN : boolean(test(of));
}

/** `print` puts a space between two operands where neither is text; `println` always, and a line break at the end. */
function printAll(args: readonly Value[], isLine: boolean): Value {
  const parts: (string | StringValue)[] = [];
  for (const [index, arg] of args.entries()) {
    const text = arg.kind === 'nil' ? string('<nil>') : printed(arg);
    if (text === undefined) return UNKNOWN;
    const previous = args[index - 1];
    if (previous !== undefined && (isLine || (previous.kind !== 'string' && arg.kind !== 'string')))
      parts.push(' ');
    parts.push(text);
  }
  if (isLine) parts.push('\n');
  return concat(...parts);
}

/** Nil arguments are left out; what has unknown parts is unknown in its quotes. */
function quoteAll(args: readonly Value[], quote: (text: StringValue) => StringValue): Value {
  const parts: StringValue[] = [];
  for (const arg of args) {
    if (arg.kind === 'nil') continue;
    const text = printed(arg);
    // Quoted text is never empty.
    if (text === undefined || !isWhole(text)) return { kind: 'unknown', truth: true };
    parts.push(
      quote(arg.origin === undefined || text.origin !== undefined ? text : { ...text, origin: arg.origin }),
    );
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : joined(parts, ' ');
}

function joined(values: readonly Value[], separator: string): Value {
  const parts: (string | StringValue)[] = [];
  for (const [index, value] of values.entries()) {
    const text = printed(value);
    if (text === undefined) return UNKNOWN;
    if (index > 0) parts.push(separator);
    parts.push(text);
  }
  return concat(...parts);
}

function words(text: StringValue, join: (parts: readonly string[]) => string): Value {
  // Digits and runs of capitals are split by rules of their own.
  if (!/^[a-z]+(?:[-_ ][a-z]+)*$/.test(text.text)) return UNKNOWN;
  return spanned(join(text.text.split(/[-_ ]/)), text);
}

function splitAt(
  text: StringValue,
  separator: Value | undefined,
  limit: number,
): readonly StringValue[] | undefined {
  const between = textIn(separator);
  if (between === undefined || between === '') return undefined;
  const parts: StringValue[] = [];
  let at = 0;
  for (let next = text.text.indexOf(between); next >= 0; next = text.text.indexOf(between, at)) {
    if (limit > 0 && parts.length >= limit - 1) break;
    parts.push(slice(text, at, next));
    at = next + between.length;
  }
  parts.push(slice(text, at));
  return parts;
}

function splitDict(text: StringValue, separator: Value | undefined, limit: number): Value {
  const parts = splitAt(text, separator, limit);
  if (parts === undefined) return UNKNOWN;
  return {
    kind: 'dict',
    entries: new Map(parts.map((part, index) => [`_${index}`, part])),
    isOpen: false,
  };
}

function withRegExp(
  pattern: Value | undefined,
  text: StringValue,
  use: (expression: RegExp) => Value,
): Value {
  const source = textIn(pattern);
  const expression = source === undefined ? undefined : goRegExp(source, text.text.length);
  return expression === undefined ? UNKNOWN : use(expression);
}

function replaceByRegExp(
  pattern: Value | undefined,
  text: Value | undefined,
  by: Value | undefined,
  isLiteral: boolean,
): Value {
  const replacement = textIn(by);
  if (text?.kind !== 'string' || !isWhole(text) || replacement === undefined) return UNKNOWN;
  return withRegExp(pattern, text, (expression) => {
    const all = new RegExp(expression.source, `${expression.flags}g`);
    if (isLiteral || !replacement.includes('$'))
      return spanned(
        text.text.replace(all, () => replacement),
        text,
      );
    // `${1}` is a group; a longer name behind `$`, which takes more than a digit, is not followed here.
    if (!/^(?:[^$]|\$\{\d\}|\$\d(?![\w]))*$/.test(replacement)) return UNKNOWN;
    return spanned(
      text.text.replace(all, (...groups: readonly unknown[]) =>
        replacement.replace(/\$\{?(\d)\}?/g, (_whole, digit: string) => {
          const group = groups[Number(digit)];
          return typeof group === 'string' ? group : '';
        }),
      ),
      text,
    );
  });
}

function base64(text: string): string {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
  }
  let result = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second, third] = bytes.slice(at, at + 3);
    result += ALPHABET[first >> 2];
    result += ALPHABET[((first & 3) << 4) | ((second ?? 0) >> 4)];
    result += second === undefined ? '=' : ALPHABET[((second & 15) << 2) | ((third ?? 0) >> 6)];
    result += third === undefined ? '=' : ALPHABET[third & 63];
  }
  return result;
}

/** Exported for `len`. */
export function utf8Length(text: string): Value {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return int(length);
}
