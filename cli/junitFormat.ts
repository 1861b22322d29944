/** The JUnit format: a suite per file and a case per finding, as build servers read test results. */
import type { Severity } from '../shared/practices/practice.ts';
import { printable } from './host.ts';
import type { FileFinding, FileReport, ReportedFinding, Reporter, SourceProblem } from './report.ts';

/** A finding that fails the run is a failed case; any other is a case that has something to say. */
export function junitReporter(failsRun: (severity: Severity) => boolean): Reporter {
  return {
    begin: () => '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="podproof">\n',
    file: (report) => suite(report, failsRun),
    join: (said) => said,
    problem: problemSuite,
    end: () => '</testsuites>\n',
  };
}

function suite({ name, findings }: FileReport, failsRun: (severity: Severity) => boolean): string {
  const cases = findings.map((finding) => testCase(finding, failsRun(finding.reported.severity)));
  if (cases.length === 0)
    cases.push(`    <testcase${attributes({ name: 'no findings', classname: name })}/>\n`);
  const failures = findings.filter(
    ({ reported, suppression }) => suppression === null && failsRun(reported.severity),
  ).length;
  const counts = attributes({ name, tests: cases.length, failures, errors: 0 });
  return `  <testsuite${counts}>\n${cases.join('')}  </testsuite>\n`;
}

function testCase({ reported, suppression }: FileFinding, isFailure: boolean): string {
  const { code, file, severity, message, range } = reported;
  const place = `${file}:${range.start.line + 1}:${range.start.character + 1}`;
  const name = [code, subjectOf(reported)].filter((part) => part !== '').join(' ');
  const open = `    <testcase${attributes({ name, classname: file, file, line: range.start.line + 1 })}>\n`;
  if (suppression !== null) {
    const why = `suppressed by ${suppression.by}: ${suppression.reason ?? 'no reason given'}`;
    return `${open}      <skipped${attributes({ message: why })}/>\n    </testcase>\n`;
  }
  const body = isFailure
    ? `      <failure${attributes({ type: severity, message })}>${escaped(place)}</failure>\n`
    : `      <system-out>${escaped(`${place}: ${severity}: ${message}`)}</system-out>\n`;
  return `${open}${body}    </testcase>\n`;
}

function subjectOf({ workload, container, containerList, index }: ReportedFinding): string {
  const pod =
    workload === null ? '' : [workload.kind, workload.namespace, workload.name].filter(isText).join('/');
  return containerList === null ? pod : `${pod} ${container ?? `${containerList}[${index}]`}`;
}

function isText(part: string | null): part is string {
  return part !== null;
}

/** What only qualifies a file's report stays on standard error. */
function problemSuite({ file, message, isFatal }: SourceProblem): string {
  if (!isFatal) return '';
  return `  <testsuite${attributes({ name: file, tests: 1, failures: 0, errors: 1 })}>
    <testcase${attributes({ name: 'read', classname: file, file })}>
      <error${attributes({ message })}/>
    </testcase>
  </testsuite>
`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

/** XML 1.0 has no way to write control characters at all. */
function escaped(text: string): string {
  return printable(text)
    .replace(/[\uFFFE\uFFFF]/g, '\u{FFFD}')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replaceAll('\t', '&#9;');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
