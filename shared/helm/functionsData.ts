/** Template functions on lists and dictionaries: Go's own, sprig's and Helm's. */

import { mayBeSame } from './functionsLogic.ts';
import { utf8Length } from './functionsText.ts';
import {
  type FunctionHost,
  type FunctionTable,
  intIn,
  itemsIn,
  opaque,
  strict,
  textIn,
  tolerant,
} from './goFunction.ts';
import { slice } from './goText.ts';
import {
  boolean,
  type DictValue,
  deepCopy,
  dict,
  int,
  isEmpty,
  isWhole,
  list,
  NIL,
  sortedKeys,
  string,
  UNKNOWN,
  type UnknownValue,
  type Value,
} from './goValue.ts';
import { toJson, toYaml } from './toYaml.ts';
import { readYamlText } from './valuesFile.ts';

export const DATA_FUNCTIONS: FunctionTable = {
  list: tolerant((args) => list(args)),
  tuple: tolerant((args) => list(args)),
  first: strict(([items]) => ends(items, (all) => all[0] ?? NIL)),
  last: strict(([items]) => ends(items, (all) => all.at(-1) ?? NIL)),
  rest: strict(([items]) => ends(items, (all) => list(all.slice(1)))),
  initial: strict(([items]) => ends(items, (all) => list(all.slice(0, -1)))),
  append: tolerant(([items, item]) => ends(items, (all) => list([...all, item ?? NIL]))),
  push: tolerant(([items, item]) => ends(items, (all) => list([...all, item ?? NIL]))),
  prepend: tolerant(([items, item]) => ends(items, (all) => list([item ?? NIL, ...all]))),
  concat: tolerant((args) => {
    const all: Value[] = [];
    for (const arg of args) {
      // Nil is no list, though sprig lets it pass for one.
      if (arg.kind === 'nil') continue;
      const items = itemsIn(arg);
      if (items === undefined) return UNKNOWN;
      all.push(...items);
    }
    return list(all);
  }),
  reverse: strict(([items]) => ends(items, (all) => list([...all].reverse()))),
  compact: strict(([items]) =>
    ends(items, (all) => {
      const emptiness = all.map(isEmpty);
      return emptiness.includes(undefined)
        ? UNKNOWN
        : list(all.filter((_, index) => emptiness[index] === false));
    }),
  ),
  uniq: strict(([items]) =>
    ends(items, (all) => {
      const unique: Value[] = [];
      if (all.length > MAX_COMPARED) return UNKNOWN;
      for (const item of all) {
        const same = unique.map((other) => mayBeSame(other, item));
        if (same.includes(undefined)) return UNKNOWN;
        if (!same.includes(true)) unique.push(item);
      }
      return list(unique);
    }),
  ),
  without: strict(([items, ...omitted]) =>
    ends(items, (all) => {
      const kept: Value[] = [];
      for (const item of all) {
        const same = omitted.map((other) => mayBeSame(other, item));
        if (same.includes(undefined)) return UNKNOWN;
        if (!same.includes(true)) kept.push(item);
      }
      return list(kept);
    }),
  ),
  has: tolerant(([needle, items]) => {
    if (items?.kind === 'nil') return boolean(false);
    const all = itemsIn(items);
    if (all === undefined || needle === undefined) return UNKNOWN;
    const same = all.map((item) => mayBeSame(item, needle));
    if (same.includes(true)) return boolean(true);
    return same.includes(undefined) ? UNKNOWN : boolean(false);
  }),
  slice: strict(([items, from, to]) => {
    const [start, end] = [intIn(from), to === undefined ? undefined : intIn(to)];
    if (start === undefined || start < 0 || (to !== undefined && end === undefined)) return UNKNOWN;
    if (items?.kind === 'string' && isWhole(items)) return slice(items, start, end);
    return ends(items, (all) => list(all.slice(start, end)));
  }),
  until: strict(([count]) => {
    const end = intIn(count);
    return end === undefined ? UNKNOWN : steps(0, end, end < 0 ? -1 : 1);
  }),
  untilStep: strict(([from, to, by]) => {
    const [start, stop, step] = [intIn(from), intIn(to), intIn(by)];
    return start === undefined || stop === undefined || step === undefined
      ? UNKNOWN
      : steps(start, stop, step);
  }),
  len: strict(([value]) => {
    if (value?.kind === 'string') return isWhole(value) ? utf8Length(value.text) : UNKNOWN;
    if (value?.kind === 'list') return int(value.items.length);
    return value?.kind === 'dict' && !value.isOpen && value.isStruct !== true
      ? int(value.entries.size)
      : UNKNOWN;
  }),
  index: tolerant(([value, ...keys]) => keys.reduce(indexed, value ?? UNKNOWN)),

  dict: tolerant((args) => {
    const result = dict();
    for (let at = 0; at < args.length; at += 2) {
      const key = textOfKey(args[at]);
      if (key === undefined) return UNKNOWN;
      result.entries.set(key, args[at + 1] ?? string(''));
    }
    return result;
  }),
  get: strict(([given, key]) => {
    const map = mapIn(given);
    const name = textIn(key);
    if (map === undefined || name === undefined) return UNKNOWN;
    return found(map, name, string(''));
  }),
  hasKey: strict(([given, key]) => {
    const map = mapIn(given);
    const name = textIn(key);
    if (map === undefined || name === undefined) return UNKNOWN;
    const value = map.entries.get(name);
    if (value?.kind === 'unknown' || (value === undefined && map.isOpen)) return UNKNOWN;
    return boolean(value !== undefined);
  }),
  dig: tolerant((args) => {
    const [start, fallback] = [args.at(-1), args.at(-2)];
    const keys = args.slice(0, -2).map(textIn);
    let value = start ?? UNKNOWN;
    for (const key of keys) {
      if (value.kind !== 'dict' || key === undefined) return UNKNOWN;
      const inner: Value | undefined = value.entries.get(key);
      if (inner === undefined) return value.isOpen ? UNKNOWN : (fallback ?? UNKNOWN);
      value = inner;
    }
    return value;
  }),
  set: tolerant(([map, key, value], host) => {
    const name = textIn(key);
    if (map?.kind !== 'dict') return UNKNOWN;
    change(host, () => {
      if (name === undefined) shake(map);
      else map.entries.set(name, host.changes === 'certain' ? (value ?? NIL) : UNKNOWN);
    });
    return map;
  }),
  unset: tolerant(([map, key], host) => {
    const name = textIn(key);
    if (map?.kind !== 'dict') return UNKNOWN;
    change(host, () => {
      if (name === undefined) shake(map);
      else if (host.changes === 'certain') map.entries.delete(name);
      else if (map.entries.has(name)) map.entries.set(name, UNKNOWN);
    });
    return map;
  }),
  keys: strict((args) => {
    const keys: Value[] = [];
    for (const arg of args) {
      const map = mapIn(arg);
      if (map === undefined || map.isOpen || map.isStruct === true) return UNKNOWN;
      keys.push(...sortedKeys(map).map((key) => string(key)));
    }
    return list(keys);
  }),
  values: strict(([given]) => {
    const map = mapIn(given);
    if (map === undefined || map.isOpen) return UNKNOWN;
    return list(sortedKeys(map).map((key) => map.entries.get(key) ?? NIL));
  }),
  pluck: strict(([key, ...maps]) => {
    const name = textIn(key);
    if (name === undefined) return UNKNOWN;
    const plucked: Value[] = [];
    for (const given of maps) {
      const map = mapIn(given);
      if (map === undefined || map.isOpen) return UNKNOWN;
      const value = map.entries.get(name);
      if (value !== undefined) plucked.push(value);
    }
    return list(plucked);
  }),
  pick: strict(([map, ...keys]) => chosen(map, keys, true)),
  omit: strict(([map, ...keys]) => chosen(map, keys, false)),
  merge: tolerant((args, host) => mergeAll(args, host, false)),
  mustMerge: tolerant((args, host) => mergeAll(args, host, false)),
  mergeOverwrite: tolerant((args, host) => mergeAll(args, host, true)),
  mustMergeOverwrite: tolerant((args, host) => mergeAll(args, host, true)),
  deepCopy: tolerant(([value]) => deepCopy(value ?? NIL)),

  toYaml: tolerant(([value]) =>
    value === undefined ? UNKNOWN : (withUnknown(value) ?? toYaml(value) ?? UNKNOWN),
  ),
  toYamlPretty: tolerant(([value]) =>
    value === undefined ? UNKNOWN : (withUnknown(value) ?? toYaml(value) ?? UNKNOWN),
  ),
  toJson: tolerant(([value]) =>
    value === undefined ? UNKNOWN : (withUnknown(value) ?? toJson(value) ?? UNKNOWN),
  ),
  toRawJson: tolerant(([value]) =>
    value === undefined ? UNKNOWN : (withUnknown(value) ?? toJson(value) ?? UNKNOWN),
  ),
  toPrettyJson: tolerant(([value]) =>
    value === undefined ? UNKNOWN : (withUnknown(value) ?? toJson(value, true) ?? UNKNOWN),
  ),
  fromYaml: strict(([text]) => ofKind(text, 'dict')),
  fromYamlArray: strict(([text]) => ofKind(text, 'list')),
  fromJson: strict(([text]) => ofKind(text, 'dict')),
  fromJsonArray: strict(([text]) => ofKind(text, 'list')),
  ...opaque('chunk', 'fromToml', 'seq', 'toDecimal', 'toToml'),
};

/** Comparing all with all takes the square of this. */
const MAX_COMPARED = 300;
const MAX_ITEMS = 1000;

/** Nil counts as an empty list nowhere in sprig but where a function says so. */
function ends(items: Value | undefined, use: (all: readonly Value[]) => Value): Value {
  const all = itemsIn(items);
  return all === undefined ? UNKNOWN : use(all);
}

/** A dictionary; for functions that take Go's maps, nil is one without keys. */
function mapIn(value: Value | undefined): DictValue | undefined {
  if (value?.kind === 'nil') return { ...dict(), origin: value.origin };
  return value?.kind === 'dict' ? value : undefined;
}

function steps(start: number, stop: number, step: number): Value {
  if (step === 0 || (stop - start) * step <= 0) return list([]);
  const count = Math.ceil((stop - start) / step);
  if (count > MAX_ITEMS) return UNKNOWN;
  return list(Array.from({ length: count }, (_, index) => int(start + index * step)));
}

/** `index`: keys of dictionaries, positions of lists. */
function indexed(value: Value, key: Value): Value {
  if (value.kind === 'list') {
    const position = intIn(key);
    // A position out of range is an error.
    return position === undefined ? UNKNOWN : (value.items[position] ?? UNKNOWN);
  }
  const name = textIn(key);
  if (value.kind !== 'dict' || name === undefined) return UNKNOWN;
  return found(value, name, NIL);
}

/** What a dictionary holds under a key; absent, the fallback, which remembers where it would have stood. */
function found(map: DictValue, key: string, absent: Value): Value {
  const value = map.entries.get(key);
  if (value !== undefined) return value;
  if (map.isOpen || map.isStruct === true) return UNKNOWN;
  const { origin } = map;
  return origin === undefined
    ? absent
    : { ...absent, origin: { file: origin.file, path: [...origin.path, key] } };
}

function textOfKey(key: Value | undefined): string | undefined {
  if (key?.kind === 'int' || key?.kind === 'boolean') return String(key.value);
  return textIn(key);
}

function change(host: FunctionHost, make: () => void): void {
  if (host.changes !== 'none') make();
}

/** Any key may have come, gone or changed. */
function shake(map: DictValue): void {
  map.isOpen = true;
  for (const key of map.entries.keys()) map.entries.set(key, UNKNOWN);
}

function chosen(given: Value | undefined, keys: readonly Value[], isPicked: boolean): Value {
  const map = mapIn(given);
  if (map === undefined) return UNKNOWN;
  const names = new Set(keys.map(textIn));
  if (names.has(undefined)) return UNKNOWN;
  const entries = [...map.entries].filter(([key]) => names.has(key) === isPicked);
  // What is left out is left out on purpose: an addition to what remains belongs to the values all the same.
  return { kind: 'dict', entries: new Map(entries), isOpen: map.isOpen, origin: map.origin };
}

/**
 * `merge` fills what is absent or empty in the first dictionary, `mergeOverwrite` replaces what is there; both change the first one,
 * and those in it (dario.cat/mergo, deepMerge).
 */
function mergeAll(args: readonly Value[], host: FunctionHost, isOverwriting: boolean): Value {
  const [given, ...others] = args;
  const first = mapIn(given);
  if (first === undefined) return UNKNOWN;
  const certain = host.changes === 'certain';
  const target = certain ? first : (deepCopy(first) as DictValue);
  for (const other of others) {
    if (other.kind === 'nil') continue;
    if (other.kind !== 'dict') {
      shake(target);
      continue;
    }
    if (!mergeInto(target, other, isOverwriting, host, 0)) return UNKNOWN;
  }
  if (host.changes === 'possible') {
    for (const [key, value] of target.entries)
      if (first.entries.get(key) !== value) first.entries.set(key, UNKNOWN);
    first.isOpen ||= target.isOpen;
  }
  return target;
}

function mergeInto(
  target: DictValue,
  source: DictValue,
  isOverwriting: boolean,
  host: FunctionHost,
  depth: number,
): boolean {
  if (depth > MAX_MERGE_DEPTH || !host.spend(source.entries.size)) return false;
  if (source.isOpen) target.isOpen = true;
  for (const [key, value] of source.entries) {
    const own = target.entries.get(key);
    if (own?.kind === 'dict' && value.kind === 'dict') {
      // An empty dictionary is replaced by the other one itself, which later changes would reach.
      if (own.entries.size === 0 && !own.isOpen) target.entries.set(key, value);
      else if (!mergeInto(own, value, isOverwriting, host, depth + 1)) return false;
      continue;
    }
    const emptiness = own === undefined ? true : isEmpty(own);
    const replaces = isOverwriting && value.kind !== 'nil' ? true : emptiness;
    if (replaces === undefined) target.entries.set(key, UNKNOWN);
    else if (replaces && !(value.kind === 'nil' && own !== undefined && !isOverwriting))
      target.entries.set(key, value);
  }
  return true;
}

const MAX_MERGE_DEPTH = 50;

function withUnknown(value: Value): UnknownValue | undefined {
  if (value.kind !== 'unknown') return undefined;
  // YAML of anything is some text.
  return { kind: 'unknown', truth: true };
}

function ofKind(text: Value | undefined, kind: 'dict' | 'list'): Value {
  const source = textIn(text);
  if (source === undefined) return UNKNOWN;
  const value = readYamlText(source);
  if (value?.kind === 'nil') return kind === 'dict' ? dict() : list([]);
  return value?.kind === kind ? value : UNKNOWN;
}
