/** Bitnami's images, which are made for a user of their own; many keep files where they write. */
import type { ImageFamily, WriteFact } from '../family.ts';

const CHARTS = 'bitnami/charts@5165628ae0';
const KUBECTL = 'bitnami/containers@032deaece0 bitnami/kubectl/1.30/debian-12/Dockerfile';

/** As its charts have it: user 1001, and group 1001 in place of root's. */
const COMMON = {
  grade: 'strong',
  starts: { as: 'number', source: KUBECTL },
  user: { uid: 1001, gid: 1001, source: CHARTS },
} as const;

function published(...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [`docker.io/bitnami/${name}`, `docker.io/bitnamilegacy/${name}`]);
}

/** An application whose charts mount empty volumes at these directories, below its own in /opt/bitnami. */
function application(
  name: string,
  title: string,
  ports: readonly number[],
  directories: readonly string[],
): ImageFamily {
  const source = `${CHARTS} bitnami/${name}/values.yaml`;
  const writes: readonly WriteFact[] = [
    { path: `/bitnami/${name}`, what: 'its data', isData: true, source },
    { path: '/tmp', what: 'temporary files', source },
    ...directories.map((directory) => ({
      path: `/opt/bitnami/${name}/${directory}`,
      what: 'what it makes when it starts',
      source,
    })),
  ];
  return {
    ...COMMON,
    id: `bitnami-${name}`,
    title: `Bitnami's ${title}`,
    images: published(name),
    writes,
    ports: { numbers: ports, source },
    api: { use: 'never', source },
  };
}

export const BITNAMI: readonly ImageFamily[] = [
  {
    ...COMMON,
    id: 'bitnami',
    title: 'an image of Bitnami',
    images: published('*'),
    writableRoot: {
      why: 'its chart copies files of the image to the volumes first, and an empty volume would hide them',
      source: CHARTS,
    },
  },
  application('redis', 'Redis', [6379], ['etc']),
  application('valkey', 'Valkey', [6379], ['etc']),
  application('postgresql', 'PostgreSQL', [5432], ['conf', 'tmp']),
  application('mysql', 'MySQL', [3306, 33060], ['conf', 'logs', 'tmp']),
  application('mariadb', 'MariaDB', [3306], ['conf', 'logs', 'tmp']),
  application('mongodb', 'MongoDB', [27017], ['conf', 'logs', 'tmp']),
  application('memcached', 'Memcached', [11211], ['conf']),
  application('zookeeper', 'ZooKeeper', [2181], ['conf', 'logs']),
  application('etcd', 'etcd', [2379, 2380], ['conf']),
  {
    ...COMMON,
    id: 'bitnami-kubectl',
    title: "Bitnami's kubectl",
    grade: 'medium',
    images: published('kubectl'),
    writes: [
      { path: '/.kube', what: 'its cache', source: KUBECTL },
      { path: '/tmp', what: 'temporary files', source: KUBECTL },
    ],
    api: { use: 'always', why: 'that is what it is for', source: KUBECTL },
  },
  {
    ...COMMON,
    id: 'bitnami-controllers',
    title: 'a controller of Bitnami',
    images: published('metrics-server', 'kube-state-metrics', 'external-dns', 'nginx-ingress-controller'),
    writableRoot: {
      why: 'where it writes is not known',
      source: CHARTS,
    },
    api: { use: 'always', why: 'its chart mounts the token', source: CHARTS },
  },
  {
    ...COMMON,
    id: 'bitnami-cluster-aware',
    title: 'a program of Bitnami that may ask the cluster for its peers',
    images: published('rabbitmq', 'keycloak', 'prometheus'),
    writableRoot: {
      why: 'its chart copies files of the image to the volumes first, and an empty volume would hide them',
      source: CHARTS,
    },
    api: { use: 'sometimes', why: 'its chart mounts the token', source: CHARTS },
  },
];
