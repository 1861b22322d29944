// The whole gate: types, lint, build, unit and property tests, the real editor. Ends in one line, `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const bin = (name) => path.join(root, 'node_modules/.bin', name);
const totals = { passed: 0, failed: 0, skipped: 0 };

/** Runs a program of the project; whether it came to its end without an error. */
function run(title, command, args) {
  console.log(`\n== ${title}`);
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) console.error(error.message);
  if (signal !== null) console.error(`${title} was ended by ${signal}.`);
  return status === 0;
}

/** A step that is one check of its own. */
function check(title, command, args) {
  if (run(title, command, args)) totals.passed++;
  else totals.failed++;
}

/** A step that counts its own tests into a file; a crash, or no test at all, is a failure. */
function suite(title, command, args, report, read) {
  rmSync(report, { force: true });
  const ended = run(title, command, args);
  const counts = existsSync(report)
    ? read(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 };
  totals.passed += counts.passed;
  totals.failed += counts.failed;
  totals.skipped += counts.skipped;
  if (!ended && counts.failed === 0) totals.failed++;
  if (ended && counts.passed + counts.skipped === 0) {
    console.error(`${title} ran no test.`);
    totals.failed++;
  }
}

check('Types', bin('tsc'), ['-b']);
check('Lint', bin('biome'), ['ci', '--error-on-warnings', '.']);
check('Build', process.execPath, ['esbuild.mjs']);

const unit = path.join(root, 'out/test-unit.json');
suite(
  'Unit, property and protocol tests',
  bin('vitest'),
  ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${unit}`],
  unit,
  (report) => ({
    passed: report.numPassedTests,
    // A file that fails to load has no tests to count.
    failed:
      report.numFailedTests +
      report.testResults.filter(
        ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
      ).length,
    skipped: report.numPendingTests + report.numTodoTests,
  }),
);

const editor = path.join(root, 'out/test-vscode.json');
suite(
  'The real editor',
  process.execPath,
  ['test/vscode/run.mjs'],
  editor,
  ({ passed, failed, skipped = 0 }) => ({ passed, failed, skipped }),
);

console.log(
  `\n${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`,
);
process.exitCode = totals.failed === 0 ? 0 : 1;
