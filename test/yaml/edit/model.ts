/** What operations mean, said once more on plain data: the judge of the edit engine, which shares no code with it. */
import type { YamlOp, YamlValue } from '../../../shared/yaml/operation.ts';
import type { Path } from '../../../shared/yaml/tree.ts';
import type { Plain } from '../../support/goYamlPlain.ts';

/** Data that can be changed. An item that has gone leaves `GONE` behind, so that the others keep their numbers meanwhile. */
type Data = null | boolean | number | string | Data[] | Map<string, Data> | typeof GONE;

const GONE = Symbol('gone');

/** The operations cannot be true at once, or not of this data. */
export class Impossible extends Error {}

/** The data after the operations, all of whose paths name the data as it was. Throws `Impossible`. */
export function applyOps(before: Plain, ops: readonly YamlOp[]): Plain {
  const root = thaw(before);
  const moved = ops.flatMap((op) => {
    if (op.op !== 'move') return [];
    const value = at(root, op.from);
    return value === undefined
      ? []
      : [{ op, value: structuredClone(value as Exclude<Data, symbol>) as Data }];
  });
  const prunes: { path: Path; levels: number }[] = [];
  for (const op of ops) {
    if (op.op !== 'remove' || at(root, op.path) === undefined) continue;
    prunes.push({ path: op.path, levels: op.pruneEmpty ?? 0 });
  }
  for (const { path } of prunes) drop(root, path);
  for (const { op } of moved) drop(root, op.from);
  for (const { op, value } of moved) put(root, op.to, value, 'move');
  // All are to be true at once, in whatever order they are given: what holds other things comes first, and item by item.
  const sets = ops.filter((op) => op.op === 'set').sort((a, b) => comparePaths(a.path, b.path));
  for (const { path, value } of sets) put(root, path, thaw(value), 'set');
  // An index names the list as it was, so that items without one come behind those that have one.
  const ensured = ops.filter((op) => op.op === 'ensureItem').sort((a, b) => b.path.length - a.path.length);
  for (const { path, item, key } of ensured) ensure(root, path, item, key);
  for (const { path, levels } of prunes) {
    for (let level = 1; level <= levels && level < path.length; level++) {
      const parent = path.slice(0, -level);
      const value = at(root, parent);
      if (value === undefined || size(value) > 0) break;
      drop(root, parent);
    }
  }
  return freeze(root);
}

function comparePaths(a: Path, b: Path): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  const [first, second] = [a[at], b[at]];
  if (at < 0 || second === undefined) return at < 0 ? a.length - b.length : 1;
  return typeof first === 'number' && typeof second === 'number' ? first - second : 0;
}

function size(value: Data): number {
  if (Array.isArray(value)) return value.filter((item) => item !== GONE).length;
  return value instanceof Map ? value.size : 1;
}

function at(root: Data, path: Path): Data | undefined {
  let here: Data | undefined = root;
  for (const step of path) {
    if (here instanceof Map && typeof step === 'string') here = here.get(step);
    else if (Array.isArray(here) && typeof step === 'number') here = here[step];
    else return undefined;
    if (here === GONE) return undefined;
  }
  return here;
}

function drop(root: Data, path: Path): void {
  const holder = at(root, path.slice(0, -1));
  const last = path.at(-1);
  if (holder instanceof Map && typeof last === 'string') holder.delete(last);
  else if (Array.isArray(holder) && typeof last === 'number') holder[last] = GONE;
}

/** The collection at a path, made where there is none. */
function holderAt(root: Data, path: Path, next: string | number): Map<string, Data> | Data[] {
  let here: Data = root;
  for (const [index, step] of path.entries()) {
    const child = childOf(here, step);
    const following = path[index + 1] ?? next;
    if (child === undefined || child === null) {
      const made: Data = typeof following === 'number' ? [] : new Map();
      putChild(here, step, made);
      here = made;
    } else here = child;
  }
  if (typeof next === 'number' ? Array.isArray(here) : here instanceof Map)
    return here as Map<string, Data> | Data[];
  throw new Impossible();
}

function childOf(holder: Data, step: string | number): Data | undefined {
  if (holder instanceof Map && typeof step === 'string') return holder.get(step);
  if (Array.isArray(holder) && typeof step === 'number') return holder[step];
  throw new Impossible();
}

function putChild(holder: Data, step: string | number, value: Data): void {
  if (holder instanceof Map && typeof step === 'string') holder.set(step, value);
  else if (Array.isArray(holder) && typeof step === 'number') {
    if (step > holder.length) throw new Impossible();
    holder[step] = value;
  } else throw new Impossible();
}

function put(root: Data, path: Path, value: Data, how: 'set' | 'move'): void {
  const last = path.at(-1);
  if (last === undefined) throw new Impossible();
  const holder = holderAt(root, path.slice(0, -1), last);
  const present = childOf(holder, last);
  if (present === undefined || present === null) {
    if (!(how === 'move' && value === null && present === null)) putChild(holder, last, value);
    return;
  }
  if (present instanceof Map && value instanceof Map) {
    for (const [key, inner] of value) put(root, [...path, key], inner, how);
    return;
  }
  if (how === 'move') {
    if (value !== null && !same(present, value)) throw new Impossible();
    return;
  }
  putChild(holder, last, value);
}

function ensure(root: Data, path: Path, item: YamlValue, key: string | undefined): void {
  const list = holderAt(root, path, 0) as Data[];
  const wanted = thaw(item);
  const identity = key !== undefined && wanted instanceof Map ? wanted.get(key) : undefined;
  if (identity === undefined) {
    if (!list.some((other) => same(other, wanted))) list.push(wanted);
    return;
  }
  const index = list.findIndex((other) => other instanceof Map && same(other.get(key as string), identity));
  if (index < 0) list.push(wanted);
  else if (!agrees(list[index] as Data, wanted)) throw new Impossible();
  else put(root, [...path, index], wanted, 'set');
}

function agrees(present: Data | undefined, wanted: Data): boolean {
  if (present === undefined) return true;
  if (present instanceof Map && wanted instanceof Map) {
    return [...wanted].every(([key, value]) => agrees(present.get(key), value));
  }
  return same(present, wanted);
}

function same(a: Data | undefined, b: Data | undefined): boolean {
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && same(value, b.get(key)));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  return a === b;
}

function thaw(value: Plain | YamlValue): Data {
  if (Array.isArray(value)) return value.map((item) => thaw(item as Plain));
  if (typeof value !== 'object' || value === null) return value as Data;
  return new Map(Object.entries(value).map(([key, inner]) => [key, thaw(inner as Plain)]));
}

function freeze(value: Data): Plain {
  if (Array.isArray(value)) return value.filter((item) => item !== GONE).map(freeze);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [key, freeze(inner)]));
  return value as Plain;
}
