/** Message brokers, and what keeps clusters together. */
import type { ImageFamily } from '../family.ts';

const RABBITMQ = 'docker-library/rabbitmq@9193c1de6d 4.1/ubuntu/Dockerfile';
const KAFKA = 'apache/kafka@120d52df7d docker/jvm/Dockerfile';
const CONFLUENT = 'confluentinc/kafka-images@019ccde341 kafka/Dockerfile.ubi8';
const ZOOKEEPER = '31z4/zookeeper-docker@4e8ac7d9e2 3.9.6/Dockerfile';
const ZOOKEEPER_ENTRYPOINT = '31z4/zookeeper-docker@adade28258 3.9.5/docker-entrypoint.sh';
const VAULT = 'hashicorp/vault@024c09b665 Dockerfile';
const VAULT_ENTRYPOINT = 'hashicorp/vault@1d04c5e276 .release/docker/docker-entrypoint.sh';
const VAULT_CHART = 'hashicorp/vault-helm@aa1c92e4ad templates/_helpers.tpl';
const CONSUL = 'hashicorp/consul@03658a093a Dockerfile';
const CONSUL_ENTRYPOINT = 'hashicorp/consul@9bce86134e .release/docker/docker-entrypoint.sh';

export const MESSAGING: readonly ImageFamily[] = [
  {
    id: 'rabbitmq',
    title: 'RabbitMQ',
    grade: 'strong',
    images: ['docker.io/library/rabbitmq'],
    starts: {
      as: 'root',
      stepsDown: true,
      source: 'docker-library/rabbitmq@9193c1de6d 4.1/ubuntu/docker-entrypoint.sh',
    },
    user: { uid: 999, gid: 999, source: RABBITMQ },
    writes: [{ path: '/var/lib/rabbitmq', what: 'its data and its cookie', isData: true, source: RABBITMQ }],
    fsGroup: {
      group: 'none',
      why: 'a group may then read `.erlang.cookie` on the volume, and it refuses to start',
      source: 'sapcc/helm-charts#4023',
    },
    ports: { numbers: [4369, 5671, 5672, 15691, 15692, 25672], source: RABBITMQ },
    api: { use: 'never', source: RABBITMQ },
    notes: [
      {
        text: 'Nobody has published how to run it with a read-only root; some setups also write to /etc/rabbitmq and /var/log/rabbitmq.',
        source: RABBITMQ,
      },
    ],
    variants: [
      {
        when: { tag: '*alpine*' },
        user: {
          uid: 100,
          gid: 101,
          source: 'docker-library/rabbitmq@9193c1de6d 4.1/alpine/Dockerfile',
        },
      },
    ],
  },
  {
    id: 'kafka',
    title: 'Apache Kafka',
    grade: 'medium',
    images: ['docker.io/apache/kafka'],
    starts: { as: 'name', name: 'appuser', source: KAFKA },
    user: { uid: 1000, gid: 1000, source: 'lerd-env/lerd#1553' },
    writes: [{ path: '/var/lib/kafka/data', what: 'its data', isData: true, source: KAFKA }],
    writableRoot: {
      why: 'it writes its configuration when it starts, and nobody has published how to run it read-only',
      source: KAFKA,
    },
    ports: { numbers: [9092], source: KAFKA },
    api: { use: 'never', source: KAFKA },
  },
  {
    id: 'confluent',
    title: 'Confluent Platform',
    grade: 'strong',
    images: ['docker.io/confluentinc/cp-*'],
    starts: {
      as: 'name',
      name: 'appuser',
      source: 'confluentinc/common-docker@0016c9a77b base/Dockerfile.ubi8',
    },
    user: { uid: 1000, gid: 1000, source: 'confluentinc/kafka-images#131' },
    writableRoot: {
      why: 'it writes its configuration when it starts, and its preflight check fails with a read-only root',
      source: 'confluentinc/kafka-images#197',
    },
    ports: { numbers: [9092], source: CONFLUENT },
    api: { use: 'never', source: CONFLUENT },
    notes: [
      {
        text: 'No other user will do: its working directory /home/appuser is open to user 1000 alone.',
        source: 'confluentinc/kafka-images#213',
      },
    ],
  },
  {
    id: 'zookeeper',
    title: 'ZooKeeper',
    grade: 'medium',
    images: ['docker.io/library/zookeeper'],
    starts: { as: 'root', stepsDown: true, source: ZOOKEEPER_ENTRYPOINT },
    user: { uid: 1000, gid: 1000, source: ZOOKEEPER },
    writes: [
      { path: '/data', what: 'its data', isData: true, source: ZOOKEEPER },
      { path: '/datalog', what: 'its transaction log', isData: true, source: ZOOKEEPER },
      { path: '/logs', what: 'its logs', source: ZOOKEEPER },
      {
        path: '/conf',
        what: 'zoo.cfg, beside the files that the image ships there',
        hasContent: true,
        source: ZOOKEEPER_ENTRYPOINT,
      },
    ],
    ports: { numbers: [2181, 2888, 3888, 8080], source: ZOOKEEPER },
    api: { use: 'never', source: ZOOKEEPER },
  },
  {
    id: 'nats',
    title: 'NATS',
    grade: 'weak',
    images: ['docker.io/library/nats'],
    starts: { as: 'root', source: 'nats-io/nats-docker@0a4bd1f99e 2.10.x/alpine3.20/Dockerfile' },
    ports: {
      numbers: [4222, 6222, 8222],
      source: 'nats-io/nats-docker@0a4bd1f99e 2.10.x/alpine3.20/Dockerfile',
    },
    api: { use: 'never', source: 'nats-io/nats-docker@0a4bd1f99e 2.10.x/alpine3.20/Dockerfile' },
  },
  {
    id: 'mosquitto',
    title: 'Mosquitto',
    grade: 'weak',
    images: ['docker.io/library/eclipse-mosquitto'],
    starts: { as: 'root', source: 'eclipse/mosquitto@192b7d88f3 docker/2.0/Dockerfile' },
    user: { uid: 1883, gid: 1883, source: 'eclipse/mosquitto@192b7d88f3 docker/2.0/Dockerfile' },
    writes: [
      {
        path: '/mosquitto/data',
        what: 'its data',
        isData: true,
        source: 'eclipse/mosquitto@192b7d88f3 docker/2.0/Dockerfile',
      },
      {
        path: '/mosquitto/log',
        what: 'its logs',
        source: 'eclipse/mosquitto@192b7d88f3 docker/2.0/Dockerfile',
      },
    ],
    api: { use: 'never', source: 'eclipse/mosquitto@192b7d88f3 docker/2.0/Dockerfile' },
  },
  {
    id: 'vault',
    title: 'Vault',
    grade: 'strong',
    images: ['docker.io/hashicorp/vault', 'docker.io/library/vault'],
    starts: { as: 'root', stepsDown: true, source: VAULT_ENTRYPOINT },
    user: { uid: 100, gid: 1000, source: VAULT_CHART },
    env: [
      {
        name: 'SKIP_CHOWN',
        value: 'true',
        why: 'its start script would change owners, which takes root',
        source: VAULT_CHART,
      },
      {
        name: 'SKIP_SETCAP',
        value: 'true',
        why: 'its start script would call setcap, which takes root',
        source: VAULT_CHART,
      },
    ],
    writes: [
      { path: '/vault/file', what: 'its data', isData: true, source: VAULT },
      { path: '/vault/logs', what: 'its audit logs', source: VAULT },
      { path: '/home/vault', what: 'the files of its user', source: VAULT_CHART },
      {
        path: '/vault/config',
        what: 'its configuration',
        whenEnv: 'VAULT_LOCAL_CONFIG',
        source: VAULT_ENTRYPOINT,
      },
    ],
    ports: { numbers: [8200, 8201], source: VAULT },
    api: {
      use: 'sometimes',
      why: 'with Kubernetes authentication or the agent injector',
      source: VAULT_CHART,
    },
    notes: [
      {
        text: 'Without IPC_LOCK it cannot lock its memory: set `disable_mlock` where it refuses to start.',
        source: VAULT_ENTRYPOINT,
      },
    ],
  },
  {
    id: 'consul',
    title: 'Consul',
    grade: 'strong',
    images: ['docker.io/hashicorp/consul', 'docker.io/library/consul'],
    starts: { as: 'root', source: CONSUL_ENTRYPOINT },
    user: { uid: 100, gid: 1000, source: CONSUL },
    env: [
      {
        name: 'CONSUL_DISABLE_PERM_MGMT',
        value: 'true',
        why: 'its start script would change the user and owners, which takes root',
        source: CONSUL_ENTRYPOINT,
      },
    ],
    writes: [
      { path: '/consul/data', what: 'its data', isData: true, source: CONSUL },
      { path: '/consul/config', what: 'its configuration', source: CONSUL_ENTRYPOINT },
    ],
    ports: { numbers: [8300, 8301, 8302, 8500, 8600], source: CONSUL },
  },
];
