/** The quick reader: reads the plain YAML that most manifests are written in, and leaves all other to the reader of record. */
import type { Span } from '../text/span.ts';
import { MAX_NESTING } from './nesting.ts';
import { placeholderIn } from './placeholders.ts';
import type {
  Entry,
  Item,
  MappingNode,
  ScalarNode,
  ScalarStyle,
  SequenceNode,
  YamlDocument,
  YamlNode,
} from './tree.ts';

/**
 * Reads the text of one document, or answers undefined where the text holds anything that is not plain: then the reader of record
 * has to be asked. What it answers is what that reader answers, in a small part of the time. Plain are block mappings and
 * sequences, scalars, literal and folded text, and flow collections without comments. Not plain, and refused: anchors, aliases, tags,
 * directives, explicit keys, quoted text over several lines, tabs between tokens, lone carriage returns, ytt comments, and any mistake.
 */
export function parseQuick(text: string): YamlDocument | undefined {
  if (text.includes('#@') || (text.includes('\r') && LONE_RETURN.test(text)) || ODD.test(text))
    return undefined;
  try {
    return new QuickReader(text).document();
  } catch (refusal) {
    if (refusal === REFUSED) return undefined;
    throw refusal;
  }
}

const LONE_RETURN = /\r(?!\n)/;

/** The byte order mark, and control characters. */
const ODD = /[^\t\n\r -~\xa0-\ufefe\uff00-\uffff]/;

/** Whether any scalar of a text may hold a placeholder. */
const MAY_HOLD_PLACEHOLDER = /\$[{(]|\{[{%]|</;

/** Thrown inside the reader alone, by the first thing that is not plain. */
const REFUSED: unique symbol = Symbol('refused');

/** The longest key that needs no question mark before it (YAML 1.2.2, 7.4.2: 1024), with a margin. */
const MAX_KEY = 1000;

/** Deeper than any line can be indented. */
const MAX_COLUMN = 2 ** 30;

const TAB = 9;
const LINE_BREAK = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const HASH = 35;
const SINGLE_QUOTE = 39;
const COMMA = 44;
const DASH = 45;
const DOT = 46;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const PIPE = 124;
const CLOSE_BRACE = 125;
const GREATER = 62;

/** `at` is behind what is read. Whoever reads a node leaves it at the next content, with that one's `column`. */
class QuickReader {
  private readonly text: string;
  private readonly length: number;
  private readonly comments: Span[] = [];
  private readonly mayHoldPlaceholder: boolean;
  private at = 0;
  /** Column of the next content, or -1 at the end. */
  private column = -1;
  private depth = 0;
  /** The entries and items that are read, of collections inside of each other; each collection takes its own off in one piece. */
  private readonly entries: Entry[] = [];
  private readonly items: Item[] = [];
  private entryCount = 0;
  private itemCount = 0;
  /** True from the document's own marker on: another one starts another document. */
  private isStarted = false;

  constructor(text: string) {
    this.text = text;
    this.length = text.length;
    this.mayHoldPlaceholder = MAY_HOLD_PLACEHOLDER.test(text);
  }

  document(): YamlDocument {
    this.toContent();
    this.isStarted = true;
    if (this.column === 0 && this.isMarker('---')) {
      this.at += 3;
      this.endLine();
      this.toContent();
    }
    if (this.column < 0 || (this.column === 0 && this.isAnyMarker())) throw REFUSED;
    const root = this.block(this.column, -1);
    if (this.column >= 0) throw REFUSED;
    return { text: this.text, root, problems: [], comments: this.comments };
  }

  /** From the start of a line to the next content; its column counts from the start of its line. */
  private toContent(): void {
    const { text, length } = this;
    let at = this.at;
    for (;;) {
      const lineStart = at;
      let unit = text.charCodeAt(at);
      while (unit === SPACE) unit = text.charCodeAt(++at);
      if (at >= length) {
        this.at = length;
        this.column = -1;
        return;
      }
      if (unit === CARRIAGE_RETURN || unit === LINE_BREAK) {
        at += unit === LINE_BREAK ? 1 : 2;
        continue;
      }
      if (unit === HASH) {
        at = this.comment(at);
        continue;
      }
      if (unit === TAB) throw REFUSED;
      this.at = at;
      this.column = at - lineStart;
      if (this.column === 0 && this.isStarted && this.isAnyMarker()) throw REFUSED;
      return;
    }
  }

  /**
   * From the end of a line's content to that of the next line, where that one holds some plainly and is not indented further than `parent`;
   * otherwise answers false, and stays.
   */
  private toPlainLine(parent: number): boolean {
    const { text } = this;
    let at = this.at;
    if (text.charCodeAt(at) !== LINE_BREAK) return false;
    const lineStart = ++at;
    let unit = text.charCodeAt(at);
    while (unit === SPACE) unit = text.charCodeAt(++at);
    const column = at - lineStart;
    // Blank lines, comments, tabs, and what may be a marker or the end take a closer look.
    if (column > parent || !(unit > HASH) || (column === 0 && (unit === DASH || unit === DOT))) return false;
    this.at = at;
    this.column = column;
    return true;
  }

  /** From behind a value to the next content; nothing but a comment may be left on the line. */
  private toNextLine(): void {
    if (this.toPlainLine(MAX_COLUMN)) return;
    this.endLine();
    this.toContent();
  }

  private isAnyMarker(): boolean {
    return this.isMarker('---') || this.isMarker('...');
  }

  private isMarker(marker: string): boolean {
    if (!this.text.startsWith(marker, this.at)) return false;
    return isBlankOrEnd(this.text.charCodeAt(this.at + 3));
  }

  /** Notes the comment that starts at an offset; answers the start of the next line. */
  private comment(start: number): number {
    const lineBreak = this.text.indexOf('\n', start);
    const end = lineBreak < 0 ? this.length : this.withoutReturn(lineBreak);
    this.comments.push({ start, end });
    return lineBreak < 0 ? this.length : lineBreak + 1;
  }

  /** The end of the line that a line break ends. */
  private withoutReturn(lineBreak: number): number {
    return this.text.charCodeAt(lineBreak - 1) === CARRIAGE_RETURN ? lineBreak - 1 : lineBreak;
  }

  /** From behind a value to the start of the next line; nothing but a comment may be left on this one. Answers whether one is. */
  private endLine(): boolean {
    const { text } = this;
    const start = this.at;
    let at = start;
    let unit = text.charCodeAt(at);
    while (unit === SPACE) unit = text.charCodeAt(++at);
    if (isBreak(unit)) {
      this.at = unit === LINE_BREAK ? at + 1 : at + 2;
    } else if (unit === HASH && at > start) {
      this.at = this.comment(at);
      return true;
    } else if (at >= this.length) {
      this.at = this.length;
    } else throw REFUSED;
    return false;
  }

  /** True where nothing but a comment is left on the line. */
  private isLineOver(at: number): boolean {
    const unit = this.text.charCodeAt(at);
    return isBreak(unit) || at >= this.length || (unit === HASH && this.text.charCodeAt(at - 1) === SPACE);
  }

  /** The node that starts here, `column` columns into its line, inside a collection at column `parent`. */
  private block(column: number, parent: number): YamlNode {
    const { text, at } = this;
    const unit = text.charCodeAt(at);
    if (unit === DASH && isBlankOrEnd(text.charCodeAt(at + 1))) return this.sequence(column);
    if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      const node = this.flow(parent);
      this.toNextLine();
      return node;
    }
    const key = this.key();
    if (key !== undefined) return this.mapping(column, key);
    if (parent < 0) throw REFUSED;
    return this.scalar(parent);
  }

  private deeper(): void {
    if (++this.depth > MAX_NESTING) throw REFUSED;
  }

  private sequence(column: number): SequenceNode {
    const { text } = this;
    this.deeper();
    const start = this.at;
    const from = this.itemCount;
    let end = start + 1;
    do {
      let at = this.at + 1;
      while (text.charCodeAt(at) === SPACE) at++;
      if (this.isLineOver(at)) {
        const emptyAt = at;
        this.at = at;
        this.endLine();
        this.toContent();
        end = this.item(this.column > column ? this.block(this.column, column) : empty(emptyAt));
      } else {
        const inner = column + at - this.at;
        this.at = at;
        end = this.item(this.inline(column, inner));
      }
      if (this.column > column) throw REFUSED;
    } while (
      this.column === column &&
      text.charCodeAt(this.at) === DASH &&
      isBlankOrEnd(text.charCodeAt(this.at + 1))
    );
    this.depth--;
    const items = this.items.slice(from, this.itemCount);
    this.itemCount = from;
    return { kind: 'sequence', style: 'block', items, span: { start, end: Math.max(start + 1, end) }, start };
  }

  /** Keeps an item; answers where it ends. */
  private item(value: YamlNode): number {
    this.items[this.itemCount++] = { value };
    return value.span.end;
  }

  /** What stands behind a dash on its line: a collection of its own may start there. */
  private inline(parent: number, column: number): YamlNode {
    const unit = this.text.charCodeAt(this.at);
    if (unit === PIPE || unit === GREATER) return this.textBlock(parent);
    return this.block(column, parent);
  }

  private mapping(column: number, first: ScalarNode): MappingNode {
    const { text } = this;
    this.deeper();
    const from = this.entryCount;
    let keyNode: ScalarNode | undefined = first;
    let open: MappingNode['open'];
    let value: YamlNode = first;
    for (;;) {
      if (keyNode.unknown !== undefined) open = keyNode.unknown;
      value = this.valueBehindColon(column);
      this.entries[this.entryCount++] = { key: keyNode.text, keyNode, value };
      if (this.column < column) break;
      if (this.column > column) throw REFUSED;
      if (text.charCodeAt(this.at) === DASH && isBlankOrEnd(text.charCodeAt(this.at + 1))) {
        // The sequence around a mapping may stand at the same column as nothing in it.
        throw REFUSED;
      }
      keyNode = this.key();
      if (keyNode === undefined) throw REFUSED;
    }
    this.depth--;
    const { start } = first;
    const entries = this.entries.slice(from, this.entryCount);
    this.entryCount = from;
    const end = Math.max((entries[entries.length - 1] as Entry).keyNode.span.end, value.span.end);
    const node: MappingNode = { kind: 'mapping', style: 'block', entries, span: { start, end }, start };
    return open === undefined ? node : { ...node, open };
  }

  /** The value of a key in a mapping at `column`; `at` is behind the colon. */
  private valueBehindColon(column: number): YamlNode {
    const { text } = this;
    let at = this.at;
    while (text.charCodeAt(at) === SPACE) at++;
    if (this.isLineOver(at)) {
      this.at = at;
      this.toNextLine();
      if (this.column > column) return this.block(this.column, column);
      if (
        this.column === column &&
        text.charCodeAt(this.at) === DASH &&
        isBlankOrEnd(text.charCodeAt(this.at + 1))
      )
        return this.sequence(column);
      return empty(at);
    }
    this.at = at;
    const unit = text.charCodeAt(at);
    if (unit === PIPE || unit === GREATER) return this.textBlock(column);
    if (unit !== OPEN_BRACE && unit !== OPEN_BRACKET) return this.scalar(column);
    const value = this.flow(column);
    this.toNextLine();
    return value;
  }

  /** The key that starts here, with `at` behind its colon; undefined, and nothing read, where there is none on this line. */
  private key(): ScalarNode | undefined {
    const { text } = this;
    const start = this.at;
    const unit = text.charCodeAt(start);
    if (unit === DOUBLE_QUOTE || unit === SINGLE_QUOTE) {
      const node = this.quoted(unit);
      let at = this.at;
      while (text.charCodeAt(at) === SPACE) at++;
      if (text.charCodeAt(at) !== COLON || !isBlankOrEnd(text.charCodeAt(at + 1))) {
        this.at = start;
        return undefined;
      }
      if (text.charCodeAt(at + 1) === TAB || at - start > MAX_KEY) throw REFUSED;
      this.at = at + 1;
      return node;
    }
    if (!startsPlain(unit, text.charCodeAt(start + 1))) throw REFUSED;
    for (let at = start + 1; ; at++) {
      const next = text.charCodeAt(at);
      if (next > COLON) continue;
      if (next === COLON) {
        const behind = text.charCodeAt(at + 1);
        if (!isBlankOrEnd(behind)) continue;
        if (behind === TAB || at - start > MAX_KEY) throw REFUSED;
        let end = at;
        while (text.charCodeAt(end - 1) === SPACE) end--;
        this.at = at + 1;
        return this.made('plain', text.slice(start, end), start, end);
      }
      if (isBreak(next) || at >= this.length) return undefined;
      if (next === HASH && text.charCodeAt(at - 1) === SPACE) return undefined;
      if (next === TAB) throw REFUSED;
    }
  }

  /** A scalar that is no key, inside a collection at column `parent`. */
  private scalar(parent: number): ScalarNode {
    const { text } = this;
    const start = this.at;
    const unit = text.charCodeAt(start);
    if (unit === DOUBLE_QUOTE || unit === SINGLE_QUOTE) {
      const node = this.quoted(unit);
      this.toNextLine();
      return node;
    }
    const first = this.plainLine();
    let end = this.at;
    if (this.toPlainLine(parent)) return this.made('plain', first, start, end);
    let lines: string[] | undefined;
    while (!this.endLine()) {
      let blank = this.toText(parent);
      if (blank < 0) break;
      lines ??= [first];
      for (; blank > 0; blank--) lines.push('');
      lines.push(this.plainLine());
      end = this.at;
    }
    this.toContent();
    return this.made('plain', lines === undefined ? first : folded(lines), start, end);
  }

  /**
   * From the start of a line to text that continues a scalar, because it is indented further than `parent`; answers how many empty
   * lines are passed over, or -1, and stays, where there is no such text.
   */
  private toText(parent: number): number {
    const { text, length } = this;
    let at = this.at;
    for (let blank = 0; ; blank++) {
      const lineStart = at;
      let unit = text.charCodeAt(at);
      while (unit === SPACE) unit = text.charCodeAt(++at);
      if (isBreak(unit)) {
        at += unit === LINE_BREAK ? 1 : 2;
        continue;
      }
      if (at >= length || unit === HASH || at - lineStart <= parent) return -1;
      this.at = at;
      return blank;
    }
  }

  /** One line of plain text, from here to its end or to a comment. */
  private plainLine(): string {
    const { text, length } = this;
    const start = this.at;
    if (!startsPlain(text.charCodeAt(start), text.charCodeAt(start + 1))) throw REFUSED;
    let at = start + 1;
    for (; at < length; at++) {
      const next = text.charCodeAt(at);
      if (next > COLON) continue;
      if (isBreak(next)) break;
      if (next === HASH && text.charCodeAt(at - 1) === SPACE) break;
      if (next === TAB || (next === COLON && isBlankOrEnd(text.charCodeAt(at + 1)))) throw REFUSED;
    }
    while (text.charCodeAt(at - 1) === SPACE) at--;
    this.at = at;
    return text.slice(start, at);
  }

  private quoted(quote: number): ScalarNode {
    return quote === DOUBLE_QUOTE ? this.doubleQuoted() : this.singleQuoted();
  }

  private doubleQuoted(): ScalarNode {
    const { text, length } = this;
    const start = this.at;
    let hasEscape = false;
    for (let at = start + 1; at < length; at++) {
      const unit = text.charCodeAt(at);
      if (isBreak(unit)) break;
      if (unit === BACKSLASH) {
        hasEscape = true;
        at++;
      } else if (unit === DOUBLE_QUOTE) {
        this.at = at + 1;
        const value = hasEscape ? unescaped(text.slice(start, at + 1)) : text.slice(start + 1, at);
        return this.made('double', value, start, at + 1);
      }
    }
    throw REFUSED;
  }

  private singleQuoted(): ScalarNode {
    const { text, length } = this;
    const start = this.at;
    let hasQuote = false;
    for (let at = start + 1; at < length; at++) {
      const unit = text.charCodeAt(at);
      if (isBreak(unit)) break;
      if (unit !== SINGLE_QUOTE) continue;
      if (text.charCodeAt(at + 1) === SINGLE_QUOTE) {
        hasQuote = true;
        at++;
        continue;
      }
      this.at = at + 1;
      const inner = text.slice(start + 1, at);
      return this.made('single', hasQuote ? inner.replaceAll("''", "'") : inner, start, at + 1);
    }
    throw REFUSED;
  }

  private made(style: ScalarStyle, text: string, start: number, end: number): ScalarNode {
    const node: ScalarNode = { kind: 'scalar', style, text, span: { start, end }, start };
    if (!this.mayHoldPlaceholder) return node;
    const unknown = placeholderIn(text);
    return unknown === undefined ? node : { ...node, unknown };
  }

  /** Literal or folded text, indented further than `parent`. */
  private textBlock(parent: number): ScalarNode {
    const { text, length } = this;
    const start = this.at;
    const isFolded = text.charCodeAt(start) === GREATER;
    const isStripped = text.charCodeAt(start + 1) === DASH;
    this.at = start + (isStripped ? 2 : 1);
    this.endLine();
    const lines: string[] = [];
    let indent = -1;
    /** Empty lines that count only where more text follows. */
    let blank = 0;
    let at = this.at;
    let end = at;
    while (at < length) {
      const lineStart = at;
      while (text.charCodeAt(at) === SPACE) at++;
      const lineBreak = text.indexOf('\n', at);
      const lineEnd = lineBreak < 0 ? length : this.withoutReturn(lineBreak);
      const column = at - lineStart;
      if (at >= lineEnd) {
        // Spaces beyond the indentation are text, which is rarely meant.
        if (indent < 0 ? column > 0 && lineBreak >= 0 : column > indent) throw REFUSED;
        if (indent < 0 && lineBreak >= 0) throw REFUSED;
        blank++;
        at = lineBreak < 0 ? length : lineBreak + 1;
        continue;
      }
      if (column <= parent) {
        at = lineStart;
        break;
      }
      const first = text.charCodeAt(at);
      if (indent < 0 && first !== TAB) indent = column;
      else if (column < indent || indent < 0) throw REFUSED;
      if (isFolded && column > indent) throw REFUSED;
      for (; blank > 0; blank--) lines.push('');
      lines.push(text.slice(lineStart + indent, lineEnd));
      at = lineBreak < 0 ? length : lineBreak + 1;
      end = at;
    }
    if (indent < 0) throw REFUSED;
    // Without a line break at its end the text ends the stream, which readers see differently.
    if (end === length && text.charCodeAt(length - 1) !== LINE_BREAK) throw REFUSED;
    this.at = end;
    this.toContent();
    if (this.column > parent && this.column >= 0) throw REFUSED;
    const value = (isFolded ? folded(lines) : lines.join('\n')) + (isStripped ? '' : '\n');
    return this.made(isFolded ? 'folded' : 'literal', value, start, end);
  }

  // Flow collections. Their lines are indented further than `parent`, the column of the block collection around them.

  private flow(parent: number): MappingNode | SequenceNode {
    this.deeper();
    const node =
      this.text.charCodeAt(this.at) === OPEN_BRACE ? this.flowMapping(parent) : this.flowSequence(parent);
    this.depth--;
    return node;
  }

  private flowMapping(parent: number): MappingNode {
    const { text } = this;
    const start = this.at++;
    const entries: Entry[] = [];
    let open: MappingNode['open'];
    this.flowSpace(parent);
    while (text.charCodeAt(this.at) !== CLOSE_BRACE) {
      const keyStart = this.at;
      const keyNode = this.flowScalar();
      if (keyNode.unknown !== undefined) open = keyNode.unknown;
      while (text.charCodeAt(this.at) === SPACE) this.at++;
      if (text.charCodeAt(this.at) !== COLON || this.at - keyStart > MAX_KEY) throw REFUSED;
      this.at++;
      const behind = text.charCodeAt(this.at);
      if (behind !== SPACE && !isBreak(behind) && keyNode.style === 'plain') throw REFUSED;
      this.flowSpace(parent);
      entries.push({ key: keyNode.text, keyNode, value: this.flowNode(parent) });
      this.flowComma(parent, CLOSE_BRACE);
    }
    const end = ++this.at;
    const node: MappingNode = { kind: 'mapping', style: 'flow', entries, span: { start, end }, start };
    return open === undefined ? node : { ...node, open };
  }

  private flowSequence(parent: number): SequenceNode {
    const { text } = this;
    const start = this.at++;
    const items: Item[] = [];
    this.flowSpace(parent);
    while (text.charCodeAt(this.at) !== CLOSE_BRACKET) {
      items.push({ value: this.flowNode(parent) });
      this.flowComma(parent, CLOSE_BRACKET);
    }
    const end = ++this.at;
    return { kind: 'sequence', style: 'flow', items, span: { start, end }, start };
  }

  /** Behind a value: a comma with another value behind it, or the closing bracket. */
  private flowComma(parent: number, close: number): void {
    this.flowSpace(parent);
    const unit = this.text.charCodeAt(this.at);
    if (unit === close) return;
    if (unit !== COMMA) throw REFUSED;
    this.at++;
    this.flowSpace(parent);
    if (this.text.charCodeAt(this.at) === close) throw REFUSED;
  }

  private flowNode(parent: number): YamlNode {
    const unit = this.text.charCodeAt(this.at);
    if (unit === OPEN_BRACE || unit === OPEN_BRACKET) return this.flow(parent);
    return this.flowScalar();
  }

  private flowScalar(): ScalarNode {
    const { text, length } = this;
    const start = this.at;
    const unit = text.charCodeAt(start);
    if (unit === DOUBLE_QUOTE || unit === SINGLE_QUOTE) return this.quoted(unit);
    if (!startsPlain(unit, text.charCodeAt(start + 1)) || unit === DASH) throw REFUSED;
    let at = start + 1;
    for (; at < length; at++) {
      const next = text.charCodeAt(at);
      if (isBreak(next) || isFlowIndicator(next)) break;
      if (next === COLON) {
        const behind = text.charCodeAt(at + 1);
        if (isBlankOrEnd(behind)) break;
        if (isFlowIndicator(behind)) throw REFUSED;
      }
      if (next === HASH || next === TAB) throw REFUSED;
    }
    let end = at;
    while (text.charCodeAt(end - 1) === SPACE) end--;
    this.at = end;
    return this.made('plain', text.slice(start, end), start, end);
  }

  private flowSpace(parent: number): void {
    const { text } = this;
    let unit = text.charCodeAt(this.at);
    while (unit === SPACE) unit = text.charCodeAt(++this.at);
    while (isBreak(unit)) {
      this.at += unit === LINE_BREAK ? 1 : 2;
      const lineStart = this.at;
      unit = text.charCodeAt(lineStart);
      while (unit === SPACE) unit = text.charCodeAt(++this.at);
      if (isBreak(unit)) continue;
      if (this.at - lineStart <= parent) throw REFUSED;
      if (this.at === lineStart && this.isAnyMarker()) throw REFUSED;
    }
  }
}

function empty(at: number): ScalarNode {
  return { kind: 'scalar', style: 'plain', text: '', span: { start: at, end: at }, start: at };
}

function isBreak(unit: number): boolean {
  return unit === LINE_BREAK || unit === CARRIAGE_RETURN;
}

/** A missing code unit (`NaN`) is the text's end. */
function isBlankOrEnd(unit: number): boolean {
  if (unit > SPACE) return false;
  return (
    unit === SPACE || unit === LINE_BREAK || unit === CARRIAGE_RETURN || unit === TAB || Number.isNaN(unit)
  );
}

function isFlowIndicator(unit: number): boolean {
  return (
    unit === COMMA ||
    unit === OPEN_BRACKET ||
    unit === CLOSE_BRACKET ||
    unit === OPEN_BRACE ||
    unit === CLOSE_BRACE
  );
}

/** True where a plain scalar may start with a code unit, without any doubt; `next` is the one behind it. */
function startsPlain(unit: number, next: number): boolean {
  if (unit === DASH) return !isBlankOrEnd(next) && !isFlowIndicator(next);
  return unit > 127 || PLAIN_START[unit] === true;
}

/** Indicators start something else (YAML 1.2.2, 5.3), and a question mark or colon is never meant to start text. */
const PLAIN_START: readonly boolean[] = Array.from(
  { length: 128 },
  (_, unit) => unit > SPACE && !'-?:,[]{}#&*!|>\'"%@`'.includes(String.fromCharCode(unit)),
);

/** Escapes that JSON has too mean the same; others are refused. */
function unescaped(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw REFUSED;
  }
}

/** Line breaks between lines become spaces, empty lines line breaks (YAML 1.2.2, 6.5). No line is indented further than the first. */
function folded(lines: readonly string[]): string {
  let text = '';
  let isBehindText = false;
  for (const line of lines) {
    if (line === '') {
      text += '\n';
      isBehindText = false;
      continue;
    }
    text += isBehindText ? ` ${line}` : line;
    isBehindText = true;
  }
  return text;
}
