/** Fixing: what an action wants, and the edits for it on a text as it is. */
import type { PlacedFinding } from '../shared/analysis/analyze.ts';
import { type FixedText, fixEdits, fixPractice, fixSafely, harden } from '../shared/analysis/fix.ts';
import { type Fix, PRACTICE_IDS } from '../shared/practices/practice.ts';
import type { TextEdit } from '../shared/text/textEdit.ts';
import type { Analysis } from './documents.ts';
import {
  findFinding,
  findHardenable,
  type Hardenable,
  type Identity,
  identifyFinding,
  identifyHardenable,
} from './identity.ts';

/** What an action wants fixed. Plain data, since it travels with the action. */
export type Want =
  | (Identity & {
      readonly want: 'fix';
      /** Which fix of the finding, and what kind of fix it was. */
      readonly fix: number;
      readonly level: string;
      readonly safety: string;
    })
  | (Identity & { readonly want: 'pod' | 'container' })
  | { readonly want: 'practice'; readonly practice: string }
  | { readonly want: 'file' | 'safe' };

/** Edits, or a sentence that says why there are none. */
export type Fixed = { readonly edits: readonly TextEdit[] } | { readonly declined: string };

export function wantFix(analysis: Analysis, placed: PlacedFinding, fix: Fix): Want {
  const { level, safety } = fix;
  return {
    want: 'fix',
    ...identifyFinding(analysis, placed),
    fix: placed.finding.fixes.indexOf(fix),
    level,
    safety,
  };
}

export function wantHarden(analysis: Analysis, hardenable: Hardenable): Want | undefined {
  const identity = identifyHardenable(analysis, hardenable);
  return identity === undefined ? undefined : { want: hardenable.scope, ...identity };
}

/** The edits for what is wanted. `isSameText` is false where it was asked for on an earlier version of the text. */
export function fixWanted(analysis: Analysis, want: Want, isSameText: boolean): Fixed {
  const { analyzed } = analysis;
  switch (want.want) {
    case 'fix': {
      const placed = findFinding(analysis, want, isSameText);
      const fix = placed?.finding.fixes[want.fix];
      if (placed === undefined || fix?.level !== want.level || fix.safety !== want.safety) return GONE;
      const result = fixEdits(analyzed, placed, fix);
      if (!result.ok) return { declined: result.reason };
      return result.edits.length === 0 ? NOTHING : { edits: result.edits };
    }
    case 'pod':
    case 'container': {
      const scope = findHardenable(analysis, want.want, want, isSameText);
      return scope === undefined ? GONE : outcome(harden(analyzed, scope));
    }
    case 'file':
      return outcome(harden(analyzed, { scope: 'file' }));
    case 'practice': {
      const practice = PRACTICE_IDS.find((id) => id === want.practice);
      return practice === undefined ? GONE : outcome(fixPractice(analyzed, practice));
    }
    case 'safe':
      return outcome(fixSafely(analyzed));
  }
}

const GONE: Fixed = { declined: 'The file has changed since this was offered. Ask for it again.' };
const NOTHING: Fixed = { declined: 'There is nothing to change here.' };

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
