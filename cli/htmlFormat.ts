/** The HTML format: the report as one file that loads nothing. */
import { createHash } from 'node:crypto';
import { basename, resolve, sep } from 'node:path';
import { renderReport } from '../shared/report/page.ts';
import type { ReportRow } from '../shared/report/rows.ts';
import { REPORT_SCRIPT } from '../shared/report/script.ts';
import { REPORT_STYLE } from '../shared/report/style.ts';
import { pathBelow } from './filePlace.ts';
import type { Host } from './host.ts';
import type { Reporter } from './report.ts';

/** The page can only be written once all is known; the rows are all that is kept until then. */
export function htmlReporter(paths: readonly string[], { cwd, env }: Host): Reporter {
  const rows: ReportRow[] = [];
  const problems: string[] = [];
  return {
    begin: () => '',
    file: ({ rows: own }) => (own.length === 0 ? '' : JSON.stringify(own)),
    join(said) {
      for (const row of JSON.parse(said) as readonly ReportRow[]) rows.push(row);
      return '';
    },
    problem({ file, message }) {
      problems.push(`${file}: ${message}`);
      return '';
    },
    end: () =>
      renderReport(rows, {
        subject: paths.map((path) => (path === '.' ? basename(cwd) || path : path)).join(', '),
        placeOf: placesIn(cwd, env),
        policy: { style: hashOf(REPORT_STYLE), script: hashOf(REPORT_SCRIPT) },
        problems,
      }),
  };
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** On GitHub and GitLab the places of the commit that is checked; elsewhere those of the files, in VS Code. */
function placesIn(
  cwd: string,
  env: Host['env'],
): (file: string, line: number, character: number) => string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: commit } = env;
  const { CI_PROJECT_URL: project, CI_COMMIT_SHA: gitlabCommit } = env;
  const base = server && repository && commit ? `${server}/${repository}/blob/${commit}` : undefined;
  const gitlab = project && gitlabCommit ? `${project}/-/blob/${gitlabCommit}` : undefined;
  const web = [base, gitlab].find((address) => address?.startsWith('https://'));
  return (file, line, character) => {
    if (file === '-') return undefined;
    const below = pathBelow(cwd, file);
    if (web !== undefined) return below === undefined ? undefined : `${web}/${encoded(below)}#L${line}`;
    const path = resolve(cwd, file).replaceAll(sep, '/');
    return `vscode://file${path.startsWith('/') ? '' : '/'}${encoded(path)}:${line}:${character}`;
  };
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
