/** Settled templates: a template in which the branches that its values take are plain text, for whoever edits it. */
import type { Span } from '../text/span.ts';
import type { BranchNode, Node } from './goTemplate.ts';
import type { Residual } from './residual.ts';

/**
 * The template's text with its branches as the values decide them, at equal length, so that edits of it are edits of the template:
 * the actions around a branch that is taken do nothing, those around one that is not stay a condition. Outputs that `writesNothing`
 * accepts do nothing either.
 */
export function settledText(
  text: string,
  nodes: readonly Node[],
  { branches }: Residual,
  writesNothing: (output: Span) => boolean,
): string {
  const changes: Change[] = [];
  const isTaken = ({ start }: Span): boolean => {
    const run = branches.get(start);
    return run?.isTaken === true && !run.isSkipped;
  };
  const visit = (list: readonly Node[]): void => {
    for (const node of list) {
      if (node.kind === 'output' && writesNothing(node.span)) changes.push({ span: node.span, by: NOTHING });
      if (!isBranch(node)) continue;
      const chain = chainOf(node);
      if (chain.some(({ opener }) => branches.has(opener.start)))
        changes.push(...settledChain(chain, node, isTaken));
      for (const { body } of chain) visit(body);
    }
  };
  visit(nodes);
  return replaced(text, changes);
}

interface Change {
  readonly span: Span;
  readonly by: string;
}

/** An action that writes nothing: a variable without a value. */
const NOTHING = '$:=';

interface Link {
  /** The action that opens the branch: `if`, `else if` or `else`. */
  readonly opener: Span;
  readonly body: readonly Node[];
}

/** The branches of an `if` with all its `else if`. */
function chainOf(node: BranchNode): readonly Link[] {
  const chain: Link[] = [{ opener: node.span, body: node.body }];
  for (let link = node; link.elseSpan !== undefined; ) {
    const [inner] = link.otherwise;
    if (inner === undefined || !isBranch(inner) || inner.span.start !== link.elseSpan.start) {
      chain.push({ opener: link.elseSpan, body: link.otherwise });
      break;
    }
    chain.push({ opener: inner.span, body: inner.body });
    link = inner;
  }
  return chain;
}

function isBranch(node: Node): node is BranchNode {
  return node.kind === 'if' || node.kind === 'with' || node.kind === 'range';
}

function settledChain(
  chain: readonly Link[],
  { endSpan }: BranchNode,
  isTaken: (opener: Span) => boolean,
): readonly Change[] {
  const changes: Change[] = [];
  let isOpen = false;
  chain.forEach(({ opener }, index) => {
    if (isTaken(opener)) {
      changes.push({ span: opener, by: isOpen ? 'end' : NOTHING });
      isOpen = false;
      return;
    }
    // What was opened by the first branch goes on; behind one that is taken, a condition has to be opened anew.
    if (!isOpen && index > 0) changes.push({ span: opener, by: 'if 0' });
    isOpen = true;
  });
  if (!isOpen) changes.push({ span: endSpan, by: NOTHING });
  return changes;
}

function replaced(text: string, changes: readonly Change[]): string {
  const sorted = [...changes].sort((a, b) => a.span.start - b.span.start);
  let result = '';
  let at = 0;
  for (const { span, by } of sorted) {
    if (span.start < at) continue;
    result += text.slice(at, span.start) + ofLength(by, text.slice(span.start, span.end));
    at = span.end;
  }
  return result + text.slice(at);
}

/** An action of other content with the length and the line breaks of the one that is there; the same one where there is no room. */
function ofLength(content: string, action: string): string {
  const trims = action.startsWith('{{-') && action.length >= content.length + 6 ? '- ' : '';
  const start = `{{${trims}${content}`;
  if (start.length + 2 > action.length || /[\r\n]/.test(action.slice(0, start.length))) return action;
  return `${start}${action.slice(start.length, -2).replace(/[^\n\r]/g, ' ')}}}`;
}
