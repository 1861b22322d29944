/** Workspace check: the files that are not open, judged one after the other, and again when they change. */
import type { CancellationToken, Diagnostic } from 'vscode-languageserver';
import { type AnalyzedText, analyzeInSteps, findingsOf, mayMatter } from '../shared/analysis/analyze.ts';
import { namesAsked } from '../shared/analysis/factNames.ts';
import { exclusionOf } from '../shared/catalog/exclusions.ts';
import { matchesGlob } from '../shared/catalog/globs.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import { decoded } from '../shared/text/uri.ts';
import type { Charts } from './charts.ts';
import type { Report } from './diagnostics.ts';
import type { Analysis, Surroundings } from './documents.ts';
import type { Folders } from './folders.ts';
import type { Host } from './host.ts';
import { countRemembered } from './squiggles.ts';
import { openText } from './text.ts';

export interface WorkspaceCheck {
  /** Checks every file, whatever the settings say, and keeps to it from then on; where it is cancelled, to what it has seen. */
  checkAll(progress: Progress): Promise<Checked>;
  /** Checks the folders whose settings ask for it, and takes back what was sent for the others. */
  checkAsSet(): Promise<void>;
  /** What decides about many files has changed: settings, folders, or which files are left out. */
  everythingChanged(): Promise<void>;
  /** A file was written, created or deleted, or a folder with all that is in it; or its document was closed. */
  fileChanged(uri: string): Promise<void>;
  /** An open document was typed in: what it is a part of may say something else. */
  typed(uri: string): void;
  /** Files of a folder say something else to those that ask for one of these names. */
  factsChanged(folder: string, names: ReadonlySet<string>): void;
  /** Some files are judged otherwise now, for another reason than their own text. */
  othersChanged(isConcerned: (uri: string) => boolean): void;
  /** Judges every file that is not open, whatever the settings say, and shows nothing of it; ends early when it is cancelled. */
  analyses(token: CancellationToken): AsyncIterable<Analysis>;
  /** The file is answered for as an open document now, so that nothing is there twice. */
  opened(uri: string): void;
  /** True for a file that is answered for while it is closed, as far as it is there. */
  covers(uri: string): Promise<boolean>;
  /** Has somebody hear of every file that is not open, whether it is shown or not; one at a time. */
  watch(watcher: Watcher | undefined): void;
}

/** Who wants to know of closed files, beside people. */
export interface Watcher {
  /** A file was judged again; undefined for one that is gone, open now or left out. */
  judged(uri: string, analysis: Analysis | undefined): void;
  /** What was known of all files holds no longer. */
  everythingChanged(): void;
}

/** What came of a check. */
export interface Checked {
  readonly files: number;
  /** In open files too. */
  readonly problems: number;
  /** In how many files the problems are. */
  readonly inFiles: number;
  /** How many findings a baseline hides. */
  readonly remembered: number;
  /** True where it was cancelled, or where there was more than can be shown. */
  readonly isIncomplete: boolean;
  /** How many files something is kept of, until the next check. */
  readonly kept: number;
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
  /** True for a document that the client shows what is found in, as an open one. */
  isAnswered(uri: string): boolean;
  /** What is known of an open document. */
  openAnalysis(uri: string): Promise<Analysis | undefined>;
  /** Settings of files that are not open, in a folder. */
  settingsBelow(folder: string): Promise<(uri: string) => Promise<Settings>>;
  /** The settings for a file, as its kustomizations use it. */
  settingsFor(uri: string, settings: Settings): Settings;
  /** The globs of files that the editor itself does not show in a folder. */
  hiddenIn(folder: string): Promise<readonly string[]>;
  readonly charts: Pick<Charts, 'mayTell' | 'tell' | 'rootOf'>;
  /** Other files than before may be answered for while they are closed. */
  coverChanged(): void;
  send(uri: string, diagnostics: Diagnostic[]): void;
  failed(error: unknown): void;
}

/** Beyond these, lists help nobody, and editors grow slow. */
const MAX_FILES = 50_000;
const MAX_PROBLEMS = 20_000;

/** Milliseconds of work without a pause. */
const SLICE = 10;

/** Milliseconds without a change before the files that it concerns are judged again: a person types faster. */
const QUIET = 300;

/** What is kept of a file that is not open. */
interface Kept {
  /** What was sent for it, where anything was. */
  readonly resultId: string | undefined;
  readonly count: number;
  /** The names that its findings ask other files for. */
  readonly asks: readonly string[];
}

const NOTHING_KEPT: Kept = { resultId: undefined, count: 0, asks: [] };

export function createWorkspaceCheck(tools: WorkspaceTools): WorkspaceCheck {
  const { host, folders, reporter, charts } = tools;
  const { files } = host;
  /** Every file that was judged and is not open. */
  const kept = new Map<string, Kept>();
  let problems = 0;
  let filesWithProblems = 0;
  let isAsked = false;
  /** Somebody ended the check: nothing is begun again that it had not come to. */
  let isCut = false;
  let run: { isOver: boolean } | undefined;
  let latest: Promise<Checked> | undefined;
  const conditions = new Map<string, Promise<Conditions>>();
  /** Of each file that is being judged, the judging that began last, which knows most. */
  const underWay = new Map<string, object>();
  /** Files to be judged again. */
  const waiting = new Set<string>();
  let isDraining = false;
  /** Documents that were typed in, and parts of what other files are judged by. */
  const typedIn = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let watcher: Watcher | undefined;

  const conditionsIn = (folder: string): Promise<Conditions> => {
    let known = conditions.get(folder);
    if (known === undefined) {
      known = Promise.all([tools.settingsBelow(folder), tools.hiddenIn(folder)]).then(
        async ([settingsOf, hidden]) => {
          const { checkWorkspace } = await settingsOf(`${folder}/`);
          return { settingsOf, hidden, isWanted: checkWorkspace, covered: new Map() };
        },
      );
      conditions.set(folder, known);
    }
    return known;
  };

  const put = (uri: string, next: Kept): void => {
    const before = kept.get(uri)?.count ?? 0;
    problems += next.count - before;
    filesWithProblems += Number(next.count > 0) - Number(before > 0);
    kept.set(uri, next);
  };

  /** What was sent for the file is taken back. */
  const clear = (uri: string, asks: readonly string[]): void => {
    const hadProblems = (kept.get(uri)?.count ?? 0) > 0;
    put(uri, asks.length === 0 ? NOTHING_KEPT : { ...NOTHING_KEPT, asks });
    if (hadProblems) tools.send(uri, []);
  };

  const isShowing = (uri: string): boolean => (kept.get(uri)?.count ?? 0) > 0;

  const forget = (uri: string): void => {
    if (!kept.has(uri)) return;
    clear(uri, []);
    kept.delete(uri);
    watcher?.judged(uri, undefined);
  };

  const isHidden = (uri: string, folder: string, { hidden }: Conditions): boolean => {
    const path = decoded(uri.slice(folder.length + 1));
    return hidden.some((glob) => matchesGlob(glob, path));
  };

  /** Undefined for a file that is left out, or of which there is nothing to say; `gone` for one that is not there. */
  const analysisOf = async (
    uri: string,
    folder: string,
    known: Conditions,
  ): Promise<Analysis | 'gone' | undefined> => {
    if (isHidden(uri, folder, known)) return undefined;
    const text = await files?.readFile(uri);
    if (text === undefined) return 'gone';
    const mayBeInChart = charts.mayTell(uri, text);
    if (!mayBeInChart && !mayMatter(text) && !tools.mayAnswer(uri)) return undefined;
    const settings = tools.settingsFor(uri, await known.settingsOf(uri));
    if (exclusionOf(settings, uri, folder) !== undefined) return undefined;
    const analyzed = await analyzeWithPauses(text, settings, host);
    const elsewhere = tools.elsewhereOf(uri);
    const alone: Analysis = {
      document: openText({ uri, languageId: 'yaml', version: 0, text }),
      analyzed,
      elsewhere,
      findings: tools.standing(uri, analyzed, findingsOf(analyzed, elsewhere)),
      excludedBy: undefined,
      remembered: tools.rememberedOf(uri),
    };
    if (!mayBeInChart) return alone;
    return (await charts.tell(alone, UNSEEN.token)) ?? alone;
  };

  /** Answers how many of the file's findings a baseline hides. */
  const judge = async (uri: string, folder: string, known: Conditions): Promise<number> => {
    if (tools.isAnswered(uri)) return 0;
    const mine = {};
    underWay.set(uri, mine);
    let analysis: Analysis | 'gone' | undefined;
    let isLast = false;
    try {
      analysis = await analysisOf(uri, folder, known);
    } finally {
      isLast = underWay.get(uri) === mine;
      if (isLast) underWay.delete(uri);
    }
    // It may have been opened meanwhile.
    if (!isLast || tools.isAnswered(uri)) return 0;
    if (analysis === 'gone') {
      forget(uri);
      return 0;
    }
    watcher?.judged(uri, analysis);
    if (analysis === undefined) {
      clear(uri, []);
      return 0;
    }
    const asks = namesAsked(analysis.analyzed);
    if (!isAsked && !known.isWanted) {
      clear(uri, asks);
      return 0;
    }
    const remembered = countRemembered(analysis);
    const { resultId, diagnostics } = reporter(analysis);
    const before = kept.get(uri);
    if (before?.resultId === resultId && before.count > 0) {
      put(uri, { ...before, asks });
      return remembered;
    }
    const found = diagnostics();
    if (found.length === 0 || problems - (before?.count ?? 0) + found.length > MAX_PROBLEMS) {
      clear(uri, asks);
      return remembered;
    }
    put(uri, { resultId, count: found.length, asks });
    tools.send(uri, found);
    return remembered;
  };

  const check = (progress: Progress): Promise<Checked> => {
    latest = checkOnce(progress);
    return latest;
  };

  /** The files to go through in a folder: after a check that was cut off, only those that it came to. */
  const filesIn = async function* (folder: string): AsyncIterable<string> {
    if (!isCut) yield* files?.manifestsBelow(folder) ?? [];
    else for (const uri of [...kept.keys()]) if (folders.of(uri) === folder) yield uri;
  };

  const checkOnce = async ({ token, report }: Progress): Promise<Checked> => {
    if (run !== undefined) run.isOver = true;
    const mine = { isOver: false };
    run = mine;
    const seen = new Set<string>();
    let openProblems = 0;
    let openWithProblems = 0;
    let remembered = 0;
    const isStopped = (): boolean => mine.isOver || token.isCancellationRequested || seen.size >= MAX_FILES;
    let lastPause = performance.now();
    for (const folder of folders.all()) {
      if (isStopped()) break;
      const known = await conditionsIn(folder);
      if (!isAsked && !known.isWanted) continue;
      for await (const uri of filesIn(folder)) {
        if (isStopped()) break;
        // A folder may lie in another one.
        if (folders.of(uri) !== folder || seen.has(uri)) continue;
        seen.add(uri);
        if (tools.isAnswered(uri)) {
          const analysis = await tools.openAnalysis(uri);
          const count = analysis === undefined ? 0 : reporter(analysis).total;
          openProblems += count;
          if (count > 0) openWithProblems++;
          if (analysis !== undefined) remembered += countRemembered(analysis);
        } else remembered += await judge(uri, folder, known);
        if (performance.now() - lastPause < SLICE) continue;
        await host.pause();
        lastPause = performance.now();
        if (seen.size % 10 === 0) report(`${seen.size} files`);
      }
    }
    // What has begun since knows more, and answers for both.
    if (mine.isOver && latest !== undefined && !token.isCancellationRequested) return latest;
    if (token.isCancellationRequested) isCut = true;
    // Of files that are only watched, nothing was seen.
    const isLeft = (uri: string): boolean => !seen.has(uri) && (watcher === undefined || isShowing(uri));
    if (!isStopped()) for (const uri of [...kept.keys()]) if (isLeft(uri)) forget(uri);
    return {
      files: seen.size,
      problems: problems + openProblems,
      inFiles: filesWithProblems + openWithProblems,
      remembered,
      isIncomplete: isStopped() || problems >= MAX_PROBLEMS,
      kept: kept.size,
    };
  };

  const isFollowed = async (folder: string): Promise<boolean> =>
    isAsked || watcher !== undefined || (await conditionsIn(folder)).isWanted;

  /** Judges again what waits, one after the other. */
  const drain = async (): Promise<void> => {
    if (isDraining) return;
    isDraining = true;
    try {
      for (const uri of waiting) {
        waiting.delete(uri);
        const folder = folders.of(uri);
        if (folder === undefined || !(await isFollowed(folder))) continue;
        await judge(uri, folder, await conditionsIn(folder));
        await host.pause();
      }
    } finally {
      isDraining = false;
    }
  };

  const again = (uris: Iterable<string>): void => {
    for (const uri of uris) if (!tools.isAnswered(uri)) waiting.add(uri);
    if (waiting.size > 0) drain().catch(tools.failed);
  };

  /** The closed files that are judged together with one: those of its chart, and releases of it. */
  const companionsOf = async (uri: string): Promise<readonly string[]> => {
    if (!charts.mayTell(uri)) return [];
    const root = await charts.rootOf(uri);
    if (root === undefined) return [];
    return [...kept.keys()].filter((other) => other !== uri && root.holds(other));
  };

  /** What lies below a folder that is gone. */
  const forgetBelow = (folder: string): void => {
    for (const uri of [...kept.keys()]) if (uri.startsWith(`${folder}/`)) forget(uri);
  };

  return {
    async checkAll(progress) {
      const wasAsked = isAsked;
      isAsked = true;
      isCut = false;
      conditions.clear();
      if (!wasAsked) tools.coverChanged();
      return await check(progress);
    },
    async checkAsSet() {
      if (!isAsked) await check(UNSEEN);
    },
    async everythingChanged() {
      conditions.clear();
      watcher?.everythingChanged();
      tools.coverChanged();
      await check(UNSEEN);
    },
    async fileChanged(uri) {
      const folder = folders.of(uri);
      if (folder === undefined || !(await isFollowed(folder))) return;
      if (!tools.isAnswered(uri)) {
        if ((await files?.isListed(uri, folder)) === true)
          await judge(uri, folder, await conditionsIn(folder));
        else {
          forget(uri);
          forgetBelow(uri);
        }
      }
      again(await companionsOf(uri));
    },
    typed(uri) {
      if (kept.size === 0 || !charts.mayTell(uri)) return;
      typedIn.add(uri);
      clearTimeout(timer);
      timer = setTimeout(() => {
        const uris = [...typedIn];
        typedIn.clear();
        Promise.all(uris.map(companionsOf)).then((lists) => again(lists.flat()), tools.failed);
      }, QUIET);
    },
    factsChanged(folder, names) {
      if (names.size === 0) return;
      const isConcerned = ([uri, { asks }]: readonly [string, Kept]): boolean =>
        asks.some((name) => names.has(name)) && folders.of(uri) === folder;
      again([...kept].filter(isConcerned).map(([uri]) => uri));
    },
    othersChanged(isConcerned) {
      again([...kept.keys()].filter(isConcerned));
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
          // What somebody keeps of it has to follow what other files say.
          if (watcher !== undefined && analysis !== 'gone' && !tools.isOpen(uri) && !isShowing(uri))
            clear(uri, analysis === undefined ? [] : namesAsked(analysis.analyzed));
          // It may have been opened meanwhile.
          if (analysis !== undefined && analysis !== 'gone' && !tools.isOpen(uri)) yield analysis;
          if (performance.now() - lastPause < SLICE) continue;
          await host.pause();
          lastPause = performance.now();
        }
      }
    },
    opened: forget,
    watch(next) {
      watcher = next;
    },
    async covers(uri) {
      const folder = folders.of(uri);
      if (folder === undefined) return false;
      const known = await conditionsIn(folder);
      if (!isAsked && !known.isWanted) return false;
      let answer = known.covered.get(uri);
      if (answer === undefined) {
        answer = (async () =>
          !isHidden(uri, folder, known) &&
          exclusionOf(await known.settingsOf(uri), uri, folder) === undefined &&
          (await files?.isListed(uri, folder)) === true)();
        known.covered.set(uri, answer);
      }
      return answer;
    },
  };
}

/** What decides about the files of a folder. */
interface Conditions {
  readonly settingsOf: (uri: string) => Promise<Settings>;
  readonly hidden: readonly string[];
  readonly isWanted: boolean;
  /** Whether files that others leave something to are answered for; few ever are. */
  readonly covered: Map<string, Promise<boolean>>;
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
