/** The ladder: on which step a change stands, and that the chosen ones are made alone. */
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { harden } from '../../shared/analysis/fix.ts';
import { climb, ladderOf } from '../../shared/analysis/ladder.ts';
import { readSettings } from '../../shared/catalog/settings.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';

const SETTINGS = readSettings({ checks: { resources: 'off' } });
const FILE = { scope: 'file' } as const;

function pod(...images: readonly string[]): string {
  const containers = images.map((image, index) => `    - name: c${index}\n      image: ${image}\n`);
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop\nspec:\n  containers:\n${containers.join('')}`;
}

function steps(text: string): Readonly<Record<string, readonly string[]>> {
  const changes = ladderOf(analyzeText(text, SETTINGS), FILE);
  return Object.fromEntries(
    ['same', 'likely', 'test'].map((step) => [
      step,
      changes.filter((change) => change.step === step).map(({ title }) => title),
    ]),
  );
}

describe('the steps', () => {
  test('of an image that is known', () => {
    expect(steps(pod('redis:7.4'))).toEqual({
      same: [],
      likely: [
        'Add automountServiceAccountToken: false',
        'Add allowPrivilegeEscalation: false',
        'Add runAsUser: 999 to the pod',
        'Add runAsGroup: 999 to the pod',
        'Add the seccomp profile RuntimeDefault to the pod',
        'Drop all capabilities',
        'Add runAsNonRoot: true to the pod',
        'Set readOnlyRootFilesystem: true, with emptyDirs at /tmp and /data',
      ],
      test: [],
    });
  });

  test('of one that is not', () => {
    expect(steps(pod('shop:1'))).toEqual({
      same: [],
      likely: ['Add allowPrivilegeEscalation: false', 'Add the seccomp profile RuntimeDefault to the pod'],
      test: [
        'Add automountServiceAccountToken: false',
        'Add runAsUser: 10001 to the pod',
        'Add runAsGroup: 10001 to the pod',
        'Drop all capabilities',
        'Add runAsNonRoot: true to the pod',
        'Set readOnlyRootFilesystem: true, with an emptyDir at /tmp',
      ],
    });
  });

  test('of a base, whose program is not known', () => {
    expect(steps(pod('node:22')).test).toContain('Add runAsUser: 1000 to the pod');
  });

  test('of a pod whose other container is not known', () => {
    const { likely, test: last } = steps(pod('redis:7.4', 'shop:1'));
    expect(last).toContain('Add runAsUser: 999 to the pod');
    expect(likely).toContain('Set readOnlyRootFilesystem: true, with emptyDirs at /tmp and /data');
  });

  test('a comment changes nothing, and says why the rest is not done', () => {
    const changes = ladderOf(analyzeText(pod('confluentinc/cp-kafka:7.8.0'), SETTINGS), FILE);
    const [first] = changes;
    expect(first?.step).toBe('same');
    expect(first?.title).toBe('Leave the root filesystem writable, and say why');
    expect(first?.reason).toContain('https://github.com/confluentinc/kafka-images/issues/197');
  });
});

describe('climbing', () => {
  const text = pod('redis:7.4', 'shop:1', 'confluentinc/cp-kafka:7.8.0');
  const analyzed = analyzeText(text, SETTINGS);
  const changes = ladderOf(analyzed, FILE);

  test('every change has an id of its own', () => {
    expect(new Set(changes.map(({ id }) => id)).size).toBe(changes.length);
  });

  test('all of it is Harden', () => {
    const all = climb(analyzed, FILE, new Set(changes.map(({ id }) => id)));
    expect(applyEdits(text, all.edits)).toBe(applyEdits(text, harden(analyzed, FILE).edits));
  });

  test('each change alone settles something', () => {
    for (const { id, title } of changes) {
      const after = applyEdits(text, climb(analyzed, FILE, new Set([id])).edits);
      const left = findingsOf(analyzeText(after, SETTINGS));
      expect(left.length, title).toBeLessThan(findingsOf(analyzed).length);
    }
  });

  test('nothing chosen, or what is not there, changes nothing', () => {
    expect(climb(analyzed, FILE, new Set()).edits).toEqual([]);
    expect(climb(analyzed, FILE, new Set(['x'])).edits).toEqual([]);
  });
});

describe('a container alone', () => {
  const scope = { scope: 'container', documentStart: 0, path: ['spec', 'containers', 0] } as const;

  test('of an image that needs volumes keeps a writable root, since none can be mounted', () => {
    const text = pod('hashicorp/vault:1.18');
    const after = applyEdits(text, harden(analyzeText(text, SETTINGS), scope).edits);
    expect(after).not.toContain('readOnlyRootFilesystem');
    expect(after).toContain('runAsUser: 100');
    expect(after).toContain('name: SKIP_SETCAP');
  });

  test('of one that is not known gets a read-only root', () => {
    const text = pod('shop:1');
    const after = applyEdits(text, harden(analyzeText(text, SETTINGS), scope).edits);
    expect(after).toContain('readOnlyRootFilesystem: true');
  });
});
