/** Semantic versions: the constraints that `semverCompare` understands (github.com/Masterminds/semver v3). */

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly prerelease: string;
}

/** A version such as `v1.31.0-rc.1+build`, whose later parts may be missing; undefined for text that is none. */
export function readVersion(text: string): Version | undefined {
  const match =
    /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text);
  if (match === null) return undefined;
  const [, major = '0', minor = '0', patch = '0', prerelease = ''] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), prerelease };
}

/** Whether a version satisfies a constraint; undefined where either cannot be read. */
export function satisfies(versionText: string, constraintText: string): boolean | undefined {
  const version = readVersion(versionText);
  if (version === undefined || constraintText.length > 500) return undefined;
  let answer: boolean | undefined = false;
  for (const alternative of constraintText.split('||')) {
    const matches = matchesAll(version, alternative);
    if (matches === undefined) return undefined;
    if (matches) answer = true;
  }
  return answer;
}

const VERSION_PATTERN = String.raw`v?(?:\d+|[xX*])(?:\.(?:\d+|[xX*]))?(?:\.(?:\d+|[xX*]))?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?`;
const RANGE = new RegExp(String.raw`^\s*(${VERSION_PATTERN})\s+-\s+(${VERSION_PATTERN})\s*$`);
const COMPARISON = new RegExp(
  String.raw`\s*(=|==|!=|>=|=>|<=|=<|>|<|~>|~|\^)?\s*(${VERSION_PATTERN})\s*,?`,
  'y',
);

function matchesAll(version: Version, text: string): boolean | undefined {
  const range = RANGE.exec(text);
  const source = range === null ? text : `>=${range[1]} <=${range[2]}`;
  let answer = true;
  let at = 0;
  COMPARISON.lastIndex = 0;
  while (at < source.trimEnd().length) {
    COMPARISON.lastIndex = at;
    const match = COMPARISON.exec(source);
    if (match === null) return undefined;
    at = COMPARISON.lastIndex;
    const matches = matchesOne(version, match[1] ?? '=', match[2] ?? '');
    if (matches === undefined) return undefined;
    if (!matches) answer = false;
  }
  return at === 0 ? undefined : answer;
}

interface Bound {
  readonly version: Version;
  /** How many leading parts are written as numbers. */
  readonly parts: number;
}

function matchesOne(version: Version, operator: string, text: string): boolean | undefined {
  const bound = readBound(text);
  if (bound === undefined) return undefined;
  const { version: limit, parts } = bound;
  // A version before a release is taken only where the constraint names one.
  if (version.prerelease !== '' && limit.prerelease === '') return operator === '!=';
  const order = compare(version, limit);
  const within = (digits: number): boolean => samePrefix(version, limit, digits);
  switch (operator) {
    case '=':
    case '==':
      return parts < 3 ? within(parts) : order === 0;
    case '!=':
      return parts < 3 ? !within(parts) : order !== 0;
    case '>':
      return parts < 3 ? order > 0 && !within(parts) : order > 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
    case '=<':
      return order <= 0 || (parts < 3 && within(parts));
    case '~':
    case '~>':
      return order >= 0 && within(Math.min(parts, 2));
    case '^':
      if (order < 0) return false;
      if (limit.major > 0 || parts === 1) return within(Math.min(parts, 1));
      if (limit.minor > 0 || parts === 2) return within(2);
      return within(3);
    default:
      return undefined;
  }
}

function readBound(text: string): Bound | undefined {
  const [core = '', ...rest] = text.replace(/^v/, '').split(/(?=[-+])/);
  const numbers = core.split('.');
  const wild = numbers.findIndex((part) => !/^\d+$/.test(part));
  const parts = wild < 0 ? numbers.length : wild;
  const version = readVersion(
    [0, 1, 2].map((index) => (index < parts ? (numbers[index] ?? '0') : '0')).join('.') + rest.join(''),
  );
  return version === undefined ? undefined : { version, parts };
}

function samePrefix(a: Version, b: Version, digits: number): boolean {
  if (digits >= 1 && a.major !== b.major) return false;
  if (digits >= 2 && a.minor !== b.minor) return false;
  return !(digits >= 3 && a.patch !== b.patch);
}

function compare(a: Version, b: Version): number {
  const order = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  if (order !== 0 || a.prerelease === b.prerelease) return order;
  if (a.prerelease === '') return 1;
  if (b.prerelease === '') return -1;
  return comparePrerelease(a.prerelease.split('.'), b.prerelease.split('.'));
}

function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [first, second] = [a[index], b[index]];
    if (first === second) continue;
    if (first === undefined) return -1;
    if (second === undefined) return 1;
    const [isFirstNumber, isSecondNumber] = [/^\d+$/.test(first), /^\d+$/.test(second)];
    if (isFirstNumber && isSecondNumber) return Number(first) - Number(second);
    if (isFirstNumber !== isSecondNumber) return isFirstNumber ? -1 : 1;
    return first < second ? -1 : 1;
  }
  return 0;
}
