/** The extension's entry: waits until a document looks like a manifest, then starts the server. */
import {
  commands,
  type Disposable,
  type ExtensionContext,
  env,
  type LogOutputChannel,
  l10n,
  type TextDocument,
  type WorkspaceFolder,
  window,
  workspace,
} from 'vscode';
import { registerAgentTools } from './agentTools.ts';
import { describeForBugReport } from './bugReport.ts';
import { isConfigFile, isServed } from './documents.ts';
import { openExample, showWalkthroughOnce } from './firstSteps.ts';
import { checkChartWithHelm, forgetHelmCheck } from './helmCheck.ts';
import { chooseChanges } from './ladder.ts';
import type { Server } from './languageClient.ts';
import { looksLikeManifest } from './looksLikeManifest.ts';
import { plain } from './plain.ts';
import { chooseHardenCommand, type HardenChoicesParams } from './protocol.ts';
import { createStatus } from './status.ts';

/** Typing makes many changes; one look after the last of them is enough. */
const lookAfterMilliseconds = 150;

let starting: Promise<Server> | undefined;

export function activate(context: ExtensionContext): void {
  const status = createStatus();
  let log: LogOutputChannel | undefined;
  const openLog = (): LogOutputChannel => {
    if (log === undefined) {
      log = window.createOutputChannel('Podproof', { log: true });
      context.subscriptions.push(log);
    }
    return log;
  };

  let waiting: Disposable | undefined;
  const start = (): Promise<Server> => {
    waiting?.dispose();
    starting ??= import('./languageClient.ts').then(({ startServer }) =>
      startServer(context, openLog(), status),
    );
    return starting;
  };
  /** As `start`, where nobody waits for the answer. A failure is in the log and in the status item. */
  const startQuietly = (): void => {
    start().catch((error: unknown) => {
      openLog().error(error instanceof Error ? error : String(error));
      status.setServerState('stopped');
    });
  };

  waiting = waitForManifest(() => {
    startQuietly();
    showWalkthroughOnce(context).catch((error: unknown) => openLog().warn(String(error)));
  });

  // Who wants all files checked need not open one of them first.
  const isWanted = ({ uri }: WorkspaceFolder): boolean =>
    workspace.getConfiguration('podproof', uri).get('checkWorkspace') === true;
  if (workspace.workspaceFolders?.some(isWanted) === true) startQuietly();

  context.subscriptions.push(
    status,
    waiting,
    commands.registerCommand('podproof.openExample', openExample),
    commands.registerCommand('podproof.restart', async () => {
      const running = await starting?.catch(() => undefined);
      if (running !== undefined) {
        await running.restart();
        return;
      }
      starting = undefined;
      await start();
    }),
    commands.registerCommand('podproof.showLog', () => {
      if (starting === undefined) {
        openLog().info('The server is not started: no open document has both an apiVersion and a kind.');
      }
      openLog().show();
    }),
    commands.registerCommand('podproof.copyBugReport', async () => {
      await env.clipboard.writeText(describeForBugReport(context.extension, status.serverState()));
      await window.showInformationMessage(
        l10n.t('Copied: versions, settings and counts, without any text of yours.'),
      );
    }),
    commands.registerCommand('podproof.checkWorkspace', async () => (await start()).checkWorkspace()),
    commands.registerCommand('podproof.writeBaseline', async () => (await start()).writeBaseline()),
    { dispose: forgetHelmCheck },
    commands.registerCommand('podproof.checkChartWithHelm', () => checkChartWithHelm(start)),
    commands.registerCommand('podproof.showReport', async () => (await start()).showReport()),
    window.registerWebviewPanelSerializer('podproof.report', {
      deserializeWebviewPanel: async (panel) => (await start()).restoreReport(panel),
    }),
    ...registerAgentTools(async (question) => (await start()).askAgent(question)),
    // Not in the palette: the code lens gives it its place.
    commands.registerCommand(chooseHardenCommand, async (params: HardenChoicesParams) => {
      const server = await start();
      const choices = await server.hardenChoices(params);
      if (choices.length === 0) {
        await window.showInformationMessage(l10n.t('Podproof: There is nothing to harden here.'));
        return;
      }
      const picked = await window.showQuickPick(
        choices.map(({ title, apply }) => ({ label: title, apply })),
        { title: 'Podproof', placeHolder: l10n.t('What to harden') },
      );
      await picked?.apply();
    }),
    ...['patch', 'values'].map((by) =>
      commands.registerCommand(`podproof.hardenBy${by === 'patch' ? 'Patch' : 'Values'}`, async () => {
        await start();
        await commands.executeCommand('editor.action.codeAction', {
          kind: `refactor.rewrite.podproof.harden.${by}`,
          apply: 'ifSingle',
        });
      }),
    ),
    commands.registerCommand('podproof.hardenFile', async () => {
      const document = window.activeTextEditor?.document;
      if (document === undefined || !isServed(document)) {
        await window.showInformationMessage(l10n.t('Podproof hardens Kubernetes manifests: open one first.'));
        return;
      }
      const server = await start();
      const toSay = await server.hardenFile(document);
      if (toSay !== null) await window.showInformationMessage(plain(`Podproof: ${toSay}`));
    }),
    commands.registerCommand('podproof.hardenWithPreview', async () => {
      const document = window.activeTextEditor?.document;
      if (document === undefined || !isServed(document)) {
        await window.showInformationMessage(l10n.t('Podproof hardens Kubernetes manifests: open one first.'));
        return;
      }
      const server = await start();
      const ladder = await server.ladder(document);
      if ('declined' in ladder) {
        await window.showInformationMessage(plain(`Podproof: ${ladder.declined}`));
        return;
      }
      const { version, changes: offered } = ladder;
      if (offered.length === 0) {
        await window.showInformationMessage(l10n.t('Podproof: There is nothing to harden in this file.'));
        return;
      }
      const changes = await chooseChanges(offered);
      if (changes === undefined || changes.length === 0) return;
      const toSay = await server.hardenFile(document, { version, changes });
      if (toSay !== null) await window.showInformationMessage(plain(`Podproof: ${toSay}`));
    }),
  );
}

export async function deactivate(): Promise<void> {
  const server = await starting?.catch(() => undefined);
  await server?.stop();
}

/**
 * Calls back once, when an open document looks like a manifest: at once, when one opens, or when it is typed or pasted.
 *
 * Disposing ends the wait.
 */
function waitForManifest(found: () => void): Disposable {
  const listeners: Disposable[] = [];
  const timers = new Map<string, NodeJS.Timeout>();
  const dispose = (): void => {
    for (const listener of listeners.splice(0)) listener.dispose();
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
  };
  const look = (document: TextDocument): void => {
    if (!isServed(document)) return;
    // The values of a chart are no manifest, but decide what its templates become.
    const isValuesFile = /\/values[^/]*\.ya?ml$/.test(document.uri.path);
    // A kustomization needs to say of itself neither apiVersion nor kind.
    const isKustomization = /\/(?:kustomization\.ya?ml|Kustomization)$/.test(document.uri.path);
    const isWanted =
      isValuesFile || isKustomization || isConfigFile(document) || looksLikeManifest(document.getText());
    if (!isWanted) return;
    dispose();
    found();
  };
  const lookLater = (document: TextDocument): void => {
    if (!isServed(document)) return;
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => {
        timers.delete(key);
        if (!document.isClosed) look(document);
      }, lookAfterMilliseconds),
    );
  };

  listeners.push(
    workspace.onDidOpenTextDocument(look),
    workspace.onDidChangeTextDocument(({ document }) => lookLater(document)),
  );
  for (const document of workspace.textDocuments) {
    // A document that is a manifest has ended the wait.
    if (listeners.length > 0) look(document);
  }
  return { dispose };
}
