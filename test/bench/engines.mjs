/** Engines: judges one text again and again in this process, by Podproof and by a validator in turns; prints their times. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { summaryOf } from './statistics.mjs';

const [file, validatorFile, repeat] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const project = path.resolve(import.meta.dirname, '../..');
const outfile = path.join(project, 'out/bench-engine.mjs');
await build({
  stdin: {
    contents: `export { analyzeText, findingsOf } from './shared/analysis/analyze.ts';
      export { DEFAULT_SETTINGS } from './shared/catalog/settings.ts';`,
    resolveDir: project,
  },
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  minify: true,
  outfile,
  alias: { yaml: path.join(project, 'node_modules/yaml/browser/index.js') },
});
const { analyzeText, findingsOf, DEFAULT_SETTINGS } = await import(pathToFileURL(outfile).href);
const { createDefaultMonokleValidator, extractK8sResources } = await import(
  pathToFileURL(validatorFile).href
).catch(() => ({}));

async function validatorOf() {
  if (createDefaultMonokleValidator === undefined) return undefined;
  const validator = createDefaultMonokleValidator();
  await validator.preload({ plugins: { 'pod-security-standards': true } });
  return async () => {
    const resources = extractK8sResources([{ id: file, path: file, content: text }]);
    await validator.validate({ resources });
  };
}

const validate = await validatorOf().catch(() => undefined);
const times = { ours: [], validator: [] };
for (let run = 0; run < Number(repeat); run++) {
  let started = performance.now();
  findingsOf(analyzeText(text, DEFAULT_SETTINGS));
  times.ours.push(performance.now() - started);
  if (validate === undefined || (text.length > 2_000_000 && run > 2)) continue;
  started = performance.now();
  await validate();
  times.validator.push(performance.now() - started);
}
console.log(JSON.stringify({ ours: summaryOf(times.ours), validator: summaryOf(times.validator) }));
process.exit(0);
