/** Lenses and inlay hints: what stands above a workload and at the end of a container's line. */
import { describe, expect, test } from 'vitest';
import { analyzeText } from '../../shared/analysis/analyze.ts';
import { inlayHintsOf } from '../../shared/analysis/inlay.ts';
import { lensesOf, lensTitle, lensTooltip } from '../../shared/analysis/lens.ts';
import { suggestsOpenShift } from '../../shared/analysis/openShift.ts';
import { readSettings } from '../../shared/catalog/settings.ts';
import { indexLines } from '../../shared/text/lineIndex.ts';

function lenses(text: string, raw: unknown = {}): readonly string[] {
  const lines = indexLines(text);
  return lensesOf(analyzeText(text, readSettings(raw))).map(
    (lens) => `${lines.positionAt(lens.span.start).line + 1}: ${lensTitle(lens)} (${lensTooltip(lens)})`,
  );
}

const BARE = `apiVersion: v1
kind: Pod
metadata: { name: bare }
spec:
  containers:
    - name: web
      image: nginx:1.27
`;

const HARDENED = `apiVersion: v1
kind: Pod
metadata: { name: hardened }
spec:
  automountServiceAccountToken: false
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    seccompProfile: { type: RuntimeDefault }
  containers:
    - name: web
      image: nginx:1.27
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      resources:
        requests: { cpu: 100m, memory: 128Mi }
        limits: { cpu: 500m, memory: 256Mi }
`;

const ALL =
  'security-context, privilege-escalation, root-user, resources, service-account-token, seccomp, capabilities, read-only-root-filesystem';

describe('code lens', () => {
  test('stands above each workload, with what it misses', () => {
    expect(
      lenses(`${BARE}---\n${HARDENED}---\napiVersion: v1\nkind: Service\nmetadata: { name: s }\n`),
    ).toEqual([`1: Podproof 0/8 (Missed: ${ALL})`, '9: Podproof 8/8 (No practice is missed)']);
  });

  test('stands above each item of a list', () => {
    const indented = (text: string): string => text.replace(/^/gm, '    ').replace('    ', '  - ').trimEnd();
    const list = `apiVersion: v1\nkind: List\nitems:\n${indented(BARE)}\n${indented(HARDENED)}\n`;
    expect(lenses(list).map((line) => line.replace(/ \(.*/, ''))).toEqual([
      '4: Podproof 0/8',
      '11: Podproof 8/8',
    ]);
  });

  test('counts what is suppressed as followed, and says so', () => {
    const text = HARDENED.replace(
      'readOnlyRootFilesystem: true',
      'readOnlyRootFilesystem: false # podproof-ignore read-only-root-filesystem: caches',
    );
    expect(lenses(text)).toEqual([
      '1: Podproof 8/8 (No practice is missed. Suppressed: read-only-root-filesystem)',
    ]);
  });

  test('leaves out what is switched off, and what Windows does not have', () => {
    expect(lenses(HARDENED, { checks: { resources: 'off' } })).toEqual([
      '1: Podproof 7/7 (No practice is missed)',
    ]);
    const windows = BARE.replace('spec:', 'spec:\n  os: { name: windows }');
    expect(lenses(windows)).toEqual([
      '1: Podproof 0/3 (Missed: resources, service-account-token, capabilities)',
    ]);
  });

  test('says nothing of a patch, nor where it is off', () => {
    expect(lenses(BARE.replace('      image: nginx:1.27\n', ''))).toEqual([]);
    expect(lenses(BARE, { codeLens: false })).toEqual([]);
  });
});

describe('inlay hints', () => {
  function hints(text: string, raw: unknown = { inlayHints: true }): readonly string[] {
    const lines = indexLines(text);
    const analyzed = analyzeText(text, readSettings(raw));
    return inlayHintsOf(analyzed, { start: 0, end: text.length }).map(
      ({ offset, label }) =>
        `${lines.positionAt(offset).line + 1}:${lines.positionAt(offset).character} ${label}`,
    );
  }

  test('tell what a container has from its pod, and what is not set', () => {
    expect(hints(HARDENED)).toEqual([
      '14:22 runAsUser: 10001, runAsGroup: 10001, seccompProfile.type: RuntimeDefault, runAsNonRoot: true',
    ]);
    expect(hints(BARE)).toEqual([
      '6:15 allowPrivilegeEscalation: not set, runAsUser: not set, runAsGroup: not set, seccompProfile.type: not set, capabilities.drop: not set, runAsNonRoot: not set, readOnlyRootFilesystem: not set',
    ]);
  });

  test('explain themselves', () => {
    const analyzed = analyzeText(HARDENED, readSettings({ inlayHints: true }));
    expect(inlayHintsOf(analyzed, { start: 0, end: HARDENED.length })[0]?.tooltip).toBe(
      [
        'In effect for container `web` without being set here:',
        '',
        '- runAsUser: `10001`, from the pod, line 8',
        '- runAsGroup: `10001`, from the pod, line 9',
        '- seccompProfile.type: `RuntimeDefault`, from the pod, line 10',
        '- runAsNonRoot: `true`, from the pod, line 7',
      ].join('\n'),
    );
  });

  test('are off by default, and only for the lines asked for', () => {
    expect(hints(HARDENED, {})).toEqual([]);
    const analyzed = analyzeText(HARDENED, readSettings({ inlayHints: true }));
    expect(inlayHintsOf(analyzed, { start: 0, end: 20 })).toEqual([]);
  });
});

test('objects of OpenShift suggest its platform', () => {
  const route = 'apiVersion: route.openshift.io/v1\nkind: Route\n---\n';
  expect(suggestsOpenShift(analyzeText(route + BARE, readSettings({})))).toBe(true);
  expect(suggestsOpenShift(analyzeText(route + BARE, readSettings({ platform: 'openshift' })))).toBe(false);
  expect(suggestsOpenShift(analyzeText(BARE, readSettings({})))).toBe(false);
});
