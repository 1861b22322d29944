/** Memory in Node: given back once nobody types, where there is enough of it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createNodeMemory, type Engine } from '../../server/nodeMemory.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An engine that uses as much as is set, and no more than ten megabytes of that for what is still needed. */
function engine(): Engine & { heapUsed: number; collections: number } {
  return {
    heapUsed: 10e6,
    collections: 0,
    usage() {
      return { heapUsed: this.heapUsed, heapTotal: this.heapUsed };
    },
    collect() {
      this.collections++;
      this.heapUsed = 10e6;
    },
  };
}

function memoryOf(one: Engine) {
  return createNodeMemory({ usage: () => one.usage(), collect: () => one.collect() });
}

test('comes back when nobody has typed for two seconds, and not while somebody does', () => {
  const own = engine();
  const memory = memoryOf(own);
  own.heapUsed = 100e6;
  for (let stroke = 0; stroke < 20; stroke++) {
    memory.worked();
    vi.advanceTimersByTime(1500);
  }
  expect(own.collections).toBe(0);
  vi.advanceTimersByTime(500);
  expect(own.collections).toBe(1);
  vi.advanceTimersByTime(60_000);
  expect(own.collections).toBe(1);
});

test('is left alone where little has come together since', () => {
  const own = engine();
  const memory = memoryOf(own);
  own.heapUsed = 100e6;
  memory.worked();
  vi.advanceTimersByTime(2000);
  own.heapUsed += 5e6;
  memory.worked();
  vi.advanceTimersByTime(2000);
  expect(own.collections).toBe(1);
});

test('is collected by the engine itself', () => {
  const memory = createNodeMemory();
  const before = process.memoryUsage().heapUsed;
  // Held until now, and garbage from here on.
  let held: unknown[] | undefined = Array.from({ length: 400_000 }, (_, index) => ({ index }));
  expect(held.length).toBe(400_000);
  memory.worked();
  held = undefined;
  vi.advanceTimersByTime(2000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(16e6);
});
