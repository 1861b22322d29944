/** Globs: which paths they match. */

/**
 * True where a glob matches a path from its root: `*` and `?` within a name, `**` over folders, `{a,b}` for either, `[ab]` for one
 * character. A glob without a slash matches a name at any depth, and one that matches a folder matches all in it.
 */
export function matchesGlob(glob: string, path: string): boolean {
  if (glob.length > MAX_GLOB) return false;
  const trimmed = glob.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (trimmed === '') return false;
  const anchored = trimmed.includes('/') ? trimmed : `**/${trimmed}`;
  return alternatives(anchored).some((pattern) => matchesParts(pattern.split('/'), path.split('/')));
}

/** Longer globs are left alone: nobody writes them. */
const MAX_GLOB = 512;
const MAX_ALTERNATIVES = 64;

/** A glob with every choice of its braces. */
function alternatives(glob: string): readonly string[] {
  const done: string[] = [];
  const pending = [glob];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const brace = /\{([^{}]*)\}/.exec(next);
    if (brace === null || done.length + pending.length > MAX_ALTERNATIVES) {
      done.push(next);
      continue;
    }
    const before = next.slice(0, brace.index);
    const behind = next.slice(brace.index + brace[0].length);
    for (const choice of (brace[1] ?? '').split(',')) pending.push(`${before}${choice}${behind}`);
  }
  return done;
}

/** Steps through the path with all places in the glob where it may be: linear in both, whatever the glob. */
function matchesParts(glob: readonly string[], path: readonly string[]): boolean {
  let places = skipStars(glob, new Set([0]));
  for (const name of path) {
    const next = new Set<number>();
    for (const place of places) {
      const part = glob[place];
      if (part === undefined) return true;
      if (part === '**') next.add(place);
      else if (matchesName(part, name)) next.add(place + 1);
    }
    places = skipStars(glob, next);
    if (places.size === 0) return false;
  }
  return places.has(glob.length);
}

/** `**` may stand for no folder at all. */
function skipStars(glob: readonly string[], places: ReadonlySet<number>): Set<number> {
  const all = new Set(places);
  for (const place of all) if (glob[place] === '**') all.add(place + 1);
  return all;
}

/** One name against one part of a glob, remembering the last star to come back to. */
function matchesName(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let starName = 0;
  while (n < name.length) {
    const unit = unitAt(pattern, p);
    if (pattern[p] === '*') {
      star = p++;
      starName = n;
    } else if (p < pattern.length && unit.matches(name.charAt(n))) {
      p += unit.length;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++starName;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

function unitAt(pattern: string, at: number): { readonly length: number; matches(unit: string): boolean } {
  const first = pattern.charAt(at);
  const close = first === '[' ? pattern.indexOf(']', at + 2) : -1;
  if (close > 0) {
    const isNegated = '!^'.includes(pattern.charAt(at + 1));
    const members = pattern.slice(at + (isNegated ? 2 : 1), close);
    return { length: close - at + 1, matches: (unit) => isMember(unit, members) !== isNegated };
  }
  return { length: 1, matches: (unit) => first === '?' || first === unit };
}

function isMember(unit: string, members: string): boolean {
  for (let at = 0; at < members.length; at++) {
    if (members[at + 1] === '-' && at + 2 < members.length) {
      if (members.charAt(at) <= unit && unit <= members.charAt(at + 2)) return true;
      at += 2;
    } else if (members[at] === unit) return true;
  }
  return false;
}
