/** The file `.podproof.yaml`: what it gives, what is said of what it gets wrong, and where it is looked for. */
import { describe, expect, test } from 'vitest';
import { readConfigFile } from '../../shared/catalog/configFile.ts';
import { configFileCandidates } from '../../shared/catalog/configFileSearch.ts';
import { exclusionOf } from '../../shared/catalog/exclusions.ts';
import { matchesGlob } from '../../shared/catalog/globs.ts';
import { readSettings } from '../../shared/catalog/settings.ts';

describe('reading', () => {
  test('everything that is for everyone', () => {
    const { values, problems } = readConfigFile(`
checks:
  resources/cpu-limit: off
  seccomp: error
minimumUid: 2000
kubernetesVersion: 1.30
platform: openshift
fix:
  cpuLimit: 1
  tmpVolume: false
kinds:
  - { group: example.com, kind: Task, paths: [spec.template.spec] }
exclude: ["**/vendor/**"]
`);
    expect(problems).toEqual([]);
    expect(values).toEqual({
      checks: { 'resources/cpu-limit': 'off', seccomp: 'error' },
      minimumUid: 2000,
      kubernetesVersion: '1.30',
      platform: 'openshift',
      fix: { cpuLimit: '1', tmpVolume: false },
      kinds: [{ group: 'example.com', kind: 'Task', paths: ['spec.template.spec'] }],
      exclude: ['**/vendor/**'],
    });
  });

  test.each(['', '# nothing yet\n', '---\n', 'checks:\n'])('%j gives nothing, and is not wrong', (text) => {
    const { values, problems } = readConfigFile(text);
    expect(problems).toEqual([]);
    expect(readSettings({}, { uri: 'u', name: 'n', values }).practice.minimumUid).toBe(1001);
  });

  test.each([
    ['minimumUid: high', 'minimumUid', 'minimumUid has to be a whole number.'],
    ['minimumUid: 0', 'minimumUid', 'minimumUid has to be between 1 and 2147483647.'],
    ['platform: nomad', 'platform', 'platform has to be kubernetes or openshift.'],
    ['checks: { seccomp: loud }', 'seccomp', 'seccomp has to be error, warning, information or off.'],
    ['checks: { secomp: off }', 'secomp', 'There is no setting "secomp" here.'],
    ['checks: off', 'checks', 'checks has to be a mapping.'],
    ['minimumUId: 3', 'minimumUId', 'There is no setting "minimumUId" here.'],
    ['fix: { cpuLimit: lots }', 'cpuLimit', 'cpuLimit has to be an amount of CPU, such as 100m or 0.5.'],
    ['codeLens: false', 'codeLens', 'codeLens is a setting of the editor, and has no effect here.'],
    ['kinds: [{ kind: Task }]', 'kinds', 'kinds needs paths.'],
    ['exclude: [a, 3, {}]', 'exclude', 'exclude has to be a text.'],
    ['- a', '- a', 'The file has to be a mapping.'],
    [
      'kubernetesVersion: newest',
      'kubernetesVersion',
      'kubernetesVersion has to be a version of Kubernetes, such as 1.34.',
    ],
  ])('%s', (line, key, message) => {
    const text = `# for everyone\nminimumGid: 4000\n${line}\n`;
    const wrong = line.startsWith('-') ? `${line}\n` : text;
    const { values, problems } = readConfigFile(wrong);
    expect(problems.map((problem) => problem.message)).toEqual([message]);
    expect(problems.map(({ span }) => wrong.slice(span.start, span.end))).toEqual([key]);
    const settings = readSettings({}, { uri: 'u', name: 'n', values });
    expect(settings).toEqual({
      ...readSettings(wrong === text ? { minimumGid: 4000 } : {}),
      file: settings.file,
      exclude: settings.exclude,
    });
  });

  test('one wrong item of a list costs the item alone', () => {
    const { values } = readConfigFile('exclude: [vendor, {}, legacy]\n');
    expect(readSettings({}, { uri: 'u', name: 'n', values }).exclude.globs).toEqual(['vendor', 'legacy']);
  });

  test('broken YAML is told once, and what can be read counts', () => {
    const { values, problems } = readConfigFile('minimumUid: 2000\nplatform: [\n');
    expect(problems.length).toBeGreaterThan(0);
    expect(values.minimumUid).toBe(2000);
  });

  test('an alias bomb ends in an answer', () => {
    const levels = Array.from(
      { length: 40 },
      (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`,
    );
    const text = `a0: &a0 x\n${levels.join('\n')}\nminimumUid: 2000\n`;
    expect(readConfigFile(text).values.minimumUid).toBe(2000);
  });
});

describe('finding', () => {
  test('the nearest one first, up to the workspace folder', () => {
    expect(configFileCandidates('file:///shop/web/base/pod.yaml', 'file:///shop')).toEqual([
      'file:///shop/web/base/.podproof.yaml',
      'file:///shop/web/.podproof.yaml',
      'file:///shop/.podproof.yaml',
    ]);
    expect(configFileCandidates('file:///shop/pod.yaml', 'file:///shop/')).toEqual([
      'file:///shop/.podproof.yaml',
    ]);
  });

  test('for a file outside of it, its own folder', () => {
    expect(configFileCandidates('file:///tmp/pod.yaml', 'file:///shop')).toEqual([
      'file:///tmp/.podproof.yaml',
    ]);
    expect(configFileCandidates('untitled:Untitled-1', 'file:///shop')).toEqual([]);
  });
});

describe('excluding', () => {
  test.each([
    ['**/vendor/**', 'a/vendor/b/c.yaml', true],
    ['**/vendor/**', 'vendor/c.yaml', true],
    ['vendor', 'a/vendor/b.yaml', true],
    ['vendor/', 'a/vendor/b.yaml', true],
    ['/vendor', 'a/vendor/b.yaml', true],
    ['./legacy/*.yaml', 'legacy/pod.yaml', true],
    ['legacy/*.yaml', 'legacy/deep/pod.yaml', false],
    ['legacy/**/*.yaml', 'legacy/pod.yaml', true],
    ['*.generated.yaml', 'a/b/pod.generated.yaml', true],
    ['*.{yml,json}', 'a/pod.json', true],
    ['*.{yml,json}', 'a/pod.yaml', false],
    ['pod-[0-9].yaml', 'pod-3.yaml', true],
    ['pod-[!0-9].yaml', 'pod-3.yaml', false],
    ['pod?.yaml', 'pods.yaml', true],
    ['a*b*c', 'axxbxxc', true],
    ['**', 'anything/at/all.yaml', true],
    ['', 'pod.yaml', false],
  ])('%s on %s: %s', (glob, path, expected) => {
    expect(matchesGlob(glob, path)).toBe(expected);
  });

  test('a hostile glob ends in an answer', () => {
    expect(matchesGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(2000))).toBe(false);
    expect(matchesGlob(`${'**/a/'.repeat(90)}b`, 'a/'.repeat(2000))).toBe(false);
    expect(matchesGlob('{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}', 'bbbbbbbbb')).toBeTypeOf('boolean');
  });

  test("globs of the editor count from the workspace folder, those of a file from the file's", () => {
    const editor = readSettings({ exclude: ['vendor/**'] });
    expect(exclusionOf(editor, 'file:///shop/vendor/pod.yaml', 'file:///shop')).toBe('vendor/**');
    expect(exclusionOf(editor, 'file:///shop/web/vendor/pod.yaml', 'file:///shop')).toBeUndefined();
    const file = {
      uri: 'file:///shop/web/.podproof.yaml',
      name: 'web/.podproof.yaml',
      values: { exclude: ['vendor/**'] },
    };
    expect(exclusionOf(readSettings({}, file), 'file:///shop/web/vendor/pod.yaml', 'file:///shop')).toBe(
      'vendor/**',
    );
    expect(
      exclusionOf(readSettings({}, file), 'file:///shop/vendor/pod.yaml', 'file:///shop'),
    ).toBeUndefined();
  });
});
