/** What the extension host of a browser loads: a few specs without a test framework, which such a host could not load from files. */
import {
  type CodeAction,
  commands,
  type Diagnostic,
  type Extension,
  extensions,
  type Hover,
  LanguageModelTextPart,
  languages,
  lm,
  MarkdownString,
  Position,
  Range,
  type Tab,
  TabInputWebview,
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
const patience = 60_000;

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
  [
    'a quick fix and a suppression are written',
    async () => {
      const document = await open(BARE_POD);
      const isMissing = (diagnostic: Diagnostic): boolean => codeOf(diagnostic) === 'seccomp/missing';
      const found = await diagnosticsWhen(document.uri, (all) => all.some(isMissing));
      const apply = async (title: RegExp): Promise<void> => {
        const range = found.find(isMissing)?.range ?? new Range(0, 0, 0, 0);
        const actions = await commands.executeCommand<CodeAction[]>(
          'vscode.executeCodeActionProvider',
          document.uri,
          range,
          'quickfix',
          30,
        );
        const edit = actions.find((action) => title.test(action.title))?.edit;
        if (edit === undefined) throw new Error(actions.map((action) => action.title).join('\n'));
        equal(await workspace.applyEdit(edit), true);
      };
      await apply(/^Add the seccomp profile RuntimeDefault to the pod$/);
      await diagnosticsWhen(document.uri, (all) => all.length > 0 && !all.some(isMissing));
      equal(document.getText().includes('type: RuntimeDefault'), true);
      await commands.executeCommand('undo');
      await diagnosticsWhen(document.uri, (all) => all.some(isMissing));
      await apply(/^Suppress seccomp\/missing here$/);
      await diagnosticsWhen(document.uri, (all) => all.length > 0 && !all.some(isMissing));
      equal(document.getText().includes('podproof'), true);
    },
  ],
  [
    'all files of two folders are checked, each by its own settings, and followed',
    async () => {
      const [first, second] = workspace.workspaceFolders ?? [];
      if (first === undefined || second === undefined) throw new Error('The editor has two folders open.');
      await commands.executeCommand('podproof.checkWorkspace');
      const bare = Uri.joinPath(second.uri, 'pods/bare.yaml');
      const isMissing = (all: readonly Diagnostic[]): boolean =>
        all.some((diagnostic) => codeOf(diagnostic) === 'seccomp/missing');
      await diagnosticsWhen(bare, (all) => all.length > 0 && !isMissing(all));
      await diagnosticsWhen(Uri.joinPath(first.uri, 'storefront.yaml'), isMissing);

      const closed = (await diagnosticsWhen(bare, (all) => all.length > 0)).map(codeOf);
      await window.showTextDocument(await workspace.openTextDocument(bare));
      // What was pushed is taken back, and the editor asks instead.
      const opened = (await diagnosticsWhen(bare, (all) => all.length === closed.length)).map(codeOf);
      equal(opened.sort().join(), closed.sort().join());
      await commands.executeCommand('workbench.action.closeActiveEditor');
      await diagnosticsWhen(bare, (all) => all.length === closed.length);

      const renamed = Uri.joinPath(second.uri, 'renamed');
      await workspace.fs.rename(Uri.joinPath(second.uri, 'pods'), renamed);
      await diagnosticsWhen(bare, (all) => all.length === 0);
      await diagnosticsWhen(Uri.joinPath(renamed, 'bare.yaml'), (all) => all.length === closed.length);
      await workspace.fs.delete(renamed, { recursive: true });
      await diagnosticsWhen(Uri.joinPath(renamed, 'bare.yaml'), (all) => all.length === 0);
    },
  ],
  [
    'a chart is told with the library that lies packed beside it',
    async () => {
      const [, second] = workspace.workspaceFolders ?? [];
      if (second === undefined) throw new Error('The editor has two folders open.');
      const template = Uri.joinPath(second.uri, 'chart/templates/pod.yaml');
      await window.showTextDocument(await workspace.openTextDocument(template));
      await diagnosticsWhen(template, (all) =>
        all.some((diagnostic) => codeOf(diagnostic) === 'privilege-escalation/privileged'),
      );
    },
  ],
  [
    'the report opens',
    async () => {
      await commands.executeCommand('podproof.showReport');
      const find = (): Tab | undefined =>
        window.tabGroups.all
          .flatMap((group) => group.tabs)
          .find(({ input }) => input instanceof TabInputWebview);
      const report =
        find() ??
        (await new Promise<Tab>((resolve) => {
          const subscription = window.tabGroups.onDidChangeTabs(() => {
            const found = find();
            if (found === undefined) return;
            subscription.dispose();
            resolve(found);
          });
        }));
      equal((report.input as TabInputWebview).viewType.endsWith('podproof.report'), true);
      await window.tabGroups.close(report);
    },
  ],
  [
    'tools for language models check, harden and explain',
    async () => {
      const answerOf = async (name: string, input: object): Promise<string> => {
        const { content } = await lm.invokeTool(`podproof_${name}`, {
          toolInvocationToken: undefined,
          input,
        });
        return content.map((part) => (part instanceof LanguageModelTextPart ? part.value : '')).join('\n');
      };
      equal(
        (await answerOf('check_file', { path: 'storefront.yaml' })).startsWith('storefront.yaml: '),
        true,
      );
      const hardened = await answerOf('harden_workload', { text: BARE_POD });
      equal(hardened.includes('readOnlyRootFilesystem: true'), true);
      equal((await answerOf('explain_finding', { code: 'seccomp/missing' })).includes('seccomp'), true);
      const refusal = await answerOf('check_file', { path: '../../etc/passwd' }).then(
        () => 'none',
        (error: unknown) => String(error),
      );
      equal(refusal.includes('is not a file of the workspace'), true);
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
      reject(
        new Error(
          `waited in vain for ${uri.path}; instead: ${languages.getDiagnostics(uri).map(codeOf).join(', ')}`,
        ),
      );
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
