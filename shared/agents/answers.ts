/** What agents are answered: checks, hardened texts and explanations, each as words and as data. */
import { type AnalyzedText, analyzeText, findingsOf, type PlacedFinding } from '../analysis/analyze.ts';
import { fixSafely, harden } from '../analysis/fix.ts';
import type { Fixability } from '../analysis/fixability.ts';
import { workloadsOf } from '../analysis/lens.ts';
import { practicePage } from '../catalog/practicePages.ts';
import type { Settings } from '../catalog/settings.ts';
import type { Fact } from '../kubernetes/facts.ts';
import { explainedPractices } from '../practices/explained.ts';
import { PRACTICE_IDS, type Severity } from '../practices/practice.ts';
import type { Position } from '../text/lineIndex.ts';
import { applyEdits } from '../text/textEdit.ts';
import { diffOf } from '../text/unifiedDiff.ts';

export type ToolAnswer =
  | { readonly ok: true; readonly text: string; readonly data?: Record<string, unknown> }
  | { readonly ok: false; readonly problem: string };

/** What a tool works on. */
export interface ToolSource {
  /** As given; `manifest.yaml` for a text. */
  readonly name: string;
  readonly text: string;
  readonly settings: Settings;
  /** What other files say, as `findingsOf` takes it. */
  readonly elsewhere?: readonly Fact[];
  /** The findings that count, where more than the text decides that. */
  readonly standing?: (analyzed: AnalyzedText) => readonly PlacedFinding[];
}

/** A finding with as much as an agent is told in words; as data it may have more. */
export interface ToldFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Zero-based lines and UTF-16 code units in the whole file. */
  readonly range: { readonly start: Position; readonly end: Position };
  readonly workload: { readonly kind: string; readonly name: string | null } | null;
  readonly fix: Fixability;
}

/** What a check found. */
export interface Check {
  readonly documents: number;
  readonly workloads: number;
  /** How many of the documents are templates, of which a part is not known. */
  readonly templates: number;
  readonly findings: readonly ToldFinding[];
}

export function checkAnswer(name: string, { documents, workloads, templates, findings }: Check): ToolAnswer {
  const found = findings.length === 0 ? 'Nothing is missed.' : findings.map(lineOf).join('\n');
  const unknown = templates > 0 ? '\nWhat templates decide is not known before they are rendered.' : '';
  return {
    ok: true,
    text: `${name}: ${counted(workloads, 'workload')}, ${counted(findings.length, 'finding')}.\n${found}${unknown}`,
    data: { documents, workloads, findings },
  };
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function lineOf({ range, severity, message, code, workload, fix }: ToldFinding): string {
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
export function hardenForAgent(
  { name, text, settings, elsewhere = [], standing }: ToolSource,
  wishes: HardenWishes,
): ToolAnswer {
  const analyzed = analyzeText(text, settings);
  if (analyzed.documents.every(({ analysis }) => analysis.workloads === 0)) {
    return { ok: false, problem: `There is no workload in ${name}, as far as it can be read as YAML.` };
  }
  const isMeant = (workload: { kind: string; name: string | null; namespace: string | null }): boolean =>
    (wishes.kind === undefined || workload.kind === wishes.kind) &&
    (wishes.name === undefined || workload.name === wishes.name) &&
    (wishes.namespace === undefined || workload.namespace === wishes.namespace);
  const findingsIn = (one: AnalyzedText): readonly PlacedFinding[] =>
    standing?.(one) ?? findingsOf(one, elsewhere);
  const all = findingsIn(analyzed);
  const meant = all.filter(({ finding }) => isMeant(finding.workload));
  const isNarrow = [wishes.kind, wishes.name, wishes.namespace].some((wish) => wish !== undefined);
  if (isNarrow && meant.length === 0) {
    const held = workloadsOf(analyzed, elsewhere).map(({ workload }) => workload);
    const names = held.map((one) => `${one.kind} ${one.name ?? '(no name)'}`).join(', ');
    const problem = held.some(isMeant)
      ? `That workload in ${name} misses nothing.`
      : `There is no such workload in ${name}. ${names === '' ? 'It holds none.' : `It holds: ${names}.`}`;
    return { ok: false, problem };
  }
  if (wishes.safe_only === true && isNarrow) {
    return {
      ok: false,
      problem: 'Safe fixes are made for a whole file: leave out kind, name and namespace.',
    };
  }
  const fixed =
    wishes.safe_only === true
      ? fixSafely(analyzed, elsewhere, all)
      : harden(analyzed, { scope: 'file' }, elsewhere, meant);
  const hardened = applyEdits(text, fixed.edits);
  const remaining = findingsIn(analyzeText(hardened, settings)).filter(({ finding }) =>
    isMeant(finding.workload),
  );
  const diff =
    hardened === text
      ? ''
      : diffOf({ oldFileName: `a/${name}`, newFileName: `b/${name}` }, text, fixed.edits);
  const count = `${meant.length - remaining.length} of ${counted(meant.length, 'finding')} fixed`;
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
  const practice = explainedPractices().find((one) => one.id === id);
  if (practice === undefined) {
    const known = PRACTICE_IDS.join(', ');
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
