/** What the extension host loads: runs the specs with mocha and writes down what happened. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/** The file that PODPROOF_RESULT names, and that says more than an exit code: a host that was killed never says `done`. */
interface Result {
  /** True once every test has run. */
  done: boolean;
  readonly passed: string[];
  readonly skipped: string[];
  readonly failed: { readonly title: string; readonly error: string }[];
}

export function run(): Promise<void> {
  const result: Result = { done: false, passed: [], skipped: [], failed: [] };
  const write = (): void => {
    const file = process.env.PODPROOF_RESULT;
    if (file !== undefined) writeFileSync(file, JSON.stringify(result, null, 2));
  };
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 180_000 });
  mocha.addFile(path.join(__dirname, 'specs.js'));
  return new Promise((resolve, reject) => {
    // Written after each test, so that a host that dies leaves what it had done.
    mocha
      .run((failures) => {
        result.done = true;
        write();
        if (failures > 0) reject(new Error(`${failures} tests failed`));
        else resolve();
      })
      .on('pass', (test) => {
        result.passed.push(test.fullTitle());
        write();
      })
      .on('pending', (test) => {
        result.skipped.push(test.fullTitle());
        write();
      })
      .on('fail', (test, error) => {
        result.failed.push({ title: test.fullTitle(), error: error.stack ?? error.message });
        write();
      });
  });
}
