/** Mutations: a text with a few changes that a person, or an editor, might make to it. */
import { drawFrom } from '../yaml/edit/arbitrary.ts';

/** The text with one to three lines changed, all line ends exchanged now and then; the same seed makes the same changes. */
export function mutated(text: string, seed: number): string {
  const draw = drawFrom(seed ^ 0x5bd1e995);
  let lines = text.split('\n');
  for (let n = 0; n <= draw(3); n++) {
    const at = draw(lines.length);
    const line = lines[at] as string;
    const change: readonly string[][] = [
      [],
      [line, line],
      [line, `${' '.repeat(draw(9))}# moved ${draw(1000)}`],
      [line, ''],
      [`  ${line}`],
      [line.replace(/^ /, '')],
      [line.trimEnd()],
      [`${line} # new`],
      [line.replace(/[:,\]}]/, '')],
      [line.replace(/: (\S+)$/, ': "$1"')],
      [line.replace(/: (\S+)$/, ': &m $1')],
      [line.replace(/: .*$/, ': *m')],
      [line.replace(' ', '\t')],
      [line.replace(/: .*$/, ':')],
    ];
    lines.splice(at, 1, ...(change[draw(change.length)] as string[]));
    if (lines.length === 0) return '';
  }
  if (draw(12) === 0) lines = lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : `${line}\r`));
  return lines.join('\n');
}
