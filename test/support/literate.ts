/** Literate specs: Markdown whose fenced blocks are text in, findings out. */
import { readFileSync } from 'node:fs';

export interface SpecBlock {
  /** The heading above the block, and its number where one heading has several. */
  readonly title: string;
  readonly line: number;
  /** Words behind the fence's language, such as `kubernetesVersion=1.26`. */
  readonly options: ReadonlyMap<string, string>;
  readonly text: string;
}

/** The fenced blocks of one language in a Markdown file. */
export function specBlocks(file: string, language = 'yaml'): readonly SpecBlock[] {
  const blocks: SpecBlock[] = [];
  let heading = '';
  let number = 0;
  let open:
    | { line: number; options: ReadonlyMap<string, string>; wanted: boolean; lines: string[] }
    | undefined;
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((line, index) => {
      if (open === undefined) {
        const fence = /^```(\w+)(.*)$/.exec(line);
        if (fence !== null) {
          open = {
            line: index + 1,
            options: optionsIn(fence[2] ?? ''),
            wanted: fence[1] === language,
            lines: [],
          };
        } else if (/^#+ /.test(line)) {
          heading = line.replace(/^#+ /, '');
          number = 0;
        }
        return;
      }
      if (line !== '```') {
        open.lines.push(line);
        return;
      }
      if (open.wanted) {
        number++;
        blocks.push({
          title: number === 1 ? heading : `${heading} (${number})`,
          line: open.line,
          options: open.options,
          text: `${open.lines.join('\n')}\n`,
        });
      }
      open = undefined;
    });
  if (open !== undefined) throw new Error(`${file}: the fence of line ${open.line} is not closed.`);
  return blocks;
}

function optionsIn(words: string): ReadonlyMap<string, string> {
  return new Map(
    words
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => {
        const [name = '', value = ''] = word.split('=');
        return [name, value];
      }),
  );
}

/** A text without its marker lines, and what the markers ask for. */
export interface Marked {
  readonly text: string;
  readonly expected: readonly string[];
}

/**
 * Takes marker lines out of a text: white space, carets, and a comma-separated list of codes. The carets stand under the text of the
 * line above that the findings cover. Each expectation reads `line:character-character code`, zero-based.
 */
export function readMarkers(marked: string): Marked {
  const lines: string[] = [];
  const expected: string[] = [];
  for (const line of marked.split('\n')) {
    const marker = /^( *)(\^+) (.+)$/.exec(line);
    if (marker === null) {
      lines.push(line);
      continue;
    }
    const [, indent = '', carets = '', codes = ''] = marker;
    const place = `${lines.length - 1}:${indent.length}-${indent.length + carets.length}`;
    for (const code of codes.split(',')) expected.push(`${place} ${code.trim()}`);
  }
  return { text: lines.join('\n'), expected: expected.sort() };
}
