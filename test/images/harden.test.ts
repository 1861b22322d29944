/** What Harden makes of well-known images, as a Deployment and as a StatefulSet with their usual volumes. */
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { harden } from '../../shared/analysis/fix.ts';
import { readSettings } from '../../shared/catalog/settings.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';
import { goYamlStream } from '../support/goYaml.ts';

/** What a hardened pod of one container looks like, as far as its image decides it. */
interface Hardened {
  readonly uid?: number;
  readonly gid?: number;
  /** The directories with emptyDirs, without `/tmp`. */
  readonly dirs?: readonly string[];
  readonly add?: readonly string[];
  readonly env?: readonly string[];
  readonly sysctl?: string;
  /** `writable` where a comment says why the root filesystem stays as it is. */
  readonly root?: 'writable';
  /** `kept` where the image uses the Kubernetes API. */
  readonly token?: 'kept';
  /** `root` where it stays the image's. */
  readonly user?: 'root';
}

interface Case extends Hardened {
  readonly image: string;
  /** Where the usual volume of a StatefulSet is mounted. */
  readonly data?: string;
  readonly ports?: readonly number[];
  /** The group of its volumes, where it is not `gid`. */
  readonly fsGroup?: number | 'none';
  readonly more?: string;
  /** `settings`: those of the settings, since the image has none. */
  readonly ids?: 'settings';
}

const CASES: readonly Case[] = [
  {
    image: 'nginx:1.27',
    uid: 101,
    gid: 101,
    ports: [80],
    sysctl: '80',
    dirs: ['/var/cache/nginx', '/var/run'],
  },
  { image: 'nginx:1.27-alpine', uid: 101, gid: 101, ports: [8080], dirs: ['/var/cache/nginx', '/var/run'] },
  { image: 'nginx', uid: 101, gid: 101, sysctl: '80', dirs: ['/var/cache/nginx', '/var/run'] },
  { image: 'nginxinc/nginx-unprivileged:1.27', uid: 101, gid: 101, ports: [8080] },
  { image: 'httpd:2.4', uid: 33, gid: 33, ports: [80], sysctl: '80', dirs: ['/usr/local/apache2/logs'] },
  {
    image: 'httpd:2.4-alpine',
    uid: 82,
    gid: 82,
    ports: [80],
    sysctl: '80',
    dirs: ['/usr/local/apache2/logs'],
  },
  { image: 'redis:7.4', uid: 999, gid: 999, ports: [6379], data: '/data', dirs: ['/data'] },
  { image: 'redis:8-alpine', uid: 999, gid: 1000, ports: [6379], data: '/data', dirs: ['/data'] },
  { image: 'valkey/valkey:8', uid: 999, gid: 999, data: '/data', dirs: ['/data', '/run/valkey'] },
  {
    image: 'postgres:17',
    uid: 999,
    gid: 999,
    ports: [5432],
    data: '/var/lib/postgresql/data',
    dirs: ['/var/lib/postgresql', '/var/run/postgresql'],
  },
  {
    image: 'postgres:17-alpine',
    uid: 70,
    gid: 70,
    ports: [5432],
    data: '/var/lib/postgresql/data',
    dirs: ['/var/lib/postgresql', '/var/run/postgresql'],
  },
  {
    image: 'docker.io/library/postgres:18',
    uid: 999,
    gid: 999,
    data: '/var/lib/postgresql',
    dirs: ['/var/lib/postgresql', '/var/run/postgresql'],
  },
  {
    image: 'mysql:8.4',
    uid: 999,
    gid: 999,
    ports: [3306],
    data: '/var/lib/mysql',
    dirs: ['/var/lib/mysql', '/var/run/mysqld'],
  },
  { image: 'mariadb:11.8', ids: 'settings', data: '/var/lib/mysql', dirs: ['/var/lib/mysql', '/run/mysqld'] },
  {
    image: 'mariadb:11.8-ubi',
    uid: 999,
    gid: 999,
    data: '/var/lib/mysql',
    dirs: ['/var/lib/mysql', '/run/mariadb'],
  },
  { image: 'mongo:8', uid: 999, gid: 999, data: '/data/db', dirs: ['/data/db', '/data/configdb'] },
  {
    image: 'rabbitmq:4-management',
    uid: 999,
    gid: 999,
    data: '/var/lib/rabbitmq',
    dirs: ['/var/lib/rabbitmq'],
    fsGroup: 'none',
  },
  {
    image: 'rabbitmq:4-management-alpine',
    uid: 100,
    gid: 101,
    data: '/var/lib/rabbitmq',
    dirs: ['/var/lib/rabbitmq'],
    fsGroup: 'none',
  },
  { image: 'memcached:1.6', uid: 11211, gid: 11211, ports: [11211] },
  { image: 'node:22', uid: 1000, gid: 1000, ports: [3000] },
  { image: 'php:8.3-fpm', uid: 33, gid: 33, ports: [9000] },
  { image: 'php:8.3-fpm-alpine', uid: 82, gid: 82, ports: [9000] },
  {
    image: 'php:8.3-apache',
    uid: 33,
    gid: 33,
    ports: [80],
    sysctl: '80',
    dirs: ['/var/run/apache2', '/var/lock/apache2'],
  },
  {
    image: 'wordpress:6.7-apache',
    uid: 33,
    gid: 33,
    ports: [80],
    sysctl: '80',
    data: '/var/www/html',
    dirs: ['/var/www/html', '/run'],
  },
  {
    image: 'wordpress:6.7-fpm-alpine',
    uid: 82,
    gid: 82,
    data: '/var/www/html',
    dirs: ['/var/www/html', '/run'],
  },
  {
    image: 'nextcloud:31-apache',
    uid: 33,
    gid: 33,
    ports: [80],
    sysctl: '80',
    data: '/var/www/html',
    dirs: ['/var/www/html', '/var/run/apache2', '/var/lock/apache2'],
  },
  { image: 'gcr.io/distroless/static-debian12', uid: 65532, gid: 65532 },
  { image: 'gcr.io/distroless/static-debian12:nonroot', uid: 65532, gid: 65532 },
  { image: 'traefik:v3.1', uid: 65532, gid: 65532, ports: [8000], token: 'kept' },
  { image: 'traefik:v3.1', uid: 65532, gid: 65532, ports: [80], sysctl: '80', token: 'kept' },
  { image: 'haproxy:3.0', uid: 99, gid: 99, ports: [8080] },
  {
    image: 'caddy:2.9',
    ids: 'settings',
    ports: [80],
    add: ['NET_BIND_SERVICE'],
    dirs: ['/data', '/config'],
    data: '/data',
  },
  {
    image: 'grafana/grafana:11.4.0',
    uid: 472,
    gid: 472,
    data: '/var/lib/grafana',
    dirs: ['/var/lib/grafana'],
  },
  {
    image: 'prom/prometheus:v3.1.0',
    uid: 65534,
    gid: 65534,
    data: '/prometheus',
    dirs: ['/prometheus'],
    token: 'kept',
  },
  {
    image: 'prom/alertmanager:v0.28.0',
    uid: 65534,
    gid: 65534,
    data: '/alertmanager',
    dirs: ['/alertmanager'],
  },
  { image: 'quay.io/prometheus/node-exporter:v1.8.2', uid: 65534, gid: 65534, ports: [9100] },
  {
    image: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.14.0',
    uid: 65534,
    gid: 65534,
    token: 'kept',
  },
  { image: 'registry.k8s.io/metrics-server/metrics-server:v0.7.2', uid: 65534, gid: 65534, token: 'kept' },
  {
    image: 'registry.k8s.io/ingress-nginx/controller:v1.12.0',
    uid: 101,
    gid: 82,
    ports: [80, 443],
    add: ['NET_BIND_SERVICE'],
    root: 'writable',
    token: 'kept',
  },
  {
    image: 'registry.k8s.io/coredns/coredns:v1.12.0',
    uid: 65532,
    gid: 65532,
    ports: [53],
    add: ['NET_BIND_SERVICE'],
    token: 'kept',
  },
  {
    image: 'docker.elastic.co/elasticsearch/elasticsearch:8.17.0',
    uid: 1000,
    gid: 1000,
    data: '/usr/share/elasticsearch/data',
    root: 'writable',
  },
  {
    image: 'confluentinc/cp-kafka:7.8.0',
    uid: 1000,
    gid: 1000,
    data: '/var/lib/kafka/data',
    root: 'writable',
  },
  { image: 'cassandra:5', uid: 999, gid: 999, data: '/var/lib/cassandra', root: 'writable' },
  {
    image: 'hashicorp/vault:1.18',
    uid: 100,
    gid: 1000,
    ports: [8200],
    data: '/vault/file',
    dirs: ['/vault/file', '/vault/logs', '/home/vault'],
    env: ['SKIP_CHOWN=true', 'SKIP_SETCAP=true'],
    token: 'kept',
  },
  {
    image: 'hashicorp/consul:1.20',
    uid: 100,
    gid: 1000,
    data: '/consul/data',
    dirs: ['/consul/data', '/consul/config'],
    env: ['CONSUL_DISABLE_PERM_MGMT=true'],
  },
  {
    image: 'jenkins/jenkins:2.492-jdk21',
    uid: 1000,
    gid: 1000,
    data: '/var/jenkins_home',
    dirs: ['/var/jenkins_home'],
  },
  {
    image: 'quay.io/keycloak/keycloak:26.1',
    uid: 1000,
    ports: [8080],
    root: 'writable',
    data: '/opt/keycloak/data',
    fsGroup: 1000,
  },
  {
    image: 'quay.io/keycloak/keycloak:26.1',
    uid: 1000,
    data: '/opt/keycloak/data',
    dirs: ['/opt/keycloak/data'],
    fsGroup: 1000,
    more: 'args: [start, --optimized]',
  },
  {
    image: 'bitnami/redis:7.4',
    uid: 1001,
    gid: 1001,
    data: '/bitnami/redis',
    dirs: ['/bitnami/redis', '/opt/bitnami/redis/etc'],
  },
  { image: 'bitnami/wordpress:6', uid: 1001, gid: 1001, root: 'writable' },
  { image: 'quay.io/argoproj/argocd:v2.13.3', uid: 999, gid: 999, dirs: ['/home/argocd'], token: 'kept' },
  { image: 'istio/pilot:1.24.2', uid: 1337, gid: 1337, dirs: ['/var/run/secrets/istio-dns'], token: 'kept' },
  { image: 'docker:27-dind', user: 'root', root: 'writable', data: '/var/lib/docker', fsGroup: 'none' },
  { image: 'curlimages/curl:8.11.1', ids: 'settings' },
  { image: 'fluent/fluent-bit:3.2', ids: 'settings', token: 'kept' },
];

const SETTINGS = readSettings({ checks: { resources: 'off' } });

function manifest(kind: 'Deployment' | 'StatefulSet', { image, ports = [], data, more }: Case): string {
  const isStateful = kind === 'StatefulSet' && data !== undefined;
  return [
    'apiVersion: apps/v1',
    `kind: ${kind}`,
    'metadata:',
    '  name: app',
    'spec:',
    '  template:',
    '    spec:',
    '      containers:',
    '        - name: app',
    `          image: ${image}`,
    ...(more === undefined ? [] : [`          ${more}`]),
    ...(ports.length > 0 ? ['          ports:'] : []),
    ...ports.map((port) => `            - containerPort: ${port}`),
    ...(isStateful
      ? ['          volumeMounts:', '            - name: data', `              mountPath: ${data}`]
      : []),
    ...(isStateful
      ? [
          '  volumeClaimTemplates:',
          '    - metadata:',
          '        name: data',
          '      spec:',
          '        accessModes: [ReadWriteOnce]',
        ]
      : []),
    '',
  ].join('\n');
}

/** What is read of a hardened manifest. */
interface Pod {
  readonly automountServiceAccountToken?: boolean;
  readonly securityContext?: {
    readonly runAsUser?: number;
    readonly runAsGroup?: number;
    readonly runAsNonRoot?: boolean;
    readonly fsGroup?: number;
    readonly sysctls?: readonly { readonly value: string }[];
  };
  readonly containers: readonly {
    readonly env?: readonly { readonly name: string; readonly value: string }[];
    readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
    readonly securityContext: {
      readonly readOnlyRootFilesystem?: boolean;
      readonly allowPrivilegeEscalation?: boolean;
      readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
    };
  }[];
  readonly volumes?: readonly { readonly name: string; readonly emptyDir?: unknown }[];
}

function hardened(text: string): { readonly text: string; readonly pod: Pod } {
  const after = applyEdits(text, harden(analyzeText(text, SETTINGS), { scope: 'file' }).edits);
  const [object] = goYamlStream(after).objects as readonly unknown[];
  return {
    text: after,
    pod: (JSON.parse(JSON.stringify(object)) as { spec: { template: { spec: Pod } } }).spec.template.spec,
  };
}

function whatBecame({ text, pod }: ReturnType<typeof hardened>): Hardened & { readonly isNonRoot: boolean } {
  const [container] = pod.containers;
  if (container === undefined) throw new Error('There is no container.');
  const empty = new Set(
    pod.volumes?.filter(({ emptyDir }) => emptyDir !== undefined).map(({ name }) => name),
  );
  const { runAsUser, runAsGroup, runAsNonRoot, sysctls } = pod.securityContext ?? {};
  const { readOnlyRootFilesystem, capabilities, allowPrivilegeEscalation } = container.securityContext;
  expect(allowPrivilegeEscalation).toBe(false);
  expect(capabilities?.drop).toEqual(['ALL']);
  const dirs = container.volumeMounts
    ?.filter(({ name, mountPath }) => empty.has(name) && mountPath !== '/tmp')
    .map(({ mountPath }) => mountPath);
  const isLeftWritable = text.includes('# podproof-ignore read-only-root-filesystem: ');
  expect(readOnlyRootFilesystem, 'the root filesystem').toBe(isLeftWritable ? undefined : true);
  return {
    isNonRoot: runAsNonRoot === true,
    ...(runAsUser === undefined ? {} : { uid: runAsUser }),
    ...(runAsGroup === undefined ? {} : { gid: runAsGroup }),
    ...(dirs === undefined || dirs.length === 0 ? {} : { dirs }),
    ...(capabilities?.add === undefined ? {} : { add: capabilities.add }),
    ...(container.env === undefined
      ? {}
      : { env: container.env.map(({ name, value }) => `${name}=${value}`) }),
    ...(sysctls?.[0] === undefined ? {} : { sysctl: sysctls[0].value }),
    ...(isLeftWritable ? { root: 'writable' } : {}),
    ...(pod.automountServiceAccountToken === false ? {} : { token: 'kept' }),
  };
}

function wanted({
  image: _,
  data: __,
  ports: ___,
  fsGroup: ____,
  more: _____,
  ids,
  user,
  ...rest
}: Case): unknown {
  return {
    isNonRoot: user !== 'root',
    ...rest,
    ...(ids === 'settings' ? { uid: 10001, gid: 10001 } : {}),
  };
}

describe.each(CASES.map((one) => [`${one.image} ${one.ports?.[0] ?? one.more ?? ''}`.trim(), one] as const))(
  '%s',
  (_, one) => {
    test('as a Deployment', () => {
      expect(whatBecame(hardened(manifest('Deployment', one)))).toEqual(wanted(one));
    });

    if (one.data === undefined) return;
    test('as a StatefulSet with its data on a claim', () => {
      const result = hardened(manifest('StatefulSet', one));
      const { dirs = [], ...rest } = one;
      const left = dirs.filter((dir) => dir !== one.data && !`${one.data}/`.startsWith(`${dir}/`));
      expect(whatBecame(result)).toEqual(wanted({ ...rest, ...(left.length > 0 ? { dirs: left } : {}) }));
      const group = one.fsGroup ?? one.gid ?? 10001;
      expect(result.pod.securityContext?.fsGroup).toBe(group === 'none' ? undefined : group);
    });
  },
);

test('A node agent stays root, and is told why', () => {
  const text = `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: logs
spec:
  template:
    spec:
      containers:
        - name: logs
          image: fluent/fluent-bit:3.2
          volumeMounts:
            - name: logs
              mountPath: /var/log
        - name: web
          image: shop:1
      volumes:
        - name: logs
          hostPath:
            path: /var/log
`;
  const { text: after } = hardened(text);
  const [agent = '', web = ''] = after.slice(after.indexOf('containers:')).split('- name: web');
  expect(after.slice(0, after.indexOf('containers:'))).not.toMatch(/runAs/);
  expect(agent).not.toMatch(/runAs/);
  expect(agent).toMatch(/drop:\n\s+- ALL/);
  expect(agent).toContain('readOnlyRootFilesystem: true');
  expect(web).toContain('runAsNonRoot: true');
  expect(web).toContain('runAsUser: 10001');
  const messages = findingsOf(analyzeText(after, SETTINGS)).map(({ finding }) => finding.message);
  expect(messages).toContain(
    'Container "logs" runs as root, which Fluent Bit needs here: it reads log files of the node, which belong to root.',
  );
});
