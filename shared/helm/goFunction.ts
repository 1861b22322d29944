/** The contract of a template function, and how functions read their arguments. */
import { isWhole, type StringValue, UNKNOWN, type Value } from './goValue.ts';

/** What functions may ask of the template that is run. */
export interface FunctionHost {
  /** Runs a named template; its text, or unknown where there is none of that name. */
  include(name: string, data: Value): Value;
  /** Runs a text as a template. */
  tpl(text: StringValue, data: Value): Value;
  /** How a change to a dictionary counts: it happens, may happen (in a branch that may be taken), or does not (in one that is not taken). */
  readonly changes: 'certain' | 'possible' | 'none';
  /** Takes from what the run may spend; false once that is used up. */
  spend(amount: number): boolean;
}

/** A function of templates. It never throws; what Go would reject, or cannot be followed, is unknown. */
export interface GoFunction {
  readonly call: (args: readonly Value[], host: FunctionHost) => Value;
  /** True for a function that makes something even of arguments that are unknown; others are unknown then. */
  readonly takesUnknown: boolean;
}

export type FunctionTable = Readonly<Record<string, GoFunction>>;

/** A function that is unknown where any argument is. */
export function strict(call: GoFunction['call']): GoFunction {
  return { call, takesUnknown: false };
}

/** A function that is given unknown arguments too. */
export function tolerant(call: GoFunction['call']): GoFunction {
  return { call, takesUnknown: true };
}

/** Functions whose answers differ from run to run, or cannot be worked out here. */
export function opaque(...names: readonly string[]): FunctionTable {
  return Object.fromEntries(names.map((name) => [name, strict(() => UNKNOWN)]));
}

/** A function of one whole string, with further arguments before it. */
export function ofText(call: (text: StringValue, before: readonly Value[]) => Value): GoFunction {
  return strict((args) => {
    const last = args.at(-1);
    if (last?.kind !== 'string' || !isWhole(last)) return UNKNOWN;
    return call(last, args.slice(0, -1));
  });
}

/** The text of a whole string. */
export function textIn(value: Value | undefined): string | undefined {
  return value?.kind === 'string' && isWhole(value) ? value.text : undefined;
}

/** A whole number, where the value is one of Go's integers. */
export function intIn(value: Value | undefined): number | undefined {
  return value?.kind === 'int' ? value.value : undefined;
}

/** The items of a list. */
export function itemsIn(value: Value | undefined): readonly Value[] | undefined {
  return value?.kind === 'list' ? value.items : undefined;
}
