/** Every kind of the table is found by its group and its name. */
import { describe, expect, test } from 'vitest';
import { kindRule } from '../../shared/kubernetes/kinds.ts';
import { CUSTOM_KINDS } from '../../shared/kubernetes/kindTable.ts';

const ROWS = Object.values(CUSTOM_KINDS).flatMap((rows) =>
  rows
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .filter(([group]) => group !== ''),
);

describe('the table of custom kinds', () => {
  test('has rows', () => {
    expect(ROWS.length).toBeGreaterThan(100);
  });

  test.each(ROWS)('%s %s', (group, kind = '') => {
    expect(kindRule(group === 'core' ? 'v1' : `${group}/v1`, kind)).toMatchObject({ kind, isBuiltIn: false });
  });
});
