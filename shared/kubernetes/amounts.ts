/** Amounts: the CPU, memory and other resources in `requests` and `limits`, and what the API server rejects of them. */
import type { Span } from '../text/span.ts';
import { isNull, type ScalarNode } from '../yaml/tree.ts';
import { duplicateKeys } from './duplicates.ts';
import { compareQuantities, parseQuantity, type Quantity } from './quantity.ts';
import { isBooleanWord, numberOf } from './scalars.ts';
import {
  child,
  isCertainlyAbsent,
  keysOf,
  type Level,
  mappingIn,
  type Slot,
  touchesProblem,
} from './slots.ts';

export type Bound = 'requests' | 'limits';
export const BOUNDS: readonly Bound[] = ['requests', 'limits'];

/** What one amount is to Kubernetes. */
export type Amount =
  | { readonly state: 'absent' }
  | { readonly state: 'unknown' }
  | { readonly state: 'known'; readonly quantity: Quantity; readonly text: string; readonly span: Span }
  | { readonly state: 'invalid'; readonly text: string; readonly span: Span };

/** Reads the amount that a slot certainly holds. A plain scalar is a number where YAML 1.1 sees one: `1_000`, `0x10`. */
export function amountIn(slot: Slot): Amount {
  const held = slot.held[0];
  if (slot.held.length !== 1 || held === undefined || held.state === 'unknown') return { state: 'unknown' };
  if (held.state === 'absent' || isNull(held.node)) return { state: 'absent' };
  const { node, span } = held;
  if (node.kind !== 'scalar')
    return { state: 'invalid', text: node.kind === 'mapping' ? 'a mapping' : 'a list', span };
  const text = amountText(node);
  const quantity = text === undefined ? undefined : parseQuantity(text);
  if (text === undefined || quantity === undefined) return { state: 'invalid', text: node.text, span };
  return { state: 'known', quantity, text, span };
}

/** The text that reaches Kubernetes' parser, or undefined for a value that does not reach it. */
function amountText(node: ScalarNode): string | undefined {
  const isString = node.style !== 'plain' || node.tag === '!!str';
  if (isString) return node.text.trim();
  // Most amounts have a suffix that no number has.
  if (WITH_SUFFIX.test(node.text)) return node.text;
  if (isBooleanWord(node.text)) return undefined;
  const number = numberOf(node.text);
  // Decimal numbers reach it as they are written; the others as the number that YAML makes of them.
  return number === undefined || (parseQuantity(node.text) !== undefined && !/^[-+]?0\d/.test(node.text))
    ? node.text
    : String(number);
}

const WITH_SUFFIX = /^[0-9][0-9.]*(?:m|k|[KMGTPE]i|M|G|T|P)$/;

/** An amount, or something in the place of amounts, that the API server rejects or warns of. */
export interface RejectedAmount {
  readonly why:
    | 'shape'
    | 'not-a-quantity'
    | 'negative'
    | 'fraction-of-a-byte'
    | 'above-limit'
    | 'unknown-name'
    | 'duplicate';
  readonly slot: Slot;
  readonly span: Span;
  /** The name of the resource, or of the key. */
  readonly name: string;
  readonly bound: Bound | undefined;
  /** The value as people see it. */
  readonly text: string;
  /** For a request above its limit, the limit. */
  readonly limit?: { readonly text: string; readonly span: Span };
}

const WHOLE_BYTES: ReadonlySet<string> = new Set(['memory', 'ephemeral-storage']);

/** What is rejected in a `resources` of a container, or of a pod (validateResourceRequirements, pkg/api/pod/warnings.go). */
export function rejectedAmounts(resources: Slot, level: Level): readonly RejectedAmount[] {
  if (isCertainlyAbsent(resources)) return NONE_REJECTED;
  if (mappingIn(resources) === undefined) {
    const held = writtenIn(resources);
    return held === undefined || touchesProblem(resources)
      ? NONE_REJECTED
      : [{ why: 'shape', slot: resources, ...held, name: 'resources', bound: undefined }];
  }
  const found = duplicatesIn(resources, undefined);
  for (const bound of BOUNDS) rejectedIn(resources, bound, level, found);
  return found;
}

const NONE_REJECTED: readonly RejectedAmount[] = [];

function rejectedIn(resources: Slot, bound: Bound, level: Level, found: RejectedAmount[]): void {
  const amounts = child(resources, bound);
  if (mappingIn(amounts) === undefined) {
    const held = writtenIn(amounts);
    if (held !== undefined && !touchesProblem(resources))
      found.push({ why: 'shape', slot: amounts, ...held, name: bound, bound });
    return;
  }
  if (touchesProblem(amounts)) return;
  for (const duplicate of duplicatesIn(amounts, bound)) found.push(duplicate);
  for (const name of keysOf(amounts)) {
    const slot = child(amounts, name);
    const held = slot.held[0];
    if (slot.held.length !== 1 || held?.state !== 'node' || isNull(held.node)) continue;
    const base = { slot, name, bound };
    if (!isResourceName(name, level)) {
      found.push({ ...base, why: 'unknown-name', span: held.keySpan, text: name });
      continue;
    }
    const amount = amountIn(slot);
    if (amount.state === 'invalid')
      found.push({ ...base, why: 'not-a-quantity', span: amount.span, text: amount.text });
    if (amount.state !== 'known') continue;
    const { quantity, text, span } = amount;
    if (quantity.numerator < 0n) found.push({ ...base, why: 'negative', span, text });
    else if (WHOLE_BYTES.has(name) && quantity.numerator % quantity.denominator !== 0n)
      found.push({ ...base, why: 'fraction-of-a-byte', span, text });
    else if (bound === 'requests') {
      const limit = amountIn(child(child(resources, 'limits'), name));
      if (limit.state === 'known' && compareQuantities(quantity, limit.quantity) > 0)
        found.push({ ...base, why: 'above-limit', span, text, limit });
    }
  }
}

function duplicatesIn(slot: Slot, bound: Bound | undefined): RejectedAmount[] {
  const found: RejectedAmount[] = [];
  for (const { key, keySpan } of duplicateKeys(slot))
    found.push({ why: 'duplicate', slot: child(slot, key), span: keySpan, name: key, bound, text: key });
  return found;
}

/** The value that a slot certainly holds and that is not null, for messages. */
function writtenIn(slot: Slot): { readonly span: Span; readonly text: string } | undefined {
  const held = slot.held[0];
  if (slot.held.length !== 1 || held?.state !== 'node' || isNull(held.node)) return undefined;
  const { node } = held;
  const text = node.kind === 'scalar' ? node.text : node.kind === 'mapping' ? 'a mapping' : 'a list';
  return { span: node.kind === 'scalar' ? held.span : held.keySpan, text };
}

/**
 * Names without a domain are Kubernetes' own: cpu, memory, ephemeral-storage and huge pages; a pod as a whole takes neither
 * storage nor what vendors name (validateContainerResourceName, validatePodResourceName).
 */
function isResourceName(name: string, level: Level): boolean {
  if (name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')) return true;
  return level === 'container' && (name === 'ephemeral-storage' || name.includes('/'));
}

/** The resource that a name certainly means, where it is written otherwise than Kubernetes writes it. */
export function intendedName(name: string): 'cpu' | 'memory' | undefined {
  const lower = name.toLowerCase();
  if (lower === 'cpu' || lower === 'cpus') return 'cpu';
  return lower === 'memory' || lower === 'mem' ? 'memory' : undefined;
}

/**
 * The quantity that a rejected text certainly means: binary suffixes in the wrong case (`128mi`), with a B for bytes (`1GiB`), or
 * behind a blank (`128 Mi`). What could be a decimal or a binary suffix (`K`, `MB`) has no certain meaning.
 */
export function intendedQuantity(text: string): string | undefined {
  const match = /^([+]?[0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*([kmgtpe])i(b?)$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, digits = '', prefix = '', unit = ''] = match;
  // A small b stands for bits where people are strict.
  return unit === 'b' ? undefined : `${digits}${prefix.toUpperCase()}i`;
}
