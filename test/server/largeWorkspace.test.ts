/** Ten thousand files on the disk, in two folders with settings of their own: counted, not timed. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ExecuteCommandRequest,
  WatchKind,
  WorkDoneProgress,
  WorkDoneProgressCancelNotification,
  WorkDoneProgressCreateRequest,
} from 'vscode-languageserver/node';
import { createNodeFiles } from '../../server/nodeFiles.ts';
import { CHECK_WORKSPACE } from '../../server/protocol.ts';
import type { Checked } from '../../server/workspaceCheck.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { startInProcess, type TestClient, VSCODE } from './testClient.ts';

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {}\n';

const root = mkdtempSync(path.join(tmpdir(), 'podproof-large-'));
const uriOf = (name: string): string => pathToFileURL(path.join(root, name)).href;

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
}

/** Half of the files in each folder; one in a hundred misses something. */
function writeTree(): void {
  for (const folder of ['one', 'two']) {
    for (let team = 0; team < 50; team++) {
      for (let index = 0; index < 100; index++) {
        const text = index === 0 ? BARE_POD : index === 1 ? HARDENED_POD : CONFIG_MAP;
        write(`${folder}/team-${team}/service-${index}.yaml`, text);
      }
    }
  }
  write('one/.podproof.yaml', 'checks: {seccomp: off}\nexclude: ["team-1/**"]\n');
  write('two/.podproof.yaml', 'checks: {resources: off}\n');
  write('two/.gitignore', 'team-2/\nteam-3/*\n!team-3/service-0.yaml\n*.gen.yaml\n');
  write('two/team-4/.gitignore', '!kept.gen.yaml\nservice-0.yaml\n');
  write('two/team-4/kept.gen.yaml', BARE_POD);
  write('two/team-4/other.gen.yaml', BARE_POD);
}

/** With the two files of settings, those that `.gitignore` leaves are these many. */
const FILES = 10_000 - 100 - 99 - 1 + 1 + 2;

/** A smaller workspace, for what has all of its files listed again. */
async function smallWorkspace(): Promise<{ readonly folder: string; readonly count: number }> {
  await client.stop();
  const folder = mkdtempSync(path.join(root, 'small-'));
  const name = path.basename(folder);
  for (const team of ['a', 'b']) {
    write(`${name}/${team}/bare.yaml`, BARE_POD);
    write(`${name}/${team}/deep/bare.yaml`, BARE_POD);
  }
  client = await startInProcess({ folders: [uriOf(name)], fileSource: createNodeFiles() });
  await client.logged.nextWhere((line) => line.startsWith('Read the workspace'));
  shown.clear();
  await checkAll();
  take();
  return { folder: name, count: shown.size };
}

let client: TestClient;
/** What the client shows: how often each code was found, by file. */
const shown = new Map<string, readonly string[]>();

function take(): void {
  for (const { uri, diagnostics } of client.published.taken()) {
    if (diagnostics.length === 0) shown.delete(uri);
    else
      shown.set(
        uri,
        diagnostics.map(({ code }) => String(code)),
      );
  }
}

/** Waits until each of these files has been told of. */
async function hear(...names: readonly string[]): Promise<void> {
  const missing = new Set(names.map(uriOf));
  while (missing.size > 0) {
    const { uri, diagnostics } = await client.published.next();
    if (diagnostics.length === 0) shown.delete(uri);
    else
      shown.set(
        uri,
        diagnostics.map(({ code }) => String(code)),
      );
    missing.delete(uri);
  }
  take();
}

function checkAll(): Promise<Checked> {
  return client.connection.sendRequest(ExecuteCommandRequest.type, { command: CHECK_WORKSPACE });
}

let cancelAt = Number.POSITIVE_INFINITY;
let read = 0;
let cancel = (): void => undefined;

beforeAll(async () => {
  writeTree();
  const { within: _within, ...files } = createNodeFiles();
  client = await startInProcess({
    folders: [uriOf('one'), uriOf('two')],
    capabilities: { ...VSCODE, window: { workDoneProgress: true } },
    settings: (_scope: string, section: string) => (section === 'files.exclude' ? { '**/team-5': true } : {}),
    fileSource: {
      ...files,
      readFile: (uri) => {
        if (++read === cancelAt) cancel();
        return files.readFile(uri);
      },
    },
  });
  client.connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
    cancel = () => {
      void client.connection.sendNotification(WorkDoneProgressCancelNotification.type, { token });
    };
    client.connection.onProgress(WorkDoneProgress.type, token, () => undefined);
  });
  await client.logged.nextWhere((line) => line.startsWith('Read the workspace'));
});

afterAll(async () => {
  await client.stop();
  rmSync(root, { recursive: true, force: true });
});

describe('ten thousand files', () => {
  let first: Checked;

  test('are checked until somebody cancels, and not behind their back', async () => {
    read = 0;
    cancelAt = 3000;
    const { files, isIncomplete, kept } = await checkAll();
    cancelAt = Number.POSITIVE_INFINITY;
    expect(isIncomplete).toBe(true);
    expect(files).toBeLessThan(4000);
    expect(kept).toBeLessThanOrEqual(files);
    take();
    const before = shown.size;
    // Settings that change have those files judged again that it had come to, and no others.
    write('one/.podproof.yaml', 'checks: {seccomp: off, resources: off}\nexclude: ["team-1/**"]\n');
    write('two/.podproof.yaml', 'checks: {resources: off, seccomp: off}\n');
    read = 0;
    client.filesChanged(uriOf('one/.podproof.yaml'), uriOf('two/.podproof.yaml'));
    await hear(...[...shown.keys()].map((uri) => decodeURIComponent(uri.slice(uriOf('').length + 1))));
    expect(shown.size).toBe(before);
    expect(read).toBeLessThan(files + 100);
    writeTree();
    client.filesChanged(uriOf('one/.podproof.yaml'), uriOf('two/.podproof.yaml'));
    await hear(...[...shown.keys()].map((uri) => decodeURIComponent(uri.slice(uriOf('').length + 1))));
  });

  test('are all checked, but for what is ignored, hidden and excluded', async () => {
    first = await checkAll();
    const { files, inFiles, isIncomplete } = first;
    take();
    expect({ files, isIncomplete }).toEqual({ files: FILES, isIncomplete: false });
    const missing = [
      // Excluded by the settings of the folder, and hidden by the editor.
      'one/team-1/service-0.yaml',
      'one/team-5/service-0.yaml',
      'two/team-5/service-0.yaml',
      // Ignored by the folder, and by a file further down.
      'two/team-2/service-0.yaml',
      'two/team-4/service-0.yaml',
      'two/team-4/other.gen.yaml',
    ];
    for (const name of missing) expect(shown.has(uriOf(name)), name).toBe(false);
    for (const name of ['two/team-3/service-0.yaml', 'two/team-4/kept.gen.yaml', 'two/team-1/service-0.yaml'])
      expect(shown.has(uriOf(name)), name).toBe(true);
    expect(shown.size).toBe(100 - 2 - 1 - 1 - 1 + 1);
    expect(inFiles).toBe(shown.size);
  });

  test('follow the settings of their folder', () => {
    const codes = (folder: string): ReadonlySet<string> =>
      new Set(
        [...shown].filter(([uri]) => uri.startsWith(`${uriOf(folder)}/`)).flatMap(([, found]) => found),
      );
    expect(codes('one').has('seccomp/missing')).toBe(false);
    expect(codes('one').has('resources/memory-limit')).toBe(true);
    expect(codes('two').has('seccomp/missing')).toBe(true);
    expect(codes('two').has('resources/memory-limit')).toBe(false);
  });

  test('are followed when they are added, changed, renamed and deleted', async () => {
    const count = shown.size;
    write('one/new/a.yaml', BARE_POD);
    client.filesChanged(uriOf('one/new/a.yaml'));
    await hear('one/new/a.yaml');
    expect(shown.size).toBe(count + 1);

    write('one/new/a.yaml', HARDENED_POD);
    write('one/team-6/service-2.yaml', BARE_POD);
    client.filesChanged(uriOf('one/new/a.yaml'), uriOf('one/team-6/service-2.yaml'));
    await hear('one/new/a.yaml', 'one/team-6/service-2.yaml');
    expect(shown.size).toBe(count + 1);

    renameSync(path.join(root, 'one/team-6/service-2.yaml'), path.join(root, 'two/team-6/renamed.yaml'));
    client.filesDeleted(uriOf('one/team-6/service-2.yaml'));
    client.filesChanged(uriOf('two/team-6/renamed.yaml'));
    await hear('one/team-6/service-2.yaml', 'two/team-6/renamed.yaml');
    expect(shown.size).toBe(count + 1);
    expect(shown.get(uriOf('two/team-6/renamed.yaml'))).toContain('seccomp/missing');

    rmSync(path.join(root, 'two/team-6/renamed.yaml'));
    client.filesDeleted(uriOf('two/team-6/renamed.yaml'));
    await hear('two/team-6/renamed.yaml');
    expect(shown.size).toBe(count);
  });

  test('leave behind the same however often they are checked', async () => {
    const again = await checkAll();
    // Each file that is not open is known by its name, and by nothing else unless something was found in it.
    expect(again).toEqual(first);
    expect(again.kept).toBe(again.files);
    take();
    expect(shown.size).toBe(again.inFiles);
  });
});

describe('which files there are', () => {
  test('is followed when a folder goes, of which editors tell once', async () => {
    const { folder, count } = await smallWorkspace();
    expect(count).toBe(4);
    rmSync(path.join(root, folder, 'a'), { recursive: true });
    client.filesDeleted(uriOf(`${folder}/a`));
    await hear(`${folder}/a/bare.yaml`, `${folder}/a/deep/bare.yaml`);
    expect(shown.size).toBe(2);
  });

  test('is followed when files are ignored, and when they no longer are', async () => {
    const { folder } = await smallWorkspace();
    write(`${folder}/a/.gitignore`, 'deep/\n');
    client.filesChanged(uriOf(`${folder}/a/.gitignore`));
    await hear(`${folder}/a/deep/bare.yaml`);
    expect(shown.size).toBe(3);
    rmSync(path.join(root, folder, 'a/.gitignore'));
    client.filesDeleted(uriOf(`${folder}/a/.gitignore`));
    await hear(`${folder}/a/deep/bare.yaml`);
    expect(shown.size).toBe(4);
  });

  test('is asked of the client that is to tell of it', () => {
    const watched = client.registrations.find(({ method }) => method === 'workspace/didChangeWatchedFiles');
    expect(watched?.registerOptions).toMatchObject({
      watchers: expect.arrayContaining([
        { globPattern: '**/.gitignore' },
        { globPattern: '**', kind: WatchKind.Delete },
      ]),
    });
    // VS Code takes no pattern with braces in braces, and then tells of nothing.
    expect(JSON.stringify(watched?.registerOptions)).not.toMatch(/"globPattern":"[^"]*\{[^"}]*\{/);
  });
});
