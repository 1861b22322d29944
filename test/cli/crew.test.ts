/** Several threads: what they say together is what one says alone, whatever becomes of a helper. */
import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createCrew, follow, type Order } from '../../cli/crew.ts';
import type { Helper } from '../../cli/host.ts';
import { type Briefing, serve } from '../../cli/worker.ts';
import { randomFrom, streamOf } from '../bench/inputs.mjs';
import { folderWith, podproof } from './commandLine.ts';

/** A helper in this thread, so that what it does can be counted: what goes over is cloned, as between threads. */
class NearHelper extends EventEmitter implements Helper {
  answers = 0;
  readonly #port = new EventEmitter();
  constructor(briefing: unknown, help: (port: HelperPort, briefing: Briefing) => void) {
    super();
    const port: HelperPort = {
      on: (event, listener) => this.#port.on(event, listener),
      postMessage: (value) => {
        this.answers++;
        setImmediate(() => this.emit('message', structuredClone(value)));
      },
      end: () => this.emit('exit', 1),
    };
    help(port, structuredClone(briefing) as Briefing);
  }
  postMessage(value: unknown): void {
    const order = value as Order;
    // Shared memory is not cloned.
    const sent: Order = { ...order, given: structuredClone(order.given) };
    setImmediate(() => this.#port.emit('message', sent));
  }
  terminate(): void {}
}

interface HelperPort {
  on(event: 'message', listener: (value: unknown) => void): unknown;
  postMessage(value: unknown): void;
  end(): void;
}

/** What a run says with such helpers, and how often they answered. */
async function helped(
  argv: readonly string[],
  surroundings: { readonly cwd: string; readonly input?: string },
  help: (port: HelperPort, briefing: Briefing) => void = serve,
  count = 2,
) {
  const helpers: NearHelper[] = [];
  const start = (briefing: unknown): Helper => {
    const helper = new NearHelper(briefing, help);
    helpers.push(helper);
    return helper;
  };
  const outcome = await podproof(argv, { ...surroundings, helpers: { count, worthFrom: 0, start } });
  return { outcome, answers: helpers.map(({ answers }) => answers) };
}

const SERVICE_ACCOUNT = (namespace: string) => `apiVersion: v1
kind: ServiceAccount
metadata: { name: default${namespace === '' ? '' : `, namespace: ${namespace}`} }
automountServiceAccountToken: false
`;

/** A stream that is long enough to be cut, and soon judged: most of it holds no pod. */
function longStream(random: Random, change: (text: string) => string = (text) => text): string {
  const filler = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: filler }\ndata:\n${'  key: value\n'.repeat(2500)}`;
  return Array.from({ length: 10 }, () => `${change(streamOf(random, 1))}---\n${filler}`).join('---\n');
}

type Random = ReturnType<typeof randomFrom>;

/** Files that know of each other, files that are broken, and charts and overlays among them. */
function tree(more: Readonly<Record<string, string>> = {}): string {
  const random = randomFrom(31);
  const files: Record<string, string | Uint8Array> = {
    ...more,
    '.podproof.yaml': 'exclude: ["**/left-out.yaml"]\nno-such-setting: 1\n',
    'broken.yaml': 'a: [1, 2',
    'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 0.1.0\n',
    'chart/templates/pod.yaml': streamOf(random, 1).replace(/image: .*/, 'image: {{ .Values.image }}'),
    'chart/values.yaml': 'image: nginx\n',
    'left-out.yaml': streamOf(random, 1),
    'overlay/kustomization.yaml': 'resources: [pod.yaml]\n',
    'overlay/pod.yaml': streamOf(random, 1),
    'utf16.yaml': Buffer.from('\u{FEFF}kind: Pod', 'utf16le'),
  };
  for (let at = 0; at < 100; at++) files[`team-${at % 5}/file-${at}.yaml`] = streamOf(random, 1);
  for (const namespace of ['shop', 'billing', 'search'])
    files[`${namespace}.yaml`] = SERVICE_ACCOUNT(namespace);
  return folderWith(files);
}

/** Long files, with what settles their beginning at their end; some of them must not be cut. */
function longFiles(): Readonly<Record<string, string>> {
  const random = randomFrom(32);
  return {
    'long/apart.yaml': `${longStream(random)}---\n${SERVICE_ACCOUNT('')}`,
    'long/carriage.yaml': longStream(random).replaceAll('\n', '\r\n'),
    'long/ignored.yaml': `${longStream(random)}---\n# podproof-ignore-file seccomp: here\nkind: Pod\n`,
    'long/open.yaml': longStream(random, (text) => `kind: "Pod\n---\n${text}`),
    'long/template.yaml': `${longStream(random)}---\nkind: {{ .Values.kind }}\n`,
    'long/unicode.yaml': `\u{FEFF}${longStream(random, (text) => `# äpp鍵\u{1F512}\n${text}`)}`,
    'long/nothing.yaml': `a: [\n${'# nothing is whole\n'.repeat(1000)}---\n`.repeat(16),
  };
}

describe('what several threads say together is what one says alone', () => {
  const expectSame = async (cwd: string, format: string, ...options: readonly string[]): Promise<void> => {
    const argv = ['check', `--format=${format}`, ...options, '.'];
    const { outcome, answers } = await helped(argv, { cwd });
    expect(outcome).toEqual(await podproof(argv, { cwd }));
    expect(answers.some((count) => count > 0)).toBe(true);
  };

  it.each(['text', 'json', 'github'])('of long files, as %s', async (format) => {
    await expectSame(tree(longFiles()), format);
  });

  it.each(['sarif', 'gitlab', 'junit', 'html'])('as %s', async (format) => {
    await expectSame(tree(), format);
  });

  it('with options', async () => {
    await expectSame(tree(), 'json', '--show-suppressed', '--quiet', '--fail-on=error');
  });

  it('beside standard input, files that are missing, and files that are named twice', async () => {
    const cwd = tree();
    const argv = ['check', '-', 'missing.yaml', 'shop.yaml', 'team-1/file-1.yaml', 'team-1'];
    const surroundings = { cwd, input: streamOf(randomFrom(8), 2) };
    expect((await helped(argv, surroundings)).outcome).toEqual(await podproof(argv, surroundings));
  });

  it('beside a baseline', async () => {
    const cwd = tree();
    await podproof(['baseline', '--output=known.json', 'team-1', 'team-2'], { cwd });
    const argv = ['check', '--baseline=known.json', '.'];
    expect((await helped(argv, { cwd })).outcome).toEqual(await podproof(argv, { cwd }));
  });
});

describe('a helper costs nothing but time where it', () => {
  it.each<[string, (port: HelperPort, briefing: Briefing) => void]>([
    [
      'throws over whatever it is given',
      (port) => port.on('message', (order) => obey(order, port, throwing)),
    ],
    [
      'ends over its third file',
      (port) => {
        let left = 3;
        port.on('message', (order) => obey(order, port, () => (--left > 0 ? throwing() : dying(port))));
      },
    ],
    ['ends before it is told anything', (port) => setImmediate(port.end)],
    [
      'cannot be started',
      () => {
        throw new Error('The system gives no more threads.');
      },
    ],
  ])('%s', async (_, help) => {
    const cwd = tree();
    const argv = ['check', '--format=json', '.'];
    const { outcome } = await helped(argv, { cwd }, help);
    expect(outcome).toEqual(await podproof(argv, { cwd }));
  });

  const obey = (order: unknown, port: HelperPort, work: () => Promise<never>): void => {
    void follow(order as Order, work, (answer) => port.postMessage(answer));
  };
  const throwing = () => Promise.reject(new Error('A bug.'));
  const dying = (port: HelperPort): Promise<never> => {
    port.end();
    return new Promise(() => {});
  };

  it('is a thread that ends in the middle of its work', async () => {
    // It claims one chunk, as `follow` does, and answers nothing.
    const code = `
      require('node:worker_threads').parentPort.on('message', ({ shared, me }) => {
        const cells = new Int32Array(shared);
        Atomics.store(cells, 2 + Atomics.add(cells, 0, 1), me);
        process.exit(1);
      });`;
    const worker = new Worker(code, { eval: true });
    const crew = createCrew({ count: 1, worthFrom: 0, start: () => worker }, undefined);
    crew.grow();
    const over = new Promise((resolve) => worker.on('exit', resolve));
    const line = crew.begin('judge', undefined, 5, async (chunk) => {
      // Nothing is done here before the helper is gone with the chunk that it took.
      await over;
      return `chunk ${chunk}`;
    });
    const results = [];
    for (let at = 0; at < 5; at++) results.push(await line.next());
    expect(results).toEqual(['chunk 0', 'chunk 1', 'chunk 2', 'chunk 3', 'chunk 4']);
    crew.close();
  });
});

it('a mistake of the program is met where one thread meets it: behind what comes before it', async () => {
  const crew = createCrew(undefined, undefined);
  const line = crew.begin('judge', undefined, 2, async (chunk) => {
    if (chunk === 1) throw new Error('A bug.');
    return chunk;
  });
  expect(await line.next()).toBe(0);
  await expect(line.next()).rejects.toThrow('A bug.');
});
