/** The first five minutes, in a VS Code that nobody has set up: the walkthrough opens beside the first manifest, and only once. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { quietSettings, startEditor } from './harness/editor.mjs';
import { projectFolder } from './harness/install.mjs';
import { installProject } from './harness/project.mjs';
import { Person } from './person.mjs';

const screenshots = path.join(projectFolder, 'test/vscode/screenshots');

/**
 * @param {object} options
 * @param {import('playwright-core').Browser} options.browser
 * @param {string} options.workspace a folder with the examples
 * @returns {Promise<{ passed: string[], skipped: string[], failed: { title: string, error: string }[] }>}
 */
export async function runFirstSteps({ browser, workspace }) {
  mkdirSync(screenshots, { recursive: true });
  const settings = { ...quietSettings, 'workbench.welcomePage.walkthroughs.openOnInstall': true };
  const editor = await startEditor({ token: 'first-steps', settings, installExtensions: installProject });
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  let page = await context.newPage();
  const title =
    'the first manifest opens the walkthrough beside it, with four steps, and the second does not';
  try {
    const person = new Person(page, workspace);
    await page.goto(editor.addressOf(workspace));
    await page.waitForSelector('.explorer-folders-view .monaco-list-row');
    await person.open('storefront.yaml');
    const walkthrough = page.locator('.gettingStartedContainer');
    await walkthrough.getByText('Harden your first pod').first().waitFor();
    const steps = walkthrough.locator('.getting-started-step');
    await steps.nth(3).waitFor();
    assert.equal(await steps.count(), 4);
    assert.deepEqual(await steps.locator('.step-title').allTextContents(), [
      'Open a manifest',
      'See what is underlined, and why',
      'Harden it',
      'Keep it so',
    ]);
    await page.screenshot({ path: path.join(screenshots, 'walkthrough.png') });
    await walkthrough.getByRole('button', { name: 'Open an Insecure Example', exact: true }).click();
    await page.locator('.tab', { hasText: 'Untitled-1' }).waitFor();

    await person.untilKept(/podproof\.walkthroughShown[\\"]+:true/);
    await page.close();

    // A window of another folder, in which nothing comes back that was open.
    page = await context.newPage();
    const later = new Person(page, workspace);
    await page.goto(editor.addressOf(path.dirname(workspace)));
    await page.waitForSelector('.explorer-folders-view .monaco-list-row');
    await later.open('toolbox-pod.yaml');
    await page.waitForSelector('.squiggly-error', { state: 'attached' });
    assert.equal(await page.locator('.gettingStartedContainer').count(), 0);
    return { passed: [title], skipped: [], failed: [] };
  } catch (error) {
    await page.screenshot({ path: path.join(screenshots, 'walkthrough-failed.png') });
    return { passed: [], skipped: [], failed: [{ title, error: error.stack }] };
  } finally {
    await context.close();
    await editor.stop();
  }
}
