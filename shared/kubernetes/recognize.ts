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
  return isCertainlyOf(text, (apiVersion, kind) => {
    if (kindRule(apiVersion, kind, kinds) !== undefined || saysFacts(apiVersion, kind)) return false;
    return !recognizeByShape || !isSearchedForShape(groupOf(apiVersion));
  });
}

/** As `isCertainlyWithoutPods`, for one object that says nothing about pods elsewhere, whether it holds one or not. */
export function isCertainlyWithoutFacts(text: string, { kinds }: KindSettings): boolean {
  return isCertainlyOf(text, (apiVersion, kind) => {
    const inside = kindRule(apiVersion, kind, kinds)?.objects ?? [];
    return inside.length === 0 && !saysFacts(apiVersion, kind);
  });
}

/** True for facts, and for lists, which may hold some. */
function saysFacts(apiVersion: string, kind: string): boolean {
  return isFactKind(apiVersion, kind) || listItemKind(apiVersion, kind) !== undefined;
}

/**
 * True for the text of one object whose version and kind are plain to see, and of which `test` holds. False where they are not both written once,
 * and where the first column of any line holds anything but a plain key, an item, a comment or a marker.
 */
function isCertainlyOf(text: string, test: (apiVersion: string, kind: string) => boolean): boolean {
  if (!FIRST_LINE.test(text) || hasOddBreak(text)) return false;
  let isPassed = false;
  let kind = -1;
  let apiVersion = -1;
  // Nearly every line starts with a space, is empty, or is an item.
  OTHER_LINE.lastIndex = 0;
  for (let found = OTHER_LINE.exec(text); found !== null; found = OTHER_LINE.exec(text)) {
    const line = found.index;
    const unit = text.charCodeAt(line);
    if (isLetter(unit)) {
      let at = line + 1;
      while (isLetterOrDigit(text.charCodeAt(at))) at++;
      if (text.charCodeAt(at) !== COLON) return false;
      if (text.startsWith('kind:', line)) {
        if (kind >= 0) return false;
        kind = at + 1;
      } else if (text.startsWith('apiVersion:', line)) {
        if (apiVersion >= 0) return false;
        apiVersion = at + 1;
      }
      // Whoever does not pass is known for that from the first lines on.
      if (!isPassed && kind >= 0 && apiVersion >= 0) {
        const ownKind = valueAt(text, kind);
        const ownVersion = valueAt(text, apiVersion);
        if (ownKind === undefined || ownVersion === undefined || !test(ownVersion, ownKind)) return false;
        isPassed = true;
      }
    } else if (!MAY_START_LINE.includes(unit)) return false;
  }
  return isPassed;
}

const OTHER_LINE = /^[^ \n-]/gm;

/** Comments, blank lines and a marker, and then a plain key in the first column: the document is a block mapping. */
const FIRST_LINE =
  /^(?:[ ]*(?:#[^\r\n]*)?\r?\n)*(?:---[ ]*\r?\n(?:[ ]*(?:#[^\r\n]*)?\r?\n)*)?[A-Za-z]+:(?:[ ]|\r?\n)/;

/** True where some readers see lines that others do not. */
function hasOddBreak(text: string): boolean {
  if (text.includes('\u2028') || text.includes('\u2029')) return true;
  return text.includes('\r') && /\r(?!\n)/.test(text);
}

const COLON = 58;

/** What else may: a tab, a carriage return, a comment, the end of a document. */
const MAY_START_LINE: readonly number[] = [9, 13, 35, 46];

function isLetter(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90);
}

function isLetterOrDigit(unit: number): boolean {
  return isLetter(unit) || (unit >= 48 && unit <= 57);
}

/** The value behind a key, where it is one plain word. */
function valueAt(text: string, at: number): string | undefined {
  VALUE.lastIndex = at;
  return VALUE.exec(text)?.[1];
}

/** A word and, behind it, the next line with content in the first column: a deeper one would continue the value. */
const VALUE =
  /[ ]+([A-Za-z][A-Za-z0-9./-]*)[ ]*(?:[ ]#[^\r\n]*)?\r?(?:\n[ ]*(?:#[^\r\n]*)?\r?)*(?:\n(?=[^\s#])|$)/y;
