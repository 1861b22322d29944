/**
 * The crew: this thread and those that help it. Work that is cut into chunks is done by whoever is free, and handed over in its order.
 *
 * Nobody is told what to do next: each takes the next chunk from a counter that all share. A helper that ends, however it does, costs time
 * and nothing else, since its chunks are done here.
 */
import type { Helper, Helpers } from './host.ts';

/** A kind of work that a helper knows. */
export type Work = 'scan' | 'judge';

/** Work under way, as a helper is told of it. */
export interface Order {
  readonly work: Work;
  readonly given: unknown;
  /** `NEXT`, `TAKEN`, and for each chunk who has claimed it. */
  readonly shared: SharedArrayBuffer;
  readonly me: number;
}

/** What a helper answers; without a result where its chunk threw, which is then done here. */
export interface Answer {
  readonly work: Work;
  readonly chunk: number;
  readonly result?: unknown;
}

export interface Crew {
  /** There is more to do than one thread should do alone. */
  grow(): void;
  /** Begins work of so many chunks, of which `here` does one in this thread. One work at a time. */
  begin<R>(work: Work, given: unknown, chunks: number, here: (chunk: number) => Promise<R>): Line<R>;
  /** Ends the helpers. */
  close(): void;
}

export interface Line<R> {
  /** The result of the next chunk; rejects with what its work threw. To be called once for each. */
  next(): Promise<R>;
}

const NEXT = 0;
const TAKEN = 1;
const CLAIMS = 2;

/** Chunks that may be done before they are asked for: results must not pile up where nobody reads what is written. */
const WINDOW = 64;

/** Who has claimed a chunk: this thread, or one of the helpers, which count on from it; 0 is nobody. */
const HERE = 1;

type Settled<R> = { readonly ok: true; readonly result: R } | { readonly ok: false; readonly error: unknown };

interface Running {
  readonly order: Omit<Order, 'me'>;
  take(answer: Answer): void;
}

/** A helper's side: does chunks until none is left. Each answer is handed to `answer`. */
export async function follow(
  { work, shared, me }: Order,
  here: (chunk: number) => Promise<unknown>,
  answer: (answer: Answer) => void,
): Promise<void> {
  const cells = new Int32Array(shared);
  const chunks = cells.length - CLAIMS;
  for (;;) {
    const chunk = Atomics.add(cells, NEXT, 1);
    if (chunk >= chunks) return;
    Atomics.store(cells, CLAIMS + chunk, me);
    for (;;) {
      const taken = Atomics.load(cells, TAKEN);
      if (chunk - taken < WINDOW) break;
      Atomics.wait(cells, TAKEN, taken);
    }
    let result: unknown;
    try {
      result = await here(chunk);
    } catch {
      // Who asked does it again, and hears of it there.
    }
    answer({ work, chunk, result });
  }
}

export function createCrew(helpers: Helpers | undefined, value: unknown): Crew {
  const workers = new Map<number, Helper>();
  let isClosed = false;
  let running: Running | undefined;
  let tell: () => void = () => {};
  const news = (): Promise<void> =>
    new Promise((resolve) => {
      tell = resolve;
    });

  const enlist = ({ start }: Helpers, me: number): void => {
    try {
      const worker = start(value);
      workers.set(me, worker);
      const gone = (): void => {
        workers.delete(me);
        tell();
      };
      worker.on('message', (value) => {
        const answer = value as Answer;
        if (answer.work === running?.order.work) running.take(answer);
        tell();
      });
      worker.on('exit', gone);
      // What it was about is not lost, so nobody has to hear of it.
      worker.on('error', gone);
      worker.on('messageerror', () => worker.terminate());
      if (running !== undefined) worker.postMessage({ ...running.order, me });
    } catch {
      // The system gives no more threads.
    }
  };

  return {
    grow() {
      if (helpers === undefined || isClosed || workers.size > 0) return;
      for (let at = 0; at < helpers.count; at++) enlist(helpers, HERE + 1 + at);
    },
    begin<R>(work: Work, given: unknown, chunks: number, here: (chunk: number) => Promise<R>): Line<R> {
      const shared = new SharedArrayBuffer((CLAIMS + chunks) * Int32Array.BYTES_PER_ELEMENT);
      const cells = new Int32Array(shared);
      const done = new Map<number, Settled<R>>();
      let taken = 0;
      running = {
        order: { work, given, shared },
        take({ chunk, result }) {
          if (chunk < taken) return;
          if (result === undefined) Atomics.store(cells, CLAIMS + chunk, 0);
          else done.set(chunk, { ok: true, result: result as R });
        },
      };
      for (const [me, worker] of workers) worker.postMessage({ ...running.order, me });
      const doHere = async (chunk: number): Promise<void> => {
        Atomics.store(cells, CLAIMS + chunk, HERE);
        try {
          done.set(chunk, { ok: true, result: await here(chunk) });
        } catch (error) {
          done.set(chunk, { ok: false, error });
        }
      };
      /** True where somebody is at it who will answer. */
      const isUnderWay = (chunk: number): boolean => workers.has(Atomics.load(cells, CLAIMS + chunk));
      return {
        async next() {
          const wanted = taken;
          for (;;) {
            const settled = done.get(wanted);
            if (settled !== undefined) {
              done.delete(wanted);
              taken++;
              Atomics.store(cells, TAKEN, taken);
              Atomics.notify(cells, TAKEN);
              if (settled.ok) return settled.result;
              throw settled.error;
            }
            const isAhead = Atomics.load(cells, NEXT) - taken >= WINDOW;
            const mine = isAhead ? chunks : Atomics.add(cells, NEXT, 1);
            if (mine < chunks) {
              await doHere(mine);
              // Answers are heard between two chunks.
              if (workers.size > 0) await new Promise<void>((resolve) => setImmediate(resolve));
            } else if (isUnderWay(wanted)) await news();
            // Its helper is gone or could not do it; where one is just about to claim it, it is done twice, and the first answer counts.
            else await doHere(wanted);
          }
        },
      };
    },
    close() {
      isClosed = true;
      for (const worker of workers.values()) void worker.terminate();
      workers.clear();
    },
  };
}
