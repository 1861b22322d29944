/** Overlays: what the pods of a kustomization miss once it is built, told at the places in its files. */

import type { Settings } from '../catalog/settings.ts';
import { type Build, buildKustomization, type OuterSteps } from '../kustomize/build.ts';
import type { FileTree } from '../kustomize/filePath.ts';
import { type BuiltMapping, type BuiltNode, type Origin, textAt } from '../kustomize/node.ts';
import type { BuiltObject } from '../kustomize/object.ts';
import { pieceAt, writeObjects } from '../kustomize/write.ts';
import type { Span } from '../text/span.ts';
import { type AnalyzedText, analyzeText, type Finding, judgedFindingsOf } from './analyze.ts';
import { WITHOUT_FIXES } from './fixes.ts';
import { containerName, objectName } from './overlayAnswers.ts';
import type { SuppressedBy } from './suppress.ts';

/** A kustomization, built and judged. */
export interface AnalyzedOverlay {
  /** Absolute path of its folder; where an object lays patches over it, with that object's name behind it. */
  readonly folder: string;
  readonly findings: readonly OverlayFinding[];
  /** Files that something of what is built comes from. */
  readonly files: ReadonlySet<string>;
  /** Where the objects that were judged are written, by `originKey`. */
  readonly objects: ReadonlySet<string>;
  /** Where the objects are written of which it is not known what becomes. */
  readonly unknownObjects: ReadonlySet<string>;
  /** The objects by their files and the names that they have there. */
  readonly sources: readonly ObjectSource[];
  /** What could not be followed, for people. */
  readonly unknown: readonly string[];
  /** What is built and judged, for whoever looks closer. */
  readonly analyzed: AnalyzedText;
  /** Where what stands at an offset of the built text comes from. */
  originAt(offset: number): Origin | undefined;
  /** The object whose document starts at an offset of the built text. */
  rootAt(documentStart: number): BuiltMapping | undefined;
}

/** Where an object of what is built comes from. */
export interface ObjectSource {
  /** As `originKey` gives it. */
  readonly key: string;
  readonly file: string;
  /** As `objectName` gives it, for the object as its file has it. */
  readonly name: string;
  /** False where it is not known what becomes of it. */
  readonly isKnown: boolean;
  /** The containers that are built of it, as `containerName` gives them. */
  readonly containers: readonly string[];
}

/** A finding of what is built. */
export interface OverlayFinding {
  /** Its spans and paths are those of the built text. */
  readonly finding: Finding;
  readonly documentStart: number;
  readonly suppressedBy: SuppressedBy | null;
  /** Where the text that it is about comes from. */
  readonly at: Origin;
  /** Where its object is written, by `originKey`. */
  readonly object: string;
}

export type OverlayAnalysis =
  | { readonly ok: true; readonly overlay: AnalyzedOverlay }
  | { readonly ok: false; readonly folder: string; readonly problem: string };

/** Builds and judges the kustomization in a folder. Total. */
export function analyzeOverlay(
  folder: string,
  files: FileTree,
  settings: Settings,
  outer?: OuterSteps,
): OverlayAnalysis {
  const build: Build = buildKustomization(folder, files, outer);
  if (!build.ok) return { ok: false, folder, problem: build.problem };
  const known = build.objects.filter(({ unknown }) => unknown === undefined);
  const roots = known.map(({ root }) => root);
  const written = writeObjects(roots);
  const analyzed = analyzeText(written.text, settings);
  const rootByStart = new Map(analyzed.documents.map(({ slice }, index) => [slice.start, roots[index]]));
  const originAt = (offset: number): Origin | undefined => pieceAt(written, offset)?.from;
  const findings = judgedFindingsOf(analyzed).flatMap((judged): OverlayFinding[] => {
    const { finding, documentStart } = judged;
    const at = originAt(documentStart + finding.span.start);
    const from = rootByStart.get(documentStart)?.from;
    return at === undefined || from === undefined ? [] : [{ ...judged, at, object: originKey(from) }];
  });
  return {
    ok: true,
    overlay: {
      folder: outer === undefined ? folder : `${folder} (${outer.name})`,
      findings,
      files: new Set([
        ...written.pieces.flatMap(({ from }) => from?.source.file ?? []),
        ...build.objects.flatMap(({ root }) => root.from?.source.file ?? []),
      ]),
      objects: keysOf(known),
      unknownObjects: keysOf(build.objects.filter(({ unknown }) => unknown !== undefined)),
      sources: build.objects.flatMap(sourceOf),
      unknown: [...new Set([...build.unknown, ...build.objects.flatMap(({ unknown }) => unknown ?? [])])],
      analyzed,
      originAt,
      rootAt: (documentStart) => rootByStart.get(documentStart),
    },
  };
}

function sourceOf({ root, ids: [first], unknown }: BuiltObject): readonly ObjectSource[] {
  if (root.from === undefined) return [];
  return [
    {
      key: originKey(root.from),
      file: root.from.source.file,
      name: objectName(first.kind, first.name),
      isKnown: unknown === undefined,
      containers: containersIn(root),
    },
  ];
}

const CONTAINER_LISTS: ReadonlySet<string> = new Set(['containers', 'initContainers', 'ephemeralContainers']);

function containersIn(node: BuiltNode, key = ''): readonly string[] {
  if (node.kind === 'mapping') {
    return [...node.entries].flatMap(([inner, { value }]) => containersIn(value, inner));
  }
  if (node.kind !== 'sequence') return [];
  const own = CONTAINER_LISTS.has(key)
    ? node.items.map((item) => containerName(key, textAt(item, 'name') ?? null))
    : [];
  return [...own, ...node.items.flatMap((item) => containersIn(item))];
}

function keysOf(objects: readonly BuiltObject[]): ReadonlySet<string> {
  return new Set(objects.flatMap(({ root }) => (root.from === undefined ? [] : [originKey(root.from)])));
}

/** Tells places in files apart. */
export function originKey({ source, start }: Origin): string {
  return `${source.file}:${start}`;
}

/** A finding all of whose places are one, for want of others in the same text; there is nothing to fix there. */
export function atOnePlace(finding: Finding, span: Span): Finding {
  return {
    ...finding,
    span,
    pod: { ...finding.pod, keySpan: span },
    container: finding.container === null ? null : { ...finding.container, nameSpan: span },
    settledAtPod: false,
    related: [],
    ...WITHOUT_FIXES,
  };
}
