/**
 * `npm run bench:load`: an hour of typing without its pauses. At least 20,000 edits over 50 documents of a workspace with a chart, an
 * overlay and settings, with all that an editor asks in between; the memory of the built server on the way, which has to stay flat.
 *
 * `--edits=2000` types less. Prints Markdown; ends with 1 where the memory has grown after the warm-up.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { EditedText, editsOf } from './edits.mjs';
import { randomFrom, streamOf } from './inputs.mjs';
import { LanguageServer } from './languageServer.mjs';

const DOCUMENTS = 50;
/** Of the edits, those that warm the server up: caches fill, code is compiled. */
const WARM_UP = 0.25;
const CHECKPOINTS = 20;

const { values: options } = parseArgs({
  options: {
    edits: { type: 'string', default: '20000' },
    server: { type: 'string', default: path.resolve(import.meta.dirname, '../../dist/server.js') },
  },
});
const edits = Number(options.edits);
if (!existsSync(options.server)) throw new Error(`There is no ${options.server}: build it first.`);

/** What an editor keeps beside its documents: a chart, an overlay, settings. */
const WORKSPACE = {
  '.podproof.yaml': 'checks:\n  resources: info\n',
  'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'chart/values.yaml': 'image: nginx\nsecurity:\n  privileged: true\n',
  'chart/templates/pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: {{ .Values.image }}\n    securityContext:\n      privileged: {{ .Values.security.privileged }}\n',
  'overlay/kustomization.yaml': 'resources: [../file-1.yaml]\npatches:\n- path: patch.yaml\n',
  'overlay/patch.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n',
};

const folder = mkdtempSync(path.join(tmpdir(), 'podproof-load-'));
const uriOf = (name) => pathToFileURL(path.join(folder, name)).href;
const random = randomFrom(11);
const write = (name, text) => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
};
for (const [name, text] of Object.entries(WORKSPACE)) write(name, text);
const documents = Array.from({ length: DOCUMENTS }, (_, index) => {
  // From one Deployment to a stream of a hundred documents.
  const name = index === 0 ? 'chart/templates/pod.yaml' : `file-${index}.yaml`;
  const text =
    index === 0 ? WORKSPACE[name] : streamOf(randomFrom(100 + index), index % 10 === 9 ? 200_000 : 8_000);
  write(name, text);
  return { uri: uriOf(name), original: text, version: 1, isOpen: false };
});

const server = new LanguageServer(
  process.execPath,
  ['--expose-gc', '--require', path.join(import.meta.dirname, 'probe.cjs'), options.server, '--stdio'],
  { pulls: true, folders: [pathToFileURL(folder).href] },
);

async function open(document) {
  document.text = new EditedText(document.original);
  document.edits = editsOf(document.text, random);
  document.isOpen = true;
  server.last = undefined;
  await server.open(document.uri, document.original);
}

/** What an editor asks beside diagnostics, at the place of an edit. */
async function ask({ uri }, { start: position }) {
  const textDocument = { uri };
  const range = { start: position, end: position };
  await Promise.all([
    server.request('textDocument/hover', { textDocument, position }),
    server.request('textDocument/completion', { textDocument, position }),
    server.request('textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } }),
    server.request('textDocument/codeLens', { textDocument }),
  ]);
}

/** What the server holds as it was typed in, and when every document is opened anew: the same texts at each checkpoint. */
async function checkpoint(edit) {
  const typed = await server.probe();
  for (const document of documents) {
    if (document.isOpen) close(document);
    await open(document);
  }
  const anew = await server.probe();
  const cells = [
    edit,
    typed.heap.toFixed(1),
    anew.heap.toFixed(1),
    anew.external.toFixed(1),
    anew.rss.toFixed(0),
    typed.stall.toFixed(0),
  ];
  console.log(`| ${cells.join(' | ')} |`);
  return { edit, typed: typed.heap, anew: anew.heap, rss: anew.rss, stall: typed.stall };
}

function close(document) {
  server.notify('textDocument/didClose', { textDocument: { uri: document.uri } });
  document.isOpen = false;
}

try {
  await server.initialize();
  for (const document of documents) await open(document);
  console.log(
    '| edits | heap as typed in, MB | heap, all opened anew, MB | outside of it, MB | process, MB | longest stall, ms |',
  );
  console.log('|---|---|---|---|---|---|');
  const measured = [await checkpoint(0)];
  const started = performance.now();
  let answered = 0;
  for (let edit = 1; edit <= edits; edit++) {
    // A person stays in a file for a while.
    const document = documents[edit % 40 === 0 ? random.below(DOCUMENTS) : Math.floor(edit / 40) % DOCUMENTS];
    if (!document.isOpen) await open(document);
    const { change } = document.edits.next().value;
    document.version++;
    const wants = edit % 3 !== 0;
    // Every third edit is overtaken by the next one before anybody asks.
    if (wants) {
      await server.change(document.uri, document.version, change);
      answered++;
    } else server.changeOnly(document.uri, document.version, change);
    if (edit % 10 === 0) await ask(document, change.range);
    if (edit % 97 === 0) close(document);
    if (edit % 211 === 0) {
      const uri = uriOf('overlay/patch.yaml');
      write('overlay/patch.yaml', WORKSPACE['overlay/patch.yaml'].replace('2', String(edit)));
      server.notify('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] });
    }
    if (edit % Math.floor(edits / CHECKPOINTS) === 0) measured.push(await checkpoint(edit));
  }
  const seconds = (performance.now() - started) / 1000;
  const warm = measured.filter(({ edit }) => edit >= edits * WARM_UP);
  const early = warm.slice(0, warm.length / 2);
  const late = warm.slice(warm.length / 2);
  const mean = (some, of) => some.reduce((sum, one) => sum + of(one), 0) / some.length;
  const grownBy = (of) => mean(late, of) - mean(early, of);
  const grown = {
    anew: grownBy(({ anew }) => anew),
    typed: grownBy(({ typed }) => typed),
    rss: grownBy(({ rss }) => rss),
  };
  const stall = Math.max(...warm.map((one) => one.stall));
  console.log(
    `\n${edits} edits over ${DOCUMENTS} documents in ${seconds.toFixed(0)} s, ${answered} of them answered before the next one; the longest stall after the warm-up ${stall.toFixed(0)} ms. From the first half after the warm-up to the second, the mean heap has grown by ${grown.typed.toFixed(2)} MB as typed in and by ${grown.anew.toFixed(2)} MB with all opened anew, the process by ${grown.rss.toFixed(1)} MB.`,
  );
  // What is kept per edit would be more than these: the engine itself goes up and down by less.
  if (grown.anew > 1 || grown.typed > 1.5 || grown.rss > warm[0].rss * 0.1) {
    console.error('The memory has grown.');
    process.exitCode = 1;
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
