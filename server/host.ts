/** Host: what the server needs from where it runs, beside its connection. */
import type { CancellationToken, Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver';
import type { Files } from './files.ts';

export interface Host {
  /** For the log, and for the client to show. */
  readonly version: string;
  /** Lets other work of the process have its turn: a message that has arrived, at most one. */
  pause(): Promise<void>;
  /** Hears that a text has been judged: a host that looks after memory does so once this has not come for a while. */
  worked?(): void;
  /** Left out where messages are sent as objects, and not as bytes that are written here. */
  readonly writer?: ReportWriter;
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

/** Writes reports from what it has written of their diagnostics before. */
export interface ReportWriter {
  /** Diagnostics of one stretch of a text, with lines that count from its first. */
  diagnostics(diagnostics: readonly Diagnostic[]): Written;
  /** A full report to be sent as it is; what is written of its diagnostics is not in it as objects. */
  report(resultId: string, parts: readonly PlacedWritten[]): DocumentDiagnosticReport;
}

/** Diagnostics as they are sent, one behind the other, without their line numbers. */
export interface Written {
  readonly bytes: Uint8Array;
  /** Where in the bytes line numbers belong, in their order. */
  readonly gaps: Uint32Array;
  /** The line numbers, counted from the first line of the stretch. */
  readonly lines: Int32Array;
}

/** The same, and the line in the text on which the stretch begins. */
export interface PlacedWritten {
  readonly written: Written;
  readonly line: number;
}
