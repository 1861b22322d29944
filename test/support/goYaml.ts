/** Decodes YAML text to the objects that kubectl would send: YAML 1.1 scalars, last duplicate wins, merge keys in order. */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  parseAllDocuments,
  type Scalar,
} from 'yaml';
import type { Plain, PlainPath } from './goYamlPlain.ts';

/** A key written twice in one mapping; `object` is an index into the objects of the stream. */
export interface DuplicateKey {
  readonly object: number;
  readonly path: PlainPath;
}

export interface GoYamlStream {
  /** One value per document that is not empty; a document of comments, or of `null`, is skipped as kubectl skips it. */
  readonly objects: readonly Plain[];
  readonly duplicateKeys: readonly DuplicateKey[];
}

/** The objects of a stream. Throws an Error with the reason when kubectl could not read the text. */
export function goYaml(text: string): readonly Plain[] {
  return goYamlStream(text).objects;
}

/**
 * The objects of a stream and the keys written twice in it. Throws an Error with the reason when kubectl could not
 * read the text. Documents are cut as YAML cuts them; kubectl itself only knows `---`.
 */
export function goYamlStream(text: string): GoYamlStream {
  const objects: Plain[] = [];
  const duplicateKeys: DuplicateKey[] = [];
  // The failsafe schema leaves every scalar a string with its source: the resolution below is ours alone.
  const documents = parseAllDocuments<ParsedNode>(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
  });
  if (!Array.isArray(documents)) return { objects, duplicateKeys };
  for (const document of documents) {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(error.message);
    const duplicates: PlainPath[] = [];
    const value = new DocumentDecoder(document, duplicates, text).decode(document.contents, []);
    if (value === null) continue;
    for (const path of duplicates) duplicateKeys.push({ object: objects.length, path });
    objects.push(value);
  }
  return { objects, duplicateKeys };
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word) => [word, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word) => [word, false] as const,
  ),
]);
const NULLS: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);
const SPECIAL_FLOATS: ReadonlyMap<string, number> = new Map([
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(
    (word) => [word, Number.POSITIVE_INFINITY] as const,
  ),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

/**
 * What an unquoted, untagged scalar is. Source: resolve.go of the YAML v2 decoder in sigs.k8s.io/yaml. A date stays
 * text, since that decoder keeps the text of an implicit timestamp; an integer beyond 2^53 loses digits here.
 */
export function goScalar(source: string): Plain {
  const boolean = BOOLEANS.get(source);
  if (boolean !== undefined) return boolean;
  if (NULLS.has(source)) return null;
  const special = SPECIAL_FLOATS.get(source);
  if (special !== undefined) return special;
  if (source.startsWith('.')) {
    // Here underscores may only stand between digits.
    const isFloat = /^\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?$/.test(source);
    return isFloat ? (finite(source.replaceAll('_', '')) ?? source) : source;
  }
  if (!/^[-+0-9]/.test(source) || isDate(source)) return source;
  // Underscores go before anything else is looked at, wherever they stand.
  const plain = source.replaceAll('_', '');
  const integer = goInteger(plain);
  if (integer !== undefined) return integer;
  const isFloat = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain);
  return isFloat ? (finite(plain) ?? source) : source;
}

/** A number too large for 64 bits stays text. */
function finite(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Go's strconv.ParseInt with base 0: a prefix gives the base, and a leading zero alone means octal. */
function goInteger(text: string): number | undefined {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]+)|(0|[1-9][0-9]*))$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, sign, hexadecimal, binary, octal, bareOctal, decimal] = match;
  const digits = hexadecimal ?? binary ?? octal ?? bareOctal ?? decimal ?? '';
  const prefix = hexadecimal ? '0x' : binary ? '0b' : octal || bareOctal ? '0o' : '';
  const value = Number(BigInt(prefix + digits));
  return sign === '-' && value !== 0 ? -value : value;
}

function isDate(source: string): boolean {
  return /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?$/.test(source);
}

class DocumentDecoder {
  readonly #document: Document.Parsed<ParsedNode>;
  readonly #duplicates: PlainPath[];
  readonly #text: string;
  readonly #open = new Set<unknown>();

  constructor(document: Document.Parsed<ParsedNode>, duplicates: PlainPath[], text: string) {
    this.#text = text;
    this.#document = document;
    this.#duplicates = duplicates;
  }

  decode(node: unknown, path: PlainPath): Plain {
    if (node === null || node === undefined) return null;
    if (isScalar(node)) return this.#decodeScalar(node);
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined) throw new Error(`unknown anchor '${node.source}' referenced`);
      if (this.#open.has(target)) throw new Error(`anchor '${node.source}' value contains itself`);
      return this.decode(target, path);
    }
    this.#open.add(node);
    try {
      if (isSeq(node)) return node.items.map((item, index) => this.decode(item, [...path, index]));
      if (isMap(node)) return this.#decodeMap(node.items, path);
      throw new Error('a node of no known kind');
    } finally {
      this.#open.delete(node);
    }
  }

  #decodeScalar(node: Scalar): Plain {
    const value = decodeScalar(node);
    // What cannot be said in JSON does not reach the server.
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`unsupported value ${value}`);
    const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
    // At the very end of a text without a final line break, the Go decoder adds none to a block scalar.
    const endsText = node.range?.[1] === this.#text.length && !this.#text.endsWith('\n');
    return isBlock && endsText && typeof value === 'string' ? value.replace(/\n$/, '') : value;
  }

  #decodeMap(pairs: readonly { readonly key: unknown; readonly value: unknown }[], path: PlainPath): Plain {
    const map = new Map<string, Plain>();
    const own = new Set<string>();
    for (const { key, value } of pairs) {
      if (isMergeKey(key)) {
        // The v2 decoder merges where `<<` stands: what follows overrides it, and it overrides what precedes it.
        for (const [name, merged] of this.#merged(value, path)) map.set(name, merged);
        continue;
      }
      const name = keyText(this.decode(key, path));
      if (own.has(name)) this.#duplicates.push([...path, name]);
      own.add(name);
      map.set(name, this.decode(value, [...path, name]));
    }
    // Object.fromEntries defines own properties, so that even a key `__proto__` is only data.
    return Object.fromEntries(map);
  }

  #merged(node: unknown, path: PlainPath): readonly [string, Plain][] {
    const target = isAlias(node) ? node.resolve(this.#document) : node;
    if (isMap(target)) return Object.entries(this.decode(target, path) as Record<string, Plain>);
    if (isSeq(target) && !isAlias(node)) {
      // The first mapping of the list wins, so it is written last.
      return target.items.toReversed().flatMap((item) => {
        const source = isAlias(item) ? item.resolve(this.#document) : item;
        if (!isMap(source)) throw new Error('map merge requires map or sequence of maps as the value');
        return Object.entries(this.decode(source, path) as Record<string, Plain>);
      });
    }
    throw new Error('map merge requires map or sequence of maps as the value');
  }
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.source === '<<' && key.type === 'PLAIN' && (key.tag ?? MERGE_TAG) === MERGE_TAG;
}

const TAG = 'tag:yaml.org,2002:';
const MERGE_TAG = `${TAG}merge`;

function decodeScalar(node: Scalar): Plain {
  const source = node.source ?? '';
  if (node.tag === undefined) return node.type === 'PLAIN' ? goScalar(source) : source;
  const resolved = goScalar(source);
  switch (node.tag) {
    case `${TAG}bool`:
      if (typeof resolved === 'boolean') return resolved;
      break;
    case `${TAG}null`:
      if (resolved === null) return resolved;
      break;
    case `${TAG}int`:
      if (typeof resolved === 'number' && Number.isInteger(resolved)) return resolved;
      break;
    case `${TAG}float`:
      if (typeof resolved === 'number') return resolved;
      break;
    case `${TAG}binary`:
      return Buffer.from(source, 'base64').toString('latin1');
    default:
      // `!!str`, the non-specific `!`, a date and tags of one's own all leave the text as it is.
      return source;
  }
  throw new Error(`cannot decode \`${source}\` as ${node.tag}`);
}

/** The JSON name of a decoded key, as sigs.k8s.io/yaml writes it: `on: 1` is the key "true". */
function keyText(key: Plain): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number' || typeof key === 'boolean') return String(key);
  throw new Error(`unsupported map key ${JSON.stringify(key)}`);
}
