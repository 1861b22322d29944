/** Template functions that compare, choose, count and ask for kinds: Go's own, sprig's and Helm's. */
import { type FunctionTable, intIn, opaque, strict, textIn, tolerant } from './goFunction.ts';
import {
  boolean,
  compareText,
  dict,
  float,
  int,
  isEmpty,
  isWhole,
  NIL,
  string,
  truthOf,
  UNKNOWN,
  unknown,
  type Value,
} from './goValue.ts';
import { KUBE_VERSION, KUBE_VERSIONS } from './kubeVersions.ts';
import { readVersion, satisfies } from './semver.ts';

export const LOGIC_FUNCTIONS: FunctionTable = {
  not: tolerant(([value]) => {
    const truth = value === undefined ? undefined : truthOf(value);
    return truth === undefined ? UNKNOWN : boolean(!truth);
  }),
  eq: tolerant(([first, ...others]) => {
    if (first === undefined) return UNKNOWN;
    const same = others.map((other) => isEqual(first, other));
    if (same.includes(true)) return boolean(true);
    return same.includes(undefined) ? UNKNOWN : boolean(false);
  }),
  ne: tolerant(([first, second]) => {
    const same = first === undefined || second === undefined ? undefined : isEqual(first, second);
    return same === undefined ? UNKNOWN : boolean(!same);
  }),
  lt: strict(([a, b]) => ordered(a, b, (order) => order < 0)),
  le: strict(([a, b]) => ordered(a, b, (order) => order <= 0)),
  gt: strict(([a, b]) => ordered(a, b, (order) => order > 0)),
  ge: strict(([a, b]) => ordered(a, b, (order) => order >= 0)),

  default: tolerant(([fallback, value]) => {
    if (fallback === undefined) return UNKNOWN;
    const empty = value === undefined ? true : isEmpty(value);
    if (empty === undefined || value === undefined) return empty === true ? fallback : eitherOf(fallback);
    if (!empty) return value;
    // Where the value would have stood, whoever wants another one writes it.
    return fallback.origin === undefined && value.origin !== undefined
      ? ({ ...fallback, origin: value.origin } as Value)
      : fallback;
  }),
  empty: tolerant(([value]) => {
    const empty = value === undefined ? true : isEmpty(value);
    return empty === undefined ? UNKNOWN : boolean(empty);
  }),
  coalesce: tolerant((args) => {
    for (const arg of args) {
      const empty = isEmpty(arg);
      if (empty === undefined) return UNKNOWN;
      if (!empty) return arg;
    }
    return NIL;
  }),
  all: tolerant((args) => quantified(args, false)),
  any: tolerant((args) => quantified(args, true)),
  ternary: tolerant(([whenTrue, whenFalse, condition]) => {
    if (condition?.kind !== 'boolean' || whenTrue === undefined || whenFalse === undefined) return UNKNOWN;
    return condition.value ? whenTrue : whenFalse;
  }),
  required: tolerant(([, value]) => {
    if (value === undefined) return UNKNOWN;
    // Nil and the empty text stop the installation; whoever installs gives something.
    if (value.kind === 'nil' || (value.kind === 'string' && value.text === '')) return unknown(true);
    return value;
  }),
  fail: tolerant(() => UNKNOWN),
  lookup: tolerant(() => dict()),

  kindOf: strict(([value]) => named(value === undefined ? undefined : kindName(value))),
  kindIs: strict(([kind, value]) => sameName(kind, value === undefined ? undefined : kindName(value))),
  typeOf: strict(([value]) => named(value === undefined ? undefined : typeName(value))),
  typeIs: strict(([type, value]) => sameName(type, value === undefined ? undefined : typeName(value))),
  typeIsLike: strict(([type, value]) => sameName(type, value === undefined ? undefined : typeName(value))),
  deepEqual: strict(([a, b]) => {
    const same = a === undefined || b === undefined ? undefined : mayBeSame(a, b);
    return same === undefined ? UNKNOWN : boolean(same);
  }),

  int: strict(([value]) => wholeNumber(value)),
  int64: strict(([value]) => wholeNumber(value)),
  atoi: strict(([value]) => {
    const text = textIn(value);
    return text === undefined ? UNKNOWN : int(/^[+-]?\d+$/.test(text) ? Number(text) : 0);
  }),
  float64: strict(([value]) => {
    const number = numberIn(value);
    return number === undefined ? UNKNOWN : float(number);
  }),
  add: strict((args) => whole(args, (numbers) => numbers.reduce((a, b) => a + b, 0))),
  add1: strict((args) => whole(args, ([a = 0]) => a + 1)),
  sub: strict((args) => whole(args, ([a = 0, b = 0]) => a - b)),
  mul: strict((args) => whole(args, (numbers) => numbers.reduce((a, b) => a * b, 1))),
  div: strict((args) => whole(args, ([a = 0, b = 0]) => (b === 0 ? Number.NaN : Math.trunc(a / b)))),
  mod: strict((args) => whole(args, ([a = 0, b = 0]) => (b === 0 ? Number.NaN : a % b))),
  max: strict((args) => whole(args, (numbers) => Math.max(...numbers))),
  biggest: strict((args) => whole(args, (numbers) => Math.max(...numbers))),
  min: strict((args) => whole(args, (numbers) => Math.min(...numbers))),
  floor: strict(([value]) => rounded(value, Math.floor)),
  ceil: strict(([value]) => rounded(value, Math.ceil)),
  round: strict(([value, digits]) => {
    const places = intIn(digits);
    if (places === undefined || places < 0 || places > 10) return UNKNOWN;
    return rounded(value, (number) => Math.round(number * 10 ** places) / 10 ** places);
  }),
  ...opaque('addf', 'add1f', 'subf', 'mulf', 'divf', 'maxf', 'minf', 'randInt'),

  semver: strict(([text]) => {
    const source = textIn(text);
    const version = source === undefined ? undefined : readVersion(source);
    if (version === undefined || source === undefined) return UNKNOWN;
    return {
      ...dict([
        ['Major', int(version.major)],
        ['Minor', int(version.minor)],
        ['Patch', int(version.patch)],
        ['Prerelease', string(version.prerelease)],
        ['Original', string(source)],
      ]),
      isStruct: true,
    };
  }),
  semverCompare: strict(([constraint, text]) => {
    const [wanted, source] = [textIn(constraint), textIn(text)];
    if (wanted === undefined || source === undefined) return UNKNOWN;
    const versions = text?.origin === KUBE_VERSION ? KUBE_VERSIONS : [source];
    const answers = new Set(versions.map((version) => satisfies(version, wanted)));
    const [answer] = answers;
    return answers.size > 1 || answer === undefined ? UNKNOWN : boolean(answer);
  }),

  ...opaque(
    'ago',
    'buildCustomCert',
    'call',
    'date',
    'dateInZone',
    'dateModify',
    'date_in_zone',
    'date_modify',
    'duration',
    'durationRound',
    'env',
    'expandenv',
    'genCA',
    'genCAWithKey',
    'genPrivateKey',
    'genSelfSignedCert',
    'genSelfSignedCertWithKey',
    'genSignedCert',
    'genSignedCertWithKey',
    'getHostByName',
    'hello',
    'htmlDate',
    'htmlDateInZone',
    'now',
    'osBase',
    'osClean',
    'osDir',
    'osExt',
    'osIsAbs',
    'toDate',
    'unixEpoch',
    'urlJoin',
    'urlParse',
    'uuidv4',
  ),
};

/** What a value or its fallback is for certain, though not which of them it is. */
function eitherOf(fallback: Value): Value {
  return truthOf(fallback) === true ? unknown(true) : UNKNOWN;
}

function quantified(args: readonly Value[], decisive: boolean): Value {
  const truths = args.map(truthOf);
  if (truths.includes(decisive)) return boolean(decisive);
  return truths.includes(undefined) ? UNKNOWN : boolean(!decisive);
}

/** Go's `==` of two basic values; undefined where it would be an error, or where a value is not known. */
function isEqual(a: Value, b: Value): boolean | undefined {
  if (a.kind === 'unknown' || b.kind === 'unknown') return undefined;
  if (a.kind === 'nil' || b.kind === 'nil') return a.kind === b.kind;
  if (a.kind === 'string' && b.kind === 'string') {
    return isWhole(a) && isWhole(b) ? a.text === b.text : undefined;
  }
  if (a.kind === 'boolean' && b.kind === 'boolean') return a.value === b.value;
  if ((a.kind === 'int' && b.kind === 'int') || (a.kind === 'float' && b.kind === 'float'))
    return a.value === b.value;
  return undefined;
}

function ordered(a: Value | undefined, b: Value | undefined, test: (order: number) => boolean): Value {
  if (a?.kind === 'string' && b?.kind === 'string') {
    return isWhole(a) && isWhole(b) ? boolean(test(compareText(a.text, b.text))) : UNKNOWN;
  }
  if ((a?.kind === 'int' && b?.kind === 'int') || (a?.kind === 'float' && b?.kind === 'float')) {
    return boolean(test(a.value - b.value));
  }
  return UNKNOWN;
}

/** Go's `reflect.DeepEqual`: the same kind, and the same throughout; undefined where that is not known. */
export function mayBeSame(a: Value, b: Value, depth = 0): boolean | undefined {
  if (depth > 50 || a.kind === 'unknown' || b.kind === 'unknown') return undefined;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'list' && b.kind === 'list') {
    if (a.items.length !== b.items.length) return false;
    return every(a.items.map((item, index) => mayBeSame(item, b.items[index] ?? NIL, depth + 1)));
  }
  if (a.kind === 'dict' && b.kind === 'dict') {
    if (a.isOpen || b.isOpen) return undefined;
    if (a.entries.size !== b.entries.size) return false;
    return every(
      [...a.entries].map(([key, value]) => {
        const other = b.entries.get(key);
        return other === undefined ? false : mayBeSame(value, other, depth + 1);
      }),
    );
  }
  return isEqual(a, b);
}

function every(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

/** reflect's name of a value's kind. */
function kindName(value: Value): string | undefined {
  switch (value.kind) {
    case 'nil':
      return 'invalid';
    case 'boolean':
      return 'bool';
    case 'float':
      return 'float64';
    case 'string':
      return 'string';
    case 'list':
      return 'slice';
    case 'dict':
      return value.isStruct === true ? undefined : 'map';
    case 'int':
    case 'method':
    case 'unknown':
      // Constants are `int`, what functions make is mostly `int64`.
      return undefined;
  }
}

function typeName(value: Value): string | undefined {
  switch (value.kind) {
    case 'nil':
      return '<nil>';
    case 'boolean':
    case 'float':
    case 'string':
      return kindName(value);
    case 'list':
      return '[]interface {}';
    case 'dict':
      return value.isStruct === true || value.origin?.path.length === 0
        ? undefined
        : 'map[string]interface {}';
    case 'int':
    case 'method':
    case 'unknown':
      return undefined;
  }
}

function named(name: string | undefined): Value {
  return name === undefined ? UNKNOWN : string(name);
}

function sameName(wanted: Value | undefined, name: string | undefined): Value {
  const text = textIn(wanted);
  return text === undefined || name === undefined ? UNKNOWN : boolean(text === name);
}

/** A number as spf13/cast reads it: of text, its digits; of what is no number, zero. */
function numberIn(value: Value | undefined): number | undefined {
  switch (value?.kind) {
    case 'int':
    case 'float':
      return value.value;
    case 'boolean':
      return value.value ? 1 : 0;
    case 'nil':
      return 0;
    case 'string': {
      if (!isWhole(value)) return undefined;
      return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(value.text)
        ? Number(value.text)
        : undefined;
    }
    default:
      return undefined;
  }
}

function wholeNumber(value: Value | undefined): Value {
  if (value?.kind === 'string') {
    if (!isWhole(value)) return UNKNOWN;
    // Text with a leading zero is octal in some versions; text that is no whole number is zero.
    if (/^[+-]?0\d/.test(value.text)) return UNKNOWN;
    if (/^[+-]?\d+$/.test(value.text)) return int(Number(value.text));
    return /[.eExX_]/.test(value.text) ? UNKNOWN : int(0);
  }
  const number = numberIn(value);
  return number === undefined ? UNKNOWN : int(Math.trunc(number));
}

function whole(args: readonly Value[], compute: (numbers: readonly number[]) => number): Value {
  const numbers = args.map((arg) => {
    const value = wholeNumber(arg);
    return value.kind === 'int' ? value.value : Number.NaN;
  });
  return int(compute(numbers));
}

function rounded(value: Value | undefined, round: (number: number) => number): Value {
  const number = numberIn(value);
  return number === undefined ? UNKNOWN : float(round(number));
}
