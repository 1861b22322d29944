/** Objects of Flux and Argo CD that patch the kustomization that they name. */
import { describe, expect, test } from 'vitest';
import { folderWith, podproof } from '../cli/commandLine.ts';

const WEB = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  automountServiceAccountToken: false
  securityContext: {runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: web
      image: example.com/web:1
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
      resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 100m, memory: 64Mi}}
`;

function patches(field: string, indent: string): string {
  return `patches:
  - patch: |
      apiVersion: v1
      kind: Pod
      metadata:
        name: web
      spec:
        containers:
          - name: web
            securityContext:
              ${field}
    target:
      kind: Pod
`.replaceAll(/^(?=.)/gm, indent);
}

function flux(field: string): string {
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: web
spec:
  path: ./apps/web
${patches(field, '  ')}`;
}

function argo(field: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web
spec:
  source:
    path: apps/web
    kustomize:
${patches(field, '      ')}`;
}

const APP = { 'apps/web/kustomization.yaml': 'resources: [web.yaml]\n', 'apps/web/web.yaml': WEB };

interface Reported {
  readonly file: string;
  readonly code: string;
  readonly range: { readonly start: { readonly line: number } };
  readonly overlays?: readonly string[];
}

async function findings(files: Record<string, string>): Promise<readonly Reported[]> {
  const { stdout } = await podproof(['check', '--format', 'json', '.'], { cwd: folderWith(files) });
  return JSON.parse(stdout).findings;
}

describe.each([
  ['Flux Kustomization', flux],
  ['Argo CD Application', argo],
] as const)('a %s', (kind, object) => {
  test('answers for what it patches', async () => {
    expect(
      await findings({ ...APP, 'clusters/prod/web.yaml': object('readOnlyRootFilesystem: true') }),
    ).toEqual([]);
  });

  test('is told where its patch stands, and by its name', async () => {
    const text = object('privileged: true');
    const found = await findings({ ...APP, 'clusters/prod/web.yaml': text });
    expect(found[found.length - 1]).toMatchObject({
      file: './clusters/prod/web.yaml',
      code: 'privilege-escalation/privileged',
      overlays: [`apps/web (${kind} web)`],
      range: { start: { line: text.split('\n').findIndex((line) => line.includes('privileged')) } },
    });
  });

  test('says nothing about a path outside the workspace', async () => {
    const text = object('readOnlyRootFilesystem: true').replace('apps/web', 'apps/other');
    const found = await findings({ ...APP, 'clusters/prod/web.yaml': text });
    expect(found.map(({ code }) => code)).toEqual(['read-only-root-filesystem/writable']);
  });
});
