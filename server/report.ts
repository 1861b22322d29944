/** The report over the workspace: every workload of its files, those that are open as they are typed. */
import type { CancellationToken } from 'vscode-languageserver';
import type { JudgedFinding, PlacedFinding } from '../shared/analysis/analyze.ts';
import { practicesOf, summarize } from '../shared/analysis/summary.ts';
import { renderReport } from '../shared/report/page.ts';
import { type ReportRow, rowsOf, type Standing } from '../shared/report/rows.ts';
import { REPORT_PLACES_SCRIPT } from '../shared/report/script.ts';
import type { Analysis, Documents } from './documents.ts';
import { throwIfCancelled } from './fence.ts';
import type { Folders } from './folders.ts';
import type { ReportParams, ReportResult } from './protocol.ts';
import { newIn } from './squiggles.ts';
import type { WorkspaceCheck } from './workspaceCheck.ts';

/** A page with more rows helps nobody, and takes long to draw. */
const MAX_ROWS = 3000;

export interface ReportTools {
  readonly documents: Pick<Documents, 'uris' | 'analysis'>;
  readonly workspace: Pick<WorkspaceCheck, 'analyses'>;
  readonly folders: Folders;
}

/** The page, and the files that its links count; what a manifest says is in no address of it. */
export async function reportPage(
  { nonce, subject }: ReportParams,
  { documents, workspace, folders }: ReportTools,
  token: CancellationToken,
): Promise<ReportResult> {
  const rows: ReportRow[] = [];
  const problems: string[] = [];
  const files: string[] = [];
  /** Labels are what the rows know their files by. */
  const numbers = new Map<string, number>();
  let left = 0;

  const add = (analysis: Analysis): void => {
    const { document, analyzed, elsewhere, findings, excludedBy } = analysis;
    if (excludedBy !== undefined) return;
    const short = labelOf(document.uri, folders);
    const label = numbers.has(short) ? document.uri : short;
    if (summarize(analyzed, practicesOf(findings)).state === 'unreadable')
      problems.push(`${label}: could not be read as YAML.`);
    const standing = new Set(findings.map(keyOf));
    const news = new Set(newIn(analysis).map(keyOf));
    const standingOf = (finding: JudgedFinding): Standing => {
      const key = keyOf(finding);
      if (finding.suppressedBy === null && !standing.has(key)) return 'unasked';
      return finding.suppressedBy !== null || news.has(key) ? 'counts' : 'known';
    };
    const own = rowsOf(label, analyzed, document.lines, standingOf, elsewhere);
    if (own.length === 0) return;
    const room = Math.max(0, MAX_ROWS - rows.length);
    left += Math.max(0, own.length - room);
    rows.push(...own.slice(0, room));
    numbers.set(label, files.push(document.uri) - 1);
  };

  for (const uri of documents.uris()) {
    const analysis = await documents.analysis(uri, token);
    if (analysis !== undefined) add(analysis);
  }
  for await (const analysis of workspace.analyses(token)) add(analysis);
  throwIfCancelled(token);
  if (left > 0) problems.push(`${left} more workloads, which are too many for one page.`);

  const html = renderReport(rows, {
    subject,
    placeOf: (file, line, character) => {
      const number = numbers.get(file);
      return number === undefined ? undefined : `#place=${number}:${line}:${character}`;
    },
    policy: { style: `'nonce-${nonce}'`, script: `'nonce-${nonce}'`, nonce },
    hostScript: REPORT_PLACES_SCRIPT,
    problems,
  });
  return { html, files };
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

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
