/** The first five minutes: the walkthrough, which opens beside the first manifest and then never again, and an example to try. */
import { commands, type ExtensionContext, ExtensionMode, window, workspace } from 'vscode';

const SHOWN = 'podproof.walkthroughShown';

/** Opens the walkthrough where it has not been opened before; whoever does not want walkthroughs says so in VS Code's own setting. */
export async function showWalkthroughOnce(context: ExtensionContext): Promise<void> {
  if (context.extensionMode === ExtensionMode.Test || context.globalState.get(SHOWN) === true) return;
  await context.globalState.update(SHOWN, true);
  const isWanted = workspace
    .getConfiguration('workbench.welcomePage.walkthroughs')
    .get<boolean>('openOnInstall');
  if (isWanted === false) return;
  const editor = window.activeTextEditor;
  await commands.executeCommand(
    'workbench.action.openWalkthrough',
    `${context.extension.id}#harden-your-first-pod`,
    true,
  );
  // Whoever is typing goes on typing.
  if (editor !== undefined) await window.showTextDocument(editor.document, editor.viewColumn);
}

/** Opens a new document, which nobody has to save or throw away, with a pod that misses all of the practices. */
export async function openExample(): Promise<void> {
  const document = await workspace.openTextDocument({ language: 'yaml', content: EXAMPLE });
  await window.showTextDocument(document);
}

const EXAMPLE = `apiVersion: v1
kind: Pod
metadata:
  name: first
spec:
  containers:
    - name: web
      image: nginx:1.27
`;
