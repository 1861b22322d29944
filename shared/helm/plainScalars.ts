/** Plain scalars of values files: what they are to Helm, which reads YAML 1.1 and hands it on as JSON. */
import { isBooleanWord, numberOf } from '../kubernetes/scalars.ts';

/** True where a plain scalar of this text would be read as something other than this text. */
export function resolvesToOther(text: string): boolean {
  if (/^(?:~|null|Null|NULL|<<|=|)$/.test(text)) return true;
  if (isBooleanWord(text) || /^(?:true|false|yes|no|on|off|y|n)$/i.test(text)) return true;
  if (/^[-+.0-9]/.test(text) && (numberOf(text) !== undefined || NUMBER_LIKE.test(text))) return true;
  return TIMESTAMP.test(text);
}

/** Infinities, not-a-numbers and base 60, which some readers take for numbers. */
const NUMBER_LIKE =
  /^[-+]?(?:\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)$/;

const TIMESTAMP = /^\d{4}-\d\d?-\d\d?(?:$|[Tt\s])/;
