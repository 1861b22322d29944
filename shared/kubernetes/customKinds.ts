/** Custom kinds: the rules that the table of kinds gives. Loaded with the first object that is of none of Kubernetes' own. */

import { type KindRule, type PlacePattern, type PlaceShape, type PodPlace, placePattern } from './kinds.ts';
import { CUSTOM_KINDS } from './kindTable.ts';

/** The rule for a kind of somebody else's; undefined where the table does not have it. */
export function customKind(group: string, kind: string): KindRule | undefined {
  const name = `${group}/${kind}`;
  if (found.has(name)) return found.get(name);
  const rule = ruleFor(group, kind);
  // A person who types a kind makes a new one with every key.
  if (found.size >= MAX_KEPT) found.clear();
  found.set(name, rule);
  return rule;
}

const found = new Map<string, KindRule | undefined>();
const MAX_KEPT = 500;

/**
 * Reads the rows of one kind: a row names a group and a kind, and then the places that it has. Rows of one kind add up. Most files have few
 * kinds, and most of those are not in the table, so that it is searched and never read as a whole.
 */
function ruleFor(group: string, kind: string): KindRule | undefined {
  // In the table this word stands for the group without a name, and no other one has it.
  if (group === 'core') return undefined;
  const pods: PodPlace[] = [];
  const objects: PlacePattern[] = [];
  for (const [as, rows] of Object.entries(CUSTOM_KINDS)) {
    for (let at = rows.indexOf(` ${kind} `); at >= 0; at = rows.indexOf(` ${kind} `, at + 1)) {
      const end = rows.indexOf('\n', at);
      const row = rows.slice(rows.lastIndexOf('\n', at) + 1, end < 0 ? rows.length : end);
      const [ownGroup, ownKind, ...paths] = row.trim().split(/\s+/);
      if (ownGroup !== (group === '' ? 'core' : group) || ownKind !== kind) continue;
      for (const path of paths) {
        if (as === 'objects') objects.push(placePattern(path));
        else pods.push({ spec: placePattern(path), as: as as PlaceShape });
      }
    }
  }
  if (pods.length + objects.length === 0) return undefined;
  return { group, kind, pods, objects, isBuiltIn: false };
}
