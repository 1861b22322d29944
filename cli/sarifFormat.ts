/** The SARIF format (OASIS SARIF 2.1.0): one run with its rules, for code scanning. */
import { pathToFileURL } from 'node:url';
import { version } from '../package.json';
import { pageUrl, SUPPRESSING_PAGE } from '../shared/catalog/pages.ts';
import { SUPPRESSION_CHECKS } from '../shared/catalog/settingsTable.ts';
import { explainedPractices } from '../shared/practices/explained.ts';
import type { ExplainedCheck, ExplainedPractice } from '../shared/practices/explanation.ts';
import type { Severity } from '../shared/practices/practice.ts';
import { uriFrom } from './filePlace.ts';
import { fingerprinter } from './fingerprint.ts';
import type { FileFinding, ReportedFinding, Reporter, SourceProblem, ValuesAnswer } from './report.ts';

/** Results are written as they come; what was wrong with sources follows behind them. */
export function sarifReporter(folder: string): Reporter {
  const notifications: unknown[] = [];
  let isComplete = true;
  let isFirst = true;
  return {
    begin() {
      const run = JSON.stringify({
        tool: { driver: DRIVER },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [BASE]: { uri: folderUri(folder) } },
      });
      return `{"$schema":"${SCHEMA}","version":"2.1.0","runs":[${run.slice(0, -1)},"results":[`;
    },
    file(report) {
      const fingerprint = fingerprinter(report);
      let text = '';
      for (const finding of report.findings) {
        text += `${text === '' ? '' : ','}\n${JSON.stringify(result(finding, folder, fingerprint(finding)))}`;
      }
      return text;
    },
    join(said) {
      const text = isFirst ? said : `,${said}`;
      isFirst = false;
      return text;
    },
    problem(problem) {
      if (problem.isFatal) isComplete = false;
      notifications.push(notification(problem, folder));
      return '';
    },
    end() {
      const invocation = { executionSuccessful: isComplete, toolExecutionNotifications: notifications };
      return `\n],"invocations":[${JSON.stringify(invocation)}]}]}\n`;
    },
  };
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const BASE = '%SRCROOT%';

function ruleOf(practice: ExplainedPractice, check: ExplainedCheck): unknown {
  const standards = practice.standards.map(({ name, item }) => `- ${name}: ${item}`);
  const peers = practice.peers
    .filter(({ checks }) => checks === undefined || checks.includes(check.id))
    .map(({ tool, ids }) => `- ${tool}: ${ids.join(', ')}`);
  const markdown = `${practice.rationale}\n\n${practice.mayBreak}\n\n${[...standards, ...peers].join('\n')}`;
  return {
    id: `${practice.id}/${check.id}`,
    name: pascalCase(`${practice.id} ${check.id}`),
    shortDescription: { text: plain(`${practice.title}: ${check.summary}`) },
    fullDescription: { text: plain(practice.summary) },
    help: { text: plain(markdown), markdown },
    helpUri: pageUrl(practice.id),
    defaultConfiguration: { level: LEVELS[check.severity] },
    properties: {
      tags: ['security', 'kubernetes', practice.id],
      precision: 'high',
      'problem.severity': PROBLEM_SEVERITIES[check.severity],
      'security-severity': SECURITY_SEVERITIES[check.severity],
    },
  };
}

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
};

/** What GitHub code scanning calls them. */
const PROBLEM_SEVERITIES: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'recommendation',
};

/** GitHub code scanning shows from 7.0 on high, from 4.0 on medium, below that low. */
const SECURITY_SEVERITIES: Readonly<Record<Severity, string>> = {
  error: '8.0',
  warning: '5.0',
  information: '2.0',
};

function result(finding: FileFinding, folder: string, fingerprint: string): unknown {
  const { reported, suppression, offer } = finding;
  const { file, code, severity, message, range, workload, pod, values } = reported;
  const location = artifact(file, folder);
  return {
    ruleId: code,
    ruleIndex: RULE_INDEX.get(code) ?? -1,
    level: LEVELS[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: { artifactLocation: location, region: region(range) },
        logicalLocations: [{ fullyQualifiedName: logicalName(reported), kind: 'resource' }],
      },
    ],
    ...(values === undefined ? {} : { relatedLocations: [answerLocation(values, folder)] }),
    // The first is the name under which GitHub looks for one.
    partialFingerprints: { primaryLocationLineHash: fingerprint, 'podproofFinding/v1': fingerprint },
    ...(suppression === null ? {} : { suppressions: [suppressionOf(suppression)] }),
    ...(offer === null ? {} : { fixes: [fixOf(offer, location)] }),
    properties: { workload, pod, container: reported.container },
  };
}

/** The place in a chart's values that answers a finding of a template. */
function answerLocation({ file, path, range }: ValuesAnswer, folder: string): unknown {
  return {
    physicalLocation: { artifactLocation: artifact(file, folder), region: region(range) },
    message: { text: `${path} decides it.` },
  };
}

function suppressionOf({ by, reason }: NonNullable<FileFinding['suppression']>): unknown {
  return { kind: 'inSource', justification: reason ?? `Suppressed by ${by}, without a reason.` };
}

function fixOf({ title, edits }: NonNullable<FileFinding['offer']>, artifactLocation: unknown): unknown {
  return {
    description: { text: title },
    artifactChanges: [
      {
        artifactLocation,
        replacements: edits.map(({ range, newText }) => ({
          deletedRegion: region(range),
          insertedContent: { text: newText },
        })),
      },
    ],
  };
}

function artifact(file: string, folder: string): unknown {
  const { uri, isRelative } = uriFrom(folder, file);
  return isRelative ? { uri, uriBaseId: BASE } : { uri };
}

function folderUri(folder: string): string {
  const { href } = pathToFileURL(folder);
  return href.endsWith('/') ? href : `${href}/`;
}

/** SARIF counts lines and columns from one; the end is exclusive, as here. */
function region({ start, end }: ReportedFinding['range']): unknown {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

function notification({ file, at, message, isFatal }: SourceProblem, folder: string): unknown {
  return {
    level: isFatal ? 'error' : 'warning',
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifact(file, folder),
          ...(at === undefined ? {} : { region: { startLine: at.line + 1, startColumn: at.character + 1 } }),
        },
      },
    ],
  };
}

/** `Deployment/shop/web/containers/app`. */
function logicalName({ workload, containerList, container, index }: ReportedFinding): string {
  const parts = workload === null ? [] : [workload.kind, workload.namespace, workload.name];
  if (containerList !== null) parts.push(containerList, container ?? String(index));
  return parts.filter((part) => part !== null).join('/');
}

/** Markdown as it reads without its marks. */
function plain(markdown: string): string {
  return markdown.replaceAll('`', '').replace(/\*\*/g, '');
}

function pascalCase(id: string): string {
  return id
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

const RULES: readonly { readonly id: string; readonly rule: unknown }[] = [
  ...explainedPractices().flatMap((practice) =>
    practice.checks.map((check) => ({
      id: `${practice.id}/${check.id}`,
      rule: ruleOf(practice, check),
    })),
  ),
  ...SUPPRESSION_CHECKS.map(({ code, severity, summary }) => ({
    id: code,
    rule: {
      id: code,
      name: pascalCase(code),
      shortDescription: { text: summary },
      help: { text: summary },
      helpUri: SUPPRESSING_PAGE,
      defaultConfiguration: { level: LEVELS[severity] },
    },
  })),
];

const RULE_INDEX: ReadonlyMap<string, number> = new Map(RULES.map(({ id }, index) => [id, index]));

const DRIVER = {
  name: 'Podproof',
  version,
  semanticVersion: version,
  informationUri: 'https://podproof.dev',
  rules: RULES.map(({ rule }) => rule),
};
