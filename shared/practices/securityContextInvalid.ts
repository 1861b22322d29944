/** Of practice 1: values that the API server rejects, and what is certainly meant by them. */
import type { InvalidField } from '../kubernetes/invalidFields.ts';
import type { PodView } from '../kubernetes/workload.ts';
import type { YamlOp, YamlValue } from '../yaml/operation.ts';
import { hardened } from './hardenedValues.ts';
import { type Fix, type PracticeSettings, type Report, repairOf } from './practice.ts';
import { cannotDenyEscalation } from './privilegeEscalation.ts';
import { judgedContainers, nameOf, recreationNote } from './subjects.ts';

/** Reports what was found in a pod. */
export function invalid(
  pod: PodView,
  found: readonly InvalidField[],
  settings: PracticeSettings,
  report: Report,
): void {
  const containers = judgedContainers(pod);
  for (const field of found) {
    const { container } = field;
    if (container !== null && !containers.includes(container)) continue;
    const fixes = fixesFor(pod, field, settings);
    report({
      check: 'invalid',
      at: field.span,
      container,
      message: `${container === null ? 'The pod' : nameOf(container)} ${wordsFor(field)}`,
      repair: repairOf(fixes),
      fixes: () => fixes,
    });
  }
}

/** The rest of a sentence about the field: what is wrong, and the valid forms. */
function wordsFor({ why, key, text }: InvalidField): string {
  switch (why) {
    case 'not-a-mapping':
      return `has ${text} for ${key}, which Kubernetes rejects; write its fields below it.`;
    case 'not-a-list':
      return `has ${text} for capabilities.${key}, which Kubernetes rejects; write a list of names.`;
    case 'not-a-string':
      return `has ${text} in capabilities.${key}, which is no name; write names such as ALL or NET_RAW.`;
    case 'not-a-boolean':
      return `has ${text} for ${key}, which Kubernetes rejects; write true or false, without quotes.`;
    case 'not-an-id':
      return `has ${text} for ${key}, which Kubernetes rejects; write a whole number, without quotes.`;
    case 'negative-id':
    case 'id-too-large':
      return `has ${text} for ${key}, which Kubernetes rejects; write a number from 0 to 2147483647.`;
    case 'no-seccomp-type':
      return `has the seccomp type ${text}, which Kubernetes does not know; write RuntimeDefault, Localhost or Unconfined.`;
    case 'no-localhost-profile':
      return 'has a seccomp profile of type Localhost without localhostProfile, which Kubernetes rejects; name the file, or write RuntimeDefault.';
    case 'localhost-path':
      return `has ${text} for localhostProfile, which Kubernetes rejects; write a path below the kubelet's seccomp folder, without "..".`;
    case 'localhost-without-type':
      return 'has a localhostProfile beside a type other than Localhost, which Kubernetes rejects; remove it, or write the type Localhost.';
    case 'duplicate':
      return `writes ${key} twice, and at best the last one counts; keep one.`;
  }
}

/**
 * A fix where one meaning is certain. Kubernetes rejects the manifest as it is, so a fix cannot harm what runs; where the meaning takes
 * protection away, the hardened value is offered first.
 */
function fixesFor(pod: PodView, field: InvalidField, settings: PracticeSettings): readonly Fix[] {
  const { meant, key, container, slot } = field;
  if (meant === undefined) return [];
  const value = valueMeant(field, meant);
  const level = container === null ? ('pod' as const) : ('container' as const);
  const asMeant: Fix = {
    title: `Write ${key}: ${typeof meant === 'string' && field.why === 'not-a-list' ? `[${meant}]` : String(meant)}`,
    level,
    safety: 'safe',
    why: 'Kubernetes rejects the manifest as it is.',
    ops: [{ op: 'set', path: slot.path, value }],
  };
  const judged = hardened(...judgedAs(field, value), settings);
  if (judged.kind === 'unfit') return [];
  if (judged.kind === 'as-is' && !isRejectedBeside(field, value)) return [asMeant];
  const asked: Fix = {
    ...asMeant,
    safety: 'review',
    why: `${asMeant.why} It takes protection away once it has an effect.${recreationNote(pod)}`,
    onRequest: true,
  };
  const protecting = judged.kind === 'instead' ? protectingValue(field, judged.value) : undefined;
  if (judged.kind === 'left-out') {
    const ops: readonly YamlOp[] = [{ op: 'remove', path: slot.path, pruneEmpty: 1 }];
    const removal: Fix = { ...asMeant, title: `Remove ${key}`, safety: 'review', ops };
    // The workload asks for this one by name, and for much that it needs with it.
    return [key === 'privileged' ? { ...removal, onRequest: true } : removal, asked];
  }
  if (protecting === undefined || isRejectedBeside(field, protecting)) return [asked];
  const ops: readonly YamlOp[] = [{ op: 'set', path: slot.path, value: protecting }];
  const shown =
    field.why === 'not-a-list'
      ? '[ALL]'
      : typeof protecting === 'object'
        ? 'RuntimeDefault'
        : String(protecting);
  return [{ ...asMeant, title: `Write ${key}: ${shown}`, safety: 'review', ops }, asked];
}

/** The hardened value of a whole field, as it is written where the part stands; undefined where it does not fit there. */
function protectingValue({ why, key }: InvalidField, value: YamlValue): YamlValue | undefined {
  if (why === 'not-a-list') return key === 'drop' ? ['ALL'] : undefined;
  if (key !== 'type') return value;
  return typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
}

function valueMeant({ why, key }: InvalidField, meant: boolean | number | string): YamlValue {
  if (why === 'not-a-list' && typeof meant === 'string')
    return [key === 'drop' && meant.toUpperCase() === 'ALL' ? 'ALL' : meant];
  return why === 'not-a-mapping' ? { type: meant } : meant;
}

/** The field and value by which protection is judged: a part of a field stands for the whole. */
function judgedAs({ why, key }: InvalidField, value: YamlValue): [string, YamlValue] {
  if (why === 'not-a-list') return ['capabilities', { [key]: value }];
  return key === 'type' ? ['seccompProfile', { type: value }] : [key, value];
}

/** The API server rejects denied escalation beside a privileged container. */
function isRejectedBeside({ key, container }: InvalidField, value: YamlValue): boolean {
  return (
    key === 'allowPrivilegeEscalation' &&
    value === false &&
    container !== null &&
    cannotDenyEscalation(container)
  );
}
