/** The report as a view of a real VS Code: it opens, its links lead to their places, and it wears the editor's theme. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startEditor } from './harness/editor.mjs';
import { projectFolder } from './harness/install.mjs';
import { installProject } from './harness/project.mjs';
import { Person, patience } from './person.mjs';
import { contrastOf } from './reportPage.mjs';

const screenshots = path.join(projectFolder, 'test/vscode/screenshots');

/** Each with the class that the page of the report then has. */
const themes = [
  ['Default Light Modern', 'vscode-light'],
  ['Default Dark Modern', 'vscode-dark'],
  ['Default High Contrast', 'vscode-high-contrast'],
  ['Default High Contrast Light', 'vscode-high-contrast-light'],
];

/**
 * @param {object} options
 * @param {import('playwright-core').Browser} options.browser
 * @param {string} options.workspace a folder with the examples
 * @returns {Promise<{ passed: string[], skipped: string[], failed: { title: string, error: string }[] }>}
 */
export async function runReportView({ browser, workspace }) {
  mkdirSync(screenshots, { recursive: true });
  const editor = await startEditor({ token: 'report', installExtensions: installProject });
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 }, reducedMotion: 'reduce' });
  const result = { passed: [], skipped: [], failed: [] };
  try {
    const person = new Person(page, workspace);
    await page.goto(editor.addressOf(workspace));
    await page.waitForSelector('.explorer-folders-view .monaco-list-row');
    const address = editor.addressOf(workspace);
    const report = page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
    for (const [title, act] of stages) {
      try {
        await act(person, report, address);
        result.passed.push(title);
      } catch (error) {
        await page.screenshot({ path: path.join(screenshots, 'report-view-failed.png') });
        result.failed.push({ title, error: error.stack });
        break;
      }
    }
  } finally {
    await page.close();
    await editor.stop();
  }
  return result;
}

const stages = [
  [
    'the report opens over all files, open or not',
    async (person, report) => {
      // The squiggles show that the extension is there.
      await person.open('storefront.yaml');
      await person.page.waitForSelector('.squiggly-warning', { state: 'attached' });
      await person.command('Podproof: Show Report');
      await report.getByRole('heading', { name: 'Pod security report' }).waitFor();
      for (const name of ['storefront.yaml', 'toolbox-pod.yaml']) {
        assert.ok((await report.locator('.workloads tbody tr').filter({ hasText: name }).count()) > 0, name);
      }
    },
  ],
  [
    'it follows the theme of the editor',
    async (person, report) => {
      mkdirSync(path.join(person.workspace, '.vscode'), { recursive: true });
      for (const [theme, bodyClass] of themes) {
        writeFileSync(
          path.join(person.workspace, '.vscode/settings.json'),
          JSON.stringify({ 'workbench.colorTheme': theme }),
        );
        await report.locator(`body.${bodyClass}`).waitFor();
        for (const selector of ['body', '.missed.error', '.missed.warning', '.followed', '.namespace']) {
          const contrast = await contrastOf(report, selector);
          assert.ok(contrast >= 4.5, `${selector} has a contrast of ${contrast.toFixed(2)} in ${theme}`);
        }
        await person.page.screenshot({ path: path.join(screenshots, `report-view-${bodyClass}.png`) });
      }
    },
  ],
  [
    'its filters work',
    async (_, report) => {
      const rows = report.locator('.workloads tbody tr:visible');
      const all = await rows.count();
      await report.getByLabel('Kind').selectOption('CronJob');
      const left = await rows.count();
      assert.ok(left > 0 && left < all);
      await report.getByRole('button', { name: 'Show all' }).click();
      await report
        .locator('output')
        .filter({ hasText: /^\d+ workloads, worst first$/ })
        .waitFor();
    },
  ],
  [
    'a cell leads to its place, beside the report',
    async ({ page }, report) => {
      const row = report.locator('.workloads tbody tr').filter({ hasText: 'toolbox-pod.yaml' }).first();
      const cell = row.locator('td.missed a').first();
      const [, line] = /^#place=\d+:(\d+):\d+$/.exec(await cell.getAttribute('href'));
      await cell.focus();
      await page.keyboard.press('Enter');
      await page.locator('.tab.active').filter({ hasText: 'toolbox-pod.yaml' }).waitFor();
      await page
        .locator('.statusbar-item')
        .filter({ hasText: new RegExp(`Ln ${line}, Col `) })
        .waitFor();
      await page.locator('.tab').filter({ hasText: 'Pod security report' }).waitFor();
      assert.equal(await page.locator('.editor-group-container').count(), 2);
    },
  ],
  [
    'it follows what is written and what is typed, and leaves a person where they are',
    async (person, report) => {
      const { page, workspace } = person;
      await report.getByLabel('Kind').selectOption('Pod');
      await report.getByRole('button', { name: 'Sort by name' }).click();
      const row = report.locator('.workloads tbody tr').filter({ hasText: 'toolbox-pod.yaml' }).first();
      const cell = row.locator('td').nth(7).locator('a');
      await cell.focus();
      const focused = () => report.locator(':focus').evaluate((element) => element.closest('td')?.cellIndex);
      const before = await row.locator('th').textContent();
      const file = path.join(workspace, 'toolbox-pod.yaml');
      const text = readFileSync(file, 'utf8');
      // It is open beside the report, and saved by somebody else.
      writeFileSync(file, `# One more line.\n${text}`);
      await report.locator('.workloads tbody tr').filter({ hasText: 'toolbox-pod.yaml:2' }).first().waitFor();
      assert.notEqual(await row.locator('th').textContent(), before);
      assert.equal(await focused(), 8);
      assert.equal(await report.getByLabel('Kind').inputValue(), 'Pod');
      assert.equal(
        await report.locator('.workloads thead th').first().getAttribute('aria-sort'),
        'ascending',
      );

      // Of a file that is not open, the row goes with the file.
      rmSync(path.join(workspace, 'session-cache.yaml'));
      await report.getByText('14 files').waitFor();
      assert.equal(await focused(), 8);

      // What is only typed counts as well, and takes no focus from who types.
      await page.locator('.tab').filter({ hasText: 'toolbox-pod.yaml' }).click();
      await person.untilInText();
      await page.keyboard.press('Control+Home');
      await page.keyboard.type('# Typed.\n');
      await report.locator('.workloads tbody tr').filter({ hasText: 'toolbox-pod.yaml:3' }).first().waitFor();
      await page.keyboard.type('# More.\n');
      await report.locator('.workloads tbody tr').filter({ hasText: 'toolbox-pod.yaml:4' }).first().waitFor();
      await page.screenshot({ path: path.join(screenshots, 'report-view-beside.png') });
      // A reload does not wait for what is still being saved.
      await person.save('toolbox-pod.yaml', (saved) => saved.startsWith('# Typed.\n# More.\n'));
    },
  ],
  [
    'it is there again, and filtered as before, when the window is reloaded',
    async (person, report) => {
      const { page } = person;
      await person.untilKept(/"kind[\\"]+:[\\"]+Pod[^}]*column[\\"]+:0/);
      await page.reload();
      await page.waitForSelector('.explorer-folders-view .monaco-list-row');
      await report.getByRole('heading', { name: 'Pod security report' }).waitFor();
      // The editor may make the view anew while it puts its parts in their places.
      await report.locator('.workloads thead th:first-child[aria-sort="ascending"]').waitFor();
      await report.locator('.workloads tbody tr').filter({ hasText: 'toolbox-pod.yaml:4' }).first().waitFor();
      assert.equal(await report.getByLabel('Kind').inputValue(), 'Pod');
    },
  ],
  [
    'where the settings ask for all files, they are checked as soon as the window opens, with none of them open',
    async ({ page: before, workspace }, _report, address) => {
      writeFileSync(
        path.join(workspace, '.vscode/settings.json'),
        JSON.stringify({ 'podproof.checkWorkspace': true }),
      );
      // A browser of its own, which remembers nothing of what was open.
      const page = await before.context().browser().newPage();
      page.setDefaultTimeout(patience);
      await page.goto(address);
      await page.waitForSelector('.explorer-folders-view .monaco-list-row');
      // Errors, warnings and information of files of which none is open.
      await page
        .locator('.statusbar-item[id="status.problems"]')
        .filter({ hasText: /[1-9]\d* *\D+ *[1-9]\d*/ })
        .waitFor();
      assert.equal(await page.locator('.tab').count(), 0);
      await page.close();
    },
  ],
];
