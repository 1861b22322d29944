/** The words of the Language Server Protocol that the server says: methods, and the numbers and names of kinds. Its packages have all of them, and take long to load. */
import type * as lsp from 'vscode-languageserver';

/** A message that is not answered, with the type of what it carries. */
export interface NotificationKind<P> {
  readonly method: string;
  readonly carries?: (params: P) => void;
}

/** A message that is answered, with the types of what it carries and of its answer. */
export interface RequestKind<P, R> {
  readonly method: string;
  readonly carries?: (params: P) => R;
}

export function notification<P>(method: string): NotificationKind<P> {
  return { method };
}

export function request<P, R>(method: string): RequestKind<P, R> {
  return { method };
}

export const LogMessageNotification = { type: notification<lsp.LogMessageParams>('window/logMessage') };
export const ShowMessageNotification = { type: notification<lsp.ShowMessageParams>('window/showMessage') };
export const DidChangeConfigurationNotification = {
  type: notification<lsp.DidChangeConfigurationParams>('workspace/didChangeConfiguration'),
};
export const DidChangeWatchedFilesNotification = {
  type: notification<lsp.DidChangeWatchedFilesParams>('workspace/didChangeWatchedFiles'),
};
export const DidChangeWorkspaceFoldersNotification = {
  type: notification<lsp.DidChangeWorkspaceFoldersParams>('workspace/didChangeWorkspaceFolders'),
};
export const CodeLensRefreshRequest = { type: request<void, void>('workspace/codeLens/refresh') };

export type MarkupKind = lsp.MarkupKind;
export const MarkupKind = {
  Markdown: 'markdown',
  PlainText: 'plaintext',
} as const satisfies Partial<typeof lsp.MarkupKind>;

export type MessageType = lsp.MessageType;
export const MessageType = {
  Error: 1,
  Warning: 2,
  Info: 3,
} as const satisfies Partial<typeof lsp.MessageType>;

export type DiagnosticSeverity = lsp.DiagnosticSeverity;
export const DiagnosticSeverity = {
  Error: 1,
  Warning: 2,
  Information: 3,
} as const satisfies Partial<typeof lsp.DiagnosticSeverity>;

export const TextDocumentSyncKind = { Incremental: 2 } as const satisfies Partial<
  typeof lsp.TextDocumentSyncKind
>;

export type CodeActionKind = lsp.CodeActionKind;
export const CodeActionKind = {
  QuickFix: 'quickfix',
  RefactorRewrite: 'refactor.rewrite',
  SourceFixAll: 'source.fixAll',
} as const satisfies Partial<typeof lsp.CodeActionKind>;

export const CodeActionTriggerKind = { Invoked: 1, Automatic: 2 } as const satisfies Partial<
  typeof lsp.CodeActionTriggerKind
>;

export type CompletionItemKind = lsp.CompletionItemKind;
export const CompletionItemKind = {
  Property: 10,
  Value: 12,
  Snippet: 15,
} as const satisfies Partial<typeof lsp.CompletionItemKind>;

export const InsertTextFormat = {
  PlainText: 1,
  Snippet: 2,
} as const satisfies Partial<typeof lsp.InsertTextFormat>;

export const InsertTextMode = { asIs: 1 } as const satisfies Partial<typeof lsp.InsertTextMode>;

export const FileChangeType = { Deleted: 3 } as const satisfies Partial<typeof lsp.FileChangeType>;

export const WatchKind = { Delete: 4 } as const satisfies Partial<typeof lsp.WatchKind>;

/** Codes of errors: of the protocol, and of JSON-RPC below it. */
export const ErrorCode = { MethodNotFound: -32601, InternalError: -32603, RequestCancelled: -32800 } as const;

/** For work that nobody can call off. */
export const NEVER: lsp.CancellationToken = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};
