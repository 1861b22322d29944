/** Exact quantities as Kubernetes reads them, so that amounts can be compared without rounding of ours. */

import type { Plain } from './goYamlPlain.ts';

/** One unit in the steps that `amountInBillionths` counts. */
export const BILLION = 1_000_000_000n;

const LARGEST = (2n ** 63n - 1n) * BILLION;

const SUFFIXES: ReadonlyMap<string, readonly [base: bigint, exponent: number]> = new Map([
  ['n', [10n, -9]],
  ['u', [10n, -6]],
  ['m', [10n, -3]],
  ['', [10n, 0]],
  ['k', [10n, 3]],
  ['M', [10n, 6]],
  ['G', [10n, 9]],
  ['T', [10n, 12]],
  ['P', [10n, 15]],
  ['E', [10n, 18]],
  ['Ki', [2n, 10]],
  ['Mi', [2n, 20]],
  ['Gi', [2n, 30]],
  ['Ti', [2n, 40]],
  ['Pi', [2n, 50]],
  ['Ei', [2n, 60]],
]);

/**
 * A quantity in billionths, the finest step that Kubernetes keeps, rounded away from zero as Kubernetes rounds; undefined
 * for what the grammar refuses. Beyond 2^63 the amount is cut, as there. Kubernetes' parser also takes amounts without
 * any digit, such as `Gi`, for zero: its grammar has none, so they are refused here. Source: apimachinery
 * pkg/api/resource/quantity.go and suffix.go.
 */
export function amountInBillionths(value: Plain): bigint | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const match =
    /^(?<sign>[+-]?)(?:(?<whole>[0-9]+)(?:\.(?<fraction>[0-9]*))?|\.(?<bare>[0-9]+))(?:[eE](?<power>[+-]?[0-9]+)|(?<suffix>[a-zA-Z]*))$/.exec(
      String(value).trim(),
    );
  if (match?.groups === undefined) return undefined;
  const { sign, whole = '', bare, fraction = bare ?? '', power, suffix = '' } = match.groups;
  const scale = power === undefined ? SUFFIXES.get(suffix) : ([10n, Number(power)] as const);
  // No cluster has an amount that needs more digits than this, and no test should compute one.
  if (scale === undefined || Math.abs(scale[1]) > 100) return undefined;
  const [base, exponent] = scale;
  let numerator = BigInt(whole + fraction) * BILLION;
  let denominator = 10n ** BigInt(fraction.length);
  if (exponent >= 0) numerator *= base ** BigInt(exponent);
  else denominator *= base ** BigInt(-exponent);
  const exact = (numerator + denominator - 1n) / denominator;
  const rounded = exact > LARGEST ? LARGEST : exact;
  return sign === '-' ? -rounded : rounded;
}
