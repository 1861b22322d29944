/** Slots: a place in a document that may hold a value, read with all that is unknown about it. */
import type { Span } from '../text/span.ts';
import {
  type AliasNode,
  type Condition,
  dereference,
  isNull,
  lookup,
  type MappingNode,
  type Path,
  type SequenceNode,
  type Unknown,
  type YamlNode,
} from '../yaml/tree.ts';
import { readBoolean, readInteger, readString, type ScalarReading } from './scalars.ts';

/** One thing that a slot may hold. Several come only from branches of a template. */
export type Held =
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly why: Unknown; readonly span?: Span }
  | {
      readonly state: 'node';
      readonly node: Exclude<YamlNode, AliasNode>;
      readonly keySpan: Span;
      /** Where the value is written: the alias itself where it is one. */
      readonly span: Span;
      readonly when?: Condition;
    };

/** A place, and what it may hold. A value written as null counts as absent, as it does for Kubernetes. */
export interface Slot {
  readonly path: Path;
  readonly held: readonly Held[];
  /** The key of the nearest existing place from here upwards, on which a finding of absence stands. */
  readonly anchor: Span;
}

/** A field of a type, level and place. Several readings come only from branches of a template. */
export type Reading<T> =
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly why: Unknown; readonly span?: Span }
  | { readonly state: 'invalid'; readonly span: Span; readonly text: string; readonly path: Path }
  | {
      readonly state: 'known';
      readonly value: T;
      readonly span: Span;
      readonly keySpan: Span;
      readonly path: Path;
      readonly level: Level;
      readonly when?: Condition;
    };

export type Level = 'pod' | 'container';

export interface Field<T> {
  readonly path: Path;
  readonly anchor: Span;
  readonly readings: readonly Reading<T>[];
}

export function slotOf(node: Exclude<YamlNode, AliasNode>, path: Path, anchor: Span): Slot {
  return { path, anchor, held: [{ state: 'node', node, keySpan: anchor, span: node.span }] };
}

/** The slot under a key of what the given slot holds. */
export function child(slot: Slot, key: string): Slot {
  const held: Held[] = [];
  let anchor = slot.anchor;
  for (const parent of slot.held) {
    if (parent.state !== 'node') {
      held.push(parent);
      continue;
    }
    if (isNull(parent.node)) {
      held.push({ state: 'absent' });
      continue;
    }
    if (parent.node.kind !== 'mapping') {
      held.push({ state: 'unknown', why: unknownOf(parent.node), span: parent.span });
      continue;
    }
    for (const answer of lookup(parent.node, key)) {
      if (answer.state === 'absent') held.push(answer);
      else if (answer.state === 'unknown') held.push(answer);
      else {
        const { entry } = answer;
        anchor = entry.keyNode.span;
        held.push(heldBy(entry.value, entry.keyNode.span, entry.when ?? parent.when));
      }
    }
  }
  return { path: [...slot.path, key], held, anchor };
}

export function descend(slot: Slot, ...keys: readonly string[]): Slot {
  return keys.reduce(child, slot);
}

function heldBy(value: YamlNode, keySpan: Span, when: Condition | undefined): Held {
  const node = dereference(value);
  if (node === undefined)
    return { state: 'unknown', why: { reason: 'alias', text: aliasText(value) }, span: value.span };
  if (node.kind === 'scalar' && node.unknown !== undefined)
    return { state: 'unknown', why: node.unknown, span: value.span };
  const base = { state: 'node' as const, node, keySpan, span: value.span };
  return when === undefined ? base : { ...base, when };
}

function aliasText(node: YamlNode): string {
  return node.kind === 'alias' ? `*${node.name}` : '';
}

/** Why nothing can be read from a node that is not of the shape expected. */
function unknownOf(node: Exclude<YamlNode, AliasNode>): Unknown {
  if (node.kind === 'scalar' && node.unknown !== undefined) return node.unknown;
  return { reason: 'syntax', text: '' };
}

/** True where nothing is held, whatever a template does. */
export function isCertainlyAbsent(slot: Slot): boolean {
  return slot.held.every((held) => held.state === 'absent' || (held.state === 'node' && isNull(held.node)));
}

/** The one mapping that the slot certainly holds, or undefined. */
export function mappingIn(slot: Slot): MappingNode | undefined {
  const [only] = slot.held;
  return slot.held.length === 1 && only?.state === 'node' && only.node.kind === 'mapping'
    ? only.node
    : undefined;
}

/** The one sequence that the slot certainly holds, or undefined. */
export function sequenceIn(slot: Slot): SequenceNode | undefined {
  const [only] = slot.held;
  return slot.held.length === 1 && only?.state === 'node' && only.node.kind === 'sequence'
    ? only.node
    : undefined;
}

/** True where the slot holds lists or nothing, whatever a template does. */
export function isListOrNothing(slot: Slot): boolean {
  return slot.held.every(
    (held) =>
      held.state === 'absent' ||
      (held.state === 'node' && (held.node.kind === 'sequence' || isNull(held.node))),
  );
}

/** The items of the sequences that a slot holds, each a slot; items of nothing, and of what is no sequence, are none. */
export function itemsOf(slot: Slot): readonly Slot[] {
  const items: Slot[] = [];
  for (const held of slot.held) {
    if (held.state !== 'node' || held.node.kind !== 'sequence') continue;
    held.node.items.forEach((item, index) => {
      items.push({
        path: [...slot.path, index],
        anchor: item.value.span,
        held: [heldBy(item.value, item.value.span, item.when ?? held.when)],
      });
    });
  }
  return items;
}

/** The keys of the mapping that a slot certainly holds, those that its merge keys bring included. */
export function keysOf(slot: Slot): ReadonlySet<string> {
  const keys = new Set<string>();
  const mapping = mappingIn(slot);
  if (mapping !== undefined) collectKeys(mapping, keys, 0);
  return keys;
}

/** Merges nest only as deep as people write. */
const MAX_MERGE_DEPTH = 16;

function collectKeys(mapping: MappingNode, keys: Set<string>, depth: number): void {
  for (const { key, keyNode, value } of mapping.entries) {
    if (keyNode.kind !== 'scalar') continue;
    if (key !== '<<' || keyNode.style !== 'plain') {
      keys.add(key);
      continue;
    }
    if (depth >= MAX_MERGE_DEPTH) continue;
    const source = dereference(value);
    const sources =
      source?.kind === 'sequence' ? source.items.map((item) => dereference(item.value)) : [source];
    for (const merged of sources) if (merged?.kind === 'mapping') collectKeys(merged, keys, depth + 1);
  }
}

/** The one string that a slot certainly holds. */
export function textOf(slot: Slot): string | undefined {
  const [only, ...others] = stringField(slot, 'pod').readings;
  return others.length === 0 && only?.state === 'known' ? only.value : undefined;
}

/** A slot for what a shape has no place for: nothing can be written there, and nothing is. */
export function nowhere({ path, anchor }: Slot): Slot {
  return { path, anchor, held: [{ state: 'absent' }] };
}

/** A slot for what is decided outside the document. */
export function elsewhere({ path, anchor }: Slot): Slot {
  return { path, anchor, held: [{ state: 'unknown', why: { reason: 'overlay', text: '' } }] };
}

/** True where the text around what the slot holds does not parse, so that what is written may not be meant. */
export function touchesProblem(slot: Slot): boolean {
  return slot.held.some(
    (held) => held.state === 'node' && held.node.kind !== 'scalar' && held.node.open?.reason === 'syntax',
  );
}

/** True where what the slot holds may have more keys or items than its text shows. */
export function mayHoldMore(slot: Slot): boolean {
  return slot.held.some(
    (held) =>
      held.state === 'unknown' ||
      (held.state === 'node' && held.node.kind !== 'scalar' && held.node.open !== undefined),
  );
}

export function booleanField(slot: Slot, level: Level): Field<boolean> {
  return field(slot, level, readBoolean);
}

export function integerField(slot: Slot, level: Level): Field<number> {
  return field(slot, level, readInteger);
}

export function stringField(slot: Slot, level: Level): Field<string> {
  return field(slot, level, readString);
}

function field<T>(slot: Slot, level: Level, read: (node: YamlNode) => ScalarReading<T>): Field<T> {
  const readings = slot.held.map((held): Reading<T> => {
    if (held.state !== 'node') return held;
    const reading = read(held.node);
    switch (reading.state) {
      case 'absent':
        return reading;
      case 'unknown':
        return { ...reading, span: held.span };
      case 'invalid':
        return { ...reading, span: held.span, path: slot.path };
      case 'known': {
        const known = { ...reading, span: held.span, keySpan: held.keySpan, path: slot.path, level };
        return held.when === undefined ? known : { ...known, when: held.when };
      }
    }
  });
  return { path: slot.path, anchor: slot.anchor, readings };
}

/** The container's field over the pod's: what the container leaves unset, the pod decides (field by field). */
export function effective<T>(container: Field<T>, pod: Field<T>): Field<T> {
  const readings = container.readings.flatMap((reading) =>
    reading.state === 'absent' ? pod.readings : [reading],
  );
  return { ...container, readings };
}

/** True where the field is certainly not set. */
export function isAbsent<T>(candidate: Field<T>): boolean {
  return candidate.readings.every((reading) => reading.state === 'absent');
}

/** The values that are written and valid, each with its place. */
export function knownReadings<T>(candidate: Field<T>): readonly Extract<Reading<T>, { state: 'known' }>[] {
  return candidate.readings.filter((reading) => reading.state === 'known');
}

/** True where the field certainly has a value for which `test` holds. */
export function isCertainly<T>(candidate: Field<T>, test: (value: T) => boolean): boolean {
  return (
    candidate.readings.length > 0 &&
    candidate.readings.every((reading) => reading.state === 'known' && test(reading.value))
  );
}

/** True where the field may have a value for which `test` holds: what is unknown or invalid may be anything. */
export function mayBe<T>(candidate: Field<T>, test: (value: T) => boolean): boolean {
  return candidate.readings.some((reading) =>
    reading.state === 'known' ? test(reading.value) : reading.state !== 'absent',
  );
}
