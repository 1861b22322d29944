/** Memory in Node: how much of it young objects may take, and giving back what typing has left behind once nobody types. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface NodeMemory {
  /** To be called between two stretches of long work. */
  paused(): void;
  /** To be called when an answer has been made. */
  worked(): void;
}

/** Bytes. Left to itself the engine takes more than a hundred megabytes for young objects, and gains nothing that a person could feel. */
const YOUNG = 16e6;

/** Milliseconds without work before memory is given back. */
const QUIET = 2000;

/** Bytes that have to have come together for that to be worth its time: a few dozen milliseconds for the longest files. */
const WORTHWHILE = 16e6;

/** What is asked of the engine; left out, the engine of this process. */
export interface Engine {
  usage(): Pick<NodeJS.MemoryUsage, 'heapUsed' | 'heapTotal'>;
  collect(): void;
}

export function createNodeMemory(
  { usage, collect }: Engine = { usage: () => process.memoryUsage(), collect: collector() },
): NodeMemory {
  let isYoungLimited = false;
  let usedAfter = 0;
  let timer: NodeJS.Timeout | undefined;

  const limitYoung = (isLimited: boolean): void => {
    isYoungLimited = isLimited;
    setFlagsFromString(`--semi-space-growth-factor=${isLimited ? 1 : 2}`);
  };

  const watchYoung = (): void => {
    if (isYoungLimited) return;
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if ((young?.space_size ?? 0) >= YOUNG) limitYoung(true);
  };

  const rested = (): void => {
    const { heapUsed, heapTotal } = usage();
    if (heapUsed - usedAfter < WORTHWHILE && heapTotal - heapUsed < WORTHWHILE) return;
    collect();
    usedAfter = usage().heapUsed;
    limitYoung(false);
  };

  return {
    paused: watchYoung,
    worked() {
      watchYoung();
      if (timer === undefined) timer = setTimeout(rested, QUIET).unref();
      else timer.refresh();
    },
  };
}

/** Collects what nothing refers to any more, and gives its memory back to the system. */
function collector(): () => void {
  let gc: unknown;
  return () => {
    if (gc === undefined) {
      setFlagsFromString('--expose-gc');
      gc = runInNewContext('gc');
    }
    if (typeof gc === 'function') gc({ type: 'major', flavor: 'last-resort' });
  };
}
