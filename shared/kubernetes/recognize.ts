/** Recognizing: tells from its text alone that a document holds no pod and says nothing about one. */
import { groupOf, isFactKind, kindRule, listItemKind } from './kinds.ts';
import { isSearchedForShape } from './podShape.ts';
import type { KindSettings } from './workload.ts';

/**
 * True for the text of a document that is certainly one object without a pod, of a kind that says nothing about pods elsewhere: most
 * ConfigMaps, Services and CustomResourceDefinitions. Whatever is not plain to see is false: the kind and its version have to be
 * written plainly, once, as keys of a block mapping in the first column. The text holds no template action and no suppression.
 */
export function isCertainlyWithoutPods(text: string, { kinds, recognizeByShape }: KindSettings): boolean {
  if (!FIRST_LINE.test(text) || ODD_LINE.test(text)) return false;
  const kind = onlyValue(text, 'kind');
  const apiVersion = kind === undefined ? undefined : onlyValue(text, 'apiVersion');
  if (kind === undefined || apiVersion === undefined) return false;
  if (kindRule(apiVersion, kind, kinds) !== undefined || isFactKind(apiVersion, kind)) return false;
  if (listItemKind(apiVersion, kind) !== undefined) return false;
  return !recognizeByShape || !isSearchedForShape(groupOf(apiVersion));
}

/** Comments, blank lines and a marker, and then a plain key in the first column: the document is a block mapping. */
const FIRST_LINE =
  /^(?:[ ]*(?:#[^\r\n]*)?\r?\n)*(?:---[ ]*\r?\n(?:[ ]*(?:#[^\r\n]*)?\r?\n)*)?[A-Za-z]+:(?:[ ]|\r?\n)/;

/** A line whose first column holds anything but a plain key, an item, a comment or a marker. */
const ODD_LINE = /^(?:[^\sA-Za-z#.-]|[A-Za-z][A-Za-z0-9]*(?:\r?$|[^A-Za-z0-9:\r\n]))|\r(?!\n)/m;

/** The value of a key of the outermost mapping, where it is one plain word and the key is written once. */
function onlyValue(text: string, key: string): string | undefined {
  let found: number | undefined;
  for (let at = text.indexOf(`${key}:`); at >= 0; at = text.indexOf(`${key}:`, at + 1)) {
    if (at > 0 && text.charCodeAt(at - 1) !== 10) continue;
    if (found !== undefined) return undefined;
    found = at;
  }
  if (found === undefined) return undefined;
  VALUE.lastIndex = found + key.length + 1;
  return VALUE.exec(text)?.[1];
}

/** A word and, behind it, the next line with content in the first column: a deeper one would continue the value. */
const VALUE =
  /[ ]+([A-Za-z][A-Za-z0-9./-]*)[ ]*(?:[ ]#[^\r\n]*)?\r?(?:\n[ ]*(?:#[^\r\n]*)?\r?)*(?:\n(?=[^\s#])|$)/y;
