/** What agents are answered: checks, hardened texts and explanations, each as words and as data. */
import { analyzeText, findingsOf } from '../shared/analysis/analyze.ts';
import { fixSafely, harden } from '../shared/analysis/fix.ts';
import { practicePage } from '../shared/catalog/practicePages.ts';
import { PRACTICES } from '../shared/practices/index.ts';
import { applyEdits } from '../shared/text/textEdit.ts';
import { judge } from './judge.ts';
import type { ToolSource } from './mcp.ts';
import type { ReportedFinding } from './report.ts';
import { unifiedDiff } from './unifiedDiff.ts';

export type ToolAnswer =
  | { readonly ok: true; readonly text: string; readonly data?: Record<string, unknown> }
  | { readonly ok: false; readonly problem: string };

export function checkForAgent({ name, text, settings }: ToolSource): ToolAnswer {
  const report = judge(name, text, {
    settings,
    wants: () => true,
    withFixes: true,
    withOffers: false,
    withSuppressed: false,
    withRows: false,
    known: undefined,
    told: undefined,
  });
  if (!report.isJudged)
    return { ok: false, problem: `${name} is not valid YAML: ${report.problem?.message}` };
  const findings = report.findings.map(({ reported }) => reported);
  const found = findings.length === 0 ? 'Nothing is missed.' : findings.map(lineOf).join('\n');
  const unknown =
    report.templates > 0 ? '\nWhat templates decide is not known before they are rendered.' : '';
  return {
    ok: true,
    text: `${name}: ${report.workloads} workloads, ${findings.length} findings.\n${found}${unknown}`,
    data: { documents: report.documents, workloads: report.workloads, findings },
  };
}

function lineOf({ range, severity, message, code, workload, fix }: ReportedFinding): string {
  const subject = workload === null ? '' : `${workload.kind} ${workload.name ?? '(no name)'}: `;
  const fixable = fix === null ? 'no fix' : fix === 'safe' ? 'safe fix' : 'fix to review';
  return `${range.start.line + 1}:${range.start.character + 1} ${severity} ${subject}${message} [${code}, ${fixable}]`;
}

export interface HardenWishes {
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly safe_only?: boolean | undefined;
}

/** A workload that nobody finds is an error, so that it is not taken for one that misses nothing. */
export function hardenForAgent({ name, text, settings }: ToolSource, wishes: HardenWishes): ToolAnswer {
  const analyzed = analyzeText(text, settings);
  const isMeant = (workload: { kind: string; name: string | null; namespace: string | null }): boolean =>
    (wishes.kind === undefined || workload.kind === wishes.kind) &&
    (wishes.name === undefined || workload.name === wishes.name) &&
    (wishes.namespace === undefined || workload.namespace === wishes.namespace);
  const all = findingsOf(analyzed);
  const meant = all.filter(({ finding }) => isMeant(finding.workload));
  const isNarrow = [wishes.kind, wishes.name, wishes.namespace].some((wish) => wish !== undefined);
  if (isNarrow && meant.length === 0) {
    return {
      ok: false,
      problem: `No such workload in ${name} misses anything. Use check_file to see what it holds.`,
    };
  }
  if (wishes.safe_only === true && isNarrow) {
    return {
      ok: false,
      problem: 'Safe fixes are made for a whole file: leave out kind, name and namespace.',
    };
  }
  const fixed =
    wishes.safe_only === true ? fixSafely(analyzed) : harden(analyzed, { scope: 'file' }, [], meant);
  const hardened = applyEdits(text, fixed.edits);
  const remaining = findingsOf(analyzeText(hardened, settings)).filter(({ finding }) =>
    isMeant(finding.workload),
  );
  const diff =
    hardened === text ? '' : unifiedDiff({ name, file: undefined, isNamed: true }, '/', text, fixed.edits);
  const count = `${meant.length - remaining.length} of ${meant.length} findings fixed`;
  const declined = fixed.declined.map(({ placed: { finding }, reason }) => `${finding.code}: ${reason}`);
  const left = [...declined, ...remaining.map(({ finding }) => `${finding.code}: ${finding.message}`)];
  const leftInWords =
    left.length === 0 ? '' : `\nLeft, for a person to decide:\n${[...new Set(left)].join('\n')}`;
  return {
    ok: true,
    text: `${count} in ${name}; nothing is written yet.\n${diff}${leftInWords}`,
    data: { text: hardened, diff, fixed: meant.length - remaining.length, remaining: remaining.length },
  };
}

export function explainForAgent(code: string): ToolAnswer {
  const [id, checkId] = code.split('/');
  const practice = PRACTICES.find((one) => one.id === id);
  if (practice === undefined) {
    const known = PRACTICES.map((one) => one.id).join(', ');
    return { ok: false, problem: `There is no practice "${id}". There are: ${known}.` };
  }
  const page = practicePage(practice).replace(/^<!--.*-->\s+/, '');
  if (checkId === undefined) return { ok: true, text: page };
  const check = practice.checks.find((one) => one.id === checkId);
  if (check === undefined) {
    const known = practice.checks.map((one) => `${practice.id}/${one.id}`).join(', ');
    return { ok: false, problem: `There is no check "${code}". There are: ${known}.` };
  }
  return { ok: true, text: `${code} (${check.severity}): ${check.summary}\n\n${page}` };
}
