/** Text edits: replacements of spans, all counted in the text as it was before any of them. */
import type { Span } from './span.ts';

/** Replaces `span` by `newText`; an empty span inserts. */
export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

/**
 * The text after the edits. They must not overlap; edits at one place keep the order they are given in.
 * Overlapping edits are a bug of the caller and throw.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.map((edit, index) => ({ edit, index }));
  ordered.sort(
    (a, b) => a.edit.span.start - b.edit.span.start || a.edit.span.end - b.edit.span.end || a.index - b.index,
  );
  let result = '';
  let at = 0;
  for (const { edit } of ordered) {
    if (edit.span.start < at) throw new Error(`Edits overlap at offset ${edit.span.start}.`);
    result += text.slice(at, edit.span.start) + edit.newText;
    at = edit.span.end;
  }
  return result + text.slice(at);
}
