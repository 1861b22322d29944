/** Files in Node: what of a folder is read, and what is left alone. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNodeFiles } from '../../server/nodeFiles.ts';

const files = createNodeFiles();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'podproof-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text = 'a: 1\n'): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

async function listed(): Promise<readonly string[]> {
  const root = pathToFileURL(folder).href;
  const uris: string[] = [];
  for await (const uri of files.manifestsBelow(root)) {
    expect(await files.isListed(uri, root)).toBe(true);
    uris.push(uri.slice(root.length + 1));
  }
  return uris.sort();
}

describe('a folder', () => {
  test('gives its YAML and JSON, however deep', async () => {
    for (const name of ['a.yaml', 'b/c.yml', 'b/d/e.json', 'b/f.txt', 'g.yaml.tpl']) write(name);
    expect(await listed()).toEqual(['a.yaml', 'b/c.yml', 'b/d/e.json']);
  });

  test('keeps what is not for people to itself', async () => {
    for (const name of ['.git/a.yaml', 'node_modules/b.yaml', '.github/c.yaml', 'd/node_modules/e.yaml']) {
      write(name);
    }
    expect(await listed()).toEqual([]);
    expect(
      await files.isListed(pathToFileURL(path.join(folder, '.git/a.yaml')).href, pathToFileURL(folder).href),
    ).toBe(false);
  });

  test('leaves out what .gitignore files do, the nearest one last', async () => {
    write('.gitignore', 'out/\n*.local.yaml\n/top.yaml\n');
    write('deep/.gitignore', '!kept.local.yaml\nown.yaml\n');
    for (const name of [
      'out/a.yaml',
      'b.local.yaml',
      'top.yaml',
      'deep/top.yaml',
      'deep/kept.local.yaml',
      'deep/other.local.yaml',
      'deep/own.yaml',
    ]) {
      write(name);
    }
    expect(await listed()).toEqual(['deep/kept.local.yaml', 'deep/top.yaml']);
    execFileSync('git', ['init', '-q'], { cwd: folder });
    const git = execFileSync('git', ['ls-files', '-oc', '--exclude-standard', '*.yaml'], { cwd: folder });
    expect(await listed()).toEqual(git.toString('utf8').trim().split('\n').sort());
  });

  test('is not left through a link', async () => {
    write('a.yaml');
    symlinkSync(folder, path.join(folder, 'round'));
    symlinkSync('/etc/hostname', path.join(folder, 'link.yaml'));
    expect(await listed()).toEqual(['a.yaml']);
  });

  test('spells names as editors do', async () => {
    write("it's (new)/ü +.yaml");
    expect(await listed()).toEqual(['it%27s%20%28new%29/%C3%BC%20%2B.yaml']);
  });

  test('that is not there is empty', async () => {
    rmSync(folder, { recursive: true });
    expect(await listed()).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('what never ends is not begun', () => {
  test('a pipe that nobody fills, and a device', async () => {
    execFileSync('mkfifo', [path.join(folder, 'pipe.yaml'), path.join(folder, 'chart.tgz')]);
    symlinkSync('/dev/zero', path.join(folder, 'zero.yaml'));
    symlinkSync('pipe.yaml', path.join(folder, 'link.yaml'));
    const uriOf = (name: string) => pathToFileURL(path.join(folder, name)).href;
    for (const name of ['pipe.yaml', 'zero.yaml', 'link.yaml', 'chart.tgz']) {
      expect(await files.readFile(uriOf(name))).toBeUndefined();
      expect(await files.readArchive?.(uriOf(name))).toEqual(new Map());
    }
    expect(await listed()).toEqual([]);
    for (const name of ['pipe.yaml', 'zero.yaml', 'link.yaml']) {
      expect(await files.isListed(uriOf(name), pathToFileURL(folder).href)).toBe(false);
    }
  });
});

describe('files within folders', () => {
  const uriOf = (name: string) => `${pathToFileURL(folder).href}/${name}`;
  const within = () => files.within?.(() => [uriOf('workspace')]) ?? files;

  beforeEach(() => {
    write('outside/secret.yaml', 'password: canary\n');
    write('outside/templates/a.yaml');
    write('workspace/own.yaml', 'own: 1\n');
  });

  test('are read; nothing outside of them is, by no path', async () => {
    expect(await within().readFile(uriOf('workspace/own.yaml'))).toBe('own: 1\n');
    for (const name of [
      'outside/secret.yaml',
      'workspace/../outside/secret.yaml',
      'workspace/%2e%2e/outside/secret.yaml',
      'workspace/..%2foutside/secret.yaml',
      'workspace/own.yaml/../../outside/secret.yaml',
    ]) {
      expect(await within().readFile(uriOf(name))).toBeUndefined();
      expect(await within().readArchive?.(uriOf(name))).toEqual(new Map());
    }
    expect(await within().readFile('file:///etc/hostname')).toBeUndefined();
    expect(await within().listFolder(uriOf('outside'))).toEqual([]);
    expect(await within().listFolder(uriOf('workspace/..'))).toEqual([]);
    expect(await within().listFolder(uriOf('workspace'))).toEqual([{ name: 'own.yaml', isFolder: false }]);
  });

  test.skipIf(process.platform === 'win32')('nor by a link, of a file or of a folder above it', async () => {
    symlinkSync('../outside/secret.yaml', path.join(folder, 'workspace/file.yaml'));
    symlinkSync('../outside', path.join(folder, 'workspace/folder'));
    symlinkSync('own.yaml', path.join(folder, 'workspace/inner.yaml'));
    expect(await within().readFile(uriOf('workspace/file.yaml'))).toBeUndefined();
    expect(await within().readFile(uriOf('workspace/folder/secret.yaml'))).toBeUndefined();
    expect(await within().listFolder(uriOf('workspace/folder'))).toEqual([]);
    expect(await within().listFolder(uriOf('workspace/folder/templates'))).toEqual([]);
    expect(await within().readFile(uriOf('workspace/inner.yaml'))).toBe('own: 1\n');
  });

  test.skipIf(process.platform === 'win32')('and the folder itself may be a link', async () => {
    symlinkSync('outside', path.join(folder, 'link'));
    const linked = files.within?.(() => [uriOf('link')]) ?? files;
    expect(await linked.readFile(uriOf('link/secret.yaml'))).toBe('password: canary\n');
    expect(await linked.readFile(uriOf('workspace/own.yaml'))).toBeUndefined();
  });
});

describe('a file', () => {
  const read = (name: string) => files.readFile(pathToFileURL(path.join(folder, name)).href);

  test('is read without its byte order mark', async () => {
    write('a.yaml', '\uFEFFa: 1\n');
    expect(await read('a.yaml')).toBe('a: 1\n');
  });

  test('that is no text, is too long, or is not there, is nothing', async () => {
    write('b.yaml', 'a\0b');
    write('c.yaml', 'a'.repeat(4 * 1024 * 1024 + 1));
    expect([await read('b.yaml'), await read('c.yaml'), await read('d.yaml'), await read('.')]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('of another place than this machine is nothing', async () => {
    expect(await files.readFile('untitled:Untitled-1')).toBeUndefined();
    expect(await files.readFile('vscode-vfs://github/a/b.yaml')).toBeUndefined();
    expect(await files.readFile('file://%00')).toBeUndefined();
  });
});
