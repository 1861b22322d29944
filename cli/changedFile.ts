/** Changed files: whole texts that a hardening makes of files, shown as a diff or written. */
import { diffLines } from 'diff';
import type { TextEdit } from '../shared/text/textEdit.ts';
import type { Host } from './host.ts';
import { sourceOf } from './overlays.ts';
import { readRegularFile } from './readFile.ts';
import { decode, encode } from './reading.ts';
import { reasonOf } from './sources.ts';
import { writeInPlace, writeNewFile } from './writeInPlace.ts';

/** A file that is new or changes; `before` is undefined for a new one. */
export interface ChangedFile {
  /** Absolute, with `/` between names. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** The change as a unified diff. */
export async function diffOf({ path, before = '', after }: ChangedFile, host: Host): Promise<string> {
  const { unifiedDiff } = await import('./unifiedDiff.ts');
  return unifiedDiff(sourceOf(path, host.cwd), host.cwd, before, editsBetween(before, after));
}

/** More changed lines than this are shown as one change. */
const MOST_CHANGES = 2000;

/** The lines that differ, as edits. */
function editsBetween(before: string, after: string): readonly TextEdit[] {
  const changes = diffLines(before, after, { maxEditLength: MOST_CHANGES });
  if (changes === undefined) return [{ span: { start: 0, end: before.length }, newText: after }];
  const edits: TextEdit[] = [];
  let at = 0;
  for (const { value, added, removed } of changes) {
    const last = edits.at(-1);
    const end = removed ? at + value.length : at;
    if (removed || added) {
      const newText = added ? value : '';
      if (last?.span.end === at) {
        edits[edits.length - 1] = { span: { start: last.span.start, end }, newText: last.newText + newText };
      } else edits.push({ span: { start: at, end }, newText });
    }
    at = added ? at : at + value.length;
  }
  return edits;
}

/** Writes it where nobody else has written meanwhile; answers why not, or undefined. */
export function writeChanged({ path, before, after }: ChangedFile): string | undefined {
  try {
    if (before === undefined) return writeNewFile(path, encode(after, false));
    const bytes = readRegularFile(path);
    const reading = decode(bytes);
    if (reading.state !== 'text' || reading.text !== before) return 'changed while it was being fixed';
    if (!reading.isExact) return 'not valid UTF-8, so it is left as it is';
    return writeInPlace(path, bytes, encode(after, reading.hasByteOrderMark));
  } catch (error) {
    return `not written: ${reasonOf(error)}`;
  }
}
