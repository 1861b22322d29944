/** Statistics: what is said of many measurements, in milliseconds. */

/** Undefined for none. */
export function summaryOf(times) {
  if (times.length === 0) return undefined;
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const median = at(0.5);
  const deviations = sorted.map((time) => Math.abs(time - median)).sort((a, b) => a - b);
  return {
    count: sorted.length,
    p50: rounded(median),
    p95: rounded(at(0.95)),
    p99: rounded(at(0.99)),
    most: rounded(sorted.at(-1)),
    deviation: rounded(deviations[Math.floor(deviations.length / 2)]),
  };
}

export function rounded(time) {
  return Number(time.toPrecision(3));
}
