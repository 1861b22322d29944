/** Words apart: what the manifest of the extension says in words, moved into a file of strings that can be translated. */

export interface Localized {
  /** The value with `%key%` in place of each of its words. */
  readonly value: unknown;
  readonly strings: ReadonlyMap<string, string>;
}

/** Moves the words out of a contribution; keys begin with `prefix` and follow the place in the value. Total. */
export function localized(value: unknown, prefix: string): Localized {
  const strings = new Map<string, string>();
  const put = (key: string, text: string): string => {
    strings.set(key, text);
    return `%${key}%`;
  };
  const walk = (part: unknown, key: string): unknown => {
    if (Array.isArray(part)) return part.map((item, index) => walk(item, `${key}.${index}`));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, inner]) => [name, wordsOrPart(name, inner, keyBelow(key, name))]),
    );
  };
  const wordsOrPart = (name: string, inner: unknown, key: string): unknown => {
    if (WORDS.has(name) && typeof inner === 'string') return put(key, inner);
    if (name === LIST_OF_WORDS && Array.isArray(inner))
      return inner.map((text, index) => put(`${key}.${index}`, String(text)));
    return walk(inner, key);
  };
  return { value: walk(value, prefix), strings };
}

const WORDS: ReadonlySet<string> = new Set([
  'title',
  'description',
  'markdownDescription',
  'patternErrorMessage',
  'displayName',
  'userDescription',
]);
const LIST_OF_WORDS = 'enumDescriptions';

/** Packers only know keys of letters, digits, dots and hyphens. */
function keyBelow(key: string, name: string): string {
  return `${key}.${name.replace(/^podproof\./, '').replace(/[^\w.-]/g, '.')}`;
}
