/** Settings: what an editor and a file say, and what holds where they say nothing or something that is not allowed. */
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { harden } from '../../shared/analysis/fix.ts';
import { DEFAULT_SETTINGS, readSettings } from '../../shared/catalog/settings.ts';
import { SETTINGS_TABLE } from '../../shared/catalog/settingsTable.ts';
import { CHECK_CODES, checkByCode } from '../../shared/practices/index.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';

describe('where nothing is said', () => {
  test('the defaults of the table hold', () => {
    const { images, ...practice } = DEFAULT_SETTINGS.practice;
    expect(images.find('nginx')?.family.id).toBe('nginx');
    expect(practice).toEqual({
      minimumUid: 1001,
      minimumGid: 3001,
      kubernetesMinor: 37,
      platform: 'kubernetes',
      fix: {
        runAsUser: 10001,
        runAsGroup: 10001,
        cpuRequest: '100m',
        memoryRequest: '128Mi',
        cpuLimit: '500m',
        memoryLimit: '256Mi',
        tmpVolume: true,
        emptyDirSizeLimit: '',
      },
    });
    for (const code of CHECK_CODES)
      expect(DEFAULT_SETTINGS.severities.get(code)).toBe(checkByCode(code)?.severity);
  });

  test('every default is allowed by its own schema, and every setting has words', () => {
    const raw: Record<string, unknown> = {};
    for (const { key, schema } of SETTINGS_TABLE) {
      setAt(raw, key.split('.'), schema.default);
      expect(schema.markdownDescription, key).toMatch(/^[A-Z`].*\.$|^[A-Z].*`\.$/);
    }
    expect(readSettings(raw)).toEqual(DEFAULT_SETTINGS);
  });

  test('anything that is no object is nothing', () => {
    for (const raw of [undefined, null, 3, 'x', [], [1]]) expect(readSettings(raw)).toEqual(DEFAULT_SETTINGS);
  });
});

function setAt(
  target: Record<string, unknown>,
  [first = '', ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) target[first] = value;
  else {
    target[first] ??= {};
    setAt(target[first] as Record<string, unknown>, rest, value);
  }
}

describe('severities', () => {
  test("a check's entry goes before its practice's", () => {
    const { severities } = readSettings({ checks: { resources: 'off', 'resources/memory-limit': 'error' } });
    expect(severities.get('resources/cpu-limit')).toBe('off');
    expect(severities.get('resources/memory-limit')).toBe('error');
    expect(severities.get('seccomp/missing')).toBe('warning');
  });

  test('what is no severity is left out', () => {
    const { severities } = readSettings({ checks: { seccomp: 'loud', 'seccomp/missing': false } });
    expect(severities.get('seccomp/missing')).toBe('warning');
  });

  test('suppressions have severities of their own', () => {
    expect(
      readSettings({ checks: { 'suppression/unused': 'off' } }).severities.get('suppression/unused'),
    ).toBe('off');
  });
});

describe('values', () => {
  test('what is out of range or of another type is left at its default', () => {
    const settings = readSettings({
      minimumUid: -1,
      minimumGid: '3000',
      kubernetesVersion: 'newest',
      platform: 'nomad',
      fix: { runAsUser: 0, cpuLimit: 'much', memoryLimit: '128m' },
      exclude: 'vendor',
    });
    expect(settings).toEqual(DEFAULT_SETTINGS);
  });

  test('an id that fixes write is never below the minimum', () => {
    const { fix } = readSettings({ minimumUid: 20000, minimumGid: 10001, fix: { runAsGroup: 500 } }).practice;
    expect(fix.runAsUser).toBe(20000);
    expect(fix.runAsGroup).toBe(10001);
  });

  test('of a list, only what is not allowed is left out', () => {
    const { kinds } = readSettings({
      kinds: [
        { kind: 'Task', paths: ['spec.pod'] },
        { kind: 3 },
        { group: 'a.example', kind: 'Run', paths: ['spec'] },
      ],
    });
    expect(kinds.kinds).toEqual([
      { group: '', kind: 'Task', paths: ['spec.pod'] },
      { group: 'a.example', kind: 'Run', paths: ['spec'] },
    ]);
  });

  test.each(['1.26', 'v1.26', '1.26.3'])('%s is Kubernetes 1.26', (version) => {
    expect(readSettings({ kubernetesVersion: version }).practice.kubernetesMinor).toBe(26);
  });
});

describe('a file goes before the editor, key by key', () => {
  const file = { uri: 'file:///shop/.podproof.yaml', name: '.podproof.yaml' };

  test('what the file does not say, the editor decides', () => {
    const settings = readSettings(
      { minimumUid: 500, minimumGid: 500, fix: { cpuLimit: '2' } },
      { ...file, values: { minimumUid: 2000, fix: { memoryLimit: '1Gi' } } },
    );
    expect(settings.practice).toMatchObject({ minimumUid: 2000, minimumGid: 500 });
    expect(settings.practice.fix).toMatchObject({ cpuLimit: '2', memoryLimit: '1Gi' });
    expect(settings.file).toMatchObject(file);
    expect([...(settings.file?.decides ?? [])]).toEqual(['minimumUid', 'fix.memoryLimit']);
  });

  test("a practice in the file goes before the editor's check", () => {
    const editor = { checks: { 'root-user/unset': 'off', seccomp: 'off' } };
    const { severities } = readSettings(editor, { ...file, values: { checks: { 'root-user': 'error' } } });
    expect(severities.get('root-user/unset')).toBe('error');
    expect(severities.get('seccomp/missing')).toBe('off');
  });

  test('a value that is not allowed there is as if it had not been said', () => {
    const settings = readSettings({ minimumUid: 500 }, { ...file, values: { minimumUid: 'high' } });
    expect(settings.practice.minimumUid).toBe(500);
  });
});

describe('OpenShift', () => {
  const settings = readSettings({ platform: 'openshift', checks: { 'root-user': 'error' } });
  const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nspec:\n${spec}`;

  test('asks for no ids, since the cluster assigns them', () => {
    const text = pod('  containers:\n    - name: web\n      image: nginx:1.27\n');
    const codes = findingsOf(analyzeText(text, settings)).map(({ finding }) => finding.code);
    expect(codes.filter((code) => code.startsWith('root-user/'))).toEqual([]);
  });

  test('still speaks of root that is written', () => {
    const text = pod(
      '  securityContext: { runAsUser: 0, runAsGroup: 0 }\n  containers:\n    - name: web\n      image: nginx:1.27\n',
    );
    const codes = findingsOf(analyzeText(text, settings)).map(({ finding }) => finding.code);
    expect(codes).toContain('root-user/root');
    expect(codes).toContain('root-user/root-group');
  });

  test.each([
    ['nothing is set', ''],
    ['root is written', '  securityContext: { runAsUser: 0, runAsGroup: 0 }\n'],
    ['root is forbidden and written', '  securityContext: { runAsNonRoot: true, runAsUser: 0 }\n'],
    ['root is allowed and written', '  securityContext: { runAsNonRoot: false, runAsUser: 0 }\n'],
  ])('no fix writes an id where %s', (_, context) => {
    const containers =
      '  containers:\n    - name: web\n      image: nginx:1.27\n      volumeMounts: [{ name: data, mountPath: /data }]\n';
    const volumes = '  volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]\n';
    const text = pod(`${context}${containers}${volumes}`);
    const after = applyEdits(text, harden(analyzeText(text, settings), { scope: 'file' }).edits);
    expect(after).not.toMatch(/(?:runAsUser|runAsGroup|fsGroup): [1-9]/);
    expect(after).toContain('allowPrivilegeEscalation: false');
  });
});
