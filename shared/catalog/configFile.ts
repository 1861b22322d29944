/** The file `.podproof.yaml`: settings for everyone who works on the manifests below its folder, and for CI. */
import type { Span } from '../text/span.ts';
import { parseDocument } from '../yaml/parse.ts';
import { dereference, isNull, type ScalarNode, type YamlNode } from '../yaml/tree.ts';
import { type JsonSchema, problemsIn, type SchemaProblem } from './schema.ts';
import { SETTINGS_TABLE } from './settingsTable.ts';

/** Something in the file that is not allowed; what it stands on is left out, and the default or the editor's setting holds. */
export interface ConfigProblem {
  /** The key whose value is wrong, or that is no setting; counts from the start of the text. */
  readonly span: Span;
  /** One sentence. */
  readonly message: string;
}

export interface ConfigFile {
  /** For `readSettings`: the settings that the file gives, without what is wrong. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly ConfigProblem[];
}

/** Reads the text of a `.podproof.yaml`. Total: what cannot be read gives no settings, and a problem. */
export function readConfigFile(text: string): ConfigFile {
  const document = parseDocument(text);
  const root = dereference(document.root);
  const syntax = document.problems.map(({ span, message }) => ({
    span,
    message: `${message.replace(/\.?$/, '.')}`,
  }));
  if (root === undefined || isNull(root)) return { values: {}, problems: syntax };
  const value = plainValue(root, SCHEMA);
  const problems = problemsIn(SCHEMA, value);
  const told = problems.map((problem) => ({
    span: keySpanAt(root, problem.path),
    message: messageOf(problem),
  }));
  return {
    values: without(value, problems),
    problems: [...syntax, ...told].sort((a, b) => a.span.start - b.span.start),
  };
}

function messageOf({ path, message, isKey }: SchemaProblem): string {
  const key = path.filter((step) => typeof step === 'string').at(-1);
  if (!isKey) return `${key ?? 'The file'} ${message}.`;
  const isPersonal = SETTINGS_TABLE.some((setting) => setting.key === path.join('.') && !setting.isShared);
  return isPersonal
    ? `${key} is a setting of the editor, and has no effect here.`
    : `There is no setting ${JSON.stringify(key)} here.`;
}

/** The schema of the file: the settings that are for everyone, as one object. */
export function configSchema(): JsonSchema {
  return SCHEMA;
}

const SCHEMA: JsonSchema = nested(SETTINGS_TABLE.filter(({ isShared }) => isShared));

function nested(settings: readonly { readonly key: string; readonly schema: JsonSchema }[]): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const { key, schema } of settings) {
    const [first = '', ...rest] = key.split('.');
    if (rest.length === 0) {
      properties[first] = schema;
      continue;
    }
    const known = properties[first]?.properties ?? {};
    properties[first] = {
      type: 'object',
      additionalProperties: false,
      properties: { ...known, [rest.join('.')]: schema },
    };
  }
  return { type: 'object', additionalProperties: false, properties };
}

/**
 * The value that the YAML stands for, by what the schema expects: `1.30` is a text where a text is expected, and `off` always is. What
 * the schema does not expect is not looked into, so that no chain of aliases makes more of the text than there is.
 */
function plainValue(node: YamlNode | undefined, schema: JsonSchema | undefined): unknown {
  const resolved = dereference(node);
  if (resolved === undefined || isNull(resolved)) return undefined;
  switch (resolved.kind) {
    case 'scalar':
      return scalarValue(resolved, schema);
    case 'sequence':
      return schema?.type === 'array'
        ? resolved.items.slice(0, MAX_ITEMS).map(({ value }) => plainValue(value, schema.items) ?? null)
        : [];
    case 'mapping':
      return schema?.type === 'object'
        ? Object.fromEntries(
            resolved.entries
              .slice(0, MAX_ITEMS)
              .map(({ key, value }) => [key, plainValue(value, propertyOf(schema, key))]),
          )
        : {};
  }
}

/** Nobody writes longer lists of settings. */
const MAX_ITEMS = 1000;

function propertyOf(schema: JsonSchema | undefined, key: string): JsonSchema | undefined {
  const properties = schema?.properties ?? {};
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

function scalarValue({ text, style }: ScalarNode, schema: JsonSchema | undefined): string | number | boolean {
  if (style !== 'plain' || schema?.type === 'string') return text;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  return /^[-+]?[0-9]+(?:\.[0-9]+)?$/.test(text) ? Number(text) : text;
}

/** The key at the end of a path, or as far down as the path leads. */
function keySpanAt(root: YamlNode, path: SchemaProblem['path']): Span {
  let node: YamlNode | undefined = root;
  let span: Span = firstKeySpan(root);
  for (const step of path) {
    const resolved = dereference(node);
    if (resolved?.kind === 'mapping') {
      const entry = resolved.entries.findLast(({ key }) => key === step);
      if (entry === undefined) break;
      span = entry.keyNode.span;
      node = entry.value;
    } else if (resolved?.kind === 'sequence' && typeof step === 'number') {
      node = resolved.items[step]?.value;
      if (node?.kind === 'scalar') span = node.span;
    } else break;
  }
  return span;
}

function firstKeySpan(node: YamlNode): Span {
  return node.kind === 'mapping' ? (node.entries[0]?.keyNode.span ?? node.span) : node.span;
}

/** The value without what the problems stand on. */
function without(value: unknown, problems: readonly SchemaProblem[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const copy = structuredCopy(value) as Record<string, unknown>;
  for (const { path } of problems) {
    // Of a list, one wrong item costs the item alone.
    const end = path.findIndex((step) => typeof step === 'number') + 1 || path.length;
    removeAt(copy, path.slice(0, end));
  }
  return copy;
}

function removeAt(value: unknown, path: SchemaProblem['path']): void {
  const [first, ...rest] = path;
  if (typeof value !== 'object' || value === null || first === undefined) return;
  if (rest.length > 0) {
    removeAt((value as Record<string | number, unknown>)[first], rest);
  } else if (Array.isArray(value) && typeof first === 'number') {
    value[first] = undefined;
  } else {
    delete (value as Record<string | number, unknown>)[first];
  }
}

function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, structuredCopy(held)]));
}
