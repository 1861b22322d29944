/** The reader for broken text is warmed up while nobody types. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWarmUp } from '../../server/quiet.ts';
import { brokenTexts, warmUp } from '../../server/warmUp.ts';
import { parseQuick } from '../../shared/yaml/parseQuick.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('with texts that are mostly left to that reader', () => {
  const texts = brokenTexts();
  const left = texts.filter((text) => parseQuick(text) === undefined);
  expect(left.length).toBeGreaterThan(texts.length / 2);
});

test('until it is told to stop, and from there on the next time', async () => {
  let asked = 0;
  expect(await warmUp(0, async () => ++asked < 10)).toBe(10);
  const all = brokenTexts().length;
  expect(await warmUp(10, async () => ++asked > 0)).toBe(all);
  expect(asked).toBe(all);
});

test('when nothing has been answered for half a second, and in no moment in which something is', async () => {
  let pauses = 0;
  let pausing: (() => void) | undefined;
  /** Settles when the warm-up lets others have their turn. */
  const paused = () =>
    new Promise<void>((resolve) => {
      pausing = resolve;
    });
  let goOn = (): void => undefined;
  const answered = createWarmUp(() => {
    pauses++;
    pausing?.();
    return new Promise((resolve) => {
      goOn = resolve;
    });
  });
  for (let stroke = 0; stroke < 20; stroke++) {
    answered();
    vi.advanceTimersByTime(400);
  }
  expect(pauses).toBe(0);

  let next = paused();
  vi.advanceTimersByTime(100);
  await next;
  next = paused();
  goOn();
  await next;
  expect(pauses).toBe(2);

  answered();
  goOn();
  next = paused();
  // It has stopped where it was, and waits as long as before.
  await vi.advanceTimersByTimeAsync(499);
  expect(pauses).toBe(2);
  await vi.advanceTimersByTimeAsync(1);
  await next;
  expect(pauses).toBe(3);
});
