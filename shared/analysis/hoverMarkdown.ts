/** Markdown of explanations: text from a manifest becomes code, so that it can say nothing but itself. */

/**
 * Text as a code span: no link, command, image or HTML in it can come to life. Line breaks and characters that would change the
 * look of what stands around them become a dot; long text is cut.
 */
export function code(text: string): string {
  const shown = shorten(text.replace(HARMFUL, '·').trim());
  if (shown === '') return '` `';
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** A code span in a table: a bar would end the cell even inside code. */
export function cellCode(text: string): string {
  return code(text).replaceAll('|', '\\|');
}

/** Controls, line breaks, and the marks that turn the direction of text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is taken out.
const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

const MAX_LENGTH = 60;

function shorten(text: string): string {
  const units = [...text];
  return units.length > MAX_LENGTH ? `${units.slice(0, MAX_LENGTH - 1).join('')}…` : text;
}

/** `a`, `b` and `c`; of many, the first and how many more. */
export function listWords(items: readonly string[], shown = 3): string {
  if (items.length > shown + 1) {
    return `${items.slice(0, shown).join(', ')} and ${items.length - shown} more`;
  }
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}
