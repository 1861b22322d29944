/** Restarts: how often a server that ends by itself is started again before it is left alone. */

/** In a row, and within how many milliseconds they are one. */
const MOST = 4;
const ROW = 3 * 60_000;

export interface Restarts {
  /** To be called when the server has ended; true where it is to be started again. */
  ended(now: number): boolean;
  /** A person has had it started: what was before no longer counts. */
  forget(): void;
}

export function createRestarts(): Restarts {
  let ends: number[] = [];
  return {
    ended(now) {
      ends = [...ends.filter((end) => now - end < ROW), now];
      return ends.length <= MOST;
    },
    forget() {
      ends = [];
    },
  };
}
