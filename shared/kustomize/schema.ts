/** Schemas: which lists of an object a patch is merged into by the keys of their items, and which it replaces. */
import { groupOf } from '../kubernetes/kinds.ts';
import { at, type BuiltNode, itemsAt, textAt, textIn } from './node.ts';
import { listKeysOf, mergesLists } from './strategicMerge.ts';

/** What is known of a place in an object. */
export interface ListSchema {
  /** The keys that tell the items of a list apart; undefined where a patch replaces the list. */
  readonly listKeys: readonly string[] | undefined;
  field(key: string): ListSchema | undefined;
  item(): ListSchema | undefined;
}

/** The schema of a kind; undefined for a kind of which none is known, whose lists are replaced. */
export type SchemaOf = (apiVersion: string, kind: string) => ListSchema | undefined;

/** The schema that kustomize carries, as far as it bears on pods. */
export function builtInSchema(apiVersion: string, kind: string): ListSchema | undefined {
  return mergesLists(apiVersion, kind) ? named('') : undefined;
}

function named(key: string): ListSchema {
  return { listKeys: listKeysOf(key), field: named, item: () => named('') };
}

/** A schema that a kustomization brings (`openapi.path`), in place of the one that kustomize carries. */
export function ownSchema(root: BuiltNode): SchemaOf {
  const definitions = at(root, 'definitions');
  return (apiVersion, kind) => {
    if (definitions?.kind !== 'mapping') return undefined;
    const version = apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
    for (const { value } of definitions.entries.values()) {
      const isIt = itemsAt(value, 'x-kubernetes-group-version-kind').some(
        (one) =>
          (textAt(one, 'group') ?? '') === groupOf(apiVersion) &&
          textAt(one, 'version') === version &&
          textAt(one, 'kind') === kind,
      );
      if (isIt) return placeOf(value, definitions);
    }
    return undefined;
  };
}

/** References lead on for as long as they lead somewhere new. */
const MAX_REFERENCES = 32;

function placeOf(written: BuiltNode | undefined, definitions: BuiltNode): ListSchema | undefined {
  let node = written;
  for (let hops = 0; hops < MAX_REFERENCES; hops++) {
    const reference = textAt(node, '$ref');
    if (reference === undefined) break;
    node = at(definitions, reference.replace(/^#\/definitions\//, ''));
  }
  if (node === undefined) return undefined;
  const known = node;
  return {
    listKeys: keysOf(known),
    field: (key) => placeOf(at(known, 'properties', key) ?? at(known, 'additionalProperties'), definitions),
    item: () => placeOf(at(known, 'items'), definitions),
  };
}

function keysOf(node: BuiltNode): readonly string[] | undefined {
  if (textAt(node, 'x-kubernetes-patch-strategy') !== 'merge') return undefined;
  const keys = itemsAt(node, 'x-kubernetes-list-map-keys').flatMap((key) => textIn(key) ?? []);
  const key = textAt(node, 'x-kubernetes-patch-merge-key');
  return keys.length > 0 || key === undefined ? keys : [key];
}
