/** The habits of flow collections: what stands between two brackets, and how a neighbor would write more of it. */
import {
  colonEnd,
  indentationAt,
  isBreakOrSpace,
  isSpace,
  type Layout,
  lineBreakAfter,
  lineOf,
  skipBlank,
} from './editLayout.ts';
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from './tree.ts';
import { isSafePlain } from './writeScalar.ts';

export type CollectionNode = MappingNode | SequenceNode;

/** An entry or item between brackets, as a stretch of text. */
export interface FlowPart {
  readonly start: number;
  readonly end: number;
  /** Where the comma behind it stands. */
  readonly comma: number | undefined;
}

export interface FlowStyle {
  readonly quoteKeys: boolean;
  readonly quoteStrings: boolean;
  readonly colon: string;
  readonly comma: string;
  readonly braceSpace: string;
  readonly bracketSpace: string;
  /** New collections take a line for each entry. */
  readonly isTall: boolean;
  /** Lists of scalars stand on one line all the same. */
  readonly inlineLists: boolean;
  /** A list of mappings opens with `[{`. */
  readonly cuddled: boolean;
  readonly trailingComma: boolean;
  readonly unit: string;
  readonly eol: string;
}

/** The parts between the brackets; undefined where there is more between them than keys, values and commas. */
export function flowParts(layout: Layout, node: CollectionNode): readonly FlowPart[] | undefined {
  const { text } = layout;
  const [open, close] = node.kind === 'mapping' ? ['{', '}'] : ['[', ']'];
  if (text[node.span.start] !== open || text[node.span.end - 1] !== close) return undefined;
  const parts: FlowPart[] = [];
  let at = skipBlank(layout, node.span.start + 1);
  const values = node.kind === 'mapping' ? node.entries : node.items;
  for (const [index, { value }] of values.entries()) {
    const entry = node.kind === 'mapping' ? node.entries[index] : undefined;
    const start = entry === undefined ? value.start : entry.keyNode.start;
    if (start !== at) return undefined;
    const key = entry === undefined ? start : (colonEnd(layout, entry) ?? entry.keyNode.span.end);
    const isWritten =
      value.span.end > value.span.start || value.anchor !== undefined || value.tag !== undefined;
    const end = isWritten ? value.span.end : key;
    at = skipBlank(layout, end);
    const comma = text[at] === ',' ? at : undefined;
    if (comma !== undefined) at = skipBlank(layout, comma + 1);
    else if (index < values.length - 1) return undefined;
    parts.push({ start, end, comma });
  }
  return at === node.span.end - 1 ? parts : undefined;
}

/** How things are written between these brackets: as next to it, or else as in the document as a whole. */
export function flowStyle(layout: Layout, node: CollectionNode, parts: readonly FlowPart[]): FlowStyle {
  const { habits, text } = layout;
  const mapping = nearestMapping(layout, node);
  const quoteKeys = mapping === undefined ? habits.dialect === 'json' : hasQuotedKeys(mapping);
  const isJson =
    habits.dialect === 'json' || (quoteKeys && mapping !== undefined && hasQuotedStrings(mapping));
  const strings = stringsIn(node);
  const colon = mapping === undefined ? habits.colon : (colonOf(layout, mapping) ?? habits.colon);
  const [first] = parts;
  const isTallItself = first !== undefined && lineOf(layout, first.start) !== lineOf(layout, node.span.start);
  const outer = indentOfLine(layout, node.span.start);
  const inner = first === undefined ? '' : indentOfLine(layout, first.start);
  const hasOwnUnit = isTallItself && inner.startsWith(outer) && inner.length > outer.length;
  const example = tallExample(layout, node);
  const innerMappings = collectionsIn(node).filter(({ kind }) => kind === 'mapping');
  const opensSpaced = (collection: CollectionNode | undefined): boolean | undefined =>
    collection === undefined || isSpread(layout, collection)
      ? undefined
      : isSpace(text.charCodeAt(collection.span.start + 1));
  const list = node.kind === 'sequence' && first !== undefined ? node : undefined;
  return {
    quoteKeys,
    quoteStrings:
      isJson ||
      habits.dialect === 'kyaml' ||
      (strings.length > 0 && strings.every(({ style }) => style === 'double')),
    colon,
    comma: commaOf(layout, parts) ?? (colon === ':' ? ',' : ', '),
    braceSpace: (opensSpaced(mapping) ?? habits.braceSpace) ? ' ' : '',
    bracketSpace: (opensSpaced(list) ?? habits.bracketSpace) ? ' ' : '',
    isTall:
      innerMappings.length > 0
        ? innerMappings.some((each) => isSpread(layout, each))
        : habits.dialect !== 'yaml' && isSpread(layout, mapping ?? node),
    inlineLists: habits.inlineLists,
    cuddled: habits.cuddled,
    trailingComma:
      !isJson && (example === undefined ? habits.dialect === 'kyaml' : endsInComma(layout, example)),
    unit: hasOwnUnit ? inner.slice(outer.length) : habits.flowUnit,
    eol: lineBreakAfter(layout, lineOf(layout, node.span.start)),
  };
}

/** The white space that the line of an offset starts with. */
export function indentOfLine(layout: Layout, offset: number): string {
  return indentationAt(layout.text, layout.lines.lineStart(lineOf(layout, offset)));
}

function isSpread(layout: Layout, { span }: YamlNode): boolean {
  return lineOf(layout, span.start) !== lineOf(layout, span.end);
}

/** The node itself, or the next flow mapping above it, that has entries to take after. */
function nearestMapping(layout: Layout, node: CollectionNode): MappingNode | undefined {
  let current: CollectionNode | undefined = node;
  while (current !== undefined && current.style === 'flow') {
    if (current.kind === 'mapping' && current.entries.length > 0) return current;
    current = layout.places.get(current)?.parent;
  }
  return undefined;
}

/** A collection that gives each entry a line: the node, one in it, or one around it. */
function tallExample(layout: Layout, node: CollectionNode): CollectionNode | undefined {
  const isTall = (each: CollectionNode): boolean => {
    const first = each.kind === 'mapping' ? each.entries[0]?.keyNode : each.items[0]?.value;
    return first !== undefined && lineOf(layout, first.start) !== lineOf(layout, each.span.start);
  };
  if (isTall(node)) return node;
  const inside = collectionsIn(node).find(isTall);
  if (inside !== undefined) return inside;
  let current = layout.places.get(node)?.parent;
  while (current !== undefined && current.style === 'flow') {
    if (isTall(current)) return current;
    current = layout.places.get(current)?.parent;
  }
  return undefined;
}

function endsInComma(layout: Layout, node: CollectionNode): boolean {
  const values = node.kind === 'mapping' ? node.entries : node.items;
  const last = values.at(-1)?.value;
  return last !== undefined && layout.text[skipBlank(layout, last.span.end)] === ',';
}

function colonOf(layout: Layout, node: MappingNode): string | undefined {
  for (const entry of node.entries) {
    const end = colonEnd(layout, entry);
    if (end === undefined || entry.value.span.start === entry.value.span.end) continue;
    return isBreakOrSpace(layout.text.charCodeAt(end)) ? ': ' : ':';
  }
  return undefined;
}

function commaOf(layout: Layout, parts: readonly FlowPart[]): string | undefined {
  const [first, second] = parts;
  if (first?.comma === undefined || second === undefined) return undefined;
  return isBreakOrSpace(layout.text.charCodeAt(first.comma + 1)) ? ', ' : ',';
}

function hasQuotedKeys(node: MappingNode): boolean {
  return node.entries.every(({ keyNode }) => keyNode.kind === 'scalar' && keyNode.style === 'double');
}

function hasQuotedStrings(node: MappingNode): boolean {
  return stringsIn(node).every(({ style }) => style === 'double');
}

function stringsIn(node: CollectionNode): readonly ScalarNode[] {
  const values = node.kind === 'mapping' ? node.entries : node.items;
  return values
    .map(({ value }) => value)
    .filter((value) => value.kind === 'scalar')
    .filter((value) => value.style !== 'plain' || isSafePlain(value.text, false));
}

function collectionsIn(node: CollectionNode): readonly CollectionNode[] {
  const values = node.kind === 'mapping' ? node.entries : node.items;
  return values
    .map(({ value }) => value)
    .filter((value) => value.kind === 'mapping' || value.kind === 'sequence')
    .filter((value) => (value.kind === 'mapping' ? value.entries.length : value.items.length) > 0);
}
