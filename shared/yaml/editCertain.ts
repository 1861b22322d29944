/** Certain edits: tells of most edits, without making them, that they can be made. */
import type { EditContext } from './edit.ts';
import { type Change, planEdit } from './editPlan.ts';
import type { YamlOp } from './operation.ts';
import type { MappingNode, SequenceNode, YamlDocument, YamlNode } from './tree.ts';
import type { Written } from './writeYaml.ts';

/**
 * True where `editDocument` certainly accepts the operations, in a fraction of its time: nothing has to be removed or moved, and what is
 * added are plain words in block collections, in a document of nothing but such collections and scalars on one line. Where it is false, the edit engine
 * has to be asked.
 */
export function isCertainlyEditable(
  document: YamlDocument,
  ops: readonly YamlOp[],
  { keyOrder = (): undefined => undefined }: EditContext = {},
): boolean {
  const { root, text } = document;
  if (root?.kind !== 'mapping' || root.style !== 'block' || !isOrdinary(document)) return false;
  const plan = planEdit(document, ops, keyOrder);
  if (!plan.ok || plan.moved.length > 0 || plan.changes.has(root)) return false;
  return isPlain(root, undefined, { text, isEnded: text.endsWith('\n'), changes: plan.changes }, 0);
}

/** Far below every bound of the readers, so that the text is below them after the edit too. */
const MOST = 1024 * 1024;
const DEEPEST = 50;

function isOrdinary({ text, template, problems, skipped }: YamlDocument): boolean {
  if (template !== undefined || problems.length > 0 || skipped !== undefined) return false;
  return text.length <= MOST && !ODD.test(text);
}

/** Columns and lines that readers may count in different ways. */
const ODD = /[\t\r\u0085\u2028\u2029\uFEFF]/;

interface Planned {
  readonly text: string;
  /** Whether the text ends in a line break. */
  readonly isEnded: boolean;
  readonly changes: ReadonlyMap<YamlNode, Change>;
}

/** True for a node, and all below it, that are laid out plainly, and change plainly where they do. */
function isPlain(
  node: YamlNode,
  parent: MappingNode | SequenceNode | undefined,
  planned: Planned,
  depth: number,
): boolean {
  if (node.kind === 'alias' || node.anchor !== undefined || node.tag !== undefined) return false;
  const change = planned.changes.get(node);
  if (change !== undefined && !isPlainChange(change, parent, planned.text)) return false;
  if (node.kind === 'scalar') {
    if (node.style !== 'literal' && node.style !== 'folded') return !spansLines(node, planned.text);
    // What stands behind such a scalar ends it, and none of its text is lost with that; a line break at the end is in its own line.
    return (
      change === undefined &&
      node.text !== '' &&
      planned.isEnded &&
      isPlainHeader(planned.text, node.span.start)
    );
  }
  if (node.open !== undefined || depth > DEEPEST) return false;
  if (node.kind === 'sequence') {
    for (const { value } of node.items) if (!isPlain(value, node, planned, depth + 1)) return false;
    return true;
  }
  for (const { key, keyNode, value } of node.entries) {
    if (keyNode.kind !== 'scalar' || key === '<<' || !isPlain(keyNode, node, planned, depth)) return false;
    if (planned.text.charCodeAt(keyNode.span.end) !== COLON) return false;
    if (!isPlain(value, node, planned, depth + 1)) return false;
  }
  return true;
}

const COLON = 58;

function spansLines({ span }: YamlNode, text: string): boolean {
  return span.end > span.start && text.lastIndexOf('\n', span.end - 1) >= span.start;
}

/** `|` and `>`, with a dash or without: all that is left of line breaks behind the text is one, or none. */
function isPlainHeader(text: string, start: number): boolean {
  const behind = text.charCodeAt(start + 1) === DASH ? start + 2 : start + 1;
  return text.charCodeAt(behind) === LINE_BREAK;
}

const DASH = 45;
const LINE_BREAK = 10;

/** True for what is only added, in a block collection that holds something, or in the place of nothing. */
function isPlainChange(
  change: Change,
  parent: MappingNode | SequenceNode | undefined,
  text: string,
): boolean {
  switch (change.kind) {
    case 'mapping':
      return (
        change.node.style === 'block' &&
        change.removed.size === 0 &&
        change.added.every(({ key, value }) => isPlainWord(key) && isPlainlyWritten(value))
      );
    case 'sequence':
      if (change.removed.size > 0 || !change.added.every(isPlainlyWritten)) return false;
      return change.node.style === 'flow'
        ? WORDS.test(text.slice(change.node.span.start, change.node.span.end)) &&
            change.added.every(({ kind }) => kind === 'scalar')
        : change.node.items.every(({ value }) => value.span.end > value.span.start);
    case 'replace':
      return isPlainlyWritten(change.value) && isPlainlyReplaced(change, parent, text);
  }
}

function isPlainlyReplaced(
  { node, value }: Extract<Change, { kind: 'replace' }>,
  parent: MappingNode | SequenceNode | undefined,
  text: string,
): boolean {
  const isWritten = node.span.end > node.span.start;
  if (parent?.kind === 'sequence') {
    const isWord = node.kind === 'scalar' && node.style === 'plain' && isWritten && value.kind === 'scalar';
    return isWord && (parent.style === 'block' || WORDS.test(text.slice(parent.span.start, parent.span.end)));
  }
  if (parent?.style !== 'block') return false;
  if (node.kind === 'scalar') return value.kind === 'scalar' || !isWritten;
  // Nothing but the two brackets.
  return node.style === 'flow' && /^(?:\{\}|\[\])$/.test(text.slice(node.span.start, node.span.end));
}

/** A list of words on one line. */
const WORDS = /^\[ ?[\w.-]+(?:, ?[\w.-]+)* ?\]$/;

function isPlainlyWritten(value: Written): boolean {
  switch (value.kind) {
    case 'scalar':
      return typeof value.value === 'string' ? isPlainWord(value.value) : value.value !== null;
    case 'mapping':
      return value.entries.every((entry) => isPlainWord(entry.key) && isPlainlyWritten(entry.value));
    case 'sequence':
      return value.items.every(isPlainlyWritten);
    case 'raw':
    case 'moved':
      return false;
  }
}

function isPlainWord(text: string): boolean {
  return /^[\w./-]{1,200}$/.test(text);
}
