/** Runs the language server and speaks with it. A bundle of its own, loaded once a document looks like a manifest. */
import {
  type Disposable,
  type LogOutputChannel,
  l10n,
  type TextDocument,
  Uri,
  type WebviewPanel,
  WorkspaceEdit,
  workspace,
} from 'vscode';
import {
  type BaseLanguageClient,
  CloseAction,
  type CodeAction,
  CodeActionResolveRequest,
  ErrorAction,
  ExecuteCommandRequest,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
} from 'vscode-languageclient';
import type { AgentQuestion } from './agentTools.ts';
import { writeBaseline } from './baseline.ts';
import { documentSelector } from './documents.ts';
import type { CheckWithHelm } from './helmCheck.ts';
import { followHidden } from './hidden.ts';
import { createClient, type ExtensionPlaces } from './launch.ts';
import {
  type AgentAnswer,
  type AgentParams,
  agentRequest,
  type BaselineParams,
  type BaselineResult,
  baselineRequest,
  checkWorkspaceCommand,
  chooseHardenCommand,
  type HardenChoicesParams,
  type HardenParams,
  type HardenResult,
  type HelmCheckParams,
  type HelmCheckResult,
  type HiddenParams,
  hardenChoicesRequest,
  hardenRequest,
  helmCheckRequest,
  hiddenNotification,
  type LadderParams,
  type LadderResult,
  ladderRequest,
  type ReportParams,
  type ReportResult,
  reportClosedNotification,
  reportOutdatedNotification,
  reportRequest,
  type StatusParams,
  statusNotification,
} from './protocol.ts';
import { type ReportMaker, reportIsOutdated, restoreReport, showReport } from './report.ts';
import { createRestarts } from './restarts.ts';
import type { Status } from './status.ts';

export interface Server {
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Hardens every workload of the document in one edit. Answers with what to tell the user, or null when there is nothing to say. */
  hardenFile(document: TextDocument, chosen?: Chosen): Promise<string | null>;
  /** What hardening the document would change, for a person to choose from. */
  ladder(document: TextDocument): Promise<LadderResult>;
  /** Checks every file of the workspace; the server shows how far it is, and says what came of it. */
  checkWorkspace(): Promise<void>;
  /** Writes the baseline of a workspace folder. */
  writeBaseline(): Promise<void>;
  /** What Helm makes of the chart of a file. */
  readonly checkWithHelm: CheckWithHelm;
  /** Answers a tool of language models. */
  askAgent(question: AgentQuestion): Promise<AgentAnswer>;
  /** Opens the report over the workspace, or brings it up to date. */
  showReport(): Promise<void>;
  /** Makes the report again in a view that was open before the window was reloaded. */
  restoreReport(panel: WebviewPanel): Promise<void>;
  /** What can be hardened in the workload at a place, by titles for a person to pick from. */
  hardenChoices(params: HardenChoicesParams): Promise<readonly HardenChoice[]>;
}

/** Changes of a ladder, by their ids, and the version of the text that they are for. */
export interface Chosen {
  readonly version: number;
  readonly changes: readonly string[];
}

export interface HardenChoice {
  readonly title: string;
  /** Does it; the server tells the user itself why it cannot. */
  readonly apply: () => Promise<void>;
}

/**
 * Starts the server and resolves when it answers.
 *
 * Rejects when it cannot be started; the reason is in the log by then.
 */
export async function startServer(
  places: ExtensionPlaces,
  log: LogOutputChannel,
  status: Status,
): Promise<Server> {
  const { extensionUri } = places;
  const clientOptions: LanguageClientOptions = {
    documentSelector,
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    // Without this the client asks for diagnostics once, when a document opens.
    diagnosticPullOptions: { onChange: true },
    errorHandler: {
      error: (_error, _message, count) => ({
        action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
      }),
      closed: () => {
        if (restarts.ended(Date.now())) return { action: CloseAction.Restart };
        leftAlone();
        return {
          action: CloseAction.DoNotRestart,
          message: l10n.t(
            'Podproof: The server has ended again and again, and is not started any more. The log says more; "Podproof: Restart Server" starts it.',
          ),
        };
      },
    },
  };
  const restarts = createRestarts();
  let leftAlone = (): void => undefined;
  const client = createClient(places, clientOptions);
  const start = (): Promise<void> =>
    untilRunning(
      client,
      new Promise((resolve) => {
        leftAlone = resolve;
      }),
    );
  client.registerFeature({
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = {
        ...(capabilities.experimental as object | undefined),
        podproofCommands: [chooseHardenCommand],
        // From the web they would open in another tab, where they are newer.
        ...(/^https?$/.test(extensionUri.scheme)
          ? {}
          : { podproofPages: Uri.joinPath(extensionUri, 'docs/practices').toString() }),
      };
    },
    initialize: () => undefined,
    getState: () => ({ kind: 'static' }),
    clear: () => undefined,
  });
  let following: Disposable | undefined;
  const tellOfHidden = (hidden: readonly Uri[]): void => {
    if (!client.isRunning()) return;
    const params: HiddenParams = { uris: hidden.map((uri) => client.code2ProtocolConverter.asUri(uri)) };
    void client.sendNotification(hiddenNotification, params);
  };
  client.onDidChangeState(({ newState }) => {
    following?.dispose();
    if (newState === State.Starting) status.setServerState('starting');
    else if (newState === State.Running) {
      status.setServerState('running');
      following = followHidden(tellOfHidden);
      // A server that is another one knows of no report that is shown.
      reportIsOutdated();
    } else status.setServerState('stopped');
  });
  client.onNotification(statusNotification, (params: StatusParams) => {
    // Both sides may spell one address differently: the client's own spelling is the one that documents have here.
    status.show({ ...params, uri: client.protocol2CodeConverter.asUri(params.uri).toString() });
  });
  client.onNotification(reportOutdatedNotification, reportIsOutdated);
  await start();

  const maker: ReportMaker = {
    make: async (nonce, subject, previousId, token) => {
      const params: ReportParams = {
        nonce,
        subject,
        isKept: true,
        ...(previousId === undefined ? {} : { previousId }),
      };
      const { files, ...page } = await client.sendRequest<ReportResult>(reportRequest, params, token);
      return { ...page, files: files.map((uri) => client.protocol2CodeConverter.asUri(uri)) };
    },
    closed: () => {
      if (client.isRunning()) void client.sendNotification(reportClosedNotification, {});
    },
  };

  return {
    restart: async () => {
      restarts.forget();
      if (client.needsStop()) await client.stop();
      await start();
    },
    stop: () => client.stop(),
    ladder: (document) => {
      const params: LadderParams = { uri: client.code2ProtocolConverter.asUri(document.uri) };
      return client.sendRequest<LadderResult>(ladderRequest, params);
    },
    hardenFile: async (document, chosen) => {
      const params: HardenParams = {
        uri: client.code2ProtocolConverter.asUri(document.uri),
        version: chosen?.version ?? document.version,
        scope: 'file',
        ...(chosen === undefined ? {} : { changes: chosen.changes }),
      };
      const result = await client.sendRequest<HardenResult>(hardenRequest, params);
      if ('declined' in result) return result.declined;
      const { edits, others = [] } = result;
      if (edits.length === 0 && others.length === 0) return 'There is nothing to harden in this file.';
      if (document.version !== params.version)
        return 'The file changed while it was being hardened. Try again.';
      const edit = new WorkspaceEdit();
      edit.set(document.uri, await client.protocol2CodeConverter.asTextEdits([...edits]));
      for (const other of others) {
        const uri = client.protocol2CodeConverter.asUri(other.uri);
        edit.set(uri, await client.protocol2CodeConverter.asTextEdits([...other.edits]));
      }
      return (await workspace.applyEdit(edit)) ? null : 'The editor refused the edit.';
    },
    checkWorkspace: async () => {
      await client.sendRequest(ExecuteCommandRequest.type, { command: checkWorkspaceCommand });
    },
    writeBaseline: () =>
      writeBaseline((folder, token) => {
        const params: BaselineParams = { folder: client.code2ProtocolConverter.asUri(folder) };
        return client.sendRequest<BaselineResult>(baselineRequest, params, token);
      }),
    checkWithHelm: async (uri, isTrusted, token) => {
      const params: HelmCheckParams = { uri: client.code2ProtocolConverter.asUri(uri), isTrusted };
      const result = await client.sendRequest<HelmCheckResult>(helmCheckRequest, params, token);
      if ('declined' in result) return result.declined;
      const { protocol2CodeConverter: converter } = client;
      const files = result.files.map(async (file) => ({
        uri: converter.asUri(file.uri),
        diagnostics: await converter.asDiagnostics([...file.diagnostics], token),
      }));
      return {
        root: converter.asUri(result.root),
        files: await Promise.all(files),
        beyond: result.beyond,
      };
    },
    askAgent: (question) => {
      const params = ((): AgentParams => {
        if (question.tool === 'explain_finding') return question;
        const { manifest } = question;
        if ('text' in manifest) return { ...question, manifest };
        const uri = client.code2ProtocolConverter.asUri(manifest.document.uri);
        return { ...question, manifest: { name: manifest.name, uri } };
      })();
      return client.sendRequest<AgentAnswer>(agentRequest, params);
    },
    showReport: () => showReport(maker),
    restoreReport: (panel) => restoreReport(panel, maker),
    hardenChoices: async (params) => {
      const actions = await client.sendRequest<readonly CodeAction[]>(hardenChoicesRequest, params);
      return actions.map((action) => ({
        title: action.title,
        apply: async () => {
          const { edit } = await client.sendRequest(CodeActionResolveRequest.type, action);
          if (edit === undefined) return;
          await workspace.applyEdit(await client.protocol2CodeConverter.asWorkspaceEdit(edit));
        },
      }));
    },
  };
}

/** Milliseconds in which a server that has ended while it began is there again, or never. */
const PATIENCE = 10_000;

/** Starts the client. A server that ends while it begins is started again as at any other time; until it is `leftAlone`. */
async function untilRunning(client: BaseLanguageClient, leftAlone: Promise<void>): Promise<void> {
  let listening: { dispose(): void } | undefined;
  const running = new Promise<boolean>((resolve) => {
    listening = client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) resolve(true);
    });
  });
  try {
    await client.start();
  } catch (error) {
    const given = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PATIENCE));
    const isRunning = await Promise.race([running, leftAlone.then(() => false), given]);
    if (!isRunning) throw error;
  } finally {
    listening?.dispose();
  }
}
