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
