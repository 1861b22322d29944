/** JSON patches: what their operations set wrong, whatever object they are applied to. */
import type { Settings } from '../catalog/settings.ts';
import { documentsIn } from '../kustomize/documents.ts';
import { isJsonPatch, stepsOf } from '../kustomize/jsonPatch.ts';
import { type PatchText, placeOf, type Selector } from '../kustomize/kustomization.ts';
import {
  at,
  type BuiltEntry,
  type BuiltMapping,
  type BuiltNode,
  type Origin,
  textAt,
  textNode,
} from '../kustomize/node.ts';
import { Refusal } from '../kustomize/refusal.ts';
import { pieceAt, writeObjects } from '../kustomize/write.ts';
import { analyzeText, type Finding, judgedFindingsOf } from './analyze.ts';

/** A finding of an operation, and where its text comes from. */
export interface OperationFinding {
  readonly finding: Finding;
  readonly at: Origin;
}

/** Each operation is judged as a part of an object that is not known. Nothing for a patch of another kind, or one that cannot be read. */
export function jsonPatchFindings(
  text: string,
  patch: PatchText,
  target: Selector,
  settings: Settings,
): readonly OperationFinding[] {
  const objects = patchesIn(text, patch).flatMap((node) =>
    isJsonPatch(node)
      ? (node.kind === 'sequence' ? node.items : []).flatMap((one) => objectOf(one, target) ?? [])
      : [],
  );
  const written = writeObjects(objects);
  return judgedFindingsOf(analyzeText(written.text, settings)).flatMap(
    ({ finding, documentStart }): OperationFinding[] => {
      const from = pieceAt(written, documentStart + finding.span.start)?.from;
      return from === undefined ? [] : [{ finding, at: from }];
    },
  );
}

function patchesIn(text: string, patch: PatchText): readonly BuiltNode[] {
  try {
    return documentsIn(text, placeOf(patch));
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

/** Kubernetes' own kinds, by the way to their pods. */
const KINDS: readonly {
  readonly pod: string;
  readonly apiVersion: string;
  readonly kinds: readonly string[];
}[] = [
  { pod: '/spec/jobTemplate/spec/template/spec', apiVersion: 'batch/v1', kinds: ['CronJob'] },
  {
    pod: '/spec/template/spec',
    apiVersion: 'apps/v1',
    kinds: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
  },
  { pod: '/spec/template/spec', apiVersion: 'batch/v1', kinds: ['Job'] },
  { pod: '/spec', apiVersion: 'v1', kinds: ['Pod'] },
];

/** The object of which an operation writes a part; undefined for one that writes nothing into a pod of a kind that is known. */
function objectOf(operation: BuiltNode, { kind, name }: Selector): BuiltMapping | undefined {
  const op = textAt(operation, 'op');
  const pointer = textAt(operation, 'path') ?? '';
  const value = at(operation, 'value');
  if ((op !== 'add' && op !== 'replace') || value === undefined || !pointer.startsWith('/')) return undefined;
  // An expression may mean several kinds: the way to the pod tells as much as is needed.
  const isName = /^\w+$/.test(kind);
  const rule = KINDS.find(
    ({ pod, kinds }) => pointer.startsWith(`${pod}/`) && (!isName || kinds.includes(kind)),
  );
  if (rule === undefined) return undefined;
  const from = at(operation, 'path')?.from;
  const nest = (steps: readonly string[]): BuiltNode => {
    const [step, ...rest] = steps;
    if (step === undefined) return value;
    const inner = nest(rest);
    const place = from === undefined ? {} : { from };
    if (/^(?:\d+|-)$/.test(step)) return { kind: 'sequence', items: [inner], ...place };
    const entry: BuiltEntry = from === undefined ? { value: inner } : { value: inner, keyFrom: from };
    return { kind: 'mapping', entries: new Map([[step, entry]]), ...place };
  };
  const body = nest(stepsOf(pointer));
  if (body.kind !== 'mapping') return undefined;
  const metadata: BuiltNode = {
    kind: 'mapping',
    entries: new Map([['name', { value: textNode(/^[\w.-]+$/.test(name) ? name : 'any', from) }]]),
  };
  const entries = new Map<string, BuiltEntry>([
    ['apiVersion', { value: textNode(rule.apiVersion, from) }],
    ['kind', { value: textNode(isName ? kind : (rule.kinds[0] ?? ''), from) }],
    ['metadata', { value: metadata }],
    ...body.entries,
  ]);
  return { kind: 'mapping', entries };
}
