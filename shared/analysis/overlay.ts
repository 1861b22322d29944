/** Overlays: what the pods of a kustomization miss once it is built, told at the places in its files. */
import type { Settings } from '../catalog/settings.ts';
import { type Build, buildKustomization, type OuterSteps } from '../kustomize/build.ts';
import type { FileTree } from '../kustomize/filePath.ts';
import type { Origin } from '../kustomize/node.ts';
import { pieceAt, type WrittenObjects, writeObjects } from '../kustomize/write.ts';
import { type AnalyzedText, analyzeText, type Finding, judgedFindingsOf } from './analyze.ts';
import type { SuppressedBy } from './suppress.ts';

/** A kustomization, built and judged. */
export interface AnalyzedOverlay {
  /** Absolute path of its folder. */
  readonly folder: string;
  readonly findings: readonly OverlayFinding[];
  /** How many of its objects hold pods that could be judged. */
  readonly workloads: number;
  /** Places of the objects that were judged, by `originKey`. */
  readonly objects: ReadonlySet<string>;
  /** What could not be followed, for people. */
  readonly unknown: readonly string[];
  /** What is built and judged, for whoever looks closer. */
  readonly written: WrittenObjects;
  readonly analyzed: AnalyzedText;
}

/** A finding of what is built. */
export interface OverlayFinding {
  /** Its spans and paths are those of the built text. */
  readonly finding: Finding;
  readonly documentStart: number;
  readonly suppressedBy: SuppressedBy | null;
  /** Where the text that it is about comes from. */
  readonly at: Origin;
  /** Where its container, or its pod, is written. */
  readonly owner: Origin | undefined;
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
  const written = writeObjects(known.map(({ root }) => root));
  const analyzed = analyzeText(written.text, settings);
  const findings = judgedFindingsOf(analyzed).flatMap(
    ({ finding, documentStart, suppressedBy }): OverlayFinding[] => {
      const originAt = (offset: number): Origin | undefined => pieceAt(written, documentStart + offset)?.from;
      const at = originAt(finding.span.start);
      if (at === undefined) return [];
      const owner = originAt((finding.container?.nameSpan ?? finding.pod.keySpan).start);
      return [{ finding, documentStart, suppressedBy, at, owner }];
    },
  );
  return {
    ok: true,
    overlay: {
      folder,
      findings,
      workloads: analyzed.documents.reduce((sum, { analysis }) => sum + analysis.workloads, 0),
      objects: new Set(known.flatMap(({ root }) => (root.from === undefined ? [] : [originKey(root.from)]))),
      unknown: [...new Set([...build.unknown, ...build.objects.flatMap(({ unknown }) => unknown ?? [])])],
      written,
      analyzed,
    },
  };
}

/** Tells places in files apart. */
export function originKey({ source, start }: Origin): string {
  return `${source.file}:${start}`;
}
