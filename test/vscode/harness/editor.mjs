/** Starts a real VS Code: its server, on a free port of 127.0.0.1, with a state of its own that goes when it stops. */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installHarness } from './install.mjs';

/** Settings under which nothing but the editor is on the screen and nothing is asked of the network. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'window.commandCenter': false,
  'editor.minimap.enabled': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
};

/**
 * Starts VS Code's server and waits until it answers.
 *
 * @param {object} options
 * @param {boolean} [options.testDriver] lets a page load an extension under development and run tests in its host
 * @param {string} [options.token] a connection token that every page must bring; none means that any local process may connect
 * @param {number} [options.port] the port to listen on; a free one where it is not given
 * @param {object} [options.settings] the user's settings.json
 * @param {Record<string, string>} [options.env] seen by the extension host too
 * @param {(extensionsFolder: string) => void} [options.installExtensions] fills the folder of installed extensions
 * @returns {Promise<{ port: number, addressOf: (folder: string, more?: Record<string, string>) => string, exited: Promise<number | null>, stop: () => Promise<void> }>}
 */
export async function startEditor({
  testDriver = false,
  token,
  port,
  settings = quietSettings,
  env = {},
  installExtensions,
} = {}) {
  const { node, serverMain } = installHarness();
  const folder = mkdtempSync(path.join(tmpdir(), 'podproof-vscode-'));
  const extensions = path.join(folder, 'extensions');
  const temporary = path.join(folder, 'tmp');
  for (const made of [extensions, temporary, path.join(folder, 'data/User')])
    mkdirSync(made, { recursive: true });
  // Settings of the scope `machine`, such as those of walkthroughs, only count where the server keeps its own.
  for (const place of ['data/User', 'data/Machine']) {
    mkdirSync(path.join(folder, place), { recursive: true });
    writeFileSync(path.join(folder, place, 'settings.json'), JSON.stringify(settings, null, 2));
  }
  installExtensions?.(extensions);

  const args = ['--host', '127.0.0.1', '--port', String(port ?? 0), '--accept-server-license-terms'];
  args.push(
    '--server-data-dir',
    folder,
    '--extensions-dir',
    extensions,
    '--telemetry-level',
    'off',
    '--disable-workspace-trust',
  );
  if (testDriver) args.push('--enable-smoke-test-driver');
  if (token === undefined) {
    args.push('--without-connection-token');
  } else {
    // In a file, since the arguments of a process can be read by everyone on the machine.
    const tokenFile = path.join(folder, 'token');
    writeFileSync(tokenFile, token, { mode: 0o600 });
    args.push('--connection-token-file', tokenFile);
  }

  const logFile = path.join(folder, 'server.log');
  const log = createWriteStream(logFile);
  const child = spawn(node, [serverMain, ...args], {
    // A group of its own, so that stopping it also stops the extension hosts and language servers it started.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Sockets that VS Code leaves in the temporary folder then go with this one.
    env: { ...process.env, ...env, TMPDIR: temporary },
  });
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const exited = new Promise((resolve) => child.once('exit', (code) => resolve(code)));

  const killNow = () => signalGroup(child.pid, 'SIGKILL');
  const cleanUp = () => {
    // A host may outlive the server that started it by a moment, and would hold the folder.
    killNow();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  // A script that dies of an error must not leave an editor behind.
  process.once('exit', cleanUp);

  const stop = async () => {
    process.off('exit', cleanUp);
    signalGroup(child.pid, 'SIGTERM');
    const late = setTimeout(killNow, 5000);
    await exited;
    clearTimeout(late);
    cleanUp();
  };

  let listensOn;
  try {
    listensOn = await listening(child, exited);
  } catch (error) {
    const said = readFileSync(logFile, 'utf8').trim();
    await stop();
    throw new Error(`${error.message}\n${said}`);
  }
  // The folder belongs into the address: the server's own default folder gets another authority than the files that the
  // extension host knows, and their diagnostics would not be shown.
  const addressOf = (opened, more = {}) => {
    const query = Object.entries({ ...(token === undefined ? {} : { tkn: token }), folder: opened, ...more });
    const encode = (value) => encodeURIComponent(value).replaceAll('%2F', '/');
    return `http://127.0.0.1:${listensOn}/?${query.map(([key, value]) => `${key}=${encode(value)}`).join('&')}`;
  };
  return { port: listensOn, addressOf, exited, stop };
}

/** Resolves with the port when the server says that it listens. */
function listening(child, exited) {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const [, on] = /Extension host agent listening on (\d+)\n/.exec(said) ?? [];
      if (on !== undefined) resolve(Number(on));
    });
    child.once('error', reject);
    exited.then((code) => reject(new Error(`VS Code's server ended before it listened (exit code ${code})`)));
    setTimeout(() => reject(new Error("VS Code's server did not listen in three minutes")), 180_000).unref();
  });
}

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}
