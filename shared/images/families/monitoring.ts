/** Monitoring: what collects, keeps and shows measurements. */
import type { ImageFamily } from '../family.ts';

const GRAFANA_CHART = 'grafana-community/helm-charts@3386a11561 charts/grafana/values.yaml';
const GRAFANA_KP = 'prometheus-operator/kube-prometheus@4d719f1dea manifests/grafana-deployment.yaml';
const PROMETHEUS_CHART = 'prometheus-community/helm-charts@cf408a290a charts/prometheus/values.yaml';
const PROMETHEUS = 'prometheus/prometheus@b5c61f3e9a Dockerfile';
const DISTROLESS_PROMETHEUS = 'prometheus/prometheus@1105c825cf Dockerfile.distroless';
const ALERTMANAGER_CHART = 'prometheus-community/helm-charts@cf408a290a charts/alertmanager/values.yaml';
const NODE_EXPORTER = 'prometheus/node_exporter@0c561fa1c9 Dockerfile';
const NODE_EXPORTER_CHART =
  'prometheus-community/helm-charts@cf408a290a charts/prometheus-node-exporter/values.yaml';
const BLACKBOX_KP =
  'prometheus-operator/kube-prometheus@4d719f1dea manifests/blackboxExporter-deployment.yaml';
const BLACKBOX_CHART =
  'prometheus-community/helm-charts@cf408a290a charts/prometheus-blackbox-exporter/values.yaml';
const PUSHGATEWAY = 'prometheus-community/helm-charts@cf408a290a charts/prometheus-pushgateway/values.yaml';
const REDIS_EXPORTER = 'oliver006/redis_exporter@3f2c5deb44 docker/Dockerfile.amd64';
const POSTGRES_EXPORTER =
  'prometheus-community/helm-charts@cf408a290a charts/prometheus-postgres-exporter/values.yaml';
const LOKI = 'grafana-community/helm-charts@3386a11561 charts/loki/values.yaml';
const TEMPO = 'grafana-community/helm-charts@3386a11561 charts/tempo/values.yaml';
const COLLECTOR =
  'open-telemetry/opentelemetry-collector-releases@07ac0202df distributions/otelcol-contrib/Dockerfile';
const KIBANA_CHART = 'elastic/helm-charts@2fd64d0af6 kibana/values.yaml';

export const MONITORING: readonly ImageFamily[] = [
  {
    id: 'grafana',
    title: 'Grafana',
    grade: 'strong',
    images: [
      'docker.io/grafana/grafana',
      'docker.io/grafana/grafana-oss',
      'docker.io/grafana/grafana-enterprise',
    ],
    starts: { as: 'number', source: GRAFANA_CHART },
    user: { uid: 472, gid: 472, source: GRAFANA_CHART },
    writes: [
      { path: '/var/lib/grafana', what: 'its data', isData: true, source: GRAFANA_KP },
      { path: '/tmp', what: 'temporary files', source: GRAFANA_KP },
    ],
    ports: { numbers: [3000], source: GRAFANA_CHART },
    api: { use: 'never', source: GRAFANA_KP },
    notes: [
      {
        text: 'Plugins and log files, where they are used, need volumes of their own.',
        source: GRAFANA_KP,
      },
    ],
  },
  {
    id: 'prometheus',
    title: 'Prometheus',
    grade: 'strong',
    images: ['docker.io/prom/prometheus', 'quay.io/prometheus/prometheus'],
    starts: { as: 'name', name: 'nobody', source: PROMETHEUS },
    user: { uid: 65534, gid: 65534, source: PROMETHEUS_CHART },
    writes: [{ path: '/prometheus', what: 'its data', isData: true, source: PROMETHEUS }],
    ports: { numbers: [9090], source: PROMETHEUS },
    api: {
      use: 'sometimes',
      why: 'where it discovers its targets in Kubernetes, as it does in most charts',
      source: PROMETHEUS_CHART,
    },
    variants: [
      {
        when: { tag: '*distroless*' },
        starts: { as: 'number', source: DISTROLESS_PROMETHEUS },
        user: { uid: 65532, gid: 65532, source: DISTROLESS_PROMETHEUS },
      },
    ],
  },
  {
    id: 'alertmanager',
    title: 'Alertmanager',
    grade: 'strong',
    images: ['docker.io/prom/alertmanager', 'quay.io/prometheus/alertmanager'],
    starts: {
      as: 'name',
      name: 'nobody',
      grade: 'medium',
      source: 'prometheus/alertmanager@02a50dd3c1 Dockerfile',
    },
    user: { uid: 65534, gid: 65534, source: ALERTMANAGER_CHART },
    writes: [
      {
        path: '/alertmanager',
        what: 'its data',
        isData: true,
        grade: 'medium',
        source: 'prometheus/alertmanager@02a50dd3c1 Dockerfile',
      },
    ],
    ports: { numbers: [9093, 9094], source: ALERTMANAGER_CHART },
    api: { use: 'never', source: ALERTMANAGER_CHART },
  },
  {
    id: 'node-exporter',
    title: 'node-exporter',
    grade: 'strong',
    images: ['docker.io/prom/node-exporter', 'quay.io/prometheus/node-exporter'],
    starts: { as: 'name', name: 'nobody', source: NODE_EXPORTER },
    user: { uid: 65534, gid: 65534, source: NODE_EXPORTER_CHART },
    ports: { numbers: [9100], source: NODE_EXPORTER },
    api: { use: 'never', source: NODE_EXPORTER_CHART },
    notes: [
      {
        text: "It needs the node's network, its processes and mounts of its file systems by design.",
        source: NODE_EXPORTER_CHART,
      },
    ],
  },
  {
    id: 'blackbox-exporter',
    title: 'blackbox-exporter',
    grade: 'medium',
    images: ['docker.io/prom/blackbox-exporter', 'quay.io/prometheus/blackbox-exporter'],
    user: { uid: 65534, gid: 65534, source: BLACKBOX_KP },
    ports: { numbers: [9115], source: BLACKBOX_CHART },
    api: { use: 'never', source: BLACKBOX_CHART },
    notes: [{ text: 'ICMP probes need the capability NET_RAW.', source: BLACKBOX_CHART }],
  },
  {
    id: 'pushgateway',
    title: 'Pushgateway',
    grade: 'weak',
    images: ['docker.io/prom/pushgateway', 'quay.io/prometheus/pushgateway'],
    user: { uid: 65534, source: PUSHGATEWAY },
    ports: { numbers: [9091], source: PUSHGATEWAY },
    api: { use: 'never', source: PUSHGATEWAY },
  },
  {
    id: 'redis-exporter',
    title: 'redis_exporter',
    grade: 'medium',
    images: ['docker.io/oliver006/redis_exporter', 'quay.io/oliver006/redis_exporter'],
    starts: { as: 'number', source: REDIS_EXPORTER },
    user: { uid: 59000, gid: 59000, source: REDIS_EXPORTER },
    ports: { numbers: [9121], source: REDIS_EXPORTER },
    api: { use: 'never', source: REDIS_EXPORTER },
    variants: [{ when: { tag: '*alpine*' }, starts: { as: 'root', source: REDIS_EXPORTER } }],
  },
  {
    id: 'postgres-exporter',
    title: 'postgres-exporter',
    grade: 'weak',
    images: ['quay.io/prometheuscommunity/postgres-exporter'],
    user: { uid: 1001, gid: 1001, source: POSTGRES_EXPORTER },
    ports: { numbers: [9187], source: POSTGRES_EXPORTER },
    api: { use: 'never', source: POSTGRES_EXPORTER },
  },
  {
    id: 'loki',
    title: 'Loki',
    grade: 'medium',
    images: ['docker.io/grafana/loki'],
    user: { uid: 10001, gid: 10001, source: LOKI },
    api: { use: 'never', source: LOKI },
    notes: [{ text: 'Where its data goes is up to its configuration.', source: LOKI }],
  },
  {
    id: 'tempo',
    title: 'Tempo',
    grade: 'weak',
    images: ['docker.io/grafana/tempo'],
    user: { uid: 10001, gid: 10001, source: TEMPO },
    api: { use: 'never', source: TEMPO },
    notes: [
      {
        text: 'Its chart keeps the query container from a read-only root: it fails with one.',
        source: TEMPO,
      },
    ],
  },
  {
    id: 'opentelemetry-collector',
    title: 'OpenTelemetry Collector',
    grade: 'medium',
    images: [
      'docker.io/otel/opentelemetry-collector',
      'docker.io/otel/opentelemetry-collector-contrib',
      'ghcr.io/open-telemetry/opentelemetry-collector-releases/*',
    ],
    starts: { as: 'number', source: COLLECTOR },
    user: { uid: 10001, gid: 10001, source: COLLECTOR },
    ports: { numbers: [4317, 4318, 55679], source: COLLECTOR },
    notes: [{ text: 'What it reads and writes is up to its configuration.', source: COLLECTOR }],
  },
  {
    id: 'kibana',
    title: 'Kibana',
    grade: 'medium',
    images: ['docker.io/library/kibana', 'docker.elastic.co/kibana/kibana'],
    starts: {
      as: 'number',
      source:
        'elastic/kibana@00016fb3aa src/dev/build/tasks/os_packages/docker_generator/templates/base/Dockerfile',
    },
    user: { uid: 1000, gid: 1000, source: KIBANA_CHART },
    writes: [
      {
        path: '/usr/share/kibana/plugins',
        what: 'its plugins, which an image may bring along',
        hasContent: true,
        source: 'elastic/cloud-on-k8s#8380',
      },
      {
        path: '/usr/share/kibana/config',
        what: 'its configuration, which has to be prepared first',
        hasContent: true,
        source: 'elastic/cloud-on-k8s#8388',
      },
    ],
    ports: { numbers: [5601], source: KIBANA_CHART },
    api: { use: 'never', source: KIBANA_CHART },
  },
];
