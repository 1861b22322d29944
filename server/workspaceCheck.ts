/** Workspace check: the files that are not open, judged one after the other, and again when they change. */
import type { CancellationToken, Diagnostic } from 'vscode-languageserver';
import { type AnalyzedText, analyzeInSteps, findingsOf, mayMatter } from '../shared/analysis/analyze.ts';
import { exclusionOf, matchesGlob } from '../shared/catalog/globs.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import type { Report } from './diagnostics.ts';
import type { Analysis, Surroundings } from './documents.ts';
import type { Folders } from './folders.ts';
import type { Host } from './host.ts';
import { openText } from './text.ts';

export interface WorkspaceCheck {
  /** Checks every file, whatever the settings say, and keeps to it from then on. */
  checkAll(progress: Progress): Promise<Checked>;
  /** Checks the folders whose settings ask for it, and takes back what was sent for the others. */
  checkAsSet(): Promise<void>;
  /** What decides about many files has changed: settings, folders, or what files say about each other. */
  everythingChanged(): Promise<void>;
  /** A file was written, created or deleted. */
  fileChanged(uri: string): Promise<void>;
  /** Judges every file that is not open, whatever the settings say, and shows nothing of it; ends early when it is cancelled. */
  analyses(token: CancellationToken): AsyncIterable<Analysis>;
  /** The file is answered for as an open document now, so that nothing is there twice. */
  opened(uri: string): void;
}

/** What came of a check. */
export interface Checked {
  readonly files: number;
  readonly problems: number;
  /** In how many files the problems are. */
  readonly inFiles: number;
  /** True where it was cancelled, or where there was more than can be shown. */
  readonly isIncomplete: boolean;
}

export interface Progress {
  readonly token: CancellationToken;
  report(message: string): void;
}

export interface WorkspaceTools extends Surroundings {
  readonly host: Host;
  readonly folders: Folders;
  readonly reporter: (analysis: Analysis) => Report;
  isOpen(uri: string): boolean;
  /** Settings of files that are not open, in a folder. */
  settingsBelow(folder: string): Promise<(uri: string) => Promise<Settings>>;
  /** The settings for a file, as its kustomizations use it. */
  settingsFor(uri: string, settings: Settings): Settings;
  /** The globs of files that the editor itself does not show in a folder. */
  hiddenIn(folder: string): Promise<readonly string[]>;
  send(uri: string, diagnostics: Diagnostic[]): void;
}

/** Beyond these, lists help nobody, and editors grow slow. */
const MAX_FILES = 50_000;
const MAX_PROBLEMS = 20_000;

/** Milliseconds of work without a pause. */
const SLICE = 10;

export function createWorkspaceCheck(tools: WorkspaceTools): WorkspaceCheck {
  const { host, folders, reporter } = tools;
  const { files } = host;
  /** For each file that something was sent for: what, and how much. */
  const sent = new Map<string, { readonly resultId: string; readonly count: number }>();
  let problems = 0;
  let isAsked = false;
  let run: { isOver: boolean } | undefined;
  let latest: Promise<Checked> | undefined;
  const conditions = new Map<string, Promise<Conditions>>();

  const conditionsIn = (folder: string): Promise<Conditions> => {
    let known = conditions.get(folder);
    if (known === undefined) {
      known = Promise.all([tools.settingsBelow(folder), tools.hiddenIn(folder)]).then(
        async ([settingsOf, hidden]) => {
          const { checkWorkspace } = await settingsOf(`${folder}/`);
          return { settingsOf, hidden, isWanted: checkWorkspace };
        },
      );
      conditions.set(folder, known);
    }
    return known;
  };

  const takeBack = (uri: string): void => {
    const before = sent.get(uri);
    if (before === undefined) return;
    sent.delete(uri);
    problems -= before.count;
    tools.send(uri, []);
  };

  /** Undefined for a file that is left out, or of which there is nothing to say. */
  const analysisOf = async (
    uri: string,
    folder: string,
    { settingsOf, hidden }: Conditions,
  ): Promise<Analysis | undefined> => {
    const path = decoded(uri.slice(folder.length + 1));
    const text = hidden.some((glob) => matchesGlob(glob, path)) ? undefined : await files?.readFile(uri);
    if (text === undefined || !mayMatter(text)) return undefined;
    const settings = tools.settingsFor(uri, await settingsOf(uri));
    if (exclusionOf(settings, uri, folder) !== undefined) return undefined;
    const analyzed = await analyzeWithPauses(text, settings, host);
    const elsewhere = tools.elsewhereOf(uri);
    return {
      document: openText({ uri, languageId: 'yaml', version: 0, text }),
      analyzed,
      elsewhere,
      findings: tools.standing(uri, text, findingsOf(analyzed, elsewhere)),
      excludedBy: undefined,
      remembered: tools.rememberedOf(uri),
    };
  };

  const judge = async (uri: string, folder: string, known: Conditions): Promise<void> => {
    if (tools.isOpen(uri)) return;
    const analysis = await analysisOf(uri, folder, known);
    if (analysis === undefined) {
      takeBack(uri);
      return;
    }
    const report = reporter(analysis);
    // It may have been opened meanwhile.
    if (tools.isOpen(uri)) return;
    const { resultId } = report;
    const before = sent.get(uri);
    if (before?.resultId === resultId) return;
    const diagnostics = report.diagnostics();
    if (diagnostics.length === 0 || problems + diagnostics.length > MAX_PROBLEMS) {
      takeBack(uri);
      return;
    }
    problems += diagnostics.length - (before?.count ?? 0);
    sent.set(uri, { resultId, count: diagnostics.length });
    tools.send(uri, diagnostics);
  };

  const check = (progress: Progress): Promise<Checked> => {
    latest = checkOnce(progress);
    return latest;
  };

  const checkOnce = async ({ token, report }: Progress): Promise<Checked> => {
    if (run !== undefined) run.isOver = true;
    const mine = { isOver: false };
    run = mine;
    const seen = new Set<string>();
    const isStopped = (): boolean => mine.isOver || token.isCancellationRequested || seen.size >= MAX_FILES;
    let lastPause = performance.now();
    for (const folder of folders.all()) {
      const known = await conditionsIn(folder);
      if (!isAsked && !known.isWanted) continue;
      for await (const uri of files?.manifestsBelow(folder) ?? []) {
        if (isStopped()) break;
        seen.add(uri);
        await judge(uri, folder, known);
        if (performance.now() - lastPause < SLICE) continue;
        await host.pause();
        lastPause = performance.now();
        if (seen.size % 10 === 0) report(`${seen.size} files`);
      }
    }
    // What has begun since knows more, and answers for both.
    if (mine.isOver && latest !== undefined && !token.isCancellationRequested) return latest;
    if (!isStopped()) for (const uri of [...sent.keys()]) if (!seen.has(uri)) takeBack(uri);
    return {
      files: seen.size,
      problems,
      inFiles: sent.size,
      isIncomplete: isStopped() || problems >= MAX_PROBLEMS,
    };
  };

  return {
    checkAll(progress) {
      isAsked = true;
      conditions.clear();
      return check(progress);
    },
    async checkAsSet() {
      if (!isAsked) await check(UNSEEN);
    },
    async everythingChanged() {
      conditions.clear();
      await check(UNSEEN);
    },
    async fileChanged(uri) {
      const folder = folders.of(uri);
      if (folder === undefined || tools.isOpen(uri)) return;
      const known = await conditionsIn(folder);
      if (!isAsked && !known.isWanted) return;
      if ((await files?.isListed(uri, folder)) === true) await judge(uri, folder, known);
      else takeBack(uri);
    },
    async *analyses(token) {
      let count = 0;
      let lastPause = performance.now();
      // A folder may lie in another one.
      const seen = new Set<string>();
      for (const folder of folders.all()) {
        const known = await conditionsIn(folder);
        for await (const uri of files?.manifestsBelow(folder) ?? []) {
          if (token.isCancellationRequested || ++count > MAX_FILES) return;
          if (tools.isOpen(uri) || folders.of(uri) !== folder || seen.has(uri)) continue;
          seen.add(uri);
          const analysis = await analysisOf(uri, folder, known);
          // It may have been opened meanwhile.
          if (analysis !== undefined && !tools.isOpen(uri)) yield analysis;
          if (performance.now() - lastPause < SLICE) continue;
          await host.pause();
          lastPause = performance.now();
        }
      }
    },
    opened: takeBack,
  };
}

/** What decides about the files of a folder. */
interface Conditions {
  readonly settingsOf: (uri: string) => Promise<Settings>;
  readonly hidden: readonly string[];
  readonly isWanted: boolean;
}

/** Work that nobody asked for is done without showing it. */
const UNSEEN: Progress = {
  token: { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) },
  report: () => undefined,
};

async function analyzeWithPauses(text: string, settings: Settings, host: Host): Promise<AnalyzedText> {
  const steps = analyzeInSteps(text, settings);
  let until = performance.now() + SLICE;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < until) continue;
    await host.pause();
    until = performance.now() + SLICE;
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
