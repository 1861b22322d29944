/** Quantity: Kubernetes' numbers with a suffix, such as `500m` and `128Mi` (apimachinery pkg/api/resource). */

/** A quantity as an exact fraction: `numerator / denominator`. */
export interface Quantity {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const BINARY: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

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
  let numerator = BigInt(`${whole}${fraction}` || '0');
  let denominator = 10n ** BigInt(fraction.length);
  const shift = BINARY[suffix];
  const power = DECIMAL[suffix] ?? exponentOf(suffix);
  if (shift !== undefined) numerator <<= shift;
  else if (power === undefined) return undefined;
  else if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  return { numerator: sign === '-' ? -numerator : numerator, denominator };
}

function exponentOf(suffix: string): number | undefined {
  if (!/^[eE][+-]?[0-9]+$/.test(suffix)) return undefined;
  const exponent = Number(suffix.slice(1));
  return Math.abs(exponent) <= MAX_EXPONENT ? exponent : undefined;
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
