/** Databases, caches and object stores. */
import type { ImageFamily } from '../family.ts';

const REDIS = 'redis/docker-library-redis@0076c90a80 debian/Dockerfile';
const REDIS_ENTRYPOINT = 'redis/docker-library-redis@0d55be9aa6 debian/docker-entrypoint.sh';
const VALKEY = 'valkey-io/valkey-container@aa1603cd14 9.2/debian/Dockerfile';
const POSTGRES = 'docker-library/postgres@6edb0a8c4d 17/trixie/Dockerfile';
const POSTGRES_18 = 'docker-library/postgres@6edb0a8c4d 18/trixie/Dockerfile';
const POSTGRES_ALPINE = 'docker-library/postgres@6edb0a8c4d 17/alpine3.23/Dockerfile';
const POSTGRES_ENTRYPOINT = 'docker-library/postgres@6edb0a8c4d 17/trixie/docker-entrypoint.sh';
const MYSQL = 'docker-library/mysql@7f30fdb073 8.4/Dockerfile.oracle';
const MARIADB = 'MariaDB/mariadb-docker@1b6429ba35 11.8/Dockerfile';
const MARIADB_UBI = 'MariaDB/mariadb-docker@1b6429ba35 11.8-ubi/Dockerfile';
const MONGO = 'docker-library/mongo@2c69a57b93 8.0/Dockerfile';
const MEMCACHED = 'docker-library/memcached@0cae68bd1c 1/debian/Dockerfile';
const CASSANDRA = 'docker-library/cassandra@7b9da8f4f5 5.0/Dockerfile';
const INFLUXDB = 'influxdata/influxdata-docker@046b771067 influxdb/2.7/Dockerfile';
const CLICKHOUSE = 'docker-library/docs@c4a9ba4144 clickhouse/content.md';
const ELASTICSEARCH = 'elastic/elasticsearch@000e018384 distribution/docker/src/docker/Dockerfile';
const MINIO_CHART = 'minio/minio@00cc42191e helm/minio/values.yaml';

const POSTGRES_SMALL_WRITES = [
  { path: '/var/run/postgresql', what: 'its socket and its lock', source: POSTGRES },
  { path: '/tmp', what: 'texts of its start script', source: POSTGRES_ENTRYPOINT },
] as const;

export const DATABASES: readonly ImageFamily[] = [
  {
    id: 'redis',
    title: 'Redis',
    grade: 'strong',
    images: ['docker.io/library/redis'],
    starts: { as: 'root', stepsDown: true, source: REDIS_ENTRYPOINT },
    user: { uid: 999, gid: 999, source: REDIS },
    writes: [{ path: '/data', what: 'its data', isData: true, source: REDIS }],
    ports: { numbers: [6379], source: REDIS },
    api: { use: 'never', source: REDIS },
    notes: [
      {
        text: 'Without capabilities and without a user, Redis 8 stays root and says nothing.',
        source: REDIS_ENTRYPOINT,
      },
    ],
    variants: [
      {
        when: { tag: '*alpine*' },
        user: {
          uid: 999,
          gid: 1000,
          source: 'redis/docker-library-redis@0076c90a80 alpine/Dockerfile',
        },
      },
    ],
  },
  {
    id: 'valkey',
    title: 'Valkey',
    grade: 'medium',
    images: ['docker.io/valkey/valkey'],
    starts: {
      as: 'root',
      stepsDown: true,
      source: 'valkey-io/valkey-container@49e7a04a51 docker-entrypoint.sh',
    },
    user: { uid: 999, gid: 999, source: VALKEY },
    writes: [
      { path: '/data', what: 'its data', isData: true, source: VALKEY },
      { path: '/run/valkey', what: 'its pid file and socket', source: VALKEY },
    ],
    ports: { numbers: [6379], source: VALKEY },
    api: { use: 'never', source: VALKEY },
    variants: [{ when: { tag: '*alpine*' }, user: { uid: 999, source: VALKEY } }],
  },
  {
    id: 'postgres',
    title: 'PostgreSQL',
    grade: 'strong',
    images: ['docker.io/library/postgres'],
    starts: { as: 'root', stepsDown: true, source: POSTGRES_ENTRYPOINT },
    user: { uid: 999, gid: 999, source: POSTGRES },
    writes: [
      {
        path: '/var/lib/postgresql',
        what: 'its data',
        isData: true,
        unlessEnv: 'PGDATA',
        source: POSTGRES_18,
      },
      ...POSTGRES_SMALL_WRITES,
    ],
    ports: { numbers: [5432], source: POSTGRES },
    api: { use: 'never', source: POSTGRES },
    notes: [
      {
        text: 'Data that is there already has to belong to the user, in a directory of mode 0700.',
        source: 'docker-library/docs@c4a9ba4144 postgres/content.md',
      },
      {
        text: 'On a new volume that another user owns, PGDATA has to be a directory below the mount: initdb sets its mode.',
        source: 'docker-library/docs@c4a9ba4144 postgres/content.md',
      },
    ],
    variants: [
      { when: { tag: '*alpine*' }, user: { uid: 70, gid: 70, source: POSTGRES_ALPINE } },
      {
        when: { below: '18' },
        writes: [
          {
            path: '/var/lib/postgresql/data',
            // initdb sets the mode of this directory, which takes its owner; the root of a volume is root's.
            mountAt: '/var/lib/postgresql',
            what: 'its data',
            isData: true,
            unlessEnv: 'PGDATA',
            source: POSTGRES,
          },
          ...POSTGRES_SMALL_WRITES,
        ],
      },
    ],
  },
  {
    id: 'mysql',
    title: 'MySQL',
    grade: 'medium',
    images: ['docker.io/library/mysql'],
    starts: {
      as: 'root',
      stepsDown: true,
      source: 'docker-library/mysql@7f30fdb073 8.4/docker-entrypoint.sh',
    },
    user: { uid: 999, gid: 999, source: MYSQL },
    writes: [
      { path: '/var/lib/mysql', what: 'its data', isData: true, source: MYSQL },
      { path: '/var/run/mysqld', what: 'its socket and its lock', source: 'docker-library/mysql#328' },
      { path: '/tmp', what: 'temporary files', source: 'docker-library/mysql#328' },
    ],
    ports: { numbers: [3306, 33060], source: MYSQL },
    api: { use: 'never', source: MYSQL },
  },
  {
    id: 'mariadb',
    title: 'MariaDB',
    grade: 'strong',
    images: ['docker.io/library/mariadb'],
    starts: {
      as: 'root',
      stepsDown: true,
      source: 'MariaDB/mariadb-docker@1b6429ba35 11.8/docker-entrypoint.sh',
    },
    user: { uid: 999, gid: 999, grade: 'weak', source: MARIADB },
    writes: [
      { path: '/var/lib/mysql', what: 'its data', isData: true, source: MARIADB },
      { path: '/run/mysqld', what: 'its socket and its lock', source: 'MariaDB/mariadb-docker#554' },
      { path: '/tmp', what: 'temporary files', source: 'MariaDB/mariadb-docker#554' },
    ],
    ports: { numbers: [3306], source: MARIADB },
    api: { use: 'never', source: MARIADB },
    notes: [
      {
        text: 'Any user runs it, but data that is there already has to belong to that user: the image gives its own no fixed number.',
        source: 'MariaDB/mariadb-docker#554',
      },
    ],
    variants: [
      {
        when: { tag: '*ubi*' },
        starts: { as: 'name', name: 'mysql', source: MARIADB_UBI },
        user: { uid: 999, gid: 999, source: MARIADB_UBI },
        writes: [
          { path: '/var/lib/mysql', what: 'its data', isData: true, source: MARIADB_UBI },
          { path: '/run/mariadb', what: 'its socket and its lock', source: MARIADB_UBI },
          { path: '/tmp', what: 'temporary files', source: 'MariaDB/mariadb-docker#554' },
        ],
      },
    ],
  },
  {
    id: 'mongo',
    title: 'MongoDB',
    grade: 'strong',
    images: ['docker.io/library/mongo'],
    starts: {
      as: 'root',
      stepsDown: true,
      source: 'docker-library/mongo@2c69a57b93 8.0/docker-entrypoint.sh',
    },
    user: { uid: 999, gid: 999, source: MONGO },
    writes: [
      { path: '/data/db', what: 'its data', isData: true, source: MONGO },
      { path: '/data/configdb', what: 'the data of a config server', isData: true, source: MONGO },
      { path: '/tmp', what: 'its socket and temporary files', source: 'docker-library/mongo#323' },
    ],
    ports: { numbers: [27017], source: MONGO },
    api: { use: 'never', source: MONGO },
  },
  {
    id: 'memcached',
    title: 'Memcached',
    grade: 'strong',
    images: ['docker.io/library/memcached'],
    starts: { as: 'name', name: 'memcache', source: MEMCACHED },
    user: { uid: 11211, gid: 11211, source: MEMCACHED },
    ports: { numbers: [11211], source: MEMCACHED },
    api: { use: 'never', source: MEMCACHED },
  },
  {
    id: 'cassandra',
    title: 'Cassandra',
    grade: 'medium',
    images: ['docker.io/library/cassandra'],
    starts: {
      as: 'root',
      stepsDown: true,
      source: 'docker-library/cassandra@7b9da8f4f5 5.0/docker-entrypoint.sh',
    },
    user: { uid: 999, gid: 999, source: CASSANDRA },
    writes: [
      { path: '/var/lib/cassandra', what: 'its data', isData: true, source: CASSANDRA },
      { path: '/var/log/cassandra', what: 'its logs', source: CASSANDRA },
      {
        path: '/etc/cassandra',
        what: 'its configuration, changed in place',
        hasContent: true,
        source: 'docker-library/cassandra@7b9da8f4f5 5.0/docker-entrypoint.sh',
      },
      { path: '/tmp', what: 'temporary files of its start script', source: CASSANDRA },
    ],
    ports: { numbers: [7000, 7001, 7199, 9042, 9160], source: CASSANDRA },
    api: { use: 'never', source: CASSANDRA },
  },
  {
    id: 'influxdb-2',
    title: 'InfluxDB 2',
    grade: 'medium',
    images: ['docker.io/library/influxdb:2*'],
    starts: {
      as: 'root',
      stepsDown: true,
      source: 'influxdata/influxdata-docker@04f0dfa265 influxdb/2.7/entrypoint.sh',
    },
    user: { uid: 1000, gid: 1000, source: INFLUXDB },
    writes: [
      { path: '/var/lib/influxdb2', what: 'its data', isData: true, source: INFLUXDB },
      { path: '/etc/influxdb2', what: 'its configuration', isData: true, source: INFLUXDB },
      { path: '/home/influxdb', what: 'the settings of its client', source: INFLUXDB },
    ],
    ports: { numbers: [8086], source: INFLUXDB },
    api: { use: 'never', source: INFLUXDB },
  },
  {
    id: 'influxdb-1',
    title: 'InfluxDB 1',
    grade: 'weak',
    images: ['docker.io/library/influxdb:1*'],
    starts: { as: 'root', source: 'influxdata/influxdata-docker@032b0c1480 influxdb/1.8/Dockerfile' },
    writes: [
      {
        path: '/var/lib/influxdb',
        what: 'its data',
        isData: true,
        source: 'influxdata/influxdata-docker@032b0c1480 influxdb/1.8/Dockerfile',
      },
    ],
  },
  {
    id: 'clickhouse',
    title: 'ClickHouse',
    grade: 'medium',
    images: ['docker.io/clickhouse/clickhouse-server', 'docker.io/library/clickhouse'],
    writes: [
      { path: '/var/lib/clickhouse', what: 'its data', isData: true, source: CLICKHOUSE },
      { path: '/var/log/clickhouse-server', what: 'its logs', source: CLICKHOUSE },
    ],
    ports: { numbers: [8123, 9000], source: CLICKHOUSE },
    api: { use: 'never', source: CLICKHOUSE },
    notes: [
      { text: 'Any user runs it, where its data and its logs belong to that user.', source: CLICKHOUSE },
    ],
  },
  {
    id: 'elasticsearch',
    title: 'Elasticsearch',
    grade: 'medium',
    images: ['docker.io/library/elasticsearch', 'docker.elastic.co/elasticsearch/elasticsearch'],
    starts: { as: 'name', name: 'elasticsearch', source: ELASTICSEARCH },
    user: { uid: 1000, gid: 1000, source: ELASTICSEARCH },
    writes: [
      { path: '/usr/share/elasticsearch/data', what: 'its data', isData: true, source: ELASTICSEARCH },
      { path: '/usr/share/elasticsearch/logs', what: 'its logs', source: ELASTICSEARCH },
      {
        path: '/usr/share/elasticsearch/config',
        what: 'its keystore, beside its configuration',
        hasContent: true,
        source: 'elastic/elasticsearch#71157',
      },
      { path: '/tmp', what: 'texts of its start script', source: 'elastic/elasticsearch#95542' },
    ],
    ports: { numbers: [9200, 9300], source: ELASTICSEARCH },
    api: { use: 'never', source: ELASTICSEARCH },
    notes: [
      {
        text: 'It needs `vm.max_map_count` on the node, which charts set from a privileged init container.',
        source: 'elastic/helm-charts@2fd64d0af6 elasticsearch/values.yaml',
      },
    ],
    variants: [
      {
        when: { below: '8' },
        starts: { as: 'root', stepsDown: true, source: 'elastic/elasticsearch#71157' },
      },
    ],
  },
  {
    id: 'minio',
    title: 'MinIO',
    grade: 'medium',
    images: ['docker.io/minio/minio', 'quay.io/minio/minio'],
    starts: { as: 'root', source: 'minio/minio@0031b1205f Dockerfile.release' },
    user: { uid: 1000, gid: 1000, source: MINIO_CHART },
    writes: [
      {
        path: '/data',
        what: 'its data',
        isData: true,
        source: 'minio/minio@0031b1205f Dockerfile.release',
      },
    ],
    ports: { numbers: [9000, 9001], source: MINIO_CHART },
    api: { use: 'never', source: MINIO_CHART },
  },
  {
    id: 'registry',
    title: 'Distribution registry',
    grade: 'weak',
    images: ['docker.io/library/registry'],
    starts: { as: 'root', source: 'distribution/distribution-library-image@057436d4dd Dockerfile' },
    writes: [
      {
        path: '/var/lib/registry',
        what: 'its data',
        isData: true,
        source: 'distribution/distribution-library-image@057436d4dd Dockerfile',
      },
    ],
    api: { use: 'never', source: 'distribution/distribution-library-image@057436d4dd Dockerfile' },
  },
];
