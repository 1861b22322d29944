/** The host: what the command line needs of the process around it, so that tests can stand in for a terminal. */

export interface Host {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; relative paths count from here. */
  readonly cwd: string;
  /** True where a person types into standard input. */
  readonly isTypedInput: boolean;
  /** True for the file that standard output goes to, which is still being written. */
  isOutput(file: string): boolean;
  /** Other threads that run this program, where there are cores for them. */
  readonly helpers?: Helpers;
  /** To be called between two stretches of long work. */
  paused?(): void;
  /** Milliseconds since some moment. */
  now(): number;
  /** Everything that standard input has to give; reading ends behind so many bytes, and gives more than them. */
  readInput(most: number): Promise<Uint8Array>;
}

export interface Helpers {
  /** How many there may be beside this one. */
  readonly count: number;
  /** In bytes: with less to judge, this thread is done before another has come to itself. */
  readonly worthFrom: number;
  /** Starts one, which takes the value as its `workerData`. */
  start(value: unknown): Helper;
}

/** As much of a worker thread as is used. */
export interface Helper {
  postMessage(value: unknown): void;
  on(event: 'message' | 'messageerror' | 'error' | 'exit', listener: (value: unknown) => void): unknown;
  terminate(): unknown;
}

export interface Output {
  readonly isTerminal: boolean;
  /** In character cells; undefined where it is not a terminal. */
  readonly columns: number | undefined;
  /** Settles once the text is handed over; rejects with `OutputClosed` where nobody reads any more, and with `OutputFull` on a full disk. */
  write(text: string): Promise<void>;
}

/** The reader of an output has gone away, as `head` does: there is nobody left to tell anything. */
export class OutputClosed extends Error {
  constructor() {
    super('The output is closed.');
  }
}

/** The output takes no more; the message is the reason, for people. */
export class OutputFull extends Error {}

/**
 * Whether to use colors: on a terminal that knows them, or where FORCE_COLOR asks for them; never where NO_COLOR is set
 * (no-color.org).
 */
export function wantsColor(output: Output, env: Host['env']): boolean {
  const { NO_COLOR: noColor = '', FORCE_COLOR: forced = '', TERM: terminal } = env;
  if (noColor !== '') return false;
  if (forced !== '') return forced !== '0';
  return output.isTerminal && terminal !== 'dumb';
}

/** Whether to write hyperlinks (OSC 8): only on a terminal that is known to show them, since others may print their address. */
export function wantsHyperlinks(output: Output, env: Host['env']): boolean {
  if (!output.isTerminal || env.TERM === 'dumb' || (env.CI ?? '') !== '' || env.TMUX !== undefined)
    return false;
  return (
    env.WT_SESSION !== undefined ||
    env.KITTY_WINDOW_ID !== undefined ||
    Number(env.VTE_VERSION ?? 0) >= FIRST_VTE_WITH_LINKS ||
    LINKING_PROGRAMS.has(env.TERM_PROGRAM ?? '') ||
    LINKING_TERMINALS.has(env.TERM ?? '')
  );
}

/** VTE 0.50.0 crashes on some links. */
const FIRST_VTE_WITH_LINKS = 5001;
const LINKING_PROGRAMS: ReadonlySet<string> = new Set(['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper']);
const LINKING_TERMINALS: ReadonlySet<string> = new Set(['xterm-kitty', 'alacritty', 'foot', 'xterm-ghostty']);

/** Text from a file made fit for a terminal: control characters, which could move the cursor or hide text, are replaced. */
export function printable(text: string): string {
  return text.replace(CONTROL_CHARACTERS, '\u{FFFD}');
}

/** C0 without the tab, DEL, C1, the line separators, and what reorders text (Unicode bidirectional controls). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/g;
