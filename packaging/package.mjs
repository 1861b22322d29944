/**
 * `npm run package`: builds, and packs the extension (`podproof-<version>.vsix`) and the npm package (`podproof-<version>.tgz`) into
 * the folder that is named, or into `out/packages`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { buildAll } from '../esbuild.mjs';

const project = path.dirname(import.meta.dirname);

/**
 * Packs what is built in the project at `root`.
 *
 * @returns {Promise<{ vsix: string, tarball: string }>} the two files, absolute
 */
export async function packageAll(folder, root = project) {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  mkdirSync(folder, { recursive: true });
  const vsix = path.join(folder, `podproof-${version}.vsix`);
  const tarball = path.join(folder, `podproof-${version}.tgz`);
  for (const file of [vsix, tarball]) rmSync(file, { force: true });
  // Everything is bundled, so that neither package brings another one along.
  await createVSIX({ cwd: root, packagePath: vsix, dependencies: false });
  npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], root);
  return { vsix, tarball };
}

function npm(args, cwd) {
  const script = process.env.npm_execpath;
  // Under `npm run` the same npm packs; a script run by hand takes the one on the PATH.
  const [command, before] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  const { status, error } = spawnSync(command, [...before, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: command === 'npm' && process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ${args[0]} failed (exit code ${status})`);
}

if (import.meta.url === new URL(process.argv[1], 'file:').href || import.meta.filename === process.argv[1]) {
  await buildAll(path.join(project, 'dist'));
  const { vsix, tarball } = await packageAll(
    path.resolve(process.argv[2] ?? path.join(project, 'out/packages')),
  );
  console.log(`${path.relative(process.cwd(), vsix)}\n${path.relative(process.cwd(), tarball)}`);
}
