/** The GitHub format: workflow commands that GitHub Actions shows as annotations on the lines of a change. */
import type { Severity } from '../shared/practices/practice.ts';
import { pathBelow } from './filePlace.ts';
import { printable } from './host.ts';
import type { ReportedFinding, Reporter, SourceProblem } from './report.ts';

/** `folder` is where the run has its repository. */
export function githubReporter(folder: string, isQuiet: boolean): Reporter {
  return {
    between: '',
    begin: () => '',
    file: ({ findings }) =>
      findings
        .filter(({ suppression }) => suppression === null)
        .map(({ reported }) => annotation(folder, reported))
        .join(''),
    join: (said) => said,
    problem: (problem) => problemAnnotation(folder, problem),
    end({ files, workloads, findings: { error, warning, information } }) {
      if (isQuiet) return '';
      return `podproof: ${error} errors, ${warning} warnings, ${information} information in ${files} files with ${workloads} workloads\n`;
    },
  };
}

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'notice',
};

function annotation(folder: string, { file, code, severity, message, range }: ReportedFinding): string {
  return command(COMMANDS[severity], message, {
    file: pathBelow(folder, file) ?? file,
    line: range.start.line + 1,
    endLine: range.end.line + 1,
    col: range.start.character + 1,
    endColumn: range.end.character + 1,
    title: `podproof ${code}`,
  });
}

function problemAnnotation(folder: string, { file, at, message, isFatal }: SourceProblem): string {
  const place = at === undefined ? {} : { line: at.line + 1, col: at.character + 1 };
  return command(isFatal ? 'error' : 'warning', message, { file: pathBelow(folder, file) ?? file, ...place });
}

/** `::name key=value,...::message`, escaped as actions/toolkit does (packages/core/src/command.ts). */
function command(
  name: string,
  message: string,
  properties: Readonly<Record<string, string | number>>,
): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name} ${list.join(',')}::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
