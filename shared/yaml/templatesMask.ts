/** Masking: writes white space or stand-ins over the actions of a template. Loaded for templates alone. */
import type { Span } from '../text/span.ts';
import { type Branch, type Hole, STAND_IN, type TemplateMask } from './templates.ts';
import { type Action, templateActions } from './templatesActions.ts';
import type { Condition } from './tree.ts';

/** The mask of a text; undefined where there is no action in it. Total and linear: any text gives an answer. */
export function maskActions(text: string): TemplateMask | undefined {
  const actions = templateActions(text);
  if (actions.length === 0) return undefined;
  return new Masking(text, actions).mask();
}

/**
 * Cuts a mask along stretches of its text, which must come in order and not overlap. Each answer's offsets count from its stretch's start.
 */
export function maskSlicer(mask: TemplateMask): (stretch: Span) => TemplateMask {
  let nextAction = 0;
  let nextHole = 0;
  let nextBranch = 0;
  let reaching: number[] = [];
  return ({ start, end }) => {
    const clip = <T extends Span>(span: T): T => ({
      ...span,
      start: Math.max(span.start, start) - start,
      end: Math.min(span.end, end) - start,
    });
    const actions: Span[] = [];
    for (let at = nextAction; at < mask.actions.length; at++) {
      const action = mask.actions[at] as Span;
      if (action.start >= end) break;
      if (action.end > start) actions.push(clip(action));
      // One that reaches into the next stretch belongs to both.
      if (action.end <= end) nextAction = at + 1;
    }
    const holes: Hole[] = [];
    for (; nextHole < mask.holes.length; nextHole++) {
      const hole = mask.holes[nextHole] as Hole;
      if (hole.at >= end) break;
      if (hole.at >= start) holes.push({ ...hole, at: hole.at - start });
    }
    for (; nextBranch < mask.branches.length; nextBranch++) {
      if ((mask.branches[nextBranch] as Branch).start >= end) break;
      reaching.push(nextBranch);
    }
    reaching = reaching.filter((index) => (mask.branches[index] as Branch).end > start);
    const renumbered = new Map(reaching.map((index, position) => [index, position]));
    const branches = reaching.map((index): Branch => {
      const branch = mask.branches[index] as Branch;
      const groupEnd = Math.min(branch.groupEnd, end) - start;
      return { ...clip(branch), parent: renumbered.get(branch.parent) ?? -1, groupEnd };
    });
    return { masked: mask.masked.slice(start, end), actions, holes, branches };
  };
}

/** A line that belongs together: a line break inside an action ends nothing. */
interface Line extends Span {
  readonly actions: readonly Action[];
}

/** Deeper nested branches count as their ancestor at this depth. */
const MAX_BRANCH_DEPTH = 32;

class Masking {
  private readonly text: string;
  private readonly actions: readonly Action[];
  private readonly replaced: { readonly span: Span; readonly with: string }[] = [];
  private readonly holes: Hole[] = [];
  private readonly branches: Branch[] = [];
  /** Bodies of definitions, written elsewhere or nowhere. */
  private readonly bodies: Span[] = [];
  /** Actions whose other parts stand on the same line. */
  private readonly inline = new Set<Action>();

  constructor(text: string, actions: readonly Action[]) {
    this.text = text;
    this.actions = actions;
  }

  mask(): TemplateMask {
    this.findBranches();
    for (const line of this.lines()) this.maskLine(line);
    const masked = this.keepBlockScalars(withSeparators(this.written()));
    const hidden = this.actions.map(({ span }) => span).filter((span) => !this.isInBody(span));
    const actions = [...hidden, ...this.bodies].sort((a, b) => a.start - b.start);
    return { masked, actions, holes: this.holes, branches: this.branches };
  }

  /** Pairs the parts of branches. What is not closed lasts to the text's end; what closes nothing is ignored. */
  private findBranches(): void {
    const open: OpenBranch[] = [];
    const lines = this.lineNumbers();
    const groupEnds = new Map<number, number>();
    let group = 0;
    let bodyStart: number | undefined;
    const finished: { branch: Omit<Branch, 'parent'>; order: number; parent: number }[] = [];
    let order = 0;
    const end = (last: OpenBranch, at: number): void => {
      if (last.kind !== 'branch') return;
      finished.push({
        branch: { start: last.start, end: at, condition: last.condition, groupEnd: at },
        order: last.order,
        parent: last.parent,
      });
    };
    const start = (action: Action, text: string, of: { group: number; branch: number }): OpenBranch => {
      const parent = open.at(-1);
      return {
        kind: open.length >= MAX_BRANCH_DEPTH ? 'deep' : 'branch',
        opener: action,
        earlier: [],
        start: action.span.end,
        order: order++,
        parent: parent === undefined ? -1 : parent.kind === 'branch' ? parent.order : parent.parent,
        condition: { ...of, text },
      };
    };
    for (const action of this.actions) {
      const last = open.at(-1);
      switch (action.kind) {
        case 'define':
          if (bodyStart === undefined) {
            bodyStart = action.span.start;
            open.push({ ...start(action, '', { group: 0, branch: 0 }), kind: 'body' });
          } else {
            open.push({ ...start(action, '', { group: 0, branch: 0 }), kind: 'deep' });
          }
          break;
        case 'open':
          open.push(start(action, conditionText(action), { group: group++, branch: 0 }));
          break;
        case 'middle':
          if (last === undefined || last.kind === 'body') break;
          open.pop();
          end(last, action.span.start);
          open.push({
            ...start(action, otherwiseText(action, last), {
              group: last.condition.group,
              branch: last.condition.branch + 1,
            }),
            opener: last.opener,
            earlier: [...last.earlier, action],
          });
          break;
        case 'close':
          if (last === undefined) break;
          open.pop();
          if (last.kind === 'body' && bodyStart !== undefined) {
            this.bodies.push({ start: bodyStart, end: action.span.end });
            bodyStart = undefined;
            break;
          }
          end(last, action.span.start);
          if (lines.get(last.opener) === lines.get(action)) {
            for (const part of [last.opener, ...last.earlier, action]) this.inline.add(part);
          }
          groupEnds.set(last.condition.group, action.span.end);
          break;
        case 'output':
        case 'silent':
          break;
      }
    }
    if (bodyStart !== undefined) this.bodies.push({ start: bodyStart, end: this.text.length });
    for (const last of open) end(last, this.text.length);
    finished.sort((a, b) => a.order - b.order);
    const kept = finished.filter(({ branch }) => !this.isInBody(branch));
    const indices = new Map(kept.map(({ order: at }, index) => [at, index]));
    for (const { branch, parent } of kept) {
      this.branches.push({
        ...branch,
        parent: indices.get(parent) ?? -1,
        groupEnd: groupEnds.get(branch.condition.group) ?? this.text.length,
      });
    }
  }

  /** The line on which each action starts. */
  private lineNumbers(): ReadonlyMap<Action, number> {
    const numbers = new Map<Action, number>();
    let line = 0;
    let lineEnd = this.lineEnd(0);
    for (const action of this.actions) {
      while (lineEnd < action.span.start) {
        line++;
        lineEnd = this.lineEnd(lineEnd + 1);
      }
      numbers.set(action, line);
    }
    return numbers;
  }

  private isInBody(span: Span): boolean {
    let low = 0;
    let high = this.bodies.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.bodies[middle] as Span).end <= span.start) low = middle + 1;
      else high = middle;
    }
    const body = this.bodies[low];
    return body !== undefined && body.start <= span.start && span.end <= body.end;
  }

  /** The lines that hold actions, bodies of definitions left out. */
  private lines(): readonly Line[] {
    for (const body of this.bodies) this.replace(body, ' ');
    const lines: Line[] = [];
    let current: { start: number; end: number; actions: Action[] } | undefined;
    for (const action of this.actions) {
      if (this.isInBody(action.span)) continue;
      if (current === undefined || action.span.start >= current.end) {
        if (current !== undefined) lines.push(current);
        current = { start: this.lineStart(action.span.start), end: 0, actions: [] };
      }
      current.actions.push(action);
      if (action.span.end > current.end) current.end = this.lineEnd(action.span.end);
    }
    if (current !== undefined) lines.push(current);
    return lines;
  }

  private lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  private lineEnd(offset: number): number {
    const lineBreak = this.text.indexOf('\n', offset);
    return lineBreak < 0 ? this.text.length : lineBreak;
  }

  private maskLine(line: Line): void {
    const [first] = line.actions as readonly [Action];
    const before = this.text.slice(line.start, first.span.start);
    const rest = this.outside(line, first.span.end);
    if (before.trim() === '' && (rest === '' || rest.startsWith('#'))) {
      for (const action of line.actions) this.replace(action.span, ' ');
      this.addHoles(line, this.columnOf(first));
      return;
    }
    if (before.trimStart().startsWith('#')) {
      for (const action of line.actions) this.replace(action.span, STAND_IN, ' ');
      // A template's actions run in comments too; one that breaks the line writes outside the comment.
      this.addHoles(line, undefined, (action) => indentation(action) !== undefined);
      return;
    }
    if (before.trim() === '' && first.kind !== 'output') this.maskLedLine(line, rest);
    else this.maskContent(line);
  }

  /** The line's text outside its actions, from an offset on, without white space around it. */
  private outside(line: Line, from: number): string {
    let rest = '';
    let at = from;
    for (const { span } of line.actions) {
      if (span.start >= at) rest += this.text.slice(at, span.start);
      at = Math.max(at, span.end);
    }
    return (rest + this.text.slice(at, line.end)).trim();
  }

  /**
   * A line that begins with a part of a branch and goes on with text: what it shows stands at another column than it is written at,
   * so it is hidden, and whatever it belongs to may hold more than is seen.
   */
  private maskLedLine(line: Line, rest: string): void {
    const [first] = line.actions as readonly [Action];
    const hasRoom = /^[^\r\n]{3}/.test(this.text.slice(line.start, line.end));
    if (/^---(?:\s|$)/.test(rest) && hasRoom) {
      this.replaced.push({ span: { start: line.start, end: line.start + 3 }, with: '---' });
      this.replace({ start: line.start + 3, end: line.end }, ' ');
      return;
    }
    this.replace(line, ' ');
    this.holes.push({
      at: first.span.start,
      text: excerpt(this.text.slice(first.span.start, line.end)),
      column: this.columnOf(first),
      joins: first.trimsLeft,
    });
  }

  private columnOf({ span }: Action): number {
    return span.start - this.lineStart(span.start);
  }

  private addHoles(
    line: Line,
    column: number | undefined,
    isWanted: (action: Action) => boolean = () => true,
  ): void {
    for (const action of line.actions) {
      if (action.kind !== 'output' || !isWanted(action)) continue;
      const indent = indentation(action);
      this.holes.push({
        at: action.span.start,
        text: excerpt(this.text.slice(action.span.start, action.span.end)),
        column: holeColumn(indent, column),
        joins: action.trimsLeft && indent?.breaksLine !== true,
      });
    }
  }

  /** A line that begins with text, or with a value: its actions are values, or parts of one. */
  private maskContent(line: Line): void {
    let trailing = line.actions.length;
    // From the end: actions with nothing but white space, or a comment, behind them.
    while (trailing > 0) {
      const action = line.actions[trailing - 1] as Action;
      const next = line.actions[trailing]?.span.start ?? line.end;
      const between = this.text.slice(action.span.end, next).trim();
      if (between !== '' && !(next === line.end && between.startsWith('#'))) break;
      trailing--;
    }
    line.actions.forEach((action, index) => {
      const isTrailing = index >= trailing;
      const from = Math.max(line.start, action.span.start - BEFORE);
      const before = this.text.slice(from, action.span.start);
      const isBranchPart = action.kind !== 'output' && !this.inline.has(action);
      if (isTrailing && isBranchPart && (/[\s:]$/.test(before) || action.kind === 'silent')) {
        this.replace(action.span, ' ');
        return;
      }
      if (BLOCK_HEADER.test(before)) {
        this.replace(action.span, ' ');
        return;
      }
      const indent = action.kind === 'output' ? indentation(action) : undefined;
      if (isTrailing && indent !== undefined && /(?::|(?:^|\s)-)\s*$/.test(before)) {
        if (this.goesOn(line)) {
          this.replace(action.span, ' ');
          this.holes.push({
            at: action.span.start,
            text: excerpt(this.text.slice(action.span.start, action.span.end)),
            column: holeColumn(indent, undefined),
            joins: false,
          });
          return;
        }
        if (/[-:]$/.test(before)) {
          this.replace({ start: action.span.start, end: action.span.start + 1 }, ' ');
          this.replace({ start: action.span.start + 1, end: action.span.end }, STAND_IN, ' ');
          return;
        }
      }
      this.replace(action.span, STAND_IN, ' ');
      // What stands behind an action of several lines would be read as a line of its own.
      if (!isTrailing && this.text.slice(action.span.start, action.span.end).includes('\n')) {
        const next = line.actions[index + 1]?.span.start ?? this.lineEnd(action.span.end);
        this.replace({ start: action.span.end, end: next }, ' ');
      }
    });
  }

  /** True where the lines below belong to the same value: they stand further right than the line's key or dash. */
  private goesOn(line: Line): boolean {
    const lead = /^[ ]*((?:-\s+)*)/.exec(this.text.slice(line.start, line.start + MAX_LEAD)) ?? ['', ''];
    const isItem = this.text.startsWith('{{', line.start + lead[0].length);
    const keyColumn = isItem ? lead[0].trimEnd().length - 1 : lead[0].length;
    let at = line.end + 1;
    for (let looked = 0; at < this.text.length; looked++) {
      // Nobody writes that many actions in a row; what comes behind them may belong to anything.
      if (looked >= MAX_LOOK_AHEAD) return true;
      const end = this.lineEnd(at);
      const next = this.text.slice(at, end);
      const content = next.trimStart();
      if (content.trimEnd() !== '' && !/^(?:#|\{[{%#])/.test(content)) {
        const column = next.length - content.length;
        return column > keyColumn || (column === keyColumn && !isItem && /^-\s/.test(content));
      }
      at = end + 1;
    }
    return false;
  }

  /** Replaces a span; line breaks stay. With `below`, lines behind its first one are filled with that instead. */
  private replace({ start, end }: Span, fill: string, below = fill): void {
    if (end <= start) return;
    const lines = this.text.slice(start, end).split('\n');
    const written = lines.map((line, index) => {
      const filler = index === 0 ? fill : below;
      const isBroken = index < lines.length - 1 || this.text[end] === '\n';
      const carriageReturn = isBroken && line.endsWith('\r');
      return carriageReturn ? `${filler.repeat(line.length - 1)}\r` : filler.repeat(line.length);
    });
    this.replaced.push({ span: { start, end }, with: written.join('\n') });
  }

  private written(): string {
    this.replaced.sort((a, b) => a.span.start - b.span.start);
    const parts: string[] = [];
    let at = 0;
    for (const { span, with: replacement } of this.replaced) {
      if (span.end <= at) continue;
      // A body may begin on a line that is hidden as a whole, and go on below it.
      const from = Math.max(at, span.start);
      parts.push(this.text.slice(at, from), replacement.slice(from - span.start));
      at = span.end;
    }
    parts.push(this.text.slice(at));
    return parts.join('');
  }

  /**
   * A block scalar must not begin with white space further right than its first line (YAML 1.2.2, 8.1.1.1): there, hidden
   * actions become lines of the scalar.
   */
  private keepBlockScalars(masked: string): string {
    if (!masked.includes('|') && !masked.includes('>')) return masked;
    const lines = masked.split('\n');
    for (let index = 0; index < lines.length; index++) {
      const header = lines[index] as string;
      if (!BLOCK_HEADER.test(header.replace(/\s#[\s\S]*$/, '').trimEnd())) continue;
      // The content of `key: |` and of `- |` stands further right than the key, or the dash.
      const lead = /^ *(?:- +)*/.exec(header)?.[0] ?? '';
      const keyColumn = /^[|>]/.test(header.slice(lead.length)) ? lead.trimEnd().length - 1 : lead.length;
      let next = index + 1;
      while (next < lines.length && (lines[next] as string).trim() === '') next++;
      const content = lines[next];
      if (content === undefined) break;
      const column = content.length - content.trimStart().length;
      for (let blank = index + 1; column > keyColumn && blank < next; blank++) {
        const line = lines[blank] as string;
        const length = line.endsWith('\r') ? line.length - 1 : line.length;
        if (length <= column) continue;
        lines[blank] = ' '.repeat(column) + STAND_IN.repeat(length - column) + line.slice(length);
      }
      index = next - 1;
    }
    return lines.join('\n');
  }
}

/** Helm splits its output before any line of three dashes, a comment right behind them too (releaseutil.SplitManifests). */
function withSeparators(masked: string): string {
  return masked.includes('\n---#')
    ? masked.replace(/^---#.*$/gm, (line) => `---${' '.repeat(line.length - 3)}`)
    : masked;
}

interface OpenBranch {
  /** `body` is a definition's; `deep` is nested too deeply, or inside a definition, to be followed. */
  readonly kind: 'branch' | 'body' | 'deep';
  /** The action that opened the group. */
  readonly opener: Action;
  /** The `else` actions so far. */
  readonly earlier: readonly Action[];
  readonly start: number;
  readonly order: number;
  readonly parent: number;
  readonly condition: Condition;
}

/** How much of a line before an action can say what the action stands for. */
const BEFORE = 80;

const MAX_LEAD = 400;

const MAX_LOOK_AHEAD = 64;

/** Text that ends with the header of a block scalar. */
const BLOCK_HEADER = /(?:^|[\s:-])[|>][-+0-9]{0,2}\s*$/;

interface Indentation {
  /** Columns, or undefined where they are computed. */
  readonly by: number | undefined;
  /** True where the lines start on a line of their own (`nindent`). */
  readonly breaksLine: boolean;
}

/** How an output indents its lines: by the last function of its pipeline, or by its first word. */
function indentation({ content }: Action): Indentation | undefined {
  const last = content.slice(Math.max(content.lastIndexOf('|'), 0));
  const match = /(?:^|[|(]\s*)(n?)indent\s+(\(?[\w$.]+)/.exec(last);
  if (match === null) return undefined;
  const by = Number(match[2]);
  return { by: Number.isInteger(by) ? by : undefined, breaksLine: match[1] === 'n' };
}

function holeColumn(indent: Indentation | undefined, column: number | undefined): number | undefined {
  if (indent === undefined || indent.by === undefined) return undefined;
  if (indent.breaksLine) return indent.by;
  return column === 0 ? indent.by : undefined;
}

/** What holds in the branch that an action opens, as it reads behind "where". */
function conditionText({ word, content }: Action): string {
  if (word === 'range') return `${excerpt(rangeSource(content))} has items`;
  if (word === 'block') return `${excerpt(content)} is not overridden`;
  return holds(content);
}

function holds(condition: string): string {
  const plain = condition.replace(/^\$\w*\s*:?=\s*/, '');
  const negated = /^not\s+(\S+)$/.exec(plain);
  if (negated !== null) return `${excerpt(negated[1] ?? '')} is not set`;
  return /^[\w.$]+$/.test(plain) ? `${excerpt(plain)} is set` : `${excerpt(plain)} is true`;
}

function rangeSource(content: string): string {
  return content.replace(/^\$\w*\s*(?:,\s*\$\w*\s*)?:=\s*/, '');
}

/** What holds in a later branch of a group. */
function otherwiseText(action: Action, { opener, earlier }: OpenBranch): string {
  const next = /^(?:if|with)\s+(.*)$/s.exec(action.content);
  if (next !== null) return holds(next[1] ?? '');
  if (earlier.length > 0) return 'no other branch applies';
  if (opener.word === 'range') return `${excerpt(rangeSource(opener.content))} has no items`;
  const condition = opener.content.replace(/^\$\w*\s*:?=\s*/, '');
  const negated = /^not\s+(\S+)$/.exec(condition);
  if (negated !== null) return `${excerpt(negated[1] ?? '')} is set`;
  return /^[\w.$]+$/.test(condition)
    ? `${excerpt(condition)} is not set`
    : `${excerpt(condition)} is not true`;
}

function excerpt(text: string): string {
  const line = text.slice(0, 200).replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
