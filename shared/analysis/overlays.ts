/** Overlays: what is said of each file, with all the kustomizations that make something of it taken into account. */

import type { Settings } from '../catalog/settings.ts';
import type { FileTree } from '../kustomize/filePath.ts';
import { type BuiltMapping, type BuiltNode, at as nodeAt, type Origin } from '../kustomize/node.ts';
import { type KustomizeWorkspace, readWorkspace } from '../kustomize/workspace.ts';
import type { Fix } from '../practices/practice.ts';
import type { Span } from '../text/span.ts';
import type { YamlOp } from '../yaml/operation.ts';
import type { Path } from '../yaml/tree.ts';
import {
  type AnalyzedText,
  analyzeText,
  type Finding,
  type JudgedFinding,
  judgedFindingsOf,
  type PlacedFinding,
} from './analyze.ts';
import { fixesOf, WITHOUT_FIXES, withFixes } from './fixes.ts';
import { jsonPatchFindings } from './jsonPatchFindings.ts';
import {
  type AnalyzedOverlay,
  analyzeOverlay,
  atOnePlace,
  type OverlayAnalysis,
  type OverlayFinding,
} from './overlay.ts';
import { leftOpenBy } from './overlayAnswers.ts';
import type { SuppressedBy } from './suppress.ts';

/** The kustomizations around some files, built and judged. */
export interface Overlays {
  readonly workspace: KustomizeWorkspace;
  /** One for each root of the workspace. */
  readonly analyses: readonly OverlayAnalysis[];
}

/** Which kustomizations are built, and how they are judged. */
export interface OverlayChoice {
  /** The folders to build, of those that no other kustomization includes. */
  rootsAmong(roots: readonly string[]): readonly string[];
  /** Files that may hold objects of Flux and Argo CD. */
  readonly others: readonly string[];
  /** The settings for the kustomization in a folder. */
  settingsOf(folder: string): Settings;
}

/** Reads kustomizations, given by their files, and builds and judges those that are chosen. Total. */
export function analyzeOverlays(
  kustomizationFiles: Iterable<string>,
  files: FileTree,
  choice: OverlayChoice,
): Overlays {
  const workspace = readWorkspace(kustomizationFiles, files, choice.others);
  const analyses = [
    ...choice
      .rootsAmong(workspace.roots)
      .map((folder) => analyzeOverlay(folder, files, choice.settingsOf(folder))),
    ...workspace.outer.map((outer) =>
      analyzeOverlay(outer.folder, files, choice.settingsOf(outer.folder), outer),
    ),
  ];
  return { workspace, analyses };
}

/** A finding in a file, and the folders of the overlays that leave it open; null for what is said of the file alone. */
export interface ToldFinding extends JudgedFinding {
  readonly overlays: readonly string[] | null;
}

/** What is said of one file. */
export interface ToldFile {
  readonly analyzed: AnalyzedText;
  /** In the order of the text. */
  readonly findings: readonly ToldFinding[];
}

/** Whether anything is said of a file that the file alone does not say. */
export function isPartOf({ workspace, analyses }: Overlays, file: string): boolean {
  return (
    workspace.patches.has(file) ||
    workspace.resources.has(file) ||
    workspace.inlinePatches.has(file) ||
    analyses.some((one) => one.ok && one.overlay.findings.some(({ at }) => at.source.file === file))
  );
}

/** The files in which overlays leave something open. */
export function toldFiles({ analyses }: Overlays): ReadonlySet<string> {
  return new Set(
    analyses.flatMap((one) => (one.ok ? one.overlay.findings.map(({ at }) => at.source.file) : [])),
  );
}

/**
 * Judges a file as its kustomizations use it. What a patch leaves out is not missing. Of a resource, what counts is what is built of
 * it: what every overlay supplies is not missing, and what some leave open names these; `nameOf` says what a folder is called.
 */
export function tellFile(
  overlays: Overlays,
  file: string,
  text: string,
  settings: Settings,
  nameOf: (folder: string) => string,
): ToldFile {
  const isPatch = overlays.workspace.patches.has(file);
  const analyzed = analyzeText(text, isPatch ? patchSettings(settings) : settings);
  const alone = judgedFindingsOf(analyzed);
  const known = overlays.analyses.flatMap((one) => (one.ok ? [one.overlay] : []));
  const answering = known.filter((overlay) => overlay.files.has(file));
  const told = new Telling(file, analyzed, alone, answering, nameOf).tell();
  const rest = alone.filter((one) => !isAnswered(one, file, answering, isPatch, told));
  const inline = inlineFindings(overlays, file, analyzed, settings).filter((one) => !hasSame(told, one));
  const findings = [...told, ...[...rest, ...inline].map((one): ToldFinding => ({ ...one, overlays: null }))];
  return { analyzed, findings: findings.sort((a, b) => startOf(a) - startOf(b)) };
}

/**
 * What overlays and inline patches say of a file that the file alone does not: what a patch in it sets wrong, and what only comes of
 * base and overlay together, each once.
 */
export function broughtBy(
  overlays: Overlays,
  file: string,
  analyzed: AnalyzedText,
  nameOf: (folder: string) => string,
): readonly PlacedFinding[] {
  const alone = judgedFindingsOf(analyzed);
  const answering = overlays.analyses.flatMap((one) =>
    one.ok && one.overlay.files.has(file) ? [one.overlay] : [],
  );
  const told = new Telling(file, analyzed, alone, answering, nameOf).tell();
  const inline = inlineFindings(overlays, file, analyzed, analyzed.settings);
  const brought: JudgedFinding[] = [];
  for (const one of [...told, ...inline]) {
    if (one.suppressedBy !== null || isAmong(alone, one) || isAmong(brought, one)) continue;
    brought.push(one);
  }
  return brought.map(({ finding, documentStart }) => ({ finding, documentStart }));
}

/** Whether the same is said already, there or of the same container. */
function isAmong(findings: readonly JudgedFinding[], one: JudgedFinding): boolean {
  const nameOf = ({ workload: { kind, name }, container }: Finding): string =>
    JSON.stringify([kind, name, container?.list, container?.name]);
  return findings.some(
    (other) =>
      other.finding.code === one.finding.code &&
      (startOf(other) === startOf(one) || nameOf(other.finding) === nameOf(one.finding)),
  );
}

function startOf({ finding, documentStart }: JudgedFinding): number {
  return documentStart + finding.span.start;
}

function hasSame(findings: readonly JudgedFinding[], one: JudgedFinding): boolean {
  return findings.some((other) => other.finding.code === one.finding.code && startOf(other) === startOf(one));
}

/**
 * Whether an overlay speaks for a finding of the file alone: for all that an object misses once it is built, and for nothing where
 * what becomes of the object is not known, but then what it lacks may be supplied.
 */
function isAnswered(
  one: JudgedFinding,
  file: string,
  answering: readonly AnalyzedOverlay[],
  isPatch: boolean,
  told: readonly JudgedFinding[],
): boolean {
  if (isPatch) return hasSame(told, one);
  const object = `${file}:${objectStartOf(one)}`;
  if (answering.some(({ objects }) => objects.has(object))) return true;
  return one.finding.aboutAbsence && answering.some(({ unknownObjects }) => unknownObjects.has(object));
}

/** Where the object of a finding begins, from the start of the file. */
function objectStartOf({ finding, documentStart }: JudgedFinding): number {
  return documentStart + finding.workload.start;
}

/** Settings for a text that is laid over others. */
export function patchSettings(settings: Settings): Settings {
  const known = PATCH_SETTINGS.get(settings);
  if (known !== undefined) return known;
  const made: Settings = { ...settings, kinds: { ...settings.kinds, arePatches: true } };
  PATCH_SETTINGS.set(settings, made);
  return made;
}

/** Kept, since an analysis is reused only for the same settings. */
const PATCH_SETTINGS = new WeakMap<Settings, Settings>();

/** What patches set wrong that are written in a kustomization, and operations in any file, whatever they are laid over. */
function inlineFindings(
  { workspace }: Overlays,
  file: string,
  analyzed: AnalyzedText,
  settings: Settings,
): readonly JudgedFinding[] {
  const found: JudgedFinding[] = [];
  const add = (finding: Finding, span: Span, suppressedBy: SuppressedBy | null): void => {
    const placed = placedIn(analyzed, span);
    if (placed === undefined) return;
    const one = {
      finding: atOnePlace(finding, placed.span),
      documentStart: placed.documentStart,
      suppressedBy,
    };
    if (!hasSame(found, one)) found.push(one);
  };
  for (const { text, place } of workspace.inlinePatches.get(file) ?? []) {
    const inner = analyzeText(text, patchSettings(settings));
    for (const { finding, documentStart, suppressedBy } of judgedFindingsOf(inner)) {
      const start = place.offsetInFile(documentStart + finding.span.start);
      add(finding, { start, end: place.offsetInFile(documentStart + finding.span.end) }, suppressedBy);
    }
  }
  for (const { patch, target } of workspace.aimedPatches.get(file) ?? []) {
    const text = patch.kind === 'file' ? analyzed.text : patch.text;
    for (const { finding, at } of jsonPatchFindings(text, patch, target, patchSettings(settings)))
      add(finding, at, null);
  }
  return found;
}

interface PlacedSpan {
  readonly documentStart: number;
  /** From the start of the document, on one line. */
  readonly span: Span;
}

function placedIn({ text, documents }: AnalyzedText, { start, end }: Span): PlacedSpan | undefined {
  const document = documents.find(({ slice }) => slice.start <= start && start < slice.end);
  if (document === undefined) return undefined;
  const documentStart = document.slice.start;
  const lineBreak = text.indexOf('\n', start);
  const lineEnd = lineBreak < 0 ? text.length : lineBreak;
  const until = Math.max(start, Math.min(end, lineEnd));
  return { documentStart, span: { start: start - documentStart, end: until - documentStart } };
}

/** Tells what overlays leave open at the places in one file. */
class Telling {
  private readonly file: string;
  private readonly analyzed: AnalyzedText;
  private readonly alone: readonly JudgedFinding[];
  private readonly overlays: readonly AnalyzedOverlay[];
  private readonly nameOf: (folder: string) => string;

  constructor(
    file: string,
    analyzed: AnalyzedText,
    alone: readonly JudgedFinding[],
    overlays: readonly AnalyzedOverlay[],
    nameOf: (folder: string) => string,
  ) {
    this.file = file;
    this.analyzed = analyzed;
    this.alone = alone;
    this.overlays = overlays;
    this.nameOf = nameOf;
  }

  tell(): readonly ToldFinding[] {
    const groups = new Map<string, { told: JudgedFinding; folders: string[]; object: string }>();
    for (const overlay of this.overlays) {
      for (const one of overlay.findings) {
        if (one.at.source.file !== this.file) continue;
        const told = this.toldOf(overlay, one);
        if (told === undefined) continue;
        const { code, message, container } = told.finding;
        const key = JSON.stringify([code, startOf(told), message, container?.list, container?.name]);
        const group = groups.get(key);
        if (group === undefined) groups.set(key, { told, folders: [overlay.folder], object: one.object });
        else if (!group.folders.includes(overlay.folder)) group.folders.push(overlay.folder);
      }
    }
    return [...groups.values()].map(({ told, folders, object }) => {
      const having = this.overlays.filter(({ objects }) => objects.has(object));
      if (having.length <= folders.length) return { ...told, overlays: folders };
      const names = folders.map((folder) => this.nameOf(folder));
      const message = `${told.finding.message} ${leftOpenBy(names)}`;
      return { ...told, finding: { ...told.finding, message }, overlays: folders };
    });
  }

  private toldOf(overlay: AnalyzedOverlay, one: OverlayFinding): JudgedFinding | undefined {
    const { finding, at } = one;
    const placed = placedIn(this.analyzed, at);
    if (placed === undefined) return undefined;
    const { documentStart } = placed;
    const root = overlay.rootAt(one.documentStart);
    const spanOf = (span: Span): Span | undefined => {
      const from = overlay.originAt(one.documentStart + span.start);
      if (from === undefined || from.source.file !== this.file) return undefined;
      const inner = placedIn(this.analyzed, from);
      return inner?.documentStart === documentStart ? inner.span : undefined;
    };
    const pathOf = (path: Path): Path => this.pathIn(root, path, at, documentStart) ?? path;
    const keySpan = spanOf(finding.pod.keySpan);
    const { container } = finding;
    const moved: Finding = {
      ...finding,
      span: placed.span,
      pod: { ...finding.pod, path: pathOf(finding.pod.path), keySpan: keySpan ?? placed.span },
      container:
        container === null
          ? null
          : {
              ...container,
              path: pathOf(container.path),
              nameSpan: spanOf(container.nameSpan) ?? placed.span,
            },
      settledAtPod: finding.settledAtPod && keySpan !== undefined,
      related: finding.related.flatMap(({ at: span, message }) => {
        const inner = spanOf(span);
        return inner === undefined ? [] : [{ at: inner, message }];
      }),
      ...(at.source.isInline
        ? WITHOUT_FIXES
        : withFixes(fixesOf(finding).flatMap((fix) => this.fixIn(root, fix, at, documentStart) ?? []))),
    };
    return {
      finding: moved,
      documentStart,
      suppressedBy: one.suppressedBy ?? this.suppressionOf(moved, documentStart),
    };
  }

  /** Comments are not built: a finding that the file has on its own account is suppressed as it is there. */
  private suppressionOf(finding: Finding, documentStart: number): SuppressedBy | null {
    const same = this.alone.find(
      (one) =>
        one.finding.code === finding.code &&
        one.documentStart === documentStart &&
        (one.finding.span.start === finding.span.start ||
          (one.finding.container?.nameSpan.start ?? one.finding.pod.keySpan.start) ===
            (finding.container?.nameSpan.start ?? finding.pod.keySpan.start)),
    );
    return same?.suppressedBy ?? null;
  }

  /** A fix as it is written in this file, or undefined where a part of it belongs elsewhere. */
  private fixIn(
    root: BuiltMapping | undefined,
    fix: Fix,
    at: Origin,
    documentStart: number,
  ): Fix | undefined {
    const ops = this.opsIn(root, fix.ops, at, documentStart);
    const consequences = this.opsIn(root, fix.consequences ?? [], at, documentStart);
    if (ops === undefined || consequences === undefined || fix.elsewhere !== undefined) return undefined;
    return fix.consequences === undefined ? { ...fix, ops } : { ...fix, ops, consequences };
  }

  private opsIn(
    root: BuiltMapping | undefined,
    ops: readonly YamlOp[],
    at: Origin,
    documentStart: number,
  ): readonly YamlOp[] | undefined {
    const moved: YamlOp[] = [];
    for (const op of ops) {
      if (op.op === 'move') {
        const from = this.pathIn(root, op.from, at, documentStart);
        const to = this.pathIn(root, op.to, at, documentStart);
        if (from === undefined || to === undefined) return undefined;
        moved.push({ ...op, from, to });
      } else {
        const path = this.pathIn(root, op.path, at, documentStart);
        if (path === undefined) return undefined;
        moved.push({ ...op, path });
      }
    }
    return moved;
  }

  /** The path in this file of a place in what is built: that of the nearest value that is written, and the rest of the way. */
  private pathIn(
    root: BuiltMapping | undefined,
    path: Path,
    { source }: Origin,
    documentStart: number,
  ): Path | undefined {
    for (let length = path.length; length >= 0; length--) {
      const node: BuiltNode | undefined = nodeAt(root, ...path.slice(0, length));
      if (node?.from === undefined) continue;
      const { from } = node;
      if (from.source.file !== this.file || from.source.isInline || source.isInline) return undefined;
      if (from.source.documentStart !== documentStart) return undefined;
      return [...from.path, ...path.slice(length)];
    }
    return undefined;
  }
}
