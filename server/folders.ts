/** Folders: the workspace folders of the client, and which of them a file is in. */
import type { InitializeParams, WorkspaceFoldersChangeEvent } from 'vscode-languageserver';

export interface Folders {
  /** Their URIs, without a slash at the end. */
  all(): readonly string[];
  /** The innermost folder that holds a file; undefined where none does. */
  of(uri: string): string | undefined;
  changed(event: WorkspaceFoldersChangeEvent): void;
}

export function createFolders({
  workspaceFolders,
  rootUri,
}: Pick<InitializeParams, 'workspaceFolders' | 'rootUri'>): Folders {
  const given = workspaceFolders?.map(({ uri }) => uri) ?? (typeof rootUri === 'string' ? [rootUri] : []);
  let folders = given.map(trimmed);
  return {
    all: () => folders,
    of: (uri) => {
      const holding = folders.filter((folder) => uri.startsWith(`${folder}/`));
      return holding.sort((a, b) => b.length - a.length)[0];
    },
    changed({ added, removed }) {
      const gone = new Set(removed.map(({ uri }) => trimmed(uri)));
      folders = [
        ...new Set([
          ...folders.filter((folder) => !gone.has(folder)),
          ...added.map(({ uri }) => trimmed(uri)),
        ]),
      ];
    },
  };
}

function trimmed(uri: string): string {
  return uri.replace(/\/+$/, '');
}
