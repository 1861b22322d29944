/** Fixes: made when somebody asks for them, since few findings are ever looked at so closely. */
import { type Fix, type Repair, repairOf } from '../practices/practice.ts';
import type { YamlOp } from '../yaml/operation.ts';

/** Where the fixes of a finding come from, and what is known of them before they are made. */
export interface Fixable {
  readonly repair: Repair;
  readonly fixSource: FixSource;
}

/** Makes the same fixes whenever it is asked. */
export interface FixSource {
  make(): readonly Fix[];
}

const made = new WeakMap<FixSource, readonly Fix[]>();

/** The fixes of a finding, the one to prefer first: the same objects for as long as the finding is kept. */
export function fixesOf({ fixSource }: Fixable): readonly Fix[] {
  let fixes = made.get(fixSource);
  if (fixes === undefined) {
    fixes = fixSource.make();
    made.set(fixSource, fixes);
  }
  return fixes;
}

/** Everything that a fix writes. */
export function opsOf(fix: Fix): readonly YamlOp[] {
  return fix.consequences === undefined ? fix.ops : [...fix.ops, ...fix.consequences];
}

/** What a finding is with fixes that are made already. */
export function withFixes(fixes: readonly Fix[]): Fixable {
  return { repair: repairOf(fixes), fixSource: { make: () => fixes } };
}

/** What a finding is without any fix. */
export const WITHOUT_FIXES: Fixable = withFixes([]);
