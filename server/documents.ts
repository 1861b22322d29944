/** Documents: the open texts, and the analysis of each, made when it is asked for and kept while it holds. */
import type {
  CancellationToken,
  DidChangeTextDocumentParams,
  DidOpenTextDocumentParams,
} from 'vscode-languageserver';
import {
  type AnalyzedText,
  analyzeInSteps,
  type DocumentFindings,
  type Finding,
  type FindingsByDocument,
  findingsByDocument,
  findingsOf,
  type PlacedFinding,
  placedFindings,
} from '../shared/analysis/analyze.ts';
import { exclusionOf } from '../shared/catalog/exclusions.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import type { Fact } from '../shared/kubernetes/facts.ts';
import { joined, type Replacement } from '../shared/text/pieces.ts';
import type { Span } from '../shared/text/span.ts';
import type { Remembered } from './baselines.ts';
import type { ChartOfAnalysis } from './charts.ts';
import { throwIfCancelled } from './fence.ts';
import type { Host } from './host.ts';
import type { DocumentView } from './squiggles.ts';
import { changeText, isPartial, type OpenText, openText, spansAfter, withVersion } from './text.ts';

/** What is known of one version of a document, under the settings in force. */
export interface Analysis {
  readonly document: OpenText;
  readonly analyzed: AnalyzedText;
  /** What other files say. */
  readonly elsewhere: readonly Fact[];
  /** None in a file that is excluded. */
  readonly findings: readonly PlacedFinding[];
  /** The glob by which the settings leave the file out; undefined where it is judged. */
  readonly excludedBy: string | undefined;
  /** What is remembered of the file, and not shown; it can be hardened all the same. */
  readonly remembered: Remembered | undefined;
  /** The chart that the findings are told with, if they are. */
  readonly chart?: ChartOfAnalysis;
}

export interface Documents {
  open(params: DidOpenTextDocumentParams): void;
  /** A change that cannot be understood leaves the document unknown until its text comes as a whole again, and throws. */
  change(params: DidChangeTextDocumentParams): void;
  close(uri: string): void;
  /** The document as it is now; undefined where it is not open, or where its text is not known. */
  get(uri: string): OpenText | undefined;
  uris(): readonly string[];
  /**
   * The analysis of the document as it is when the answer comes, made only where there is none yet. Undefined where the document
   * is not open, or closes meanwhile. Work on a long text pauses between its documents; several callers share it.
   */
  analysis(uri: string, token: CancellationToken): Promise<Analysis | undefined>;
  /** To be called when something other than texts and settings has changed: what is known is joined with it anew. */
  rejoin(): void;
  /** Remembers which places the client now shows, and forgets what disturbed the ones before. */
  shows(uri: string, spans: readonly Span[]): void;
  /** True where text was replaced under a place that the client shows: what it shows may no longer stand there. */
  isDisturbed(uri: string): boolean;
}

interface Entry {
  current: OpenText;
  isLost: boolean;
  analysis: Analysis | undefined;
  /** What has been replaced since the analysis was made. */
  replaced: Replacement | undefined;
  /** The generation in which the analysis was joined with what is known beside the text. */
  joined: number;
  run: Run | undefined;
  shown: readonly Span[] | 'disturbed';
}

/** An analysis under way. */
interface Run {
  readonly document: OpenText;
  readonly settings: Settings;
  readonly steps: Iterator<AnalyzedText, AnalyzedText>;
  /** What it has come to; before its first step, what it began with. */
  soFar: AnalyzedText | undefined;
  /** What has been replaced since that. */
  replaced: Replacement | undefined;
}

/** Milliseconds of analysis without a pause: less than a frame. */
const SLICE = 10;

/** What is known of a file beside its text. */
export interface Surroundings {
  /** What other files say about its pods. */
  elsewhereOf(uri: string): readonly Fact[];
  /** What its baseline holds; undefined where there is none. */
  rememberedOf(uri: string): Remembered | undefined;
  /** Its workspace folder; undefined where it is in none. */
  rootOf(uri: string): string | undefined;
  /** True where the kustomizations that use the file may leave less of its findings, or bring some to it. */
  mayAnswer(uri: string): boolean;
  /** What the kustomizations that use the file leave of its findings, with what they bring to it. */
  standing(uri: string, analyzed: AnalyzedText, findings: readonly PlacedFinding[]): readonly PlacedFinding[];
}

export function createDocuments(
  host: Host,
  settingsOf: (uri: string) => Settings | Promise<Settings>,
  { elsewhereOf, rootOf, rememberedOf, mayAnswer, standing }: Surroundings,
  finished: (analysis: Analysis) => void,
): Documents {
  const entries = new Map<string, Entry>();
  let generation = 0;

  /** Joins an analysis with what other files say. */
  const conclude = (entry: Entry, document: OpenText, analyzed: AnalyzedText): Analysis => {
    const { uri } = document;
    const elsewhere = elsewhereOf(uri);
    const excludedBy = exclusionOf(analyzed.settings, uri, rootOf(uri) ?? '');
    const known = { document, analyzed, elsewhere, excludedBy, remembered: rememberedOf(uri) };
    if (excludedBy !== undefined) entry.analysis = { ...known, findings: [] };
    else if (mayAnswer(uri)) {
      entry.analysis = { ...known, findings: standing(uri, analyzed, findingsOf(analyzed, elsewhere)) };
    } else {
      const earlier = entry.analysis === undefined ? undefined : carried.get(entry.analysis);
      entry.analysis = analysisOf(known, findingsByDocument(analyzed, elsewhere, earlier?.found), earlier);
    }
    entry.replaced = undefined;
    entry.joined = generation;
    finished(entry.analysis);
    return entry.analysis;
  };

  const advance = (entry: Entry, settings: Settings): Analysis | undefined => {
    if (entry.run?.document !== entry.current || entry.run.settings !== settings) {
      entry.run = begin(entry, settings);
    }
    const { run } = entry;
    const until = performance.now() + SLICE;
    do {
      const step = run.steps.next();
      if (step.done === true) {
        entry.run = undefined;
        return conclude(entry, run.document, step.value);
      }
      run.soFar = step.value;
      run.replaced = undefined;
    } while (performance.now() < until);
    return undefined;
  };

  return {
    open({ textDocument }) {
      const { uri, text } = textDocument;
      if (typeof uri !== 'string' || typeof text !== 'string') throw new TypeError('No document is opened.');
      entries.set(uri, {
        current: openText(textDocument),
        isLost: false,
        analysis: undefined,
        replaced: undefined,
        joined: generation,
        run: undefined,
        shown: [],
      });
    },
    change({ textDocument: { uri, version }, contentChanges }) {
      const entry = entries.get(uri);
      if (entry === undefined) return;
      try {
        entry.current = withVersion(entry.current, version);
        for (const change of contentChanges) {
          const { after, replacement } = changeText(entry.current, change);
          entry.current = after;
          entry.replaced = joined(entry.replaced, replacement);
          if (entry.run !== undefined) entry.run.replaced = joined(entry.run.replaced, replacement);
          if (entry.shown !== 'disturbed') {
            entry.shown = spansAfter(entry.shown, replacement) ?? 'disturbed';
          }
          if (!isPartial(change)) entry.isLost = false;
        }
      } catch (error) {
        entry.isLost = true;
        throw error;
      }
    },
    close(uri) {
      entries.delete(uri);
    },
    get(uri) {
      const entry = entries.get(uri);
      return entry?.isLost === false ? entry.current : undefined;
    },
    uris: () => [...entries.keys()],
    async analysis(uri, token) {
      for (;;) {
        throwIfCancelled(token);
        if (!entries.has(uri)) return undefined;
        const known = settingsOf(uri);
        const settings = known instanceof Promise ? await known : known;
        throwIfCancelled(token);
        const entry = entries.get(uri);
        if (entry === undefined || entry.isLost) return undefined;
        const { analysis } = entry;
        if (analysis?.document === entry.current && analysis.analyzed.settings === settings) {
          return entry.joined === generation ? analysis : conclude(entry, entry.current, analysis.analyzed);
        }
        const made = advance(entry, settings);
        if (made !== undefined) return made;
        await host.pause();
      }
    },
    rejoin() {
      generation++;
    },
    shows(uri, spans) {
      const entry = entries.get(uri);
      if (entry !== undefined) entry.shown = spans;
    },
    isDisturbed: (uri) => entries.get(uri)?.shown === 'disturbed',
  };
}

/** An analysis by the findings of its documents; the list of all is made when somebody asks for it. */
function analysisOf(
  known: Omit<Analysis, 'findings'>,
  found: FindingsByDocument,
  earlier: Carried | undefined,
): Analysis {
  let all: readonly PlacedFinding[] | undefined;
  const analysis: Analysis = {
    ...known,
    get findings() {
      all ??= placedFindings(found);
      return all;
    },
  };
  carried.set(analysis, {
    found,
    views: undefined,
    earlierViews: found.isCarried ? earlier?.views : undefined,
  });
  return analysis;
}

/** What the next analysis of a document can be made from. */
interface Carried {
  readonly found: FindingsByDocument;
  /** What is shown of each document, once somebody has asked; and what was of those of the text before. */
  views: readonly DocumentView[] | undefined;
  readonly earlierViews: readonly DocumentView[] | undefined;
}

const carried = new WeakMap<Analysis, Carried>();
const grouped = new WeakMap<Analysis, readonly DocumentFindings[]>();

/** Where the views of an analysis are kept for the next one; undefined for an analysis that is made anew each time. */
export function carriedViews(analysis: Analysis): Pick<Carried, 'views' | 'earlierViews'> | undefined {
  return carried.get(analysis);
}

/** The findings of each document of an analysis, in their order; lists that stay the same objects where nothing about them has changed. */
export function findingsOfDocuments(analysis: Analysis): readonly DocumentFindings[] {
  const known = carried.get(analysis)?.found.found ?? grouped.get(analysis);
  if (known !== undefined) return known;
  const found = groupedByDocument(analysis.analyzed, analysis.findings);
  grouped.set(analysis, found);
  return found;
}

/** Findings in the order of their text, by the documents that they are in. */
export function groupedByDocument(
  { documents }: AnalyzedText,
  findings: readonly PlacedFinding[],
): readonly DocumentFindings[] {
  let next = 0;
  return documents.map(({ slice, analysis }) => {
    const own: Finding[] = [];
    for (; findings[next]?.documentStart === slice.start; next++) {
      own.push((findings[next] as PlacedFinding).finding);
    }
    const { findings: all } = analysis;
    return {
      standing: own.length === all.length && own.every((one, index) => one === all[index]) ? all : own,
    };
  });
}

/** A new run takes over what an earlier one has read, finished or given up, whichever came further. */
function begin({ current, analysis, replaced, run }: Entry, settings: Settings): Run {
  const [previous] = [
    { analyzed: run?.soFar, replaced: run?.replaced },
    { analyzed: analysis?.analyzed, replaced },
  ]
    .filter(({ analyzed }) => analyzed?.settings === settings)
    .sort((a, b) => (b.analyzed?.documents.length ?? 0) - (a.analyzed?.documents.length ?? 0));
  return {
    document: current,
    settings,
    steps: analyzeInSteps(current.content, settings, previous?.analyzed, previous?.replaced),
    soFar: previous?.analyzed,
    replaced: previous?.replaced,
  };
}
