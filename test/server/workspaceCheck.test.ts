/** The whole workspace: files that are not open are judged when asked for, stay up to date, and are never there twice. */
import { describe, expect, test } from 'vitest';
import {
  type Diagnostic,
  ExecuteCommandRequest,
  WorkDoneProgress,
  WorkDoneProgressCancelNotification,
  WorkDoneProgressCreateRequest,
} from 'vscode-languageserver/node';
import * as client from '../../client/protocol.ts';
import { CHECK_WORKSPACE } from '../../server/protocol.ts';
import type { Checked } from '../../server/workspaceCheck.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { type ClientOptions, PLAIN, startInProcess, type TestClient, VSCODE } from './testClient.ts';

const folder = 'file:///work';

/** What the client shows of files that are not open, as far as it has heard. */
class Problems {
  readonly #session: TestClient;
  readonly byFile = new Map<string, readonly Diagnostic[]>();

  constructor(session: TestClient) {
    this.#session = session;
  }

  /** Takes what has arrived. */
  take(): this {
    for (const { uri, diagnostics } of this.#session.published.taken()) {
      if (diagnostics.length === 0) this.byFile.delete(uri);
      else this.byFile.set(uri, diagnostics);
    }
    return this;
  }

  /** Waits for word of a file. */
  async hear(uri: string): Promise<readonly Diagnostic[]> {
    const { diagnostics } = await this.#session.published.nextWhere((published) => published.uri === uri);
    if (diagnostics.length === 0) this.byFile.delete(uri);
    else this.byFile.set(uri, diagnostics);
    return diagnostics;
  }

  get files(): readonly string[] {
    return [...this.take().byFile.keys()].sort();
  }
}

function start(files: ReadonlyMap<string, string>, options: ClientOptions = {}): Promise<TestClient> {
  return startInProcess({ folders: [folder], files, ...options });
}

async function checkAll(session: TestClient): Promise<Checked> {
  return session.connection.sendRequest(ExecuteCommandRequest.type, { command: CHECK_WORKSPACE });
}

const uriOf = (name: string): string => `${folder}/${name}`;

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {}\n';

function tree(count: number): Map<string, string> {
  const files = new Map<string, string>();
  for (let index = 0; index < count; index++) {
    // One in a hundred misses something; most hold no pod.
    const text = index % 100 === 0 ? BARE_POD : index % 50 === 1 ? HARDENED_POD : CONFIG_MAP;
    files.set(uriOf(`team-${index % 50}/service-${index}.yaml`), text);
  }
  return files;
}

describe('the command', () => {
  test('says how many files it checked and what it found, in open files too', async () => {
    const session = await start(tree(1000));
    const problems = new Problems(session);
    session.open(uriOf('team-0/service-0.yaml'), BARE_POD);
    const checked = await checkAll(session);
    expect(checked).toMatchObject({ files: 1000, inFiles: 10, isIncomplete: false });
    expect(problems.files).toHaveLength(9);
    const counts = new Set([...problems.byFile.values()].map((found) => found.length));
    expect(counts.size).toBe(1);
    expect(checked.problems).toBe(10 * ([...counts][0] ?? 0));
    expect(await session.shownMessages.next()).toBe(
      `Podproof checked 1000 files: ${checked.problems} problems in 10 files.`,
    );
    await session.stop();
  });

  test('leaves open files to themselves', async () => {
    const session = await start(
      new Map([
        [uriOf('open.yaml'), BARE_POD],
        [uriOf('closed.yaml'), BARE_POD],
      ]),
    );
    const problems = new Problems(session);
    session.open(uriOf('open.yaml'), BARE_POD);
    await session.diagnostics(uriOf('open.yaml'));
    await checkAll(session);
    expect(problems.files).toEqual([uriOf('closed.yaml')]);
    await session.stop();
  });

  test('says of a file what it says once the file is open', async () => {
    const session = await start(new Map([[uriOf('a.yaml'), BARE_POD]]));
    const problems = new Problems(session);
    await checkAll(session);
    const closed = problems.take().byFile.get(uriOf('a.yaml'));
    session.open(uriOf('a.yaml'), BARE_POD);
    expect(await session.diagnostics(uriOf('a.yaml'))).toEqual(closed);
    expect(problems.files).toEqual([]);
    await session.stop();
  });

  test('shows how far it is, and ends when it is cancelled', async () => {
    let cancel: () => void = () => undefined;
    let read = 0;
    const session = await start(tree(500), {
      capabilities: { ...VSCODE, window: { workDoneProgress: true } },
      reading: () => {
        read++;
        if (read === 520) cancel();
      },
    });
    await session.logged.nextWhere((line) => line.startsWith('Read the workspace'));
    session.connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
      cancel = () => {
        void session.connection.sendNotification(WorkDoneProgressCancelNotification.type, { token });
      };
      session.connection.onProgress(WorkDoneProgress.type, token, () => undefined);
    });
    const checked = await checkAll(session);
    expect(checked.isIncomplete).toBe(true);
    expect(checked.files).toBeLessThan(500);
    await session.stop();
  });

  test('has one name on both sides', () => {
    expect(CHECK_WORKSPACE).toBe(client.checkWorkspaceCommand);
  });

  test('is there for a client that can do nothing else', async () => {
    const session = await start(new Map([[uriOf('a.yaml'), BARE_POD]]), { capabilities: PLAIN });
    expect(session.initialized.capabilities.executeCommandProvider?.commands).toEqual([CHECK_WORKSPACE]);
    const problems = new Problems(session);
    await checkAll(session);
    expect(problems.files).toEqual([uriOf('a.yaml')]);
    await session.stop();
  });
});

describe('afterwards', () => {
  test('files that are added, changed, renamed and deleted are followed', async () => {
    const files = new Map([[uriOf('a.yaml'), BARE_POD]]);
    const session = await start(files);
    const problems = new Problems(session);
    await checkAll(session);
    expect(problems.files).toEqual([uriOf('a.yaml')]);

    files.set(uriOf('b.yaml'), BARE_POD);
    session.filesChanged(uriOf('b.yaml'));
    expect(await problems.hear(uriOf('b.yaml'))).not.toEqual([]);

    files.set(uriOf('a.yaml'), HARDENED_POD);
    session.filesChanged(uriOf('a.yaml'));
    expect(await problems.hear(uriOf('a.yaml'))).toEqual([]);

    files.delete(uriOf('b.yaml'));
    files.set(uriOf('c.yaml'), BARE_POD);
    session.filesChanged(uriOf('b.yaml'), uriOf('c.yaml'));
    expect(await problems.hear(uriOf('b.yaml'))).toEqual([]);
    expect(await problems.hear(uriOf('c.yaml'))).not.toEqual([]);
    expect(problems.files).toEqual([uriOf('c.yaml')]);
    await session.stop();
  });

  test('a file that was open is answered for again once it is closed', async () => {
    const session = await start(new Map([[uriOf('a.yaml'), BARE_POD]]));
    const problems = new Problems(session);
    await checkAll(session);
    session.open(uriOf('a.yaml'), HARDENED_POD);
    expect(await problems.hear(uriOf('a.yaml'))).not.toEqual([]);
    expect(await problems.hear(uriOf('a.yaml'))).toEqual([]);
    session.close(uriOf('a.yaml'));
    // It was closed without being saved: the disk has the bare pod still.
    expect(await problems.hear(uriOf('a.yaml'))).not.toEqual([]);
    await session.stop();
  });

  test('what another file says of a pod counts, and its change is followed', async () => {
    const pod = HARDENED_POD.replace('  automountServiceAccountToken: false\n', '')
      .replace('  name: web\n', '  name: web\n  namespace: shop\n')
      .replace('spec:\n', 'spec:\n  serviceAccountName: web\n');
    const account = (automount: boolean): string =>
      `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\nautomountServiceAccountToken: ${automount}\n`;
    const files = new Map([
      [uriOf('pod.yaml'), pod],
      [uriOf('account.yaml'), account(false)],
    ]);
    const session = await start(files);
    await session.logged.nextWhere((line) => line.startsWith('Read the workspace'));
    const problems = new Problems(session);
    await checkAll(session);
    expect(problems.files).toEqual([]);
    files.set(uriOf('account.yaml'), account(true));
    session.filesChanged(uriOf('account.yaml'));
    expect(await problems.hear(uriOf('pod.yaml'))).toHaveLength(1);
    await session.stop();
  });
});

describe('what is left out', () => {
  test('is what the settings exclude, and what the editor hides', async () => {
    const names = ['a.yaml', 'vendor/b.yaml', 'hidden/c.yaml'];
    const session = await start(new Map(names.map((name) => [uriOf(name), BARE_POD])), {
      settings: (_scope: string, section: string) =>
        section === 'files.exclude' ? { '**/hidden': true, '**/a.yaml': false } : { exclude: ['vendor/**'] },
    });
    const problems = new Problems(session);
    await checkAll(session);
    expect(problems.files).toEqual([uriOf('a.yaml')]);
    await session.stop();
  });
});

describe('the setting', () => {
  test('checks without being asked, and takes everything back when it is turned off', async () => {
    const session = await start(new Map([[uriOf('a.yaml'), BARE_POD]]), {
      settings: { checkWorkspace: true },
    });
    const problems = new Problems(session);
    expect(await problems.hear(uriOf('a.yaml'))).not.toEqual([]);
    session.settings = {};
    session.configure(null);
    expect(await problems.hear(uriOf('a.yaml'))).toEqual([]);
    await session.stop();
  });

  test('is each folder its own, and so is the .podproof.yaml that decides there', async () => {
    const files = new Map([
      ['file:///one/a.yaml', BARE_POD],
      ['file:///one/.podproof.yaml', 'checks: {seccomp: off}\n'],
      ['file:///two/a.yaml', BARE_POD],
      ['file:///three/a.yaml', BARE_POD],
    ]);
    const session = await startInProcess({
      folders: ['file:///one', 'file:///two', 'file:///three'],
      files,
      settings: (scope: string) => ({ checkWorkspace: !scope.startsWith('file:///three') }),
    });
    const problems = new Problems(session);
    const has = (found: readonly Diagnostic[]): boolean =>
      found.some(({ code }) => code === 'seccomp/missing');
    expect(has(await problems.hear('file:///one/a.yaml'))).toBe(false);
    expect(has(await problems.hear('file:///two/a.yaml'))).toBe(true);
    files.delete('file:///one/.podproof.yaml');
    session.filesChanged('file:///one/.podproof.yaml');
    expect(has(await problems.hear('file:///one/a.yaml'))).toBe(true);
    expect(problems.files).toEqual(['file:///one/a.yaml', 'file:///two/a.yaml']);
    await session.stop();
  });
});
