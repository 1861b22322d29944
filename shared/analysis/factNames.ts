/** Fact names: what a file's findings ask of other files, and what facts answer, as names that can be compared. */
import type { Fact, RoleFact } from '../kubernetes/facts.ts';
import type { Namespace } from '../kubernetes/workload.ts';
import type { AnalyzedText } from './analyze.ts';
import { subjectNames } from './facts.ts';

/** What may change the findings of a text from outside of it; none where nothing can. */
export function namesAsked({ documents }: AnalyzedText): readonly string[] {
  const names = new Set<string>();
  for (const { analysis } of documents) {
    for (const { unless, tokenNote } of analysis.findings) {
      for (const query of unless) {
        if (query.fact === 'token-not-mounted') names.add(`ServiceAccount/${query.serviceAccount}`);
        // Of other files, only a LimitRange of a namespace that both name counts.
        else if (query.namespace.state === 'named') names.add(limitRangeName(query.namespace));
      }
      if (tokenNote !== undefined) for (const name of subjectNames(tokenNote)) names.add(`subject ${name}`);
    }
  }
  return [...names];
}

/** The names that some facts answer to; `all` is what is known beside them, through which a role reaches its subjects. */
export function namesAnswered(facts: Iterable<Fact>, all: readonly Fact[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const fact of facts) {
    switch (fact.fact) {
      case 'service-account':
        names.add(`ServiceAccount/${fact.name}`);
        break;
      case 'limit-range':
        names.add(limitRangeName(fact.namespace));
        break;
      case 'binding':
        for (const { kind, name } of fact.subjects) names.add(`subject ${kind}/${name}`);
        break;
      case 'role':
        for (const name of subjectsOf(fact, all)) names.add(name);
        break;
      case 'namespace':
        break;
    }
  }
  return names;
}

function limitRangeName(namespace: Namespace): string {
  return `LimitRange ${namespace.state === 'named' ? namespace.name : ''}`;
}

function subjectsOf({ kind, name }: RoleFact, all: readonly Fact[]): readonly string[] {
  return all.flatMap((fact) =>
    fact.fact === 'binding' && fact.role.kind === kind && fact.role.name === name
      ? fact.subjects.map((subject) => `subject ${subject.kind}/${subject.name}`)
      : [],
  );
}
