/** Inlay hints: what a container has from its pod, and what holds where nothing is set, at the end of a line. */
import { child, mappingIn } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import { indexLines } from '../text/lineIndex.ts';
import { type Span, shifted } from '../text/span.ts';
import { lineAround } from '../yaml/comments.ts';
import { type AnalyzedText, readDocument } from './analyze.ts';
import { GOVERNED_FIELDS, type GovernedField } from './hoverPlaces.ts';
import { SELDOM_SET } from './hoverTables.ts';
import { appliesToWindows, isUndone, type Value, valueFor } from './hoverValues.ts';
import { containerWords, unknownWords, valueWords } from './hoverWords.ts';

export interface InlayHint {
  /** The end of a line's text, from the start of the text. */
  readonly offset: number;
  /** One line of plain text. */
  readonly label: string;
  /** Markdown. */
  readonly tooltip: string;
}

/** The hints of the lines that a span touches; none where the setting is off. Total. */
export function inlayHintsOf(analyzed: AnalyzedText, within: Span): readonly InlayHint[] {
  const { text, documents, settings } = analyzed;
  if (!settings.inlayHints) return [];
  const lines = indexLines(text);
  return documents.flatMap(({ slice, mask, analysis }) => {
    if (analysis.workloads === 0 || slice.end < within.start || slice.start > within.end) return [];
    const read = readDocument(text.slice(slice.start, slice.end), mask, settings.kinds);
    const lineOf = (span: Span): number => lines.positionAt(slice.start + span.start).line + 1;
    return (read?.objects ?? []).flatMap(({ pods }) =>
      pods.flatMap((pod) =>
        pod.containers.flatMap((container): InlayHint[] => {
          const told = tell(pod, container, analyzed, lineOf);
          const line = lineAround(text, shifted(placeOf(container), slice.start).end);
          const isShown = line.start <= within.end && within.start <= line.end;
          return told === undefined || !isShown ? [] : [{ offset: line.end, ...told }];
        }),
      ),
    );
  });
}

/** The key of the container's security context, or its name where it has none. */
function placeOf(container: ContainerView): Span {
  return mappingIn(container.securityContext) === undefined
    ? container.nameSpan
    : child(container.slot, 'securityContext').anchor;
}

function tell(
  pod: PodView,
  container: ContainerView,
  { settings }: AnalyzedText,
  lineOf: (span: Span) => number,
): Pick<InlayHint, 'label' | 'tooltip'> | undefined {
  if (container.partial || (container.list === 'ephemeralContainers' && pod.isTemplate)) return undefined;
  const told = GOVERNED_FIELDS.filter((field) => isTold(field, pod, container)).flatMap(({ rule }) => {
    const key = rule.path.slice(1).join('.');
    return valueFor(pod, container, rule, settings.practice).flatMap((value) => {
      if (SELDOM_SET.has(key) || (value.state === 'set' && value.from === 'container')) return [];
      return [
        {
          label: `${key}: ${shortWords(value)}`,
          line: `- ${key}: ${longWords(value, rule.whenAbsent, lineOf)}`,
        },
      ];
    });
  });
  if (told.length === 0) return undefined;
  return {
    label: told.map(({ label }) => label).join(', '),
    tooltip: `In effect for ${containerWords(container)} without being set here:\n\n${told.map(({ line }) => line).join('\n')}`,
  };
}

function isTold({ practice, rule }: GovernedField, pod: PodView, container: ContainerView): boolean {
  if (rule.path[0] !== 'securityContext' || !rule.levels.includes('container')) return false;
  if (pod.os !== 'linux' && !appliesToWindows(practice.id, rule)) return false;
  return !isUndone(container, practice.id) || rule.path.at(-1) === 'runAsNonRoot';
}

function shortWords(value: Value): string {
  switch (value.state) {
    case 'set':
    case 'invalid':
      return plain(value.text);
    case 'unset':
      return 'not set';
    case 'unknown':
      return 'unknown';
  }
}

/** A label is plain text; controls and marks that turn its direction have no place in it. */
function plain(text: string): string {
  const shown = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, '·');
  return shown.length > 40 ? `${shown.slice(0, 39)}…` : shown;
}

function longWords(value: Value, whenAbsent: string, lineOf: (span: Span) => number): string {
  switch (value.state) {
    case 'set':
      return valueWords(value, lineOf(value.keySpan), 'container');
    case 'unset':
      return `not set. ${whenAbsent}`;
    case 'unknown':
      return unknownWords(value.why);
    case 'invalid':
      return 'a value that Kubernetes rejects';
  }
}
