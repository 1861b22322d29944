/** Evaluation: runs Go templates over known values, and leaves holes and open branches where something cannot be followed. */
import type { Span } from '../text/span.ts';
import { FUNCTIONS } from './functions.ts';
import type { FunctionHost } from './goFunction.ts';
import {
  type BranchNode,
  type Command,
  type Node,
  type Operand,
  type Pipe,
  parseTemplate,
} from './goTemplate.ts';
import { TextBuilder } from './goText.ts';
import {
  boolean,
  float,
  int,
  isWhole,
  NIL,
  type Origin,
  printed,
  type StringValue,
  sortedKeys,
  string,
  truthOf,
  UNKNOWN,
  unknown,
  type Value,
} from './goValue.ts';

/** What a template writes: text with stand-ins for what cannot be followed, and where each part was written. */
export interface Written {
  readonly text: StringValue;
  /** In the order of the text, without gaps. */
  readonly pieces: readonly Piece[];
  /** For each output action of the file, by its start: the place in a values file that its value came from, if only one. */
  readonly origins: ReadonlyMap<number, Origin>;
  /** The branches of the file: by the start of the action that opens each, or of its `else`. */
  readonly branches: ReadonlyMap<number, BranchRun>;
}

/** What became of a branch. In a loop, a branch may be taken and not taken. */
export interface BranchRun {
  readonly isTaken: boolean;
  readonly isSkipped: boolean;
  /** The place in a values file of a plain `false` that keeps the branch from being taken. */
  readonly switch: Origin | undefined;
}

/** A stretch of what is written. */
export interface Piece {
  /** Where the stretch ends; it begins where the one before it ends. */
  readonly end: number;
  /** The action or the text in the file that wrote it. */
  readonly from: Span;
  /** True for text that stands in the file as it is. */
  readonly isLiteral: boolean;
}

/** What one run may use up: a chart's templates share it, so that no chart takes longer than this. */
export interface Budget {
  steps: number;
}

const MAX_INCLUDE_DEPTH = 60;
const MAX_NODE_DEPTH = 400;
const MAX_OUTPUT = 4_000_000;

/** A variable, in the order in which they are made. */
interface Variable {
  readonly name: string;
  value: Value;
}

/** Where text goes, and whether it is written by the file itself. */
interface Sink {
  readonly builder: TextBuilder;
  readonly main: MainSink | undefined;
}

interface MainSink {
  readonly pieces: Piece[];
  readonly origins: Map<number, Origin | undefined>;
  readonly branches: Map<number, BranchRun>;
}

interface Frame {
  readonly sink: Sink;
  readonly variables: Variable[];
  /** The data that the template was run with: `$`. */
  readonly root: Value;
  /** True in a branch that is not taken: nothing is written. */
  readonly isDead: boolean;
}

type Flow = 'next' | 'break' | 'continue';

/** Used up: ends the run. */
class Exhausted extends Error {}

export class Evaluator implements FunctionHost {
  private readonly definitions: ReadonlyMap<string, readonly Node[]>;
  private readonly budget: Budget;
  private readonly local: Map<string, readonly Node[]>[] = [];
  private includeDepth = 0;
  private depth = 0;
  /** Above zero in a branch that may be taken or not. */
  private uncertain = 0;
  /** Above zero in a branch that is not taken, run only to see what it would write. */
  private dead = 0;

  constructor(definitions: ReadonlyMap<string, readonly Node[]>, budget: Budget) {
    this.definitions = definitions;
    this.budget = budget;
  }

  get changes(): FunctionHost['changes'] {
    if (this.dead > 0) return 'none';
    return this.uncertain > 0 ? 'possible' : 'certain';
  }

  spend(amount: number): boolean {
    this.budget.steps -= amount;
    return this.budget.steps > 0;
  }

  /** Runs a file's nodes; undefined where the budget does not suffice. */
  run(nodes: readonly Node[], data: Value): Written | undefined {
    const main: MainSink = { pieces: [], origins: new Map(), branches: new Map() };
    const builder = new TextBuilder();
    const frame: Frame = { sink: { builder, main }, variables: [], root: data, isDead: false };
    try {
      this.nodes(nodes, data, frame);
    } catch (error) {
      if (error instanceof Exhausted || error instanceof RangeError) return undefined;
      throw error;
    }
    const origins = new Map<number, Origin>();
    for (const [at, origin] of main.origins) if (origin !== undefined) origins.set(at, origin);
    return { text: builder.result(), pieces: main.pieces, origins, branches: main.branches };
  }

  private step(): void {
    if (--this.budget.steps <= 0) throw new Exhausted();
  }

  private nodes(nodes: readonly Node[], dot: Value, frame: Frame): Flow {
    if (++this.depth > MAX_NODE_DEPTH) throw new Exhausted();
    const made = frame.variables.length;
    let flow: Flow = 'next';
    for (const node of nodes) {
      flow = this.node(node, dot, frame);
      if (flow !== 'next') break;
    }
    frame.variables.length = made;
    this.depth--;
    return flow;
  }

  private node(node: Node, dot: Value, frame: Frame): Flow {
    this.step();
    switch (node.kind) {
      case 'text':
        this.write(frame, string(node.text), node, true);
        return 'next';
      case 'output': {
        const value = this.pipe(node.pipe, dot, frame);
        if (node.pipe.variables.length > 0) return 'next';
        this.noteOrigin(frame, node.span, value);
        this.writeValue(frame, value, node.span);
        return 'next';
      }
      case 'call': {
        const data = node.pipe === undefined ? NIL : this.pipe(node.pipe, dot, frame);
        this.writeValue(frame, this.include(node.name, data), node.span);
        return 'next';
      }
      case 'break':
      case 'continue':
        return node.kind;
      case 'if':
      case 'with':
        return this.choose(node, dot, frame);
      case 'range':
        return this.loop(node, dot, frame);
    }
  }

  /** Notes what becomes of a branch, given the action that opens it. */
  private noteBranch(
    { sink: { main }, isDead }: Frame,
    { start }: Span,
    isTaken: boolean,
    condition?: Value,
  ): void {
    if (main === undefined || isDead) return;
    const known = main.branches.get(start);
    const isSwitch = condition?.kind === 'boolean' && !condition.value;
    main.branches.set(start, {
      isTaken: isTaken || known?.isTaken === true,
      isSkipped: !isTaken || known?.isSkipped === true,
      switch: isSwitch ? condition.origin : undefined,
    });
  }

  /** An action in a loop may write values of several places, and then none counts. */
  private noteOrigin({ sink: { main } }: Frame, { start }: Span, { origin }: Value): void {
    if (main === undefined) return;
    const known = main.origins.get(start);
    const isSame = known === undefined || (origin !== undefined && sameOrigin(known, origin));
    if (!main.origins.has(start)) main.origins.set(start, origin);
    else if (!isSame) main.origins.set(start, undefined);
  }

  private write({ sink, isDead }: Frame, text: StringValue, from: Span, isLiteral: boolean): void {
    if (isDead || text.text === '') return;
    if (sink.builder.length + text.text.length > MAX_OUTPUT) throw new Exhausted();
    this.budget.steps -= text.text.length >> 5;
    sink.builder.add(text);
    this.addPiece(sink, from, isLiteral);
  }

  private addPiece({ builder, main }: Sink, { start, end }: Span, isLiteral: boolean): void {
    main?.pieces.push({ end: builder.length, from: { start, end }, isLiteral });
  }

  private writeValue(frame: Frame, value: Value, from: Span): void {
    if (frame.isDead) return;
    const text = value.kind === 'unknown' ? undefined : printed(value);
    if (text !== undefined) {
      this.write(frame, text, from, false);
      return;
    }
    frame.sink.builder.addHole(value.kind === 'unknown' ? value : UNKNOWN);
    this.addPiece(frame.sink, from, false);
  }

  /** Writes a part of a branch that may be taken or not, apart from the text before it. */
  private writeBranch({ sink, isDead }: Frame, text: string, from: Span): void {
    if (isDead) return;
    if (sink.builder.endsInWord) sink.builder.add(' ');
    sink.builder.addBranch(text);
    this.addPiece(sink, from, false);
  }

  private choose(node: BranchNode, dot: Value, frame: Frame): Flow {
    const made = frame.variables.length;
    const value = this.pipe(node.pipe, dot, frame);
    const truth = truthOf(value);
    const inner = node.kind === 'with' ? value : dot;
    let flow: Flow = 'next';
    if (truth === undefined) {
      flow = this.both(node, dot, frame, () => this.nodes(node.body, inner, frame));
    } else {
      this.noteBranch(frame, node.span, truth, value);
      // An `else if` is a branch of its own, opened by the same action.
      if (node.elseSpan !== undefined && !isElseIf(node)) this.noteBranch(frame, node.elseSpan, !truth);
      flow = this.nodes(truth ? node.body : node.otherwise, truth ? inner : dot, frame);
      if (truth) this.look(node.otherwise, dot, frame);
      else this.look(node.body, inner, frame);
    }
    frame.variables.length = made;
    return flow;
  }

  /** Runs a branch that is not taken, for what it would write, without writing or changing anything. */
  private look(nodes: readonly Node[], dot: Value, frame: Frame): void {
    if (frame.sink.main === undefined || nodes.length === 0) return;
    this.dead++;
    this.apart(frame, () => this.nodes(nodes, dot, { ...frame, isDead: true }));
    this.dead--;
  }

  /** Runs something that must not leave variables changed; answers what it would have changed. */
  private apart(frame: Frame, run: () => Flow): { readonly flow: Flow; readonly changed: readonly number[] } {
    const before = frame.variables.map(({ value }) => value);
    const flow = run();
    const changed: number[] = [];
    before.forEach((value, index) => {
      const variable = frame.variables[index];
      if (variable === undefined || variable.value === value) return;
      changed.push(index);
      variable.value = value;
    });
    return { flow, changed };
  }

  /** Either branch may be taken: both are written, as alternatives. */
  private both(node: BranchNode, dot: Value, frame: Frame, runBody: () => Flow): Flow {
    this.uncertain++;
    this.writeBranch(frame, `${node.kind} ${node.pipe.source}`, node.span);
    const first = this.apart(frame, runBody);
    let second: typeof first = { flow: 'next', changed: [] };
    if (node.otherwise.length > 0) {
      this.writeBranch(frame, 'else', node.elseSpan ?? node.span);
      second = this.apart(frame, () => this.nodes(node.otherwise, dot, frame));
    }
    this.writeBranch(frame, 'end', node.endSpan);
    this.uncertain--;
    for (const index of [...first.changed, ...second.changed]) {
      const variable = frame.variables[index];
      if (variable !== undefined) variable.value = UNKNOWN;
    }
    // Whether a loop goes on is not known either; what follows is written as if it did.
    return 'next';
  }

  private loop(node: BranchNode, dot: Value, frame: Frame): Flow {
    const made = frame.variables.length;
    const value = this.pipeValue(node.pipe, dot, frame);
    const items = itemsOf(value);
    if (items !== undefined) {
      this.noteBranch(frame, node.span, items.length > 0);
      if (node.elseSpan !== undefined) this.noteBranch(frame, node.elseSpan, items.length === 0);
    }
    if (items === undefined) this.loopUnknown(node, dot, frame);
    else if (items.length === 0) this.nodes(node.otherwise, dot, frame);
    else this.loopItems(node, items, frame);
    frame.variables.length = made;
    return 'next';
  }

  private loopItems(node: BranchNode, items: readonly (readonly [Value, Value])[], frame: Frame): void {
    const { variables, assigns } = node.pipe;
    const made = frame.variables.length;
    for (const [key, item] of items) {
      this.step();
      frame.variables.length = made;
      const [first, second] = variables;
      // With one variable it takes the items, with two the keys and the items.
      if (first !== undefined) this.setVariable(frame, first, second === undefined ? item : key, assigns);
      if (second !== undefined) this.setVariable(frame, second, item, assigns);
      if (this.nodes(node.body, item, frame) === 'break') break;
    }
  }

  /** As if the items came once, each of them unknown. */
  private loopUnknown(node: BranchNode, dot: Value, frame: Frame): void {
    this.both(node, dot, frame, () => {
      for (const name of node.pipe.variables) this.setVariable(frame, name, UNKNOWN, node.pipe.assigns);
      return this.nodes(node.body, UNKNOWN, frame);
    });
  }

  private setVariable(frame: Frame, name: string, value: Value, assigns: boolean): void {
    if (!assigns) {
      frame.variables.push({ name, value });
      return;
    }
    for (let index = frame.variables.length - 1; index >= 0; index--) {
      const variable = frame.variables[index];
      if (variable?.name !== name) continue;
      variable.value = value;
      return;
    }
  }

  /** A pipeline's value, which its variables are given. */
  private pipe(pipe: Pipe, dot: Value, frame: Frame): Value {
    const value = this.pipeValue(pipe, dot, frame);
    const [name] = pipe.variables;
    if (name !== undefined) this.setVariable(frame, name, value, pipe.assigns);
    return value;
  }

  private pipeValue(pipe: Pipe, dot: Value, frame: Frame): Value {
    if (++this.depth > MAX_NODE_DEPTH) throw new Exhausted();
    let value: Value | undefined;
    for (const command of pipe.commands) value = this.command(command, value, dot, frame);
    this.depth--;
    return value ?? UNKNOWN;
  }

  private command([first, ...rest]: Command, piped: Value | undefined, dot: Value, frame: Frame): Value {
    this.step();
    if (first.kind === 'function') return this.callFunction(first.name, rest, piped, dot, frame);
    const value = this.operand(first, dot, frame);
    if (rest.length === 0 && piped === undefined) return value.kind === 'method' ? value.call([]) : value;
    const args = rest.map((operand) => this.argument(operand, dot, frame));
    if (piped !== undefined) args.push(piped);
    // Only methods take arguments.
    return value.kind === 'method' ? value.call(args) : UNKNOWN;
  }

  /** An operand as an argument: a method without arguments of its own is called. */
  private argument(operand: Operand, dot: Value, frame: Frame): Value {
    if (operand.kind === 'function') return this.callFunction(operand.name, [], undefined, dot, frame);
    const value = this.operand(operand, dot, frame);
    return value.kind === 'method' ? value.call([]) : value;
  }

  private operand(operand: Operand, dot: Value, frame: Frame): Value {
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return NIL;
      case 'boolean':
        return boolean(operand.value);
      case 'int':
        return int(operand.value);
      case 'float':
        return float(operand.value);
      case 'string':
        return string(operand.value);
      case 'field':
        return fieldOf(dot, operand.path);
      case 'variable':
        return fieldOf(this.variable(operand.name, frame), operand.path);
      case 'pipe':
        return fieldOf(this.pipeValue(operand.pipe, dot, frame), operand.path);
      case 'function':
        return this.callFunction(operand.name, [], undefined, dot, frame);
    }
  }

  private variable(name: string, { variables, root }: Frame): Value {
    if (name === '$') return root;
    for (let index = variables.length - 1; index >= 0; index--) {
      const variable = variables[index];
      if (variable?.name === name) return variable.value;
    }
    return UNKNOWN;
  }

  private callFunction(
    name: string,
    operands: readonly Operand[],
    piped: Value | undefined,
    dot: Value,
    frame: Frame,
  ): Value {
    if (name === 'and' || name === 'or') return this.shortCircuit(name, operands, piped, dot, frame);
    const args = operands.map((operand) => this.argument(operand, dot, frame));
    if (piped !== undefined) args.push(piped);
    switch (name) {
      case 'include': {
        const [template, data] = args;
        if (template?.kind !== 'string' || !isWhole(template)) return UNKNOWN;
        return this.include(template.text, data ?? NIL);
      }
      case 'tpl': {
        const [template, data] = args;
        return template?.kind === 'string' ? this.tpl(template, data ?? NIL) : UNKNOWN;
      }
    }
    const table = FUNCTIONS.get(name);
    if (table === undefined) return UNKNOWN;
    if (!table.takesUnknown && args.some(({ kind }) => kind === 'unknown')) return UNKNOWN;
    return table.call(args, this);
  }

  /** `and` and `or` look at no argument behind the one that decides. */
  private shortCircuit(
    name: 'and' | 'or',
    operands: readonly Operand[],
    piped: Value | undefined,
    dot: Value,
    frame: Frame,
  ): Value {
    const decisive = name === 'or';
    let last: Value = UNKNOWN;
    let isOpen = false;
    const count = operands.length + (piped === undefined ? 0 : 1);
    for (let index = 0; index < count; index++) {
      const operand = operands[index];
      last = operand === undefined ? (piped ?? UNKNOWN) : this.argument(operand, dot, frame);
      const truth = truthOf(last);
      if (truth === decisive) return isOpen ? unknown(decisive) : last;
      if (truth === undefined) isOpen = true;
    }
    return isOpen ? UNKNOWN : last;
  }

  include(name: string, data: Value): Value {
    const nodes = this.definition(name);
    if (nodes === undefined || this.includeDepth >= MAX_INCLUDE_DEPTH) return UNKNOWN;
    return this.textOf(nodes, data);
  }

  private definition(name: string): readonly Node[] | undefined {
    for (let index = this.local.length - 1; index >= 0; index--) {
      const nodes = this.local[index]?.get(name);
      if (nodes !== undefined) return nodes;
    }
    return this.definitions.get(name);
  }

  private textOf(nodes: readonly Node[], data: Value): Value {
    const builder = new TextBuilder();
    this.includeDepth++;
    // What is included is needed as text even in a branch that is not taken.
    this.nodes(nodes, data, { sink: { builder, main: undefined }, variables: [], root: data, isDead: false });
    this.includeDepth--;
    return withSoleOrigin(builder.result());
  }

  tpl(template: StringValue, data: Value): Value {
    if (!isWhole(template)) return UNKNOWN;
    if (!template.text.includes('{{')) return template;
    if (this.includeDepth >= MAX_INCLUDE_DEPTH || !this.spend(template.text.length)) return UNKNOWN;
    const parsed = parseTemplate(template.text);
    if (!parsed.ok) return UNKNOWN;
    this.local.push(new Map(parsed.template.definitions));
    const text = this.textOf(parsed.template.nodes, data);
    this.local.pop();
    return text.kind === 'string' && template.origin !== undefined
      ? { ...text, origin: template.origin }
      : text;
  }
}

function isElseIf({ elseSpan, otherwise: [inner] }: BranchNode): boolean {
  return inner !== undefined && 'span' in inner && inner.span.start === elseSpan?.start;
}

/** The pairs that a loop runs over; undefined where they are not known. */
function itemsOf(value: Value): readonly (readonly [Value, Value])[] | undefined {
  switch (value.kind) {
    case 'nil':
      return [];
    case 'list':
      return value.items.map((item, index) => [int(index), item]);
    case 'dict':
      if (value.isOpen || value.isStruct === true) return undefined;
      return sortedKeys(value).map((key) => [string(key), value.entries.get(key) ?? NIL]);
    case 'int':
      return value.value > MAX_LOOP
        ? undefined
        : Array.from({ length: Math.max(0, value.value) }, (_, index) => [int(index), int(index)]);
    default:
      return undefined;
  }
}

const MAX_LOOP = 1000;

/**
 * A field, and fields in it. A key that a map lacks is nil, and a field of that is an error; a field of a value that is nil already is nil
 * (text/template, evalField).
 */
function fieldOf(value: Value, path: readonly string[]): Value {
  if (value.kind === 'nil') return path.length === 0 ? value : NIL;
  let current: Value = value;
  for (const name of path) {
    if (current.kind !== 'dict') return UNKNOWN;
    const inner: Value | undefined = current.entries.get(name);
    if (inner !== undefined) {
      current = inner;
    } else if (current.isOpen || current.isStruct === true) {
      return UNKNOWN;
    } else {
      const origin: Origin | undefined = current.origin;
      current =
        origin === undefined ? NIL : { ...NIL, origin: { file: origin.file, path: [...origin.path, name] } };
    }
  }
  return current;
}

function sameOrigin(a: Origin, b: Origin): boolean {
  return (
    a.file === b.file &&
    a.path.length === b.path.length &&
    a.path.every((step, index) => step === b.path[index])
  );
}

/** Text that is all of one place in a values file belongs to that place. */
function withSoleOrigin(text: StringValue): StringValue {
  const parts = text.marks.filter((mark) => mark.mark === 'from');
  const [only] = parts;
  if (only?.mark !== 'from' || parts.length !== 1) return text;
  const rest = text.text.slice(0, only.start) + text.text.slice(only.end);
  return rest.trim() === '' ? { ...text, origin: only.origin } : text;
}
