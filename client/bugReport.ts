/** Bug report: what helps to find a fault, and nothing that is in a document: no text, no names of files or workloads. */
import {
  EndOfLine,
  type Extension,
  env,
  languages,
  type TextDocument,
  UIKind,
  version,
  workspace,
} from 'vscode';
import { isServed } from './documents.ts';
import type { ServerState } from './status.ts';

/** Markdown for an issue: versions, where it runs, the settings that were made, and what was found in each open document by count. */
export function describeForBugReport({ packageJSON }: Extension<unknown>, serverState: ServerState): string {
  const { version: own, contributes } = packageJSON as Manifest;
  const documents = workspace.textDocuments.filter(isServed);
  return [
    `- Podproof ${own}, server ${serverState}`,
    `- ${env.appName} ${version}, ${env.uiKind === UIKind.Web ? 'in a browser' : 'on a desktop'}${env.remoteName === undefined ? '' : `, remote: ${env.remoteName}`}`,
    `- workspace folders: ${workspace.workspaceFolders?.length ?? 0}, ${workspace.isTrusted ? 'trusted' : 'not trusted'}`,
    ...Object.keys(contributes.configuration.properties).flatMap(settingLine),
    ...documents.map(documentLine),
    '',
  ].join('\n');
}

interface Manifest {
  readonly version: string;
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

/** Lists and objects may hold names of a person's own: of them it is only said that they are set. */
function settingLine(key: string): readonly string[] {
  const made = workspace.getConfiguration().inspect<unknown>(key);
  const value = made?.workspaceFolderValue ?? made?.workspaceValue ?? made?.globalValue;
  if (value === undefined) return [];
  return [`- ${key}: ${typeof value === 'object' || typeof value === 'string' ? 'set' : String(value)}`];
}

function documentLine({ uri, languageId, lineCount, eol, isDirty }: TextDocument): string {
  const counts = new Map<string, number>();
  for (const { source, code } of languages.getDiagnostics(uri)) {
    if (source !== 'podproof') continue;
    const name = String(typeof code === 'object' ? code.value : code);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const found = [...counts].map(([name, count]) => `${name} ${count}`).sort();
  const lines = `${lineCount} lines of ${languageId}, ${eol === EndOfLine.CRLF ? 'CRLF' : 'LF'}`;
  return `- a document (${uri.scheme}${isDirty ? ', not saved' : ''}): ${lines}; ${found.join(', ') || 'nothing found'}`;
}
