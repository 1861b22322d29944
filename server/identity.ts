/** Identity: what a code action wants fixed, by a name that still holds after the text has moved. */
import type { AnalyzedText, Finding, PlacedFinding } from '../shared/analysis/analyze.ts';
import type { HardenScope } from '../shared/analysis/fix.ts';
import { contentHash } from './contentHash.ts';
import type { Analysis } from './documents.ts';

/** A thing in a file. Plain data without null or nesting: it travels through clients of all languages and back. */
export interface Identity {
  readonly key: string;
  /** Which of the things with this key is meant, and how many there are; counted in one version of the text. */
  readonly index: number;
  readonly count: number;
}

/** A finding by its code, its container, and the text that it stands on: what is wrong, or what a thing is missing from. */
export function identifyFinding(analysis: Analysis, placed: PlacedFinding): Identity {
  const key = findingKey(analysis.analyzed, placed);
  const same = findingsWith(analysis, key);
  const index = same.findIndex(
    ({ finding, documentStart }) => finding === placed.finding && documentStart === placed.documentStart,
  );
  return { key, index, count: same.length };
}

/** The finding that is meant, in a text that may be another one by now; undefined where it is gone or cannot be told from others. */
export function findFinding(
  analysis: Analysis,
  identity: Identity,
  isSameText: boolean,
): PlacedFinding | undefined {
  return pick(findingsWith(analysis, identity.key), identity, isSameText);
}

function findingsWith({ analyzed, findings }: Analysis, key: string): readonly PlacedFinding[] {
  return findings.filter((placed) => findingKey(analyzed, placed) === key);
}

function findingKey({ text }: AnalyzedText, { finding, documentStart }: PlacedFinding): string {
  const { start, end } = finding.span;
  return keyOf(containerPart(finding), finding.code, text.slice(documentStart + start, documentStart + end));
}

/** A pod or a container that Harden is offered for. */
export type Hardenable = Extract<HardenScope, { readonly scope: 'pod' | 'container' }>;

export function identifyHardenable(analysis: Analysis, wanted: Hardenable): Identity | undefined {
  const all = hardenablesIn(analysis, wanted.scope);
  const keys = [...all.keys()];
  const place = placeOf(wanted);
  const found = keys.find((candidate) => candidate === place);
  const key = found === undefined ? undefined : all.get(found)?.key;
  if (key === undefined) return undefined;
  const same = keys.filter((candidate) => all.get(candidate)?.key === key);
  return { key, index: same.indexOf(place), count: same.length };
}

/** As `findFinding`, for a pod or a container. */
export function findHardenable(
  analysis: Analysis,
  scope: Hardenable['scope'],
  identity: Identity,
  isSameText: boolean,
): Hardenable | undefined {
  const same = [...hardenablesIn(analysis, scope).values()].filter(({ key }) => key === identity.key);
  return pick(same, identity, isSameText)?.hardenable;
}

/** The pods or containers that something is found in, by their place. */
function hardenablesIn(
  { findings }: Analysis,
  scope: Hardenable['scope'],
): ReadonlyMap<string, { readonly key: string; readonly hardenable: Hardenable }> {
  const all = new Map<string, { key: string; hardenable: Hardenable }>();
  for (const { finding, documentStart } of findings) {
    const owner = scope === 'pod' ? finding.pod : finding.container;
    if (owner === null) continue;
    const hardenable: Hardenable = { scope, documentStart, path: owner.path };
    const place = placeOf(hardenable);
    if (all.has(place)) continue;
    const key = keyOf(scope === 'pod' ? podPart(finding) : containerPart(finding));
    all.set(place, { key, hardenable });
  }
  return all;
}

function placeOf({ documentStart, path }: Hardenable): string {
  return JSON.stringify([documentStart, path]);
}

function pick<T>(same: readonly T[], { index, count }: Identity, isSameText: boolean): T | undefined {
  if (isSameText) return same[index];
  return count === 1 && same.length === 1 ? same[0] : undefined;
}

function podPart({ workload, pod }: Finding): readonly unknown[] {
  return [workload.apiVersion, workload.kind, workload.namespace, workload.name, pod.pathInObject];
}

function containerPart(finding: Finding): readonly unknown[] {
  const { container } = finding;
  return [podPart(finding), container === null ? null : [container.list, container.index, container.name]];
}

function keyOf(...parts: readonly unknown[]): string {
  return contentHash(JSON.stringify(parts));
}
