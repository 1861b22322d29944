/** The table of images: what every family in it keeps to. */
import { expect, test } from 'vitest';
import { imageCatalog } from '../../shared/images/catalog.ts';
import type { ImageFacts, Told } from '../../shared/images/family.ts';
import { readImageReference } from '../../shared/images/reference.ts';
import { sourceUrl } from '../../shared/images/sources.ts';
import { imageFamilies } from '../../shared/images/table.ts';

function factsIn({
  starts,
  user,
  needsRoot,
  writes,
  writableRoot,
  capabilities,
  env,
  ports,
  fsGroup,
  api,
  notes,
}: ImageFacts): readonly Told[] {
  const single = [starts, user, needsRoot, writableRoot, capabilities, ports, fsGroup, api];
  return [
    ...single.filter((fact) => fact !== undefined),
    ...(writes ?? []),
    ...(env ?? []),
    ...(notes ?? []),
  ];
}

test('Every family has an id of its own', () => {
  const ids = imageFamilies().map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test.each(imageFamilies().map((family) => [family.id, family] as const))('%s', (_, family) => {
  const facts = [family, ...(family.variants ?? [])].flatMap(factsIn);
  expect(facts.length).toBeGreaterThan(0);
  for (const { source } of facts) expect(sourceUrl(source), source).toMatch(/^https:\/\/[\w.-]+\/[\w./-]+$/);
  for (const { writes = [], user, ports } of [family, ...(family.variants ?? [])] as readonly ImageFacts[]) {
    for (const { path } of writes) expect(path).toMatch(/^(?:\/[\w.-]+)+$/);
    for (const id of [user?.uid ?? 1, user?.gid ?? 0]) expect(id).toBeGreaterThanOrEqual(0);
    expect(user?.uid).not.toBe(0);
    for (const port of ports?.numbers ?? []) expect(port).toBeLessThan(65536);
  }
  const catalog = imageCatalog(imageFamilies);
  for (const pattern of family.images) {
    // A name that the pattern matches is one that its users write.
    const example = pattern.replaceAll('*', '1');
    expect(readImageReference(example), example).toBeDefined();
    if (!pattern.includes('*')) expect(catalog.find(example)?.family.id, example).toBe(family.id);
  }
});
