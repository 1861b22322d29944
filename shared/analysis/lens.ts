/** Lenses: above each workload, how many of the practices it follows. */
import type { Fact } from '../kubernetes/facts.ts';
import type { ObjectView, PodView } from '../kubernetes/workload.ts';
import { explainedPractice } from '../practices/explained.ts';
import { CHECK_CODES } from '../practices/index.ts';
import { PRACTICE_IDS, type PracticeId } from '../practices/practice.ts';
import { type Span, shifted } from '../text/span.ts';
import type { Path } from '../yaml/tree.ts';
import {
  type AnalyzedDocument,
  type AnalyzedText,
  type DocumentAnalysis,
  type JudgedFinding,
  judgedFindingsOf,
  readDocument,
  type WorkloadRef,
} from './analyze.ts';
import { appliesToWindows } from './hoverValues.ts';

export interface Lens {
  /** The first key of the workload; counts from the start of the text. */
  readonly span: Span;
  readonly followed: number;
  /** How many practices are on and apply. */
  readonly total: number;
  readonly missed: readonly PracticeId[];
  /** Missed, and suppressed wherever they are. They count as followed. */
  readonly suppressed: readonly PracticeId[];
  /** For Harden: the document, and the paths of the workload's pods in it. */
  readonly documentStart: number;
  readonly pods: readonly Path[];
}

/**
 * The workloads of a text, each with what it misses. None for a part of a workload, such as a patch, of which nobody can tell; none at all
 * where the setting is off. `elsewhere` is what other files say, as `findingsOf` takes it.
 */
export function lensesOf(analyzed: AnalyzedText, elsewhere: readonly Fact[] = []): readonly Lens[] {
  return analyzed.settings.codeLens ? workloadsOf(analyzed, elsewhere) : [];
}

export interface JudgedWorkload extends Lens {
  readonly workload: Omit<WorkloadRef, 'start'>;
  /** The practices that are on and apply. */
  readonly on: readonly PracticeId[];
  readonly findings: readonly JudgedFinding[];
}

/** The workloads of a text as `lensesOf` gives them, whatever the setting, and with what is found in them. */
export function workloadsOf(
  analyzed: AnalyzedText,
  elsewhere: readonly Fact[] = [],
): readonly JudgedWorkload[] {
  const judged = judgedFindingsOf(analyzed, elsewhere);
  const byPod = findingsByPod(judged);
  return analyzed.documents.flatMap((document) => {
    if (document.analysis.workloads === 0) return [];
    const { start } = document.slice;
    return workloadsIn(analyzed, document).map(({ at, pods, applicable, workload }): JudgedWorkload => {
      const keys = new Set(pods.map((path) => podKey(start, path)));
      const places = [...keys].flatMap((key) => byPod.get(key) ?? []);
      const here = places.sort((a, b) => a - b).flatMap((place) => judged[place] ?? []);
      const on = applicable.filter((practice) => isOn(practice, analyzed));
      const missed = on.filter((practice) =>
        here.some(({ finding, suppressedBy }) => finding.practice === practice && suppressedBy === null),
      );
      const suppressed = on.filter(
        (practice) => !missed.includes(practice) && here.some(({ finding }) => finding.practice === practice),
      );
      const total = on.length;
      return {
        span: shifted(at, start),
        followed: total - missed.length,
        total,
        missed,
        suppressed,
        documentStart: start,
        pods,
        workload,
        on,
        findings: here,
      };
    });
  });
}

/** Where in a list of findings those of each pod are, so that a long text takes no longer for each of its workloads. */
function findingsByPod(judged: readonly JudgedFinding[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  judged.forEach(({ finding, documentStart }, place) => {
    const key = podKey(documentStart, finding.pod.path);
    const own = places.get(key);
    if (own === undefined) places.set(key, [place]);
    else own.push(place);
  });
  return places;
}

function podKey(documentStart: number, path: Path): string {
  return JSON.stringify([documentStart, path]);
}

/** "Podproof 5/8". */
export function lensTitle({ followed, total }: Lens): string {
  return `Podproof ${followed}/${total}`;
}

/** What is missed, in one line. */
export function lensTooltip({ missed, suppressed }: Lens): string {
  const words = missed.length === 0 ? 'No practice is missed' : `Missed: ${missed.join(', ')}`;
  return suppressed.length === 0 ? words : `${words}. Suppressed: ${suppressed.join(', ')}`;
}

function isOn(practice: PracticeId, { settings }: AnalyzedText): boolean {
  return CHECK_CODES.some(
    (code) => code.startsWith(`${practice}/`) && settings.severities.get(code) !== 'off',
  );
}

interface WorkloadPlace {
  readonly at: Span;
  readonly pods: readonly Path[];
  readonly applicable: readonly PracticeId[];
  readonly workload: Omit<WorkloadRef, 'start'>;
}

/** A document's workloads are found once for each of its analyses, which outlive edits elsewhere in the file. */
const PLACES = new WeakMap<DocumentAnalysis, readonly WorkloadPlace[]>();

function workloadsIn(
  { source, settings }: AnalyzedText,
  document: AnalyzedDocument,
): readonly WorkloadPlace[] {
  const known = PLACES.get(document.analysis);
  if (known !== undefined) return known;
  const { slice, mask } = document;
  const read = readDocument(source.slice(slice.start, slice.end), mask, settings.kinds);
  const places = (read?.objects ?? []).flatMap(placeOf);
  PLACES.set(document.analysis, places);
  return places;
}

function placeOf({ apiVersion, kind, namespace, name, slot, pods }: ObjectView): readonly WorkloadPlace[] {
  const whole = pods.filter(({ partial }) => !partial);
  const [held] = slot.held;
  if (whole.length === 0 || held?.state !== 'node' || held.node.kind !== 'mapping') return [];
  const at = held.node.entries[0]?.keyNode.span;
  if (at === undefined) return [];
  const applicable = PRACTICE_IDS.filter((id) => whole.some((pod) => applies(id, pod)));
  const workload = {
    apiVersion,
    kind,
    namespace: namespace.state === 'named' ? namespace.name : null,
    name: name ?? null,
  };
  return [{ at, pods: whole.map(({ path }) => path), applicable, workload }];
}

function applies(practice: PracticeId, pod: PodView): boolean {
  if (pod.os === 'linux') return true;
  const { fields } = explainedPractice(practice);
  return fields.some((rule) => rule.type !== 'mapping' && appliesToWindows(practice, rule));
}
