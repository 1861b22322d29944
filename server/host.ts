/** Host: what the server needs from where it runs, beside its connection. */
import type { Files } from './files.ts';

export interface Host {
  /** For the log, and for the client to show. */
  readonly version: string;
  /** Lets other work of the process have its turn: a message that has arrived, at most one. */
  pause(): Promise<void>;
  /** Left out where there are none to be read. */
  readonly files?: Files;
}
