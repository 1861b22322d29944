/** Threads: starts helping threads, and serves in one. A part of its own, since few runs have enough to do and Node takes 2 ms to load them. */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { Helper } from './host.ts';
import { serve } from './worker.ts';

/** What a helper makes is soon let go; room for more of it takes memory and saves no time. Semispaces of 8 MB, of which V8 takes three. */
const YOUNG = { maxYoungGenerationSizeMb: 24 };

/** Starts a program as a helping thread, with these arguments. */
export function startHelper(program: string, argv: readonly string[], briefing: unknown): Helper {
  return new Worker(program, { argv: [...argv], workerData: briefing, resourceLimits: YOUNG });
}

/** Serves the thread that started this one; false where this is no helping thread. */
export function servesStarter(): boolean {
  if (parentPort === null) return false;
  serve(parentPort, workerData);
  return true;
}
