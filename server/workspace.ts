/** The workspace check as the server has it: begun when the settings of a folder, or a person, ask for it. */
import { createWorkspaceCheck, type WorkspaceCheck, type WorkspaceTools } from './workspaceCheck.ts';

export function createWorkspace(tools: WorkspaceTools): WorkspaceCheck {
  const { folders } = tools;
  let begun: WorkspaceCheck | undefined;
  const begin = (): WorkspaceCheck => {
    begun ??= createWorkspaceCheck(tools);
    return begun;
  };
  /** Whether the settings of folders ask for it. */
  const wanted = new Map<string, Promise<boolean>>();
  const isWantedIn = (folder: string): Promise<boolean> => {
    let known = wanted.get(folder);
    if (known === undefined) {
      known = tools
        .settingsBelow(folder)
        .then((settingsOf) => settingsOf(`${folder}/`))
        .then(({ checkWorkspace }) => checkWorkspace);
      wanted.set(folder, known);
    }
    return known;
  };
  const isWantedFor = async (uri: string): Promise<boolean> => {
    const folder = folders.of(uri);
    return folder !== undefined && (await isWantedIn(folder));
  };
  const checkAsSet = async (): Promise<void> => {
    const answers = begun === undefined ? await Promise.all(folders.all().map(isWantedIn)) : [];
    if (begun !== undefined || answers.includes(true)) await begin().checkAsSet();
  };
  return {
    checkAll: (progress) => begin().checkAll(progress),
    checkAsSet,
    async everythingChanged() {
      wanted.clear();
      if (begun !== undefined) return await begun.everythingChanged();
      tools.coverChanged();
      await checkAsSet();
    },
    async fileChanged(uri) {
      if (begun !== undefined || (await isWantedFor(uri))) await begin().fileChanged(uri);
    },
    typed: (uri) => begun?.typed(uri),
    factsChanged: (folder, names) => begun?.factsChanged(folder, names),
    othersChanged: (isConcerned) => begun?.othersChanged(isConcerned),
    analyses: (token) => begin().analyses(token),
    opened: (uri) => begun?.opened(uri),
    async covers(uri) {
      return (begun !== undefined || (await isWantedFor(uri))) && (await begin().covers(uri));
    },
    watch(watcher) {
      if (begun !== undefined || watcher !== undefined) begin().watch(watcher);
    },
  };
}
