/** The GitLab format: a code quality report (Code Climate issues, as GitLab reads them), shown in merge requests. */
import { createHash } from 'node:crypto';
import type { Severity } from '../shared/practices/practice.ts';
import { pathBelow } from './filePlace.ts';
import { fingerprinter } from './fingerprint.ts';
import type { Reporter } from './report.ts';

/** `folder` is where the run has its repository. Suppressed findings and unreadable files have no place in the format. */
export function gitlabReporter(folder: string): Reporter {
  let isFirst = true;
  return {
    begin: () => '[',
    file(report) {
      const fingerprint = fingerprinter(report);
      const path = pathBelow(folder, report.name) ?? report.name;
      let text = '';
      for (const finding of report.findings) {
        const identity = fingerprint(finding);
        if (finding.suppression !== null) continue;
        const { code, severity, message, range } = finding.reported;
        const issue = {
          description: message,
          check_name: code,
          // GitLab compares reports by this alone, so the file is part of it.
          fingerprint: createHash('sha256').update(`${path}\n${identity}`).digest('hex'),
          severity: SEVERITIES[severity],
          location: { path, lines: { begin: range.start.line + 1 } },
        };
        text += `${text === '' ? '' : ','}\n${JSON.stringify(issue)}`;
      }
      return text;
    },
    join(said) {
      const text = isFirst ? said : `,${said}`;
      isFirst = false;
      return text;
    },
    problem: () => '',
    end: () => '\n]\n',
  };
}

const SEVERITIES: Readonly<Record<Severity, string>> = {
  error: 'critical',
  warning: 'major',
  information: 'info',
};
