/** Settings: what people may decide, with the values that hold where they decide nothing. */
import type { UserKind } from '../kubernetes/kinds.ts';
import { NEWEST_KUBERNETES_MINOR } from '../kubernetes/versions.ts';
import { DEFAULT_KIND_SETTINGS, type KindSettings } from '../kubernetes/workload.ts';
import { CHECK_CODES, checkByCode } from '../practices/index.ts';
import { PRACTICE_IDS, type PracticeSettings, type Severity } from '../practices/practice.ts';

export interface Settings {
  readonly practice: PracticeSettings;
  /** The severity of every check code, or `off`. */
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  readonly fixOnSave: boolean;
  /** Which objects hold pods, beyond the kinds that are known. */
  readonly kinds: KindSettings;
  /** Whether the annotations by which other tools are told to leave an object alone count here too. */
  readonly honorPeerAnnotations: boolean;
  /** Whether a suppression without a reason is reported. */
  readonly requireSuppressionReason: boolean;
}

/** The codes of what may be wrong with a suppression, with their default severities. */
export const SUPPRESSION_SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ['suppression/unused', 'information'],
  ['suppression/unknown', 'warning'],
  ['suppression/no-reason', 'warning'],
]);

export const DEFAULT_SETTINGS: Settings = {
  practice: {
    minimumUid: 1001,
    minimumGid: 3001,
    kubernetesMinor: NEWEST_KUBERNETES_MINOR,
    platform: 'kubernetes',
    fix: {
      runAsUser: 10001,
      runAsGroup: 10001,
      cpuRequest: '100m',
      memoryRequest: '128Mi',
      cpuLimit: '500m',
      memoryLimit: '256Mi',
      tmpVolume: true,
    },
  },
  severities: new Map([
    ...CHECK_CODES.map((code) => [code, checkByCode(code)?.severity ?? 'warning'] as const),
    ...SUPPRESSION_SEVERITIES,
  ]),
  fixOnSave: false,
  kinds: DEFAULT_KIND_SETTINGS,
  honorPeerAnnotations: true,
  requireSuppressionReason: false,
};

/**
 * Settings from what an editor or a file gives: an object of the shape that `package.json` contributes under `podproof`. A value
 * of the wrong type or out of its range is left at its default.
 */
export function readSettings(raw: unknown): Settings {
  const source = asRecord(raw);
  const fix = asRecord(source.fix);
  const defaults = DEFAULT_SETTINGS.practice;
  return {
    practice: {
      minimumUid: integer(source.minimumUid, defaults.minimumUid),
      minimumGid: integer(source.minimumGid, defaults.minimumGid),
      kubernetesMinor: minorOf(source.kubernetesVersion) ?? defaults.kubernetesMinor,
      platform: source.platform === 'openshift' ? 'openshift' : 'kubernetes',
      fix: {
        runAsUser: integer(fix.runAsUser, defaults.fix.runAsUser),
        runAsGroup: integer(fix.runAsGroup, defaults.fix.runAsGroup),
        cpuRequest: text(fix.cpuRequest, defaults.fix.cpuRequest),
        memoryRequest: text(fix.memoryRequest, defaults.fix.memoryRequest),
        cpuLimit: text(fix.cpuLimit, defaults.fix.cpuLimit),
        memoryLimit: text(fix.memoryLimit, defaults.fix.memoryLimit),
        tmpVolume: typeof fix.tmpVolume === 'boolean' ? fix.tmpVolume : defaults.fix.tmpVolume,
      },
    },
    severities: severitiesFrom(asRecord(source.checks)),
    fixOnSave: source.fixOnSave === true,
    kinds: { kinds: kindsFrom(source.kinds), recognizeByShape: source.recognizeByShape !== false },
    honorPeerAnnotations: source.honorPeerAnnotations !== false,
    requireSuppressionReason: source.requireSuppressionReason === true,
  };
}

/** Entries of the shape `{ "group": "example.com", "kind": "Task", "paths": ["spec.template.spec"] }`; others are left out. */
function kindsFrom(raw: unknown): readonly UserKind[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((entry: unknown): UserKind[] => {
    const { group = '', kind, paths } = asRecord(entry);
    if (typeof group !== 'string' || typeof kind !== 'string' || !Array.isArray(paths)) return [];
    const written = paths.filter((path): path is string => typeof path === 'string' && path.trim() !== '');
    return kind === '' || written.length === 0 ? [] : [{ group, kind, paths: written }];
  });
}

/** A practice's entry speaks for all its checks; a check's own entry wins over it. */
function severitiesFrom(checks: Readonly<Record<string, unknown>>): ReadonlyMap<string, Severity | 'off'> {
  const severities = new Map(DEFAULT_SETTINGS.severities);
  for (const practice of PRACTICE_IDS) {
    const wanted = severityOf(checks[practice]);
    if (wanted === undefined) continue;
    for (const code of CHECK_CODES) if (code.startsWith(`${practice}/`)) severities.set(code, wanted);
  }
  for (const code of DEFAULT_SETTINGS.severities.keys()) {
    const wanted = severityOf(checks[code]);
    if (wanted !== undefined) severities.set(code, wanted);
  }
  return severities;
}

function severityOf(value: unknown): Severity | 'off' | undefined {
  return value === 'error' || value === 'warning' || value === 'information' || value === 'off'
    ? value
    : undefined;
}

/** The minor version in `1.34` or `v1.34.2`. */
function minorOf(value: unknown): number | undefined {
  const match = typeof value === 'string' ? /^v?1\.(\d{1,3})(?:\.|$)/.exec(value.trim()) : null;
  return match === null ? undefined : Number(match[1]);
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function integer(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 2147483647
    ? value
    : fallback;
}

function text(value: unknown, fallback: string): string {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : fallback;
}
