/** Writing suppressions: the comment or annotation that suppresses a finding, and the repair of one that suppresses nothing. */
import { child, descend, textOf } from '../kubernetes/slots.ts';
import type { ObjectView } from '../kubernetes/workload.ts';
import { type Span, shifted } from '../text/span.ts';
import { applyEdits, type TextEdit } from '../text/textEdit.ts';
import { commentAbove, lineAround, withoutComment } from '../yaml/comments.ts';
import type { YamlOp } from '../yaml/operation.ts';
import type { YamlDocument } from '../yaml/tree.ts';
import {
  type AnalyzedDocument,
  type AnalyzedText,
  analyzeText,
  type Finding,
  judgedFindingsOf,
  type PlacedFinding,
  type ReadDocument,
  readDocument,
} from './analyze.ts';
import { editorOf } from './fix.ts';
import { OWN_ANNOTATION, type PlacedSuppressionProblem, type WrittenSuppression } from './suppress.ts';
import {
  REASON_PLACEHOLDER,
  readSuppressionComment,
  readSuppressionWords,
  wordsOf,
} from './suppressSyntax.ts';

export type SuppressionEdit =
  | {
      readonly ok: true;
      /** Spans count from the start of the text; sorted, without overlap. */
      readonly edits: readonly TextEdit[];
      /** The reason to be written over, in the text after the edits; absent where there is nothing to select. */
      readonly select?: Span;
    }
  /** One sentence for a person. */
  | { readonly ok: false; readonly reason: string };

type Made = Extract<SuppressionEdit, { ok: true }>;

export interface SuppressOptions {
  /**
   * False where nothing may be commented; `//` where JSON may have such comments. By default decided by how the document is written: JSON
   * gets comments only where it has some.
   */
  readonly comments?: false | '//';
  /** On one line; by default a placeholder to be written over. */
  readonly reason?: string;
}

/**
 * Suppresses findings of one check in one document: one finding, or those that an editor shows as one. Of the places for a comment,
 * and then an annotation, the first is taken that suppresses these and nothing else, which is found out by analyzing the result.
 */
export function suppressEdits(
  analyzed: AnalyzedText,
  findings: readonly PlacedFinding[],
  options: SuppressOptions = {},
): SuppressionEdit {
  const before = new Set(suppressedKeys(analyzed));
  const indexOf = documentIndex(analyzed);
  const wanted = findings.map((placed) => keyOf(placed, indexOf(placed)));
  let best: { readonly edit: Made; readonly extra: number } | undefined;
  for (const edit of candidates(analyzed, findings, options)) {
    const after = analyzeText(applyEdits(analyzed.text, edit.edits), analyzed.settings, analyzed);
    const added = suppressedKeys(after).filter((key) => !before.has(key));
    if (!wanted.every((key) => added.includes(key))) continue;
    const extra = added.length - wanted.length;
    if (extra === 0) return edit;
    if (best === undefined || extra < best.extra) best = { edit, extra };
  }
  return best?.edit ?? DECLINED;
}

const DECLINED: SuppressionEdit = {
  ok: false,
  reason: 'No comment or annotation can be written here that suppresses this finding.',
};

/** A finding's name in a text of which only comments and annotations change. */
function keyOf({ finding: { code, pod, container, message } }: PlacedFinding, document: number): string {
  return JSON.stringify([document, code, pod.path, container?.path ?? null, message]);
}

function documentIndex({ documents }: AnalyzedText): (placed: PlacedFinding) => number {
  const indices = new Map(documents.map(({ slice }, index) => [slice.start, index]));
  return ({ documentStart }) => indices.get(documentStart) ?? -1;
}

function suppressedKeys(analyzed: AnalyzedText): readonly string[] {
  const indexOf = documentIndex(analyzed);
  return judgedFindingsOf(analyzed)
    .filter(({ suppressedBy }) => suppressedBy !== null)
    .map((placed) => keyOf(placed, indexOf(placed)));
}

function* candidates(
  analyzed: AnalyzedText,
  findings: readonly PlacedFinding[],
  options: SuppressOptions,
): Iterable<Made> {
  const [first] = findings;
  const document = analyzed.documents.find(({ slice }) => slice.start === first?.documentStart);
  const read = document === undefined ? undefined : readAgain(analyzed, document);
  if (first === undefined || document === undefined || read === undefined) return;
  const { finding } = first;
  const places =
    options.reason === undefined
      ? placesForComment(finding, findings.length)
      : placesForReason(finding, read);
  const mark = commentMark(read.document, options.comments);
  if (mark !== undefined) {
    for (const place of places) {
      const at = document.slice.start + place;
      yield* extendedComments(analyzed.text, at, finding.code);
      yield commentedAbove(analyzed.text, at, mark, finding, options.reason);
    }
  }
  yield* annotated(analyzed, document, read, finding, { isSingle: findings.length === 1, ...options });
}

function readAgain(
  { text, settings }: AnalyzedText,
  { slice, mask }: AnalyzedDocument,
): ReadDocument | undefined {
  return readDocument(text.slice(slice.start, slice.end), mask, settings.kinds);
}

/** How a comment begins in a document; undefined where there are none. */
function commentMark(document: YamlDocument, allowed: SuppressOptions['comments']): '#' | '//' | undefined {
  if (allowed === false) return undefined;
  if (!isJson(document)) return '#';
  return allowed ?? (document.comments.some(({ start }) => document.text[start] === '/') ? '//' : undefined);
}

function isJson({ root }: YamlDocument): boolean {
  if (root?.kind !== 'mapping' || root.style !== 'flow') return false;
  const key = root.entries[0]?.keyNode;
  return key?.kind === 'scalar' && key.style === 'double';
}

/** Offsets in the document, on the lines above which a comment may stand. */
function placesForComment({ span, container, pod }: Finding, count: number): readonly number[] {
  if (count > 1) return [pod.keySpan.start];
  return container === null ? [span.start, pod.keySpan.start] : [span.start, container.nameSpan.start];
}

function commentedAbove(
  text: string,
  at: number,
  mark: '#' | '//',
  finding: Finding,
  reason: string | undefined,
): Made {
  // A reason that is known is why the practice as a whole is not followed.
  if (reason !== undefined) {
    const comment = `${mark} podproof-ignore ${finding.practice}: ${reason}`;
    return { ok: true, edits: [commentAbove(text, at, comment)] };
  }
  const edit = commentAbove(text, at, `${mark} podproof-ignore ${finding.code}: ${REASON_PLACEHOLDER}`);
  const end = edit.span.start + edit.newText.trimEnd().length;
  return { ok: true, edits: [edit], select: { start: end - REASON_PLACEHOLDER.length, end } };
}

/** As `placesForComment`, the whole container first: with what is written into it at the same time, a key in it may no longer be where it was. */
function placesForReason(finding: Finding, { objects }: ReadDocument): readonly number[] {
  const places = placesForComment(finding, 1);
  const path = JSON.stringify(finding.container?.path);
  const containers = objects.flatMap(({ pods }) => pods.flatMap((pod) => pod.containers));
  const [held] = containers.find((one) => JSON.stringify(one.path) === path)?.slot.held ?? [];
  return held?.state === 'node' ? [held.span.start, ...places] : places;
}

/** A suppression that stands on the line already, or right above it, takes one more name. */
function* extendedComments(text: string, at: number, code: string): Iterable<Made> {
  const line = lineAround(text, at);
  const above = line.start === 0 ? undefined : lineAround(text, line.start - 1);
  for (const { start, end } of above === undefined ? [line] : [line, above]) {
    const mark = text.slice(start, end).search(/(?<=^|\s)(?:#+|\/\/+|\/\*+)[ \t]*podproof-ignore/);
    if (mark < 0) continue;
    const words = readSuppressionComment(text.slice(start + mark, end), start + mark);
    const last = words?.ids.at(-1);
    if (last === undefined || words?.isForFile) continue;
    const place = { start: last.span.end, end: last.span.end };
    yield { ok: true, edits: [{ span: place, newText: `, ${code}` }] };
  }
}

function* annotated(
  analyzed: AnalyzedText,
  { slice }: AnalyzedDocument,
  { objects }: ReadDocument,
  finding: Finding,
  { isSingle, reason = REASON_PLACEHOLDER }: { readonly isSingle: boolean; readonly reason?: string },
): Iterable<Made> {
  const { pod, container, code } = finding;
  const object = objects.find(({ path }) => JSON.stringify(path) === JSON.stringify(objectPath(pod)));
  if (object === undefined) return;
  const edit = editorOf(analyzed, slice.start);
  const own = isSingle && container?.name ? [`${OWN_ANNOTATION}.${container.name}`] : [];
  for (const key of [...own, OWN_ANNOTATION]) {
    const existing = annotationText(object, key);
    const value = existing === undefined ? `${code}: ${reason}` : withId(existing, code);
    const result = edit([{ op: 'set', path: [...object.path, 'metadata', 'annotations', key], value }]);
    if (!result.ok) continue;
    yield existing === undefined ? selecting(result.edits) : { ok: true, edits: result.edits };
  }
}

function objectPath({ path, pathInObject }: Finding['pod']): Finding['pod']['path'] {
  return path.slice(0, path.length - pathInObject.length);
}

function annotationText(object: ObjectView, key: string): string | undefined {
  return textOf(child(descend(object.slot, 'metadata', 'annotations'), key));
}

function withId(existing: string, code: string): string {
  const last = readSuppressionWords(existing, 0).ids.at(-1);
  const at = last?.span.end ?? 0;
  return `${existing.slice(0, at)}${last === undefined ? '' : ', '}${code}${existing.slice(at)}`;
}

/** The edits, with the placeholder of the reason that they write selected. */
function selecting(edits: readonly TextEdit[]): Made {
  let shift = 0;
  for (const { span, newText } of edits) {
    const at = newText.indexOf(`: ${REASON_PLACEHOLDER}`);
    if (at >= 0) {
      const start = span.start + shift + at + 2;
      return { ok: true, edits, select: { start, end: start + REASON_PLACEHOLDER.length } };
    }
    shift += newText.length - (span.end - span.start);
  }
  // The engine writes only what differs; where the placeholder is not in one piece, nothing is selected.
  return { ok: true, edits };
}

/** What a repair does, for the title of an action; undefined where there is none. */
export function suppressionRepairTitle({
  problem: { repair },
}: PlacedSuppressionProblem): string | undefined {
  switch (repair.kind) {
    case 'remove':
      return repair.ids.length === 0 || repair.ids.length === repair.suppression.ids.length
        ? 'Remove this suppression'
        : `Remove ${repair.ids.join(', ')} from this suppression`;
    case 'replace':
      return `Write ${repair.by}`;
    case 'add-reason':
      return 'Write a reason';
    case 'none':
      return undefined;
  }
}

/** Puts a suppression right. Spans of the edits count from the start of the text. */
export function suppressionRepairEdits(
  analyzed: AnalyzedText,
  { problem: { repair }, documentStart }: PlacedSuppressionProblem,
): SuppressionEdit {
  if (repair.kind === 'none') return { ok: false, reason: 'Nothing has a similar name.' };
  const { suppression } = repair;
  const context = { analyzed, documentStart, suppression };
  switch (repair.kind) {
    case 'remove': {
      const rest = suppression.ids.filter(({ text }) => !repair.ids.includes(text)).map(({ text }) => text);
      return rest.length === 0 ? removed(context) : rewritten(context, rest, suppression.reason);
    }
    case 'replace': {
      const ids = suppression.ids.map((id) => (id.text === repair.id.text ? repair.by : id.text));
      return rewritten(context, [...new Set(ids)], suppression.reason);
    }
    case 'add-reason':
      return rewritten(
        context,
        suppression.ids.map(({ text }) => text),
        REASON_PLACEHOLDER,
      );
  }
}

interface RepairContext {
  readonly analyzed: AnalyzedText;
  readonly documentStart: number;
  readonly suppression: WrittenSuppression;
}

function removed({ analyzed, documentStart, suppression }: RepairContext): SuppressionEdit {
  if (suppression.form === 'comment') {
    return { ok: true, edits: [withoutComment(analyzed.text, shifted(suppression.span, documentStart))] };
  }
  return edited(analyzed, documentStart, { op: 'remove', path: suppression.path, pruneEmpty: 1 });
}

function rewritten(
  { analyzed, documentStart, suppression }: RepairContext,
  ids: readonly string[],
  reason: string | undefined,
): SuppressionEdit {
  const value = `${ids.join(', ')}${reason === undefined ? '' : `: ${reason}`}`;
  if (suppression.form === 'annotation') {
    const result = edited(analyzed, documentStart, { op: 'set', path: suppression.path, value });
    return result.ok && reason === REASON_PLACEHOLDER ? selecting(result.edits) : result;
  }
  const [first] = suppression.ids;
  const comment = shifted(suppression.span, documentStart);
  if (first === undefined) return DECLINED;
  const start = documentStart + first.span.start;
  const shown = wordsOf(analyzed.text.slice(comment.start, comment.end));
  const edits = [{ span: { start, end: comment.start + shown.length }, newText: value }];
  return reason === REASON_PLACEHOLDER ? selecting(edits) : { ok: true, edits };
}

function edited(analyzed: AnalyzedText, documentStart: number, op: YamlOp): SuppressionEdit {
  return editorOf(analyzed, documentStart)([op]);
}
