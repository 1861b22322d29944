/** Files that the client reads: what is listed, what is never asked for, and that a server without a disk lives on them. */
import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ExecuteCommandRequest } from 'vscode-languageserver/node';
import * as client from '../../client/protocol.ts';
import { type AskClient, createClientFiles } from '../../server/clientFiles.ts';
import type { Files } from '../../server/files.ts';
import {
  CHECK_WORKSPACE,
  type ClientFolderEntry,
  listFolderRequest,
  readBytesRequest,
  readFileRequest,
} from '../../server/protocol.ts';
import { unpackGzip } from '../../server/unpackGzip.ts';
import { archive, entry } from '../helm/tar.ts';
import { BARE_POD } from './manifests.ts';
import { startInProcess, VSCODE } from './testClient.ts';

const folder = 'memfs://shop/work';

/** A client with these files, by their names below the folder; a name that ends in `@` is a link. */
function clientWith(files: Readonly<Record<string, string>>): AskClient & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    readFile: async (uri) => {
      asked.push(uri);
      return files[decodeURIComponent(uri.slice(folder.length + 1))] ?? null;
    },
    readBytes: async (uri) => files[decodeURIComponent(uri.slice(folder.length + 1))] ?? null,
    listFolder: async (uri) => {
      asked.push(uri);
      const prefix = decodeURIComponent(uri === folder ? '' : `${uri.slice(folder.length + 1)}/`);
      const entries = new Map<string, ClientFolderEntry>();
      for (const path of Object.keys(files).filter((name) => name.startsWith(prefix))) {
        const [name = '', ...rest] = path.slice(prefix.length).split('/');
        const kind = name.endsWith('@') ? 'other' : rest.length > 0 ? 'folder' : 'file';
        entries.set(name, { name, kind });
      }
      return [...entries.values()];
    },
  };
}

async function listed(files: Files, below = folder): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const uri of files.manifestsBelow(below)) names.push(uri.slice(folder.length + 1));
  return names;
}

describe('what is listed', () => {
  test('is every manifest, the nearest to the top first, without what nobody works on', async () => {
    const ask = clientWith({
      'deep/er/c.yml': '',
      'deep/b.json': '',
      'a pod.yaml': '',
      'notes.md': '',
      '.git/x.yaml': '',
      'node_modules/y.yaml': '',
      'link.yaml@': '',
      'link@/z.yaml': '',
    });
    expect(await listed(createClientFiles(ask))).toEqual(['a%20pod.yaml', 'deep/b.json', 'deep/er/c.yml']);
    expect(ask.asked).toEqual([folder, `${folder}/deep`, `${folder}/deep/er`]);
  });

  test('respects .gitignore, where the nearer one decides', async () => {
    const files = createClientFiles(
      clientWith({
        '.gitignore': 'out/\n*.gen.yaml\n',
        'a.yaml': '',
        'a.gen.yaml': '',
        'out/b.yaml': '',
        'keep/.gitignore': '!*.gen.yaml\n',
        'keep/c.gen.yaml': '',
      }),
    );
    const names = await listed(files, `${folder}/`);
    expect(names).toEqual(['a.yaml', 'keep/c.gen.yaml']);
    const wanted = ['a.yaml', 'a.gen.yaml', 'out/b.yaml', 'keep/c.gen.yaml', '.hidden/d.yaml', '../e.yaml'];
    const isListed = await Promise.all(wanted.map((name) => files.isListed(`${folder}/${name}`, folder)));
    expect(wanted.filter((_, index) => isListed[index])).toEqual(names);
  });

  test('ends in a workspace without end', async () => {
    let asked = 0;
    const files = createClientFiles({
      readFile: async () => null,
      readBytes: async () => null,
      listFolder: async () => {
        asked++;
        return [
          { name: 'more', kind: 'folder' },
          { name: 'a.yaml', kind: 'file' },
        ];
      },
    });
    expect((await listed(files)).length).toBe(asked);
    expect(asked).toBe(2000);
  });
});

test('a client that refuses has no files', async () => {
  const refuse = () => Promise.reject(new Error('no such method'));
  const files = createClientFiles({ readFile: refuse, readBytes: refuse, listFolder: refuse }, unpackGzip);
  expect(await files.readFile(`${folder}/a.yaml`)).toBeUndefined();
  expect(await files.listFolder(folder)).toEqual([]);
  expect(await listed(files)).toEqual([]);
  expect([...((await files.readArchive?.(`${folder}/a.tgz`)) ?? [])]).toEqual([]);
});

describe('an archive', () => {
  const packed = gzipSync(archive(entry('common/Chart.yaml', 'name: common\n')));
  const filesWith = (bytes: Uint8Array): Files => {
    const ask = clientWith({ 'charts/common.tgz': Buffer.from(bytes).toString('base64') });
    return createClientFiles(ask, unpackGzip);
  };
  const readIn = async (files: Files, name = 'charts/common.tgz') => [
    ...((await files.readArchive?.(`${folder}/${name}`)) ?? []),
  ];

  test('is unpacked by what a browser has for it', async () => {
    expect(await readIn(filesWith(packed))).toEqual([['common/Chart.yaml', 'name: common\n']]);
  });

  test('that is none, is cut off or is not there gives no files', async () => {
    expect(await readIn(filesWith(Buffer.from('not packed')))).toEqual([]);
    expect(await readIn(filesWith(packed.subarray(0, -12)))).toEqual([]);
    expect(await readIn(filesWith(packed), 'charts/other.tgz')).toEqual([]);
  });

  test('is unpacked no further than it may be', async () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    expect((await unpackGzip(bomb, 1_000_000))?.length).toBe(1_000_000);
    expect(await unpackGzip(bomb, 999_999)).toBeUndefined();
  });
});

describe('a server without a disk', () => {
  test('asks by the same names on both sides', () => {
    expect([client.readFileRequest, client.readBytesRequest, client.listFolderRequest]).toEqual([
      readFileRequest.method,
      readBytesRequest.method,
      listFolderRequest.method,
    ]);
  });

  test('goes by the settings file that the client reads, and checks the files that it lists', async () => {
    const files: Record<string, string> = {
      '.podproof.yaml': 'checks:\n  seccomp: off\n',
      'a.yaml': BARE_POD,
      'deep/b.yaml': BARE_POD,
    };
    const ask = clientWith(files);
    const session = await startInProcess({
      folders: [folder],
      capabilities: { ...VSCODE, experimental: { podproofFiles: true } },
    });
    session.connection.onRequest(readFileRequest, ({ uri }) => ask.readFile(uri));
    session.connection.onRequest(listFolderRequest, async ({ uri }) => [...(await ask.listFolder(uri))]);
    session.open(`${folder}/a.yaml`, BARE_POD);
    const codes = async () => (await session.diagnostics(`${folder}/a.yaml`)).map(({ code }) => code);
    expect(await codes()).not.toContain('seccomp/missing');
    expect(await codes()).toContain('root-user/unset');

    const checked: unknown = await session.connection.sendRequest(ExecuteCommandRequest.type, {
      command: CHECK_WORKSPACE,
    });
    expect(checked).toMatchObject({ inFiles: 2 });

    delete files['.podproof.yaml'];
    session.filesChanged(`${folder}/.podproof.yaml`);
    await session.refreshes.next();
    expect(await codes()).toContain('seccomp/missing');
    await session.stop();
  });

  test('asks nothing of a client that does not say it has files', async () => {
    const session = await startInProcess({ folders: [folder] });
    const asked: string[] = [];
    session.connection.onRequest(readFileRequest, ({ uri }) => {
      asked.push(uri);
      return null;
    });
    session.open(`${folder}/a.yaml`, BARE_POD);
    expect((await session.diagnostics(`${folder}/a.yaml`)).length).toBeGreaterThan(0);
    expect(asked).toEqual([]);
    await session.stop();
  });
});
