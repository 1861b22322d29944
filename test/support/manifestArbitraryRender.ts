/** Writes objects as YAML in a given style; the text decodes back to exactly these objects. */

import { isList, isMap, type Plain, type PlainMap } from './goYamlPlain.ts';
import {
  booleanText,
  type Choices,
  choicesFrom,
  doubleQuoted,
  isLiteral,
  isPlainInBlock,
  isPlainInFlow,
  nullText,
  numberText,
  quoted,
} from './manifestArbitraryScalars.ts';
import type { DocumentStyle, StreamStyle } from './manifestArbitraryStyle.ts';

interface Line {
  readonly text: string;
  /** The line's end is part of a scalar: nothing may be put behind it. */
  readonly raw: boolean;
}

/** The objects as one stream, a document each. */
export function renderStream(objects: readonly Plain[], style: StreamStyle): string {
  const choices = choicesFrom(style.seed);
  const lines: Line[] = [];
  const push = (text: string): void => void lines.push({ text, raw: false });
  for (const [index, object] of objects.entries()) {
    const document = style.documents[index % style.documents.length] ?? style.documents[0];
    const body = renderDocument(object, document);
    if (choices.chance(style.emptyDocuments)) {
      if (index > 0) push('---');
      push('# Nothing here.');
      if (index === 0) push('---');
    }
    const directive = choices.chance(style.directives);
    if (directive) {
      // A directive can only follow the end of a document, and whatever begins with comments counts as one.
      if (lines.length > 0) push('...');
      push(choices.pick(['%YAML 1.2', '%YAML 1.1', '%TAG !e! tag:example.com,2000:']));
    }
    if (choices.chance(document.comments) && document.format !== 'json') push(`# ${commentText(choices)}`);
    const [first, ...others] = body;
    const marked = index > 0 || style.leadingMarker || directive || document.format === 'kyaml';
    if (!marked) lines.push(...body);
    else if (
      first !== undefined &&
      document.format !== 'block' &&
      document.format !== 'kyaml' &&
      choices.chance(15)
    ) {
      lines.push({ text: `--- ${first.text}`, raw: first.raw }, ...others);
    } else {
      push(choices.chance(document.comments) ? `--- # ${commentText(choices)}` : '---');
      lines.push(...body);
    }
    if (choices.chance(style.documentEnds)) push('...');
  }
  const text = lines.map((line) => line.text).join('\n');
  // Without its line break, the last line of a block scalar would be another value.
  const ended = style.finalNewline || (lines.at(-1)?.raw ?? false) ? `${text}\n` : text;
  return (style.byteOrderMark ? '\uFEFF' : '') + (style.crlf ? ended.replaceAll('\n', '\r\n') : ended);
}

/** One object in its style, without markers. */
function renderDocument(object: Plain, style: DocumentStyle): readonly Line[] {
  if (style.format === 'json') {
    return JSON.stringify(object, null, style.jsonIndent)
      .split('\n')
      .map((text) => ({ text, raw: false }));
  }
  return new DocumentWriter(object, style).write();
}

const COMMENTS = [
  'TODO: tune this',
  'see https://example.com/a#b',
  "it's fine, we think",
  'runAsUser: 0',
  'securityContext: {}',
  '- name: old',
  '"quoted" {flow} [list] & *others',
  'größer als nötig',
  '安全な設定',
  'do not touch 🦊🔒',
  '',
  '-----',
] as const;

function commentText(choices: Choices): string {
  return choices.pick(COMMENTS);
}

/** Anchored nodes that are complete, and may thus be referred to. */
interface Anchor {
  readonly name: string;
  readonly value: Plain;
}

/** Writes one document in block style, flow style or KYAML, line by line. */
class DocumentWriter {
  readonly #object: Plain;
  readonly #style: DocumentStyle;
  readonly #choices: Choices;
  readonly #lines: Line[] = [];
  readonly #repeated: ReadonlySet<string>;
  readonly #anchors = new Map<string, Anchor>();
  #anchorCount = 0;

  constructor(object: Plain, style: DocumentStyle) {
    this.#object = object;
    this.#style = style;
    this.#choices = choicesFrom(style.seed);
    this.#repeated = style.anchors > 0 ? repeatedValues(object) : new Set();
  }

  write(): readonly Line[] {
    const object = this.#object;
    if (this.#style.format === 'kyaml') this.#writeFlowLines('', object, 0, '');
    else if (this.#style.format === 'flow') {
      if (this.#choices.chance(60)) this.#writeFlowLines('', object, 0, '');
      else this.#push(this.#flowText(object));
    } else if (isMap(object) && Object.keys(object).length > 0) this.#writeMap(object, 0, undefined);
    else this.#push(this.#flowText(object));
    return this.#lines.map((line) => this.#withTrailingBlanks(line));
  }

  #push(text: string, raw = false): void {
    this.#lines.push({ text, raw });
  }

  #withTrailingBlanks(line: Line): Line {
    if (line.raw || !this.#choices.chance(this.#style.trailingBlanks)) return line;
    // A tab may not stand where indentation could: on an empty line, or behind a lone dash.
    const tabs = line.text.trim() !== '' && !line.text.endsWith('-');
    return { text: line.text + this.#choices.pick([' ', '  ', tabs ? '\t' : '   ']), raw: false };
  }

  /** Blank lines and comments above an entry that begins in this column. */
  #writeAbove(column: number): void {
    // Below a block scalar, what is indented deeper than the entry could still belong to that scalar.
    const free = !(this.#lines.at(-1)?.raw ?? false);
    if (this.#choices.chance(this.#style.blankLines)) this.#push('', !free);
    while (this.#choices.chance(this.#style.comments)) {
      const at = free && this.#choices.chance(20) ? this.#choices.below(column + 5) : column;
      this.#push(`${' '.repeat(at)}# ${commentText(this.#choices)}`.trimEnd());
    }
  }

  #commentBehind(): string {
    if (!this.#choices.chance(this.#style.comments / 2)) return '';
    return `${this.#choices.pick([' ', '  ', '   '])}# ${commentText(this.#choices)}`.trimEnd();
  }

  #step(): number {
    return this.#style.indent === 0 ? 1 + this.#choices.below(5) : this.#style.indent;
  }

  /** A block mapping whose keys stand in a column; `lead` is what its first line already has, as `- `. */
  #writeMap(map: PlainMap, column: number, lead: string | undefined): void {
    let start = lead;
    for (const [key, value] of this.#entries(map)) {
      if (start === undefined) this.#writeAbove(column);
      const head = start ?? ' '.repeat(column);
      start = undefined;
      if (value === MERGE) this.#push(`${head}<<: ${key}${this.#commentBehind()}`);
      else this.#writeValue(`${head}${this.#keyText(key, false)}:`, value, column, false);
    }
  }

  /** The entries to write: all of them, or a merge of anchored mappings and what it does not give. */
  #entries(map: PlainMap): readonly (readonly [string, Plain | typeof MERGE])[] {
    const own = Object.entries(map);
    if (!this.#choices.chance(this.#style.anchors)) return own;
    const fitting = [...this.#anchors.values()].filter(({ value }) => {
      if (!isMap(value)) return false;
      const keys = Object.keys(value);
      return keys.every((key) => Object.hasOwn(map, key)) && keys.some((key) => same(value[key], map[key]));
    });
    const [first, second] = fitting;
    if (first === undefined) return own;
    const sources = second !== undefined && this.#choices.chance(50) ? [second, first] : [first];
    // The first source wins; keys that it gives otherwise are written behind it and override it.
    const given = Object.assign({}, ...sources.toReversed().map(({ value }) => value)) as Record<
      string,
      Plain
    >;
    const names = sources.map(({ name }) => `*${name}`);
    const rest = own.filter(([key, value]) => !same(given[key], value) || this.#choices.chance(5));
    return [[names.length === 1 ? (names[0] ?? '') : `[${names.join(', ')}]`, MERGE], ...rest];
  }

  #writeList(list: readonly Plain[], column: number, lead: string | undefined): void {
    let start = lead;
    for (const item of list) {
      if (start === undefined) this.#writeAbove(column);
      this.#writeValue(`${start ?? ' '.repeat(column)}-`, item, column, true);
      start = undefined;
    }
  }

  /** Writes a value behind `key:` or `-`; `column` is that of the key or the dash. */
  #writeValue(head: string, value: Plain, column: number, isItem: boolean): void {
    const alias = this.#aliasOf(value);
    if (alias !== undefined) {
      this.#push(`${head} *${alias}${this.#commentBehind()}`);
      return;
    }
    const anchor = this.#newAnchor(value);
    const properties = this.#properties(value, anchor);
    const isCollection = typeof value === 'object' && value !== null;
    const isEmpty = isCollection && Object.keys(value).length === 0;
    if (!isCollection) this.#writeScalar(head, properties, value, column);
    else if (isEmpty)
      this.#push(`${head} ${properties}${isMap(value) ? '{}' : '[]'}${this.#commentBehind()}`);
    else if (this.#choices.chance(this.#style.flow)) this.#writeFlow(`${head} ${properties}`, value, column);
    else this.#writeBlock(head, properties, value, column, isItem);
    if (anchor !== undefined) this.#anchors.set(canonical(value), { name: anchor, value });
  }

  #writeBlock(
    head: string,
    properties: string,
    value: PlainMap | readonly Plain[],
    column: number,
    isItem: boolean,
  ): void {
    const isCompact =
      isItem && properties === '' && (this.#style.items === 'compact' || this.#choices.chance(70));
    if (isCompact) {
      const gap = this.#style.items === 'mixed' && this.#choices.chance(20) ? '   ' : ' ';
      const inner = column + 1 + gap.length;
      if (isList(value)) this.#writeList(value, inner, head + gap);
      else this.#writeMap(value, inner, head + gap);
      return;
    }
    this.#push(`${head} ${properties}`.trimEnd() + this.#commentBehind());
    if (isMap(value)) {
      this.#writeMap(value, column + (isItem ? Math.max(2, this.#step()) : this.#step()), undefined);
    } else {
      const { sequences } = this.#style;
      const aligned = sequences === 'aligned' || (sequences === 'mixed' && this.#choices.chance(50));
      this.#writeList(value, !isItem && aligned ? column : column + this.#step(), undefined);
    }
  }

  /** A flow collection inside block style: its further lines must be deeper than the key. */
  #writeFlow(head: string, value: Plain, column: number): void {
    if (this.#choices.chance(40))
      this.#writeFlowLines(head, value, column + this.#step(), this.#commentBehind());
    else this.#push(head + this.#flowBody(value) + this.#commentBehind());
  }

  #writeScalar(head: string, properties: string, value: Plain, column: number): void {
    const gap = this.#choices.chance(this.#style.trailingBlanks / 3) && !head.endsWith('-') ? '\t' : ' ';
    if (typeof value === 'string' && properties === '' && this.#writeLongText(head, value, column)) return;
    const text = properties + this.#scalarText(value, false, properties === '');
    this.#push((text === '' ? head : head + gap + text) + this.#commentBehind());
  }

  /** A string over several lines: a literal or folded block scalar, or a broken quoted one. False if it is not one. */
  #writeLongText(head: string, text: string, column: number): boolean {
    const indent = ' '.repeat(column + this.#step());
    const comment = this.#commentBehind();
    const isLong = text.includes('\n');
    if (isLiteral(text) && this.#choices.chance(isLong ? 90 : 3)) {
      this.#push(`${head} ${text.endsWith('\n') ? '|' : '|-'}${comment}`);
      for (const line of text.replace(/\n$/, '').split('\n'))
        this.#push(line === '' ? '' : indent + line, true);
      return true;
    }
    const words = text.split(' ');
    const folds =
      words.length > 1 && words.every((word) => /^[^\s\\]+$/.test(word)) && this.#choices.chance(15);
    if (!folds) return false;
    const cut = 1 + this.#choices.below(words.length - 1);
    const parts = [words.slice(0, cut).join(' '), words.slice(cut).join(' ')] as const;
    if (isLiteral(text) && this.#choices.chance(50)) {
      this.#push(`${head} >-${comment}`);
      for (const part of parts) this.#push(indent + part, true);
    } else {
      this.#push(`${head} ${doubleQuoted(parts[0]).slice(0, -1)}`, true);
      this.#push(indent + doubleQuoted(parts[1]).slice(1), true);
    }
    return true;
  }

  /** A flow collection over several lines; what closes it stands in `column`, and `tail` behind that. */
  #writeFlowLines(head: string, value: Plain, column: number, tail: string): void {
    if (!isMap(value) && !isList(value)) {
      this.#push(head + this.#flowText(value) + tail);
      return;
    }
    const kyaml = this.#style.format === 'kyaml';
    const [open, close] = isMap(value) ? (['{', '}'] as const) : (['[', ']'] as const);
    const entries: readonly (readonly [string | undefined, Plain | typeof MERGE])[] = isMap(value)
      ? this.#entries(value).map(
          ([key, one]) => [one === MERGE ? `<<: ${key}` : this.#keyText(key, true), one] as const,
        )
      : value.map((one) => [undefined, one] as const);
    if (entries.length === 0) {
      this.#push(head + open + close + tail);
      return;
    }
    const isCuddled =
      kyaml && isList(value) && value.every((item) => isMap(item) && Object.keys(item).length > 0);
    if (isCuddled) {
      // KYAML writes a list of mappings as `[{`, `}, {` and `}]`.
      for (const [index, [, item]] of entries.entries()) {
        const start = index === 0 ? `${head}[` : (this.#lines.pop()?.text ?? '').replace(/,$/, ', ');
        const isLast = index === entries.length - 1;
        this.#writeFlowLines(start, item as Plain, column, isLast ? `]${tail}` : ',');
      }
      return;
    }
    this.#push(`${head}${open}${this.#commentBehind()}`);
    const inner = column + (kyaml ? 2 : this.#step());
    const lastComma = kyaml || this.#choices.chance(50) ? ',' : '';
    for (const [index, [key, one]] of entries.entries()) {
      this.#writeAbove(inner);
      const comma = index === entries.length - 1 ? lastComma : ',';
      const start = ' '.repeat(inner);
      if (one === MERGE) this.#push(`${start}${key}${comma}${this.#commentBehind()}`);
      else this.#writeFlowEntry(key === undefined ? start : `${start}${key}: `, one, inner, comma);
    }
    this.#push(`${' '.repeat(column)}${close}${tail}`);
  }

  #writeFlowEntry(head: string, value: Plain, column: number, comma: string): void {
    const isCollection = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
    const kyaml = this.#style.format === 'kyaml';
    if (!isCollection || (!kyaml && this.#choices.chance(50))) {
      this.#push(head + this.#flowText(value) + comma + this.#commentBehind());
      return;
    }
    // In KYAML a comma must stay last on its line, for the next mapping of a list to follow it.
    this.#writeFlowLines(head, value, column, kyaml ? comma : comma + this.#commentBehind());
  }

  /** A value in flow style in one line. */
  #flowText(value: Plain): string {
    const alias = this.#aliasOf(value);
    if (alias !== undefined) return `*${alias}`;
    if (typeof value !== 'object' || value === null) return this.#scalarText(value, true, false);
    const anchor = this.#newAnchor(value);
    const text = this.#properties(value, anchor) + this.#flowBody(value);
    if (anchor !== undefined) this.#anchors.set(canonical(value), { name: anchor, value });
    return text;
  }

  /** A collection in flow style in one line, without anchor or tag of its own. */
  #flowBody(value: Plain): string {
    const space = this.#style.format === 'block' && this.#choices.chance(30) ? ' ' : '';
    if (isList(value)) return `[${space}${value.map((item) => this.#flowText(item)).join(', ')}${space}]`;
    if (!isMap(value)) throw new Error('a scalar is no collection');
    const entries = this.#entries(value).map(([key, one]) =>
      one === MERGE ? `<<: ${key}` : `${this.#keyText(key, true)}: ${this.#flowText(one)}`,
    );
    return `{${space}${entries.join(', ')}${space}}`;
  }

  #keyText(key: string, inFlow: boolean): string {
    const plain = inFlow ? isPlainInFlow(key) : isPlainInBlock(key);
    const wanted = this.#style.format !== 'kyaml' && this.#choices.chance(this.#style.quotes / 2);
    return plain && !wanted ? key : this.#quoted(key);
  }

  #quoted(text: string): string {
    return this.#style.format === 'kyaml' ? doubleQuoted(text) : quoted(text, this.#choices);
  }

  #scalarText(value: Plain, inFlow: boolean, mayBeEmpty: boolean): string {
    const kyaml = this.#style.format === 'kyaml';
    const exotic = !kyaml && this.#choices.chance(this.#style.exotic);
    if (value === null) return nullText(mayBeEmpty && !inFlow, exotic, this.#choices);
    if (typeof value === 'boolean') return booleanText(value, exotic, this.#choices);
    if (typeof value === 'number') return numberText(value, exotic, this.#choices);
    if (typeof value !== 'string') throw new Error('a collection is no scalar');
    const plain = inFlow ? isPlainInFlow(value) : isPlainInBlock(value);
    return plain && !kyaml && !this.#choices.chance(this.#style.quotes) ? value : this.#quoted(value);
  }

  /** The anchor and the tag in front of a value, with a blank behind each. */
  #properties(value: Plain, anchor: string | undefined): string {
    const mark = anchor === undefined ? '' : `&${anchor} `;
    if (value === null || this.#style.format === 'kyaml' || !this.#choices.chance(this.#style.tags))
      return mark;
    const tag = tagOf(value);
    return this.#choices.chance(50) ? `${tag} ${mark}` : `${mark}${tag} `;
  }

  #aliasOf(value: Plain): string | undefined {
    if (value === null || this.#anchors.size === 0 || this.#style.format === 'kyaml') return undefined;
    const anchor = this.#anchors.get(canonical(value));
    return anchor !== undefined && this.#choices.chance(70) ? anchor.name : undefined;
  }

  /** A name for a node that is worth an anchor: it comes again, or others may be made from it. */
  #newAnchor(value: Plain): string | undefined {
    const { anchors, format } = this.#style;
    if (anchors === 0 || format === 'kyaml' || value === null || typeof value === 'boolean') return undefined;
    const isRepeated = this.#repeated.has(canonical(value));
    const isSource = isMap(value) && Object.keys(value).length > 0;
    if (!this.#choices.chance(isRepeated ? anchors : isSource ? anchors / 5 : 0)) return undefined;
    this.#anchorCount++;
    return `${this.#choices.pick(['a', 'shared', 'x-1_'])}${this.#anchorCount}`;
  }
}

/** Stands for a value where an entry is a merge key. */
const MERGE = Symbol('merge');

function tagOf(value: Plain): string {
  if (isMap(value)) return '!!map';
  if (isList(value)) return '!!seq';
  if (typeof value === 'string') return '!!str';
  if (typeof value === 'boolean') return '!!bool';
  return Number.isInteger(value) ? '!!int' : '!!float';
}

/** Text that is the same for equal values, whatever the order of their keys. */
function canonical(value: Plain | undefined): string {
  if (isList(value)) return `[${value.map(canonical).join()}]`;
  if (!isMap(value)) return JSON.stringify(value ?? null);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

function same(left: Plain | undefined, right: Plain | undefined): boolean {
  return (left === undefined) === (right === undefined) && canonical(left) === canonical(right);
}

/** The values that an object has more than once and that are worth an anchor. */
function repeatedValues(object: Plain): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  function visit(value: Plain): void {
    const isWorth = isMap(value) || isList(value) ? Object.keys(value).length > 0 : typeof value === 'number';
    if (isWorth) {
      const text = canonical(value);
      (seen.has(text) ? repeated : seen).add(text);
    }
    if (isMap(value) || isList(value)) for (const inner of Object.values(value)) visit(inner as Plain);
  }
  visit(object);
  return repeated;
}
