/** Presenting: the findings of a text as the few places that an editor shows. */
import type { Span } from '../text/span.ts';
import { shifted } from '../text/span.ts';
import type { Path } from '../yaml/tree.ts';
import type { Finding, PlacedFinding } from './analyze.ts';

/** One squiggle. Spans count from the start of the text. */
export interface Presented {
  readonly code: Finding['code'];
  readonly severity: Finding['severity'];
  readonly message: string;
  readonly span: Span;
  readonly related: readonly { readonly span: Span; readonly message: string }[];
  /** What it stands for: one finding, or the same check on several containers of one pod. */
  readonly findings: readonly PlacedFinding[];
}

/**
 * Findings of one check that a single edit at pod level settles become one squiggle on the pod's key, with the containers as related
 * places; every other finding is a squiggle of its own.
 */
export function present(findings: readonly PlacedFinding[]): readonly Presented[] {
  const presented: Presented[] = [];
  const groups = new Map<string, PlacedFinding[]>();
  for (const placed of findings) {
    if (!placed.finding.settledAtPod) {
      presented.push(single(placed));
      continue;
    }
    const key = `${placed.documentStart} ${placed.finding.code} ${inWords(placed.finding.pod.path)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [placed]);
    else group.push(placed);
  }
  for (const group of groups.values()) presented.push(merged(group));
  return presented.sort((a, b) => a.span.start - b.span.start);
}

const words = new WeakMap<Path, string>();

/** Findings of one pod share its path, and keep it when they move. */
function inWords(path: Path): string {
  let known = words.get(path);
  if (known === undefined) {
    known = JSON.stringify(path);
    words.set(path, known);
  }
  return known;
}

function single(placed: PlacedFinding): Presented {
  const { finding, documentStart } = placed;
  return {
    code: finding.code,
    severity: finding.severity,
    message: finding.message,
    span: shifted(finding.span, documentStart),
    related: finding.related.map(({ at, message }) => ({ span: shifted(at, documentStart), message })),
    findings: [placed],
  };
}

function merged(group: readonly PlacedFinding[]): Presented {
  const [first] = group as readonly [PlacedFinding];
  const { finding, documentStart } = first;
  const span = shifted(finding.pod.keySpan, documentStart);
  // The message names the container; a place beside it would only repeat that.
  if (group.length === 1) return { ...single(first), span };
  return {
    ...single(first),
    message: `${finding.message} The same holds for ${othersIn(group)}.`,
    span,
    related: group.flatMap(({ finding: { container }, documentStart: start }) =>
      container === null
        ? []
        : [
            {
              span: shifted(container.nameSpan, start),
              message: `Container ${container.name ?? container.index + 1}`,
            },
          ],
    ),
    findings: group,
  };
}

function othersIn(group: readonly PlacedFinding[]): string {
  const count = group.length - 1;
  return count === 1 ? 'one other container of this pod' : `${count} other containers of this pod`;
}
