/** Scalars as text: writes strings, numbers and booleans so that YAML 1.1 and 1.2 readers agree on what they are. */

/** How strings are quoted where they cannot, or by their neighbors' example should not, stand plain. */
export type Quoting = 'double' | 'single';

/** The scalars that JSON knows. */
export type ScalarValue = string | number | boolean | null;

/**
 * The text of a scalar. A string stands plain where every reader takes it for the same string, and in quotes elsewhere;
 * `always` asks for the quotes in any case. `inFlow` minds the characters that end a plain scalar between brackets.
 */
export function writeScalar(
  value: ScalarValue,
  options: { readonly inFlow: boolean; readonly quoting: Quoting; readonly always?: boolean },
): string {
  if (typeof value !== 'string') return value === null ? 'null' : String(value);
  if (options.always !== true && isSafePlain(value, options.inFlow)) return value;
  return quoted(value, options.quoting);
}

/** A string in quotes; single quotes give way to double ones where the string needs escapes. */
export function quoted(value: string, quoting: Quoting): string {
  if (quoting === 'single' && !NEEDS_ESCAPES.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value).replace(
    UNPRINTABLE,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

// With `u`, the range of surrogates stands for unpaired ones only.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const NEEDS_ESCAPES = /[\u0000-\u001f\u007f-\u00a0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/u;
/** What JSON leaves as it is and YAML does not print: C1 controls, line separators, byte order marks. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** True where the string, written without quotes, is read as this string by every YAML reader. */
export function isSafePlain(text: string, inFlow: boolean): boolean {
  if (text === '' || text !== text.trim() || NEEDS_ESCAPES.test(text)) return false;
  if (!SAFE_START.test(text) || /: |:$| #|:\t|\t#/.test(text)) return false;
  if (text.startsWith('---') || text.startsWith('...')) return false;
  if (inFlow && /[,[\]{}]/.test(text)) return false;
  return !looksLikeOtherType(text);
}

/** Neither an indicator, nor one that is harmless only before certain characters; `-` may open an option such as `--port`. */
const SAFE_START = /^(?:[^-?:,[\]{}#&*!|>'"%@`\s]|-[A-Za-z-])/u;

/** Generous: a string that any reader, of any version, could take for something else. */
function looksLikeOtherType(text: string): boolean {
  if (WORDS.has(text.toLowerCase()) || text === '<<' || text === '=') return true;
  // Numbers of any base, sexagesimals (`12:30`), dates and times, versions such as `1.20`.
  return /^[-+.]?[0-9][0-9a-fA-FxXoO_.,:eE+\-TtZz ]*$/.test(text) || /^[-+]?\.(?:inf|nan)$/i.test(text);
}

/** What YAML 1.1 reads as a boolean or as null. */
const WORDS: ReadonlySet<string> = new Set([
  '~',
  'null',
  'y',
  'n',
  'yes',
  'no',
  'on',
  'off',
  'true',
  'false',
]);

/**
 * What a plain scalar's text says to Kubernetes: its decoder reads booleans as YAML 1.1 does and integers in Go's
 * notations (`0x3e8`, `01750`, `1_000`) (sigs.k8s.io/yaml, go.yaml.in/yaml/v2 resolve.go).
 */
export function readPlain(text: string): ScalarValue {
  if (text === '' || /^(?:~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text)) return true;
  if (/^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text)) return false;
  return readNumber(text) ?? text;
}

function readNumber(text: string): number | undefined {
  if (!/^[-+.]?[0-9]/.test(text)) return undefined;
  const digits = text.replaceAll('_', '');
  const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(digits);
  if (integer !== null) {
    const [, sign, hex, binary, octal, decimal] = integer;
    const magnitude =
      hex !== undefined
        ? Number.parseInt(hex, 16)
        : binary !== undefined
          ? Number.parseInt(binary, 2)
          : octal !== undefined
            ? Number.parseInt(octal, 8)
            : Number(decimal);
    return sign === '-' ? -magnitude : magnitude;
  }
  return /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(digits)
    ? Number(digits)
    : undefined;
}
