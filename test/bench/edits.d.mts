/** Types of the edits, for tests. */
import type { TextDocumentContentChangePartial } from 'vscode-languageserver';
import type { Random } from './inputs.mjs';

export class EditedText {
  constructor(text: string);
}

export function editsOf(
  text: EditedText,
  random: Random,
): Iterable<{ readonly kind: string; readonly change: TextDocumentContentChangePartial }>;
