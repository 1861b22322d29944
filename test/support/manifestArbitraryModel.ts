/** Random manifests as decoded objects: every kind, every governed field absent, good, weak, null or empty. */

import fc from 'fast-check';
import { WORKLOAD_KINDS, type WorkloadKind } from './effectiveValuesPods.ts';
import { isMap, type Plain, type PlainMap } from './goYamlPlain.ts';
import { rejections } from './kubernetesApi.ts';

export interface ModelOptions {
  /** The kinds to choose from; all of them when left out. */
  readonly kinds?: readonly WorkloadKind[];
  /** Containers without an image, which make a manifest a patch. On by default. */
  readonly partial?: boolean;
  /** Pods for Windows. On by default. */
  readonly windows?: boolean;
  /** Ephemeral containers, in templates too unless `accepted`. On by default. */
  readonly ephemeral?: boolean;
  /** Values that Kubernetes rejects by themselves: quoted ids, negative ids, ill-formed quantities. Off by default. */
  readonly invalid?: boolean;
  /** Governed fields where Kubernetes does not look for them. Off by default. */
  readonly misplaced?: boolean;
  /** Only objects that the API server would take. Off by default. */
  readonly accepted?: boolean;
  /** The most objects in a stream; 4 by default. */
  readonly maxObjects?: number;
  /** `List` and typed lists around the objects. On by default. */
  readonly lists?: boolean;
}

/** The objects of a stream: at least one workload, and now and then what stands beside workloads. */
export function manifestObjects(options: ModelOptions = {}): fc.Arbitrary<readonly PlainMap[]> {
  const { maxObjects = 4, lists = true, accepted = false } = options;
  const workload = lists
    ? fc.oneof(
        { weight: 8, arbitrary: workloadObject(options) },
        { weight: 1, arbitrary: listObject(options) },
      )
    : workloadObject(options);
  const others = fc.array(
    fc.oneof({ weight: 2, arbitrary: workload }, { weight: 3, arbitrary: neighborObject() }),
    { maxLength: maxObjects - 1 },
  );
  const objects = fc.tuple(workload, others, fc.boolean()).map(([first, rest, isFirst]) => {
    return isFirst ? [first, ...rest] : [...rest, first];
  });
  return accepted ? objects.filter((all) => rejections(all).length === 0) : objects;
}

/** One workload of any kind and API version. */
export function workloadObject(options: ModelOptions = {}): fc.Arbitrary<PlainMap> {
  const kinds = options.kinds ?? (Object.keys(WORKLOAD_KINDS) as WorkloadKind[]);
  // Deployments and pods are what most people write.
  const weighted = kinds.flatMap((kind) =>
    kind === 'Deployment' || kind === 'Pod' ? [kind, kind, kind] : [kind],
  );
  return fc.constantFrom(...weighted).chain((kind) =>
    fc
      .record({
        apiVersion: fc.constantFrom(...WORKLOAD_KINDS[kind].apiVersions),
        metadata: metadata(),
        podMetadata: podMetadata(),
        spec: podSpec(kind, options),
        replicas: fc.integer({ min: 0, max: 5 }),
        above:
          options.misplaced === true ? rarely(fc.constantFrom(...MISPLACED_ABOVE)) : fc.constant(undefined),
        order: fc.nat(),
      })
      .map((drawn) => assemble(kind, drawn)),
  );
}

interface Drawn {
  readonly apiVersion: string;
  readonly metadata: PlainMap;
  readonly podMetadata: PlainMap;
  readonly spec: PlainMap;
  readonly replicas: number;
  readonly above: PlainMap | undefined;
  readonly order: number;
}

const MISPLACED_ABOVE: readonly [PlainMap, ...PlainMap[]] = [
  { securityContext: { runAsNonRoot: true } },
  { securityContext: { runAsUser: 10001, fsGroup: 10001 } },
  { automountServiceAccountToken: false },
];

function assemble(kind: WorkloadKind, drawn: Drawn): PlainMap {
  const { apiVersion, podMetadata: template, order } = drawn;
  const head = { apiVersion, kind, metadata: drawn.metadata };
  const above = drawn.above ?? {};
  const pod = { metadata: template, spec: drawn.spec };
  const selector = { selector: { matchLabels: { app: 'web' } } };
  switch (kind) {
    case 'Pod':
      return { ...head, metadata: { ...drawn.metadata, ...template }, spec: drawn.spec, ...above };
    case 'PodTemplate':
      return { ...head, template: { ...pod, ...above } };
    case 'ReplicationController':
      return {
        ...head,
        spec: shuffled(
          { replicas: drawn.replicas, selector: { app: 'web' }, template: pod, ...above },
          order,
        ),
      };
    case 'Job':
      return { ...head, spec: shuffled({ backoffLimit: drawn.replicas, template: pod, ...above }, order) };
    case 'CronJob': {
      const job = { template: { ...pod, ...above }, completions: 1 };
      return { ...head, spec: shuffled({ schedule: '*/5 * * * *', jobTemplate: { spec: job } }, order) };
    }
    case 'DaemonSet':
      return { ...head, spec: shuffled({ ...selector, template: { ...pod, ...above } }, order) };
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
      return {
        ...head,
        spec: shuffled({ replicas: drawn.replicas, ...selector, template: pod, ...above }, order),
      };
    default: {
      const unknown: never = kind;
      throw new Error(`no such kind: ${String(unknown)}`);
    }
  }
}

function listObject(options: ModelOptions): fc.Arbitrary<PlainMap> {
  const mixed = fc
    .array(fc.oneof(workloadObject(options), neighborObject()), { maxLength: 3 })
    .map((items): PlainMap => ({ apiVersion: 'v1', kind: 'List', items }));
  const typed = fc
    .constantFrom(...(options.kinds ?? (['Pod', 'Deployment', 'CronJob'] as const)))
    .chain((kind) => fc.array(workloadObject({ ...options, kinds: [kind] }), { minLength: 1, maxLength: 2 }))
    .map((items): PlainMap => {
      const [first] = items;
      const bare = items.map(({ apiVersion: _, kind: __, ...item }): PlainMap => item);
      return { kind: `${String(first?.kind)}List`, apiVersion: first?.apiVersion ?? 'v1', items: bare };
    });
  return fc.oneof(mixed, typed);
}

/** What stands beside workloads: accounts that may settle the token, and objects that hold no pod. */
function neighborObject(): fc.Arbitrary<PlainMap> {
  const account = fc
    .record({
      name: fc.constantFrom('default', 'web'),
      namespace: fc.constantFrom(undefined, 'shop'),
      automount: fc.constantFrom(undefined, false, true),
    })
    .map(({ name, namespace, automount }) =>
      compact({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: compact({ name, namespace }),
        automountServiceAccountToken: automount,
      }),
    );
  const configMap = fc
    .dictionary(fc.constantFrom('a.conf', 'pod.yaml', 'x'), fc.oneof(trickyText(), manyLines()), {
      maxKeys: 3,
    })
    .map(
      (data): PlainMap => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'conf' },
        data: { ...data },
      }),
    );
  const service = fc.constant<PlainMap>({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { ports: [{ port: 80 }], selector: { app: 'web' } },
  });
  return fc.oneof(account, configMap, service);
}

function metadata(): fc.Arbitrary<PlainMap> {
  return fc
    .record({
      name: fc.constantFrom('web', 'db-0', 'job.x'),
      namespace: fc.constantFrom(undefined, undefined, 'shop'),
      labels: fc.constantFrom(undefined, { app: 'web', 'app.kubernetes.io/version': '1.0' }),
    })
    .map(compact);
}

const ANNOTATIONS: readonly (readonly [string, fc.Arbitrary<Plain>])[] = [
  [
    'seccomp.security.alpha.kubernetes.io/pod',
    fc.constantFrom('runtime/default', 'docker/default', 'unconfined'),
  ],
  [
    'container.seccomp.security.alpha.kubernetes.io/c0',
    fc.constantFrom('runtime/default', 'localhost/a.json'),
  ],
  ['container.apparmor.security.beta.kubernetes.io/c0', fc.constantFrom('runtime/default', 'unconfined')],
  ['example.com/note', fc.string({ maxLength: 8 }).filter((text) => !mayBeTemplate(text))],
];

/** The pod's own metadata, with legacy annotations now and then. */
function podMetadata(): fc.Arbitrary<PlainMap> {
  const annotation = fc
    .constantFrom(...ANNOTATIONS)
    .chain(([key, value]) => fc.tuple(fc.constant(key), fc.oneof(value, trickyText())));
  const wellFormed = fc
    .constantFrom(...ANNOTATIONS)
    .chain(([key, value]) => fc.tuple(fc.constant(key), value));
  const annotations = fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: wellFormed },
        { weight: 1, arbitrary: annotation.filter(([key]) => key === 'example.com/note') },
      ),
      { maxLength: 2 },
    )
    .map((pairs) => (pairs.length === 0 ? undefined : Object.fromEntries(pairs)));
  return fc
    .record({
      labels: fc.constant({ app: 'web' }),
      annotations: fc.oneof(
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: annotations },
      ),
    })
    .map(compact);
}

/** Text that a template engine would fill in is not what it says, so no generated value looks like it. */
function mayBeTemplate(text: string): boolean {
  return /\{\{|\{%|\$\{|\$\(|<[^>]*>|#@/.test(text);
}

function podSpec(kind: WorkloadKind, options: ModelOptions): fc.Arbitrary<PlainMap> {
  const { ephemeral = true, accepted = false, misplaced = false } = options;
  const mayHaveEphemeral = ephemeral && (kind === 'Pod' || !accepted);
  return fc
    .record({
      containers: fc.array(container(options), { minLength: 1, maxLength: 4 }),
      initContainers: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(initContainer(options), { minLength: 1, maxLength: 2 }) },
      ),
      ephemeralContainers: mayHaveEphemeral
        ? fc.oneof(
            { weight: 6, arbitrary: fc.constant([]) },
            { weight: 1, arbitrary: fc.tuple(ephemeralContainer(options)) },
          )
        : fc.constant([]),
      securityContext: fc.oneof(
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 6, arbitrary: podContext(options) },
        { weight: 1, arbitrary: fc.constantFrom<Plain[]>(null, {}) },
      ),
      automountServiceAccountToken: maybe(
        fc.oneof(fc.boolean(), fc.constant(null), ...bad(options, fc.constantFrom('false', 'no ', 0))),
      ),
      serviceAccountName: rarely(fc.constantFrom('web', 'default', '')),
      hostUsers: rarely(fc.boolean()),
      hostNetwork: rarely(fc.boolean()),
      hostPID: rarely(fc.boolean()),
      platform: platform(options),
      resources: rarely(podResources(options)),
      volumes: fc.uniqueArray(volume(), { maxLength: 3, selector: (one) => one.name }),
      restartPolicy: fc.constant(kind === 'Job' || kind === 'CronJob' ? 'Never' : undefined),
      terminationGracePeriodSeconds: rarely(fc.constantFrom(0, 30)),
      tolerations: rarely(fc.constant([{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }])),
      bare: misplaced ? rarely(fc.constantFrom<PlainMap[]>(...MISPLACED_IN_POD)) : fc.constant(undefined),
      alike: fc.constantFrom(false, false, false, true),
      order: fc.nat(),
    })
    .map(({ platform: place, bare, alike, order, ...fields }) => {
      const names = namesOf(fields);
      const spec = compact({
        ...fields,
        containers: names(alike ? likeTheFirst(fields.containers) : fields.containers, 'c'),
        initContainers: names(fields.initContainers, 'init-'),
        ephemeralContainers: names(fields.ephemeralContainers, 'debug-'),
        volumes: fields.volumes.length === 0 ? undefined : fields.volumes,
        ...place,
        ...bare,
      });
      return shuffled(spec, order);
    });
}

/** Containers that differ from the first in what they write themselves, as copies in one file do. */
function likeTheFirst(containers: readonly PlainMap[]): readonly PlainMap[] {
  const [first] = containers;
  return containers.map((one) => {
    const merged: Record<string, Plain> = { ...one };
    for (const field of ['securityContext', 'resources', 'env']) {
      const shared = first?.[field];
      if (shared === undefined) continue;
      const own = one[field];
      merged[field] = isMap(shared) && isMap(own) ? { ...shared, ...own } : shared;
    }
    return merged;
  });
}

const MISPLACED_IN_POD: readonly [PlainMap, ...PlainMap[]] = [
  { runAsUser: 10001 },
  { runAsNonRoot: true },
  { capabilities: { drop: ['ALL'] } },
  { fsGroup: 10001 },
];

/** Names containers by their place, lets mounts name volumes that exist, and leaves an empty list out. */
function namesOf({ volumes }: { readonly volumes: readonly PlainMap[] }) {
  return (containers: readonly PlainMap[], prefix: string): readonly PlainMap[] | undefined => {
    if (containers.length === 0) return undefined;
    return containers.map((one, index) => {
      const { mounts, order, ...fields } = one;
      const wanted = typeof mounts === 'number' ? volumes.slice(0, mounts) : [];
      const volumeMounts = wanted.map((volume, at) => ({
        name: volume.name ?? '',
        mountPath: MOUNT_PATHS[at] ?? '/x',
      }));
      const named = compact({
        name: `${prefix}${index}`,
        ...fields,
        volumeMounts: volumeMounts.length === 0 ? undefined : volumeMounts,
      });
      return shuffled(named, typeof order === 'number' ? order : 0);
    });
  };
}

const MOUNT_PATHS = ['/data', '/tmp', '/var/run/secrets/kubernetes.io/serviceaccount'];

function container(options: ModelOptions): fc.Arbitrary<PlainMap> {
  const { partial = true, misplaced = false } = options;
  const image = fc.constantFrom('nginx:1.27', 'registry.example.com:5000/shop/web@sha256:0a1b', 'busybox');
  return fc
    .record({
      image: partial
        ? fc.oneof({ weight: 12, arbitrary: image }, { weight: 1, arbitrary: fc.constantFrom(undefined, '') })
        : image,
      command: rarely(fc.array(trickyText(), { minLength: 1, maxLength: 3 })),
      env: rarely(fc.array(trickyText(), { minLength: 1, maxLength: 3 }).map(environment)),
      ports: rarely(fc.constantFrom(80, 443, 8080).map((port) => [{ containerPort: port, name: 'http' }])),
      resources: fc.oneof(
        { weight: 1, arbitrary: fc.constant(undefined) },
        { weight: 2, arbitrary: resources(options) },
      ),
      securityContext: fc.oneof(
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 8, arbitrary: containerContext(options) },
        { weight: 1, arbitrary: fc.constantFrom<Plain[]>(null, {}) },
      ),
      livenessProbe: rarely(fc.constant({ httpGet: { path: '/', port: 'http' }, periodSeconds: 5 })),
      imagePullPolicy: rarely(fc.constantFrom('Always', 'IfNotPresent')),
      bare: misplaced
        ? rarely(fc.constantFrom<PlainMap[]>(...MISPLACED_IN_CONTAINER))
        : fc.constant(undefined),
      mounts: fc.nat({ max: 3 }),
      order: fc.nat(),
    })
    .map(({ bare, ...fields }) => compact({ ...fields, ...bare }));
}

const MISPLACED_IN_CONTAINER: readonly [PlainMap, ...PlainMap[]] = [
  { runAsUser: 10001 },
  { privileged: false },
  { capabilities: { drop: ['ALL'] } },
  { automountServiceAccountToken: false },
];

function environment(values: readonly string[]): PlainMap[] {
  return values.map((value, index) => ({ name: `VALUE_${index}`, value }));
}

function initContainer(options: ModelOptions): fc.Arbitrary<PlainMap> {
  return fc.tuple(container(options), fc.constantFrom(undefined, 'Always')).map(([one, restartPolicy]) => {
    const { livenessProbe: _, ...fields } = one;
    return compact({ ...fields, restartPolicy });
  });
}

function ephemeralContainer(options: ModelOptions): fc.Arbitrary<PlainMap> {
  return container(options).map(({ livenessProbe: _, ports: __, resources: ___, ...fields }) => fields);
}

const IDS = [0, 1, 999, 1000, 1001, 3000, 3001, 10001, 65534];

function ids(options: ModelOptions): fc.Arbitrary<Plain | undefined> {
  return maybe(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom<Plain[]>(...IDS, null) },
      ...bad(options, fc.constantFrom<Plain[]>('1000', -1, 2_147_483_648, 1.5, true)).map((arbitrary) => ({
        weight: 1,
        arbitrary,
      })),
    ),
  );
}

function flags(options: ModelOptions): fc.Arbitrary<Plain | undefined> {
  return maybe(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom<Plain[]>(true, false, true, false, null) },
      ...bad(options, fc.constantFrom<Plain[]>('true', 'false', 'yes', 0)).map((arbitrary) => ({
        weight: 1,
        arbitrary,
      })),
    ),
  );
}

function seccompProfile(options: ModelOptions): fc.Arbitrary<Plain | undefined> {
  const valid: Plain[] = [
    { type: 'RuntimeDefault' },
    { type: 'RuntimeDefault' },
    { type: 'Unconfined' },
    { localhostProfile: 'profiles/a.json', type: 'Localhost' },
    null,
  ];
  const refused: Plain[] = [
    {},
    { type: null },
    { type: 'runtime/default' },
    { type: 'Localhost' },
    { type: 'RuntimeDefault', localhostProfile: 'a' },
    'RuntimeDefault',
  ];
  return maybe(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...valid) },
      ...bad(options, fc.constantFrom(...refused)).map((arbitrary) => ({ weight: 1, arbitrary })),
    ),
  );
}

function capabilities(options: ModelOptions): fc.Arbitrary<Plain | undefined> {
  const drop = fc.constantFrom<(Plain | undefined)[]>(
    ['ALL'],
    ['ALL'],
    undefined,
    ['all'],
    ['NET_RAW'],
    ['NET_RAW', 'ALL'],
    ['CHOWN', 'SETUID', 'KILL'],
    [],
    null,
  );
  const add = rarely(
    fc.oneof(
      fc.uniqueArray(
        fc.constantFrom(
          'NET_BIND_SERVICE',
          'CHOWN',
          'SYS_ADMIN',
          'CAP_SYS_ADMIN',
          'NET_RAW',
          'SYS_TIME',
          'ALL',
          'chown',
        ),
        { maxLength: 3 },
      ),
      fc.constant(null),
    ),
  );
  const valid = fc
    .record({ add, drop, order: fc.nat() })
    .map(({ order, ...sides }) => shuffled(compact(sides), order));
  return maybe(
    fc.oneof(
      { weight: 8, arbitrary: valid },
      { weight: 1, arbitrary: fc.constantFrom<Plain[]>(null, {}) },
      ...bad(options, fc.constantFrom<Plain[]>(['ALL'], { drop: 'ALL' }, { add: [1], drop: ['ALL'] })).map(
        (arbitrary) => ({
          weight: 1,
          arbitrary,
        }),
      ),
    ),
  );
}

function containerContext(options: ModelOptions): fc.Arbitrary<PlainMap> {
  return fc
    .record({
      allowPrivilegeEscalation: flags(options),
      privileged: rarely(flags(options).map((value) => value ?? null)),
      readOnlyRootFilesystem: flags(options),
      runAsUser: ids(options),
      runAsGroup: ids(options),
      runAsNonRoot: flags(options),
      seccompProfile: seccompProfile(options),
      capabilities: capabilities(options),
      procMount: rarely(fc.constant('Default')),
      seLinuxOptions: rarely(fc.constant({ level: 's0:c1,c2' })),
      wrong:
        options.misplaced === true
          ? rarely(fc.constantFrom<PlainMap[]>({ fsGroup: 1 }, { resources: { limits: { cpu: 1 } } }))
          : fc.constant(undefined),
      order: fc.nat(),
    })
    .map(({ wrong, order, ...fields }) => shuffled(compact({ ...fields, ...wrong }), order));
}

function podContext(options: ModelOptions): fc.Arbitrary<PlainMap> {
  return fc
    .record({
      runAsUser: ids(options),
      runAsGroup: ids(options),
      runAsNonRoot: flags(options),
      seccompProfile: seccompProfile(options),
      fsGroup: rarely(fc.constantFrom(2000, 10001)),
      supplementalGroups: rarely(fc.constant([4000, 4001])),
      sysctls: rarely(fc.constant([{ name: 'net.ipv4.ip_unprivileged_port_start', value: '80' }])),
      wrong:
        options.misplaced === true
          ? rarely(
              fc.constantFrom<PlainMap[]>(
                { capabilities: { drop: ['ALL'] } },
                { allowPrivilegeEscalation: false },
                { readOnlyRootFilesystem: true },
                { privileged: true },
              ),
            )
          : fc.constant(undefined),
      order: fc.nat(),
    })
    .map(({ wrong, order, ...fields }) => shuffled(compact({ ...fields, ...wrong }), order));
}

const SMALL_CPU: readonly Plain[] = ['100m', 0.1, '0.05', '.1', null];
const LARGE_CPU: readonly Plain[] = [1, '500m', '2', 1.5, null];
const SMALL_MEMORY: readonly Plain[] = ['64Mi', '128Mi', 134_217_728, '100M', null];
const LARGE_MEMORY: readonly Plain[] = ['256Mi', '1Gi', '1e9', '0.5Gi', null];
const BAD_AMOUNTS: readonly Plain[] = ['1K', '128mb', '', -1, '-5Mi', true, '1 Gi'];

function amounts(
  cpu: readonly Plain[],
  memory: readonly Plain[],
  options: ModelOptions,
  other: readonly string[],
): fc.Arbitrary<Plain | undefined> {
  const broken = bad(options, fc.constantFrom(...BAD_AMOUNTS, '128m', '64Gi')).map((arbitrary) => ({
    weight: 1,
    arbitrary,
  }));
  const storage = other.includes('ephemeral-storage') ? rarely(fc.constant('1Gi')) : fc.constant(undefined);
  const named = fc
    .record({
      cpu: maybe(fc.oneof({ weight: 10, arbitrary: fc.constantFrom(...cpu) }, ...broken)),
      memory: maybe(fc.oneof({ weight: 10, arbitrary: fc.constantFrom(...memory) }, ...broken)),
      'ephemeral-storage': storage,
      order: fc.nat(),
    })
    .map(({ order, ...fields }) => shuffled(compact(fields), order));
  return maybe(fc.oneof({ weight: 10, arbitrary: named }, { weight: 1, arbitrary: fc.constant(null) }));
}

function resources(options: ModelOptions): fc.Arbitrary<Plain> {
  const both = fc
    .record({
      requests: amounts(SMALL_CPU, SMALL_MEMORY, options, ['ephemeral-storage']),
      limits: amounts(LARGE_CPU, LARGE_MEMORY, options, []),
      order: fc.nat(),
    })
    .map(({ order, ...sides }) => shuffled(compact(sides), order));
  return fc.oneof(
    { weight: 10, arbitrary: both },
    { weight: 1, arbitrary: fc.constantFrom<Plain[]>(null, {}) },
  );
}

/** Large enough for any four containers of the ones above, so that the sums fit. */
function podResources(options: ModelOptions): fc.Arbitrary<Plain> {
  return fc
    .record({
      requests: amounts([16, '16000m'], ['16Gi', '20Gi'], options, []),
      limits: amounts([32, '32'], ['64Gi'], options, []),
      order: fc.nat(),
    })
    .map(({ order, ...sides }) => shuffled(compact(sides), order));
}

/** What says that a pod runs on Windows or on Linux, in one way at a time. */
function platform({ windows = true }: ModelOptions): fc.Arbitrary<PlainMap> {
  const linux: PlainMap[] = [
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    { os: { name: 'linux' } },
    { nodeSelector: { 'kubernetes.io/os': 'linux' } },
  ];
  const required = (values: readonly string[]): PlainMap => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values }] }],
        },
      },
    },
  });
  const others: PlainMap[] = windows
    ? [
        { os: { name: 'windows' } },
        { nodeSelector: { 'kubernetes.io/os': 'windows' } },
        required(['windows']),
      ]
    : [];
  return fc.constantFrom(...linux, required(['linux', 'windows']), ...others);
}

function volume(): fc.Arbitrary<PlainMap> {
  return fc.constantFrom<PlainMap[]>(
    { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'tmp', emptyDir: {} },
    { name: 'conf', configMap: { name: 'conf', items: [{ key: 'a', path: 'b' }] } },
    { name: 'cache', emptyDir: { sizeLimit: '1Gi' } },
  );
}

/** Text that a careless reader or writer of YAML gets wrong; nothing in it looks like a template. */
function trickyText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom('yes', 'off', 'null', '~', '', '0x10', '1e3', '010', '1_000', 'true', 'y', '=', '<<'),
    fc.constantFrom(
      '# no comment',
      'a # b',
      'a: b',
      '- x',
      '? x',
      '*x',
      '&x',
      '!x',
      '%x',
      '@x',
      '`x`',
      ':',
      '-',
    ),
    fc.constantFrom(
      '{a: 1}',
      '[a]',
      '"quoted"',
      "it's",
      'back\\slash',
      'tab\there',
      ' lead',
      'trail ',
      '---',
      '...',
    ),
    fc.constantFrom(
      'größer',
      '日本語',
      '🦊🔒',
      'e\u0301',
      'a\u00a0b',
      'plain words in a row',
      '2024-01-01',
      '12:30:45',
    ),
    manyLines(),
    fc
      .string({ unit: 'grapheme', maxLength: 6 })
      .filter((text) => !mayBeTemplate(text) && text.normalize() === text),
  );
}

/** Scripts and files inside manifests, some of which look like manifests themselves. */
function manyLines(): fc.Arbitrary<string> {
  return fc.constantFrom(
    'set -e\n# run it\nexec app\n',
    'no end',
    'one\n\n  indented\ntwo',
    'kind: Pod\nspec:\n  containers:\n  - name: inner\n    securityContext:\n      privileged: true\n',
    '- a\n- b: c\n',
    '---\nrunAsUser: 0\n',
    'ends\nwith\nblank lines\n\n\n',
  );
}

/** Present in half of the cases. */
function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof(fc.constant(undefined), value);
}

function rarely<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}

/** The rejected values, as something to spread into `oneof`; nothing when they are not wanted. */
function bad<T>({ invalid = false }: ModelOptions, values: fc.Arbitrary<T>): readonly fc.Arbitrary<T>[] {
  return invalid ? [values] : [];
}

/** Without the entries that are undefined. */
function compact(entries: Readonly<Record<string, Plain | undefined>>): PlainMap {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, Plain] => entry[1] !== undefined),
  );
}

/** The entries in an order that follows from a number; 0 keeps the order they have. */
function shuffled(map: PlainMap, order: number): PlainMap {
  const entries = Object.entries(map);
  const result: [string, Plain][] = [];
  let rest = order;
  while (entries.length > 0) {
    const [entry] = entries.splice(rest % entries.length, 1);
    rest = Math.floor(rest / (entries.length + 1));
    if (entry !== undefined) result.push(entry);
  }
  return Object.fromEntries(result);
}
