/** Sparing: what fixes leave alone, because its owners suppress it or have switched it off. */

import type { Fix } from '../practices/practice.ts';
import type { YamlOp, YamlValue } from '../yaml/operation.ts';
import type { Path } from '../yaml/tree.ts';
import {
  type AnalyzedText,
  type Finding,
  findingsOf,
  judgedFindingsOf,
  type PlacedFinding,
} from './analyze.ts';
import { fixesOf } from './fixes.ts';
import { GOVERNED_FIELDS } from './hoverPlaces.ts';

export interface Sparing {
  /** True where another container of the pod suppresses the same finding for itself: a fix at pod level would reach it too. */
  isSparedAtPod(placed: PlacedFinding): boolean;
  /** The fix without what nothing asks for; undefined where nothing of it is left. */
  spare(placed: PlacedFinding, fix: Fix): Fix | undefined;
}

/** Read once for as long as the analysis lasts: a menu tries many fixes of one text. */
export function sparingIn(analyzed: AnalyzedText): Sparing {
  let sparing = known.get(analyzed);
  if (sparing === undefined) {
    sparing = readSparing(analyzed);
    known.set(analyzed, sparing);
  }
  return sparing;
}

const known = new WeakMap<AnalyzedText, Sparing>();

function readSparing(analyzed: AnalyzedText): Sparing {
  const sparedAtPod = new Set(
    judgedFindingsOf(analyzed)
      .filter(({ finding, suppressedBy }) => suppressedBy !== null && finding.container !== null)
      .map(podKey),
  );
  const asked = new Map<string, Set<string>>();
  for (const placed of findingsOf(analyzed)) {
    const key = containerKey(placed);
    const codes = asked.get(key) ?? new Set();
    asked.set(key, codes.add(placed.finding.code));
  }
  return {
    isSparedAtPod: (placed) => placed.finding.container !== null && sparedAtPod.has(podKey(placed)),
    spare(placed, fix) {
      if (placed.finding.code !== 'security-context/missing') return fix;
      return withoutUnasked(fix, asked.get(containerKey(placed)) ?? new Set());
    },
  };
}

function podKey({ finding: { code, pod }, documentStart }: PlacedFinding): string {
  return JSON.stringify([documentStart, code, pod.path]);
}

function containerKey({ finding: { pod, container }, documentStart }: PlacedFinding): string {
  return JSON.stringify([documentStart, pod.path, container?.path ?? null]);
}

/** A whole security context covers several practices; of its fields, those stay that a finding of the container asks for. */
function withoutUnasked(fix: Fix, asked: ReadonlySet<string>): Fix | undefined {
  const dropped = new Set<string>();
  const ops = fix.ops.flatMap((op): readonly YamlOp[] => {
    if (op.op !== 'set' || op.path.at(-1) !== 'securityContext' || !isMapping(op.value)) return [op];
    const kept = Object.entries(op.value).filter(([key]) => isAskedFor(key, asked) || !dropped.add(key));
    return kept.length === 0 ? [] : [{ ...op, value: Object.fromEntries(kept) }];
  });
  if (ops.length === 0) return undefined;
  const consequences = (fix.consequences ?? []).filter((op) => !isForDropped(op, dropped));
  const { consequences: _, ...rest } = fix;
  return consequences.length === 0 ? { ...rest, ops } : { ...rest, ops, consequences };
}

function isMapping(value: YamlValue): value is { readonly [key: string]: YamlValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAskedFor(key: string, asked: ReadonlySet<string>): boolean {
  return GOVERNED_FIELDS.some(({ practice, rule }) => {
    if (rule.path[0] !== 'securityContext' || rule.path[1] !== key) return false;
    const checks = rule.checks ?? practice.checks.map(({ id }) => id);
    return checks.some((check) => asked.has(`${practice.id}/${check}`));
  });
}

/** A writable `/tmp` comes with a read-only root, an fsGroup with a user. */
function isForDropped(op: YamlOp, dropped: ReadonlySet<string>): boolean {
  if (op.op === 'move') return false;
  const isMount = op.path.includes('volumes') || op.path.includes('volumeMounts');
  return dropped.has(isMount ? 'readOnlyRootFilesystem' : 'runAsUser');
}

/** The fix that leaves the other containers of the pod as they are. */
export function ownFix(finding: Finding): Fix | undefined {
  return fixesOf(finding).find((fix) => fix.level === 'container' && fix.onRequest !== true);
}

/** The paths of the pods and containers into whose security contexts the fix writes. */
export function contextsIn(fix: Fix): readonly Path[] {
  return fix.ops.flatMap((op) => {
    const path = op.op === 'move' ? op.to : op.path;
    const at = path.indexOf('securityContext');
    return at < 0 ? [] : [path.slice(0, at)];
  });
}
