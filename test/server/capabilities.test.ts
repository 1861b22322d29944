/** Any client: with whatever it can do, the whole way works, and nothing is asked of it or given to it that it cannot take. */
import { describe, expect, test } from 'vitest';
import {
  type ClientCapabilities,
  type Diagnostic,
  DidSaveTextDocumentNotification,
  ExecuteCommandRequest,
  InsertTextFormat,
} from 'vscode-languageserver/node';
import { CHECK_WORKSPACE, hardenRequest } from '../../server/protocol.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import {
  at,
  edited,
  PLAIN,
  rangeOf,
  startInProcess,
  type TestClient,
  VSCODE,
  withEdits,
} from './testClient.ts';

const folder = 'file:///work';
const uri = `${folder}/manifest.yaml`;

/** VS Code's capabilities without the one at a path. */
function without(path: string): ClientCapabilities {
  const copy = structuredClone(VSCODE) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const holder = keys.reduce<Record<string, unknown>>(
    (held, key) => held[key] as Record<string, unknown>,
    copy,
  );
  expect(holder, path).toHaveProperty(last);
  delete holder[last];
  return copy;
}

const ACTIONS: ClientCapabilities = {
  textDocument: {
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['', 'quickfix'] } } },
  },
};

/** As these editors say in their documentation, as far as the server asks. */
const EDITORS: Readonly<Record<string, ClientCapabilities>> = {
  'VS Code': VSCODE,
  'Emacs eglot': {
    workspace: {
      applyEdit: true,
      configuration: true,
      workspaceFolders: true,
      workspaceEdit: { documentChanges: true },
      didChangeWatchedFiles: { dynamicRegistration: true },
    },
    textDocument: {
      publishDiagnostics: { relatedInformation: false, codeDescriptionSupport: false },
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'refactor', 'source'] } },
        resolveSupport: { properties: ['edit', 'command'] },
        dataSupport: true,
        isPreferredSupport: true,
      },
      hover: { contentFormat: ['plaintext'] },
      completion: { completionItem: { snippetSupport: false } },
    },
  },
  'Vim with a small client': { textDocument: { publishDiagnostics: {}, hover: {}, completion: {} } },
  Helix: {
    workspace: { configuration: true, workspaceFolders: true, workspaceEdit: { documentChanges: true } },
    textDocument: {
      publishDiagnostics: { versionSupport: true },
      inlayHint: {},
      codeAction: {
        codeActionLiteralSupport: {
          codeActionKind: { valueSet: ['', 'quickfix', 'refactor', 'source.fixAll'] },
        },
        dataSupport: true,
        disabledSupport: true,
        isPreferredSupport: true,
        resolveSupport: { properties: ['edit', 'command'] },
      },
      hover: { contentFormat: ['markdown'] },
      completion: { completionItem: { snippetSupport: true } },
    },
    window: { workDoneProgress: true },
  },
};

const SETS: readonly (readonly [string, ClientCapabilities])[] = [
  ...Object.entries(EDITORS),
  ['nothing', PLAIN],
  ['nothing but code actions', ACTIONS],
  ...[
    'textDocument.diagnostic',
    'textDocument.publishDiagnostics',
    'textDocument.codeAction.dataSupport',
    'textDocument.codeAction.resolveSupport',
    'textDocument.codeAction.disabledSupport',
    'textDocument.codeAction.isPreferredSupport',
    'textDocument.completion.completionItem',
    'textDocument.completion',
    'textDocument.hover',
    'textDocument.codeLens',
    'textDocument.inlayHint',
    'workspace.configuration',
    'workspace.didChangeConfiguration',
    'workspace.didChangeWatchedFiles',
    'workspace.workspaceFolders',
    'workspace.workspaceEdit',
    'workspace.workspaceEdit.snippetEditSupport',
    'workspace.diagnostics',
    'workspace.codeLens',
    'workspace.inlayHint',
    'workspace',
    'experimental',
  ].map((path) => [`VS Code without ${path}`, without(path)] as const),
];

async function diagnosticsOf(client: TestClient, pulls: boolean): Promise<readonly Diagnostic[]> {
  if (pulls) return client.diagnostics(uri);
  return (await client.published.nextWhere((published) => published.uri === uri)).diagnostics;
}

describe.each(SETS)('a client with %s', (_, capabilities) => {
  const { workspace, textDocument } = capabilities;
  const pulls = textDocument?.diagnostic !== undefined;
  const start = (): Promise<TestClient> =>
    startInProcess({ capabilities, folders: [folder], files: new Map() });

  test('goes the whole way: it is told, it reads, it hardens, and nothing is left', async () => {
    const client = await start();
    client.open(uri, BARE_POD);
    const found = await diagnosticsOf(client, pulls);
    expect(new Set(found.map(({ code }) => String(code).split('/')[0])).size).toBe(8);

    const hover = await client.hover(uri, at(BARE_POD, 'web\n      image').start);
    expect(JSON.stringify(hover?.contents)).toContain('In effect');

    const actions = await client.actions(uri, at(BARE_POD, 'spec'));
    const harden = actions.find(({ title }) => title === 'Harden this file');
    let hardened: string;
    if (textDocument?.codeAction === undefined) {
      expect(actions).toEqual([]);
      const answer = await client.connection.sendRequest(hardenRequest, { uri, scope: 'file' });
      if ('declined' in answer) throw new Error(answer.declined);
      hardened = withEdits(BARE_POD, answer.edits);
    } else {
      if (harden === undefined) throw new Error('Harden is offered.');
      hardened = edited(
        BARE_POD,
        uri,
        (harden.edit === undefined ? await client.resolve(harden) : harden).edit,
      );
    }
    client.change(uri, 2, { text: hardened });
    expect(await diagnosticsOf(client, pulls)).toEqual([]);
    await client.stop();
  });

  test('is given nothing that it cannot take', async () => {
    const client = await start();
    const text = `${BARE_POD}      securityContext:\n        \n`;
    client.open(uri, text);
    for (const { relatedInformation, codeDescription, data } of await diagnosticsOf(client, pulls)) {
      const shown = { ...textDocument?.publishDiagnostics, ...textDocument?.diagnostic };
      if (shown.relatedInformation !== true) expect(relatedInformation).toBeUndefined();
      if (shown.codeDescriptionSupport !== true) expect(codeDescription).toBeUndefined();
      if (shown.dataSupport !== true) expect(data).toBeUndefined();
    }
    const { end } = rangeOf(text, 'securityContext:\n        ');
    const items = await client.complete(uri, end);
    expect(items.length).toBeGreaterThan(0);
    const item = textDocument?.completion?.completionItem;
    for (const { insertTextFormat, textEdit, preselect, documentation } of items) {
      if (item?.snippetSupport !== true) {
        expect(insertTextFormat).toBe(InsertTextFormat.PlainText);
        expect(textEdit?.newText).not.toMatch(/\$\{?\d/);
      }
      if (item?.preselectSupport !== true) expect(preselect).toBeUndefined();
      if (item?.documentationFormat === undefined) expect(typeof documentation).toBe('string');
    }
    const action = textDocument?.codeAction;
    for (const offered of await client.actions(uri, at(text, 'spec'))) {
      if (action?.isPreferredSupport !== true) expect(offered.isPreferred).toBeUndefined();
      if (action?.disabledSupport !== true) expect(offered.disabled).toBeUndefined();
      if (action?.dataSupport !== true || action.resolveSupport === undefined) {
        expect(offered.data).toBeUndefined();
        expect(offered.edit).toBeDefined();
      }
      if (workspace?.workspaceEdit?.documentChanges !== true) {
        expect(offered.edit?.documentChanges).toBeUndefined();
      }
      expect(offered.edit?.changeAnnotations).toBeUndefined();
    }
    await client.stop();
  });

  test('is asked for nothing that it cannot give', async () => {
    const client = await start();
    client.open(uri, BARE_POD);
    await diagnosticsOf(client, pulls);
    client.configure({ podproof: { checks: { seccomp: 'off' } } });
    client.filesChanged(`${folder}/.podproof.yaml`);
    await client.connection.sendRequest(ExecuteCommandRequest.type, { command: CHECK_WORKSPACE });
    // Requests are answered in order: whatever the server asks on account of these has been asked by now.
    await client.hover(uri, { line: 0, character: 0 });
    if (workspace?.configuration !== true) expect(client.configurationRequests).toBe(0);
    const registered = client.registrations.map(({ method }) => method);
    if (workspace?.didChangeConfiguration?.dynamicRegistration !== true) {
      expect(registered).not.toContain('workspace/didChangeConfiguration');
    }
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) {
      expect(registered).not.toContain('workspace/didChangeWatchedFiles');
    }
    if (workspace?.diagnostics?.refreshSupport !== true) expect(client.refreshes.taken()).toEqual([]);
    if (workspace?.codeLens?.refreshSupport !== true) expect(client.lensRefreshes.taken()).toEqual([]);
    if (workspace?.inlayHint?.refreshSupport !== true) expect(client.hintRefreshes.taken()).toEqual([]);
    await client.stop();
  });
});

/** A client that is sent what is found, watches nothing, asks for nothing again and knows of one folder. */
const SMALL: ClientCapabilities = { textDocument: { publishDiagnostics: {}, hover: {}, completion: {} } };

describe('a client that can do little still', () => {
  const pod = HARDENED_POD.replace('  automountServiceAccountToken: false\n', '')
    .replace('  name: web\n', '  name: web\n  namespace: shop\n')
    .replace('spec:\n', 'spec:\n  serviceAccountName: web\n');
  const account = (automount: boolean): string =>
    `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\nautomountServiceAccountToken: ${automount}\n`;

  test('has its folder checked, where it knows of one by its root alone', async () => {
    const client = await startInProcess({
      capabilities: SMALL,
      rootUri: folder,
      files: new Map([
        [`${folder}/a.yaml`, BARE_POD],
        [`${folder}/.podproof.yaml`, 'checks: {seccomp: off}\n'],
      ]),
    });
    await client.connection.sendRequest(ExecuteCommandRequest.type, { command: CHECK_WORKSPACE });
    const { diagnostics } = await client.published.nextWhere(({ uri: of }) => of === `${folder}/a.yaml`);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(diagnostics.some(({ code }) => code === 'seccomp/missing')).toBe(false);
    expect(await client.shownMessages.next()).toMatch(/^Podproof checked 2 files: /);
    await client.stop();
  });

  test('is sent anew what another document decides as it is typed', async () => {
    const client = await startInProcess({ capabilities: SMALL, rootUri: folder, files: new Map() });
    const told = async (): Promise<readonly Diagnostic[]> =>
      (await client.published.nextWhere(({ uri: of }) => of === `${folder}/pod.yaml`)).diagnostics;
    client.open(`${folder}/pod.yaml`, pod);
    expect(await told()).toHaveLength(1);
    client.open(`${folder}/account.yaml`, account(false));
    expect(await told()).toEqual([]);
    client.change(`${folder}/account.yaml`, 2, { text: account(true) });
    expect(await told()).toHaveLength(1);
    await client.stop();
  });

  test('has files followed that it saves', async () => {
    const files = new Map([
      [`${folder}/pod.yaml`, pod],
      [`${folder}/account.yaml`, account(true)],
    ]);
    const client = await startInProcess({ capabilities: SMALL, rootUri: folder, files });
    await client.connection.sendRequest(ExecuteCommandRequest.type, { command: CHECK_WORKSPACE });
    const told = async (): Promise<readonly Diagnostic[]> =>
      (await client.published.nextWhere(({ uri: of }) => of === `${folder}/pod.yaml`)).diagnostics;
    expect(await told()).toHaveLength(1);
    files.set(`${folder}/account.yaml`, account(false));
    await client.connection.sendNotification(DidSaveTextDocumentNotification.type, {
      textDocument: { uri: `${folder}/account.yaml` },
    });
    expect(await told()).toEqual([]);
    await client.stop();
  });

  test('is told in the words of its settings, which it sends and is not asked for', async () => {
    const client = await startInProcess({ capabilities: SMALL, rootUri: folder, files: new Map() });
    client.open(uri, BARE_POD);
    const has = async (): Promise<boolean> =>
      (await client.published.nextWhere(({ uri: of }) => of === uri)).diagnostics.some(
        ({ code }) => code === 'seccomp/missing',
      );
    expect(await has()).toBe(true);
    client.configure({ podproof: { checks: { seccomp: 'off' } } });
    expect(await has()).toBe(false);
    await client.stop();
  });

  test.each([[['utf-8']], [['utf-32', 'utf-8']], [undefined]])(
    'is given places in UTF-16, which every client has to know, and told so (it names %j)',
    async (positionEncodings) => {
      const client = await startInProcess({
        capabilities: { ...SMALL, ...(positionEncodings && { general: { positionEncodings } }) },
        rootUri: folder,
        files: new Map(),
      });
      expect(client.initialized.capabilities.positionEncoding).toBe('utf-16');
      const text = BARE_POD.replace('- name: web', '- {image: "\u{1F980}", name: web}').replace(
        /\n +image: .*\n/,
        '\n',
      );
      client.open(uri, text);
      const { diagnostics } = await client.published.nextWhere(({ uri: of }) => of === uri);
      const { range } = diagnostics.find(({ code }) => code === 'security-context/missing') ?? {};
      const { start: first, end } = rangeOf(text, 'web}');
      expect(range).toEqual({ start: first, end: { ...end, character: end.character - 1 } });
      await client.stop();
    },
  );
});
