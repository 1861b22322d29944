/** Publisher: diagnostics sent unasked, for a client that cannot ask. */
import { CancellationToken, type Connection, type Diagnostic } from 'vscode-languageserver';
import type { Report } from './diagnostics.ts';
import type { Analysis, Documents } from './documents.ts';
import type { Features } from './features.ts';
import { describeFailure, type Log, quietly } from './fence.ts';
import type { Host } from './host.ts';

export interface Publisher {
  /** To be called when a document, or what it is judged by, has changed. Many calls at once make one answer, for the last of them. */
  changed(uri: string): void;
  /** Takes back what was sent for a document. */
  closed(uri: string): void;
}

export function createPublisher(
  connection: Connection,
  host: Host,
  documents: Documents,
  reporter: (analysis: Analysis) => Report,
  features: Features,
  log: Log,
): Publisher {
  /** How many changes of each document have arrived, for the documents whose answer is under way. */
  const underWay = new Map<string, number>();
  /** The id of what the client was last sent. */
  const sent = new Map<string, string>();

  const send = (uri: string, diagnostics: Diagnostic[], version?: number): void => {
    const isVersioned = features.diagnosticVersion && version !== undefined;
    quietly(() =>
      connection.sendDiagnostics(isVersioned ? { uri, version, diagnostics } : { uri, diagnostics }),
    );
  };

  const clear = (uri: string): void => {
    if (sent.delete(uri)) send(uri, []);
  };

  /** Waits while more changes are already here: a pause lets one message in, and another one may come before it. */
  const settled = async (uri: string): Promise<void> => {
    for (;;) {
      const seen = underWay.get(uri);
      await host.pause();
      await host.pause();
      if (underWay.get(uri) === seen) return;
    }
  };

  const publish = async (uri: string): Promise<void> => {
    for (;;) {
      await settled(uri);
      const analysis = await documents.analysis(uri, CancellationToken.None);
      if (analysis === undefined) {
        clear(uri);
        return;
      }
      const { resultId, spans, diagnostics } = reporter(analysis);
      if (sent.get(uri) !== resultId || documents.isDisturbed(uri)) {
        sent.set(uri, resultId);
        documents.shows(uri, spans());
        send(uri, diagnostics(), analysis.document.version);
      }
      if (documents.get(uri) === analysis.document) return;
    }
  };

  return {
    changed(uri) {
      const before = underWay.get(uri);
      underWay.set(uri, (before ?? 0) + 1);
      if (before !== undefined) return;
      publish(uri)
        .catch((error: unknown) => log.error(`Diagnosing a document failed. ${describeFailure(error)}`))
        .finally(() => underWay.delete(uri));
    },
    closed: clear,
  };
}
