/** Judging: what the practices say of the objects of one document, as findings. */
import type { Settings } from '../catalog/settings.ts';
import { factsSaidBy } from '../kubernetes/facts.ts';
import type { Slot } from '../kubernetes/slots.ts';
import {
  type ContainerView,
  type ObjectView,
  objectsIn,
  objectsInItem,
  type PodView,
} from '../kubernetes/workload.ts';
import { type CodedCheck, checksOf, PRACTICES } from '../practices/index.ts';
import type {
  FactQuery,
  Fix,
  LackedField,
  PracticeId,
  Related,
  Severity,
  Violation,
} from '../practices/practice.ts';
import type { Span } from '../text/span.ts';
import { parseDocument, parseYaml } from '../yaml/parse.ts';
import type { TemplateMask } from '../yaml/templates.ts';
import type { Path, YamlDocument } from '../yaml/tree.ts';
import type { ContainerRef, DocumentAnalysis, Failure, Finding, PodRef, WorkloadRef } from './analyze.ts';
import type { FixSource } from './fixes.ts';
import { NO_SUPPRESSIONS } from './suppress.ts';

/** What is judged, so that it can be judged again. */
export interface Judged {
  /** The own text of a document, or of an item of a list. */
  readonly text: string;
  readonly mask: TemplateMask | undefined;
  readonly settings: Settings;
  /** Where the text is one item of a list: the item's path in its document. */
  readonly itemPath?: Path;
}

/** What a document says, before anything is suppressed. */
export function judgeObjects(
  document: YamlDocument,
  objects: readonly ObjectView[],
  judged: Judged,
): DocumentAnalysis {
  const isTemplate = document.template !== undefined;
  const failures: Failure[] = [];
  const findings: Finding[] = [];
  const facts = [];
  const violations: Violation[] = [];
  let workloads = 0;
  for (const object of objects) {
    if (object.pods.length > 0) workloads++;
    facts.push(...factsSaidBy(object));
    for (const pod of object.pods) {
      const voices = voicesOf(pod, judged.settings, failures);
      if (voices.length > 0) addFindings(findings, voices, object, pod, judged);
      if (kept !== undefined) for (const { violation } of voices) violations.push(violation);
    }
  }
  kept?.set(judged, { document, violations });
  findings.sort((a, b) => a.span.start - b.span.start);
  const analysis: DocumentAnalysis = {
    findings,
    objects: objects.length,
    workloads,
    facts,
    // What a template leaves of YAML need not be YAML until the template has run.
    problems: isTemplate ? [] : document.problems,
    isReadable: document.problems.length === 0 || document.root !== undefined,
    isTemplate,
    failures,
    suppressions: NO_SUPPRESSIONS,
  };
  if (document.skipped === undefined || !document.text.includes('apiVersion')) return analysis;
  const message = `This document ${document.skipped}; Podproof does not check it.`;
  return { ...analysis, skipped: { message, span: firstWords(document.text) } };
}

/** What a practice says of a pod, with what the settings make of it. */
interface Voice {
  readonly practice: PracticeId;
  readonly coded: CodedCheck;
  readonly severity: Severity;
  readonly violation: Violation;
}

/**
 * What the practices say of a pod, without the absences that another finding speaks for: a field in the wrong place is missing in
 * the right one, and is told once. Where that other finding is turned off, the absence speaks. A practice that breaks is silent about the
 * pod, and costs the other practices nothing.
 */
function voicesOf(pod: PodView, settings: Settings, failures: Failure[]): readonly Voice[] {
  const voices: Voice[] = [];
  let isOneSpeaking = false;
  for (const practice of PRACTICES) {
    const checks = checksOf(practice);
    const before = voices.length;
    try {
      practice.check(pod, settings.practice, (violation) => {
        const coded = checks.get(violation.check);
        const severity = coded === undefined ? undefined : settings.severities.get(coded.code);
        if (coded === undefined || severity === undefined || severity === 'off') return;
        if (violation.speaksFor !== undefined) isOneSpeaking = true;
        voices.push({ practice: practice.id, coded, severity, violation });
      });
    } catch (error) {
      voices.length = before;
      failures.push({ practice: practice.id, error });
    }
  }
  return isOneSpeaking ? withoutSpokenFor(voices) : voices;
}

function withoutSpokenFor(voices: readonly Voice[]): readonly Voice[] {
  const inPod = new Set<LackedField>();
  const inContainers = new Map<Path, Set<LackedField>>();
  const anywhere = new Set<LackedField>();
  for (const { violation } of voices) {
    const { container, speaksFor = [] } = violation;
    for (const lacks of speaksFor) {
      anywhere.add(lacks);
      if (container === null) inPod.add(lacks);
      else {
        const own = inContainers.get(container.path) ?? new Set();
        inContainers.set(container.path, own.add(lacks));
      }
    }
  }
  return voices.filter(({ violation: { lacks, container } }) => {
    if (lacks === undefined) return true;
    if (container === null) return !anywhere.has(lacks);
    return !inPod.has(lacks) && inContainers.get(container.path)?.has(lacks) !== true;
  });
}

const NONE_RELATED: readonly Related[] = [];
const NO_QUERIES: readonly FactQuery[] = [];

/** Findings of one pod share what names it, and those of one container what names that. */
function addFindings(
  findings: Finding[],
  voices: readonly Voice[],
  object: ObjectView,
  pod: PodView,
  judged: Judged,
): void {
  const workload: WorkloadRef = {
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.namespace.state === 'named' ? object.namespace.name : null,
    name: object.name ?? null,
    start: startOf(object.slot),
  };
  const podRef: PodRef = {
    path: pod.path,
    pathInObject: pod.path.slice(object.path.length),
    keySpan: pod.keySpan,
  };
  const containers = new Map<ContainerView, ContainerRef>();
  for (const { practice, coded, severity, violation } of voices) {
    const { container, tokenNote } = violation;
    let ref: ContainerRef | null = null;
    if (container !== null) {
      ref = containers.get(container) ?? null;
      if (ref === null) {
        ref = containerRef(container);
        containers.set(container, ref);
      }
    }
    const finding: Finding = {
      code: coded.code,
      practice,
      check: violation.check,
      severity,
      message: violation.message,
      span: onOneLine(violation.at, judged.text),
      workload,
      pod: podRef,
      container: ref,
      aboutAbsence: coded.check.aboutAbsence,
      settledAtPod: violation.settledAtPod ?? false,
      related: violation.related ?? NONE_RELATED,
      unless: violation.unless ?? NO_QUERIES,
      repair: violation.repair ?? 'review',
      fixSource: new JudgedAgain(judged, findings.length),
      suppressed: null,
    };
    findings.push(tokenNote === undefined ? finding : { ...finding, tokenNote });
  }
}

/** The fixes of the finding that was the n-th one to be found: trees are not kept, so they come from judging the same again. */
export class JudgedAgain implements FixSource {
  readonly judged: Judged;
  private readonly index: number;

  constructor(judged: Judged, index: number) {
    this.judged = judged;
    this.index = index;
  }

  /** The same finding in the same text at another place. */
  in(judged: Judged): JudgedAgain {
    return new JudgedAgain(judged, this.index);
  }

  make(): readonly Fix[] {
    return violationsAgain(this.judged)[this.index]?.fixes() ?? [];
  }
}

/** What a document was judged from. */
interface Kept {
  readonly document: YamlDocument;
  readonly violations: readonly Violation[];
}

let kept: Map<Judged, Kept> | undefined;

/** Does work in which documents are judged and their fixes asked for at once: what they are judged from is kept until it is done. */
export function keepingTrees<T>(work: () => T): T {
  kept = new Map();
  try {
    return work();
  } finally {
    kept = undefined;
  }
}

/** The document that a finding was found in, where it is kept; undefined for an item of a list, which is read apart from it. */
export function keptDocument({ fixSource }: Finding): YamlDocument | undefined {
  if (!(fixSource instanceof JudgedAgain) || fixSource.judged.itemPath !== undefined) return undefined;
  return kept?.get(fixSource.judged)?.document;
}

/** Whoever asks for the fixes of one finding asks for those of others in the same document. */
let latest: WeakRef<{ readonly judged: Judged; readonly violations: readonly Violation[] }> | undefined;

function violationsAgain(judged: Judged): readonly Violation[] {
  const known = kept?.get(judged);
  if (known !== undefined) return known.violations;
  const before = latest?.deref();
  if (before?.judged === judged) return before.violations;
  const { text, mask, settings, itemPath } = judged;
  const objects =
    itemPath === undefined
      ? objectsIn(parseDocument(text, mask), settings.kinds)
      : objectsInItem(parseYaml(text), itemPath, settings.kinds);
  const violations = objects.flatMap(({ pods }) =>
    pods.flatMap((pod) => voicesOf(pod, settings, []).map(({ violation }) => violation)),
  );
  latest = new WeakRef({ judged, violations });
  return violations;
}

function containerRef({ name, list, index, path, nameSpan }: ContainerView): ContainerRef {
  return { name: name ?? null, list, index, path, nameSpan };
}

/** Where a text begins to say something, as far as its line goes, and no further than a person reads. */
export function firstWords(text: string): Span {
  const start = Math.max(text.search(/[^\s-]/), 0);
  const { end } = onOneLine({ start, end: text.length }, text);
  return { start, end: Math.min(end, start + 80) };
}

/** Where the value of a slot is written. */
function startOf({ held: [first], anchor }: Slot): number {
  return first?.state === 'node' ? first.node.span.start : anchor.start;
}

function onOneLine(span: Span, text: string): Span {
  const lineBreak = text.indexOf('\n', span.start);
  if (lineBreak < 0 || lineBreak >= span.end) return span;
  const end = text.charCodeAt(lineBreak - 1) === 13 ? lineBreak - 1 : lineBreak;
  return { start: span.start, end: Math.max(end, span.start) };
}
