/** Rendering: runs all templates of a chart over its values, in Helm's order, as far as they can be followed. */
import { type Chart, type ChartTemplate, isRenderedTemplate, override, valueAt } from './chart.ts';
import { type Budget, Evaluator, type Written } from './evaluate.ts';
import type { Node } from './goTemplate.ts';
import {
  boolean,
  type DictValue,
  deepCopy,
  dict,
  int,
  isWhole,
  type MethodValue,
  marked,
  string,
  UNKNOWN,
  type Value,
} from './goValue.ts';
import { BUILT_IN_GROUPS, BUILT_IN_VERSIONS, KUBE_VERSION, PRINTED_MINOR } from './kubeVersions.ts';

/** What a chart's templates write, by their paths from its folder. A template that cannot be run at all is left out. */
export type RenderedChart = ReadonlyMap<string, Written>;

export interface RenderOptions {
  /** Further values, each over the ones before it. */
  readonly values?: readonly DictValue[];
}

/** Steps that one rendering may take: a large chart takes a tenth of them. */
const STEPS = 3_000_000;

/** Total: any chart gives an answer, in bounded time. */
export function renderChart(chart: Chart, options: RenderOptions = {}): RenderedChart {
  const values = chartValues(chart, options.values ?? []);
  const rendered = new Map<string, Written>();
  if (values === undefined) return rendered;
  const templates = new Map<string, Renderable>();
  collect(chart, values, chart.name, templates);
  const names = [...templates.keys()].sort(inHelmOrder);
  const definitions = new Map<string, readonly Node[]>();
  for (const name of names) {
    const parsed = templates.get(name)?.template.parsed;
    if (parsed === undefined) continue;
    for (const [defined, nodes] of parsed.definitions) definitions.set(defined, nodes);
    definitions.set(name, parsed.nodes);
  }
  const budget: Budget = { steps: STEPS };
  for (const name of names) {
    const { path, template, context, basePath } = templates.get(name) as Renderable;
    if (template.parsed === undefined || !isRenderedTemplate(path)) continue;
    context.entries.set(
      'Template',
      dict([
        ['Name', string(name)],
        ['BasePath', string(basePath)],
      ]),
    );
    const written = new Evaluator(definitions, budget).run(template.parsed.nodes, context);
    if (written !== undefined) rendered.set(path, written);
  }
  return rendered;
}

interface Renderable {
  readonly path: string;
  readonly template: ChartTemplate;
  readonly context: DictValue;
  readonly basePath: string;
}

/** Deeper files first, then by name from behind (Helm's engine, sortTemplates). */
function inHelmOrder(a: string, b: string): number {
  const depth = (name: string): number => name.split('/').length;
  return depth(b) - depth(a) || (a < b ? 1 : -1);
}

function collect(
  chart: Chart,
  values: DictValue,
  fullName: string,
  templates: Map<string, Renderable>,
): DictValue {
  const subcharts = dict();
  const context = dict([
    ['Values', values],
    ['Chart', chart.metadata],
    ['Release', RELEASE],
    ['Capabilities', CAPABILITIES],
    ['Files', filesOf(chart)],
    ['Subcharts', subcharts],
  ]);
  for (const { chart: inner } of enabledDependencies(chart, values)) {
    const own = values.entries.get(inner.valuesKey);
    const innerValues = own?.kind === 'dict' ? own : { ...dict(), isOpen: true };
    subcharts.entries.set(
      inner.name,
      collect(inner, innerValues, `${fullName}/charts/${inner.name}`, templates),
    );
  }
  for (const [path, template] of chart.templates) {
    if (chart.isLibrary && isRenderedTemplate(path)) continue;
    templates.set(`${fullName}/${path.slice(chart.base.length)}`, {
      path,
      template,
      context,
      basePath: `${fullName}/templates`,
    });
  }
  return context;
}

/** Dependencies that are there with these values: a condition that is set decides, else a tag. */
function enabledDependencies(chart: Chart, values: DictValue): Chart['dependencies'] {
  return chart.dependencies.filter(({ conditions, tags }) => {
    let isEnabled = true;
    for (const tag of tags) {
      const value = valueAt(values, `tags.${tag}`);
      if (value?.kind === 'boolean') isEnabled = value.value;
      if (isEnabled && value?.kind === 'boolean') break;
    }
    for (const path of conditions) {
      const value = valueAt(values, path);
      if (value?.kind !== 'boolean') continue;
      return value.value;
    }
    return isEnabled;
  });
}

/** Values with the further sets over them, and with the values of subcharts in their places. */
function chartValues(chart: Chart, sets: readonly DictValue[]): DictValue | undefined {
  if (chart.values === undefined) return undefined;
  const values = deepCopy(chart.values) as DictValue;
  for (const set of sets) override(values, set);
  return completed(chart, values);
}

/** Gives subcharts their values: their own, under what the parent has for them, with the parent's globals. */
function completed(chart: Chart, values: DictValue): DictValue {
  for (const name of chart.missing) {
    const own = values.entries.get(name);
    if (own === undefined) values.entries.set(name, { ...dict(), isOpen: true });
    else if (own.kind === 'dict') own.isOpen = true;
  }
  if (chart.importsMissing) values.isOpen = true;
  const globals = values.entries.get('global');
  for (const { chart: inner, importsValues } of chart.dependencies) {
    if (importsValues) values.isOpen = true;
    if (inner.values === undefined) {
      values.entries.set(inner.valuesKey, UNKNOWN);
      continue;
    }
    const innerValues = deepCopy(inner.values) as DictValue;
    const own = values.entries.get(inner.valuesKey);
    if (own?.kind === 'dict') {
      const { origin } = own;
      override(innerValues, own);
      if (origin !== undefined) moveOrigins(innerValues, own);
    }
    if (globals?.kind === 'dict') {
      const innerGlobals = innerValues.entries.get('global');
      if (innerGlobals?.kind === 'dict') override(innerGlobals, globals);
      else innerValues.entries.set('global', deepCopy(globals));
    } else if (!innerValues.entries.has('global')) {
      innerValues.entries.set('global', dict());
    }
    values.entries.set(inner.valuesKey, completed(inner, innerValues));
  }
  return values;
}

/** A map that the parent has too is changed in the parent's file. */
function moveOrigins(values: DictValue, over: DictValue): void {
  for (const [key, value] of values.entries) {
    const above = over.entries.get(key);
    if (value.kind !== 'dict' || above?.kind !== 'dict') continue;
    moveOrigins(value, above);
    values.entries.set(key, { ...value, origin: above.origin });
  }
}

/** What `helm template` takes for the release: the name is whoever installs it's to choose. */
const RELEASE: DictValue = {
  ...dict([
    ['Name', string('release-name')],
    ['Namespace', string('default')],
    ['Service', string('Helm')],
    ['Revision', int(1)],
    ['IsInstall', boolean(true)],
    ['IsUpgrade', boolean(false)],
  ]),
};

const KUBE_VERSION_TEXT: Value = {
  ...marked(`v1.${PRINTED_MINOR}.0`, KUBE_VERSION),
  origin: KUBE_VERSION,
};

const CAPABILITIES: DictValue = {
  ...dict([
    [
      'KubeVersion',
      {
        ...dict([
          ['Version', KUBE_VERSION_TEXT],
          ['GitVersion', KUBE_VERSION_TEXT],
          ['Major', string('1')],
          ['Minor', string(String(PRINTED_MINOR))],
        ]),
        isStruct: true,
      },
    ],
    ['APIVersions', { ...dict([['Has', method('Has', hasVersion)]]), isStruct: true }],
    ['HelmVersion', { ...dict([['Version', UNKNOWN]]), isStruct: true }],
  ]),
  isStruct: true,
};

function method(name: string, call: MethodValue['call']): MethodValue {
  return { kind: 'method', name, call };
}

/** Custom kinds count as not installed, as they do where Helm only renders. */
function hasVersion([version]: readonly Value[]): Value {
  if (version?.kind !== 'string' || !isWhole(version)) return UNKNOWN;
  const [group = '', ...rest] = version.text.split('/');
  if (rest.length <= 1 && BUILT_IN_VERSIONS.has(version.text)) return boolean(true);
  return group === 'v1' || BUILT_IN_GROUPS.has(group) ? UNKNOWN : boolean(false);
}

/** `.Files`: what is known of the chart's other files. */
function filesOf(chart: Chart): DictValue {
  const get: MethodValue['call'] = ([path]) => {
    if (path?.kind !== 'string' || !isWhole(path)) return UNKNOWN;
    const text = chart.files.get(`${chart.base}${path.text}`);
    return text === undefined ? UNKNOWN : string(text);
  };
  return { ...dict([['Get', method('Get', get)]]), isStruct: true };
}
