/** Quiet: when nobody waits for the server, and it may do what makes later answers faster. */
import { warmUp } from './warmUp.ts';

/** Milliseconds without work. */
const QUIET = 500;

/** Answers what is to be called when an answer has been made; `pause` lets a message that has arrived have its turn. */
export function createWarmUp(pause: () => Promise<void>): () => void {
  let answers = 0;
  let read = 0;
  let timer: NodeJS.Timeout | undefined;

  const rested = async (): Promise<void> => {
    const before = answers;
    read = await warmUp(read, async () => {
      await pause();
      return answers === before;
    });
  };

  return () => {
    answers++;
    if (timer === undefined) timer = setTimeout(() => void rested(), QUIET).unref();
    else timer.refresh();
  };
}
