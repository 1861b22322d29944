/** Runs the suite for browsers inside the web worker extension host: no Node, the server in a Web Worker. */
import { createReadStream, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { startEditor } from './editor.mjs';
import { projectFolder } from './install.mjs';

/** Below the extension's own folder, from which the host loads everything. */
const suiteFile = 'out/vscode-web/index.js';

async function bundleSuite() {
  await build({
    entryPoints: [path.join(projectFolder, 'test/vscode/web/index.ts')],
    outfile: path.join(projectFolder, suiteFile),
    bundle: true,
    platform: 'browser',
    format: 'cjs',
    target: 'es2022',
    sourcemap: 'inline',
    external: ['vscode'],
    logLevel: 'warning',
  });
}

/** Serves what an installed extension has, and takes the result of the suite. */
async function serveExtension(onResult) {
  const isServed = (file) =>
    /^(package(\.nls)?\.json|README\.md|CHANGELOG\.md|dist\/[\w.]+|schemas\/[\w.]+)$/.test(file) ||
    file === suiteFile;
  const server = createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method === 'POST' && pathname === '/result') {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        response.end();
        onResult(JSON.parse(body));
      });
      return;
    }
    const file = pathname.replace(/^\/ext\//, '');
    const onDisk = path.join(projectFolder, file);
    if (!isServed(file) || !existsSync(onDisk) || !statSync(onDisk).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('Content-Type', file.endsWith('.js') ? 'text/javascript' : 'application/json');
    createReadStream(onDisk).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/**
 * Answers with what passed and failed; a host that never says so counts as a failure.
 *
 * @param {object} options
 * @param {import('playwright-core').Browser} options.browser
 * @param {string} options.workspace a folder with the examples; another one is made beside it, and both are opened
 * @returns {Promise<{ passed: string[], skipped: string[], failed: { title: string, error: string }[] }>}
 */
export async function runWebSuite({ browser, workspace }) {
  await bundleSuite();
  const workspaceFile = writeWorkspace(workspace);
  let finish;
  const finished = new Promise((resolve) => {
    finish = resolve;
  });
  const files = await serveExtension((result) => finish(result));
  const authority = `127.0.0.1:${files.address().port}`;
  const editor = await startEditor({ testDriver: true });
  // Its own policy lets a page load extensions from the marketplace alone.
  const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const said = [];
  page.on('console', (message) => said.push(message.text()));
  try {
    await page.exposeFunction('codeAutomationExit', (code) => finish({ code }));
    await page.exposeFunction('codeAutomationLog', (_type, args) => said.push(args.map(String).join(' ')));
    await page.addInitScript(addDevelopmentExtension, { authority, suiteFile });
    await page.goto(editor.addressOf(workspaceFile).replace('folder=', 'workspace='), { timeout: 120_000 });
    let late;
    const tooLate = new Promise((resolve) => {
      late = setTimeout(() => resolve({ code: 'no answer for 10 minutes' }), 600_000);
    });
    const result = await Promise.race([
      finished,
      tooLate,
      editor.exited.then(() => ({ code: 'VS Code ended' })),
    ]);
    clearTimeout(late);
    if (result.done) return result;
    const error = `ended with ${result.code} before all tests had run\n${said.slice(-40).join('\n')}`;
    return { passed: [], skipped: [], failed: [{ title: 'the web worker extension host', error }] };
  } finally {
    await context.close();
    await editor.stop();
    files.close();
  }
}

/**
 * A workspace of two folders: the examples, and one with settings of its own and a chart that has a library packed.
 *
 * @returns {string} the workspace file
 */
function writeWorkspace(examples) {
  const second = path.join(path.dirname(examples), 'second');
  const write = (name, content) => {
    mkdirSync(path.dirname(path.join(second, name)), { recursive: true });
    writeFileSync(path.join(second, name), content);
  };
  write('.podproof.yaml', 'checks:\n  seccomp: off\n');
  write('pods/bare.yaml', barePod('second'));
  write('chart/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
  write('chart/values.yaml', '{}\n');
  write(
    'chart/templates/pod.yaml',
    `${barePod('shop')}      securityContext:\n        {{- include "common.context" . | nindent 8 }}\n`,
  );
  write('chart/charts/common-1.0.0.tgz', gzipSync(library()));
  const file = path.join(path.dirname(examples), 'shop.code-workspace');
  writeFileSync(file, JSON.stringify({ folders: [{ path: 'examples' }, { path: 'second' }] }));
  return file;
}

const barePod = (name) => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
    - name: app
      image: registry.example.com/app:1.0.0
`;

/** A tar archive of a library chart, of which one template says that a container is privileged. */
function library() {
  const entry = (name, content) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    header.write('0', 156);
    const body = Buffer.alloc(512);
    body.write(content);
    return Buffer.concat([header, body]);
  };
  return Buffer.concat([
    entry('common/Chart.yaml', 'apiVersion: v2\nname: common\nversion: 1.0.0\ntype: library\n'),
    entry('common/templates/_context.tpl', '{{ define "common.context" }}\nprivileged: true\n{{ end }}\n'),
    Buffer.alloc(1024),
  ]);
}

/** Runs in the page before the workbench reads its configuration: adds the extension and its tests. */
function addDevelopmentExtension({ authority, suiteFile }) {
  const original = Document.prototype.getElementById;
  const changed = new WeakSet();
  Document.prototype.getElementById = function (id) {
    const element = original.call(this, id);
    if (id !== 'vscode-workbench-web-configuration' || element === null || changed.has(element))
      return element;
    changed.add(element);
    const configuration = JSON.parse(element.getAttribute('data-settings'));
    configuration.developmentOptions = {
      ...configuration.developmentOptions,
      enableSmokeTestDriver: true,
      extensions: [{ scheme: 'http', authority, path: '/ext' }],
      extensionTestsPath: { scheme: 'http', authority, path: `/ext/${suiteFile}` },
    };
    element.setAttribute('data-settings', JSON.stringify(configuration));
    return element;
  };
}
