/** Peers: what Podproof is measured beside, installed when it is missing or its lockfile changed. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(folder, 'node_modules');

/** Installs the peers; answers their versions, and where their parts are. */
export function installPeers() {
  const stampFile = path.join(modules, '.podproof-stamp');
  const stamp = createHash('sha256')
    .update(readFileSync(path.join(folder, 'package-lock.json')))
    .digest('hex');
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
    console.error('Installing the peers into test/bench (once, about 50 MB) ...');
    const { status } = spawnSync(
      'npm',
      ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      {
        cwd: folder,
        stdio: 'inherit',
      },
    );
    if (status !== 0) throw new Error('The peers could not be installed.');
    writeFileSync(stampFile, stamp);
  }
  const versionOf = (name) =>
    JSON.parse(readFileSync(path.join(modules, name, 'package.json'), 'utf8')).version;
  return {
    languageServer: {
      name: 'yaml-language-server',
      version: versionOf('yaml-language-server'),
      file: path.join(modules, 'yaml-language-server/bin/yaml-language-server'),
      // Waits this long after an edit, in milliseconds, before it begins (validationDelayMs).
      debounce: 200,
    },
    validator: {
      name: '@monokle/validation',
      version: versionOf('@monokle/validation'),
      file: path.join(modules, '@monokle/validation/lib/node.js'),
    },
  };
}
