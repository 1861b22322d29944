/** Hidden documents: those that are open without a tab or an editor, of which the client shows nothing by itself. */
import {
  type Disposable,
  languages,
  TabInputCustom,
  TabInputNotebook,
  TabInputText,
  TabInputTextDiff,
  type Uri,
  window,
  workspace,
} from 'vscode';
import { documentSelector } from './documents.ts';

/** Tells which they are, whenever they are others. To be called once the server runs. */
export function followHidden(tell: (hidden: readonly Uri[]) => void): Disposable {
  let told = '';
  const look = (): void => {
    const seen = seenDocuments();
    const hidden = workspace.textDocuments.filter(
      (document) => !seen.has(document.uri.toString()) && languages.match(documentSelector, document) > 0,
    );
    const key = hidden.map(({ uri }) => uri.toString()).join('\n');
    if (key === told) return;
    told = key;
    tell(hidden.map(({ uri }) => uri));
  };
  const listeners = [
    workspace.onDidOpenTextDocument(look),
    workspace.onDidCloseTextDocument(look),
    window.tabGroups.onDidChangeTabs(look),
    window.onDidChangeVisibleTextEditors(look),
  ];
  look();
  return {
    dispose: () => {
      for (const listener of listeners) listener.dispose();
    },
  };
}

function seenDocuments(): ReadonlySet<string> {
  const tabs = window.tabGroups.all.flatMap(({ tabs: own }) => own.map(({ input }) => input));
  const inTabs = tabs.flatMap((input) => {
    if (input instanceof TabInputTextDiff) return [input.modified];
    const isOfOne =
      input instanceof TabInputText || input instanceof TabInputCustom || input instanceof TabInputNotebook;
    return isOfOne ? [input.uri] : [];
  });
  const inEditors = window.visibleTextEditors.map(({ document }) => document.uri);
  return new Set([...inTabs, ...inEditors].map(String));
}
