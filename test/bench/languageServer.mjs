/** A language server in a process of its own, and a client that measures how long its answers take. */
import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

/** Milliseconds that a server may take for one answer. */
const PATIENCE = 120_000;

export class LanguageServer {
  #process;
  #received = Buffer.alloc(0);
  #nextId = 1;
  #waiting = new Map();
  #published = [];

  /** `pulls`: diagnostics are asked for; otherwise the server sends them unasked. `folders`: URIs of the workspace's folders. */
  constructor(command, args, { pulls, settings = {}, folders }) {
    this.pulls = pulls;
    this.settings = settings;
    this.folders = folders;
    this.startedAt = performance.now();
    this.#process = spawn(command, args, {
      // As the extension starts its server.
      env: { ...process.env, MALLOC_MMAP_THRESHOLD_: '16384' },
      stdio: ['pipe', 'pipe', folders === undefined ? 'ignore' : 'pipe'],
    });
    this.#process.stdout.on('data', (chunk) => this.#receive(chunk));
  }

  /** What the server holds after a collection, in megabytes, and its longest stall since the last time. It has to run with the probe. */
  async probe() {
    this.#process.kill('SIGUSR2');
    let said = '';
    for await (const [chunk] of on(this.#process.stderr, 'data')) {
      said += chunk;
      const [line] = said.split('\n').filter((one) => one.startsWith('{"probe"'));
      if (line !== undefined && said.endsWith('\n')) return JSON.parse(line).probe;
    }
    throw new Error('The server has ended.');
  }

  async initialize() {
    const diagnostic = this.pulls ? { diagnostic: { dynamicRegistration: false } } : {};
    await this.request('initialize', {
      processId: process.pid,
      rootUri: null,
      ...(this.folders !== undefined && {
        workspaceFolders: this.folders.map((uri) => ({ uri, name: uri })),
      }),
      capabilities: {
        textDocument: {
          ...diagnostic,
          publishDiagnostics: { versionSupport: true, relatedInformation: true },
        },
        workspace: { configuration: true, workspaceFolders: true },
      },
    });
    this.notify('initialized', {});
    return performance.now() - this.startedAt;
  }

  /** Opens a document; answers how many milliseconds its diagnostics take. */
  open(uri, text) {
    return this.#timed(uri, 1, () =>
      this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } }),
    );
  }

  /** Changes a document; answers how many milliseconds its diagnostics take. */
  change(uri, version, change) {
    return this.#timed(uri, version, () => this.changeOnly(uri, version, change));
  }

  changeOnly(uri, version, change) {
    this.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [change] });
  }

  async #timed(uri, version, send) {
    const started = performance.now();
    send();
    if (this.pulls) {
      // As an editor asks: what it has already need not be sent again.
      const previous = this.last?.resultId;
      const asked = previous === undefined ? {} : { previousResultId: previous };
      this.last = await this.request('textDocument/diagnostic', { textDocument: { uri }, ...asked });
    }
    if (!this.pulls) await this.#diagnosticsOf(uri, version);
    return performance.now() - started;
  }

  async #diagnosticsOf(uri, version) {
    for (;;) {
      const found = this.#published.find((one) => one.uri === uri && (one.version ?? version) === version);
      this.#published = [];
      if (found !== undefined) return;
      await new Promise((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Memory of the process in megabytes: now, and at most. */
  memory() {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    const of = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
    return { now: of('VmRSS'), most: of('VmHWM') };
  }

  /** Milliseconds of processor time that the main thread has taken; undefined where the system does not tell. */
  processorTime() {
    const file = `/proc/${this.#process.pid}/task/${this.#process.pid}/schedstat`;
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6 : undefined;
  }

  async stop() {
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }

  request(method, params) {
    const id = this.#nextId++;
    this.#send({ jsonrpc: '2.0', id, method, params });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method} is not answered.`)), PATIENCE);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }

  notify(method, params) {
    this.#send({ jsonrpc: '2.0', method, params });
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify(message));
    this.#process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#process.stdin.write(body);
  }

  #receive(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    for (;;) {
      const headerEnd = this.#received.indexOf('\r\n\r\n');
      if (headerEnd < 0) return;
      const length = Number(
        /Content-Length: (\d+)/i.exec(this.#received.toString('latin1', 0, headerEnd))[1],
      );
      const end = headerEnd + 4 + length;
      if (this.#received.length < end) return;
      const message = JSON.parse(this.#received.toString('utf8', headerEnd + 4, end));
      this.#received = this.#received.subarray(end);
      this.#handle(message);
    }
  }

  #handle({ id, method, params, result }) {
    if (method === undefined) {
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    } else if (method === 'textDocument/publishDiagnostics') {
      this.#published.push(params);
      this.wake?.();
    } else if (id !== undefined) {
      const answer =
        method === 'workspace/configuration'
          ? params.items.map(({ section }) => this.settings[section] ?? null)
          : null;
      this.#send({ jsonrpc: '2.0', id, result: answer });
    }
  }
}
