/** Any session in a workspace: whatever was written, deleted and renamed beside the typing, the server ends where a fresh one begins. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver/node';
import { type BuiltServer, builtServer } from './builtServer.ts';
import { BARE_POD, HARDENED_POD, TWO_CONTAINERS } from './manifests.ts';
import { startProcess, type TestClient } from './testClient.ts';

let server: BuiltServer;

beforeAll(async () => {
  server = await builtServer();
});
afterAll(() => server.remove());

const CHART_POD = BARE_POD.replace(/image: .*/, 'image: {{ .Values.image }}').replace(
  /spec:\n/,
  'spec:\n  automountServiceAccountToken: {{ .Values.token }}\n',
);
const BASELINE = JSON.stringify({
  formatVersion: 1,
  files: {
    'a.yaml': { 'seccomp/missing Pod//web spec containers/web': 1, 'root-user/unset Pod//web spec -': 1 },
  },
});

/** What the files may hold, some of it broken. */
const CONTENTS: Readonly<Record<string, readonly string[]>> = {
  'a.yaml': [BARE_POD, HARDENED_POD, `${BARE_POD}---\n${TWO_CONTAINERS}`, 'a: [', ''],
  'b.yaml': [TWO_CONTAINERS, BARE_POD.replaceAll('\n', '\r\n'), 'kind: Pod\n'],
  'account.yaml': [
    'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default}\nautomountServiceAccountToken: false\n',
    'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: other}\n',
    'apiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\nspec: {limits: [{type: Container, default: {cpu: 1, memory: 1Gi}, defaultRequest: {cpu: 1, memory: 1Gi}}]}\n',
  ],
  '.podproof.yaml': ['checks:\n  resources: off\n', 'exclude: ["b.yaml"]\n', 'checks: [', 'minimumUid: 1\n'],
  '.podproof-baseline.json': [BASELINE, '{"formatVersion": 1, "files": {}}', '{'],
  'chart/Chart.yaml': ['apiVersion: v2\nname: c\nversion: 1.0.0\n', ''],
  'chart/values.yaml': ['image: nginx\ntoken: true\n', 'image: busybox\ntoken: false\n', 'image: ['],
  'chart/templates/pod.yaml': [CHART_POD, BARE_POD, `{{ if .Values.on }}\n${CHART_POD}{{ end }}\n`],
  'base/kustomization.yaml': ['resources: [../a.yaml]\n', 'resources: [pod.yaml]\n'],
  'base/pod.yaml': [BARE_POD, TWO_CONTAINERS],
  'overlay/kustomization.yaml': [
    'resources: [../base]\npatches: [{path: patch.yaml}]\n',
    'resources: [../base, ../base]\n',
    'resources: [../overlay]\n',
    'resources: [../../../../../../etc]\n',
  ],
  'overlay/patch.yaml': [
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {automountServiceAccountToken: false}\n',
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {hostUsers: false}\n',
  ],
  Dockerfile: ['FROM nginx\nUSER 4711\n', 'FROM scratch\n'],
  'compose.yaml': ['services: {web: {image: web, build: .}}\n', 'services: ['],
};
const NAMES = Object.keys(CONTENTS);
/** Those that a person edits. */
const EDITED = ['a.yaml', 'b.yaml', 'chart/values.yaml', 'chart/templates/pod.yaml', 'overlay/patch.yaml'];
const SETTINGS = [{}, { minimumUid: 1 }, { checkWorkspace: true }, { checks: { resources: 'off' } }] as const;

const name = fc.constantFrom(...NAMES);
const edited = fc.constantFrom(...EDITED);
const content = fc.nat(4);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ step: fc.constant('write' as const), name, content }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('delete' as const), name }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('rename' as const), name: edited, to: edited }) },
  { weight: 4, arbitrary: fc.record({ step: fc.constant('open' as const), name: edited, content }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('close' as const), name: edited }) },
  { weight: 3, arbitrary: fc.record({ step: fc.constant('type' as const), name: edited, content }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('ask' as const), name: edited }) },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constant('set' as const), settings: fc.nat(SETTINGS.length - 1) }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('settle' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A workspace on the disk, and an editor that works in it. */
class Session {
  readonly folder: string;
  readonly open = new Map<string, { text: string; version: number }>();
  /** What each file holds on the disk. */
  readonly #written = new Set<string>();
  readonly #client: TestClient;

  constructor(folder: string, client: TestClient) {
    this.folder = folder;
    this.#client = client;
  }

  uriOf(file: string): string {
    return pathToFileURL(path.join(this.folder, file)).href;
  }

  async run(step: Step): Promise<void> {
    const client = this.#client;
    switch (step.step) {
      case 'write':
        this.#write(step.name, contentOf(step.name, step.content));
        client.filesChanged(this.uriOf(step.name));
        return;
      case 'delete':
        this.#delete(step.name);
        client.filesChanged(this.uriOf(step.name));
        return;
      case 'rename': {
        const known = this.open.get(step.name);
        if (known === undefined || this.open.has(step.to)) return;
        this.#close(step.name);
        this.#delete(step.name);
        this.#write(step.to, known.text);
        this.#open(step.to, known.text);
        client.filesChanged(this.uriOf(step.name), this.uriOf(step.to));
        return;
      }
      case 'open':
        if (!this.open.has(step.name)) this.#open(step.name, contentOf(step.name, step.content));
        return;
      case 'close':
        this.#close(step.name);
        return;
      case 'type': {
        const known = this.open.get(step.name);
        if (known === undefined) return;
        known.text = contentOf(step.name, step.content);
        client.change(this.uriOf(step.name), ++known.version, { text: known.text });
        return;
      }
      case 'ask':
        // Nobody waits for the answer: what comes next overtakes it.
        client.pull(this.uriOf(step.name)).catch(() => undefined);
        return;
      case 'set':
        client.settings = SETTINGS[step.settings];
        client.configure({ podproof: SETTINGS[step.settings] });
        return;
      case 'settle':
        for (const file of this.open.keys()) await client.diagnostics(this.uriOf(file));
    }
  }

  #open(file: string, text: string): void {
    this.open.set(file, { text, version: 1 });
    this.#client.open(this.uriOf(file), text, 1);
  }

  #close(file: string): void {
    if (this.open.delete(file)) this.#client.close(this.uriOf(file));
  }

  #write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    writeFileSync(path.join(this.folder, file), text);
    this.#written.add(file);
  }

  #delete(file: string): void {
    if (this.#written.delete(file)) rmSync(path.join(this.folder, file));
  }
}

function contentOf(file: string, index: number): string {
  const contents = CONTENTS[file] ?? [''];
  return contents[index % contents.length] ?? '';
}

/** What a client was last sent for each file. */
function gather(client: TestClient, shown: Map<string, readonly Diagnostic[]>): void {
  for (const { uri, diagnostics } of client.published.taken()) {
    if (diagnostics.length === 0) shown.delete(uri);
    else shown.set(uri, diagnostics);
  }
}

const inOrder = (shown: ReadonlyMap<string, readonly Diagnostic[]>) =>
  [...shown].sort(([a], [b]) => (a < b ? -1 : 1));

test('a session in a workspace ends with the diagnostics of a fresh server', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'podproof-session-'));
      const folders = [pathToFileURL(folder).href];
      try {
        const client = await startProcess(server.file, { folders });
        client.settings = {};
        const session = new Session(folder, client);
        for (const one of steps) await session.run(one);

        const fresh = await startProcess(server.file, { folders, settings: client.settings });
        for (const [file, { text }] of session.open) fresh.open(session.uriOf(file), text);
        await fresh.logged.nextWhere((line) => line.startsWith('Read the workspace'));
        const shown = new Map<string, readonly Diagnostic[]>();
        const shownFresh = new Map<string, readonly Diagnostic[]>();
        // Both go on reading for a while: the end is where they agree, and that they come there is what is asked.
        await vi.waitFor(
          async () => {
            for (const file of session.open.keys()) {
              const uri = session.uriOf(file);
              expect({ file, found: await client.diagnostics(uri) }).toEqual({
                file,
                found: await fresh.diagnostics(uri),
              });
            }
            gather(client, shown);
            gather(fresh, shownFresh);
            expect(inOrder(shown)).toEqual(inOrder(shownFresh));
          },
          { timeout: 120_000, interval: 50 },
        );
        await Promise.all([client.stop(), fresh.stop()]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: Number(process.env.PODPROOF_SESSIONS ?? 5) },
  );
}, 3_600_000);
