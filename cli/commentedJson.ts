/** JSON with comments, as editors and compilers keep their settings in `.json` files: no YAML, and no manifest either. */

/** True for JSON in which comments (`//`, slash and asterisk) and commas before a closing bracket are let pass. */
export function isCommentedJson(text: string): boolean {
  if (!/^\s*[[{/]/.test(text)) return false;
  const plain = text
    .replace(STRING_OR_COMMENT, (part) => (part.startsWith('"') ? part : ' '))
    .replace(STRING_OR_TRAILING_COMMA, (part) => (part.startsWith('"') ? part : part.slice(1)));
  try {
    JSON.parse(plain);
    return true;
  } catch {
    return false;
  }
}

const STRING_OR_COMMENT = /"(?:[^"\\]|\\[\s\S])*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
const STRING_OR_TRAILING_COMMA = /"(?:[^"\\]|\\[\s\S])*"?|,\s*[\]}]/g;
