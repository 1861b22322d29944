/** Tables of the practices: what each comes to for one container, or for all containers of a pod. */

import { fileDeciding } from '../catalog/settings.ts';
import { isCertainlyAbsent, mappingIn } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import { explainedPractices } from '../practices/explained.ts';
import type { ExplainedPractice } from '../practices/explanation.ts';
import { CHECK_CODES } from '../practices/index.ts';
import type { Path } from '../yaml/tree.ts';
import type { JudgedFinding } from './analyze.ts';
import type { HoverContext } from './hover.ts';
import { cellCode, listWords } from './hoverMarkdown.ts';
import { GOVERNED_FIELDS, type Owner } from './hoverPlaces.ts';
import { appliesToWindows, isUndone, type Value, valueFor } from './hoverValues.ts';
import { containerWords } from './hoverWords.ts';

/** Where a container stands with a practice. `unknown`: a value that decides it is not known; `undone`: privileged undoes it. */
type Standing = 'met' | 'missed' | 'suppressed' | 'unknown' | 'undone' | 'off' | 'not-applicable';

const MARKS: Readonly<Record<Standing, string>> = {
  met: '✓',
  missed: '✗',
  suppressed: '–',
  unknown: '?',
  undone: '–',
  off: '–',
  'not-applicable': '–',
};

/** Eight rows: the practice, and what it comes to for the container. */
export function containerTable(
  owner: Owner & { readonly container: ContainerView },
  context: HoverContext,
): string {
  const rows = explainedPractices().map((practice) => {
    const standing = standingOf(owner.pod, owner.container, practice, context);
    return `| ${MARKS[standing]} | ${linkTo(practice, context)} | ${cellFor(owner, practice, standing, context)} |`;
  });
  return ['| | Practice | In effect |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Eight rows: the practice, and the containers of the pod that miss it. */
export function podTable({ pod }: Owner, context: HoverContext): string {
  const rows = explainedPractices().map((practice) => {
    const standings = pod.containers.map((container) => ({
      container,
      standing: standingOf(pod, container, practice, context),
    }));
    const missing = standings.filter(({ standing }) => standing === 'missed');
    const others = standings.map(({ standing }) => standing);
    const mark = missing.length > 0 ? 'missed' : (others.find((standing) => standing !== 'met') ?? 'met');
    const names = listWords(missing.map(({ container }) => cellSafe(containerWords(container))));
    const words =
      missing.length === 0
        ? WORDS[mark]
        : missing.length === standings.length
          ? 'missed by all containers'
          : `missed by ${names}`;
    return `| ${MARKS[mark]} | ${linkTo(practice, context)} | ${words} |`;
  });
  return ['| | Practice | Containers |', '| --- | --- | --- |', ...rows].join('\n');
}

const WORDS: Readonly<Record<Standing, string>> = {
  met: 'followed by all containers',
  missed: '',
  suppressed: 'suppressed',
  unknown: 'not known for all containers',
  undone: 'undone by `privileged: true`',
  off: 'switched off',
  'not-applicable': 'does not apply',
};

function cellSafe(words: string): string {
  return words.replaceAll('|', '\\|');
}

function linkTo({ id }: ExplainedPractice, context: HoverContext): string {
  return `[${id}](${context.pageUrl(id)})`;
}

function standingOf(
  pod: PodView,
  container: ContainerView,
  practice: ExplainedPractice,
  context: HoverContext,
): Standing {
  const { settings } = context.analyzed;
  const isOff = CHECK_CODES.every(
    (code) => !code.startsWith(`${practice.id}/`) || settings.severities.get(code) === 'off',
  );
  if (isOff) return 'off';
  const own = findingsFor(pod, container, practice, context);
  if (own.some(({ suppressedBy }) => suppressedBy === null)) return 'missed';
  if (own.length > 0) return 'suppressed';
  if (!applies(pod, container, practice)) return 'not-applicable';
  if (isUndone(container, practice.id)) return 'undone';
  const values = GOVERNED_FIELDS.filter((field) => field.practice === practice).flatMap(({ rule }) =>
    valueFor(pod, container, rule, settings.practice),
  );
  const isUndecided = values.some(({ state }) => state === 'unknown') || container.partial || pod.partial;
  return isUndecided ? 'unknown' : 'met';
}

function findingsFor(
  pod: PodView,
  container: ContainerView,
  practice: ExplainedPractice,
  { findings }: HoverContext,
): readonly JudgedFinding[] {
  return findings.filter(
    ({ finding }) =>
      finding.practice === practice.id &&
      (finding.container === null
        ? samePath(finding.pod.path, pod.path)
        : samePath(finding.container.path, container.path)),
  );
}

export function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

function applies(pod: PodView, container: ContainerView, practice: ExplainedPractice): boolean {
  if (container.list === 'ephemeralContainers' && (pod.isTemplate || practice.id === 'resources'))
    return false;
  return (
    pod.os === 'linux' ||
    practice.fields.some((rule) => rule.type !== 'mapping' && appliesToWindows(practice.id, rule))
  );
}

function cellFor(
  { pod, container }: Owner & { readonly container: ContainerView },
  practice: ExplainedPractice,
  standing: Standing,
  context: HoverContext,
): string {
  if (standing === 'off') return `${WORDS.off}${offWords(practice, context)}`;
  if (standing === 'not-applicable' || standing === 'undone') return WORDS[standing];
  if (practice.id === 'security-context') return contextWords(pod, container, practice, context);
  const parts = practice.fields.flatMap((rule) => {
    const key = rule.path.length === 1 ? (rule.path[0] ?? '') : rule.path.slice(1).join('.');
    return valueFor(pod, container, rule, context.analyzed.settings.practice).flatMap((value) =>
      isWorthSaying(key, value) ? [cellWords(key, value, context)] : [],
    );
  });
  return `${parts.join(', ')}${standing === 'suppressed' ? ' (suppressed)' : ''}`;
}

/** The file that has switched a practice off, if it was a file. */
function offWords({ id, checks }: ExplainedPractice, { analyzed }: HoverContext): string {
  const name = fileDeciding(analyzed.settings, id, ...checks.map((check) => `${id}/${check.id}`));
  return name === undefined ? '' : ` in ${cellCode(name)}`;
}

/** Fields that are absent in most containers, and rightly so. */
export const SELDOM_SET: ReadonlySet<string> = new Set([
  'privileged',
  'capabilities.add',
  'seccompProfile.localhostProfile',
]);

function isWorthSaying(key: string, value: Value): boolean {
  return value.state !== 'unset' || !SELDOM_SET.has(key);
}

/** Whether there is a security context, and what is wrong with it as a whole. */
function contextWords(
  pod: PodView,
  container: ContainerView,
  practice: ExplainedPractice,
  context: HoverContext,
): string {
  if (isCertainlyAbsent(container.securityContext)) return 'not set';
  const mapping = mappingIn(container.securityContext);
  if (mapping === undefined) return 'unknown';
  if (mapping.entries.length === 0) return 'empty';
  const checks = new Set(findingsFor(pod, container, practice, context).map(({ finding }) => finding.check));
  const faults = [
    ...(checks.has('invalid') ? [', with an invalid value'] : []),
    ...(checks.has('misplaced') ? [', with a field in the wrong place'] : []),
  ];
  return `set, line ${context.lineOf(container.securityContext.anchor)}${faults.join('')}`;
}

function cellWords(key: string, value: Value, { lineOf }: HoverContext): string {
  switch (value.state) {
    case 'unset':
      return `${key} not set`;
    case 'unknown':
      return value.why.text === '' ? `${key} unknown` : `${key} unknown: ${cellCode(value.why.text)}`;
    case 'invalid':
      return `${cellCode(`${key}: ${value.text}`)} (invalid)`;
    case 'set': {
      const where =
        value.from === 'container'
          ? ''
          : ` (${value.from === 'limit' ? 'from the limit' : `pod, line ${lineOf(value.keySpan)}`})`;
      return `${cellCode(`${key}: ${value.text}`)}${where}`;
    }
  }
}
