/** A helping thread of `podproof check`: it opens what the main thread has opened, judges what it is told to, and writes nothing. */
import type { Fact } from '../shared/kubernetes/facts.ts';
import type { CheckCommand } from './arguments.ts';
import { openBaseline } from './baseline.ts';
import { openCharts } from './charts.ts';
import { askedBy, reporterFor } from './checkFormats.ts';
import { follow, type Order } from './crew.ts';
import type { Host, Output } from './host.ts';
import { inTurn, judgeShare, type Scanned, type Share, scan, type Tools } from './judging.ts';
import { openSettings } from './settings.ts';

/** What a helper is started with. */
export interface Briefing {
  readonly command: CheckCommand;
  readonly cwd: string;
  readonly env: Host['env'];
  /** Of standard output, which decides how text looks. */
  readonly terminal: Pick<Output, 'isTerminal' | 'columns'>;
}

export interface ScanOrder {
  readonly chunks: readonly (readonly Scanned[])[];
}

export interface JudgeOrder {
  readonly chunks: readonly (readonly Share[])[];
  /** What all files say. */
  readonly all: readonly Fact[];
}

/** As much of a port as a helper needs. */
export interface HelperPort {
  on(event: 'message', listener: (value: unknown) => void): unknown;
  postMessage(value: unknown): void;
}

/** Serves the thread that started this one, until that ends it. */
export function serve(port: HelperPort, briefing: Briefing): void {
  const tools = toolsFor(briefing);
  let before: Promise<void> = Promise.resolve();
  port.on('message', (order) => {
    before = before.then(async () => obey(order as Order, await tools, port));
  });
}

async function obey(order: Order, tools: Tools, port: HelperPort): Promise<void> {
  await follow(order, workOf(order, tools), (answer) => port.postMessage(answer));
}

function workOf({ work, given }: Order, tools: Tools): (chunk: number) => Promise<unknown> {
  switch (work) {
    case 'scan': {
      const { chunks } = given as ScanOrder;
      return (chunk) => inTurn(chunks[chunk] ?? [], (one) => scan(one, tools, () => {}));
    }
    case 'judge': {
      const { chunks, all } = given as JudgeOrder;
      return (chunk) => inTurn(chunks[chunk] ?? [], (share) => judgeShare(share, all, tools));
    }
  }
}

async function toolsFor({ command, cwd, env, terminal }: Briefing): Promise<Tools> {
  const silent: Output = { ...terminal, write: async () => {} };
  const host: Host = {
    stdout: silent,
    stderr: silent,
    env,
    cwd,
    isTypedInput: false,
    isOutput: () => false,
    now: () => 0,
    readInput: async () => new Uint8Array(),
  };
  const settings = await openSettings(command.config, host);
  const baseline = await openBaseline(command.baseline, host);
  if (!settings.ok || !baseline.ok) throw new Error('What the main thread could read is gone.');
  return {
    asked: askedBy(command),
    settingsOf: settings.settingsOf,
    knownIn: baseline.knownIn,
    charts: openCharts(cwd),
    reporter: await reporterFor(command, host),
    host,
  };
}
