/** Replacements: values of one object written into fields of others (kustomize filters/replacement). */
import { goRegExp } from '../helm/goRegExp.ts';
import { groupOf } from '../kubernetes/kinds.ts';
import { isBooleanWord, numberOf } from '../kubernetes/scalars.ts';
import type { FieldOptions, ObjectSelector, ReplacementTarget, Step } from './kustomization.ts';
import { at, type BuiltNode, type BuiltScalar, isNothing, withEntry } from './node.ts';
import { type BuiltObject, changedTo, effectiveNamespace, isSelected, type ObjectId } from './object.ts';
import { refuse } from './refusal.ts';

type Replacement = Extract<Step, { step: 'replacement' }>;

/**
 * The objects with one replacement made. A value that is not known makes the fields unknown that it is written to, and nothing else;
 * `hasUnknown` is set where it may come from an object that is not here.
 */
export function withReplacement(
  objects: readonly BuiltObject[],
  replacement: Replacement,
  hasUnknown: boolean,
): readonly BuiltObject[] {
  const value = sourceValue(objects, replacement, hasUnknown);
  return objects.map((object) => {
    if (object.unknown !== undefined) return object;
    let { root } = object;
    for (const target of replacement.targets) {
      if (!isTarget(object, target)) continue;
      for (const path of target.fieldPaths) {
        const changed = changedAt(root, fieldSteps(path), value, target.options);
        if (changed.kind === 'mapping') root = changed;
      }
    }
    return changedTo(object, root);
  });
}

const UNKNOWN: BuiltScalar = { kind: 'scalar', text: '', isPlain: false, isUnknown: true };

function sourceValue(
  objects: readonly BuiltObject[],
  { source, value }: Replacement,
  hasUnknown: boolean,
): BuiltNode {
  if (value !== undefined) return value;
  if (source === undefined) return UNKNOWN;
  const [only, ...others] = objects.filter(({ ids }) => ids.some((id) => isMeant(id, source.select)));
  if (only === undefined || others.length > 0) {
    if (hasUnknown || objects.some(({ unknown }) => unknown !== undefined)) return UNKNOWN;
    return refuse(
      `A replacement takes its value from ${only === undefined ? 'nothing' : 'several objects'}.`,
    );
  }
  const found = only.unknown === undefined ? lookup(only.root, fieldSteps(source.fieldPath)) : undefined;
  if (found === undefined) return UNKNOWN;
  const { delimiter, index } = source.options;
  if (delimiter === '') return found;
  const part = found.kind === 'scalar' ? found.text.split(delimiter)[index] : undefined;
  return part === undefined || found.kind !== 'scalar' ? UNKNOWN : { ...found, text: part };
}

/** By what is written, in any form that the object had; no expression here. */
function isMeant(id: ObjectId, { group, version, kind, name, namespace }: ObjectSelector): boolean {
  const slash = id.apiVersion.lastIndexOf('/');
  return (
    (group === '' || group === groupOf(id.apiVersion)) &&
    (version === '' || version === id.apiVersion.slice(slash + 1)) &&
    (kind === '' || kind === id.kind) &&
    (name === '' || name === id.name) &&
    (namespace === '' || namespace === effectiveNamespace(id))
  );
}

/** Where a selector by labels cannot be followed, the object is one that it may mean. */
function isTarget(object: BuiltObject, { select, reject }: ReplacementTarget): boolean {
  const byLabels = (selector: ObjectSelector): boolean | undefined =>
    isSelected(object, { ...selector, group: '', version: '', kind: '', name: '', namespace: '' });
  if (byLabels(select) === false || !object.ids.some((id) => isMeant(id, select))) return false;
  return !reject.some((selector) => {
    const hasLabels = selector.labelSelector !== '' || selector.annotationSelector !== '';
    if (hasLabels && byLabels(selector) === true) return true;
    const isEmpty = [
      selector.group,
      selector.version,
      selector.kind,
      selector.name,
      selector.namespace,
    ].every((text) => text === '');
    return !isEmpty && object.ids.some((id) => isMeant(id, selector));
  });
}

function lookup(root: BuiltNode, steps: readonly string[]): BuiltNode | undefined {
  let node: BuiltNode | undefined = root;
  for (const step of steps) {
    if (node?.kind === 'sequence') {
      const field = itemField(step);
      node =
        field === undefined
          ? node.items[/^\d+$/.test(step) ? Number(step) : -1]
          : node.items.find((item) => textOf(at(item, field.name)) === field.value);
    } else node = node?.kind === 'mapping' ? node.entries.get(step)?.value : undefined;
  }
  return isNothing(node) ? undefined : node;
}

function textOf(node: BuiltNode | undefined): string | undefined {
  return node?.kind === 'scalar' ? node.text : undefined;
}

/** `[name=web]`, an item by one of its fields. */
function itemField(step: string): { readonly name: string; readonly value: string } | undefined {
  const found = /^\[([^=\]]*)=(.*)\]$/.exec(step);
  return found === null ? undefined : { name: found[1] ?? '', value: found[2] ?? '' };
}

/** `spec.containers.[name=web].image`: a dot in a key is escaped, or in brackets. */
function fieldSteps(path: string): readonly string[] {
  const steps = path.match(/\[[^\]]*\]?|(?:\\.|[^.[\\])+/g) ?? [];
  return steps.map((step) => {
    const plain = step.replaceAll(/\\(.)/g, '$1');
    return plain.startsWith('[') && !plain.includes('=') ? plain.replace(/^\[|\]$/g, '') : plain;
  });
}

/** The node with a value written wherever the way leads; the same node where it leads nowhere. */
function changedAt(
  node: BuiltNode,
  steps: readonly string[],
  value: BuiltNode,
  options: FieldOptions,
): BuiltNode {
  const [step, ...rest] = steps;
  if (step === undefined) return writtenOver(node, value, options);
  if (node.kind === 'mapping') {
    const entry = node.entries.get(step);
    if (entry !== undefined && !isNothing(entry.value)) {
      return withEntry(node, step, { ...entry, value: changedAt(entry.value, rest, value, options) });
    }
    if (!options.create) return node;
    return withEntry(node, step, { ...entry, value: created(rest, value) });
  }
  if (node.kind !== 'sequence') return node;
  const field = itemField(step);
  let isFound = false;
  const items = node.items.map((item, index) => {
    const isMeantItem =
      field === undefined ? step === '*' || step === String(index) : isMatch(item, field.name, field.value);
    if (isMeantItem === false) return item;
    isFound = true;
    return changedAt(item, rest, isMeantItem === undefined ? UNKNOWN : value, options);
  });
  // An item that would be made is not put together: the list as a whole is unknown.
  return !isFound && options.create
    ? { ...UNKNOWN, ...(node.from ? { from: node.from } : {}) }
    : { ...node, items };
}

/** The value of a field is an expression that may match a part of the text. */
function isMatch(item: BuiltNode, name: string, pattern: string): boolean | undefined {
  const text = textOf(name === '' ? item : at(item, name));
  if (text === undefined) return false;
  if (text === pattern) return true;
  return goRegExp(pattern, text.length)?.test(text);
}

/** A field that was not there: mappings on the way are made, lists are not put together. */
function created(steps: readonly string[], value: BuiltNode): BuiltNode {
  const [step, ...rest] = steps;
  if (step === undefined)
    return value.kind === 'scalar' && value.isUnknown !== true ? { ...value, isPlain: true } : value;
  if (step.startsWith('[') || step === '*' || /^\d+$/.test(step)) return UNKNOWN;
  return { kind: 'mapping', entries: new Map([[step, { value: created(rest, value) }]]) };
}

function writtenOver(node: BuiltNode, value: BuiltNode, { delimiter, index }: FieldOptions): BuiltNode {
  if (value.kind !== 'scalar' || node.kind !== 'scalar') return value;
  if (value.isUnknown === true || node.isUnknown === true)
    return { ...UNKNOWN, ...(node.from ? { from: node.from } : {}) };
  let { text } = value;
  if (delimiter !== '') {
    const parts = node.text.split(delimiter);
    if (index < 0) parts.unshift(text);
    else if (index >= parts.length) parts.push(text);
    else parts[index] = text;
    text = parts.join(delimiter);
  }
  // The type stays: what was a string is in quotes where it would be read as something else.
  const isText = !node.isPlain || (typeOf(node.text) === 'text' && typeOf(text) !== 'text');
  return { ...node, text, isPlain: !isText };
}

function typeOf(text: string): 'text' | 'other' {
  if (/^(?:~|null|Null|NULL|)$/.test(text) || isBooleanWord(text)) return 'other';
  return numberOf(text) === undefined ? 'text' : 'other';
}
