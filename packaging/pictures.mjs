/** Draws the icon and the banner from the drawings beside this script, and the benchmark's picture, in the harness's browser. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
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
    const picture = await page.screenshot({ omitBackground: true });
    const pixels = await page.evaluate(pixelsOf, picture.toString('base64'));
    writeFileSync(path.join(docs, 'images', `${name}.png`), pngOf(Buffer.from(pixels), width, height));
    await page.close();
  }
} finally {
  await browser.close();
}

/** Runs in the page: red, green, blue and alpha of each pixel. */
async function pixelsOf(picture) {
  const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  context.drawImage(bitmap, 0, 0);
  return [...context.getImageData(0, 0, bitmap.width, bitmap.height).data];
}

/** A PNG without filters (RFC 2083, 6): drawings in few colors, which repeat themselves, take a third less than as browsers write them. */
function pngOf(pixels, width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width);
  size.writeUInt32BE(height, 4);
  // 8 bits each of red, green, blue and alpha.
  const header = Buffer.concat([size, Buffer.from([8, 6, 0, 0, 0])]);
  const row = width * 4;
  const rows = Array.from({ length: height }, (_, y) => [
    Buffer.from([0]),
    pixels.subarray(y * row, (y + 1) * row),
  ]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows.flat()), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
