/** Writing over a file that others may write too. */
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeInPlace } from '../../cli/writeInPlace.ts';
import { contentOf, folderWith } from './commandLine.ts';

it('leaves a file that has changed since it was read', () => {
  const folder = folderWith({ 'a.yaml': 'theirs' });
  const problem = writeInPlace(join(folder, 'a.yaml'), Buffer.from('read'), Buffer.from('ours'));
  expect(problem).toBe('changed while it was being fixed, so it is left as it is');
  expect(contentOf(folder, 'a.yaml')).toBe('theirs');
  expect(readdirSync(folder)).toEqual(['a.yaml']);
});

it('says why a file cannot be written', () => {
  const folder = folderWith({});
  const problem = writeInPlace(join(folder, 'gone.yaml'), Buffer.from(''), Buffer.from('ours'));
  expect(problem).toBe('not written: no such file or folder');
  expect(readdirSync(folder)).toEqual([]);
});

it.skipIf(process.getuid?.() === 0)('leaves a file that is read-only', () => {
  const folder = folderWith({ 'a.yaml': 'read' });
  chmodSync(join(folder, 'a.yaml'), 0o444);
  const problem = writeInPlace(join(folder, 'a.yaml'), Buffer.from('read'), Buffer.from('ours'));
  expect(problem).toBe('not written: permission denied');
  expect(contentOf(folder, 'a.yaml')).toBe('read');
});
