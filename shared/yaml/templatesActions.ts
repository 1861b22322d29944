/** Template actions: finds `{{ }}` and `{% %}` in a text, and says what each does to the lines around it. */
import type { Span } from '../text/span.ts';

/**
 * What an action does. `output` writes something; `open`, `middle` and `close` are the parts of a branch (`if`, `else`,
 * `end`); `define` opens a body that is written elsewhere; `silent` writes nothing (a comment, a variable).
 */
export type ActionKind = 'output' | 'open' | 'middle' | 'close' | 'define' | 'silent';

export interface Action {
  /** From the opening mark to behind the closing one; to the end of the line where the action is not closed. */
  readonly span: Span;
  readonly kind: ActionKind;
  /** The keyword of a part of a branch (`if`, `with`, `range`, `else`), else empty. */
  readonly word: string;
  /** What stands behind the keyword, or the whole content of an output, without white space around it. */
  readonly content: string;
  /** True where the action takes away the white space before it (`{{-`, `{%-`). */
  readonly trimsLeft: boolean;
}

/**
 * The actions of a text in its order; none overlap. Quotes and comments within an action are read as Go's text/template does,
 * so that a `}}` inside a string ends nothing. An action without its end, as while it is being typed, takes the rest of its line.
 */
export function templateActions(text: string): readonly Action[] {
  const actions: Action[] = [];
  const search = searchIn(text);
  const hasJinja = text.includes('{%');
  let at = nextMark(text, 0, hasJinja);
  while (at >= 0) {
    const action = text.charCodeAt(at + 1) === BRACE ? goAction(search, at) : jinjaAction(search, at);
    if (action !== undefined) actions.push(action);
    at = nextMark(text, action === undefined ? at + 2 : action.span.end, hasJinja);
  }
  return actions;
}

const BRACE = 123;

/** Offset of the next `{{`, and in a text with Jinja statements of the next `{%` or `{#`; -1 where there is none. */
function nextMark(text: string, from: number, hasJinja: boolean): number {
  if (!hasJinja) return text.indexOf('{{', from);
  for (let at = text.indexOf('{', from); at >= 0; at = text.indexOf('{', at + 1)) {
    const next = text[at + 1];
    if (next === '{' || next === '%' || next === '#') return at;
  }
  return -1;
}

/** A text being searched, with bounds that keep hostile text linear. */
interface Search {
  readonly text: string;
  /** Offset of a mark at or behind `from`, which must not decrease from call to call; infinite where there is none. */
  readonly find: (mark: string, from: number) => number;
  /** How many code units may still be read by the rules of Go; beyond that an action ends at the next mark. */
  budget: number;
}

/** Broken quotes make the same text be read again, which no real template does more often than this. */
const READS = 8;

function searchIn(text: string): Search {
  const found = new Map<string, number>();
  const find = (mark: string, from: number): number => {
    let at = found.get(mark) ?? -1;
    if (at < from) {
      at = text.indexOf(mark, from);
      if (at < 0) at = Number.POSITIVE_INFINITY;
      found.set(mark, at);
    }
    return at;
  };
  return { text, find, budget: READS * text.length };
}

function goAction(search: Search, start: number): Action {
  const { text } = search;
  const trimsLeft = text[start + 2] === '-' && isSpace(text.charCodeAt(start + 3));
  const from = trimsLeft ? start + 3 : start + 2;
  const end = goActionEnd(search, from) ?? unclosedEnd(search, start);
  const content = innerText(text.slice(from, end));
  return { span: { start, end }, trimsLeft, ...goMeaning(content) };
}

/** Offset behind the `}}` of an action whose content starts at `from`, or undefined where it has none. */
function goActionEnd(search: Search, from: number): number | undefined {
  const { text, find } = search;
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  if (text.startsWith('/*', at)) {
    const close = find('*/', at + 2);
    if (!Number.isFinite(close)) return undefined;
    return /^\*\/(?:\s+-)?}}/.test(text.slice(close, close + 16)) ? text.indexOf('}}', close) + 2 : undefined;
  }
  while (at < text.length && search.budget > 0) {
    const unit = text[at];
    if (unit === '}' && text[at + 1] === '}') return at + 2;
    if (unit === '{' && text[at + 1] === '{') return undefined;
    let next: number | undefined = at + 1;
    if (unit === '"' || unit === "'") next = quoteEnd(text, at, unit);
    else if (unit === '`') next = text.indexOf('`', at + 1) + 1 || undefined;
    if (next === undefined) return undefined;
    search.budget -= next - at;
    at = next;
  }
  return undefined;
}

/** Offset behind the quote that closes the one at `start`, on the same line. */
function quoteEnd(text: string, start: number, quote: string): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text[at];
    if (unit === '\\') at++;
    else if (unit === quote) return at + 1;
    else if (unit === '\n') return undefined;
  }
  return undefined;
}

/** Where an action ends that is broken, or not ended: at the next closing mark on its line, before another action, or with the line. */
function unclosedEnd({ text, find }: Search, start: number): number {
  const next = find('{{', start + 2);
  const lineBreak = find('\n', start);
  const limit = Math.min(next, lineBreak, text.length);
  const close = find('}}', start + 2);
  if (close + 2 <= limit) return close + 2;
  return limit === lineBreak && text.charCodeAt(limit - 1) === 13 ? limit - 1 : limit;
}

/** An action's content without its closing mark, its trim marker and white space. */
function innerText(content: string): string {
  const closed = content.endsWith('}}') || content.endsWith('%}') ? content.slice(0, -2) : content;
  return (closed.endsWith('-') ? closed.slice(0, -1) : closed).trim();
}

type Meaning = Pick<Action, 'kind' | 'word' | 'content'>;

function goMeaning(content: string): Meaning {
  if (content === '' || content.startsWith('/*')) return { kind: 'silent', word: '', content };
  const word = /^[a-z]+/.exec(content)?.[0] ?? '';
  const rest = content.slice(word.length).trim();
  switch (word) {
    case 'if':
    case 'with':
    case 'range':
    case 'block':
      return isWord(content, word)
        ? { kind: 'open', word, content: rest }
        : { kind: 'output', word: '', content };
    case 'define':
      return { kind: 'define', word, content: rest };
    case 'else':
      return { kind: 'middle', word, content: rest };
    case 'end':
      return isWord(content, word)
        ? { kind: 'close', word, content: '' }
        : { kind: 'output', word: '', content };
    case 'break':
    case 'continue':
      return rest === '' ? { kind: 'silent', word: '', content } : { kind: 'output', word: '', content };
  }
  if (/^\$\w*\s*(?:,\s*\$\w*\s*)?:?=/.test(content)) return { kind: 'silent', word: '', content };
  return { kind: 'output', word: '', content };
}

/** True where the content is the keyword alone or followed by something that ends a word. */
function isWord(content: string, word: string): boolean {
  return !/[\w.]/.test(content[word.length] ?? ' ');
}

/** Jinja's statements and comments; undefined where the mark is plain text. */
function jinjaAction({ text, find }: Search, start: number): Action | undefined {
  const isComment = text[start + 1] === '#';
  const close = find(isComment ? '#}' : '%}', start + 2);
  if (!Number.isFinite(close)) return undefined;
  const end = close + 2;
  const trimsLeft = text[start + 2] === '-';
  const content = innerText(text.slice(trimsLeft ? start + 3 : start + 2, isComment ? close : end));
  const base = { span: { start, end }, trimsLeft };
  if (isComment) return { ...base, kind: 'silent', word: '', content };
  return { ...base, ...jinjaMeaning(content) };
}

function jinjaMeaning(content: string): Meaning {
  const word = /^\w+/.exec(content)?.[0] ?? '';
  const rest = content.slice(word.length).trim();
  if (word.startsWith('end')) return { kind: 'close', word: 'end', content: '' };
  switch (word) {
    case 'if':
    case 'unless':
      return { kind: 'open', word: 'if', content: word === 'if' ? rest : `not ${rest}` };
    case 'for':
      return { kind: 'open', word: 'range', content: rest };
    case 'block':
    case 'call':
    case 'filter':
    case 'raw':
    case 'with':
      return { kind: 'open', word: 'block', content: rest };
    case 'macro':
      return { kind: 'define', word, content: rest };
    case 'else':
      return { kind: 'middle', word: 'else', content: '' };
    case 'elif':
    case 'elsif':
    case 'elseif':
      return { kind: 'middle', word: 'else', content: `if ${rest}` };
    case 'set':
      return rest.includes('=')
        ? { kind: 'silent', word: '', content }
        : { kind: 'define', word, content: rest };
    case 'import':
    case 'from':
    case 'do':
    case 'extends':
      return { kind: 'silent', word: '', content };
  }
  return { kind: 'output', word: '', content };
}

function isSpace(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 10 || unit === 13;
}
