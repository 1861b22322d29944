/** Memory in Node: how much of it young objects may take, and giving back what typing has left behind once nobody types. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createYoungMemory } from '../programs/youngMemory.ts';

export interface NodeMemory {
  /** To be called between two stretches of long work. */
  paused(): void;
  /** To be called when an answer has been made. */
  worked(): void;
}

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
  const young = createYoungMemory();
  let usedAfter = 0;
  let timer: NodeJS.Timeout | undefined;

  const rested = (): void => {
    const { heapUsed, heapTotal } = usage();
    if (heapUsed - usedAfter < WORTHWHILE && heapTotal - heapUsed < WORTHWHILE) return;
    collect();
    usedAfter = usage().heapUsed;
    young.release();
  };

  return {
    paused: young.watch,
    worked() {
      young.watch();
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
