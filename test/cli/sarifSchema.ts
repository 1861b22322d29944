/**
 * A JSON schema for SARIF 2.1.0, read out of the types in `@types/sarif`, which are generated from the schema of the standard: every
 * object with its properties, which of them are required and what they may hold. What types cannot say is added from the standard's text.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

type Schema = Record<string, unknown>;

/** What is wrong with a log; empty where it is valid. */
export function sarifProblems(log: unknown): readonly string[] {
  const validate = validator();
  if (validate(log)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function validator(): ReturnType<Ajv['compile']> {
  const require = createRequire(import.meta.url);
  const types = readFileSync(
    require.resolve('@types/sarif/package.json').replace(/[^/\\]*$/, 'index.d.ts'),
    'utf8',
  );
  const ajv = new Ajv({ allErrors: true, strictTypes: false });
  addFormats.default(ajv);
  return ajv.compile({ definitions: definitionsIn(types), $ref: '#/definitions/Log' });
}

function definitionsIn(types: string): Record<string, Schema> {
  const source = types.replace(/\/\*\*[\s\S]*?\*\//g, '');
  const definitions: Record<string, Schema> = {};
  for (const [, namespace, body] of source.matchAll(/^export namespace (\w+) \{\n([\s\S]*?)^\}/gm)) {
    for (const [, name, values] of (body ?? '').matchAll(/type (\w+) =([^;]*);/g)) {
      definitions[`${namespace}.${name}`] = { enum: literalsIn(values ?? '') };
    }
  }
  for (const [, name = '', body = ''] of source.matchAll(/^export interface (\w+) \{\n([\s\S]*?)^\}/gm)) {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const [, key = '', optional, type = ''] of body.matchAll(
      /^ {4}([\w$]+)(\?)?: ([^;]*(?:\{[^}]*\}[^;]*)?);/gm,
    )) {
      properties[key] = { allOf: [schemaOf(type), LIMITS[`${name}.${key}`] ?? {}] };
      if (optional === undefined) required.push(key);
    }
    definitions[name] = {
      type: 'object',
      properties,
      required,
      additionalProperties: name === 'PropertyBag',
    };
  }
  return definitions;
}

function schemaOf(written: string): Schema {
  const type = written.replace(/\s*\|\s*undefined$/, '').trim();
  const map = /^\{ \[key: string\]: (.*) \}$/.exec(type);
  if (map !== null) return { type: 'object', additionalProperties: schemaOf(map[1] ?? '') };
  if (type.endsWith('[]'))
    return { type: 'array', items: schemaOf(type.slice(0, -2).replace(/^\((.*)\)$/, '$1')) };
  switch (type) {
    case 'string':
    case 'boolean':
      return { type };
    case 'number':
      return { type };
    default:
      return type.includes('"') ? { enum: literalsIn(type) } : { $ref: `#/definitions/${type}` };
  }
}

function literalsIn(union: string): readonly string[] {
  return [...union.matchAll(/"([^"]*)"/g)].map(([, literal]) => literal ?? '');
}

const POSITIVE: Schema = { type: 'integer', minimum: 1 };
const REFERENCE: Schema = { format: 'uri-reference' };
const ADDRESS: Schema = { format: 'uri' };

/** SARIF 2.1.0, sections 3.4 (artifact locations), 3.19 (tool components), 3.27 (results), 3.30 (regions), 3.49 (descriptors), 3.55 (fixes). */
const LIMITS: Readonly<Record<string, Schema>> = {
  'ArtifactLocation.uri': REFERENCE,
  'ArtifactChange.replacements': { minItems: 1 },
  'Fix.artifactChanges': { minItems: 1, uniqueItems: true },
  'Log.$schema': ADDRESS,
  'Region.startLine': POSITIVE,
  'Region.startColumn': POSITIVE,
  'Region.endLine': POSITIVE,
  'Region.endColumn': POSITIVE,
  'ReportingDescriptor.helpUri': ADDRESS,
  'Result.ruleIndex': { type: 'integer', minimum: -1 },
  'Result.fixes': { uniqueItems: true },
  'Result.suppressions': { uniqueItems: true },
  'ToolComponent.informationUri': ADDRESS,
  'ToolComponent.rules': { uniqueItems: true },
};
