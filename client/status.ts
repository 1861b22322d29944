/** The language status item: says why there are squiggles, and above all why there are none. */
import {
  type Disposable,
  LanguageStatusSeverity,
  l10n,
  languages,
  type TextDocument,
  type TextEditor,
  window,
  workspace,
} from 'vscode';
import { documentSelector, isServed } from './documents.ts';
import type { StatusParams } from './protocol.ts';

/** Where the language server stands. `idle` is before any document looked like a manifest. */
export type ServerState = 'idle' | 'starting' | 'running' | 'stopped';

export interface Status extends Disposable {
  /** What the server said about a document; forgotten when the document closes. */
  show(params: StatusParams): void;
  setServerState(state: ServerState): void;
  serverState(): ServerState;
}

export function createStatus(): Status {
  const item = languages.createLanguageStatusItem('podproof', documentSelector);
  item.name = 'Podproof';
  const said = new Map<string, StatusParams>();
  let state: ServerState = 'idle';

  const render = (editor: TextEditor | undefined = window.activeTextEditor): void => {
    const document = editor?.document;
    if (document === undefined || !isServed(document)) return;
    const status = describe(state, said.get(document.uri.toString()));
    item.text = `Podproof: ${status.text}`;
    item.severity = severities[status.severity ?? 'information'];
    item.busy = state === 'starting';
    // An absent detail is an empty one: the item keeps its last value otherwise.
    item.detail = status.detail ?? '';
    item.command = commands[state];
  };
  render();

  const forget = (document: TextDocument): void => {
    said.delete(document.uri.toString());
  };
  const listeners = [window.onDidChangeActiveTextEditor(render), workspace.onDidCloseTextDocument(forget)];

  return {
    show(params) {
      said.set(params.uri, params);
      render();
    },
    setServerState(newState) {
      state = newState;
      // What an earlier server said may not be what the next one says.
      if (state !== 'running') said.clear();
      render();
    },
    serverState: () => state,
    dispose() {
      for (const listener of listeners) listener.dispose();
      item.dispose();
    },
  };
}

const severities = {
  information: LanguageStatusSeverity.Information,
  warning: LanguageStatusSeverity.Warning,
  error: LanguageStatusSeverity.Error,
};

const showLog = { title: l10n.t('Show Log'), command: 'podproof.showLog' };
const restart = { title: l10n.t('Restart'), command: 'podproof.restart' };
const commands = { idle: showLog, starting: showLog, running: showLog, stopped: restart };

function describe(state: ServerState, said: StatusParams | undefined): Omit<StatusParams, 'uri'> {
  switch (state) {
    case 'idle':
      return {
        text: l10n.t('not a Kubernetes manifest'),
        detail: l10n.t('The server is not started: no open document has both an apiVersion and a kind'),
      };
    case 'starting':
      return { text: l10n.t('starting') };
    case 'stopped':
      return { text: l10n.t('server stopped'), detail: l10n.t('The log says why'), severity: 'error' };
    case 'running':
      return said ?? { text: l10n.t('reading') };
  }
}
