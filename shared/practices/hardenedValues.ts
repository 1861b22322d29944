/** Hardened values: what takes the place of a weak value that a fix would otherwise bring into force. */
import { MAX_ID } from '../kubernetes/invalidFields.ts';
import type { YamlValue } from '../yaml/operation.ts';
import type { PracticeSettings } from './practice.ts';

/** What becomes of a value that is to be brought into force. */
export type Hardened =
  /** It protects, or says nothing about protection. */
  | { readonly kind: 'as-is' }
  /** It takes protection away or is written wrongly, and this is what protects instead. */
  | { readonly kind: 'instead'; readonly value: YamlValue }
  /** It takes protection away, and leaving it out protects. */
  | { readonly kind: 'left-out' }
  /** Kubernetes would reject it, and what it means is not certain. */
  | { readonly kind: 'unfit' };

/** Judges a value by its field's name. */
export function hardened(key: string, value: YamlValue, settings: PracticeSettings): Hardened {
  switch (key) {
    case 'privileged':
      return forBoolean(value, (flag) => (flag ? LEFT_OUT : AS_IS));
    case 'procMount':
      return value === 'Unmasked' ? LEFT_OUT : AS_IS;
    case 'allowPrivilegeEscalation':
    case 'automountServiceAccountToken':
      return forBoolean(value, (flag) => (flag ? instead(false) : AS_IS));
    case 'readOnlyRootFilesystem':
    case 'runAsNonRoot':
      return forBoolean(value, (flag) => (flag ? AS_IS : instead(true)));
    case 'runAsUser':
      return forId(value, settings.fix.runAsUser, settings);
    case 'runAsGroup':
      return forId(value, settings.fix.runAsGroup, settings);
    case 'seccompProfile':
      return forSeccomp(value);
    case 'capabilities':
      return forCapabilities(value);
    default:
      return AS_IS;
  }
}

const AS_IS: Hardened = { kind: 'as-is' };
const LEFT_OUT: Hardened = { kind: 'left-out' };
const UNFIT: Hardened = { kind: 'unfit' };

function instead(value: YamlValue): Hardened {
  return { kind: 'instead', value };
}

/** A quoted boolean is put right on the way. */
function forBoolean(value: YamlValue, judge: (flag: boolean) => Hardened): Hardened {
  if (typeof value === 'boolean') return judge(value);
  if (value !== 'true' && value !== 'false') return UNFIT;
  const judged = judge(value === 'true');
  return judged.kind === 'as-is' ? instead(value === 'true') : judged;
}

/** A quoted id is put right on the way; root gives way to the id of the settings, or to the cluster's choice where it assigns ids. */
function forId(value: YamlValue, replacement: number, { platform }: PracticeSettings): Hardened {
  const id = typeof value === 'string' && /^(0|[1-9][0-9]{0,9})$/.test(value) ? Number(value) : value;
  if (typeof id !== 'number' || id < 0 || id > MAX_ID) return UNFIT;
  if (id === 0) return platform === 'openshift' ? LEFT_OUT : instead(replacement);
  return typeof value === 'string' ? instead(id) : AS_IS;
}

function forSeccomp(value: YamlValue): Hardened {
  if (!isMapping(value)) return UNFIT;
  const { type, localhostProfile } = value;
  if (type === 'RuntimeDefault') return localhostProfile === undefined ? AS_IS : UNFIT;
  if (type === 'Localhost') return typeof localhostProfile === 'string' ? AS_IS : UNFIT;
  return localhostProfile === undefined ? instead({ type: 'RuntimeDefault' }) : UNFIT;
}

/** Pod Security restricted accepts `drop: [ALL]`, and NET_BIND_SERVICE added; what is dropped by name is among ALL. */
function forCapabilities(value: YamlValue): Hardened {
  if (!isMapping(value)) return UNFIT;
  const added = listIn(value.add);
  const dropped = listIn(value.drop);
  if (added === undefined || dropped === undefined) return UNFIT;
  const accepted = added.filter((name) => name === 'NET_BIND_SERVICE');
  if (dropped.includes('ALL') && accepted.length === added.length) return AS_IS;
  return instead({ ...(accepted.length > 0 ? { add: accepted } : {}), drop: ['ALL'] });
}

function listIn(value: YamlValue | undefined): readonly YamlValue[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly YamlValue[]) : undefined;
}

function isMapping(value: YamlValue): value is { readonly [key: string]: YamlValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
