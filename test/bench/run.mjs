/**
 * `npm run bench`: how fast the built server and command line are, beside their peers, on inputs from a seed.
 *
 * Writes `out/bench.json`, and from it `docs/performance.md` and `docs/performance.svg`. `--quick` measures a tenth as often and writes
 * only the record; `--scale=0.3` measures that much less; `--inputs=a,c` measures some inputs; `--parts=keys,start,cli,growth` some parts.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { measureCli, measureTree } from './cli.mjs';
import { EditedText, editsOf } from './edits.mjs';
import { INPUTS, inputText, randomFrom, sha256 } from './inputs.mjs';
import { LanguageServer } from './languageServer.mjs';
import { installPeers } from './peers.mjs';
import { writePage } from './report.mjs';
import { summaryOf } from './statistics.mjs';

const project = path.resolve(import.meta.dirname, '../..');
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    scale: { type: 'string', default: '1' },
    inputs: { type: 'string', default: 'a,b,c,d,e' },
    parts: { type: 'string', default: 'keys,start,cli,growth' },
  },
});
const ids = options.inputs.split(',');
const parts = new Set(options.parts.split(','));
const scale = options.quick ? 0.1 : Number(options.scale);
/** Edits before those that count, and those that count. */
const WARM_UP = Math.ceil(100 * scale);
const EDITS = Math.ceil(500 * scale);

const peers = installPeers();
const server = path.join(project, 'dist/server.js');
const folder = mkdtempSync(path.join(tmpdir(), 'podproof-bench-'));
const files = new Map(ids.map((id) => [id, path.join(folder, INPUTS[id].file)]));
const texts = new Map(ids.map((id) => [id, inputText(id)]));
for (const [id, file] of files) writeFileSync(file, texts.get(id));

const startOurs = (pulls = true) => new LanguageServer(process.execPath, [server, '--stdio'], { pulls });
const startPeer = () =>
  new LanguageServer(process.execPath, [peers.languageServer.file, '--stdio'], {
    pulls: false,
    // Nothing but YAML itself: without schemas, as it is without a network.
    settings: { yaml: { validate: true, schemaStore: { enable: false }, schemas: {} } },
  });

/** Milliseconds after the last edit before memory is looked at. */
const QUIET = 5_000;

/** Milliseconds in which a server ends what it does behind an answer, so that it takes no time from the other one. */
const REST_AFTER_OPEN = 2_000;
const REST = 100;

/** How often the peer is measured; its answers take long. */
function peerEdits(id) {
  return Math.ceil((texts.get(id).length > 2_000_000 ? 16 : 40) * scale);
}

/** Every start but the first finds what Node has compiled before; it is kept once a server has run for two seconds. */
async function startOnce() {
  const ours = startOurs();
  await ours.initialize();
  await ours.open('file:///bench/first.yaml', inputText('a'));
  await pause(2 * REST_AFTER_OPEN);
  await ours.stop();
}

/** Keystrokes: the same edits for both servers, each answered before the next; the peer only in the last of them. */
async function measureKeys(id) {
  const text = texts.get(id);
  const uri = `file:///bench/${INPUTS[id].file}`;
  const ours = startOurs();
  const peer = startPeer();
  try {
    for (const one of [ours, peer]) {
      await one.initialize();
      await one.open(uri, text);
    }
    await pause(REST_AFTER_OPEN);
    const edited = new EditedText(text);
    const times = { ours: [], processor: [], peer: [], byKind: {}, first: [] };
    const from = EDITS - peerEdits(id);
    let version = 1;
    let peerIsBehind = false;
    for (const { kind, change } of editsOf(edited, randomFrom(7))) {
      version++;
      const before = ours.processorTime();
      const time = await ours.change(uri, version, change);
      const counted = version - 1 - WARM_UP;
      if (version <= 21) times.first.push(time);
      if (counted > 0) {
        times.ours.push(time);
        if (before !== undefined) times.processor.push(ours.processorTime() - before);
        times.byKind[kind] = [...(times.byKind[kind] ?? []), time];
      }
      if (counted > from) {
        // One whole text brings the peer to where the other is.
        const catchUp = peerIsBehind ? change : { text: edited.toString() };
        const peerTime = await peer.change(uri, version, catchUp);
        if (peerIsBehind) times.peer.push(peerTime);
        peerIsBehind = true;
        await pause(REST);
      }
      if (counted >= EDITS) break;
    }
    // What is kept once nobody types: a server may give back what it does not need any more.
    await pause(QUIET);
    return {
      ours: summaryOf(times.ours),
      processor: summaryOf(times.processor),
      first20: summaryOf(times.first),
      byKind: Object.fromEntries(Object.entries(times.byKind).map(([kind, all]) => [kind, summaryOf(all)])),
      peer: summaryOf(times.peer),
      peerNet: summaryOf(times.peer.map((time) => Math.max(0, time - peers.languageServer.debounce))),
      memory: { ours: ours.memory(), peer: peer.memory() },
    };
  } finally {
    await ours.stop();
    await peer.stop();
  }
}

/** Twenty characters a second, typed into one value without waiting: how long after the last one its answer comes. */
async function measureBurst(id) {
  const uri = `file:///bench/${INPUTS[id].file}`;
  const ours = startOurs();
  try {
    await ours.initialize();
    await ours.open(uri, texts.get(id));
    const edited = new EditedText(texts.get(id));
    const line = edited.lines.findIndex((one) => /^ +image: /.test(one));
    const times = [];
    for (let version = 2; version < 2 + Math.ceil(100 * scale); version++) {
      const at = { line, character: edited.lines[line].length };
      const { change } = edited.replace(at, at, 'x');
      const due = performance.now() + 50;
      times.push(await ours.change(uri, version, change));
      await pause(Math.max(0, due - performance.now()));
    }
    return summaryOf(times);
  } finally {
    await ours.stop();
  }
}

/** From the start of a process to its first diagnostics, in turns. */
async function measureStart(id) {
  const runs = { ours: [], peer: [], initialize: { ours: [], peer: [] }, memory: { ours: [], peer: [] } };
  for (let run = 0; run < Math.ceil(10 * scale); run++) {
    for (const [who, start] of [
      ['ours', startOurs],
      ['peer', startPeer],
    ]) {
      const one = start();
      try {
        const initialized = await one.initialize();
        runs.initialize[who].push(initialized);
        await one.open(`file:///bench/${INPUTS[id].file}`, texts.get(id));
        const debounce = who === 'peer' ? peers.languageServer.debounce : 0;
        runs[who].push(performance.now() - one.startedAt - debounce);
        runs.memory[who].push(one.memory().most);
      } finally {
        await one.stop();
      }
    }
  }
  return {
    ours: summaryOf(runs.ours),
    peerNet: summaryOf(runs.peer),
    initialize: { ours: summaryOf(runs.initialize.ours), peer: summaryOf(runs.initialize.peer) },
    memory: { ours: summaryOf(runs.memory.ours), peer: summaryOf(runs.memory.peer) },
  };
}

function sizesOf() {
  const { status } = spawnSync(process.execPath, [path.join(project, 'esbuild.mjs')], { cwd: project });
  if (status !== 0) throw new Error('The build failed.');
}

function machine() {
  const [first] = cpus();
  return {
    node: process.version,
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memory: Math.round(totalmem() / 2 ** 30),
    load: loadavg().map((one) => Number(one.toFixed(2))),
  };
}

sizesOf();
const record = {
  machine: machine(),
  versions: {
    [peers.languageServer.name]: peers.languageServer.version,
    [peers.validator.name]: peers.validator.version,
  },
  inputs: Object.fromEntries(
    ids.map((id) => {
      const text = texts.get(id);
      return [id, { title: INPUTS[id].title, length: text.length, sha256: sha256(text) }];
    }),
  ),
  edits: EDITS,
  keys: {},
  burst: {},
  start: {},
  cli: {},
};
try {
  await startOnce();
  for (const id of ids) {
    if (parts.has('keys')) {
      console.error(`Typing into ${id} ...`);
      record.keys[id] = await measureKeys(id);
      // The system takes back what the peer had.
      await pause(REST_AFTER_OPEN);
      record.burst[id] = await measureBurst(id);
    }
    if (parts.has('start')) {
      console.error(`Starting with ${id} ...`);
      record.start[id] = await measureStart(id);
    }
    if (parts.has('cli')) {
      console.error(`Checking ${id} ...`);
      record.cli[id] = await measureCli(files.get(id), texts.get(id), peers.validator, scale);
    }
  }
  if (parts.has('cli')) {
    console.error('Checking a tree of 10,000 files ...');
    record.tree = measureTree(folder, scale);
  }
  if (parts.has('growth')) {
    const { measureGrowth } = await import('./growth.mjs');
    console.error('Growing ...');
    record.growth = await measureGrowth(folder, startOurs, scale);
  }
  record.machine.loadAfter = machine().load;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
mkdirSync(path.join(project, 'out'), { recursive: true });
writeFileSync(path.join(project, 'out/bench.json'), `${JSON.stringify(record, null, 2)}\n`);
if (options.quick) console.log(JSON.stringify(record, null, 2));
else writePage(record, project);
