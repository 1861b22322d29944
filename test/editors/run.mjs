/**
 * `node test/editors/run.mjs`: the built server in real editors other than VS Code, headless.
 *
 * Each editor that is on the PATH opens a bare pod, sees what is found, hardens it, and sees that nothing is left; one that is absent
 * is said to be skipped. NVIM and EMACS name executables that are elsewhere; Emacs needs eglot, which it has from version 29 on. Ends with 1
 * if anything failed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const here = import.meta.dirname;
const server = path.resolve(here, '../../dist/server.js');

const editors = [
  {
    name: 'Neovim',
    program: process.env.NVIM ?? 'nvim',
    args: ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '-c', `luafile ${path.join(here, 'neovim.lua')}`],
  },
  {
    name: 'Emacs',
    program: process.env.EMACS ?? 'emacs',
    args: ['--batch', '--quick', '--load', path.join(here, 'emacs.el')],
    lacks: ['--batch', '--quick', '--eval', "(kill-emacs (if (require 'eglot nil t) 0 1))"],
    needs: 'eglot',
  },
];

const BARE_POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.0.0
`;

/** What is wrong with what an editor saw; undefined where nothing is. */
function judge({ status, stdout, stderr, error }, manifest) {
  const said = new Map(stdout.split(/\r?\n/).map((line) => [line.split(' ')[0], line]));
  const text = readFileSync(manifest, 'utf8');
  const isRight =
    status === 0 &&
    Number(said.get('found')?.split(' ')[1]) > 0 &&
    said.get('hover') === 'hover true' &&
    said.get('left') === 'left 0' &&
    text.includes('readOnlyRootFilesystem: true');
  return isRight ? undefined : [error?.message, stdout, stderr, text].filter(Boolean).join('\n');
}

if (!existsSync(server)) {
  console.error('There is no dist/server.js: run `npm run build` first.');
  process.exit(1);
}
for (const { name, program, args, lacks, needs } of editors) {
  const folder = mkdtempSync(path.join(tmpdir(), 'podproof-editor-'));
  try {
    if (spawnSync(program, ['--version']).error !== undefined) {
      console.log(`skipped ${name}: there is no ${program} here`);
      continue;
    }
    if (lacks !== undefined && spawnSync(program, lacks).status !== 0) {
      console.log(`skipped ${name}: there is no ${needs} here`);
      continue;
    }
    const manifest = path.join(folder, 'manifest.yaml');
    writeFileSync(manifest, BARE_POD);
    const result = spawnSync(program, args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 120_000,
      env: {
        ...process.env,
        HOME: folder,
        XDG_STATE_HOME: folder,
        PODPROOF_NODE: process.execPath,
        PODPROOF_SERVER: server,
        PODPROOF_MANIFEST: manifest,
      },
    });
    const problem = judge(result, manifest);
    console.log(problem === undefined ? `ok      ${name}` : `FAILED  ${name}\n${problem}`);
    if (problem !== undefined) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
