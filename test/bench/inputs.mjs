/** Inputs: the texts that speed is measured on, made from a seed so that every machine measures the same ones. */
import { createHash } from 'node:crypto';

/** What each input is, how many documents it has, and the hash that it must have. */
export const INPUTS = {
  a: { title: 'one Deployment', file: 'a.yaml', make: () => deploymentOf(randomFrom(1), 0, 3_700) },
  b: { title: 'about 57 documents', file: 'b.yaml', make: () => streamOf(randomFrom(2), 100_000) },
  c: { title: 'about 560 documents', file: 'c.yaml', make: () => streamOf(randomFrom(3), 1_000_000) },
  d: { title: 'one List', file: 'd.yaml', make: () => listOf(randomFrom(4), 1_000_000) },
  e: { title: 'about 2,700 documents', file: 'e.yaml', make: () => streamOf(randomFrom(5), 5_000_000) },
};

/** The text of an input; throws where the generator no longer makes what was measured. */
export function inputText(id) {
  const { make } = INPUTS[id];
  const text = make();
  const hash = sha256(text);
  if (HASHES[id] !== hash) throw new Error(`Input ${id} has the hash ${hash} and not ${HASHES[id]}.`);
  return text;
}

export function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

export const HASHES = {
  a: 'd8d2fee62e21160bbd6da2b6240acf8e68efe7bb0c81c7674e4ccf81ca226d02',
  b: 'b78f0d0b28a1fe7ac39f645c27ea1df140abf3cf6506ca33e83c4e78378304ff',
  c: '638d9e3be6efd13f32d45c190435dee06ea9bf27541a6e5ecd9b2d7eff5a724d',
  d: '9fc9c42b8f44e67813d18b3309779eb77816bda9adfac487b955af7d5b009a25',
  e: '1f61488bdce929d0f2d68ddd98a93a86b20b4be2037627c9ce7be22cd0047cdd',
};

/** A stream of about `size` characters, from any seed. */
export function streamOf(random, size) {
  const documents = [];
  let length = 0;
  for (let index = 0; length < size; index++) {
    const document = anyDocument(random, index);
    documents.push(document);
    length += document.length + 4;
  }
  return documents.join('---\n');
}

/** One `List` of about `size` characters. */
export function listOf(random, size) {
  let text = 'apiVersion: v1\nkind: List\nmetadata:\n  resourceVersion: ""\nitems:\n';
  for (let index = 0; text.length < size; index++) {
    const lines = anyDocument(random, index).trimEnd().split('\n');
    text += lines.map((line, at) => `${at === 0 ? '- ' : line === '' ? '' : '  '}${line}\n`).join('');
  }
  return text;
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    below: (count) => Math.floor(next() * count),
    pick: (list) => list[Math.floor(next() * list.length)],
    chance: (share) => next() < share,
  };
}

const TEAMS = ['shop', 'billing', 'search', 'media', 'auth', 'edge', 'data', 'mail'];
const ROLES = ['api', 'worker', 'web', 'cache', 'sync', 'proxy', 'queue', 'report'];

function nameOf(random, index) {
  return `${random.pick(TEAMS)}-${random.pick(ROLES)}-${index}`;
}

/** Of eight documents about three and a half hold a pod; those are three quarters of the text. */
function anyDocument(random, index) {
  const dice = random.next();
  if (dice < 0.3) return deploymentOf(random, index, 4_000 + random.below(1_600));
  if (dice < 0.36) return workloadOf(random, index, 'apps/v1', 'StatefulSet', 2_500);
  if (dice < 0.4) return cronJobOf(random, index);
  if (dice < 0.43) return podOf(random, index);
  if (dice < 0.62) return serviceOf(random, index);
  if (dice < 0.76) return configMapOf(random, index);
  if (dice < 0.84) return serviceAccountOf(random, index);
  if (dice < 0.9) return roleBindingOf(random, index);
  if (dice < 0.96) return ingressOf(random, index);
  return definitionOf(random, index);
}

function metadata(random, name, indent) {
  const pad = ' '.repeat(indent);
  return [
    `${pad}name: ${name}`,
    `${pad}namespace: ${random.pick(TEAMS)}`,
    `${pad}labels:`,
    `${pad}  app.kubernetes.io/name: ${name}`,
    `${pad}  app.kubernetes.io/part-of: ${random.pick(TEAMS)}`,
    `${pad}  app.kubernetes.io/version: "${random.below(9)}.${random.below(30)}.${random.below(30)}"`,
    ...(random.chance(0.4)
      ? [`${pad}annotations:`, `${pad}  example.com/owner: '${random.pick(TEAMS)} team'`]
      : []),
  ];
}

function containerOf(random, name, indent, size) {
  const pad = ' '.repeat(indent);
  const lines = [
    `${pad}- name: ${name}`,
    `${pad}  image: registry.example.com/${random.pick(TEAMS)}/${name}:${random.below(9)}.${random.below(40)}`,
    `${pad}  imagePullPolicy: IfNotPresent`,
  ];
  if (random.chance(0.4))
    lines.push(`${pad}  args: ["--listen=:8080", "--level", "${random.pick(['info', 'warn'])}"]`);
  if (random.chance(0.15)) {
    lines.push(`${pad}  command:`, `${pad}    - /bin/sh`, `${pad}    - -c`, `${pad}    - |`);
    lines.push(
      `${pad}      set -e`,
      `${pad}      echo "starting: $HOSTNAME"  # not a comment`,
      '',
      `${pad}      exec /app/run`,
    );
  }
  lines.push(
    `${pad}  ports:`,
    `${pad}    - name: http`,
    `${pad}      containerPort: ${8000 + random.below(2000)}`,
  );
  if (random.chance(0.6)) {
    lines.push(`${pad}  resources:`, `${pad}    requests:`, `${pad}      cpu: ${50 + random.below(400)}m`);
    lines.push(`${pad}      memory: ${32 + random.below(400)}Mi`);
    if (random.chance(0.6))
      lines.push(`${pad}    limits:`, `${pad}      memory: ${512 + random.below(512)}Mi`);
  }
  if (random.chance(0.5)) {
    lines.push(`${pad}  securityContext:`);
    if (random.chance(0.7))
      lines.push(`${pad}    allowPrivilegeEscalation: ${random.chance(0.8) ? 'false' : 'true'}`);
    if (random.chance(0.5)) lines.push(`${pad}    readOnlyRootFilesystem: true`);
    if (random.chance(0.4)) lines.push(`${pad}    runAsUser: ${random.pick([0, 1000, 10001])}`);
    lines.push(`${pad}    capabilities:`, `${pad}      drop: [${random.pick(['ALL', 'all', 'NET_RAW'])}]`);
  }
  lines.push(`${pad}  livenessProbe:`, `${pad}    httpGet: { path: /healthz, port: http }`);
  lines.push(`${pad}    initialDelaySeconds: ${5 + random.below(20)}`, `${pad}  env:`);
  let length = lines.join('\n').length;
  for (let at = 0; length < size || at === 0; at++) {
    const own = [
      `${pad}    - name: SETTING_${at}`,
      ...(random.chance(0.25)
        ? [
            `${pad}      valueFrom:`,
            `${pad}        configMapKeyRef:`,
            `${pad}          name: ${name}`,
            `${pad}          key: setting-${at} # kept by the team`,
          ]
        : [
            `${pad}      value: ${random.pick(['"on"', 'plain text value', "'8080'", 'https://example.com/path?x=1'])}`,
          ]),
    ];
    lines.push(...own);
    length += own.join('\n').length + 1;
  }
  return lines;
}

function podSpec(random, name, indent, size) {
  const pad = ' '.repeat(indent);
  const lines = [];
  if (random.chance(0.5)) lines.push(`${pad}serviceAccountName: ${name}`);
  if (random.chance(0.3)) lines.push(`${pad}automountServiceAccountToken: false`);
  if (random.chance(0.3))
    lines.push(
      `${pad}securityContext:`,
      `${pad}  runAsNonRoot: true`,
      `${pad}  seccompProfile:`,
      `${pad}    type: RuntimeDefault`,
    );
  const count = 1 + random.below(2);
  if (random.chance(0.2)) lines.push(`${pad}initContainers:`, ...containerOf(random, 'init', indent, 400));
  lines.push(`${pad}containers:`);
  const left = Math.max(500, size - lines.join('\n').length - 600);
  for (let at = 0; at < count; at++)
    lines.push(...containerOf(random, at === 0 ? 'main' : `sidecar-${at}`, indent, left / count));
  lines.push(`${pad}volumes:`, `${pad}  - name: tmp`, `${pad}    emptyDir: {}`);
  return lines;
}

function workloadOf(random, index, apiVersion, kind, size) {
  const name = nameOf(random, index);
  const head = [`apiVersion: ${apiVersion}`, `kind: ${kind}`, 'metadata:', ...metadata(random, name, 2)];
  const spec = [
    'spec:',
    `  replicas: ${1 + random.below(5)}`,
    '  selector:',
    '    matchLabels:',
    `      app: ${name}`,
  ];
  const template = ['  template:', '    metadata:', '      labels:', `        app: ${name}`, '    spec:'];
  const above = [...head, ...spec, ...template].join('\n').length;
  const lines = [...head, ...spec, ...template, ...podSpec(random, name, 6, size - above)];
  return `${lines.join('\n')}\n`;
}

export function deploymentOf(random, index, size) {
  return workloadOf(random, index, 'apps/v1', 'Deployment', size);
}

function cronJobOf(random, index) {
  const name = nameOf(random, index);
  return `${[
    'apiVersion: batch/v1',
    'kind: CronJob',
    'metadata:',
    ...metadata(random, name, 2),
    'spec:',
    `  schedule: "*/${5 + random.below(50)} * * * *"`,
    '  jobTemplate:',
    '    spec:',
    '      template:',
    '        spec:',
    '          restartPolicy: Never',
    ...podSpec(random, name, 10, 1_800),
  ].join('\n')}\n`;
}

function podOf(random, index) {
  const name = nameOf(random, index);
  return `${['apiVersion: v1', 'kind: Pod', 'metadata:', ...metadata(random, name, 2), 'spec:', ...podSpec(random, name, 2, 1_500)].join('\n')}\n`;
}

function serviceOf(random, index) {
  const name = nameOf(random, index);
  return `${[
    'apiVersion: v1',
    'kind: Service',
    'metadata:',
    ...metadata(random, name, 2),
    'spec:',
    '  type: ClusterIP',
    '  selector:',
    `    app: ${name}`,
    '  ports:',
    `    - { name: http, port: 80, targetPort: ${8000 + random.below(2000)} }`,
  ].join('\n')}\n`;
}

function configMapOf(random, index) {
  const name = nameOf(random, index);
  const lines = ['apiVersion: v1', 'kind: ConfigMap', 'metadata:', ...metadata(random, name, 2), 'data:'];
  for (let at = 0; at < 3 + random.below(8); at++) lines.push(`  setting-${at}: "${random.pick(TEAMS)}"`);
  lines.push(
    '  app.conf: |',
    '    [server]',
    `    port = ${random.below(9999)}`,
    '',
    '    [log]',
    '    level = info',
  );
  return `${lines.join('\n')}\n`;
}

function serviceAccountOf(random, index) {
  const name = nameOf(random, index);
  const lines = ['apiVersion: v1', 'kind: ServiceAccount', 'metadata:', ...metadata(random, name, 2)];
  if (random.chance(0.4)) lines.push('automountServiceAccountToken: false');
  return `${lines.join('\n')}\n`;
}

function roleBindingOf(random, index) {
  const name = nameOf(random, index);
  return `${[
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: RoleBinding',
    'metadata:',
    ...metadata(random, name, 2),
    'roleRef:',
    '  apiGroup: rbac.authorization.k8s.io',
    '  kind: ClusterRole',
    '  name: view',
    'subjects:',
    '  - kind: ServiceAccount',
    `    name: ${nameOf(random, random.below(index + 1))}`,
    `    namespace: ${random.pick(TEAMS)}`,
  ].join('\n')}\n`;
}

function ingressOf(random, index) {
  const name = nameOf(random, index);
  return `${[
    'apiVersion: networking.k8s.io/v1',
    'kind: Ingress',
    'metadata:',
    ...metadata(random, name, 2),
    'spec:',
    '  rules:',
    `    - host: ${name}.example.com`,
    '      http:',
    '        paths:',
    '          - path: /',
    '            pathType: Prefix',
    '            backend:',
    '              service:',
    `                name: ${name}`,
    '                port:',
    '                  number: 80',
  ].join('\n')}\n`;
}

function definitionOf(random, index) {
  const kind = `Thing${index}`;
  const lines = [
    'apiVersion: apiextensions.k8s.io/v1',
    'kind: CustomResourceDefinition',
    'metadata:',
    `  name: things${index}.example.com`,
    'spec:',
    '  group: example.com',
    `  names: { kind: ${kind}, plural: things${index} }`,
    '  scope: Namespaced',
    '  versions:',
    '    - name: v1',
    '      served: true',
    '      storage: true',
    '      schema:',
    '        openAPIV3Schema:',
    '          type: object',
    '          properties:',
  ];
  for (let at = 0; at < 12 + random.below(20); at++) {
    lines.push(
      `            field${at}:`,
      '              type: string',
      `              description: What field ${at} is for, in a sentence that`,
      '                goes on to the next line.',
    );
  }
  return `${lines.join('\n')}\n`;
}
