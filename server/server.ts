/** Server: wires a connection to the analysis. Knows no Node and no browser, so that both can run it. */
import {
  type CancellationToken,
  type CodeActionParams,
  type CodeLensParams,
  CodeLensRefreshRequest,
  type CompletionParams,
  type Connection,
  DidChangeConfigurationNotification,
  type DocumentDiagnosticReport,
  type HoverParams,
  type InitializeParams,
  type InitializeResult,
  type InlayHintParams,
  MarkupKind,
  MessageType,
  ShowMessageNotification,
} from 'vscode-languageserver';
import type { DocumentAnalysis } from '../shared/analysis/analyze.ts';
import { completionsAt } from '../shared/analysis/complete.ts';
import { hoverAt } from '../shared/analysis/hover.ts';
import type { Fact } from '../shared/kubernetes/facts.ts';
import { codeActions, documentOf, hardenChoices, resolveAction } from './codeActions.ts';
import { createReporter } from './diagnostics.ts';
import { type Analysis, createDocuments } from './documents.ts';
import { type Features, readFeatures, serverCapabilities } from './features.ts';
import { describeFailure, fenced, fencedNotification, logOf, quietly, throwIfCancelled } from './fence.ts';
import { fixWanted } from './fixing.ts';
import type { Host } from './host.ts';
import { codeLenses, inlayHints, lensAt } from './lenses.ts';
import {
  type HardenChoicesParams,
  type HardenParams,
  type HardenResult,
  hardenChoicesRequest,
  hardenRequest,
  statusNotification,
} from './protocol.ts';
import { createPublisher } from './publisher.ts';
import { createSettings, SECTION } from './settings.ts';
import { statusOf } from './status.ts';
import { offsetOf } from './text.ts';
import { toCompletionItem, toRange, toTextEdits } from './toLsp.ts';

const NO_FACTS: readonly Fact[] = [];

/** Serves a connection until it ends. The caller then lets it listen. */
export function startServer(connection: Connection, host: Host): void {
  connection.onInitialize((params) => {
    const features = readFeatures(params.capabilities ?? {});
    serve(connection, host, features, params);
    const result: InitializeResult = {
      capabilities: serverCapabilities(features),
      serverInfo: { name: 'podproof', version: host.version },
    };
    return result;
  });
}

function serve(
  connection: Connection,
  host: Host,
  features: Features,
  { initializationOptions }: InitializeParams,
): void {
  const log = logOf(connection);
  const settings = createSettings(
    initializationOptions,
    features.configuration ? (items) => connection.workspace.getConfiguration(items) : undefined,
    (error) => log.error(`The client did not say its settings. ${describeFailure(error)}`),
  );
  const reporter = createReporter(features);
  const said = new Map<string, string>();
  const documents = createDocuments(
    host,
    settings.of,
    () => NO_FACTS,
    (analysis) => {
      logFailures(analysis);
      const { uri } = analysis.document;
      const status = statusOf(analysis, reporter(analysis).total);
      const saying = JSON.stringify(status);
      if (said.get(uri) === saying) return;
      said.set(uri, saying);
      quietly(() => connection.sendNotification(statusNotification, status));
    },
  );

  /** A document that stays the same is not complained about again. */
  const logged = new WeakSet<DocumentAnalysis>();
  const logFailures = ({ analyzed }: Analysis): void => {
    for (const { analysis } of analyzed.documents) {
      if (analysis.failures.length === 0 || logged.has(analysis)) continue;
      logged.add(analysis);
      for (const { practice, error } of analysis.failures) {
        log.error(`${practice ?? 'Reading a document'} failed. ${describeFailure(error)}`);
      }
    }
  };

  const publisher = features.pullsDiagnostics
    ? undefined
    : createPublisher(connection, host, documents, reporter, features, log);

  /** Lets the client ask again for everything that it shows, or sends it anew. */
  const refresh = async (uris: readonly string[]): Promise<void> => {
    if (publisher !== undefined) for (const uri of uris) publisher.changed(uri);
    await Promise.all([
      publisher === undefined && features.refreshesDiagnostics && connection.languages.diagnostics.refresh(),
      features.refreshesCodeLenses && connection.sendRequest(CodeLensRefreshRequest.type),
      features.refreshesInlayHints && connection.languages.inlayHint.refresh(),
    ]);
  };

  // Documents.

  connection.onDidOpenTextDocument(
    fencedNotification(log, 'Opening a document', (params) => {
      documents.open(params);
      publisher?.changed(params.textDocument.uri);
    }),
  );
  connection.onDidChangeTextDocument(
    fencedNotification(log, 'Changing a document', (params) => {
      try {
        documents.change(params);
      } finally {
        publisher?.changed(params.textDocument.uri);
      }
    }),
  );
  connection.onDidCloseTextDocument(
    fencedNotification(log, 'Closing a document', ({ textDocument: { uri } }) => {
      documents.close(uri);
      settings.forget(uri);
      said.delete(uri);
      publisher?.closed(uri);
    }),
  );

  // Settings.

  connection.onInitialized(
    fencedNotification(log, 'Starting', () => {
      log.info(`Podproof ${host.version} is ready.`);
      if (!features.registersConfiguration) return;
      connection.client
        .register(DidChangeConfigurationNotification.type, { section: SECTION })
        .catch((error: unknown) =>
          log.warn(`Changes of the settings are not seen. ${describeFailure(error)}`),
        );
    }),
  );
  connection.onDidChangeConfiguration(
    fencedNotification(log, 'Changing settings', async (params) => {
      const uris = documents.uris();
      if (!(await settings.changed(params.settings, uris))) return;
      await refresh(uris);
    }),
  );

  // Requests.

  const nothing: DocumentDiagnosticReport = { kind: 'full', items: [] };
  if (features.pullsDiagnostics) {
    connection.languages.diagnostics.on(
      fenced(
        log,
        'Diagnosing a document',
        async ({ textDocument: { uri }, previousResultId }, token): Promise<DocumentDiagnosticReport> => {
          const analysis = await documents.analysis(uri, token);
          if (analysis === undefined) return nothing;
          const report = reporter(analysis);
          const { resultId } = report;
          if (previousResultId === resultId && !documents.isDisturbed(uri)) {
            return { kind: 'unchanged', resultId };
          }
          documents.shows(uri, report.spans);
          return { kind: 'full', resultId, items: report.diagnostics() };
        },
        nothing,
      ),
    );
  }
  connection.onHover(
    fenced(
      log,
      'Hovering',
      async ({ textDocument: { uri }, position }: HoverParams, token: CancellationToken) => {
        const analysis = await documents.analysis(uri, token);
        if (analysis === undefined) return null;
        const { lines } = analysis.document;
        const hover = hoverAt(analysis.analyzed, offsetOf(lines, position), {
          elsewhere: analysis.elsewhere,
        });
        if (hover === undefined) return null;
        const kind = features.markdownHover ? MarkupKind.Markdown : MarkupKind.PlainText;
        return { contents: { kind, value: hover.markdown }, range: toRange(lines, hover.span) };
      },
      null,
    ),
  );
  connection.onCompletion(
    fenced(
      log,
      'Completing',
      async ({ textDocument: { uri }, position }: CompletionParams, token: CancellationToken) => {
        const analysis = await documents.analysis(uri, token);
        if (analysis === undefined) return [];
        const { lines } = analysis.document;
        return completionsAt(analysis.analyzed, offsetOf(lines, position)).map((completion) =>
          toCompletionItem(completion, lines, features.completion),
        );
      },
      [],
    ),
  );
  if (features.codeLenses) {
    connection.onCodeLens(
      fenced(
        log,
        'Counting practices',
        async ({ textDocument: { uri } }: CodeLensParams, token: CancellationToken) => {
          const analysis = await documents.analysis(uri, token);
          return analysis === undefined ? [] : codeLenses(analysis, features);
        },
        [],
      ),
    );
    connection.onRequest(
      hardenChoicesRequest,
      fenced(
        log,
        'Offering to harden',
        async ({ uri, position }: HardenChoicesParams, token: CancellationToken) => {
          const analysis = await documents.analysis(uri, token);
          const lens = analysis === undefined ? undefined : lensAt(analysis, position);
          if (analysis === undefined || lens === undefined) return [];
          return hardenChoices(analysis, lens, features);
        },
        [],
      ),
    );
  }
  if (features.inlayHints) {
    connection.languages.inlayHint.on(
      fenced(
        log,
        'Hinting at values',
        async ({ textDocument: { uri }, range }: InlayHintParams, token: CancellationToken) => {
          const analysis = await documents.analysis(uri, token);
          return analysis === undefined ? [] : inlayHints(analysis, range);
        },
        [],
      ),
    );
  }
  connection.onCodeAction(
    fenced(
      log,
      'Offering code actions',
      async (params: CodeActionParams, token: CancellationToken) => {
        if (!features.codeActions) return [];
        const analysis = await documents.analysis(params.textDocument.uri, token);
        return analysis === undefined ? [] : codeActions(analysis, params, features);
      },
      [],
    ),
  );
  connection.onCodeActionResolve(async (action, token) => {
    const resolve = fenced(
      log,
      'Resolving a code action',
      async () => {
        const uri = documentOf(action);
        const analysis = uri === undefined ? undefined : await documents.analysis(uri, token);
        if (analysis === undefined) return action;
        const resolved = resolveAction(action, analysis, features);
        if (resolved.declined !== undefined) {
          const message = `Podproof changed nothing: ${resolved.declined}`;
          const type = MessageType.Info;
          quietly(() => connection.sendNotification(ShowMessageNotification.type, { type, message }));
        }
        return resolved.action;
      },
      action,
    );
    return resolve();
  });
  connection.onRequest(
    hardenRequest,
    fenced(
      log,
      'Hardening a file',
      async ({ uri, version }: HardenParams, token: CancellationToken): Promise<HardenResult> => {
        const analysis = await documents.analysis(uri, token);
        if (analysis === undefined) return { declined: 'The file is not open.' };
        const { document, findings } = analysis;
        if (version !== undefined && version !== document.version) {
          return { declined: 'The file has changed meanwhile.' };
        }
        if (findings.length === 0) return { edits: [] };
        const fixed = fixWanted(analysis, { want: 'file' }, true);
        throwIfCancelled(token);
        return 'declined' in fixed ? fixed : { edits: toTextEdits(document.lines, fixed.edits) };
      },
      { declined: 'Hardening failed; the log says more.' },
    ),
  );
}
