/** Which files the unit, property and protocol tests are in. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    // Longer than anything takes on a busy machine; reached only when what is waited for never comes.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    passWithNoTests: false,
    // Programs that tests start keep nothing of what Node compiles.
    env: { PODPROOF_CACHE: '' },
    // What a test prints is noise, but for a line that says a check was skipped, or from which seed it drew.
    onConsoleLog: (log) => log.includes('skipped') || log.includes('seed'),
  },
});
