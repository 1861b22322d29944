/** Young memory: bounds what the engine of Node takes for objects that are soon let go. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** In bytes. Left to itself the engine takes several times as much, and gains nothing by it. */
const YOUNG = 16e6;

export interface YoungMemory {
  /** To be called now and then during work: from the bound on, no more is taken. */
  watch(): void;
  /** Lets it grow again, once what was there has been given back. */
  release(): void;
}

export function createYoungMemory(): YoungMemory {
  let isBound = false;
  const bind = (isNowBound: boolean): void => {
    isBound = isNowBound;
    setFlagsFromString(`--semi-space-growth-factor=${isBound ? 1 : 2}`);
  };
  return {
    watch() {
      if (isBound) return;
      const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
      if ((young?.space_size ?? 0) >= YOUNG) bind(true);
    },
    release: () => bind(false),
  };
}
