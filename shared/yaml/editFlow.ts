/** Flow collections: entries and items between brackets, on one line or on many, in YAML, KYAML and JSON. */
import {
  colonEnd,
  commentsWithin,
  firstLineWithComments,
  indentationAt,
  isBreakOrSpace,
  isFirstInLine,
  isSpace,
  type Layout,
  lineBreakAfter,
  lineKind,
  lineOf,
  propertiesEnd,
} from './editLayout.ts';
import { asWritten } from './editMove.ts';
import type { Patch } from './editPatch.ts';
import type { Change } from './editPlan.ts';
import type { Entry, MappingNode, SequenceNode, YamlNode } from './tree.ts';
import { isSafePlain, quoted, writeScalar } from './writeScalar.ts';
import { isEmptyWritten, type Written, type WrittenEntry } from './writeYaml.ts';

/** An entry or item between brackets, as a stretch of text. */
interface Part {
  readonly start: number;
  readonly end: number;
  /** Where the comma behind it stands. */
  readonly comma: number | undefined;
  readonly value: YamlNode;
}

interface FlowStyle {
  readonly quoteKeys: boolean;
  readonly quoteStrings: boolean;
  readonly colon: string;
  readonly comma: string;
  readonly braceSpace: string;
  readonly bracketSpace: string;
  /** Nested collections take a line for each entry. */
  readonly isTall: boolean;
  readonly inlineLists: boolean;
  readonly cuddled: boolean;
  readonly trailingComma: boolean;
  readonly unit: string;
  readonly eol: string;
}

/** Writes the changes at nodes that stand between brackets. The first reason why one cannot be written is kept. */
export class FlowEditor {
  reason: string | undefined;
  private readonly layout: Layout;
  private readonly patch: Patch;

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
    const style = this.styleOf(holder ?? (node as MappingNode | SequenceNode));
    const indent = this.lineIndent(node.span.start);
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
    patch.replace(at, at, `${colon === undefined ? ':' : ''} ${text}`, depth);
  }

  mapping(change: Extract<Change, { kind: 'mapping' }>): void {
    const { node, removed, added, order } = change;
    const survivors = node.entries.map((_, index) => index).filter((index) => !removed.has(index));
    const slots = new Map<number, WrittenEntry[]>();
    for (const entry of added) {
      const slot = slotFor(node, survivors, entry.key, order);
      const known = slots.get(slot);
      if (known === undefined) slots.set(slot, [entry]);
      else known.push(entry);
    }
    const written = new Map<number, readonly Addition[]>();
    for (const [slot, entries] of slots) written.set(slot, entries);
    this.edit(node, removed, survivors, written);
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
    node: MappingNode | SequenceNode,
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
    parts: readonly Part[],
    index: number,
    isLast: boolean,
    additions: readonly Addition[],
    style: FlowStyle,
    depth: number,
  ): void {
    const { layout, patch } = this;
    const part = parts[index] as Part;
    const hasTrailing = parts.at(-1)?.comma !== undefined;
    const behind = part.comma === undefined ? part.end : part.comma + 1;
    if (this.ownsLines(part, parts[index + 1])) {
      const indent = this.lineIndent(part.start);
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
    const indent = this.lineIndent(part.end);
    const isTall = style.isTall || lineOf(layout, part.start) !== lineOf(layout, part.end);
    const local = { ...style, isTall };
    const texts = additions.map((addition) => this.writeAddition(addition, indent, local));
    if (part.comma !== undefined && index === parts.length - 1) {
      const at = part.comma + 1;
      patch.replace(at, at, texts.map((text) => `${lead(style)}${text},`).join(''), depth);
    } else patch.replace(part.end, part.end, texts.map((text) => style.comma + text).join(''), depth);
  }

  private insertFirst(
    parts: readonly Part[],
    additions: readonly Addition[],
    style: FlowStyle,
    depth: number,
  ): void {
    const { layout, patch } = this;
    const part = parts[0] as Part;
    const indent = this.lineIndent(part.start);
    const texts = additions.map((addition) => this.writeAddition(addition, indent, style));
    if (isFirstInLine(layout, part.start)) {
      const line = firstLineWithComments(layout, lineOf(layout, part.start)) - 1;
      const at = layout.lines.lineEnd(line);
      patch.replace(at, at, texts.map((text) => `${style.eol}${indent}${text},`).join(''), depth);
    } else patch.replace(part.start, part.start, texts.map((text) => text + style.comma).join(''), depth);
  }

  /** True where a part starts its line and nothing but a comment follows on the line where it ends. */
  private ownsLines(part: Part, next: Part | undefined): boolean {
    const { layout } = this;
    if (!isFirstInLine(layout, part.start)) return false;
    const behind = part.comma === undefined ? part.end : part.comma + 1;
    const line = lineOf(layout, behind);
    if (next !== undefined && lineOf(layout, next.start) === line) return false;
    const rest = layout.text.slice(behind, layout.lines.lineEnd(line)).trim();
    return rest === '' || rest.startsWith('#');
  }

  // Removal

  private remove(
    parts: readonly Part[],
    removed: ReadonlySet<number>,
    lastSurvivor: number,
    isFollowed: boolean,
    depth: number,
  ): void {
    const { layout, patch } = this;
    for (const index of removed) {
      const part = parts[index] as Part;
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
        const previous = parts[index - 1] as Part;
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
    const survivor = parts[lastSurvivor] as Part;
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
    node: MappingNode | SequenceNode,
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
    const text = this.write(value, this.lineIndent(node.span.start), {
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

  private lineIndent(offset: number): string {
    return indentationAt(this.layout.text, this.layout.lines.lineStart(lineOf(this.layout, offset)));
  }

  /** How things are written between these brackets: as next to it, or else as in the document as a whole. */
  private styleOf(node: MappingNode | SequenceNode): FlowStyle {
    const { layout } = this;
    const { habits, text } = layout;
    const near = this.nearestMapping(node);
    const quotedKeys =
      near === undefined
        ? habits.dialect === 'json'
        : near.entries.every(({ keyNode }) => keyNode.kind === 'scalar' && keyNode.style === 'double');
    const isJson = habits.dialect === 'json' || (quotedKeys && near !== undefined && isJsonLike(near));
    const parts = this.parts(node) ?? [];
    const [first, second] = parts;
    const openLine = lineOf(layout, node.span.start);
    const isTallItself = first !== undefined && lineOf(layout, first.start) !== openLine;
    const strings = stringsIn(node).filter(({ style }) => style !== 'literal' && style !== 'folded');
    const nested = collectionsIn(node);
    const isTall =
      nested.length > 0
        ? nested.some(({ span }) => lineOf(layout, span.start) !== lineOf(layout, span.end))
        : habits.dialect !== 'yaml' && lineOf(layout, node.span.start) !== lineOf(layout, node.span.end);
    const comma =
      first?.comma !== undefined && second !== undefined && !isBreakOrSpace(text.charCodeAt(first.comma + 1))
        ? ','
        : ', ';
    const braceSpace =
      near !== undefined && lineOf(layout, near.span.start) === lineOf(layout, near.span.end)
        ? isSpace(text.charCodeAt(near.span.start + 1))
        : habits.braceSpace;
    const bracketSpace =
      node.kind === 'sequence' && first !== undefined && !isTallItself
        ? isSpace(text.charCodeAt(node.span.start + 1))
        : habits.bracketSpace;
    const outer = this.lineIndent(node.span.start);
    const inner = first === undefined ? '' : this.lineIndent(first.start);
    const isNestedUnit = isTallItself && inner.startsWith(outer) && inner.length > outer.length;
    return {
      quoteKeys: quotedKeys,
      quoteStrings:
        isJson ||
        habits.dialect === 'kyaml' ||
        (strings.length > 0 && strings.every(({ style }) => style === 'double')),
      colon: near === undefined ? (comma === ',' && isJson ? ':' : ': ') : this.colonOf(near),
      comma,
      braceSpace: braceSpace ? ' ' : '',
      bracketSpace: bracketSpace ? ' ' : '',
      isTall,
      inlineLists: habits.inlineLists,
      cuddled: habits.cuddled,
      trailingComma:
        !isJson && (parts.length === 0 ? habits.dialect === 'kyaml' : parts.at(-1)?.comma !== undefined),
      unit: isNestedUnit ? inner.slice(outer.length) : habits.flowUnit,
      eol: lineBreakAfter(layout, openLine),
    };
  }

  /** The node itself, or the next flow mapping above it, that has entries to take after. */
  private nearestMapping(node: MappingNode | SequenceNode): MappingNode | undefined {
    let current: MappingNode | SequenceNode | undefined = node;
    while (current !== undefined && current.style === 'flow') {
      if (current.kind === 'mapping' && current.entries.length > 0) return current;
      current = this.layout.places.get(current)?.parent;
    }
    return undefined;
  }

  private colonOf(node: MappingNode): string {
    for (const entry of node.entries) {
      const end = colonEnd(this.layout, entry);
      if (end === undefined || entry.value.span.start === entry.value.span.end) continue;
      return isBreakOrSpace(this.layout.text.charCodeAt(end)) ? ': ' : ':';
    }
    return ': ';
  }

  /** The parts between the brackets; undefined where there is more between them than keys, values and commas. */
  private parts(node: MappingNode | SequenceNode): readonly Part[] | undefined {
    const { text } = this.layout;
    const [open, close] = node.kind === 'mapping' ? ['{', '}'] : ['[', ']'];
    if (text[node.span.start] !== open || text[node.span.end - 1] !== close) return undefined;
    const parts: Part[] = [];
    let at = this.skipBlank(node.span.start + 1);
    const count = node.kind === 'mapping' ? node.entries.length : node.items.length;
    for (let index = 0; index < count; index++) {
      const entry = node.kind === 'mapping' ? node.entries[index] : undefined;
      const value = entry?.value ?? (node.kind === 'sequence' ? node.items[index]?.value : undefined);
      if (value === undefined) return undefined;
      const start = entry === undefined ? value.start : entry.keyNode.start;
      if (start !== at) return undefined;
      const key = entry === undefined ? start : (colonEnd(this.layout, entry) ?? entry.keyNode.span.end);
      const end = value.span.end > value.span.start || value.anchor !== undefined ? value.span.end : key;
      at = this.skipBlank(end);
      const comma = text[at] === ',' ? at : undefined;
      if (comma !== undefined) at = this.skipBlank(comma + 1);
      else if (index < count - 1) return undefined;
      parts.push({ start, end, comma, value });
    }
    return at === node.span.end - 1 ? parts : undefined;
  }

  private skipBlank(from: number): number {
    const { text, lines, commentStarts } = this.layout;
    let at = from;
    while (at < text.length) {
      if (isBreakOrSpace(text.charCodeAt(at))) at++;
      else if (commentStarts.has(at)) at = lines.lineEnd(lineOf(this.layout, at));
      else break;
    }
    return at;
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

/** Index of the entry that a new key goes behind; `-1` for before the first. */
function slotFor(
  node: MappingNode,
  survivors: readonly number[],
  key: string,
  order: readonly string[] | undefined,
): number {
  const end = survivors.at(-1) ?? -1;
  const rank = order?.indexOf(key) ?? -1;
  if (order === undefined || rank < 0) return end;
  const indexOf = new Map(survivors.map((index) => [(node.entries[index] as Entry).key, index]));
  for (let before = rank - 1; before >= 0; before--) {
    const index = indexOf.get(order[before] as string);
    if (index !== undefined) return index;
  }
  for (let behind = rank + 1; behind < order.length; behind++) {
    const index = indexOf.get(order[behind] as string);
    if (index !== undefined) return survivors[survivors.indexOf(index) - 1] ?? -1;
  }
  return end;
}

/** True for a mapping that JSON would allow as far as its keys and strings go. */
function isJsonLike(node: MappingNode): boolean {
  return stringsIn(node).every(({ style }) => style === 'double');
}

function stringsIn(node: MappingNode | SequenceNode): { readonly style: string }[] {
  const values = node.kind === 'mapping' ? node.entries : node.items;
  return values
    .map(({ value }) => value)
    .filter((value) => value.kind === 'scalar')
    .filter((value) => value.style !== 'plain' || typeof plainString(value.text) === 'string');
}

function plainString(text: string): string | undefined {
  return isSafePlain(text, false) ? text : undefined;
}

function collectionsIn(node: MappingNode | SequenceNode): (MappingNode | SequenceNode)[] {
  const values = node.kind === 'mapping' ? node.entries : node.items;
  return values
    .map(({ value }) => value)
    .filter((value) => value.kind === 'mapping' || value.kind === 'sequence')
    .filter((value) => (value.kind === 'mapping' ? value.entries.length : value.items.length) > 0);
}
