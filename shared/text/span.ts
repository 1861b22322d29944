/** Spans: half-open stretches of a text, in UTF-16 code units. */

/** The code units from `start` up to, and without, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** True where `offset` lies in the span or directly behind it. */
export function touches(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}

/** The same stretch, `by` code units further on. */
export function shifted(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by };
}
