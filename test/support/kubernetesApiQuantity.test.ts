/** Shows which amounts Kubernetes' quantity grammar takes, and what each is worth. */

import { describe, expect, test } from 'vitest';
import { amountInBillionths } from './kubernetesApiQuantity.ts';

describe('quantities', () => {
  test.each<[string | number, bigint]>([
    ['0', 0n],
    [1, 1_000_000_000n],
    ['1.', 1_000_000_000n],
    ['.5', 500_000_000n],
    ['+100m', 100_000_000n],
    ['-1', -1_000_000_000n],
    ['1k', 1_000_000_000_000n],
    ['1Ki', 1_024_000_000_000n],
    ['1E', 1_000_000_000_000_000_000_000_000_000n],
    ['1e3', 1_000_000_000_000n],
    ['1E-3', 1_000_000n],
    ['0.1n', 1n],
    [' 1 ', 1_000_000_000n],
    [1e21, 9_223_372_036_854_775_807_000_000_000n],
    ['-100Ei', -9_223_372_036_854_775_807_000_000_000n],
  ])('%s', (text, billionths) => {
    expect(amountInBillionths(text)).toBe(billionths);
  });
  test.each([
    '',
    '.',
    '1K',
    '1MB',
    '1mb',
    '1Gb',
    '1mi',
    '1 Gi',
    '1e',
    '1e1.5',
    'a',
    '1,5',
    '1_000',
    '++1',
    '0x10',
    '1Eie3',
  ])('"%s" is none', (text) => {
    expect(amountInBillionths(text)).toBeUndefined();
  });
});
