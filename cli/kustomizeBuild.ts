/** `podproof check --kustomize`: what kustomize itself builds, judged, and told in the files that it comes from. */
import { resolve } from 'node:path';
import { buildOverlay } from '../programs/kustomize.ts';
import { analyzeOverlays, type Overlays, tellFile, toldFiles } from '../shared/analysis/overlays.ts';
import { withBuiltTruth } from '../shared/analysis/overlayTruth.ts';
import { kustomizationFileIn } from '../shared/kustomize/kustomization.ts';
import type { Host } from './host.ts';
import { FILES, nameFrom, type OpenedOverlays, sourceOf, toldWithNames, withSlashes } from './overlays.ts';
import type { SettingsOf } from './settings.ts';

export type BuiltOverlays =
  | { readonly ok: true; readonly overlays: OpenedOverlays }
  | { readonly ok: false; readonly name: string; readonly problem: string };

/** Builds each folder with the first program that there is, kustomize or kubectl. */
export async function buildOverlays(
  paths: readonly string[],
  settingsOf: SettingsOf,
  host: Host,
): Promise<BuiltOverlays> {
  const parts: Overlays[] = [];
  const files = new Set<string>();
  for (const given of paths) {
    const folder = withSlashes(resolve(host.cwd, given));
    const file = kustomizationFileIn(folder, FILES);
    if (file === undefined)
      return { ok: false, name: given, problem: 'it has no kustomization.yaml, or more than one' };
    const settings = await settingsOf(sourceOf(file, host.cwd));
    const built = await buildOverlay(folder, host.env);
    if (!built.ok) return { ok: false, name: given, problem: built.problem };
    const own = analyzeOverlays([file], FILES, {
      rootsAmong: () => [folder],
      others: [],
      settingsOf: () => settings,
    });
    const [analysis] = own.analyses;
    if (analysis === undefined) continue;
    const text = FILES.textOf(file) ?? '';
    const truth = withBuiltTruth(analysis, built.text, settings, { file, text });
    parts.push({ ...own, analyses: [truth] });
    files.add(file);
    for (const used of truth.overlay.files) files.add(used);
  }
  const partOf = (path: string): Overlays | undefined =>
    parts.find((part) => toldFiles(part).has(path)) ??
    parts.find(({ analyses }) => analyses.some((one) => one.ok && one.overlay.files.has(path)));
  return {
    ok: true,
    overlays: {
      uses: () => true,
      tell(file, text, settings) {
        const path = file === undefined ? '' : withSlashes(file);
        const part = partOf(path);
        const nameOf = (folder: string): string => nameFrom(folder, host.cwd);
        return part === undefined
          ? undefined
          : toldWithNames(tellFile(part, path, text, settings, nameOf), nameOf);
      },
      further: [...files].sort().map((file) => ({ found: 'source', source: sourceOf(file, host.cwd) })),
      problems: [],
    },
  };
}
