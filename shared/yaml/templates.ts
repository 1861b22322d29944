/** Templates: masks the template actions of a text at equal length, so that the rest can be read as YAML at its true places. */
import type { Span } from '../text/span.ts';
import { maskActions } from './templatesMask.ts';
import type { Condition } from './tree.ts';

/** A text with its template actions masked. All offsets count from the start of the text. */
export interface TemplateMask {
  /** As long as the text, with the same line breaks; actions are white space or stand-ins for a value. */
  readonly masked: string;
  /** Where actions stand, and what they hide; sorted, not overlapping. */
  readonly actions: readonly Span[];
  /** Places at which an action writes lines of its own; sorted. */
  readonly holes: readonly Hole[];
  /** The branches of conditions and loops, sorted by their start, each behind the one that encloses it. */
  readonly branches: readonly Branch[];
}

/** A place where a template writes whole lines that its text does not show. */
export interface Hole {
  readonly at: number;
  /** What writes them, for people. */
  readonly text: string;
  /** The column at which the lines start, or undefined where only the template's run can tell. */
  readonly column: number | undefined;
  /** True where what is written may continue the line before. */
  readonly joins: boolean;
}

export interface Branch extends Span {
  readonly condition: Condition;
  /** Index of the enclosing branch, or -1. */
  readonly parent: number;
  /** Offset at which the last branch of the group ends, its closing action included. */
  readonly groupEnd: number;
}

/** Stands for a value in the masked text: a private character that YAML takes as a letter and nobody writes. */
export const STAND_IN = '\u{E000}';

/** True where a text holds a mark that may start a template action. */
export function mayBeTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

/** Masks a text; undefined where there is no action in it. Total and linear: any text gives an answer. */
export function maskTemplates(text: string): TemplateMask | undefined {
  return mayBeTemplate(text) ? maskActions(text) : undefined;
}
