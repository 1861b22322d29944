/** Code actions: what can be done about a place in a file, said without doing it where the client asks for the edit later. */

import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
  type Diagnostic,
  type Range,
} from 'vscode-languageserver';
import type { ContainerRef, DocumentAnalysis, Finding, PlacedFinding } from '../shared/analysis/analyze.ts';
import { fixEdits, fixForHarden } from '../shared/analysis/fix.ts';
import { fixesOf } from '../shared/analysis/fixes.ts';
import type { Lens } from '../shared/analysis/lens.ts';
import { outlineDocument, type PodOutline, placeAt } from '../shared/analysis/outline.ts';
import { suppressionRepairTitle } from '../shared/analysis/suppressEdits.ts';
import type { Level } from '../shared/kubernetes/slots.ts';
import { explainedPractice } from '../shared/practices/explained.ts';
import type { Fix, PracticeId, Severity } from '../shared/practices/practice.ts';
import { type Span, shifted } from '../shared/text/span.ts';
import type { Path } from '../shared/yaml/tree.ts';
import { FIX_ALL_KIND, HARDEN_KINDS, isNamed, isWanted } from './actionKinds.ts';
import type { Analysis } from './documents.ts';
import type { Features } from './features.ts';
import {
  fixWanted,
  readWant,
  type Want,
  wantFix,
  wantHarden,
  wantRepair,
  wantSuppression,
} from './fixing.ts';
import { isSamePath } from './identity.ts';
import { type Squiggle, squigglesOf } from './squiggles.ts';
import { spanOf } from './text.ts';
import { toWorkspaceEdit } from './toEdits.ts';
import { toDiagnostic, toRange } from './toLsp.ts';

/** What an action carries until it is resolved. */
type ActionData = Want & { readonly uri: string; readonly version: number };

/** An action before it is put in the client's words. */
interface Offer {
  readonly title: string;
  readonly kind: CodeActionKind;
  readonly want: Want;
  readonly diagnostics?: readonly Diagnostic[];
  readonly isPreferred?: boolean;
  /** Why it cannot be done, where that is known already. */
  readonly declined?: string;
}

export function codeActions(
  analysis: Analysis,
  { range, context }: CodeActionParams,
  features: Features,
): CodeAction[] {
  const { only } = context;
  const span = spanOf(analysis.document.lines, range);
  const offers: Offer[] = [];
  let hasHardened = false;
  if (isWanted(CodeActionKind.QuickFix, only)) {
    const here = squigglesAt(analysis, span, context.diagnostics ?? [], features);
    const onSquiggles = here.filter(({ isHere }) => isHere);
    const hardenHere = hardenQuickly(analysis, span.start, onSquiggles);
    hasHardened = hardenHere.length > 0;
    offers.push(
      ...hardenHere,
      ...quickFixes(analysis, here),
      ...repairs(analysis, onSquiggles),
      ...fixAlls(analysis, onSquiggles),
      ...suppressions(analysis, onSquiggles, features),
    );
  }
  // An editor that asks by itself, at every move of the cursor, would show a bulb on every line of the file.
  const isAutomatic = only === undefined && context.triggerKind === CodeActionTriggerKind.Automatic;
  if (!isAutomatic || offers.length > 0) {
    const hardening = hardenOffers(analysis, span.start, only);
    // What stands at the top is not repeated further down, unless it is asked for by name.
    const isRepeated = ({ kind }: Offer): boolean =>
      hasHardened && only === undefined && kind !== HARDEN_KINDS.file;
    offers.push(...hardening.filter((offer) => !isRepeated(offer)));
  }
  if (
    analysis.analyzed.settings.fixOnSave &&
    isNamed(FIX_ALL_KIND, only) &&
    analysis.findings.some(({ finding }) => finding.repair === 'safe')
  ) {
    offers.push({ title: 'Apply all safe fixes', kind: FIX_ALL_KIND, want: { want: 'safe' } });
  }
  return offers.flatMap((offer) => toAction(offer, analysis, features));
}

/** What Harden can do for the workload whose lens starts at an offset, the widest first; empty where there is nothing to do. */
export function hardenChoices(analysis: Analysis, lens: Lens, features: Features): CodeAction[] {
  const { documentStart, pods } = lens;
  const here = analysis.findings.filter(
    ({ finding, documentStart: start }) =>
      start === documentStart && pods.some((path) => isSamePath(finding.pod.path, path)),
  );
  const offers: Offer[] = [];
  for (const path of pods) {
    const inPod = here.filter(({ finding }) => isSamePath(finding.pod.path, path));
    const [first] = inPod;
    if (first === undefined) continue;
    const title = pods.length === 1 ? 'Harden the pod' : `Harden the pod at ${podWords(first.finding)}`;
    const want = inPod.some(({ finding }) => fixForHarden(finding, 'pod') !== undefined)
      ? wantHarden(analysis, { scope: 'pod', documentStart, path })
      : undefined;
    if (want !== undefined) offers.push({ title, kind: HARDEN_KINDS.pod, want });
    for (const container of containersIn(inPod)) {
      const isHardenable = inPod.some(
        ({ finding }) =>
          isSamePath(finding.container?.path, container.path) &&
          fixForHarden(finding, 'container') !== undefined,
      );
      if (!isHardenable) continue;
      const inContainer = wantHarden(analysis, { scope: 'container', documentStart, path: container.path });
      if (inContainer === undefined) continue;
      const name = container.name ?? `${container.list}[${container.index}]`;
      offers.push({
        title: `Harden the container ${name} alone`,
        kind: HARDEN_KINDS.container,
        want: inContainer,
      });
    }
  }
  offers.push(...hardenOffers(analysis, lens.span.start, [HARDEN_KINDS.file]));
  return offers.flatMap((offer) => toAction(offer, analysis, features));
}

function podWords({ pod }: Finding): string {
  return pod.pathInObject.join('.');
}

/** Each container once, in the order of the text. */
function containersIn(placed: readonly PlacedFinding[]): readonly ContainerRef[] {
  const containers: ContainerRef[] = [];
  for (const {
    finding: { container },
  } of placed) {
    if (container !== null && !containers.some(({ path }) => isSamePath(path, container.path))) {
      containers.push(container);
    }
  }
  return containers.sort((a, b) => a.nameSpan.start - b.nameSpan.start);
}

/** The action with its edit, made on the text as it is now; `declined` says why there is none. */
export function resolveAction(
  action: CodeAction,
  analysis: Analysis,
  features: Features,
): { readonly action: CodeAction; readonly declined?: string } {
  const want = readWant(action.data);
  if (want === undefined) return { action };
  const { version } = action.data as ActionData;
  const fixed = fixWanted(analysis, want, version === analysis.document.version);
  if ('declined' in fixed) return { action, declined: fixed.declined };
  return { action: { ...action, edit: toWorkspaceEdit(analysis.document, fixed, features) } };
}

/** The document that an action from this server is about; undefined for one that is not from here. */
export function documentOf(action: CodeAction): string | undefined {
  const data: unknown = action.data;
  if (typeof data !== 'object' || data === null || !('uri' in data)) return undefined;
  return typeof data.uri === 'string' ? data.uri : undefined;
}

function toAction(offer: Offer, analysis: Analysis, features: Features): CodeAction[] {
  const { document } = analysis;
  const { title, kind, want, diagnostics, isPreferred } = offer;
  const action: CodeAction = {
    title,
    kind,
    ...(diagnostics !== undefined && { diagnostics: [...diagnostics] }),
    ...(isPreferred === true && features.preferredActions && { isPreferred }),
  };
  const disabled = (reason: string): CodeAction[] =>
    features.disabledActions ? [{ ...action, disabled: { reason } }] : [];
  if (offer.declined !== undefined) return disabled(offer.declined);
  if (features.resolvesEdits) {
    const data: ActionData = { ...want, uri: document.uri, version: document.version };
    return [{ ...action, data }];
  }
  const fixed = fixWanted(analysis, want, true);
  if ('declined' in fixed) return disabled(fixed.declined);
  return [{ ...action, edit: toWorkspaceEdit(document, fixed, features) }];
}

/** A squiggle that a request is about, and the diagnostic that the client knows it by. */
interface Here {
  readonly squiggle: Squiggle;
  readonly diagnostic: Diagnostic;
  /** False where only a container that it speaks of is here, and not the squiggle itself. */
  readonly isHere: boolean;
  /** Of a squiggle for several containers, the findings whose container is here. */
  readonly findings: readonly Finding[];
}

/** Squiggles that the range touches, and those that the client names by code and place; of what it sends, nothing else is believed. */
function squigglesAt(
  analysis: Analysis,
  span: Span,
  named: readonly Diagnostic[],
  features: Features,
): readonly Here[] {
  const { document } = analysis;
  const here: Here[] = [];
  for (const squiggle of squigglesOf(analysis)) {
    const { shown, documentStart } = squiggle;
    const isTouched = (candidate: Span): boolean =>
      candidate.start + documentStart <= span.end && span.start <= candidate.end + documentStart;
    const findings = shown.findings.filter(
      ({ container }) => container !== null && isTouched(container.nameSpan),
    );
    const candidates = named.filter(({ code }) => code === shown.code);
    const touches = isTouched(shown.span);
    if (!touches && findings.length === 0 && candidates.length === 0) continue;
    const range = toRange(document.lines, shifted(shown.span, documentStart));
    const known = candidates.find((candidate) => areEqual(candidate.range, range));
    const isHere = touches || known !== undefined;
    if (isHere || findings.length > 0) {
      const diagnostic = known ?? toDiagnostic(squiggle, document, features, analysis.chart);
      here.push({ squiggle, diagnostic, isHere, findings });
    }
  }
  return here.sort((a, b) => rankOf(a) - rankOf(b));
}

function areEqual(a: Range, b: Range): boolean {
  return (
    a.start.line === b.start.line &&
    a.start.character === b.start.character &&
    a.end.line === b.end.line &&
    a.end.character === b.end.character
  );
}

function rankOf({ squiggle }: Here): number {
  return RANKS[squiggle.shown.severity];
}

const RANKS: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2 };

/** The fixes of what is here: first the preferred one of each finding, the worst finding first, then the others. */
function quickFixes(analysis: Analysis, here: readonly Here[]): readonly Offer[] {
  const firsts: Offer[] = [];
  const others: Offer[] = [];
  const offered = new Map<string, Offer & { readonly diagnostics: Diagnostic[] }>();
  for (const one of here) {
    const { diagnostic } = one;
    for (const { placed, fix, isFirst } of offeredFixes(one)) {
      const left = fix.leaves === undefined ? null : (placed.finding.container?.path ?? []);
      const key = JSON.stringify([placed.documentStart, fix.ops, fix.consequences, fix.elsewhere, left]);
      const before = offered.get(key);
      if (before !== undefined) {
        // Two findings that one edit settles are one action.
        if (!before.diagnostics.includes(diagnostic)) before.diagnostics.push(diagnostic);
        continue;
      }
      const declined = knownDecline(analysis, placed, fix);
      const offer = {
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        want: wantFix(analysis, placed, fix),
        diagnostics: [diagnostic],
        isPreferred: isFirst && fix.safety === 'safe',
        ...(declined !== undefined && { declined }),
      };
      offered.set(key, offer);
      (isFirst ? firsts : others).push(offer);
    }
  }
  return [...firsts, ...others];
}

interface OfferedFix {
  readonly placed: PlacedFinding;
  readonly fix: Fix;
  readonly isFirst: boolean;
}

/**
 * Every fix of a squiggle. Where it stands for several containers, the place decides: on the squiggle it is done at pod level, for all
 * of them; on a container, in that container.
 */
function offeredFixes({ squiggle: { shown, documentStart }, isHere, findings }: Here): readonly OfferedFix[] {
  const [first] = shown.findings;
  if (first === undefined) return [];
  if (shown.findings.length === 1) {
    if (!isHere) return [];
    const placed = { finding: first, documentStart };
    return fixesOf(placed.finding).map((fix, index) => ({ placed, fix, isFirst: index === 0 }));
  }
  const offered: OfferedFix[] = [];
  const take = (finding: Finding, level: Level): void => {
    for (const fix of fixesOf(finding)) {
      const isFirst = level === 'pod' && fix === fixesOf(finding)[0];
      if (fix.level === level) offered.push({ placed: { finding, documentStart }, fix, isFirst });
    }
  };
  if (isHere) take(first, 'pod');
  for (const finding of findings) take(finding, 'container');
  return offered;
}

/** Beyond this, an edit is not tried before it is asked for: reading the document takes longer than a menu may. */
const TRIED_UP_TO = 64 * 1024;

const tried = new WeakMap<
  Fix,
  { readonly analysis: DocumentAnalysis; readonly declined: string | undefined }
>();

/** Why a fix cannot be made, as far as that can be told at once. Asked once for as long as the document stays the same. */
function knownDecline({ analyzed }: Analysis, placed: PlacedFinding, fix: Fix): string | undefined {
  // Whether a chart can be fixed is found out by running it.
  if (analyzed.chart !== undefined) return undefined;
  const document = analyzed.documents.find(({ slice }) => slice.start === placed.documentStart);
  if (document === undefined || document.slice.end - document.slice.start > TRIED_UP_TO) return undefined;
  const before = tried.get(fix);
  if (before?.analysis === document.analysis) return before.declined;
  const result = fixEdits(analyzed, placed, fix);
  const declined = result.ok ? undefined : result.reason;
  tried.set(fix, { analysis: document.analysis, declined });
  return declined;
}

/** For each practice that is missed here: the same in the whole file. */
function fixAlls({ findings }: Analysis, here: readonly Here[]): readonly Offer[] {
  const practices = new Set(here.flatMap(({ squiggle }) => practiceOf(squiggle)));
  return [...practices].flatMap((practice): Offer[] => {
    const isFixable = findings.some(
      ({ finding }) => finding.practice === practice && fixForHarden(finding, 'pod') !== undefined,
    );
    if (!isFixable) return [];
    const diagnostics = here
      .filter(({ squiggle }) => practiceOf(squiggle).includes(practice))
      .map(({ diagnostic }) => diagnostic);
    const title = `Fix all "${explainedPractice(practice).title}" in this file`;
    return [{ title, kind: CodeActionKind.QuickFix, want: { want: 'practice', practice }, diagnostics }];
  });
}

function practiceOf({ shown }: Squiggle): readonly PracticeId[] {
  return shown.findings.slice(0, 1).map(({ practice }) => practice);
}

/** For each finding here: to be left alone, for a reason. Last, since it is seldom what a person wants first. */
function suppressions(analysis: Analysis, here: readonly Here[], features: Features): readonly Offer[] {
  return here.flatMap(({ squiggle: { shown, documentStart }, diagnostic }): Offer[] => {
    const [finding] = shown.findings;
    // Whether a comment suppresses what it should is found out by reading the file again.
    const isTooLong = !features.resolvesEdits && analysis.document.text.length > TRIED_UP_TO;
    // A template may be told what to leave alone, its values not.
    const isToldInValues = finding?.inChart?.told !== undefined && analysis.analyzed.chart !== undefined;
    if (finding === undefined || isTooLong || isToldInValues) return [];
    const want = wantSuppression(analysis, { finding, documentStart });
    const title = `Suppress ${shown.code} here`;
    return [{ title, kind: CodeActionKind.QuickFix, want, diagnostics: [diagnostic] }];
  });
}

/** For each suppression here with which something is wrong: to be put right. */
function repairs(analysis: Analysis, here: readonly Here[]): readonly Offer[] {
  return here.flatMap(({ squiggle: { shown, documentStart }, diagnostic }): Offer[] => {
    const placed = shown.problem === undefined ? undefined : { problem: shown.problem, documentStart };
    const title = placed === undefined ? undefined : suppressionRepairTitle(placed);
    if (placed === undefined || title === undefined) return [];
    const want = wantRepair(analysis, placed);
    return [{ title, kind: CodeActionKind.QuickFix, want, diagnostics: [diagnostic] }];
  });
}

/** Where several things are found at one place, all of them at once comes before each of them alone. */
function hardenQuickly(analysis: Analysis, offset: number, here: readonly Here[]): readonly Offer[] {
  const isHardenable = ({ squiggle: { shown } }: Here): boolean =>
    shown.findings.some((finding) => fixForHarden(finding, 'pod') !== undefined);
  const hardenable = here.filter(isHardenable);
  if (hardenable.length < 2) return [];
  const diagnostics = hardenable.map(({ diagnostic }) => diagnostic);
  const offers = hardenOffers(analysis, offset, [HARDEN_KINDS.container, HARDEN_KINDS.pod]);
  return offers.map((offer) => ({ ...offer, kind: CodeActionKind.QuickFix, diagnostics }));
}

/** Harden for the container, the pod and the file, each where something in it can be hardened. */
function hardenOffers(
  analysis: Analysis,
  offset: number,
  only: readonly CodeActionKind[] | undefined,
): readonly Offer[] {
  const offers: Offer[] = [];
  const isNarrowWanted = isWanted(HARDEN_KINDS.container, only) || isWanted(HARDEN_KINDS.pod, only);
  const place = isNarrowWanted ? placeIn(analysis, offset) : undefined;
  const offer = (scope: 'container' | 'pod', path: Path | undefined, title: string): void => {
    if (place === undefined || path === undefined || !isWanted(HARDEN_KINDS[scope], only)) return;
    const { documentStart } = place;
    const isHardenable = analysis.findings.some(
      ({ finding, documentStart: start }) =>
        start === documentStart &&
        isSamePath((scope === 'pod' ? finding.pod : finding.container)?.path, path) &&
        fixForHarden(finding, scope) !== undefined,
    );
    const want = isHardenable ? wantHarden(analysis, { scope, documentStart, path }) : undefined;
    if (want !== undefined) offers.push({ title, kind: HARDEN_KINDS[scope], want });
  };
  offer('container', place?.container, 'Harden this container');
  offer('pod', place?.pod, 'Harden this pod');
  if (
    isWanted(HARDEN_KINDS.file, only) &&
    analysis.findings.some(({ finding }) => fixForHarden(finding, 'pod') !== undefined)
  ) {
    offers.push({ title: 'Harden this file', kind: HARDEN_KINDS.file, want: { want: 'file' } });
  }
  return offers;
}

const outlines = new WeakMap<DocumentAnalysis, readonly PodOutline[]>();

function placeIn(
  { analyzed }: Analysis,
  offset: number,
): { readonly documentStart: number; readonly pod: Path; readonly container: Path | undefined } | undefined {
  const document =
    analyzed.documents.find(({ slice }) => slice.start <= offset && offset < slice.end) ??
    analyzed.documents.at(-1);
  if (document === undefined || document.analysis.findings.length === 0) return undefined;
  const { slice, analysis } = document;
  const text = analyzed.text.slice(slice.start, slice.end);
  let outline = outlines.get(analysis);
  if (outline === undefined) {
    outline = outlineDocument(text, document.mask, analyzed.settings.kinds);
    outlines.set(analysis, outline);
  }
  const found = placeAt(outline, text, offset - slice.start);
  if (found === undefined) return undefined;
  return { documentStart: slice.start, pod: found.pod.path, container: found.container?.path };
}
