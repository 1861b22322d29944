/** Quantity: Kubernetes' numbers with a suffix, such as `500m` and `128Mi` (apimachinery pkg/api/resource). */

/** A quantity as an exact fraction: `numerator / denominator`. */
export interface Quantity {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** What each suffix multiplies with, as a fraction. */
const SUFFIXES: ReadonlyMap<string, Quantity> = new Map(
  [
    ...['', 'k', 'M', 'G', 'T', 'P', 'E'].map((suffix, at) => [suffix, 1000n ** BigInt(at), 1n] as const),
    ...['m', 'u', 'n'].map((suffix, at) => [suffix, 1n, 1000n ** BigInt(at + 1)] as const),
    ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map(
      (suffix, at) => [suffix, 1024n ** BigInt(at + 1), 1n] as const,
    ),
  ].map(([suffix, numerator, denominator]) => [suffix, { numerator, denominator }]),
);

/** Longer digits or exponents than these are no resource anyone writes; they are read as invalid, not computed. */
const MAX_LENGTH = 64;
const MAX_EXPONENT = 100;

/**
 * Parses a quantity, or answers undefined where the API server rejects the text: `[+-]digits[.digits]`, then `Ki` to
 * `Ei`, `n u m k M G T P E`, or `e`/`E` with an exponent. `K`, `MB` and `mi` are no suffixes. White space around it is
 * trimmed.
 */
export function parseQuantity(text: string): Quantity | undefined {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const quantity = parse(text);
  if (quantity !== undefined && text.length <= MAX_KEPT_LENGTH) {
    if (parsed.size >= MAX_KEPT) parsed.clear();
    parsed.set(text, quantity);
  }
  return quantity;
}

/** People write the same few quantities again and again. */
const parsed = new Map<string, Quantity>();
const MAX_KEPT = 500;
/** A longer text may keep the one alive that it was cut from. */
const MAX_KEPT_LENGTH = 12;

function parse(text: string): Quantity | undefined {
  const trimmed = text.trim();
  if (trimmed.length > MAX_LENGTH) return undefined;
  const match = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(.*)$/s.exec(trimmed);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const scale = SUFFIXES.get(suffix) ?? scaleOf(suffix);
  if (scale === undefined) return undefined;
  const numerator = BigInt(`${whole}${fraction}`) * scale.numerator;
  const denominator =
    fraction === '' ? scale.denominator : 10n ** BigInt(fraction.length) * scale.denominator;
  return { numerator: sign === '-' ? -numerator : numerator, denominator };
}

/** What an exponent multiplies with. */
function scaleOf(suffix: string): Quantity | undefined {
  if (!/^[eE][+-]?[0-9]+$/.test(suffix)) return undefined;
  const exponent = Number(suffix.slice(1));
  if (Math.abs(exponent) > MAX_EXPONENT) return undefined;
  const power = 10n ** BigInt(Math.abs(exponent));
  return exponent < 0 ? { numerator: 1n, denominator: power } : { numerator: power, denominator: 1n };
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  // Of what is compared, most has the same suffix.
  const isSameScale = a.denominator === b.denominator;
  const difference = isSameScale
    ? a.numerator - b.numerator
    : a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
