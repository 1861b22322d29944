/** Releases: pods inside other people's values, for charts of the same repository, and silence about all others. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { releaseIn } from '../../shared/helm/release.ts';
import { folderWith, podproof } from '../cli/commandLine.ts';
import { CREATED } from './charts.ts';

const FLUX = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: shop
spec:
  chart:
    spec:
      chart: ./charts/shop
      sourceRef:
        kind: GitRepository
        name: shop
  values:
    securityContext:
      privileged: true
`;

const ARGO = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
spec:
  source:
    repoURL: https://git.example.com/shop.git
    path: charts/shop
    helm:
      valuesObject:
        resources:
          limits: {memory: 1Gi}
`;

describe('a release', () => {
  test('of Flux names its chart and where the values are', () => {
    expect(releaseIn(FLUX)).toEqual({ chart: 'charts/shop', values: ['spec', 'values'] });
  });

  test('of Argo CD does so too', () => {
    const values = ['spec', 'source', 'helm', 'valuesObject'];
    expect(releaseIn(ARGO)).toEqual({ chart: 'charts/shop', values });
  });

  test.each([
    ['whose chart comes from a registry', FLUX.replace('GitRepository', 'HelmRepository')],
    [
      'with values from elsewhere',
      FLUX.replace('  values:', '  valuesFrom: [{kind: Secret, name: a}]\n  values:'),
    ],
    ['that is rendered further', FLUX.replace('  values:', '  postRenderers: [{kustomize: {}}]\n  values:')],
    [
      'with parameters',
      ARGO.replace('      valuesObject:', '      parameters: [{name: a, value: b}]\n      valuesObject:'),
    ],
    ['beside another document', `${FLUX}---\nkind: Pod\n`],
    ['that leaves the repository', FLUX.replace('./charts', '../charts')],
    ['of another program', FLUX.replace('helm.toolkit.fluxcd.io', 'example.com')],
    ['that is half typed', `${FLUX}    resources: [`],
  ])('%s is left alone', (_, text) => {
    expect(releaseIn(text)).toBeUndefined();
  });
});

describe('check', () => {
  const chart = Object.fromEntries(
    Object.entries(CREATED).map(([name, text]) => [`charts/shop/${name}`, text]),
  );

  test('tells what a release gives its chart, at the values in it', async () => {
    const cwd = folderWith({ ...chart, 'apps/flux.yaml': FLUX, 'apps/argo.yaml': ARGO });
    const { stdout } = await podproof(['check', 'apps/flux.yaml'], { cwd });
    expect(stdout).toContain('apps/flux.yaml:14:7  Deployment release-name-shop, container shop');
    expect(stdout).toContain('[privilege-escalation/privileged]');
    const { stdout: argo } = await podproof(['check', 'apps/argo.yaml'], { cwd });
    expect(argo).toContain('[resources/cpu-request]');
    expect(argo).not.toContain('[resources/memory-limit]');
  });

  test('is silent about a release whose chart is not there', async () => {
    const cwd = folderWith({ 'apps/flux.yaml': FLUX });
    const { stdout } = await podproof(['check', join('apps', 'flux.yaml')], { cwd });
    expect(stdout).toContain('No findings');
  });
});
