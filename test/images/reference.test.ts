/** Image references, and which family an image belongs to. */
import { describe, expect, test } from 'vitest';
import { imageCatalog } from '../../shared/images/catalog.ts';
import { nameOfImage, readImageReference, versionOf } from '../../shared/images/reference.ts';
import { imageFamilies } from '../../shared/images/table.ts';

const digest = `sha256:${'a1'.repeat(32)}`;

describe('A reference', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx', undefined, undefined],
    ['nginx:1.27', 'docker.io/library/nginx', '1.27', undefined],
    ['docker.io/nginx', 'docker.io/library/nginx', undefined, undefined],
    ['index.docker.io/library/nginx:1', 'docker.io/library/nginx', '1', undefined],
    ['public.ecr.aws/docker/library/redis:7', 'docker.io/library/redis', '7', undefined],
    ['mirror.gcr.io/library/postgres', 'docker.io/library/postgres', undefined, undefined],
    ['k8s.gcr.io/coredns/coredns:v1.8.0', 'registry.k8s.io/coredns/coredns', 'v1.8.0', undefined],
    ['grafana/grafana', 'docker.io/grafana/grafana', undefined, undefined],
    ['localhost:5000/web:1', 'localhost:5000/web', '1', undefined],
    ['registry.example.com:443/team/web', 'registry.example.com:443/team/web', undefined, undefined],
    [`redis:alpine@${digest}`, 'docker.io/library/redis', 'alpine', digest],
    [`redis@${digest}`, 'docker.io/library/redis', undefined, digest],
  ])('%s', (text, name, tag, written) => {
    const reference = readImageReference(text);
    expect(
      reference && { name: nameOfImage(reference), tag: reference.tag, digest: reference.digest },
    ).toEqual({
      name,
      tag,
      digest: written,
    });
  });

  test.each([
    '',
    ' nginx',
    'nginx:',
    'Nginx',
    'nginx 1.27',
    '{IMAGE}',
    '<your-image>',
    'nginx@sha256:12',
    '/nginx',
    'a//b',
    `${'a'.repeat(600)}`,
  ])('is not %j', (text) => {
    expect(readImageReference(text)).toBeUndefined();
  });

  test('Versions are the numbers that a tag begins with', () => {
    expect(['17.2-alpine', 'v1.11.3', 'alpine', '8'].map(versionOf)).toEqual([
      [17, 2],
      [1, 11, 3],
      undefined,
      [8],
    ]);
  });
});

describe('The catalog', () => {
  const catalog = imageCatalog(imageFamilies);

  test.each([
    ['nginx:1.27-alpine', 'nginx'],
    ['docker.io/library/nginx', 'nginx'],
    ['ghcr.io/nginx/nginx-unprivileged', 'nginx-unprivileged'],
    ['php:8.3-fpm-alpine', 'php-fpm'],
    ['php:8.3-apache', 'php-apache'],
    ['bitnami/kubectl:1.30', 'bitnami-kubectl'],
    ['bitnamilegacy/redis:7.2', 'bitnami-redis'],
    ['bitnami/wordpress', 'bitnami'],
    ['gcr.io/distroless/static:nonroot', 'distroless-nonroot'],
    ['gcr.io/distroless/java21-debian12', 'distroless'],
    ['confluentinc/cp-kafka:7.6.0', 'confluent'],
    ['docker:27-dind', 'docker-dind'],
    ['docker:27-dind-rootless', 'docker-dind-rootless'],
    ['influxdb:2.7', 'influxdb-2'],
    ['k8s.gcr.io/kube-state-metrics/kube-state-metrics:v2.2.4', 'kube-state-metrics'],
  ])('%s is %s', (image, id) => {
    const known = catalog.find(image);
    expect(known && { id: known.family.id, by: known.by }).toEqual({ id, by: 'reference' });
  });

  test.each([
    'php:8.3-cli',
    'influxdb:3',
    'docker:27',
    'example/nginx',
    'ghcr.io/somebody/redis',
    'gcr.io/distroless/a/b',
  ])('%s is nobody that it knows', (image) => {
    expect(catalog.find(image)).toBeUndefined();
  });

  test('A private mirror is known by its name alone', () => {
    const known = catalog.find('registry.example.com/mirror/nginx:1.27');
    expect(known && { id: known.family.id, by: known.by }).toEqual({ id: 'nginx', by: 'name' });
  });

  test.each([
    ['postgres:17', 999],
    ['postgres:17-alpine', 70],
    ['postgres:17.2-alpine3.20', 70],
    ['rabbitmq:4-management-alpine', 100],
    ['redis:alpine', 999],
    ['httpd:2.4-alpine', 82],
    ['mariadb:11.8-ubi', 999],
  ])('The user of %s is %i', (image, uid) => {
    expect(catalog.find(image)?.facts.user?.uid).toBe(uid);
  });

  test('A digest alone does not tell a variant', () => {
    expect(catalog.find(`postgres@${digest}`)?.isVariantKnown).toBe(false);
    expect(catalog.find(`postgres:17@${digest}`)?.isVariantKnown).toBe(true);
    expect(catalog.find(`nginx@${digest}`)?.isVariantKnown).toBe(true);
  });

  test.each([
    ['postgres:17', '/var/lib/postgresql/data'],
    ['postgres:9.6-alpine', '/var/lib/postgresql/data'],
    ['postgres:18', '/var/lib/postgresql'],
    ['postgres', '/var/lib/postgresql'],
  ])('%s keeps its data in %s', (image, path) => {
    expect(catalog.find(image)?.facts.writes?.[0]?.path).toBe(path);
  });
});
