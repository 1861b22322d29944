/** Nesting: bounds on how deep and how long a text may be that is parsed, found without parsing it. */

/**
 * The longest document that the reader of record takes, in UTF-16 code units: it needs a few hundred times a text's size in memory.
 * A cluster stores no object above 1.5 MiB (etcd's --max-request-bytes), so nothing that can be applied comes near it.
 */
export const MAX_DOCUMENT_LENGTH = 4 * 1024 * 1024;

/** The longest document that the quick reader takes, in UTF-16 code units: its tree takes some sixty times as many bytes. */
export const MAX_PLAIN_LENGTH = 16 * 1024 * 1024;

/**
 * The most tokens that the reader of record takes, spaces and signs included: each costs it some microseconds, so that this many keep
 * everybody waiting for about a second. The largest document among a thousand real files that is not plain has ten thousand.
 */
export const MAX_TOKENS = 200_000;

/** Deeper than any real manifest, and well within what the reader's recursion bears. */
export const MAX_NESTING = 256;

/**
 * True where the text may nest deeper than `MAX_NESTING`: flow brackets that open, or block indentation and compact
 * `- - -` that grow, further than that. Brackets in quotes and comments are counted too, so the bound is generous only
 * to text that is not hostile: a line's closing brackets count against the opening ones.
 */
export function exceedsNesting(text: string): boolean {
  let flow = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 91 || unit === 123) {
      flow++;
      if (flow > MAX_NESTING) return true;
    } else if ((unit === 93 || unit === 125) && flow > 0) flow--;
  }
  return blockDepthExceeds(text);
}

function blockDepthExceeds(text: string): boolean {
  const columns: number[] = [];
  let at = 0;
  while (at < text.length) {
    let column = 0;
    while (text.charCodeAt(at) === 32) {
      at++;
      column++;
    }
    const first = text.charCodeAt(at);
    if (first !== 10 && first !== 13 && first !== 35 && at < text.length) {
      while (columns.length > 0 && (columns.at(-1) as number) >= column) columns.pop();
      columns.push(column);
      // Compact indicators (`- - - x`, `? ? x`) open one level each.
      while (isIndicator(text, at)) {
        at++;
        column++;
        while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) {
          at++;
          column++;
        }
        columns.push(column);
        if (columns.length > MAX_NESTING) return true;
      }
      if (columns.length > MAX_NESTING) return true;
    }
    const next = text.indexOf('\n', at);
    if (next < 0) break;
    at = next + 1;
  }
  return false;
}

function isIndicator(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit !== 45 && unit !== 63 && unit !== 58) return false;
  const next = text.charCodeAt(at + 1);
  return next === 32 || next === 9;
}
