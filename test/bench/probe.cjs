/**
 * Probe: loaded into a process with `--require` and `--expose-gc`, it tells at each SIGUSR2 what the process holds after a collection, and
 * how long its event loop has stood still at most since the last time. One line of JSON on standard error.
 */
const { monitorEventLoopDelay } = require('node:perf_hooks');

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
const megabytes = (bytes) => bytes / 1024 / 1024;

process.on('SIGUSR2', () => {
  const stall = delays.max / 1e6;
  // What only a finalizer has let go of is free after the second one.
  global.gc?.();
  global.gc?.();
  const { heapUsed, rss, external } = process.memoryUsage();
  const held = { heap: megabytes(heapUsed), external: megabytes(external), rss: megabytes(rss) };
  process.stderr.write(`${JSON.stringify({ probe: { ...held, stall } })}\n`);
  // The collections were ours.
  setTimeout(() => delays.reset(), 5).unref();
});
