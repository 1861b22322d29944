/** The names by which images are told from those that the table certainly does not know. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mayBeKnown } from '../../shared/images/names.ts';
import { imageFamilies } from '../../shared/images/table.ts';

/** Names of the table's images, without tags. */
const NAMES = imageFamilies().flatMap(({ images }) =>
  images.map((image) => image.replace(/(?<=\/[^/]*):.*$/, '')),
);

const lastOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

test.each(NAMES)('%s may be known', (name) => {
  expect(mayBeKnown(name.replaceAll('*', 'any'))).toBe(true);
});

test('an image of the same last name may be, and one of another name is not', () => {
  expect(mayBeKnown('registry.example.com/mirror/nginx')).toBe(true);
  expect(mayBeKnown('registry.example.com/shop/web')).toBe(false);
  expect(mayBeKnown('registry.example.com/bitnami/web')).toBe(false);
});

test('there is no name too many', () => {
  const source = readFileSync('shared/images/names.ts', 'utf8');
  const [, names = ''] = /`\n([^`]*)`/.exec(source) ?? [];
  const inTable = new Set(NAMES.map(lastOf).filter((name) => !name.includes('*')));
  expect(names.trim().split(/\s+/)).toEqual([...inTable].sort());
});
