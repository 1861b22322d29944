/** The packages as people get them: packed, installed from the packed file, and used. */
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRIVILEGE } from '../cli/manifests.ts';
import { unzip } from './zip.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'podproof-packages-')));
const installed = join(folder, 'installed');
const extension = join(folder, 'extension');
let vsix = '';
let files: ReadonlyMap<string, Buffer> = new Map();

/** The project is copied, so that the tests beside this one do not find its bundles half written. */
beforeAll(() => {
  const project = join(folder, 'project');
  mkdirSync(project);
  for (const name of readdirSync('.')) {
    if (!SOURCES_ONLY.has(name)) cpSync(name, join(project, name), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'), 'junction');
  const packed = join(folder, 'packed');
  execFileSync(process.execPath, ['packaging/package.mjs', packed], { cwd: project, stdio: 'pipe' });
  const [tarball = '', extensionFile = ''] = readdirSync(packed).sort();
  vsix = join(packed, extensionFile);
  files = unzip(readFileSync(vsix));
  for (const [name, content] of files) {
    if (!name.startsWith('extension/')) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  mkdirSync(installed);
  writeFileSync(join(installed, 'package.json'), '{"private":true}');
  execFileSync(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', join(packed, tarball)],
    {
      cwd: installed,
      shell: process.platform === 'win32',
      stdio: 'pipe',
    },
  );
});

/** Folders that are large, and of which no package holds a part. */
const SOURCES_ONLY: ReadonlySet<string> = new Set([
  'node_modules',
  'dist',
  'out',
  'test',
  '.git',
  '.vscode-test',
]);

/** The files that a program was built into, and loads when it needs them. */
function partsOf(name: 'cli' | 'server'): readonly string[] {
  const parts = readdirSync(join(folder, 'project/dist', name));
  expect(parts).toContain('start.js');
  return parts;
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the extension', () => {
  it('holds what it needs and nothing else', () => {
    const names = [...files.keys()]
      .filter((name) => name.startsWith('extension/'))
      .map((name) => name.slice(10));
    const expected = [
      'LICENSE.txt',
      'changelog.md',
      'dist/THIRD_PARTY_NOTICES.txt',
      'dist/browser.js',
      'dist/client.js',
      'dist/languageClient.js',
      'dist/server.js',
      ...partsOf('server').map((name) => `dist/server/${name}`),
      'dist/serverWorker.js',
      'docs/images/icon.png',
      ...readdirSync('docs/practices').map((name) => `docs/practices/${name}`),
      'l10n/bundle.l10n.json',
      ...['harden', 'keep', 'look', 'open'].map((step) => `media/walkthrough/${step}.md`),
      'package.json',
      'package.nls.json',
      'readme.md',
      'schemas/podproof.schema.json',
    ];
    expect(names.sort()).toEqual(expected.sort());
  });

  it('is no larger than 900 KB', () => {
    expect(statSync(vsix).size).toBeLessThanOrEqual(900_000);
  });

  it('has every file that its manifest names, and an icon of the size that galleries ask for', () => {
    const manifest = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8')) as {
      main: string;
      icon: string;
      contributes: {
        yamlValidation: { url: string }[];
        walkthroughs: { icon: string; steps: { media: { markdown: string } }[] }[];
      };
    };
    const named = [
      ...manifest.contributes.walkthroughs.flatMap(({ icon, steps }) => [
        icon,
        ...steps.map(({ media }) => media.markdown),
      ]),
      manifest.main,
      manifest.icon,
      ...manifest.contributes.yamlValidation.map(({ url }) => url),
    ];
    for (const name of named) expect(files.has(`extension/${name.replace('./', '')}`), name).toBe(true);
    const icon = readFileSync(join(extension, manifest.icon));
    expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([256, 256]);
  });

  it('has a server that answers', async () => {
    expect(await serverName([process.execPath, join(extension, 'dist/server.js'), '--stdio'])).toBe(
      'podproof',
    );
  });
});

describe('the npm package', () => {
  const program = (name: string): string => join(installed, 'node_modules/.bin', name);

  it('holds what it needs and nothing else', () => {
    const root = join(installed, 'node_modules/podproof');
    const names = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(root.length + 1)
          .replaceAll('\\', '/'),
      );
    const beside = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'schemas/podproof.schema.json'];
    const bundles = [
      'dist/THIRD_PARTY_NOTICES.txt',
      'dist/cli.js',
      ...partsOf('cli').map((name) => `dist/cli/${name}`),
      'dist/server.js',
      ...partsOf('server').map((name) => `dist/server/${name}`),
    ];
    expect(names.filter((name) => !name.startsWith('docs/')).sort()).toEqual([...beside, ...bundles].sort());
    expect(names.filter((name) => name.startsWith('docs/') && !name.endsWith('.md'))).toEqual([]);
  });

  it('brings no other package along', () => {
    expect(readdirSync(join(installed, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'podproof',
    ]);
  });

  it.skipIf(process.platform === 'win32')('checks and fixes', () => {
    const manifest = join(folder, 'pod.yaml');
    writeFileSync(manifest, PRIVILEGE);
    expect(() => execFileSync(program('podproof'), ['check', manifest], { stdio: 'pipe' })).toThrow(
      /exit code|failed/i,
    );
    execFileSync(program('podproof'), ['fix', manifest], { stdio: 'pipe' });
    expect(execFileSync(program('podproof'), ['check', manifest], { encoding: 'utf8' })).toMatch(
      'No findings',
    );
  });

  it.skipIf(process.platform === 'win32')('has a language server that answers', async () => {
    expect(await serverName([program('podproof-language-server'), '--stdio'])).toBe('podproof');
  });
});

it.skipIf(process.platform === 'win32')('the npm package serves agents', async () => {
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: join(installed, 'node_modules/.bin/podproof'),
      args: ['mcp'],
      cwd: folder,
    }),
  );
  const answer = await client.callTool({ name: 'check_file', arguments: { text: PRIVILEGE } });
  await client.close();
  expect(answer.structuredContent).toMatchObject({ findings: [{ code: 'privilege-escalation/allowed' }] });
});

describe('the notices of third parties', () => {
  it('give the license of every package that is bundled', () => {
    const text = files.get('extension/dist/THIRD_PARTY_NOTICES.txt')?.toString('utf8') ?? '';
    for (const name of [
      'yaml',
      'vscode-languageclient',
      'vscode-languageserver',
      'diff',
      'picocolors',
      '@modelcontextprotocol/sdk',
      'zod',
    ]) {
      expect(text).toMatch(new RegExp(`^${name.replace('/', '\\/')} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
    }
    // BSD 3-Clause asks for its words in binary distributions too.
    expect(text).toMatch(/^diff [\d.]+ \(BSD-3-Clause\)\n\nBSD 3-Clause License\n\nCopyright/m);
    expect(text).not.toMatch(/license: undefined|\(undefined\)/i);
  });
});

/** What a server calls itself in the answer to `initialize`. */
async function serverName([command = '', ...args]: readonly string[]): Promise<string | undefined> {
  const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { processId: process.pid, rootUri: null, capabilities: {} },
    });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    let received = '';
    for await (const chunk of server.stdout.setEncoding('utf8')) {
      received += chunk;
      const name = /"serverInfo":\{"name":"([^"]*)"/.exec(received);
      if (name !== null) return name[1];
    }
    return undefined;
  } finally {
    server.kill();
  }
}
