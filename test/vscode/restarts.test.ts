/** Restarts: some in a row, then none until a person asks; an end now and then is no row. */
import { expect, test } from 'vitest';
import { createRestarts } from '../../client/restarts.ts';

const MINUTE = 60_000;

test('four in a row are followed by none', () => {
  const restarts = createRestarts();
  expect([1, 2, 3, 4, 5, 6].map((second) => restarts.ended(second * 1000))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('one every minute goes on for ever', () => {
  const restarts = createRestarts();
  for (let minute = 0; minute < 100; minute++) expect(restarts.ended(minute * MINUTE)).toBe(true);
});

test('whoever starts it by hand begins a new row', () => {
  const restarts = createRestarts();
  for (let second = 0; second < 5; second++) restarts.ended(second * 1000);
  restarts.forget();
  expect(restarts.ended(6000)).toBe(true);
});
