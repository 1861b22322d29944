/** Flow collections: entries and items between brackets, on one line or on many, in YAML, KYAML and JSON. */
import {
  type CollectionNode,
  type FlowPart,
  type FlowStyle,
  flowParts,
  flowStyle,
  indentOfLine,
} from './editFlowStyle.ts';
import {
  colonEnd,
  commentsWithin,
  firstLineWithComments,
  isFirstInLine,
  type Layout,
  lineKind,
  lineOf,
  propertiesEnd,
} from './editLayout.ts';
import { asWritten } from './editMove.ts';
import type { Patch } from './editPatch.ts';
import { placeEntries } from './editPlacement.ts';
import type { Change } from './editPlan.ts';
import type { Entry } from './tree.ts';
import { isSafePlain, quoted, writeScalar } from './writeScalar.ts';
import { isEmptyWritten, type Written, type WrittenEntry } from './writeYaml.ts';

/** Writes the changes at nodes that stand between brackets. The first reason why one cannot be written is kept. */
export class FlowEditor {
  reason: string | undefined;
  private readonly layout: Layout;
  private readonly patch: Patch;
  private readonly knownParts = new Map<CollectionNode, readonly FlowPart[]>();
  private readonly styles = new Map<CollectionNode, FlowStyle>();

  constructor(layout: Layout, patch: Patch) {
    this.layout = layout;
    this.patch = patch;
  }

  private refuse(reason: string): void {
    this.reason ??= reason;
  }

  /** A value in place of a scalar, of nothing or of an empty collection. */
  replace(change: Extract<Change, { kind: 'replace' }>): void {
    const { node, value } = change;
    const { layout, patch } = this;
    const place = layout.places.get(node);
    const holder = place?.parent;
    const depth = place?.depth ?? 0;
    const style = this.styleOf(holder ?? (node as CollectionNode));
    const indent = indentOfLine(layout, node.span.start);
    const text = this.write(value, indent, style, node.kind !== 'scalar' && holder === undefined);
    if (node.tag !== undefined) {
      this.refuse(`The tag ${node.tag} stands before the value.`);
      return;
    }
    if (commentsWithin(layout, node.span).length > 0) {
      this.refuse('A comment stands within the value.');
      return;
    }
    if (node.span.end > node.span.start) {
      patch.replace(node.span.start, node.span.end, text, depth);
      return;
    }
    const properties = propertiesEnd(layout, node);
    if (properties !== undefined) {
      patch.replace(properties, properties, ` ${text}`, depth);
      return;
    }
    if (holder?.kind !== 'mapping') {
      this.refuse(UNUSUAL);
      return;
    }
    const entry = holder.entries[place?.index ?? 0] as Entry;
    const colon = colonEnd(layout, entry);
    const at = colon ?? entry.keyNode.span.end;
    // `{a: , b}` has its space already, behind which the comma would be left alone.
    let behind = at;
    while (layout.text[behind] === ' ') behind++;
    const end = layout.text[behind] === ',' ? behind : at;
    patch.replace(at, end, `${colon === undefined ? ':' : ''} ${text}`, depth);
  }

  mapping(change: Extract<Change, { kind: 'mapping' }>): void {
    const { node, removed, added, order } = change;
    const survivors = node.entries.map((_, index) => index).filter((index) => !removed.has(index));
    this.edit(node, removed, survivors, placeEntries(node, survivors, added, order));
  }

  sequence(change: Extract<Change, { kind: 'sequence' }>): void {
    const { node, removed, added } = change;
    const survivors = node.items.map((_, index) => index).filter((index) => !removed.has(index));
    const slots = new Map<number, readonly Addition[]>();
    if (added.length > 0)
      slots.set(
        survivors.at(-1) ?? -1,
        added.map((value) => ({ value })),
      );
    this.edit(node, removed, survivors, slots);
  }

  private edit(
    node: CollectionNode,
    removed: ReadonlySet<number>,
    survivors: readonly number[],
    slots: ReadonlyMap<number, readonly Addition[]>,
  ): void {
    const parts = this.parts(node);
    if (parts === undefined) {
      this.refuse(UNUSUAL);
      return;
    }
    const style = this.styleOf(node);
    const depth = (this.layout.places.get(node)?.depth ?? 0) + 1;
    if (survivors.length === 0) {
      this.rewriteAll(node, slots.get(-1) ?? [], style, depth);
      return;
    }
    const lastSurvivor = survivors.at(-1) as number;
    for (const [slot, additions] of slots) {
      if (slot < 0) this.insertFirst(parts, additions, style, depth);
      else this.insertBehind(parts, slot, slot === lastSurvivor, additions, style, depth);
    }
    if (removed.size > 0) this.remove(parts, removed, lastSurvivor, slots.has(lastSurvivor), depth);
  }

  // Insertion

  private insertBehind(
    parts: readonly FlowPart[],
    index: number,
    isLast: boolean,
    additions: readonly Addition[],
    style: FlowStyle,
    depth: number,
  ): void {
    const { layout, patch } = this;
    const part = parts[index] as FlowPart;
    const hasTrailing = parts.at(-1)?.comma !== undefined;
    const behind = part.comma === undefined ? part.end : part.comma + 1;
    if (this.ownsLines(part, parts[index + 1])) {
      const indent = indentOfLine(layout, part.start);
      const line = lineOf(layout, behind);
      if (part.comma === undefined) patch.replace(part.end, part.end, ',', depth);
      const lines = additions.map((addition, i) => {
        const isFinal = isLast && i === additions.length - 1;
        return `${indent}${this.writeAddition(addition, indent, style)}${isFinal && !hasTrailing ? '' : ','}`;
      });
      const at = layout.lines.lineEnd(line);
      patch.replace(at, at, lines.map((each) => style.eol + each).join(''), depth);
      return;
    }
    const indent = indentOfLine(layout, part.end);
    const isTall = lineOf(layout, part.start) !== lineOf(layout, part.end);
    const local = { ...style, isTall };
    const texts = additions.map((addition) => this.writeAddition(addition, indent, local));
    if (part.comma !== undefined && index === parts.length - 1) {
      const at = part.comma + 1;
      patch.replace(at, at, texts.map((text) => `${lead(style)}${text},`).join(''), depth);
    } else patch.replace(part.end, part.end, texts.map((text) => style.comma + text).join(''), depth);
  }

  private insertFirst(
    parts: readonly FlowPart[],
    additions: readonly Addition[],
    style: FlowStyle,
    depth: number,
  ): void {
    const { layout, patch } = this;
    const part = parts[0] as FlowPart;
    const indent = indentOfLine(layout, part.start);
    const texts = additions.map((addition) => this.writeAddition(addition, indent, style));
    if (isFirstInLine(layout, part.start)) {
      const line = firstLineWithComments(layout, lineOf(layout, part.start)) - 1;
      const at = layout.lines.lineEnd(line);
      patch.replace(at, at, texts.map((text) => `${style.eol}${indent}${text},`).join(''), depth);
    } else patch.replace(part.start, part.start, texts.map((text) => text + style.comma).join(''), depth);
  }

  /** True where a part starts its line and nothing but a comment follows on the line where it ends. */
  private ownsLines(part: FlowPart, next: FlowPart | undefined): boolean {
    const { layout } = this;
    if (!isFirstInLine(layout, part.start)) return false;
    const behind = part.comma === undefined ? part.end : part.comma + 1;
    const line = lineOf(layout, behind);
    if (next !== undefined && lineOf(layout, next.start) === line) return false;
    const rest = layout.text.slice(behind, layout.lines.lineEnd(line)).trim();
    return rest === '' || rest.startsWith('#') || rest.startsWith('//');
  }

  // Removal

  private remove(
    parts: readonly FlowPart[],
    removed: ReadonlySet<number>,
    lastSurvivor: number,
    isFollowed: boolean,
    depth: number,
  ): void {
    const { layout, patch } = this;
    for (const index of removed) {
      const part = parts[index] as FlowPart;
      const next = parts[index + 1];
      if (this.ownsLines(part, next)) {
        const last = lineOf(layout, part.comma ?? part.end);
        for (let line = lineOf(layout, part.start); line <= last; line++) {
          if (lineKind(layout, line) !== 'comment') patch.deleteLine(line);
        }
        continue;
      }
      const span = { start: part.start, end: next?.start ?? part.end };
      if (index > lastSurvivor) {
        const previous = parts[index - 1] as FlowPart;
        const keepsComma = parts.at(-1)?.comma !== undefined;
        span.start = keepsComma ? (previous.comma as number) + 1 : previous.end;
        span.end = keepsComma ? (part.comma as number) + 1 : part.end;
      }
      if (commentsWithin(layout, span).length > 0) {
        this.refuse('A comment stands within what would be removed.');
        return;
      }
      patch.replace(span.start, span.end, '', depth);
    }
    // Without a comma behind the last part, the one behind what is last now has to go: JSON allows none.
    const survivor = parts[lastSurvivor] as FlowPart;
    const next = parts[lastSurvivor + 1];
    const endsInComma = parts.at(-1)?.comma !== undefined;
    if (
      next !== undefined &&
      !endsInComma &&
      !isFollowed &&
      survivor.comma !== undefined &&
      this.ownsLines(next, parts[lastSurvivor + 2])
    )
      patch.replace(survivor.comma, survivor.comma + 1, '', depth);
  }

  /** All parts go, or there are none: what is between the brackets is written anew. */
  private rewriteAll(
    node: CollectionNode,
    additions: readonly Addition[],
    style: FlowStyle,
    depth: number,
  ): void {
    const { layout, patch } = this;
    if (commentsWithin(layout, node.span).length > 0) {
      this.refuse('A comment stands within the brackets.');
      return;
    }
    const value: Written =
      node.kind === 'sequence'
        ? { kind: 'sequence', items: additions.map((addition) => addition.value) }
        : { kind: 'mapping', entries: additions as readonly WrittenEntry[] };
    const isTall =
      layout.lines.positionAt(node.span.start).line !== layout.lines.positionAt(node.span.end).line;
    const text = this.write(value, indentOfLine(layout, node.span.start), {
      ...style,
      isTall: isTall || style.isTall,
    });
    patch.replace(node.span.start, node.span.end, text, depth);
  }

  // Text

  private writeAddition(addition: Addition, indent: string, style: FlowStyle): string {
    if (addition.key === undefined) return this.write(addition.value, indent, style);
    return this.writeEntry(addition.key, addition.value, indent, style);
  }

  private writeEntry(key: string, value: Written, indent: string, style: FlowStyle): string {
    const isPlain = !style.quoteKeys && isSafePlain(key, true);
    const text = isPlain ? key : quoted(key, 'double');
    const colon = isPlain && style.colon === ':' ? ': ' : style.colon;
    return `${text}${colon}${this.write(value, indent, style)}`;
  }

  /** A value between brackets; `indent` is what the line starts with on which the value starts. */
  private write(value: Written, indent: string, style: FlowStyle, isRoot = false): string {
    switch (value.kind) {
      case 'raw':
        return value.text;
      case 'scalar':
        return writeScalar(value.value, {
          inFlow: true,
          quoting: style.quoteStrings ? 'double' : (value.quoting ?? this.layout.habits.quoting),
          always: style.quoteStrings || value.quoting !== undefined,
        });
      case 'moved': {
        const written = asWritten(this.layout, value.entry, true);
        if (written === undefined || written.kind === 'moved') {
          this.refuse('What moves cannot be written where it belongs without losing a comment.');
          return '';
        }
        return this.write(written, indent, style);
      }
      case 'mapping': {
        if (isEmptyWritten(value)) return '{}';
        if (style.isTall || isRoot) {
          const inner = indent + style.unit;
          return this.tall(
            '{',
            value.entries.map((entry) => this.writeEntry(entry.key, entry.value, inner, style)),
            '}',
            indent,
            style,
          );
        }
        const entries = value.entries.map((entry) => this.writeEntry(entry.key, entry.value, indent, style));
        return `{${style.braceSpace}${entries.join(style.comma)}${style.braceSpace}}`;
      }
      case 'sequence': {
        if (isEmptyWritten(value)) return '[]';
        const isSimple = value.items.every((item) => item.kind === 'scalar' || item.kind === 'raw');
        if (!style.isTall || (isSimple && style.inlineLists)) {
          const items = value.items.map((item) => this.write(item, indent, { ...style, isTall: false }));
          return `[${style.bracketSpace}${items.join(style.comma)}${style.bracketSpace}]`;
        }
        if (!isSimple && style.cuddled) {
          const items = value.items.map((item) => this.write(item, indent, style));
          return `[${items.join(style.comma)}]`;
        }
        const inner = indent + style.unit;
        return this.tall(
          '[',
          value.items.map((item) => this.write(item, inner, style)),
          ']',
          indent,
          style,
        );
      }
    }
  }

  private tall(
    open: string,
    texts: readonly string[],
    close: string,
    indent: string,
    style: FlowStyle,
  ): string {
    const { eol, unit } = style;
    const body = texts.map((text) => `${eol}${indent}${unit}${text}`).join(',');
    return `${open}${body}${style.trailingComma ? ',' : ''}${eol}${indent}${close}`;
  }

  private parts(node: CollectionNode): readonly FlowPart[] | undefined {
    const known = this.knownParts.get(node);
    if (known !== undefined) return known;
    const parts = flowParts(this.layout, node);
    if (parts !== undefined) this.knownParts.set(node, parts);
    return parts;
  }

  private styleOf(node: CollectionNode): FlowStyle {
    let style = this.styles.get(node);
    if (style === undefined) {
      style = flowStyle(this.layout, node, this.parts(node) ?? []);
      this.styles.set(node, style);
    }
    return style;
  }
}

const UNUSUAL = 'The text here is laid out in a way that cannot be edited safely.';

/** A new item, or a new entry where it has a key. */
interface Addition {
  readonly key?: string;
  readonly value: Written;
}

function lead(style: FlowStyle): string {
  return style.comma === ',' ? '' : ' ';
}
