/** What holds where nobody sets anything. What else there is to say of each setting is in the table of settings. */
import { NEWEST_KUBERNETES_MINOR } from '../kubernetes/versions.ts';
import type { Severity } from '../practices/practice.ts';

/** By key, in the order in which the settings page shows them. */
export const SETTING_DEFAULTS = {
  checks: {},
  minimumUid: 1001,
  minimumGid: 3001,
  kubernetesVersion: `1.${NEWEST_KUBERNETES_MINOR}`,
  platform: 'kubernetes',
  'fix.runAsUser': 10001,
  'fix.runAsGroup': 10001,
  'fix.cpuRequest': '100m',
  'fix.memoryRequest': '128Mi',
  'fix.cpuLimit': '500m',
  'fix.memoryLimit': '256Mi',
  'fix.tmpVolume': true,
  'fix.emptyDirSizeLimit': '',
  images: [],
  kinds: [],
  recognizeByShape: true,
  'helm.valuesFiles': [],
  exclude: [],
  honorPeerAnnotations: true,
  requireSuppressionReason: false,
  codeLens: true,
  inlayHints: false,
  checkWorkspace: false,
  fixOnSave: false,
} as const;

/** Keys below `podproof`, with dots. */
export type SettingKey = keyof typeof SETTING_DEFAULTS;

/** The codes of what may be wrong with a suppression, with their default severities. */
export const SUPPRESSION_SEVERITIES = {
  'suppression/unused': 'information',
  'suppression/unknown': 'warning',
  'suppression/no-reason': 'warning',
} as const satisfies Readonly<Record<string, Severity>>;
