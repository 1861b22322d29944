/** Analysis: a text in, its findings out. */

import type { Settings } from '../catalog/settings.ts';
import { booleanField, child, isCertainly } from '../kubernetes/slots.ts';
import {
  type ContainerList,
  type Namespace,
  type ObjectView,
  objectsIn,
  type PodView,
} from '../kubernetes/workload.ts';
import { checkByCode, PRACTICES } from '../practices/index.ts';
import type {
  CheckCode,
  FactQuery,
  Fix,
  Practice,
  PracticeId,
  Related,
  Severity,
  Violation,
} from '../practices/practice.ts';
import type { Span } from '../text/span.ts';
import { type DocumentSlice, splitDocuments } from '../yaml/documents.ts';
import { parseDocument } from '../yaml/parse.ts';
import type { Path, SyntaxProblem, YamlDocument } from '../yaml/tree.ts';

/** A missed practice. Spans count from the start of the finding's document. */
export interface Finding {
  readonly code: CheckCode;
  readonly practice: PracticeId;
  readonly check: string;
  readonly severity: Severity;
  readonly message: string;
  /** On one line. */
  readonly span: Span;
  readonly workload: WorkloadRef;
  readonly pod: PodRef;
  /** Null where the finding is the pod's. */
  readonly container: ContainerRef | null;
  readonly aboutAbsence: boolean;
  readonly settledAtPod: boolean;
  readonly related: readonly Related[];
  readonly unless: readonly FactQuery[];
  readonly fixes: readonly Fix[];
}

export interface WorkloadRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string | null;
}

export interface PodRef {
  /** Path of the pod spec in the document. */
  readonly path: Path;
  /** Path of the pod spec in its object. */
  readonly pathInObject: Path;
  /** The key of the pod spec. */
  readonly keySpan: Span;
}

export interface ContainerRef {
  readonly name: string | null;
  readonly list: ContainerList;
  readonly index: number;
  readonly path: Path;
  readonly nameSpan: Span;
}

/** What one document says: about itself, and about the pods of other documents. */
export interface DocumentAnalysis {
  readonly findings: readonly Finding[];
  /** How many Kubernetes objects the document holds, those without a pod included. */
  readonly objects: number;
  /** How many of the document's objects hold a pod. */
  readonly workloads: number;
  readonly facts: readonly Fact[];
  readonly problems: readonly SyntaxProblem[];
  /** False where nothing could be read from the text. */
  readonly isReadable: boolean;
  /** True where the document as a whole is unknown, because it is a template. */
  readonly isTemplate: boolean;
  /** What broke while the document was judged: bugs of Podproof, for a log. What broke is silent, the rest is judged. */
  readonly failures: readonly Failure[];
}

/** A bug of Podproof: which practice broke, or `null` where the document could not be read at all. */
export interface Failure {
  readonly practice: PracticeId | null;
  readonly error: unknown;
}

/** What a document says about pods elsewhere. */
export type Fact = {
  readonly fact: 'token-not-mounted';
  readonly namespace: Namespace;
  readonly serviceAccount: string;
};

/** One document of a file, with its place and what it says. */
export interface AnalyzedDocument {
  readonly slice: DocumentSlice;
  readonly analysis: DocumentAnalysis;
}

/**
 * Analyzes every document of a text, and settles what facts of the same file settle. Total: any text gives an answer.
 * `previous` is an earlier answer for the same settings, from which unchanged documents are taken over.
 */
export function analyzeText(text: string, settings: Settings, previous?: AnalyzedText): AnalyzedText {
  const steps = analyzeInSteps(text, settings, previous);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * As `analyzeText`, one document at a step, for a host that has other things to do in between. Each step gives what is analyzed so
 * far, which may serve as `previous` of a later analysis where this one is given up.
 */
export function* analyzeInSteps(
  text: string,
  settings: Settings,
  previous?: AnalyzedText,
): Generator<AnalyzedText, AnalyzedText, undefined> {
  const known = previous !== undefined && previous.settings === settings ? indexByText(previous) : undefined;
  const documents: AnalyzedDocument[] = [];
  const analyzed: AnalyzedText = { text, settings, documents };
  for (const slice of splitDocuments(text)) {
    const own = text.slice(slice.start, slice.end);
    const kept = known?.get(own);
    documents.push({ slice, analysis: kept ?? analyzeDocument(own, settings) });
    if (kept === undefined) yield analyzed;
  }
  return analyzed;
}

export interface AnalyzedText {
  readonly text: string;
  readonly settings: Settings;
  readonly documents: readonly AnalyzedDocument[];
}

function indexByText({ text, documents }: AnalyzedText): ReadonlyMap<string, DocumentAnalysis> {
  return new Map(documents.map(({ slice, analysis }) => [text.slice(slice.start, slice.end), analysis]));
}

/** A finding with the offset at which its document starts. */
export interface PlacedFinding {
  readonly finding: Finding;
  readonly documentStart: number;
}

/** The findings of a text that no fact of the same text settles, in the order of the text. */
export function findingsOf(analyzed: AnalyzedText): readonly PlacedFinding[] {
  const facts = analyzed.documents.flatMap(({ analysis }) => analysis.facts);
  return analyzed.documents.flatMap(({ slice, analysis }) =>
    analysis.findings
      .filter((finding) => !finding.unless.some((query) => facts.some((fact) => settles(fact, query))))
      .map((finding) => ({ finding, documentStart: slice.start })),
  );
}

/** In one file, a fact certainly applies where both name the same namespace, or both leave it to whoever applies the file. */
function settles(fact: Fact, query: FactQuery): boolean {
  if (fact.serviceAccount !== query.serviceAccount) return false;
  if (fact.namespace.state === 'named' && query.namespace.state === 'named')
    return fact.namespace.name === query.namespace.name;
  return fact.namespace.state === 'unset' && query.namespace.state === 'unset';
}

/** Analyzes one document, as `splitDocuments` cuts it. */
export function analyzeDocument(text: string, settings: Settings): DocumentAnalysis {
  if (text.includes('{{')) return { ...NOTHING, isTemplate: true };
  if (!mayMatter(text)) return NOTHING;
  try {
    return judgeDocument(text, settings);
  } catch (error) {
    return { ...NOTHING, isReadable: false, failures: [{ practice: null, error }] };
  }
}

const NOTHING: DocumentAnalysis = {
  findings: [],
  objects: 0,
  workloads: 0,
  facts: [],
  problems: [],
  isReadable: true,
  isTemplate: false,
  failures: [],
};

/** One document as it is judged: trees are not kept, so whoever looks at a place in it reads it anew. */
export interface ReadDocument {
  readonly document: YamlDocument;
  readonly objects: readonly ObjectView[];
}

/** Reads one document, as `splitDocuments` cuts it; undefined where it is not judged, as a template or for want of an object. */
export function readDocument(text: string): ReadDocument | undefined {
  return text.includes('{{') || !mayMatter(text) ? undefined : parseObjects(text);
}

function parseObjects(text: string): ReadDocument {
  const document = parseDocument(text);
  return { document, objects: objectsIn(document) };
}

function judgeDocument(text: string, settings: Settings): DocumentAnalysis {
  const { document, objects } = parseObjects(text);
  const failures: Failure[] = [];
  const findings = objects.flatMap((object) =>
    object.pods.flatMap((pod) => podFindings(object, pod, text, settings, failures)),
  );
  findings.sort((a, b) => a.span.start - b.span.start);
  return {
    findings,
    objects: objects.length,
    workloads: objects.filter(({ pods }) => pods.length > 0).length,
    facts: objects.flatMap(factsFrom),
    problems: document.problems,
    isReadable: document.problems.length === 0 || document.root !== undefined,
    isTemplate: false,
    failures,
  };
}

/** Every object that matters names its kind; a text without that word holds none, and is not even parsed. */
export function mayMatter(text: string): boolean {
  return text.includes('kind') || text.includes('\\');
}

function podFindings(
  object: ObjectView,
  pod: PodView,
  text: string,
  settings: Settings,
  failures: Failure[],
): Finding[] {
  const workload: WorkloadRef = {
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.namespace.state === 'named' ? object.namespace.name : null,
    name: object.name ?? null,
  };
  const podRef: PodRef = {
    path: pod.path,
    pathInObject: pod.path.slice(object.path.length),
    keySpan: pod.keySpan,
  };
  const findings: Finding[] = [];
  for (const practice of PRACTICES) {
    for (const violation of violationsOf(practice, pod, settings, failures)) {
      const code: CheckCode = `${practice.id}/${violation.check}`;
      const severity = settings.severities.get(code);
      if (severity === undefined || severity === 'off') continue;
      findings.push({
        code,
        practice: practice.id,
        check: violation.check,
        severity,
        message: violation.message,
        span: onOneLine(violation.at, text),
        workload,
        pod: podRef,
        container: containerRef(violation),
        aboutAbsence: checkByCode(code)?.aboutAbsence ?? false,
        settledAtPod: violation.settledAtPod ?? false,
        related: violation.related ?? [],
        unless: violation.unless ?? [],
        fixes: violation.fixes,
      });
    }
  }
  return findings;
}

/** A practice that breaks is silent about the pod, and costs the other practices nothing. */
function violationsOf(
  practice: Practice,
  pod: PodView,
  settings: Settings,
  failures: Failure[],
): readonly Violation[] {
  try {
    return [...practice.check(pod, settings.practice)];
  } catch (error) {
    failures.push({ practice: practice.id, error });
    return [];
  }
}

function containerRef({ container }: Violation): ContainerRef | null {
  if (container === null) return null;
  const { list, index, path, nameSpan } = container;
  return { name: container.name ?? null, list, index, path, nameSpan };
}

function onOneLine(span: Span, text: string): Span {
  const lineBreak = text.indexOf('\n', span.start);
  if (lineBreak < 0 || lineBreak >= span.end) return span;
  const end = text.charCodeAt(lineBreak - 1) === 13 ? lineBreak - 1 : lineBreak;
  return { start: span.start, end: Math.max(end, span.start) };
}

function factsFrom(object: ObjectView): readonly Fact[] {
  if (object.apiVersion !== 'v1' || object.kind !== 'ServiceAccount' || object.name === undefined) return [];
  const automount = booleanField(child(object.slot, 'automountServiceAccountToken'), 'pod');
  if (!isCertainly(automount, (value) => !value)) return [];
  return [{ fact: 'token-not-mounted', namespace: object.namespace, serviceAccount: object.name }];
}
