/** The command line: whole processes from their start to their end, beside a validator in one process. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { randomFrom, streamOf } from './inputs.mjs';
import { rounded, summaryOf } from './statistics.mjs';

const project = path.resolve(import.meta.dirname, '../..');
const cli = path.join(project, 'dist/cli.js');

/** Runs a program; answers its time in milliseconds and, where `/usr/bin/time` is there, its memory at most in megabytes. */
export function timed(args, cwd) {
  const started = performance.now();
  const { status, stderr, error } = spawnSync('/usr/bin/time', ['-f', '%M', process.execPath, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: 1 << 28,
  });
  if (error?.code === 'ENOENT') return timedAlone(args, cwd);
  const time = performance.now() - started;
  return { time, status, memory: Number(stderr.trim().split('\n').at(-1)) / 1024 };
}

function timedAlone(args, cwd) {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd, stdio: 'ignore' });
  return { time: performance.now() - started, status, memory: undefined };
}

export async function measureCli(file, text, validator, scale) {
  const runs = { floor: [], text: [], json: [] };
  let memory = 0;
  for (let run = 0; run < Math.ceil(10 * scale); run++) {
    runs.floor.push(timed(['-e', '0']).time);
    const judged = timed([cli, 'check', file]);
    if (judged.status > 1) throw new Error(`podproof check ended with ${judged.status}.`);
    runs.text.push(judged.time);
    memory = Math.max(memory, judged.memory ?? 0);
    runs.json.push(timed([cli, 'check', '--format=json', file]).time);
  }
  const documents = text.split('\n---\n').length;
  const own = summaryOf(runs.text);
  return {
    documents,
    floor: summaryOf(runs.floor),
    text: own,
    json: summaryOf(runs.json),
    documentsPerSecond: Math.round(documents / (own.p50 / 1000)),
    memory: rounded(memory),
    engine: measureEngines(file, validator, scale),
  };
}

/** The same text judged again and again in one process, by either. */
function measureEngines(file, validator, scale) {
  const repeat = Math.max(3, Math.ceil(20 * scale));
  const { stdout, status } = spawnSync(
    process.execPath,
    [path.join(import.meta.dirname, 'engines.mjs'), file, validator.file, String(repeat)],
    { encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  if (status !== 0) return undefined;
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

/** A tree of 10,000 small files. */
export function measureTree(folder, scale) {
  const root = path.join(folder, 'tree');
  const random = randomFrom(11);
  for (let at = 0; at < 10_000; at++) {
    const parent = path.join(root, `team-${at % 100}`, `service-${Math.floor(at / 100) % 10}`);
    if (at < 1000) mkdirSync(parent, { recursive: true });
    writeFileSync(path.join(parent, `file-${at}.yaml`), streamOf(random, 1));
  }
  const runs = { text: [], json: [] };
  let memory = 0;
  for (let run = 0; run < Math.ceil(5 * scale); run++) {
    for (const format of ['text', 'json']) {
      const judged = timed([cli, 'check', `--format=${format}`, '.'], root);
      runs[format].push(judged.time);
      memory = Math.max(memory, judged.memory ?? 0);
    }
  }
  return { files: 10_000, text: summaryOf(runs.text), json: summaryOf(runs.json), memory: rounded(memory) };
}
