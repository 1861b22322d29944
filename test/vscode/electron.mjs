/**
 * `npm run test:electron`: the suite inside the extension host of a desktop VS Code.
 *
 * Downloads VS Code unless VSCODE_PATH names an executable, and needs a display. The suite is the one of `npm run test:vscode`.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { projectFolder } from './harness/install.mjs';
import { bundleSuite } from './harness/suite.mjs';

const extensionTestsPath = await bundleSuite();
const folder = mkdtempSync(path.join(tmpdir(), 'podproof-electron-'));
const workspace = path.join(folder, 'examples');
cpSync(path.join(projectFolder, 'examples'), workspace, { recursive: true });
const resultFile = path.join(folder, 'result.json');
try {
  const code = await runTests({
    ...(process.env.VSCODE_PATH ? { vscodeExecutablePath: process.env.VSCODE_PATH } : {}),
    extensionDevelopmentPath: projectFolder,
    extensionTestsPath,
    extensionTestsEnv: { PODPROOF_RESULT: resultFile },
    launchArgs: [
      workspace,
      '--disable-extensions',
      '--disable-workspace-trust',
      '--user-data-dir',
      path.join(folder, 'user'),
    ],
  });
  // A host that was ended in the middle may still report success.
  const result = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : null;
  if (!result?.done) console.error('The extension host ended before all tests had run.');
  console.log(`\n${result?.passed.length ?? 0} passed, ${result?.failed.length ?? 0} failed`);
  process.exitCode = code === 0 && result?.done && result.passed.length > 0 ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
