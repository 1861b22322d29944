/** Builds the project and puts it where an editor finds it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from './install.mjs';

/** Runs the project's own build; its output is shown when it fails. */
export function buildProject() {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: projectFolder,
    encoding: 'utf8',
    // npm is a script with another name there.
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`The build failed.\n${stdout ?? ''}${stderr ?? ''}`);
}

/** Copies what the extension runs from into a folder of installed extensions. */
export function installProject(extensionsFolder) {
  const { publisher, name, version } = JSON.parse(
    readFileSync(path.join(projectFolder, 'package.json'), 'utf8'),
  );
  const target = path.join(extensionsFolder, `${publisher}.${name}-${version}`);
  mkdirSync(target);
  for (const part of ['package.json', 'dist']) {
    cpSync(path.join(projectFolder, part), path.join(target, part), { recursive: true });
  }
}
