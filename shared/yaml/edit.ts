/** Editing: turns operations at paths into text edits, and declines what it cannot do safely. The only author of YAML text. */
import { applyEdits, type TextEdit } from '../text/textEdit.ts';
import { BlockEditor } from './editBlock.ts';
import { FlowEditor } from './editFlow.ts';
import { meetsAction, readLayout } from './editLayout.ts';
import { Patch } from './editPatch.ts';
import { type Plan, planEdit } from './editPlan.ts';
import { holdsPlan } from './editVerify.ts';
import type { YamlOp } from './operation.ts';
import { parseDocument } from './parse.ts';
import type { Path, YamlDocument, YamlNode } from './tree.ts';

export interface EditContext {
  /** Preferred order of keys for the mapping at a path (a container, a securityContext); undefined appends at the end. */
  readonly keyOrder?: (path: Path) => readonly string[] | undefined;
}

export type EditResult =
  /** Spans count in the document's own text; the edits are sorted and do not overlap. */
  | { readonly ok: true; readonly edits: readonly TextEdit[] }
  /** One sentence for a person, such as "The value comes from the anchor &sc, which other places use too." */
  | { readonly ok: false; readonly reason: string };

/**
 * Text edits that make all operations true at once; none where they are true already. Paths name the document as it is
 * before any of them. An edit that is offered has been applied and read back: the result parses, holds the operations, and
 * differs in nothing else. Never throws. Takes time linear in the document and the operations.
 */
export function editDocument(
  document: YamlDocument,
  ops: readonly YamlOp[],
  context: EditContext = {},
): EditResult {
  if (ops.length === 0) return { ok: true, edits: [] };
  const keyOrder = context.keyOrder ?? ((): undefined => undefined);
  const plan = planEdit(document, ops, keyOrder);
  if (!plan.ok) return plan;
  if (plan.changes.size === 0) return { ok: true, edits: [] };
  if (/\r(?!\n)/.test(document.text)) {
    return { ok: false, reason: 'Some lines end in a lone carriage return.' };
  }
  const written = writePlan(document, plan);
  if (!written.ok) return written;
  const text = applyEdits(document.text, written.edits);
  const after = parseDocument(text);
  if (!holdsPlan(document, after, plan.changes) || !keepsJsonComments(document, after)) {
    return { ok: false, reason: UNSAFE };
  }
  return written;
}

const UNSAFE = 'The text here is laid out in a way that cannot be edited safely.';

/** The editors know how comments of YAML are laid out; of those in JSON, every one has to be there still. */
function keepsJsonComments(before: YamlDocument, after: YamlDocument): boolean {
  const comments = jsonComments(before);
  return comments.length === 0 || comments.join('\n') === jsonComments(after).join('\n');
}

function jsonComments({ text, comments }: YamlDocument): readonly string[] {
  return comments
    .filter(({ start }) => text[start] === '/')
    .map(({ start, end }) => text.slice(start, end).trimEnd());
}

function writePlan(document: YamlDocument, plan: Extract<Plan, { ok: true }>): EditResult {
  const layout = readLayout(document);
  const patch = new Patch(layout);
  const block = new BlockEditor(layout, patch);
  const flow = new FlowEditor(layout, patch);
  block.take(plan.moved);
  for (const change of plan.changes.values()) {
    switch (change.kind) {
      case 'replace': {
        const parent = layout.places.get(change.node)?.parent;
        const isFlow = parent === undefined ? isFlowCollection(change.node) : parent.style === 'flow';
        (isFlow ? flow : block).replace(change);
        break;
      }
      case 'mapping':
        (change.node.style === 'flow' ? flow : block).mapping(change);
        break;
      case 'sequence':
        (change.node.style === 'flow' ? flow : block).sequence(change);
        break;
    }
  }
  const reason = block.reason ?? flow.reason;
  if (reason !== undefined) return { ok: false, reason };
  const edits = patch.finish();
  if (edits === undefined) return { ok: false, reason: UNSAFE };
  if (edits.some(({ span }) => meetsAction(layout, span))) {
    return { ok: false, reason: 'Template actions stand in the text that would change.' };
  }
  return { ok: true, edits };
}

function isFlowCollection(node: YamlNode): boolean {
  return (node.kind === 'mapping' || node.kind === 'sequence') && node.style === 'flow';
}
