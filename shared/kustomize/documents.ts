/** Documents: the objects in the text of a resource or a patch, each with its places. */
import { splitDocuments } from '../yaml/documents.ts';
import { parseDocument } from '../yaml/parse.ts';
import { isNull } from '../yaml/tree.ts';
import { type BuiltMapping, type BuiltNode, builtFrom, itemsAt, type Source, textAt } from './node.ts';
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
  const nodes: BuiltNode[] = [];
  for (const slice of splitDocuments(text)) {
    if (!slice.isDocument) continue;
    const document = parseDocument(text.slice(slice.start, slice.end));
    if (document.problems.length > 0) refuse(`${place.file} is not valid YAML.`);
    if (document.root === undefined || isNull(document.root)) continue;
    const source: Source = {
      file: place.file,
      documentStart: slice.start,
      isInline: place.isInline,
      offsetInFile: (offset) => place.offsetInFile(slice.start + offset),
    };
    nodes.push(builtFrom(document.root, source) ?? refuse(`${place.file} has parts that are not known.`));
  }
  return nodes;
}

/** The objects of a text, lists of objects taken apart, without those that stay on the machine of whoever builds. */
export function objectsOf(text: string, place: TextPlace): readonly BuiltMapping[] {
  const objects: BuiltMapping[] = [];
  const pending = [...documentsIn(text, place)].reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind !== 'mapping') return refuse(`${place.file} holds something that is no object.`);
    const kind = textAt(node, 'kind');
    if (kind?.endsWith('List') === true && node.entries.has('items')) {
      pending.push(...[...itemsAt(node, 'items')].reverse());
      continue;
    }
    if (textAt(node, 'metadata', 'annotations', LOCAL_CONFIG) !== undefined) continue;
    objects.push(node);
  }
  return objects;
}

const LOCAL_CONFIG = 'config.kubernetes.io/local-config';
