/** The text of a workspace folder's baseline: all that is found in it now, in files that are open as they are typed. */
import type { CancellationToken } from 'vscode-languageserver';
import { type FileFindings, writeBaseline } from '../shared/analysis/baseline.ts';
import { decoded } from '../shared/text/uri.ts';
import type { Analysis, Documents } from './documents.ts';
import { throwIfCancelled } from './fence.ts';
import type { Folders } from './folders.ts';
import type { BaselineParams, BaselineResult } from './protocol.ts';
import { fileInBaseline } from './squiggles.ts';
import type { WorkspaceCheck } from './workspaceCheck.ts';

export interface BaselineTools {
  readonly documents: Pick<Documents, 'uris' | 'analysis'>;
  readonly workspace: Pick<WorkspaceCheck, 'analyses'>;
  readonly folders: Folders;
}

/** What an older baseline remembers and is still found is remembered again; what is not found any more is not. */
export async function baselineText(
  params: BaselineParams,
  { documents, workspace, folders }: BaselineTools,
  token: CancellationToken,
): Promise<BaselineResult> {
  const folder = params.folder.replace(/\/+$/, '');
  if (!folders.all().includes(folder)) return { declined: 'This is no folder of the workspace.' };
  const files: FileFindings[] = [];
  let findings = 0;
  const add = ({ document: { uri }, analyzed, findings: all, excludedBy }: Analysis): void => {
    if (excludedBy !== undefined || folders.of(uri) !== folder) return;
    const path = decoded(uri.slice(folder.length + 1));
    // What the values of a chart answer is counted where it is found.
    const found = all.filter((placed) => fileInBaseline(placed, analyzed, path) === path);
    if (found.length === 0) return;
    findings += found.length;
    files.push({ path, findings: found.map(({ finding }) => finding) });
  };
  for (const uri of documents.uris()) {
    const analysis = await documents.analysis(uri, token);
    if (analysis !== undefined) add(analysis);
  }
  for await (const analysis of workspace.analyses(token)) add(analysis);
  throwIfCancelled(token);
  return { text: writeBaseline(files), findings, files: files.length };
}
