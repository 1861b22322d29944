/** Settings: what people may decide, with the values that hold where they decide nothing. */
import { KNOWN_IMAGES } from '../images/knownImages.ts';
import { catalogWith, type UserImage } from '../images/userImages.ts';
import type { UserKind } from '../kubernetes/kinds.ts';
import { NEWEST_KUBERNETES_MINOR } from '../kubernetes/versions.ts';
import type { KindSettings } from '../kubernetes/workload.ts';
import { CHECK_CODES, checkByCode } from '../practices/index.ts';
import { PRACTICE_IDS, type PracticeSettings, type Severity } from '../practices/practice.ts';
import { asRecord, severityOf, valueAt } from './givenValues.ts';
import { SETTING_DEFAULTS, type SettingKey, SUPPRESSION_SEVERITIES } from './settingDefaults.ts';
import { allowedAt, decidedBy } from './settingValues.ts';

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
  readonly codeLens: boolean;
  readonly inlayHints: boolean;
  /** Whether files that are not open are checked too. */
  readonly checkWorkspace: boolean;
  /** Values files that charts are installed with, each over the chart's own, by their paths from a chart's folder. */
  readonly helmValuesFiles: readonly string[];
  readonly exclude: Exclusions;
  /** The file that has a say in these settings, for people and for `exclude`; null where only the editor has. */
  readonly file: DecidingFile | null;
}

export interface DecidingFile extends SettingsFile {
  /** The settings that it decides, by their keys; practices and codes for those of `checks`. */
  readonly decides: ReadonlySet<string>;
}

export interface Exclusions {
  readonly globs: readonly string[];
  /** True where the globs come from the file, and count from its folder. */
  readonly isFromFile: boolean;
}

export interface SettingsFile {
  readonly uri: string;
  /** As people call it, such as `.podproof.yaml` or `teams/shop/.podproof.yaml`. */
  readonly name: string;
}

/** What a `.podproof.yaml` says, as `readConfigFile` gives it. */
export interface FileSettings extends SettingsFile {
  readonly values: unknown;
}

/**
 * Settings from what an editor gives: an object of the shape that `package.json` contributes under `podproof`. What a file says goes
 * before it, key by key. A value that is not allowed is left out, as if nothing had been said.
 */
export function readSettings(raw: unknown, file?: FileSettings): Settings {
  const decides = file === undefined ? undefined : decidedBy(file.values);
  const layers = file === undefined ? [raw] : [raw, file.values];
  const read = <T>(key: SettingKey): T => decided(key, layers) as T;
  const images = read<readonly UserImage[]>('images');
  const minimumUid = read<number>('minimumUid');
  const minimumGid = read<number>('minimumGid');
  const platform = read<PracticeSettings['platform']>('platform');
  return {
    practice: {
      minimumUid,
      minimumGid,
      kubernetesMinor: minorOf(read('kubernetesVersion')),
      platform,
      images: images.length === 0 ? KNOWN_IMAGES : catalogWith(images),
      fix: {
        // A fix must not write what the next look would find too low.
        runAsUser: Math.max(read('fix.runAsUser'), minimumUid),
        runAsGroup: Math.max(read('fix.runAsGroup'), minimumGid),
        cpuRequest: read('fix.cpuRequest'),
        memoryRequest: read('fix.memoryRequest'),
        cpuLimit: read('fix.cpuLimit'),
        memoryLimit: read('fix.memoryLimit'),
        tmpVolume: read('fix.tmpVolume'),
        emptyDirSizeLimit: read('fix.emptyDirSizeLimit'),
      },
    },
    severities: severitiesFrom(layers, platform),
    fixOnSave: read('fixOnSave'),
    kinds: {
      kinds: read<readonly (Omit<UserKind, 'group'> & { group?: string })[]>('kinds').map(
        ({ group = '', ...kind }) => ({ group, ...kind }),
      ),
      recognizeByShape: read('recognizeByShape'),
    },
    honorPeerAnnotations: read('honorPeerAnnotations'),
    requireSuppressionReason: read('requireSuppressionReason'),
    codeLens: read('codeLens'),
    inlayHints: read('inlayHints'),
    checkWorkspace: read('checkWorkspace'),
    helmValuesFiles: read('helm.valuesFiles'),
    exclude: { globs: read('exclude'), isFromFile: decides?.has('exclude') === true },
    file: file === undefined || decides === undefined ? null : { uri: file.uri, name: file.name, decides },
  };
}

/** The last layer that has an allowed value decides; before them all stands the default. Of a list, what is not allowed is left out. */
function decided(key: SettingKey, layers: readonly unknown[]): unknown {
  const standard = SETTING_DEFAULTS[key];
  for (const layer of layers.toReversed()) {
    const given = valueAt(layer, key);
    if (given === undefined) continue;
    // An editor gives every setting, most of them as they are anyway.
    if (JSON.stringify(given) === JSON.stringify(standard)) return standard;
    const value = allowedAt(layer, key);
    if (value !== undefined) return value;
  }
  return standard;
}

/** The name of the file that decides a setting, a practice or a check; undefined where none does. */
export function fileDeciding({ file }: Settings, ...keys: readonly string[]): string | undefined {
  return file !== null && keys.some((key) => file.decides.has(key)) ? file.name : undefined;
}

/** What is off where the cluster assigns ids, whatever else is said of it. */
const ASSIGNED_ON_OPENSHIFT: readonly string[] = [
  'root-user/unset',
  'root-user/unpinned',
  'root-user/low-uid',
  'root-user/low-gid',
  'root-user/group-unset',
];

/** A practice's entry speaks for all its checks; a check's own entry goes before it, and a later layer before an earlier one. */
function severitiesFrom(
  layers: readonly unknown[],
  platform: PracticeSettings['platform'],
): ReadonlyMap<string, Severity | 'off'> {
  const severities = new Map<string, Severity | 'off'>([
    ...CHECK_CODES.map((code) => [code, checkByCode(code)?.severity ?? 'warning'] as const),
    ...Object.entries(SUPPRESSION_SEVERITIES),
  ]);
  const codes = [...severities.keys()];
  for (const layer of layers) {
    const checks = asRecord(asRecord(layer).checks);
    for (const practice of PRACTICE_IDS) {
      const wanted = severityOf(checks[practice]);
      if (wanted === undefined) continue;
      for (const code of codes) if (code.startsWith(`${practice}/`)) severities.set(code, wanted);
    }
    for (const code of codes) {
      const wanted = severityOf(checks[code]);
      if (wanted !== undefined) severities.set(code, wanted);
    }
  }
  if (platform === 'openshift') for (const code of ASSIGNED_ON_OPENSHIFT) severities.set(code, 'off');
  return severities;
}

/** The minor version in `1.34` or `v1.34.2`. */
function minorOf(version: string): number {
  const match = /^v?1\.(\d+)/.exec(version);
  return match === null ? NEWEST_KUBERNETES_MINOR : Number(match[1]);
}

export const DEFAULT_SETTINGS: Settings = readSettings({});
