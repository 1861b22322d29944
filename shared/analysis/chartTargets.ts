/** Targets: where a change to what a template writes has to be made, in the template or in a values file. */

import type { Chart } from '../helm/chart.ts';
import type { Origin } from '../helm/goValue.ts';
import { pieceAt, type Residual, type ValueStretch } from '../helm/residual.ts';
import type { Fix } from '../practices/practice.ts';
import type { Span } from '../text/span.ts';
import type { YamlOp } from '../yaml/operation.ts';
import type { Branch } from '../yaml/templates.ts';
import {
  dereference,
  type Entry,
  isNull,
  type Path,
  type YamlDocument,
  type YamlNode,
} from '../yaml/tree.ts';
import type { Finding, ValuesPlace } from './analyze.ts';
import { fixesOf } from './fixes.ts';

/** A place that may be changed: in the finding's own document, or in a values file. */
export type Target =
  | { readonly in: 'template'; readonly path: Path }
  | {
      readonly in: 'values';
      readonly file: string;
      readonly path: Path;
      /** A place that has to be true for the value to count. */
      readonly switch?: ValuesPlace;
    };

/** What a change is looked up in: one document that a template writes, and the document of the template that writes it. */
export interface TargetContext {
  readonly chart: Chart;
  readonly residual: Residual;
  readonly rendered: YamlDocument;
  /** Offset of the written document in what the template writes. */
  readonly renderedStart: number;
  readonly source: YamlDocument;
  /** Offset of the template's document in the template. */
  readonly sourceStart: number;
}

export interface TargetFinder {
  /** The fixes that can be made where the values and the template stand; those that cannot are left out. */
  translate(fixes: readonly Fix[]): readonly Fix[];
  /** The values place that answers a finding, where one does. */
  valuesOf(finding: Finding): ValuesPlace | undefined;
  /** A path of the written document as a path of the template's, as far as it can be told; else the path itself. */
  pathOf(path: Path): Path;
}

export function targetFinder(context: TargetContext): TargetFinder {
  const finder = new Finder(context);
  return {
    translate: (fixes) => fixes.flatMap((fix) => finder.fix(fix) ?? []),
    valuesOf: (finding) => finder.valuesOf(finding),
    pathOf: (path) => finder.templatePath(path) ?? path,
  };
}

class Finder {
  private readonly context: TargetContext;

  constructor(context: TargetContext) {
    this.context = context;
  }

  fix(fix: Fix): Fix | undefined {
    // A comment about an image belongs where the image is named, which a template seldom does.
    if (fix.leaves !== undefined) return undefined;
    const ops = this.ops(fix.ops);
    if (ops === undefined) return undefined;
    const switches = switchesIn(ops);
    const { consequences, elsewhere: _elsewhere, ...rest } = fix;
    const also = consequences === undefined ? undefined : this.ops(consequences);
    // Without the volumes that it is known to write to, the program would not run.
    if (fix.needsVolumes === true && also === undefined) return undefined;
    const own = ops.filter(({ target }) => target.in === 'template').map(({ op }) => op);
    const kept = also?.filter(({ target }) => target.in === 'template').map(({ op }) => op) ?? [];
    const elsewhere = byFile([...ops, ...(also ?? [])]);
    return {
      ...rest,
      ...(switches.length > 0
        ? {
            why: `${rest.why} The chart leaves it out unless ${switches.join(' and ')} is true, so that is set too.`,
          }
        : {}),
      ops: own,
      ...(kept.length > 0 ? { consequences: kept } : {}),
      ...(elsewhere.length > 0 ? { elsewhere } : {}),
    };
  }

  private ops(ops: readonly YamlOp[]): readonly Translated[] | undefined {
    const translated: Translated[] = [];
    for (const op of ops) {
      const one = this.op(op);
      if (one === undefined) return undefined;
      translated.push(...one);
    }
    return translated;
  }

  private op(op: YamlOp): readonly Translated[] | undefined {
    if (op.op === 'move') {
      const from = this.target(op.from);
      const to = this.target(op.to);
      if (from?.in !== 'template' || to?.in !== 'template') return undefined;
      return [{ target: from, op: { ...op, from: from.path, to: to.path } }];
    }
    const target = this.target(op.path);
    if (target === undefined) return undefined;
    const changed: Translated = { target, op: { ...op, path: target.path } };
    if (target.in === 'template' || target.switch === undefined) return [changed];
    const { file, path } = target.switch;
    return [
      { target: { in: 'values', file, path }, op: { op: 'set', path, value: true }, isSwitch: true },
      changed,
    ];
  }

  valuesOf(finding: Finding): ValuesPlace | undefined {
    for (const fix of fixesOf(finding)) {
      // What comes with a change stands before it: a request before its limit.
      for (const op of fix.ops.toReversed()) {
        const target = this.target(op.op === 'move' ? op.from : op.path);
        if (target?.in === 'values') return { file: target.file, path: target.path };
      }
    }
    const stretch = this.stretchOver(finding.span);
    return stretch === undefined ? undefined : { file: stretch.origin.file, path: stretch.origin.path };
  }

  /** Where a value at a path of the written document is decided. */
  private target(path: Path): Target | undefined {
    const { node, entry, depth } = this.walk(path);
    if (node === undefined) return undefined;
    const rest = path.slice(depth);
    const origin = this.originOf(node);
    if (origin !== undefined) return { in: 'values', file: origin.file, path: [...origin.path, ...rest] };
    if (rest.length > 0) {
      const decided = this.decidedBelow(path.slice(0, depth), rest);
      if (decided !== undefined) return decided;
    }
    const anchor = entry?.keyNode.span ?? firstSpan(node);
    if (anchor === undefined || !this.isLiteral(anchor)) return undefined;
    const own = this.templatePath(path.slice(0, depth));
    return own === undefined ? undefined : { in: 'template', path: [...own, ...rest] };
  }

  /** As far down a path of the written document as anything stands. */
  private walk(path: Path): {
    readonly node: YamlNode | undefined;
    readonly entry: Entry | undefined;
    readonly depth: number;
  } {
    let node: YamlNode | undefined = dereference(this.context.rendered.root);
    let entry: Entry | undefined;
    let depth = 0;
    for (const step of path) {
      const actual = dereference(node);
      if (actual?.kind === 'mapping') {
        const found = actual.entries.filter(({ key }) => key === step);
        const [only] = found;
        if (only === undefined) break;
        if (found.length > 1) return { node: undefined, entry: undefined, depth };
        entry = only;
        node = only.value;
      } else if (actual?.kind === 'sequence' && typeof step === 'number') {
        const item = actual.items[step];
        if (item === undefined) break;
        entry = undefined;
        node = item.value;
      } else {
        break;
      }
      depth++;
    }
    return { node, entry, depth };
  }

  /** The place in a values file that a value came from as a whole. */
  private originOf(node: YamlNode): Origin | undefined {
    const actual = dereference(node);
    switch (actual?.kind) {
      case undefined:
        return undefined;
      case 'scalar':
        return actual.text === '' ? undefined : this.stretchOver(actual.span)?.origin;
      case 'mapping': {
        if (actual.entries.length === 0) return this.stretchOver(actual.span)?.origin;
        return this.parentOrigin(actual.entries.map(({ keyNode }) => this.stretchOver(keyNode.span)?.origin));
      }
      case 'sequence': {
        if (actual.items.length === 0) return this.stretchOver(actual.span)?.origin;
        return this.parentOrigin(actual.items.map(({ value }) => this.originOf(value)));
      }
    }
  }

  /** The one place that holds all of these, leaving out those of the template itself. */
  private parentOrigin(origins: readonly (Origin | undefined)[]): Origin | undefined {
    let parent: Origin | undefined;
    for (const origin of origins) {
      if (origin === undefined) continue;
      if (origin.path.length === 0) return undefined;
      const above = { file: origin.file, path: origin.path.slice(0, -1) };
      if (parent !== undefined && !isSame(parent, above)) return undefined;
      parent = above;
    }
    return parent;
  }

  /**
   * Where something that is not written is decided: a key of the template whose whole value an action writes, in a branch that is
   * not taken for want of a value.
   */
  private decidedBelow(existing: Path, rest: Path): Target | undefined {
    const [key, ...below] = rest;
    const own = this.templatePath(existing);
    const mapping = own === undefined ? undefined : nodeAt(this.context.source.root, own);
    if (mapping?.kind !== 'mapping' || key === undefined) return undefined;
    const index = mapping.entries.findIndex((entry) => entry.key === key);
    const entry = mapping.entries[index];
    if (entry === undefined || entry.value.kind !== 'scalar' || entry.value.unknown === undefined)
      return undefined;
    const { sourceStart, source } = this.context;
    const end = mapping.entries[index + 1]?.keyNode.start ?? source.text.length;
    const origin = this.soleOrigin({
      start: entry.keyNode.span.end + sourceStart,
      end: Math.min(end, endOfBranch(source, entry)) + sourceStart,
    });
    if (origin === undefined) return undefined;
    const off = this.switchOf(entry);
    return {
      in: 'values',
      file: origin.file,
      path: [...origin.path, ...below],
      ...(off === undefined ? {} : { switch: off }),
    };
  }

  /** The plain `false` in a values file that keeps an entry's branch from being taken. */
  private switchOf(entry: Entry): ValuesPlace | undefined {
    const { source, sourceStart, residual } = this.context;
    const start = branchOf(source, entry)?.start;
    const opener = source.template?.actions.find(({ end }) => end === start);
    if (opener === undefined) return undefined;
    const off = residual.branches.get(opener.start + sourceStart)?.switch;
    return off === undefined || off.file === '' ? undefined : off;
  }

  /** The place of the one action in a stretch of the template that writes a value of one place. */
  private soleOrigin({ start, end }: Span): Origin | undefined {
    let sole: Origin | undefined;
    for (const action of this.context.source.template?.actions ?? []) {
      const at = action.start + this.context.sourceStart;
      if (at < start || at >= end) continue;
      const origin = this.context.residual.origins.get(at);
      if (origin === undefined || origin.file === '') continue;
      if (sole !== undefined && !isSame(sole, origin)) return undefined;
      sole = origin;
    }
    return sole;
  }

  /** A path of the written document in the template's own tree; undefined where the template does not show it. */
  templatePath(path: Path): Path | undefined {
    const { node, entry, depth } = this.walk(path);
    if (node === undefined || depth < path.length) return undefined;
    if (path.length === 0) return [];
    const anchor = entry?.keyNode.span ?? firstSpan(node);
    const offset = anchor === undefined ? undefined : this.sourceOffset(anchor.start);
    if (offset === undefined) return undefined;
    const found = pathAt(this.context.source.root, offset - this.context.sourceStart);
    if (found === undefined) return undefined;
    // An item is found by its first key, one step further down.
    return entry === undefined && found.length > 0 && typeof found.at(-1) === 'string'
      ? found.slice(0, -1)
      : found;
  }

  private isLiteral({ start }: Span): boolean {
    return pieceAt(this.context.residual, start + this.context.renderedStart)?.piece.isLiteral === true;
  }

  /** The offset in the template of a character that stands there as it is. */
  private sourceOffset(offset: number): number | undefined {
    const at = pieceAt(this.context.residual, offset + this.context.renderedStart);
    if (at === undefined || !at.piece.isLiteral) return undefined;
    return at.piece.from.start + offset + this.context.renderedStart - at.start;
  }

  /** The stretch of a values file's text that a span begins in. */
  private stretchOver({ start }: Span): ValueStretch | undefined {
    const { values } = this.context.residual;
    const at = start + this.context.renderedStart;
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[middle] as ValueStretch).end <= at) low = middle + 1;
      else high = middle;
    }
    const stretch = values[low];
    return stretch !== undefined && stretch.start <= at ? stretch : undefined;
  }
}

interface Translated {
  readonly target: Target;
  readonly op: YamlOp;
  readonly isSwitch?: boolean;
}

function byFile(translated: readonly Translated[]): NonNullable<Fix['elsewhere']> {
  const files = new Map<string, YamlOp[]>();
  for (const { target, op } of translated) {
    if (target.in !== 'values') continue;
    const ops = files.get(target.file);
    if (ops === undefined) files.set(target.file, [op]);
    else ops.push(op);
  }
  return [...files].map(([file, ops]) => ({ file, ops }));
}

function isSame(a: Origin, b: Origin): boolean {
  return (
    a.file === b.file && a.path.length === b.path.length && a.path.every((step, i) => step === b.path[i])
  );
}

/** Where a node begins that has no key of its own. */
function firstSpan(node: YamlNode): Span | undefined {
  const actual = dereference(node);
  if (actual === undefined || isNull(actual)) return undefined;
  if (actual.kind === 'mapping') return actual.entries[0]?.keyNode.span ?? actual.span;
  return actual.span;
}

function nodeAt(root: YamlNode | undefined, path: Path): YamlNode | undefined {
  let node: YamlNode | undefined = root;
  for (const step of path) {
    const actual = dereference(node);
    if (actual?.kind === 'mapping') {
      const found = actual.entries.filter(({ key }) => key === step);
      if (found.length !== 1) return undefined;
      node = found[0]?.value;
    } else if (actual?.kind === 'sequence' && typeof step === 'number') {
      node = actual.items[step]?.value;
    } else {
      return undefined;
    }
  }
  return dereference(node);
}

/** The path of the entry whose key, or of the item whose text, holds an offset. */
function pathAt(root: YamlNode | undefined, offset: number): Path | undefined {
  const path: (string | number)[] = [];
  let node = root;
  for (;;) {
    if (node === undefined) return undefined;
    if (node.kind === 'mapping') {
      const entry = node.entries.findLast(({ keyNode }) => keyNode.start <= offset);
      if (entry === undefined) return undefined;
      path.push(entry.key);
      if (offset < entry.keyNode.span.end) return path;
      node = entry.value;
    } else if (node.kind === 'sequence') {
      const index = node.items.findLastIndex(({ value }) => value.start <= offset);
      const item = node.items[index];
      if (item === undefined) return undefined;
      path.push(index);
      node = item.value;
    } else {
      return offset < node.span.end && offset >= node.start ? path : undefined;
    }
  }
}

/** Where the branch ends in which an entry alone stands; the document's end for an entry without a condition. */
function endOfBranch(source: YamlDocument, entry: Entry): number {
  return branchOf(source, entry)?.end ?? source.text.length;
}

function branchOf(source: YamlDocument, { keyNode, when }: Entry): Branch | undefined {
  if (when === undefined) return undefined;
  return source.template?.branches.find(
    ({ condition, start, end }) =>
      condition.group === when.group &&
      condition.branch === when.branch &&
      start <= keyNode.start &&
      keyNode.start < end,
  );
}

/** Places that fixes set to true, in words. */
function switchesIn(translated: readonly Translated[]): readonly string[] {
  const places = translated.flatMap(({ isSwitch, op }) =>
    isSwitch === true && op.op === 'set' ? [`.Values.${op.path.join('.')}`] : [],
  );
  return [...new Set(places)];
}
