/** The programs that run in Node, and what each of them loads only when it is needed. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { transform } from 'esbuild';
import { buildInParts } from './parts.mjs';

const root = path.dirname(import.meta.dirname);

/** What all bundles are built with. */
export const shared = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  // The browser build of `yaml` reads no environment variable for every token, as the Node build does.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
};

/** What both programs load later. */
const LATER = {
  charts: [
    'shared/analysis/chartFix.ts',
    'shared/analysis/chartRendering.ts',
    'shared/analysis/chartText.ts',
    'shared/analysis/chartValues.ts',
    'shared/helm/chart.ts',
    'shared/helm/chartArchive.ts',
    'shared/helm/chartFiles.ts',
    'shared/helm/release.ts',
  ],
  edit: ['shared/yaml/edit.ts'],
  facts: ['shared/analysis/factAnswers.ts', 'shared/kubernetes/factReading.ts'],
  fix: ['shared/analysis/fix.ts', 'shared/analysis/suppressEdits.ts'],
  fixes: [
    'shared/practices/fixes/capabilities.ts',
    'shared/practices/fixes/privilegeEscalation.ts',
    'shared/practices/fixes/readOnlyRootFilesystem.ts',
    'shared/practices/fixes/resources.ts',
    'shared/practices/fixes/rootUser.ts',
    'shared/practices/fixes/seccomp.ts',
    'shared/practices/fixes/securityContext.ts',
    'shared/practices/fixes/serviceAccountToken.ts',
  ],
  images: ['shared/images/table.ts'],
  imageBuilds: ['shared/images/builds.ts'],
  kinds: [
    'shared/kubernetes/argoWorkflow.ts',
    'shared/kubernetes/customKinds.ts',
    'shared/kubernetes/inferenceService.ts',
    'shared/kubernetes/sparkApplication.ts',
    'shared/kubernetes/tekton.ts',
  ],
  kustomize: [
    'shared/analysis/overlay.ts',
    'shared/analysis/overlayAnswers.ts',
    'shared/analysis/overlayHarden.ts',
    'shared/analysis/overlays.ts',
    'shared/kustomize/kustomization.ts',
    'shared/kustomize/workspace.ts',
  ],
  baseline: ['shared/analysis/baseline.ts'],
  configuration: [
    'shared/catalog/configFile.ts',
    'shared/catalog/globs.ts',
    'shared/catalog/settingValues.ts',
    'shared/images/userImages.ts',
  ],
  lists: ['shared/analysis/lists.ts', 'shared/analysis/listSteps.ts'],
  mistakes: [
    'shared/practices/resourcesInvalid.ts',
    'shared/practices/seccompAnnotations.ts',
    'shared/practices/securityContextInvalid.ts',
    'shared/practices/securityContextMisplaced.ts',
  ],
  nodes: ['shared/kubernetes/podOs.ts'],
  suppressions: ['shared/analysis/suppressRead.ts'],
  templates: ['shared/yaml/templatesMask.ts', 'shared/yaml/templatesTree.ts'],
  yaml: ['shared/yaml/parseOfRecord.ts'],
};

/** Modules of Node that take long to load, and that few starts need; by the names that our sources and `vscode-languageserver` have for them. */
const BUILT_IN_LATER = {
  child_process: ['fork', 'spawnSync'],
  crypto: ['randomBytes'],
  net: ['createConnection', 'createServer'],
  'node:child_process': ['execFile'],
  'node:crypto': ['createHash', 'randomBytes'],
  'node:fs/promises': ['lstat', 'open', 'readdir', 'realpath'],
  'node:v8': ['getHeapSpaceStatistics', 'setFlagsFromString'],
  'node:vm': ['runInNewContext'],
  'node:zlib': ['gunzip', 'gunzipSync'],
};

/** Libraries whose exports are taken one by one. */
const LIBRARIES = ['vscode-languageserver', 'vscode-languageserver/node'];

/** The modules that come later, by part; `parts.mjs` says what that asks of them. */
export const PROGRAMS = {
  server: {
    entry: 'server/main.ts',
    parts: {
      ...LATER,
      charts: [...LATER.charts, 'server/charts.ts'],
      kustomize: [...LATER.kustomize, 'server/kustomize.ts'],
      actions: [
        'server/codeActions.ts',
        'server/fixing.ts',
        'server/hardening.ts',
        'server/toEdits.ts',
        'server/snippets.ts',
        'server/changedFile.ts',
        'server/valuesHardening.ts',
      ],
      agents: ['server/agents.ts'],
      baseline: [...LATER.baseline, 'server/writeBaseline.ts'],
      helm: ['programs/helm.ts', 'server/helmCheck.ts'],
      help: ['server/help.ts', 'server/lenses.ts'],
      push: ['server/publisher.ts'],
      report: ['server/report.ts'],
      restricted: ['server/clientFiles.ts'],
      workspace: ['server/workspaceCheck.ts'],
      yaml: [...LATER.yaml, 'server/warmUp.ts'],
    },
  },
  cli: {
    entry: 'cli/main.ts',
    parts: {
      ...LATER,
      fixability: ['shared/analysis/fixability.ts'],
      help: ['cli/help.ts'],
      report: ['shared/report/rows.ts'],
      threads: ['cli/threads.ts'],
    },
  },
};

/**
 * Builds `server` or `cli`: `<name>.js`, which starts it, and the folder `<name>` with its parts, both in `outdir`.
 *
 * @returns what `buildInParts` tells of it
 */
export async function buildProgram(name, outdir) {
  const { entry, parts } = PROGRAMS[name];
  const folder = path.resolve(outdir, name);
  const built = await buildInParts(
    { entry, parts, builtIn: BUILT_IN_LATER, libraries: LIBRARIES, folder },
    root,
    shared,
  );
  await mkdir(outdir, { recursive: true });
  await writeFile(path.join(outdir, `${name}.js`), await launcher());
  return built;
}

async function launcher() {
  const source = await readFile(path.join(import.meta.dirname, 'launcher.cjs'), 'utf8');
  const { code } = await transform(source, { minify: true, target: shared.target, format: 'cjs' });
  return `#!/usr/bin/env node\n${code}`;
}
