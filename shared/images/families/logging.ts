/** What ships logs: on a node, it reads files that belong to root. */
import type { ImageFamily } from '../family.ts';

const FLUENT_BIT = 'fluent/fluent-bit@015e1bc1b3 dockerfiles/Dockerfile';
const FLUENT_BIT_CHART = 'fluent/helm-charts@5b81bf7a5a charts/fluent-bit/values.yaml';
const FLUENTD = 'fluent/fluentd-docker-image@1a211639d2 v1.17/debian/Dockerfile';
const AGGREGATOR = 'fluent/helm-charts@5b81bf7a5a charts/fluentd-aggregator/values.yaml';
const PROMTAIL = 'grafana/helm-charts@7a0ab96896 charts/promtail/values.yaml';
const FILEBEAT = 'elastic/helm-charts@2fd64d0af6 filebeat/values.yaml';
const LOGSTASH_CHART = 'elastic/helm-charts@2fd64d0af6 logstash/values.yaml';

const READS_LOGS = 'it reads log files of the node, which belong to root';

export const LOGGING: readonly ImageFamily[] = [
  {
    id: 'fluent-bit',
    title: 'Fluent Bit',
    grade: 'strong',
    images: ['docker.io/fluent/fluent-bit', 'cr.fluentbit.io/fluent/fluent-bit'],
    starts: { as: 'root', source: FLUENT_BIT },
    needsRoot: { when: 'on-node', why: READS_LOGS, source: 'fluent/fluent-bit#872' },
    ports: { numbers: [2020], source: FLUENT_BIT },
    api: { use: 'sometimes', why: 'with its Kubernetes filter', source: FLUENT_BIT_CHART },
    notes: [
      {
        text: 'Its positions have to be on a volume: a chart of its maintainers runs it as root with a read-only root and without capabilities.',
        source: 'fluent/helm-charts@5b81bf7a5a charts/fluent-bit-collector/values.yaml',
      },
    ],
  },
  {
    id: 'fluentd',
    title: 'Fluentd',
    grade: 'medium',
    images: ['docker.io/fluent/fluentd', 'docker.io/library/fluentd'],
    starts: { as: 'name', name: 'fluent', source: FLUENTD },
    user: { uid: 65532, gid: 65532, source: AGGREGATOR },
    needsRoot: { when: 'on-node', why: READS_LOGS, source: 'fluent/fluentd-docker-image#245' },
    writes: [
      { path: '/fluentd/log', what: 'its buffers and logs', source: FLUENTD },
      { path: '/tmp', what: 'temporary files', source: AGGREGATOR },
    ],
    ports: { numbers: [24224, 5140], source: FLUENTD },
    api: { use: 'never', source: FLUENTD },
  },
  {
    id: 'fluentd-daemonset',
    title: 'the Fluentd daemon set',
    grade: 'medium',
    images: ['docker.io/fluent/fluentd-kubernetes-daemonset'],
    starts: { as: 'root', source: 'fluent/fluentd-kubernetes-daemonset#188' },
    needsRoot: { when: 'always', why: READS_LOGS, source: 'fluent/fluentd-kubernetes-daemonset#548' },
    api: {
      use: 'always',
      why: 'to name the pods whose logs it reads',
      source: 'fluent/helm-charts@5b81bf7a5a charts/fluentd/values.yaml',
    },
  },
  {
    id: 'promtail',
    title: 'Promtail',
    grade: 'medium',
    images: ['docker.io/grafana/promtail'],
    needsRoot: { when: 'always', why: READS_LOGS, source: PROMTAIL },
    api: { use: 'always', why: 'to find the pods whose logs it reads', source: PROMTAIL },
    notes: [
      { text: 'Its chart runs it as root with a read-only root and without capabilities.', source: PROMTAIL },
    ],
  },
  {
    id: 'beats',
    title: 'Beats',
    grade: 'weak',
    images: ['docker.elastic.co/beats/filebeat', 'docker.elastic.co/beats/metricbeat'],
    needsRoot: { when: 'always', why: 'it reads files of the node, which belong to root', source: FILEBEAT },
    writes: [
      { path: '/usr/share/filebeat/logs', what: 'its event logs', source: 'elastic/cloud-on-k8s#8605' },
    ],
  },
  {
    id: 'logstash',
    title: 'Logstash',
    grade: 'medium',
    images: ['docker.io/library/logstash', 'docker.elastic.co/logstash/logstash'],
    starts: { as: 'number', source: 'elastic/logstash@05592a403a docker/templates/Dockerfile.erb' },
    user: { uid: 1000, gid: 1000, source: LOGSTASH_CHART },
    writableRoot: {
      why: 'it rewrites its configuration when it starts, and support for a read-only root is an open request',
      source: 'elastic/cloud-on-k8s#7450',
    },
    ports: { numbers: [5044, 9600], source: LOGSTASH_CHART },
    api: { use: 'never', source: LOGSTASH_CHART },
  },
];
