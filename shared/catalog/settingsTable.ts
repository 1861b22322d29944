/** The table of settings: each with its type, its default and its words, from which everything else about them is made. */
import { explainedPractices } from '../practices/explained.ts';
import type { Severity } from '../practices/practice.ts';
import type { JsonSchema } from './schema.ts';
import { SETTING_DEFAULTS, type SettingKey, SUPPRESSION_SEVERITIES } from './settingDefaults.ts';

export interface SettingDefinition {
  readonly key: SettingKey;
  readonly schema: JsonSchema & { readonly default: unknown; readonly markdownDescription: string };
  /** False for what only concerns one person's editor, and has no place in a file for everyone. */
  readonly isShared: boolean;
}

/** What may be wrong with a suppression. */
export const SUPPRESSION_CHECKS: readonly {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
}[] = [
  suppressionCheck('suppression/unused', 'A suppression that suppresses nothing.'),
  suppressionCheck('suppression/unknown', 'A suppression that names no practice or check.'),
  suppressionCheck('suppression/no-reason', 'A suppression without a reason, where one is asked for.'),
];

function suppressionCheck(
  code: keyof typeof SUPPRESSION_SEVERITIES,
  summary: string,
): (typeof SUPPRESSION_CHECKS)[number] {
  return { code, severity: SUPPRESSION_SEVERITIES[code], summary };
}

const LEVELS = ['error', 'warning', 'information', 'off'] as const;

function levelSchema(description: string): JsonSchema {
  return { type: 'string', enum: LEVELS, description };
}

const CHECKS_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries([
    ...explainedPractices().flatMap((practice) => [
      [practice.id, levelSchema(`All checks of this practice. ${practice.summary}`)] as const,
      ...practice.checks.map((check) => {
        const words = `${check.summary.replaceAll('`', '')} Default: ${check.severity}.`;
        return [`${practice.id}/${check.id}`, levelSchema(words)] as const;
      }),
    ]),
    ...SUPPRESSION_CHECKS.map(
      ({ code, severity, summary }) => [code, levelSchema(`${summary} Default: ${severity}.`)] as const,
    ),
  ]),
};

const ID: JsonSchema = { type: 'integer', minimum: 1, maximum: 2147483647 };

const CPU: JsonSchema = {
  type: 'string',
  pattern: '^(?:[1-9][0-9]*m|[1-9][0-9]*(?:\\.[0-9]+)?|0\\.[0-9]*[1-9])$',
  patternErrorMessage: 'has to be an amount of CPU, such as 100m or 0.5',
};

const MEMORY: JsonSchema = {
  type: 'string',
  pattern: '^[1-9][0-9]*(?:k|M|G|T|Ki|Mi|Gi|Ti)?$',
  patternErrorMessage: 'has to be an amount of memory, such as 128Mi or 1Gi',
};

const DIRECTORY: JsonSchema = {
  type: 'string',
  pattern: '^(?:/[A-Za-z0-9._-]+)+$',
  patternErrorMessage: 'has to be an absolute path, such as /var/cache/shop',
};

const IMAGES_SCHEMA: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['image'],
    properties: {
      image: {
        type: 'string',
        description:
          'The name without a tag, such as registry.example.com/shop/web; * stands for a part between slashes.',
      },
      like: {
        type: 'string',
        description: 'The image that it is a copy of, such as nginx, postgres or ingress-nginx.',
      },
      runAsUser: { ...ID, description: 'The user whose files it has.' },
      runAsGroup: { ...ID, description: 'The group of that user.' },
      writes: { type: 'array', items: DIRECTORY, description: 'Directories to mount empty volumes at.' },
      writableRoot: {
        type: 'string',
        description: 'Why it cannot do with a read-only root filesystem.',
      },
      needsRoot: { type: 'string', description: 'Why it has to run as root.' },
      bindsPorts: {
        type: 'boolean',
        description:
          'Whether its binary has NET_BIND_SERVICE as a file capability, and cannot start without it.',
      },
      usesApi: { type: 'boolean', description: 'Whether it uses the token of the Kubernetes API.' },
    },
  },
};

/** In the order of the defaults. */
export const SETTINGS_TABLE: readonly SettingDefinition[] = [
  shared(
    'checks',
    CHECKS_SCHEMA,
    'How practices and checks are reported: `error`, `warning`, `information` or `off`. The entry of a practice, such as `resources`, holds for all its checks; that of a check, such as `resources/cpu-limit`, goes before it.',
  ),
  shared(
    'minimumUid',
    ID,
    'The lowest user id that a container should run as. A high one belongs to nobody on the node.',
  ),
  shared('minimumGid', ID, 'The lowest group id that a container should run as.'),
  shared(
    'kubernetesVersion',
    {
      type: 'string',
      pattern: '^v?1\\.[0-9]{1,3}(?:\\.[0-9]+)?$',
      patternErrorMessage: 'has to be a version of Kubernetes, such as 1.34',
    },
    'The version of Kubernetes that the manifests are for, such as `1.34`. It decides which fields and annotations are in force.',
  ),
  shared(
    'platform',
    {
      type: 'string',
      enum: ['kubernetes', 'openshift'],
      enumDescriptions: [
        'The manifest decides the ids that containers run as.',
        'The cluster assigns the ids: none is asked for, and no fix writes one.',
      ],
    },
    'Where the manifests run. On `openshift` the cluster assigns user and group ids to each namespace, so that none is asked for and no fix writes one.',
  ),
  shared('fix.runAsUser', ID, 'The user id that fixes write; `#podproof.minimumUid#` where that is higher.'),
  shared(
    'fix.runAsGroup',
    ID,
    'The group id that fixes write; `#podproof.minimumGid#` where that is higher.',
  ),
  shared('fix.cpuRequest', CPU, 'The CPU request that fixes write. A placeholder: measure the program.'),
  shared(
    'fix.memoryRequest',
    MEMORY,
    'The memory request that fixes write. A placeholder: measure the program.',
  ),
  shared('fix.cpuLimit', CPU, 'The CPU limit that fixes write. A placeholder: measure the program.'),
  shared('fix.memoryLimit', MEMORY, 'The memory limit that fixes write. A placeholder: measure the program.'),
  shared(
    'fix.tmpVolume',
    { type: 'boolean' },
    'Whether a fix that makes the root filesystem read-only mounts an `emptyDir` at `/tmp`, where most programs that write at all write.',
  ),
  shared(
    'fix.emptyDirSizeLimit',
    {
      type: 'string',
      pattern: '^(?:[1-9][0-9]*(?:k|M|G|T|Ki|Mi|Gi|Ti)?)?$',
      patternErrorMessage: 'has to be a size, such as 64Mi, or empty',
    },
    'The size to which the `emptyDir` volumes that fixes mount are limited, such as `64Mi`; empty for no limit. A pod that writes more is evicted.',
  ),
  shared(
    'images',
    IMAGES_SCHEMA,
    'Images that Podproof does not know, or knows by another name. `image` is the name without a tag, in which `*` stands for a part between slashes; `like` names the image that it is a copy of: `{ "image": "registry.example.com/mirror/nginx", "like": "nginx" }`. The other keys say what it needs: `{ "image": "registry.example.com/shop/*", "runAsUser": 2000, "runAsGroup": 2000, "writes": ["/var/cache/shop"] }`.',
  ),
  shared(
    'kinds',
    {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'paths'],
        properties: {
          group: {
            type: 'string',
            description: 'The API group, such as example.com; empty for the core group.',
          },
          kind: {
            type: 'string',
            pattern: '^[A-Za-z][A-Za-z0-9]*$',
            patternErrorMessage: 'has to be a kind, such as Task',
          },
          paths: {
            type: 'array',
            items: { type: 'string' },
            description:
              'Where the pod specs are, such as spec.template.spec or spec.tasks[*].template.spec.',
          },
        },
      },
    },
    'Kinds of your own that hold pods, each with its API group and the paths of its pod specs: `{ "group": "example.com", "kind": "Task", "paths": ["spec.template.spec"] }`.',
  ),
  shared(
    'recognizeByShape',
    { type: 'boolean' },
    'Whether pod templates are recognized by their shape in kinds that are not known.',
  ),
  shared(
    'helm.valuesFiles',
    {
      type: 'array',
      items: {
        type: 'string',
        pattern: '^(?!/)(?!(?:.*/)?\\.\\.(?:/|$)).+\\.ya?ml$',
        patternErrorMessage:
          "has to be the path of a values file from the chart's folder, such as values-prod.yaml",
      },
      uniqueItems: true,
    },
    'Further values files that charts are installed with, such as `values-prod.yaml`, by their paths from the folder of the chart. Each counts over the `values.yaml` of the chart, and a finding names those that leave it open.',
  ),
  shared(
    'exclude',
    { type: 'array', items: { type: 'string' }, uniqueItems: true },
    'Files that are not checked: globs such as `**/vendor/**` or `legacy/*.yaml`, from the workspace folder on, or in `.podproof.yaml` from its own folder on.',
  ),
  shared(
    'honorPeerAnnotations',
    { type: 'boolean' },
    'Whether annotations that tell Checkov, KubeLinter, kube-score, Monokle or Polaris to skip a check suppress the same check here.',
  ),
  shared(
    'requireSuppressionReason',
    { type: 'boolean' },
    'Whether a suppression without a reason is reported.',
  ),
  personal('codeLens', { type: 'boolean' }, 'Show how many practices a workload follows above it.'),
  personal(
    'inlayHints',
    { type: 'boolean' },
    'Show the values that a container inherits from its pod, and what holds where nothing is set.',
  ),
  personal(
    'checkWorkspace',
    { type: 'boolean' },
    'Check all YAML and JSON files of the workspace folder, not only those that are open, and list what is found among the problems.',
  ),
  personal(
    'fixOnSave',
    { type: 'boolean' },
    'Apply safe fixes when a file is saved: those after which the pod behaves as before, or was rejected before.',
  ),
];

function shared(key: SettingKey, schema: JsonSchema, markdownDescription: string): SettingDefinition {
  return { key, isShared: true, schema: { ...schema, default: SETTING_DEFAULTS[key], markdownDescription } };
}

function personal(key: SettingKey, schema: JsonSchema, markdownDescription: string): SettingDefinition {
  return { ...shared(key, schema, markdownDescription), isShared: false };
}
