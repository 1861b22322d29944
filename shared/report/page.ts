/** The report: one page that shows workloads down and practices across, worst first. The same page stands in a file and in an editor. */
import { pageUrl } from '../catalog/pages.ts';
import { explainedPractices } from '../practices/explained.ts';
import { PRACTICE_IDS, type PracticeId, type Severity } from '../practices/practice.ts';
import type { ReportCell, ReportFinding, ReportRow } from './rows.ts';
import { REPORT_SCRIPT } from './script.ts';
import { REPORT_STYLE } from './style.ts';

export interface ReportOptions {
  /** What was checked, for people: `deploy` or `2 folders`. */
  readonly subject: string;
  /** The address of a place (line and character one-based); undefined where there is none to go to. */
  readonly placeOf: (file: string, line: number, character: number) => string | undefined;
  /**
   * What the content security policy allows: a source for the style and one for the script, such as the hashes of `REPORT_STYLE` and
   * `REPORT_SCRIPT`, or a nonce that both then carry.
   */
  readonly policy: { readonly style: string; readonly script: string; readonly nonce?: string };
  /** A further script, of the host that shows the page. */
  readonly hostScript?: string;
  /** What could not be read: each in one sentence. */
  readonly problems: readonly string[];
}

/** The text of the page. It loads nothing, and nothing in a manifest becomes markup. */
export function renderReport(rows: readonly ReportRow[], options: ReportOptions): string {
  const { subject, policy, problems } = options;
  const sorted = worstFirst(rows);
  const nonce = policy.nonce === undefined ? '' : ` nonce="${escaped(policy.nonce)}"`;
  const title = `Podproof: ${subject}`;
  const csp = `default-src 'none'; style-src ${policy.style}; script-src ${policy.script}; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(csp)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style${nonce}>${REPORT_STYLE}</style>
</head>
<body>
<header>
<h1>Pod security report</h1>
<p data-part="overview">${escaped(overview(rows, subject))}</p>
</header>
<main>
${problemsSection(problems)}<p data-part="nothing"${rows.length === 0 ? '' : ' hidden'}>There are no workloads there.</p>
${chart(rows)}${table(sorted, options)}</main>
<script${nonce}>${REPORT_SCRIPT}</script>${options.hostScript === undefined ? '' : `\n<script${nonce}>${options.hostScript}</script>`}
</body>
</html>
`;
}

function overview(rows: readonly ReportRow[], subject: string): string {
  const findings = rows.flatMap(({ cells }) => counting(cells));
  const files = new Set(rows.map(({ file }) => file)).size;
  const clean = rows.filter(({ cells }) => counting(cells).length === 0).length;
  const parts = SEVERITIES.map((severity) =>
    counted(findings.filter((finding) => finding.severity === severity).length, severity),
  );
  const hidden = rows.flatMap(({ cells }) => cells).reduce((sum, cell) => sum + cell.hidden, 0);
  const notCounted =
    hidden === 0
      ? ''
      : ` ${counted(hidden, 'finding')} ${hidden === 1 ? 'is' : 'are'} suppressed or known from a baseline, and not counted.`;
  return `${subject}: ${counted(rows.length, 'workload')} in ${counted(files, 'file')}. ${parts.join(', ')}. ${clean} of ${rows.length} ${rows.length === 1 ? 'workload misses' : 'workloads miss'} nothing${hidden === 0 ? '' : ' else'}.${notCounted}`;
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'information'];

function problemsSection(problems: readonly string[]): string {
  const items = problems.map((problem) => `<li>${escaped(problem)}</li>`).join('\n');
  return `<section data-part="problems" aria-labelledby="problems"${problems.length === 0 ? ' hidden' : ''}><h2 id="problems">Not checked</h2>\n<ul>\n${items}\n</ul></section>\n`;
}

/** Bars with their numbers beside them; the numbers are what counts, so that the bars are hidden from readers of the screen. */
function chart(rows: readonly ReportRow[]): string {
  const bars = explainedPractices().map(({ id, title }, index) => {
    const cells = rows.map((row) => row.cells[index]).filter((cell) => cell !== undefined);
    const applies = cells.filter(({ state }) => state !== 'none').length;
    const missed = cells.filter(({ state }) => state === 'missed').length;
    const share = applies === 0 ? 0 : Math.round((missed / applies) * 1000) / 10;
    return `<tr><th scope="row"><a href="${pageUrl(id)}" title="${escaped(title)}">${nameOf(id)}</a></th><td>${missed} of ${applies}</td><td class="bar" aria-hidden="true"><svg viewBox="0 0 100 8" preserveAspectRatio="none" focusable="false"><rect class="all" width="100" height="8"/><rect class="part" width="${share}" height="8"/></svg></td></tr>`;
  });
  return `<section data-part="practices" aria-labelledby="practices"${rows.length === 0 ? ' hidden' : ''}><h2 id="practices">How many workloads miss each practice</h2>
<table class="chart"><thead class="apart"><tr><th scope="col">Practice</th><th scope="col">Missed by</th><td></td></tr></thead><tbody>
${bars.join('\n')}
</tbody></table></section>
`;
}

function table(rows: readonly ReportRow[], options: ReportOptions): string {
  const heads = PRACTICE_IDS.map(
    (id) =>
      `<th scope="col" data-name="${nameOf(id)}"><a href="${pageUrl(id)}">${nameOf(id)}</a> ${sortButton(`the worst for ${nameOf(id)} first`)}</th>`,
  );
  const body = keyed(rows).map(([key, row]) => tableRow(key, row, options));
  return `<section data-part="workloads" aria-labelledby="workloads"${rows.length === 0 ? ' hidden' : ''}><h2 id="workloads">Workloads</h2>
<form class="filters" hidden>
${choice('namespace', 'Namespace', distinct(rows, namespaceOf))}
${choice(
  'kind',
  'Kind',
  distinct(rows, ({ kind }) => kind),
)}
${choice('missed', 'Missed practice', PRACTICE_IDS, (id) => nameOf(id as PracticeId))}
<button type="reset">Show all</button>
<output>${counted(rows.length, 'workload')}, worst first</output>
</form>
<div class="scroll" role="region" aria-labelledby="workloads" tabindex="0">
<table class="workloads">
<thead><tr><th scope="col">Workload ${sortButton('by name')}</th>${heads.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>
</div>
<p class="legend"><span class="followed">✓</span> followed <span class="missed error">✗</span> error <span class="missed warning">▲</span> warning <span class="missed information">●</span> information <span class="suppressed">(✓)</span> suppressed or known <span class="none">–</span> off, or does not apply</p>
</section>
`;
}

/** Shown where scripts run. Pressed again, it puts the worst first once more. */
function sortButton(order: string): string {
  return `<button type="button" hidden title="Sort ${order}"><span aria-hidden="true"></span><span class="apart">Sort ${order}</span></button>`;
}

/** Rows with names that hold while their lines move and others come and go. */
function keyed(rows: readonly ReportRow[]): readonly (readonly [key: string, row: ReportRow])[] {
  const counts = new Map<string, number>();
  return rows.map((row) => {
    // Total: what has no place in a URI is escaped in JSON.
    const key = encodeURIComponent(JSON.stringify([row.file, row.kind, row.namespace, row.name]));
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return [`${key}-${count}`, row];
  });
}

function choice(
  name: string,
  label: string,
  values: readonly string[],
  words: (value: string) => string = (value) => value,
): string {
  const options = values.map(
    (value) => `<option value="${escaped(value)}">${escaped(words(value))}</option>`,
  );
  return `<label>${label} <select name="${name}"><option value="">all</option>${options.join('')}</select></label>`;
}

function tableRow(key: string, row: ReportRow, options: ReportOptions): string {
  const { file, line, kind, name, cells } = row;
  const missed = cells.filter(({ state }) => state === 'missed').map(({ practice }) => practice);
  const namespace = namespaceOf(row);
  const details = cells.flatMap(({ findings, state }) =>
    findings.map((finding) => detail(file, finding, state === 'suppressed', options)),
  );
  const more =
    details.length === 0
      ? ''
      : `<details><summary>${counted(details.length, 'finding')}</summary><ul>${details.join('')}</ul></details>`;
  const place = link(options.placeOf(file, line, 1), `${file}:${line}`);
  return `<tr data-key="${key}" data-namespace="${escaped(namespace)}" data-kind="${escaped(kind)}" data-missed="${missed.join(' ')}"><th scope="row"><span class="name">${escaped(kind)} ${escaped(name ?? '(no name)')}</span> <span class="namespace">${escaped(namespace)}</span><br>${place}${more}</th>${cells.map((cell) => tableCell(file, cell, options)).join('')}</tr>`;
}

function detail(
  file: string,
  { code, severity, message, line, character }: ReportFinding,
  isSuppressed: boolean,
  options: ReportOptions,
): string {
  const what = isSuppressed ? 'suppressed' : severity;
  return `<li>${link(options.placeOf(file, line, character), `Line ${line}`)}: <strong>${what}</strong>: ${escaped(message)} <code>${escaped(code)}</code></li>`;
}

function tableCell(
  file: string,
  { practice, state, findings }: ReportCell,
  { placeOf }: ReportOptions,
): string {
  const [first] = SEVERITIES.map((severity) =>
    findings.find((finding) => finding.severity === severity),
  ).filter((finding) => finding !== undefined);
  const label = nameOf(practice);
  switch (state) {
    case 'followed':
      return `<td class="followed">✓<span class="apart"> followed</span></td>`;
    case 'none':
      return `<td class="none">–<span class="apart"> off, or does not apply</span></td>`;
    case 'suppressed':
      return `<td class="suppressed">(✓)<span class="apart"> suppressed or known</span></td>`;
    case 'missed': {
      if (first === undefined) return '<td></td>';
      const { severity, line, character } = first;
      const all = findings.map(({ message }) => message).join('\n');
      const words = `${counted(findings.length, 'finding')}, the worst ${WORST[severity]}, ${label}, line ${line}`;
      const address = placeOf(file, line, character);
      const inner = `${SIGNS[severity]} ${findings.length}<span class="apart"> ${escaped(words)}</span>`;
      const weight = SEVERITIES.reduce(
        (sum, one) => sum * 1000 + Math.min(999, findings.filter((found) => found.severity === one).length),
        0,
      );
      return `<td class="missed ${severity}" data-weight="${weight}" title="${escaped(all)}">${address === undefined ? inner : `<a href="${escaped(address)}">${inner}</a>`}</td>`;
    }
  }
}

const WORST: Readonly<Record<Severity, string>> = {
  error: 'an error',
  warning: 'a warning',
  information: 'information',
};

/** Shapes and not only colors tell severities apart. */
const SIGNS: Readonly<Record<Severity, string>> = { error: '✗', warning: '▲', information: '●' };

function link(address: string | undefined, text: string): string {
  return address === undefined ? escaped(text) : `<a href="${escaped(address)}">${escaped(text)}</a>`;
}

/** Most errors first, then most warnings, then most of the rest; the order of the files where that is equal. */
export function worstFirst(rows: readonly ReportRow[]): readonly ReportRow[] {
  const weighed = rows.map((row) => {
    const findings = counting(row.cells);
    return {
      row,
      counts: SEVERITIES.map((severity) => findings.filter((one) => one.severity === severity).length),
    };
  });
  weighed.sort(({ counts: a }, { counts: b }) => {
    for (let i = 0; i < SEVERITIES.length; i++) {
      const difference = (b[i] ?? 0) - (a[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return weighed.map(({ row }) => row);
}

function counting(cells: readonly ReportCell[]): readonly ReportFinding[] {
  return cells.flatMap(({ state, findings }) => (state === 'missed' ? findings : []));
}

function namespaceOf({ namespace }: ReportRow): string {
  return namespace ?? '(no namespace)';
}

function distinct(rows: readonly ReportRow[], of: (row: ReportRow) => string): readonly string[] {
  return [...new Set(rows.map(of))].sort((a, b) => (a < b ? -1 : 1));
}

/** `Service account token`. */
function nameOf(practice: PracticeId): string {
  const words = practice.replace('read-only', 'read\u{2011}only').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function counted(count: number, word: string): string {
  return `${count} ${count === 1 || word === 'information' ? word : `${word}s`}`;
}

/** Text as it stands in markup and in quoted attributes; characters that HTML has no place for are replaced. */
function escaped(text: string): string {
  return text
    .replace(NOT_IN_HTML, '\u{FFFD}')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const NOT_IN_HTML = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
