/** The text format: each place with its line, carets under what is meant, and what is said of it. */
import picocolors from 'picocolors';
import { pageUrl } from '../shared/catalog/pages.ts';
import { PRACTICES } from '../shared/practices/index.ts';
import type { Severity } from '../shared/practices/practice.ts';
import { indexLines, type LineIndex, type Position } from '../shared/text/lineIndex.ts';
import { cellWidth } from './cellWidth.ts';
import { printable } from './host.ts';
import type { FileFinding, FileReport, ReportedFinding, Reporter, Totals, ValuesAnswer } from './report.ts';

export interface TextOptions {
  readonly color: boolean;
  /** Whether codes lead to the pages of their practices. */
  readonly links: boolean;
  /** Cells in a line of the terminal; a source line is cut to what fits around the carets. */
  readonly columns: number;
  /** Without the last lines, which sum up. */
  readonly isQuiet: boolean;
}

export function textReporter(options: TextOptions): Reporter {
  const paint = painter(options.color);
  return {
    between: '',
    begin: () => '',
    file(report) {
      if (report.findings.length === 0) return '';
      const lines = indexLines(report.text);
      return placesOf(report.findings)
        .map((findings) => place(findings, report, lines, options, paint))
        .join('');
    },
    join: (said) => said,
    problem: () => '',
    end: (totals) => (options.isQuiet ? '' : summary(totals, paint)),
  };
}

/** Neighbors that stand on the same text and speak of the same container share one picture of it. */
function placesOf(findings: readonly FileFinding[]): readonly (readonly FileFinding[])[] {
  const places: FileFinding[][] = [];
  for (const finding of findings) {
    const last = places.at(-1);
    if (last?.[0] !== undefined && isSamePlace(last[0].reported, finding.reported)) last.push(finding);
    else places.push([finding]);
  }
  return places;
}

function isSamePlace(a: ReportedFinding, b: ReportedFinding): boolean {
  return (
    samePosition(a.range.start, b.range.start) &&
    samePosition(a.range.end, b.range.end) &&
    a.pod === b.pod &&
    a.containerList === b.containerList &&
    a.index === b.index
  );
}

function samePosition(a: Position, b: Position): boolean {
  return a.line === b.line && a.character === b.character;
}

function place(
  findings: readonly FileFinding[],
  { name, text, firstLine }: FileReport,
  lines: LineIndex,
  { columns, links }: TextOptions,
  paint: Paint,
): string {
  const [{ reported: first }] = findings as readonly [FileFinding];
  const { start, end } = first.range;
  const number = String(start.line + 1);
  const gutter = ' '.repeat(number.length);
  const source = text.slice(lines.lineStart(start.line - firstLine), lines.lineEnd(start.line - firstLine));
  const picture = pictureOf(source, start.character, end.character, columns - number.length - 3);
  const where = `${printable(name)}:${number}:${start.character + 1}`;
  const worst = worstOf(findings);
  return [
    `${paint('bold', where)}  ${subjectOf(first)}`.trimEnd(),
    `${paint('dim', `${number} |`)} ${picture.line}`.trimEnd(),
    `${paint('dim', `${gutter} |`)} ${picture.indent}${paint(worst, picture.carets)}`,
    ...findings.map((finding) => `${gutter}   ${sentence(finding, links, paint)}`),
    '\n',
  ].join('\n');
}

function sentence(
  { reported: { severity, message, code, practice, values }, suppression }: FileFinding,
  links: boolean,
  paint: Paint,
): string {
  const page = links ? PRACTICES.find(({ id }) => id === practice) : undefined;
  const name = page === undefined ? code : linked(code, pageUrl(page.id));
  const answer = values === undefined ? '' : paint('dim', ` -> ${printable(answerIn(values))}`);
  const words = `${printable(message)} ${paint('dim', `[${name}]`)}${answer}`;
  if (suppression === null) return `${paint(severity, `${severity}:`)} ${words}`;
  const reason =
    suppression.reason === null ? 'without a reason' : `because: ${printable(suppression.reason)}`;
  return `${paint('dim', 'suppressed:')} ${words} by ${suppression.by}, ${reason}`;
}

/** `chart/values.yaml:12:1 podSecurityContext.runAsUser`. */
function answerIn({ file, path, range: { start } }: ValuesAnswer): string {
  return `${file}:${start.line + 1}:${start.character + 1} ${path}`;
}

/** `Deployment shop/web, container app`. */
function subjectOf({ workload, containerList, container, index }: ReportedFinding): string {
  const parts: string[] = [];
  if (workload !== null) {
    const { kind, namespace, name } = workload;
    const slash = namespace === null ? '' : `${namespace}/`;
    parts.push(name === null ? kind : `${kind} ${slash}${name}`);
  }
  if (containerList !== null && index !== null) {
    parts.push(`${CONTAINER_WORDS[containerList]} ${container ?? index + 1}`);
  }
  return printable(parts.join(', '));
}

const CONTAINER_WORDS = {
  containers: 'container',
  initContainers: 'init container',
  ephemeralContainers: 'ephemeral container',
} as const;

interface Picture {
  readonly line: string;
  readonly indent: string;
  readonly carets: string;
}

/** A source line with what stands below it; tabs become spaces and a long line is cut, so that the carets stay under their text. */
function pictureOf(source: string, start: number, end: number, room: number): Picture {
  const from = Math.min(start, source.length);
  const to = Math.max(from, Math.min(end, source.length));
  // Of a line without an end no more is looked at than a terminal can show: thousands of findings may stand on it.
  const most = room * UNITS_PER_CELL;
  const before = shown(source.slice(Math.max(0, from - most), from));
  const marked = shown(source.slice(from, Math.min(to, from + most)));
  const behind = shown(source.slice(to, to + most));
  const markedFits = cutEnd(marked, room - MARGIN);
  const beforeFits = cutStart(before, Math.max(room - cellWidth(markedFits) - MARGIN, MARGIN));
  const rest = room - cellWidth(beforeFits) - cellWidth(markedFits);
  return {
    line: beforeFits + markedFits + cutEnd(behind, Math.max(rest, 1)),
    indent: ' '.repeat(cellWidth(beforeFits)),
    carets: '^'.repeat(Math.max(1, cellWidth(markedFits))),
  };
}

/** Cells that are kept for the text around what is marked. */
const MARGIN = 12;

/** Code units that one cell is made of at most, marks above letters counted; what has more of them is cut early. */
const UNITS_PER_CELL = 16;

function shown(text: string): string {
  return printable(text.replaceAll('\t', '  '));
}

const CUT = '…';

function cutEnd(text: string, room: number): string {
  if (text.length <= room && cellWidth(text) <= room) return text;
  let kept = '';
  let width = 1;
  for (const character of text) {
    width += cellWidth(character);
    if (width > room) break;
    kept += character;
  }
  return kept + CUT;
}

function cutStart(text: string, room: number): string {
  if (text.length <= room && cellWidth(text) <= room) return text;
  const kept: string[] = [];
  let width = 1;
  for (const character of [...text.slice(-room)].reverse()) {
    width += cellWidth(character);
    if (width > room) break;
    kept.push(character);
  }
  return CUT + kept.reverse().join('');
}

function worstOf(findings: readonly FileFinding[]): Severity | 'dim' {
  const counting = findings.filter(({ suppression }) => suppression === null);
  if (counting.length === 0) return 'dim';
  const severities = new Set(counting.map(({ reported }) => reported.severity));
  return severities.has('error') ? 'error' : severities.has('warning') ? 'warning' : 'information';
}

function summary(totals: Totals, paint: Paint): string {
  const { files, workloads, templates, unreadable, excluded, suppressed, known, repairable, findings } =
    totals;
  const lines: string[] = [];
  const checked = `${counted(files, 'file')}, ${counted(workloads, 'workload')}`;
  const parts = (['error', 'warning', 'information'] as const)
    .filter((severity) => findings[severity] > 0)
    .map((severity) => paint(severity, counted(findings[severity], severity)));
  if (parts.length > 0) lines.push(`${parts.join(', ')} (${checked}).`);
  else if (files > 0) lines.push(`No findings${suppressed + known > 0 ? ' that count' : ''} (${checked}).`);
  else if (unreadable === 0 && excluded === 0) lines.push('No .yaml, .yml or .json files there.');
  if (unreadable > 0) lines.push(`${counted(unreadable, 'file')} could not be checked.`);
  if (suppressed > 0) lines.push(`${counted(suppressed, 'finding')} suppressed.`);
  if (known > 0) lines.push(`${counted(known, 'finding')} in the baseline.`);
  if (excluded > 0) lines.push(`${counted(excluded, 'file')} left out by the settings.`);
  if (templates > 0) {
    const are = templates === 1 ? 'document is a template' : 'documents are templates';
    lines.push(`${templates} ${are}: what {{ }} decides is not known before it is rendered.`);
  }
  if (repairable > 0) {
    const count = findings.error + findings.warning + findings.information;
    const most = repairable === count ? 'them' : `${repairable} of them`;
    lines.push(`"podproof fix" can repair ${most}; "podproof fix --diff" shows how.`);
  }
  return `${lines.join('\n')}\n`;
}

function counted(count: number, word: string): string {
  return `${count} ${count === 1 || word === 'information' ? word : `${word}s`}`;
}

type Style = Severity | 'bold' | 'dim';
type Paint = (style: Style, text: string) => string;

function painter(color: boolean): Paint {
  const { bold, dim, red, yellow, cyan } = picocolors.createColors(color);
  const styles: Readonly<Record<Style, (text: string) => string>> = {
    error: (text) => bold(red(text)),
    warning: (text) => bold(yellow(text)),
    information: (text) => bold(cyan(text)),
    bold,
    dim,
  };
  return (style, text) => styles[style](text);
}

/** A word that leads to a page, where the terminal shows such (OSC 8). */
function linked(text: string, address: string): string {
  return `\u001b]8;;${address}\u001b\\${text}\u001b]8;;\u001b\\`;
}
