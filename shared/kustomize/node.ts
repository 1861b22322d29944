/** Nodes: the values that a kustomization puts together, each with the place in a file that it comes from. */
import { dereference, isNull, type MappingNode, type Path, type YamlNode } from '../yaml/tree.ts';

/** A document of a file, or a patch written inside a kustomization. */
export interface Source {
  /** Absolute path. */
  readonly file: string;
  /** Offset of the document in its file. */
  readonly documentStart: number;
  /** Set for a patch that stands as text in a kustomization: no path leads to what is in it. */
  readonly isInline: boolean;
  /** The offset in the file of an offset in the document. */
  offsetInFile(offset: number): number;
}

/** The source of a document that starts there in a file of its own. */
export function documentSource(file: string, documentStart: number): Source {
  return { file, documentStart, isInline: false, offsetInFile: (offset) => documentStart + offset };
}

/** Where something is written. Offsets count from the start of the file. */
export interface Origin {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  /** In the document. */
  readonly path: Path;
}

export type BuiltNode = BuiltMapping | BuiltSequence | BuiltScalar;

export interface BuiltMapping {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, BuiltEntry>;
  /** Absent for what a kustomization itself sets. */
  readonly from?: Origin;
}

export interface BuiltEntry {
  readonly value: BuiltNode;
  /** Where the key stands. */
  readonly keyFrom?: Origin;
}

export interface BuiltSequence {
  readonly kind: 'sequence';
  readonly items: readonly BuiltNode[];
  readonly from?: Origin;
}

export interface BuiltScalar {
  readonly kind: 'scalar';
  /** After unquoting; for plain scalars as written. */
  readonly text: string;
  readonly isPlain: boolean;
  readonly tag?: string;
  /** True where the value is decided by something that cannot be followed. */
  readonly isUnknown?: boolean;
  readonly from?: Origin;
}

/** More values than this in one document come from aliases that multiply, not from a person. */
const MAX_NODES = 500_000;
const MAX_DEPTH = 200;

/**
 * The value of a document's node, with aliases and merge keys put in place. Undefined where it cannot be known: an alias that
 * leads nowhere, a template, text that does not parse, or more than anyone writes.
 */
export function builtFrom(root: YamlNode | undefined, source: Source): BuiltNode | undefined {
  let count = 0;

  const originOf = (node: YamlNode, path: Path): Origin => ({
    source,
    start: source.offsetInFile(node.span.start),
    end: source.offsetInFile(node.span.end),
    path,
  });

  const convert = (written: YamlNode, path: Path, depth: number): BuiltNode | undefined => {
    const node = dereference(written);
    if (node === undefined || depth > MAX_DEPTH || ++count > MAX_NODES) return undefined;
    const from = originOf(written, path);
    switch (node.kind) {
      case 'scalar':
        return {
          kind: 'scalar',
          text: node.text,
          isPlain: node.style === 'plain',
          ...(node.tag === undefined ? {} : { tag: node.tag }),
          ...(node.unknown === undefined || node.unknown.reason === 'placeholder' ? {} : { isUnknown: true }),
          from,
        };
      case 'sequence': {
        if (node.open !== undefined || node.items.some(({ when }) => when !== undefined)) return undefined;
        const items: BuiltNode[] = [];
        for (const [index, { value }] of node.items.entries()) {
          const item = convert(value, [...path, index], depth + 1);
          if (item === undefined) return undefined;
          items.push(item);
        }
        return { kind: 'sequence', items, from };
      }
      case 'mapping': {
        const entries = new Map<string, BuiltEntry>();
        return addEntries(node, entries, path, depth) ? { kind: 'mapping', entries, from } : undefined;
      }
    }
  };

  /** A mapping's own keys go before merged ones, and of merged mappings the first. */
  const addEntries = (
    node: MappingNode,
    entries: Map<string, BuiltEntry>,
    path: Path,
    depth: number,
  ): boolean => {
    if (node.open !== undefined || depth > MAX_DEPTH) return false;
    const merged: YamlNode[] = [];
    for (const { key, keyNode, value, when } of node.entries) {
      if (when !== undefined || keyNode.kind !== 'scalar') return false;
      if (key === '<<' && keyNode.style === 'plain') {
        merged.push(value);
        continue;
      }
      const inner = convert(value, [...path, key], depth + 1);
      if (inner === undefined) return false;
      entries.set(key, { value: inner, keyFrom: originOf(keyNode, [...path, key]) });
    }
    for (const value of merged) {
      const target = dereference(value);
      const mappings =
        target?.kind === 'sequence' ? target.items.map((item) => dereference(item.value)) : [target];
      for (const mapping of mappings) {
        if (mapping?.kind !== 'mapping') return false;
        const under = new Map<string, BuiltEntry>();
        if (!addEntries(mapping, under, path, depth + 1)) return false;
        for (const [key, entry] of under) if (!entries.has(key)) entries.set(key, entry);
      }
    }
    return true;
  };

  return root === undefined ? undefined : convert(root, [], 0);
}

/** A scalar that is written nowhere. */
export function textNode(text: string, from?: Origin): BuiltScalar {
  return { kind: 'scalar', text, isPlain: false, ...(from === undefined ? {} : { from }) };
}

export function isNothing(node: BuiltNode | undefined): boolean {
  if (node === undefined) return true;
  if (node.kind !== 'scalar' || !node.isPlain || node.isUnknown === true) return false;
  return isNull({ ...node, style: 'plain', span: NOWHERE, start: 0 });
}

const NOWHERE = { start: 0, end: 0 };

/** The value under keys and indices, or undefined. */
export function at(node: BuiltNode | undefined, ...path: Path): BuiltNode | undefined {
  let current = node;
  for (const step of path) {
    if (current?.kind === 'mapping') current = current.entries.get(String(step))?.value;
    else if (current?.kind === 'sequence' && typeof step === 'number') current = current.items[step];
    else return undefined;
  }
  return current;
}

/** The text of a scalar that is known and not null. */
export function textIn(node: BuiltNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.isUnknown === true || isNothing(node)) return undefined;
  return node.text;
}

export function textAt(node: BuiltNode | undefined, ...path: Path): string | undefined {
  return textIn(at(node, ...path));
}

/** The items of a sequence; of anything else, none. */
export function itemsAt(node: BuiltNode | undefined, ...path: Path): readonly BuiltNode[] {
  const list = at(node, ...path);
  return list?.kind === 'sequence' ? list.items : [];
}

/** The keys and texts of a mapping of scalars. */
export function textsAt(node: BuiltNode | undefined, ...path: Path): ReadonlyMap<string, BuiltScalar> {
  const mapping = at(node, ...path);
  const texts = new Map<string, BuiltScalar>();
  if (mapping?.kind !== 'mapping') return texts;
  for (const [key, { value }] of mapping.entries) if (value.kind === 'scalar') texts.set(key, value);
  return texts;
}

/**
 * The mapping with a value set at keys; missing mappings on the way are made. The same mapping where something that is none
 * stands in the way.
 */
export function withValue(mapping: BuiltMapping, path: readonly string[], value: BuiltNode): BuiltMapping {
  const [key, ...rest] = path;
  if (key === undefined) return mapping;
  const entry = mapping.entries.get(key);
  if (rest.length === 0) return withEntry(mapping, key, { ...entry, value });
  const inner = isNothing(entry?.value) ? undefined : entry?.value;
  if (inner !== undefined && inner.kind !== 'mapping') return mapping;
  const below = inner ?? {
    kind: 'mapping',
    entries: new Map(),
    ...(mapping.from ? { from: mapping.from } : {}),
  };
  return withEntry(mapping, key, { ...entry, value: withValue(below, rest, value) });
}

export function withEntry(mapping: BuiltMapping, key: string, entry: BuiltEntry): BuiltMapping {
  return { ...mapping, entries: new Map([...mapping.entries, [key, entry]]) };
}

/** The node with every part of it replaced by what `change` gives for it, from the leaves up. */
export function rebuilt(
  node: BuiltNode,
  change: (node: BuiltNode, key: string | number) => BuiltNode,
): BuiltNode {
  const visit = (inner: BuiltNode, key: string | number): BuiltNode => {
    switch (inner.kind) {
      case 'scalar':
        return change(inner, key);
      case 'sequence': {
        const items = inner.items.map((item, index) => visit(item, index));
        const isSame = items.every((item, index) => item === inner.items[index]);
        return change(isSame ? inner : { ...inner, items }, key);
      }
      case 'mapping': {
        let isSame = true;
        const entries = new Map<string, BuiltEntry>();
        for (const [name, entry] of inner.entries) {
          const value = visit(entry.value, name);
          if (value !== entry.value) isSame = false;
          entries.set(name, { ...entry, value });
        }
        return change(isSame ? inner : { ...inner, entries }, key);
      }
    }
  };
  return visit(node, '');
}
