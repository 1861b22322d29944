/** Regular expressions of Go, as far as JavaScript's give the same answer in bounded time. */

/** Longer texts are not matched here. */
const MAX_TEXT = 2000;

/**
 * A Go expression (RE2) for a text of the given length, or undefined where JavaScript might read it otherwise, or might take longer
 * than in proportion to the text.
 */
export function goRegExp(source: string, textLength: number): RegExp | undefined {
  if (textLength > MAX_TEXT || source.length > 200) return undefined;
  const flags = /^\(\?([is]+)\)/.exec(source);
  const body = flags === null ? source : source.slice(flags[0].length);
  // Look-around, back references and named classes differ; a repeated group that repeats inside can take forever.
  if (/\(\?(?!:)|\\[1-9pPzAQECGKRX]|\[\[:|\\x\{/.test(body)) return undefined;
  const repeats = repeatsIn(body);
  if (repeats === undefined || (repeats + 1) * Math.log10(Math.max(textLength, 2)) > MAX_WORK)
    return undefined;
  try {
    return new RegExp(body, `u${flags?.[1] ?? ''}`);
  } catch {
    return undefined;
  }
}

/** Decimal digits of the steps that matching may take at worst. */
const MAX_WORK = 8;

/** How many repetitions an expression has; undefined where a group that holds one is itself repeated. */
function repeatsIn(body: string): number | undefined {
  const repeats: boolean[] = [];
  let inClass = false;
  let count = 0;
  for (let at = 0; at < body.length; at++) {
    const unit = body[at];
    if (unit === '\\') {
      at++;
    } else if (inClass) {
      if (unit === ']') inClass = false;
    } else if (unit === '[') {
      inClass = true;
    } else if (unit === '(') {
      repeats.push(false);
    } else if (unit === ')') {
      const inner = repeats.pop() ?? false;
      const isRepeated = /^[*+{]/.test(body.slice(at + 1));
      if (inner && isRepeated) return undefined;
      if ((inner || isRepeated) && repeats.length > 0) repeats[repeats.length - 1] = true;
    } else if (unit === '*' || unit === '+' || unit === '{') {
      count++;
      if (repeats.length > 0) repeats[repeats.length - 1] = true;
    }
  }
  return count;
}
