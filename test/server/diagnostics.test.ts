/** Diagnostics: text in, squiggles out. */
import { describe, expect, test } from 'vitest';
import { readMarkers } from '../support/literate.ts';
import { BARE_POD, HARDENED_POD, TWO_CONTAINERS } from './manifests.ts';
import { PLAIN, rangeOf, shown, startInProcess, VSCODE } from './testClient.ts';

const uri = 'file:///manifest.yaml';

/** The diagnostics of a text by place, without those that most pods have. */
async function found(text: string, settings?: unknown): Promise<readonly string[]> {
  const client = await startInProcess({ settings });
  client.open(uri, text);
  const lines = shown(await client.diagnostics(uri));
  await client.stop();
  return [...lines].sort();
}

/** Only the practices that a spec is about. */
const only = (...practices: readonly string[]) => ({
  checks: Object.fromEntries(
    [
      'security-context',
      'privilege-escalation',
      'root-user',
      'resources',
      'service-account-token',
      'seccomp',
      'capabilities',
      'read-only-root-filesystem',
    ]
      .filter((practice) => !practices.includes(practice))
      .map((practice) => [practice, 'off']),
  ),
});

describe('what is underlined', () => {
  test('a weak value is underlined itself; what one edit at pod level settles, on the key of the pod', async () => {
    const { text, expected } = readMarkers(`apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
^^^^ seccomp/missing, service-account-token/mounted
  containers:
    - name: web
      image: registry.example.com/web:1.0.0
      securityContext:
        privileged: true
                    ^^^^ privilege-escalation/privileged
    - name: cache
            ^^^^^ privilege-escalation/not-denied
      image: registry.example.com/cache:1.0.0
`);
    const settings = only('seccomp', 'service-account-token', 'privilege-escalation');
    expect(await found(text, settings)).toEqual(expected);
  });

  test('a hardened pod has none', async () => {
    expect(await found(HARDENED_POD)).toEqual([]);
  });

  test('YAML that is no manifest has none, nor has text that is no YAML', async () => {
    expect(await found('containers:\n  - name: web\n    image: nginx\n')).toEqual([]);
    expect(await found('"}}{[\n\t- :')).toEqual([]);
    expect(await found('')).toEqual([]);
  });
});

describe('places', () => {
  const settings = only('service-account-token');

  test.each([
    ['Windows line ends', BARE_POD.replaceAll('\n', '\r\n'), '4:0-4'],
    ['lone carriage returns', BARE_POD.replaceAll('\n', '\r'), '4:0-4'],
    ['a byte order mark', `\uFEFF${BARE_POD}`, '4:0-4'],
    ['an emoji of two code units above', `# 🔒🔒\n${BARE_POD}`, '5:0-4'],
    ['another document above', `# one\nkind: ConfigMap\n---\n${BARE_POD}`, '7:0-4'],
    [
      'flow style behind an emoji',
      '{apiVersion: v1, "🔒": 1, kind: Pod, spec: {containers: [{name: a, image: b}]}}',
      '0:37-41',
    ],
  ])('%s', async (_, text, place) => {
    const lines = await found(text, settings);
    // Neither reader of YAML takes a lone carriage return for a line end, so nothing is known of such a text.
    expect(lines).toEqual(
      text.includes('\n') || text.startsWith('{') ? [`${place} service-account-token/mounted`] : [],
    );
  });

  test('are on one line and not empty', async () => {
    const client = await startInProcess();
    client.open(uri, TWO_CONTAINERS);
    for (const { range } of await client.diagnostics(uri)) {
      expect(range.end.line).toBe(range.start.line);
      expect(range.end.character).toBeGreaterThan(range.start.character);
    }
    await client.stop();
  });
});

describe('a diagnostic', () => {
  test('leads to the page that the client has itself, where it has the pages', async () => {
    const experimental = { podproofPages: 'file:///extension/docs/practices' };
    const client = await startInProcess({ capabilities: { ...VSCODE, experimental } });
    client.open(uri, BARE_POD);
    const seccomp = (await client.diagnostics(uri)).find(({ code }) => code === 'seccomp/missing');
    expect(seccomp?.codeDescription?.href).toBe('file:///extension/docs/practices/seccomp.md');
    await client.stop();
  });

  test('says its source, its code with a page, what it is about, and which containers it stands for', async () => {
    const client = await startInProcess();
    client.open(uri, TWO_CONTAINERS);
    const seccomp = (await client.diagnostics(uri)).find(({ code }) => code === 'seccomp/missing');
    expect(seccomp).toEqual({
      // The pod's `spec`, not the Deployment's.
      range: { start: { line: 10, character: 4 }, end: { line: 10, character: 8 } },
      severity: 2,
      code: 'seccomp/missing',
      codeDescription: { href: 'https://podproof.dev/practices/seccomp' },
      source: 'podproof',
      message: expect.stringContaining('"web"'),
      relatedInformation: [
        { location: { uri, range: rangeOf(TWO_CONTAINERS, 'web') }, message: 'Container web' },
        { location: { uri, range: rangeOf(TWO_CONTAINERS, 'cache') }, message: 'Container cache' },
      ],
      data: {
        workload: 'apps/v1/Deployment//shop',
        pod: 'spec.template.spec',
        containers: ['web', 'cache'],
      },
    });
    await client.stop();
  });

  test('leaves out what the client cannot show', async () => {
    const client = await startInProcess({
      capabilities: { ...PLAIN, textDocument: { diagnostic: {} } },
    });
    client.open(uri, TWO_CONTAINERS);
    for (const diagnostic of await client.diagnostics(uri)) {
      expect(Object.keys(diagnostic).sort()).toEqual(['code', 'message', 'range', 'severity', 'source']);
    }
    await client.stop();
  });
});

describe('many', () => {
  const many = (count: number, pod: string): string => Array.from({ length: count }, () => pod).join('---\n');

  test('at most a thousand, the worst of them', async () => {
    const client = await startInProcess();
    const last = BARE_POD.replace(
      'image: registry.example.com/web:1.0.0',
      'image: registry.example.com/web:1.0.0\n      securityContext:\n        privileged: true',
    );
    client.open(uri, `${many(100, BARE_POD)}---\n${last}`);
    const diagnostics = await client.diagnostics(uri);
    expect(diagnostics).toHaveLength(1000);
    expect(diagnostics[0]?.code).toBe('privilege-escalation/privileged');
    expect(new Set(diagnostics.map(({ severity }) => severity))).toEqual(new Set([1, 2]));
    const status = await client.statuses.next();
    expect(status.detail).toMatch(/Shown are the worst 1000 of \d{4} findings/);
    await client.stop();
  });

  test('come worst first, and in the order of the text where they are equally bad', async () => {
    const client = await startInProcess();
    client.open(uri, TWO_CONTAINERS);
    const diagnostics = await client.diagnostics(uri);
    const keys = diagnostics.map(
      ({ severity = 0, range }) => severity * 1e6 + range.start.line * 1e3 + range.start.character,
    );
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
    await client.stop();
  });
});

describe('result ids', () => {
  test('an answer that is the same is not sent again', async () => {
    const client = await startInProcess();
    client.open(uri, BARE_POD);
    const first = await client.pull(uri);
    if (first.kind !== 'full' || first.resultId === undefined) throw new Error('The first answer is full.');
    expect(await client.pull(uri, first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });

    // A comment at the end of a line moves nothing.
    const { end } = rangeOf(BARE_POD, 'kind: Pod');
    client.change(uri, 2, { range: { start: end, end }, text: ' # a pod' });
    expect(await client.pull(uri, first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
    await client.stop();
  });

  test('an answer that says something else, or stands elsewhere, has another one', async () => {
    const client = await startInProcess();
    const ids = new Set<string | undefined>();
    const texts = [
      BARE_POD,
      `# moved\n${BARE_POD}`,
      BARE_POD.replace('name: web\nspec', 'name: other\nspec'),
      BARE_POD.replace('- name: web', '- name: api'),
      BARE_POD.replace('spec:', 'spec:\n  automountServiceAccountToken: false'),
      HARDENED_POD,
    ];
    for (const [index, text] of texts.entries()) {
      client.open(uri, text, index);
      const report = await client.pull(uri, [...ids].at(-1));
      expect(report.kind).toBe('full');
      ids.add(report.resultId);
    }
    expect(ids.size).toBe(texts.length);
    await client.stop();
  });

  test('an equal text has the same one in another server, so that a restart costs the client nothing', async () => {
    const ids: unknown[] = [];
    for (let run = 0; run < 2; run++) {
      const client = await startInProcess();
      client.open(uri, TWO_CONTAINERS);
      ids.push((await client.pull(uri)).resultId);
      await client.stop();
    }
    expect(ids[0]).toBe(ids[1]);
  });

  test('an equal answer is sent again where text was replaced under a squiggle: the editor has lost its mark', async () => {
    const client = await startInProcess();
    client.open(uri, BARE_POD);
    const { resultId } = await client.pull(uri);
    client.change(uri, 2, { range: rangeOf(BARE_POD, 'spec:'), text: 'spec:' });
    expect(await client.pull(uri, resultId)).toMatchObject({ kind: 'full', resultId });
    expect(await client.pull(uri, resultId)).toEqual({ kind: 'unchanged', resultId });
    await client.stop();
  });
});

test('a document past the bounds of the reader is told once, and the others are judged', async () => {
  const tooDeep = `${HARDENED_POD}extra: ${'['.repeat(1000)}\n`;
  expect(await found(`${tooDeep}---\n${BARE_POD}`, only('resources'))).toEqual(
    [
      ...(await found(`${HARDENED_POD}\n---\n${BARE_POD}`, only('resources'))),
      '0:0-14 document/skipped',
    ].sort(),
  );
});

describe('who is asked', () => {
  test('a client that pulls is never sent diagnostics', async () => {
    const client = await startInProcess({ capabilities: VSCODE });
    client.open(uri, BARE_POD);
    expect(await client.diagnostics(uri)).not.toEqual([]);
    client.close(uri);
    expect(await client.diagnostics(uri)).toEqual([]);
    expect(client.published.taken()).toEqual([]);
    await client.stop();
  });

  test('a document that is not open has none', async () => {
    const client = await startInProcess();
    expect(await client.diagnostics('file:///never/opened.yaml')).toEqual([]);
    expect(client.configurationRequests).toBe(0);
    await client.stop();
  });
});
