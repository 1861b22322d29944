/** Kustomizations of the workspace: what their overlays make of the files that are open, kept up to date in the background. */
import type { CodeAction, CodeActionParams, WorkspaceEdit } from 'vscode-languageserver';
import type { AnalyzedText, PlacedFinding } from '../shared/analysis/analyze.ts';
import { fixForHarden } from '../shared/analysis/fix.ts';
import { type AnalyzedOverlay, analyzeOverlay, type OverlayAnalysis } from '../shared/analysis/overlay.ts';
import { answersOf, type OverlayAnswers } from '../shared/analysis/overlayAnswers.ts';
import { hardenOverlay } from '../shared/analysis/overlayHarden.ts';
import { broughtBy, type Overlays, patchSettings, toldFiles } from '../shared/analysis/overlays.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import { type FileTree, folderOf } from '../shared/kustomize/filePath.ts';
import { kustomizationFileIn } from '../shared/kustomize/kustomization.ts';
import { isKustomizationName, mayHoldOuterOverlay } from '../shared/kustomize/names.ts';
import type { OuterOverlay } from '../shared/kustomize/outerOverlay.ts';
import { readWorkspace } from '../shared/kustomize/workspace.ts';
import { HARDEN_KINDS, isWanted } from './actionKinds.ts';
import { createBroughtFindings } from './broughtFindings.ts';
import { changesOf } from './changedFile.ts';
import type { Features } from './features.ts';
import type { Folders } from './folders.ts';
import type { Host } from './host.ts';
import { pathOf } from './places.ts';

export interface Kustomizations {
  /** Lists and builds anew, in the background. Settles when that is done. */
  read(): Promise<void>;
  /** To be called with the text of each file as it is read: it may be one that patches kustomizations from outside. */
  noticed(uri: string, text: string): void;
  /** A document was opened, typed in or closed. */
  typed(uri: string): void;
  /** True for a folder in which files are listed. */
  holds(folder: string): boolean;
  /** A file was written, created or deleted. */
  changed(uri: string): Promise<void>;
  /** The settings for a document, as its kustomizations use it. */
  settingsFor(uri: string, settings: Settings): Settings;
  /** For each overlay that builds from a document, the action that hardens it by a patch; to be resolved. */
  actions(params: CodeActionParams, features: Features): readonly CodeAction[];
  /** The edit of such an action, or why there is none; undefined for another action. */
  resolve(
    action: CodeAction,
  ): Promise<{ readonly edit: WorkspaceEdit } | { readonly declined: string } | undefined>;
  /** True where overlays build something from a document, or may say something of it. */
  mayAnswer(uri: string): boolean;
  /** What the overlays leave of a document's findings, and what they bring to it. */
  standing(uri: string, analyzed: AnalyzedText, findings: readonly PlacedFinding[]): readonly PlacedFinding[];
}

export interface KustomizationTools {
  /** The text of an open document. */
  textOf(uri: string): string | undefined;
  settingsOf(uri: string): Settings | Promise<Settings>;
  /** Called when somebody may now be told something else: about files with these paths. */
  changed(paths: ReadonlySet<string>): void;
  failed(error: unknown): void;
}

/** Milliseconds without a change before overlays are built again: a person types faster. */
const QUIET = 300;

/** Built overlays with all that they were built from. */
interface Kept {
  readonly folder: string;
  readonly settings: Settings;
  readonly texts: ReadonlyMap<string, string | undefined>;
  readonly analysis: OverlayAnalysis;
}

export function createKustomizations(
  host: Host,
  folders: Folders,
  tools: KustomizationTools,
): Kustomizations {
  /** The files of the workspace, by their paths. */
  let listed = new Map<string, string>();
  /** Texts as they are on the disk, of files that kustomizations have asked for. */
  const onDisk = new Map<string, string | undefined>();
  const kept = new Map<string, Kept>();
  /** Paths of files that may hold objects of Flux or Argo CD with patches. */
  const outer = new Set<string>();
  const brought = createBroughtFindings();
  let overlays: Overlays | undefined;
  let answers: OverlayAnswers | undefined;
  /** Paths of files of which something is said that they do not say alone. */
  let parts: ReadonlySet<string> = new Set();
  let used: ReadonlyMap<string, string | undefined> = new Map();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let building: Promise<void> = Promise.resolve();

  const textNow = (path: string): string | undefined => {
    const uri = listed.get(path);
    return uri === undefined ? undefined : (tools.textOf(uri) ?? onDisk.get(path));
  };

  /** Runs something with a tree of files, again for as long as it asks for files that have not been read. */
  const withFiles = async <T>(
    run: (files: FileTree) => T,
  ): Promise<{ readonly value: T; readonly texts: ReadonlyMap<string, string | undefined> }> => {
    for (;;) {
      const texts = new Map<string, string | undefined>();
      const missing = new Set<string>();
      const value = run({
        textOf(path) {
          const text = textNow(path);
          texts.set(path, text);
          const uri = listed.get(path);
          if (uri !== undefined && text === undefined && !onDisk.has(path)) missing.add(path);
          return text;
        },
        isFolder: (path) => foldersOf(listed).has(path),
      });
      if (missing.size === 0) return { value, texts };
      for (const path of missing) onDisk.set(path, await host.files?.readFile(listed.get(path) ?? ''));
      await host.pause();
    }
  };

  const build = async (): Promise<void> => {
    const files = [...listed.keys()].filter(isKustomizationName);
    if (files.length === 0 && answers === undefined) return;
    const { value: workspace, texts } = await withFiles((tree) =>
      readWorkspace(files, tree, [...outer].sort()),
    );
    const all = new Map(texts);
    const analyses: OverlayAnalysis[] = [];
    const concerned = new Set<string>();
    const concerns = (overlay: Kept | undefined): void => {
      for (const path of overlay?.texts.keys() ?? []) concerned.add(path);
    };
    const wanted = new Map<string, { readonly folder: string; readonly outer?: OuterOverlay }>();
    for (const folder of workspace.roots) wanted.set(folder, { folder });
    for (const one of workspace.outer)
      wanted.set(JSON.stringify([one.file, one.name, one.folder]), { folder: one.folder, outer: one });
    for (const [key, { folder, outer: over }] of wanted) {
      const file = kustomizationFileIn(folder, { textOf: textNow, isFolder: () => false });
      const settings = await tools.settingsOf(listed.get(file ?? '') ?? '');
      let known = kept.get(key);
      const isSame =
        known?.settings === settings && [...known.texts].every(([path, text]) => textNow(path) === text);
      if (known === undefined || !isSame) {
        const made = await withFiles((tree) => {
          // What the object says is a part of what is built.
          if (over !== undefined) tree.textOf(over.file);
          return analyzeOverlay(folder, tree, settings, over);
        });
        concerns(known);
        known = { folder, settings, texts: made.texts, analysis: made.value };
        kept.set(key, known);
        concerns(known);
        await host.pause();
      }
      for (const [path, text] of known.texts) all.set(path, text);
      analyses.push(known.analysis);
    }
    for (const [key, overlay] of kept) {
      if (wanted.has(key)) continue;
      concerns(overlay);
      kept.delete(key);
    }
    overlays = { workspace, analyses };
    answers = answersOf(overlays, (folder) => nameIn(folders, folder));
    used = all;
    parts = new Set([...toldFiles(overlays), ...workspace.patches, ...workspace.inlinePatches.keys()]);
    brought.rebuilt();
    tools.changed(concerned);
  };

  const buildLater = (): Promise<void> => {
    building = building.then(build).catch(tools.failed);
    return building;
  };

  /** A new file is called as its neighbors are. */
  const uriFor = (path: string): string => {
    const known = listed.get(path);
    if (known !== undefined) return known;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const [neighbor = '', uri = ''] =
      [...listed].find(([other]) => other.startsWith(folder) && !other.slice(folder.length).includes('/')) ??
      [];
    return (
      uri.slice(0, uri.length - encodeURIComponent(neighbor.slice(folder.length)).length) +
      encodeURIComponent(path.slice(folder.length))
    );
  };

  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(buildLater, QUIET);
  };

  return {
    async read() {
      const fresh = new Map<string, string>();
      for (const folder of folders.all()) {
        for await (const uri of host.files?.manifestsBelow(folder) ?? []) fresh.set(pathOf(uri), uri);
      }
      listed = fresh;
      onDisk.clear();
      await buildLater();
    },
    noticed(uri, text) {
      if (mayHoldOuterOverlay(text)) outer.add(pathOf(uri));
    },
    holds(folder) {
      const start = `${pathOf(folder)}/`;
      for (const path of listed.keys()) if (path.startsWith(start)) return true;
      return false;
    },
    typed(uri) {
      const path = pathOf(uri);
      if (!outer.has(path) && listed.has(path) && mayHoldOuterOverlay(tools.textOf(uri) ?? '')) {
        outer.add(path);
        soon();
      }
      if (used.has(path) && used.get(path) !== textNow(path)) soon();
    },
    async changed(uri) {
      const folder = folders.of(uri);
      const path = pathOf(uri);
      if (folder === undefined) return;
      const text = (await host.files?.isListed(uri, folder)) ? await host.files?.readFile(uri) : undefined;
      const isOther = listed.has(path) !== (text !== undefined);
      if (text === undefined) listed.delete(path);
      else listed.set(path, uri);
      const isUsed = used.has(path) && onDisk.get(path) !== text;
      if (onDisk.has(path)) onDisk.set(path, text);
      const isNewOuter = text !== undefined && !outer.has(path) && mayHoldOuterOverlay(text);
      if (isNewOuter) outer.add(path);
      if (isUsed || isNewOuter || (isOther && (isKustomizationName(path) || answers !== undefined))) soon();
    },
    actions({ textDocument: { uri }, context }, features) {
      const canApply = features.createsFiles && features.documentChanges && features.resolvesEdits;
      if (!canApply || !isWanted(HARDEN_KINDS.patch, context.only)) return [];
      const path = pathOf(uri);
      const hardenable = [...kept.values()].filter(
        ({ folder, analysis }) => analysis.ok && isHardenable(analysis.overlay, folder, path),
      );
      return [...new Set(hardenable.map(({ folder }) => folder))].map((folder) => ({
        title: `Harden by a patch in ${nameIn(folders, folder)}`,
        kind: HARDEN_KINDS.patch,
        data: { overlay: folder },
      }));
    },
    async resolve({ data }) {
      const folder: unknown =
        typeof data === 'object' && data !== null && 'overlay' in data ? data.overlay : undefined;
      const known = [...kept.values()].find((one) => one.folder === folder);
      if (typeof folder !== 'string') return undefined;
      if (known === undefined) return { declined: 'The overlay is gone.' };
      const { value } = await withFiles((tree) => hardenOverlay(folder, tree, known.settings));
      if (!value.ok) return { declined: value.problem };
      const { files, declined } = value.hardening;
      if (files.length === 0)
        return { declined: declined[0] ?? 'There is nothing to harden in the overlay.' };
      return { edit: { documentChanges: files.flatMap((file) => changesOf(file, uriFor(file.path))) } };
    },
    settingsFor: (uri, settings) =>
      answers?.isPatch(pathOf(uri)) === true ? patchSettings(settings) : settings,
    mayAnswer(uri) {
      const path = pathOf(uri);
      return answers?.isBuiltFrom(path) === true || parts.has(path);
    },
    standing(uri, analyzed, findings) {
      const path = pathOf(uri);
      const isCurrent = used.get(path) === analyzed.text;
      if (answers === undefined) return findings;
      const own = answers.standing(path, findings, isCurrent);
      const more = brought.of(path, analyzed, isCurrent, () =>
        overlays === undefined || !parts.has(path)
          ? []
          : broughtBy(overlays, path, analyzed, (folder) => nameIn(folders, folder)),
      );
      if (more.length === 0) return own;
      return [...own, ...more].sort(
        (a, b) => a.documentStart - b.documentStart || a.finding.span.start - b.finding.span.start,
      );
    },
  };
}

/** Whether an overlay builds something from a file, or is that file, and has something to harden. */
function isHardenable(overlay: AnalyzedOverlay, folder: string, path: string): boolean {
  const isOwn = isKustomizationName(path) && folderOf(path) === folder;
  return (
    (isOwn || overlay.files.has(path)) &&
    overlay.findings.some(({ finding }) => fixForHarden(finding, 'pod') !== undefined)
  );
}

const FOLDERS = new WeakMap<
  ReadonlyMap<string, string>,
  { readonly size: number; readonly folders: Set<string> }
>();

/** The folders of some files, made again only where files have been added. */
function foldersOf(files: ReadonlyMap<string, string>): ReadonlySet<string> {
  const known = FOLDERS.get(files);
  if (known?.size === files.size) return known.folders;
  const folders = new Set<string>();
  for (const path of files.keys()) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  FOLDERS.set(files, { size: files.size, folders });
  return folders;
}

/** A folder as a person in the workspace calls it. */
function nameIn(folders: Folders, path: string): string {
  const root = folders
    .all()
    .map(pathOf)
    .find((folder) => path.startsWith(`${folder}/`));
  return root === undefined ? path : path.slice(root.length + 1);
}
