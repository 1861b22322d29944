/** The reader of record: the `yaml` package fills the tree of our own, whole or broken text alike. Loaded where the quick reader has a doubt. */
import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type ParsedNode,
  Parser,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Span } from '../text/span.ts';
import { exceedsNesting, MAX_DOCUMENT_LENGTH, MAX_NESTING, MAX_TOKENS } from './nesting.ts';
import { placeholderIn } from './placeholders.ts';
import type {
  AliasNode,
  Entry,
  Item,
  MappingNode,
  ScalarNode,
  ScalarStyle,
  SequenceNode,
  SyntaxProblem,
  Unknown,
  YamlDocument,
  YamlNode,
} from './tree.ts';

/** As `parseYaml`, by the reader that decides what any other one has to answer. */
export function parseOfRecord(text: string): YamlDocument {
  const problems: SyntaxProblem[] = [];
  const comments: Span[] = [];
  const skipped = boundPassedBy(text);
  if (skipped !== undefined) return skippedDocument(text, skipped);
  const composed = withoutStackTraces(() => compose(text, problems, comments));
  if (composed === 'too much') return skippedDocument(text, TOO_MUCH);
  if (composed?.contents === undefined || composed.contents === null) {
    return { text, root: undefined, problems, comments };
  }
  const builder = new TreeBuilder(text, problems, comments);
  return { text, root: builder.node(composed.contents), problems, comments };
}

const TOO_MUCH = 'has more than 200,000 tokens, and is not written plainly enough to be read all the same';

function skippedDocument(text: string, skipped: string): YamlDocument {
  const problem = { span: { start: 0, end: text.length }, message: `The document ${skipped}.` };
  return { text, root: undefined, problems: [problem], comments: [], skipped };
}

/** Which bound a text passes, as the predicate of a sentence; undefined where it may be read. */
function boundPassedBy(text: string): string | undefined {
  if (text.length > MAX_DOCUMENT_LENGTH) return 'is longer than 4 MiB, more than a cluster can store';
  if (exceedsNesting(text)) return `nests deeper than ${MAX_NESTING} levels`;
  return undefined;
}

/**
 * Broken text makes an error object per mistake, and V8 walks the stack for each: five times the cost of reading on, for nothing, since
 * only their messages are used. Engines without the limit ignore it.
 */
function withoutStackTraces<T>(read: () => T): T {
  const errors = Error as { stackTraceLimit?: number };
  const limit = errors.stackTraceLimit;
  if (limit === undefined) return read();
  errors.stackTraceLimit = 0;
  try {
    return read();
  } finally {
    errors.stackTraceLimit = limit;
  }
}

function compose(
  text: string,
  problems: SyntaxProblem[],
  comments: Span[],
): Document.Parsed | undefined | 'too much' {
  const composer = new Composer({
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
    version: '1.2',
    schema: 'failsafe',
  });
  const documents: Document.Parsed[] = [];
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let hasDocument = false;
  let strayFrom: number | undefined;
  let count = 0;
  let offset = 0;
  let isValue = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (++count > MAX_TOKENS) return 'too much';
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'document') hasDocument = true;
      // Found where nothing but another document could follow.
      else if (hasDocument && token.type === 'error') strayFrom ??= token.offset;
    }
    if (!isValue && lexeme.startsWith('#')) comments.push({ start: offset, end: offset + lexeme.length });
    if (isValue || !MARKS.has(lexeme)) offset += lexeme.length;
    isValue = !isValue && lexeme === VALUE_FOLLOWS;
    if (strayFrom !== undefined && text.length - strayFrom > LONG_STRAY) break;
  }
  for (const token of parser.end()) tokens.push(token);
  for (const token of tokens) for (const document of composer.next(token)) documents.push(document);
  for (const document of composer.end(true, text.length)) documents.push(document);
  const [first, ...others] = documents;
  const second = others.find(holdsSomething);
  for (const document of documents) {
    for (const error of document.errors) {
      const [start, end] = error.pos;
      problems.push({
        span: { start, end: Math.max(start, Math.min(end, text.length)) },
        message: error.message,
        ...(error.code === 'MISSING_CHAR' && { isUnclosed: true as const }),
      });
    }
  }
  if (strayFrom !== undefined && text.length - strayFrom > LONG_STRAY) {
    problems.push({
      span: { start: strayFrom, end: text.length },
      message: 'This text does not belong to the document above it.',
      ...(/["']/.test(text.slice(strayFrom)) && { isUnclosed: true as const }),
    });
  } else if (second !== undefined) {
    // Text that does not fit the document above it: recovery has made a second one, which nothing may be read from.
    const start = second.contents?.range?.[0] ?? second.range[0];
    problems.push({
      span: { start, end: text.length },
      message: 'This text does not belong to the document above it.',
    });
  }
  return first;
}

/**
 * Text behind a document that it cannot belong to makes an error of every token. Where as much of it follows as a marker leaves that is typed into a
 * long list, it is left at that: whether a quote in it is closed is then not known either.
 */
const LONG_STRAY = 10_000;

/** What the lexer says between two pieces of the text. */
const VALUE_FOLLOWS = '\u001f';
const MARKS: ReadonlySet<string> = new Set([VALUE_FOLLOWS, '\u0002', '\u0018']);

/** Markers that end a document may follow each other, and make documents of nothing. */
function holdsSomething({ contents }: Document.Parsed): boolean {
  return contents !== null && !(isScalar(contents) && contents.source === '');
}

/** Builds the tree top down, in the order of the text, so that an alias finds the last anchor written before it. */
class TreeBuilder {
  private readonly anchors = new Map<string, YamlNode>();
  private readonly text: string;
  private readonly problems: readonly SyntaxProblem[];
  private readonly overlayComments: readonly Span[];
  /** Set while an outermost flow collection is built. */
  private flow: { readonly broken: Unknown | undefined } | undefined;
  private readonly commentEnds: ReadonlyMap<number, number>;

  constructor(text: string, problems: readonly SyntaxProblem[], comments: readonly Span[]) {
    this.text = text;
    this.problems = problems.length > MAX_MARKS ? EVERYWHERE : problems;
    this.commentEnds = new Map(comments.map(({ start, end }) => [start, end]));
    const overlays = comments.filter((comment) => text.startsWith('#@', comment.start));
    this.overlayComments = overlays.length > MAX_MARKS ? overlays.slice(0, MAX_MARKS) : overlays;
  }

  node(source: ParsedNode | null, emptyAt = 0): YamlNode {
    if (source === null) return this.empty(emptyAt);
    if (isAlias(source)) return this.alias(source);
    if (isMap(source))
      return this.collection(source as YAMLMap.Parsed, () => this.mapping(source as YAMLMap.Parsed));
    if (isSeq(source))
      return this.collection(source as YAMLSeq.Parsed, () => this.sequence(source as YAMLSeq.Parsed));
    if (isScalar(source)) return this.scalar(source as Scalar.Parsed);
    return this.empty(emptyAt);
  }

  private empty(at: number): ScalarNode {
    return { kind: 'scalar', style: 'plain', text: '', span: { start: at, end: at }, start: at };
  }

  private alias(source: Alias): AliasNode {
    const [start, end] = source.range ?? [0, 0];
    const target = this.anchors.get(source.source);
    const base = { kind: 'alias' as const, name: source.source, span: { start, end }, start };
    return target === undefined ? base : { ...base, target };
  }

  private remember(anchor: string | undefined, node: YamlNode): void {
    if (anchor !== undefined) this.anchors.set(anchor, node);
  }

  /**
   * Builds a collection. Where a bracket is missing, the next one closes the wrong collection, so a problem anywhere in
   * or beside an outermost flow collection leaves everything in it open.
   */
  private collection<T>(source: YAMLMap.Parsed | YAMLSeq.Parsed, build: () => T): T {
    if (source.flow !== true || this.flow !== undefined) return build();
    const [start, end] = source.range;
    this.flow = { broken: this.problemAround({ start, end }) };
    const built = build();
    this.flow = undefined;
    return built;
  }

  private mapping(source: YAMLMap.Parsed): MappingNode {
    const entries: Entry[] = [];
    const node: Writable<MappingNode> = {
      ...this.base(source),
      kind: 'mapping',
      style: source.flow ? 'flow' : 'block',
      entries,
    };
    this.remember(source.anchor, node);
    let unknownKey: Unknown | undefined;
    for (const pair of source.items) {
      const keyNode = this.node(pair.key as ParsedNode | null, node.span.start);
      const value = this.node(pair.value as ParsedNode | null, this.behindColon(keyNode.span.end));
      const key = keyNode.kind === 'scalar' ? keyNode.text : '';
      if (keyNode.kind === 'scalar' && keyNode.unknown !== undefined) unknownKey = keyNode.unknown;
      // Flow collections allow a plain key over several lines, which nobody writes: a word typed above a key joins it.
      if (this.text.slice(keyNode.span.start, keyNode.span.end).includes('\n')) {
        unknownKey = { reason: 'syntax', text: '' };
      }
      const previous = entries.at(-1);
      if (previous?.key === key && previous.value.anchor !== undefined) this.undecide(previous.value);
      entries.push({ key, keyNode, value: this.settled(value, keyNode.span.end) });
    }
    const last = entries.at(-1);
    if (node.style === 'block' && last !== undefined) {
      node.span = { start: node.span.start, end: Math.max(last.keyNode.span.end, last.value.span.end) };
    }
    const open = this.flow?.broken ?? this.problemAround(node.span) ?? unknownKey ?? this.overlayWithin(node);
    if (open !== undefined) node.open = open;
    return node;
  }

  private sequence(source: YAMLSeq.Parsed): SequenceNode {
    const items: Item[] = [];
    const node: Writable<SequenceNode> = {
      ...this.base(source),
      kind: 'sequence',
      style: source.flow ? 'flow' : 'block',
      items,
    };
    this.remember(source.anchor, node);
    let at = node.span.start;
    for (const item of source.items) {
      const value = this.node(item as ParsedNode | null, at);
      at = value.span.end;
      items.push({ value });
    }
    const last = items.at(-1);
    if (node.style === 'block' && last !== undefined) {
      node.span = { start: node.span.start, end: Math.max(node.span.start + 1, last.value.span.end) };
    }
    const open = this.flow?.broken ?? this.problemAround(node.span) ?? this.overlayWithin(node);
    if (open !== undefined) node.open = open;
    return node;
  }

  private scalar(source: Scalar.Parsed): ScalarNode {
    const style = SCALAR_STYLES[source.type ?? 'PLAIN'] ?? 'plain';
    const base = this.base(source);
    const text = style === 'plain' ? (source.source ?? '') : String(source.value ?? '');
    let unknown: Unknown | undefined = placeholderIn(text);
    if (base.tag !== undefined && !CORE_TAGS.has(base.tag)) unknown = { reason: 'tag', text: base.tag };
    const node: ScalarNode = {
      ...base,
      kind: 'scalar',
      style,
      text,
      ...(unknown === undefined ? {} : { unknown }),
    };
    this.remember(source.anchor, node);
    return node;
  }

  /** Span, anchor and tag of a node; anchor and tag stand before the value, so `start` is found by looking back. */
  private base(
    source: Scalar.Parsed | YAMLMap.Parsed | YAMLSeq.Parsed,
  ): Pick<ScalarNode, 'span' | 'start' | 'anchor' | 'tag'> {
    const [start, end] = source.range;
    const tag = source.tag === undefined ? undefined : shortTag(source.tag);
    const anchor = source.anchor;
    return {
      span: { start, end },
      start: anchor === undefined && tag === undefined ? start : this.propertiesStart(start),
      ...(anchor === undefined ? {} : { anchor }),
      ...(tag === undefined ? {} : { tag }),
    };
  }

  private propertiesStart(valueStart: number): number {
    let at = valueStart;
    for (let count = 0; count < 2; count++) {
      let end = at;
      while (end > 0 && isBlank(this.text.charCodeAt(end - 1))) end--;
      let start = end;
      while (start > 0 && !isBlank(this.text.charCodeAt(start - 1))) start--;
      const first = this.text[start];
      if (start === end || (first !== '&' && first !== '!')) break;
      at = start;
    }
    return at;
  }

  /** Offset behind the `:` that follows a key, where an absent value would stand. */
  private behindColon(keyEnd: number): number {
    let at = keyEnd;
    while (isBlank(this.text.charCodeAt(at))) at++;
    return this.text[at] === ':' ? at + 1 : keyEnd;
  }

  /** A value that something else on its line, or a problem beside it, keeps from being known. */
  private settled(value: YamlNode, keyEnd: number): YamlNode {
    if (value.kind !== 'scalar') return value;
    // Nothing behind a key, and a problem next: what is being typed may become its value.
    const problem = this.flow?.broken ?? this.problemAround({ start: keyEnd, end: value.span.end });
    if (problem !== undefined) return this.undecide(value);
    return this.withOverlay(value, keyEnd);
  }

  /** An empty value that what is being typed may become; others stay as they are. Aliases of it are as unknown as it is. */
  private undecide(value: YamlNode): YamlNode {
    if (value.kind !== 'scalar' || value.span.end > value.span.start) return value;
    const undecided: ScalarNode = { ...value, unknown: { reason: 'syntax', text: '' } };
    this.remember(value.anchor, undecided);
    return undecided;
  }

  /** A ytt comment (`#@`) on the line of a key or of its value decides the value when the file is rendered. */
  private withOverlay(value: ScalarNode, keyEnd: number): ScalarNode {
    if (this.overlayComments.length === 0) return value;
    const lineEnd = this.text.indexOf('\n', value.span.end);
    const end = lineEnd < 0 ? this.text.length : lineEnd;
    const comment = this.overlayComments.find(({ start }) => start >= keyEnd && start < end);
    if (comment === undefined) return value;
    return {
      ...value,
      unknown: { reason: 'overlay', text: excerpt(this.text.slice(comment.start, comment.end)) },
    };
  }

  /** A ytt comment on a line of its own may add, drop or repeat what stands around it. */
  private overlayWithin(node: { readonly span: Span }): Unknown | undefined {
    for (const comment of this.overlayComments) {
      const inside = comment.start >= node.span.start && comment.end <= node.span.end;
      const above = comment.end <= node.span.start && this.onlyBlank(comment.end, node.span.start);
      if ((inside || above) && this.standsAlone(comment.start)) {
        return { reason: 'overlay', text: excerpt(this.text.slice(comment.start, comment.end)) };
      }
    }
    return undefined;
  }

  private standsAlone(offset: number): boolean {
    const lineStart = this.text.lastIndexOf('\n', offset - 1) + 1;
    return this.text.slice(lineStart, offset).trim() === '';
  }

  private problemAround(span: Span): Unknown | undefined {
    for (const problem of this.problems) {
      const inside = problem.span.start <= span.end && problem.span.end >= span.start;
      const behind = problem.span.start > span.end && this.onlyBlank(span.end, problem.span.start);
      const before = problem.span.end < span.start && this.onlyBlank(problem.span.end, span.start);
      if (inside || behind || before) return { reason: 'syntax', text: '' };
    }
    return undefined;
  }

  /** True where nothing but white space and comments stands between two offsets. */
  private onlyBlank(start: number, end: number): boolean {
    let at = start;
    while (at < end) {
      if (isBlank(this.text.charCodeAt(at))) {
        at++;
        continue;
      }
      if (this.text[at] !== '#') return false;
      const commentEnd = this.commentEnds.get(at);
      if (commentEnd === undefined) return false;
      at = commentEnd;
    }
    return true;
  }
}

/** Every collection is held against every problem; a text with more of them than this is taken as broken throughout. */
const MAX_MARKS = 64;

const EVERYWHERE: readonly SyntaxProblem[] = [
  {
    span: { start: 0, end: Number.MAX_SAFE_INTEGER },
    message: 'The document has too many problems to be read.',
  },
];

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const SCALAR_STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

const CORE_TAGS: ReadonlySet<string> = new Set(['!!str', '!!int', '!!bool', '!!null', '!!float', '!']);

function shortTag(tag: string): string {
  return tag.startsWith('tag:yaml.org,2002:') ? `!!${tag.slice('tag:yaml.org,2002:'.length)}` : tag;
}

function isBlank(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 10 || unit === 13;
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
