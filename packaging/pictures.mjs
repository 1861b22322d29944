/** Draws `docs/images/icon.png` and `docs/images/banner.png` from the drawings beside this script, in the harness's browser. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { launchBrowser } from '../test/vscode/harness/browser.mjs';

const images = path.join(path.dirname(import.meta.dirname), 'docs/images');
const browser = await launchBrowser();
try {
  for (const [name, width, height] of [
    ['icon', 256, 256],
    ['banner', 1280, 320],
  ]) {
    const page = await browser.newPage({ viewport: { width, height } });
    const drawing = readFileSync(path.join(import.meta.dirname, `${name}.svg`), 'utf8');
    await page.setContent(`<style>body{margin:0}svg{display:block}</style>${drawing}`);
    await page.screenshot({ path: path.join(images, `${name}.png`), omitBackground: true });
    await page.close();
  }
} finally {
  await browser.close();
}
