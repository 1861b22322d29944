/** The messages that the server and its own client exchange beside those of the Language Server Protocol. */
import {
  type CodeAction,
  type Diagnostic,
  NotificationType,
  type Position,
  RequestType,
  type TextEdit,
} from 'vscode-languageserver';
import type { HardenWishes, ToolAnswer } from '../shared/agents/answers.ts';

/** Sent to the client after an analysis of an open document that changed what there is to say about it. */
export const statusNotification = new NotificationType<StatusParams>('podproof/status');

export interface StatusParams {
  readonly uri: string;
  /** A few words, such as "5 of 8 practices" or "not a Kubernetes manifest". */
  readonly text: string;
  readonly detail?: string;
  readonly severity?: 'information' | 'warning' | 'error';
}

/** Asks for the edits that harden a whole file. */
export const hardenRequest = new RequestType<HardenParams, HardenResult, void>('podproof/harden');

export interface HardenParams {
  readonly uri: string;
  /** The version of the text that the edits are for; where it is left out, the text as it is. */
  readonly version?: number;
  readonly scope: 'file';
  /** The ids of the changes to make; where they are left out, all of them. */
  readonly changes?: readonly string[];
}

/** `declined` says in a sentence why there is no edit; no edits at all where there is nothing to harden. */
export type HardenResult =
  | {
      readonly edits: readonly TextEdit[];
      /** Edits of other files that belong to them: the values of a chart. */
      readonly others?: readonly { readonly uri: string; readonly edits: readonly TextEdit[] }[];
    }
  | { readonly declined: string };

/** The client's command behind a code lens. Its argument is a `HardenChoicesParams` without a version. */
export const CHOOSE_HARDEN = 'podproof.chooseHarden';

/** Asks what can be hardened in the workload at a place: the file, its pods, their containers; each a code action to be resolved. */
export const hardenChoicesRequest = new RequestType<HardenChoicesParams, readonly CodeAction[], void>(
  'podproof/hardenChoices',
);

export interface HardenChoicesParams {
  readonly uri: string;
  readonly position: Position;
}

/** The server's command that checks every file of the workspace, as `workspace/executeCommand` gives it to any client. */
export const CHECK_WORKSPACE = 'podproof.server.checkWorkspace';

/** Asks for the text of the baseline of a workspace folder, which the client writes. */
export const baselineRequest = new RequestType<BaselineParams, BaselineResult, void>('podproof/baseline');

export interface BaselineParams {
  /** URI of the folder. */
  readonly folder: string;
}

/** `declined` says in a sentence why there is none. */
export type BaselineResult =
  | { readonly text: string; readonly findings: number; readonly files: number }
  | { readonly declined: string };

/** Asks on behalf of an agent in the editor. */
export const agentRequest = new RequestType<AgentParams, ToolAnswer, void>('podproof/agent');

export type AgentParams =
  | { readonly tool: 'check_file'; readonly manifest: AgentManifest }
  | { readonly tool: 'harden_workload'; readonly manifest: AgentManifest; readonly wishes: HardenWishes }
  | { readonly tool: 'explain_finding'; readonly code: string };

/** An open document, or a text; the name is what the answer calls it. */
export type AgentManifest =
  | { readonly name: string; readonly uri: string }
  | { readonly name: string; readonly text: string };

/** Asks for the report over the workspace, as a page for a view of the editor. */
export const reportRequest = new RequestType<ReportParams, ReportResult, void>('podproof/report');

export interface ReportParams {
  /** What the content security policy of the page lets run; letters and digits. */
  readonly nonce: string;
  /** The name of the workspace, for people. */
  readonly subject: string;
  /** True where the client keeps showing it, and wants to hear when it is out of date. */
  readonly isKept?: boolean;
  /** The id of the page that the client shows. */
  readonly previousId?: string;
}

export interface ReportResult {
  /** Equal for equal pages, and empty where none could be made. */
  readonly id: string;
  /** Empty where the page is the one that the client shows. */
  readonly html: string;
  /** URIs; places in the page are `#place=FILE:LINE:CHARACTER`, a file by its number in this list, line and character one-based. */
  readonly files: readonly string[];
}

/** Sent to a client that keeps showing the report, whenever another one might be made. */
export const reportOutdatedNotification = new NotificationType<object>('podproof/reportOutdated');

/**
 * Sent by a client that asks for diagnostics of the documents that a person sees, and has others open as well: those others. They are
 * answered for like files that are closed.
 */
export const hiddenNotification = new NotificationType<HiddenParams>('podproof/hidden');

export interface HiddenParams {
  readonly uris: readonly string[];
}

/** The client shows the report no longer. */
export const reportClosedNotification = new NotificationType<object>('podproof/reportClosed');

/** Asks what `podproof/harden` would change in a file, for a person to choose from. */
export const ladderRequest = new RequestType<LadderParams, LadderResult, void>('podproof/ladder');

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
export const helmCheckRequest = new RequestType<HelmCheckParams, HelmCheckResult, void>('podproof/helmCheck');

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

/** Asks a client that serves files for the text of one in a folder of the workspace; null where there is none to be read. */
export const readFileRequest = new RequestType<FileParams, string | null, void>('podproof/readFile');

/** Asks a client that serves files for the bytes of one, in base64; null where there is none to be read. */
export const readBytesRequest = new RequestType<FileParams, string | null, void>('podproof/readBytes');

/** Asks a client that serves files what is in a folder of the workspace; nothing where there is no such folder. */
export const listFolderRequest = new RequestType<FileParams, readonly ClientFolderEntry[], void>(
  'podproof/listFolder',
);

export interface FileParams {
  readonly uri: string;
}

/** Links are neither: they may lead anywhere. */
export interface ClientFolderEntry {
  readonly name: string;
  readonly kind: 'folder' | 'file' | 'other';
}
