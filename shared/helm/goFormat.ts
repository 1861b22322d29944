/** `printf`: the verbs of Go's fmt that templates use. */
import { concat, goQuoted } from './goText.ts';
import { isWhole, printed, type StringValue, string, UNKNOWN, type Value } from './goValue.ts';

/**
 * Formats arguments by a pattern. A part that is not known for certain leaves a hole; a verb that is not known here, or that does not
 * fit its argument, leaves the whole unknown.
 */
export function format(pattern: string, args: readonly Value[]): Value {
  const parts: (string | StringValue)[] = [];
  let used = 0;
  let at = 0;
  let isCertain = true;
  const verbs = /%([-+ 0#]*)(|[1-9]\d*)(?:\.(\d+))?([a-zA-Z%])/g;
  for (const match of pattern.matchAll(verbs)) {
    parts.push(pattern.slice(at, match.index));
    at = match.index + match[0].length;
    const [, flags = '', width = '', precision, verb = ''] = match;
    if (verb === '%') {
      parts.push('%');
      continue;
    }
    const arg = args[used++];
    if (arg === undefined) return UNKNOWN;
    const text = formatted(arg, verb, flags, precision);
    if (text === undefined) {
      isCertain = false;
      continue;
    }
    parts.push(padded(text, flags, Number(width || 0)));
  }
  const rest = pattern.slice(at);
  if (used < args.length || rest.includes('%')) return UNKNOWN;
  if (!isCertain) return UNKNOWN;
  parts.push(rest);
  return concat(...parts);
}

function formatted(
  value: Value,
  verb: string,
  flags: string,
  precision: string | undefined,
): StringValue | undefined {
  if (value.kind === 'unknown' || value.kind === 'method') return undefined;
  switch (verb) {
    case 's':
      return value.kind === 'string' && precision === undefined ? value : undefined;
    case 'v':
      if (flags.includes('#') || flags.includes('+') || precision !== undefined) return undefined;
      return value.kind === 'nil' ? string('<nil>') : printed(value);
    case 'q':
      return value.kind === 'string' && isWhole(value) ? goQuoted(value) : undefined;
    case 't':
      return value.kind === 'boolean' ? printed(value) : undefined;
    case 'd':
      if (value.kind !== 'int') return undefined;
      return string(`${flags.includes('+') && value.value >= 0 ? '+' : ''}${value.value}`);
    case 'f':
      if (value.kind !== 'float') return undefined;
      return string(value.value.toFixed(Math.min(Number(precision ?? 6), 20)));
    case 'x':
      return value.kind === 'int' ? string(value.value.toString(16)) : undefined;
    default:
      return undefined;
  }
}

function padded(text: StringValue, flags: string, width: number): StringValue {
  const missing = Math.min(width, MAX_WIDTH) - text.text.length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return concat(text, ' '.repeat(missing));
  return concat((flags.includes('0') ? '0' : ' ').repeat(missing), text);
}

const MAX_WIDTH = 1000;
