/** Code actions: what is offered where, and what it does to the text as it is when it is picked. */

import { describe, expect, test } from 'vitest';
import { type CodeAction, type CodeActionContext, CodeActionTriggerKind } from 'vscode-languageserver';
import { hardenRequest, ladderRequest } from '../../server/protocol.ts';
import { BARE_POD, HARDENED_POD, TWO_CONTAINERS } from './manifests.ts';
import {
  at,
  type ClientOptions,
  edited,
  PLAIN,
  rangeOf,
  startInProcess,
  type TestClient,
  VSCODE,
  withEdits,
} from './testClient.ts';

const uri = 'file:///manifest.yaml';

async function opened(text: string, options: ClientOptions = {}): Promise<TestClient> {
  const client = await startInProcess(options);
  client.open(uri, text);
  return client;
}

const titles = (actions: readonly CodeAction[]): readonly string[] => actions.map(({ title }) => title);
const kinds = (actions: readonly CodeAction[]): readonly unknown[] => [
  ...new Set(actions.map(({ kind }) => kind)),
];

function titled(actions: readonly CodeAction[], title: string): CodeAction {
  const action = actions.find((candidate) => candidate.title === title);
  if (action === undefined) throw new Error(`${title} is not among\n${titles(actions).join('\n')}`);
  return action;
}

/** The text after an action was picked. */
async function picked(client: TestClient, text: string, action: CodeAction): Promise<string> {
  return edited(text, uri, (await client.resolve(action)).edit);
}

describe('quick fixes', () => {
  test('each finding at the cursor has its fixes, and each names the diagnostic that it settles', async () => {
    const client = await opened(BARE_POD);
    const diagnostics = await client.diagnostics(uri);
    const here = diagnostics.filter(({ range }) => range.start.line === 4);
    const actions = await client.actions(uri, at(BARE_POD, 'spec'), {
      diagnostics: here,
      only: ['quickfix'],
    });
    expect(titles(actions)).toEqual([
      'Harden this pod',
      'Add automountServiceAccountToken: false',
      'Add runAsUser: 10001 to the pod',
      'Add runAsGroup: 10001 to the pod',
      'Add the seccomp profile RuntimeDefault to the pod',
      'Add runAsNonRoot: true to the pod',
      'Add runAsUser: 10001 to this container',
      'Add runAsGroup: 10001 to this container',
      'Add the seccomp profile RuntimeDefault to this container',
      'Add runAsNonRoot: true to this container',
      'Fix all "Service account token mounted" in this file',
      'Fix all "Runs as root" in this file',
      'Fix all "No seccomp profile" in this file',
      'Fix all "Capabilities kept, root not forbidden" in this file',
      'Suppress service-account-token/mounted here',
      'Suppress root-user/unset here',
      'Suppress root-user/group-unset here',
      'Suppress seccomp/missing here',
      'Suppress capabilities/non-root-unset here',
    ]);
    for (const action of actions) {
      for (const diagnostic of action.diagnostics ?? []) expect(here).toContainEqual(diagnostic);
    }
    const [all, first] = actions;
    expect(all?.diagnostics).toHaveLength(5);
    expect(first?.diagnostics?.map(({ code }) => code)).toEqual(['service-account-token/mounted']);
    expect(await picked(client, BARE_POD, titled(actions, 'Add automountServiceAccountToken: false'))).toBe(
      BARE_POD.replace('spec:\n', 'spec:\n  automountServiceAccountToken: false\n'),
    );
    await client.stop();
  });

  test('of what one edit settles for several containers, the pod is fixed on its key and a container on its name', async () => {
    const client = await opened(TWO_CONTAINERS);
    const seccomp = 'Add the seccomp profile RuntimeDefault to';
    const offered = async (place: string): Promise<readonly string[]> =>
      titles(await client.actions(uri, at(TWO_CONTAINERS, place), { only: ['quickfix'] })).filter((title) =>
        title.startsWith(seccomp),
      );
    expect(await offered('spec:\n      containers')).toEqual([`${seccomp} the pod`]);
    expect(await offered('cache\n')).toEqual([`${seccomp} this container`]);
    const actions = await client.actions(uri, at(TWO_CONTAINERS, 'cache\n'));
    expect(await picked(client, TWO_CONTAINERS, titled(actions, `${seccomp} this container`))).toBe(
      `${TWO_CONTAINERS}          securityContext:\n            seccompProfile:\n              type: RuntimeDefault\n`,
    );
    await client.stop();
  });

  test('a diagnostic that the client names is fixed wherever the cursor is; one that is not ours is not', async () => {
    const client = await opened(BARE_POD);
    const mounted = (await client.diagnostics(uri)).filter(
      ({ code }) => code === 'service-account-token/mounted',
    );
    const far = at(BARE_POD, 'apiVersion');
    const fixes = async (context: Partial<CodeActionContext>): Promise<readonly string[]> =>
      titles(await client.actions(uri, far, { only: ['quickfix'], ...context }));
    expect(await fixes({ diagnostics: [] })).toEqual([]);
    expect(await fixes({ diagnostics: mounted })).toContain('Add automountServiceAccountToken: false');
    const moved = mounted.map((diagnostic) => ({ ...diagnostic, range: far }));
    expect(await fixes({ diagnostics: moved })).toEqual([]);
    await client.stop();
  });

  test('a diagnostic needs no words and no data to be fixed', async () => {
    const client = await opened(BARE_POD);
    const diagnostics = (await client.diagnostics(uri)).map(({ range, code }) => ({
      range,
      code: code ?? '',
      message: '',
    }));
    const actions = await client.actions(uri, at(BARE_POD, 'apiVersion'), { diagnostics });
    expect(titles(actions)).toContain('Add automountServiceAccountToken: false');
    await client.stop();
  });

  test('only what changes nothing for the pod is preferred', async () => {
    const text = BARE_POD.replace(
      'image: registry.example.com/web:1.0.0',
      'image: registry.example.com/web:1.0.0\n      securityContext:\n        capabilities:\n          drop: [all]',
    );
    const client = await opened(text);
    const actions = await client.actions(uri, at(text, 'all]'), { only: ['quickfix'] });
    const preferred = actions.filter(({ isPreferred }) => isPreferred === true);
    expect(preferred).toHaveLength(1);
    expect(preferred[0]?.diagnostics?.map(({ code }) => code)).toEqual(['capabilities/not-dropped']);
    const bare = await client.actions(uri, at(text, 'spec'), { only: ['quickfix'] });
    expect(bare.filter(({ isPreferred }) => isPreferred === true)).toEqual([]);
    await client.stop();
  });

  test('a practice is fixed in the whole file', async () => {
    const text = `${BARE_POD}---\n${BARE_POD}`;
    const client = await opened(text);
    const actions = await client.actions(uri, at(text, 'spec'));
    const fixed = await picked(
      client,
      text,
      titled(actions, 'Fix all "Service account token mounted" in this file'),
    );
    expect(fixed).toBe(text.replaceAll('spec:\n', 'spec:\n  automountServiceAccountToken: false\n'));
    await client.stop();
  });

  test('nothing is offered where nothing is found', async () => {
    const client = await opened(HARDENED_POD);
    const everything = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    expect(await client.actions(uri, everything)).toEqual([]);
    await client.stop();
  });
});

describe('amounts', () => {
  /** The edits of the fix for a missing CPU request, as the client gets them. */
  async function cpuRequest(text: string): Promise<readonly unknown[]> {
    const client = await opened(text);
    const actions = await client.actions(uri, at(text, 'web'));
    const action = titled(actions, 'Add a CPU request to this container');
    const { edit } = await client.resolve(action);
    const [change] = edit?.documentChanges ?? [];
    if (change === undefined || !('edits' in change)) throw new Error('One document is edited.');
    await client.stop();
    return change.edits;
  }

  test('wait to be written over, on lines that no editor indents anew', async () => {
    const text = `apiVersion: v1
kind: Pod
spec:
  containers:
    - name: web
      image: nginx:1.27
      env: []
      livenessProbe: {}
`;
    expect(await cpuRequest(text)).toEqual([
      {
        range: { start: { line: 7, character: 0 }, end: { line: 7, character: 0 } },
        snippet: {
          kind: 'snippet',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a snippet's placeholder.
          value: '      resources:\n        requests:\n          cpu: ${1:100m}\n',
        },
      },
    ]);
  });
});

describe('suppressions', () => {
  test('a finding is suppressed by a comment, whose reason waits to be written', async () => {
    const client = await opened(BARE_POD);
    const actions = await client.actions(uri, at(BARE_POD, 'spec'));
    const { edit } = await client.resolve(titled(actions, 'Suppress seccomp/missing here'));
    const [change] = edit?.documentChanges ?? [];
    if (change === undefined || !('edits' in change)) throw new Error('One document is edited.');
    expect(change.edits).toEqual([
      expect.objectContaining({
        snippet: { kind: 'snippet', value: expect.stringMatching(/\$\{1:reason\}/) },
      }),
    ]);
    await client.stop();
  });

  test('the same in plain text, for a client without snippets; the finding is gone, and the others stay', async () => {
    const workspaceEdit = { documentChanges: true };
    const client = await opened(BARE_POD, {
      capabilities: { ...VSCODE, workspace: { ...VSCODE.workspace, workspaceEdit } },
    });
    const before = (await client.diagnostics(uri)).map(({ code }) => code);
    const actions = await client.actions(uri, at(BARE_POD, 'spec'));
    const text = await picked(client, BARE_POD, titled(actions, 'Suppress seccomp/missing here'));
    expect(text).toMatch(/# podproof-ignore seccomp\/missing: reason/);
    client.change(uri, 2, { text });
    const after = (await client.diagnostics(uri)).map(({ code }) => code);
    expect(after).toEqual(before.filter((code) => code !== 'seccomp/missing'));
    await client.stop();
  });

  test('in JSON, which has no comments, by an annotation', async () => {
    const json = JSON.stringify(
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: { containers: [{ name: 'b', image: 'c' }] },
      },
      null,
      2,
    );
    const client = await startInProcess();
    client.open(uri, json, 1, 'json');
    const actions = await client.actions(uri, at(json, 'spec'));
    const text = await picked(client, json, titled(actions, 'Suppress seccomp/missing here'));
    const { metadata } = JSON.parse(text) as { metadata: { annotations: Record<string, string> } };
    expect(Object.entries(metadata.annotations)).toEqual([['podproof/ignore.b', 'seccomp/missing: reason']]);
    await client.stop();
  });

  test('in JSON with comments, by a comment with slashes', async () => {
    const json = `{
  "apiVersion": "v1",
  "kind": "Pod",
  "spec": {
    "containers": [{ "name": "b", "image": "c" }]
  }
}
`;
    const workspaceEdit = { documentChanges: true };
    const client = await startInProcess({
      capabilities: { ...VSCODE, workspace: { ...VSCODE.workspace, workspaceEdit } },
    });
    client.open(uri, json, 1, 'jsonc');
    const actions = await client.actions(uri, at(json, 'spec'));
    const text = await picked(client, json, titled(actions, 'Suppress seccomp/missing here'));
    expect(text).toMatch(/^ +\/\/ podproof-ignore seccomp\/missing: reason$/m);
    await client.stop();
  });

  test('one that suppresses nothing is underlined, and is removed by its fix', async () => {
    const idle = HARDENED_POD.replace('spec:', '# podproof-ignore seccomp: on purpose\nspec:');
    const client = await opened(idle);
    const [unused, ...others] = await client.diagnostics(uri);
    expect(others).toEqual([]);
    expect(unused).toMatchObject({
      code: 'suppression/unused',
      severity: 3,
      source: 'podproof',
      range: rangeOf(idle, 'seccomp'),
    });
    const actions = await client.actions(uri, at(idle, 'seccomp:'));
    expect(titles(actions)).toEqual(['Remove this suppression']);
    const [remove] = actions;
    if (remove === undefined) throw new Error('It can be removed.');
    expect(await picked(client, idle, remove)).toBe(HARDENED_POD);

    client.change(uri, 2, { text: `# one\n${idle}` });
    expect(edited(`# one\n${idle}`, uri, (await client.resolve(remove)).edit)).toBe(`# one\n${HARDENED_POD}`);
    await client.stop();
  });
});

describe('what cannot be edited safely', () => {
  // What the anchor holds belongs to both containers.
  const shared = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.0.0
      securityContext: &context
        privileged: true
    - name: cache
      image: registry.example.com/cache:1.0.0
      securityContext: *context
`;
  const readOnly = 'Set readOnlyRootFilesystem: true, with an emptyDir at /tmp';

  test('is shown with the reason, and without an edit', async () => {
    const client = await opened(shared);
    const [range] = (await client.diagnostics(uri))
      .filter(({ code }) => code === 'read-only-root-filesystem/writable')
      .map((diagnostic) => diagnostic.range);
    if (range === undefined) throw new Error('The root filesystem is writable.');
    const action = titled(await client.actions(uri, range), readOnly);
    expect(action.disabled?.reason).toMatch(/context/);
    expect(action.edit).toBeUndefined();
    expect(action.data).toBeUndefined();
    await client.stop();
  });

  test('is not offered to a client that would not show why', async () => {
    const { disabledSupport: _, ...codeAction } = VSCODE.textDocument?.codeAction ?? {};
    const client = await opened(shared, {
      capabilities: { ...VSCODE, textDocument: { ...VSCODE.textDocument, codeAction } },
    });
    const everything = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const actions = await client.actions(uri, everything, { only: ['quickfix'] });
    expect(titles(actions)).not.toContain(readOnly);
    expect(titles(actions)).toContain('Add automountServiceAccountToken: false');
    await client.stop();
  });
});

describe('kinds', () => {
  const harden = 'refactor.rewrite.podproof.harden';

  test.each<[string[] | undefined, readonly string[]]>([
    [undefined, ['quickfix', `${harden}.file`]],
    [['quickfix'], ['quickfix']],
    [['refactor'], [`${harden}.container`, `${harden}.pod`, `${harden}.file`]],
    [['refactor.rewrite'], [`${harden}.container`, `${harden}.pod`, `${harden}.file`]],
    [[`${harden}.pod`], [`${harden}.pod`]],
    [[`${harden}.p`], []],
    [['refactor.extract'], []],
    [['source'], []],
    [
      ['quickfix', `${harden}.file`],
      ['quickfix', `${harden}.file`],
    ],
    [[], []],
  ])('a request for %j is answered with %j', async (only, expected) => {
    const client = await opened(BARE_POD);
    const context = only === undefined ? {} : { only };
    expect(kinds(await client.actions(uri, at(BARE_POD, 'web\n      image'), context))).toEqual(expected);
    await client.stop();
  });

  test('an editor that asks by itself is offered something only where something is found', async () => {
    const client = await opened(BARE_POD);
    const context = { triggerKind: CodeActionTriggerKind.Automatic };
    expect(await client.actions(uri, at(BARE_POD, 'apiVersion'), context)).toEqual([]);
    expect(titles(await client.actions(uri, at(BARE_POD, 'spec'), context))).toContain('Harden this pod');
    const named = { ...context, only: ['refactor'] };
    expect(titles(await client.actions(uri, at(BARE_POD, 'apiVersion'), named))).toEqual([
      'Harden this pod',
      'Harden this file',
    ]);
    await client.stop();
  });

  test('the server says which it has', async () => {
    const client = await opened('');
    expect(client.initialized.capabilities.codeActionProvider).toEqual({
      codeActionKinds: [
        'quickfix',
        `${harden}.container`,
        `${harden}.pod`,
        `${harden}.file`,
        `${harden}.patch`,
        `${harden}.values`,
        'source.fixAll.podproof',
      ],
      resolveProvider: true,
    });
    await client.stop();
  });
});

describe('fix on save', () => {
  const text = BARE_POD.replace(
    'image: registry.example.com/web:1.0.0',
    'image: registry.example.com/web:1.0.0\n      securityContext:\n        capabilities:\n          drop: [all]',
  );
  const everything = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

  test('is offered when the setting is on and it is asked for by name, and does what is safe', async () => {
    const client = await opened(text, { settings: { fixOnSave: true } });
    expect(kinds(await client.actions(uri, everything))).not.toContain('source.fixAll.podproof');
    for (const only of ['source.fixAll.podproof', 'source.fixAll']) {
      const [action, ...others] = await client.actions(uri, everything, { only: [only] });
      expect(others).toEqual([]);
      if (action === undefined) throw new Error(`${only} is answered.`);
      expect(await picked(client, text, action)).toBe(text.replace('[all]', '[ALL]'));
    }
    await client.stop();
  });

  test('is not offered when the setting is off, nor where nothing is safe', async () => {
    const off = await opened(text);
    expect(await off.actions(uri, everything, { only: ['source.fixAll.podproof'] })).toEqual([]);
    await off.stop();
    const bare = await opened(BARE_POD, { settings: { fixOnSave: true } });
    expect(await bare.actions(uri, everything, { only: ['source.fixAll.podproof'] })).toEqual([]);
    await bare.stop();
  });
});

describe('harden', () => {
  const offered = async (text: string, place: string): Promise<readonly string[]> => {
    const client = await opened(text);
    const actions = await client.actions(uri, at(text, place), { only: ['refactor'] });
    await client.stop();
    return titles(actions);
  };
  const container = 'Harden this container';
  const pod = 'Harden this pod';
  const file = 'Harden this file';

  test.each([
    ['inside of a container', 'cache:1.0.0', [container, pod, file]],
    ['on its dash', '- name: cache', [container, pod, file]],
    ['in the pod', 'labels: {app: shop}', [pod, file]],
    ['in the workload', 'apiVersion', [pod, file]],
  ])('%s', async (_, place, expected) => {
    expect(await offered(TWO_CONTAINERS, place)).toEqual(expected);
  });

  test('a document without a pod has only the file around it', async () => {
    const text = `${BARE_POD}---\napiVersion: v1\nkind: ConfigMap\n`;
    expect(await offered(text, 'ConfigMap')).toEqual([file]);
  });

  test('in a List, each item is a workload of its own', async () => {
    const item = (name: string): string =>
      BARE_POD.replaceAll('web', name)
        .split('\n')
        .map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`))
        .join('\n')
        .trimEnd();
    const text = `apiVersion: v1\nkind: List\nitems:\n${item('one')}\n${item('two')}\n`;
    expect(await offered(text, 'kind: List')).toEqual([file]);
    const client = await opened(text);
    const actions = await client.actions(uri, at(text, 'name: two\n  spec'), { only: ['refactor'] });
    expect(titles(actions)).toEqual([pod, file]);
    const fixed = await picked(client, text, titled(actions, pod));
    expect(
      fixed.startsWith(
        text.slice(0, text.indexOf('- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: two')),
      ),
    ).toBe(true);
    expect(fixed.match(/automountServiceAccountToken/g)).toHaveLength(1);
    await client.stop();
  });

  test('the container alone: nothing outside of it is touched', async () => {
    const client = await opened(TWO_CONTAINERS);
    const actions = await client.actions(uri, at(TWO_CONTAINERS, 'cache:1.0.0'));
    const fixed = await picked(client, TWO_CONTAINERS, titled(actions, container));
    expect(fixed.startsWith(TWO_CONTAINERS)).toBe(true);
    expect(fixed).toContain('readOnlyRootFilesystem: true');
    await client.stop();
  });

  test.each([
    ['the pod', pod],
    ['the file', file],
  ])('%s: nothing is found afterwards', async (_, title) => {
    const client = await opened(TWO_CONTAINERS);
    const actions = await client.actions(uri, at(TWO_CONTAINERS, 'cache:1.0.0'));
    client.open(uri, await picked(client, TWO_CONTAINERS, titled(actions, title)), 2);
    expect(await client.diagnostics(uri)).toEqual([]);
    await client.stop();
  });
});

describe('an action that is picked after the text has changed', () => {
  const title = 'Add automountServiceAccountToken: false';

  test('is made on the text as it is then, and says which version that is', async () => {
    const client = await opened(BARE_POD);
    const action = titled(await client.actions(uri, at(BARE_POD, 'spec')), title);
    const moved = `# one\n# two\n${BARE_POD}`;
    client.change(uri, 9, { text: moved });
    const { edit } = await client.resolve(action);
    expect(edit?.documentChanges).toEqual([expect.objectContaining({ textDocument: { uri, version: 9 } })]);
    expect(edited(moved, uri, edit)).toBe(
      moved.replace('spec:\n', 'spec:\n  automountServiceAccountToken: false\n'),
    );
    await client.stop();
  });

  test('is not made at all where what it would fix is gone', async () => {
    const client = await opened(BARE_POD);
    const action = titled(await client.actions(uri, at(BARE_POD, 'spec')), title);
    client.change(uri, 2, { text: HARDENED_POD });
    expect((await client.resolve(action)).edit).toBeUndefined();
    expect(await client.shownMessages.next()).toMatch(/^Podproof changed nothing: /);
    await client.stop();
  });

  test('is not made where another value stands in the place by now', async () => {
    const adds = (capability: string): string =>
      BARE_POD.replace(
        'image: registry.example.com/web:1.0.0',
        `image: registry.example.com/web:1.0.0\n      securityContext:\n        capabilities:\n          add: [${capability}]`,
      );
    const client = await opened(adds('NET_ADMIN'));
    const action = titled(
      await client.actions(uri, at(adds('NET_ADMIN'), 'NET_ADMIN')),
      'Remove the capability NET_ADMIN',
    );
    client.change(uri, 2, { text: adds('SYS_TIME') });
    expect((await client.resolve(action)).edit).toBeUndefined();
    await client.stop();
  });

  test('is not made where two things answer to it', async () => {
    const client = await opened(BARE_POD);
    const actions = await client.actions(uri, at(BARE_POD, 'spec'));
    client.change(uri, 2, { text: `${BARE_POD}---\n${BARE_POD}` });
    for (const action of [titled(actions, title), titled(actions, 'Harden this pod')]) {
      expect((await client.resolve(action)).edit).toBeUndefined();
    }
    await client.stop();
  });

  test('is not made in a file that was closed', async () => {
    const client = await opened(BARE_POD);
    const action = titled(await client.actions(uri, at(BARE_POD, 'spec')), title);
    client.close(uri);
    expect((await client.resolve(action)).edit).toBeUndefined();
    await client.stop();
  });

  test('of two equal documents, fixes the one that it was offered for', async () => {
    const text = `${BARE_POD}---\n${BARE_POD}`;
    const client = await opened(text);
    const second = text.lastIndexOf('spec:');
    const line = text.slice(0, second).split('\n').length - 1;
    const actions = await client.actions(uri, { start: { line, character: 0 }, end: { line, character: 0 } });
    const fixed = await picked(client, text, titled(actions, title));
    expect(fixed).toBe(
      `${text.slice(0, second)}spec:\n  automountServiceAccountToken: false\n${text.slice(second + 6)}`,
    );
    await client.stop();
  });
});

describe('clients that can do less', () => {
  test('an edit comes with its action where the client does not resolve, without versions where it does not know them', async () => {
    const client = await opened(BARE_POD, {
      capabilities: {
        ...PLAIN,
        textDocument: {
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
        },
      },
    });
    expect(client.initialized.capabilities.codeActionProvider).toMatchObject({ resolveProvider: false });
    const actions = await client.actions(uri, at(BARE_POD, 'web\n      image'));
    expect(kinds(actions)).toContain('refactor.rewrite.podproof.harden.file');
    for (const action of actions) {
      expect(Object.keys(action.edit ?? {})).toEqual(['changes']);
      expect(action.data).toBeUndefined();
      expect(action.isPreferred).toBeUndefined();
    }
    const hardened = edited(BARE_POD, uri, titled(actions, 'Harden this file').edit);
    client.change(uri, 2, { text: hardened });
    const { diagnostics } = await client.published.nextWhere(({ diagnostics: found }) => found.length === 0);
    expect(diagnostics).toEqual([]);
    await client.stop();
  });

  test('a client that takes commands only is offered nothing', async () => {
    const client = await opened(BARE_POD, { capabilities: PLAIN });
    expect(client.initialized.capabilities.codeActionProvider).toBeUndefined();
    expect(await client.actions(uri, rangeOf(BARE_POD, 'spec'))).toEqual([]);
    await client.stop();
  });
});

describe('the request to harden a file', () => {
  const ask = (client: TestClient, version?: number) =>
    client.connection.sendRequest(hardenRequest, {
      uri,
      ...(version !== undefined && { version }),
      scope: 'file' as const,
    });

  test('is answered with edits for the version that it names, or for the text as it is', async () => {
    const client = await opened(BARE_POD);
    for (const answer of [await ask(client, 1), await ask(client)]) {
      if (!('edits' in answer)) throw new Error(answer.declined);
      client.open(uri, withEdits(BARE_POD, answer.edits), 1);
      expect(await client.diagnostics(uri)).toEqual([]);
      client.open(uri, BARE_POD, 1);
    }
    await client.stop();
  });

  test('makes the changes that are chosen, alone', async () => {
    const client = await opened(BARE_POD);
    const ladder = await client.connection.sendRequest(ladderRequest, { uri });
    if (!('changes' in ladder)) throw new Error(ladder.declined);
    expect(new Set(ladder.changes.map(({ step }) => step))).toEqual(new Set(['likely', 'test']));
    const chosen = ladder.changes.filter(({ title }) => title.includes('seccomp'));
    const answer = await client.connection.sendRequest(hardenRequest, {
      uri,
      version: ladder.version,
      scope: 'file',
      changes: chosen.map(({ id }) => id),
    });
    if (!('edits' in answer)) throw new Error(answer.declined);
    const after = withEdits(BARE_POD, answer.edits);
    expect(after).toContain('RuntimeDefault');
    expect(after).not.toMatch(/runAs|drop|readOnly|limits/);
    await client.stop();
  });

  test('says why it is declined', async () => {
    const client = await opened(BARE_POD);
    expect(await ask(client, 7)).toEqual({ declined: 'The file has changed meanwhile.' });
    client.close(uri);
    expect(await ask(client)).toEqual({ declined: 'The file is not open.' });
    await client.stop();
  });

  test('is answered with no edits where there is nothing to harden', async () => {
    const client = await opened(HARDENED_POD);
    expect(await ask(client)).toEqual({ edits: [] });
    await client.stop();
  });
});
