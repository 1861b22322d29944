/** How many documents the laws are held against, and with which seed: `npm run test:laws -- --runs 100000 --seed 1` asks for more. */

/** Documents that all law tests generate together. */
const RUNS = count(process.env.PODPROOF_LAW_RUNS, 2000);

/**
 * Where the random choices start; the same seed makes the same ones. Without a word it is always the same one, so that a change
 * that breaks a law is the one that fails; `npm run test:laws` draws another each time.
 */
export const SEED = count(process.env.PODPROOF_LAW_SEED, 20261123);

/** What fast-check needs to know: so much of all documents, from this seed. */
export function lawRuns(share: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: Math.max(1, Math.round(RUNS * share)), seed: SEED };
}

/** Long enough for as many documents as are asked for, on a slow and busy machine. */
export const LAW_TIMEOUT = Math.max(120_000, RUNS * 300);

function count(text: string | undefined, fallback: number): number {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value >= 0 ? value : fallback;
}

console.log(`Laws over generated documents: seed ${SEED}, ${RUNS} documents.`);
