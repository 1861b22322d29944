/** Tools for language models: registered at once, answered by the server, which starts when the first of them is used. */
import {
  type Disposable,
  LanguageModelTextPart,
  LanguageModelToolResult,
  l10n,
  lm,
  type TextDocument,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { AgentAnswer, AgentParams } from './protocol.ts';

/** What is asked; the manifest of a document is the document. */
export type AgentQuestion =
  | Extract<AgentParams, { tool: 'explain_finding' }>
  | { readonly tool: 'check_file'; readonly manifest: AgentSubject }
  | { readonly tool: 'harden_workload'; readonly manifest: AgentSubject; readonly wishes: object };

export type AgentSubject =
  | { readonly name: string; readonly document: TextDocument }
  | { readonly name: string; readonly text: string };

interface ManifestInput {
  readonly path?: string;
  readonly text?: string;
}

/** Registers the three tools; none where the editor knows no language models, as in editors that are built on an older VS Code. */
export function registerAgentTools(
  ask: (question: AgentQuestion) => Promise<AgentAnswer>,
): readonly Disposable[] {
  if (typeof (lm as Partial<typeof lm> | undefined)?.registerTool !== 'function') return [];
  const register = <T extends object>(
    name: string,
    doing: (input: T) => string,
    questionOf: (input: T) => Promise<AgentQuestion>,
  ): Disposable =>
    lm.registerTool<T>(name, {
      prepareInvocation: ({ input }) => ({ invocationMessage: doing(input) }),
      invoke: async ({ input }) => {
        const answer = await ask(await questionOf(input));
        if (!answer.ok) throw new Error(answer.problem);
        const parts = [answer.text, answer.data?.text].filter((text) => text !== undefined);
        return new LanguageModelToolResult(parts.map((text) => new LanguageModelTextPart(text)));
      },
    });
  return [
    register<ManifestInput>(
      'podproof_check_file',
      (input) => l10n.t('Checking {0}', nameOf(input)),
      async (input) => ({
        tool: 'check_file',
        manifest: await subjectOf(input),
      }),
    ),
    register<ManifestInput>(
      'podproof_harden_workload',
      (input) => l10n.t('Working out how to harden {0}', nameOf(input)),
      async (input) => {
        const { path, text, ...wishes } = input;
        return { tool: 'harden_workload', manifest: await subjectOf(input), wishes };
      },
    ),
    register<{ readonly code: string }>(
      'podproof_explain_finding',
      ({ code }) => l10n.t('Looking up {0}', code),
      async ({ code }) => ({ tool: 'explain_finding', code }),
    ),
  ];
}

/** The manifest as a person knows it. */
function nameOf({ path, text }: ManifestInput): string {
  if (path !== undefined) return path;
  const active = text === undefined ? window.activeTextEditor?.document.uri : undefined;
  return active === undefined ? l10n.t('a manifest') : workspace.asRelativePath(active);
}

/** Rejects, with a sentence for the model, where there is no such manifest in the workspace. */
async function subjectOf({ path, text }: ManifestInput): Promise<AgentSubject> {
  if (path !== undefined && text !== undefined) throw new Error('Give either a path or a text.');
  if (text !== undefined) return { name: 'manifest.yaml', text };
  if (path === undefined) {
    const document = window.activeTextEditor?.document;
    if (document === undefined) throw new Error('No file is open: give a path or a text.');
    return { name: workspace.asRelativePath(document.uri), document };
  }
  const uri = await fileInWorkspace(path.replaceAll('\\', '/'));
  if (uri === undefined)
    throw new Error(`${path} is not a file of the workspace. Give the path from the folder that is open.`);
  return { name: path, document: await workspace.openTextDocument(uri) };
}

/** The first file that the path names from one of the folders, with the folder's name in front or not, or as an absolute path. */
async function fileInWorkspace(path: string): Promise<Uri | undefined> {
  const candidates = (workspace.workspaceFolders ?? []).flatMap(({ uri, name }) => [
    Uri.joinPath(uri, path),
    ...(path.startsWith(`${name}/`) ? [Uri.joinPath(uri, path.slice(name.length + 1))] : []),
    ...(/^(?:\/|[A-Za-z]:\/)/.test(path)
      ? [uri.with({ path: path.startsWith('/') ? path : `/${path}` })]
      : []),
  ]);
  for (const uri of candidates) {
    if (workspace.getWorkspaceFolder(uri) === undefined) continue;
    try {
      await workspace.fs.stat(uri);
      return uri;
    } catch {
      // Not there.
    }
  }
  return undefined;
}
