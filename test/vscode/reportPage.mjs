/** The report in a real browser: what a person sees, does with the keyboard, and gets in each theme. Leaves screenshots. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectFolder } from './harness/install.mjs';

const screenshots = path.join(projectFolder, 'test/vscode/screenshots');

/**
 * @param {object} options
 * @param {import('playwright-core').Browser} options.browser
 * @param {string} options.workspace a folder with the examples; the report is written beside it
 * @returns {Promise<{ passed: string[], skipped: string[], failed: { title: string, error: string }[] }>}
 */
export async function runReportPage({ browser, workspace }) {
  mkdirSync(screenshots, { recursive: true });
  const file = path.join(path.dirname(workspace), 'report.html');
  const program = path.join(projectFolder, 'dist/cli.js');
  const argv = [program, 'check', '--format', 'html', '--fail-on', 'never', '.'];
  writeFileSync(file, execFileSync(process.execPath, argv, { cwd: workspace, env: {} }));
  const result = { passed: [], skipped: [], failed: [] };
  for (const [title, look] of looks) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const complaints = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => request.url().startsWith('http') && complaints.push(request.url()));
    try {
      await page.goto(pathToFileURL(file).href);
      await look(page);
      assert.deepEqual(complaints, []);
      result.passed.push(title);
    } catch (error) {
      await page.screenshot({ path: path.join(screenshots, 'report-failed.png') });
      result.failed.push({ title, error: error.stack });
    } finally {
      await page.close();
    }
  }
  return result;
}

const visibleRows = (page) => page.locator('.workloads tbody tr:visible');

/** WCAG 2 contrast between the text and the ground of the first element that the selector finds in a page or a frame. */
export function contrastOf(page, selector) {
  return page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
      const luminance = ([r, g, b]) => {
        const [x, y, z] = [r, g, b].map((value) => {
          const part = value / 255;
          return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
      };
      let ground = element;
      while (ground.parentElement && channels(getComputedStyle(ground).backgroundColor)[3] === 0)
        ground = ground.parentElement;
      const one = luminance(channels(getComputedStyle(element).color));
      const other = luminance(channels(getComputedStyle(ground).backgroundColor));
      return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    });
}

const inTheme = (name, emulated) => [
  `it is readable in ${name}`,
  async (page) => {
    await page.emulateMedia(emulated);
    for (const selector of [
      'body',
      '.missed.error',
      '.missed.warning',
      '.followed',
      '.namespace',
      '.workloads th a',
    ]) {
      const contrast = await contrastOf(page, selector);
      assert.ok(contrast >= 4.5, `${selector} has a contrast of ${contrast.toFixed(2)}`);
    }
    await page.screenshot({ path: path.join(screenshots, `report-${name.replaceAll(' ', '-')}.png`) });
  },
];

const looks = [
  [
    'it has a row for each workload, and a column for each practice',
    async (page) => {
      assert.ok((await visibleRows(page).count()) > 10);
      assert.equal(await page.locator('.workloads thead th').count(), 9);
      const first = await visibleRows(page).first().locator('td.error').count();
      assert.ok(first > 0, 'the worst comes first');
    },
  ],
  [
    'filters hide rows, say how many are left, and are undone',
    async (page) => {
      const all = await visibleRows(page).count();
      await page.getByLabel('Kind').selectOption('CronJob');
      const left = await visibleRows(page).count();
      assert.ok(left > 0 && left < all);
      assert.equal(await page.locator('output').textContent(), `${left} of ${all} workloads, worst first`);
      await page.getByLabel('Missed practice').selectOption('seccomp');
      assert.equal(await visibleRows(page).locator('td:nth-of-type(6):not(.missed)').count(), 0);
      await page.getByRole('button', { name: 'Show all' }).click();
      await page.waitForFunction(
        (count) => document.querySelectorAll('.workloads tbody tr:not([hidden])').length === count,
        all,
      );
    },
  ],
  [
    'a column sorts the rows, says so, and gives them back as they were',
    async (page) => {
      const first = () => visibleRows(page).first().locator('.name').textContent();
      const worst = await first();
      const heads = page.locator('.workloads thead th');
      const sort = heads.nth(6).getByRole('button');
      await sort.focus();
      await page.keyboard.press('Enter');
      assert.equal(await heads.nth(6).getAttribute('aria-sort'), 'descending');
      assert.match((await page.locator('output').textContent()) ?? '', /workloads, worst for Seccomp first$/);
      const weights = await page
        .locator('.workloads tbody td:nth-of-type(6)')
        .evaluateAll((cells) => cells.map(({ dataset }) => Number(dataset.weight ?? -1)));
      assert.deepEqual(
        weights,
        weights.toSorted((a, b) => b - a),
      );
      await heads.nth(0).getByRole('button', { name: 'Sort by name' }).click();
      assert.equal(await heads.nth(0).getAttribute('aria-sort'), 'ascending');
      assert.equal(await page.locator('[aria-sort]').count(), 1);
      const names = await page.locator('.workloads tbody .name').allTextContents();
      assert.deepEqual(
        names,
        names.toSorted((a, b) => a.localeCompare(b)),
      );
      await page.getByRole('button', { name: 'Show all' }).click();
      await page.waitForFunction(() => document.querySelector('[aria-sort]') === null);
      assert.equal(await first(), worst);
    },
  ],
  [
    'the keyboard reaches filters, findings and places',
    async (page) => {
      const reached = new Set();
      for (let i = 0; i < 50; i++) {
        await page.keyboard.press('Tab');
        reached.add(await page.evaluate(() => document.activeElement?.tagName));
      }
      for (const tag of ['A', 'SELECT', 'BUTTON', 'DIV', 'SUMMARY'])
        assert.ok(reached.has(tag), `${tag} was not reached`);
      const summary = page.locator('summary').first();
      await summary.focus();
      await page.keyboard.press('Enter');
      const place = page.locator('details[open] li a').first();
      assert.match((await place.getAttribute('href')) ?? '', /^vscode:\/\/file\/.*:\d+:\d+$/);
    },
  ],
  [
    'readers of the screen are told what signs mean',
    async (page) => {
      const cell = page.locator('td.missed.error').first();
      assert.match(
        (await cell.textContent()) ?? '',
        /^✗ \d+ \d+ findings?, the worst an error, .*, line \d+$/,
      );
      for (const name of ['Workloads', 'How many workloads miss each practice']) {
        assert.equal(await page.getByRole('heading', { name, exact: true }).count(), 1);
      }
      // As readers of the screen have it: a table with its headings, a status that is read out, and no control without a name.
      const table = page.getByRole('table').nth(1);
      assert.equal(await table.getByRole('columnheader').count(), 9);
      assert.equal(await table.getByRole('rowheader').count(), await visibleRows(page).count());
      assert.equal(await page.getByRole('status').count(), 1);
      for (const role of ['link', 'button', 'combobox']) {
        assert.equal(await page.getByRole(role, { name: /^$/ }).count(), 0, `a ${role} has no name`);
      }
    },
  ],
  [
    'it fits on a narrow screen',
    async (page) => {
      await page.setViewportSize({ width: 400, height: 800 });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 400, `the page is ${width} pixels wide`);
    },
  ],
  inTheme('light', { colorScheme: 'light' }),
  inTheme('dark', { colorScheme: 'dark' }),
  inTheme('high contrast', { colorScheme: 'dark', forcedColors: 'active' }),
];
