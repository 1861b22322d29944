/** The host: what the command line needs of the process around it, so that tests can stand in for a terminal. */

export interface Host {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; relative paths count from here. */
  readonly cwd: string;
  /** True where a person types into standard input. */
  readonly isTypedInput: boolean;
  /** Everything that standard input has to give. */
  readInput(): Promise<Uint8Array>;
}

export interface Output {
  readonly isTerminal: boolean;
  /** In character cells; undefined where it is not a terminal. */
  readonly columns: number | undefined;
  /** Settles once the text is handed over; rejects with `OutputClosed` where nobody reads any more. */
  write(text: string): Promise<void>;
}

/** The reader of an output has gone away, as `head` does: there is nobody left to tell anything. */
export class OutputClosed extends Error {
  constructor() {
    super('The output is closed.');
  }
}

/** Whether to use colors: only on a terminal that knows them, and not where NO_COLOR is set (no-color.org). */
export function wantsColor(output: Output, env: Host['env']): boolean {
  const { NO_COLOR: noColor = '', TERM: terminal } = env;
  return output.isTerminal && noColor === '' && terminal !== 'dumb';
}

/** Text from a file made fit for a terminal: control characters, which could move the cursor or hide text, are replaced. */
export function printable(text: string): string {
  return text.replace(CONTROL_CHARACTERS, '\u{FFFD}');
}

/** C0 without the tab, DEL, C1, the line separators, and what reorders text (Unicode bidirectional controls). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/g;
