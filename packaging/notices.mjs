/** Third-party notices: the license of every package of which a part is in the bundles, read from the packages themselves. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The text of the notices.
 *
 * @param {readonly string[]} inputs the files that were bundled, as esbuild's metafile names them
 * @param {string} root the folder from which they count
 */
export function noticesFor(inputs, root) {
  const packages = new Map();
  for (const input of inputs) {
    const folder = packageFolder(input);
    if (folder !== undefined && !packages.has(folder))
      packages.set(folder, licenseOf(path.join(root, folder)));
  }
  const parts = [...packages.values()].sort((a, b) => (a.title < b.title ? -1 : 1));
  const unique = [...new Map(parts.map((part) => [part.title, part])).values()];
  const texts = unique.map(({ title, license, text }) => `${title} (${license})\n\n${text.trim()}\n`);
  return `Podproof contains parts of the packages below, each under its own license.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** `node_modules/@scope/name` of a file in it, the innermost one; undefined for a file of the project. */
function packageFolder(input) {
  const parts = input.split(/[\\/]/);
  const at = parts.lastIndexOf('node_modules');
  if (at === -1) return undefined;
  const depth = parts[at + 1]?.startsWith('@') ? 3 : 2;
  return parts.slice(0, at + depth).join('/');
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)(?:[.-].*)?$/i.test(entry));
  if (file !== undefined)
    return { title: `${name} ${version}`, license, text: readFileSync(path.join(folder, file), 'utf8') };
  const readme = ['README.md', 'readme.md']
    .map((entry) => path.join(folder, entry))
    .find((entry) => existsSync(entry));
  const section =
    readme && /^#+ *licen[cs]e[\s\S]*?(?=^#|(?![\s\S]))/im.exec(readFileSync(readme, 'utf8'))?.[0];
  // A package that ships nothing but the name of its license still has to be named.
  if (license === undefined) throw new Error(`${name} ${version} tells no license.`);
  return { title: `${name} ${version}`, license, text: section ?? `License: ${license}` };
}
