/** Reading suppressions: the comments and annotations of a text, what they reach, and what is wrong with them. Loaded for texts that have some. */
import type { Settings } from '../catalog/settings.ts';
import { child, mappingIn, type Slot, textOf } from '../kubernetes/slots.ts';
import type { ObjectView, PodView } from '../kubernetes/workload.ts';
import type { PeerTool } from '../practices/explanation.ts';
import type { CheckCode, Severity } from '../practices/practice.ts';
import type { Span } from '../text/span.ts';
import { type CommentTarget, commentTarget } from '../yaml/comments.ts';
import type { Path, YamlDocument } from '../yaml/tree.ts';
import type { AnalyzedDocument, AnalyzedText, Finding, ReadDocument } from './analyze.ts';
import { GOVERNED_FIELDS } from './hoverPlaces.ts';
import { valueFor, valueOfPod } from './hoverValues.ts';
import {
  type BeyondSuppression,
  type DocumentSuppressions,
  OWN_ANNOTATION,
  type SuppressionCode,
  type SuppressionProblem,
  type SuppressionRepair,
  type WrittenSuppression,
} from './suppress.ts';
import { peerSuppression } from './suppressPeers.ts';
import {
  nearestId,
  readSuppressionComment,
  readSuppressionWords,
  type SuppressionId,
} from './suppressSyntax.ts';

/** Marks the findings of one document that something in the document suppresses. `text` is the document's own, and may suppress. */
export function suppressInDocument(
  text: string,
  read: ReadDocument,
  findings: readonly Finding[],
  settings: Settings,
): { readonly findings: readonly Finding[]; readonly suppressions: DocumentSuppressions } {
  const suppressions = suppressionsIn(read, settings);
  const used = new Set<SuppressionId>();
  const reaching = reachOf(suppressions, used);
  const marked = findings.map((finding): Finding => {
    const suppression = reaching(finding);
    if (suppression === undefined || finding.suppressed !== null) return finding;
    const { source, form, span, reason = null } = suppression;
    return { ...finding, suppressed: { source, form, span, reason } };
  });
  const isOpen = opennessOf(read, settings);
  const problems = suppressions.flatMap((suppression) => problemsOf(suppression, used, isOpen, settings));
  const comments = commentsOf(read.document);
  return { findings: marked, suppressions: { beyond: beyondIn(text, comments), problems } };
}

/** What the comments of a text say about other documents, read from the text alone. */
export function beyondInText(text: string): readonly BeyondSuppression[] {
  return beyondIn(text, commentLines(text));
}

type Scope =
  | { readonly kind: 'comment'; readonly target: CommentTarget }
  /** The pods below a path, or those of their containers that have a name. */
  | { readonly kind: 'pods'; readonly path: Path; readonly container: string | undefined };

interface Suppression extends WrittenSuppression {
  readonly source: 'Podproof' | PeerTool;
  readonly scope: Scope;
}

function suppressionsIn({ document, objects }: ReadDocument, settings: Settings): readonly Suppression[] {
  const suppressions: Suppression[] = [...annotationLines(document, settings)];
  for (const comment of commentsOf(document)) {
    const words = readSuppressionComment(
      document.text.slice(comment.start, comment.end).trimEnd(),
      comment.start,
    );
    if (words === undefined || words.isForFile) continue;
    const target = commentTarget(document, comment);
    if (target.kind === 'next-document') continue;
    const { ids, reason } = words;
    suppressions.push({
      source: 'Podproof',
      form: 'comment',
      span: comment,
      path: [],
      ids,
      reason,
      scope: { kind: 'comment', target },
    });
  }
  for (const object of objects) {
    suppressions.push(
      ...annotationsIn(child(child(object.slot, 'metadata'), 'annotations'), object.path, settings),
    );
    for (const pod of object.pods) {
      if (pod.annotations.path.length > object.path.length + 2)
        suppressions.push(...annotationsIn(pod.annotations, pod.path, settings));
    }
  }
  return suppressions;
}

/** In broken text the parser may have lost sight of comments, and then a line that looks like one counts. */
function commentsOf(document: YamlDocument): readonly Span[] {
  return document.problems.length === 0 ? document.comments : commentLines(document.text);
}

function commentLines(text: string): readonly Span[] {
  const isJson = /^\s*[[{/]/.test(text);
  const lines = isJson
    ? /(?<=^|\s)(?:#+|\/\/+|\/\*+)[ \t]*podproof-ignore[^\r\n]*/g
    : /(?<=^|\s)#+[ \t]*podproof-ignore[^\r\n]*/g;
  return [...text.matchAll(lines)].map(({ index, 0: comment }) => ({
    start: index,
    end: index + comment.length,
  }));
}

function annotationsIn(annotations: Slot, path: Path, settings: Settings): readonly Suppression[] {
  const mapping = mappingIn(annotations);
  if (mapping === undefined) return [];
  return mapping.entries.flatMap((entry): readonly Suppression[] => {
    const slot = child(annotations, entry.key);
    const value = textOf(slot);
    if (value === undefined) return [];
    const written = { key: entry.key, value, keySpan: entry.keyNode.span, valueSpan: entry.value.span };
    return annotation(written, slot.path, path, settings);
  });
}

/**
 * In broken text the annotations may not be where they belong, and then every line that looks like one counts, for all pods: better one
 * finding too few while a person is typing.
 */
function annotationLines({ text, problems }: YamlDocument, settings: Settings): readonly Suppression[] {
  if (problems.length === 0) return [];
  const lines = text.matchAll(/^([ \t{,]*["']?)([\w.-]+\/[\w.-]+)["']?[ \t]*:[ \t]*["']?([^"'\r\n]*)/gm);
  return [...lines].flatMap(({ index, 1: lead = '', 2: key = '', 3: value = '' }) => {
    const start = index + lead.length;
    const keySpan = { start, end: start + key.length };
    return annotation({ key, value, keySpan, valueSpan: keySpan }, [], [], settings);
  });
}

interface WrittenAnnotation {
  readonly key: string;
  readonly value: string;
  readonly keySpan: Span;
  readonly valueSpan: Span;
}

/** What one annotation suppresses in the pods below a path. */
function annotation(
  { key, value, keySpan, valueSpan }: WrittenAnnotation,
  path: Path,
  below: Path,
  settings: Settings,
): readonly Suppression[] {
  const base = { form: 'annotation', span: keySpan, path } as const;
  if (key === OWN_ANNOTATION || key.startsWith(`${OWN_ANNOTATION}.`)) {
    const container = key.slice(OWN_ANNOTATION.length + 1);
    const { ids, reason } = readSuppressionWords(value, 0);
    const spans = ids.map((id) => ({ ...id, span: valueSpan }));
    const scope = { kind: 'pods', path: below, container: container === '' ? undefined : container } as const;
    return [{ ...base, source: 'Podproof', ids: spans, reason, scope }];
  }
  const peer = settings.honorPeerAnnotations ? peerSuppression(key, value) : undefined;
  if (peer === undefined) return [];
  const { tool, codes, reason } = peer;
  const ids = [{ text: key, span: keySpan, codes }];
  return [{ ...base, source: tool, ids, reason, scope: { kind: 'pods', path: below, container: undefined } }];
}

/** Suppressions of one place, which all reach the same findings; with those that have an id for a code, once somebody has asked. */
interface Place {
  /** Undefined for a place that reaches findings by their owners alone. */
  readonly span: Span | undefined;
  readonly suppressions: Numbered[];
  readonly byCode: Map<CheckCode, Numbered | undefined>;
  /** The place around this one, by its span. */
  outer: Place | undefined;
}

interface Numbered {
  readonly suppression: Suppression;
  readonly index: number;
}

/**
 * Answers the first of the suppressions that reaches a finding and has an id for it; all the ids that have are noted as used. Places are
 * found by their paths and spans, so that many suppressions and many findings cost no more than their sum.
 */
function reachOf(
  suppressions: readonly Suppression[],
  used: Set<SuppressionId>,
): (finding: Finding) => Suppression | undefined {
  // A key that is written twice is one path with two spans, and may be written very often.
  const places = new Map<string, Map<number | undefined, Place>>();
  const add = (key: string, span: Span | undefined, numbered: Numbered): void => {
    const here = places.get(key) ?? new Map<number | undefined, Place>();
    places.set(key, here);
    const known = here.get(span?.start);
    if (known === undefined)
      here.set(span?.start, { span, suppressions: [numbered], byCode: new Map(), outer: undefined });
    else known.suppressions.push(numbered);
  };
  suppressions.forEach((suppression, index) => {
    const { scope } = suppression;
    const numbered = { suppression, index };
    if (scope.kind === 'pods') add(keyOf(scope.path, scope.container), undefined, numbered);
    else if (scope.target.kind === 'document') add(keyOf([]), undefined, numbered);
    else if (scope.target.kind === 'nodes') {
      for (const { path, span } of scope.target.nodes) add(keyOf(path), span, numbered);
    }
  });
  const bySpan = nested([...places.values()].flatMap((here) => [...here.values()]));

  const firstAt = (place: Place, code: CheckCode): Numbered | undefined => {
    if (place.byCode.has(code)) return place.byCode.get(code);
    const having = place.suppressions.filter(({ suppression: { ids } }) => {
      const own = ids.filter(({ codes }) => codes.includes(code));
      for (const id of own) used.add(id);
      return own.length > 0;
    });
    place.byCode.set(code, having[0]);
    return having[0];
  };

  return ({ code, container, pod, span }) => {
    let first: Numbered | undefined;
    const visit = (place: Place): void => {
      const found = firstAt(place, code);
      if (found !== undefined && found.index < (first?.index ?? Number.POSITIVE_INFINITY)) first = found;
    };
    const owner = container?.path ?? pod.path;
    for (let length = 0; length <= owner.length; length++) {
      const path = owner.slice(0, length);
      places.get(keyOf(path))?.forEach(visit);
      if (typeof container?.name === 'string') places.get(keyOf(path, container.name))?.forEach(visit);
    }
    for (let place = innermost(bySpan, span); place !== undefined; place = place.outer) visit(place);
    return first?.suppression;
  };
}

function keyOf(path: Path, container?: string): string {
  return JSON.stringify(container === undefined ? path : [path, container]);
}

/** The places that have a span, in the order of the text, each knowing the one around it: two of them never overlap by halves. */
function nested(places: readonly Place[]): readonly (Place & { readonly span: Span })[] {
  const sorted = places
    .filter((place): place is Place & { readonly span: Span } => place.span !== undefined)
    .sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  const around: (Place & { readonly span: Span })[] = [];
  for (const place of sorted) {
    while ((around.at(-1)?.span.end ?? Number.POSITIVE_INFINITY) < place.span.end) around.pop();
    place.outer = around.at(-1);
    around.push(place);
  }
  return sorted;
}

/** The smallest of the places that hold a span. */
function innermost(places: readonly (Place & { readonly span: Span })[], span: Span): Place | undefined {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.span.start ?? 0) <= span.start) low = middle + 1;
    else high = middle;
  }
  let place: Place | undefined = places[low - 1];
  while (place?.span !== undefined && place.span.end < span.end) place = place.outer;
  return place;
}

function isBelow(path: Path, ancestor: Path): boolean {
  return ancestor.every((step, index) => path[index] === step);
}

function problemsOf(
  suppression: Suppression,
  used: ReadonlySet<SuppressionId>,
  isOpen: IsOpen,
  settings: Settings,
): readonly SuppressionProblem[] {
  const isGuess = suppression.form === 'annotation' && suppression.path.length === 0;
  if (suppression.source !== 'Podproof' || isGuess) return [];
  const problems = wordProblems(suppression, settings);
  const idle = suppression.ids.filter(
    (id) => id.codes.length > 0 && !used.has(id) && !isOpen(id.codes, suppression.scope),
  );
  const repair = { kind: 'remove', ids: idle.map(({ text }) => text), suppression } as const;
  const severity = severityOf('suppression/unused', settings);
  if (severity === undefined) return problems;
  const unused = idle.map(
    (id): SuppressionProblem => ({
      code: 'suppression/unused',
      severity,
      message: `Nothing of ${id.text} is found here; remove it, or move it to the pod or container that it is about.`,
      span: id.span,
      repair,
    }),
  );
  return [...problems, ...unused].slice(0, MOST_PROBLEMS);
}

/** Of one comment: whoever writes more ids than there are checks is told enough by the first. */
const MOST_PROBLEMS = 100;

/** What is wrong with the words alone. */
function wordProblems(suppression: WrittenSuppression, settings: Settings): SuppressionProblem[] {
  const problems: SuppressionProblem[] = [];
  const report = (code: SuppressionCode, span: Span, message: string, repair: SuppressionRepair): void => {
    const severity = severityOf(code, settings);
    if (severity !== undefined) problems.push({ code, severity, message, span, repair });
  };
  for (const id of suppression.ids.filter(({ codes }) => codes.length === 0).slice(0, MOST_PROBLEMS)) {
    const nearest = nearestId(id.text);
    const shown = id.text.length > 40 ? `${id.text.slice(0, 39)}…` : id.text;
    report(
      'suppression/unknown',
      id.span,
      nearest === undefined
        ? `No practice or check is called "${shown}"; name one, such as seccomp or root-user/unset.`
        : `No practice or check is called "${shown}"; write ${nearest}.`,
      nearest === undefined ? { kind: 'none' } : { kind: 'replace', id, by: nearest, suppression },
    );
  }
  if (suppression.ids.length === 0) {
    report(
      'suppression/unknown',
      suppression.span,
      'This names no practice or check and suppresses nothing; name one, such as seccomp or root-user/unset.',
      { kind: 'remove', ids: [], suppression },
    );
  } else if (settings.requireSuppressionReason && suppression.reason === undefined) {
    report('suppression/no-reason', suppression.span, 'This gives no reason; write one behind a colon.', {
      kind: 'add-reason',
      suppression,
    });
  }
  return problems.slice(0, MOST_PROBLEMS);
}

function severityOf(code: SuppressionCode, settings: Settings): Severity | undefined {
  const severity = settings.severities.get(code);
  return severity === 'off' ? undefined : severity;
}

type IsOpen = (codes: readonly CheckCode[], scope: Scope) => boolean;

/**
 * True where the text does not show whether there is something to suppress: the checks are switched off, the text is broken, the pod
 * is a part of one, or a value that they look at is not known.
 */
function opennessOf({ document, objects }: ReadDocument, settings: Settings): IsOpen {
  const pods = objects.flatMap((object) => object.pods.map((pod) => ({ object, pod })));
  // The same ids come again and again; each practice and check has one list of codes.
  const openPods = new Map<readonly CheckCode[], typeof pods>();
  return (codes, scope) => {
    if (isSwitchedOff(codes, settings) || document.problems.length > 0) return true;
    let open = openPods.get(codes);
    if (open === undefined) {
      open = pods.filter(({ pod }) => pod.partial || isUndecided(pod, codes, settings));
      openPods.set(codes, open);
    }
    return open.some(({ object, pod }) => concerns(scope, object, pod));
  };
}

function isSwitchedOff(codes: readonly CheckCode[], settings: Settings): boolean {
  return codes.every((code) => settings.severities.get(code) === 'off');
}

function concerns(scope: Scope, object: ObjectView, pod: PodView): boolean {
  if (scope.kind === 'pods') return isBelow(pod.path, scope.path) || isBelow(object.path, scope.path);
  if (scope.target.kind !== 'nodes') return scope.target.kind === 'document';
  return scope.target.nodes.some(({ path }) => isBelow(pod.path, path) || isBelow(path, pod.path));
}

function isUndecided(pod: PodView, codes: readonly CheckCode[], settings: Settings): boolean {
  if (pod.os === 'unknown') return true;
  const fields = GOVERNED_FIELDS.filter(({ practice }) =>
    codes.some((code) => code.startsWith(`${practice.id}/`)),
  );
  return fields.some(({ rule }) =>
    [
      ...valueOfPod(pod, rule),
      ...pod.containers.flatMap((container) => valueFor(pod, container, rule, settings.practice)),
    ].some(({ state }) => state === 'unknown'),
  );
}

function beyondIn(text: string, comments: readonly Span[]): readonly BeyondSuppression[] {
  const isAtTail = tailOf(text);
  return comments.flatMap((comment): BeyondSuppression[] => {
    const words = readSuppressionComment(text.slice(comment.start, comment.end).trimEnd(), comment.start);
    if (words === undefined) return [];
    const reach = words.isForFile ? 'file' : isAtTail(comment) ? 'next-document' : undefined;
    if (reach === undefined) return [];
    const { ids, reason } = words;
    return [{ form: 'comment', span: comment, path: [], ids, reason, reach }];
  });
}

/** Answers whether nothing but comments and blank lines stands on a comment's line and below it. */
function tailOf(text: string): (comment: Span) => boolean {
  const starts = new Map<string, number>();
  return ({ start }) => {
    const mark = text.startsWith('//', start) ? '//' : '#';
    const tail = starts.get(mark) ?? tailStart(text, mark);
    starts.set(mark, tail);
    return text.lastIndexOf('\n', start - 1) + 1 >= tail;
  };
}

/** The start of the first line from which on there are but comments with this mark, and blank lines. */
function tailStart(text: string, mark: string): number {
  let tail = text.length;
  for (;;) {
    const start = tail < 2 ? 0 : text.lastIndexOf('\n', tail - 2) + 1;
    const line = text.slice(start, tail).trim();
    if (line !== '' && !line.startsWith(mark)) return tail;
    if (start === 0) return 0;
    tail = start;
  }
}

/** What is wrong with the suppressions that reach beyond their documents, by the index of the document that they stand in. */
export function beyondProblems(analyzed: AnalyzedText): (index: number) => readonly SuppressionProblem[] {
  const { documents } = analyzed;
  const mayHide = once(() => MAY_HIDE.test(analyzed.text));
  const codesIn = (reached: readonly AnalyzedDocument[]): ReadonlySet<CheckCode> | undefined =>
    reached.some(isOpen) || mayHide()
      ? undefined
      : new Set(reached.flatMap(({ analysis }) => analysis.findings.map(({ code }) => code)));
  // A text may have thousands of them.
  const inFile = once(() => codesIn(documents));
  return (index) => {
    const inNext = once(() => codesIn(documents.slice(index + 1, index + 2)));
    const own = documents[index]?.analysis.suppressions.beyond ?? [];
    return own.flatMap((suppression) =>
      problemsBeyond(suppression, suppression.reach === 'file' ? inFile : inNext, analyzed.settings),
    );
  };
}

/** True where what is found in a document is not all that a suppression could be for. */
function isOpen({ analysis: { isTemplate, problems, skipped } }: AnalyzedDocument): boolean {
  return isTemplate || problems.length > 0 || skipped !== undefined;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** `found` gives the codes that are found where the suppression reaches; undefined where that cannot be told. */
function problemsBeyond(
  suppression: BeyondSuppression,
  found: () => ReadonlySet<CheckCode> | undefined,
  settings: Settings,
): readonly SuppressionProblem[] {
  const isForAll = suppression.reach === 'file' && suppression.ids.length === 0;
  const problems = isForAll ? [] : wordProblems(suppression, settings);
  const severity = severityOf('suppression/unused', settings);
  const codesFound = severity === undefined ? undefined : found();
  if (severity === undefined || codesFound === undefined) return problems;
  const idle = suppression.ids.filter(
    ({ codes }) =>
      codes.length > 0 && !codes.some((code) => codesFound.has(code)) && !isSwitchedOff(codes, settings),
  );
  const ids = idle.map(({ text: id }) => id);
  const unused = (what: string, span: Span): SuppressionProblem => ({
    code: 'suppression/unused',
    severity,
    message: `Nothing of ${what} is found in ${suppression.reach === 'file' ? 'this file' : 'the document below'}; remove it.`,
    span,
    repair: { kind: 'remove', ids, suppression },
  });
  if (isForAll) return codesFound.size === 0 ? [unused('the practices', suppression.span)] : [];
  return [...problems, ...idle.map((id) => unused(id.text, id.span))].slice(0, MOST_PROBLEMS);
}

/** Text that another program replaces: what it hides may be what a suppression is for. */
const MAY_HIDE = /\{\{|\{%|\$\{|\$\(|#@|<<\s*:/;
