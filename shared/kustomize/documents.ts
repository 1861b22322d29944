/** Documents: the objects in the text of a resource or a patch, each with its places. */
import { splitDocuments } from '../yaml/documents.ts';
import { parseDocument } from '../yaml/parse.ts';
import { dereference, isNull, type YamlNode } from '../yaml/tree.ts';
import {
  type BuiltEntry,
  type BuiltMapping,
  type BuiltNode,
  builtFrom,
  itemsAt,
  type Source,
  textAt,
} from './node.ts';
import { refuse } from './refusal.ts';

/** Where a text of documents stands. */
export interface TextPlace {
  readonly file: string;
  readonly isInline: boolean;
  /** The offset in the file of an offset in the text. */
  readonly offsetInFile: (offset: number) => number;
}

export function wholeFile(file: string): TextPlace {
  return { file, isInline: false, offsetInFile: (offset) => offset };
}

/** The values of all documents that hold one. Refuses a text that is not YAML, or is a template of it. */
export function documentsIn(text: string, place: TextPlace): readonly BuiltNode[] {
  return readDocuments(text, place).map(({ node, problem }) =>
    problem === undefined ? node : refuse(problem),
  );
}

interface ReadDocument {
  /** Of a document that cannot be read, no more than what its object is called. */
  readonly node: BuiltNode;
  /** One sentence for a person; undefined where all is known. */
  readonly problem?: string;
}

function readDocuments(text: string, place: TextPlace): readonly ReadDocument[] {
  const read: ReadDocument[] = [];
  for (const slice of splitDocuments(text)) {
    if (!slice.isDocument) continue;
    const document = parseDocument(text.slice(slice.start, slice.end));
    const isBroken = document.problems.length > 0;
    if (!isBroken && (document.root === undefined || isNull(document.root))) continue;
    const source: Source = {
      file: place.file,
      documentStart: slice.start,
      isInline: place.isInline,
      offsetInFile: (offset) => place.offsetInFile(slice.start + offset),
    };
    const node = isBroken ? undefined : builtFrom(document.root, source);
    if (node !== undefined) read.push({ node });
    else {
      const problem = `${place.file} ${isBroken ? 'is not valid YAML' : 'has parts that are not known'}.`;
      read.push({ node: namesFrom(document.root, source), problem });
    }
  }
  return read;
}

/** What tells an object apart, as far as the text shows it. */
function namesFrom(written: YamlNode | undefined, source: Source): BuiltMapping {
  const root = dereference(written);
  const from = {
    source,
    start: source.offsetInFile(root?.span.start ?? 0),
    end: source.offsetInFile(root?.span.end ?? 0),
    path: [],
  };
  const names = new Map<string, BuiltEntry>();
  const take = (node: YamlNode | undefined, keys: readonly string[], into: Map<string, BuiltEntry>): void => {
    const mapping = dereference(node);
    if (mapping?.kind !== 'mapping') return;
    for (const { key, value } of mapping.entries) {
      const scalar = dereference(value);
      if (!keys.includes(key) || scalar?.kind !== 'scalar' || scalar.unknown !== undefined) continue;
      into.set(key, { value: { kind: 'scalar', text: scalar.text, isPlain: scalar.style === 'plain' } });
    }
  };
  take(root, ['apiVersion', 'kind'], names);
  const metadata = new Map<string, BuiltEntry>();
  const inner =
    root?.kind === 'mapping' ? root.entries.findLast(({ key }) => key === 'metadata')?.value : undefined;
  take(inner, ['name', 'namespace'], metadata);
  names.set('metadata', { value: { kind: 'mapping', entries: metadata } });
  return { kind: 'mapping', entries: names, from };
}

/** An object of a resource, and why its content is not known, where it is not. */
export interface ResourceObject {
  readonly root: BuiltMapping;
  readonly problem?: string;
}

/** The objects of a text, lists of objects taken apart. */
export function objectsOf(text: string, place: TextPlace): readonly ResourceObject[] {
  const objects: ResourceObject[] = [];
  const pending = [...readDocuments(text, place)].reverse();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, problem } = next;
    if (node.kind !== 'mapping') return refuse(`${place.file} holds something that is no object.`);
    const kind = textAt(node, 'kind');
    if (kind?.endsWith('List') === true && node.entries.has('items')) {
      pending.push(
        ...itemsAt(node, 'items')
          .map((item) => ({ node: item }))
          .reverse(),
      );
      continue;
    }
    objects.push(problem === undefined ? { root: node } : { root: node, problem });
  }
  return objects;
}

/** True for an object that stays on the machine of whoever builds. */
export function isLocal(root: BuiltMapping): boolean {
  return textAt(root, 'metadata', 'annotations', 'config.kubernetes.io/local-config') !== undefined;
}
