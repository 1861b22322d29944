/** Files that are not open, once they are checked: they are told as they are when they are open, and follow what other files say. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Diagnostic, ExecuteCommandRequest } from 'vscode-languageserver/node';
import * as client from '../../client/protocol.ts';
import { baselineRequest, CHECK_WORKSPACE, hiddenNotification } from '../../server/protocol.ts';
import { CREATED } from '../helm/charts.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { type ClientOptions, startInProcess, type TestClient } from './testClient.ts';

const folder = 'file:///work';
const uriOf = (name: string): string => `${folder}/${name}`;

/** A client, its files, and what its list of problems shows. */
class Workspace {
  readonly client: TestClient;
  readonly files: Map<string, string>;
  readonly read: string[] = [];
  readonly #closed = new Map<string, readonly Diagnostic[]>();
  readonly #open = new Set<string>();

  private constructor(client: TestClient, files: Map<string, string>) {
    this.client = client;
    this.files = files;
  }

  static async start(files: Record<string, string>, options: ClientOptions = {}): Promise<Workspace> {
    const texts = new Map(Object.entries(files).map(([name, text]) => [uriOf(name), text]));
    const read: string[] = [];
    const client = await startInProcess({
      folders: [folder],
      files: texts,
      reading: (uri) => read.push(uri),
      ...options,
    });
    onTestFinished(() => client.stop());
    await client.logged.nextWhere((line) => line.startsWith('Read the workspace'));
    const workspace = new Workspace(client, texts);
    Object.assign(workspace, { read });
    return workspace;
  }

  async check(): Promise<void> {
    await this.client.connection.sendRequest(ExecuteCommandRequest.type, { command: CHECK_WORKSPACE });
  }

  open(name: string, text = this.files.get(uriOf(name)) ?? ''): void {
    this.#open.add(uriOf(name));
    this.client.open(uriOf(name), text);
  }

  close(name: string): void {
    this.#open.delete(uriOf(name));
    this.client.close(uriOf(name));
  }

  async type(name: string, text: string): Promise<void> {
    this.client.change(uriOf(name), 2, { text });
    await this.client.diagnostics(uriOf(name));
  }

  /** Waits until files that are closed have been told of anew. */
  async hear(...names: readonly string[]): Promise<void> {
    const missing = new Set(names.map(uriOf));
    while (missing.size > 0) {
      const { uri, diagnostics } = await this.client.published.next();
      this.#closed.set(uri, diagnostics);
      missing.delete(uri);
    }
  }

  /** Every problem with its file, its line and its code. */
  async problems(): Promise<readonly string[]> {
    const lines: string[] = [];
    const add = (uri: string, diagnostics: readonly Diagnostic[]): void => {
      const name = uri.slice(folder.length + 1);
      for (const { range, code, message } of diagnostics)
        lines.push(`${name}:${range.start.line + 1} ${code} ${message}`);
    };
    for (const uri of this.#open) add(uri, await this.client.diagnostics(uri));
    for (const { uri, diagnostics } of this.client.published.taken()) this.#closed.set(uri, diagnostics);
    for (const [uri, diagnostics] of this.#closed) add(uri, diagnostics);
    return lines.sort();
  }
}

function twice(lines: readonly string[]): readonly string[] {
  return lines.filter((line, index) => lines.indexOf(line) !== index);
}

const CHART = Object.fromEntries(Object.entries(CREATED).map(([path, text]) => [`shop/${path}`, text]));

const OVERLAY = {
  'base/kustomization.yaml': 'resources: [pod.yaml]\n',
  'base/pod.yaml': HARDENED_POD.replace('  automountServiceAccountToken: false\n', ''),
  'prod/kustomization.yaml':
    'resources: [../base]\npatches:\n  - patch: |\n      - {op: add, path: /spec/automountServiceAccountToken, value: false}\n    target: {kind: Pod}\n',
};

describe('what is shown stays the same when a file opens or closes', () => {
  const cases: readonly (readonly [string, Record<string, string>])[] = [
    ['in a chart', CHART],
    ['in a chart that leaves something to a release', { ...CHART, 'apps/release.yaml': release('./shop') }],
    ['in a kustomization', OVERLAY],
    [
      'in a kustomization without the patch',
      { ...OVERLAY, 'prod/kustomization.yaml': 'resources: [../base]\n' },
    ],
  ];
  test.each(cases)('%s', async (_, files) => {
    const workspace = await Workspace.start(files);
    await workspace.check();
    const all = await workspace.problems();
    for (const name of Object.keys(files)) {
      workspace.open(name);
      expect(await workspace.problems(), `with ${name}`).toEqual(all);
      workspace.close(name);
      if (all.some((line) => line.startsWith(`${name}:`))) await workspace.hear(name);
      expect(await workspace.problems(), `after ${name}`).toEqual(all);
    }
    expect(twice(all)).toEqual([]);
  });

  test('a chart is told at its values where these answer, and at its templates otherwise', async () => {
    const workspace = await Workspace.start(CHART);
    await workspace.check();
    const codes = (await workspace.problems()).map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(codes).toContain('shop/templates/deployment.yaml:13 service-account-token/mounted');
    expect(codes).toContain('shop/values.yaml:13 root-user/unset');
    expect(codes.filter((line) => line.includes('root-user/unset'))).toHaveLength(1);
  });

  test('an open template leaves to its closed values what they answer, once these are checked', async () => {
    const workspace = await Workspace.start(CHART);
    workspace.open('shop/templates/deployment.yaml');
    const before = await workspace.problems();
    await workspace.check();
    await workspace.client.refreshes.next();
    const after = await workspace.problems();
    expect(before.every((line) => line.startsWith('shop/templates/deployment.yaml:'))).toBe(true);
    const codes = (lines: readonly string[]): readonly unknown[] =>
      lines.map((line) => line.split(' ')[1]).sort();
    expect(codes(after)).toEqual(codes(before));
    expect(after.filter((line) => line.startsWith('shop/values.yaml:'))).toHaveLength(before.length - 1);
  });

  test('values that are left out leave everything at the template', async () => {
    const workspace = await Workspace.start(CHART, { settings: { exclude: ['**/values.yaml'] } });
    await workspace.check();
    const files = new Set((await workspace.problems()).map((line) => line.split(':')[0]));
    expect([...files]).toEqual(['shop/templates/deployment.yaml']);
  });
});

test('a document that is open without being seen is told of like a file that is closed', async () => {
  const workspace = await Workspace.start({ 'a.yaml': BARE_POD, 'b.yaml': BARE_POD });
  const { connection } = workspace.client;
  await workspace.check();
  const all = await workspace.problems();
  workspace.client.open(uriOf('a.yaml'), BARE_POD);
  await workspace.hear('a.yaml');
  await connection.sendNotification(hiddenNotification, { uris: [uriOf('a.yaml')] });
  await workspace.hear('a.yaml');
  expect(await workspace.problems()).toEqual(all);
  const made = await connection.sendRequest(baselineRequest, { folder });
  expect(made).toMatchObject({ files: 2 });
  // Once it is seen, the client asks for what is found, and nothing is there twice.
  await connection.sendNotification(hiddenNotification, { uris: [] });
  await workspace.hear('a.yaml');
  expect((await workspace.problems()).some((line) => line.startsWith('a.yaml'))).toBe(false);
});

test('hidden documents are told of by the same name on both sides', () => {
  expect(client.hiddenNotification).toBe(hiddenNotification.method);
});

describe('files of a chart that are closed', () => {
  test('follow its values as they are typed', async () => {
    const workspace = await Workspace.start(CHART);
    await workspace.check();
    workspace.open('shop/values.yaml');
    expect((await workspace.problems()).join('\n')).toContain('service-account-token/mounted');
    const typed = (CREATED['values.yaml'] ?? '').replace('automount: true', 'automount: false');
    await workspace.type('shop/values.yaml', typed);
    await workspace.hear('shop/templates/deployment.yaml');
    expect((await workspace.problems()).join('\n')).not.toContain('service-account-token/mounted');
  });

  test('follow its values, its helpers and its manifest as they are written', async () => {
    const workspace = await Workspace.start(CHART);
    await workspace.check();
    const write = async (name: string, text: string | undefined, ...heard: readonly string[]) => {
      if (text === undefined) workspace.files.delete(uriOf(name));
      else workspace.files.set(uriOf(name), text);
      workspace.client.filesChanged(uriOf(name));
      await workspace.hear(...heard);
      return (await workspace.problems()).join('\n');
    };
    const values = CREATED['values.yaml'] ?? '';
    const template = 'shop/templates/deployment.yaml';
    expect(await workspace.problems()).not.toEqual([]);
    expect(
      await write('shop/values.yaml', values.replace('automount: true', 'automount: false'), template),
    ).not.toContain('service-account-token/mounted');
    // Without its manifest there is no chart, and the template is told by itself.
    expect(await write('shop/Chart.yaml', undefined, 'shop/values.yaml')).not.toContain('shop/values.yaml');
    expect(await write('shop/Chart.yaml', CREATED['Chart.yaml'], 'shop/values.yaml')).toContain(
      'shop/values.yaml:',
    );
  });
});

function release(chart: string): string {
  return `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop}
spec:
  chart:
    spec:
      chart: ${chart}
      sourceRef: {kind: GitRepository, name: shop}
  values:
    securityContext:
      allowPrivilegeEscalation: true
`;
}

describe('what is only typed reaches the closed files that ask for it, and no others', () => {
  const account = (automount: boolean): string =>
    `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\nautomountServiceAccountToken: ${automount}\n`;
  const podOf = (serviceAccount: string): string =>
    HARDENED_POD.replace('  automountServiceAccountToken: false\n', '')
      .replace('  name: web\n', '  name: web\n  namespace: shop\n')
      .replace('spec:\n', `spec:\n  serviceAccountName: ${serviceAccount}\n`);
  const limits = (given: string): string =>
    `apiVersion: v1\nkind: LimitRange\nmetadata: {name: limits, namespace: shop}\nspec:\n  limits:\n    - type: Container\n      ${given}\n`;
  const unlimited = HARDENED_POD.replace('  name: web\n', '  name: web\n  namespace: shop\n').replace(
    '        limits: {cpu: 500m, memory: 256Mi}\n',
    '',
  );

  const files = {
    'account.yaml': account(false),
    'asks.yaml': podOf('web'),
    'other.yaml': podOf('somebody-else'),
    'bare.yaml': BARE_POD,
    'fine.yaml': HARDENED_POD,
  };

  test('a ServiceAccount', async () => {
    const workspace = await Workspace.start(files);
    await workspace.check();
    const before = await workspace.problems();
    expect(before.some((line) => line.startsWith('asks.yaml:'))).toBe(false);
    workspace.open('account.yaml');
    await workspace.problems();
    workspace.read.length = 0;
    await workspace.type('account.yaml', account(true));
    await workspace.hear('asks.yaml');
    expect(workspace.read).toEqual([uriOf('asks.yaml')]);
    expect((await workspace.problems()).filter((line) => line.startsWith('asks.yaml:'))).toHaveLength(1);
    // Closed without being saved, it says what the disk does.
    workspace.close('account.yaml');
    await workspace.hear('asks.yaml');
    expect(await workspace.problems()).toEqual(before);
  });

  test('a LimitRange', async () => {
    const workspace = await Workspace.start({
      'limits.yaml': limits('default: {cpu: 1, memory: 1Gi}'),
      'asks.yaml': unlimited,
      'bare.yaml': BARE_POD,
    });
    await workspace.check();
    const before = await workspace.problems();
    expect(before.some((line) => line.startsWith('asks.yaml:'))).toBe(false);
    workspace.open('limits.yaml');
    await workspace.problems();
    workspace.read.length = 0;
    await workspace.type('limits.yaml', limits('min: {cpu: 10m}'));
    await workspace.hear('asks.yaml');
    expect(workspace.read).toEqual([uriOf('asks.yaml')]);
  });

  test('a RoleBinding, and the role that it names', async () => {
    const binding = (subject: string): string =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: web, namespace: shop}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}\nsubjects: [{kind: ServiceAccount, name: ${subject}, namespace: shop}]\n`;
    const role = (verb: string): string =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: web, namespace: shop}\nrules: [{apiGroups: [""], resources: [pods], verbs: [${verb}]}]\n`;
    const workspace = await Workspace.start({
      ...files,
      'binding.yaml': binding('nobody'),
      'role.yaml': role('get'),
    });
    workspace.files.delete(uriOf('account.yaml'));
    workspace.client.filesChanged(uriOf('account.yaml'));
    await workspace.check();
    workspace.open('binding.yaml');
    workspace.open('role.yaml');
    await workspace.problems();
    workspace.read.length = 0;
    await workspace.type('binding.yaml', binding('web'));
    await workspace.hear('asks.yaml');
    await workspace.type('role.yaml', role('list'));
    await workspace.hear('asks.yaml');
    expect(workspace.read).toEqual([uriOf('asks.yaml'), uriOf('asks.yaml')]);
  });

  test('a kustomization', async () => {
    const workspace = await Workspace.start({ ...OVERLAY, 'bare.yaml': BARE_POD });
    await workspace.check();
    expect((await workspace.problems()).some((line) => line.startsWith('base/'))).toBe(false);
    workspace.open('prod/kustomization.yaml');
    await workspace.problems();
    workspace.read.length = 0;
    await workspace.type('prod/kustomization.yaml', 'resources: [../base]\n');
    await workspace.hear('base/pod.yaml');
    expect((await workspace.problems()).filter((line) => line.startsWith('base/'))).toHaveLength(1);
    expect(workspace.read).not.toContain(uriOf('bare.yaml'));
  });
});

describe('a baseline', () => {
  test('of a chart hides what its values show as well, opened or closed', async () => {
    const workspace = await Workspace.start(CHART);
    const made = await workspace.client.connection.sendRequest(baselineRequest, { folder });
    if ('declined' in made) throw new Error(made.declined);
    // As the command line writes it: what a template misses is remembered there.
    expect(Object.keys(JSON.parse(made.text).files)).toEqual(['shop/templates/deployment.yaml']);
    workspace.files.set(uriOf('.podproof-baseline.json'), made.text);
    workspace.client.filesChanged(uriOf('.podproof-baseline.json'));
    await workspace.check();
    // It starts quiet, and does not say that there is nothing.
    expect(await workspace.client.shownMessages.next()).toMatch(
      new RegExp(`: nothing found, beside ${made.findings} findings that a baseline hides\\.$`),
    );
    workspace.open('shop/values.yaml');
    expect(await workspace.problems()).toEqual([]);
    workspace.close('shop/values.yaml');
    await workspace.check();
    expect(await workspace.problems()).toEqual([]);
    expect(await workspace.client.connection.sendRequest(baselineRequest, { folder })).toEqual(made);
  });
});
