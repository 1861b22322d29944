/** Help: what is said of a place, and what can be written there. */
import {
  type CompletionItem,
  CompletionItemKind,
  type Hover,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
  type Position,
} from 'vscode-languageserver';
import { type Completion, completionsAt } from '../shared/analysis/complete.ts';
import { hoverAt } from '../shared/analysis/hover.ts';
import type { LineIndex } from '../shared/text/lineIndex.ts';
import type { Analysis } from './documents.ts';
import type { CompletionFeatures, Features } from './features.ts';
import { offsetOf } from './text.ts';
import { toRange } from './toLsp.ts';

/** Null where nothing is said. */
export function hoverIn(analysis: Analysis, position: Position, features: Features): Hover | null {
  const { lines } = analysis.document;
  const hover = hoverAt(analysis.analyzed, offsetOf(lines, position), { elsewhere: analysis.elsewhere });
  if (hover === undefined) return null;
  const kind = features.markdownHover ? MarkupKind.Markdown : MarkupKind.PlainText;
  return { contents: { kind, value: hover.markdown }, range: toRange(lines, hover.span) };
}

export function completionsIn(
  { analyzed, document: { lines } }: Analysis,
  position: Position,
  { completion }: Features,
): CompletionItem[] {
  return completionsAt(analyzed, offsetOf(lines, position)).map((one) =>
    toCompletionItem(one, lines, completion),
  );
}

function toCompletionItem(
  completion: Completion,
  lines: LineIndex,
  { snippets, preselect, insertTextMode, markdown }: CompletionFeatures,
): CompletionItem {
  const { label, kind, replace, insert, snippet, filter, sort, documentation } = completion;
  return {
    label,
    kind: COMPLETION_KINDS[kind],
    textEdit: { range: toRange(lines, replace), newText: snippets ? snippet : insert },
    insertTextFormat: snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    ...(insertTextMode && { insertTextMode: InsertTextMode.asIs }),
    ...(preselect && completion.preselect && { preselect: true }),
    filterText: filter,
    sortText: sort,
    documentation: markdown ? { kind: MarkupKind.Markdown, value: documentation } : documentation,
  };
}

const COMPLETION_KINDS: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  block: CompletionItemKind.Snippet,
};
