/** Comments in JSON: two slashes, or a slash and an asterisk, which editors and generators let pass and YAML does not know. */
import type { Span } from '../text/span.ts';

export interface CommentedJson {
  /** The text with blanks for comments: every offset, and every line, is where it was. */
  readonly masked: string;
  /** In order. */
  readonly comments: readonly Span[];
}

/**
 * Hides the comments of a JSON document; undefined for a text without any, and for one that is no JSON in all the rest. Brackets and
 * commas need not match, so that a document that is being written stays the same; a word that is no JSON makes the text YAML, in which
 * slashes are plain text.
 */
export function maskJsonComments(text: string): CommentedJson | undefined {
  if (!START.test(text) || !(text.includes('//') || text.includes('/*'))) return undefined;
  const token = new RegExp(TOKEN);
  const comments: Span[] = [];
  const parts: string[] = [];
  let kept = 0;
  let isBegun = false;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    const found = token.exec(text)?.[0];
    if (found === undefined) return undefined;
    if (found.startsWith('/')) {
      comments.push({ start: at, end: at + found.length });
      parts.push(text.slice(kept, at), found.replace(/[^\r\n]/g, ' '));
      kept = token.lastIndex;
    } else if (!isBegun && found.trim() !== '') {
      if (!/^\s*[[{]/.test(found)) return undefined;
      isBegun = true;
    }
  }
  if (comments.length === 0 || !isBegun) return undefined;
  return { masked: parts.join('') + text.slice(kept), comments };
}

/** White space takes a byte order mark in. */
const START = /^\s*(?:[[{]|\/[/*])/;

/** A string that is not closed ends with its line: it is being typed. */
const TOKEN =
  /"(?:[^"\\\r\n]|\\[^\r\n])*"?|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|[\s,:[\]{}]+|(?:true|false|null|-?\d[\d.eE+-]*)(?![^\s,\]}])/y;
