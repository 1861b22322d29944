/** Unified diffs: edits shown as `git apply` and `patch` read them. */
import { FILE_HEADERS_ONLY, formatPatch, type StructuredPatchHunk } from 'diff';
import { applyEdits, type TextEdit } from './textEdit.ts';

export interface FileNames {
  readonly oldFileName: string;
  readonly newFileName: string;
}

/**
 * The diff that the edits make of the text; they are sorted and do not overlap. It is put together from the edits, which say what
 * has changed: comparing the texts would take a time that grows with the square of the changes.
 */
export function diffOf(names: FileNames, text: string, edits: readonly TextEdit[]): string {
  const patch = { ...names, oldHeader: undefined, newHeader: undefined, hunks: hunksOf(text, edits) };
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

/** Lines of the old text, from `start` on, that give way to others; lines keep their line breaks. */
interface Change {
  readonly start: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Lines shown around a change, as `diff -u` does. */
const CONTEXT = 3;

function hunksOf(text: string, edits: readonly TextEdit[]): StructuredPatchHunk[] {
  const lines = linesOf(text);
  const hunks: StructuredPatchHunk[] = [];
  let shift = 0;
  let group: Change[] = [];
  const close = (): void => {
    if (group.length === 0) return;
    const hunk = hunkOf(group, lines, shift);
    hunks.push(hunk);
    shift += hunk.newLines - hunk.oldLines;
    group = [];
  };
  for (const change of changesOf(text, lines, edits)) {
    const last = group.at(-1);
    if (last !== undefined && change.start - (last.start + last.removed.length) > 2 * CONTEXT) close();
    group.push(change);
  }
  close();
  return hunks;
}

function hunkOf(changes: readonly Change[], lines: readonly string[], shift: number): StructuredPatchHunk {
  const [first] = changes as readonly [Change];
  const last = changes.at(-1) ?? first;
  const start = Math.max(0, first.start - CONTEXT);
  const end = Math.min(lines.length, last.start + last.removed.length + CONTEXT);
  const shown: string[] = [];
  const show = (sign: ' ' | '-' | '+', line: string): void => {
    if (line.endsWith('\n')) shown.push(sign + line.slice(0, -1));
    else shown.push(sign + line, '\\ No newline at end of file');
  };
  let at = start;
  let newLines = end - start;
  for (const { start: from, removed, added } of changes) {
    for (; at < from; at++) show(' ', lines[at] ?? '');
    for (const line of removed) show('-', line);
    for (const line of added) show('+', line);
    at += removed.length;
    newLines += added.length - removed.length;
  }
  for (; at < end; at++) show(' ', lines[at] ?? '');
  return {
    oldStart: start + 1,
    oldLines: end - start,
    newStart: start + 1 + shift,
    newLines,
    lines: shown,
  };
}

/** The lines that the edits touch, without those at either end that come out as they were. */
function* changesOf(text: string, lines: readonly string[], edits: readonly TextEdit[]): Iterable<Change> {
  const starts: number[] = [];
  let offset = 0;
  for (const line of lines) {
    starts.push(offset);
    offset += line.length;
  }
  /** What is added behind a last line without a line break changes that line. */
  const isBehind = (at: number, index: number): boolean =>
    at >= (starts[index + 1] ?? text.length) && (lines[index] as string).endsWith('\n');
  let line = 0;
  for (let i = 0; i < edits.length; ) {
    while (line < lines.length && isBehind((edits[i] as TextEdit).span.start, line)) line++;
    const from = line;
    const own: TextEdit[] = [];
    let to = from;
    for (let edit = edits[i]; edit !== undefined; edit = edits[++i]) {
      if (own.length > 0 && to < lines.length && edit.span.start >= (starts[to] as number)) break;
      own.push(edit);
      while (to < lines.length && (starts[to] as number) <= edit.span.end) to++;
    }
    const begin = starts[from] ?? text.length;
    const end = starts[to] ?? text.length;
    const after = applyEdits(
      text.slice(begin, end),
      own.map(({ span, newText }) => ({
        span: { start: span.start - begin, end: span.end - begin },
        newText,
      })),
    );
    const change = trimmed(from, lines.slice(from, to), linesOf(after));
    if (change.removed.length > 0 || change.added.length > 0) yield change;
    line = to;
  }
}

function trimmed(start: number, removed: readonly string[], added: readonly string[]): Change {
  const shorter = Math.min(removed.length, added.length);
  let head = 0;
  while (head < shorter && removed[head] === added[head]) head++;
  let tail = 0;
  while (tail < shorter - head && removed.at(-1 - tail) === added.at(-1 - tail)) tail++;
  return {
    start: start + head,
    removed: removed.slice(head, removed.length - tail),
    added: added.slice(head, added.length - tail),
  };
}

/** Lines with their line breaks; only `\n` ends a line, as `patch` sees it. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
