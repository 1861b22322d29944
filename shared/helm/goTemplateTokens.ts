/** Tokens of a template action, as the lexer of Go's text/template cuts them. */
import type { Span } from '../text/span.ts';

export type Token = Span &
  (
    | { readonly kind: 'word'; readonly text: string }
    | { readonly kind: 'dot' | 'open' | 'close' | 'pipe' | 'comma' }
    | { readonly kind: 'assign'; readonly text: ':=' | '=' }
    | { readonly kind: 'field'; readonly path: readonly string[] }
    | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'int' | 'float'; readonly value: number }
  );

export type Tokens =
  | {
      readonly ok: true;
      readonly tokens: readonly Token[];
      /** Offset behind the closing mark. */
      readonly end: number;
      readonly trimsRight: boolean;
      readonly isComment: boolean;
    }
  | { readonly ok: false; readonly offset: number; readonly message: string };

/** The tokens of the action whose content starts at an offset, behind its opening mark and trim marker. */
export function tokensOf(text: string, from: number): Tokens {
  const tokens: Token[] = [];
  let at = from;
  const comment = commentEnd(text, from);
  if (comment !== undefined) return comment;
  for (;;) {
    while (isSpace(text[at])) at++;
    const closing = closingAt(text, at);
    if (closing !== undefined) return { ok: true, tokens, isComment: false, ...closing };
    if (at >= text.length) return { ok: false, offset: from, message: 'The action is not closed.' };
    const token = tokenAt(text, at);
    if (token === undefined) return { ok: false, offset: at, message: 'This cannot be read as a template.' };
    tokens.push(token);
    at = token.end;
  }
}

/** `/* … *\/`, which must fill its action. */
function commentEnd(text: string, from: number): Tokens | undefined {
  let at = from;
  while (isSpace(text[at])) at++;
  if (!text.startsWith('/*', at)) return undefined;
  const close = text.indexOf('*/', at + 2);
  let end = close + 2;
  while (close >= 0 && isSpace(text[end])) end++;
  const closing = close < 0 ? undefined : closingAt(text, end);
  return closing === undefined
    ? { ok: false, offset: from, message: 'The comment is not closed.' }
    : { ok: true, tokens: [], isComment: true, ...closing };
}

function closingAt(
  text: string,
  at: number,
): { readonly end: number; readonly trimsRight: boolean } | undefined {
  if (text.startsWith('}}', at)) return { end: at + 2, trimsRight: false };
  return text.startsWith('-}}', at) && isSpace(text[at - 1]) ? { end: at + 3, trimsRight: true } : undefined;
}

const NAME = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const FIELDS = /(?:\.[\p{L}_][\p{L}\p{Nd}_]*)+/uy;
const VARIABLE = /\$[\p{L}\p{Nd}_]*/uy;
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)/y;

function tokenAt(text: string, at: number): Token | undefined {
  const unit = text[at];
  switch (unit) {
    case '(':
      return { kind: 'open', start: at, end: at + 1 };
    case ')':
      return { kind: 'close', start: at, end: at + 1 };
    case '|':
      return { kind: 'pipe', start: at, end: at + 1 };
    case ',':
      return { kind: 'comma', start: at, end: at + 1 };
    case '=':
      return { kind: 'assign', text: '=', start: at, end: at + 1 };
    case ':':
      return text[at + 1] === '=' ? { kind: 'assign', text: ':=', start: at, end: at + 2 } : undefined;
    case '"':
      return quotedAt(text, at);
    case '`': {
      const close = text.indexOf('`', at + 1);
      if (close < 0) return undefined;
      return {
        kind: 'string',
        value: text.slice(at + 1, close).replaceAll('\r', ''),
        start: at,
        end: close + 1,
      };
    }
    case "'":
      return characterAt(text, at);
    case '$': {
      const name = matchAt(VARIABLE, text, at) ?? '$';
      const fields = matchAt(FIELDS, text, at + name.length) ?? '';
      const end = at + name.length + fields.length;
      return {
        kind: 'variable',
        name,
        path: fields === '' ? [] : fields.slice(1).split('.'),
        start: at,
        end,
      };
    }
    case '.': {
      const fields = matchAt(FIELDS, text, at);
      if (fields !== undefined)
        return { kind: 'field', path: fields.slice(1).split('.'), start: at, end: at + fields.length };
      if (!/[0-9]/.test(text[at + 1] ?? '')) return { kind: 'dot', start: at, end: at + 1 };
      return numberAt(text, at);
    }
  }
  const name = matchAt(NAME, text, at);
  if (name !== undefined) return { kind: 'word', text: name, start: at, end: at + name.length };
  return numberAt(text, at);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function numberAt(text: string, at: number): Token | undefined {
  const written = matchAt(NUMBER, text, at);
  if (written === undefined) return undefined;
  const end = at + written.length;
  const digits = written.replaceAll('_', '');
  const isFloat = /[.]/.test(digits) || (/[eE]/.test(digits) && !/^[+-]?0[xX]/.test(digits));
  const value = isFloat ? Number(digits) : integerOf(digits);
  if (Number.isNaN(value) || !Number.isFinite(value)) return undefined;
  return { kind: isFloat ? 'float' : 'int', value, start: at, end };
}

function integerOf(digits: string): number {
  const [, sign = '', magnitude = ''] = /^([+-]?)(.*)$/.exec(digits) ?? [];
  const value = /^0[0-7]+$/.test(magnitude) ? Number.parseInt(magnitude, 8) : Number(magnitude.toLowerCase());
  return sign === '-' ? -value : value;
}

function characterAt(text: string, at: number): Token | undefined {
  const match = /^'(\\.|[^\\'\n])'/su.exec(text.slice(at, at + 8));
  if (match === null) return undefined;
  const value = unquoted(match[1] ?? '');
  const code = value?.codePointAt(0);
  return code === undefined ? undefined : { kind: 'int', value: code, start: at, end: at + match[0].length };
}

function quotedAt(text: string, at: number): Token | undefined {
  for (let end = at + 1; end < text.length; end++) {
    const unit = text[end];
    if (unit === '\\') end++;
    else if (unit === '\n') return undefined;
    else if (unit === '"') {
      const value = unquoted(text.slice(at + 1, end));
      return value === undefined ? undefined : { kind: 'string', value, start: at, end: end + 1 };
    }
  }
  return undefined;
}

/** The content of an interpreted string of Go, or undefined where an escape is none. */
function unquoted(content: string): string | undefined {
  let isValid = true;
  const value = content.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]?))/g,
    (_all, hex?: string, short?: string, long?: string, octal?: string, simple?: string) => {
      const code = hex ?? short ?? long;
      if (code !== undefined) {
        const point = Number.parseInt(code, 16);
        if (point <= 0x10ffff) return String.fromCodePoint(point);
      }
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const character = ESCAPES[simple ?? ''];
      if (character === undefined) isValid = false;
      return character ?? '';
    },
  );
  return isValid ? value : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

function isSpace(unit: string | undefined): boolean {
  return unit === ' ' || unit === '\t' || unit === '\r' || unit === '\n';
}
