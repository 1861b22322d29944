/** Exit codes: what a run tells a script. */

/** Nothing to complain about. */
export const EXIT_OK = 0;
/** A finding reaches what fails the run. */
export const EXIT_FINDINGS = 1;
/** The arguments are wrong, or a file could not be read or written. */
export const EXIT_FAILURE = 2;
/** Nobody reads the output any more; as a shell counts a program that its closed output has ended (128 + SIGPIPE). */
export const EXIT_CLOSED = 141;
