/** Layout: how a document is laid out — lines, comments, places of nodes, and the habits of whoever wrote it. */
import { indexLines, type LineIndex } from '../text/lineIndex.ts';
import type { Span } from '../text/span.ts';
import type { Entry, MappingNode, SequenceNode, YamlDocument, YamlNode } from './tree.ts';
import type { Quoting } from './writeScalar.ts';

/** Where a node hangs in the tree; the root has no parent. */
export interface Place {
  readonly parent: MappingNode | SequenceNode | undefined;
  readonly index: number;
  readonly depth: number;
}

export interface Layout {
  readonly text: string;
  readonly lines: LineIndex;
  readonly places: ReadonlyMap<YamlNode, Place>;
  /** Spans of comments, in order, and the offsets at which they start. */
  readonly comments: readonly Span[];
  readonly commentStarts: ReadonlySet<number>;
  /** Lines on which block scalars end that take a line break behind them for their own. */
  readonly openLines: ReadonlySet<number>;
  /** Spans of template actions, in order. */
  readonly actions: readonly Span[];
  /** Columns at which actions write lines of their own, by where the actions stand. */
  readonly outputs: ReadonlyMap<number, number>;
  readonly habits: Habits;
}

/** What the document's author does everywhere, for where nothing nearby shows it. */
export interface Habits {
  readonly eol: string;
  readonly step: number;
  readonly dashOffset: number | undefined;
  readonly quoting: Quoting;
  /** `json`: quoted keys throughout, no trailing commas; `kyaml`: one flow mapping with plain keys and quoted strings. */
  readonly dialect: 'yaml' | 'json' | 'kyaml';
  readonly braceSpace: boolean;
  readonly bracketSpace: boolean;
  /** What stands between key and value in flow collections: `:` alone in minified JSON. */
  readonly colon: string;
  /** In flow documents: lists of scalars stand on one line. */
  readonly inlineLists: boolean;
  /** In flow documents: `[{` opens a list of mappings, rather than a line for each. */
  readonly cuddled: boolean;
  /** The indentation that one level of a flow document adds. */
  readonly flowUnit: string;
}

/** Reads the layout; linear in the document. */
export function readLayout(document: YamlDocument): Layout {
  const { text } = document;
  const lines = indexLines(text);
  const places = new Map<YamlNode, Place>();
  const survey = new Survey(text, lines, places);
  if (document.root !== undefined) survey.visit(document.root, { parent: undefined, index: 0, depth: 0 });
  const comments = document.comments.toSorted((a, b) => a.start - b.start);
  const commentStarts = new Set(comments.map(({ start }) => start));
  const actions = document.template?.actions ?? [];
  const outputs = new Map<number, number>();
  for (const { at, column } of document.template?.holes ?? []) {
    if (column !== undefined) outputs.set(at, column);
  }
  const { openLines } = survey;
  return {
    text,
    lines,
    places,
    comments,
    commentStarts,
    openLines,
    actions,
    outputs,
    habits: survey.habits(document.root),
  };
}

class Survey {
  private readonly text: string;
  private readonly lines: LineIndex;
  private readonly places: Map<YamlNode, Place>;
  readonly openLines = new Set<number>();
  private readonly steps = new Map<number, number>();
  private readonly dashOffsets = new Map<number, number>();
  private readonly flowUnits = new Map<string, number>();
  private readonly counts = {
    single: 0,
    double: 0,
    quotedKeys: 0,
    plainKeys: 0,
    braceSpace: 0,
    braceTight: 0,
    bracketSpace: 0,
    bracketTight: 0,
    inlineLists: 0,
    tallLists: 0,
    cuddled: 0,
    apart: 0,
    colonSpace: 0,
    colonTight: 0,
  };

  constructor(text: string, lines: LineIndex, places: Map<YamlNode, Place>) {
    this.text = text;
    this.lines = lines;
    this.places = places;
  }

  visit(node: YamlNode, place: Place): void {
    this.places.set(node, place);
    if (node.kind === 'scalar') {
      // Quotes around quotes are not a habit.
      if (node.style === 'single' && !node.text.includes('"')) this.counts.single++;
      else if (node.style === 'double') this.counts.double++;
      else if (node.style !== 'plain') this.surveyBlockScalar(node);
      return;
    }
    if (node.kind === 'alias') return;
    if (node.style === 'flow') this.surveyFlow(node);
    const depth = place.depth + 1;
    if (node.kind === 'sequence') {
      for (const [index, { value }] of node.items.entries())
        this.visit(value, { parent: node, index, depth });
      return;
    }
    const column = mappingColumn(this.lines, this.text, node);
    for (const [index, { keyNode, value }] of node.entries.entries()) {
      if (keyNode.kind === 'scalar' && keyNode.style === 'double') this.counts.quotedKeys++;
      else this.counts.plainKeys++;
      if (node.style === 'block') this.surveyNested(column, value);
      else if (this.text[value.start - 1] === ':') this.counts.colonTight++;
      else this.counts.colonSpace++;
      this.visit(value, { parent: node, index, depth });
    }
  }

  private surveyBlockScalar({ span }: YamlNode): void {
    const header = this.text.slice(span.start, this.lines.lineEnd(this.lines.positionAt(span.start).line));
    if (/^[|>][0-9]?-/.test(header)) return;
    const last = this.text.charCodeAt(span.end - 1) === 10 ? span.end - 1 : span.end;
    this.openLines.add(this.lines.positionAt(last).line);
  }

  private surveyNested(column: number, value: YamlNode): void {
    if (value.kind === 'mapping' && value.style === 'block') {
      const by = mappingColumn(this.lines, this.text, value) - column;
      if (by > 0) add(this.steps, by);
    } else if (value.kind === 'sequence' && value.style === 'block') {
      const by = columnOf(this.lines, this.text, value.span.start) - column;
      if (by >= 0) add(this.dashOffsets, by);
    }
  }

  private surveyFlow(node: MappingNode | SequenceNode): void {
    const { counts } = this;
    const first = node.kind === 'mapping' ? node.entries[0] : node.items[0];
    const firstStart = node.kind === 'mapping' ? node.entries[0]?.keyNode.start : node.items[0]?.value.start;
    if (first === undefined || firstStart === undefined) return;
    const openLine = this.lines.positionAt(node.span.start).line;
    const firstLine = this.lines.positionAt(firstStart).line;
    const isTall = firstLine > openLine;
    if (isTall) {
      const outer = indentationAt(this.text, this.lines.lineStart(openLine));
      const inner = indentationAt(this.text, this.lines.lineStart(firstLine));
      if (inner.startsWith(outer) && inner.length > outer.length)
        add(this.flowUnits, inner.slice(outer.length));
    } else if (node.kind === 'mapping') {
      const isSpaced = this.text[node.span.start + 1] === ' ';
      if (isSpaced) counts.braceSpace++;
      else if (this.lines.positionAt(node.span.end).line === openLine) counts.braceTight++;
    } else if (this.text[node.span.start + 1] === ' ') counts.bracketSpace++;
    else counts.bracketTight++;
    if (node.kind === 'sequence') {
      if (first.value.kind === 'scalar') {
        if (isTall) counts.tallLists++;
        else counts.inlineLists++;
      } else if (this.lines.positionAt(node.span.end).line > openLine) {
        if (isTall) counts.apart++;
        else counts.cuddled++;
      }
    }
  }

  habits(root: YamlNode | undefined): Habits {
    const { counts } = this;
    const isFlow =
      root !== undefined && root.kind !== 'scalar' && root.kind !== 'alias' && root.style === 'flow';
    const dialect = !isFlow ? 'yaml' : counts.plainKeys === 0 && counts.quotedKeys > 0 ? 'json' : 'kyaml';
    const step = mostFrequent(this.steps) ?? 2;
    return {
      eol: commonLineBreak(this.text),
      step,
      dashOffset: mostFrequent(this.dashOffsets),
      quoting: counts.single > counts.double ? 'single' : 'double',
      dialect,
      braceSpace: counts.braceSpace >= counts.braceTight && dialect !== 'json',
      bracketSpace: counts.bracketSpace > counts.bracketTight,
      colon: counts.colonTight > counts.colonSpace ? ':' : ': ',
      inlineLists: counts.inlineLists > counts.tallLists,
      cuddled: dialect === 'json' ? counts.cuddled > counts.apart : counts.cuddled >= counts.apart,
      flowUnit: mostFrequent(this.flowUnits) ?? ' '.repeat(step),
    };
  }
}

function add<T>(votes: Map<T, number>, choice: T): void {
  votes.set(choice, (votes.get(choice) ?? 0) + 1);
}

/** The choice with most votes; of equals the first. */
function mostFrequent<T>(votes: ReadonlyMap<T, number>): T | undefined {
  let best: T | undefined;
  let most = 0;
  for (const [choice, count] of votes) {
    if (count > most) {
      best = choice;
      most = count;
    }
  }
  return best;
}

/** The line break that most lines end in; `\n` in a text of one line. */
function commonLineBreak(text: string): string {
  let windows = 0;
  let all = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    all++;
    if (text.charCodeAt(at - 1) === 13) windows++;
  }
  return windows * 2 > all ? '\r\n' : '\n';
}

/** The line break that ends a line, or what ends most lines where the text ends there. */
export function lineBreakAfter(layout: Layout, line: number): string {
  const end = layout.lines.lineEnd(line);
  if (layout.text.charCodeAt(end) === 13) return '\r\n';
  return layout.text.charCodeAt(end) === 10 ? '\n' : layout.habits.eol;
}

export function lineOf(layout: Layout, offset: number): number {
  return layout.lines.positionAt(offset).line;
}

/** Code units between a line's start and an offset; a byte order mark takes no column. */
export function columnOf(lines: LineIndex, text: string, offset: number): number {
  const { line, character } = lines.positionAt(offset);
  return line === 0 && text.charCodeAt(0) === BYTE_ORDER_MARK ? character - 1 : character;
}

export const BYTE_ORDER_MARK = 0xfeff;

/** The column at which the keys of a block mapping stand. */
export function mappingColumn(lines: LineIndex, text: string, node: MappingNode): number {
  return columnOf(lines, text, node.entries[0]?.keyNode.start ?? node.span.start);
}

/** The white space that a line starts with. */
export function indentationAt(text: string, lineStart: number): string {
  let at = lineStart;
  while (isSpace(text.charCodeAt(at))) at++;
  return text.slice(lineStart, at);
}

/** True where only white space (or a byte order mark) stands before the offset in its line. */
export function isFirstInLine(layout: Layout, offset: number): boolean {
  const start = layout.lines.lineStart(lineOf(layout, offset));
  for (let at = start; at < offset; at++) {
    const unit = layout.text.charCodeAt(at);
    if (!isSpace(unit) && unit !== BYTE_ORDER_MARK) return false;
  }
  return true;
}

export function isSpace(unit: number): boolean {
  return unit === 32 || unit === 9;
}

/** What a line holds as a whole; a line of a block scalar is blank or `other`, whatever it looks like. */
export function lineKind(layout: Layout, line: number): 'blank' | 'comment' | 'other' {
  const start = layout.lines.lineStart(line);
  const end = layout.lines.lineEnd(line);
  let at = start;
  while (at < end && (isSpace(layout.text.charCodeAt(at)) || layout.text.charCodeAt(at) === BYTE_ORDER_MARK))
    at++;
  if (at >= end) return 'blank';
  return layout.commentStarts.has(at) ? 'comment' : 'other';
}

/** The column at which a line's first character that is not white space stands. */
export function indentOf(layout: Layout, line: number): number {
  return indentationAt(layout.text, layout.lines.lineStart(line)).length;
}

/** Comments that lie within a span, in order. */
export function commentsWithin(layout: Layout, span: Span): readonly Span[] {
  const { comments } = layout;
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle] as Span).start < span.start) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < comments.length && (comments[end] as Span).start < span.end) end++;
  return comments.slice(low, end);
}

/** The first template action that ends behind an offset. */
function actionBehind(layout: Layout, offset: number): Span | undefined {
  const { actions } = layout;
  let low = 0;
  let high = actions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((actions[middle] as Span).end <= offset) low = middle + 1;
    else high = middle;
  }
  return actions[low];
}

/** True where the first character of a line that is not white space belongs to a template action. */
export function startsWithAction(layout: Layout, line: number): boolean {
  const start = layout.lines.lineStart(line);
  const first = start + indentationAt(layout.text, start).length;
  const action = actionBehind(layout, first);
  return action !== undefined && action.start <= first;
}

/**
 * Offset behind the action that a line consists of, where it writes lines deeper than the column and leaves the line break behind
 * it alone; undefined elsewhere.
 */
export function outputEnd(layout: Layout, line: number, column: number): number | undefined {
  const start = layout.lines.lineStart(line);
  const first = start + indentationAt(layout.text, start).length;
  const action = actionBehind(layout, first);
  const written = layout.outputs.get(first);
  if (action === undefined || written === undefined || written <= column) return undefined;
  const end = layout.lines.lineEnd(line);
  const isAlone = action.start === first && layout.text.slice(action.end, end).trim() === '';
  return isAlone && !/-[}%]}$/.test(layout.text.slice(action.start, action.end)) ? action.end : undefined;
}

/** True where an edit of the span would reach into a template action. */
export function meetsAction(layout: Layout, { start, end }: Span): boolean {
  const action = actionBehind(layout, start);
  return action !== undefined && action.start < Math.max(end, start);
}

/** Offset behind the last character of a node's content: without the line breaks behind a block scalar, unless it keeps them. */
export function contentEnd(layout: Layout, node: YamlNode): number {
  if (node.kind === 'mapping' && node.style === 'block') {
    const last = node.entries.at(-1);
    return last === undefined
      ? node.span.end
      : Math.max(last.keyNode.span.end, contentEnd(layout, last.value));
  }
  if (node.kind === 'sequence' && node.style === 'block') {
    const last = node.items.at(-1);
    return last === undefined ? node.span.end : Math.max(node.span.start + 1, contentEnd(layout, last.value));
  }
  if (!isBlockScalar(node)) return node.span.end;
  let end = node.span.end;
  if (end > 0 && layout.text.charCodeAt(end - 1) === 10) end--;
  if (end > 0 && layout.text.charCodeAt(end - 1) === 13) end--;
  return Math.max(end, node.span.start);
}

export function isBlockScalar(node: YamlNode): boolean {
  return node.kind === 'scalar' && (node.style === 'literal' || node.style === 'folded');
}

/** The last line of an entry or item, with the comments behind its value that stand deeper than the column. */
export function lastLine(layout: Layout, end: number, column: number): number {
  let last = lineOf(layout, end);
  for (let line = last + 1; line < layout.lines.lineCount; line++) {
    const kind = lineKind(layout, line);
    if (kind === 'blank') continue;
    if (kind === 'other' || indentOf(layout, line) <= column) break;
    last = line;
  }
  return last;
}

/** The first line of the comment block that stands directly above a line, or the line itself. */
export function firstLineWithComments(layout: Layout, line: number): number {
  let first = line;
  while (first > 0 && lineKind(layout, first - 1) === 'comment') first--;
  return first;
}

/** Offset behind the `:` of an entry, or undefined where none follows the key directly. */
export function colonEnd(layout: Layout, entry: Entry): number | undefined {
  let at = entry.keyNode.span.end;
  while (isSpace(layout.text.charCodeAt(at))) at++;
  return layout.text[at] === ':' ? at + 1 : undefined;
}

/** Offset behind a node's anchor and tag, or undefined where it has neither. */
export function propertiesEnd(layout: Layout, node: YamlNode): number | undefined {
  if (node.anchor === undefined && node.tag === undefined) return undefined;
  let at = node.start;
  let end: number | undefined;
  while (at < node.span.start && (layout.text[at] === '&' || layout.text[at] === '!')) {
    while (at < node.span.start && !isBreakOrSpace(layout.text.charCodeAt(at))) at++;
    end = at;
    while (at < node.span.start && isBreakOrSpace(layout.text.charCodeAt(at))) at++;
  }
  return end;
}

/** Offset of the next character that is neither white space nor in a comment. */
export function skipBlank(layout: Layout, from: number): number {
  const { text, lines, commentStarts } = layout;
  let at = from;
  while (at < text.length) {
    if (isBreakOrSpace(text.charCodeAt(at))) at++;
    else if (commentStarts.has(at)) at = lines.lineEnd(lineOf(layout, at));
    else break;
  }
  return at;
}

export function isBreakOrSpace(unit: number): boolean {
  return isSpace(unit) || unit === 10 || unit === 13;
}
