/** Dockerfiles of the workspace: what they say of a user, and which image they make. */

import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { fixesOf } from '../../shared/analysis/fixes.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { buildsIn, familiesOf } from '../../shared/images/builds.ts';
import { catalogAbove, imageCatalog } from '../../shared/images/catalog.ts';
import { readDockerfile } from '../../shared/images/dockerfile.ts';
import { imageFamilies } from '../../shared/images/table.ts';

describe('The user', () => {
  test.each([
    ['FROM node:22\nUSER 1000:2000', { kind: 'number', uid: 1000, gid: 2000, line: 1 }],
    ['FROM node:22\nUSER node', { kind: 'name', name: 'node', line: 1 }],
    ['FROM node:22\nuser "node"', { kind: 'name', name: 'node', line: 1 }],
    ['FROM node:22\nUSER 0\n# USER 5\nUSER 1001', { kind: 'number', uid: 1001, gid: undefined, line: 3 }],
    ['FROM node:22\nARG UID=5\nUSER $UID', { kind: 'unknown' }],
    ['FROM node:22\nRUN x', { kind: 'inherited', from: 'node:22' }],
    ['ARG V\nFROM node:$V', { kind: 'inherited', from: undefined }],
    ['FROM node:22 AS base\nUSER app\nFROM base\nRUN x', { kind: 'name', name: 'app', line: 1 }],
    [
      'FROM node:22 AS build\nUSER app\nFROM --platform=linux/amd64 alpine:3',
      { kind: 'inherited', from: 'alpine:3' },
    ],
    [
      'FROM node:22\nRUN <<EOF\nUSER nobody\nEOF\nRUN a \\\n  # why\n  USER x',
      { kind: 'inherited', from: 'node:22' },
    ],
    [
      '# escape=`\r\nFROM node:22\r\nRUN dir c:\\\r\nUSER 7\r\n',
      { kind: 'number', uid: 7, gid: undefined, line: 3 },
    ],
  ])('%j', (text, user) => {
    expect(readDockerfile(text)?.user).toEqual(user);
  });

  test('of another stage, by its name or its number', () => {
    const text = 'FROM a AS One\nUSER 5\nFROM b\nUSER 6\nFROM c\nUSER 7\n';
    expect(['one', '1', undefined].map((target) => readDockerfile(text, target)?.user)).toMatchObject([
      { uid: 5 },
      { uid: 6 },
      { uid: 7 },
    ]);
    expect(readDockerfile(text, 'four')).toBeUndefined();
  });
});

test('Ports and volumes', () => {
  const text =
    'FROM a AS x\nEXPOSE 80/tcp 8443 $PORT 9000-9010\nVOLUME ["/data", "/logs"]\nFROM x\nVOLUME /cache $MORE\n';
  expect(readDockerfile(text)).toMatchObject({ ports: [80, 8443], volumes: ['/cache', '/data', '/logs'] });
});

test.each(['', 'USER x', 'FROM', 'FROM a\nUSER', '\\', 'VOLUME [', '<<EOF'])(
  '%j is read without failing',
  (text) => {
    expect(() => readDockerfile(text)).not.toThrow();
  },
);

const COMPOSE = `services:
  cart:
    image: registry.example.com/shop/cart:\${TAG}
    build: ./cart
  web:
    image: registry.example.com/shop/web:1
    build:
      context: .
      dockerfile: docker/web.Dockerfile
      target: run
  db:
    image: postgres:17
`;

const SKAFFOLD = `apiVersion: skaffold/v4beta11
kind: Config
build:
  artifacts:
    - image: registry.example.com/shop/mail
      context: services/mail
    - image: registry.example.com/shop/java
      jib: {}
    - image: registry.example.com/shop/out
      context: ../out
`;

describe('Builds', () => {
  test('of Compose', () => {
    expect(buildsIn('compose.yaml', COMPOSE)).toEqual([
      { image: 'registry.example.com/shop/web', dockerfile: 'docker/web.Dockerfile', target: 'run' },
    ]);
  });

  test('of Skaffold', () => {
    expect(buildsIn('skaffold.yaml', SKAFFOLD)).toEqual([
      { image: 'registry.example.com/shop/mail', dockerfile: 'services/mail/Dockerfile', target: undefined },
    ]);
    expect(buildsIn('deploy/skaffold.yaml', SKAFFOLD).map(({ dockerfile }) => dockerfile)).toEqual([
      'deploy/services/mail/Dockerfile',
      'out/Dockerfile',
    ]);
  });

  test.each(['', 'a: [', 'services: 3', 'build: {artifacts: x}'])('%j names none', (text) => {
    expect(buildsIn('compose.yaml', text)).toEqual([]);
  });
});

describe('An image of the workspace', () => {
  const table = imageCatalog(imageFamilies);

  function messages(dockerfile: string): readonly string[] {
    const families = familiesOf(buildsIn('compose.yaml', COMPOSE), () => dockerfile, table);
    const images = catalogAbove(families, table);
    const settings = { ...DEFAULT_SETTINGS, practice: { ...DEFAULT_SETTINGS.practice, images } };
    const text =
      'apiVersion: v1\nkind: Pod\nspec:\n  securityContext:\n    runAsNonRoot: true\n  containers:\n    - name: web\n      image: registry.example.com/shop/web:9\n';
    return findingsOf(analyzeText(text, settings)).flatMap(({ finding }) =>
      finding.code === 'root-user/unpinned' ? [finding.message, fixesOf(finding)[0]?.title ?? ''] : [],
    );
  }

  test('whose user is a name is refused by the kubelet', () => {
    expect(messages('FROM alpine:3 AS run\nUSER app\n')).toEqual([
      'Container "web" must not run as root, and its image names its user "app", which the kubelet cannot tell from root: it refuses to start the container; set runAsUser.',
      'Add runAsUser: 10001 to the pod',
    ]);
  });

  test('whose user is a number gets that number', () => {
    expect(messages('FROM alpine:3 AS run\nUSER 1234:5678\n')[1]).toBe('Add runAsUser: 1234 to the pod');
  });

  test('starts as its base does', () => {
    expect(messages('FROM memcached:1.6 AS run\n')[0]).toContain('"memcache"');
  });

  test('that two builds make differently is not known', () => {
    const builds = buildsIn('compose.yaml', COMPOSE).flatMap((build) => [
      build,
      { ...build, target: 'other' },
    ]);
    expect(familiesOf(builds, () => 'FROM a AS run\nUSER 5', table)).toEqual([]);
  });
});
