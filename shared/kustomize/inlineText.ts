/** Inline text: a patch written as a scalar in a kustomization, with the way back to the places in the file. */
import type { ScalarNode } from '../yaml/tree.ts';

/** The offset in the file of an offset in the scalar's own text, as `fileText` writes the scalar from `documentStart` on. */
export function inlineOffsets(
  scalar: ScalarNode,
  fileText: string,
  documentStart: number,
): (offset: number) => number {
  const start = documentStart + scalar.span.start;
  const raw = fileText.slice(start, documentStart + scalar.span.end);
  if (scalar.style === 'literal') return literalOffsets(scalar.text, raw, start);
  const inner = raw.indexOf(scalar.text);
  if (inner >= 0) return (offset) => start + inner + Math.min(offset, scalar.text.length);
  // Folded or escaped text has no simple way back: the scalar as a whole is the place.
  return () => start;
}

/** A literal block's lines are the scalar's lines, each behind the indentation of the block. */
function literalOffsets(text: string, raw: string, start: number): (offset: number) => number {
  const lineBreak = raw.indexOf('\n');
  const rawLines = lineBreak < 0 ? [] : raw.slice(lineBreak + 1).split('\n');
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const firstRaw = rawLines[first] ?? '';
  const indent = Math.max(0, firstRaw.replace(/\r$/, '').length - (lines[first] ?? '').length);
  const inText: number[] = [];
  const inFile: number[] = [];
  let textAt = 0;
  let fileAt = start + lineBreak + 1;
  for (const [index, line] of lines.entries()) {
    const rawLine = rawLines[index] ?? '';
    inText.push(textAt);
    inFile.push(fileAt + Math.min(indent, rawLine.length));
    textAt += line.length + 1;
    fileAt += rawLine.length + 1;
  }
  return (offset) => {
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((inText[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return (inFile[low] ?? start) + (offset - (inText[low] ?? 0));
  };
}
