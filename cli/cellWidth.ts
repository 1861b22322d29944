/** Cell width: how many cells of a terminal a text takes, so that carets stand under what they mean. */

/** Cells for a text without control characters: two for a wide character or an emoji, none for a mark on another character. */
export function cellWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** Most texts, and those that are cut. */
const NARROW = /^[\u0020-\u02FF\u2026]*$/;

/** Takes longer to make than all that most runs print. */
let graphemes: Intl.Segmenter | undefined;

/** What Unicode Standard Annex 11 calls wide or full width, by script and block, and what is drawn as an emoji. */
const WIDE =
  /\p{Emoji_Presentation}|\uFE0F|[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303E\u30FC\uFF01-\uFF60\uFFE0-\uFFE6]/u;
