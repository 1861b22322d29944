/** Lists: judges a long `List` item by item, so that an edit in one costs what that one costs. */

import { listItemKind } from '../kubernetes/kinds.ts';
import { readString } from '../kubernetes/scalars.ts';
import { detached } from '../text/detached.ts';
import type { Replacement, TextSource } from '../text/pieces.ts';
import { type Span, shifted } from '../text/span.ts';
import { type CutList, cutList, cutListAgain, cutListAround, itemText } from '../yaml/listItems.ts';
import { parseOfRecord } from '../yaml/parseOfRecord.ts';
import { parseQuick } from '../yaml/parseQuick.ts';
import type { Path, ScalarNode, YamlDocument } from '../yaml/tree.ts';
import type { ContainerRef, DocumentAnalysis, Finding, PodRef, WorkloadRef } from './analyze.ts';
import { type Judged, JudgedAgain } from './judge.ts';
import { LONG_LIST } from './longLists.ts';
import { rememberParts } from './parts.ts';
import { NO_SUPPRESSIONS } from './suppress.ts';

/**
 * Judges one item; `path` is where it is in the document. Spans of the answer count from the start of the item's text; undefined for one
 * that is past a bound, and the whole document with it.
 */
export type JudgeItem = (item: YamlDocument, path: Path) => DocumentAnalysis | undefined;

/** One item as it is judged, to be used again where the same text is an item, the same one or another. */
interface JudgedItem {
  /** The item's own text, kept apart from the text of the list. */
  readonly text: string;
  /** With spans that count from the start of the item, and paths of the place at which it was judged. */
  readonly analysis: DocumentAnalysis;
  readonly index: number;
  /** True where a quote is not closed: what follows may stand in it. */
  readonly isUnclosed: boolean;
  /** What it may take from an anchor in another item, by the anchors' names. */
  readonly aliases: readonly string[];
  /** The findings where the item stands, counted from the start of the list. */
  placed: { readonly start: number; readonly index: number; readonly findings: readonly Finding[] };
}

interface JudgedList {
  /** Where its items were. */
  readonly cut: CutList | undefined;
  readonly items: readonly JudgedItem[];
  /** Items that were in it until lately: what is taken out, or cut off by a marker, often comes back with the next key. */
  readonly spare: readonly JudgedItem[];
}

/** How many items that are gone are kept, and how long they may be together, in UTF-16 code units. */
const MAX_SPARE = 2_000;
const MAX_SPARE_LENGTH = 2_000_000;

const judgedLists = new WeakMap<DocumentAnalysis, JudgedList>();

/** True for the analysis of a list that was judged by its items. */
export function isListAnalysis(analysis: DocumentAnalysis): boolean {
  return judgedLists.has(analysis);
}

/**
 * Judges the text of a document by the items of the list that it is, one at a step; undefined where it is no list whose items can be
 * told apart with certainty. What it answers for a list without a mistake is what the whole document would give. In one with a mistake, an item
 * costs the others nothing, but what follows a quote that is not closed is not judged. `previous` is an earlier answer.
 */
export function* judgeList(
  text: string,
  judge: JudgeItem,
  previous: DocumentAnalysis | undefined,
): Generator<undefined, DocumentAnalysis | undefined, undefined> {
  if (text.length < LONG_LIST) return undefined;
  const before = previous === undefined ? undefined : judgedLists.get(previous);
  const again = before?.cut && cutListAgain(text, before.cut, (index) => before.items[index]?.text);
  const cut = again ?? cutList(text);
  if (cut === undefined || !isUntypedList(cut.scalars)) return undefined;
  const { items, column } = cut;
  const kept = keptItems(text, items, before);
  const judged: JudgedItem[] = [];
  for (const [index, { start, end }] of items.entries()) {
    let item = kept.at(index);
    if (item === undefined) {
      item = judgeItem(detached(text.slice(start, end)), index, column, judge);
      if (item === undefined) return undefined;
      judged.push(item);
      yield;
    } else judged.push(item);
  }
  return judgedList(text, { cut, items: judged, spare: kept.spare(judged) });
}

/**
 * As `judgeList`, where it is known what was replaced in the text of an earlier answer, both counted from the start of the list; undefined where
 * that is not enough to go by.
 */
export function* judgeListAround(
  text: TextSource,
  judge: JudgeItem,
  previous: DocumentAnalysis,
  replaced: Replacement,
): Generator<undefined, DocumentAnalysis | undefined, undefined> {
  const before = judgedLists.get(previous);
  const again = before?.cut && cutListAround(text, before.cut, replaced);
  if (before === undefined || again === undefined) return undefined;
  const { cut, front, back } = again;
  const end = before.items.length - back;
  const gone = before.items.slice(front, end);
  const judged: JudgedItem[] = [];
  for (let index = front; index < cut.items.length - back; index++) {
    const span = cut.items[index] as Span;
    const own = detached(text.slice(span.start, span.end));
    const isSame = (one: JudgedItem): boolean => one.text === own;
    let item = gone.find(isSame) ?? before.spare.find(isSame);
    if (item === undefined) {
      item = judgeItem(own, index, cut.column, judge);
      if (item === undefined) return undefined;
      yield;
    }
    judged.push(item);
  }
  const items = [...before.items.slice(0, front), ...judged, ...before.items.slice(end)];
  return judgedList(text, { cut, items, spare: spareAfter(before, gone, judged) });
}

function judgedList(
  text: TextSource,
  list: JudgedList & { readonly cut: CutList },
): DocumentAnalysis | undefined {
  const { cut, items } = list;
  if (mayRefer(items, text)) return undefined;
  const analysis = merged(items, cut.items);
  judgedLists.set(analysis, list);
  return analysis;
}

/** True where an item may take something from an anchor in another one. */
function mayRefer(items: readonly JudgedItem[], text: TextSource): boolean {
  const names = new Set<string>();
  for (const { aliases } of items) for (const name of aliases) names.add(name);
  if (names.size === 0) return false;
  const whole = text.toString();
  // All of the text is searched for each of the names.
  if (names.size > MANY_NAMES) return whole.includes('&');
  return [...names].some((name) => whole.includes(`&${name}`));
}

const MANY_NAMES = 200;

/** What is to be kept of the items that are not in a list any more: those that have gone last, and always one. */
function spareAfter(
  { spare }: JudgedList,
  gone: readonly JudgedItem[],
  come: readonly JudgedItem[],
): readonly JudgedItem[] {
  const present = new Set(come);
  const left = gone.filter((item) => !present.has(item));
  const all = [...left, ...spare.filter((item) => !present.has(item))].slice(0, MAX_SPARE);
  let length = 0;
  const tooMany = all.findIndex((item, index) => {
    length += item.text.length;
    return index > 0 && length > MAX_SPARE_LENGTH;
  });
  return tooMany < 0 ? all : all.slice(0, tooMany);
}

interface KeptItems {
  /** The item that was judged with the same text as the one at an index. */
  readonly at: (index: number) => JudgedItem | undefined;
  /** What is to be kept of the items that are not in the list any more. */
  readonly spare: (judged: readonly JudgedItem[]) => readonly JudgedItem[];
}

/** Items that stand where they stood, counted from the start or from the end, are found by comparing; others by their text. */
function keptItems(text: string, spans: readonly Span[], before: JudgedList | undefined): KeptItems {
  const { items, spare } = before ?? NO_LIST;
  const isSame = (one: JudgedItem | undefined, span: Span | undefined): boolean =>
    one !== undefined && span !== undefined && text.slice(span.start, span.end) === one.text;
  const most = Math.min(items.length, spans.length);
  let front = 0;
  while (front < most && isSame(items[front], spans[front])) front++;
  let back = 0;
  while (back < most - front && isSame(items.at(-1 - back), spans.at(-1 - back))) back++;
  const end = spans.length - back;
  const gone = items.slice(front, items.length - back);
  let byText: Map<string, JudgedItem> | undefined;
  return {
    at: (index) => {
      if (index < front) return items[index];
      if (index >= end) return items[index - spans.length + items.length];
      if (gone.length + spare.length === 0) return undefined;
      byText ??= new Map([...spare, ...gone].map((item) => [item.text, item]));
      const span = spans[index];
      return span === undefined ? undefined : byText.get(text.slice(span.start, span.end));
    },
    spare: (judged) => spareAfter(before ?? NO_LIST, gone, judged.slice(front, end)),
  };
}

const NO_LIST: JudgedList = { cut: undefined, items: [], spare: [] };

function judgeItem(text: string, index: number, column: number, judge: JudgeItem): JudgedItem | undefined {
  const masked = itemText(text, { start: 0, end: text.length }, column);
  const quick = parseQuick(masked);
  // What the dash itself does, the item alone does not show.
  if (quick === undefined && HAS_PROPERTIES.test(text)) return undefined;
  const document = quick ?? parseOfRecord(masked);
  if (document.skipped !== undefined) return undefined;
  const { root } = document;
  if (quick !== undefined && (root?.kind !== 'mapping' || root.style !== 'block')) return undefined;
  const analysis = judge(document, ['items', index]);
  if (analysis === undefined) return undefined;
  const isUnclosed = document.problems.some((problem) => problem.isUnclosed === true);
  const aliases = quick === undefined ? aliasesIn(text) : NO_ALIASES;
  const placed = { start: 0, index, findings: analysis.findings };
  return { text, analysis, index, isUnclosed, aliases, placed };
}

/** A tag or an explicit key, or a ytt comment. */
const HAS_PROPERTIES = /(?:^|[\s[{,:-])[!?]|#@/;

/** All that may be an alias in whole or broken text; the stars of a schedule are none, since no anchor has an empty name. */
function aliasesIn(text: string): readonly string[] {
  return Array.from(text.matchAll(ALIAS), ([, name = '']) => name);
}

const ALIAS = /(?:^|[\s[{,:-])\*([^ \t\r\n,[\]{}]+)/g;
const NO_ALIASES: readonly string[] = [];

/** A list whose items say themselves what they are. */
function isUntypedList(scalars: ReadonlyMap<string, ScalarNode>): boolean {
  const [apiVersion, kind] = ['apiVersion', 'kind'].map((key) => {
    const node = scalars.get(key);
    const reading = node === undefined || node.unknown !== undefined ? undefined : readString(node);
    return reading?.state === 'known' ? reading.value : undefined;
  });
  return apiVersion !== undefined && kind !== undefined && listItemKind(apiVersion, kind) === '';
}

function merged(judged: readonly JudgedItem[], spans: readonly Span[]): DocumentAnalysis {
  const unclosed = judged.findIndex(({ isUnclosed }) => isUnclosed);
  const items = unclosed < 0 ? judged : judged.slice(0, unclosed + 1);
  const all = items.map(({ analysis }) => analysis);
  let findings: readonly Finding[] | undefined;
  const analysis: DocumentAnalysis = {
    // An edit moves all that is behind it, and few look at more than the parts.
    get findings() {
      findings ??= items.flatMap((item, index) => placedAt(item, spans[index]?.start ?? 0, index));
      return findings;
    },
    objects: sum(all.map(({ objects }) => objects)),
    workloads: sum(all.map(({ workloads }) => workloads)),
    facts: all.flatMap(({ facts }) => facts),
    problems: all.flatMap(({ problems }, index) =>
      problems.map((problem) => ({ ...problem, span: shifted(problem.span, spans[index]?.start ?? 0) })),
    ),
    isReadable: true,
    isTemplate: false,
    failures: all.flatMap(({ failures }) => failures),
    suppressions: NO_SUPPRESSIONS,
  };
  rememberParts(
    analysis,
    all.map((own, index) => ({ start: spans[index]?.start ?? 0, analysis: own })),
  );
  return analysis;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** The same objects for the same place, so that what is made of them need not be made again. */
function placedAt(item: JudgedItem, start: number, index: number): readonly Finding[] {
  if (item.placed.start !== start || item.placed.index !== index) {
    const { findings } = item.analysis;
    const moved = index === item.index ? findings : movedFindings(findings, index);
    item.placed = { start, index, findings: shiftedFindings(moved, start) };
  }
  return item.placed.findings;
}

/** The findings of an item that has become another one of its list. */
function movedFindings(findings: readonly Finding[], index: number): readonly Finding[] {
  const moved = (path: Path): Path => ['items', index, ...path.slice(2)];
  const pod = once((one: PodRef) => ({ ...one, path: moved(one.path) }));
  const container = once((one: ContainerRef) => ({ ...one, path: moved(one.path) }));
  const judged = once((one: Judged): Judged => ({ ...one, itemPath: ['items', index] }));
  return findings.map((finding): Finding => {
    const { fixSource } = finding;
    return {
      ...finding,
      pod: pod(finding.pod),
      container: finding.container === null ? null : container(finding.container),
      fixSource: fixSource instanceof JudgedAgain ? fixSource.in(judged(fixSource.judged)) : fixSource,
    };
  });
}

function shiftedFindings(findings: readonly Finding[], by: number): readonly Finding[] {
  // Findings of one workload, pod or container share what names it, and go on doing so.
  const workload = once((one: WorkloadRef) => ({ ...one, start: one.start + by }));
  const pod = once((one: PodRef) => ({ ...one, keySpan: shifted(one.keySpan, by) }));
  const container = once((one: ContainerRef) => ({ ...one, nameSpan: shifted(one.nameSpan, by) }));
  return findings.map((finding): Finding => {
    const { related } = finding;
    return {
      ...finding,
      span: shifted(finding.span, by),
      workload: workload(finding.workload),
      pod: pod(finding.pod),
      container: finding.container === null ? null : container(finding.container),
      related: related.length === 0 ? related : related.map((one) => ({ ...one, at: shifted(one.at, by) })),
    };
  });
}

function once<T extends object>(make: (one: T) => T): (one: T) => T {
  const made = new Map<T, T>();
  return (one) => {
    let result = made.get(one);
    if (result === undefined) {
      result = make(one);
      made.set(one, result);
    }
    return result;
  };
}
