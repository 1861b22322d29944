/** Snippets: edits with places that a person writes over, one after another. */
import type { SnippetTextEdit, TextEdit } from 'vscode-languageserver';
import type { LineIndex } from '../shared/text/lineIndex.ts';
import type { Span } from '../shared/text/span.ts';
import type { TextEdit as SpanEdit } from '../shared/text/textEdit.ts';

/** An edit, and the places to be written over in its new text. */
interface Placed {
  readonly edit: SpanEdit;
  readonly places: readonly Span[];
}

/**
 * The edits, with what `selected` covers in the text after them as places to be written over; plain ones where that cannot be
 * done. An editor indents the further lines of a snippet as the line on which it starts, up to where it starts, so that a snippet
 * over several lines has to start at a line's start (VS Code, snippetSession.ts adjustWhitespace).
 */
export function toSnippets(
  lines: LineIndex,
  edits: readonly SpanEdit[],
  selected: readonly Span[],
): (TextEdit | SnippetTextEdit)[] {
  const placed = withPlaces(edits, selected).map((one) => fromLineStart(lines, one));
  const rangeOf = ({ span }: SpanEdit): TextEdit['range'] => ({
    start: lines.positionAt(span.start),
    end: lines.positionAt(span.end),
  });
  const isSafe = placed.every(
    ({ edit }) => !/[\r\n]/.test(edit.newText) || rangeOf(edit).start.character === 0,
  );
  if (!isSafe) return edits.map((edit) => ({ range: rangeOf(edit), newText: edit.newText }));
  let number = 0;
  return placed.map(({ edit, places }) => {
    if (places.length === 0) return { range: rangeOf(edit), newText: edit.newText };
    let value = '';
    let at = 0;
    for (const { start, end } of places) {
      number++;
      const before = escaped(edit.newText.slice(at, start));
      value += `${before}\${${number}:${escaped(edit.newText.slice(start, end))}}`;
      at = end;
    }
    value += escaped(edit.newText.slice(at));
    return { range: rangeOf(edit), snippet: { kind: 'snippet', value } };
  });
}

/** Each edit with the selected places that lie within its new text, counted from the text's start. */
function withPlaces(edits: readonly SpanEdit[], selected: readonly Span[]): readonly Placed[] {
  const ordered = selected.toSorted((a, b) => a.start - b.start);
  let shift = 0;
  return edits.map((edit) => {
    const from = edit.span.start + shift;
    shift += edit.newText.length - (edit.span.end - edit.span.start);
    const places = ordered
      .map(({ start, end }) => ({ start: start - from, end: end - from }))
      .filter(({ start, end }) => start >= 0 && end <= edit.newText.length);
    return { edit, places };
  });
}

/** New lines behind the end of a line are as well new lines before the start of the next. */
function fromLineStart(lines: LineIndex, placed: Placed): Placed {
  const { edit, places } = placed;
  const { span, newText } = edit;
  const { line } = lines.positionAt(span.start);
  const [eol = ''] = /^\r?\n/.exec(newText) ?? [];
  const isAtEnd = span.start === span.end && span.start === lines.lineEnd(line);
  if (eol === '' || !isAtEnd || line + 1 >= lines.lineCount) return placed;
  const start = lines.lineStart(line + 1);
  if (start - span.start !== eol.length) return placed;
  return {
    edit: { span: { start, end: start }, newText: newText.slice(eol.length) + eol },
    places: places.map((place) => ({ start: place.start - eol.length, end: place.end - eol.length })),
  };
}

/** Text that a snippet takes as it is. */
function escaped(text: string): string {
  return text.replace(/[\\$}]/g, (special) => `\\${special}`);
}
