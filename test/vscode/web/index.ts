/** What the extension host of a browser loads: a few specs without a test framework, which such a host could not load from files. */
import {
  type CodeAction,
  commands,
  type Diagnostic,
  type Extension,
  extensions,
  type Hover,
  languages,
  MarkdownString,
  Position,
  Range,
  type TextDocument,
  Uri,
  window,
  workspace,
} from 'vscode';

const BARE_POD = `apiVersion: v1
kind: Pod
metadata:
  name: bare
spec:
  containers:
    - name: app
      image: registry.example.com/app:1.0.0
`;

/** Longer than anything takes on a busy machine; reached only when what is waited for never comes. */
const patience = 20_000;

const specs: readonly (readonly [title: string, body: () => Promise<void>])[] = [
  [
    'the extension runs from its browser entry, without Node',
    async () => {
      const { extensionUri } = extension();
      equal(extensionUri.scheme, 'http');
      equal(
        typeof (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node,
        'undefined',
      );
    },
  ],
  [
    'squiggles come when a bare pod opens, for all eight practices',
    async () => {
      const { uri } = await open(BARE_POD);
      const found = await diagnosticsWhen(uri, (all) => all.length > 0);
      equal(new Set(found.map((diagnostic) => codeOf(diagnostic).split('/')[0])).size, 8);
    },
  ],
  [
    'squiggles come in a file of the workspace',
    async () => {
      const folder = workspace.workspaceFolders?.[0];
      if (folder === undefined) throw new Error('The editor has a folder open.');
      const [file] = await workspace.findFiles('storefront.yaml');
      if (file === undefined) throw new Error('The folder has the examples.');
      await window.showTextDocument(await workspace.openTextDocument(file));
      await diagnosticsWhen(file, (all) =>
        all.some((diagnostic) => codeOf(diagnostic) === 'seccomp/missing'),
      );
    },
  ],
  [
    'a hover explains',
    async () => {
      const document = await open(BARE_POD);
      await diagnosticsWhen(document.uri, (all) => all.length > 0);
      const hovers = await commands.executeCommand<Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        new Position(4, 1),
      );
      const words = hovers.flatMap(({ contents }) => contents);
      const text = words
        .map((word) => (word instanceof MarkdownString ? word.value : String(word)))
        .join('\n');
      equal(text.includes('automountServiceAccountToken') || text.includes('practices'), true);
    },
  ],
  [
    'hardening leaves nothing underlined',
    async () => {
      const document = await open(BARE_POD);
      await diagnosticsWhen(document.uri, (all) => all.length > 0);
      const actions = await commands.executeCommand<CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new Range(6, 12, 6, 12),
        'refactor.rewrite.podproof.harden.file',
        10,
      );
      const edit = actions[0]?.edit;
      if (edit === undefined) throw new Error('The file can be hardened.');
      equal(await workspace.applyEdit(edit), true);
      await diagnosticsWhen(document.uri, (all) => all.length === 0);
      equal(document.getText().includes('readOnlyRootFilesystem: true'), true);
    },
  ],
  [
    'the server is another one after "Restart Server", and each finding is still there once',
    async () => {
      const { uri } = await open(BARE_POD);
      const before = await diagnosticsWhen(uri, (all) => all.length > 0);
      await commands.executeCommand('podproof.restart');
      const after = await diagnosticsWhen(uri, (all) => all.length > 0);
      equal(after.length, before.length);
    },
  ],
  [
    'a .podproof.yaml of the workspace switches a check off, and on again when it is gone',
    async () => {
      const folder = workspace.workspaceFolders?.[0];
      const [file] = await workspace.findFiles('storefront.yaml');
      if (folder === undefined || file === undefined) throw new Error('The folder has the examples.');
      const isMissing = (all: readonly Diagnostic[]): boolean =>
        all.some((diagnostic) => codeOf(diagnostic) === 'seccomp/missing');
      await window.showTextDocument(await workspace.openTextDocument(file));
      await diagnosticsWhen(file, isMissing);

      const config = Uri.joinPath(folder.uri, '.podproof.yaml');
      await workspace.fs.writeFile(config, new TextEncoder().encode('checks:\n  seccomp: off\n'));
      await diagnosticsWhen(file, (all) => all.length > 0 && !isMissing(all));

      await workspace.fs.delete(config);
      await diagnosticsWhen(file, isMissing);
    },
  ],
];

/** Runs all specs, and sends what happened to the server that this file came from. */
export async function run(): Promise<void> {
  const passed: string[] = [];
  const failed: { title: string; error: string }[] = [];
  for (const [title, body] of specs) {
    try {
      await body();
      passed.push(title);
    } catch (error) {
      failed.push({ title, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await fetch(extension().extensionUri.with({ path: '/result' }).toString(true), {
    method: 'POST',
    body: JSON.stringify({ done: true, passed, skipped: [], failed }),
  });
  if (failed.length > 0) throw new Error(`${failed.length} tests failed`);
}

function extension(): Extension<unknown> {
  const found = extensions.getExtension('podproof.podproof');
  if (found === undefined) throw new Error('The extension is installed.');
  return found;
}

async function open(content: string): Promise<TextDocument> {
  const document = await workspace.openTextDocument({ language: 'yaml', content });
  await window.showTextDocument(document, { preview: false });
  return document;
}

/** The document's diagnostics, as soon as they are as they should be. */
function diagnosticsWhen(
  uri: Uri,
  accept: (all: readonly Diagnostic[]) => boolean,
): Promise<readonly Diagnostic[]> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const all = languages.getDiagnostics(uri);
      if (!accept(all)) return;
      subscription.dispose();
      clearTimeout(timer);
      resolve(all);
    };
    const subscription = languages.onDidChangeDiagnostics(look);
    const timer = setTimeout(() => {
      subscription.dispose();
      reject(new Error(`waited in vain; instead: ${languages.getDiagnostics(uri).map(codeOf).join(', ')}`));
    }, patience);
    look();
  });
}

function codeOf({ code }: Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

function equal(actual: unknown, wanted: unknown): void {
  if (actual !== wanted) throw new Error(`${String(actual)} is not ${String(wanted)}`);
}
