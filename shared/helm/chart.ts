/** Charts: a chart's files as data, with its subcharts, its templates parsed and its values put together as Helm does. */
import { type ParsedTemplate, parseTemplate } from './goTemplate.ts';
import { type DictValue, deepCopy, dict, list, NIL, string, type Value } from './goValue.ts';
import { readValues } from './valuesFile.ts';

/** A chart's files by their path from its root (`templates/deployment.yaml`), as a host reads them. */
export type ChartFiles = ReadonlyMap<string, string>;

/** A path in a chart's folder that holds a template which is rendered into objects. */
export function isRenderedTemplate(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /(?:^|\/)templates\//.test(path) && /\.(?:ya?ml|json)$/.test(name) && !name.startsWith('_');
}

export interface Chart {
  readonly name: string;
  /** Path of the chart's folder from the root chart's, `''` or ending in `/`. */
  readonly base: string;
  /** The name under which the parent has its values. */
  readonly valuesKey: string;
  readonly isLibrary: boolean;
  readonly metadata: DictValue;
  /** Undefined where values.yaml cannot be read. */
  readonly values: DictValue | undefined;
  /** By path from the root chart's folder. */
  readonly templates: ReadonlyMap<string, ChartTemplate>;
  readonly files: ChartFiles;
  readonly dependencies: readonly Dependency[];
  /** Names of dependencies whose files are not there. */
  readonly missing: readonly string[];
  /** True where values of a missing dependency are imported under names that are not known. */
  readonly importsMissing: boolean;
}

export interface Dependency {
  readonly chart: Chart;
  /** Paths in the parent's values, the first of which that is set decides whether the dependency is there. */
  readonly conditions: readonly string[];
  readonly tags: readonly string[];
  readonly importsValues: boolean;
}

export interface ChartTemplate {
  readonly text: string;
  /** Undefined where Helm could not read the template. */
  readonly parsed: ParsedTemplate | undefined;
}

/**
 * Reads a chart; undefined where its Chart.yaml is missing or broken. `previous` is an earlier reading, from which templates with the
 * same text are taken over.
 */
export function readChart(files: ChartFiles, previous?: Chart): Chart | undefined {
  const known = new Map<string, ChartTemplate>();
  if (previous !== undefined) collectTemplates(previous, known);
  return readChartAt(files, '', undefined, known, 0);
}

function collectTemplates(chart: Chart, known: Map<string, ChartTemplate>): void {
  for (const [path, template] of chart.templates) known.set(path, template);
  for (const { chart: inner } of chart.dependencies) collectTemplates(inner, known);
}

/** Subcharts nest only as deep as people write. */
const MAX_CHART_DEPTH = 8;

function readChartAt(
  files: ChartFiles,
  base: string,
  alias: string | undefined,
  known: ReadonlyMap<string, ChartTemplate>,
  depth: number,
): Chart | undefined {
  const metadataText = files.get(`${base}Chart.yaml`) ?? files.get(`${base}Chart.yml`);
  const metadata = metadataText === undefined ? undefined : readValues(metadataText, '');
  const name = metadata === undefined ? undefined : textAt(metadata, 'name');
  if (metadata === undefined || name === undefined || depth > MAX_CHART_DEPTH) return undefined;

  const templates = new Map<string, ChartTemplate>();
  for (const [path, text] of files) {
    if (!path.startsWith(`${base}templates/`)) continue;
    const earlier = known.get(path);
    templates.set(path, earlier?.text === text ? earlier : parsedTemplate(text));
  }
  const valuesPath = `${base}values.yaml`;
  const valuesText = files.get(valuesPath);
  const declared = dependenciesIn(metadata, files.get(`${base}requirements.yaml`));
  const folders = chartFolders(files, base);
  const dependencies: Dependency[] = [];
  const missing: string[] = [];
  let importsMissing = false;
  for (const dependency of declared) {
    const folder = folders.get(dependency.name);
    const chart =
      folder === undefined ? undefined : readChartAt(files, folder, dependency.alias, known, depth + 1);
    if (chart !== undefined) {
      dependencies.push({ ...dependency, chart });
      continue;
    }
    missing.push(dependency.alias ?? dependency.name);
    if (dependency.importsValues) importsMissing = true;
  }
  // A chart that lies in the folder is there whether it is declared or not.
  for (const [folderName, folder] of folders) {
    if (declared.some((dependency) => dependency.name === folderName)) continue;
    const chart = readChartAt(files, folder, undefined, known, depth + 1);
    if (chart !== undefined) dependencies.push({ chart, conditions: [], tags: [], importsValues: false });
  }
  return {
    name: alias ?? name,
    base,
    valuesKey: alias ?? name,
    isLibrary: textAt(metadata, 'type') === 'library',
    metadata: metadataValue(metadata, depth === 0),
    values: valuesText === undefined ? readValues('', valuesPath) : readValues(valuesText, valuesPath),
    templates,
    files,
    dependencies,
    missing,
    importsMissing,
  };
}

function parsedTemplate(text: string): ChartTemplate {
  const result = parseTemplate(text);
  return { text, parsed: result.ok ? result.template : undefined };
}

/** Folders below `charts/`, by the name of the chart in them. */
function chartFolders(files: ChartFiles, base: string): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  const prefix = `${base}charts/`;
  for (const [path, text] of files) {
    if (!path.startsWith(prefix)) continue;
    const inside = /^([^/]+)\/Chart\.ya?ml$/.exec(path.slice(prefix.length));
    if (inside === null) continue;
    const metadata = readValues(text, '');
    const name = metadata === undefined ? undefined : textAt(metadata, 'name');
    if (name !== undefined) folders.set(name, `${prefix}${inside[1]}/`);
  }
  return folders;
}

interface Declared extends Omit<Dependency, 'chart'> {
  readonly name: string;
  readonly alias: string | undefined;
}

function dependenciesIn(metadata: DictValue, requirements: string | undefined): readonly Declared[] {
  const own = metadata.entries.get('dependencies');
  const other =
    requirements === undefined ? undefined : readValues(requirements, '')?.entries.get('dependencies');
  const items = own?.kind === 'list' ? own.items : other?.kind === 'list' ? other.items : [];
  return items.flatMap((item): Declared[] => {
    const name = item.kind === 'dict' ? textAt(item, 'name') : undefined;
    if (item.kind !== 'dict' || name === undefined) return [];
    const condition = textAt(item, 'condition') ?? '';
    const tags = item.entries.get('tags');
    return [
      {
        name,
        alias: textAt(item, 'alias'),
        conditions: condition.split(',').filter((path) => path.trim() !== ''),
        tags:
          tags?.kind === 'list' ? tags.items.flatMap((tag) => (tag.kind === 'string' ? [tag.text] : [])) : [],
        importsValues: item.entries.get('import-values')?.kind === 'list',
      },
    ];
  });
}

function textAt(map: DictValue, key: string): string | undefined {
  const value = map.entries.get(key);
  return value?.kind === 'string' ? value.text : undefined;
}

/** `.Chart`: the fields of Chart.yaml under the names that Go gives them. */
function metadataValue(metadata: DictValue, isRoot: boolean): DictValue {
  const text = (key: string): Value => {
    const value = metadata.entries.get(key);
    if (value === undefined || value.kind === 'nil') return string('');
    // Numbers are refused by newer versions of Helm, and read by older ones.
    return value.kind === 'string' ? string(value.text) : { kind: 'unknown' };
  };
  const plain = (key: string, empty: Value): Value => {
    const value = metadata.entries.get(key);
    return value === undefined || value.kind === 'nil' ? empty : withoutOrigins(value);
  };
  return {
    ...dict([
      ['Name', text('name')],
      ['Version', text('version')],
      ['AppVersion', text('appVersion')],
      ['APIVersion', text('apiVersion')],
      ['Description', text('description')],
      ['Home', text('home')],
      ['Icon', text('icon')],
      ['KubeVersion', text('kubeVersion')],
      ['Type', text('type')],
      ['Condition', string('')],
      ['Tags', string('')],
      ['Deprecated', plain('deprecated', { kind: 'boolean', value: false })],
      ['Annotations', plain('annotations', dict())],
      ['Keywords', plain('keywords', list([]))],
      ['Sources', plain('sources', list([]))],
      ['IsRoot', { kind: 'boolean', value: isRoot }],
    ]),
    isStruct: true,
  };
}

/** Chart.yaml is no values file: nothing of it is a place to change a value. */
function withoutOrigins(value: Value): Value {
  switch (value.kind) {
    case 'dict':
      return dict([...value.entries].map(([key, inner]) => [key, withoutOrigins(inner)] as const));
    case 'list':
      return list(value.items.map(withoutOrigins));
    case 'string':
      return string(value.text);
    case 'boolean':
    case 'int':
    case 'float':
      return { kind: value.kind, value: value.value } as Value;
    case 'nil':
      return NIL;
    case 'method':
    case 'unknown':
      return value;
  }
}

/**
 * Further values over a chart's own: maps are merged, anything else is replaced, and null takes a key away (Helm's
 * coalesceTables). The first map is changed.
 */
export function override(values: DictValue, over: DictValue): void {
  for (const [key, value] of over.entries) {
    const own = values.entries.get(key);
    if (value.kind === 'nil') values.entries.delete(key);
    else if (own?.kind === 'dict' && value.kind === 'dict') override(own, value);
    else values.entries.set(key, deepCopy(value));
  }
  if (over.isOpen) values.isOpen = true;
}

/** The value at a dotted path; undefined where there is none, or where it is not known. */
export function valueAt(values: DictValue, path: string): Value | undefined {
  let current: Value | undefined = values;
  for (const key of path.trim().split('.')) {
    current = current?.kind === 'dict' ? current.entries.get(key) : undefined;
  }
  return current;
}

/** The template at a path from the root chart's folder, in the chart or in one of its subcharts. */
export function templateAt(chart: Chart, path: string): ChartTemplate | undefined {
  const own = chart.templates.get(path);
  if (own !== undefined) return own;
  for (const { chart: inner } of chart.dependencies) {
    const found = templateAt(inner, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The chart whose values file is at a path. */
export function chartOfValues(chart: Chart, file: string): Chart | undefined {
  if (`${chart.base}values.yaml` === file) return chart;
  for (const { chart: inner } of chart.dependencies) {
    const found = chartOfValues(inner, file);
    if (found !== undefined) return found;
  }
  return undefined;
}
