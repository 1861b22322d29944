/** Plain: words from a file or a program, in a message of the editor, which would make links of some. */

/** Longer messages are not read. In UTF-16 code units. */
const LONGEST = 500;

/** The words without links: `[words](command:…)` in a message of VS Code is one that runs a command. Long ones are cut. */
export function plain(words: string): string {
  const shown = words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words;
  return shown.replaceAll('](', '] (');
}
