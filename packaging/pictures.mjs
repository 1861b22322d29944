/** Draws the icon and the banner from the drawings beside this script, and the benchmark's picture, in the harness's browser. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { launchBrowser } from '../test/vscode/harness/browser.mjs';

const docs = path.join(path.dirname(import.meta.dirname), 'docs');
const browser = await launchBrowser();
try {
  for (const [name, folder, width, height] of [
    ['icon', import.meta.dirname, 256, 256],
    ['banner', import.meta.dirname, 1280, 320],
    ['performance', docs, 760, 320],
  ]) {
    const page = await browser.newPage({ viewport: { width, height } });
    const drawing = readFileSync(path.join(folder, `${name}.svg`), 'utf8');
    await page.setContent(`<style>body{margin:0}svg{display:block}</style>${drawing}`);
    await page.screenshot({ path: path.join(docs, 'images', `${name}.png`), omitBackground: true });
    await page.close();
  }
} finally {
  await browser.close();
}
