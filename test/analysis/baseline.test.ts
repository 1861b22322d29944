/** The baseline: what was there before stays quiet, wherever it moves, and what is new does not. */
import { describe, expect, it } from 'vitest';
import { analyzeText, findingsOf, type PlacedFinding } from '../../shared/analysis/analyze.ts';
import { readBaseline, withoutBaseline, writeBaseline } from '../../shared/analysis/baseline.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  automountServiceAccountToken: false
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: app
      image: app:1
      resources:
        requests: { cpu: 100m, memory: 128Mi }
        limits: { cpu: 500m, memory: 256Mi }
      securityContext:
        allowPrivilegeEscalation: false
        capabilities:
          drop: [ALL]
`;

function findings(text: string): readonly PlacedFinding[] {
  return findingsOf(analyzeText(text, DEFAULT_SETTINGS));
}

function baselineOf(text: string, path = 'web.yaml'): string {
  return writeBaseline([{ path, findings: findings(text).map(({ finding }) => finding) }]);
}

/** The codes that are new in `after`, where `before` is the baseline. */
function newIn(after: string, before: string): readonly string[] {
  const read = readBaseline(baselineOf(before));
  if (!read.ok) throw new Error(read.problem);
  return withoutBaseline(read.baseline, 'web.yaml', findings(after)).map(({ finding }) => finding.code);
}

describe('a baseline', () => {
  it('says what was found, in order, for people to review', () => {
    expect(baselineOf(POD)).toBe(`{
  "formatVersion": 1,
  "files": {
    "web.yaml": {
      "read-only-root-filesystem/writable Pod//web spec containers/app": 1
    }
  }
}
`);
  });

  it('hides what was there before, also where lines and documents have moved', () => {
    const moved = `# A comment.\n---\n${POD.replace('spec:\n', '  labels: { app: web }\nspec:\n')}`;
    expect(newIn(moved, POD)).toEqual([]);
  });

  it('keeps hiding it where a container comes before, and tells what that one misses', () => {
    const sidecar = POD.replace(
      '  containers:\n',
      '  containers:\n    - name: log\n      image: log:1\n      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }\n      resources: { requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 1, memory: 1Gi } }\n',
    );
    expect(newIn(sidecar, POD)).toEqual(['read-only-root-filesystem/writable']);
  });

  it('tells what is new in the same container', () => {
    expect(newIn(POD.replace('drop: [ALL]', 'drop: []'), POD)).toEqual(['capabilities/not-dropped']);
  });

  it('counts: a second capability is new though the first was there', () => {
    const one = POD.replace('drop: [ALL]', 'drop: [ALL]\n          add: [NET_ADMIN]');
    const two = POD.replace('drop: [ALL]', 'drop: [ALL]\n          add: [NET_ADMIN, SYS_TIME]');
    expect(newIn(two, one)).toEqual(['capabilities/forbidden']);
    expect(newIn(one, two)).toEqual([]);
  });

  it('is another one for each file', () => {
    const read = readBaseline(baselineOf(POD, 'other.yaml'));
    if (!read.ok) throw new Error(read.problem);
    expect(withoutBaseline(read.baseline, 'web.yaml', findings(POD))).toHaveLength(1);
  });

  it('takes names that mean something to JavaScript as names', () => {
    const text = writeBaseline([
      { path: '__proto__', findings: findings(POD).map(({ finding }) => finding) },
    ]);
    const read = readBaseline(text);
    if (!read.ok) throw new Error(read.problem);
    expect(withoutBaseline(read.baseline, '__proto__', findings(POD))).toEqual([]);
  });

  it.each([
    ['', 'The baseline is not JSON.'],
    ['[]', 'The baseline has no formatVersion or no files.'],
    [
      '{"formatVersion": 2, "files": {}}',
      'The baseline was written by another version of Podproof. Write it anew.',
    ],
    ['{"formatVersion": 1, "files": []}', 'The files of the baseline are not an object.'],
  ])('says what is wrong with %j', (text, problem) => {
    expect(readBaseline(text)).toEqual({ ok: false, problem });
  });
});
