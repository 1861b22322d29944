/** Unified diffs of files, with the names that `git apply` and `patch` expect. */
import { isAbsolute, relative, sep } from 'node:path';
import type { TextEdit } from '../shared/text/textEdit.ts';
import { diffOf, type FileNames } from '../shared/text/unifiedDiff.ts';
import type { Source } from './sources.ts';

/** The diff that the edits make of the text; they are sorted and do not overlap. */
export function unifiedDiff(source: Source, cwd: string, text: string, edits: readonly TextEdit[]): string {
  return diffOf(fileNames(source, cwd), text, edits);
}

/** With `a/` and `b/` in front, as `git apply` and `patch -p1` expect them; an absolute path outside the folder stays as it is. */
function fileNames({ name, file }: Source, cwd: string): FileNames {
  const inside = file === undefined ? name : relative(cwd, file).replaceAll(sep, '/');
  if (isAbsolute(inside) || inside.startsWith('../')) return { oldFileName: name, newFileName: name };
  return { oldFileName: `a/${inside}`, newFileName: `b/${inside}` };
}
