/** Spells scalars in every way that decodes back to the same value. */

import { goScalar } from './goYaml.ts';

/** A source of repeatable choices: the same seed makes the same ones. */
export interface Choices {
  /** An integer from 0 to below `bound`. */
  below(bound: number): number;
  /** True in so many cases of 100. */
  chance(percent: number): boolean;
  pick<T>(values: readonly [T, ...T[]]): T;
}

/** The mulberry32 generator: small, and good enough to choose between spellings. */
export function choicesFrom(seed: number): Choices {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    below: (bound) => Math.floor(next() * bound),
    chance: (percent) => next() * 100 < percent,
    pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
  };
}

/** A boolean, as YAML 1.1 spells it when it may be exotic. */
export function booleanText(value: boolean, exotic: boolean, choices: Choices): string {
  if (!exotic) return String(value);
  return value
    ? choices.pick(['true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'y', 'Y'])
    : choices.pick(['false', 'False', 'FALSE', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'n', 'N']);
}

/** A number, possibly in another base, with a sign or with underscores. */
export function numberText(value: number, exotic: boolean, choices: Choices): string {
  const decimal = String(value);
  if (!exotic) return decimal;
  const spellings: [string, ...string[]] = [decimal];
  if (Number.isInteger(value) && value >= 0) {
    spellings.push(
      `0x${value.toString(16)}`,
      `0${value.toString(8)}`,
      `0b${value.toString(2)}`,
      `+${decimal}`,
    );
    if (value >= 1000) spellings.push(decimal.replace(/(?<=[0-9])(?=([0-9]{3})+$)/g, '_'));
  } else if (value > 0 && value < 1) {
    spellings.push(decimal.replace(/^0/, ''));
  }
  const spelled = choices.pick(spellings);
  // The decoder has the last word: a spelling that means something else is not used.
  return goScalar(spelled) === value ? spelled : decimal;
}

/** A null; the empty text only where nothing but the line's end follows. */
export function nullText(mayBeEmpty: boolean, exotic: boolean, choices: Choices): string {
  if (mayBeEmpty && choices.chance(50)) return '';
  return exotic ? choices.pick(['null', '~', 'Null', 'NULL']) : 'null';
}

/** Whether a string can stand unquoted as a value in block style. */
export function isPlainInBlock(text: string): boolean {
  return (
    // Leading indicators, and what would end the scalar or begin a comment.
    /^[^\s\-?:,[\]{}#&*!|>'"%@`=<~.]/.test(text) &&
    !/[\t\n\r\u0085\u2028\u2029\uFEFF]|: |:$| #|\s$/.test(text) &&
    hasOnlyPrintable(text) &&
    goScalar(text) === text
  );
}

/** The same inside flow collections, where more characters mean something. */
export function isPlainInFlow(text: string): boolean {
  return isPlainInBlock(text) && !/[,[\]{}:?#]/.test(text);
}

/** Control characters and lone halves of a surrogate pair can only be escaped. */
function hasOnlyPrintable(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text.replaceAll('\t', ''));
}

export function doubleQuoted(text: string): string {
  // JSON's escapes are YAML's too; what JSON leaves alone and YAML cannot print is escaped as well.
  return JSON.stringify(text).replace(/[\u007F-\u009F\u2028\u2029\uFEFF]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Single quotes, where the text can stand in one line between them. */
export function quoted(text: string, choices: Choices): string {
  const fitsSingle = hasOnlyPrintable(text) && !/[\n\r\u0085\u2028\u2029\uFEFF]/.test(text);
  return fitsSingle && choices.chance(50) ? `'${text.replaceAll("'", "''")}'` : doubleQuoted(text);
}

/** Whether a text of several lines can be a literal block scalar without an indentation indicator. */
export function isLiteral(text: string): boolean {
  const lines = text.replace(/\n$/, '').split('\n');
  return (
    /^[^\s]/.test(text) &&
    !/\n\n$/.test(text) &&
    !/[\t\r\u0085\u2028\u2029\uFEFF]/.test(text) &&
    hasOnlyPrintable(text.replaceAll('\n', '')) &&
    // A line of blanks alone reads as an empty one.
    lines.every((line) => line === '' || /\S/.test(line))
  );
}
