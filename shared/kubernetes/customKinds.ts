/** Custom kinds: the rules that the table of kinds gives. Loaded with the first object that is of none of Kubernetes' own. */

import { type KindRule, type PlacePattern, type PlaceShape, type PodPlace, placePattern } from './kinds.ts';
import { CUSTOM_KINDS } from './kindTable.ts';

/** The rule for a kind of somebody else's; undefined where the table does not have it. */
export function customKind(group: string, kind: string): KindRule | undefined {
  rules ??= new Map(customRules().map((rule) => [`${rule.group}/${rule.kind}`, rule]));
  return rules.get(`${group}/${kind}`);
}

let rules: ReadonlyMap<string, KindRule> | undefined;

/** Reads the table: a row names a group and a kind, and then the places that it has. Rows of one kind add up. */
function customRules(): readonly KindRule[] {
  const rules = new Map<string, { group: string; kind: string; pods: PodPlace[]; objects: PlacePattern[] }>();
  for (const [as, rows] of Object.entries(CUSTOM_KINDS)) {
    for (const row of rows.trim().split('\n')) {
      const [group = '', kind = '', ...paths] = row.trim().split(/\s+/);
      const ownGroup = group === 'core' ? '' : group;
      const key = `${ownGroup}/${kind}`;
      const rule = rules.get(key) ?? { group: ownGroup, kind, pods: [], objects: [] };
      rules.set(key, rule);
      for (const path of paths) {
        if (as === 'objects') rule.objects.push(placePattern(path));
        else rule.pods.push({ spec: placePattern(path), as: as as PlaceShape });
      }
    }
  }
  return [...rules.values()].map((rule) => ({ ...rule, isBuiltIn: false }));
}
