/** The practices, in the order in which people meet them. */
import { capabilities } from './capabilities.ts';
import type { Check, CheckCode, Practice } from './practice.ts';
import { privilegeEscalation } from './privilegeEscalation.ts';
import { readOnlyRootFilesystem } from './readOnlyRootFilesystem.ts';
import { resources } from './resources.ts';
import { rootUser } from './rootUser.ts';
import { seccomp } from './seccomp.ts';
import { securityContext } from './securityContext.ts';
import { serviceAccountToken } from './serviceAccountToken.ts';

export const PRACTICES: readonly Practice[] = [
  securityContext,
  privilegeEscalation,
  rootUser,
  resources,
  serviceAccountToken,
  seccomp,
  capabilities,
  readOnlyRootFilesystem,
];

const CHECKS: ReadonlyMap<string, Check> = new Map(
  PRACTICES.flatMap((practice) =>
    practice.checks.map((check) => [`${practice.id}/${check.id}`, check] as const),
  ),
);

/** A check with its code. */
export interface CodedCheck {
  readonly code: CheckCode;
  readonly check: Check;
}

const CODED: ReadonlyMap<string, ReadonlyMap<string, CodedCheck>> = new Map(
  PRACTICES.map(({ id, checks }) => [
    id,
    new Map(checks.map((check) => [check.id, { code: `${id}/${check.id}` as const, check }])),
  ]),
);

/** The checks of a practice by their own ids. */
export function checksOf(practice: Practice): ReadonlyMap<string, CodedCheck> {
  return CODED.get(practice.id) ?? new Map();
}

/** Every code that a finding can have, in the order of the practices. */
export const CHECK_CODES: readonly CheckCode[] = [...CHECKS.keys()] as readonly CheckCode[];

/** The check behind a code, or undefined where there is none. */
export function checkByCode(code: string): Check | undefined {
  return CHECKS.get(code);
}
