/** Puts the built project where an editor finds it. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from './install.mjs';

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
