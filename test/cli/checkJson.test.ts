/** `podproof check --format json` as programs read it. */
import { describe, expect, it } from 'vitest';
import { folderWith, podproof } from './commandLine.ts';
import { HARDENED, NO_CPU_LIMIT, WRITABLE } from './manifests.ts';

interface Report {
  readonly formatVersion: number;
  readonly files: number;
  readonly documents: number;
  readonly workloads: number;
  readonly findings: readonly Record<string, unknown>[];
}

async function reportOn(files: Readonly<Record<string, string | Uint8Array>>): Promise<Report> {
  const cwd = folderWith(files);
  const { stdout } = await podproof(['check', '--format', 'json', '.'], { cwd });
  return JSON.parse(stdout) as Report;
}

it('is one object with the counts and the findings', async () => {
  const report = await reportOn({
    'pods.yaml': `${WRITABLE}---\n${HARDENED}`,
    'settings.json': '{ "data": [1, 2] }',
  });
  expect(report).toEqual({
    formatVersion: 1,
    files: 2,
    documents: 3,
    workloads: 2,
    findings: [
      {
        file: './pods.yaml',
        code: 'read-only-root-filesystem/writable',
        practice: 'read-only-root-filesystem',
        check: 'writable',
        severity: 'warning',
        message: 'Container "app" has a writable root filesystem; set readOnlyRootFilesystem to true.',
        range: { start: { line: 22, character: 6 }, end: { line: 22, character: 21 } },
        workload: { apiVersion: 'v1', kind: 'Pod', namespace: null, name: 'quiet' },
        pod: 'spec',
        container: 'app',
        containerList: 'containers',
        index: 0,
        fix: 'review',
      },
    ],
  });
});

it('is the same object without findings', async () => {
  expect(await reportOn({ 'pod.yaml': HARDENED })).toEqual({
    formatVersion: 1,
    files: 1,
    documents: 1,
    workloads: 1,
    findings: [],
  });
});

it('keeps a finding for each container that one squiggle would stand for', async () => {
  const { findings } = await reportOn({
    'job.yaml': `apiVersion: batch/v1
kind: CronJob
metadata: { name: night, namespace: ops }
spec:
  jobTemplate:
    spec:
      template:
        spec:
          initContainers:
            - { name: first, image: a }
          containers:
            - { image: b }
            - { name: third, image: c }
`,
  });
  const seccomp = findings.filter(({ code }) => code === 'seccomp/missing');
  expect(
    seccomp.map(({ pod, container, containerList, index }) => ({ pod, container, containerList, index })),
  ).toEqual([
    {
      pod: 'spec.jobTemplate.spec.template.spec',
      container: 'first',
      containerList: 'initContainers',
      index: 0,
    },
    { pod: 'spec.jobTemplate.spec.template.spec', container: null, containerList: 'containers', index: 0 },
    { pod: 'spec.jobTemplate.spec.template.spec', container: 'third', containerList: 'containers', index: 1 },
  ]);
});

it('leaves the container null where a finding is the pod’s', async () => {
  const { findings } = await reportOn({
    'pod.yaml': HARDENED.replace('automountServiceAccountToken: false', 'automountServiceAccountToken: true'),
  });
  expect(findings).toMatchObject([
    { code: 'service-account-token/mounted', pod: 'spec', container: null, containerList: null, index: null },
  ]);
});

it('orders findings by file, then by place, then by practice', async () => {
  const bare = (name: string): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers: [{ name: a, image: a }]\n`;
  const { findings } = await reportOn({ 'b.yaml': bare('b'), 'a.yaml': `${bare('a')}---\n${bare('c')}` });
  const places = findings.map(
    ({ file, range }) =>
      `${file} ${String((range as { start: { line: number } }).start.line).padStart(2, '0')}`,
  );
  expect(places).toEqual([...places].sort());
  expect(new Set(places)).toEqual(
    new Set(['./a.yaml 03', './a.yaml 04', './a.yaml 09', './a.yaml 10', './b.yaml 03', './b.yaml 04']),
  );
  const inContainer = findings.slice(1, 13).map(({ practice }) => practice);
  expect(inContainer[0]).toBe('security-context');
  expect(inContainer.at(-1)).toBe('read-only-root-filesystem');
});

describe('ranges count UTF-16 code units in the whole file', () => {
  const range = (line: number, start: number, end: number): unknown => ({
    start: { line, character: start },
    end: { line, character: end },
  });
  const low =
    '{ apiVersion: v1, kind: Pod, metadata: { name: "\u{1F512}é" }, spec: { securityContext: { runAsUser: 7 } } }';
  const at = low.indexOf('7');

  it('an emoji is two', async () => {
    const { findings } = await reportOn({ 'pod.yaml': low });
    expect(findings).toMatchObject([{ code: 'root-user/low-uid', range: range(0, at, at + 1) }]);
  });

  it('a byte order mark is none', async () => {
    const { findings } = await reportOn({ 'pod.yaml': `\u{FEFF}${low}` });
    expect(findings).toMatchObject([{ range: range(0, at, at + 1) }]);
  });

  it('a carriage return ends no line of its own', async () => {
    const { findings } = await reportOn({ 'pod.yaml': NO_CPU_LIMIT.replaceAll('\n', '\r\n') });
    expect(findings).toMatchObject([{ code: 'resources/cpu-limit', range: range(19, 8, 14) }]);
  });

  it('a second document counts from the top', async () => {
    const { findings } = await reportOn({ 'pod.yaml': `# notes\nkind: None\n---\n${low}` });
    expect(findings).toMatchObject([{ range: range(3, at, at + 1) }]);
  });
});

describe('fix is what the first fix that can be made does to the pod', () => {
  const fixOf = async (text: string): Promise<unknown> =>
    (await reportOn({ 'pod.yaml': text })).findings.map(({ code, fix }) => [code, fix]);

  it('review, where it may stop the pod', async () => {
    expect(await fixOf(WRITABLE)).toEqual([['read-only-root-filesystem/writable', 'review']]);
  });

  it('safe, where the pod goes on as before', async () => {
    expect(await fixOf(HARDENED.replace('- ALL', '- all'))).toEqual([['capabilities/not-dropped', 'safe']]);
  });

  it('null, where an anchor is used by containers that want something else', async () => {
    const text = HARDENED.replace('      securityContext:\n', '      securityContext: &shared\n').replace(
      '        readOnlyRootFilesystem: true\n',
      '',
    );
    const aliased = `${text}    - name: log
      image: registry.example/log:1
      resources: { limits: { cpu: 1, memory: 1Mi } }
      securityContext: *shared
`;
    // One container alone cannot be changed: what its fix writes would change the other one.
    expect(await fixOf(aliased)).toEqual([
      ['read-only-root-filesystem/writable', null],
      ['read-only-root-filesystem/writable', null],
    ]);
  });

  it('told apart finding by finding where one of many cannot be fixed', async () => {
    // Of two lists of the same name the last one counts, and an edit of either would mislead.
    const twice = WRITABLE.replace(
      '      securityContext:\n',
      '      securityContext: {}\n      securityContext:\n',
    );
    const { findings } = await reportOn({
      'pods.yaml': `apiVersion: v1\nkind: List\nitems:\n${[WRITABLE, twice, WRITABLE]
        .map((text) => text.replace(/^/gm, '    ').replace('    ', '  - ').trimEnd())
        .join('\n')}\n`,
    });
    const writable = findings.filter(({ code }) => code === 'read-only-root-filesystem/writable');
    expect(writable.map(({ fix }) => fix)).toEqual(['review', null, 'review']);
  });
});
