/** Young memory: bounds what the engine takes for objects that are soon let go. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** In bytes. Left to itself the engine takes up to twice as much, and is slower for it. */
const YOUNG = 16e6;

/** Answers what is to be called now and then during long work. */
export function youngMemoryBound(): () => void {
  let isBound = false;
  return () => {
    if (isBound) return;
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if ((young?.space_size ?? 0) < YOUNG) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    isBound = true;
  };
}
