/** Bundles the mocha suite, and runs it inside the extension host of a headless editor. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { startEditor } from './editor.mjs';
import { harnessFolder, projectFolder } from './install.mjs';

/** The project's own mocha where it has one, else the harness's. */
function mochaFile() {
  for (const folder of [projectFolder, harnessFolder]) {
    try {
      return createRequire(path.join(folder, 'package.json')).resolve('mocha');
    } catch {
      // Not installed there.
    }
  }
  throw new Error('mocha is not installed: on Linux x64, npm run test:vscode installs it.');
}

/** @returns {Promise<string>} the file to give to the extension host as its tests */
export async function bundleSuite() {
  const source = path.join(projectFolder, 'test/vscode/suite');
  const outdir = path.join(projectFolder, 'out/vscode-suite');
  await build({
    entryPoints: [path.join(source, 'index.ts'), path.join(source, 'specs.ts')],
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode'],
    logLevel: 'warning',
    plugins: [
      {
        // Both bundles must meet in one mocha, and it is not on the path of the bundles' folder.
        name: 'mocha',
        setup: (context) =>
          context.onResolve({ filter: /^mocha$/ }, () => ({ path: mochaFile(), external: true })),
      },
    ],
  });
  return path.join(outdir, 'index.js');
}

/**
 * Runs the suite and answers with what passed and failed; a host that crashes or hangs counts as a failure.
 *
 * @param {object} options
 * @param {import('playwright-core').Browser} options.browser
 * @param {string} options.workspace the folder to open; the suite writes into it
 * @param {string} [options.extension] the folder of the extension under test
 * @returns {Promise<{ passed: string[], skipped: string[], failed: { title: string, error: string }[] }>}
 */
export async function runSuite({ browser, workspace, extension = projectFolder }) {
  const tests = await bundleSuite();
  const resultFile = path.join(projectFolder, 'out/vscode-suite/result.json');
  rmSync(resultFile, { force: true });
  const editor = await startEditor({ testDriver: true, env: { PODPROOF_RESULT: resultFile } });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    const said = [];
    let finish;
    const finished = new Promise((resolve) => {
      finish = resolve;
    });
    // Both are called by the workbench, and have to be there before it loads.
    await page.exposeFunction('codeAutomationExit', (code) => finish({ code }));
    await page.exposeFunction('codeAutomationLog', (_type, args) => said.push(args.map(String).join(' ')));
    const authority = `127.0.0.1:${editor.port}`;
    const remote = (file) => `vscode-remote://${authority}${file}`;
    const payload = [
      ['extensionDevelopmentPath', remote(extension)],
      ['extensionTestsPath', remote(tests)],
      ['skipWelcome', 'true'],
    ];
    await page.goto(editor.addressOf(workspace, { payload: JSON.stringify(payload) }), { timeout: 120_000 });
    const { code } = await Promise.race([
      finished,
      minutesPassed(10),
      editor.exited.then(() => ({ code: 'VS Code ended' })),
    ]);
    return judge(code, resultFile, said);
  } finally {
    await page.close();
    await editor.stop();
  }
}

/**
 * The exit code alone is not believed: a host that was killed in the middle reports success.
 */
function judge(code, resultFile, said) {
  const result = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : null;
  if (result?.done && result.passed.length > 0 && (code === 0 || result.failed.length > 0)) return result;
  const error = `ended with ${code} before all tests had run\n${said.slice(-40).join('\n')}`;
  const { passed = [], skipped = [], failed = [] } = result ?? {};
  return { passed, skipped, failed: [...failed, { title: 'the extension host', error }] };
}

function minutesPassed(minutes) {
  return new Promise((resolve) => {
    setTimeout(() => resolve({ code: `no answer for ${minutes} minutes` }), minutes * 60_000).unref();
  });
}
