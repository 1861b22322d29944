/** Identity: what a code action wants fixed, by a name that still holds after the text has moved. */
import type { Finding, PlacedFinding } from '../shared/analysis/analyze.ts';
import type { HardenScope } from '../shared/analysis/fix.ts';
import {
  type PlacedSuppressionProblem,
  placedSpan,
  suppressionProblemsOf,
} from '../shared/analysis/suppress.ts';
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
export function identifyFinding(analysis: Analysis, { finding, documentStart }: PlacedFinding): Identity {
  const key = findingKey(analysis, { finding, documentStart });
  // Hashing every finding of a long file takes a while; most are told apart at a glance.
  const same = analysis.findings.filter(
    (other) =>
      other.finding.code === finding.code &&
      isOfSameName(other.finding, finding) &&
      findingKey(analysis, other) === key,
  );
  const isIt = (other: PlacedFinding): boolean =>
    other.finding === finding && other.documentStart === documentStart;
  return { key, index: same.findIndex(isIt), count: same.length };
}

/** The finding that is meant, in a text that may be another one by now; undefined where it is gone or cannot be told from others. */
export function findFinding(
  analysis: Analysis,
  identity: Identity,
  isSameText: boolean,
): PlacedFinding | undefined {
  const same = analysis.findings.filter((placed) => findingKey(analysis, placed) === identity.key);
  return pick(same, identity, isSameText);
}

function findingKey({ document }: Analysis, { finding, documentStart }: PlacedFinding): string {
  const { start, end } = finding.span;
  const text = document.text.slice(documentStart + start, documentStart + end);
  return keyOf(containerPart(finding), finding.code, text);
}

/** What is wrong with a suppression, by its code and its words. */
export function identifyProblem(
  analysis: Analysis,
  { problem, documentStart }: PlacedSuppressionProblem,
): Identity {
  const key = problemKey(analysis, { problem, documentStart });
  const same = problemsWith(analysis, key);
  const isIt = (other: PlacedSuppressionProblem): boolean =>
    other.documentStart === documentStart && other.problem.span.start === problem.span.start;
  return { key, index: same.findIndex(isIt), count: same.length };
}

/** As `findFinding`, for what is wrong with a suppression. */
export function findProblem(
  analysis: Analysis,
  identity: Identity,
  isSameText: boolean,
): PlacedSuppressionProblem | undefined {
  return pick(problemsWith(analysis, identity.key), identity, isSameText);
}

function problemsWith(analysis: Analysis, key: string): readonly PlacedSuppressionProblem[] {
  return suppressionProblemsOf(analysis.analyzed).filter((placed) => problemKey(analysis, placed) === key);
}

function problemKey({ document }: Analysis, placed: PlacedSuppressionProblem): string {
  const { start, end } = placedSpan(placed);
  return keyOf(placed.problem.code, document.text.slice(start, end));
}

/** A pod or a container that Harden is offered for. */
export type Hardenable = Extract<HardenScope, { readonly scope: 'pod' | 'container' }>;

/** A pod or a container by its workload and its place in it; undefined where nothing is found in it. */
export function identifyHardenable({ findings }: Analysis, wanted: Hardenable): Identity | undefined {
  const { scope, documentStart, path } = wanted;
  const sample = findings.find(
    (placed) => placed.documentStart === documentStart && isSamePath(pathOf(placed.finding, scope), path),
  );
  if (sample === undefined) return undefined;
  const key = hardenableKey(sample.finding, scope);
  const alike = findings.filter(({ finding }) => isOfSameName(finding, sample.finding));
  const same = hardenablesIn(alike, scope).filter((one) => one.key === key);
  const index = same.findIndex(
    ({ hardenable }) => hardenable.documentStart === documentStart && isSamePath(hardenable.path, path),
  );
  return { key, index, count: same.length };
}

/** As `findFinding`, for a pod or a container. */
export function findHardenable(
  { findings }: Analysis,
  scope: Hardenable['scope'],
  identity: Identity,
  isSameText: boolean,
): Hardenable | undefined {
  const same = hardenablesIn(findings, scope).filter(({ key }) => key === identity.key);
  return pick(same, identity, isSameText)?.hardenable;
}

interface KeyedHardenable {
  readonly key: string;
  readonly hardenable: Hardenable;
}

/** The pods or containers that something is found in, each once, in the order of the text. */
function hardenablesIn(
  findings: readonly PlacedFinding[],
  scope: Hardenable['scope'],
): readonly KeyedHardenable[] {
  const all = new Map<string, KeyedHardenable>();
  for (const { finding, documentStart } of findings) {
    const path = pathOf(finding, scope);
    if (path === undefined) continue;
    const place = JSON.stringify([documentStart, path]);
    if (all.has(place)) continue;
    const hardenable: Hardenable = { scope, documentStart, path };
    all.set(place, { key: hardenableKey(finding, scope), hardenable });
  }
  return [...all.values()];
}

function pathOf(finding: Finding, scope: Hardenable['scope']): Hardenable['path'] | undefined {
  return scope === 'pod' ? finding.pod.path : finding.container?.path;
}

function hardenableKey(finding: Finding, scope: Hardenable['scope']): string {
  return keyOf(scope === 'pod' ? podPart(finding) : containerPart(finding));
}

export function isSamePath(a: Hardenable['path'] | undefined, b: Hardenable['path']): boolean {
  return a?.length === b.length && a.every((step, index) => step === b[index]);
}

function pick<T>(same: readonly T[], { index, count }: Identity, isSameText: boolean): T | undefined {
  if (isSameText) return same[index];
  return count === 1 && same.length === 1 ? same[0] : undefined;
}

/** True where the workloads may have the same key: a cheap look before an exact one. */
function isOfSameName({ workload: a }: Finding, { workload: b }: Finding): boolean {
  return a.name === b.name && a.namespace === b.namespace && a.kind === b.kind;
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
