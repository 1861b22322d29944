/** Outline: which pods and containers a document holds, and which of them stand at a place of it. */
import type { KindSettings, ObjectView } from '../kubernetes/workload.ts';
import type { Span } from '../text/span.ts';
import type { TemplateMask } from '../yaml/templates.ts';
import type { Path } from '../yaml/tree.ts';
import { readDocument } from './analyze.ts';

/** A pod of a document. Spans count from the start of the document. */
export interface PodOutline {
  readonly path: Path;
  /** The whole object that the pod belongs to. */
  readonly object: Span;
  /** The pod spec itself. */
  readonly span: Span;
  readonly containers: readonly ContainerOutline[];
}

export interface ContainerOutline {
  readonly path: Path;
  readonly span: Span;
}

/** The pods of one document, as `splitDocuments` cuts it. Total: a text that holds none answers none. */
export function outlineDocument(
  text: string,
  mask?: TemplateMask,
  kinds?: KindSettings,
): readonly PodOutline[] {
  const objects = readDocument(text, mask, kinds)?.objects ?? [];
  return objects.flatMap((object) => {
    const span = objects.length === 1 ? { start: 0, end: text.length } : spanOf(object.slot);
    return object.pods.map((pod) => ({
      path: pod.path,
      object: span,
      span: spanOf(pod.spec),
      containers: pod.containers.map(({ path, slot }) => ({ path, span: spanOf(slot) })),
    }));
  });
}

/** Where an alias or a template leaves no place of its own, an empty one at the start. */
function spanOf({ held }: ObjectView['slot']): Span {
  const [first] = held;
  return first?.state === 'node' ? first.span : { start: 0, end: 0 };
}

/** The pod and the container, if any, at an offset of the document. */
export function placeAt(
  outline: readonly PodOutline[],
  text: string,
  offset: number,
): { readonly pod: PodOutline; readonly container: ContainerOutline | undefined } | undefined {
  const inObject = outline.filter(({ object }) => isAtLines(object, text, offset));
  const pod = enclosing(inObject, text, offset) ?? inObject[0];
  if (pod === undefined) return undefined;
  return { pod, container: enclosing(pod.containers, text, offset) };
}

/** The one whose text holds the offset, else the last whose lines do, its dash and what is typed behind it included. */
function enclosing<T extends { readonly span: Span }>(
  candidates: readonly T[],
  text: string,
  offset: number,
): T | undefined {
  return (
    candidates.find(({ span }) => span.start <= offset && offset < span.end) ??
    candidates.findLast(({ span }) => isAtLines(span, text, offset))
  );
}

function isAtLines(span: Span, text: string, offset: number): boolean {
  if (span.end === span.start) return false;
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const lineBreak = text.indexOf('\n', Math.max(span.start, span.end - 1));
  return lineStart <= offset && offset <= (lineBreak < 0 ? text.length : lineBreak);
}
