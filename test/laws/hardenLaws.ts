/** The laws that fixes and Harden keep, each as a function from a text to its violations. */

import { analyzeText, findingsOf, type PlacedFinding } from '../../shared/analysis/analyze.ts';
import { fixEdits, fixForHarden, harden } from '../../shared/analysis/fix.ts';
import { fixesOf } from '../../shared/analysis/fixes.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';
import { effectivePods } from '../support/effectiveValues.ts';
import { goYamlStream } from '../support/goYaml.ts';
import { rejectionsOfText, rejectionText } from '../support/kubernetesApi.ts';
import { PRACTICE_CHECKS, refusalsOf } from '../support/podSecurity.ts';

/** What a text's fixes broke, one line each; none where every law holds. */
export type Violations = readonly string[];

function findings(text: string): readonly PlacedFinding[] {
  return findingsOf(analyzeText(text, DEFAULT_SETTINGS));
}

/**
 * What a finding is about, wherever it stands now. `unset` and `unpinned` are one question: no uid, with root allowed or forbidden.
 */
function subject({ finding }: PlacedFinding): string {
  const { code, workload, pod, container } = finding;
  const question = code === 'root-user/unpinned' ? 'root-user/unset' : code;
  const place = container === null ? 'pod' : `${container.list} ${container.index}`;
  return [question, workload.kind, workload.name, pod.path.join('.'), place].join(' ');
}

function countBySubject(placed: readonly PlacedFinding[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of placed) counts.set(subject(one), (counts.get(subject(one)) ?? 0) + 1);
  return counts;
}

export function hardened(text: string): string {
  return applyEdits(text, harden(analyzeText(text, DEFAULT_SETTINGS), { scope: 'file' }).edits);
}

/** After Harden nothing is left that Harden would fix, and a second Harden changes nothing. */
export function hardenSettles(text: string): Violations {
  const after = hardened(text);
  const left = findings(after).filter(({ finding }) => fixForHarden(finding, 'pod') !== undefined);
  const declined = new Set(
    harden(analyzeText(after, DEFAULT_SETTINGS), { scope: 'file' }).declined.map(({ placed }) =>
      subject(placed),
    ),
  );
  const violations = left
    .filter((placed) => !declined.has(subject(placed)))
    .map((placed) => `still fixable: ${subject(placed)}`);
  if (hardened(after) !== after) violations.push('a second Harden changes the text again');
  return violations;
}

/** Harden keeps every comment that has a line of its own, be it moved with what it stands above, and the line ends. */
export function hardenKeepsLines(text: string): Violations {
  const after = hardened(text);
  const left = after.split(/\r?\n/).map((line) => line.trim());
  const violations: string[] = [];
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    if (!line.startsWith('#')) continue;
    const found = left.indexOf(line);
    if (found < 0) violations.push(`the line is lost: ${line}`);
    else left.splice(found, 1);
  }
  if (!/(?<!\r)\n/.test(text) && text.includes('\n') && /(?<!\r)\n/.test(after))
    violations.push('other line ends');
  if (!text.includes('\r') && after.includes('\r')) violations.push('other line ends');
  return violations;
}

/** Harden makes no finding that was not there. A denial that Kubernetes rejects beside SYS_ADMIN goes, and then is missing. */
export function hardenAddsNothing(text: string): Violations {
  const before = countBySubject(findings(text));
  return [...countBySubject(findings(hardened(text)))]
    .filter(([key, count]) => count > (before.get(key) ?? 0))
    .filter(([key]) => !before.has(key.replace(/^privilege-escalation\/not-denied/, INEFFECTIVE)))
    .map(([key]) => `new: ${key}`);
}

const INEFFECTIVE = 'privilege-escalation/ineffective';

/**
 * A text in which every value has its effect. Only once it is put right, as a quoted id is, or stands where it belongs, does a value
 * say anything, which may be weak: Harden then has something to do that it could not know before.
 */
export function broughtIntoForce(text: string): string {
  const isWithoutEffect = ({ finding: { code } }: PlacedFinding): boolean =>
    code.endsWith('/invalid') || code === 'security-context/misplaced';
  return findings(text).some(isWithoutEffect) ? hardened(text) : text;
}

/** Harden writes nothing that the API server rejects. */
export function hardenStaysValid(text: string): Violations {
  const before = new Set(rejectionsOfText(text).map(rejectionText));
  return rejectionsOfText(hardened(text))
    .filter((rejection) => !before.has(rejectionText(rejection)))
    .map((rejection) => `rejected: ${rejectionText(rejection)}: ${rejection.message}`);
}

/** What Harden leaves alone because the workload asks for it by name, and what Pod Security then still refuses. */
const EXEMPT: Readonly<Record<string, readonly string[]>> = {
  'privilege-escalation/privileged': [
    'privileged',
    'allowPrivilegeEscalation',
    'capabilities_restricted',
    'seccompProfile_restricted',
  ],
  'privilege-escalation/undermined': [],
  'privilege-escalation/not-denied': ['allowPrivilegeEscalation'],
  'privilege-escalation/allowed': ['allowPrivilegeEscalation'],
  'capabilities/forbidden': ['capabilities_baseline', 'capabilities_restricted'],
  'capabilities/added': ['capabilities_restricted'],
};

/** What an image is known not to do without, so that only a person can decide it: its fixes are there to be asked for. */
const NEEDED_BY_IMAGES: Readonly<Record<string, readonly string[]>> = {
  'capabilities/non-root-unset': ['runAsNonRoot'],
  'capabilities/non-root-false': ['runAsNonRoot'],
  'capabilities/not-dropped': ['capabilities_restricted'],
  'root-user/root': ['runAsUser'],
};

function exemptionsOf({ finding }: PlacedFinding): readonly string[] {
  const isOnRequest = fixesOf(finding).length > 0 && fixesOf(finding).every((fix) => fix.onRequest === true);
  return [...(EXEMPT[finding.code] ?? []), ...(isOnRequest ? (NEEDED_BY_IMAGES[finding.code] ?? []) : [])];
}

/** What Harden produces passes Pod Security restricted for what the practices cover, but for what it reports and must leave. */
export function hardenPassesRestricted(text: string): Violations {
  // A change that would reach elsewhere through an anchor is not made.
  if (harden(analyzeText(text, DEFAULT_SETTINGS), { scope: 'file' }).declined.length > 0) return [];
  const after = hardened(text);
  const left = findings(after);
  const exempt = new Set(left.flatMap(exemptionsOf));
  const { objects } = goYamlStream(after);
  // A patch is no pod: what it lacks is in what it is merged over.
  const isWhole = effectivePods(objects).map(({ partial }) => !partial);
  return refusalsOf(objects, 'restricted')
    .filter((_, index) => isWhole[index])
    .flat()
    .filter((check) => PRACTICE_CHECKS.has(check) && !exempt.has(check))
    .map((check) => `restricted refuses: ${check}`);
}

/** A single fix removes its finding, adds none, and done again changes nothing. */
export function fixSettles(text: string, placed: PlacedFinding): Violations {
  const fix = fixesOf(placed.finding)[0];
  if (fix === undefined) return [];
  const result = fixEdits(analyzeText(text, DEFAULT_SETTINGS), placed, fix);
  if (!result.ok) return [];
  if (result.edits.length === 0) return [`no edit: ${subject(placed)}`];
  const after = applyEdits(text, result.edits);
  const before = countBySubject(findings(text));
  const now = countBySubject(findings(after));
  const violations: string[] = [];
  if ((now.get(subject(placed)) ?? 0) >= (before.get(subject(placed)) ?? 0))
    violations.push(`still there: ${subject(placed)}`);
  // Without `privileged`, the practices that it silenced speak again.
  if (placed.finding.code !== 'privilege-escalation/privileged') {
    for (const [key, count] of now)
      if (count > (before.get(key) ?? 0)) violations.push(`new: ${key}, by ${subject(placed)}`);
  }
  return violations;
}

/** The fixes one by one, in any order, end where Harden ends. `pick` chooses the next one from so many. */
export function oneByOneEqualsHarden(text: string, pick: (count: number) => number): Violations {
  let current = text;
  for (let round = 0; ; round++) {
    if (round > 500) return ['the fixes one by one do not come to an end'];
    const analyzed = analyzeText(current, DEFAULT_SETTINGS);
    const open = [...findingsOf(analyzed)];
    let after = current;
    while (after === current && open.length > 0) {
      const [placed] = open.splice(pick(open.length), 1);
      const fix = placed === undefined ? undefined : fixForHarden(placed.finding, 'pod');
      const result = placed === undefined || fix === undefined ? undefined : fixEdits(analyzed, placed, fix);
      if (result?.ok === true) after = applyEdits(current, result.edits);
    }
    if (after === current) break;
    current = after;
  }
  const one = effectiveSummary(current);
  const all = effectiveSummary(hardened(text));
  return one === all ? [] : [`one by one gives ${one}\nHarden gives ${all}`];
}

/** What says at which level a value is written, and not what it is. */
const LEVELS: ReadonlySet<string> = new Set(['origin', 'found', 'written']);

/** The effective values of every container; origins may differ, since a value may stand at either level. */
function effectiveSummary(text: string): string {
  return JSON.stringify(effectivePods(goYamlStream(text).objects), (key, value: unknown) =>
    LEVELS.has(key) ? undefined : value,
  );
}
