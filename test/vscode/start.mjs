/**
 * `npm start`: serves a real VS Code on 127.0.0.1 with Podproof, as built, installed and `examples/` open.
 *
 * `npm start -- --desktop` opens the VS Code of this machine instead; `npm start -- --port 8080` chooses the port.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { quietSettings, startEditor } from './harness/editor.mjs';
import { installHarness, projectFolder, whyUnsupported } from './harness/install.mjs';
import { installProject } from './harness/project.mjs';

const examples = path.join(projectFolder, 'examples');

function openDesktop() {
  const windows = process.platform === 'win32';
  const quoted = (argument) => (windows ? `"${argument}"` : argument);
  const args = ['--new-window', `--extensionDevelopmentPath=${projectFolder}`, examples].map(quoted);
  const { status, error } = spawnSync('code', args, { stdio: 'inherit', shell: windows });
  if (error?.code !== 'ENOENT') return status ?? 1;
  console.error(
    'There is no `code` on the PATH. In VS Code, run "Shell Command: Install \'code\' command in PATH", or start without --desktop.',
  );
  return 1;
}

async function serve(port) {
  const unsupported = whyUnsupported();
  if (unsupported) {
    console.error(
      `Cannot serve VS Code here: ${unsupported}. With VS Code installed, use: npm start -- --desktop`,
    );
    return 1;
  }
  installHarness();
  const token = randomBytes(16).toString('hex');
  const editor = await startEditor({
    token,
    port,
    settings: { ...quietSettings, 'workbench.startupEditor': 'readme' },
    installExtensions: installProject,
  });
  console.log(`
  VS Code with Podproof, and ${path.relative(process.cwd(), examples) || examples} open:

    ${editor.addressOf(examples)}

  Start with storefront.yaml. Ctrl-C stops everything.
`);
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve('interrupted'));
  });
  const ended = await Promise.race([interrupted, editor.exited]);
  await editor.stop();
  if (ended === 'interrupted') return 0;
  console.error(`VS Code's server ended by itself (exit code ${ended}).`);
  return 1;
}

async function main() {
  const { values } = parseArgs({ options: { desktop: { type: 'boolean' }, port: { type: 'string' } } });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new Error(`--port takes a port number, not "${values.port}"`);
  }
  return values.desktop ? openDesktop() : serve(port);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
