/** Facts that may apply: what other documents would settle, if only it were known that they share the pod's namespace. */
import type { Fact } from '../kubernetes/facts.ts';
import type { Namespace } from '../kubernetes/workload.ts';
import type { FactQuery } from '../practices/practice.ts';
import type { HoverContext } from './hover.ts';
import { code } from './hoverMarkdown.ts';
import type { Owner } from './hoverPlaces.ts';
import { samePath } from './hoverTables.ts';

/** One paragraph for each object that may settle a finding of the pod. What certainly applies has settled its finding, and is not told. */
export function possibleFacts({ pod }: Owner, { findings, facts }: HoverContext): readonly string[] {
  const queries = findings
    .filter(({ finding }) => samePath(finding.pod.path, pod.path))
    .flatMap(({ finding }) => finding.unless);
  const told = facts.flatMap((fact) => {
    const words = queries.some((query) => mayAnswer(fact, query)) ? wordsFor(fact) : undefined;
    return words === undefined ? [] : [`${words}, if it is in the namespace of this pod.`];
  });
  // A workspace may hold one for every namespace that there is.
  return [...new Set(told)].slice(0, 3);
}

function mayAnswer(fact: Fact, query: FactQuery): boolean {
  switch (query.fact) {
    case 'token-not-mounted':
      return (
        fact.fact === 'service-account' &&
        fact.name === query.serviceAccount &&
        fact.automount === 'false' &&
        mayBeSame(fact.namespace, query.namespace)
      );
    case 'amount-given':
      return (
        fact.fact === 'limit-range' &&
        fact.gives.has(query.amount) &&
        mayBeSame(fact.namespace, query.namespace)
      );
  }
}

function mayBeSame(a: Namespace, b: Namespace): boolean {
  return a.state !== 'named' || b.state !== 'named' || a.name === b.name;
}

function wordsFor(fact: Fact): string | undefined {
  switch (fact.fact) {
    case 'service-account':
      return `The ServiceAccount ${code(fact.name)} turns the token off`;
    case 'limit-range':
      return `The LimitRange ${code(fact.name ?? '')} gives requests or limits that are not set here`;
    default:
      return undefined;
  }
}
