/**
 * Connection: the base of the Language Server Protocol (JSON-RPC 2.0, with cancellation and progress), as much of it as this server speaks. The
 * packages that speak all of it take as long to load as everything else that a first answer takes.
 */
import type {
  CancellationToken,
  CodeAction,
  CodeActionParams,
  CodeLens,
  CodeLensParams,
  CompletionItem,
  CompletionParams,
  ConfigurationItem,
  DidChangeConfigurationParams,
  DidChangeTextDocumentParams,
  DidChangeWatchedFilesParams,
  DidCloseTextDocumentParams,
  DidOpenTextDocumentParams,
  DidSaveTextDocumentParams,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  ExecuteCommandParams,
  Hover,
  HoverParams,
  InitializedParams,
  InitializeParams,
  InitializeResult,
  InlayHint,
  InlayHintParams,
  PublishDiagnosticsParams,
} from 'vscode-languageserver';
import { ErrorCode, type NotificationKind, notification, type RequestKind, request } from './lsp.ts';

/** The way that whole messages travel. */
export interface Channel {
  /** Calls with every message, in the order of their arrival, and at the end. Called once. */
  listen(heard: (message: unknown) => void, closed: () => void): void;
  /** Settles when the message is on its way; rejects where the other end is gone. */
  send(message: object): Promise<void>;
  /** Does the work soon, after messages that have arrived by now are heard. */
  later(work: () => void): void;
}

/** What a connection does to the process that it lives in, where it lives in one of its own. */
export interface Life {
  /** The client has gone, or says that it is over; a client that says so first asks for `shutdown`. */
  end(wasAskedTo: boolean): void;
  /** The process of the client, without which there is nobody to serve. */
  watch(processId: number): void;
}

/** Answers a request. What it throws is answered as an error: a `Refusal` with its own code. */
export type Answer<P, R> = (params: P, token: CancellationToken) => R | Promise<R>;
export type Hear<P> = (params: P) => void | Promise<void>;

/** An answer that is an error, from this end or from the other. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Progress that the client shows for this server. */
export interface Progress {
  /** Called off where a person stops it. */
  readonly token: CancellationToken;
  begin(title: string, percentage: undefined, message: string, cancellable: boolean): void;
  report(message: string): void;
  done(): void;
}

export interface Connection {
  onRequest<P, R>(kind: RequestKind<P, R>, answer: Answer<P, R>): void;
  onNotification<P>(kind: NotificationKind<P>, hear: Hear<P>): void;
  sendRequest<P, R>(kind: RequestKind<P, R>, params?: P): Promise<R>;
  sendNotification<P>(kind: NotificationKind<P>, params: P): Promise<void>;
  listen(): void;
  /** Hears and says nothing any more. */
  dispose(): void;

  onInitialize(answer: Answer<InitializeParams, InitializeResult>): void;
  onInitialized(hear: Hear<InitializedParams>): void;
  onDidOpenTextDocument(hear: Hear<DidOpenTextDocumentParams>): void;
  onDidChangeTextDocument(hear: Hear<DidChangeTextDocumentParams>): void;
  onDidCloseTextDocument(hear: Hear<DidCloseTextDocumentParams>): void;
  onDidSaveTextDocument(hear: Hear<DidSaveTextDocumentParams>): void;
  onDidChangeWatchedFiles(hear: Hear<DidChangeWatchedFilesParams>): void;
  onDidChangeConfiguration(hear: Hear<DidChangeConfigurationParams>): void;
  onExecuteCommand(answer: Answer<ExecuteCommandParams, unknown>): void;
  onHover(answer: Answer<HoverParams, Hover | null>): void;
  onCompletion(answer: Answer<CompletionParams, CompletionItem[]>): void;
  onCodeLens(answer: Answer<CodeLensParams, CodeLens[]>): void;
  onCodeAction(answer: Answer<CodeActionParams, CodeAction[]>): void;
  onCodeActionResolve(answer: Answer<CodeAction, CodeAction>): void;
  sendDiagnostics(params: PublishDiagnosticsParams): Promise<void>;
  readonly languages: {
    readonly diagnostics: {
      on(answer: Answer<DocumentDiagnosticParams, DocumentDiagnosticReport>): void;
      refresh(): Promise<void>;
    };
    readonly inlayHint: {
      on(answer: Answer<InlayHintParams, InlayHint[]>): void;
      refresh(): Promise<void>;
    };
  };
  readonly workspace: {
    /** The values of settings, one for each item; null for one that the client does not know. */
    getConfiguration(items: ConfigurationItem[]): Promise<unknown[]>;
  };
  /** What only a client is told that asks for a trace. */
  readonly tracer: { log(message: string): void };
  readonly window: { createWorkDoneProgress(): Promise<Progress> };
  /** Has the client tell of something that it was not asked for when it was initialized. */
  readonly client: { register(kind: { readonly method: string }, options: unknown): Promise<void> };
}

/** A connection that listens when it is told to. */
export function createConnection(channel: Channel, life?: Life): Connection {
  const answers = new Map<string, Answer<never, unknown>>();
  const hearers = new Map<string, Hear<never>>();
  /** Requests of the client that are being answered. */
  const running = new Map<unknown, () => void>();
  /** Requests of this end that wait for their answer. */
  const waiting = new Map<unknown, { resolve(result: unknown): void; reject(error: Refusal): void }>();
  const progresses = new Map<unknown, () => void>();
  let waits: IncomingMessage[] = [];
  let lastId = 0;
  let isShutDown = false;
  let isTraced = false;
  let isDisposed = false;

  const send = (message: object): Promise<void> => channel.send({ jsonrpc: '2.0', ...message });
  /** Where it cannot be sent the client is gone, and nobody is there to be told. */
  const reply = (id: unknown, answer: object): void => {
    if (!isDisposed) send({ id, ...answer }).catch(() => undefined);
  };
  const refuse = (id: unknown, code: number, message: string): void =>
    reply(id, { error: { code, message } });

  const answer = async ({ id, method, params }: IncomingRequest): Promise<void> => {
    const answering = answers.get(method);
    if (answering === undefined) return refuse(id, ErrorCode.MethodNotFound, `Unhandled method ${method}`);
    const { token, cancel } = cancellable();
    running.set(id, cancel);
    try {
      const result = await answering(params as never, token);
      reply(id, { result: result ?? null });
    } catch (error) {
      if (error instanceof Refusal) refuse(id, error.code, error.message);
      // What else a message says may quote a document.
      else refuse(id, ErrorCode.InternalError, `Request ${method} failed`);
    } finally {
      running.delete(id);
    }
  };

  const handle = (message: IncomingMessage): void | Promise<void> => {
    if (isDisposed) return undefined;
    if (!('method' in message)) {
      const { id, error, result } = message;
      const waiter = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) waiter?.resolve(result);
      else waiter?.reject(new Refusal(error.code, error.message));
      return undefined;
    }
    if ('id' in message) return answer(message);
    return hearers.get(message.method)?.(message.params as never);
  };

  /** One message at a turn, so that a request can be taken back before it is begun. */
  const handleNext = (): void => {
    const message = waits.shift();
    if (waits.length > 0) channel.later(handleNext);
    if (message !== undefined) void handle(message);
  };

  const takeBack = (id: unknown): void => {
    const asked = waits.find((message) => 'method' in message && 'id' in message && message.id === id);
    waits = waits.filter((message) => message !== asked);
    if (asked !== undefined) refuse(id, ErrorCode.RequestCancelled, 'The request was cancelled.');
    running.get(id)?.();
  };

  const heard = (received: unknown): void => {
    const message = messageIn(received);
    if (message === undefined) return;
    if ('method' in message && message.method === '$/cancelRequest') takeBack(fieldOf(message.params, 'id'));
    else if (waits.push(message) === 1) channel.later(handleNext);
  };

  const onRequest = <P, R>({ method }: RequestKind<P, R>, answering: Answer<P, R>): void => {
    answers.set(method, answering);
  };
  const onNotification = <P>({ method }: NotificationKind<P>, hear: Hear<P>): void => {
    hearers.set(method, hear);
  };
  const sendNotification = <P>({ method }: NotificationKind<P>, params: P): Promise<void> =>
    isDisposed ? Promise.resolve() : send({ method, params });
  const sendRequest = <P, R>({ method }: RequestKind<P, R>, params?: P): Promise<R> =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve: (result) => resolve(result as R), reject });
      send({ id, method, params }).catch(reject);
    });

  onRequest(request<undefined, null>('shutdown'), () => {
    isShutDown = true;
    return null;
  });
  onNotification(notification('exit'), () => life?.end(isShutDown));
  const trace = (level: unknown): void => {
    isTraced = level === 'messages' || level === 'verbose';
  };
  onNotification(notification<unknown>('$/setTrace'), (params) => trace(fieldOf(params, 'value')));
  onNotification(notification<unknown>('window/workDoneProgress/cancel'), (params) =>
    progresses.get(fieldOf(params, 'token'))?.(),
  );

  const createWorkDoneProgress = async (): Promise<Progress> => {
    const progress = `podproof-${++lastId}`;
    const { token, cancel } = cancellable();
    progresses.set(progress, cancel);
    await sendRequest(request('window/workDoneProgress/create'), { token: progress });
    const tell = (value: object): void => {
      sendNotification(notification<object>('$/progress'), { token: progress, value }).catch(() => undefined);
    };
    return {
      token,
      begin: (title, _, message, isCancellable) =>
        tell({ kind: 'begin', title, message, cancellable: isCancellable }),
      report: (message) => tell({ kind: 'report', message }),
      done: () => {
        progresses.delete(progress);
        tell({ kind: 'end' });
      },
    };
  };

  return {
    onRequest,
    onNotification,
    sendRequest,
    sendNotification,
    listen: () => channel.listen(heard, () => life?.end(isShutDown)),
    dispose: () => {
      isDisposed = true;
    },
    onInitialize: (initialize) =>
      onRequest(request<InitializeParams, InitializeResult>('initialize'), (params, token) => {
        if (typeof params.processId === 'number') life?.watch(params.processId);
        trace(fieldOf(params, 'trace'));
        return initialize(params, token);
      }),
    onInitialized: (hear) => onNotification(notification('initialized'), hear),
    onDidOpenTextDocument: (hear) => onNotification(notification('textDocument/didOpen'), hear),
    onDidChangeTextDocument: (hear) => onNotification(notification('textDocument/didChange'), hear),
    onDidCloseTextDocument: (hear) => onNotification(notification('textDocument/didClose'), hear),
    onDidSaveTextDocument: (hear) => onNotification(notification('textDocument/didSave'), hear),
    onDidChangeWatchedFiles: (hear) => onNotification(notification('workspace/didChangeWatchedFiles'), hear),
    onDidChangeConfiguration: (hear) =>
      onNotification(notification('workspace/didChangeConfiguration'), hear),
    onExecuteCommand: (answering) => onRequest(request('workspace/executeCommand'), answering),
    onHover: (answering) => onRequest(request('textDocument/hover'), answering),
    onCompletion: (answering) => onRequest(request('textDocument/completion'), answering),
    onCodeLens: (answering) => onRequest(request('textDocument/codeLens'), answering),
    onCodeAction: (answering) => onRequest(request('textDocument/codeAction'), answering),
    onCodeActionResolve: (answering) => onRequest(request('codeAction/resolve'), answering),
    sendDiagnostics: (params) => sendNotification(notification('textDocument/publishDiagnostics'), params),
    languages: {
      diagnostics: {
        on: (answering) => onRequest(request('textDocument/diagnostic'), answering),
        refresh: () => sendRequest(request('workspace/diagnostic/refresh')),
      },
      inlayHint: {
        on: (answering) => onRequest(request('textDocument/inlayHint'), answering),
        refresh: () => sendRequest(request('workspace/inlayHint/refresh')),
      },
    },
    workspace: {
      getConfiguration: (items) => sendRequest(request('workspace/configuration'), { items }),
    },
    tracer: {
      log: (message) => {
        if (isTraced)
          sendNotification(notification<object>('$/logTrace'), { message }).catch(() => undefined);
      },
    },
    window: { createWorkDoneProgress },
    client: {
      register: ({ method }, registerOptions) =>
        sendRequest(request('client/registerCapability'), {
          registrations: [{ id: `podproof-${++lastId}`, method, registerOptions }],
        }),
    },
  };
}

interface IncomingRequest {
  readonly id: unknown;
  readonly method: string;
  readonly params?: unknown;
}

type IncomingMessage =
  | IncomingRequest
  | { readonly method: string; readonly params?: unknown }
  | {
      readonly id: unknown;
      readonly result?: unknown;
      readonly error?: { readonly code: number; readonly message: string };
    };

/** What arrives is data: undefined for what is no message. */
function messageIn(received: unknown): IncomingMessage | undefined {
  if (typeof received !== 'object' || received === null) return undefined;
  if ('method' in received) {
    return typeof received.method === 'string' ? (received as IncomingMessage) : undefined;
  }
  return 'id' in received ? (received as IncomingMessage) : undefined;
}

function fieldOf(params: unknown, key: 'id' | 'token' | 'value' | 'trace'): unknown {
  return typeof params === 'object' && params !== null ? (params as Record<string, unknown>)[key] : undefined;
}

/** A token, and what calls off the work that has it. */
function cancellable(): { readonly token: CancellationToken; readonly cancel: () => void } {
  const listeners = new Set<() => void>();
  let isCancellationRequested = false;
  return {
    token: {
      get isCancellationRequested() {
        return isCancellationRequested;
      },
      onCancellationRequested: (listener) => {
        const listening = (): void => listener(undefined);
        if (isCancellationRequested) queueMicrotask(listening);
        else listeners.add(listening);
        return { dispose: () => void listeners.delete(listening) };
      },
    },
    cancel: () => {
      isCancellationRequested = true;
      for (const listening of [...listeners]) listening();
      listeners.clear();
    },
  };
}
