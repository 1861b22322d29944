/** The report over the workspace: every workload of its files, those that are open as they are typed. */
import type { CancellationToken } from 'vscode-languageserver';
import type { JudgedFinding, PlacedFinding } from '../shared/analysis/analyze.ts';
import { practicesOf, summarize } from '../shared/analysis/summary.ts';
import { renderReport, worstFirst } from '../shared/report/page.ts';
import { type ReportRow, rowsOf, type Standing } from '../shared/report/rows.ts';
import { REPORT_PLACES_SCRIPT } from '../shared/report/script.ts';
import { decoded } from '../shared/text/uri.ts';
import { contentHash } from './contentHash.ts';
import type { Analysis, Documents } from './documents.ts';
import { throwIfCancelled } from './fence.ts';
import type { Folders } from './folders.ts';
import type { ReportParams, ReportResult } from './protocol.ts';
import { newIn } from './squiggles.ts';
import type { WorkspaceCheck } from './workspaceCheck.ts';

/** A page with more rows helps nobody, and takes long to draw. */
const MAX_ROWS = 3000;

/** More rows than this are counted only. */
const MAX_KEPT_ROWS = 20_000;

export interface ReportTools {
  readonly documents: Pick<Documents, 'uris' | 'analysis'>;
  readonly workspace: Pick<WorkspaceCheck, 'analyses' | 'watch'>;
  readonly folders: Folders;
  /** Tells the client that it shows a report that is out of date. */
  outdated(): void;
}

export interface Reports {
  /** The page, and the files that its links count; what a manifest says is in no address of it. */
  page(params: ReportParams, token: CancellationToken): Promise<ReportResult>;
  /** Something else may be found than before. */
  changed(): void;
  /** Nobody shows the report any longer: nothing is kept for it. */
  closed(): void;
}

/** What the report has of one file. */
interface FileRows {
  readonly rows: readonly ReportRow[];
  readonly isReadable: boolean;
}

export function createReports({ documents, workspace, folders, outdated }: ReportTools): Reports {
  /** The rows of the files that are not open, for as long as the client keeps showing the report. */
  let closed: Map<string, FileRows> | undefined;
  let keptRows = 0;
  let isKept = false;
  let filling: Promise<void> | undefined;

  const keep = (uri: string, analysis: Analysis | undefined): void => {
    if (closed === undefined) return;
    keptRows -= closed.get(uri)?.rows.length ?? 0;
    const rows = analysis === undefined ? undefined : fileRowsOf(analysis);
    if (rows === undefined || keptRows >= MAX_KEPT_ROWS) {
      closed.delete(uri);
      return;
    }
    keptRows += rows.rows.length;
    closed.set(uri, rows);
  };

  const forget = (): void => {
    closed = undefined;
    keptRows = 0;
  };

  /** The rows of all files that are not open; several that ask at once wait for the same. */
  const closedRows = async (token: CancellationToken): Promise<ReadonlyMap<string, FileRows>> => {
    for (;;) {
      throwIfCancelled(token);
      if (filling !== undefined) await filling.catch(() => undefined);
      else if (closed !== undefined) return closed;
      else {
        filling = fill(token);
        await filling.finally(() => {
          filling = undefined;
        });
      }
    }
  };

  const fill = async (token: CancellationToken): Promise<void> => {
    const fresh = new Map<string, FileRows>();
    closed = fresh;
    let isDone = false;
    try {
      for await (const analysis of workspace.analyses(token)) keep(analysis.document.uri, analysis);
      isDone = !token.isCancellationRequested;
    } finally {
      if (!isDone && closed === fresh) forget();
    }
  };

  return {
    async page(params, token) {
      if (params.isKept === true && !isKept) {
        isKept = true;
        workspace.watch({
          judged(uri, analysis) {
            keep(uri, analysis);
            outdated();
          },
          everythingChanged() {
            forget();
            outdated();
          },
        });
      }
      const all = new Map(await closedRows(token));
      if (!isKept) forget();
      for (const uri of documents.uris()) {
        all.delete(uri);
        const analysis = await documents.analysis(uri, token);
        const rows = analysis === undefined ? undefined : fileRowsOf(analysis);
        if (rows !== undefined) all.set(uri, rows);
      }
      return pageOf(params, all, folders);
    },
    changed() {
      if (isKept) outdated();
    },
    closed() {
      isKept = false;
      workspace.watch(undefined);
      forget();
    },
  };
}

/** Undefined for a file of which the report has nothing to say. */
function fileRowsOf(analysis: Analysis): FileRows | undefined {
  const { document, analyzed, elsewhere, findings, excludedBy } = analysis;
  if (excludedBy !== undefined) return undefined;
  const isReadable = summarize(analyzed, practicesOf(findings)).state !== 'unreadable';
  const standing = new Set(findings.map(keyOf));
  const news = new Set(newIn(analysis).map(keyOf));
  const standingOf = (finding: JudgedFinding): Standing => {
    const key = keyOf(finding);
    if (finding.suppressedBy === null && !standing.has(key)) return 'unasked';
    return finding.suppressedBy !== null || news.has(key) ? 'counts' : 'known';
  };
  const rows = rowsOf(document.uri, analyzed, document.lines, standingOf, elsewhere);
  return rows.length === 0 && isReadable ? undefined : { rows, isReadable };
}

function pageOf(
  { nonce, subject, previousId }: ReportParams,
  all: ReadonlyMap<string, FileRows>,
  folders: Folders,
): ReportResult {
  const problems: string[] = [];
  const rows: ReportRow[] = [];
  const files: string[] = [];
  /** Labels are what the rows know their files by. */
  const numbers = new Map<string, number>();
  const labeled = [...all].map(([uri, own]) => ({ uri, own, short: labelOf(uri, folders) }));
  // Files that open and close stay where they are.
  for (const { uri, own, short } of labeled.sort((a, b) => (a.short < b.short ? -1 : 1))) {
    const label = numbers.has(short) ? uri : short;
    if (!own.isReadable) problems.push(`${label}: could not be read as YAML.`);
    if (own.rows.length === 0) continue;
    for (const row of own.rows) rows.push({ ...row, file: label });
    numbers.set(label, files.push(uri) - 1);
  }
  const shown = worstFirst(rows).slice(0, MAX_ROWS);
  if (rows.length > shown.length)
    problems.push(`${rows.length - shown.length} more workloads, which are too many for one page.`);
  const id = contentHash(JSON.stringify([subject, shown, problems, files]));
  if (id === previousId) return { id, html: '', files };
  const html = renderReport(shown, {
    subject,
    placeOf: (file, line, character) => {
      const number = numbers.get(file);
      return number === undefined ? undefined : `#place=${number}:${line}:${character}`;
    },
    policy: { style: `'nonce-${nonce}'`, script: `'nonce-${nonce}'`, nonce },
    hostScript: REPORT_PLACES_SCRIPT,
    problems,
  });
  return { id, html, files };
}

/** Overlays and charts may word a finding anew; its place and its check stay. */
function keyOf({ finding: { code, span, pod, container }, documentStart }: PlacedFinding): string {
  const where = [documentStart, span.start, span.end, container?.list, container?.index];
  return JSON.stringify([code, ...where, pod.path]);
}

/** The path from the workspace folder, after the folder's name where there are several; the URI of a file in none. */
function labelOf(uri: string, folders: Folders): string {
  const folder = folders.of(uri);
  if (folder === undefined) return decoded(uri.replace(/^file:\/\//, ''));
  const path = uri.slice(folder.length + 1);
  return decoded(folders.all().length > 1 ? `${folder.slice(folder.lastIndexOf('/') + 1)}/${path}` : path);
}
