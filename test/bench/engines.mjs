/** Engines: judges one text again and again in this process, by Podproof and by a validator in turns, both warm; prints their times. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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
/** The documents of the text as the validator wants them, read with the parser that it brings. */
function resourcesIn(parseAllDocuments) {
  const resources = [];
  let offset = 0;
  for (const own of text.split(/^---\n/m)) {
    const [document] = parseAllDocuments(own);
    const content = document?.toJS();
    const { apiVersion, kind, metadata } = content ?? {};
    if (kind !== undefined) {
      const id = String(offset);
      resources.push({
        ...{ id, fileId: file, filePath: file, fileOffset: offset, text: own, content },
        ...{ apiVersion, kind, name: metadata?.name ?? '', namespace: metadata?.namespace },
      });
    }
    offset += own.length + 4;
  }
  return resources;
}

async function validatorOf() {
  const { createDefaultMonokleValidator } = await import(pathToFileURL(validatorFile).href);
  const { parseAllDocuments } = createRequire(validatorFile)('yaml');
  const validator = createDefaultMonokleValidator();
  await validator.preload({ plugins: { 'pod-security-standards': true } });
  return () => validator.validate({ resources: resourcesIn(parseAllDocuments) });
}

const validate = await validatorOf();
const judge = () => findingsOf(analyzeText(text, DEFAULT_SETTINGS));

/** Milliseconds that each of them runs before its times count, since both are as fast as they get only then. */
const WARM_UP = 2_000;

for (const run of [judge, validate]) {
  const until = performance.now() + WARM_UP;
  while (performance.now() < until) await run();
}
const times = { ours: [], validator: [] };
for (let run = 0; run < Number(repeat); run++) {
  let started = performance.now();
  judge();
  times.ours.push(performance.now() - started);
  if (text.length > 2_000_000 && run > 2) continue;
  started = performance.now();
  await validate();
  times.validator.push(performance.now() - started);
}
console.log(JSON.stringify({ ours: summaryOf(times.ours), validator: summaryOf(times.validator) }));
process.exit(0);
