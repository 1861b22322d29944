/** Completion: governed keys and values where Kubernetes reads them, the hardened ones first. */
import { pageUrl } from '../catalog/pages.ts';
import type { Settings } from '../catalog/settings.ts';
import { fieldOrder } from '../kubernetes/fieldOrder.ts';
import { type Level, textOf } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { FieldRule } from '../practices/explanation.ts';
import type { PracticeId } from '../practices/practice.ts';
import { type Span, shifted } from '../text/span.ts';
import type { YamlValue } from '../yaml/operation.ts';
import type { Path } from '../yaml/tree.ts';
import { blockLines, type EntryStyle, entryStyle, entryText, scalarText } from '../yaml/writeEntry.ts';
import type { AnalyzedText } from './analyze.ts';
import { type CursorContext, cursorContexts } from './completeContext.ts';
import { fieldExplanation } from './hover.ts';
import { GOVERNED_FIELDS, type GovernedField } from './hoverPlaces.ts';
import { appliesToWindows, fieldSlot, valueOfPod } from './hoverValues.ts';

export interface Completion {
  readonly label: string;
  readonly kind: 'key' | 'value' | 'block';
  /** Replaced by the completion; on one line, counted from the start of the text. */
  readonly replace: Span;
  /** Lines after the first stand at their column already. */
  readonly insert: string;
  /** The same with placeholders, in the syntax of the Language Server Protocol. */
  readonly snippet: string;
  /** What the text in `replace` is matched against. */
  readonly filter: string;
  readonly sort: string;
  readonly preselect: boolean;
  /** Markdown. */
  readonly documentation: string;
}

export interface CompletionOptions {
  readonly pageUrl?: (practice: PracticeId) => string;
}

/**
 * What may be typed at an offset: keys that a practice governs and the mapping does not have, their values, and whole hardened
 * blocks without what is inherited. Empty everywhere else. Total.
 */
export function completionsAt(
  { text, documents, settings }: AnalyzedText,
  offset: number,
  options: CompletionOptions = {},
): readonly Completion[] {
  const document = documents.find(({ slice }) => slice.start <= offset && offset <= slice.end);
  if (document === undefined) return [];
  const { start, end } = document.slice;
  for (const cursor of cursorContexts(text.slice(start, end), offset - start, settings.kinds)) {
    const place = placeOf(cursor);
    const base = { cursor, settings, start, pageUrl: options.pageUrl ?? pageUrl };
    const completions =
      place === undefined ? serviceAccountCompletions(base) : completionsIn({ ...base, place });
    if (completions.length > 0) return completions;
  }
  return [];
}

/** Whose field the cursor is at, and the keys below the pod spec or the container that lead there. */
interface FieldPlace {
  readonly level: Level;
  readonly pod: PodView;
  readonly container: ContainerView | null;
  readonly path: readonly string[];
}

interface CompletionContext extends CursorPlace {
  readonly place: FieldPlace;
}

interface CursorPlace {
  readonly cursor: CursorContext;
  readonly settings: Settings;
  /** Offset of the document. */
  readonly start: number;
  readonly pageUrl: (practice: PracticeId) => string;
}

function placeOf({ path, objects }: CursorContext): FieldPlace | undefined {
  for (const pod of objects.flatMap(({ pods }) => pods)) {
    for (const container of pod.containers) {
      const inner = below(path, container.path);
      if (inner !== undefined) return { level: 'container', pod, container, path: inner };
    }
    const inner = below(path, pod.path);
    if (inner !== undefined) return { level: 'pod', pod, container: null, path: inner };
  }
  return undefined;
}

/** The keys of a path below another; undefined where it is not below, or leads through a list. */
function below(path: Path, ancestor: Path): readonly string[] | undefined {
  if (!ancestor.every((step, index) => path[index] === step)) return undefined;
  const keys = path.slice(ancestor.length);
  return keys.every((step) => typeof step === 'string') ? keys : undefined;
}

function completionsIn(context: CompletionContext): readonly Completion[] {
  switch (context.cursor.role) {
    case 'key':
      return keyCompletions(context);
    case 'value':
      return valueCompletions(context);
    case 'item':
      return itemCompletions(context);
  }
}

/** The one field that a ServiceAccount shares with pods. */
function serviceAccountCompletions(context: CursorPlace): readonly Completion[] {
  const { cursor, settings } = context;
  const field = GOVERNED_FIELDS.find(({ practice }) => practice.id === 'service-account-token');
  const key = field?.rule.path[0];
  if (field === undefined || key === undefined) return [];
  const object = cursor.objects.find(({ kind, apiVersion, path }) => {
    const wanted = cursor.role === 'key' ? path : [...path, key];
    return kind === 'ServiceAccount' && apiVersion === 'v1' && below(cursor.path, wanted)?.length === 0;
  });
  if (
    object === undefined ||
    cursor.role === 'item' ||
    cursor.siblings.has(key) !== (cursor.role === 'value')
  )
    return [];
  const style = styleOf(context);
  const documentation = fieldExplanation([field], field.rule.path, 'pod', settings, context.pageUrl).join(
    '\n\n',
  );
  if (cursor.role === 'value') return scalars(context, field.rule.values, style, documentation);
  return [keyEntry(context, key, field.rule.values[0], style, documentation)];
}

/** The fields at and below a path that this pod or container can have. */
function fieldsAt(context: CompletionContext, path: readonly string[]): readonly GovernedField[] {
  return GOVERNED_FIELDS.filter(
    (field) => path.every((key, index) => field.rule.path[index] === key) && isOffered(field, context),
  );
}

function isOffered({ practice, rule }: GovernedField, { place, settings }: CompletionContext): boolean {
  const { level, pod, container } = place;
  if (!rule.levels.includes(level)) return false;
  if (pod.os !== 'linux' && !appliesToWindows(practice.id, rule)) return false;
  if (container?.list === 'ephemeralContainers' && (pod.isTemplate || practice.id === 'resources'))
    return false;
  if (level === 'pod' && practice.id === 'resources' && settings.practice.kubernetesMinor < 34) return false;
  if (rule.path.at(-1) === 'localhostProfile' && !usesLocalhost(container ?? pod)) return false;
  const checks = rule.checks ?? practice.checks.map(({ id }) => id);
  return checks.some((check) => settings.severities.get(`${practice.id}/${check}`) !== 'off');
}

function usesLocalhost(owner: PodView | ContainerView): boolean {
  return textOf(fieldSlot(owner, ['securityContext', 'seccompProfile', 'type'])) === 'Localhost';
}

function keyCompletions(context: CompletionContext): readonly Completion[] {
  const { cursor, place } = context;
  const style = styleOf(context);
  const fields = fieldsAt(context, place.path);
  const keys = [...new Set(fields.map(({ rule }) => rule.path[place.path.length]))];
  const completions = keys.flatMap((key): Completion[] => {
    if (key === undefined || cursor.siblings.has(key)) return [];
    const value = hardenedValue(context, [...place.path, key]);
    return [keyCompletion(context, key, value, style)];
  });
  const isBlock = !cursor.isFlow && !cursor.hasColon && cursor.siblings.size === 0;
  const whole = isBlock && completions.length > 1 && place.path.length > 0 ? wholeValue(context) : undefined;
  if (whole === undefined) return completions;
  return [blockCompletion(context, blockLines(whole, style).slice(style.column)), ...completions];
}

function keyCompletion(
  context: CompletionContext,
  key: string,
  value: YamlValue | undefined,
  style: EntryStyle,
): Completion {
  return keyEntry(context, key, value, style, explanation(context, [...context.place.path, key]));
}

function keyEntry(
  context: CursorPlace,
  key: string,
  value: YamlValue | undefined,
  style: EntryStyle,
  documentation: string,
): Completion {
  const { cursor } = context;
  const quotes =
    cursor.quote !== '' ? cursor.quote : cursor.isFlow && style.habits.dialect === 'json' ? '"' : '';
  const name = `${quotes}${key}${quotes}`;
  const entry = value === undefined ? `${name}: ` : named(entryText(key, value, style), key, name);
  const insert = cursor.hasColon ? name : entry;
  return completion(context, {
    label: key,
    kind: 'key',
    insert,
    snippet: snippetOf(insert),
    filter: name,
    sort: key,
    preselect: false,
    documentation,
  });
}

/** An entry with the quotes that are typed already around its key. */
function named(entry: string, key: string, name: string): string {
  return name + entry.slice(entry.indexOf(key) + key.length).replace(/^["']/, '');
}

function valueCompletions(context: CompletionContext): readonly Completion[] {
  const { cursor, place } = context;
  const fields = fieldsAt(context, place.path);
  const leaf = fields.find(({ rule }) => rule.path.length === place.path.length);
  if (leaf !== undefined) {
    return leaf.rule.type === 'list' ? [] : scalarCompletions(context, leaf, valuesOf(leaf.rule, context));
  }
  if (fields.length === 0 || place.path.length === 0 || !cursor.isEmptyValue) return [];
  const whole = wholeValue(context);
  if (whole === undefined) return [];
  const style = styleOf(context);
  const inner = { ...style, column: style.column + style.habits.step };
  return [blockCompletion(context, `${style.habits.eol}${blockLines(whole, inner)}`)];
}

function itemCompletions(context: CompletionContext): readonly Completion[] {
  const { cursor, place } = context;
  const field = fieldsAt(context, place.path).find(({ rule }) => rule.path.length === place.path.length);
  if (field?.rule.type !== 'list') return [];
  const values = valuesOf(field.rule, context).filter((value) => !cursor.siblings.has(String(value)));
  return scalarCompletions(context, field, values);
}

function scalarCompletions(
  context: CompletionContext,
  field: GovernedField,
  values: readonly Scalar[],
): readonly Completion[] {
  const path = field.rule.path.slice(0, context.place.path.length);
  return scalars(context, values, styleOf(context), explanation(context, path));
}

type Scalar = string | number | boolean;

function scalars(
  context: CursorPlace,
  values: readonly Scalar[],
  style: EntryStyle,
  documentation: string,
): readonly Completion[] {
  const { cursor } = context;
  return values.map((value, index) => {
    const text = cursor.quote !== '' ? `${cursor.quote}${value}${cursor.quote}` : scalarText(value, style);
    const insert = cursor.needsSpace ? ` ${text}` : text;
    return completion(context, {
      label: String(value),
      kind: 'value',
      insert,
      snippet: escapeSnippet(insert),
      filter: text,
      sort: String(index),
      preselect: index === 0,
      documentation,
    });
  });
}

function blockCompletion(context: CompletionContext, insert: string): Completion {
  const { cursor, place } = context;
  const name = place.path.at(-1) ?? '';
  return completion(context, {
    label: `hardened ${name}`,
    kind: 'block',
    insert,
    snippet: snippetOf(insert),
    filter: cursor.role === 'key' ? `${name} hardened` : '',
    sort: '',
    preselect: true,
    documentation: explanation(context, place.path),
  });
}

function completion({ cursor, start }: CursorPlace, made: Omit<Completion, 'replace'>): Completion {
  return { ...made, replace: shifted(cursor.replace, start) };
}

function styleOf({ cursor: { document, isFlow, column } }: CursorPlace): EntryStyle {
  return entryStyle(document, isFlow, column);
}

/** Values of a field, the one to prefer first. On OpenShift the cluster assigns ids, and none is offered. */
function valuesOf(rule: FieldRule, { settings }: CompletionContext): readonly Scalar[] {
  const { fix, platform } = settings.practice;
  if (rule.setting === undefined) return rule.values;
  if (rule.type === 'integer' && platform === 'openshift') return [];
  return [fix[rule.setting], ...rule.values];
}

/** The hardened value at a path; undefined where there is none to offer. */
function hardenedValue(context: CompletionContext, path: readonly string[]): YamlValue | undefined {
  const fields = fieldsAt(context, path);
  const leaf = fields.find(({ rule }) => rule.path.length === path.length);
  if (leaf !== undefined) {
    const [value] = valuesOf(leaf.rule, context);
    return value === undefined || leaf.rule.type !== 'list' ? value : [value];
  }
  const keys = new Set(
    fields.flatMap((field) => (isInBlock(field, context) ? [field.rule.path[path.length]] : [])),
  );
  const entries = [...keys].flatMap((key): [string, YamlValue][] => {
    const value = key === undefined ? undefined : hardenedValue(context, [...path, key]);
    return key === undefined || value === undefined ? [] : [[key, value]];
  });
  const order = fieldOrder(path) ?? [];
  entries.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function wholeValue(context: CompletionContext): { readonly [key: string]: YamlValue } | undefined {
  const value = hardenedValue(context, context.place.path);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: YamlValue })
    : undefined;
}

/** Fields that most manifests rightly leave out, and those that the container has from its pod. */
function isInBlock({ rule }: GovernedField, { place: { pod, container } }: CompletionContext): boolean {
  const key = rule.path.at(-1);
  if (key === 'privileged' || key === 'add' || key === 'localhostProfile') return false;
  if (container === null || !rule.levels.includes('pod') || rule.path[0] === 'resources') return true;
  return valueOfPod(pod, rule).every(({ state }) => state === 'unset');
}

function explanation(context: CompletionContext, path: readonly string[]): string {
  const fields = fieldsAt(context, path);
  return fieldExplanation(fields, path, context.place.level, context.settings, context.pageUrl).join('\n\n');
}

/** Numbers that a person knows better are placeholders. */
function snippetOf(insert: string): string {
  let stop = 0;
  return escapeSnippet(insert).replace(
    /\b(runAsUser|runAsGroup|cpu|memory)("?: )("?[\w.]+"?)/g,
    (_, key: string, colon: string, value: string) => `${key}${colon}\${${++stop}:${value}}`,
  );
}

function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
