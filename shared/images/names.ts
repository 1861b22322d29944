/** Names of images that the table may know, so that it is loaded for no other: most images are somebody's own. */

/** The last names of all images in the table, in order; a test holds them to it. */
const LAST_NAMES: ReadonlySet<string> = new Set(
  `
    adminer alertmanager alpine argocd blackbox-exporter busybox caddy cassandra cert-manager-acmesolver
    cert-manager-cainjector cert-manager-controller cert-manager-startupapicheck cert-manager-webhook
    clickhouse clickhouse-server consul controller controller-chroot coredns curl dashboard debian
    docker eclipse-mosquitto eclipse-temurin elasticsearch envoy etcd external-dns filebeat fluent-bit
    fluentd fluentd-kubernetes-daemonset ghost golang grafana grafana-enterprise grafana-oss haproxy
    httpd influxdb jenkins k8s-sidecar kafka keycloak kibana kube-rbac-proxy kube-state-metrics
    kube-webhook-certgen kubectl logstash loki mariadb memcached metricbeat metrics-scraper
    metrics-server minio mongo mongodb mysql nats nextcloud nginx nginx-ingress-controller
    nginx-unprivileged node node-exporter opentelemetry-collector opentelemetry-collector-contrib php
    phpmyadmin pilot podinfo postgres postgres-exporter postgresql prometheus prometheus-adapter
    prometheus-operator promtail proxyv2 pushgateway python rabbitmq redis redis_exporter registry ruby
    sonarqube speaker tempo tomcat traefik ubuntu valkey vault whoami wordpress zookeeper
  `
    .trim()
    .split(/\s+/),
);

/** How those begin whose last name is a pattern. */
const BEGINNINGS: readonly string[] = [
  'docker.io/bitnami/',
  'docker.io/bitnamilegacy/',
  'docker.io/confluentinc/cp-',
  'gcr.io/distroless/',
  'ghcr.io/kyverno/',
  'ghcr.io/open-telemetry/opentelemetry-collector-releases/',
  'reg.kyverno.io/kyverno/',
];

/** False for an image, by its name without a tag, that the table certainly has nothing to say of. */
export function mayBeKnown(name: string): boolean {
  return (
    LAST_NAMES.has(name.slice(name.lastIndexOf('/') + 1)) ||
    BEGINNINGS.some((beginning) => name.startsWith(beginning))
  );
}
