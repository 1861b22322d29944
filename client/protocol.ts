/** The messages that Podproof's server and this client exchange beside those of the Language Server Protocol. */
import type { Diagnostic, Position, TextEdit } from 'vscode-languageclient';

/** Sent by the server after each analysis of an open document: what to say about it in the status bar. */
export const statusNotification = 'podproof/status';

export interface StatusParams {
  readonly uri: string;
  /** A few words, such as "5 of 8 practices" or "not a Kubernetes manifest". */
  readonly text: string;
  readonly detail?: string;
  readonly severity?: 'information' | 'warning' | 'error';
}

/** Asks the server for the edits that harden a whole file. */
export const hardenRequest = 'podproof/harden';

export interface HardenParams {
  readonly uri: string;
  /** The version of the text that the edits are for. */
  readonly version: number;
  readonly scope: 'file';
  /** The ids of the changes to make; where they are left out, all of them. */
  readonly changes?: readonly string[];
}

/** `declined` says in a sentence why there is no edit. */
export type HardenResult =
  | {
      readonly edits: readonly TextEdit[];
      /** Edits of other files that belong to them: the values of a chart. */
      readonly others?: readonly { readonly uri: string; readonly edits: readonly TextEdit[] }[];
    }
  | { readonly declined: string };

/** The command behind a code lens; the server gives it to a client that says it has it. */
export const chooseHardenCommand = 'podproof.chooseHarden';

/** Asks what can be hardened in the workload at a place; the answer is a list of code actions to be resolved. */
export const hardenChoicesRequest = 'podproof/hardenChoices';

export interface HardenChoicesParams {
  readonly uri: string;
  readonly position: Position;
}

/** The server's command that checks every file of the workspace. */
export const checkWorkspaceCommand = 'podproof.server.checkWorkspace';

/** Asks the server for the text of the baseline of a workspace folder. */
export const baselineRequest = 'podproof/baseline';

export interface BaselineParams {
  /** URI of the folder. */
  readonly folder: string;
}

/** `declined` says in a sentence why there is none. */
export type BaselineResult =
  | { readonly text: string; readonly findings: number; readonly files: number }
  | { readonly declined: string };

/** Asks the server on behalf of an agent. */
export const agentRequest = 'podproof/agent';

export type AgentParams =
  | { readonly tool: 'check_file'; readonly manifest: AgentManifest }
  | { readonly tool: 'harden_workload'; readonly manifest: AgentManifest; readonly wishes: object }
  | { readonly tool: 'explain_finding'; readonly code: string };

/** An open document, or a text; the name is what the answer calls it. */
export type AgentManifest =
  | { readonly name: string; readonly uri: string }
  | { readonly name: string; readonly text: string };

/** `text` is the answer in words, for a model to read; what is hardened is in `data` as a whole. */
export type AgentAnswer =
  | { readonly ok: true; readonly text: string; readonly data?: { readonly text?: string } }
  | { readonly ok: false; readonly problem: string };

/** Asks the server for the report over the workspace, as a page for a webview. */
export const reportRequest = 'podproof/report';

export interface ReportParams {
  readonly nonce: string;
  readonly subject: string;
  /** True where it keeps being shown. */
  readonly isKept?: boolean;
  /** The id of the page that is shown. */
  readonly previousId?: string;
}

export interface ReportResult {
  /** Empty where no page could be made. */
  readonly id: string;
  /** Empty where the page is the one that is shown. */
  readonly html: string;
  /** URIs; places in the page are `#place=FILE:LINE:CHARACTER`, a file by its number in this list, line and character one-based. */
  readonly files: readonly string[];
}

/** The server says that another report might be made than the one that is shown. */
export const reportOutdatedNotification = 'podproof/reportOutdated';

/** The documents that are open and that nobody sees, for which the client asks nothing. */
export const hiddenNotification = 'podproof/hidden';

export interface HiddenParams {
  readonly uris: readonly string[];
}

/** The report is shown no longer. */
export const reportClosedNotification = 'podproof/reportClosed';

/** Asks the server what it would change in a file, for a person to choose from. */
export const ladderRequest = 'podproof/ladder';

export interface LadderParams {
  readonly uri: string;
}

/** `declined` says in a sentence why there is nothing to choose from. */
export type LadderResult =
  | { readonly version: number; readonly changes: readonly LadderChange[] }
  | { readonly declined: string };

export interface LadderChange {
  readonly id: string;
  /** `same` changes nothing, `likely` should work, `test` wants a test first. */
  readonly step: 'same' | 'likely' | 'test';
  readonly title: string;
  readonly place: string;
  /** Markdown. */
  readonly reason: string;
}

/** Asks for what the helm program makes of the chart that a file belongs to; only ever sent on a person's command. */
export const helmCheckRequest = 'podproof/helmCheck';

export interface HelmCheckParams {
  readonly uri: string;
  /** Whether the person trusts the workspace; without that, no program is started. */
  readonly isTrusted: boolean;
}

/** `declined` says in a sentence why nothing was rendered. */
export type HelmCheckResult =
  | {
      /** URI of the chart's folder. */
      readonly root: string;
      /** All that is found in the rendering, at the templates; what the open files themselves say is there too. */
      readonly files: readonly { readonly uri: string; readonly diagnostics: readonly Diagnostic[] }[];
      /** How many of them the templates' own reading does not say. */
      readonly beyond: number;
    }
  | { readonly declined: string };

/** The server asks for the text of a file in a folder of the workspace; null where there is none to be read. */
export const readFileRequest = 'podproof/readFile';

/** The server asks for the bytes of a file in a folder of the workspace, in base64; null where there is none to be read. */
export const readBytesRequest = 'podproof/readBytes';

/** The server asks what is in a folder of the workspace; nothing where there is no such folder. */
export const listFolderRequest = 'podproof/listFolder';

export interface FileParams {
  readonly uri: string;
}

/** Links are neither: they may lead anywhere. */
export interface ClientFolderEntry {
  readonly name: string;
  readonly kind: 'folder' | 'file' | 'other';
}
