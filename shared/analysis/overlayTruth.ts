/** The built truth: what another program has built of a kustomization, judged, and told at the places that it comes from. */
import type { Settings } from '../catalog/settings.ts';
import type { Origin } from '../kustomize/node.ts';
import { at, textAt } from '../kustomize/node.ts';
import { analyzeText, type Finding, judgedFindingsOf } from './analyze.ts';
import { type AnalyzedOverlay, atOnePlace, type OverlayAnalysis, type OverlayFinding } from './overlay.ts';

/**
 * The analysis of an overlay with the findings of what was built of it in place of its own. A finding that the analysis has too
 * keeps its place; another stands on the name of its object, and what comes from nowhere in the workspace on the kustomization.
 */
export function withBuiltTruth(
  analysis: OverlayAnalysis,
  built: string,
  settings: Settings,
  kustomization: { readonly file: string; readonly text: string },
): Extract<OverlayAnalysis, { ok: true }> {
  const overlay = analysis.ok ? analysis.overlay : undefined;
  const own = new Map(overlay?.findings.map((one) => [identityOf(one.finding), one]));
  const names = overlay === undefined ? new Map<string, Origin>() : namesIn(overlay);
  const top = topOf(kustomization.file, kustomization.text);
  const findings = judgedFindingsOf(analyzeText(built, settings)).map(
    ({ finding, suppressedBy }): OverlayFinding => {
      const same = own.get(identityOf(finding));
      if (same !== undefined)
        return { ...same, suppressedBy, finding: { ...same.finding, message: finding.message } };
      const { kind, namespace, name } = finding.workload;
      const place = names.get(nameKey(kind, namespace, name)) ?? top;
      return {
        finding: atNoPlace(finding),
        documentStart: NOWHERE,
        suppressedBy,
        at: place,
        object: `${place.source.file}:built`,
      };
    },
  );
  const folder = analysis.ok ? analysis.overlay.folder : analysis.folder;
  return {
    ok: true,
    overlay: { ...(overlay ?? emptyOverlay(folder, settings)), findings, files: filesOf(overlay, findings) },
  };
}

/** No document of the built text starts here. */
const NOWHERE = -1;

function identityOf({ code, workload: { kind, namespace, name }, container, message }: Finding): string {
  return JSON.stringify([code, kind, namespace, name, container?.list, container?.name, message]);
}

function nameKey(kind: string, namespace: string | null, name: string | null): string {
  return JSON.stringify([kind, namespace, name]);
}

function namesIn({ analyzed, rootAt }: AnalyzedOverlay): ReadonlyMap<string, Origin> {
  const names = new Map<string, Origin>();
  for (const { slice } of analyzed.documents) {
    const root = rootAt(slice.start);
    const from = at(root, 'metadata', 'name')?.from ?? root?.from;
    const name = textAt(root, 'metadata', 'name') ?? null;
    const namespace = textAt(root, 'metadata', 'namespace') ?? null;
    if (from !== undefined) names.set(nameKey(textAt(root, 'kind') ?? '', namespace, name), from);
  }
  return names;
}

function topOf(file: string, text: string): Origin {
  const lineBreak = text.indexOf('\n');
  return {
    source: { file, documentStart: 0, isInline: true, offsetInFile: (offset) => offset },
    start: 0,
    end: lineBreak < 0 ? text.length : lineBreak,
    path: [],
  };
}

/** The places of a finding are those of a text that nobody has. */
const atNoPlace = (finding: Finding): Finding => atOnePlace(finding, { start: 0, end: 0 });

function filesOf(
  overlay: AnalyzedOverlay | undefined,
  findings: readonly OverlayFinding[],
): ReadonlySet<string> {
  return new Set([...(overlay?.files ?? []), ...findings.map((one) => one.at.source.file)]);
}

function emptyOverlay(folder: string, settings: Settings): AnalyzedOverlay {
  const nothing = analyzeText('', settings);
  return {
    folder,
    findings: [],
    files: new Set(),
    objects: new Set(),
    unknownObjects: new Set(),
    sources: [],
    unknown: [],
    analyzed: nothing,
    originAt: () => undefined,
    rootAt: () => undefined,
  };
}
