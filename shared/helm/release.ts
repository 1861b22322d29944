/** Releases: the values that a Flux HelmRelease or an Argo CD Application gives to a chart of the same repository. */
import { splitDocuments } from '../yaml/documents.ts';
import { parseYaml } from '../yaml/parse.ts';
import { dereference, type Path, type YamlNode } from '../yaml/tree.ts';
import { mayBeRelease } from './chartNames.ts';

export interface Release {
  /** Path of the chart's folder from the repository's root, without `./` and slashes around it. */
  readonly chart: string;
  /** Path of the values in the document. */
  readonly values: Path;
}

/**
 * The release that a text of one document describes; undefined where it is none, where its chart comes from elsewhere, or where something
 * besides these values and those of the chart decides.
 */
export function releaseIn(text: string): Release | undefined {
  if (!mayBeRelease(text)) return undefined;
  if (splitDocuments(text).filter(({ isDocument }) => isDocument).length !== 1) return undefined;
  const document = parseYaml(text);
  if (document.problems.length > 0) return undefined;
  const { root } = document;
  const group = textAt(root, ['apiVersion'])?.split('/')[0];
  const kind = textAt(root, ['kind']);
  const found =
    group === 'helm.toolkit.fluxcd.io' && kind === 'HelmRelease'
      ? fluxRelease(root)
      : group === 'argoproj.io' && kind === 'Application'
        ? argoRelease(root)
        : undefined;
  if (found?.chart === undefined || nodeAt(root, found.values)?.kind !== 'mapping') return undefined;
  const names = found.chart.split('/').filter((name) => name !== '' && name !== '.');
  if (names.length === 0 || names.includes('..')) return undefined;
  return { chart: names.join('/'), values: found.values };
}

interface Found {
  readonly chart: string | undefined;
  readonly values: Path;
}

/** Values from elsewhere come before `spec.values`, and post-renderers change what the chart writes (HelmRelease v2). */
function fluxRelease(root: YamlNode | undefined): Found | undefined {
  const chart = ['spec', 'chart', 'spec'];
  const others = [
    ['spec', 'valuesFrom'],
    ['spec', 'postRenderers'],
    [...chart, 'valuesFiles'],
    [...chart, 'valuesFile'],
  ];
  if (others.some((path) => nodeAt(root, path) !== undefined)) return undefined;
  if (textAt(root, [...chart, 'sourceRef', 'kind']) !== 'GitRepository') return undefined;
  return { chart: textAt(root, [...chart, 'chart']), values: ['spec', 'values'] };
}

/** Parameters go before `valuesObject`, and that before value files (Application v1alpha1). */
function argoRelease(root: YamlNode | undefined): Found | undefined {
  const source = ['spec', 'source'];
  const helm = [...source, 'helm'];
  const others = ['parameters', 'fileParameters', 'valueFiles'].map((key) => [...helm, key]);
  if (
    [...others, [...source, 'chart'], ['spec', 'sources']].some((path) => nodeAt(root, path) !== undefined)
  ) {
    return undefined;
  }
  return { chart: textAt(root, [...source, 'path']), values: [...helm, 'valuesObject'] };
}

function textAt(root: YamlNode | undefined, path: Path): string | undefined {
  const node = nodeAt(root, path);
  return node?.kind === 'scalar' && node.unknown === undefined ? node.text : undefined;
}

function nodeAt(root: YamlNode | undefined, path: Path): YamlNode | undefined {
  let node = dereference(root);
  for (const step of path) {
    if (node?.kind !== 'mapping') return undefined;
    const found = node.entries.filter(({ key }) => key === step);
    if (found.length !== 1) return undefined;
    node = dereference(found[0]?.value);
  }
  return node;
}
