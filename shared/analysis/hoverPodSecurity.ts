/** What Pod Security admission would answer to a pod, in words, with the level that its namespace enforces where that is known. */
import type { NamespaceFact, PodSecurityLabel } from '../kubernetes/facts.ts';
import {
  type PodSecurityAnswer,
  type PodSecurityLevel,
  podSecurityAnswer,
} from '../kubernetes/podSecurity.ts';
import { NEWEST_KUBERNETES_MINOR } from '../kubernetes/versions.ts';
import type { PodView } from '../kubernetes/workload.ts';
import type { HoverContext } from './hover.ts';
import { code } from './hoverMarkdown.ts';
import type { Owner } from './hoverPlaces.ts';

/** Admission is on in every cluster since 1.25 (KEP-2579); policies of earlier versions can still be asked for by label. */
const FIRST_STABLE_MINOR = 25;

/** Paragraphs: one where the namespace's level is known, else one for both levels. None for what is merged over another pod. */
export function podSecurityWords({ object, pod }: Owner, context: HoverContext): readonly string[] {
  if (pod.partial || !pod.accepts.podSpec) return [];
  const { kubernetesMinor } = context.analyzed.settings.practice;
  const enforced =
    object.namespace.state === 'named' ? enforcedIn(object.namespace.name, context) : undefined;
  if (enforced === undefined) {
    const levels: readonly PodSecurityLevel[] = ['restricted', 'baseline'];
    return [
      `Pod Security admission:\n${levels.map((level) => `- ${levelWords(pod, level, kubernetesMinor)}`).join('\n')}`,
    ];
  }
  const { name, label } = enforced;
  const asks = `Pod Security admission: namespace ${code(name)} enforces`;
  if (label.level === 'privileged') return [`${asks} **privileged**, which admits everything.`];
  return [`${asks} ${levelWords(pod, label.level, label.minor ?? kubernetesMinor)}`];
}

/** The level that a namespace asks for, where all that is known of it agrees. */
function enforcedIn(
  name: string,
  { facts }: HoverContext,
): { readonly name: string; readonly label: PodSecurityLabel } | undefined {
  const namesakes = facts.filter(
    (fact): fact is NamespaceFact => fact.fact === 'namespace' && fact.name === name,
  );
  const [first, ...others] = namesakes.map(({ enforce }) => enforce);
  if (first === undefined) return undefined;
  const agree = others.every((other) => other?.level === first.level && other.minor === first.minor);
  return agree ? { name, label: first } : undefined;
}

/** "**restricted**, 1.25 to 1.37: refused by capabilities, runAsNonRoot". */
function levelWords(pod: PodView, level: PodSecurityLevel, minor: number): string {
  const answer = podSecurityAnswer(pod, level, minor);
  return `**${level}**, ${versionWords(pod, level, minor, answer)}: ${answerWords(answer)}`;
}

function answerWords({ refusedBy, undecided }: PodSecurityAnswer): string {
  const open = undecided.length === 0 ? '' : `not known for ${undecided.join(', ')}`;
  if (refusedBy.length > 0) return `refused by ${refusedBy.join(', ')}${open === '' ? '' : `; ${open}`}`;
  return open === '' ? 'admitted' : open;
}

/** The versions around one that give the same answer. */
function versionWords(
  pod: PodView,
  level: PodSecurityLevel,
  minor: number,
  answer: PodSecurityAnswer,
): string {
  const isSame = (other: number): boolean =>
    JSON.stringify(podSecurityAnswer(pod, level, other)) === JSON.stringify(answer);
  let first = minor;
  while (first > FIRST_STABLE_MINOR && isSame(first - 1)) first--;
  let last = minor;
  while (last < NEWEST_KUBERNETES_MINOR && isSame(last + 1)) last++;
  return first === last ? `1.${first}` : `1.${first} to 1.${last}`;
}
