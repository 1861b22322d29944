/** Schemas: the little of JSON Schema that the settings need, with words for what a value gets wrong. */

export interface JsonSchema {
  readonly type?: JsonType | readonly JsonType[];
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  /** What is said of a text that the pattern does not match. */
  readonly patternErrorMessage?: string;
  readonly items?: JsonSchema;
  readonly uniqueItems?: boolean;
  readonly properties?: { readonly [key: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly default?: unknown;
  readonly description?: string;
  readonly markdownDescription?: string;
}

type JsonType = 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

/** A value that a schema does not allow. */
export interface SchemaProblem {
  /** Keys and indices from the value down to what is wrong; for a key that does not exist, with that key. */
  readonly path: readonly (string | number)[];
  /** One sentence without its subject: "has to be a whole number". */
  readonly message: string;
  /** True where the key itself is wrong, and not its value. */
  readonly isKey: boolean;
}

/** Everything in a value that its schema does not allow. Total: any value gives an answer. */
export function problemsIn(
  schema: JsonSchema,
  value: unknown,
  path: SchemaProblem['path'] = [],
): readonly SchemaProblem[] {
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const wrong = (message: string): readonly SchemaProblem[] => [{ path, message, isKey: false }];
  if (types.length > 0 && !types.some((type) => isOfType(type, value))) {
    return wrong(`has to be ${schema.enum === undefined ? typeWords(types) : choiceWords(schema.enum)}`);
  }
  if (schema.enum !== undefined && !schema.enum.includes(value as string))
    return wrong(`has to be ${choiceWords(schema.enum)}`);
  if (typeof value === 'number') {
    const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
    if (value < minimum || value > maximum) return wrong(`has to be between ${minimum} and ${maximum}`);
  }
  if (
    typeof value === 'string' &&
    schema.pattern !== undefined &&
    !new RegExp(schema.pattern, 'u').test(value)
  ) {
    return wrong(schema.patternErrorMessage ?? 'is not written as it has to be');
  }
  if (Array.isArray(value) && schema.items !== undefined) {
    const { items } = schema;
    return value.flatMap((item, index) => problemsIn(items, item, [...path, index]));
  }
  return isObject(value) ? problemsInObject(schema, value, path) : [];
}

function problemsInObject(
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  value: Readonly<Record<string, unknown>>,
  path: SchemaProblem['path'],
): readonly SchemaProblem[] {
  const missing = required
    .filter((key) => value[key] === undefined)
    .map((key): SchemaProblem => ({ path, message: `needs ${key}`, isKey: false }));
  const inner = Object.entries(value).flatMap(([key, held]): readonly SchemaProblem[] => {
    const schema = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (schema !== undefined) return held === undefined ? [] : problemsIn(schema, held, [...path, key]);
    return additionalProperties === false
      ? [{ path: [...path, key], message: 'is no setting', isKey: true }]
      : [];
  });
  return [...missing, ...inner];
}

/** True where the schema allows the value as a whole. */
export function allows(schema: JsonSchema, value: unknown): boolean {
  return problemsIn(schema, value).length === 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOfType(type: JsonType, value: unknown): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'boolean':
    case 'number':
    case 'string':
      return typeof value === type;
  }
}

const TYPE_WORDS: Readonly<Record<JsonType, string>> = {
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  array: 'a list',
  object: 'a mapping',
};

function typeWords(types: readonly JsonType[]): string {
  return types.map((type) => TYPE_WORDS[type]).join(' or ');
}

function choiceWords(choices: readonly string[]): string {
  const last = choices.at(-1) ?? '';
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`;
}
