/** Holds the generator against its own decoder, and checks that what it should vary does vary. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectivePods } from './effectiveValues.ts';
import { expectedFindings } from './effectiveValuesFindings.ts';
import { WORKLOAD_KINDS } from './effectiveValuesPods.ts';
import { goYaml, goYamlStream } from './goYaml.ts';
import type { Plain } from './goYamlPlain.ts';
import { rejections } from './kubernetesApi.ts';
import { manifest } from './manifestArbitrary.ts';
import { manifestObjects } from './manifestArbitraryModel.ts';
import { renderStream } from './manifestArbitraryRender.ts';
import {
  type DocumentStyle,
  documentStyle,
  PLAIN_DOCUMENT_STYLE,
  PLAIN_STREAM_STYLE,
  type StreamStyle,
  streamStyle,
} from './manifestArbitraryStyle.ts';

const RUNS = Number(process.env.MANIFEST_RUNS ?? 300);

describe('the text decodes to the objects', () => {
  test('in every style', () => {
    const options = { invalid: true, misplaced: true };
    fc.assert(
      fc.property(manifest(options), ({ text, objects }) => {
        expect(goYaml(text)).toEqual(objects);
      }),
      { numRuns: RUNS },
    );
  });

  test('for any data at all, not only manifests', () => {
    const scalar = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary-ascii' }),
      fc.constantFrom(
        '\u2028',
        '\u0085',
        '\uFEFF',
        '\r\n',
        ' ',
        '\n',
        'a\n\nb\n',
        '#',
        'a: b',
        '\u0007',
        '\uD83E',
      ),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
      fc.boolean(),
      fc.constant(null),
    );
    const { tree } = fc.letrec<{ tree: Plain }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        scalar,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.string({ maxLength: 4 }), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    const object = fc.dictionary(fc.string({ maxLength: 4 }), tree, {
      minKeys: 1,
      maxKeys: 4,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(fc.array(object, { minLength: 1, maxLength: 2 }), streamStyle(), (objects, style) => {
        expect(goYaml(renderStream(objects, style))).toEqual(objects);
      }),
      { numRuns: RUNS },
    );
  });
});

test('the same seed makes the same text', () => {
  const draw = () => fc.sample(manifest(), { seed: 7, numRuns: 20 }).map(({ text }) => text);
  expect(draw()).toEqual(draw());
  expect(new Set(draw()).size).toBeGreaterThan(15);
});

test('nothing in a generated text looks like a template', () => {
  for (const { text } of fc.sample(manifest({ invalid: true, misplaced: true }), { seed: 3, numRuns: 300 })) {
    expect(text).not.toMatch(/\{\{|\{%|\$\{|\$\(|#@/);
  }
});

test('a failure shrinks to a small manifest in a plain style', () => {
  const result = fc.check(
    fc.property(manifest(), ({ objects }) =>
      expectedFindings(objects).every(({ check }) => check !== 'root-user/root'),
    ),
    { seed: 5, numRuns: 500 },
  );
  const [counterexample] = result.counterexample ?? [];
  expect(result.failed).toBe(true);
  expect(counterexample?.text.split('\n').length).toBeLessThan(35);
});

describe('options', () => {
  test('accepted: the API server would take every object', () => {
    fc.assert(
      fc.property(manifestObjects({ accepted: true, partial: false }), (objects) => {
        expect(rejections(objects)).toEqual([]);
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  });

  test('partial, windows, ephemeral, lists: each can be turned off', () => {
    const options = { partial: false, windows: false, ephemeral: false, lists: false };
    for (const objects of fc.sample(manifestObjects(options), { seed: 11, numRuns: 200 })) {
      const pods = effectivePods(objects);
      expect(pods.some(({ windows, partial }) => windows || partial)).toBe(false);
      expect(JSON.stringify(objects)).not.toMatch(/ephemeralContainers|List"/);
    }
  });

  test('kinds: only these', () => {
    const kinds = new Set(
      fc
        .sample(manifestObjects({ kinds: ['CronJob', 'Pod'] }), { seed: 13, numRuns: 200 })
        .flatMap((objects) => effectivePods(objects).map(({ found }) => found.kind)),
    );
    expect([...kinds].sort()).toEqual(['CronJob', 'Pod']);
  });

  test('without invalid and misplaced no such finding is expected, and with them it is', () => {
    const count = (options: object) => {
      const samples = fc.sample(manifestObjects(options), { seed: 17, numRuns: 300 });
      const checks = samples.flatMap((objects) => expectedFindings(objects).map(({ check }) => check));
      return ['security-context/invalid', 'security-context/misplaced', 'resources/invalid'].map((wanted) =>
        checks.includes(wanted as never),
      );
    };
    expect(count({})).toEqual([false, false, false]);
    expect(count({ invalid: true, misplaced: true })).toEqual([true, true, true]);
  });
});

describe('what should vary does', () => {
  const samples = fc.sample(manifest({ invalid: true, misplaced: true }), { seed: 1, numRuns: 1500 });
  const texts = samples.map(({ text }) => text);

  test('every kind in every version, alone and in lists', () => {
    const seen = new Set(
      samples.flatMap(({ objects }) =>
        effectivePods(objects).map(({ found: { kind, owner } }) => `${kind} ${owner.apiVersion}`),
      ),
    );
    const all = Object.entries(WORKLOAD_KINDS).flatMap(([kind, { apiVersions }]) =>
      apiVersions.map((apiVersion) => `${kind} ${apiVersion}`),
    );
    expect([...seen].sort()).toEqual(all.sort());
    expect(samples.some(({ objects }) => objects.some(({ kind }) => kind === 'List'))).toBe(true);
    expect(samples.some(({ objects }) => objects.some(({ kind }) => kind === 'PodList'))).toBe(true);
  });

  test('every check is expected somewhere', () => {
    const seen = new Set(
      samples.flatMap(({ objects }) => expectedFindings(objects).map(({ check }) => check)),
    );
    expect([...seen].sort()).toEqual([
      'capabilities/added',
      'capabilities/forbidden',
      'capabilities/non-root-conflict',
      'capabilities/non-root-false',
      'capabilities/non-root-unset',
      'capabilities/not-dropped',
      'privilege-escalation/allowed',
      'privilege-escalation/ineffective',
      'privilege-escalation/not-denied',
      'privilege-escalation/privileged',
      'privilege-escalation/undermined',
      'read-only-root-filesystem/writable',
      'resources/cpu-limit',
      'resources/cpu-request',
      'resources/invalid',
      'resources/memory-limit',
      'resources/memory-request',
      'root-user/group-unset',
      'root-user/low-gid',
      'root-user/low-uid',
      'root-user/root',
      'root-user/root-group',
      'root-user/unpinned',
      'root-user/unset',
      'seccomp/annotation',
      'seccomp/missing',
      'seccomp/unconfined',
      'security-context/invalid',
      'security-context/misplaced',
      'security-context/missing',
      'service-account-token/mounted',
    ]);
  });

  test('situations: Windows, patches, user namespaces, accounts that settle the token, ephemeral containers', () => {
    const pods = samples.flatMap(({ objects }) => effectivePods(objects));
    expect(pods.some(({ windows }) => windows)).toBe(true);
    expect(pods.some(({ partial }) => partial)).toBe(true);
    expect(pods.some(({ userNamespace }) => userNamespace)).toBe(true);
    expect(
      pods.some(({ automount }) => automount.state === 'set' && automount.origin === 'serviceAccount'),
    ).toBe(true);
    expect(pods.some(({ containers }) => containers.some(({ list }) => list === 'ephemeralContainers'))).toBe(
      true,
    );
    expect(
      pods.some(({ containers }) =>
        containers.some(({ cpuRequest: it }) => it.state === 'set' && it.origin === 'pod'),
      ),
    ).toBe(true);
  });

  test.each([
    ['a byte order mark', /^\uFEFF/],
    ['CRLF', /\r\n/],
    ['no final newline', /[^\n]$/],
    ['directives', /^%YAML 1\.[12]/m],
    ['document ends', /^\.\.\.$/m],
    ['documents of comments', /^# Nothing here\.$/m],
    ['comments behind values', /: \S+ +# /],
    ['comments above keys', /^ +# .*\n *\w+:/m],
    ['non-ASCII comments with surrogate pairs', /# .*🦊/],
    ['blank lines', /\n[ \t]*\n/],
    ['blanks at line ends', /\S[ \t]+$/m],
    ['tabs behind a colon', /:\t/],
    ['double-quoted keys', /^ *"\w+":/m],
    ['single-quoted keys', /^ *'\w+':/m],
    ['compact items', /^ *- \w+:/m],
    ['a dash by itself', /^ *-$/m],
    ['wide items', /^ *- {3}\w+:/m],
    ['sequences aligned with their key', /^( *)\w+:\n\1- /m],
    ['sequences under their key', /^( *)\w+:\n\1 +- /m],
    ['flow mappings in one line', /: \{\w+: [^\n]*\}/],
    ['flow mappings over several lines', /: \{\n/],
    ['KYAML', /^---\n\{\n {2}apiVersion: "/m],
    ['cuddled items', /: \[\{\n/],
    ['JSON with tabs', /^\{\n\t"/m],
    ['JSON in one line', /^\{"apiVersion":"/m],
    ['anchors on mappings', /: &\w+\n/],
    ['aliases', / \*\w+/],
    ['merge keys', /<<: \*/],
    ['several merged mappings', /<<: \[\*/],
    ['tags', / !!\w+/],
    ['literal block scalars', / \|-?\n/],
    ['folded block scalars', / >-\n/],
    ['quoted scalars over two lines', /: "[^"\n]*\n +[^"\n]*"/],
    ['hexadecimal ids', /runAs\w+: 0x/],
    ['octal ids', /runAs\w+: 0[1-7]/],
    ['underscores', /: 1_000\b/],
    ['booleans of YAML 1.1', /: (no|off|y)\b/],
    ['null as a tilde', /: ~/],
    ['null as nothing', /runAs\w+:\n/],
    ['four columns', /^ {4}\w+:\n {8}\w+:/m],
  ])('%s', (_, pattern) => {
    expect(texts.some((text) => pattern.test(text))).toBe(true);
  });
});

describe('one style at a time', () => {
  const object: Plain = {
    apiVersion: 'v1',
    kind: 'Pod',
    spec: {
      containers: [
        { name: 'a', securityContext: { runAsUser: 1000, capabilities: { drop: ['ALL'] } } },
        { name: 'b', command: [] },
      ],
    },
  };
  const write = (document: Partial<DocumentStyle>, stream: Partial<StreamStyle> = {}) =>
    renderStream([object], {
      ...PLAIN_STREAM_STYLE,
      ...stream,
      documents: [{ ...PLAIN_DOCUMENT_STYLE, ...document }],
    });

  test('the plainest', () => {
    expect(write({})).toBe(`apiVersion: v1
kind: Pod
spec:
  containers:
    - name: a
      securityContext:
        runAsUser: 1000
        capabilities:
          drop:
            - ALL
    - name: b
      command: []
`);
  });
  test('four columns, sequences aligned', () => {
    expect(write({ indent: 4, sequences: 'aligned' })).toBe(`apiVersion: v1
kind: Pod
spec:
    containers:
    - name: a
      securityContext:
          runAsUser: 1000
          capabilities:
              drop:
              - ALL
    - name: b
      command: []
`);
  });
  test('KYAML', () => {
    expect(write({ format: 'kyaml' })).toBe(`---
{
  apiVersion: "v1",
  kind: "Pod",
  spec: {
    containers: [{
      name: "a",
      securityContext: {
        runAsUser: 1000,
        capabilities: {
          drop: [
            "ALL",
          ],
        },
      },
    }, {
      name: "b",
      command: [],
    }],
  },
}
`);
  });
  test('JSON', () => {
    expect(write({ format: 'json', jsonIndent: 4 })).toBe(`${JSON.stringify(object, null, 4)}\n`);
    const drawn = fc.sample(documentStyle({ formats: ['json'] }), { seed: 1, numRuns: 50 });
    for (const style of drawn) expect(JSON.parse(write(style))).toEqual(object);
  });
  test('ends of lines and files', () => {
    expect(write({}, { crlf: true, byteOrderMark: true, finalNewline: false })).toBe(
      `\uFEFF${write({}).trimEnd().replaceAll('\n', '\r\n')}`,
    );
  });
  test('what is written twice is the last in the stream, not lost', () => {
    expect(goYamlStream(write({ anchors: 100 })).duplicateKeys).toEqual([]);
  });
});
