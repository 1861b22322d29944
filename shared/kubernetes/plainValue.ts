/** Plain values: what a slot certainly holds, as data that can be written elsewhere. */
import type { YamlValue } from '../yaml/operation.ts';
import { isNull, type YamlNode } from '../yaml/tree.ts';
import { readBoolean, readInteger, readString } from './scalars.ts';
import type { Slot } from './slots.ts';

/** A copy larger than this is nobody's security context. */
const MAX_DEPTH = 8;

/**
 * The value of a slot as Kubernetes reads it, or undefined where any part of it is not known for certain: templated, aliased,
 * merged, written twice, next to a syntax error, or of a type that is none of JSON's.
 */
export function plainValue(slot: Slot): YamlValue | undefined {
  const [held] = slot.held;
  if (slot.held.length !== 1 || held?.state !== 'node') return undefined;
  return dataOf(held.node, 0);
}

function dataOf(node: YamlNode, depth: number): YamlValue | undefined {
  if (depth > MAX_DEPTH) return undefined;
  switch (node.kind) {
    case 'alias':
      return undefined;
    case 'scalar': {
      if (isNull(node)) return null;
      for (const read of [readBoolean, readInteger, readString]) {
        const reading = read(node);
        if (reading.state === 'known') return reading.value;
      }
      return undefined;
    }
    case 'sequence': {
      if (node.open !== undefined || node.items.some(({ when }) => when !== undefined)) return undefined;
      const items = node.items.map(({ value }) => dataOf(value, depth + 1));
      return items.some((item) => item === undefined) ? undefined : (items as YamlValue[]);
    }
    case 'mapping': {
      if (node.open !== undefined) return undefined;
      const result: Record<string, YamlValue> = {};
      for (const { key, keyNode, value, when } of node.entries) {
        const inner = dataOf(value, depth + 1);
        if (inner === undefined || when !== undefined || keyNode.kind !== 'scalar') return undefined;
        if (key === '<<' || key === '__proto__' || Object.hasOwn(result, key)) return undefined;
        result[key] = inner;
      }
      return result;
    }
  }
}
