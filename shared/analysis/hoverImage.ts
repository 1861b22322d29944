/** Hover over an image: what is known of it for hardening, with sources, and what Harden does because of it. */

import type { KnownImage } from '../images/catalog.ts';
import type { ImageFacts, StartFact, Told, WriteFact } from '../images/family.ts';
import { imageOf } from '../images/needs.ts';
import { sourceLink } from '../images/sources.ts';
import { isCovered } from '../images/writes.ts';
import type { ContainerView } from '../kubernetes/workload.ts';
import type { Fix } from '../practices/practice.ts';
import type { YamlValue } from '../yaml/operation.ts';
import { fixForHarden } from './fix.ts';
import { fixesOf, opsOf } from './fixes.ts';
import type { HoverContext } from './hover.ts';
import { code, listWords } from './hoverMarkdown.ts';
import type { Owner } from './hoverPlaces.ts';
import { samePath } from './hoverTables.ts';

/** Paragraphs of Markdown; none where nothing is known of the image. */
export function explainImage(owner: Owner, context: HoverContext): readonly string[] {
  const { container } = owner;
  const image =
    container === null ? undefined : imageOf(container, context.analyzed.settings.practice.images);
  if (container === null || image === undefined) return [];
  const facts = factLines(image, container);
  return [
    `**${capitalized(image.family.title)}**${certaintyWords(image)}`,
    ...(facts.length === 0 ? [] : [facts.map((line) => `- ${line}`).join('\n')]),
    ...(image.by === 'name' ? [] : hardenLines({ ...owner, container }, context)),
  ];
}

/** A title may begin with an article. */
function capitalized(title: string): string {
  return /^(?:an?|the) /.test(title) ? `${title.charAt(0).toUpperCase()}${title.slice(1)}` : title;
}

function certaintyWords(image: KnownImage): string {
  if (image.by === 'name') {
    return ', by its name alone: a copy in another registry may be another image. `podproof.images` says what it is like; until then no fix follows from this.';
  }
  if (!image.isVariantKnown)
    return ': its tags differ, and a digest alone does not tell which one this is, so no fix follows from this.';
  return image.family.grade === 'weak' ? ': the evidence is weak, so no fix follows from this.' : '';
}

function factLines(image: KnownImage, container: ContainerView): readonly string[] {
  const {
    starts,
    user,
    needsRoot,
    writes = [],
    writableRoot,
    capabilities,
    env = [],
    ports,
    fsGroup,
    api,
    notes = [],
  } = image.facts;
  const line = (fact: Told, words: string): string =>
    `${words}${isDoubted(image, fact) ? ' (weak evidence)' : ''} · ${sourceLink(fact.source)}`;
  return [
    ...(starts === undefined ? [] : [line(starts, startWords(starts))]),
    ...(user === undefined ? [] : [line(user, userWords(user))]),
    ...(needsRoot === undefined
      ? []
      : [
          line(
            needsRoot,
            `Has to stay root${needsRoot.when === 'on-node' ? ' where it works on files of the node' : ''}: ${needsRoot.why}`,
          ),
        ]),
    ...writes.map((fact) => line(fact, writeWords(fact, container))),
    ...(writableRoot === undefined
      ? []
      : [line(writableRoot, `Needs a writable root filesystem: ${writableRoot.why}`)]),
    ...(capabilities === undefined
      ? []
      : [line(capabilities, `Needs ${capabilities.names.map(code).join(', ')}: ${capabilities.why}`)]),
    ...env.map((fact) =>
      line(fact, `Needs ${code(`${fact.name}=${fact.value}`)} as another user than root: ${fact.why}`),
    ),
    ...(ports === undefined || ports.numbers.length === 0
      ? []
      : [line(ports, `Listens on ${listWords(ports.numbers.map(String), 6)}`)]),
    ...(fsGroup === undefined
      ? []
      : [
          line(
            fsGroup,
            fsGroup.group === 'none'
              ? `No fsGroup: ${fsGroup.why}`
              : `fsGroup ${fsGroup.group}: ${fsGroup.why}`,
          ),
        ]),
    ...(api === undefined ? [] : [line(api, apiWords(api))]),
    ...notes.map((note) => line(note, note.text.replace(/\.$/, ''))),
  ];
}

/** Of a family with better evidence, a fact that has little. */
function isDoubted({ family }: KnownImage, fact: Told): boolean {
  return family.grade !== 'weak' && fact.grade === 'weak';
}

function startWords({ as, name, stepsDown }: StartFact): string {
  switch (as) {
    case 'root':
      return stepsDown === true
        ? 'Starts as root and then becomes its own user; given that user, it starts as it'
        : 'Starts as root';
    case 'name':
      return `Starts as the user ${code(name ?? '')}: with \`runAsNonRoot\`, the kubelet wants its number too`;
    case 'number':
      return 'Starts as a user with a number: `runAsNonRoot` is enough';
  }
}

function userWords({ uid, gid }: NonNullable<ImageFacts['user']>): string {
  const group = gid === undefined ? '' : gid === 0 ? ', and the group root' : `, and group ${gid}`;
  return `Its files and its own user: ${uid}${group}`;
}

function writeWords(fact: WriteFact, container: ContainerView): string {
  const { path, what, hasContent, whenEnv, whenMounted, unlessArgument, isData } = fact;
  const condition =
    whenEnv !== undefined
      ? `, where ${code(whenEnv)} is set`
      : whenMounted !== undefined
        ? `, where ${code(whenMounted)} is mounted`
        : unlessArgument !== undefined
          ? `, without ${code(unlessArgument)}`
          : '';
  const state = isCovered(container, path)
    ? ' (mounted here)'
    : hasContent === true
      ? ' (an empty volume would hide its files)'
      : isData === true
        ? ' (an emptyDir keeps it no longer than the pod)'
        : '';
  return `Writes to ${code(path)}: ${what}${condition}${state}`;
}

function apiWords({ use, why }: NonNullable<ImageFacts['api']>): string {
  const reason = why === undefined ? '' : ` ${why}`;
  switch (use) {
    case 'always':
      return `Uses the Kubernetes API${reason}`;
    case 'sometimes':
      return `May use the Kubernetes API: ${why ?? 'its settings decide'}`;
    case 'never':
      return 'Does not use the Kubernetes API';
  }
}

/** What Harden would change of what depends on the image, and what it would leave. */
function hardenLines(
  { pod, container }: Owner & { readonly container: ContainerView },
  context: HoverContext,
): readonly string[] {
  const here = context.findings.filter(
    ({ finding, suppressedBy }) =>
      suppressedBy === null &&
      samePath(finding.pod.path, pod.path) &&
      (finding.container === null || samePath(finding.container.path, container.path)) &&
      DEPENDENT.has(finding.practice),
  );
  const done = new Set<string>();
  const left = new Set<string>();
  for (const { finding } of here) {
    const fix = finding.code === 'security-context/missing' ? undefined : fixForHarden(finding, 'pod');
    if (fix !== undefined) {
      done.add(fix.title);
      for (const words of alsoWords(fix)) done.add(words);
    } else if (fixesOf(finding).some(({ onRequest }) => onRequest)) {
      left.add(code(finding.code));
    }
  }
  return [
    ...(done.size === 0 ? [] : [`Harden:\n${[...done].map((one) => `- ${one}`).join('\n')}`]),
    ...(left.size === 0 ? [] : [`Harden leaves alone, for you to decide: ${listWords([...left], 6)}.`]),
  ];
}

const DEPENDENT: ReadonlySet<string> = new Set([
  'root-user',
  'service-account-token',
  'capabilities',
  'read-only-root-filesystem',
]);

/** Variables and sysctls that come with a fix. */
function alsoWords(fix: Fix): readonly string[] {
  return opsOf(fix).flatMap((op): readonly string[] => {
    if (op.op !== 'ensureItem') return [];
    const name = isMapping(op.item) && typeof op.item.name === 'string' ? op.item.name : undefined;
    const value = isMapping(op.item) && typeof op.item.value === 'string' ? op.item.value : undefined;
    const list = op.path.at(-1);
    if (name === undefined || value === undefined || (list !== 'env' && list !== 'sysctls')) return [];
    return [`${list === 'env' ? 'Set the variable' : 'Set the sysctl'} ${code(`${name}=${value}`)}`];
  });
}

function isMapping(value: YamlValue): value is { readonly [key: string]: YamlValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
