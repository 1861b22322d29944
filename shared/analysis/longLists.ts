/** Long lists: which documents are judged item by item, as far as a look tells. */

/** Shorter lists are judged as a whole. In UTF-16 code units. */
export const LONG_LIST = 20_000;

/** False for the text of a document that certainly is no list, or a short one. */
export function mayBeLongList(text: string): boolean {
  return text.length >= LONG_LIST && ITEMS.test(text);
}

const ITEMS = /^items:/m;
