/** The laws that every edit keeps, as checks on a text, operations and what the edit engine made of them. */
import { Lexer } from 'yaml';
import { applyEdits, type TextEdit } from '../../../shared/text/textEdit.ts';
import { editDocument } from '../../../shared/yaml/edit.ts';
import { isCertainlyEditable } from '../../../shared/yaml/editCertain.ts';
import type { YamlOp } from '../../../shared/yaml/operation.ts';
import { parseDocument } from '../../../shared/yaml/parse.ts';
import type { Path } from '../../../shared/yaml/tree.ts';
import { goYaml } from '../../support/goYaml.ts';
import type { Plain } from '../../support/goYamlPlain.ts';
import { kubernetesOrder } from './keyOrder.ts';
import { applyOps, Impossible } from './model.ts';

export interface Outcome {
  readonly kind: 'edited' | 'unchanged' | 'declined';
  readonly text: string;
  readonly reason?: string;
}

/** A law that an edit broke, with all that is needed to see it again. */
export class Violation extends Error {
  constructor(law: string, before: string, ops: readonly YamlOp[], after: string) {
    super(
      `${law}\n--- before\n${before}\n--- ops\n${JSON.stringify(ops)}\n--- after\n${after}\n---\n${JSON.stringify(before)}`,
    );
  }
}

/** Edits a document's text and throws a `Violation` where the result breaks a law. */
export function checkedEdit(before: string, ops: readonly YamlOp[]): Outcome {
  const document = parseDocument(before);
  const result = editDocument(document, ops, { keyOrder: kubernetesOrder });
  if (!result.ok) {
    if (isCertainlyEditable(document, ops, { keyOrder: kubernetesOrder }))
      throw new Violation('What is certain is done.', before, ops, result.reason);
    if (result.reason === '' || !/[.]$/.test(result.reason))
      throw new Violation('A reason is a sentence.', before, ops, result.reason);
    return { kind: 'declined', text: before, reason: result.reason };
  }
  const after = applyEdits(before, result.edits);
  const broken = brokenLaw(before, ops, result.edits, after);
  if (broken !== undefined) throw new Violation(broken, before, ops, after);
  return { kind: result.edits.length === 0 ? 'unchanged' : 'edited', text: after };
}

function brokenLaw(
  before: string,
  ops: readonly YamlOp[],
  edits: readonly TextEdit[],
  after: string,
): string | undefined {
  const data = decoded(before);
  if (data !== undefined) {
    let expected: Plain;
    try {
      expected = applyOps(data.value, ops);
    } catch (error) {
      if (error instanceof Impossible) return 'Operations that cannot be true are declined.';
      throw error;
    }
    const actual = decoded(after);
    if (actual === undefined) return 'The edited text can be read.';
    if (!same(actual.value, expected)) {
      return `The data differs where the operations say, and only there.\n${JSON.stringify(actual.value)}\n${JSON.stringify(expected)}`;
    }
  }
  return (
    brokenEdits(before, ops, edits) ??
    brokenLines(before, after) ??
    brokenComments(before, ops, after) ??
    brokenRepeat(ops, after)
  );
}

/** What kubectl decodes, or undefined where it cannot. */
export function decoded(text: string): { readonly value: Plain } | undefined {
  try {
    return { value: goYaml(text)[0] ?? null };
  } catch {
    return undefined;
  }
}

function same(a: Plain | undefined, b: Plain | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (
    typeof a === 'object' &&
    typeof b === 'object' &&
    a !== null &&
    b !== null &&
    !Array.isArray(a) &&
    !Array.isArray(b)
  ) {
    const [first, second] = [a as Record<string, Plain>, b as Record<string, Plain>];
    const keys = Object.keys(first);
    return (
      keys.length === Object.keys(second).length &&
      keys.every((key) => Object.hasOwn(second, key) && same(first[key], second[key]))
    );
  }
  return Object.is(a, b);
}

/** Operations that may take lines away. */
function removes(ops: readonly YamlOp[]): boolean {
  return ops.some(
    (op) => op.op === 'remove' || op.op === 'move' || (op.op === 'set' && Array.isArray(op.value)),
  );
}

function brokenEdits(before: string, ops: readonly YamlOp[], edits: readonly TextEdit[]): string | undefined {
  let at = 0;
  for (const { span, newText } of edits) {
    if (span.start < at || span.end < span.start || span.end > before.length)
      return 'Edits are sorted and apart.';
    if (span.start === span.end && newText === '') return 'Every edit changes something.';
    if (
      span.start < before.length &&
      /[\udc00-\udfff]/.test(before[span.start] as string) &&
      /[\ud800-\udbff]/.test(before[span.start - 1] ?? '')
    )
      return 'No edit cuts a surrogate pair.';
    at = span.end;
  }
  if (removes(ops)) return undefined;
  const replacements = edits.filter(({ span }) => span.end > span.start);
  if (replacements.length > ops.length) return 'A replacement is at most one scalar per operation.';
  for (const { span } of replacements) {
    const old = before.slice(span.start, span.end).trim();
    const isScalar =
      old === '{}' ||
      old === '[]' ||
      /^[{[]\s*[}\]]$/.test(old) ||
      !/^[{[]|^- |: /.test(old) ||
      /^["'|>]/.test(old);
    if (!isScalar && !/^[{[]/.test(old)) return `A replacement is at most one scalar: ${old}`;
  }
  return undefined;
}

function brokenLines(before: string, after: string): string | undefined {
  const hasWindows = before.includes('\r\n');
  const hasUnix = /(?<!\r)\n/.test(before);
  if (!before.includes('\r') && after.includes('\r')) return 'Line endings stay.';
  if (hasWindows && !hasUnix && /(?<!\r)\n/.test(after)) return 'Line endings stay.';
  // A block scalar at the end takes the last line break for its own.
  const isBroken = before.endsWith('\n') !== after.endsWith('\n');
  if (isBroken && !/[|>][-+0-9]*\s/.test(before)) return 'The end of the file stays as it is.';
  if (before.startsWith('\ufeff') !== after.startsWith('\ufeff')) return 'A byte order mark stays.';
  return undefined;
}

function brokenComments(before: string, ops: readonly YamlOp[], after: string): string | undefined {
  const [old, now] = [commentsIn(before), commentsIn(after)];
  const lost = old.own.filter((comment) => !take(now.all, comment));
  if (lost.length > 0) return `A comment on its own line is lost: ${lost[0]}`;
  if (removes(ops)) return undefined;
  const cut = old.behind.filter((comment) => !take(now.all, comment));
  if (cut.length > 0) return `A comment behind a value is lost: ${cut[0]}`;
  return now.all.length > 0 ? `A comment has come from nowhere: ${now.all[0]}` : undefined;
}

function take(comments: string[], comment: string): boolean {
  const index = comments.indexOf(comment);
  if (index >= 0) comments.splice(index, 1);
  return index >= 0;
}

interface Comments {
  readonly own: string[];
  readonly behind: string[];
  readonly all: string[];
}

function commentsIn(text: string): Comments {
  const comments: Comments = { own: [], behind: [], all: [] };
  let isOwn = true;
  for (const token of new Lexer().lex(text)) {
    if (token.startsWith('#')) {
      (isOwn ? comments.own : comments.behind).push(token);
      comments.all.push(token);
    } else if (token.includes('\n')) isOwn = true;
    else if (token.trim() !== '' && token !== '\ufeff') isOwn = false;
  }
  return comments;
}

/**
 * A second application changes nothing, unless items have gone and the others are counted anew, or there is something to move
 * where there was nothing before.
 */
function brokenRepeat(ops: readonly YamlOp[], after: string): string | undefined {
  if (ops.some((op) => op.op === 'move' && ops.some((other) => writesAt(other, op.from)))) return undefined;
  const recounts = ops.some(
    (op) =>
      op.op === 'remove' &&
      (typeof op.path.at(-1) === 'number' ||
        ((op.pruneEmpty ?? 0) > 0 && op.path.some((step) => typeof step === 'number'))),
  );
  if (recounts) return undefined;
  const again = editDocument(parseDocument(after), ops, { keyOrder: kubernetesOrder });
  if (!again.ok) return `A second application is declined: ${again.reason}`;
  return again.edits.length > 0 ? 'A second application changes something.' : undefined;
}

/** True where an operation may write something at a path. */
function writesAt(op: YamlOp, path: Path): boolean {
  if (op.op === 'remove') return false;
  const target = op.op === 'move' ? op.to : op.path;
  return target.every((step, index) => index >= path.length || step === path[index]);
}
