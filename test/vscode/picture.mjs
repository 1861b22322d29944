/** Takes the README's picture in a real VS Code: `node test/vscode/picture.mjs`, after a build. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser } from './harness/browser.mjs';
import { quietSettings, startEditor } from './harness/editor.mjs';
import { projectFolder } from './harness/install.mjs';
import { installProject } from './harness/project.mjs';
import { Person } from './person.mjs';

const picture = path.join(projectFolder, 'docs/images/editor.png');

const settings = {
  ...quietSettings,
  'breadcrumbs.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.scrollBeyondLastLine': false,
  'editor.renderLineHighlight': 'none',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code's own placeholder
  'window.title': '${activeEditorShort}',
  'workbench.activityBar.location': 'hidden',
};

const folder = mkdtempSync(path.join(tmpdir(), 'podproof-'));
const workspace = path.join(folder, 'examples');
cpSync(path.join(projectFolder, 'examples'), workspace, { recursive: true });
const browser = await launchBrowser();
const editor = await startEditor({ token: 'picture', settings, installExtensions: installProject });
try {
  const page = await browser.newPage({ viewport: { width: 900, height: 640 }, deviceScaleFactor: 2 });
  const person = new Person(page, workspace);
  await page.goto(editor.addressOf(workspace));
  await page.waitForSelector('.explorer-folders-view .monaco-list-row');
  await person.open('toolbox-pod.yaml');
  await page.waitForSelector('.squiggly-error', { state: 'attached' });
  await person.press('Control+B');
  await page.locator('.explorer-folders-view').waitFor({ state: 'hidden' });
  await person.openFixes('toolbox-pod.yaml', 'allowPrivilegeEscalation: true');
  mkdirSync(path.dirname(picture), { recursive: true });
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
  await editor.stop();
  rmSync(folder, { recursive: true, force: true });
}
