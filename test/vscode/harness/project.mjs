/** Puts the built project where an editor finds it. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from './install.mjs';

/** Copies into a folder of installed extensions what the packed extension holds, and nothing else. */
export function installProject(extensionsFolder) {
  const { publisher, name, version } = JSON.parse(
    readFileSync(path.join(projectFolder, 'package.json'), 'utf8'),
  );
  const target = path.join(extensionsFolder, `${publisher}.${name}-${version}`);
  mkdirSync(target);
  for (const part of packedFiles()) {
    cpSync(path.join(projectFolder, part), path.join(target, part), { recursive: true });
  }
}

function packedFiles() {
  const packer = path.join(projectFolder, 'node_modules/@vscode/vsce/vsce');
  const listed = execFileSync(process.execPath, [packer, 'ls', '--no-dependencies'], {
    cwd: projectFolder,
    encoding: 'utf8',
  });
  return listed.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith(' '));
}
