/** Slots: a place in a document that may hold a value, read with all that is unknown about it. */
import type { Span } from '../text/span.ts';
import {
  type AliasNode,
  type Condition,
  dereference,
  type Item,
  isNull,
  lookup,
  type MappingNode,
  onlyEntry,
  type Path,
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

/**
 * A place, and what it may hold. A value written as null counts as absent, as it does for Kubernetes. Thousands of places are looked into for
 * each whose path a finding or a fix needs, so that is made when it is asked for.
 */
export class Slot {
  readonly held: readonly Held[];
  /** The key of the nearest existing place from here upwards, on which a finding of absence stands. */
  readonly anchor: Span;
  private readonly parent: Slot | undefined;
  private readonly step: string | number;
  private made: Path | undefined;

  constructor(
    held: readonly Held[],
    anchor: Span,
    parent: Slot | undefined,
    step: string | number,
    path?: Path,
  ) {
    this.held = held;
    this.anchor = anchor;
    this.parent = parent;
    this.step = step;
    this.made = path;
  }

  get path(): Path {
    this.made ??= this.parent === undefined ? [this.step] : [...this.parent.path, this.step];
    return this.made;
  }

  /** The place with something else in it. */
  holding(held: readonly Held[]): Slot {
    return new Slot(held, this.anchor, this.parent, this.step, this.made);
  }

  /** The place with another one for what is missing in it. */
  anchoredAt(anchor: Span): Slot {
    return new Slot(this.held, anchor, this.parent, this.step, this.made);
  }
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

/** A reading whose value is known. */
export type Known<T> = Extract<Reading<T>, { state: 'known' }>;

export type Level = 'pod' | 'container';

/** A field with its place. */
export class Field<T> {
  readonly readings: readonly Reading<T>[];
  private readonly place: { readonly path: Path; readonly anchor: Span };

  constructor(place: { readonly path: Path; readonly anchor: Span }, readings: readonly Reading<T>[]) {
    this.readings = readings;
    this.place = place;
  }

  get path(): Path {
    return this.place.path;
  }

  get anchor(): Span {
    return this.place.anchor;
  }

  /** The field with other readings. */
  reading(readings: readonly Reading<T>[]): Field<T> {
    return new Field(this.place, readings);
  }
}

export function slotOf(node: Exclude<YamlNode, AliasNode>, path: Path, anchor: Span): Slot {
  return new Slot([{ state: 'node', node, keySpan: anchor, span: node.span }], anchor, undefined, '', path);
}

const ABSENT: readonly (Held & { readonly state: 'absent' })[] = [{ state: 'absent' }];

/** The slot under a key of what the given slot holds. */
export function child(slot: Slot, key: string): Slot {
  const { held } = slot;
  const only = held[0];
  if (held.length !== 1 || only === undefined) return childOfMany(slot, key);
  if (only.state !== 'node') return new Slot(held, slot.anchor, slot, key);
  const { node } = only;
  if (node.kind !== 'mapping') return childOfMany(slot, key);
  const found = onlyEntry(node, key);
  if (found === null) return new Slot(ABSENT, slot.anchor, slot, key);
  if (found === undefined) return childOfMany(slot, key);
  const { span } = found.keyNode;
  return new Slot([heldBy(found.value, span, only.when)], span, slot, key);
}

/** As `child`, where branches of a template, merges, duplicates or what is no mapping may have a say. */
function childOfMany(slot: Slot, key: string): Slot {
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
  return new Slot(held, anchor, slot, key);
}

export function descend(slot: Slot, ...keys: readonly string[]): Slot {
  let inner = slot;
  for (let index = 0; index < keys.length; index++) inner = child(inner, keys[index] as string);
  return inner;
}

function heldBy(value: YamlNode, keySpan: Span, when: Condition | undefined): Held {
  const node = dereference(value);
  if (node === undefined)
    return { state: 'unknown', why: { reason: 'alias', text: aliasText(value) }, span: value.span };
  if (node.kind === 'scalar' && node.unknown !== undefined)
    return { state: 'unknown', why: node.unknown, span: value.span };
  const { span } = value;
  return when === undefined
    ? { state: 'node', node, keySpan, span }
    : { state: 'node', node, keySpan, span, when };
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
  const all = slot.held;
  if (all === ABSENT) return true;
  for (let index = 0; index < all.length; index++) {
    const held = all[index] as Held;
    if (held.state === 'unknown' || (held.state === 'node' && !isNull(held.node))) return false;
  }
  return true;
}

/** The one mapping that the slot certainly holds, or undefined. */
export function mappingIn(slot: Slot): MappingNode | undefined {
  const only = slot.held[0];
  return slot.held.length === 1 && only?.state === 'node' && only.node.kind === 'mapping'
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
  if (slot.held === ABSENT) return NO_SLOTS;
  const slots: Slot[] = [];
  for (const held of slot.held) {
    if (held.state !== 'node' || held.node.kind !== 'sequence') continue;
    const { items } = held.node;
    for (let index = 0; index < items.length; index++) {
      const { value, when } = items[index] as Item;
      const { span } = value;
      slots.push(new Slot([heldBy(value, span, when ?? held.when)], span, slot, index));
    }
  }
  return slots;
}

const NO_SLOTS: readonly Slot[] = [];

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
  const only = slot.held[0];
  if (slot.held.length !== 1 || only?.state !== 'node') return undefined;
  const reading = readString(only.node);
  return reading.state === 'known' ? reading.value : undefined;
}

/** A slot for what a shape has no place for: nothing can be written there, and nothing is. */
export function nowhere(slot: Slot): Slot {
  return slot.holding(ABSENT);
}

/** A slot for what is decided outside the document. */
export function elsewhere(slot: Slot): Slot {
  return slot.holding([{ state: 'unknown', why: { reason: 'overlay', text: '' } }]);
}

/** True where the text around what the slot holds does not parse, so that what is written may not be meant. */
export function touchesProblem(slot: Slot): boolean {
  const all = slot.held;
  for (let index = 0; index < all.length; index++) {
    const held = all[index] as Held;
    if (held.state === 'node' && held.node.kind !== 'scalar' && held.node.open?.reason === 'syntax')
      return true;
  }
  return false;
}

/** True where what the slot holds may have more keys or items than its text shows. */
export function mayHoldMore(slot: Slot): boolean {
  for (const held of slot.held) {
    if (held.state === 'unknown') return true;
    if (held.state === 'node' && held.node.kind !== 'scalar' && held.node.open !== undefined) return true;
  }
  return false;
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
  const { held } = slot;
  if (held === ABSENT) return new Field<T>(slot, ABSENT);
  const only = held[0];
  return held.length === 1 && only !== undefined
    ? new Field(slot, [readingOf(slot, only, level, read)])
    : new Field(
        slot,
        held.map((one) => readingOf(slot, one, level, read)),
      );
}

function readingOf<T>(
  slot: Slot,
  held: Held,
  level: Level,
  read: (node: YamlNode) => ScalarReading<T>,
): Reading<T> {
  if (held.state !== 'node') return held;
  const reading = read(held.node);
  const { span, keySpan, when } = held;
  switch (reading.state) {
    case 'absent':
      return reading;
    case 'unknown':
      return { ...reading, span };
    case 'invalid':
      return { ...reading, span, path: slot.path };
    case 'known': {
      const known = { state: 'known' as const, value: reading.value, span, keySpan, path: slot.path, level };
      return when === undefined ? known : { ...known, when };
    }
  }
}

/** The container's field over the pod's: what the container leaves unset, the pod decides (field by field). */
export function effective<T>(container: Field<T>, pod: Field<T>): Field<T> {
  const { readings } = container;
  if (readings === pod.readings) return container;
  if (readings.length === 1)
    return readings[0]?.state === 'absent' ? container.reading(pod.readings) : container;
  return container.reading(
    readings.flatMap((reading) => (reading.state === 'absent' ? pod.readings : [reading])),
  );
}

/** True where the field is certainly not set. */
export function isAbsent<T>({ readings }: Field<T>): boolean {
  for (let index = 0; index < readings.length; index++) if (readings[index]?.state !== 'absent') return false;
  return true;
}

/** The values that are written and valid, each with its place. */
export function knownReadings<T>({ readings }: Field<T>): readonly Known<T>[] {
  if (readings.length === 1 && readings[0]?.state === 'absent') return NONE_KNOWN;
  return readings.filter((reading) => reading.state === 'known');
}

const NONE_KNOWN: readonly never[] = [];

/** True where the field certainly has a value for which `test` holds. */
export function isCertainly<T>({ readings }: Field<T>, test: (value: T) => boolean): boolean {
  for (const reading of readings) if (reading.state !== 'known' || !test(reading.value)) return false;
  return readings.length > 0;
}

/** True where the field may have a value for which `test` holds: what is unknown or invalid may be anything. */
export function mayBe<T>({ readings }: Field<T>, test: (value: T) => boolean): boolean {
  for (const reading of readings) {
    if (reading.state === 'known' ? test(reading.value) : reading.state !== 'absent') return true;
  }
  return false;
}
