/** Hover: on one short screen, what a governed place does and what it comes to. */
import { pageUrl } from '../catalog/pages.ts';
import { fileDeciding, type Settings } from '../catalog/settings.ts';
import type { Fact } from '../kubernetes/facts.ts';
import { removedApi } from '../kubernetes/removedApis.ts';
import type { Level } from '../kubernetes/slots.ts';
import { isInForce } from '../kubernetes/versions.ts';
import type { ExplainedPractice, FieldRule } from '../practices/explanation.ts';
import type { PracticeId } from '../practices/practice.ts';
import { indexLines } from '../text/lineIndex.ts';
import { type Span, shifted } from '../text/span.ts';
import { type AnalyzedText, type JudgedFinding, judgedFindingsOf, readDocument } from './analyze.ts';
import { possibleFacts } from './hoverFacts.ts';
import { explainImage } from './hoverImage.ts';
import { code, listWords } from './hoverMarkdown.ts';
import { type GovernedField, type Owner, type Place, placeToExplain } from './hoverPlaces.ts';
import { podSecurityWords } from './hoverPodSecurity.ts';
import { containerTable, podTable, SELDOM_SET, samePath } from './hoverTables.ts';
import {
  circumstances,
  leavesTokenToServiceAccount,
  type Value,
  valueFor,
  valueOfPod,
} from './hoverValues.ts';
import { containerWords, unknownWords, valueWords } from './hoverWords.ts';

export interface Hover {
  /** From the start of the text. */
  readonly span: Span;
  /** Markdown without commands or HTML; text from the manifest stands in code spans alone. */
  readonly markdown: string;
}

export interface HoverOptions {
  /** Address of a practice's page; by default where the pages are published. */
  readonly pageUrl?: (practice: PracticeId) => string;
  /** What other files say, as `findingsOf` takes it. */
  readonly elsewhere?: readonly Fact[];
}

/**
 * The explanation at an offset of the text, or undefined where nothing there is governed: in templates that are not read, between
 * documents, and on everything that no practice speaks of. Total.
 */
export function hoverAt(
  analyzed: AnalyzedText,
  offset: number,
  options: HoverOptions = {},
): Hover | undefined {
  const found = analyzed.documents.find(({ slice }) => slice.start <= offset && offset < slice.end);
  const document = found ?? analyzed.documents.find(({ slice }) => slice.end === offset);
  if (document === undefined) return undefined;
  const { start, end } = document.slice;
  const read = readDocument(analyzed.text.slice(start, end), document.mask, analyzed.settings.kinds);
  const place = read === undefined ? undefined : placeToExplain(read.objects, offset - start);
  if (place === undefined) return undefined;
  const lines = indexLines(analyzed.text);
  const context: HoverContext = {
    analyzed,
    findings: judgedFindingsOf(analyzed, options.elsewhere).filter(
      ({ documentStart }) => documentStart === start,
    ),
    facts: [...analyzed.documents.flatMap(({ analysis }) => analysis.facts), ...(options.elsewhere ?? [])],
    lineOf: (span) => lines.positionAt(start + span.start).line + 1,
    pageUrl: options.pageUrl ?? pageUrl,
  };
  const paragraphs = explain(place, context);
  if (paragraphs.length === 0) return undefined;
  return { span: shifted(place.span, start), markdown: paragraphs.join('\n\n') };
}

export interface HoverContext {
  readonly analyzed: AnalyzedText;
  /** Of the same document, without what is settled. */
  readonly findings: readonly JudgedFinding[];
  /** Of all documents of the file, and of other files. */
  readonly facts: readonly Fact[];
  /** One-based line of a span of the document, in the whole text. */
  readonly lineOf: (span: Span) => number;
  readonly pageUrl: (practice: PracticeId) => string;
}

function explain(place: Place, context: HoverContext): readonly string[] {
  switch (place.kind) {
    case 'container':
    case 'pod':
      return explainOwner(place, context);
    case 'image': {
      const [owner] = place.owners;
      return owner === undefined ? [] : explainImage(owner, context);
    }
    case 'service-account':
      return explainServiceAccount(place, context);
    case 'seccomp-annotation':
      return explainSeccompAnnotation(place, context);
    case 'fields':
      return place.fields.length === 1 ? explainField(place, context) : explainGroup(place, context);
  }
}

type OwnerPlace = Extract<Place, { kind: 'container' | 'pod' }>;

function explainOwner({ on, owners }: OwnerPlace, context: HoverContext): readonly string[] {
  const [owner] = owners;
  if (owner === undefined) return [];
  const heading =
    on === 'securityContext'
      ? `**securityContext**: the rights that the kernel and the runtime give to ${ownerWords(owners)}, or refuse.`
      : `**${capitalized(ownerWords(owners))}**`;
  const [only] = owner.pod.containers;
  const container = owner.container ?? (owner.pod.containers.length === 1 ? only : undefined);
  return [
    heading,
    container === undefined ? podTable(owner, context) : containerTable({ ...owner, container }, context),
    ...possibleFacts(owner, context),
    ...(owner.container === null ? podSecurityWords(owner, context) : []),
    ...(owner.container === null ? removedWords(owner, context) : []),
  ];
}

/** A sentence where the cluster no longer serves the object's API version: it will not be created at all. */
function removedWords(
  { object: { apiVersion, kind } }: Owner,
  { analyzed }: HoverContext,
): readonly string[] {
  const removed = removedApi(apiVersion, kind, analyzed.settings.practice.kubernetesMinor);
  if (removed === undefined) return [];
  const { removedIn, replacement } = removed;
  return [`Kubernetes serves no ${code(apiVersion)} ${kind} since 1.${removedIn}; use ${code(replacement)}.`];
}

type FieldsPlace = Extract<Place, { kind: 'fields' }>;

function explainField(place: FieldsPlace, context: HoverContext): readonly string[] {
  const [field] = place.fields;
  if (field === undefined) return [];
  const { practice, rule } = field;
  const { settings } = context.analyzed;
  const [heading = '', ...rest] = fieldExplanation(
    place.fields,
    place.path,
    place.level,
    settings,
    context.pageUrl,
  );
  return [
    heading,
    ...(place.isRead ? [inEffect(place, field, context)] : []),
    ...place.owners
      .slice(0, 1)
      .flatMap(({ pod, container }) => circumstances(pod, container, practice.id, rule, settings.practice)),
    ...rest,
  ];
}

/** What is said of a field wherever it stands: Markdown, one paragraph each. Of several fields, what they have in common. */
export function fieldExplanation(
  fields: readonly GovernedField[],
  path: readonly string[],
  level: Level,
  settings: Settings,
  linkTo: (practice: PracticeId) => string,
): readonly string[] {
  const [first, second] = fields;
  if (first === undefined) return [];
  const { practice, rule } = first;
  if (second === undefined && rule.path.length === path.length) {
    return [
      `**${keyWords(rule)}**: ${lowered(rule.description)}`,
      facts(rule, level, settings),
      `May break: ${rule.mayBreak}`,
      ...references(practice, [rule], linkTo),
    ];
  }
  const practices = [...new Set(fields.map((field) => field.practice))];
  return [
    `**${path.at(-1) ?? ''}**`,
    fields
      .filter((field) => !SELDOM_SET.has(keyWords(field.rule)))
      .map(
        (field) =>
          `- **${field.rule.path.slice(path.length).join('.')}**: ${lowered(field.rule.description)}`,
      )
      .join('\n'),
    practices.map(({ id }) => `[${id}](${linkTo(id)})`).join(' · '),
  ];
}

function explainGroup(place: FieldsPlace, context: HoverContext): readonly string[] {
  const [first] = place.fields;
  if (first === undefined) return [];
  const practices = [...new Set(place.fields.map(({ practice }) => practice))];
  const rows = place.fields
    .filter((field) => !isSeldomAndAbsent(place, field, context))
    .map((field) => {
      const label = field.rule.path.slice(place.path.length).join('.');
      return `- **${label}**: ${inEffectWords(place, field, context)}`;
    });
  return [
    `**${place.path.at(-1) ?? ''}** of ${ownerWords(place.owners)}`,
    rows.join('\n'),
    ...practices.flatMap((practice) => {
      const rules = place.fields.flatMap((field) => (field.practice === practice ? [field.rule] : []));
      return references(practice, rules, context.pageUrl);
    }),
  ];
}

/** Fields that most manifests rightly leave out are told only where they are set. */
function isSeldomAndAbsent(
  { owners }: FieldsPlace,
  { rule }: GovernedField,
  { analyzed }: HoverContext,
): boolean {
  if (!SELDOM_SET.has(keyWords(rule))) return false;
  return owners.every(({ pod, container }) => {
    const values =
      container === null ? valueOfPod(pod, rule) : valueFor(pod, container, rule, analyzed.settings.practice);
    return values.every(({ state }) => state === 'unset');
  });
}

function explainServiceAccount(
  { object, field }: Extract<Place, { kind: 'service-account' }>,
  context: HoverContext,
): readonly string[] {
  const { rule, practice } = field;
  return [
    `**${keyWords(rule)}**: whether pods that use the ServiceAccount ${code(object.name ?? '')} get its token.`,
    'A pod that sets the field itself decides for itself; every other pod takes what stands here.',
    `Values: \`false\` and \`true\` · not set: the token is mounted · since ${rule.since}`,
    `May break: ${rule.mayBreak}`,
    ...references(practice, [rule], context.pageUrl),
  ];
}

function explainSeccompAnnotation(
  { key, field }: Extract<Place, { kind: 'seccomp-annotation' }>,
  context: HoverContext,
): readonly string[] {
  const { practice, rule } = field;
  const isRead = isInForce('seccompAnnotation', context.analyzed.settings.practice.kubernetesMinor);
  return [
    `**${code(key)}**: the seccomp profile, as it was set before there was a field for it.`,
    isRead
      ? 'Read up to Kubernetes 1.26, and without effect from 1.27 on: the field `securityContext.seccompProfile` works in both.'
      : 'Without effect since Kubernetes 1.27: set the field `securityContext.seccompProfile` instead.',
    ...references(practice, [rule], context.pageUrl),
  ];
}

/** "In effect for container `web`: `true`, from the pod, line 14." */
function inEffect(place: FieldsPlace, field: GovernedField, context: HoverContext): string {
  const owners = place.level === 'container' ? `In effect for ${ownerWords(place.owners)}: ` : 'In effect: ';
  return `${owners}${inEffectWords(place, field, context)}`;
}

function inEffectWords(place: FieldsPlace, field: GovernedField, context: HoverContext): string {
  const answers = new Set(
    place.owners.map((owner) =>
      owner.container === null
        ? podWords(owner, field, place, context)
        : ownWords(owner, owner.container, field, place, context),
    ),
  );
  return [...answers].join(' ');
}

function ownWords(
  { pod }: Owner,
  container: NonNullable<Owner['container']>,
  { practice, rule }: GovernedField,
  place: FieldsPlace,
  context: HoverContext,
): string {
  const values = valueFor(pod, container, rule, context.analyzed.settings.practice);
  return sentences(values, rule, practice, place, context);
}

/** What a pod's field comes to: who takes it, and who has a value of its own. */
function podWords(
  { pod }: Owner,
  { practice, rule }: GovernedField,
  place: FieldsPlace,
  context: HoverContext,
): string {
  const values = valueOfPod(pod, rule);
  const said = sentences(values, rule, practice, place, context);
  if (!rule.levels.includes('container') || pod.containers.length === 0) return said;
  if (rule.path[0] === 'resources') return `${said} It holds for all containers together.`;
  const own = pod.containers.flatMap((container) => {
    const [value] = valueFor(pod, container, rule, context.analyzed.settings.practice);
    return value?.state === 'set' && value.from === 'container' ? [{ container, value }] : [];
  });
  if (own.length === 0) return said;
  const isEvery = own.length === pod.containers.length;
  const told = own.map(({ container, value }) => {
    const where = `${code(value.text)}, line ${context.lineOf(value.keySpan)}`;
    return own.length === 1 && !isEvery
      ? `${containerWords(container)}, which has its own: ${where}`
      : `${containerWords(container)} ${where}`;
  });
  const who = isEvery
    ? 'but every container has its own: '
    : own.length === 1
      ? 'except for '
      : 'except where a container has its own: ';
  return `${said.replace(/\.$/, '')}, ${who}${told.join('; ')}.`;
}

function sentences(
  values: readonly Value[],
  rule: FieldRule,
  practice: ExplainedPractice,
  place: FieldsPlace,
  context: HoverContext,
): string {
  const hereLine = context.lineOf(place.span);
  return values
    .map((value) => {
      switch (value.state) {
        case 'unset':
          return notSetWords(rule, practice, place, context);
        case 'unknown':
          return `${unknownWords(value.why)}.`;
        case 'invalid':
          return `${code(value.text)}, which Kubernetes rejects for this field.`;
        case 'set': {
          const line = context.lineOf(value.keySpan);
          return `${valueWords(value, line === hereLine ? undefined : line, place.level)}.`;
        }
      }
    })
    .join(' Or: ');
}

function notSetWords(
  rule: FieldRule,
  practice: ExplainedPractice,
  place: FieldsPlace,
  context: HoverContext,
): string {
  if (practice.id === 'service-account-token') {
    const [owner] = place.owners;
    if (owner !== undefined && leavesTokenToServiceAccount(owner.pod) && isSettled(owner, context)) {
      return 'not set, and its ServiceAccount says `false`.';
    }
  }
  return `not set. ${rule.whenAbsent}`;
}

/** Nothing missing is found although nothing is set: another document of the file has settled it. */
function isSettled({ pod }: Owner, { analyzed, findings }: HoverContext): boolean {
  if (analyzed.settings.severities.get('service-account-token/mounted') === 'off' || pod.partial)
    return false;
  return !findings.some(
    ({ finding }) => finding.practice === 'service-account-token' && samePath(finding.pod.path, pod.path),
  );
}

/** Values, versions and levels in one line. */
function facts(rule: FieldRule, level: Level, settings: Settings): string {
  const since = level === 'pod' ? (rule.sinceAtPod ?? rule.since) : rule.since;
  const minimumKey = rule.setting === 'runAsUser' ? 'minimumUid' : 'minimumGid';
  const hasMinimum = rule.type === 'integer' && settings.practice.platform !== 'openshift';
  const minimum = settings.practice[minimumKey];
  return [
    `Values: ${rule.allowed ?? listWords(rule.values.map((value) => code(String(value))))}`,
    ...(hasMinimum ? [`asked for: ${minimum} or higher${fileWords(settings, minimumKey)}`] : []),
    `on ${rule.levels.length > 1 ? 'pods and containers' : rule.levels[0] === 'pod' ? 'pods only' : 'containers only'}`,
    `since ${since}`,
  ].join(' · ');
}

/** Where it is a file that decides a setting, its name. */
export function fileWords(settings: Settings, ...keys: readonly string[]): string {
  const name = fileDeciding(settings, ...keys);
  return name === undefined ? '' : ` (${code(name)})`;
}

/** What asks for it, what other tools call it, and where to read more. */
function references(
  practice: ExplainedPractice,
  rules: readonly FieldRule[],
  linkTo: (practice: PracticeId) => string,
): readonly string[] {
  const concerns = ({ checks }: { readonly checks?: readonly string[] }): boolean =>
    checks === undefined ||
    rules.some((rule) => rule.checks === undefined || rule.checks.some((check) => checks.includes(check)));
  const standards = grouped(practice.standards.filter(concerns).map(({ name, item }) => [name, [item]]));
  const tools = grouped(
    practice.peers.filter(concerns).map(({ tool, ids }) => [tool, ids.filter((id) => !id.includes('.'))]),
  );
  return [
    ...(standards.length === 0
      ? []
      : [`Asked for by ${standards.map(([name, items]) => `${name} (${items.join('; ')})`).join(', ')}`]),
    ...(tools.length === 0
      ? []
      : [`Elsewhere: ${tools.map(([tool, ids]) => `${tool} ${ids.join(', ')}`).join(' · ')}`]),
    `[${practice.id}](${linkTo(practice.id)})`,
  ];
}

/** Pairs of one name together, each item once. */
function grouped(
  pairs: readonly (readonly [string, readonly string[]])[],
): readonly [string, readonly string[]][] {
  const groups = new Map<string, Set<string>>();
  for (const [name, items] of pairs) {
    const group = groups.get(name) ?? new Set();
    groups.set(name, group);
    for (const item of items) group.add(item);
  }
  return [...groups].map(([name, items]) => [name, [...items]]);
}

/** The field's name with what it needs to be told apart: `seccompProfile.type`, `limits.cpu`. */
function keyWords({ path }: FieldRule): string {
  return (path.length === 1 ? path : path.slice(1)).join('.');
}

/** "the pod of Deployment `shop`", "containers `web` and `log`". */
function ownerWords(owners: readonly Owner[]): string {
  const [first] = owners;
  if (first === undefined) return '';
  if (first.container === null) return podOwnerWords(first);
  const words = owners.flatMap(({ container }) => (container === null ? [] : [containerWords(container)]));
  const kinds = new Set(words.map((word) => word.slice(0, word.indexOf('`'))));
  const [kind = ''] = kinds;
  if (words.length < 2 || kinds.size > 1 || kind === '') return listWords(words);
  return `${kind.trim()}s ${listWords(words.map((word) => word.slice(kind.length)))}`;
}

function podOwnerWords({ object: { kind, name } }: Owner): string {
  const shownKind = /^[A-Za-z]{1,60}$/.test(kind) ? kind : code(kind);
  const object = name === undefined ? shownKind : `${shownKind} ${code(name)}`;
  if (kind === 'Pod') return name === undefined ? 'the pod' : `the pod ${code(name)}`;
  return `the pod of ${object}`;
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A sentence behind a colon; what begins with an acronym keeps its capitals. */
function lowered(sentence: string): string {
  return /^[A-Z][a-z' ]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}
