/** Fixability: which findings of a text can really be fixed in it, told without an attempt for each. */

import { fieldOrder } from '../kubernetes/fieldOrder.ts';
import { isCertainlyEditable } from '../yaml/editCertain.ts';
import type { YamlOp } from '../yaml/operation.ts';
import { parseDocument } from '../yaml/parse.ts';
import type { YamlDocument } from '../yaml/tree.ts';
import type { AnalyzedText, Finding, PlacedFinding } from './analyze.ts';
import { fixableInChart } from './chartFix.ts';
import { editorOf } from './fix.ts';
import { fixesOf, opsOf } from './fixes.ts';
import { keptDocument } from './judge.ts';
import { acceptedAlone } from './together.ts';

/** The safety of a finding's fix; null where there is none that can be made. */
export type Fixability = 'safe' | 'review' | null;

/** For each of the findings of a text, the safety of the first of its fixes that the edit engine accepts, or null. */
export function fixabilityIn(
  analyzed: AnalyzedText,
  findings: readonly PlacedFinding[],
): (placed: PlacedFinding) => Fixability {
  const { chart } = analyzed;
  if (chart !== undefined) return fixableInChart(chart, findings);
  const byDocument = new Map<number, Finding[]>();
  for (const { finding, documentStart } of findings) {
    const group = byDocument.get(documentStart);
    if (group === undefined) byDocument.set(documentStart, [finding]);
    else group.push(finding);
  }
  const answers = new Map<Finding, Fixability>();
  for (const [documentStart, findings] of byDocument) answerAll(analyzed, documentStart, findings, answers);
  return ({ finding }) => answers.get(finding) ?? null;
}

type Edit = ReturnType<typeof editorOf>;

function answerAll(
  analyzed: AnalyzedText,
  documentStart: number,
  findings: readonly Finding[],
  answers: Map<Finding, Fixability>,
): void {
  const { slice } = analyzed.documents.find((document) => document.slice.start === documentStart) ?? {};
  const text = slice === undefined ? '' : analyzed.text.slice(slice.start, slice.end);
  if (areCertain(firstOf(findings, keptDocument) ?? parseDocument(text), findings)) {
    for (const finding of findings) {
      const [fix] = fixesOf(finding);
      if (fix !== undefined) answers.set(finding, fix.safety);
    }
    return;
  }
  const edit = editorOf(analyzed, documentStart);
  let open = findings;
  for (let choice = 0; open.length > 0; choice++) {
    const wanted = new Map<string, readonly YamlOp[]>();
    const keys = open.map((finding) => {
      const fix = fixesOf(finding)[choice];
      if (fix === undefined) return undefined;
      const ops = opsOf(fix);
      const key = JSON.stringify(ops);
      wanted.set(key, ops);
      return key;
    });
    const accepted = acceptedOf(wanted, edit, text);
    const next: Finding[] = [];
    open.forEach((finding, i) => {
      const key = keys[i];
      const fix = fixesOf(finding)[choice];
      if (key === undefined || fix === undefined) return;
      if (accepted.has(key)) answers.set(finding, fix.safety);
      else next.push(finding);
    });
    open = next;
  }
}

/** True where the first fixes of all findings can certainly be made, which most can in most documents: no text has to be written to know it. */
function areCertain(document: YamlDocument, findings: readonly Finding[]): boolean {
  const ops = findings.flatMap((finding) => {
    const [fix] = fixesOf(finding);
    return fix === undefined ? [] : opsOf(fix);
  });
  return isCertainlyEditable(document, ops, { keyOrder: fieldOrder });
}

function firstOf<T, R>(all: readonly T[], answer: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const found = answer(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The keys of the operations that would be accepted, each taken alone. */
function acceptedOf(
  wanted: ReadonlyMap<string, readonly YamlOp[]>,
  edit: Edit,
  text: string,
): ReadonlySet<string> {
  const all = [...wanted];
  const groups = tellsApart(text, all.length) ? all.map((one) => [one]) : [all];
  const accepted = acceptedAlone(groups, (group) => edit(group.flatMap(([, ops]) => ops)).ok);
  return new Set(accepted.map(([key]) => key));
}

/**
 * What is accepted together is accepted alone, except through an alias: there an edit may need that every user of the anchor wants
 * it. Such a document takes an attempt for each fix, as long as that is bearable.
 */
function tellsApart(text: string, attempts: number): boolean {
  return /(?:^|[\s[{,:-])\*[^\s,[\]{}]/.test(text) && attempts * text.length <= BEARABLE;
}

/** In code units read; about two seconds. */
const BEARABLE = 8_000_000;
