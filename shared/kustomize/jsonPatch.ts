/** JSON patches: operations of RFC 6902 on an object, as kustomize applies them. */
import {
  at,
  type BuiltEntry,
  type BuiltMapping,
  type BuiltNode,
  isNothing,
  type Origin,
  textAt,
} from './node.ts';
import { refuse } from './refusal.ts';

/** True for a list of operations, as opposed to an object to be merged. */
export function isJsonPatch(node: BuiltNode): boolean {
  return node.kind === 'sequence' && node.items.every((item) => textAt(item, 'op') !== undefined);
}

/** The object after all operations. What RFC 6902 calls an error is refused: kustomize builds nothing then. */
export function jsonPatch(object: BuiltMapping, patch: BuiltNode): BuiltMapping {
  let current: BuiltNode = object;
  for (const operation of patch.kind === 'sequence' ? patch.items : []) current = apply(current, operation);
  return current.kind === 'mapping' ? current : refuse('A JSON patch leaves no object.');
}

function apply(root: BuiltNode, operation: BuiltNode): BuiltNode {
  const op = textAt(operation, 'op');
  const pointer = textAt(operation, 'path');
  if (pointer === undefined) refuse('An operation of a JSON patch has no path.');
  const path = stepsOf(pointer);
  const value = at(operation, 'value');
  switch (op) {
    case 'add':
      return change(root, path, pointer, { op, value: value ?? NULL, from: originOfValue(operation) });
    case 'replace':
      return change(root, path, pointer, { op, value: value ?? NULL, from: originOfValue(operation) });
    case 'remove':
      return change(root, path, pointer, { op });
    case 'test':
      if (!isEqual(resolve(root, path), value)) refuse(`A JSON patch expects another value at ${pointer}.`);
      return root;
    case 'move':
    case 'copy': {
      const fromPointer = textAt(operation, 'from') ?? refuse(`A ${op} of a JSON patch says not from where.`);
      const from = stepsOf(fromPointer);
      const moved = resolve(root, from) ?? refuse(`There is nothing at ${fromPointer} for a JSON patch.`);
      const rest = op === 'move' ? change(root, from, fromPointer, { op: 'remove' }) : root;
      return change(rest, path, pointer, { op: 'add', value: moved, from: undefined });
    }
    default:
      return refuse(`A JSON patch has the operation "${op}", which there is not.`);
  }
}

const NULL: BuiltNode = { kind: 'scalar', text: 'null', isPlain: true };

/** A key that an operation adds stands, for a person, where its value does. */
function originOfValue(operation: BuiltNode): Origin | undefined {
  const entry = operation.kind === 'mapping' ? operation.entries.get('path') : undefined;
  return entry?.value.from;
}

/** The steps of a pointer. Refuses one that does not start at the root. */
export function stepsOf(pointer: string): readonly string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/'))
    refuse(`A JSON patch has the path "${pointer}", which does not start with "/".`);
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function resolve(root: BuiltNode, path: readonly string[]): BuiltNode | undefined {
  let current: BuiltNode | undefined = root;
  for (const step of path) {
    if (current?.kind === 'mapping') current = current.entries.get(step)?.value;
    else if (current?.kind === 'sequence')
      current = current.items[indexOf(step, current.items.length - 1) ?? -1];
    else return undefined;
  }
  return current;
}

type Change =
  | { readonly op: 'add' | 'replace'; readonly value: BuiltNode; readonly from: Origin | undefined }
  | { readonly op: 'remove' };

function change(node: BuiltNode, path: readonly string[], pointer: string, what: Change): BuiltNode {
  const [step, ...rest] = path;
  const missing = (): never => refuse(`There is nothing at ${pointer} for a JSON patch.`);
  if (step === undefined) return what.op === 'remove' ? missing() : what.value;
  if (node.kind === 'mapping') {
    const entry = node.entries.get(step);
    const entries = new Map(node.entries);
    if (rest.length > 0) {
      if (entry === undefined) return missing();
      entries.set(step, { ...entry, value: change(entry.value, rest, pointer, what) });
      return { ...node, entries };
    }
    // kustomize's library takes a replacement of nothing for an addition.
    if (what.op === 'remove' && !entries.delete(step)) return missing();
    if (what.op !== 'remove') entries.set(step, keyed(entry, what.value, what.from));
    return { ...node, entries };
  }
  if (node.kind !== 'sequence') return missing();
  const { items } = node;
  if (rest.length > 0 || what.op !== 'add') {
    const index = indexOf(step, items.length - 1) ?? missing();
    const item = items[index] ?? missing();
    if (rest.length > 0) return { ...node, items: items.with(index, change(item, rest, pointer, what)) };
    return {
      ...node,
      items: what.op === 'remove' ? items.toSpliced(index, 1) : items.with(index, what.value),
    };
  }
  const index = step === '-' ? items.length : (indexOf(step, items.length) ?? missing());
  return { ...node, items: items.toSpliced(index, 0, what.value) };
}

function keyed(entry: BuiltEntry | undefined, value: BuiltNode, from: Origin | undefined): BuiltEntry {
  const keyFrom = entry?.keyFrom ?? from;
  return keyFrom === undefined ? { value } : { value, keyFrom };
}

/** The index that a step names, counted from the end where it is negative, as kustomize's library takes it. */
function indexOf(step: string, last: number): number | undefined {
  if (!/^-?[0-9]{1,9}$/.test(step)) return undefined;
  const index = Number(step) < 0 ? Number(step) + last + 1 : Number(step);
  return index >= 0 && index <= last ? index : undefined;
}

function isEqual(a: BuiltNode | undefined, b: BuiltNode | undefined): boolean {
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  if (a?.kind === 'scalar' && b?.kind === 'scalar') return a.text === b.text && a.isPlain === b.isPlain;
  if (a?.kind === 'sequence' && b?.kind === 'sequence')
    return a.items.length === b.items.length && a.items.every((item, index) => isEqual(item, b.items[index]));
  if (a?.kind === 'mapping' && b?.kind === 'mapping')
    return (
      a.entries.size === b.entries.size &&
      [...a.entries].every(([key, { value }]) => isEqual(value, b.entries.get(key)?.value))
    );
  return false;
}
