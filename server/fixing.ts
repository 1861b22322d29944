/** Fixing: what an action wants, and the edits for it on a text as it is. */

import type { PlacedFinding } from '../shared/analysis/analyze.ts';
import { chartFixEdits, type FileEdits, type FixChoice, hardenChart } from '../shared/analysis/chartFix.ts';
import {
  type FixedText,
  fixEdits,
  fixPractice,
  fixSafely,
  harden,
  isInScope,
  measuredIn,
} from '../shared/analysis/fix.ts';
import { fixesOf } from '../shared/analysis/fixes.ts';
import { climb, type LadderChange, ladderOf } from '../shared/analysis/ladder.ts';
import type { PlacedSuppressionProblem } from '../shared/analysis/suppress.ts';
import {
  type SuppressionEdit,
  type SuppressOptions,
  suppressEdits,
  suppressionRepairEdits,
} from '../shared/analysis/suppressEdits.ts';
import { type Fix, PRACTICE_IDS } from '../shared/practices/practice.ts';
import type { TextEdit } from '../shared/text/textEdit.ts';
import { maskJsonComments } from '../shared/yaml/jsonComments.ts';
import type { ChartOfAnalysis } from './charts.ts';
import type { Analysis } from './documents.ts';
import {
  findFinding,
  findHardenable,
  findProblem,
  type Hardenable,
  type Identity,
  identifyFinding,
  identifyHardenable,
  identifyProblem,
} from './identity.ts';
import { squigglesOf } from './squiggles.ts';
import type { DocumentEdits, OtherEdits } from './toEdits.ts';

/** What an action wants fixed. Plain data, since it travels with the action. */
export type Want =
  | (Identity & {
      readonly want: 'fix';
      /** Which fix of the finding, and what kind of fix it was. */
      readonly fix: number;
      readonly level: string;
      readonly safety: string;
    })
  | (Identity & { readonly want: 'pod' | 'container' | 'suppress' | 'repair' })
  | { readonly want: 'practice'; readonly practice: string }
  | { readonly want: 'file' | 'safe' };

/** Edits, or a sentence that says why there are none. */
export type Fixed = DocumentEdits | { readonly declined: string };

export function wantFix(analysis: Analysis, placed: PlacedFinding, fix: Fix): Want {
  const { level, safety } = fix;
  return {
    want: 'fix',
    ...identifyFinding(analysis, placed),
    fix: fixesOf(placed.finding).indexOf(fix),
    level,
    safety,
  };
}

export function wantHarden(analysis: Analysis, hardenable: Hardenable): Want | undefined {
  const identity = identifyHardenable(analysis, hardenable);
  return identity === undefined ? undefined : { want: hardenable.scope, ...identity };
}

export function wantSuppression(analysis: Analysis, placed: PlacedFinding): Want {
  return { want: 'suppress', ...identifyFinding(analysis, placed) };
}

export function wantRepair(analysis: Analysis, placed: PlacedSuppressionProblem): Want {
  return { want: 'repair', ...identifyProblem(analysis, placed) };
}

/** The changes of the ladder that are chosen, by their ids, in one edit. */
export function fixChosen({ analyzed, findings }: Analysis, changes: readonly string[]): Fixed {
  return outcome(climb(analyzed, { scope: 'file' }, new Set(changes), findings));
}

/** What Harden of the file would change. */
export function changesOf({ analyzed, findings }: Analysis): readonly LadderChange[] {
  return ladderOf(analyzed, { scope: 'file' }, findings);
}

/** The edits for what is wanted. `isSameText` is false where it was asked for on an earlier version of the text. */
export function fixWanted(analysis: Analysis, want: Want, isSameText: boolean): Fixed {
  if (analysis.chart !== undefined && want.want !== 'suppress' && want.want !== 'repair') {
    return fixWantedInChart(analysis, analysis.chart, want, isSameText);
  }
  const { analyzed, elsewhere, findings } = analysis;
  switch (want.want) {
    case 'fix': {
      const placed = findFinding(analysis, want, isSameText);
      const fix = placed === undefined ? undefined : fixesOf(placed.finding)[want.fix];
      if (placed === undefined || fix?.level !== want.level || fix.safety !== want.safety) return GONE;
      const result = fixEdits(analyzed, placed, fix);
      if (!result.ok) return { declined: result.reason };
      if (result.edits.length === 0) return NOTHING;
      return { edits: result.edits, select: measuredIn(analyzed, placed, fix, result.edits) };
    }
    case 'pod':
    case 'container': {
      const scope = findHardenable(analysis, want.want, want, isSameText);
      return scope === undefined ? GONE : outcome(harden(analyzed, scope, elsewhere, findings));
    }
    case 'suppress': {
      const placed = findFinding(analysis, want, isSameText);
      const squiggle = squigglesOf(analysis).find(
        ({ shown, documentStart }) =>
          documentStart === placed?.documentStart && shown.findings.includes(placed.finding),
      );
      if (squiggle === undefined) return GONE;
      const { documentStart } = squiggle;
      const findings = squiggle.shown.findings.map((finding) => ({ finding, documentStart }));
      return written(suppressEdits(analyzed, findings, commentsIn(analysis)));
    }
    case 'repair': {
      const placed = findProblem(analysis, want, isSameText);
      return placed === undefined ? GONE : written(suppressionRepairEdits(analyzed, placed));
    }
    case 'file':
      return outcome(harden(analyzed, { scope: 'file' }, elsewhere, findings));
    case 'practice': {
      const practice = PRACTICE_IDS.find((id) => id === want.practice);
      return practice === undefined ? GONE : outcome(fixPractice(analyzed, practice, elsewhere, findings));
    }
    case 'safe':
      return outcome(fixSafely(analyzed, elsewhere, findings));
  }
}

/** As `fixWanted`, in a file of a chart: what is wanted may have to be written into others of its files. */
function fixWantedInChart(
  analysis: Analysis,
  chart: ChartOfAnalysis,
  want: Exclude<Want, { readonly want: 'suppress' | 'repair' }>,
  isSameText: boolean,
): Fixed {
  const { analyzed, findings } = analysis;
  const part = analyzed.chart;
  if (part === undefined) return GONE;
  const hardened = (wanted: readonly PlacedFinding[], choice: FixChoice): Fixed => {
    const { files, declined } = hardenChart(
      [{ analyzed: { ...analyzed, chart: part }, findings: wanted }],
      choice,
    );
    if (files.length > 0) return inFiles(chart, part.file, files);
    const [first] = declined;
    return first === undefined ? NOTHING : { declined: first.reason };
  };
  switch (want.want) {
    case 'fix': {
      const placed = findFinding(analysis, want, isSameText);
      const fix = placed === undefined ? undefined : fixesOf(placed.finding)[want.fix];
      if (placed === undefined || fix?.level !== want.level || fix.safety !== want.safety) return GONE;
      const result = chartFixEdits(part, placed, fix);
      return result.ok ? inFiles(chart, part.file, result.files) : { declined: result.reason };
    }
    case 'pod':
    case 'container': {
      const scope = findHardenable(analysis, want.want, want, isSameText);
      if (scope === undefined) return GONE;
      const inScope = findings.filter((placed) => isInScope(placed, scope));
      return hardened(inScope, want.want);
    }
    case 'file':
      return hardened(findings, 'pod');
    case 'practice': {
      const ofPractice = findings.filter(({ finding }) => finding.practice === want.practice);
      return hardened(ofPractice, 'pod');
    }
    default:
      return hardened(findings, 'safe');
  }
}

/** Edits of a chart's files as those of the document and of the others. */
function inFiles(chart: ChartOfAnalysis, ownFile: string, files: readonly FileEdits[]): Fixed {
  const others: OtherEdits[] = [];
  let own: readonly TextEdit[] = [];
  for (const { file, edits } of files) {
    if (file === ownFile) {
      own = edits;
      continue;
    }
    const text = chart.textOf(file);
    if (text === undefined) return GONE;
    others.push({ text, isOpen: chart.isOpen(file), edits });
  }
  return others.length === 0 ? { edits: own } : { edits: own, others };
}

const GONE: Fixed = { declined: 'The file has changed since this was offered. Ask for it again.' };
const NOTHING: Fixed = { declined: 'There is nothing to change here.' };

function written(result: SuppressionEdit): Fixed {
  if (!result.ok) return { declined: result.reason };
  const { edits, select } = result;
  if (edits.length === 0) return NOTHING;
  return select === undefined ? { edits } : { edits, select: [select] };
}

/** JSON has no comments, whatever the text looks like, unless it has some or is said to be JSON with comments. */
function commentsIn({ document: { languageId, text } }: Analysis): SuppressOptions {
  if (languageId === 'jsonc') return { comments: '//' };
  return languageId === 'json' && maskJsonComments(text) === undefined ? { comments: false } : {};
}

/** What can be edited is; where nothing can, the first reason speaks for all. */
function outcome({ edits, declined }: FixedText): Fixed {
  if (edits.length > 0) return { edits };
  const [first] = declined;
  return first === undefined ? NOTHING : { declined: first.reason };
}

/** A want that has been to the client and back; undefined where it is not one. */
export function readWant(data: unknown): Want | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { want, key, index, count, fix, level, safety, practice } = data as Readonly<Record<string, unknown>>;
  switch (want) {
    case 'file':
    case 'safe':
      return { want };
    case 'practice':
      return typeof practice === 'string' ? { want, practice } : undefined;
    case 'pod':
    case 'container':
    case 'suppress':
    case 'repair':
    case 'fix': {
      if (typeof key !== 'string' || typeof index !== 'number' || typeof count !== 'number') return undefined;
      if (want !== 'fix') return { want, key, index, count };
      if (typeof fix !== 'number' || typeof level !== 'string' || typeof safety !== 'string')
        return undefined;
      return { want, key, index, count, fix, level, safety };
    }
    default:
      return undefined;
  }
}
