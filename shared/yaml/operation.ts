/** Operations: what should be so in a document, said by path; the edit engine finds the text. */
import type { Path } from './tree.ts';

/** A value to be written: what JSON can say. */
export type YamlValue =
  | string
  | number
  | boolean
  | null
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue };

export type YamlOp =
  /** The value at `path` is `value`; missing parents are made. Where both are mappings, the keys are set one by one. */
  | { readonly op: 'set'; readonly path: Path; readonly value: YamlValue }
  /** There is nothing at `path`; `pruneEmpty` removes that many parents too where they would be left empty. */
  | { readonly op: 'remove'; readonly path: Path; readonly pruneEmpty?: number }
  /** The sequence at `path` has `item`; with `key`, an item with the same value under that key is the same item. */
  | { readonly op: 'ensureItem'; readonly path: Path; readonly item: YamlValue; readonly key?: string }
  /** What stands at `from` stands at `to` instead; declined where `to` holds something else already. */
  | { readonly op: 'move'; readonly from: Path; readonly to: Path };
