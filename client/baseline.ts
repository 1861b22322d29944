/** Writing a baseline: what is found in a workspace folder now is remembered in a file of it, and no longer shown. */
import {
  type CancellationToken,
  l10n,
  ProgressLocation,
  Uri,
  type WorkspaceFolder,
  window,
  workspace,
} from 'vscode';
import { plain } from './plain.ts';
import type { BaselineResult } from './protocol.ts';

/** Asks the server for the text of a folder's baseline. */
export type MakeBaseline = (folder: Uri, token: CancellationToken) => Promise<BaselineResult>;

/** Writes the baseline of a folder; asks which folder where there are several, and before it writes over an older baseline. */
export async function writeBaseline(make: MakeBaseline): Promise<void> {
  const folder = await chooseFolder();
  if (folder === undefined) return;
  const file = Uri.joinPath(folder.uri, '.podproof-baseline.json');
  if ((await exists(file)) && !(await confirm())) return;
  const made = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: l10n.t('Podproof: Writing the baseline'),
      cancellable: true,
    },
    async (_, token) => {
      try {
        return await make(folder.uri, token);
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      }
    },
  );
  if (made === undefined) return;
  if ('declined' in made) {
    await window.showInformationMessage(plain(`Podproof: ${made.declined}`));
    return;
  }
  await workspace.fs.writeFile(file, new TextEncoder().encode(made.text));
  await window.showInformationMessage(
    l10n.t(
      'Podproof: {0} findings in {1} files are remembered in .podproof-baseline.json, and no longer shown.',
      made.findings,
      made.files,
    ),
  );
}

async function chooseFolder(): Promise<WorkspaceFolder | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length > 1) return window.showWorkspaceFolderPick();
  const [only] = folders;
  if (only === undefined) {
    await window.showInformationMessage(
      l10n.t('Podproof: A baseline is written into a folder: open one first.'),
    );
  }
  return only;
}

async function exists(file: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}

async function confirm(): Promise<boolean> {
  const overwrite = l10n.t('Write It Anew');
  const answer = await window.showWarningMessage(
    l10n.t('There is a baseline already. Write it anew, with all that is found now?'),
    { modal: true },
    overwrite,
  );
  return answer === overwrite;
}
