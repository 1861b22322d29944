/** What the specs do with the editor: open, type, wait for diagnostics, ask for hovers and actions. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type CodeAction,
  commands,
  type Diagnostic,
  DiagnosticSeverity,
  type Hover,
  languages,
  MarkdownString,
  Position,
  Range,
  type TextDocument,
  type TextEditor,
  type Uri,
  window,
  workspace,
} from 'vscode';

/** Longer than anything takes on a busy machine; reached only when what is waited for never comes. */
export const patience = 60_000;

/** The folder that the editor has open: a copy of the examples that the specs may change. */
export function workspaceFolder(): string {
  const folder = workspace.workspaceFolders?.[0];
  assert.ok(folder, 'the editor has a folder open');
  return folder.uri.fsPath;
}

let filesWritten = 0;

/** Writes a file of its own into the workspace and shows it. */
export async function openText(text: string, name = 'manifest.yaml'): Promise<TextEditor> {
  filesWritten += 1;
  const folder = path.join(workspaceFolder(), `spec-${filesWritten}`);
  mkdirSync(folder);
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return openFile(file);
}

export function openExample(name: string): Promise<TextEditor> {
  return openFile(path.join(workspaceFolder(), name));
}

async function openFile(file: string): Promise<TextEditor> {
  return window.showTextDocument(await workspace.openTextDocument(file), { preview: false });
}

export function bytesOnDisk(document: TextDocument): Buffer {
  return readFileSync(document.uri.fsPath);
}

export async function closeEverything(): Promise<void> {
  // Reverted first, since closing a changed file asks whether to save it.
  for (const editor of window.visibleTextEditors) {
    if (!editor.document.isDirty) continue;
    await window.showTextDocument(editor.document);
    await commands.executeCommand('workbench.action.files.revert');
  }
  await commands.executeCommand('workbench.action.closeAllEditors');
}

/** Puts the cursor behind the first occurrence of `place` and types, key by key. */
export async function typeAfter(editor: TextEditor, place: string, text: string): Promise<void> {
  const cursor = rangeOf(editor.document, place).end;
  editor.selection = new (await import('vscode')).Selection(cursor, cursor);
  for (const key of text) await commands.executeCommand('type', { text: key });
}

/** Replaces the first occurrence of `place` in one step. */
export async function replace(editor: TextEditor, place: string, text: string): Promise<void> {
  const range = rangeOf(editor.document, place);
  assert.ok(await editor.edit((edit) => edit.replace(range, text)), 'the editor takes the edit');
}

export function rangeOf(document: TextDocument, place: string): Range {
  const start = document.getText().indexOf(place);
  assert.ok(start >= 0, `the document contains ${JSON.stringify(place)}`);
  return new Range(document.positionAt(start), document.positionAt(start + place.length));
}

/** The document's diagnostics, from whatever source, as soon as they are as they should be. */
export async function diagnosticsWhen(
  document: { readonly uri: Uri },
  wanted: string,
  accept: (diagnostics: readonly Diagnostic[]) => boolean,
): Promise<readonly Diagnostic[]> {
  const { uri } = document;
  await until(
    `diagnostics: ${wanted}`,
    languages.onDidChangeDiagnostics,
    () => accept(languages.getDiagnostics(uri)),
    () => describe(languages.getDiagnostics(uri)).join('\n'),
  );
  return languages.getDiagnostics(uri);
}

/** As `diagnosticsWhen`, for the presence of a code. */
export function untilFound(document: TextDocument, code: string): Promise<readonly Diagnostic[]> {
  return diagnosticsWhen(document, code, (found) => found.some((diagnostic) => codeOf(diagnostic) === code));
}

/** As `diagnosticsWhen`, for the absence of a code in a document that is still found wanting otherwise. */
export function untilGone(document: TextDocument, code: string): Promise<readonly Diagnostic[]> {
  return diagnosticsWhen(document, `no ${code}`, (found) =>
    found.every((diagnostic) => codeOf(diagnostic) !== code),
  );
}

/**
 * Waits until the server has answered for everything that happened before.
 *
 * A pod that is bare is opened, and its diagnostics waited for: requests are answered in order. Proves an absence without a sleep.
 */
export async function untilServerHasAnswered(): Promise<void> {
  const active = window.activeTextEditor?.document;
  const { document } = await openText(barePod('sentinel'));
  await diagnosticsWhen(document, 'anything', (found) => found.length > 0);
  await commands.executeCommand('workbench.action.closeActiveEditor');
  if (active !== undefined) await window.showTextDocument(active);
}

/** Resolves when the condition holds, at once or after one of the events; rejects when it never does. */
export async function until(
  wanted: string,
  event: (listener: () => void) => { dispose(): void },
  holds: () => boolean,
  seen: () => string,
): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve, reject) => {
    const subscription = event(() => {
      if (!holds()) return;
      clearTimeout(timer);
      subscription.dispose();
      resolve();
    });
    const timer = setTimeout(() => {
      subscription.dispose();
      reject(new Error(`waited in vain for ${wanted}; instead:\n${seen()}`));
    }, patience);
  });
}

export function codeOf(diagnostic: Diagnostic): string {
  const { code } = diagnostic;
  return String(typeof code === 'object' ? code.value : code);
}

/** Diagnostics as lines of text: place, severity, code. */
export function describe(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(
    ({ range, severity, ...diagnostic }) =>
      `${range.start.line + 1}:${range.start.character + 1} ${DiagnosticSeverity[severity]} ${codeOf(diagnostic as Diagnostic)}`,
  );
}

/** The hovers of every extension at a place, as one text. */
export async function hoverAt(document: TextDocument, position: Position): Promise<string> {
  const hovers = await commands.executeCommand<Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof MarkdownString ? content.value : String(content)))
    .join('\n');
}

/** The code actions offered for a range, each with its edit. */
export async function actionsAt(document: TextDocument, range: Range, kind?: string): Promise<CodeAction[]> {
  return commands.executeCommand<CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
    kind,
    100,
  );
}

/** Applies an action as the editor does when it is picked. */
export async function apply(action: CodeAction): Promise<void> {
  assert.ok(action.edit, `"${action.title}" comes with an edit once resolved`);
  assert.ok(await workspace.applyEdit(action.edit), `"${action.title}" can be applied`);
}

export function startOf(range: Range): Position {
  return new Position(range.start.line, range.start.character);
}

/** A pod with an image and nothing else: every practice is missed. */
export function barePod(name: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
    - name: ${name}
      image: registry.example.com/${name}:1.0.0
`;
}
