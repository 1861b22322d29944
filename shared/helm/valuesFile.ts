/** Values files: YAML as the values that Helm hands to a template, each with its place in the file. */
import { isBooleanWord, numberOf } from '../kubernetes/scalars.ts';
import { parseYaml } from '../yaml/parse.ts';
import {
  dereference,
  isNull,
  type MappingNode,
  type Path,
  type ScalarNode,
  type YamlNode,
} from '../yaml/tree.ts';
import {
  boolean,
  type DictValue,
  dict,
  float,
  MAX_DEPTH,
  marked,
  NIL,
  type Origin,
  string,
  UNKNOWN,
  type Value,
} from './goValue.ts';

/**
 * The values in a values file; undefined where it is not whole YAML, or no mapping. An empty file has no values. `file` is its
 * path from the chart's root.
 */
export function readValues(text: string, file: string): DictValue | undefined {
  const document = parseYaml(text);
  if (document.problems.length > 0) return undefined;
  if (document.root === undefined || isNull(document.root)) return { ...dict(), origin: { file, path: [] } };
  const value = new Reader(file).value(document.root, [], 0);
  return value.kind === 'dict' ? value : undefined;
}

/** As `readValues`, for values that stand at a path of a larger document; their own paths begin with it. */
export function readValuesAt(text: string, file: string, path: Path): DictValue | undefined {
  const document = parseYaml(text);
  if (document.problems.length > 0) return undefined;
  let node = dereference(document.root);
  for (const step of path) {
    const inner = node?.kind === 'mapping' ? node.entries.find(({ key }) => key === step)?.value : undefined;
    node = dereference(inner);
  }
  const value = node === undefined ? undefined : new Reader(file).value(node, path, 0);
  return value?.kind === 'dict' ? value : undefined;
}

/** The value of any YAML text, of no particular place; undefined where it is not whole YAML. */
export function readYamlText(text: string): Value | undefined {
  const document = parseYaml(text);
  if (document.problems.length > 0) return undefined;
  return document.root === undefined ? NIL : new Reader(undefined).value(document.root, [], 0);
}

/** Aliases repeat what they stand for; more values than this are hostile. */
const MAX_VALUES = 200_000;

class Reader {
  private readonly file: string | undefined;
  private count = 0;

  constructor(file: string | undefined) {
    this.file = file;
  }

  value(node: YamlNode, path: Path, depth: number): Value {
    const actual = dereference(node);
    if (actual === undefined || depth > MAX_DEPTH || ++this.count > MAX_VALUES) return UNKNOWN;
    const origin = this.file === undefined ? undefined : { file: this.file, path };
    switch (actual.kind) {
      case 'scalar':
        return scalarValue(actual, origin);
      case 'sequence':
        return {
          kind: 'list',
          items: actual.items.map(({ value }, index) => this.value(value, [...path, index], depth + 1)),
          origin,
        };
      case 'mapping': {
        const entries = new Map<string, Value>();
        this.addEntries(actual, entries, path, depth);
        return { kind: 'dict', entries, isOpen: actual.open !== undefined, origin };
      }
    }
  }

  /** Own keys win over merged ones, earlier merged mappings over later ones. */
  private addEntries(mapping: MappingNode, entries: Map<string, Value>, path: Path, depth: number): void {
    if (depth > MAX_DEPTH) return;
    for (const { key, keyNode, value } of mapping.entries) {
      const isMerge = key === '<<' && keyNode.kind === 'scalar' && keyNode.style === 'plain';
      if (!isMerge) continue;
      const merged = dereference(value);
      const sources =
        merged?.kind === 'sequence' ? merged.items.map((item) => dereference(item.value)) : [merged];
      for (const source of sources.reverse()) {
        if (source?.kind === 'mapping') this.addEntries(source, entries, path, depth + 1);
      }
    }
    for (const { key, keyNode, value } of mapping.entries) {
      if (keyNode.kind !== 'scalar' || (key === '<<' && keyNode.style === 'plain')) continue;
      entries.set(keyText(keyNode), this.value(value, [...path, key], depth + 1));
    }
  }
}

/** A key on its way through JSON: a boolean or a number becomes the text of what it is. */
function keyText(node: ScalarNode): string {
  const value = scalarValue(node, undefined);
  if (value.kind === 'boolean') return String(value.value);
  // Numbers in other notations than the usual one are rare enough as keys to be left as they are.
  return node.text;
}

/** Numbers become floating ones, since Helm reads values by way of JSON. */
function scalarValue(node: ScalarNode, origin: Origin | undefined): Value {
  // To Helm, a placeholder of another program is a text like any other.
  if (node.tag !== undefined && !CORE_TAGS.has(node.tag)) return UNKNOWN;
  const isText = node.style !== 'plain' || node.tag === '!!str' || node.tag === '!';
  if (!isText || (node.tag !== undefined && TYPED_TAGS.has(node.tag))) {
    if (/^(?:~|null|Null|NULL|)$/.test(node.text)) return { ...NIL, origin };
    if (isBooleanWord(node.text)) return { ...boolean(/^(?:[yt]|on)/i.test(node.text)), origin };
    const number = numberOf(node.text);
    if (number !== undefined) return { ...float(number), origin };
    if (/^[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)$/.test(node.text)) return UNKNOWN;
  }
  return { ...(origin === undefined ? string(node.text) : marked(node.text, origin)), origin };
}

const TYPED_TAGS: ReadonlySet<string> = new Set(['!!int', '!!bool', '!!null', '!!float']);
const CORE_TAGS: ReadonlySet<string> = new Set(['!!str', '!!int', '!!bool', '!!null', '!!float', '!']);
