/** Decoded data as plain values, and look-ups in it that never throw; the judges of the tests build on nothing else. */

export type Plain = null | boolean | number | string | readonly Plain[] | PlainMap;

export interface PlainMap {
  readonly [key: string]: Plain;
}

/** Keys and list positions from the root of one document. */
export type PlainPath = readonly (string | number)[];

export function isMap(value: Plain | undefined): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value);
}

/** The value under an own key; null, absent and "the parent is no mapping" are all undefined, as for Kubernetes' decoder. */
export function get(value: Plain | undefined, key: string): Plain | undefined {
  if (!isMap(value) || !Object.hasOwn(value, key)) return undefined;
  return value[key] ?? undefined;
}

/** The value at a path, with the same reading of null as `get`. */
export function getAt(value: Plain | undefined, path: PlainPath): Plain | undefined {
  let here = value;
  for (const step of path) {
    here = typeof step === 'number' ? (isList(here) ? here[step] : undefined) : get(here, step);
  }
  return here ?? undefined;
}

export function getMap(value: Plain | undefined, key: string): PlainMap | undefined {
  const found = get(value, key);
  return isMap(found) ? found : undefined;
}

/** The items of a list; nothing when it is no list. */
export function getList(value: Plain | undefined, key: string): readonly Plain[] {
  const found = get(value, key);
  return isList(found) ? found : [];
}

/** A non-empty string; the empty string is the zero value and means "unset" to Kubernetes. */
export function getString(value: Plain | undefined, key: string): string | undefined {
  const found = get(value, key);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The keys whose value is not null. */
export function writtenKeys(value: Plain | undefined): readonly string[] {
  return isMap(value) ? Object.keys(value).filter((key) => value[key] !== null) : [];
}

/** A path as one line, for messages and comparisons: `spec.containers[0].image`. */
export function pathText(path: PlainPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}
