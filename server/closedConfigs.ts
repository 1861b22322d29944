/** Closed config files: what is wrong with a `.podproof.yaml` that decides for an open manifest, and is not open itself. */
import type { Connection } from 'vscode-languageserver';
import type { ConfigProblem } from '../shared/catalog/configFile.ts';
import { quietly } from './fence.ts';
import { configDiagnostics } from './toLsp.ts';

export interface ClosedConfigs {
  /** Sends what is wrong with the file, and takes back what no longer is; `text` is undefined where the file is gone. */
  show(uri: string, text: string | undefined, problems: readonly ConfigProblem[]): void;
  /** Takes back what was sent: the file is open now, and answered for like any other. */
  hide(uri: string): void;
}

/** They are sent unasked to every client: none asks for files that are not open. */
export function createClosedConfigs(connection: Connection): ClosedConfigs {
  const shown = new Set<string>();
  const hide = (uri: string): void => {
    if (shown.delete(uri)) quietly(() => connection.sendDiagnostics({ uri, diagnostics: [] }));
  };
  return {
    show(uri, text, problems) {
      if (text === undefined || problems.length === 0) {
        hide(uri);
        return;
      }
      shown.add(uri);
      quietly(() => connection.sendDiagnostics({ uri, diagnostics: configDiagnostics(text, problems) }));
    },
    hide,
  };
}
