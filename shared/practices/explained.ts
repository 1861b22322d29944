/**
 * The practices with what people read about them, in the order in which people meet them. Apart from the practices, since a program that
 * only judges says nothing of it.
 */
import { capabilities } from './explained/capabilities.ts';
import { privilegeEscalation } from './explained/privilegeEscalation.ts';
import { readOnlyRootFilesystem } from './explained/readOnlyRootFilesystem.ts';
import { resources } from './explained/resources.ts';
import { rootUser } from './explained/rootUser.ts';
import { seccomp } from './explained/seccomp.ts';
import { securityContext } from './explained/securityContext.ts';
import { serviceAccountToken } from './explained/serviceAccountToken.ts';
import type { ExplainedPractice, Explanation } from './explanation.ts';
import { PRACTICES } from './index.ts';
import type { Practice, PracticeId } from './practice.ts';

const EXPLANATIONS: Readonly<Record<PracticeId, Explanation>> = {
  'security-context': securityContext,
  'privilege-escalation': privilegeEscalation,
  'root-user': rootUser,
  resources: resources,
  'service-account-token': serviceAccountToken,
  seccomp: seccomp,
  capabilities: capabilities,
  'read-only-root-filesystem': readOnlyRootFilesystem,
};

const EXPLAINED: readonly ExplainedPractice[] = PRACTICES.map(withExplanation);

/** The same objects whenever it is asked. */
export function explainedPractices(): readonly ExplainedPractice[] {
  return EXPLAINED;
}

export function explainedPractice(id: PracticeId): ExplainedPractice {
  const explained = EXPLAINED.find((practice) => practice.id === id);
  if (explained === undefined) throw new Error(`No practice has the id ${id}.`);
  return explained;
}

function withExplanation({ id, checks }: Practice): ExplainedPractice {
  const explanation = EXPLANATIONS[id];
  return {
    ...explanation,
    id,
    checks: checks.map((check) => {
      const said = explanation.checks[check.id];
      if (said === undefined) throw new Error(`Nothing is said of ${id}/${check.id}.`);
      return { ...check, ...said };
    }),
  };
}
