/** Go templates: reads a template's text into a tree of nodes, by the grammar of Go's text/template. */
import type { Span } from '../text/span.ts';
import { type Token, tokensOf } from './goTemplateTokens.ts';

/** A node of a template. Spans count UTF-16 code units from the start of the file. */
export type Node =
  | TextNode
  | { readonly kind: 'output'; readonly pipe: Pipe; readonly span: Span }
  | BranchNode
  | { readonly kind: 'call'; readonly name: string; readonly pipe: Pipe | undefined; readonly span: Span }
  | { readonly kind: 'break' | 'continue'; readonly span: Span };

/** Plain text between actions, without what trim markers take away. */
export interface TextNode extends Span {
  readonly kind: 'text';
  readonly text: string;
}

export interface BranchNode {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
  /** The opening action. */
  readonly span: Span;
  /** The `else` action where there is one. */
  readonly elseSpan: Span | undefined;
  readonly endSpan: Span;
}

export interface Pipe {
  /** Variables that the pipeline's value is given to, such as `$key` and `$value`. */
  readonly variables: readonly string[];
  /** True for `=`, which changes variables, false for `:=`, which makes them. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
  /** The pipeline as it is written, without its variables. */
  readonly source: string;
}

export type Command = readonly [Operand, ...Operand[]];

export type Operand =
  | { readonly kind: 'dot' }
  | { readonly kind: 'nil' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  /** `.a.b`, of the dot. */
  | { readonly kind: 'field'; readonly path: readonly string[] }
  /** `$x.a`; the name is `$` alone for the data that the template was run with. */
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'function'; readonly name: string }
  /** `(…).a`. */
  | { readonly kind: 'pipe'; readonly pipe: Pipe; readonly path: readonly string[] };

/** A file's own nodes, and the templates that it defines by name. */
export interface ParsedTemplate {
  readonly nodes: readonly Node[];
  readonly definitions: ReadonlyMap<string, readonly Node[]>;
}

export type ParseResult =
  | { readonly ok: true; readonly template: ParsedTemplate }
  | { readonly ok: false; readonly offset: number; readonly message: string };

/** Parses a template. Text that Go would reject gives the first problem; any text gives an answer. */
export function parseTemplate(text: string): ParseResult {
  try {
    return { ok: true, template: new Parser(text).file() };
  } catch (error) {
    if (error instanceof TemplateProblem) return { ok: false, offset: error.offset, message: error.message };
    throw error;
  }
}

/** Nesting deeper than this is hostile: of branches, and of parentheses. */
const MAX_DEPTH = 100;

class TemplateProblem extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** An action's tokens, and how it was ended. */
interface ActionText extends Span {
  readonly tokens: readonly Token[];
}

interface Open {
  readonly nodes: Node[];
  readonly end: 'end' | 'else' | 'file';
}

class Parser {
  private readonly text: string;
  private at = 0;
  private trimNext = false;
  private readonly definitions = new Map<string, readonly Node[]>();

  constructor(text: string) {
    this.text = text;
  }

  file(): ParsedTemplate {
    const { nodes } = this.nodes(0, ['file']);
    return { nodes, definitions: this.definitions };
  }

  /** What ended the last list of nodes: its `else` or `end` action. */
  private last: { readonly span: Span; readonly tokens: readonly Token[] } | undefined;

  private nodes(depth: number, ends: readonly Open['end'][]): Open {
    if (depth > MAX_DEPTH) throw new TemplateProblem(this.at, 'The template is nested too deeply.');
    const nodes: Node[] = [];
    for (;;) {
      const action = this.nextAction(nodes);
      if (action === undefined) {
        if (!ends.includes('file')) throw new TemplateProblem(this.text.length, 'A branch is not ended.');
        return { nodes, end: 'file' };
      }
      const [first] = action.tokens;
      const word = first?.kind === 'word' ? first.text : '';
      const span = { start: action.start, end: action.end };
      switch (word) {
        case 'end':
        case 'else':
          if (!ends.includes(word))
            throw new TemplateProblem(action.start, `There is nothing for this ${word}.`);
          this.last = { span, tokens: action.tokens };
          return { nodes, end: word };
        case 'if':
        case 'with':
        case 'range':
          nodes.push(this.branch(word, action.tokens.slice(1), span, depth));
          break;
        case 'define':
          this.define(action, depth);
          break;
        case 'block': {
          const name = this.define(action, depth, true);
          const pipe = action.tokens.slice(2);
          nodes.push({ kind: 'call', name, pipe: this.pipeOrNone(pipe, action), span });
          break;
        }
        case 'template': {
          const name = nameIn(action);
          nodes.push({ kind: 'call', name, pipe: this.pipeOrNone(action.tokens.slice(2), action), span });
          break;
        }
        case 'break':
        case 'continue':
          nodes.push({ kind: word, span });
          break;
        default:
          if (action.tokens.length > 0)
            nodes.push({ kind: 'output', pipe: this.pipe(action.tokens, action), span });
      }
    }
  }

  private branch(kind: BranchNode['kind'], tokens: readonly Token[], span: Span, depth: number): BranchNode {
    const pipe = this.pipe(tokens, span);
    const { nodes: body, end } = this.nodes(depth + 1, ['end', 'else']);
    const closing = this.last?.span ?? span;
    if (end === 'end')
      return { kind, pipe, body, otherwise: [], span, elseSpan: undefined, endSpan: closing };
    const tokensOfElse = this.last?.tokens.slice(1) ?? [];
    const next = tokensOfElse[0]?.kind === 'word' ? tokensOfElse[0].text : '';
    if (next === 'if' || next === 'with') {
      // `else if` is an `if` of its own within the `else`, and shares its `end`.
      const inner = this.branch(next, tokensOfElse.slice(1), closing, depth + 1);
      return { kind, pipe, body, otherwise: [inner], span, elseSpan: closing, endSpan: inner.endSpan };
    }
    const { nodes: otherwise } = this.nodes(depth + 1, ['end']);
    return { kind, pipe, body, otherwise, span, elseSpan: closing, endSpan: this.last?.span ?? closing };
  }

  private define(action: ActionText, depth: number, isBlock = false): string {
    const name = nameIn(action);
    const { nodes } = this.nodes(depth + 1, ['end']);
    // A block's body is only its default: a definition elsewhere wins.
    if (!isBlock || !this.definitions.has(name)) this.definitions.set(name, nodes);
    return name;
  }

  /** Adds the text up to the next action that does something, and reads that action; undefined at the file's end. */
  private nextAction(nodes: Node[]): ActionText | undefined {
    for (;;) {
      const start = this.text.indexOf('{{', this.at);
      const textEnd = start < 0 ? this.text.length : start;
      const trimsLeft =
        start >= 0 && this.text[start + 2] === '-' && isSpace(this.text.charCodeAt(start + 3));
      this.addText(nodes, this.at, textEnd, trimsLeft);
      if (start < 0) {
        this.at = this.text.length;
        return undefined;
      }
      const result = tokensOf(this.text, start + (trimsLeft ? 3 : 2));
      if (!result.ok) throw new TemplateProblem(result.offset, result.message);
      this.at = result.end;
      this.trimNext = result.trimsRight;
      if (result.isComment) continue;
      return { tokens: result.tokens, start, end: result.end };
    }
  }

  private addText(nodes: Node[], from: number, to: number, trimsRight: boolean): void {
    let start = from;
    let end = to;
    if (this.trimNext) while (start < end && isSpace(this.text.charCodeAt(start))) start++;
    if (trimsRight) while (end > start && isSpace(this.text.charCodeAt(end - 1))) end--;
    this.trimNext = false;
    if (end > start) nodes.push({ kind: 'text', text: this.text.slice(start, end), start, end });
  }

  private pipeOrNone(tokens: readonly Token[], at: Span): Pipe | undefined {
    return tokens.length === 0 ? undefined : this.pipe(tokens, at);
  }

  private pipe(tokens: readonly Token[], at: Span): Pipe {
    const reader = new PipeReader(this.text, tokens, at.start);
    const pipe = reader.pipe(0);
    reader.expectEnd();
    return pipe;
  }
}

function nameIn(action: ActionText): string {
  const name = action.tokens[1];
  if (name?.kind !== 'string') throw new TemplateProblem(action.start, 'A template is named by a string.');
  return name.value;
}

/** Reads pipelines from an action's tokens. */
class PipeReader {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private readonly start: number;
  private at = 0;

  constructor(text: string, tokens: readonly Token[], start: number) {
    this.text = text;
    this.tokens = tokens;
    this.start = start;
  }

  expectEnd(): void {
    if (this.at < this.tokens.length) throw this.problem('This does not belong here.');
  }

  pipe(depth: number): Pipe {
    if (depth > MAX_DEPTH) throw this.problem('The pipeline is nested too deeply.');
    const { variables, assigns } = this.declarations();
    const from = this.tokens[this.at]?.start ?? this.start;
    const commands: Command[] = [this.command(depth)];
    while (this.tokens[this.at]?.kind === 'pipe') {
      this.at++;
      commands.push(this.command(depth));
    }
    const to = this.tokens[this.at - 1]?.end ?? from;
    return { variables, assigns, commands, source: this.text.slice(from, to) };
  }

  /** `$x :=`, `$x =`, `$key, $value :=`. */
  private declarations(): { readonly variables: readonly string[]; readonly assigns: boolean } {
    const [first, second, third, fourth] = this.tokens.slice(this.at, this.at + 4);
    const name = (token: Token | undefined): string | undefined =>
      token?.kind === 'variable' && token.path.length === 0 ? token.name : undefined;
    if (name(first) === undefined) return { variables: [], assigns: false };
    if (second?.kind === 'assign') {
      this.at += 2;
      return { variables: [name(first) ?? ''], assigns: second.text === '=' };
    }
    if (second?.kind === 'comma' && name(third) !== undefined && fourth?.kind === 'assign') {
      this.at += 4;
      return { variables: [name(first) ?? '', name(third) ?? ''], assigns: fourth.text === '=' };
    }
    return { variables: [], assigns: false };
  }

  private command(depth: number): Command {
    const operands: Operand[] = [];
    for (let token = this.tokens[this.at]; token !== undefined; token = this.tokens[this.at]) {
      if (token.kind === 'pipe' || token.kind === 'close') break;
      operands.push(this.operand(token, depth));
    }
    const [first, ...rest] = operands;
    if (first === undefined) throw this.problem('A value is missing.');
    return [first, ...rest];
  }

  private operand(token: Token, depth: number): Operand {
    this.at++;
    switch (token.kind) {
      case 'word':
        if (token.text === 'true' || token.text === 'false')
          return { kind: 'boolean', value: token.text === 'true' };
        if (token.text === 'nil') return { kind: 'nil' };
        return { kind: 'function', name: token.text };
      case 'dot':
        return { kind: 'dot' };
      case 'field':
        return { kind: 'field', path: token.path };
      case 'variable':
        return { kind: 'variable', name: token.name, path: token.path };
      case 'string':
        return { kind: 'string', value: token.value };
      case 'int':
        return { kind: 'int', value: token.value };
      case 'float':
        return { kind: 'float', value: token.value };
      case 'open': {
        const pipe = this.pipe(depth + 1);
        const close = this.tokens[this.at];
        if (close?.kind !== 'close') throw this.problem('A parenthesis is not closed.');
        this.at++;
        const next = this.tokens[this.at];
        if (next?.kind === 'field' && next.start === close.end) {
          this.at++;
          return { kind: 'pipe', pipe, path: next.path };
        }
        return { kind: 'pipe', pipe, path: [] };
      }
      case 'assign':
      case 'close':
      case 'comma':
      case 'pipe':
        throw this.problem('This does not belong here.');
    }
  }

  private problem(message: string): TemplateProblem {
    return new TemplateProblem(this.tokens[this.at]?.start ?? this.start, message);
  }
}

function isSpace(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 10 || unit === 13;
}
