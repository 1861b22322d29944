/** List steps: judges a long list by its items in steps, whole or where something was replaced in it. */
import type { Settings } from '../catalog/settings.ts';
import { objectsInItem } from '../kubernetes/workload.ts';
import { type Replacement, stretchOf, type TextSource } from '../text/pieces.ts';
import { shifted } from '../text/span.ts';
import type { DocumentSlice } from '../yaml/documents.ts';
import {
  type AnalyzedText,
  type DocumentAnalysis,
  hasTooManyContainers,
  MAX_FINDINGS,
  NO_ANALYSIS,
} from './analyze.ts';
import { firstWords, judgeObjects } from './judge.ts';
import { isListAnalysis, type JudgeItem, judgeList, judgeListAround } from './lists.ts';
import { TRACES } from './suppress.ts';

/** They end with the list's analysis; undefined where the document has to be judged as a whole. */
export type ListSteps = Generator<undefined, DocumentAnalysis | undefined, undefined>;

/** Judges a long list item by item. */
export function listSteps(
  text: string,
  settings: Settings,
  before: () => DocumentAnalysis | undefined,
): ListSteps {
  return judgedItems(text, settings, (judge) => judgeList(text, judge, before()));
}

/**
 * Judges a list again in which something was replaced, without putting its text together; undefined where there was no such list, and at the
 * end where that is not enough to go by.
 */
export function editedList(
  text: TextSource,
  { start, end }: DocumentSlice,
  settings: Settings,
  previous: AnalyzedText | undefined,
  replaced: Replacement | undefined,
): ListSteps | undefined {
  if (previous === undefined || replaced === undefined) return undefined;
  if (text.hasLine === undefined || TRACES.isPassedBy(text)) return undefined;
  const { span, length } = replaced;
  const document = previous.documents.find(({ slice }) => slice.end > span.start);
  if (document === undefined || !isListAnalysis(document.analysis)) return undefined;
  const { slice, analysis } = document;
  const shift = length - (span.end - span.start);
  if (slice.start !== start || slice.end + shift !== end || span.start < start || span.end > slice.end) {
    return undefined;
  }
  const own = stretchOf(text, start, end);
  const within = { span: shifted(span, -start), length };
  return judgedItems(own, settings, (judge) => judgeListAround(own, judge, analysis, within));
}

/** Has the items of a list judged, for as long as there is not too much found in them. */
function judgedItems(
  text: TextSource,
  settings: Settings,
  steps: (judge: JudgeItem) => ListSteps,
): ListSteps {
  let findings = 0;
  const judge: JudgeItem = (item, path) => {
    if (findings >= MAX_FINDINGS) return NO_ANALYSIS;
    try {
      const judged = { text: item.text, mask: undefined, settings, itemPath: path };
      const objects = objectsInItem(item, path, settings.kinds);
      if (hasTooManyContainers(objects)) return undefined;
      const analysis = judgeObjects(item, objects, judged);
      findings += analysis.findings.length;
      return analysis;
    } catch (error) {
      return { ...NO_ANALYSIS, isReadable: false, failures: [{ practice: null, error }] };
    }
  };
  return untilFull(text, steps(judge), () => findings);
}

/** As the steps of a list; one with too many findings is told for what is in front of that, and never used again for a later text. */
function* untilFull(text: TextSource, steps: ListSteps, findings: () => number): ListSteps {
  const analysis = yield* steps;
  if (analysis === undefined || findings() < MAX_FINDINGS) return analysis;
  const message = 'This list has more than 500,000 findings; Podproof does not check what is behind them.';
  return { ...analysis, skipped: { message, span: firstWords(text.toString()) } };
}

/** The list at the same place in an earlier text, counted from the start or from the end. */
export function listBefore(
  previous: AnalyzedText | undefined,
  index: number,
  count: number,
): DocumentAnalysis | undefined {
  if (previous === undefined) return undefined;
  const { documents } = previous;
  const candidates = [documents[index], documents[index + documents.length - count]];
  return candidates
    .map((document) => document?.analysis)
    .find((one) => one !== undefined && isListAnalysis(one));
}
