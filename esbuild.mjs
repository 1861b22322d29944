// Bundles the client, the language server and the command line into dist/.
import { rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { noticesFor } from './packaging/notices.mjs';
import { buildProgram, shared } from './packaging/programs.mjs';

/** Whoever opens YAML that is no manifest loads a few kilobytes, not the whole language client. */
const languageClientApart = {
  name: 'language-client-apart',
  setup: (context) =>
    context.onResolve({ filter: /\/languageClient\.ts$/ }, () => ({
      path: './languageClient.js',
      external: true,
    })),
};

/** Browsers have workers instead of processes. */
const launchInBrowser = {
  name: 'launch-in-browser',
  setup: (context) =>
    context.onResolve({ filter: /\/launch\.ts$/ }, ({ resolveDir }) => ({
      path: `${resolveDir}/launchBrowser.ts`,
    })),
};

const browser = {
  ...shared,
  platform: 'browser',
  target: 'es2022',
  mainFields: ['browser', 'module', 'main'],
  conditions: ['browser'],
};

export async function buildAll(outdir = 'dist') {
  await rm(outdir, { recursive: true, force: true });
  const built = await Promise.all([
    build({
      ...shared,
      entryPoints: ['client/main.ts'],
      outfile: `${outdir}/client.js`,
      external: ['vscode'],
      plugins: [languageClientApart],
      // VS Code answers `require('vscode')`, and that only where modules are loaded by `require` throughout.
      supported: { 'dynamic-import': false },
    }),
    build({
      ...shared,
      entryPoints: ['client/languageClient.ts'],
      outfile: `${outdir}/languageClient.js`,
      external: ['vscode'],
    }),
    build({
      ...browser,
      entryPoints: ['client/main.ts'],
      outfile: `${outdir}/browser.js`,
      external: ['vscode'],
      plugins: [launchInBrowser],
    }),
    build({
      ...browser,
      entryPoints: ['server/worker.ts'],
      outfile: `${outdir}/serverWorker.js`,
      format: 'iife',
    }),
  ]);
  const programs = await Promise.all([buildProgram('server', outdir), buildProgram('cli', outdir)]);
  const inputs = [
    ...built.flatMap(({ metafile }) => Object.keys(metafile.inputs)),
    ...programs.flatMap((program) => program.inputs),
  ];
  await writeFile(`${outdir}/THIRD_PARTY_NOTICES.txt`, noticesFor(inputs, import.meta.dirname));
}

if (import.meta.url === new URL(process.argv[1], 'file:').href) await buildAll();
