/** Features: what the client can do, in the few words that the server asks for, and what the server can do in return. */
import {
  type ClientCapabilities,
  InsertTextMode,
  MarkupKind,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { ACTION_KINDS } from './actionKinds.ts';
import { CHECK_WORKSPACE, CHOOSE_HARDEN } from './protocol.ts';

export interface Features {
  /** The client asks for diagnostics; otherwise they are sent to it. Never both: a client would show each twice. */
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  /** Where the client has the pages of the practices, as Podproof's own does: the address of their folder. */
  readonly pages: string | undefined;
  readonly diagnosticData: boolean;
  readonly diagnosticVersion: boolean;
  readonly configuration: boolean;
  readonly registersConfiguration: boolean;
  /** The client tells of changes of files, once it is told which. */
  readonly watchesFiles: boolean;
  /** The client shows how far long work has come, and lets people end it. */
  readonly progress: boolean;
  readonly workspaceFolders: boolean;
  /** Code actions as such; a client without them takes commands only, and the server has none. */
  readonly codeActions: boolean;
  /** The client asks for an action's edit once it is picked, and gives the action's data back. */
  readonly resolvesEdits: boolean;
  readonly disabledActions: boolean;
  readonly preferredActions: boolean;
  readonly documentChanges: boolean;
  /** Edits that make files. */
  readonly createsFiles: boolean;
  readonly snippetEdits: boolean;
  readonly markdownHover: boolean;
  readonly completion: CompletionFeatures;
  readonly codeLenses: boolean;
  readonly refreshesCodeLenses: boolean;
  readonly inlayHints: boolean;
  readonly refreshesInlayHints: boolean;
  /** The client has the command that shows the choices of Harden, as only Podproof's own does. */
  readonly choosesHarden: boolean;
  /** The client reads files for a server that has none: it answers `podproof/readFile` and `podproof/listFolder`. */
  readonly servesFiles: boolean;
}

export interface CompletionFeatures {
  readonly snippets: boolean;
  readonly preselect: boolean;
  /** The client can be told to leave the lines of an insertion at their columns. */
  readonly insertTextMode: boolean;
  readonly markdown: boolean;
}

export function readFeatures(capabilities: ClientCapabilities): Features {
  const { textDocument, workspace } = capabilities;
  const pull = textDocument?.diagnostic;
  // A client that pulls declares there what it can show, in older versions of the protocol where it takes what is sent.
  const shown = { ...textDocument?.publishDiagnostics, ...pull };
  const action = textDocument?.codeAction;
  const hover = textDocument?.hover?.contentFormat;
  const item = textDocument?.completion?.completionItem;
  const own: unknown = capabilities.experimental;
  return {
    pullsDiagnostics: isGiven(pull),
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    relatedInformation: shown.relatedInformation === true,
    codeDescription: shown.codeDescriptionSupport === true,
    pages: pagesIn(own),
    diagnosticData: shown.dataSupport === true,
    diagnosticVersion: textDocument?.publishDiagnostics?.versionSupport === true,
    configuration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    progress: capabilities.window?.workDoneProgress === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    codeActions: isGiven(action?.codeActionLiteralSupport),
    resolvesEdits:
      action?.dataSupport === true && action.resolveSupport?.properties?.includes('edit') === true,
    disabledActions: action?.disabledSupport === true,
    preferredActions: action?.isPreferredSupport === true,
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    createsFiles: workspace?.workspaceEdit?.resourceOperations?.includes('create') === true,
    snippetEdits: workspace?.workspaceEdit?.snippetEditSupport === true,
    markdownHover: !isGiven(hover) || hover.includes(MarkupKind.Markdown),
    completion: {
      snippets: item?.snippetSupport === true,
      preselect: item?.preselectSupport === true,
      insertTextMode: item?.insertTextModeSupport?.valueSet?.includes(InsertTextMode.asIs) === true,
      markdown: item?.documentationFormat?.includes(MarkupKind.Markdown) === true,
    },
    codeLenses: isGiven(textDocument?.codeLens),
    refreshesCodeLenses: workspace?.codeLens?.refreshSupport === true,
    inlayHints: isGiven(textDocument?.inlayHint),
    refreshesInlayHints: workspace?.inlayHint?.refreshSupport === true,
    choosesHarden: readOwn(own).includes(CHOOSE_HARDEN),
    servesFiles:
      typeof own === 'object' && own !== null && 'podproofFiles' in own && own.podproofFiles === true,
  };
}

/** `experimental: { podproofPages: "file:///…/docs/practices" }`. */
function pagesIn(experimental: unknown): string | undefined {
  if (typeof experimental !== 'object' || experimental === null) return undefined;
  const pages = 'podproofPages' in experimental ? experimental.podproofPages : undefined;
  return typeof pages === 'string' ? pages : undefined;
}

/** The commands that a client says it has for this server: `experimental: { podproofCommands: ["podproof.chooseHarden"] }`. */
function readOwn(experimental: unknown): readonly unknown[] {
  if (typeof experimental !== 'object' || experimental === null) return [];
  const commands = 'podproofCommands' in experimental ? experimental.podproofCommands : undefined;
  return Array.isArray(commands) ? commands : [];
}

/** Some clients write null for what they leave out. */
function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

/** `hasFiles` is false where the server runs without files of its own to read. */
export function serverCapabilities(features: Features, hasFiles: boolean): ServerCapabilities {
  return {
    positionEncoding: 'utf-16',
    // Of a client that watches no files, what it saves is heard of at least.
    textDocumentSync: {
      openClose: true,
      change: TextDocumentSyncKind.Incremental,
      ...(!features.watchesFiles && { save: true }),
    },
    ...(features.workspaceFolders && {
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    }),
    ...(features.pullsDiagnostics && {
      diagnosticProvider: {
        identifier: 'podproof',
        interFileDependencies: false,
        workspaceDiagnostics: false,
      },
    }),
    ...(features.codeActions && {
      codeActionProvider: { codeActionKinds: [...ACTION_KINDS], resolveProvider: features.resolvesEdits },
    }),
    hoverProvider: true,
    ...(hasFiles && { executeCommandProvider: { commands: [CHECK_WORKSPACE] } }),
    ...(features.codeLenses && { codeLensProvider: {} }),
    ...(features.inlayHints && { inlayHintProvider: true }),
    // No character triggers it: Enter behind `securityContext: ` is for a new line, not for what would be preselected.
    completionProvider: {},
  };
}
