/** Packed dependencies: charts that lie in a chart's folder as archives count as if they were unpacked. */
import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { filesInArchive } from '../../shared/helm/chartArchive.ts';
import { folderWith, podproof } from '../cli/commandLine.ts';
import { archive, entry } from './tar.ts';

const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

test('an archive gives its files by their paths', () => {
  const long = `common/templates/${'a'.repeat(120)}.yaml`;
  const record = ` path=${long}\n`;
  const bytes = archive(
    entry('common/Chart.yaml', 'name: common\n'),
    entry('common/', '', '5'),
    entry('pax', `${record.length + 3}${record}`, 'x'),
    entry('common/templates/a.yaml', 'a: 1\n'),
  );
  expect([...filesInArchive(bytes, decode)]).toEqual([
    ['common/Chart.yaml', 'name: common\n'],
    [long, 'a: 1\n'],
  ]);
});

test('what is no archive gives no files, and a cut one those that are whole', () => {
  expect(filesInArchive(Buffer.from('not an archive'), decode).size).toBe(0);
  const bytes = archive(entry('a/Chart.yaml', 'name: a\n'), entry('a/values.yaml', 'b: 1\n'));
  expect([...filesInArchive(bytes.subarray(0, 1100), decode).keys()]).toEqual(['a/Chart.yaml']);
});

test('templates of a packed library are followed', async () => {
  const library = archive(
    entry('common/Chart.yaml', 'apiVersion: v2\nname: common\nversion: 1.0.0\ntype: library\n'),
    entry('common/templates/_context.tpl', '{{ define "common.context" }}\nprivileged: true\n{{ end }}\n'),
  );
  const cwd = folderWith({
    'Chart.yaml':
      'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: common, version: 1.x.x, repository: https://charts.example.com}\n',
    'values.yaml': '',
    'charts/common-1.0.0.tgz': gzipSync(library),
    'templates/pod.yaml': `apiVersion: v1
kind: Pod
spec:
  containers:
    - name: web
      image: nginx
      securityContext:
        {{- include "common.context" . | nindent 8 }}
`,
  });
  const { stdout } = await podproof(['check', 'templates'], { cwd });
  expect(stdout).toContain('templates/pod.yaml:8:9');
  expect(stdout).toContain('[privilege-escalation/privileged]');
});
