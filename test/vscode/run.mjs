/**
 * `npm run test:vscode`: the tests in a real VS Code, headless: the suite inside the extension host, then a person's scenario
 * through the page, then a smaller suite where the editor and the server run in a browser without Node.
 *
 * Ends with "N passed, N failed", writes the numbers to `out/test-vscode.json`, and exits with 1 if anything failed or crashed.
 * On a machine for which the harness has no VS Code it says so, and nothing fails.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runFirstSteps } from './firstSteps.mjs';
import { launchBrowser } from './harness/browser.mjs';
import { installHarness, projectFolder, whyUnsupported } from './harness/install.mjs';
import { runSuite } from './harness/suite.mjs';
import { runWebSuite } from './harness/webSuite.mjs';
import { runReportPage } from './reportPage.mjs';
import { runReportView } from './reportView.mjs';
import { runScenario } from './scenario.mjs';

const summaryFile = path.join(projectFolder, 'out/test-vscode.json');

function summarize(summary) {
  mkdirSync(path.dirname(summaryFile), { recursive: true });
  writeFileSync(summaryFile, `${JSON.stringify(summary)}\n`);
}

/** Runs one group of tests on a copy of the examples, and prints a line for each test. */
async function group(title, run) {
  const folder = mkdtempSync(path.join(tmpdir(), 'podproof-'));
  const workspace = path.join(folder, 'examples');
  cpSync(path.join(projectFolder, 'examples'), workspace, { recursive: true });
  console.log(`\n${title}`);
  try {
    const { passed, skipped, failed } = await run(workspace);
    for (const name of passed) console.log(`  ok      ${name}`);
    for (const name of skipped) console.log(`  skipped ${name}`);
    for (const { title: name, error } of failed)
      console.log(`  FAILED  ${name}\n${error.replace(/^/gm, '          ')}`);
    return { passed: passed.length, failed: failed.length, skipped: skipped.length };
  } catch (error) {
    console.log(`  FAILED  ${error.stack}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Whatever happens from here on, an older summary must not be taken for this run's.
summarize({ passed: 0, failed: 1 });
const unsupported = whyUnsupported();
if (unsupported) {
  console.log(`The real editor tests were skipped: ${unsupported}.`);
  summarize({ passed: 0, failed: 0, skipped: 1 });
} else {
  installHarness();
  const browser = await launchBrowser();
  try {
    const suite = await group('In the extension host', (workspace) => runSuite({ browser, workspace }));
    const scenario = await group('Through the page', (workspace) => runScenario({ browser, workspace }));
    const report = await group('The report', (workspace) => runReportPage({ browser, workspace }));
    const view = await group('The report in the editor', (workspace) =>
      runReportView({ browser, workspace }),
    );
    const web = await group('In the extension host of a browser', (workspace) =>
      runWebSuite({ browser, workspace }),
    );
    const first = await group('The first five minutes', (workspace) => runFirstSteps({ browser, workspace }));
    const sum = (key) => suite[key] + scenario[key] + report[key] + view[key] + web[key] + first[key];
    const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
    summarize({ passed, failed, skipped });
    console.log(`\n${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  } finally {
    await browser.close();
  }
}
