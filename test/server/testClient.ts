/** A client without an editor: speaks to a server, keeps what the server sends, and says what it can do and how it is set. */
import { type ChildProcess, spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import {
  type ClientCapabilities,
  type CodeAction,
  type CodeActionContext,
  CodeActionRequest,
  CodeActionResolveRequest,
  CodeActionTriggerKind,
  type CodeLens,
  CodeLensRefreshRequest,
  CodeLensRequest,
  type CompletionItem,
  CompletionRequest,
  type ConfigurationParams,
  ConfigurationRequest,
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type DocumentDiagnosticReport,
  DocumentDiagnosticRequest,
  ExitNotification,
  FileChangeType,
  type FileEvent,
  type Hover,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type InlayHint,
  InlayHintRefreshRequest,
  InlayHintRequest,
  InsertTextMode,
  LogMessageNotification,
  MarkupKind,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  type Registration,
  RegistrationRequest,
  ShowMessageNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { type Files, isManifestName } from '../../server/files.ts';
import type { Host } from '../../server/host.ts';
import { NodeWriter } from '../../server/nodeWriter.ts';
import { type StatusParams, statusNotification } from '../../server/protocol.ts';
import { startServer } from '../../server/server.ts';
import type { FolderEntry } from '../../shared/helm/chartFiles.ts';
import { indexLines } from '../../shared/text/lineIndex.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';

/** What VS Code can do, as far as the server asks. */
export const VSCODE: ClientCapabilities = {
  workspace: {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceFolders: true,
    diagnostics: { refreshSupport: true },
    codeLens: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
    workspaceEdit: { documentChanges: true, snippetEditSupport: true },
  },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true },
    diagnostic: { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['', 'quickfix', 'refactor', 'source'] } },
      isPreferredSupport: true,
      disabledSupport: true,
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
    hover: { contentFormat: [MarkupKind.Markdown, MarkupKind.PlainText] },
    codeLens: {},
    inlayHint: {},
    completion: {
      completionItem: {
        snippetSupport: true,
        preselectSupport: true,
        insertTextModeSupport: { valueSet: [InsertTextMode.asIs, InsertTextMode.adjustIndentation] },
        documentationFormat: [MarkupKind.Markdown, MarkupKind.PlainText],
      },
    },
  },
  experimental: { podproofCommands: ['podproof.chooseHarden'] },
};

/** A client that can do as little as the protocol allows. */
export const PLAIN: ClientCapabilities = {};

/** What arrives, in the order of arrival; what nobody has waited for yet is kept. */
export class Inbox<T> {
  readonly #kept: T[] = [];
  readonly #waiting: ((value: T) => void)[] = [];

  put(value: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#kept.push(value);
    else waiting(value);
  }

  next(): Promise<T> {
    const [kept] = this.#kept.splice(0, 1);
    return kept === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(kept);
  }

  /** The first that is as it should be; those before it are dropped. */
  async nextWhere(accept: (value: T) => boolean): Promise<T> {
    for (;;) {
      const value = await this.next();
      if (accept(value)) return value;
    }
  }

  /** What is here and was not waited for. */
  taken(): readonly T[] {
    return this.#kept.splice(0);
  }
}

export interface TestClient {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  readonly published: Inbox<PublishDiagnosticsParams>;
  readonly statuses: Inbox<StatusParams>;
  readonly shownMessages: Inbox<string>;
  readonly logged: Inbox<string>;
  readonly refreshes: Inbox<true>;
  readonly lensRefreshes: Inbox<true>;
  readonly hintRefreshes: Inbox<true>;
  readonly registrations: Registration[];
  /** How often the client was asked for settings. */
  configurationRequests: number;
  /** The section `podproof`, by document or for all of them. */
  settings: unknown;
  open(uri: string, text: string, version?: number, languageId?: string): void;
  change(uri: string, version: number, ...changes: readonly TextDocumentContentChangeEvent[]): void;
  close(uri: string): void;
  configure(settings: unknown): void;
  /** Tells that files were written, created or deleted. */
  filesChanged(...uris: readonly string[]): void;
  filesDeleted(...uris: readonly string[]): void;
  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport>;
  /** The items of a full report. */
  diagnostics(uri: string): Promise<readonly Diagnostic[]>;
  actions(uri: string, range: Range, context?: Partial<CodeActionContext>): Promise<readonly CodeAction[]>;
  resolve(action: CodeAction): Promise<CodeAction>;
  hover(uri: string, position: Position): Promise<Hover | null>;
  complete(uri: string, position: Position): Promise<readonly CompletionItem[]>;
  lenses(uri: string): Promise<readonly CodeLens[]>;
  hints(uri: string, range: Range): Promise<readonly InlayHint[]>;
  stop(): Promise<void>;
}

export interface ClientOptions {
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: unknown;
  readonly settings?: unknown;
  /** URIs of the workspace folders. */
  readonly folders?: readonly string[];
  /** The files that the server finds, by URI, for a server in this process; may be changed, and the server then told. */
  readonly files?: ReadonlyMap<string, string>;
  /** How a server in this process has charts rendered. */
  readonly renderChart?: NonNullable<Host['renderChart']>;
  /** The folder as clients give it that know of one only. */
  readonly rootUri?: string;
  /** In place of these: as whoever runs the server lends them. */
  readonly fileSource?: Files;
  /** True for a server in this process that writes its messages itself, as it does over standard output. */
  readonly isWriting?: boolean;
  /** Called before the server in this process gets to read a file. */
  readonly reading?: (uri: string) => void;
}

function entriesIn(files: ReadonlyMap<string, string>, folder: string): readonly FolderEntry[] {
  const entries = new Map<string, boolean>();
  for (const uri of files.keys()) {
    if (!uri.startsWith(`${folder}/`)) continue;
    const [name = '', ...rest] = uri.slice(folder.length + 1).split('/');
    entries.set(name, rest.length > 0);
  }
  return [...entries].map(([name, isFolder]) => ({ name, isFolder }));
}

/** Files without a disk; every one is listed. */
function filesIn(files: ReadonlyMap<string, string>, reading?: (uri: string) => void): Files {
  return {
    readFile: async (uri) => {
      reading?.(uri);
      return files.get(uri);
    },
    async *manifestsBelow(folder) {
      for (const uri of files.keys()) if (uri.startsWith(`${folder}/`) && isManifestName(uri)) yield uri;
    },
    listFolder: async (uri) => entriesIn(files, uri),
    isListed: async (uri) => files.has(uri),
  };
}

/** A client of a server in this process. */
export function startInProcess(options: ClientOptions = {}): Promise<TestClient> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  // Given readers and writers, the connection does not end the process when a stream ends.
  const writer = options.isWriting === true ? new NodeWriter(toClient) : undefined;
  const messages = writer ?? new StreamMessageWriter(toClient);
  const server = createConnection(new StreamMessageReader(toServer), messages);
  startServer(server, {
    version: '0.0.0',
    ...(writer !== undefined && { writer }),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    ...(options.renderChart !== undefined && { renderChart: options.renderChart }),
    ...(options.files !== undefined && { files: filesIn(options.files, options.reading) }),
    ...(options.fileSource !== undefined && { files: options.fileSource }),
  });
  server.listen();
  const connection = createProtocolConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  return initialize(connection, options, async () => server.dispose());
}

/** A client of a server in a process of its own. */
export async function startProcess(
  file: string,
  options: ClientOptions = {},
): Promise<TestClient & { readonly process: ChildProcess }> {
  const child = spawn(process.execPath, [file, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const client = await initialize(connection, options, async () => {
    await connection.sendNotification(ExitNotification.type);
    await exited;
  });
  return Object.assign(client, { process: child });
}

async function initialize(
  connection: ProtocolConnection,
  {
    capabilities = VSCODE,
    initializationOptions,
    settings,
    folders,
    rootUri = null,
  }: Omit<ClientOptions, 'rootUri'> & { readonly rootUri?: string | null },
  ended: () => Promise<void>,
): Promise<TestClient> {
  const published = new Inbox<PublishDiagnosticsParams>();
  const statuses = new Inbox<StatusParams>();
  const shownMessages = new Inbox<string>();
  const logged = new Inbox<string>();
  const refreshes = new Inbox<true>();
  const lensRefreshes = new Inbox<true>();
  const hintRefreshes = new Inbox<true>();
  const registrations: Registration[] = [];
  const notify = (sending: Promise<void>): void => {
    sending.catch((error: unknown) => logged.put(`The client could not send: ${error}`));
  };

  const client: TestClient = {
    connection,
    initialized: { capabilities: {} },
    published,
    statuses,
    shownMessages,
    logged,
    refreshes,
    lensRefreshes,
    hintRefreshes,
    registrations,
    configurationRequests: 0,
    settings,
    open(uri, text, version = 1, languageId = 'yaml') {
      notify(
        connection.sendNotification(DidOpenTextDocumentNotification.type, {
          textDocument: { uri, languageId, version, text },
        }),
      );
    },
    change(uri, version, ...contentChanges) {
      notify(
        connection.sendNotification(DidChangeTextDocumentNotification.type, {
          textDocument: { uri, version },
          contentChanges: [...contentChanges],
        }),
      );
    },
    close(uri) {
      notify(connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } }));
    },
    configure(sent) {
      notify(connection.sendNotification(DidChangeConfigurationNotification.type, { settings: sent }));
    },
    filesChanged(...uris) {
      const changes = uris.map((uri): FileEvent => ({ uri, type: FileChangeType.Changed }));
      notify(connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes }));
    },
    filesDeleted(...uris) {
      const changes = uris.map((uri): FileEvent => ({ uri, type: FileChangeType.Deleted }));
      notify(connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes }));
    },
    pull: (uri, previousResultId) =>
      connection.sendRequest(DocumentDiagnosticRequest.type, {
        textDocument: { uri },
        ...(previousResultId !== undefined && { previousResultId }),
      }),
    async diagnostics(uri) {
      const report = await client.pull(uri);
      if (report.kind !== 'full') throw new Error('A pull without a previous result is answered in full.');
      return report.items;
    },
    async actions(uri, range, context = {}) {
      const actions = await connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri },
        range,
        context: { diagnostics: [], triggerKind: CodeActionTriggerKind.Invoked, ...context },
      });
      return (actions ?? []) as readonly CodeAction[];
    },
    resolve: (action) => connection.sendRequest(CodeActionResolveRequest.type, action),
    hover: (uri, position) => connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position }),
    async complete(uri, position) {
      const answer = await connection.sendRequest(CompletionRequest.type, {
        textDocument: { uri },
        position,
      });
      return Array.isArray(answer) ? answer : (answer?.items ?? []);
    },
    lenses: async (uri) =>
      (await connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } })) ?? [],
    hints: async (uri, range) =>
      (await connection.sendRequest(InlayHintRequest.type, { textDocument: { uri }, range })) ?? [],
    async stop() {
      await connection.sendRequest(ShutdownRequest.type);
      await ended();
      connection.dispose();
    },
  };

  connection.onNotification(PublishDiagnosticsNotification.type, (params) => published.put(params));
  connection.onNotification(statusNotification, (params) => statuses.put(params));
  connection.onNotification(ShowMessageNotification.type, ({ message }) => shownMessages.put(message));
  connection.onNotification(LogMessageNotification.type, ({ message }) => logged.put(message));
  connection.onRequest(DiagnosticRefreshRequest.type, () => {
    refreshes.put(true);
  });
  connection.onRequest(CodeLensRefreshRequest.type, () => {
    lensRefreshes.put(true);
  });
  connection.onRequest(InlayHintRefreshRequest.type, () => {
    hintRefreshes.put(true);
  });
  connection.onRequest(RegistrationRequest.type, (params) => {
    registrations.push(...params.registrations);
  });
  connection.onRequest(ConfigurationRequest.type, ({ items }: ConfigurationParams) => {
    client.configurationRequests++;
    return items.map(({ scopeUri, section }) =>
      typeof client.settings === 'function'
        ? client.settings(scopeUri, section)
        : section === 'podproof'
          ? (client.settings ?? null)
          : null,
    );
  });
  connection.listen();
  const initialized = await connection.sendRequest(InitializeRequest.type, {
    processId: null,
    rootUri,
    capabilities,
    ...(folders !== undefined && {
      workspaceFolders: folders.map((uri) => ({ uri, name: uri.slice(uri.lastIndexOf('/') + 1) })),
    }),
    ...(initializationOptions !== undefined && { initializationOptions }),
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return Object.assign(client, { initialized });
}

/** Range of the first occurrence of a place in a text. */
export function rangeOf(text: string, place: string): Range {
  const start = text.indexOf(place);
  if (start < 0) throw new Error(`There is no ${JSON.stringify(place)} in the text.`);
  const lines = indexLines(text);
  return { start: lines.positionAt(start), end: lines.positionAt(start + place.length) };
}

/** The empty range before the first occurrence of a place. */
export function at(text: string, place: string): Range {
  const { start } = rangeOf(text, place);
  return { start, end: start };
}

/** The text after the edits for one document, of either shape. */
export function edited(text: string, uri: string, edit: WorkspaceEdit | undefined): string {
  if (edit === undefined) throw new Error('There is no edit.');
  const changes = edit.documentChanges?.flatMap((change) =>
    'edits' in change && change.textDocument.uri === uri ? (change.edits as TextEdit[]) : [],
  );
  return withEdits(text, changes ?? edit.changes?.[uri] ?? []);
}

export function withEdits(text: string, edits: readonly TextEdit[]): string {
  const lines = indexLines(text);
  return applyEdits(
    text,
    edits.map(({ range, newText }) => ({
      span: { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) },
      newText,
    })),
  );
}

/** Diagnostics as lines of text: place, severity, code. */
export function shown(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(
    ({ range: { start, end }, code }) => `${start.line}:${start.character}-${end.character} ${code}`,
  );
}
