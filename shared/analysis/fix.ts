/** Fixing: findings in, text edits out, computed on the text as it is now. */

import type { Fact } from '../kubernetes/facts.ts';
import { fieldOrder } from '../kubernetes/fieldOrder.ts';
import type { Level } from '../kubernetes/slots.ts';
import type { Fix, PracticeId } from '../practices/practice.ts';
import { type Span, shifted } from '../text/span.ts';
import { applyEdits, type TextEdit } from '../text/textEdit.ts';
import { type EditResult, editDocument } from '../yaml/edit.ts';
import type { YamlOp } from '../yaml/operation.ts';
import { parseDocument } from '../yaml/parse.ts';
import { dereference, type Path, type YamlNode } from '../yaml/tree.ts';
import { type AnalyzedText, type Finding, findingsOf, type PlacedFinding } from './analyze.ts';
import { fixesOf, opsOf } from './fixes.ts';
import { contextsIn, ownFix, sparingIn } from './fixSpare.ts';
import { suppressEdits } from './suppressEdits.ts';

/** How far Harden reaches: a container writes only inside itself; pod and file put at pod level what serves all. */
export type HardenScope =
  | { readonly scope: 'container'; readonly documentStart: number; readonly path: Path }
  | { readonly scope: 'pod'; readonly documentStart: number; readonly path: Path }
  | { readonly scope: 'file' };

/** Edits for one fix of one finding; spans count from the start of the text. */
export function fixEdits(analyzed: AnalyzedText, placed: PlacedFinding, fix: Fix): EditResult {
  const spared = sparingIn(analyzed).spare(placed, fix);
  if (spared === undefined) return { ok: false, reason: NOTHING_ASKED_FOR };
  if (spared.leaves !== undefined) return suppressEdits(analyzed, [placed], spared.leaves);
  const edit = editorOf(analyzed, placed.documentStart);
  const whole = edit(opsOf(spared));
  if (whole.ok || spared.consequences === undefined) return whole;
  const [rest] = alone(spared);
  const bare = rest === undefined ? whole : edit(opsOf(rest));
  return bare.ok ? bare : whole;
}

/**
 * Edits that fix every finding of a practice in the text; what cannot be edited safely is left as it is. `elsewhere` is what other files
 * say, as `findingsOf` takes it.
 */
export function fixPractice(
  analyzed: AnalyzedText,
  practice: PracticeId,
  elsewhere: readonly Fact[] = [],
  all: readonly PlacedFinding[] = findingsOf(analyzed, elsewhere),
): FixedText {
  return fixFindings(
    analyzed,
    all.filter(({ finding }) => finding.practice === practice),
    'pod',
  );
}

/** Edits for the safe fixes alone. */
export function fixSafely(
  analyzed: AnalyzedText,
  elsewhere: readonly Fact[] = [],
  all: readonly PlacedFinding[] = findingsOf(analyzed, elsewhere),
): FixedText {
  const picked = all.flatMap((placed) => {
    const fix = placed.finding.repair === 'safe' ? fixesOf(placed.finding)[0] : undefined;
    return fix?.safety === 'safe' ? [{ placed, fix, otherwise: [] }] : [];
  });
  return applyPicked(analyzed, picked);
}

/**
 * Where the amounts stand that a fix has written and only a measurement can put right; spans count in the text after the edits,
 * and leave out quotes.
 */
export function measuredIn(
  { text, documents }: AnalyzedText,
  { finding, documentStart }: PlacedFinding,
  fix: Fix,
  edits: readonly TextEdit[],
): readonly Span[] {
  if (finding.practice !== 'resources' || finding.code === 'resources/invalid') return [];
  const slice = documents.find((document) => document.slice.start === documentStart)?.slice;
  if (slice === undefined) return [];
  const grown = edits.reduce((sum, { span, newText }) => sum + newText.length - (span.end - span.start), 0);
  const after = parseDocument(applyEdits(text, edits).slice(documentStart, slice.end + grown));
  return fix.ops.flatMap((op) => {
    const node = op.op === 'set' ? nodeAt(after.root, op.path) : undefined;
    if (node?.kind !== 'scalar' || node.span.end === node.span.start) return [];
    const quote = node.style === 'single' || node.style === 'double' ? 1 : 0;
    return [shifted({ start: node.span.start + quote, end: node.span.end - quote }, documentStart)];
  });
}

function nodeAt(root: YamlNode | undefined, path: Path): YamlNode | undefined {
  let node = dereference(root);
  for (const step of path) {
    if (node?.kind === 'mapping') node = dereference(node.entries.find(({ key }) => key === step)?.value);
    else if (node?.kind === 'sequence') node = dereference(node.items[Number(step)]?.value);
    else return undefined;
  }
  return node;
}

/** What became of a text: its edits, and what was declined with the reason. */
export interface FixedText {
  readonly edits: readonly TextEdit[];
  readonly declined: readonly { readonly placed: PlacedFinding; readonly reason: string }[];
}

/**
 * Harden: every finding in the scope fixed in one edit. What the workload asks for by name (privileged, added capabilities,
 * its own uid) stays. `all` are the findings that count, where more is known than the text alone says.
 */
export function harden(
  analyzed: AnalyzedText,
  scope: HardenScope,
  elsewhere: readonly Fact[] = [],
  all: readonly PlacedFinding[] = findingsOf(analyzed, elsewhere),
): FixedText {
  const findings = all.filter((placed) => isInScope(placed, scope));
  return fixFindings(analyzed, findings, scope.scope === 'container' ? 'container' : 'pod');
}

/** True for a finding that Harden with a scope takes. */
export function isInScope({ finding, documentStart }: PlacedFinding, scope: HardenScope): boolean {
  switch (scope.scope) {
    case 'file':
      return true;
    case 'pod':
      return documentStart === scope.documentStart && samePath(finding.pod.path, scope.path);
    case 'container':
      return (
        documentStart === scope.documentStart &&
        finding.container !== null &&
        samePath(finding.container.path, scope.path)
      );
  }
}

/** A finding, and the fix that Harden takes for it. */
export interface Picked {
  readonly placed: PlacedFinding;
  readonly fix: Fix;
  /** What is done where the text does not allow the fix, the better first. */
  readonly otherwise: readonly Fix[];
}

function fixFindings(analyzed: AnalyzedText, findings: readonly PlacedFinding[], level: Level): FixedText {
  const { picked, empty, covered } = pickFixes(analyzed, findings, level);
  const { edits, declined } = applyPicked(analyzed, picked);
  const reasons = new Map(declined.map(({ placed, reason }) => [placed.finding, reason]));
  const uncovered = [...covered].flatMap(([placed, [first, ...others]]) => {
    const reason = first === undefined ? undefined : reasons.get(first);
    const isLeft = others.every((finding) => reasons.has(finding));
    return reason !== undefined && isLeft ? [{ placed, reason }] : [];
  });
  return {
    edits,
    declined: [...declined, ...uncovered, ...empty.map((placed) => ({ placed, reason: NOTHING_ASKED_FOR }))],
  };
}

export interface PickedFixes {
  readonly picked: readonly Picked[];
  /** Findings of whose fix nothing is left to do. */
  readonly empty: readonly PlacedFinding[];
  /** Findings that the fixes of others settle, with those others. */
  readonly covered: ReadonlyMap<PlacedFinding, readonly Finding[]>;
}

/** The fixes that Harden takes, and the findings for which it takes none. */
export function pickFixes(
  analyzed: AnalyzedText,
  findings: readonly PlacedFinding[],
  level: Level,
): PickedFixes {
  const { isSparedAtPod, spare } = sparingIn(analyzed);
  const empty: PlacedFinding[] = [];
  const picked = findings.flatMap((placed): Picked[] => {
    const { finding } = placed;
    const wanted = isSparedAtPod(placed) ? ownFix(finding) : fixForHarden(finding, level);
    if (wanted === undefined) return [];
    const fix = spare(placed, wanted);
    if (fix === undefined) {
      empty.push(placed);
      return [];
    }
    const own = ownFix(finding);
    const inContainer =
      own === undefined || own === wanted || level !== 'pod' ? undefined : spare(placed, own);
    return [
      {
        placed,
        fix,
        otherwise: [
          ...alone(fix),
          ...(inContainer === undefined ? [] : [inContainer, ...alone(inContainer)]),
        ],
      },
    ];
  });
  return { ...withoutWholeContexts(picked), empty };
}

const NOTHING_ASKED_FOR = 'All that it would write is suppressed or switched off.';

/**
 * A whole security context is not written where the fixes for its fields are made too, each at the level that serves: those fixes
 * cover its finding.
 */
function withoutWholeContexts(picked: readonly Picked[]): Omit<PickedFixes, 'empty'> {
  const writers = new Map<string, Finding[]>();
  for (const { placed, fix } of picked) {
    for (const owner of contextsIn(fix)) {
      const key = JSON.stringify([placed.documentStart, owner]);
      const known = writers.get(key);
      if (known === undefined) writers.set(key, [placed.finding]);
      else known.push(placed.finding);
    }
  }
  const covered = new Map<PlacedFinding, readonly Finding[]>();
  const kept = picked.filter(({ placed }) => {
    const { code, container } = placed.finding;
    if (code !== 'security-context/missing' || container === null) return true;
    const all = writers.get(JSON.stringify([placed.documentStart, container.path])) ?? [];
    const others = all.filter((finding) => finding !== placed.finding);
    if (others.length > 0) covered.set(placed, others);
    return others.length === 0;
  });
  return { picked: kept, covered };
}

/** The fix by itself, where what should come with it cannot be written. */
function alone(fix: Fix): readonly Fix[] {
  if (fix.consequences === undefined) return [];
  const { consequences: _, ...rest } = fix;
  return fix.needsVolumes === true ? withWritableRoot(rest) : [rest];
}

/** The fix without a read-only root, for a program that is known to write where no volume can be mounted. */
function withWritableRoot(fix: Fix): readonly Fix[] {
  const ops = fix.ops.flatMap((op): readonly YamlOp[] => {
    if (op.op !== 'set') return [op];
    if (op.path.at(-1) === READ_ONLY_ROOT) return [];
    const { value } = op;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [op];
    const rest = Object.entries(value).filter(([key]) => key !== READ_ONLY_ROOT);
    return [{ ...op, value: Object.fromEntries(rest) }];
  });
  return ops.length === 0 ? [] : [{ ...fix, ops }];
}

const READ_ONLY_ROOT = 'readOnlyRootFilesystem';

/** The fix that Harden takes: at pod level where there is one, without the ones that take away what is asked for by name. */
export function fixForHarden(finding: Finding, level: Level): Fix | undefined {
  if (finding.repair === 'none') return undefined;
  const usable = fixesOf(finding).filter((fix) => fix.onRequest !== true);
  if (level === 'pod') return usable[0];
  const fix = usable.find((candidate) => candidate.level === 'container');
  return fix === undefined ? undefined : insideContainer(fix, finding.container?.path ?? []);
}

/** A fix without what it would write outside the container. */
function insideContainer(fix: Fix, container: Path): Fix | undefined {
  if (!fix.ops.every((op) => isInside(op, container))) return undefined;
  const { consequences = [] } = fix;
  if (consequences.every((op) => isInside(op, container))) return fix;
  const [rest] = alone(fix);
  if (rest === undefined) return undefined;
  // A mount without its volume would be rejected; what else stands in the container stays.
  const kept = consequences.filter(
    (op) => isInside(op, container) && (op.op === 'move' || op.path.at(-1) !== 'volumeMounts'),
  );
  return kept.length === 0 ? rest : { ...rest, consequences: kept };
}

function isInside(op: YamlOp, container: Path): boolean {
  const path = op.op === 'move' ? op.to : op.path;
  return container.every((step, index) => path[index] === step);
}

/**
 * All fixes of a document in one edit. Where they cannot be made together they are halved until what is declined stands alone, so that
 * it costs no other fix, and a long document few attempts.
 */
export function applyPicked(analyzed: AnalyzedText, picked: readonly Picked[]): FixedText {
  const edits: TextEdit[] = [];
  const declined: { placed: PlacedFinding; reason: string }[] = [];
  for (const [documentStart, own] of byDocument(picked.filter(({ fix }) => fix.leaves === undefined))) {
    const edit = editorOf(analyzed, documentStart);
    const accepted: YamlOp[] = [];
    let made: EditResult = { ok: true, edits: [] };
    const pending: (readonly Picked[])[] = [own];
    for (let group = pending.pop(); group !== undefined; group = pending.pop()) {
      const ops = group.flatMap(({ fix }) => opsOf(fix));
      const attempt = edit([...accepted, ...ops]);
      const [first] = group;
      if (attempt.ok) {
        accepted.push(...ops);
        made = attempt;
      } else if (group.length === 1 && first !== undefined) {
        let other: EditResult = attempt;
        for (const { ops: needed, consequences = [] } of first.otherwise) {
          const wanted = [...needed, ...consequences];
          other = edit([...accepted, ...wanted]);
          if (!other.ok) continue;
          accepted.push(...wanted);
          made = other;
          break;
        }
        if (!other.ok) declined.push({ placed: first.placed, reason: attempt.reason });
      } else {
        const middle = group.length >> 1;
        pending.push(group.slice(middle), group.slice(0, middle));
      }
    }
    edits.push(...made.edits);
  }
  const left = leavesOf(analyzed, picked, edits);
  return { edits: left.edits, declined: [...declined, ...left.declined] };
}

/** The edits, with the comments that say why findings are left as they are. */
function leavesOf(analyzed: AnalyzedText, picked: readonly Picked[], edits: readonly TextEdit[]): FixedText {
  let all = edits;
  const declined: { placed: PlacedFinding; reason: string }[] = [];
  for (const { placed, fix } of picked) {
    if (fix.leaves === undefined) continue;
    const comment = suppressEdits(analyzed, [placed], fix.leaves);
    const joined = comment.ok ? withComments(all, comment.edits) : undefined;
    if (joined === undefined) declined.push({ placed, reason: NO_PLACE_FOR_COMMENT });
    else all = joined;
  }
  return { edits: all, declined };
}

const NO_PLACE_FOR_COMMENT = 'There is no place for a comment that says why it is left as it is.';

/** A comment stands right above its line, behind what is inserted at the same place; undefined where other edits are in its way. */
function withComments(
  edits: readonly TextEdit[],
  comments: readonly TextEdit[],
): readonly TextEdit[] | undefined {
  let all = [...edits];
  for (const { span, newText } of comments) {
    const clashes = all.some((edit) => edit.span.start < span.end && span.start < edit.span.end);
    const covered = all.some((edit) => edit.span.start < span.start && span.start < edit.span.end);
    if (clashes || covered) return undefined;
    const same = all.findIndex((edit) => edit.span.start === span.start && edit.span.end === span.end);
    const there = all[same];
    if (there === undefined) all.push({ span, newText });
    else if (span.start !== span.end) return undefined;
    else all = all.with(same, { span, newText: `${there.newText}${newText}` });
  }
  return all.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

function byDocument(picked: readonly Picked[]): ReadonlyMap<number, readonly Picked[]> {
  const groups = new Map<number, Picked[]>();
  for (const one of picked) {
    const group = groups.get(one.placed.documentStart);
    if (group === undefined) groups.set(one.placed.documentStart, [one]);
    else group.push(one);
  }
  return groups;
}

/** Edits of the document that starts at an offset, read once for any number of attempts; spans count from the start of the text. */
export function editorOf(
  analyzed: AnalyzedText,
  documentStart: number,
): (ops: readonly YamlOp[]) => EditResult {
  const document = analyzed.documents.find(({ slice }) => slice.start === documentStart);
  if (document === undefined) return () => ({ ok: false, reason: 'The document has changed.' });
  if (analyzed.chart !== undefined)
    return () => ({ ok: false, reason: 'It is fixed in the chart as a whole.' });
  const parsed = parseDocument(analyzed.text.slice(document.slice.start, document.slice.end));
  return (ops) => {
    const result = editDocument(parsed, ops, { keyOrder: fieldOrder });
    if (!result.ok) return result;
    return {
      ok: true,
      edits: result.edits.map(({ span, newText }) => ({ span: shifted(span, documentStart), newText })),
    };
  };
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}
