/** Host: what the server needs from where it runs, beside its connection. */
import type { CancellationToken } from 'vscode-languageserver';
import type { Files } from './files.ts';

export interface Host {
  /** For the log, and for the client to show. */
  readonly version: string;
  /** Lets other work of the process have its turn: a message that has arrived, at most one. */
  pause(): Promise<void>;
  /** Hears that a text has been judged: a host that looks after memory does so once this has not come for a while. */
  worked?(): void;
  /** Left out where there are none to be read, but by the client. */
  readonly files?: Files;
  /** Unpacks what gzip packed, for a server without files; undefined for what it did not, or for more than `most` bytes of it. */
  unpack?(packed: Uint8Array, most: number): Promise<Uint8Array | undefined>;
  /**
   * Has the chart in a folder rendered by the helm program, with values files over its own; all by their URIs. Only ever called on a person's
   * command in a trusted workspace. Left out where no programs can be started.
   */
  renderChart?(
    folder: string,
    values: readonly string[],
    token: CancellationToken,
  ): Promise<{ readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: string }>;
}
