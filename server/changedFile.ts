/** Changed files: whole texts that a hardening makes of files, as the changes of a client. */
import type { CreateFile, Range, TextDocumentEdit } from 'vscode-languageserver';
import { indexLines } from '../shared/text/lineIndex.ts';
import { sharedEnds } from './broughtFindings.ts';

/** A file that is new or changes; `before` is undefined for a new one. */
export interface ChangedFile {
  readonly before: string | undefined;
  readonly after: string;
}

/** A file that is made, or the stretch of one that changes. */
export function changesOf(
  { before, after }: ChangedFile,
  uri: string,
): readonly (CreateFile | TextDocumentEdit)[] {
  const edit = (range: Range, newText: string): TextDocumentEdit => ({
    textDocument: { uri, version: null },
    edits: [{ range, newText }],
  });
  const top = { line: 0, character: 0 };
  if (before === undefined) return [{ kind: 'create', uri }, edit({ start: top, end: top }, after)];
  const { start, end } = sharedEnds(before, after);
  const lines = indexLines(before);
  const range = { start: lines.positionAt(start), end: lines.positionAt(before.length - end) };
  return [edit(range, after.slice(start, after.length - end))];
}
