/** To LSP: edits in the words of the protocol. */
import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import type { LineIndex } from '../shared/text/lineIndex.ts';
import type { Span } from '../shared/text/span.ts';
import type { TextEdit as SpanEdit } from '../shared/text/textEdit.ts';
import type { Features } from './features.ts';
import { toSnippets } from './snippets.ts';
import type { OpenText } from './text.ts';
import { toRange } from './toLsp.ts';

export function toTextEdits(lines: LineIndex, edits: readonly SpanEdit[]): TextEdit[] {
  return edits.map(({ span, newText }) => ({ range: toRange(lines, span), newText }));
}

/** Edits of a document, and of other files that belong to them. */
export interface DocumentEdits {
  readonly edits: readonly SpanEdit[];
  /** What a person writes over, one after another, in the document after the edits. */
  readonly select?: readonly Span[];
  readonly others?: readonly OtherEdits[];
}

export interface OtherEdits {
  readonly text: OpenText;
  readonly isOpen: boolean;
  readonly edits: readonly SpanEdit[];
}

/** Edits that are tied to the versions of open documents where the client can tell when it has others by then. */
export function toWorkspaceEdit(
  document: OpenText,
  { edits, select, others = [] }: DocumentEdits,
  features: Features,
): WorkspaceEdit {
  const { uri, version, lines } = document;
  if (others.length > 0) return inSeveralFiles(document, edits, others, features);
  if (!features.documentChanges) return { changes: { [uri]: toTextEdits(lines, edits) } };
  const placeholder = features.snippetEdits ? select : undefined;
  const written =
    placeholder === undefined ? toTextEdits(lines, edits) : toSnippets(lines, edits, placeholder);
  return { documentChanges: [{ textDocument: { uri, version }, edits: written }] };
}

function inSeveralFiles(
  document: OpenText,
  own: readonly SpanEdit[],
  others: readonly OtherEdits[],
  features: Features,
): WorkspaceEdit {
  const all = [{ text: document, isOpen: true, edits: own }, ...others].filter(
    ({ edits }) => edits.length > 0,
  );
  if (!features.documentChanges) {
    return {
      changes: Object.fromEntries(all.map(({ text, edits }) => [text.uri, toTextEdits(text.lines, edits)])),
    };
  }
  return {
    documentChanges: all.map(({ text: { uri, version, lines }, isOpen, edits }) => ({
      textDocument: { uri, version: isOpen ? version : null },
      edits: toTextEdits(lines, edits),
    })),
  };
}
