/** Progress: a line on the terminal that says how far a long run has come, gone before anything else is written. */
import type { Host } from './host.ts';

export interface Progress {
  /** One more file has been looked at. */
  step(files: number, findings: number): Promise<void>;
  /** Takes the line away. */
  clear(): Promise<void>;
}

/** Only where standard error is a terminal, and from the second second on: short runs show nothing. */
export function progressOn({ stderr, env, now }: Host): Progress {
  if (!stderr.isTerminal || env.TERM === 'dumb' || (env.CI ?? '') !== '') return SILENT;
  const start = now();
  let shownAt = start + PATIENCE - INTERVAL;
  let isShown = false;
  return {
    async step(files, findings) {
      const time = now();
      if (time - shownAt < INTERVAL) return;
      shownAt = time;
      isShown = true;
      await stderr.write(`\r${ERASE}Checking: ${files} files, ${findings} findings`);
    },
    async clear() {
      if (!isShown) return;
      isShown = false;
      await stderr.write(`\r${ERASE}`);
    },
  };
}

const SILENT: Progress = { step: async () => {}, clear: async () => {} };

/** In milliseconds. */
const PATIENCE = 1000;
const INTERVAL = 100;

/** Erases to the end of the line (ECMA-48). */
const ERASE = '\u001b[K';
