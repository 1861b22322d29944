import { describe, expect, test } from 'vitest';
import { brokenTexts, warmUp } from '../../server/warmUp.ts';
import { parseQuick } from '../../shared/yaml/parseQuick.ts';

describe('warming up the reader for broken text', () => {
  test('pauses behind every text, so that a message waits for one at most', async () => {
    let pauses = 0;
    await warmUp(async () => {
      pauses++;
    });
    expect(pauses).toBe(brokenTexts().length);
  });

  test('is done with texts that are mostly left to that reader', () => {
    const texts = brokenTexts();
    const left = texts.filter((text) => parseQuick(text) === undefined);
    expect(left.length).toBeGreaterThan(texts.length / 2);
    expect(texts.length).toBeGreaterThan(150);
  });
});
