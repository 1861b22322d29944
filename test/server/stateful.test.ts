/** Any session: whatever was opened, typed, pasted, undone, closed and set, the server ends where a fresh one begins. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { indexLines } from '../../shared/text/lineIndex.ts';
import { type BuiltServer, builtServer } from './builtServer.ts';
import { BARE_POD, HARDENED_POD, TWO_CONTAINERS } from './manifests.ts';
import { startProcess, type TestClient } from './testClient.ts';

let server: BuiltServer;

beforeAll(async () => {
  server = await builtServer();
});
afterAll(() => server.remove());

const URIS = ['file:///a.yaml', 'file:///b.yaml', 'file:///c.json'] as const;

const TEXTS = [
  '',
  BARE_POD,
  HARDENED_POD,
  `${BARE_POD}---\n${TWO_CONTAINERS}---\n${HARDENED_POD}`,
  `${TWO_CONTAINERS.replaceAll('\n', '\r\n')}`,
  '{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "é𝄞", "image": "b"}]}}',
] as const;

/** What people and programs put into manifests, some of it in the middle of everything. */
const PIECES = [
  'a',
  '\n',
  '  ',
  '- ',
  ': ',
  '"',
  '[',
  '}',
  '---\n',
  '...\n',
  '{{ if .x }}',
  '# podproof-ignore root-user\n',
  '𝄞',
  '\r\n',
  'securityContext:\n',
  'privileged: true\n',
  BARE_POD,
] as const;

const SETTINGS = [
  {},
  { minimumUid: 1 },
  { checks: { resources: 'off' } },
  { platform: 'openshift' },
] as const;

type Step =
  | { readonly step: 'open'; readonly file: number; readonly text: number }
  | { readonly step: 'close'; readonly file: number }
  | {
      readonly step: 'type';
      readonly file: number;
      readonly at: number;
      readonly removed: number;
      readonly piece: number;
    }
  | { readonly step: 'undo'; readonly file: number }
  | { readonly step: 'replace'; readonly file: number; readonly text: number }
  | { readonly step: 'set'; readonly settings: number }
  | { readonly step: 'ask'; readonly file: number }
  | { readonly step: 'changeClosed'; readonly file: number }
  | { readonly step: 'changeOutside'; readonly file: number };

const file = fc.nat(URIS.length - 1);
const text = fc.nat(TEXTS.length - 1);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ step: fc.constant('open' as const), file, text }) },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('close' as const), file }) },
    {
      weight: 12,
      arbitrary: fc.record({
        step: fc.constant('type' as const),
        file,
        at: fc.nat(1000),
        removed: fc.oneof(fc.constant(0), fc.nat(40)),
        piece: fc.nat(PIECES.length - 1),
      }),
    },
    { weight: 2, arbitrary: fc.record({ step: fc.constant('undo' as const), file }) },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('replace' as const), file, text }) },
    {
      weight: 1,
      arbitrary: fc.record({ step: fc.constant('set' as const), settings: fc.nat(SETTINGS.length - 1) }),
    },
    { weight: 2, arbitrary: fc.record({ step: fc.constant('ask' as const), file }) },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('changeClosed' as const), file }) },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('changeOutside' as const), file }) },
  ),
  { minLength: 5, maxLength: 40 },
);

interface OpenFile {
  readonly texts: string[];
  version: number;
}

/** A session as the editor knows it: the texts of the open files, and those before them. */
class Session {
  readonly #client: TestClient;
  readonly open = new Map<string, OpenFile>();

  constructor(client: TestClient) {
    this.#client = client;
  }

  run(step: Step): void {
    if (step.step === 'set') {
      this.#client.settings = SETTINGS[step.settings];
      this.#client.configure({ podproof: SETTINGS[step.settings] });
      return;
    }
    const uri = URIS[step.file] ?? URIS[0];
    const known = this.open.get(uri);
    if (step.step === 'open' && known === undefined) {
      const content = TEXTS[step.text] ?? '';
      this.open.set(uri, { texts: [content], version: 1 });
      this.#client.open(uri, content, 1, uri.endsWith('json') ? 'json' : 'yaml');
    } else if (step.step === 'changeClosed' && known === undefined) {
      this.#client.change(uri, 99, { text: BARE_POD });
    } else if (known !== undefined) this.#change(uri, known, step);
  }

  #change(uri: string, known: OpenFile, step: Exclude<Step, { step: 'set' }>): void {
    const before = known.texts.at(-1) ?? '';
    switch (step.step) {
      case 'close':
        this.open.delete(uri);
        this.#client.close(uri);
        return;
      case 'type': {
        const lines = indexLines(before);
        const start = Math.min(step.at, before.length);
        const end = Math.min(start + step.removed, before.length);
        const piece = PIECES[step.piece] ?? '';
        // An editor's positions never stand inside a line break, and neither do these.
        const range = { start: lines.positionAt(start), end: lines.positionAt(end) };
        const after =
          before.slice(0, lines.offsetAt(range.start)) + piece + before.slice(lines.offsetAt(range.end));
        known.texts.push(after);
        this.#client.change(uri, ++known.version, { range, text: piece });
        return;
      }
      case 'undo': {
        if (known.texts.length < 2) return;
        known.texts.pop();
        this.#replaceAll(uri, known, before, known.texts.at(-1) ?? '');
        return;
      }
      case 'replace': {
        const after = TEXTS[step.text] ?? '';
        known.texts.push(after);
        this.#client.change(uri, ++known.version, { text: after });
        return;
      }
      case 'changeOutside': {
        // Ranges behind the end are taken to the end (LSP 3.17, Position).
        const outside = { line: 1_000_000, character: 1_000_000 };
        known.texts.push(`${before}\n# end`);
        this.#client.change(uri, ++known.version, {
          range: { start: outside, end: outside },
          text: '\n# end',
        });
        return;
      }
      case 'ask':
        // Nobody waits for the answer: an edit may overtake it.
        this.#client.pull(uri).catch(() => undefined);
        return;
      default:
        return;
    }
  }

  #replaceAll(uri: string, known: OpenFile, before: string, after: string): void {
    const end = indexLines(before).positionAt(before.length);
    this.#client.change(uri, ++known.version, {
      range: { start: { line: 0, character: 0 }, end },
      text: after,
    });
  }
}

test('a session of any kind ends with the diagnostics of a fresh server', async () => {
  const fresh = await startProcess(server.file);
  let version = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const client = await startProcess(server.file);
      client.settings = {};
      const session = new Session(client);
      for (const step of all) session.run(step);
      fresh.settings = client.settings;
      fresh.configure({ podproof: client.settings });
      for (const [uri, { texts }] of session.open) {
        fresh.open(uri, texts.at(-1) ?? '', ++version, uri.endsWith('json') ? 'json' : 'yaml');
        expect(await client.diagnostics(uri)).toEqual(await fresh.diagnostics(uri));
        fresh.close(uri);
      }
      for (const uri of URIS) if (!session.open.has(uri)) expect(await client.diagnostics(uri)).toEqual([]);
      await client.stop();
    }),
    { numRuns: Number(process.env.PODPROOF_SESSIONS ?? 30) },
  );
  await fresh.stop();
}, 600_000);
